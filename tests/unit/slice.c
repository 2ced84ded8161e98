/* SPDX-License-Identifier: BSD-2-Clause */
/* Slices, permutations and moving indices. */
#include "tensor/layout.h"
#include "tensor/slice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <tensorreel/error.h>
#include <tensorreel/log.h>

static struct trl_layout cube(void)
{
    struct trl_layout layout;
    assert_int_equal(trl_layout_dense(&layout, TRL_DTYPE_U8, 3, (int64_t[]){3, 4, 5}, false), 0);
    return layout;
}

static void slices_are_the_elements_that_python_would_take(void **state)
{
    (void)state;
    const struct trl_layout in = cube();
    for (int axis = -3; axis < 3; axis++) {
        const int from_zero = axis < 0 ? axis + 3 : axis;
        const int64_t size = in.shape[from_zero];
        for (int64_t index = -size; index < size; index++) {
            struct trl_layout out;
            assert_int_equal(trl_layout_slice(NULL, &out, &in, axis, index), 0);
            assert_int_equal(out.rank, 2);
            const int a = from_zero == 0 ? 1 : 0, b = from_zero == 2 ? 1 : 2;
            assert_int_equal(out.shape[0], in.shape[a]);
            assert_int_equal(out.shape[1], in.shape[b]);
            for (int64_t r = 0; r < out.shape[0]; r++)
                for (int64_t c = 0; c < out.shape[1]; c++) {
                    int64_t at[3] = {0};
                    at[a] = r;
                    at[b] = c;
                    at[from_zero] = index < 0 ? index + size : index;
                    assert_int_equal(out.offset + r * out.stride[0] + c * out.stride[1],
                                     (at[0] * 4 + at[1]) * 5 + at[2]);
                }
        }
    }
    /* In place, until nothing is left. */
    struct trl_layout one = in;
    assert_int_equal(trl_layout_slice(NULL, &one, &one, 0, -1), 0);
    assert_int_equal(trl_layout_slice(NULL, &one, &one, 1, 2), 0);
    assert_int_equal(trl_layout_slice(NULL, &one, &one, -1, 1), 0);
    assert_int_equal(one.rank, 0);
    assert_int_equal(one.offset, (2 * 4 + 1) * 5 + 2);
    assert_int_equal(trl_layout_slice(NULL, &one, &one, 0, 0), TRL_ERROR_USAGE);
}

static char said[512];

static void hear(void *user, enum trl_log_level level, const char *line)
{
    (void)user;
    (void)level;
    snprintf(said, sizeof(said), "%s", line);
}

static void what_is_out_of_range_is_named(void **state)
{
    (void)state;
    struct trl_log *log = NULL;
    assert_int_equal(trl_log_create(&log, &(struct trl_log_params){.callback = hear}), 0);
    const struct trl_layout in = cube();
    struct trl_layout out = {.rank = 77};
    assert_int_equal(trl_layout_slice(log, &out, &in, 1, 4), TRL_ERROR_USAGE);
    assert_non_null(strstr(said, "index 4 of axis 1, which has 4; 0 to 3 or -4 to -1"));
    assert_int_equal(trl_layout_slice(log, &out, &in, 1, -5), TRL_ERROR_USAGE);
    assert_int_equal(trl_layout_slice(log, &out, &in, 3, 0), TRL_ERROR_USAGE);
    assert_non_null(strstr(said, "axis 3 of a tensor that has 3; 0 to 2 or -3 to -1"));
    assert_int_equal(trl_layout_slice(log, &out, &in, INT32_MIN, 0), TRL_ERROR_USAGE);
    assert_int_equal(trl_layout_slice(log, &out, &in, 0, INT64_MIN), TRL_ERROR_USAGE);
    assert_int_equal(trl_layout_permute(log, &out, &in, (int[]){0, 1, 1}), TRL_ERROR_USAGE);
    assert_non_null(strstr(said, "axis 1 is named twice"));
    const struct trl_layout four = {.rank = 4};
    assert_int_equal(trl_layout_picture(log, &out, &four), TRL_ERROR_USAGE);
    assert_int_equal(out.rank, 77);
    trl_log_destroy(&log);
}

static void axes_change_places(void **state)
{
    (void)state;
    const struct trl_layout in = cube();
    struct trl_layout out;
    assert_int_equal(trl_layout_permute(NULL, &out, &in, (int[]){2, 0, -2}), 0);
    assert_memory_equal(out.shape, ((int64_t[]){5, 3, 4}), 3 * sizeof(int64_t));
    assert_memory_equal(out.stride, ((int64_t[]){1, 20, 5}), 3 * sizeof(int64_t));
    assert_int_equal(trl_layout_slice(NULL, &out, &in, 0, 1), 0);
    assert_int_equal(trl_layout_picture(NULL, &out, &out), 0);
    assert_int_equal(out.rank, 3);
    assert_memory_equal(out.shape, ((int64_t[]){1, 4, 5}), 3 * sizeof(int64_t));
    assert_memory_equal(out.stride, ((int64_t[]){0, 5, 1}), 3 * sizeof(int64_t));
    assert_int_equal(out.offset, 20);
}

static void check_way(struct trl_slice slice, int64_t size, const char *expected)
{
    const struct trl_layout layout = {.rank = 1, .shape = {size}, .stride = {1}};
    char got[128] = "";
    for (int64_t frame = 0; frame < 10; frame++) {
        int64_t index;
        assert_int_equal(trl_slice_index(NULL, &slice, &layout, frame, &index), 0);
        snprintf(got + strlen(got), sizeof(got) - strlen(got), "%lld ", (long long)index);
    }
    assert_string_equal(got, expected);
}

static void indices_move_with_the_frames(void **state)
{
    (void)state;
    check_way((struct trl_slice){.first = -2}, 9, "7 7 7 7 7 7 7 7 7 7 ");
    check_way((struct trl_slice){.motion = TRL_SLICE_HOLD, .first = 1, .last = 4}, 9,
              "1 2 3 4 4 4 4 4 4 4 ");
    check_way((struct trl_slice){.motion = TRL_SLICE_LOOP, .first = -1, .last = 0}, 4,
              "3 2 1 0 3 2 1 0 3 2 ");
    check_way((struct trl_slice){.motion = TRL_SLICE_BOUNCE, .first = 0, .last = -1}, 4,
              "0 1 2 3 2 1 0 1 2 3 ");
    check_way((struct trl_slice){.motion = TRL_SLICE_HOLD, .last = 3, .frames = 7}, 4,
              "0 1 1 2 2 3 3 3 3 3 ");
    check_way((struct trl_slice){.motion = TRL_SLICE_LOOP, .last = -1, .frames = 3}, 101,
              "0 50 100 0 50 100 0 50 100 0 ");
    check_way((struct trl_slice){.motion = TRL_SLICE_BOUNCE, .first = 2, .last = 2}, 4,
              "2 2 2 2 2 2 2 2 2 2 ");
    check_way((struct trl_slice){.motion = TRL_SLICE_LOOP, .last = 3, .frames = 1}, 4,
              "0 0 0 0 0 0 0 0 0 0 ");
    const struct trl_layout layout = {.rank = 1, .shape = {4}, .stride = {1}};
    int64_t index;
    assert_int_equal(trl_slice_index(NULL, &(struct trl_slice){.first = 4}, &layout, 0, &index),
                     TRL_ERROR_USAGE);
    assert_int_equal(trl_slice_index(NULL,
                                     &(struct trl_slice){.motion = TRL_SLICE_HOLD, .last = -5},
                                     &layout, 0, &index),
                     TRL_ERROR_USAGE);
    assert_int_equal(trl_slice_index(NULL,
                                     &(struct trl_slice){.motion = TRL_SLICE_HOLD, .frames = -1},
                                     &layout, 0, &index),
                     TRL_ERROR_USAGE);
    assert_int_equal(trl_slice_index(NULL, &(struct trl_slice){.axis = 1}, &layout, 0, &index),
                     TRL_ERROR_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slices_are_the_elements_that_python_would_take),
        cmocka_unit_test(what_is_out_of_range_is_named),
        cmocka_unit_test(axes_change_places),
        cmocka_unit_test(indices_move_with_the_frames),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

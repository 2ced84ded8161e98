/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>

enum { AXES_MAX = 5, ELEMENTS_MAX = 200000 };

static float expected[ELEMENTS_MAX], values[ELEMENTS_MAX];
static uint8_t bytes[ELEMENTS_MAX * 8 + 256];

/* The value of an element follows from its place in the film, whatever the order in memory. */
static float value_at(int64_t t, int64_t z, int64_t y, int64_t x)
{
    return (float)(t * 1000 + z * 331 + y * 17 + x) * 0.5f;
}

struct array {
    const char *axes;
    int64_t shape[AXES_MAX];
};

/* Writes the array in the given order and element type, f4 or f8, by walking its memory. */
static const char *write_array(struct fixture *f, const struct array *array, bool fortran,
                               bool wide)
{
    const int rank = (int)strlen(array->axes);
    char shape[128] = "(";
    int64_t elements = 1;
    for (int i = 0; i < rank; i++) {
        elements *= array->shape[i];
        snprintf(shape + strlen(shape), sizeof(shape) - strlen(shape), "%d,", (int)array->shape[i]);
    }
    snprintf(shape + strlen(shape), sizeof(shape) - strlen(shape), ")");
    size_t size = npy_header_v1(bytes, wide ? "<f8" : "<f4", fortran ? "True" : "False", shape);
    for (int64_t n = 0; n < elements; n++) {
        int64_t t = 0, z = 0, y = 0, x = 0;
        int64_t rest = n;
        int64_t index[AXES_MAX];
        for (int i = 0; i < rank; i++) {
            const int axis = fortran ? i : rank - 1 - i;
            index[axis] = rest % array->shape[axis];
            rest /= array->shape[axis];
        }
        for (int i = 0; i < rank; i++) {
            const char letter = array->axes[i];
            t = letter == 'T' ? index[i] : t;
            y = letter == 'H' ? index[i] : y;
            x = letter == 'W' ? index[i] : x;
            z = letter == 'N' || letter == 'C' ? z * array->shape[i] + index[i] : z;
        }
        const float narrow = value_at(t, z, y, x);
        const double exact = narrow;
        memcpy(bytes + size, wide ? (const void *)&exact : (const void *)&narrow, wide ? 8 : 4);
        size += wide ? 8 : 4;
    }
    return fixture_write(f, "array.npy", bytes, size);
}

static int64_t extent(const struct array *array, char letter)
{
    const char *at = strchr(array->axes, letter);
    return at ? array->shape[at - array->axes] : 1;
}

static void check(struct fixture *f, const struct array *array, bool fortran, bool wide,
                  int64_t step, uint64_t limit, int blocks_expected)
{
    const char *path = write_array(f, array, fortran, wide);
    const int64_t frames = extent(array, 'T');
    const int64_t tiles = extent(array, 'N') * extent(array, 'C');
    int64_t at = 0;
    for (int64_t t = 0; t < frames; t += step) {
        for (int64_t z = 0; z < tiles; z++) {
            for (int64_t y = 0; y < extent(array, 'H'); y++) {
                for (int64_t x = 0; x < extent(array, 'W'); x++)
                    expected[at++] = value_at(t, z, y, x);
            }
        }
    }
    const struct trl_source_params params = {
        .paths = &path, .path_count = 1, .axes = array->axes, .step = step};
    int blocks;
    assert_int_equal(read_all_frames(f, &params, limit, values, ELEMENTS_MAX, NULL, &blocks),
                     (frames - 1) / step + 1);
    assert_memory_equal(values, expected, sizeof(float) * (size_t)at);
    if (blocks_expected)
        assert_int_equal(blocks, blocks_expected);
}

static void every_order_gives_the_same_film(void **state)
{
    struct fixture *f = *state;
    static const struct array arrays[] = {
        {"THW", {7, 5, 3}},
        {"HWT", {5, 3, 7}},
        {"HTW", {5, 7, 3}},
        {"WHT", {3, 5, 7}},
        {"WTH", {3, 7, 5}},
        {"TWH", {7, 3, 5}},
        {"TNHW", {4, 2, 3, 5}},
        {"NTHW", {2, 4, 3, 5}},
        {"HWCT", {3, 5, 2, 4}},
        {"HCTW", {3, 2, 4, 5}},
        {"HW", {5, 3}},
        {"WH", {3, 5}},
        {"T", {9}},
        {"WT", {6, 9}},
        {"TW", {9, 6}},
        {"HWT", {5, 3, 1}},
        {"THW", {7, 1, 3}},
        {"NHTW", {1, 5, 7, 1}},
        {"HWC", {4, 3, 5}},
    };
    for (size_t i = 0; i < sizeof(arrays) / sizeof(arrays[0]); i++) {
        for (int variant = 0; variant < 4; variant++) {
            for (int64_t step = 1; step < 4; step++) {
                check(f, &arrays[i], variant & 1, variant & 2, step, 0, 0);
                check(f, &arrays[i], variant & 1, variant & 2, step, 200, 0);
                check(f, &arrays[i], variant & 1, variant & 2, step, 1, 0);
            }
        }
    }
}

static void blocks_hold_what_the_limit_allows(void **state)
{
    struct fixture *f = *state;
    const struct array movie = {"HWT", {5, 3, 10}};
    check(f, &movie, false, false, 1, 0, 1);
    check(f, &movie, false, false, 1, 60 * 4, 3); /* 60 bytes a frame: 4, 4, 2 */
    check(f, &movie, false, true, 1, 60 * 4, 3);  /* as delivered, not as stored */
    check(f, &movie, false, false, 1, 60 * 5 - 1, 3);
    check(f, &movie, false, false, 1, 1, 10);
    check(f, &movie, false, false, 3, 60 * 4, 2); /* from 0: 0 3; from 6: 6 9 */
    const struct array frames_first = {"THW", {10, 5, 3}};
    check(f, &frames_first, false, false, 1, 0, 10);
    check(f, &frames_first, true, false, 1, 0, 1);
}

/* Pieces nearer than the threshold are picked from larger reads, farther ones read one by one. */
static void near_and_far_pieces_are_read(void **state)
{
    struct fixture *f = *state;
    const struct array near = {"HWT", {20, 31, 300}};
    const struct array far = {"HTW", {6, 25, 700}};
    check(f, &near, false, false, 1, 620 * 4 * 7, 43);
    check(f, &near, false, true, 5, 620 * 4 * 70, 0);
    check(f, &far, false, false, 1, 4200 * 4 * 10, 3);
    check(f, &far, false, true, 2, 4200 * 4 * 10, 0);
}

static void two_tile_axes_are_one(void **state)
{
    struct fixture *f = *state;
    const struct array side_by_side = {"TNCHW", {2, 3, 2, 4, 5}};
    const struct array apart = {"NHWCT", {3, 4, 5, 2, 2}};
    const struct array single = {"NHWCT", {1, 4, 5, 2, 2}};
    check(f, &side_by_side, false, false, 1, 0, 2);
    check(f, &single, false, false, 1, 0, 1);
    const char *path = write_array(f, &apart, false, false);
    struct trl_source_params params = {.paths = &path, .path_count = 1, .axes = "NHWCT"};
    expect_failure(f, &params, TRL_ERROR_USAGE, "side by side");
    path = write_array(f, &side_by_side, true, false);
    params.axes = "TNCHW";
    expect_failure(f, &params, TRL_ERROR_USAGE, "side by side");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_order_gives_the_same_film, fixture_set_up,
                                        fixture_tear_down),
        cmocka_unit_test_setup_teardown(blocks_hold_what_the_limit_allows, fixture_set_up,
                                        fixture_tear_down),
        cmocka_unit_test_setup_teardown(near_and_far_pieces_are_read, fixture_set_up,
                                        fixture_tear_down),
        cmocka_unit_test_setup_teardown(two_tile_axes_are_one, fixture_set_up, fixture_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

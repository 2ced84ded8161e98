/* SPDX-License-Identifier: BSD-2-Clause */
/* Projections on the device against the same on the host, bit for bit. */
#include "base/math.h"
#include "reference.h"
#include "run.h"
#include "tensor/layout.h"
#include "tensor/slice.h"
#include "view/project.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct test_device test;

static int open_device(void **state)
{
    (void)state;
    return test_device_open(&test);
}

static int close_device(void **state)
{
    (void)state;
    test_device_close(&test);
    return 0;
}

/* ---- the reference ---- */

static float flush(float x)
{
    return fpclassify(x) == FP_SUBNORMAL ? 0.0F : x + 0.0F;
}

static float reciprocal(float d)
{
    float r = trl_float_from_bits(0x7ef311c7U - trl_float_bits(d));
    for (int i = 0; i < 4; i++)
        r = r * (2.0F - d * r);
    return r;
}

static float reference_line(enum trl_project project, const float *x, int64_t count, int64_t step)
{
    float best = NAN, sum = 0, block = 0;
    int64_t finite = 0;
    bool up = false, down = false;
    for (int64_t i = 0; i < count; i++, x += step) {
        if (project == TRL_PROJECT_MAX && (isnan(best) || *x > best) && !isnan(*x))
            best = *x + 0.0F;
        if (project == TRL_PROJECT_MIN && (isnan(best) || *x < best) && !isnan(*x))
            best = *x + 0.0F;
        if (isfinite(*x)) {
            block = flush(block + flush(*x));
            finite++;
        }
        up = up || *x == INFINITY;
        down = down || *x == -INFINITY;
        if (i % 256 == 255) {
            sum = flush(sum + block);
            block = 0;
        }
    }
    if (project == TRL_PROJECT_MAX || project == TRL_PROJECT_MIN)
        return best;
    if (up || down || finite == 0)
        return up == down ? NAN : up ? INFINITY : -INFINITY;
    sum = flush(sum + block);
    if (project == TRL_PROJECT_SUM || finite == 1)
        return sum;
    return flush(sum * reciprocal((float)finite));
}

static float *reference_projection(enum trl_project project, int axis,
                                   const struct trl_layout *layout, const void *data)
{
    struct reference_values v = reference_read(layout, data);
    const int64_t steps[3] = {v.rows * v.columns, v.columns, 1};
    const int row_axis = axis == 0 ? 1 : 0, column_axis = axis == 2 ? 1 : 2;
    const int64_t rows = layout->shape[row_axis], columns = layout->shape[column_axis];
    float *out = malloc((size_t)(rows * columns) * sizeof(*out));
    for (int64_t r = 0; r < rows; r++)
        for (int64_t c = 0; c < columns; c++)
            out[r * columns + c] =
                reference_line(project, v.value + r * steps[row_axis] + c * steps[column_axis],
                               layout->shape[axis], steps[axis]);
    free(v.value);
    return out;
}

/* ---- the check ---- */

struct work {
    struct trl_projection *projection;
    struct trl_gpu_tensor tensor;
};

static int record(void *user, struct trl_gpu_cmd *cmd)
{
    struct work *work = user;
    return trl_projection_record(work->projection, cmd, &work->tensor);
}

static void check(enum trl_project project, int axis, const struct trl_layout *layout,
                  const void *data, size_t size)
{
    struct work work = {.tensor = run_tensor(&test, layout, data, size)};
    assert_int_equal(
        trl_projection_create(&work.projection, test.device, project, axis, layout->shape), 0);
    run_record(&test, record, &work);
    const struct trl_gpu_tensor *result = trl_projection_result(work.projection);
    axis = axis < 0 ? axis + 3 : axis;
    const size_t count = (size_t)trl_layout_elements(&result->layout);
    assert_int_equal((int64_t)count * layout->shape[axis], trl_layout_elements(layout));
    uint32_t *is = run_read(&test, result->buffer, count * 4);
    float *should = reference_projection(project, axis, layout, data);
    int wrong = 0;
    for (size_t n = 0; n < count; n++) {
        uint32_t bits = isnan(should[n]) ? 0x7fc00000U : trl_float_bits(should[n]);
        if (is[n] != bits && wrong++ < 5)
            print_error("axis %d, project %d: output %zu is %08x, not %08x\n", axis, (int)project,
                        n, is[n], bits);
    }
    assert_int_equal(wrong, 0);
    free(is);
    free(should);
    trl_gpu_buffer_destroy(&work.tensor.buffer);
    trl_projection_destroy(&work.projection);
    assert_int_equal(test.messages, 0);
}

static void check_all(const struct trl_layout *layout, const void *data, size_t size)
{
    for (int axis = 0; axis < 3; axis++)
        for (int project = TRL_PROJECT_MAX; project <= TRL_PROJECT_SUM; project++)
            check((enum trl_project)project, project == 1 ? axis - 3 : axis, layout, data, size);
}

static struct trl_layout dense(enum trl_dtype dtype, int64_t a, int64_t b, int64_t c, bool fortran)
{
    struct trl_layout layout;
    assert_int_equal(trl_layout_dense(&layout, dtype, 3, (int64_t[]){a, b, c}, fortran), 0);
    return layout;
}

static float *make_floats(size_t count, uint64_t seed)
{
    static const float odd[] = {0.0F,   -0.0F,   NAN,           -NAN,   INFINITY,
                                1e-45F, -1e-45F, 3.4028234e38F, 1e-38F, -1.1754944e-38F};
    float *value = malloc(count * sizeof(*value));
    for (size_t i = 0; i < count; i++) {
        const uint64_t random = reference_random(&seed);
        value[i] = (float)((double)(random >> 11) / 4503599627370496.0 - 1.0);
        if (random % 64 == 0)
            value[i] = odd[(random >> 8) % (sizeof(odd) / sizeof(odd[0]))];
    }
    return value;
}

static void volumes_are_projected_along_every_axis(void **state)
{
    (void)state;
    const size_t count = (size_t)7 * 33 * 70;
    float *value = make_floats(count, 1);
    struct trl_layout layout = dense(TRL_DTYPE_F32, 7, 33, 70, false);
    check_all(&layout, value, count * 4);
    layout = dense(TRL_DTYPE_F32, 70, 7, 33, true);
    check_all(&layout, value, count * 4);
    /* Every second element, backwards along one axis. */
    layout = (struct trl_layout){
        .dtype = TRL_DTYPE_F32,
        .rank = 3,
        .shape = {7, 33, 35},
        .stride = {33 * 70, -70, 2},
        .offset = 32 * 70 + 1,
    };
    check_all(&layout, value, count * 4);
    free(value);
}

static void every_dtype_is_projected(void **state)
{
    (void)state;
    uint64_t seed = 5;
    uint8_t bytes[5 * 6 * 9 * 4];
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)reference_random(&seed);
    for (int dtype = TRL_DTYPE_F32; dtype < TRL_DTYPE_COUNT; dtype++) {
        if (trl_dtype_size((enum trl_dtype)dtype) == 8)
            continue;
        struct trl_layout layout = dense((enum trl_dtype)dtype, 5, 6, 9, dtype % 2);
        layout.big_endian = trl_dtype_size((enum trl_dtype)dtype) > 1 && dtype % 3 == 0;
        check_all(&layout, bytes, sizeof(bytes));
    }
}

/* Longer than a block, than what one dispatch may run along, and every edge of size 1. */
static void long_axes_and_single_elements(void **state)
{
    (void)state;
    const size_t count = 70001;
    float *value = make_floats(count, 9);
    struct trl_layout layout = dense(TRL_DTYPE_F32, 1, 1, (int64_t)count, false);
    check_all(&layout, value, count * 4);
    layout = dense(TRL_DTYPE_F32, (int64_t)count / 3, 1, 3, false);
    check_all(&layout, value, count * 4);
    layout = dense(TRL_DTYPE_F32, 1, 1, 1, false);
    check_all(&layout, value, count * 4);
    free(value);
}

static void where_all_is_nan_so_is_the_projection(void **state)
{
    (void)state;
    float value[24];
    for (int i = 0; i < 24; i++)
        value[i] = NAN;
    struct trl_layout layout = dense(TRL_DTYPE_F32, 2, 3, 4, false);
    check_all(&layout, value, sizeof(value));
    value[5] = -3;
    value[7] = -INFINITY;
    check_all(&layout, value, sizeof(value));
}

static void what_is_out_of_range_is_refused(void **state)
{
    (void)state;
    struct trl_projection *p = NULL;
    const int64_t shape[3] = {2, 3, 4}, empty[3] = {2, 0, 4};
    test.quiet = true;
    assert_int_equal(trl_projection_create(&p, test.device, TRL_PROJECT_MAX, 3, shape),
                     TRL_ERROR_USAGE);
    assert_non_null(strstr(test.last, "axis 3 of a volume"));
    assert_int_equal(trl_projection_create(&p, test.device, TRL_PROJECT_MAX, 0, empty),
                     TRL_ERROR_USAGE);
    assert_int_equal(trl_projection_create(&p, test.device, (enum trl_project)9, 0, shape),
                     TRL_ERROR_USAGE);
    assert_int_equal(test.messages, 3);
    assert_null(p);
    test.quiet = false;
    test.messages = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(volumes_are_projected_along_every_axis),
        cmocka_unit_test(every_dtype_is_projected),
        cmocka_unit_test(long_axes_and_single_elements),
        cmocka_unit_test(where_all_is_nan_so_is_the_projection),
        cmocka_unit_test(what_is_out_of_range_is_refused),
    };
    return cmocka_run_group_tests_name("project", tests, open_device, close_device);
}

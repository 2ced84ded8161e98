/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/math.h"
#include "ops/reduce_cpu.h"
#include "shared/exact.h"
#include "values.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <tensorreel/error.h>

/* Reductions on the processor against sums in long double (64 bits of mantissa). */

static float reduce(enum trl_ops_reduction reduction, const float *values, int64_t count)
{
    struct trl_layout layout;
    struct trl_ops_shape shape;
    float out;
    assert_int_equal(trl_layout_dense(&layout, TRL_DTYPE_F32, 1, &count, false), 0);
    assert_int_equal(trl_ops_shape_init(
                         &shape, &(struct trl_ops_reduce_params){.reduction = reduction}, &layout),
                     0);
    assert_int_equal(trl_ops_reduce_cpu(&shape, NULL, &layout, values, &out), 0);
    return out;
}

static uint32_t place(enum trl_ops_reduction reduction, const float *values, int64_t count)
{
    return trl_float_bits(reduce(reduction, values, count));
}

static double units(float is, long double truth)
{
    int exponent;
    frexpl(truth, &exponent);
    return (double)(fabsl((long double)is - truth) / ldexpl(1, exponent - 24));
}

struct truth {
    long double sum, mean, norm, variance;
};

static struct truth truth_of(const float *values, int64_t count)
{
    struct truth t = {0};
    long double squares = 0, distances = 0;
    for (int64_t n = 0; n < count; n++) {
        t.sum += (long double)values[n];
        squares += (long double)values[n] * (long double)values[n];
    }
    t.mean = t.sum / (long double)count;
    for (int64_t n = 0; n < count; n++)
        distances += ((long double)values[n] - t.mean) * ((long double)values[n] - t.mean);
    t.norm = sqrtl(squares);
    t.variance = distances / (long double)count;
    return t;
}

static void check_accuracy(const float *values, int64_t count)
{
    const struct truth t = truth_of(values, count);
    assert_true(units(reduce(TRL_OPS_SUM, values, count), t.sum) < 0.51);
    assert_true(units(reduce(TRL_OPS_MEAN, values, count), t.mean) < 0.51);
    assert_true(units(reduce(TRL_OPS_NORM, values, count), t.norm) < 2);
    if (count > 1)
        assert_true(units(reduce(TRL_OPS_VARIANCE, values, count), t.variance) < 2);
}

static void sums_are_rounded_once(void **state)
{
    (void)state;
    static const int64_t counts[] = {1, 2, 3, 63, 64, 65, 1000, 1024, 1025, 65537, 1500000};
    float *values = malloc(1500000 * sizeof(*values));
    for (size_t n = 0; n < sizeof(counts) / sizeof(counts[0]); n++)
        for (int kind = 0; kind < 4; kind++) {
            uint64_t seed = n + 1;
            /* From 0 to 1, far from 0, of both signs, from 2^-8 to 2^8. */
            for (int64_t i = 0; i < counts[n]; i++) {
                const float x = (float)(next_random(&seed) >> 8) * 0x1p-24f;
                values[i] = kind == 0   ? x
                            : kind == 1 ? 1000 + x
                            : kind == 2 ? 3 * x - 1
                                        : ldexpf(1 + x, (int)(next_random(&seed) % 16) - 8);
            }
            check_accuracy(values, counts[n]);
        }
    free(values);
}

static void far_from_one_nothing_is_lost(void **state)
{
    (void)state;
    enum { COUNT = 3000 };
    float values[COUNT];
    static const int exponents[] = {-145, -130, -100, -70, 60, 100, 115};
    for (size_t n = 0; n < sizeof(exponents) / sizeof(exponents[0]); n++) {
        uint64_t seed = n + 1;
        for (int i = 0; i < COUNT; i++)
            values[i] = ldexpf((float)(int32_t)next_random(&seed) * 0x1p-31f, exponents[n]);
        const struct truth t = truth_of(values, COUNT);
        const float sum = reduce(TRL_OPS_SUM, values, COUNT);
        const float norm = reduce(TRL_OPS_NORM, values, COUNT);
        /* Where the result is denormal its unit is 2^-149. */
        assert_true(fabsl((long double)sum - t.sum) <= fmaxl(fabsl(t.sum) * 0x1p-24L, 0x1p-149L));
        assert_true(fabsl((long double)norm - t.norm) <= fmaxl(t.norm * 0x1p-22L, 0x1p-149L));
        const float variance = reduce(TRL_OPS_VARIANCE, values, COUNT);
        if (t.variance > 0x1p128L)
            assert_true(isinf(variance));
        else
            assert_true(fabsl((long double)variance - t.variance) <=
                        fmaxl(t.variance * 0x1p-22L, 0x1p-149L));
    }
}

static void closed_forms_come_out(void **state)
{
    (void)state;
    enum { COUNT = 100000 };
    float *values = malloc(COUNT * sizeof(*values));
    for (int i = 0; i < COUNT; i++)
        values[i] = (float)(i + 1);
    assert_true(reduce(TRL_OPS_SUM, values, COUNT) == 5000050000.0f);
    assert_true(reduce(TRL_OPS_MEAN, values, COUNT) == 50000.5f);
    assert_true(reduce(TRL_OPS_VARIANCE, values, COUNT) == (float)((1e10 - 1) / 12));
    assert_true(reduce(TRL_OPS_MIN, values, COUNT) == 1);
    assert_true(reduce(TRL_OPS_MAX, values, COUNT) == COUNT);
    assert_int_equal(place(TRL_OPS_ARGMIN, values, COUNT), 0);
    assert_int_equal(place(TRL_OPS_ARGMAX, values, COUNT), COUNT - 1);
    for (int i = 0; i < COUNT; i++)
        values[i] = 0.1f;
    assert_true(reduce(TRL_OPS_VARIANCE, values, COUNT) == 0);
    assert_true(reduce(TRL_OPS_MEAN, values, COUNT) == 0.1f);
    /* Terms that cancel: what a plain sum loses is all there is. */
    const float cancel[5] = {1e20f, 1, -1e20f, 2, 0x1p-30f};
    assert_true(reduce(TRL_OPS_SUM, cancel, 3) == 1);
    const float pythagoras[2] = {3e30f, 4e30f};
    assert_true(reduce(TRL_OPS_NORM, pythagoras, 2) == 5e30f);
    free(values);
}

static void nan_infinity_and_zero_have_rules(void **state)
{
    (void)state;
    float v[6] = {1, -INFINITY, 3, 2, 3, -0.0f};
    assert_true(reduce(TRL_OPS_SUM, v, 6) == -INFINITY);
    assert_true(reduce(TRL_OPS_MEAN, v, 6) == -INFINITY);
    assert_true(reduce(TRL_OPS_MIN, v, 6) == -INFINITY);
    assert_true(reduce(TRL_OPS_MAX, v, 6) == 3);
    assert_true(reduce(TRL_OPS_NORM, v, 6) == INFINITY);
    assert_true(isnan(reduce(TRL_OPS_VARIANCE, v, 6)));
    assert_int_equal(place(TRL_OPS_ARGMIN, v, 6), 1);
    assert_int_equal(place(TRL_OPS_ARGMAX, v, 6), 2); /* the first of two */
    v[3] = -NAN;
    v[4] = NAN;
    for (int reduction = TRL_OPS_SUM; reduction <= TRL_OPS_VARIANCE; reduction++) {
        const uint32_t bits = trl_float_bits(reduce((enum trl_ops_reduction)reduction, v, 6));
        const bool is_place = reduction == TRL_OPS_ARGMIN || reduction == TRL_OPS_ARGMAX;
        assert_int_equal(bits, is_place ? 3 : TRL_EXACT_NAN);
    }
    v[0] = v[1] = -0.0f;
    for (int reduction = TRL_OPS_SUM; reduction <= TRL_OPS_VARIANCE; reduction++)
        assert_int_equal(place((enum trl_ops_reduction)reduction, v, 2), 0);
    v[0] = v[1] = 3e38f;
    assert_true(reduce(TRL_OPS_SUM, v, 2) == INFINITY);
    assert_true(reduce(TRL_OPS_NORM, v, 1) == 3e38f);
}

/* An axis of a strided tensor, against each line alone. */
static void an_axis_is_taken_out(void **state)
{
    (void)state;
    enum { A = 5, B = 7, C = 11 };
    float values[A * B * C], line[B], out[A * C];
    uint64_t seed = 1;
    for (int i = 0; i < A * B * C; i++)
        values[i] = (float)(next_random(&seed) % 1000);
    /* Fortran order. */
    const struct trl_layout layout = {
        .dtype = TRL_DTYPE_F32, .rank = 3, .shape = {A, B, C}, .stride = {1, A, A * B}};
    struct trl_ops_shape shape;
    for (int axis = 1; axis >= -2; axis -= 3) {
        const struct trl_ops_reduce_params params = {
            .reduction = TRL_OPS_NORM, .along_axis = true, .axis = axis};
        assert_int_equal(trl_ops_shape_init(&shape, &params, &layout), 0);
        assert_int_equal(shape.result.rank, 2);
        assert_int_equal(shape.result.shape[0], A);
        assert_int_equal(shape.result.shape[1], C);
        assert_int_equal(trl_ops_reduce_cpu(&shape, NULL, &layout, values, out), 0);
        for (int a = 0; a < A; a++)
            for (int c = 0; c < C; c++) {
                for (int b = 0; b < B; b++)
                    line[b] = values[a + A * b + A * B * c];
                assert_true(out[a * C + c] == reduce(TRL_OPS_NORM, line, B));
            }
    }
}

static void what_cannot_be_reduced_is_refused(void **state)
{
    (void)state;
    struct trl_ops_shape shape;
    struct trl_layout layout = {.dtype = TRL_DTYPE_U8, .rank = 2, .shape = {3, 0}};
    struct trl_ops_reduce_params params = {0};
    assert_int_equal(trl_ops_shape_init(&shape, &params, &layout), TRL_ERROR_USAGE);
    params.reduction = TRL_OPS_SUM;
    assert_int_equal(trl_ops_shape_init(&shape, &params, &layout), TRL_ERROR_USAGE);
    layout.shape[1] = (int64_t)1 << 32;
    params.along_axis = true;
    params.axis = 1;
    assert_int_equal(trl_ops_shape_init(&shape, &params, &layout), TRL_ERROR_USAGE);
    params.axis = 2;
    assert_int_equal(trl_ops_shape_init(&shape, &params, &layout), TRL_ERROR_USAGE);
    params.axis = -3;
    assert_int_equal(trl_ops_shape_init(&shape, &params, &layout), TRL_ERROR_USAGE);
    params.axis = 0;
    assert_int_equal(trl_ops_shape_init(&shape, &params, &layout), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_are_rounded_once),
        cmocka_unit_test(far_from_one_nothing_is_lost),
        cmocka_unit_test(closed_forms_come_out),
        cmocka_unit_test(nan_infinity_and_zero_have_rules),
        cmocka_unit_test(an_axis_is_taken_out),
        cmocka_unit_test(what_cannot_be_reduced_is_refused),
    };
    return cmocka_run_group_tests_name("reduce", tests, NULL, NULL);
}

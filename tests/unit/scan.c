/* SPDX-License-Identifier: BSD-2-Clause */
#include "tensor/scan.h"

#include "tensor/layout.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { COUNT = 5000 };

static uint8_t bytes[COUNT * 8];

/* What is to be found, the plain way: the finite elements, one by one, sorted. */
static int by_value(const void *a, const void *b)
{
    const float x = *(const float *)a;
    const float y = *(const float *)b;
    return (x > y) - (x < y);
}

static int sorted_finite(const struct trl_layout *layout, const void *data, float *out)
{
    const size_t size = trl_dtype_size(layout->dtype);
    int count = 0;
    int64_t index[TRL_RANK_MAX] = {0};
    const int64_t elements = trl_layout_elements(layout);
    for (int64_t n = 0; n < elements; n++) {
        int64_t at = layout->offset;
        for (int i = 0; i < layout->rank; i++)
            at += index[i] * layout->stride[i];
        const float value = trl_element_f32(layout->dtype, layout->big_endian,
                                            (const char *)data + at * (int64_t)size);
        if (isfinite(value))
            out[count++] = value;
        for (int i = layout->rank - 1; i >= 0 && ++index[i] == layout->shape[i]; i--)
            index[i] = 0;
    }
    qsort(out, (size_t)count, sizeof(*out), by_value);
    return count;
}

static bool scan_range(const struct trl_layout *layout, const void *data, double p_low,
                       double p_high, float *low, float *high)
{
    struct trl_scan *scan;
    assert_int_equal(trl_scan_create(&scan, p_low, p_high), 0);
    do
        trl_scan_add(scan, layout, data);
    while (trl_scan_again(scan));
    const bool any = trl_scan_range(scan, low, high);
    trl_scan_destroy(&scan);
    assert_null(scan);
    return any;
}

static float nearest_rank(const float *sorted, int count, double percentile)
{
    int rank = 1;
    while ((double)rank * 100 < percentile * count)
        rank++;
    return sorted[rank - 1];
}

static void check(const struct trl_layout *layout, const void *data)
{
    static float sorted[COUNT * 4];
    static const double percentiles[][2] = {{2, 98}, {0, 50}, {25, 75}, {0.01, 100}, {99.99, 33.3}};
    const int count = sorted_finite(layout, data, sorted);
    float low, high;
    assert_int_equal(scan_range(layout, data, 0, 0, &low, &high), count > 0);
    if (!count)
        return;
    assert_true(low == sorted[0]);
    assert_true(high == sorted[count - 1]);
    for (int i = 0; i < 5; i++) {
        assert_true(scan_range(layout, data, percentiles[i][0], percentiles[i][1], &low, &high));
        assert_true(low == nearest_rank(sorted, count, percentiles[i][0]));
        assert_true(high == nearest_rank(sorted, count, percentiles[i][1]));
    }
}

static int random_bytes(void **state)
{
    (void)state;
    srand(7);
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)(rand() >> 7);
    return 0;
}

static void every_dtype_equals_sorting(void **state)
{
    (void)state;
    static const int64_t shapes[][3] = {{1, 1, COUNT}, {3, 7, 11}, {1, 1, 63}, {1, 1, 1}};
    for (int dtype = 1; dtype < TRL_DTYPE_COUNT; dtype++) {
        for (int i = 0; i < 8; i++) {
            struct trl_layout layout;
            trl_layout_dense(&layout, (enum trl_dtype)dtype, 3, shapes[i / 2], i % 2);
            layout.big_endian = i % 2;
            check(&layout, bytes);
        }
    }
}

static void strides_equal_sorting(void **state)
{
    (void)state;
    static const struct trl_layout layouts[] = {
        {.rank = 2, .shape = {20, 30}, .stride = {100, 3}},
        {.rank = 2, .shape = {20, 30}, .stride = {-100, 1}, .offset = 4000},
        {.rank = 3, .shape = {4, 5, 6}, .stride = {1, -4, 20}, .offset = 16},
        {.rank = 2, .shape = {50, 9}, .stride = {0, 7}},
        {.rank = 4, .shape = {2, 1, 3, 2000}, .stride = {2100, 99, 10, 1}},
        {.rank = 0, .offset = 17},
    };
    for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
        struct trl_layout layout = layouts[i];
        layout.dtype = TRL_DTYPE_I16;
        check(&layout, bytes);
        layout.dtype = TRL_DTYPE_F32;
        check(&layout, bytes);
    }
}

/* Special values at every place of a vector, one infinity among finite values as well as many. */
static void values_that_are_not_finite_do_not_count(void **state)
{
    (void)state;
    static const float special[] = {NAN, -NAN, INFINITY, -INFINITY};
    static float values[300];
    const int64_t shape[] = {300};
    struct trl_layout layout;
    trl_layout_dense(&layout, TRL_DTYPE_F32, 1, shape, false);
    for (int at = 0; at < 300; at += 7) {
        for (int kind = 0; kind < 4; kind++) {
            for (int i = 0; i < 300; i++)
                values[i] = (float)(i - 150);
            values[at] = special[kind];
            check(&layout, values);
        }
    }
    for (int i = 0; i < 300; i++)
        values[i] = special[i % 4];
    check(&layout, values);
    values[299] = -0.5f;
    check(&layout, values);
}

static void several_tensors_make_one_range(void **state)
{
    (void)state;
    const float first[] = {5, 1, NAN};
    const float second[] = {-3, INFINITY, 2, 4};
    struct trl_layout a, b;
    struct trl_scan *scan;
    float low, high;
    trl_layout_dense(&a, TRL_DTYPE_F32, 1, (const int64_t[]){3}, false);
    trl_layout_dense(&b, TRL_DTYPE_F32, 1, (const int64_t[]){4}, false);
    assert_int_equal(trl_scan_create(&scan, 0, 0), 0);
    assert_false(trl_scan_range(scan, &low, &high));
    trl_scan_add(scan, &a, first);
    trl_scan_add(scan, &b, second);
    assert_false(trl_scan_again(scan));
    assert_true(trl_scan_range(scan, &low, &high));
    assert_true(low == -3 && high == 5);
    trl_scan_destroy(&scan);
    /* -3 1 2 4 5: ranks ceil(0.2 * 5) = 1 and ceil(0.5 * 5) = 3 */
    assert_int_equal(trl_scan_create(&scan, 20, 50), 0);
    do {
        trl_scan_add(scan, &a, first);
        trl_scan_add(scan, &b, second);
    } while (trl_scan_again(scan));
    assert_true(trl_scan_range(scan, &low, &high));
    assert_true(low == -3 && high == 2);
    trl_scan_destroy(&scan);
    trl_scan_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_dtype_equals_sorting),
        cmocka_unit_test(strides_equal_sorting),
        cmocka_unit_test(values_that_are_not_finite_do_not_count),
        cmocka_unit_test(several_tensors_make_one_range),
    };
    return cmocka_run_group_tests(tests, random_bytes, NULL);
}

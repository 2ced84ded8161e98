/* SPDX-License-Identifier: BSD-2-Clause */
/* What filters do, on the host, against closed forms and values found by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/math.h"
#include "tensor/filter.h"

#include <tensorreel/error.h>

static struct trl_filter_host *host;
static int64_t elements;

static void open(const char *text, int64_t rows, int64_t columns)
{
    struct trl_layout layout;
    const int64_t shape[3] = {1, rows, columns};
    elements = rows * columns;
    assert_int_equal(trl_layout_dense(&layout, TRL_DTYPE_F32, 3, shape, false), 0);
    assert_int_equal(trl_filter_host_create(&host, NULL, text, &layout), 0);
}

/* One frame through a chain; out may be in. */
static void filter(const char *text, int64_t rows, int64_t columns, const float *in, float *out)
{
    open(text, rows, columns);
    memcpy(out, trl_filter_host_apply(host, in), (size_t)elements * sizeof(*out));
    trl_filter_host_destroy(&host);
    assert_null(host);
}

static void close_to(double got, double expected, double tolerance)
{
    if (!(fabs(got - expected) <= tolerance))
        fail_msg("%.9g, not %.9g", got, expected);
}

/* Weights are rounded once and each of at most 17 sums twice: 2^-24 each, of values up to 1. */
static const double blur_tolerance = 36 * 0x1p-24;

static void gaussian_of_one_element(void **state)
{
    (void)state;
    enum { N = 25 };
    static float in[N * N], out[N * N];
    in[12 * N + 12] = 1;
    filter("gaussian=2", N, N, in, out);
    double sum = 0;
    for (int i = -8; i <= 8; i++)
        sum += exp(-i * i / 8.0);
    for (int r = 0; r < N; r++)
        for (int c = 0; c < N; c++) {
            const int y = r - 12, x = c - 12;
            const bool inside = abs(x) <= 8 && abs(y) <= 8;
            close_to((double)out[r * N + c], inside ? exp(-(x * x + y * y) / 8.0) / sum / sum : 0,
                     blur_tolerance);
            assert_int_equal(out[r * N + c] > 0, inside);
        }
}

/* Edges repeat the nearest element. The first row is an example of scipy's uniform_filter1d. */
static void boxes(void **state)
{
    (void)state;
    float out[8];
    static const float in[8] = {2, 8, 0, 4, 1, 9, 9, 0};
    static const double three[8] = {12, 10, 12, 5, 14, 19, 18, 9};
    static const double four[8] = {14, 12, 14, 13, 14, 23, 19, 18};
    filter("box=3", 1, 8, in, out);
    for (int i = 0; i < 8; i++)
        close_to((double)out[i], three[i] / 3, 8 * blur_tolerance);
    /* Of 4, two lie before the element and one behind. */
    filter("box=4", 8, 1, in, out);
    for (int i = 0; i < 8; i++)
        close_to((double)out[i], four[i] / 4, 0);
}

static void medians(void **state)
{
    (void)state;
    static const float in[12] = {1, 2, 3, 90, 4, 5, 6, 7, 8, 9, -5, 0};
    static const float expected[12] = {2, 3, 5, 7, 4, 4, 5, 6, 8, 6, 5, 0};
    float out[12];
    filter("median", 3, 4, in, out);
    assert_memory_equal(out, expected, sizeof(out));
}

/* Of 3 x + 4 y the gradient is 8 * 5, at any scale. */
static void gradients(void **state)
{
    (void)state;
    static const float scales[] = {1, 0x1p-120F, 0x1p-77F, 0x1p100F, 0x1p117F};
    float in[30], out[30];
    for (size_t s = 0; s < sizeof(scales) / sizeof(*scales); s++) {
        for (int i = 0; i < 30; i++) {
            const int value = 3 * (i % 6) + 4 * (i / 6);
            in[i] = (float)value * scales[s];
        }
        filter("sobel", 5, 6, in, out);
        for (int r = 1; r < 4; r++)
            for (int c = 1; c < 5; c++)
                assert_true(out[r * 6 + c] == 40 * scales[s]);
        /* In the corner both differences are half as long. */
        assert_true(out[0] == 20 * scales[s]);
    }
}

/* An edge, sharpened: what the blur takes away is added. */
static void sharpening(void **state)
{
    (void)state;
    float in[40], blurred[40], out[40];
    for (int i = 0; i < 40; i++)
        in[i] = i < 20 ? 1 : 3;
    filter("gaussian=1.5", 1, 40, in, blurred);
    filter("unsharp=1.5:0.5", 1, 40, in, out);
    for (int i = 0; i < 40; i++)
        close_to((double)out[i], 1.5 * (double)in[i] - 0.5 * (double)blurred[i], 4 * 0x1p-23);
    assert_true(out[19] < 0.8F && out[20] > 3.2F);
}

/* Within 2 ulp of ln(1 + x), odd, and never falling. */
static void logarithms(void **state)
{
    (void)state;
    enum { N = 1 << 16 };
    static float in[N], out[N];
    double worst = 0;
    for (uint32_t i = 0; i < N; i++)
        in[i] = trl_float_from_bits(0x01000000 + i * ((0x7f7fffff - 0x01000000) / N));
    filter("log", 1, N, in, out);
    for (int i = 0; i < N; i++) {
        const double exact = log1p((double)in[i]);
        const float up = nextafterf((float)exact, INFINITY);
        const double ulp = (double)up - (double)nextafterf(up, 0);
        worst = fmax(worst, fabs((double)out[i] - exact) / ulp);
        assert_true(i == 0 || out[i] >= out[i - 1]);
    }
    assert_true(worst < 2);
    for (int i = 0; i < N; i++) {
        /* Closer together, where the pieces of the polynomial meet. */
        in[i] = 0.35F + (float)i * 0x1p-18F;
    }
    filter("log", 1, N, in, out);
    for (int i = 1; i < N; i++)
        assert_true(out[i] >= out[i - 1] && fabs((double)out[i] - log1p((double)in[i])) < 0x1p-23);
    static float negative[N], mirrored[N];
    for (int i = 0; i < N; i++)
        negative[i] = -in[i];
    filter("log", 1, N, negative, mirrored);
    for (int i = 0; i < N; i++)
        assert_true(mirrored[i] == -out[i]);
}

static void limits(void **state)
{
    (void)state;
    static const float in[6] = {-3, -0.5F, 0.25F, 9, INFINITY, -INFINITY};
    static const float both[6] = {-1, -0.5F, 0.25F, 2, 2, -1};
    static const float above[6] = {0.25F, 0.25F, 0.25F, 9, INFINITY, 0.25F};
    static const float sizes[6] = {3, 0.5F, 0.25F, 9, INFINITY, INFINITY};
    float out[6];
    filter("clip=-1:2", 2, 3, in, out);
    assert_memory_equal(out, both, sizeof(out));
    filter("clip=0.25:", 2, 3, in, out);
    assert_memory_equal(out, above, sizeof(out));
    filter("abs", 2, 3, in, out);
    assert_memory_equal(out, sizes, sizeof(out));
}

static float next(float x)
{
    return trl_filter_host_apply(host, &x)[0];
}

static void over_time(void **state)
{
    (void)state;
    open("smooth=0.25", 1, 1);
    assert_true(next(0) == 0);
    for (int n = 1; n < 20; n++)
        close_to((double)next(1), 1 - pow(0.75, n), 20 * 0x1p-24);
    trl_filter_host_reset(host);
    assert_true(next(7) == 7);
    trl_filter_host_destroy(&host);

    open("decay=0.5", 1, 1);
    static const float in[8] = {8, 0, 0, 3, 0, -4, 0, 0}, glow[8] = {8, 4, 2, 3, 1.5F, -4, -2, -1};
    for (int n = 0; n < 8; n++)
        assert_true(next(in[n]) == glow[n]);
    for (int n = 0; n < 200; n++)
        next(0);
    assert_int_equal(trl_float_bits(next(0)), 0);
    trl_filter_host_destroy(&host);

    open("diff", 1, 1);
    static const float steps[4] = {5, 7, 7, -1}, changes[4] = {0, 2, 0, -8};
    for (int n = 0; n < 4; n++)
        assert_true(next(steps[n]) == changes[n]);
    trl_filter_host_destroy(&host);
}

/* ---- what is not finite ---- */

static const float nan_ = NAN, inf = INFINITY;

static void holes_do_not_spread(void **state)
{
    (void)state;
    static const char *const texts[] = {"gaussian=1", "box=5", "box=2", "median", "unsharp=1:2"};
    const float in[20] = {5, 5, nan_, 5, 5, 5, 5, inf, nan_, 5, nan_, 5, 5, 5, 5, 5, 5, 5, -inf, 5};
    for (size_t n = 0; n < sizeof(texts) / sizeof(*texts); n++) {
        float out[20];
        filter(texts[n], 4, 5, in, out);
        for (int i = 0; i < 20; i++) {
            if (isfinite(in[i]))
                close_to((double)out[i], 5, 5 * 16 * 0x1p-24);
            else
                assert_int_equal(trl_float_bits(out[i]), trl_float_bits(in[i]) & 0xffc00000);
        }
    }
    float out[20];
    filter("sobel", 4, 5, in, out);
    for (int i = 0; i < 20; i++)
        assert_true(isfinite(in[i]) ? out[i] == 0 : !isfinite(out[i]));
}

/* Around the hole the rest counts as much as before: 1 2 1 with one taken away is 2 : 1. */
static void the_rest_is_normalised(void **state)
{
    (void)state;
    float out[5];
    const float in[5] = {4, nan_, 10, 1, 1};
    filter("box=3", 1, 5, in, out);
    close_to((double)out[0], 4, 0x1p-20);
    assert_true(isnan(out[1]));
    close_to((double)out[2], 5.5, 0x1p-20);
    close_to((double)out[3], 4, 0x1p-20);
    /* The middle two of 4 and 10, thrice each. */
    const float even[9] = {1, nan_, 4, 5, 9, nan_, 2, nan_, 8};
    float medians[9];
    filter("median", 3, 3, even, medians);
    assert_true(medians[4] == 4.5F);
}

static void over_time_holes_are_left_out(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        float expected[6];
    } cases[] = {
        {"smooth=0.5", {NAN, 8, INFINITY, NAN, 4, 2}},
        {"decay=0.5", {NAN, 8, INFINITY, NAN, 1, 0.5F}},
        {"diff", {NAN, 0, INFINITY, NAN, -8, 0}},
    };
    const float in[6] = {nan_, 8, inf, nan_, 0, 0};
    for (size_t n = 0; n < sizeof(cases) / sizeof(*cases); n++) {
        open(cases[n].text, 1, 1);
        for (int f = 0; f < 6; f++) {
            const float got = next(in[f]), expected = cases[n].expected[f];
            if (isnan(expected) ? !isnan(got) : got != expected)
                fail_msg("%s, frame %d: %g", cases[n].text, f, (double)got);
        }
        trl_filter_host_destroy(&host);
    }
}

static void values_are_clean(void **state)
{
    (void)state;
    static const uint32_t in[6] = {0xffc12345, 0x7f800001, 0x80000000,
                                   0x00000001, 0x80ffffff, 0x81000000};
    static const uint32_t out[6] = {0x7fc00000, 0x7fc00000, 0, 0, 0, 0x81000000};
    float values[6];
    memcpy(values, in, sizeof(in));
    filter("clip=:1", 1, 6, values, values);
    assert_memory_equal(values, out, sizeof(out));
}

static void refuses(void **state)
{
    (void)state;
    struct trl_layout layout;
    const int64_t shape[3] = {1, 2, 3}, empty[3] = {1, 0, 3};
    assert_int_equal(trl_layout_dense(&layout, TRL_DTYPE_F64, 2, shape, false), 0);
    assert_int_equal(trl_filter_host_create(&host, NULL, "abs", &layout), TRL_ERROR_USAGE);
    assert_int_equal(trl_layout_dense(&layout, TRL_DTYPE_F64, 3, empty, false), 0);
    assert_int_equal(trl_filter_host_create(&host, NULL, "abs", &layout), TRL_ERROR_USAGE);
    assert_int_equal(trl_layout_dense(&layout, TRL_DTYPE_F64, 3, shape, false), 0);
    assert_int_equal(trl_filter_host_create(&host, NULL, "absolute", &layout), TRL_ERROR_USAGE);
    assert_null(host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gaussian_of_one_element),
        cmocka_unit_test(boxes),
        cmocka_unit_test(medians),
        cmocka_unit_test(gradients),
        cmocka_unit_test(sharpening),
        cmocka_unit_test(logarithms),
        cmocka_unit_test(limits),
        cmocka_unit_test(over_time),
        cmocka_unit_test(holes_do_not_spread),
        cmocka_unit_test(the_rest_is_normalised),
        cmocka_unit_test(over_time_holes_are_left_out),
        cmocka_unit_test(values_are_clean),
        cmocka_unit_test(refuses),
    };
    return cmocka_run_group_tests_name("filter host", tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Complex tensors on the device against the same on the host. The host finds phase and magnitude in
 * double; where those lie so near the border of two colours that float32 cannot tell (1e-6 of the
 * value), either is right. That devices agree in every bit is shown by the pixels' hash.
 */
#include "view/complex.h"

#include "base/math.h"
#include "reference.h"
#include "run.h"
#include "shared/scale.h"
#include "tensor/layout.h"
#include "view/geometry.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const double turn = 6.283185307179586;
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

static double flush(float part)
{
    return fpclassify(part) == FP_SUBNORMAL ? 0 : (double)part;
}

static double magnitude(float re, float im)
{
    if (isnan(re) || isnan(im))
        return NAN;
    const double size = hypot(flush(re), flush(im));
    return size > FLT_MAX ? INFINITY : size < FLT_MIN ? 0 : size;
}

static double phase(float re, float im)
{
    if (isinf(re) || isinf(im)) {
        re = isinf(re) ? copysignf(1, re) : 0;
        im = isinf(im) ? copysignf(1, im) : 0;
    }
    const double steps = atan2(flush(im), flush(re)) / turn * 256;
    return steps < 0 ? steps + 256 : steps;
}

/* HSV at full saturation and value. */
static void hsv(int hue, double out[3])
{
    for (int n = 0; n < 3; n++) {
        const double k = fmod(5 - 2 * n + hue * 6 / 256.0, 6);
        out[n] = 255 * (1 - fmax(0, fmin(fmin(k, 4 - k), 1)));
    }
}

static uint32_t colour(const uint32_t *hues, int hue, int light)
{
    uint32_t word = 0;
    for (int n = 0; n < 24; n += 8)
        word |= (uint32_t)floor((hues[hue & 255] >> n & 255) * light / 255.0 + 0.5) << n;
    return word;
}

struct expected {
    const uint32_t *hues, *keys;
    uint32_t nan_color;
};

static int place(const uint32_t keys[257], double value)
{
    if (value > (double)trl_float_from_bits(trl_key_float(keys[256] - 1)))
        return 255;
    int light = 0;
    for (int i = 1; i < 256; i++)
        light += (double)trl_float_from_bits(trl_key_float(keys[i])) <= value;
    return light;
}

static bool right(const struct expected *e, uint32_t is, float re, float im)
{
    const double size = magnitude(re, im), angle = phase(re, im);
    if (isnan(size))
        return is == e->nan_color;
    for (int n = 0; n < 4; n++) {
        const double off = n & 1 ? 1e-6 : -1e-6;
        const int hue = (int)floor(angle + (n & 2 ? 1e-4 : -1e-4) + 0.5);
        if (is == colour(e->hues, hue, place(e->keys, size * (1 + off))))
            return true;
    }
    return false;
}

/* ---- the check ---- */

struct work {
    struct trl_complex *view;
    struct trl_gpu_tensor tensor;
};

static int record(void *user, struct trl_gpu_cmd *cmd)
{
    struct work *work = user;
    return trl_complex_record(work->view, cmd, &work->tensor);
}

/* The scale's thresholds for the magnitudes, whose range is theirs but for what is given. */
static void thresholds(const struct trl_view_params *params, const struct reference_values *v,
                       uint32_t keys[257])
{
    struct trl_view_params own = *params;
    struct trl_scale scale;
    struct reference_values sizes = {1, v->tiles, v->rows, NULL};
    const int64_t count = v->tiles * v->rows;
    sizes.value = malloc((size_t)count * sizeof(float));
    for (int64_t n = 0; n < count; n++)
        sizes.value[n] = (float)magnitude(v->value[2 * n], v->value[2 * n + 1]);
    own.vmin_set = own.vmin_set || own.norm == TRL_NORM_LINEAR;
    float low, high;
    struct reference_run run = {0};
    assert_int_equal(trl_scale_init(&scale, test.log, &own, NULL, NULL), 0);
    reference_scale(&run, &own, &scale, &sizes, &low, &high, keys);
    free(sizes.value);
}

static uint64_t check(const char *name, const struct trl_view_params *params,
                      const struct trl_layout *layout, const void *data, size_t size)
{
    struct work work = {.tensor = run_tensor(&test, layout, data, size)};
    assert_int_equal(trl_complex_create(&work.view, test.device, params, layout->shape, NULL, NULL),
                     0);
    run_record(&test, record, &work);
    const struct trl_picture *picture = trl_complex_picture(work.view);
    uint32_t *pixels = run_pixels(&test, picture);
    run_keep(name, pixels, picture->width, picture->height);
    struct reference_values v = reference_read(layout, data);
    uint32_t keys[257];
    thresholds(params, &v, keys);
    const struct trl_color nan = params->nan_color;
    const struct expected e = {trl_complex_hues(work.view), keys,
                               nan.set ? nan.r | (uint32_t)nan.g << 8 | (uint32_t)nan.b << 16
                                       : 0x808080};
    const struct trl_view_shape shape = {1, layout->shape[0], layout->shape[1]};
    struct trl_view_geometry g;
    assert_int_equal(trl_view_geometry(test.log, params, &shape, &g), 0);
    uint16_t *maps = malloc((size_t)(g.width + g.height) * sizeof(*maps));
    trl_view_geometry_maps(&g, params->origin, maps, maps + g.width);
    int wrong = 0;
    for (int n = 0; n < g.width * g.height; n++) {
        const int c = maps[n % g.width], r = maps[g.width + n / g.width];
        bool good = pixels[n] == 0;
        if (c != TRL_PICTURE_OUTSIDE && r != TRL_PICTURE_OUTSIDE) {
            /* Of the cell's elements the one of the largest magnitude. */
            const float *best = NULL;
            for (int64_t y = r * g.rows / g.reduced_rows; y < (r + 1) * g.rows / g.reduced_rows;
                 y++)
                for (int64_t x = c * g.columns / g.reduced_columns;
                     x < (c + 1) * g.columns / g.reduced_columns; x++) {
                    const float *z = v.value + 2 * (y * g.columns + x);
                    if (!best || !(magnitude(z[0], z[1]) <= magnitude(best[0], best[1])))
                        best = isnan(magnitude(z[0], z[1])) && best ? best : z;
                }
            good = right(&e, pixels[n], best[0], best[1]);
            if (!good && wrong < 5)
                print_error("%s: pixel %d,%d of %g %g is %06x\n", name, n % g.width, n / g.width,
                            (double)best[0], (double)best[1], pixels[n]);
        }
        wrong += !good;
    }
    assert_int_equal(wrong, 0);
    struct trl_frame_counts *counts = run_read(&test, picture->counts, sizeof(*counts));
    uint32_t nans = 0, infinite = 0;
    for (int64_t n = 0; n < g.rows * g.columns; n++) {
        const double m = magnitude(v.value[2 * n], v.value[2 * n + 1]);
        nans += isnan(m) ? 1U : 0U;
        infinite += isinf(m) ? 1U : 0U;
    }
    assert_int_equal(counts->nan, nans);
    assert_int_equal(counts->pos_inf, infinite);
    const uint64_t hash = run_hash(pixels, (size_t)g.width * (size_t)g.height);
    free(counts);
    free(maps);
    free(v.value);
    free(pixels);
    trl_gpu_buffer_destroy(&work.tensor.buffer);
    trl_complex_destroy(&work.view);
    assert_int_equal(test.messages, 0);
    return hash;
}

/* (z^2 - 1) / (z^2 + i), in float32 as every host computes it: (row, column, 2). */
static float *make_function(int rows, int columns)
{
    float *out = malloc((size_t)(rows * columns) * 2 * sizeof(*out));
    for (int n = 0; n < rows * columns; n++) {
        const float x = ((float)(n % columns) + 0.25F) * 4 / (float)columns - 2;
        const float y = 2 - ((float)n / (float)columns + 0.25F) * 4 / (float)rows;
        const float a = x * x - y * y, b = 2 * x * y;
        const float c = a * a + (b + 1) * (b + 1);
        out[2 * n] = ((a - 1) * a + b * (b + 1)) / c;
        out[2 * n + 1] = (b * a - (a - 1) * (b + 1)) / c;
    }
    return out;
}

static void the_phase_is_the_hue(void **state)
{
    (void)state;
    float *z = make_function(150, 200);
    const size_t size = (size_t)150 * 200 * 2 * sizeof(*z);
    struct trl_layout layout;
    assert_int_equal(trl_layout_dense(&layout, TRL_DTYPE_F32, 3, (int64_t[]){150, 200, 2}, false),
                     0);
    struct trl_view_params params = {.width = 400, .height = 310, .vmax_set = true, .vmax = 2};
    assert_true(check("complex", &params, &layout, z, size) == 0x929d402066299cedU);
    params.cmap = "twilight";
    params.norm = TRL_NORM_LOG;
    params.vmin_set = true;
    params.vmin = 0.05;
    params.vmax = 20;
    check("complex-log", &params, &layout, z, size);
    params = (struct trl_view_params){
        .width = 60, .height = 47, .range = TRL_RANGE_PERCENTILE_FRAME, .origin = TRL_ORIGIN_LOWER};
    assert_true(check("complex-small", &params, &layout, z, size) == 0x81894a56e22cf26fU);
    params.width = 400;
    params.height = 50;
    params.aspect = TRL_ASPECT_AUTO;
    check("complex-flat", &params, &layout, z, size);
    free(z);
}

static void hues_are_those_of_hsv(void **state)
{
    (void)state;
    struct trl_complex *view = NULL;
    const struct trl_view_params params = {.width = 8, .height = 8};
    assert_int_equal(
        trl_complex_create(&view, test.device, &params, (int64_t[]){1, 1, 2}, NULL, NULL), 0);
    for (int hue = 0; hue < 256; hue++) {
        double rgb[3];
        hsv(hue, rgb);
        for (int n = 0; n < 3; n++)
            assert_true(fabs(rgb[n] - (trl_complex_hues(view)[hue] >> 8 * n & 255)) <= 1);
    }
    trl_complex_destroy(&view);
}

static void all_floats_have_a_place(void **state)
{
    (void)state;
    static const float odd[] = {0.0F,   -0.0F,  NAN,     INFINITY, -INFINITY, 1.0F,
                                -1.0F,  1e-45F, 3e38F,   -3e38F,   1e-38F,    -2e-38F,
                                1e-20F, 1e20F,  FLT_MAX, FLT_MIN,  0.5F,      7e-39F};
    enum { ODD = sizeof(odd) / sizeof(odd[0]), SIDE = 40 };
    float z[SIDE * SIDE * 2];
    uint64_t seed = 4;
    for (int n = 0; n < SIDE * SIDE * 2; n++)
        z[n] = odd[reference_random(&seed) % ODD];
    for (int n = 0; n < ODD * ODD; n++) {
        z[2 * n] = odd[n / ODD];
        z[2 * n + 1] = odd[n % ODD];
    }
    struct trl_layout layout;
    assert_int_equal(trl_layout_dense(&layout, TRL_DTYPE_F32, 3, (int64_t[]){SIDE, SIDE, 2}, false),
                     0);
    static const double ends[] = {3e38, 2, 1e-18, 1e-37};
    for (size_t n = 0; n < sizeof(ends) / sizeof(ends[0]); n++) {
        const struct trl_view_params params = {.width = SIDE,
                                               .height = SIDE,
                                               .vmax_set = true,
                                               .vmax = ends[n],
                                               .nan_color = {1, 2, 3, true}};
        check("complex-odd", &params, &layout, z, sizeof(z));
    }
    const struct trl_view_params small = {.width = 9, .height = 11};
    check("complex-odd-small", &small, &layout, z, sizeof(z));
    for (int n = 0; n < SIDE * SIDE * 2; n++)
        z[n] = n % 2 ? NAN : 0;
    check("complex-nan", &small, &layout, z, sizeof(z));
    for (int n = 0; n < SIDE * SIDE * 2; n++)
        z[n] = 0;
    check("complex-zero", &small, &layout, z, sizeof(z));
}

static void parts_lie_anywhere_in_any_dtype(void **state)
{
    (void)state;
    uint64_t seed = 11;
    uint8_t bytes[13 * 17 * 2 * 4];
    for (size_t n = 0; n < sizeof(bytes); n++)
        bytes[n] = (uint8_t)reference_random(&seed);
    const struct trl_view_params params = {.width = 34, .height = 26};
    for (int dtype = TRL_DTYPE_F16; dtype < TRL_DTYPE_COUNT; dtype++) {
        const size_t size = trl_dtype_size((enum trl_dtype)dtype);
        if (size == 8)
            continue;
        /* Real parts first, then all imaginary ones; rows upside down. */
        const struct trl_layout layout = {
            .dtype = (enum trl_dtype)dtype,
            .big_endian = size > 1 && dtype % 2,
            .rank = 3,
            .shape = {13, 17, 2},
            .stride = {-17, 1, 13 * 17},
            .offset = 12 * 17,
        };
        check("complex-dtype", &params, &layout, bytes, sizeof(bytes));
    }
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    struct trl_complex *view = NULL;
    struct trl_view_params params = {.width = 8, .height = 8};
    test.quiet = true;
    assert_int_equal(
        trl_complex_create(&view, test.device, &params, (int64_t[]){4, 4, 3}, NULL, NULL),
        TRL_ERROR_USAGE);
    assert_non_null(strstr(test.last, "the last axis has 3"));
    assert_int_equal(
        trl_complex_create(&view, test.device, &params, (int64_t[]){0, 4, 2}, NULL, NULL),
        TRL_ERROR_USAGE);
    params.cmap = "hsw";
    assert_int_equal(
        trl_complex_create(&view, test.device, &params, (int64_t[]){4, 4, 2}, NULL, NULL),
        TRL_ERROR_USAGE);
    assert_int_equal(test.messages, 3);
    assert_null(view);
    test.quiet = false;
    test.messages = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_phase_is_the_hue),
        cmocka_unit_test(hues_are_those_of_hsv),
        cmocka_unit_test(all_floats_have_a_place),
        cmocka_unit_test(parts_lie_anywhere_in_any_dtype),
        cmocka_unit_test(what_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests_name("complex", tests, open_device, close_device);
}

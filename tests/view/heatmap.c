/* SPDX-License-Identifier: BSD-2-Clause */
/* The heat map on the device against the one on the host, cell for cell. */
#include "harness.h"

#include "base/math.h"

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

static struct trl_layout dense(enum trl_dtype dtype, int64_t tiles, int64_t rows, int64_t columns)
{
    return (struct trl_layout){
        .dtype = dtype,
        .rank = 3,
        .shape = {tiles, rows, columns},
        .stride = {rows * columns, columns, 1},
    };
}

static const float odd_values[] = {
    0.0F,   -0.0F,   NAN,    -NAN,          INFINITY,       -INFINITY,
    1e-45F, -1e-45F, 1e-38F, 3.4028234e38F, -3.4028234e38F, 1.0F,
    -1.0F,  0.5F,    0.25F,  100.0F,        -100.0F,        1.1754944e-38F,
};

/* Values around -1 to 1, and now and then one that is out of the way. */
static float *make_floats(int64_t count, uint64_t seed, bool odd)
{
    float *value = malloc((size_t)count * sizeof(float));
    for (int64_t i = 0; i < count; i++) {
        const uint64_t random = reference_random(&seed);
        value[i] = (float)((double)(random >> 11) / 4503599627370496.0 - 1.0);
        if (odd && random % 16 == 0)
            value[i] = odd_values[(random >> 8) % (sizeof(odd_values) / sizeof(odd_values[0]))];
    }
    return value;
}

static uint8_t *make_bytes(size_t size, uint64_t seed)
{
    uint8_t *bytes = malloc(size);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)reference_random(&seed);
    return bytes;
}

/* Two frames on one view, the second with values that are out of the way. */
static void check_floats(const struct trl_view_params *params, int64_t tiles, int64_t rows,
                         int64_t columns, uint64_t seed)
{
    const int64_t count = tiles * rows * columns;
    const struct trl_view_shape shape = {tiles, rows, columns};
    const struct trl_layout layout = dense(TRL_DTYPE_F32, tiles, rows, columns);
    struct harness h;
    harness_open(&h, &test, params, &shape);
    for (int odd = 0; odd < 2; odd++) {
        float *value = make_floats(count, seed, odd);
        harness_check(&h, &layout, value, (size_t)count * sizeof(float));
        free(value);
    }
    harness_close(&h);
}

static void every_dtype_and_byte_order(void **state)
{
    (void)state;
    static const struct {
        enum trl_dtype dtype;
        double low, high;
    } cases[] = {
        {TRL_DTYPE_F32, -1e3, 1e3},   {TRL_DTYPE_F16, -300, 300}, {TRL_DTYPE_BF16, -1e3, 1e3},
        {TRL_DTYPE_I8, -100, 120},    {TRL_DTYPE_U8, 3, 250},     {TRL_DTYPE_I16, -3e4, 3e4},
        {TRL_DTYPE_U16, 100, 6e4},    {TRL_DTYPE_I32, -2e9, 2e9}, {TRL_DTYPE_U32, 1e8, 4.2e9},
        {TRL_DTYPE_BOOL, 0.25, 1.25},
    };
    const struct trl_view_shape shape = {1, 37, 53};
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
        const struct trl_view_params params = {
            .vmin_set = true, .vmin = cases[n].low, .vmax_set = true, .vmax = cases[n].high};
        struct harness h;
        harness_open(&h, &test, &params, &shape);
        for (int big = 0; big < 2; big++) {
            struct trl_layout layout = dense(cases[n].dtype, 1, 37, 53);
            layout.big_endian = big;
            const size_t size = (size_t)(37 * 53) * trl_dtype_size(layout.dtype);
            uint8_t *bytes = make_bytes(size, n + 100);
            for (size_t i = 0; i < size && layout.dtype == TRL_DTYPE_BOOL; i++)
                bytes[i] &= 3;
            harness_check(&h, &layout, bytes, size);
            free(bytes);
        }
        harness_close(&h);
    }
}

static void rounding_of_large_integers(void **state)
{
    (void)state;
    /* Halves between two floats, to even; the largest values round up to a power of two. */
    static const uint32_t value[] = {16777215,    16777216,    16777217,    16777218,
                                     16777219,    33554434,    33554435,    33554438,
                                     33554442,    0xffffff7fU, 0xffffff80U, 0xffffffffU,
                                     0x80000000U, 0x7fffffffU, 0,           1};
    const struct trl_view_params params = {.range = TRL_RANGE_FRAME};
    const struct trl_view_shape shape = {1, 1, 1};
    struct trl_layout layout = dense(TRL_DTYPE_U32, 1, 1, 1);
    struct harness h;
    harness_open(&h, &test, &params, &shape);
    for (size_t n = 0; n < sizeof(value) / sizeof(value[0]); n++) {
        /* The range of a single element is its value, to the last bit. */
        layout.dtype = TRL_DTYPE_U32;
        harness_check(&h, &layout, &value[n], sizeof(value[n]));
        assert_true(h.counts.low == (float)value[n]);
        layout.dtype = TRL_DTYPE_I32;
        harness_check(&h, &layout, &value[n], sizeof(value[n]));
        assert_true(h.counts.low == (float)(int32_t)value[n]);
    }
    harness_close(&h);
}

static void every_layout(void **state)
{
    (void)state;
    enum { T = 3, R = 17, C = 29, ALL = 20000 };
    static const struct trl_layout layouts[] = {
        {.stride = {R * C, C, 1}},                                 /* C order */
        {.stride = {1, T, T * R}},                                 /* Fortran order */
        {.stride = {R * C, -C, -1}, .offset = R * C - 1},          /* turned around */
        {.stride = {-R * C, C, 1}, .offset = (T - 1) * R * C + 7}, /* from the last tile */
        {.stride = {4096, 96, 3}, .offset = 5},                    /* every third element */
        {.stride = {0, 40, 1}, .offset = 1},                       /* one tile three times */
        {.stride = {1, 0, 0}, .offset = 3},                        /* one value a tile */
    };
    static const enum trl_dtype dtypes[] = {TRL_DTYPE_F32, TRL_DTYPE_F16, TRL_DTYPE_U8};
    const struct trl_view_params params = {.range = TRL_RANGE_FRAME};
    const struct trl_view_shape shape = {T, R, C};
    struct harness h;
    harness_open(&h, &test, &params, &shape);
    for (size_t d = 0; d < 3; d++)
        for (size_t n = 0; n < sizeof(layouts) / sizeof(layouts[0]); n++) {
            struct trl_layout layout = layouts[n];
            layout.dtype = dtypes[d];
            layout.rank = 3;
            layout.shape[0] = T;
            layout.shape[1] = R;
            layout.shape[2] = C;
            const size_t size = ALL * trl_dtype_size(layout.dtype);
            uint8_t *bytes = make_bytes(size, n * 10 + d);
            harness_check(&h, &layout, bytes, size);
            free(bytes);
        }
    harness_close(&h);
}

static void every_norm(void **state)
{
    (void)state;
    static const struct trl_view_params cases[] = {
        {.vmin_set = true, .vmin = -0.7, .vmax_set = true, .vmax = 0.9},
        {.vmin_set = true, .vmin = -0.1, .vmax_set = true, .vmax = -0.0999999},
        {.vmin_set = true, .vmin = -3e38, .vmax_set = true, .vmax = 3e38},
        {.vmin_set = true, .vmin = 0, .vmax_set = true, .vmax = 1e-44},
        {.range = TRL_RANGE_FRAME},
        {.range = TRL_RANGE_FRAME, .vmin_set = true, .vmin = -0.25},
        {.range = TRL_RANGE_FRAME, .vmax_set = true, .vmax = 0.125},
        {.norm = TRL_NORM_LOG, .vmin_set = true, .vmin = 1e-3, .vmax_set = true, .vmax = 1},
        {.norm = TRL_NORM_LOG, .range = TRL_RANGE_FRAME},
        {.norm = TRL_NORM_LOG, .range = TRL_RANGE_PERCENTILE_FRAME},
        {.norm = TRL_NORM_SYMLOG, .linthresh = 0.01, .range = TRL_RANGE_PERCENTILE_FRAME},
        {.norm = TRL_NORM_SYMLOG, .range = TRL_RANGE_FRAME},
        {.norm = TRL_NORM_POWER, .vmin_set = true, .vmin = 0, .vmax_set = true, .vmax = 1},
        {.norm = TRL_NORM_POWER, .gamma = 2.2, .range = TRL_RANGE_PERCENTILE_FRAME},
        {.range = TRL_RANGE_PERCENTILE_FRAME},
        {.range = TRL_RANGE_PERCENTILE_FRAME, .percentile_low = 0, .percentile_high = 100},
        {.range = TRL_RANGE_PERCENTILE_FRAME, .percentile_low = 12.5, .percentile_high = 99.9},
    };
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++)
        check_floats(&cases[n], 1 + (int64_t)n % 3, 61, 37, n);
}

/* Every value of the thresholds themselves and its neighbours, where an error would be seen. */
static void at_the_thresholds(void **state)
{
    (void)state;
    const struct trl_view_shape shape = {1, 3, 257};
    const struct trl_layout layout = dense(TRL_DTYPE_F32, 1, 3, 257);
    for (int norm = TRL_NORM_LINEAR; norm <= TRL_NORM_POWER; norm++) {
        const struct trl_view_params params = {.norm = (enum trl_norm)norm,
                                               .vmin_set = true,
                                               .vmin = 0.001,
                                               .vmax_set = true,
                                               .vmax = 7.3,
                                               .linthresh = 0.1};
        struct harness h;
        uint32_t keys[257];
        float value[3][257];
        harness_open(&h, &test, &params, &shape);
        trl_scale_thresholds(&h.scale, 0.001F, 7.3F, keys);
        for (int i = 0; i < 257; i++)
            for (int d = 0; d < 3; d++)
                value[d][i] = trl_float_from_bits((keys[i] + (uint32_t)d - 1) & 0x7fffffffU);
        harness_check(&h, &layout, value, sizeof(value));
        for (int i = 1; i < 256; i++) {
            assert_true(h.cells[i] < h.cells[h.geometry.cell_columns + 1 + i]);
            assert_true(h.cells[(size_t)trl_view_picture(h.view)->cell_stride + (size_t)i] >= i);
        }
        harness_close(&h);
    }
}

static void frames_without_a_range(void **state)
{
    (void)state;
    static const float constant[4] = {3, 3, 3, 3}, none[4] = {NAN, NAN, NAN, NAN},
                       infinite[4] = {INFINITY, -INFINITY, NAN, INFINITY}, zero[4] = {0, -0.0F, 0},
                       negative[4] = {-1, -2, -3, 0};
    const struct trl_view_shape shape = {1, 2, 2};
    const struct trl_layout layout = dense(TRL_DTYPE_F32, 1, 2, 2);
    static const enum trl_range ranges[] = {TRL_RANGE_FRAME, TRL_RANGE_PERCENTILE_FRAME};
    for (int n = 0; n < 4; n++) {
        const struct trl_view_params params = {.norm = n / 2 ? TRL_NORM_LOG : TRL_NORM_LINEAR,
                                               .range = ranges[n % 2]};
        struct harness h;
        harness_open(&h, &test, &params, &shape);
        harness_check(&h, &layout, none, sizeof(none));
        assert_int_equal(h.cells[0], TRL_PALETTE_NAN);
        assert_int_equal(h.counts.nan, 4);
        harness_check(&h, &layout, infinite, sizeof(infinite));
        assert_int_equal(h.counts.pos_inf, 2);
        assert_int_equal(h.cells[0], TRL_PALETTE_OVER);
        harness_check(&h, &layout, constant, sizeof(constant));
        assert_int_equal(h.cells[3], 0);
        harness_check(&h, &layout, zero, sizeof(zero));
        assert_int_equal(h.cells[1], n / 2 ? TRL_PALETTE_UNDER : 0);
        harness_check(&h, &layout, negative, sizeof(negative));
        assert_int_equal(h.counts.under, n / 2 ? 4 : 0);
        harness_close(&h);
    }
}

static void small_and_odd_shapes(void **state)
{
    (void)state;
    static const int64_t shapes[][3] = {{1, 1, 1},  {1, 1, 7},  {1, 7, 1}, {1, 2, 3},
                                        {1, 13, 1}, {2, 1, 1},  {5, 3, 7}, {1, 1, 1000},
                                        {7, 11, 2}, {1, 127, 3}};
    static const struct trl_view_params cases[] = {
        {.range = TRL_RANGE_FRAME},
        {.range = TRL_RANGE_FRAME, .scale = 3, .origin = TRL_ORIGIN_LOWER},
        {.range = TRL_RANGE_FRAME, .width = 333, .height = 101, .aspect = TRL_ASPECT_AUTO},
        {.range = TRL_RANGE_FRAME,
         .width = 64,
         .height = 65,
         .interpolation = TRL_INTERPOLATION_BILINEAR},
    };
    for (size_t n = 0; n < sizeof(shapes) / sizeof(shapes[0]); n++)
        for (size_t p = n % 2; p < sizeof(cases) / sizeof(cases[0]); p += 2)
            check_floats(&cases[p], shapes[n][0], shapes[n][1], shapes[n][2], n);
}

static void reduced_to_the_picture(void **state)
{
    (void)state;
    static const int64_t shapes[][3] = {{1, 200, 300}, {1, 7, 400}, {1, 400, 5}, {3, 91, 77}};
    static const enum trl_interpolation ways[] = {TRL_INTERPOLATION_NEAREST,
                                                  TRL_INTERPOLATION_BILINEAR};
    for (int reduce = TRL_REDUCE_AUTO; reduce <= TRL_REDUCE_MINMAX; reduce++)
        for (int n = 0; n < 4; n++) {
            const struct trl_view_params params = {
                .width = 67,
                .height = 41,
                .reduce = (enum trl_reduce)reduce,
                .aspect = (reduce + n) % 2 ? TRL_ASPECT_AUTO : TRL_ASPECT_EQUAL,
                .range = TRL_RANGE_PERCENTILE_FRAME,
                .percentile_low = 1,
                .percentile_high = 97,
                .interpolation = ways[n / 2],
            };
            check_floats(&params, shapes[n][0], shapes[n][1], shapes[n][2], (uint64_t)n);
        }
}

static void spikes_survive(void **state)
{
    (void)state;
    enum { N = 100003 };
    uint8_t *spikes = calloc(N, 1);
    const struct trl_view_params params = {.vmin_set = true,
                                           .vmin = 0,
                                           .vmax_set = true,
                                           .vmax = 1,
                                           .width = 50,
                                           .height = 1,
                                           .aspect = TRL_ASPECT_AUTO};
    const struct trl_view_shape shape = {1, 1, N};
    const struct trl_layout layout = dense(TRL_DTYPE_U8, 1, 1, N);
    struct harness h;
    harness_open(&h, &test, &params, &shape);
    static const int places[] = {0, 1, 63, 64, 2000, 2001, 77777, N - 1};
    for (size_t n = 0; n < sizeof(places) / sizeof(places[0]); n++) {
        spikes[places[n]] = 1;
        harness_check(&h, &layout, spikes, N);
        int lit = 0;
        for (int i = 0; i < 50; i++)
            lit += h.cells[i] == 255;
        assert_int_equal(lit, 1);
        spikes[places[n]] = 0;
    }
    harness_close(&h);
    free(spikes);
}

/* Cells of more than 64 x 64 elements go over several levels. Sums of whole numbers are exact in
 * any order, so the reference need not follow it. */
static void large_cells(void **state)
{
    (void)state;
    enum { R = 700, C = 900 };
    uint16_t *value = malloc((size_t)R * C * sizeof(*value));
    uint64_t seed = 5;
    for (int i = 0; i < R * C; i++)
        value[i] = (uint16_t)(reference_random(&seed) % 50);
    static const int sizes[][2] = {{3, 2}, {1, 700}};
    for (int reduce = TRL_REDUCE_MAX; reduce <= TRL_REDUCE_MINMAX; reduce++)
        for (size_t n = 0; n < 2; n++) {
            const struct trl_view_params params = {.width = sizes[n][0],
                                                   .height = sizes[n][1],
                                                   .aspect = TRL_ASPECT_AUTO,
                                                   .reduce = (enum trl_reduce)reduce,
                                                   .vmin_set = true,
                                                   .vmin = 20,
                                                   .vmax_set = true,
                                                   .vmax = 30};
            const struct trl_view_shape shape = {1, R, C};
            const struct trl_layout layout = dense(TRL_DTYPE_U16, 1, R, C);
            struct harness h;
            harness_open(&h, &test, &params, &shape);
            harness_check(&h, &layout, value, (size_t)R * C * sizeof(*value));
            harness_close(&h);
        }
    free(value);
}

static void scrolling(void **state)
{
    (void)state;
    enum { N = 23 };
    static const struct trl_view_params cases[] = {
        {.scroll = 5, .range = TRL_RANGE_FRAME},
        {.scroll = 1, .range = TRL_RANGE_FRAME},
        {.scroll = 7,
         .vmin_set = true,
         .vmin = -0.5,
         .vmax_set = true,
         .vmax = 0.5,
         .width = 4,
         .height = 9,
         .aspect = TRL_ASPECT_AUTO},
        {.scroll = 6,
         .range = TRL_RANGE_PERCENTILE_FRAME,
         .width = 50,
         .height = 60,
         .interpolation = TRL_INTERPOLATION_BILINEAR,
         .origin = TRL_ORIGIN_LOWER},
    };
    const struct trl_view_shape shape = {1, 1, N};
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
        struct harness h;
        harness_open(&h, &test, &cases[n], &shape);
        for (uint64_t frame = 0; frame < 13; frame++) {
            /* Every other value, backwards. */
            struct trl_layout layout = dense(TRL_DTYPE_F32, 1, 1, N);
            layout.stride[2] = -2;
            layout.offset = 2 * (N - 1);
            float *value = make_floats((int64_t)2 * N, frame, true);
            harness_check(&h, &layout, value, (size_t)2 * N * sizeof(float));
            free(value);
        }
        harness_close(&h);
    }
}

/* Tensors that span more than one descriptor of the software driver covers (128 MiB) are drawn,
 * reduced and analysed in blocks, each through its own window. */
static void beyond_one_descriptor(void **state)
{
    (void)state;
    enum { APART = 36 << 20 };
    static const struct trl_layout layouts[] = {
        {.shape = {1, 5, 7}, .stride = {0, APART, 3}, .offset = 11},
        {.shape = {1, 7, 5}, .stride = {0, 5, -APART}, .offset = 4 * APART},
        {.shape = {5, 2, 3}, .stride = {APART, 3, 1}, .offset = 1},
        {.shape = {2, 3, 3}, .stride = {7, APART, APART}, .offset = 2},
    };
    static const struct trl_view_params cases[] = {
        {.vmin_set = true, .vmin = 20, .vmax_set = true, .vmax = 200},
        {.range = TRL_RANGE_PERCENTILE_FRAME, .width = 6, .height = 6},
    };
    const size_t size = (size_t)4 * APART + 256;
    for (size_t n = 0; n < sizeof(layouts) / sizeof(layouts[0]); n++)
        for (size_t p = 0; p < sizeof(cases) / sizeof(cases[0]); p++) {
            struct trl_layout layout = layouts[n];
            const int64_t *shape = layout.shape, *stride = layout.stride;
            layout.dtype = TRL_DTYPE_U8;
            layout.rank = 3;
            struct harness h;
            harness_open(&h, &test, &cases[p],
                         &(struct trl_view_shape){shape[0], shape[1], shape[2]});
            uint8_t *bytes = harness_map(&h, size);
            uint64_t seed = n;
            for (int64_t t = 0; t < shape[0]; t++)
                for (int64_t r = 0; r < shape[1]; r++)
                    for (int64_t c = 0; c < shape[2]; c++)
                        bytes[layout.offset + t * stride[0] + r * stride[1] + c * stride[2]] =
                            (uint8_t)reference_random(&seed);
            harness_check(&h, &layout, bytes, size);
            harness_close(&h);
        }
}

static void wrong_tensors_are_refused(void **state)
{
    (void)state;
    const struct trl_view_params params = {.range = TRL_RANGE_FRAME};
    const struct trl_view_shape shape = {1, 4, 4};
    struct harness h;
    harness_open(&h, &test, &params, &shape);
    static const float value[16] = {0};
    struct trl_layout layout = dense(TRL_DTYPE_F32, 1, 4, 4);
    harness_check(&h, &layout, value, sizeof(value));
    test.quiet = true;
    assert_int_equal(trl_gpu_cmd_begin(h.cmd), 0);
    layout.dtype = TRL_DTYPE_F64;
    layout.stride[1] = 0;
    struct trl_gpu_tensor tensor = {h.tensor, layout};
    assert_int_equal(trl_view_record(h.view, h.cmd, &tensor), TRL_ERROR_UNSUPPORTED);
    assert_non_null(strstr(test.last, "f8"));
    tensor.layout = dense(TRL_DTYPE_F32, 1, 4, 5);
    assert_int_equal(trl_view_record(h.view, h.cmd, &tensor), TRL_ERROR_USAGE);
    tensor.layout = dense(TRL_DTYPE_F32, 1, 4, 4);
    tensor.layout.offset = -1;
    assert_int_equal(trl_view_record(h.view, h.cmd, &tensor), TRL_ERROR_USAGE);
    tensor.layout.offset = 60;
    assert_int_equal(trl_view_record(h.view, h.cmd, &tensor), TRL_ERROR_USAGE);
    assert_non_null(strstr(test.last, "beyond its buffer"));
    struct trl_gpu_point done;
    assert_int_equal(trl_gpu_submit(h.cmd, NULL, 0, &done), 0);
    assert_int_equal(trl_gpu_wait(test.device, done, INT64_MAX), 0);
    assert_int_equal(test.messages, 4);
    test.quiet = false;
    test.messages = 0;
    harness_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_dtype_and_byte_order),
        cmocka_unit_test(rounding_of_large_integers),
        cmocka_unit_test(every_layout),
        cmocka_unit_test(every_norm),
        cmocka_unit_test(at_the_thresholds),
        cmocka_unit_test(frames_without_a_range),
        cmocka_unit_test(small_and_odd_shapes),
        cmocka_unit_test(reduced_to_the_picture),
        cmocka_unit_test(spikes_survive),
        cmocka_unit_test(large_cells),
        cmocka_unit_test(scrolling),
        cmocka_unit_test(beyond_one_descriptor),
        cmocka_unit_test(wrong_tensors_are_refused),
    };
    return cmocka_run_group_tests(tests, open_device, close_device);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Ranges that run, are symmetric or shared, and equalisation, on the device against the host. */
#include "harness.h"

#include "base/math.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <tensorreel/error.h>

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

enum { ROWS = 23, COLUMNS = 31, COUNT = ROWS * COLUMNS };

static const struct trl_layout dense = {
    .dtype = TRL_DTYPE_F32,
    .rank = 3,
    .shape = {1, ROWS, COLUMNS},
    .stride = {COUNT, COLUMNS, 1},
};
static const struct trl_view_shape shape = {1, ROWS, COLUMNS};

/* low to high, evenly, in an order that is the seed's. */
static void fill(float *value, float low, float high, uint64_t seed)
{
    for (int i = 0; i < COUNT; i++)
        value[i] = low + (high - low) * (float)i / (float)(COUNT - 1);
    for (int i = COUNT - 1; i > 0; i--) {
        const int other = (int)(reference_random(&seed) % (uint64_t)(i + 1));
        const float swap = value[i];
        value[i] = value[other];
        value[other] = swap;
    }
}

static void check(struct harness *h, const float *value)
{
    harness_check(h, &dense, value, COUNT * sizeof(float));
}

static void show(struct harness *h, float low, float high)
{
    float value[COUNT];
    fill(value, low, high, (uint64_t)h->frame);
    check(h, value);
}

/* ---- running ---- */

/* What is in the film is followed and what is not is not, by the numbers of the description. */
static void outliers_leave_no_trace(void **state)
{
    (void)state;
    const struct trl_view_params params = {.range = TRL_RANGE_RUNNING};
    struct harness h;
    harness_open(&h, &test, &params, &shape);
    for (int frame = 0; frame < 40; frame++) {
        /* One at the very start, and four of nine. */
        const bool outlier = frame == 1 || (frame >= 20 && frame < 24);
        show(&h, outlier ? -900.0F : -1.0F, outlier ? 5000.0F : 1.0F);
        assert_true(h.counts.low == -1 && h.counts.high == 1);
        assert_int_equal(h.counts.over > 0, outlier);
    }
    /* Smaller by less than an eighth at each end: it stands still. */
    for (int frame = 0; frame < 40; frame++) {
        show(&h, -0.76F, 0.76F);
        assert_true(h.counts.low == -1 && h.counts.high == 1);
    }
    harness_close(&h);
}

static void steps_are_followed(void **state)
{
    (void)state;
    const struct trl_view_params params = {.range = TRL_RANGE_RUNNING};
    struct harness h;
    harness_open(&h, &test, &params, &shape);
    for (int frame = 0; frame < 10; frame++)
        show(&h, 0, 1);
    for (int frame = 0; frame < 4; frame++)
        show(&h, 0, 5);
    assert_true(h.counts.high == 1);
    show(&h, 0, 5);
    assert_true(h.counts.high == 2); /* a quarter of the way */
    show(&h, 0, 5);
    assert_true(h.counts.high == 2.75F);
    for (int frame = 0; frame < 18; frame++)
        show(&h, 0, 5);
    assert_true(h.counts.high == 5); /* and at last all of it */
    /* Back: it shrinks by 9/256 a frame until no more than an eighth is too much. */
    float last = 5;
    for (int frame = 0; frame < 4; frame++)
        show(&h, 0, 1);
    assert_true(h.counts.high == 5);
    for (int frame = 0; frame < 100; frame++) {
        show(&h, 0, 1);
        assert_true(h.counts.high <= last);
        last = h.counts.high;
    }
    assert_true(last > 1 && last <= 1 / 0.875F);
    harness_close(&h);
}

static void frames_without_a_range_are_passed_over(void **state)
{
    (void)state;
    const struct trl_view_params params = {.range = TRL_RANGE_RUNNING};
    float value[COUNT], nothing[COUNT];
    struct harness h;
    harness_open(&h, &test, &params, &shape);
    for (int i = 0; i < COUNT; i++) {
        nothing[i] = i % 2 ? NAN : INFINITY;
        value[i] = 7;
    }
    check(&h, nothing);
    assert_true(h.counts.low == 0 && h.counts.high == 1 && h.counts.finite == 0);
    check(&h, value);
    assert_true(h.counts.low == 7 && h.counts.high == 7 && h.counts.finite == COUNT);
    show(&h, 2, 4);
    assert_true(h.counts.low == 2 && h.counts.high == 4);
    check(&h, value);
    check(&h, nothing);
    assert_true(h.counts.low == 2 && h.counts.high == 4);
    harness_close(&h);
}

/* Films that go anywhere, with every norm. */
static void wild_films(void **state)
{
    (void)state;
    static const struct trl_view_params cases[] = {
        {.range = TRL_RANGE_RUNNING, .running_frames = 8},
        {.range = TRL_RANGE_PERCENTILE_RUNNING, .percentile_low = 5, .percentile_high = 90},
        {.range = TRL_RANGE_RUNNING, .norm = TRL_NORM_LOG, .running_frames = 4},
        {.range = TRL_RANGE_RUNNING, .norm = TRL_NORM_SYMLOG, .linthresh = 0.1},
        {.range = TRL_RANGE_RUNNING, .norm = TRL_NORM_POWER, .running_frames = 100000},
        {.range = TRL_RANGE_RUNNING, .vmin_set = true, .vmin = -0.5},
        {.range = TRL_RANGE_RUNNING, .vmax_set = true, .vmax = 0.5},
        {.range = TRL_RANGE_RUNNING, .center_set = true, .center = 0.25},
    };
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
        uint64_t seed = n;
        struct harness h;
        harness_open(&h, &test, &cases[n], &shape);
        for (int frame = 0; frame < 40; frame++) {
            const float size = ldexpf(1, (int)(reference_random(&seed) % 20) - 10);
            const float middle = (float)((double)(reference_random(&seed) % 2000) / 1000 - 1);
            show(&h, middle - (frame % 11 == 3 ? 0 : size), middle + (frame % 7 ? size : 0));
        }
        harness_close(&h);
    }
}

/* ---- symmetric ---- */

static void centers(void **state)
{
    (void)state;
    static const struct {
        struct trl_view_params params;
        float low, high, expected_low, expected_high;
    } cases[] = {
        {{.range = TRL_RANGE_FRAME, .center_set = true}, -1, 3, -3, 3},
        {{.range = TRL_RANGE_FRAME, .center_set = true}, -4, 3, -4, 4},
        {{.range = TRL_RANGE_FRAME, .center_set = true, .center = 10}, 11, 12, 8, 12},
        {{.range = TRL_RANGE_FRAME, .center_set = true, .center = -2}, -8, -5, -8, 4},
        {{.range = TRL_RANGE_FRAME, .center_set = true, .vmax_set = true, .vmax = 2}, -9, 9, -2, 2},
        {{.center_set = true, .center = 1, .vmin_set = true, .vmin = -2}, -9, 9, -2, 4},
        {{.range = TRL_RANGE_FRAME, .center_set = true, .norm = TRL_NORM_SYMLOG}, -1, 50, -50, 50},
        {{.range = TRL_RANGE_FRAME, .center_set = true, .center = 3e38},
         -3e38F,
         0,
         -3e38F,
         3.4028235e38F},
        {{.range = TRL_RANGE_PERCENTILE_FRAME,
          .percentile_low = 0,
          .percentile_high = 100,
          .center_set = true,
          .center = 0.1},
         -0.3F,
         0.2F,
         -0.3F,
         0.5F},
    };
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
        struct harness h;
        harness_open(&h, &test, &cases[n].params, &shape);
        show(&h, cases[n].low, cases[n].high);
        assert_true(h.counts.low == cases[n].expected_low);
        assert_true(fabsf(h.counts.high - cases[n].expected_high) <= 1e-7F ||
                    h.counts.high == cases[n].expected_high);
        harness_close(&h);
    }
}

/* A frame of nothing but the center is the middle colour. */
static void the_center_is_in_the_middle(void **state)
{
    (void)state;
    const struct trl_view_params params = {
        .range = TRL_RANGE_FRAME, .center_set = true, .center = 3};
    struct harness h;
    harness_open(&h, &test, &params, &shape);
    show(&h, 3, 3);
    assert_int_equal(h.cells[0], 128);
    float value[COUNT];
    fill(value, 1, 4, 1);
    value[0] = 3;
    check(&h, value);
    assert_int_equal(h.cells[0], 128);
    harness_close(&h);
}

static void a_movie_is_centered_too(void **state)
{
    (void)state;
    const struct trl_view_params params = {.center_set = true, .center = 1};
    const float low = -2, high = 2;
    struct trl_scale scale;
    assert_int_equal(trl_scale_init(&scale, NULL, &params, &low, &high), 0);
    assert_true(trl_float_from_bits(scale.setup[TRL_SETUP_LOW]) == -2);
    assert_true(trl_float_from_bits(scale.setup[TRL_SETUP_HIGH]) == 4);
}

static void wrong_params(void **state)
{
    (void)state;
    static const struct trl_view_params cases[] = {
        {.center_set = true, .center = NAN},
        {.center_set = true, .norm = TRL_NORM_LOG, .center = 1},
        {.center_set = true, .norm = TRL_NORM_POWER},
        {.center_set = true, .norm = TRL_NORM_SYMLOG, .center = 1},
        {.center_set = true, .vmin_set = true, .vmin = -1, .vmax_set = true, .vmax = 1},
        {.center_set = true, .vmin_set = true, .vmin = 0},
        {.center_set = true, .vmax_set = true, .vmax = -1},
        {.center_set = true, .equalize = TRL_EQUALIZE_GLOBAL},
        {.equalize = (enum trl_equalize)3},
        {.clip = 0.5},
        {.clip = NAN},
        {.fields = 65},
        {.fields = -1},
        {.running_frames = 3},
        {.range = (enum trl_range)(TRL_RANGE_PERCENTILE_RUNNING + 1)},
    };
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++)
        assert_int_equal(trl_scale_check(NULL, &cases[n]), TRL_ERROR_USAGE);
}

/* ---- equalisation ---- */

static void every_step_has_as_many(void **state)
{
    (void)state;
    enum { N = 32 };
    const struct trl_view_shape square = {1, N, N};
    const struct trl_layout layout = {
        .dtype = TRL_DTYPE_F32, .rank = 3, .shape = {1, N, N}, .stride = {N * N, N, 1}};
    const struct trl_view_params params = {.equalize = TRL_EQUALIZE_GLOBAL,
                                           .range = TRL_RANGE_FRAME};
    struct harness h;
    harness_open(&h, &test, &params, &square);
    float value[N * N];
    int steps[256] = {0};
    for (int i = 0; i < N * N; i++) /* over 16 decades, one at the low end */
        value[i] = ldexpf(1 + (float)(i % 7) / 8, i % 50) * (i % 3 ? 1.0F : -0.001F) - (float)i;
    harness_check(&h, &layout, value, sizeof(value));
    for (int i = 0; i < N * N; i++)
        steps[h.cells[(size_t)(i / N) * N + (size_t)(i % N)]]++;
    /* 1023 above the low end: ranks ceil(1023 i / 256) are four apart, once three. */
    for (int i = 1; i < 255; i++)
        assert_true(steps[i] >= 1 && steps[i] <= 8);
    int sum = 0;
    for (int i = 0; i < 128; i++)
        sum += steps[i];
    assert_in_range(sum, 500, 524);
    /* All zero but a few: zero is the first colour, however many. */
    memset(value, 0, sizeof(value));
    for (int i = 0; i < 40; i++)
        value[i * 17] = (float)(i + 1);
    harness_check(&h, &layout, value, sizeof(value));
    assert_int_equal(h.cells[1], 0);
    assert_int_equal(h.cells[(size_t)(39 * 17 / N) * N + 39 * 17 % N], 255);
    harness_close(&h);
}

static void equalized_films(void **state)
{
    (void)state;
    static const struct trl_view_params cases[] = {
        {.equalize = TRL_EQUALIZE_GLOBAL},
        {.equalize = TRL_EQUALIZE_GLOBAL, .range = TRL_RANGE_FRAME},
        {.equalize = TRL_EQUALIZE_GLOBAL, .range = TRL_RANGE_PERCENTILE_FRAME},
        {.equalize = TRL_EQUALIZE_GLOBAL,
         .vmin_set = true,
         .vmin = -0.5,
         .vmax_set = true,
         .vmax = 0.5,
         .range = TRL_RANGE_FRAME},
        {.equalize = TRL_EQUALIZE_GLOBAL, .norm = TRL_NORM_LOG, .range = TRL_RANGE_RUNNING},
        {.equalize = TRL_EQUALIZE_GLOBAL, .width = 20, .height = 15, .range = TRL_RANGE_FRAME},
        {.equalize = TRL_EQUALIZE_CLAHE, .range = TRL_RANGE_FRAME},
        {.equalize = TRL_EQUALIZE_CLAHE, .clip = 1, .fields = 3},
        {.equalize = TRL_EQUALIZE_CLAHE, .clip = 256, .fields = 64, .range = TRL_RANGE_FRAME},
        {.equalize = TRL_EQUALIZE_CLAHE, .fields = 1, .norm = TRL_NORM_SYMLOG},
        {.equalize = TRL_EQUALIZE_CLAHE,
         .width = 20,
         .height = 15,
         .range = TRL_RANGE_PERCENTILE_FRAME},
        {.equalize = TRL_EQUALIZE_CLAHE,
         .width = 100,
         .height = 90,
         .interpolation = TRL_INTERPOLATION_BILINEAR},
    };
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
        uint64_t seed = n;
        struct harness h;
        harness_open(&h, &test, &cases[n], &shape);
        for (int frame = 0; frame < 13; frame++) {
            float value[COUNT];
            fill(value, -1, frame == 11 ? 100 : 1, seed + (uint64_t)frame);
            for (int i = 0; i < COUNT; i++) {
                const uint64_t random = reference_random(&seed);
                value[i] = value[i] * value[i] * value[i] + (float)(i % COLUMNS) / COLUMNS;
                if (random % 40 == 0)
                    value[i] = random % 80 ? NAN : INFINITY;
                if (frame == 5)
                    value[i] = frame % 2 ? 0.125F : NAN;
            }
            check(&h, value);
        }
        harness_close(&h);
    }
}

static void tiles_and_columns_are_equalized(void **state)
{
    (void)state;
    static const struct trl_view_params cases[] = {
        {.equalize = TRL_EQUALIZE_CLAHE, .fields = 4, .range = TRL_RANGE_FRAME},
        {.equalize = TRL_EQUALIZE_GLOBAL, .range = TRL_RANGE_FRAME, .scale = 2},
    };
    const struct trl_view_shape tiles = {5, 9, 14};
    const struct trl_layout layout = {
        .dtype = TRL_DTYPE_F32, .rank = 3, .shape = {5, 9, 14}, .stride = {126, 1, 9}};
    float value[630];
    uint64_t seed = 4;
    for (int i = 0; i < 630; i++)
        value[i] = (float)(reference_random(&seed) % 1000) * (float)(i / 126 + 1);
    for (size_t n = 0; n < 2; n++) {
        struct harness h;
        harness_open(&h, &test, &cases[n], &tiles);
        harness_check(&h, &layout, value, sizeof(value));
        harness_close(&h);
    }
    const struct trl_view_shape row = {1, 1, 40};
    struct trl_layout line = {
        .dtype = TRL_DTYPE_F32, .rank = 3, .shape = {1, 1, 40}, .stride = {0, 0, 1}};
    const struct trl_view_params scroll = {
        .scroll = 6, .equalize = TRL_EQUALIZE_CLAHE, .fields = 2, .range = TRL_RANGE_FRAME};
    struct harness h;
    harness_open(&h, &test, &scroll, &row);
    for (int frame = 0; frame < 9; frame++) {
        line.offset = frame * 3;
        harness_check(&h, &line, value, sizeof(value));
    }
    harness_close(&h);
}

/* 12 rows cut into 8 fields make fields of 1 and of 2: what is constant has one colour. */
static void fields_of_any_size_show_a_constant_alike(void **state)
{
    (void)state;
    static const int sides[] = {9, 12, 33};
    float value[33 * 33];
    for (int i = 0; i < 33 * 33; i++)
        value[i] = 3;
    for (size_t n = 0; n < sizeof(sides) / sizeof(sides[0]); n++) {
        const int side = sides[n];
        const struct trl_view_params params = {.equalize = TRL_EQUALIZE_CLAHE,
                                               .vmin_set = true,
                                               .vmax_set = true,
                                               .vmax = 10,
                                               .width = 66,
                                               .height = 66};
        const struct trl_view_shape square = {1, side, side};
        const struct trl_layout layout = {
            .dtype = TRL_DTYPE_F32, .rank = 3, .shape = {1, side, side}, .stride = {0, side, 1}};
        struct harness h;
        harness_open(&h, &test, &params, &square);
        harness_check(&h, &layout, value, sizeof(value));
        /* Step 76 of 256: 3 / 256 are left of it, and of the rest it and those before get 77. */
        const struct trl_picture *picture = trl_view_picture(h.view);
        for (int row = 0; row < picture->cell_rows; row++)
            for (int column = 0; column < picture->cell_columns; column++)
                assert_int_equal(h.cells[row * (int)picture->cell_stride + column], 79);
        harness_close(&h);
    }
}

/* One field without a limit is the equalisation of the 256 steps: OpenCV's equalizeHist, but for
 * the lowest step, which that leaves out. */
static void one_field_is_a_plain_histogram(void **state)
{
    (void)state;
    const struct trl_view_params params = {.equalize = TRL_EQUALIZE_CLAHE,
                                           .clip = 256,
                                           .fields = 1,
                                           .vmin_set = true,
                                           .vmin = 0,
                                           .vmax_set = true,
                                           .vmax = 256,
                                           .range = TRL_RANGE_FRAME};
    const struct trl_view_shape row = {1, 1, 4};
    const struct trl_layout layout = {
        .dtype = TRL_DTYPE_F32, .rank = 3, .shape = {1, 1, 4}, .stride = {0, 0, 1}};
    const float value[4] = {10, 10.5F, 11, 200};
    struct harness h;
    harness_open(&h, &test, &params, &row);
    harness_check(&h, &layout, value, sizeof(value));
    /* 2, 3 and 4 of 4: 127.5, 191.25 and 255, rounded. */
    assert_int_equal(h.cells[0], 128);
    assert_int_equal(h.cells[1], 128);
    assert_int_equal(h.cells[2], 191);
    assert_int_equal(h.cells[3], 255);
    harness_close(&h);
}

/* ---- shared ---- */

enum { VIEWS = 3 };

static struct reference_values join(const struct reference_values *parts, int count)
{
    struct reference_values all = {1, 1, 0, NULL};
    for (int n = 0; n < count; n++) {
        const int64_t more = parts[n].tiles * parts[n].rows * parts[n].columns;
        all.value = realloc(all.value, (size_t)(all.columns + more) * sizeof(float));
        memcpy(all.value + all.columns, parts[n].value, (size_t)more * sizeof(float));
        all.columns += more;
    }
    return all;
}

static void one_scale_for_all(void **state)
{
    (void)state;
    static const struct trl_view_params cases[] = {
        {.range = TRL_RANGE_FRAME},
        {.range = TRL_RANGE_RUNNING, .center_set = true},
        {.range = TRL_RANGE_PERCENTILE_FRAME, .norm = TRL_NORM_SYMLOG},
        {.range = TRL_RANGE_FRAME, .equalize = TRL_EQUALIZE_GLOBAL},
        {.vmin_set = true, .vmin = -1, .vmax_set = true, .vmax = 20},
    };
    static const struct trl_view_shape shapes[VIEWS] = {{1, 12, 17}, {2, 5, 9}, {1, 1, 30}};
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
        struct harness h[VIEWS];
        struct trl_view *views[VIEWS];
        for (int i = 0; i < VIEWS; i++) {
            harness_open(&h[i], &test, &cases[n], &shapes[i]);
            views[i] = h[i].view;
            if (i > 0)
                assert_int_equal(trl_view_share(views[i], views[0]), 0);
        }
        for (int frame = 0; frame < 4; frame++) {
            struct trl_gpu_tensor tensors[VIEWS];
            struct reference_values values[VIEWS];
            uint64_t seed = n * 10 + (uint64_t)frame;
            for (int i = 0; i < VIEWS; i++) {
                const struct trl_layout layout = {
                    .dtype = TRL_DTYPE_F32,
                    .rank = 3,
                    .shape = {shapes[i].tiles, shapes[i].rows, shapes[i].columns},
                    .stride = {shapes[i].rows * shapes[i].columns, shapes[i].columns, 1},
                };
                const int64_t count = shapes[i].tiles * shapes[i].rows * shapes[i].columns;
                float *value = harness_map(&h[i], (size_t)count * sizeof(float));
                for (int64_t k = 0; k < count; k++)
                    value[k] =
                        (float)(reference_random(&seed) % 1000) / 100 * (float)(i - 1 + (i == 1));
                values[i] = reference_read(&layout, value);
                assert_int_equal(
                    trl_gpu_buffer_flush(h[i].tensor, 0, (size_t)count * sizeof(float)), 0);
                tensors[i] = (struct trl_gpu_tensor){h[i].tensor, layout};
            }
            struct trl_gpu_point done;
            struct trl_gpu_cmd *cmd = h[0].cmd;
            assert_int_equal(trl_gpu_cmd_begin(cmd), 0);
            assert_int_equal(trl_view_record_shared(views, cmd, tensors, VIEWS), 0);
            for (int i = 0; i < VIEWS; i++)
                harness_read(&h[i], cmd);
            assert_int_equal(trl_gpu_submit(cmd, NULL, 0, &done), 0);
            assert_int_equal(trl_gpu_wait(test.device, done, INT64_MAX), 0);
            struct reference_values all = join(values, VIEWS);
            for (int i = 0; i < VIEWS; i++) {
                harness_take(&h[i]);
                harness_compare(&h[i], &values[i], &all, &values[i]);
                free(values[i].value);
            }
            free(all.value);
        }
        for (int i = VIEWS - 1; i >= 0; i--)
            harness_close(&h[i]);
    }
}

static void sharing_is_refused(void **state)
{
    (void)state;
    const struct trl_view_params params = {.range = TRL_RANGE_FRAME};
    struct harness a, b;
    harness_open(&a, &test, &params, &shape);
    harness_open(&b, &test, &params, &shape);
    show(&b, 0, 1);
    test.quiet = true;
    assert_int_equal(trl_view_share(b.view, a.view), TRL_ERROR_USAGE);
    assert_int_equal(trl_view_share(a.view, a.view), TRL_ERROR_USAGE);
    test.quiet = false;
    test.messages = 0;
    harness_close(&b);
    harness_close(&a);
}

/* ---- what colour bars see ---- */

static void thresholds_of_given_ranges(void **state)
{
    (void)state;
    const struct trl_view_params given = {
        .vmin_set = true, .vmin = -1, .vmax_set = true, .vmax = 3, .center_set = false};
    const struct trl_view_params found = {.range = TRL_RANGE_FRAME};
    struct harness h;
    float values[257];
    harness_open(&h, &test, &given, &shape);
    assert_true(trl_view_thresholds(h.view, values));
    for (int i = 0; i <= 256; i++)
        assert_true(values[i] == -1 + (float)i / 64);
    harness_close(&h);
    harness_open(&h, &test, &found, &shape);
    assert_false(trl_view_thresholds(h.view, values));
    assert_non_null(trl_view_scale(h.view));
    harness_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outliers_leave_no_trace),
        cmocka_unit_test(steps_are_followed),
        cmocka_unit_test(frames_without_a_range_are_passed_over),
        cmocka_unit_test(wild_films),
        cmocka_unit_test(centers),
        cmocka_unit_test(the_center_is_in_the_middle),
        cmocka_unit_test(a_movie_is_centered_too),
        cmocka_unit_test(wrong_params),
        cmocka_unit_test(every_step_has_as_many),
        cmocka_unit_test(equalized_films),
        cmocka_unit_test(tiles_and_columns_are_equalized),
        cmocka_unit_test(fields_of_any_size_show_a_constant_alike),
        cmocka_unit_test(one_field_is_a_plain_histogram),
        cmocka_unit_test(one_scale_for_all),
        cmocka_unit_test(sharing_is_refused),
        cmocka_unit_test(thresholds_of_given_ranges),
    };
    return cmocka_run_group_tests(tests, open_device, close_device);
}

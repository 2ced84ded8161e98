/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/histogram.h"

#include "chart.h"
#include "reference.h"
#include "base/math.h"
#include "shared/chart.h"
#include "tensor/layout.h"
#include "view/scale.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int record(void *view, struct trl_gpu_cmd *cmd, const struct trl_gpu_tensor *tensor)
{
    return trl_histogram_record(view, cmd, tensor);
}

static void open_histogram(struct chart *chart, struct test_device *test,
                           const struct trl_histogram_params *params,
                           const struct trl_view_params *view, int64_t rows, int64_t columns)
{
    struct trl_histogram *histogram = NULL;
    const struct trl_view_shape shape = {1, rows, columns};
    assert_int_equal(
        trl_histogram_create(&histogram, test->device, params, view, &shape, NULL, NULL), 0);
    *chart = (struct chart){
        .test = test,
        .picture = trl_histogram_picture(histogram),
        .palette = trl_histogram_palette(histogram),
        .view = histogram,
        .record = record,
    };
    chart_open(chart);
}

static void close_histogram(struct chart *chart)
{
    struct trl_histogram *histogram = chart->view;
    trl_histogram_destroy(&histogram);
    chart_close(chart);
}

/* ---- the reference: counted value by value, with the scale's own thresholds ---- */

struct expected {
    struct trl_histogram_params params;
    struct trl_view_params view;
    struct trl_scale scale;
    uint32_t keys[257];
    int bins;
    uint32_t counts[256]; /* of the bins of the frame, or of the frames that share a column */
};

/* The thresholds for values, or for the given range. */
static void find_keys(struct expected *e, const float *values, int64_t count)
{
    const struct reference_values frame = {1, 1, count, (float *)values};
    float low, high;
    struct reference_run run = {0};
    reference_scale(&run, &e->view, &e->scale, &frame, &low, &high, e->keys);
}

static void count_values(struct expected *e, const float *values, int64_t count)
{
    for (int64_t n = 0; n < count; n++) {
        if (isnan(values[n]))
            continue;
        const uint32_t key = trl_float_key(trl_float_bits(values[n]));
        int reached = 0;
        while (reached < 257 && key >= e->keys[reached])
            reached++;
        if (reached > 0 && reached < 257)
            e->counts[(e->keys[256] - e->keys[0] == 1 ? 128 : reached - 1) * e->bins / 256]++;
    }
}

static uint32_t part_of(const struct expected *e, int bin)
{
    uint32_t top = (uint32_t)ceil(e->params.count_max);
    for (int n = 0; !e->params.count_max && n < e->bins; n++)
        top = e->counts[n] > top ? e->counts[n] : top;
    return trl_histogram_part(e->counts[bin], top ? top : 1, e->params.log);
}

/* ---- parts ---- */

static void parts_are_true(void **state)
{
    (void)state;
    static const uint32_t tops[] = {1, 2, 10, 255, 40000, 65536, 1000003, 1u << 31};
    for (size_t n = 0; n < sizeof(tops) / sizeof(tops[0]); n++)
        for (uint32_t i = 0; i <= 64; i++) {
            const uint32_t top = tops[n], count = (uint32_t)((uint64_t)top * i / 64);
            /* Sixteen bits of both numbers are looked at, and logarithms to the tenth bit. */
            const double straight = (double)count / top * 65536;
            const double logs =
                count ? (10.0 / 9 + log10(count)) / (10.0 / 9 + log10(top)) * 65536 : 0;
            assert_true(fabs(trl_histogram_part(count, top, 0) - straight) < 5);
            assert_true(fabs(trl_histogram_part(count, top, 1) - logs) < 140);
            assert_int_equal(trl_histogram_part(top, top, 1), 65536);
            assert_int_equal(trl_histogram_part(0, top, 1), 0);
        }
    assert_int_equal(trl_histogram_log(1), 0);
    assert_int_equal(trl_histogram_log(1u << 20), 20 << 16);
    assert_true(fabs(trl_histogram_log(3) - log2(3) * 65536) < 1.01);
}

/* ---- films ---- */

static void random_values(float *values, int64_t count, uint32_t *seed, int frame)
{
    for (int64_t n = 0; n < count; n++) {
        float sum = 0;
        for (int k = 0; k < 4; k++)
            sum += (float)(int32_t)(chart_random(seed) >> 8) / 8388608.0f - 1;
        values[n] = sum * (0.3f + 0.1f * (float)(frame % 5)) + 0.2f * (float)(frame % 3);
    }
}

static void film(struct test_device *test, const struct trl_histogram_params *params,
                 const struct trl_view_params *view, int frames)
{
    enum { COUNT = 700 };
    struct expected e = {
        .params = *params, .view = *view, .bins = params->bins ? params->bins : 128};
    assert_int_equal(trl_scale_init(&e.scale, test->log, view, NULL, NULL), 0);
    while (!params->bars && e.bins > view->height)
        e.bins /= 2;
    struct chart chart;
    open_histogram(&chart, test, params, view, 7, COUNT / 7);
    const int width = view->width, columns = chart.picture->cell_columns;
    uint16_t *cells = malloc((size_t)columns * (size_t)e.bins * sizeof(*cells));
    for (int n = 0; n < columns * e.bins; n++)
        cells[n] = TRL_PALETTE_BACKGROUND;
    const int window = params->time.frames ? (int)params->time.frames : width;
    const int each = (window + width - 1) / width;
    uint32_t seed = 21;
    for (int f = 0; f < frames; f++) {
        float values[COUNT];
        random_values(values, COUNT, &seed, f);
        if (f == 1)
            values[3] = NAN;
        if (f == 2)
            values[4] = INFINITY;
        if (f == 0)
            find_keys(&e, values, COUNT);
        if (f % each == 0) {
            memset(e.counts, 0, sizeof(e.counts));
            for (int b = 0; b < e.bins; b++)
                memmove(&cells[b * columns], &cells[b * columns + 1],
                        (size_t)(columns - 1) * sizeof(*cells));
        }
        count_values(&e, values, COUNT);
        for (int b = 0; b < e.bins; b++)
            cells[b * columns + columns - 1] =
                e.counts[b] ? (uint16_t)((part_of(&e, b) * 255 + 32768) >> 16)
                            : TRL_PALETTE_BACKGROUND;
        chart_draw_f32(&chart, 7, COUNT / 7, values);
        chart_expect(&chart, cells);
        assert_int_equal(chart.counts.nan, f == 1);
        assert_int_equal(chart.counts.pos_inf, f == 2);
    }
    free(cells);
    close_histogram(&chart);
}

static void films_are_as_the_reference(void **state)
{
    const struct trl_view_params fixed = {
        .width = 9, .height = 64, .vmin_set = true, .vmax_set = true, .vmin = -0.7, .vmax = 0.9};
    struct trl_view_params view = fixed;
    film(*state, &(struct trl_histogram_params){0}, &fixed, 14);
    film(*state, &(struct trl_histogram_params){.bins = 32, .log = true, .time.frames = 31}, &fixed,
         40);
    film(*state, &(struct trl_histogram_params){.bins = 16, .count_max = 50}, &fixed, 5);
    /* The range of the first frame stays. */
    view = (struct trl_view_params){.width = 5, .height = 300};
    film(*state, &(struct trl_histogram_params){.bins = 256}, &view, 6);
    view = (struct trl_view_params){
        .width = 5, .height = 40, .norm = TRL_NORM_SYMLOG, .linthresh = 0.1};
    film(*state, &(struct trl_histogram_params){.bins = 32}, &view, 4);
    view.norm = TRL_NORM_LOG;
    film(*state, &(struct trl_histogram_params){.bins = 32}, &view, 4);
}

/* A film of unknown length: the columns that are joined keep the larger colour. */
static void whole_films_are_squeezed(void **state)
{
    struct chart chart;
    const struct trl_view_params view = {
        .width = 4, .height = 2, .vmin_set = true, .vmax_set = true, .vmin = 0, .vmax = 2};
    const struct trl_histogram_params params = {
        .bins = 2, .count_max = 4, .time.mode = TRL_TIME_WHOLE};
    open_histogram(&chart, *state, &params, &view, 1, 4);
    const uint16_t none = TRL_PALETTE_BACKGROUND;
    /* Of four values as many as the frame's number are in the upper bin. */
    for (int f = 0; f < 5; f++) {
        float values[4];
        for (int n = 0; n < 4; n++)
            values[n] = n < f ? 1.5f : 0.5f;
        chart_draw_f32(&chart, 1, 4, values);
    }
    /* Counts 4 3, 2 1, 0 became columns of two frames each; cell row 0 is the lower bin. */
    const uint16_t cells[8] = {255, 128, none, none, 64, 191, 255, none};
    chart_expect(&chart, cells);
    int64_t left, right;
    trl_histogram_frames(chart.view, &left, &right);
    assert_int_equal(left, 0);
    assert_int_equal(right, 7);
    close_histogram(&chart);
}

static void bars(struct test_device *test, const struct trl_histogram_params *params,
                 const struct trl_view_params *view)
{
    enum { COUNT = 1000 };
    struct expected e = {
        .params = *params, .view = *view, .bins = params->bins ? params->bins : 128};
    assert_int_equal(trl_scale_init(&e.scale, test->log, view, NULL, NULL), 0);
    struct chart chart;
    open_histogram(&chart, test, params, view, 10, COUNT / 10);
    const int width = view->width, height = view->height;
    uint16_t *cells = malloc((size_t)width * (size_t)height * sizeof(*cells));
    uint32_t seed = 5;
    for (int f = 0; f < 3; f++) {
        float values[COUNT];
        random_values(values, COUNT, &seed, f);
        find_keys(&e, values, COUNT);
        memset(e.counts, 0, sizeof(e.counts));
        count_values(&e, values, COUNT);
        const int64_t full = params->count_max != 0 ? height * 8 : height * 8 - height * 8 / 16;
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++) {
                const int bin = x * e.bins / width;
                const int64_t end = part_of(&e, bin) * full / 65536;
                const int64_t level = trl_min_i64(end - (int64_t)(height - 1 - y) * 8, 8);
                const bool gap = width / e.bins >= 4 && (x + 1) * e.bins / width != bin;
                cells[y * width + x] = level > 0 && !gap
                                           ? (uint16_t)(bin * 32 / e.bins * 8 + level - 1)
                                           : TRL_PALETTE_BACKGROUND;
            }
        chart_draw_f32(&chart, 10, COUNT / 10, values);
        chart_expect(&chart, cells);
    }
    free(cells);
    close_histogram(&chart);
}

static void bars_are_as_the_reference(void **state)
{
    bars(*state, &(struct trl_histogram_params){.bars = true},
         &(struct trl_view_params){.width = 133, .height = 50});
    bars(
        *state, &(struct trl_histogram_params){.bars = true, .bins = 16, .log = true},
        &(struct trl_view_params){
            .width = 101, .height = 33, .vmin_set = true, .vmax_set = true, .vmin = -1, .vmax = 1});
    bars(*state, &(struct trl_histogram_params){.bars = true, .bins = 256, .count_max = 9},
         &(struct trl_view_params){.width = 31, .height = 20});
    bars(*state, &(struct trl_histogram_params){.bars = true, .bins = 1},
         &(struct trl_view_params){.width = 3, .height = 1});
}

/* All values in one place: one full bar, to the right of the middle. One value and none but NaN. */
static void plain_frames(void **state)
{
    struct chart chart;
    const struct trl_view_params view = {.width = 8, .height = 16};
    const struct trl_histogram_params params = {.bars = true, .bins = 2};
    open_histogram(&chart, *state, &params, &view, 1, 3);
    chart_draw_f32(&chart, 1, 3, (const float[]){7, 7, 7});
    for (int y = 0; y < 16; y++)
        for (int x = 0; x < 8; x++)
            assert_int_equal(chart_cell(&chart, y, x), y > 0 && x >= 4 && x < 7 ? 135 : TRL_PALETTE_BACKGROUND);
    chart_draw_f32(&chart, 1, 3, (const float[]){NAN, NAN, NAN});
    for (int n = 0; n < 128; n++)
        assert_int_equal(chart_cell(&chart, n / 8, n % 8), TRL_PALETTE_BACKGROUND);
    assert_int_equal(chart.counts.nan, 3);
    close_histogram(&chart);
}

static void layouts_are_as_the_reference(void **state)
{
    struct chart chart;
    const struct trl_view_params view = {
        .width = 1, .height = 4, .vmin_set = true, .vmax_set = true, .vmin = 0, .vmax = 4};
    open_histogram(&chart, *state, &(struct trl_histogram_params){.bins = 4, .count_max = 4}, &view,
                   2, 3);
    /* Every second element of a matrix whose bytes are swapped, backwards: 3 3 0 / 1 3 2. */
    const uint16_t data[] = {2, 9, 3, 9, 1, 9, 0, 9, 3, 9, 3, 9};
    uint16_t swapped[12];
    for (int n = 0; n < 12; n++)
        swapped[n] = __builtin_bswap16(data[n]);
    const struct trl_layout layout = {.dtype = TRL_DTYPE_I16,
                                      .big_endian = true,
                                      .rank = 3,
                                      .shape = {1, 2, 3},
                                      .stride = {0, -6, -2},
                                      .offset = 10};
    chart_draw(&chart, &layout, swapped, sizeof(swapped));
    const uint16_t cells[] = {64, 64, 64, 191};
    chart_expect(&chart, cells);
    close_histogram(&chart);
}

static void a_million_values(void **state)
{
    enum { COUNT = 1000000, EACH = COUNT / 250 };
    struct chart chart;
    const struct trl_view_params view = {
        .width = 1, .height = 256, .vmin_set = true, .vmax_set = true, .vmin = 0, .vmax = 256};
    const struct trl_histogram_params params = {.bins = 256, .count_max = 2.0 * EACH};
    open_histogram(&chart, *state, &params, &view, 1000, 1000);
    float *values = malloc(COUNT * sizeof(float));
    for (int n = 0; n < COUNT; n++)
        values[n] = (float)(n % 250 * 7 % 250) + 0.25f;
    chart_draw_f32(&chart, 1000, 1000, values);
    /* 4000 in each of 250 bins: half of the largest. */
    for (int n = 0; n < 256; n++)
        assert_int_equal(chart_cell(&chart, n, 0), n < 250 ? 128 : TRL_PALETTE_BACKGROUND);
    free(values);
    close_histogram(&chart);
}

static void bad_params_are_refused(void **state)
{
    static const struct {
        struct trl_histogram_params params;
        int width;
        const char *message;
    } cases[] = {
        {{0}, 0, "0 x 9 pixels"},
        {{.bins = 100}, 9, "100 bins"},
        {{.bins = 512}, 9, "512 bins"},
        {{.bins = -2}, 9, "-2 bins"},
        {{.count_max = -1}, 9, "count of -1"},
        {{.count_max = NAN}, 9, "count"},
        {{.count_max = 3e9}, 9, "count of 3e+09"},
        {{.time.frames = -4}, 9, "-4 frames"},
    };
    struct test_device *test = *state;
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
        struct trl_histogram *histogram = NULL;
        const struct trl_view_params view = {.width = cases[n].width, .height = 9};
        const struct trl_view_shape shape = {1, 1, 5};
        test->quiet = true;
        assert_int_equal(trl_histogram_create(&histogram, test->device, &cases[n].params, &view,
                                              &shape, NULL, NULL),
                         TRL_ERROR_USAGE);
        assert_null(histogram);
        assert_int_equal(test->messages, 1);
        if (!strstr(test->last, cases[n].message))
            fail_msg("'%s' does not have '%s'", test->last, cases[n].message);
        test->quiet = false;
        test->messages = 0;
    }
}

/* For people who want to look: two groups of values that part and meet again. */
static void pictures_to_look_at(void **state)
{
    enum { COUNT = 4000, FRAMES = 320 };
    struct chart chart;
    struct trl_view_params view = {.width = 640,
                                   .height = 320,
                                   .cmap = "inferno",
                                   .vmin_set = true,
                                   .vmax_set = true,
                                   .vmin = -3,
                                   .vmax = 3};
    float *values = malloc(COUNT * sizeof(float));
    for (int kind = 0; kind < 2; kind++) {
        const struct trl_histogram_params params = {
            .bars = kind == 1, .bins = kind ? 64 : 128, .time.frames = FRAMES};
        view.cmap = kind ? "viridis" : "inferno";
        open_histogram(&chart, *state, &params, &view, 1, COUNT);
        uint32_t seed = 1;
        for (int f = kind ? FRAMES - 100 : 0; f < (kind ? FRAMES - 99 : FRAMES); f++) {
            const int phase = f % 160 < 80 ? f % 160 : 160 - f % 160;
            for (int n = 0; n < COUNT; n++) {
                float sum = 0;
                for (int k = 0; k < 6; k++)
                    sum += (float)(int32_t)(chart_random(&seed) >> 8) / 16777216.0f;
                values[n] = sum * 0.5f + (float)(n & 1 ? phase : -phase) / 50.0f;
            }
            chart_draw_f32(&chart, 1, COUNT, values);
        }
        chart_save(&chart, kind ? "bars" : "histogram");
        assert_int_equal(chart_hash(&chart), kind ? 0x4d838230 : 0x138a49de);
        close_histogram(&chart);
    }
    free(values);
}

static int setup(void **state)
{
    struct test_device *test = calloc(1, sizeof(*test));
    *state = test;
    return test ? test_device_open(test) : -1;
}

static int teardown(void **state)
{
    struct test_device *test = *state;
    test_device_close(test);
    const int messages = test->messages;
    free(test);
    return messages;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_true),
        cmocka_unit_test(films_are_as_the_reference),
        cmocka_unit_test(whole_films_are_squeezed),
        cmocka_unit_test(bars_are_as_the_reference),
        cmocka_unit_test(plain_frames),
        cmocka_unit_test(layouts_are_as_the_reference),
        cmocka_unit_test(a_million_values),
        cmocka_unit_test(bad_params_are_refused),
        cmocka_unit_test(pictures_to_look_at),
    };
    return cmocka_run_group_tests_name("histogram", tests, setup, teardown);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/lines.h"

#include "chart.h"
#include "base/math.h"
#include "shared/axis.h"
#include "shared/chart.h"
#include "tensor/layout.h"
#include "view/scale.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { SUB = TRL_SUBPIXELS, COLUMNS = TRL_LINES_SUBCOLUMNS };

/* ---- places ---- */

static trl_symlog symlog_of(double linthresh)
{
    struct trl_scale scale;
    const struct trl_view_params view = {.norm = TRL_NORM_SYMLOG, .linthresh = linthresh};
    assert_int_equal(trl_scale_init(&scale, NULL, &view, NULL, NULL), 0);
    const uint32_t *w = &scale.setup[TRL_SETUP_SYMLOG];
    return (trl_symlog){w[0],
                        {.exponent = (int32_t)w[1], .mantissa = w[2]},
                        {.exponent = (int32_t)w[3], .mantissa = w[4]}};
}

static double spread(enum trl_norm norm, double linthresh, double x)
{
    if (norm == TRL_NORM_LOG)
        return log2(x);
    if (norm == TRL_NORM_LINEAR)
        return x;
    const double size = fabs(x);
    return copysign(
        size <= linthresh ? size / linthresh * 10 / 9 : 10.0 / 9 + log10(size / linthresh), x);
}

static void check_places(enum trl_norm norm, float low, float high, uint32_t length, uint32_t pad)
{
    const double linthresh = 0.5;
    const trl_symlog symlog = symlog_of(linthresh);
    const trl_axis_scale axis =
        trl_axis_make(norm, symlog, trl_float_bits(low), trl_float_bits(high), length, pad);
    const double from = spread(norm, linthresh, (double)low);
    const double width = spread(norm, linthresh, (double)high) - from;
    int32_t last = -TRL_PLACE_LIMIT;
    for (int n = -20; n <= 120; n++) {
        float x = (float)((double)low + ((double)high - (double)low) * n / 100);
        if (norm == TRL_NORM_LOG)
            x = (float)((double)low * pow((double)high / (double)low, n / 100.0));
        const int32_t place = trl_axis_place(axis, norm, trl_float_bits(x));
        const double exact =
            (spread(norm, linthresh, (double)x) - from) / width * (length - 2.0 * pad) + pad;
        /* Places are cut off towards the low end's: 1; the logarithms are within 2^-26. */
        if (fabs(place - exact) > 1.01)
            fail_msg("norm %d, %g of %g to %g: at %d instead of %g", norm, (double)x, (double)low,
                     (double)high, place, exact);
        assert_true(place >= last);
        last = place;
    }
}

static void places_are_true_within_a_subpixel(void **state)
{
    (void)state;
    check_places(TRL_NORM_LINEAR, 0, 1, 1080 * SUB, 0);
    check_places(TRL_NORM_LINEAR, -3, 1e-3f, 16384 * SUB, 100 * SUB);
    check_places(TRL_NORM_LINEAR, -1e38f, 2e38f, 100 * SUB, 7);
    check_places(TRL_NORM_LINEAR, 1e-41f, 5e-40f, 100 * SUB, 0);
    check_places(TRL_NORM_LINEAR, 16777215, 16777216, 64 * SUB, 0);
    check_places(TRL_NORM_LOG, 1e-9f, 1e9f, 1080 * SUB, 0);
    check_places(TRL_NORM_LOG, 1, 2, 300 * SUB, 10 * SUB);
    check_places(TRL_NORM_SYMLOG, -100, 1000, 1080 * SUB, 0);
    check_places(TRL_NORM_SYMLOG, -0.1f, 0.3f, 100 * SUB, 0);
}

static void places_beyond_the_axis_are_cut_off(void **state)
{
    (void)state;
    const trl_symlog symlog = symlog_of(1);
    const uint32_t one = trl_float_bits(1), two = trl_float_bits(2), inf = 0x7f800000;
    const trl_axis_scale axis = trl_axis_make(TRL_NORM_LINEAR, symlog, one, two, 640, 0);
    assert_int_equal(trl_axis_place(axis, TRL_NORM_LINEAR, inf), TRL_PLACE_LIMIT);
    assert_int_equal(trl_axis_place(axis, TRL_NORM_LINEAR, inf | 1u << 31), -TRL_PLACE_LIMIT);
    assert_int_equal(trl_axis_place(axis, TRL_NORM_LINEAR, trl_float_bits(1e30f)), TRL_PLACE_LIMIT);
    const trl_axis_scale flat = trl_axis_make(TRL_NORM_LINEAR, symlog, one, one, 640, 64);
    assert_int_equal(trl_axis_place(flat, TRL_NORM_LINEAR, one), 320);
    assert_int_equal(trl_axis_place(flat, TRL_NORM_LINEAR, two), TRL_PLACE_LIMIT);
    const trl_axis_scale logs = trl_axis_make(TRL_NORM_LOG, symlog, one, two, 640, 0);
    assert_int_equal(trl_axis_place(logs, TRL_NORM_LOG, 0), -TRL_PLACE_LIMIT);
    assert_int_equal(trl_axis_place(logs, TRL_NORM_LOG, one | 1u << 31), -TRL_PLACE_LIMIT);
}

/* ---- the reference: every sub-column looks at every sample ---- */

struct curve {
    const float *values; /* (series, samples) */
    int64_t series, samples;
    int width, height;
    double pen;
    enum trl_norm norm;
    float low, high;
    int pad;
};

struct span {
    int64_t top, bottom;
};

static void take(struct span *span, int64_t at)
{
    span->top = at < span->top ? at : span->top;
    span->bottom = at > span->bottom ? at : span->bottom;
}

static void take_edge(const struct curve *c, const float *line, const int64_t *places, int64_t edge,
                      struct span *span)
{
    const int64_t at = edge * (c->samples - 1), whole = (int64_t)c->width * COLUMNS;
    const int64_t n = at / whole, part = at % whole * 65536 / whole;
    if (isnan(line[n]) || (part && isnan(line[n + 1])))
        return;
    /* Division cuts off towards the first, as the device does. */
    take(span, places[n] + (part ? (places[n + 1] - places[n]) * part / 65536 : 0));
}

static struct span *strokes_of(const struct curve *c, const float *line)
{
    const int64_t columns = (int64_t)c->width * COLUMNS;
    struct span *spans = calloc((size_t)columns, sizeof(*spans));
    int64_t *places = calloc((size_t)c->samples, sizeof(*places));
    const trl_axis_scale axis =
        trl_axis_make(c->norm, symlog_of(1), trl_float_bits(c->low), trl_float_bits(c->high),
                      (uint32_t)c->height * SUB, (uint32_t)c->pad * SUB);
    for (int64_t n = 0; n < c->samples; n++)
        places[n] = isnan(line[n])
                        ? 0
                        : c->height * SUB - trl_axis_place(axis, c->norm, trl_float_bits(line[n]));
    int64_t n = 0;
    for (int64_t x = 0; x < columns; x++) {
        spans[x] = (struct span){INT32_MAX, -INT32_MAX};
        /* Sample n lies at n * columns / (samples - 1), to 65536ths of the way between samples. */
        const int64_t next = (x + 1) * (c->samples - 1);
        for (; n < next / columns + (next % columns * 65536 / columns != 0); n++)
            if (!isnan(line[n]))
                take(&spans[x], places[n]);
        take_edge(c, line, places, x, &spans[x]);
        take_edge(c, line, places, x + 1, &spans[x]);
    }
    free(places);
    return spans;
}

static void draw_series(const struct curve *c, int64_t series, uint16_t *cells)
{
    const int64_t columns = (int64_t)c->width * COLUMNS;
    struct span *strokes = strokes_of(c, c->values + series * c->samples);
    struct span *spans = calloc((size_t)columns, sizeof(*spans));
    const int64_t radius = lround(c->pen * SUB / 2), step = SUB / COLUMNS;
    for (int64_t x = 0; x < columns; x++) {
        spans[x] = (struct span){INT32_MAX, -INT32_MAX};
        for (int64_t at = 0; at < columns; at++) {
            const int64_t beside = (at - x) * step;
            if (llabs(beside) > radius || strokes[at].top == INT32_MAX)
                continue;
            const int64_t reach = (int64_t)floor(sqrt((double)(radius * radius - beside * beside)));
            take(&spans[x], strokes[at].top - reach);
            take(&spans[x], strokes[at].bottom + reach);
        }
    }
    const int64_t whole = (int64_t)COLUMNS * SUB, levels = TRL_LINES_LEVELS;
    for (int y = 0; y < c->height; y++)
        for (int x = 0; x < c->width; x++) {
            int64_t covered = 0;
            for (int n = 0; n < COLUMNS; n++) {
                const struct span *s = &spans[x * COLUMNS + n];
                covered += trl_max_i64(0, trl_min_i64(s->bottom, (y + 1) * SUB) -
                                              trl_max_i64(s->top, y * SUB));
            }
            const int64_t level = (covered * levels + whole / 2) / whole;
            uint16_t *cell = &cells[y * c->width + x];
            const int64_t color = series % 10;
            if (level == 0)
                continue;
            const bool free_cell = *cell == TRL_PALETTE_BACKGROUND;
            const int64_t below = free_cell ? 0 : *cell % levels + 1;
            const int64_t seen = level * 2 >= levels || level >= below ? color : *cell / levels;
            *cell = (uint16_t)(seen * levels + trl_max_i64(level, below) - 1);
        }
    free(spans);
    free(strokes);
}

static void check_curve(const struct curve *c, const struct chart *chart)
{
    const size_t count = (size_t)c->width * (size_t)c->height;
    uint16_t *cells = malloc(count * sizeof(*cells));
    for (size_t n = 0; n < count; n++)
        cells[n] = TRL_PALETTE_BACKGROUND;
    for (int64_t s = 0; s < c->series; s++)
        draw_series(c, s, cells);
    chart_expect(chart, cells);
    free(cells);
}

/* ---- on the device ---- */

static int record(void *view, struct trl_gpu_cmd *cmd, const struct trl_gpu_tensor *tensor)
{
    return trl_lines_record(view, cmd, tensor);
}

static void open_lines(struct chart *chart, struct test_device *test,
                       const struct trl_lines_params *params, const struct trl_view_params *view,
                       int64_t rows, int64_t columns)
{
    struct trl_lines *lines = NULL;
    const struct trl_view_shape shape = {1, rows, columns};
    assert_int_equal(trl_lines_create(&lines, test->device, params, view, &shape, NULL, NULL), 0);
    *chart = (struct chart){
        .test = test,
        .picture = trl_lines_picture(lines),
        .palette = trl_lines_palette(lines),
        .view = lines,
        .record = record,
    };
    chart_open(chart);
}

static void close_lines(struct chart *chart)
{
    struct trl_lines *lines = chart->view;
    trl_lines_destroy(&lines);
    chart_close(chart);
}

/* The range of the finite values, as the device finds it. */
static void find_range(struct curve *c)
{
    c->low = INFINITY;
    c->high = -INFINITY;
    for (int64_t n = 0; n < c->series * c->samples; n++)
        if (isfinite(c->values[n]) && (c->norm != TRL_NORM_LOG || c->values[n] > 0)) {
            c->low = fminf(c->low, c->values[n]);
            c->high = fmaxf(c->high, c->values[n]);
        }
    if (c->low > c->high) {
        c->low = c->norm == TRL_NORM_LOG ? 1 : 0;
        c->high = c->norm == TRL_NORM_LOG ? 10 : 1;
    }
}

/* Draws values with the range of the frame and compares. */
static void check_values(struct test_device *test, const float *values, int64_t series,
                         int64_t samples, int width, int height, double pen, enum trl_norm norm)
{
    struct chart chart;
    const struct trl_view_params view = {
        .width = width, .height = height, .norm = norm, .range = TRL_RANGE_FRAME};
    open_lines(&chart, test, &(struct trl_lines_params){.width = pen}, &view, series, samples);
    struct curve curve = {
        .values = values,
        .series = series,
        .samples = samples,
        .width = width,
        .height = height,
        .pen = pen,
        .norm = norm,
        .pad = trl_lines_pad(chart.view),
    };
    find_range(&curve);
    chart_draw_f32(&chart, series, samples, values);
    check_curve(&curve, &chart);
    assert_true(chart.counts.low == curve.low && chart.counts.high == curve.high);
    close_lines(&chart);
}

static float *random_walk(int64_t series, int64_t samples, uint32_t seed)
{
    float *values = malloc((size_t)(series * samples) * sizeof(float));
    for (int64_t s = 0; s < series; s++) {
        float at = (float)s;
        for (int64_t n = 0; n < samples; n++) {
            at += (float)(int32_t)(chart_random(&seed) >> 8) / 16777216.0f - 0.5f;
            values[s * samples + n] = at;
        }
    }
    return values;
}

static void lines_are_as_the_reference(void **state)
{
    static const struct {
        int64_t series, samples;
        int width, height;
        double pen;
    } cases[] = {
        {1, 2, 20, 11, 1},    {3, 9, 64, 40, 2},       {2, 64, 64, 48, 1.5}, {4, 65, 33, 20, 3},
        {2, 1000, 50, 60, 2}, {1, 20011, 31, 50, 0.5}, {40, 30, 80, 70, 2},  {1, 1, 7, 5, 2},
        {2, 1, 8, 9, 1},      {3, 500, 1, 30, 1},      {2, 40, 17, 1, 4},    {1, 33, 129, 67, 20},
    };
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
        float *values = random_walk(cases[n].series, cases[n].samples, (uint32_t)n);
        check_values(*state, values, cases[n].series, cases[n].samples, cases[n].width,
                     cases[n].height, cases[n].pen, TRL_NORM_LINEAR);
        free(values);
    }
}

static void other_norms_are_as_the_reference(void **state)
{
    enum { SAMPLES = 200 };
    float values[2 * SAMPLES];
    uint32_t seed = 5;
    for (int n = 0; n < 2 * SAMPLES; n++)
        values[n] = expf((float)(chart_random(&seed) % 2000) / 100.0f - 10.0f);
    values[7] = 0;
    values[8] = -3;
    check_values(*state, values, 2, SAMPLES, 100, 80, 2, TRL_NORM_LOG);
    for (int n = 0; n < 2 * SAMPLES; n += 3)
        values[n] = -values[n];
    check_values(*state, values, 2, SAMPLES, 100, 80, 2, TRL_NORM_SYMLOG);
}

static void special_values_are_as_the_reference(void **state)
{
    enum { SAMPLES = 90 };
    for (int round = 0; round < 3; round++) {
        float *values = random_walk(2, SAMPLES, 77);
        uint32_t seed = (uint32_t)round;
        for (int n = 0; n < 2 * SAMPLES; n++)
            switch (chart_random(&seed) % 8) {
            case 0:
            case 1:
                values[n] = NAN;
                break;
            case 2:
                values[n] = round == 1 ? INFINITY : values[n];
                break;
            case 3:
                values[n] = round == 2 ? -INFINITY : values[n];
                break;
            default:
                break;
            }
        check_values(*state, values, 2, SAMPLES, 120, 50, 2, TRL_NORM_LINEAR);
        check_values(*state, values, 2, SAMPLES, 20, 50, 1, TRL_NORM_LINEAR);
        for (int n = 0; n < 2 * SAMPLES; n++)
            values[n] = round ? NAN : 42;
        check_values(*state, values, 2, SAMPLES, 20, 50, 1, TRL_NORM_LINEAR);
        free(values);
    }
}

static bool lit(const struct chart *chart, int row, int column)
{
    return chart_cell(chart, row, column) != TRL_PALETTE_BACKGROUND;
}

/* One sample of a hundred thousand differs, wherever it is: the line reaches the top there. */
static void no_spike_vanishes(void **state)
{
    enum { SAMPLES = 100000, WIDTH = 50 };
    struct chart chart;
    const struct trl_view_params view = {
        .width = WIDTH, .height = 20, .vmin_set = true, .vmax_set = true, .vmin = -1, .vmax = 1};
    open_lines(&chart, *state, &(struct trl_lines_params){0}, &view, 1, SAMPLES);
    float *values = calloc(SAMPLES, sizeof(float));
    static const int places[] = {0, 1, 1999, 2000, 2001, 50000, 77777, SAMPLES - 2, SAMPLES - 1};
    for (size_t n = 0; n < sizeof(places) / sizeof(places[0]); n++) {
        values[places[n]] = 0.95f;
        chart_draw_f32(&chart, 1, SAMPLES, values);
        values[places[n]] = 0;
        const int column = (int)((int64_t)places[n] * WIDTH / SAMPLES);
        assert_true(lit(&chart, 0, column));
        for (int x = 0; x < WIDTH; x++)
            assert_int_equal(lit(&chart, 0, x), abs(x - column) < 2 && lit(&chart, 0, x));
    }
    free(values);
    close_lines(&chart);
}

static void nan_leaves_a_gap(void **state)
{
    struct chart chart;
    const struct trl_view_params view = {
        .width = 60, .height = 9, .vmin_set = true, .vmax_set = true, .vmin = 0, .vmax = 2};
    open_lines(&chart, *state, &(struct trl_lines_params){.width = 1}, &view, 1, 7);
    /* Samples are 10 pixels apart; the line is at the middle row. */
    chart_draw_f32(&chart, 1, 7, (const float[]){1, 1, 1, NAN, 1, 1, 1});
    for (int x = 0; x < 60; x++)
        if (x != 20 && x != 39) /* rounded by the pen's end */
            assert_int_equal(lit(&chart, 4, x), x < 20 || x > 39);
    assert_int_equal(chart.counts.nan, 1);
    chart_draw_f32(&chart, 1, 7, (const float[]){NAN, NAN, NAN, NAN, NAN, NAN, NAN});
    for (int x = 0; x < 60; x++)
        for (int y = 0; y < 9; y++)
            assert_false(lit(&chart, y, x));
    assert_int_equal(chart.counts.nan, 7);
    close_lines(&chart);
}

/* More series than colours: the eleventh has the first one's. */
static void colours_repeat(void **state)
{
    struct chart chart;
    const struct trl_view_params view = {
        .width = 4, .height = 120, .vmin_set = true, .vmax_set = true, .vmin = 0, .vmax = 12};
    open_lines(&chart, *state, &(struct trl_lines_params){.width = 4}, &view, 12, 1);
    float values[12];
    for (int n = 0; n < 12; n++)
        values[n] = (float)n + 0.5f;
    chart_draw_f32(&chart, 12, 1, values);
    for (int n = 0; n < 12; n++) {
        uint8_t rgb[3];
        const uint16_t cell = chart_cell(&chart, 119 - 10 * n - 5, 2);
        assert_int_equal(cell, (n % 10 + 1) * TRL_LINES_LEVELS - 1);
        trl_lines_color(chart.view, n, rgb);
        assert_memory_equal(chart.palette->rgb[cell], rgb, 3);
    }
    close_lines(&chart);
}

/* Samples that come frame by frame: the picture is that of the window as one tensor. */
static void rolling_is_as_the_reference(void **state)
{
    enum { SERIES = 3, FRAMES = 40, WINDOW = 15 };
    float *values = random_walk(FRAMES, SERIES, 8);
    for (int mode = 0; mode < 2; mode++) {
        struct chart chart;
        const struct trl_view_params view = {.width = 50, .height = 30, .range = TRL_RANGE_FRAME};
        const struct trl_lines_params params = {
            .roll = true,
            .time = {mode ? TRL_TIME_WHOLE : TRL_TIME_SCROLL, mode ? FRAMES : WINDOW},
        };
        const int samples = mode ? FRAMES : WINDOW;
        /* Vectors may lie along either axis. */
        const int rows = mode ? SERIES : 1, columns = mode ? 1 : SERIES;
        open_lines(&chart, *state, &params, &view, rows, columns);
        float window[SERIES * FRAMES];
        for (int f = 0; f < FRAMES; f++) {
            for (int s = 0; s < SERIES; s++)
                for (int n = 0; n < samples; n++) {
                    const int frame = mode ? n : f - (samples - 1 - n);
                    window[s * samples + n] =
                        frame >= 0 && frame <= f ? values[frame * SERIES + s] : NAN;
                }
            chart_draw_f32(&chart, rows, columns, &values[f * SERIES]);
            if (f > 3 && f % 7 != 0)
                continue;
            struct curve curve = {
                .values = window,
                .series = SERIES,
                .samples = samples,
                .width = 50,
                .height = 30,
                .pen = 2,
                .pad = trl_lines_pad(chart.view),
            };
            find_range(&curve);
            check_curve(&curve, &chart);
        }
        int64_t left, right;
        trl_lines_samples(chart.view, &left, &right);
        assert_int_equal(left, mode ? 0 : FRAMES - WINDOW);
        assert_int_equal(right, FRAMES - 1);
        close_lines(&chart);
    }
    free(values);
}

/* The same samples as bytes swapped, as halves, with strides: pictures as of float32. */
static void layouts_are_as_the_reference(void **state)
{
    enum { SERIES = 2, SAMPLES = 70, COUNT = SERIES * SAMPLES };
    float values[COUNT];
    int16_t swapped[COUNT];
    uint32_t seed = 4;
    for (int s = 0; s < SERIES; s++)
        for (int n = 0; n < SAMPLES; n++) {
            const int16_t value = (int16_t)(chart_random(&seed) >> 16);
            values[s * SAMPLES + n] = value;
            /* Samples backwards, series next to each other, bytes swapped. */
            swapped[(SAMPLES - 1 - n) * SERIES + s] = (int16_t)__builtin_bswap16((uint16_t)value);
        }
    struct chart chart;
    const struct trl_view_params view = {.width = 60, .height = 40, .range = TRL_RANGE_FRAME};
    open_lines(&chart, *state, &(struct trl_lines_params){0}, &view, SERIES, SAMPLES);
    struct curve curve = {.values = values,
                          .series = SERIES,
                          .samples = SAMPLES,
                          .width = 60,
                          .height = 40,
                          .pen = 2,
                          .pad = trl_lines_pad(chart.view)};
    find_range(&curve);
    const struct trl_layout layout = {.dtype = TRL_DTYPE_I16,
                                      .big_endian = true,
                                      .rank = 3,
                                      .shape = {1, SERIES, SAMPLES},
                                      .stride = {0, 1, -SERIES},
                                      .offset = (SAMPLES - 1) * SERIES};
    chart_draw(&chart, &layout, swapped, sizeof(swapped));
    check_curve(&curve, &chart);
    close_lines(&chart);
}

static void a_million_samples(void **state)
{
    enum { SAMPLES = 1000000 };
    float *values = random_walk(1, SAMPLES, 2);
    check_values(*state, values, 1, SAMPLES, 40, 30, 2, TRL_NORM_LINEAR);
    free(values);
}

static void bad_params_are_refused(void **state)
{
    static const struct {
        struct trl_lines_params params;
        struct trl_view_params view;
        struct trl_view_shape shape;
        const char *message;
    } cases[] = {
        {{0}, {.height = 9}, {1, 1, 9}, "0 x 9 pixels"},
        {{0}, {.width = 9, .height = 9}, {2, 1, 9}, "not 2 of them"},
        {{.width = 65}, {.width = 9, .height = 9}, {1, 1, 9}, "width 65"},
        {{.width = NAN}, {.width = 9, .height = 9}, {1, 1, 9}, "0.5 to 64"},
        {{.roll = true}, {.width = 9, .height = 9}, {1, 2, 9}, "vectors"},
        {{.roll = true, .time.mode = TRL_TIME_WHOLE},
         {.width = 9, .height = 9},
         {1, 1, 1},
         "number"},
        {{.color_count = 17}, {.width = 9, .height = 9}, {1, 1, 9}, "at most 16"},
        {{0}, {.width = 9, .height = 9, .norm = TRL_NORM_POWER}, {1, 1, 9}, "--norm power"},
    };
    struct test_device *test = *state;
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
        struct trl_lines *lines = NULL;
        test->quiet = true;
        assert_int_equal(trl_lines_create(&lines, test->device, &cases[n].params, &cases[n].view,
                                          &cases[n].shape, NULL, NULL),
                         TRL_ERROR_USAGE);
        assert_null(lines);
        assert_int_equal(test->messages, 1);
        if (!strstr(test->last, cases[n].message))
            fail_msg("'%s' does not have '%s'", test->last, cases[n].message);
        test->quiet = false;
        test->messages = 0;
    }
}

/* For people who want to look, and the same on every device: values by exact operations only. */
static void a_picture_to_look_at(void **state)
{
    enum { SAMPLES = 2000, SERIES = 4 };
    static float values[SERIES * SAMPLES];
    uint32_t seed = 11;
    for (int s = 0; s < SERIES; s++) {
        float x = 0, v = 0.02f + 0.01f * (float)s;
        for (int n = 0; n < SAMPLES; n++) {
            v -= x * (0.0004f + 0.0003f * (float)s);
            x += v;
            const float noise = (float)(chart_random(&seed) >> 8) / 16777216.0f - 0.5f;
            values[s * SAMPLES + n] = x + (s == 3 ? noise : 0) + 2.5f * (float)s;
        }
    }
    for (int n = 700; n < 800; n++)
        values[SAMPLES + n] = NAN;
    struct chart chart;
    const struct trl_view_params view = {.width = 640, .height = 360, .range = TRL_RANGE_FRAME};
    open_lines(&chart, *state, &(struct trl_lines_params){0}, &view, SERIES, SAMPLES);
    chart_draw_f32(&chart, SERIES, SAMPLES, values);
    chart_save(&chart, "lines");
    assert_int_equal(chart_hash(&chart), 0x85270c75);
    close_lines(&chart);
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
        cmocka_unit_test(places_are_true_within_a_subpixel),
        cmocka_unit_test(places_beyond_the_axis_are_cut_off),
        cmocka_unit_test(lines_are_as_the_reference),
        cmocka_unit_test(other_norms_are_as_the_reference),
        cmocka_unit_test(special_values_are_as_the_reference),
        cmocka_unit_test(no_spike_vanishes),
        cmocka_unit_test(nan_leaves_a_gap),
        cmocka_unit_test(colours_repeat),
        cmocka_unit_test(rolling_is_as_the_reference),
        cmocka_unit_test(layouts_are_as_the_reference),
        cmocka_unit_test(a_million_samples),
        cmocka_unit_test(bad_params_are_refused),
        cmocka_unit_test(a_picture_to_look_at),
    };
    return cmocka_run_group_tests_name("lines", tests, setup, teardown);
}

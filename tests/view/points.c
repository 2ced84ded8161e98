/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/points.h"

#include "chart.h"
#include "base/math.h"
#include "shared/axis.h"
#include "shared/chart.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { SUB = TRL_SUBPIXELS };

static int record(void *view, struct trl_gpu_cmd *cmd, const struct trl_gpu_tensor *tensor)
{
    return trl_points_record(view, cmd, tensor);
}

static void open_points(struct chart *chart, struct test_device *test,
                        const struct trl_points_params *params, const struct trl_view_params *view,
                        int64_t rows, int64_t columns)
{
    struct trl_points *points = NULL;
    const struct trl_view_shape shape = {1, rows, columns};
    assert_int_equal(trl_points_create(&points, test->device, params, view, &shape), 0);
    *chart = (struct chart){
        .test = test,
        .picture = trl_points_picture(points),
        .palette = trl_points_palette(points),
        .view = points,
        .record = record,
    };
    chart_open(chart);
}

static void close_points(struct chart *chart)
{
    struct trl_points *points = chart->view;
    trl_points_destroy(&points);
    chart_close(chart);
}

/* ---- the reference: every pixel looks at every point ---- */

struct plane {
    struct trl_points_params params;
    int width, height;
    float x_low, x_high, y_low, y_high;
    int x_pad, y_pad;
    float color_low, color_high;
    uint16_t *trail;
};

static int64_t place(float value, float low, float high, int pixels, int pad)
{
    const trl_symlog unused = {0};
    const trl_axis_scale axis =
        trl_axis_make(TRL_NORM_IS_LINEAR, unused, trl_float_bits(low), trl_float_bits(high),
                      (uint32_t)(pixels * SUB), (uint32_t)(pad * SUB));
    return trl_axis_place(axis, TRL_NORM_IS_LINEAR, trl_float_bits(value));
}

static uint32_t color_of(const struct plane *p, float value)
{
    if (isnan(value))
        return 30;
    const double at = ((double)value - (double)p->color_low) /
                      ((double)p->color_high - (double)p->color_low) * 256;
    return (uint32_t)fmin(fmax(floor(at), 0), 255) * 30 / 256;
}

/* The pixels of a frame: colour and strength of what is on top. */
static void draw_frame(const struct plane *p, const float *values, int64_t rows, int64_t columns,
                       uint16_t *fresh)
{
    const double size = p->params.size != 0 ? p->params.size : 5;
    const int32_t radius = (int32_t)lround(size * SUB / 2);
    const int64_t cx = p->params.x, cy = p->params.x || p->params.y ? p->params.y : 1;
    memset(fresh, 0, (size_t)(p->width * p->height) * sizeof(*fresh));
    for (int cores = 0; cores < 2; cores++)
        for (int64_t n = 0; n < rows; n++) {
            const float *row = values + n * columns;
            if (isnan(row[cx]) || isnan(row[cy]))
                continue;
            int64_t x = place(row[cx], p->x_low, p->x_high, p->width, p->x_pad);
            int64_t y = p->height * SUB - place(row[cy], p->y_low, p->y_high, p->height, p->y_pad);
            x -= x == p->width * SUB;
            y -= y == p->height * SUB;
            if (x < 0 || y < 0 || x >= p->width * SUB || y >= p->height * SUB)
                continue;
            const uint32_t color = p->params.color_set ? color_of(p, row[p->params.color]) : 0;
            for (int64_t py = 0; py < p->height; py++)
                for (int64_t px = 0; px < p->width; px++) {
                    const int64_t dx = px * SUB + SUB / 2 - x, dy = py * SUB + SUB / 2 - y;
                    if (dx * dx + dy * dy > 1 << 24)
                        continue;
                    const uint32_t strength =
                        trl_points_strength((uint32_t)(dx * dx + dy * dy), radius);
                    if (strength && cores == (strength == 255))
                        fresh[py * p->width + px] = (uint16_t)(color << 8 | strength);
                }
        }
}

static void check_frame(struct plane *p, const struct chart *chart, const float *values,
                        int64_t rows, int64_t columns)
{
    const size_t count = (size_t)p->width * (size_t)p->height;
    uint16_t *fresh = malloc(count * sizeof(*fresh)), *cells = malloc(count * sizeof(*cells));
    const double halves = p->params.trail;
    const uint32_t decay = halves > 0 ? (uint32_t)(65536 * exp2(-1 / halves)) : 0;
    draw_frame(p, values, rows, columns, fresh);
    for (size_t n = 0; n < count; n++) {
        const uint32_t left = (p->trail[n] & 255u) * decay >> 16;
        p->trail[n] =
            (fresh[n] & 255) >= left ? fresh[n] : (uint16_t)((p->trail[n] & ~255u) | left);
        const uint32_t levels = p->params.color_set ? 8 : 240;
        const uint32_t level = ((p->trail[n] & 255u) * levels + 127) / 255;
        cells[n] =
            level ? (uint16_t)((p->trail[n] >> 8) * levels + level - 1) : TRL_PALETTE_BACKGROUND;
    }
    chart_expect(chart, cells);
    free(fresh);
    free(cells);
}

static void random_rows(float *values, int64_t count, uint32_t *seed)
{
    for (int64_t n = 0; n < count; n++)
        values[n] = (float)(int32_t)(chart_random(seed) >> 8) / 8388608.0f - 1;
}

/* ---- tests ---- */

/* The strengths of a disc's pixels add up to its area, wherever in a pixel its middle is. */
static void discs_have_their_area(void **state)
{
    (void)state;
    for (int size = 2; size <= 60; size += 3)
        for (int at = 0; at < SUB; at += 13) {
            double sum = 0;
            for (int y = -40; y < 40; y++)
                for (int x = -40; x < 40; x++) {
                    const int dx = x * SUB + SUB / 2 - at, dy = y * SUB + SUB / 2 - at / 2;
                    sum += trl_points_strength((uint32_t)(dx * dx + dy * dy), size * SUB / 2);
                }
            /* A rim that falls off over one pixel adds a twelfth. What is left is the grid's doing
             * and what cutting off to 255ths loses. */
            const double area = acos(-1) * (size * size / 4.0 + 1.0 / 12);
            if (fabs(sum / 255 - area) > 0.01 * area + 0.3)
                fail_msg("a disc %d pixels wide has %g pixels, not %g", size, sum / 255, area);
        }
    assert_int_equal(trl_root(0xffffffffu), 0xffff);
    assert_int_equal(trl_root(99 * 99 - 1), 98);
}

static void points_are_as_the_reference(void **state)
{
    static const struct trl_points_params cases[] = {
        {.x_set = true, .y_set = true, .x_min = -1, .x_max = 1, .y_min = -0.7, .y_max = 0.9},
        {.x = 2, .y = 0, .size = 1},
        {.size = 20, .trail = 2},
        {.x = 1, .y = 1, .color_set = true, .color = 2, .size = 7.3},
        {.color_set = true, .color = 0, .trail = 0.5, .size = 3},
    };
    enum { ROWS = 40, FRAMES = 4 };
    uint32_t seed = 1;
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
        const struct trl_points_params *params = &cases[n];
        const struct trl_view_params view = {.width = 61,
                                             .height = 48,
                                             .vmin_set = true,
                                             .vmax_set = true,
                                             .vmin = -0.5,
                                             .vmax = 0.75};
        struct plane p = {.params = *params,
                          .width = 61,
                          .height = 48,
                          .x_low = (float)params->x_min,
                          .x_high = (float)params->x_max,
                          .y_low = (float)params->y_min,
                          .y_high = (float)params->y_max,
                          .color_low = -0.5f,
                          .color_high = 0.75f};
        p.trail = calloc(61 * 48, sizeof(uint16_t));
        struct chart chart;
        open_points(&chart, *state, params, &view, ROWS, 3);
        for (int f = 0; f < FRAMES; f++) {
            float values[ROWS * 3];
            random_rows(values, ROWS * 3, &seed);
            if (f == 2) {
                values[4] = NAN;
                values[7] = INFINITY;
                values[11] = NAN;
                values[12] = -INFINITY;
                values[15] = values[16] = values[17] = 3;
            }
            /* The range is that of all frames so far. */
            const int cx = params->x, cy = params->x || params->y ? params->y : 1;
            for (int r = 0; !params->x_set && r < ROWS; r++) {
                const float x = values[r * 3 + cx], y = values[r * 3 + cy];
                const bool first = f == 0 && r == 0;
                p.x_low = first ? x : isfinite(x) ? fminf(p.x_low, x) : p.x_low;
                p.x_high = first ? x : isfinite(x) ? fmaxf(p.x_high, x) : p.x_high;
                p.y_low = first ? y : isfinite(y) ? fminf(p.y_low, y) : p.y_low;
                p.y_high = first ? y : isfinite(y) ? fmaxf(p.y_high, y) : p.y_high;
                p.x_pad = 61 / 8;
                p.y_pad = 48 / 8;
            }
            chart_draw_f32(&chart, ROWS, 3, values);
            check_frame(&p, &chart, values, ROWS, 3);
        }
        float low, high;
        assert_int_equal(trl_points_range(chart.view, true, &low, &high), params->y_set);
        assert_true(!params->y_set || (low == -0.7f && high == 0.9f));
        free(p.trail);
        close_points(&chart);
    }
}

static void ends_of_the_axes_are_inside(void **state)
{
    struct chart chart;
    const struct trl_view_params view = {.width = 20, .height = 10};
    const struct trl_points_params params = {
        .x_set = true, .y_set = true, .x_max = 1, .y_max = 1, .size = 1};
    open_points(&chart, *state, &params, &view, 1, 2);
    static const float corners[4][2] = {{0, 0}, {1, 0}, {0, 1}, {1, 1}};
    for (int n = 0; n < 4; n++) {
        chart_draw_f32(&chart, 1, 2, corners[n]);
        for (int y = 0; y < 10; y++)
            for (int x = 0; x < 20; x++) {
                const bool corner = x == (n & 1 ? 19 : 0) && y == (n & 2 ? 0 : 9);
                if (corner)
                    assert_int_not_equal(chart_cell(&chart, y, x), TRL_PALETTE_BACKGROUND);
                else if (abs(x - (n & 1 ? 19 : 0)) > 1)
                    assert_int_equal(chart_cell(&chart, y, x), TRL_PALETTE_BACKGROUND);
            }
    }
    chart_draw_f32(&chart, 1, 2, (const float[]){1.01f, 0.5f});
    for (int y = 0; y < 10; y++)
        assert_int_equal(chart_cell(&chart, y, 19), TRL_PALETTE_BACKGROUND);
    close_points(&chart);
}

/* Guides are on the circle of radius 1 and on the axes and nowhere else; points lie over them. */
static void the_unit_circle_is_round(void **state)
{
    enum { WIDTH = 300, HEIGHT = 200 };
    struct chart chart;
    const struct trl_view_params view = {.width = WIDTH, .height = HEIGHT};
    open_points(&chart, *state, &(struct trl_points_params){.unit_circle = true}, &view, 1, 2);
    float low, high;
    assert_true(trl_points_range(chart.view, true, &low, &high) && low == -1.25f && high == 1.25f);
    assert_true(trl_points_range(chart.view, false, &low, &high) && high == 1.875f);
    chart_draw_f32(&chart, 1, 2, (const float[]){0, 1});
    assert_int_equal(chart_cell(&chart, 20, 150), 239);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            const double dx = (x + 0.5 - 150) / 80, dy = (y + 0.5 - 100) / 80;
            const double off = fabs(hypot(dx, dy) - 1) * 80;
            const bool axis = fabs(dx) * 80 < 1 || fabs(dy) * 80 < 1;
            const uint16_t cell = chart_cell(&chart, y, x);
            if (hypot(x + 0.5 - 150, y + 0.5 - 20) < 4)
                continue;
            if (off < 0.8)
                assert_in_range(cell, TRL_POINTS_GUIDE, TRL_POINTS_GUIDE + 6);
            else if (off > 1.1 && !axis)
                assert_int_equal(cell, TRL_PALETTE_BACKGROUND);
        }
    close_points(&chart);
}

static void layouts_are_as_the_reference(void **state)
{
    enum { ROWS = 30 };
    float values[ROWS * 2];
    uint16_t swapped[2 * ROWS];
    uint32_t seed = 3;
    for (int r = 0; r < ROWS; r++)
        for (int c = 0; c < 2; c++) {
            const uint16_t value = (uint16_t)(chart_random(&seed) % 1000);
            values[2 * r + c] = value;
            /* Column after column, rows backwards, bytes swapped. */
            swapped[c * ROWS + ROWS - 1 - r] = __builtin_bswap16(value);
        }
    const struct trl_view_params view = {.width = 40, .height = 40};
    struct plane p = {.params = {.x_set = true, .y_set = true, .x_max = 1000, .y_max = 1000},
                      .width = 40,
                      .height = 40,
                      .x_high = 1000,
                      .y_high = 1000};
    p.trail = calloc(1600, sizeof(uint16_t));
    struct chart chart;
    open_points(&chart, *state, &p.params, &view, ROWS, 2);
    const struct trl_layout layout = {.dtype = TRL_DTYPE_U16,
                                      .big_endian = true,
                                      .rank = 3,
                                      .shape = {1, ROWS, 2},
                                      .stride = {0, -1, ROWS},
                                      .offset = ROWS - 1};
    chart_draw(&chart, &layout, swapped, sizeof(swapped));
    check_frame(&p, &chart, values, ROWS, 2);
    free(p.trail);
    close_points(&chart);
}

/* Without a trail nothing is left; with one the strength halves as it should. */
/* Points that wander off stay in a range that is not given. */
static void ranges_grow_with_points(void **state)
{
    enum { SIDE = 80 };
    struct chart chart;
    const struct trl_view_params view = {.width = SIDE, .height = SIDE};
    open_points(&chart, *state, &(struct trl_points_params){.size = 5}, &view, 2, 2);
    for (int f = 0; f < 40; f++) {
        const float far = 1 + 0.1F * (float)f;
        chart_draw_f32(&chart, 2, 2, (const float[]){-far, -far, far, far});
        int left = 0, right = 0;
        for (int y = 0; y < SIDE; y++)
            for (int x = 0; x < SIDE; x++)
                if (chart_cell(&chart, y, x) != TRL_PALETTE_BACKGROUND)
                    *(x < SIDE / 2 ? &left : &right) += 1;
        /* Discs of 5 pixels, whole ones. */
        assert_true(left >= 19 && right >= 19);
    }
    close_points(&chart);
}

static void trails_fade(void **state)
{
    for (int trail = 0; trail <= 4; trail += 4) {
        struct chart chart;
        const struct trl_view_params view = {.width = 20, .height = 20};
        const struct trl_points_params params = {
            .x_set = true, .y_set = true, .x_max = 1, .y_max = 1, .trail = trail};
        open_points(&chart, *state, &params, &view, 1, 2);
        chart_draw_f32(&chart, 1, 2, (const float[]){0.5f, 0.5f});
        assert_int_equal(chart_cell(&chart, 10, 10), 239);
        for (int f = 1; f <= 60; f++) {
            chart_draw_f32(&chart, 1, 2, (const float[]){NAN, 0});
            const uint16_t cell = chart_cell(&chart, 10, 10);
            /* Each frame cuts off less than one of 255. */
            const double expected = 255 * pow(0.5, f / 4.0);
            if (trail && f < 12)
                assert_true(cell < 240 && (cell + 1) * 255.0 / 240 <= expected + 1.1 &&
                            (cell + 1) * 255.0 / 240 >= expected - f - 1.1);
            else if (!trail || f == 60)
                assert_int_equal(cell, TRL_PALETTE_BACKGROUND);
        }
        close_points(&chart);
    }
}

static void a_hundred_thousand_points(void **state)
{
    enum { ROWS = 100000, SIDE = 64 };
    struct chart chart;
    const struct trl_view_params view = {.width = SIDE, .height = SIDE};
    const struct trl_points_params params = {
        .x_set = true, .y_set = true, .x_max = SIDE, .y_max = SIDE, .size = 1};
    float *values = malloc(ROWS * 2 * sizeof(float));
    /* A point in the middle of every third pixel, over and over. */
    for (int n = 0; n < ROWS; n++) {
        const int pixel = n * 3 % (SIDE * SIDE) / 3 * 3, row = pixel / SIDE;
        values[2 * n] = (float)(pixel % SIDE) + 0.5f;
        values[2 * n + 1] = (float)(SIDE - 1 - row) + 0.5f;
    }
    open_points(&chart, *state, &params, &view, ROWS, 2);
    chart_draw_f32(&chart, ROWS, 2, values);
    for (int n = 0; n < SIDE * SIDE; n += 3)
        assert_int_equal(chart_cell(&chart, n / SIDE, n % SIDE), 239);
    free(values);
    close_points(&chart);
}

static void bad_params_are_refused(void **state)
{
    static const struct {
        struct trl_points_params params;
        int width;
        struct trl_view_shape shape;
        const char *message;
    } cases[] = {
        {{0}, 0, {1, 5, 2}, "0 x 9 pixels"},
        {{0}, 9, {1, 5, 1}, "columns 0 to 0"},
        {{.x = -1}, 9, {1, 5, 2}, "column -1"},
        {{.color_set = true, .color = 2}, 9, {1, 5, 2}, "column 2"},
        {{0}, 9, {3, 5, 2}, "not 3 x 5 x 2"},
        {{.size = 61}, 9, {1, 5, 2}, "size 61"},
        {{.trail = -1}, 9, {1, 5, 2}, "trail of -1"},
        {{.trail = NAN}, 9, {1, 5, 2}, "trail"},
        {{.x_set = true, .x_min = 1, .x_max = 1}, 9, {1, 5, 2}, "x from 1 to 1"},
        {{.y_set = true, .y_max = INFINITY}, 9, {1, 5, 2}, "y from 0 to inf"},
    };
    struct test_device *test = *state;
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
        struct trl_points *points = NULL;
        const struct trl_view_params view = {.width = cases[n].width, .height = 9};
        test->quiet = true;
        assert_int_equal(
            trl_points_create(&points, test->device, &cases[n].params, &view, &cases[n].shape),
            TRL_ERROR_USAGE);
        assert_null(points);
        assert_int_equal(test->messages, 1);
        if (!strstr(test->last, cases[n].message))
            fail_msg("'%s' does not have '%s'", test->last, cases[n].message);
        test->quiet = false;
        test->messages = 0;
    }
}

/* For people who want to look: the Lorenz attractor by exact operations, coloured by height. */
static void pictures_to_look_at(void **state)
{
    enum { ROWS = 60, FRAMES = 150 };
    float rows[ROWS][3];
    for (int n = 0; n < ROWS; n++) {
        rows[n][0] = 0.5f * (float)n - 15;
        rows[n][1] = 8 - 0.25f * (float)n;
        rows[n][2] = 20;
    }
    const struct trl_view_params view = {.width = 640,
                                         .height = 360,
                                         .cmap = "plasma",
                                         .vmin_set = true,
                                         .vmax_set = true,
                                         .vmax = 45};
    const struct trl_points_params params = {.y = 2,
                                             .color_set = true,
                                             .color = 2,
                                             .trail = 12,
                                             .size = 4,
                                             .x_set = true,
                                             .y_set = true,
                                             .x_min = -24,
                                             .x_max = 24,
                                             .y_max = 50};
    struct chart chart;
    open_points(&chart, *state, &params, &view, ROWS, 3);
    for (int f = 0; f < FRAMES; f++) {
        for (int n = 0; n < ROWS; n++)
            for (int step = 0; step < 4; step++) {
                const float x = rows[n][0], y = rows[n][1], z = rows[n][2], dt = 0.00390625f;
                rows[n][0] += dt * (10 * (y - x));
                rows[n][1] += dt * (x * (28 - z) - y);
                rows[n][2] += dt * (x * y - 2.6640625f * z);
            }
        chart_draw_f32(&chart, ROWS, 3, &rows[0][0]);
    }
    chart_save(&chart, "points");
    assert_int_equal(chart_hash(&chart), 0xd172e732);
    close_points(&chart);
    const struct trl_view_params plane = {
        .width = 360, .height = 360, .background = {255, 255, 255, true}};
    open_points(&chart, *state, &(struct trl_points_params){.unit_circle = true, .size = 7}, &plane,
                ROWS, 2);
    float roots[ROWS][2];
    uint32_t seed = 9;
    for (int n = 0; n < ROWS; n += 2)
        for (int k = 0; k < 2; k++) {
            roots[n][k] = (float)(chart_random(&seed) >> 8) / 16777216.0f * 1.6f - 0.8f;
            roots[n + 1][k] = k ? -roots[n][k] : roots[n][k];
        }
    chart_draw_f32(&chart, ROWS, 2, &roots[0][0]);
    chart_save(&chart, "eigenvalues");
    assert_int_equal(chart_hash(&chart), 0xec37f0d7);
    close_points(&chart);
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
        cmocka_unit_test(ranges_grow_with_points),
        cmocka_unit_test(discs_have_their_area),
        cmocka_unit_test(points_are_as_the_reference),
        cmocka_unit_test(ends_of_the_axes_are_inside),
        cmocka_unit_test(the_unit_circle_is_round),
        cmocka_unit_test(layouts_are_as_the_reference),
        cmocka_unit_test(trails_fade),
        cmocka_unit_test(a_hundred_thousand_points),
        cmocka_unit_test(bad_params_are_refused),
        cmocka_unit_test(pictures_to_look_at),
    };
    return cmocka_run_group_tests_name("points", tests, setup, teardown);
}

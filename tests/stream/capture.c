/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture.h"

#include "scene/scene_inside.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Captures that come during a film: they take cells that are left, and nothing else changes. */

enum { WIDE = 24, HIGH = 16, CELLS = WIDE * HIGH, FILM = 8, COMES = 3, SIDE_MAX = 1024 };

/* ---- a sink that keeps frames ---- */

struct kept {
    int width, height, count;
    uint8_t *frames[FILM];
};

static struct kept *keeper;

static bool keeps(const char *path)
{
    (void)path;
    return true;
}

static enum trl_pixel keep_pixel(const struct trl_output_params *output, bool palette)
{
    (void)output, (void)palette;
    return TRL_PIXEL_RGB24;
}

static int keep_write(struct trl_sink *base, struct trl_frame *frame)
{
    (void)base;
    assert_true(keeper->count < FILM);
    uint8_t *rgb = malloc((size_t)frame->width * (size_t)frame->height * 3);
    for (int y = 0; y < frame->height; y++)
        trl_frame_row_rgb24(frame, y, rgb + (size_t)y * (size_t)frame->width * 3);
    keeper->width = frame->width;
    keeper->height = frame->height;
    keeper->frames[keeper->count++] = rgb;
    return 0;
}

static int keep_finish(struct trl_sink *base)
{
    (void)base;
    return 0;
}

static void keep_destroy(struct trl_sink **base)
{
    free(*base);
    *base = NULL;
}

static int keep_create(struct trl_sink **out, const struct trl_sink_params *params);

static const struct trl_sink_class keep_class = {
    .name = "keep",
    .accepts = keeps,
    .pixel = keep_pixel,
    .create = keep_create,
    .write = keep_write,
    .finish = keep_finish,
    .destroy = keep_destroy,
};

static int keep_create(struct trl_sink **out, const struct trl_sink_params *params)
{
    *out = calloc(1, sizeof(**out));
    **out = (struct trl_sink){&keep_class, params->log};
    return 0;
}

static void drop_kept(struct kept *kept)
{
    for (int n = 0; n < kept->count; n++)
        free(kept->frames[n]);
}

static const uint8_t *pixel(const struct kept *kept, int frame, int x, int y)
{
    return kept->frames[frame] + ((size_t)y * (size_t)kept->width + (size_t)x) * 3;
}

/* ---- films ---- */

static int capture(struct trl_stream *stream, const char *name, int64_t rows, int64_t columns,
                   const float *values)
{
    struct trl_layout layout;
    assert_int_equal(trl_layout_dense(&layout, TRL_DTYPE_F32, 2, (int64_t[]){rows, columns}, false),
                     0);
    return trl_stream_capture(stream, name, &layout, values,
                              (uint64_t)(rows * columns) * sizeof(*values));
}

/* Values that grow for a while and then shrink: a running range shows what came before. */
static void fill(float *values, int frame)
{
    const float size = frame < 3 ? 1 + (float)frame : 0.5F;
    for (int n = 0; n < CELLS; n++)
        values[n] = size * (float)((n * 7 + frame * 3) % 50);
}

static void film(struct kept *kept, const struct trl_scene_params *scene, bool late,
                 struct trl_guide *guide, struct trl_stream_stats *stats)
{
    const struct trl_output_params output = {.path = "kept"};
    const struct trl_stream_params params = {
        .log = gpu.log, .scene = scene, .outputs = &output, .output_count = 1};
    struct trl_stream *stream = NULL;
    float values[CELLS];
    *kept = (struct kept){0};
    keeper = kept;
    assert_int_equal(trl_stream_create_with(&stream, gpu.device, &params, &keep_class), 0);
    for (int n = 0; n < FILM; n++) {
        fill(values, n);
        assert_int_equal(capture(stream, "field", HIGH, WIDE, values), 0);
        for (int k = 0; k < WIDE; k++)
            values[k] = (k + n) % 5 == 0;
        assert_int_equal(capture(stream, "spikes", 1, WIDE, values), 0);
        fill(values, n + 20);
        if (late && n >= COMES)
            assert_int_equal(capture(stream, "late", WIDE, HIGH, values), 0);
        assert_int_equal(trl_stream_frame(stream), 0);
    }
    assert_int_equal(trl_stream_finish(stream), 0);
    *guide = stream->scene->guide;
    *stats = stats_of(stream);
    trl_stream_destroy(&stream);
    assert_int_equal(kept->count, FILM);
}

/* All that was there is, byte for byte, what it is in a film in which nothing came. */
static void check_growth(const struct trl_scene_params *scene)
{
    struct kept with, without;
    struct trl_guide grown, guide;
    struct trl_stream_stats stats, less;
    film(&without, scene, false, &guide, &less);
    film(&with, scene, true, &grown, &stats);
    assert_int_equal(with.width, without.width);
    assert_int_equal(with.height, without.height);
    assert_int_equal(grown.panel_count, guide.panel_count + 1);
    assert_memory_equal(grown.panel, guide.panel, 2 * sizeof(guide.panel[0]));
    const struct trl_rect cell = grown.panel[2].data;
    const int left = guide.panel[1].data.x + guide.panel[1].data.width;
    assert_true(cell.x > left && cell.width > 16 && cell.height > 16);
    int differ = 0;
    for (int n = 0; n < FILM; n++)
        for (int y = 0; y < with.height; y++)
            for (int x = 0; x < with.width; x++) {
                const bool same = !memcmp(pixel(&with, n, x, y), pixel(&without, n, x, y), 3);
                const bool inside = x >= cell.x && x < cell.x + cell.width && y >= cell.y &&
                                    y < cell.y + cell.height;
                assert_true(same || (n >= COMES && x > left));
                differ += !same && inside;
                if (inside) /* what is kept for it is empty */
                    assert_memory_equal(pixel(&without, n, x, y),
                                        pixel(&without, 0, with.width - 1, 0), 3);
            }
    assert_true(differ > (FILM - COMES) * cell.width * cell.height / 2);
    assert_int_equal(stats.frames, FILM);
    assert_int_equal(stats.encoded, FILM);
    assert_int_equal(less.element_count, FILM * (CELLS + WIDE));
    assert_int_equal(stats.element_count, FILM * (CELLS + WIDE) + (FILM - COMES) * CELLS);
    drop_kept(&with);
    drop_kept(&without);
}

static void a_panel_that_comes_moves_no_other(void **state)
{
    (void)state;
    const struct trl_panel_params panels[2] = {
        {.name = "field", .view = {.range = TRL_RANGE_RUNNING, .cmap = "magma"}},
        {.name = "spikes", .kind = TRL_VIEW_RASTER},
    };
    struct trl_scene_params scene = {.panels = panels,
                                     .panel_count = 2,
                                     .width = 700,
                                     .height = 260,
                                     .grid_rows = 1,
                                     .grid_columns = 3};
    check_growth(&scene);
    scene.axes = scene.colorbar = scene.stamp = true;
    scene.title = "growing";
    check_growth(&scene);
    scene.shared_scale = true;
    check_growth(&scene);
    scene.plain = true;
    check_growth(&scene);
}

/* Without panels of its own a film has those of its captures, and room for as many as the grid
 * says. */
static void captures_fill_the_grid(void **state)
{
    (void)state;
    const struct trl_scene_params scene = {.grid_rows = 1, .grid_columns = 2};
    struct trl_stream_params params = probe_params(1);
    params.scene = &scene;
    params.view.scale = 0;
    struct trl_stream *stream = stream_open(&params, true);
    float values[CELLS];
    fill(values, 0);
    assert_int_equal(capture(stream, "a", HIGH, WIDE, values), 0);
    assert_int_equal(trl_stream_frame(stream), 0);
    assert_int_equal(capture(stream, "b", HIGH, WIDE, values), 0);
    assert_int_equal(trl_stream_frame(stream), 0);
    gpu.quiet = true;
    assert_int_equal(capture(stream, "c", HIGH, WIDE, values), TRL_ERROR_USAGE);
    expect_error("the frame has 2 cells, and none is left; give a grid");
    gpu.quiet = true;
    assert_int_equal(capture(stream, "b", WIDE, HIGH, values), TRL_ERROR_USAGE);
    expect_error("capture b: 1x24x16, where it was 1x16x24 before");
    assert_int_equal(trl_stream_frame(stream), 0);
    assert_int_equal(trl_stream_finish(stream), 0);
    assert_int_equal(stats_of(stream).encoded, 3);
    assert_int_equal(stats_of(stream).width, 1920);
    assert_true(probes.probe[0].pictures[0] != probes.probe[0].pictures[1]);
    assert_true(probes.probe[0].pictures[1] == probes.probe[0].pictures[2]);
    trl_stream_destroy(&stream);
}

static void without_a_grid_the_first_frame_says_how_many(void **state)
{
    (void)state;
    struct trl_stream_params params = probe_params(1);
    float values[CELLS];
    fill(values, 0);
    for (int count = 1; count <= 3; count++) {
        static const char *const names[] = {"a", "b", "c", "d", "e"};
        probes_reset();
        struct trl_stream *stream = stream_open(&params, true);
        for (int n = 0; n < count; n++)
            assert_int_equal(capture(stream, names[n], HIGH, WIDE, values), 0);
        assert_int_equal(trl_stream_frame(stream), 0);
        /* Three lie in a grid of 2 x 2. */
        const int cells = count == 3 ? 4 : count;
        for (int n = count; n < cells; n++)
            assert_int_equal(capture(stream, names[n], HIGH, WIDE, values), 0);
        char text[64];
        snprintf(text, sizeof(text), "the frame has %d cell", cells);
        gpu.quiet = true;
        assert_int_equal(capture(stream, names[cells], HIGH, WIDE, values), TRL_ERROR_USAGE);
        expect_error(text);
        assert_int_equal(trl_stream_frame(stream), 0);
        assert_int_equal(trl_stream_finish(stream), 0);
        assert_int_equal(stats_of(stream).encoded, 2);
        trl_stream_destroy(&stream);
    }
}

static void dropped_frames_are_accounted_for(void **state)
{
    (void)state;
    const struct trl_scene_params scene = {.grid_rows = 1, .grid_columns = 2};
    for (int policy = TRL_ON_FULL_BLOCK; policy <= TRL_ON_FULL_DROP_OLDEST; policy++) {
        probes_reset();
        struct trl_stream_params params = probe_params(1);
        params.scene = &scene;
        params.on_full = (enum trl_on_full)policy;
        struct trl_stream *stream = stream_open(&params, true);
        const bool drops = policy != TRL_ON_FULL_BLOCK;
        float values[CELLS];
        for (int n = 0; n < 12; n++) {
            if (drops && (n == 0 || n == 6))
                probe_allow(0, n ? probe_begun(0) : 0);
            fill(values, n);
            assert_int_equal(capture(stream, "a", HIGH, WIDE, values), 0);
            if (n >= 6)
                assert_int_equal(capture(stream, "b", HIGH, WIDE, values), 0);
            if (n == 6) /* what is on its way is waited for */
                probe_allow(0, INT64_MAX);
            assert_int_equal(trl_stream_frame(stream), 0);
            if (drops && n == 6)
                probe_allow(0, 0);
        }
        probe_allow(0, INT64_MAX);
        assert_int_equal(trl_stream_finish(stream), 0);
        const struct trl_stream_stats stats = stats_of(stream);
        assert_int_equal(stats.frames, 12);
        assert_int_equal(stats.encoded + stats.dropped, 12);
        assert_int_equal(stats.dropped > 0, drops);
        assert_int_equal(stats.encoded, probes.probe[0].begun);
        for (int64_t n = 1; n < probes.probe[0].begun; n++)
            assert_true(probes.probe[0].index[n] > probes.probe[0].index[n - 1]);
        trl_stream_destroy(&stream);
    }
}

static void panels_of_nan_are_warned_of(void **state)
{
    (void)state;
    for (int panels = 1; panels <= 2; panels++) {
        probes_reset();
        const struct trl_stream_params params = probe_params(1);
        struct trl_stream *stream = stream_open(&params, true);
        float values[CELLS], nothing[CELLS];
        fill(values, 0);
        for (int n = 0; n < CELLS; n++)
            nothing[n] = n % 3 ? NAN : INFINITY;
        for (int n = 0; n < 5; n++) {
            assert_int_equal(capture(stream, "v", HIGH, WIDE, n % 2 ? nothing : values), 0);
            if (panels > 1)
                assert_int_equal(capture(stream, "whole", HIGH, WIDE, values), 0);
            assert_int_equal(trl_stream_frame(stream), 0);
        }
        gpu.quiet = true;
        assert_int_equal(trl_stream_finish(stream), 0);
        expect_error("panel v: 2 frames had no finite value");
        trl_stream_destroy(&stream);
    }
    probes_reset();
    const struct trl_stream_params params = probe_params(1);
    struct trl_stream *stream = stream_open(&params, true);
    float nothing[ROWS * COLUMNS];
    for (int n = 0; n < ROWS * COLUMNS; n++)
        nothing[n] = NAN;
    struct trl_layout layout;
    trl_layout_dense(&layout, TRL_DTYPE_F32, 2, (int64_t[]){ROWS, COLUMNS}, false);
    assert_int_equal(trl_stream_push(stream, &layout, nothing, sizeof(nothing)), 0);
    gpu.quiet = true;
    assert_int_equal(trl_stream_finish(stream), 0);
    expect_error("panel 1: 1 frame had no finite value");
    trl_stream_destroy(&stream);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_begin, test_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_panel_that_comes_moves_no_other),
        TEST(captures_fill_the_grid),
        TEST(without_a_grid_the_first_frame_says_how_many),
        TEST(dropped_frames_are_accounted_for),
        TEST(panels_of_nan_are_warned_of),
    };
    return cmocka_run_group_tests_name("capture", tests, gpu_open, gpu_close);
}

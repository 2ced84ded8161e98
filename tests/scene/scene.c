/* SPDX-License-Identifier: BSD-2-Clause */
/* Whole scenes, from tensors to the frames that the outputs get. */
#include "film.h"

#include "base/math.h"
#include "readback/ring.h"
#include "scene/layer_parts.h"
#include "scene/scene_inside.h"
#include "shared/range.h"
#include "view/cmap.h"
#include "view/geometry.h"
#include "view/guide_measure.h"
#include "view/scale.h"

#include <math.h>
#include <string.h>

/* Hashes of all pictures are kept beside this file; TENSORREEL_GOLDEN_UPDATE=1 writes them anew,
 * but never where CI is set. */

static struct test_device test;

enum { FRAMES = 4, INPUTS = 4, VALUES_MAX = 64 * 96 };

static int open_device(void **state)
{
    (void)state;
    return test_device_open(&test);
}

static int close_device(void **state)
{
    (void)state;
    test_device_close(&test);
    return test.messages;
}

/* ---- what is filmed ---- */

static const int64_t shapes[INPUTS][3] = {{1, 64, 96}, {1, 3, 50}, {1, 1, 40}, {5, 24, 30}};
static const char *const names[INPUTS] = {"field", "traces", "spikes", "volume"};

/* Sums and products that are exact or round as IEEE 754 says. */
static void fill(int input, int frame, float *values)
{
    const int64_t *shape = shapes[input];
    for (int64_t n = 0; n < shape[0] * shape[1] * shape[2]; n++) {
        const float x = (float)(n % shape[2]) / (float)shape[2];
        const int64_t row = n / shape[2], tile = row / shape[1];
        const float y = (float)(row % shape[1]) / (float)shape[1];
        const float z = (float)tile + (float)frame * 0.25F;
        const float wave = x * (1 - x) * (0.75F - x) * 20;
        switch (input) {
        case 0:
            values[n] = (x - 0.25F * z) * (x - 0.25F * z) - y * (1 - y) * 3 + z * 0.125F;
            break;
        case 1:
            values[n] = (wave + y) * (wave + y) * (wave - z) * (float)(n < shape[2] ? 40 : 3);
            break;
        case 2:
            values[n] = (n * 7 + frame * 11) % 13 == 0;
            break;
        default:
            values[n] = (1 - x) * (x - y) * (z + 1) * 4;
        }
    }
}

static struct film film_of(int input, float *values)
{
    const int64_t *shape = shapes[input];
    const int64_t count = shape[0] * shape[1] * shape[2];
    for (int n = 0; n < FRAMES; n++)
        fill(input, n, values + n * count);
    return film_f32(&test, shape[0], shape[1], shape[2], values, FRAMES);
}

static const struct trl_panel_params dark[] = {
    {.input = "field", .bar_label = "potential (mV)", .x = {.label = "x"}, .y = {.label = "y"}}};
static const struct trl_panel_params light[] = {{
    .input = "field",
    .filters = "abs",
    .x = {.label = "distance (mm)", .step = 0.125},
    .y = {.step = 0.125},
    .view = {.norm = TRL_NORM_LOG,
             .vmin_set = true,
             .vmax_set = true,
             .vmin = 0.001,
             .vmax = 0.5,
             .cmap = "magma",
             .under_color = {20, 60, 250, true},
             .over_color = {250, 40, 40, true}},
}};
static const struct trl_panel_params maps[] = {
    {.name = "viridis", .input = "field"},
    {.name = "magma", .input = "field", .view = {.cmap = "magma"}},
    {.name = "coolwarm", .input = "field", .view = {.cmap = "coolwarm"}},
    {.name = "each frame's own", .input = "field", .view = {.range = TRL_RANGE_FRAME}}};
static const struct trl_panel_params mixed[] = {
    {.name = "traces",
     .kind = TRL_VIEW_LINES,
     .input = "traces",
     .view = {.norm = TRL_NORM_SYMLOG, .linthresh = 0.5},
     .x = {.label = "sample"},
     .y = {.label = "current"}},
    {.name = "spikes",
     .kind = TRL_VIEW_RASTER,
     .input = "spikes",
     .raster = {.time = {.mode = TRL_TIME_WHOLE}},
     .x = {.label = "frame"}},
    {.name = "field", .input = "field"},
    {.name = "histogram",
     .kind = TRL_VIEW_HISTOGRAM,
     .input = "volume",
     .histogram = {.bars = true, .count_max = 400}}};
static const struct trl_panel_params overlay[] = {
    {.name = "below", .input = "field", .view = {.cmap = "gray"}},
    {.input = "field - 0.5 * field",
     .view = {.cmap = "inferno", .range = TRL_RANGE_FRAME},
     .over = true,
     .overlay = {.alpha = 128}},
    {.name = "alone", .input = "field", .filters = "gaussian=2"}};
static const struct trl_panel_params shared[] = {
    {.name = "field", .input = "field", .bar_label = "all of them"},
    {.name = "from the side",
     .kind = TRL_VIEW_PROJECTION,
     .input = "volume",
     .project_axis = 2,
     .view = {.aspect = TRL_ASPECT_AUTO}},
    {.name = "from above", .kind = TRL_VIEW_PROJECTION, .input = "volume"},
    {.name = "its own map", .input = "volume", .view = {.cmap = "magma"}, .slice_count = 1}};

static const struct trl_panel_params moving[] = {
    {.name = "field", .input = "field", .bar_label = "running"},
    {.name = "its size", .input = "field", .filters = "abs"},
    {.name = "traces", .kind = TRL_VIEW_LINES, .input = "traces"}};

static const struct {
    const char *name;
    struct trl_scene_params params;
} scenes[] = {
    {"dark",
     {.panels = dark,
      .panel_count = 1,
      .width = 960,
      .height = 640,
      .title = "A field that changes",
      .axes = true,
      .colorbar = true,
      .stamp = true,
      .frame_time = 0.25}},
    {"light",
     {.panels = light,
      .panel_count = 1,
      .width = 960,
      .height = 640,
      .theme = TRL_THEME_LIGHT,
      .title = "A field that changes",
      .axes = true,
      .colorbar = true,
      .stamp = true,
      .scale_length = 2,
      .scale_label = "2 mm"}},
    {"maps",
     {.panels = maps,
      .panel_count = 4,
      .width = 1280,
      .height = 720,
      .title = "Four maps",
      .colorbar = true,
      .stamp = true}},
    {"mixed",
     {.panels = mixed,
      .panel_count = 4,
      .width = 1280,
      .height = 720,
      .theme = TRL_THEME_LIGHT,
      .axes = true,
      .colorbar = true,
      .stamp = true,
      .frame_time = 0.002,
      .time_unit = "ms"}},
    {"overlay", {.panels = overlay, .panel_count = 3, .width = 900, .height = 360}},
    {"shared",
     {.panels = shared,
      .panel_count = 4,
      .width = 1280,
      .height = 720,
      .shared_scale = true,
      .axes = true,
      .colorbar = true}},
    {"moving",
     {.panels = moving,
      .panel_count = 3,
      .width = 1280,
      .height = 400,
      .theme = TRL_THEME_LIGHT,
      .grid_columns = 3,
      .shared_scale = true,
      .colorbar = true}},
    {"tiny", {.panels = dark, .panel_count = 1, .width = 160, .height = 120, .colorbar = true}},
    {"odd",
     {.panels = maps,
      .panel_count = 3,
      .width = 637,
      .height = 411,
      .title = "Odd",
      .axes = true,
      .colorbar = true,
      .stamp = true}},
    {"plain", {.panels = maps, .panel_count = 4, .width = 637, .height = 411, .plain = true}},
    {"free", {.panels = shared, .panel_count = 2, .axes = true, .stamp = true, .grid_columns = 1}},
};

enum { SCENES = sizeof(scenes) / sizeof(scenes[0]) };

/* ---- running ---- */

static void find_range(int input, float *low, float *high)
{
    float values[VALUES_MAX];
    *low = INFINITY;
    *high = -INFINITY;
    for (int frame = 0; frame < FRAMES; frame++) {
        fill(input, frame, values);
        for (int64_t n = 0; n < shapes[input][0] * shapes[input][1] * shapes[input][2]; n++) {
            *low = fminf(*low, values[n]);
            *high = fmaxf(*high, values[n]);
        }
    }
}

static int plan(struct trl_scene **out, const struct trl_scene_params *params)
{
    struct trl_scene_input inputs[INPUTS];
    for (int n = 0; n < INPUTS; n++) {
        inputs[n] =
            (struct trl_scene_input){.name = names[n], .frame_count = FRAMES, .rewindable = true};
        trl_layout_dense(&inputs[n].layout, TRL_DTYPE_F32, 3, shapes[n], false);
    }
    int error = trl_scene_create(out, test.device, params, inputs, INPUTS);
    struct trl_scene_range range = {0};
    for (; !error && trl_scene_next_range(*out, &range); range.part++) {
        float low, high;
        find_range(range.input, &low, &high);
        trl_scene_set_range(*out, &range, low, high);
    }
    if (!error)
        error = trl_scene_build(*out, NULL, false);
    return error;
}

static struct trl_ring *open_ring(const struct trl_scene *scene, bool canvas)
{
    struct trl_ring *ring = NULL;
    const struct trl_ring_params params = {
        .packer = {.composition = trl_scene_composition(scene),
                   .pixel_mask = TRL_PIXEL_BIT(TRL_PIXEL_I420) | TRL_PIXEL_BIT(TRL_PIXEL_RGB24),
                   .canvas = canvas},
    };
    assert_int_equal(trl_ring_create(&ring, test.device, &params), 0);
    return ring;
}

static struct trl_frame *shoot(struct trl_ring *ring, struct trl_scene *scene, int index)
{
    struct trl_scene_tensors shown = {0};
    float values[VALUES_MAX];
    struct trl_slot *slot = NULL;
    struct trl_frame *frame = NULL;
    int64_t lost;
    assert_int_equal(trl_ring_acquire(ring, true, &slot), 0);
    for (int n = 0; n < INPUTS && scene; n++) {
        struct trl_layout layout;
        fill(n, index, values);
        trl_layout_dense(&layout, TRL_DTYPE_F32, 3, shapes[n], false);
        shown.tensors[n] = run_tensor(&test, &layout, values,
                                      (size_t)trl_layout_elements(&layout) * sizeof(float));
    }
    if (scene)
        assert_int_equal(trl_scene_record(scene, trl_slot_cmd(slot), &shown, index), 0);
    assert_int_equal(trl_ring_submit(ring, slot, index, NULL, 0, NULL), 0);
    assert_int_equal(trl_ring_next(ring, &frame, &lost), 0);
    for (int n = 0; n < INPUTS && scene; n++)
        trl_gpu_buffer_destroy(&shown.tensors[n].buffer);
    return frame;
}

static uint32_t *words_of(const struct trl_frame *frame)
{
    uint32_t *words = malloc((size_t)frame->width * (size_t)frame->height * 4);
    uint8_t *row = malloc((size_t)frame->width * 3);
    for (int y = 0; y < frame->height; y++) {
        trl_frame_row_rgb24(frame, y, row);
        for (int x = 0; x < frame->width; x++)
            words[(size_t)y * (size_t)frame->width + (size_t)x] =
                row[3 * x] | (uint32_t)row[3 * x + 1] << 8 | (uint32_t)row[3 * x + 2] << 16;
    }
    free(row);
    return words;
}

/* ---- what it must be ---- */

static void paste(uint32_t *frame, int width, struct trl_rect at, uint32_t *pixels)
{
    for (int y = 0; y < at.height; y++)
        memcpy(frame + (size_t)(at.y + y) * (size_t)width + (size_t)at.x,
               pixels + (size_t)y * (size_t)at.width, (size_t)at.width * 4);
    free(pixels);
}

/* The layer of a panel that draws an input as it is, made once more and on its own. */
static uint32_t *own_picture(const struct trl_scene *scene, int cell)
{
    const struct trl_panel *panel = &scene->panels[scene->base[cell]];
    const struct trl_rect *data = &scene->guide.panel[cell].data;
    float *values = malloc(FRAMES * VALUES_MAX * sizeof(*values));
    const struct film film = film_of(panel->input, values);
    struct trl_panel_params params = panel->params;
    params.view.width = data->width;
    params.view.height = data->height;
    struct trl_layer_setup setup = panel->setup;
    setup.panel = &params;
    uint32_t *pixels = film_layer(&film, &setup);
    free(values);
    return pixels;
}

static uint32_t *cell_pixels(const struct trl_scene *scene, int cell)
{
    const int first = scene->base[cell], last = trl_scene_cell_end(scene, cell) - 1;
    const struct trl_panel *panel = &scene->panels[first];
    if (first == last && panel->input >= 0 && !panel->filters && !scene->shares[first])
        return own_picture(scene, cell);
    return run_pixels(&test, scene->overlays[last] ? trl_overlay_picture(scene->overlays[last])
                                                   : trl_panel_picture(&scene->panels[last]));
}

/* Guides where there is no data, data as the layers leave it, and what changes as stamps do. */
static uint32_t *expected(const struct trl_scene *scene)
{
    const struct trl_guide *guide = &scene->guide;
    uint32_t *words = malloc((size_t)guide->width * (size_t)guide->height * 4);
    const struct trl_guide_canvas canvas = {.words = words, .stride = (size_t)guide->width};
    struct trl_guide_params params = scene->guide_params;
    struct trl_guide_panel panels[TRL_GUIDE_PANELS_MAX];
    memcpy(panels, params.panels, (size_t)params.panel_count * sizeof(panels[0]));
    for (int n = 0; n < params.panel_count; n++)
        panels[n].palette = trl_panel_palette(&scene->panels[scene->base[n]]);
    params.panels = panels;
    assert_int_equal(trl_guide_draw(guide, test.log, &params, &canvas), 0);
    for (int n = 0; n < guide->panel_count; n++)
        paste(words, guide->width, guide->panel[n].data, cell_pixels(scene, n));
    for (int n = 0; n < scene->stamps.count; n++)
        paste(words, guide->width, scene->stamps.rect[n],
              run_pixels(&test, trl_stamp_picture(scene->stamps.stamp[n])));
    return words;
}

static void yuv_exact(uint32_t word, double out[3])
{
    const double r = (word & 255) / 255.0, g = (word >> 8 & 255) / 255.0;
    const double b = (word >> 16 & 255) / 255.0;
    const double y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    out[0] = 16 + 219 * y;
    out[1] = 128 + 224 * (b - y) / 1.8556;
    out[2] = 128 + 224 * (r - y) / 1.5748;
}

static uint32_t word_at(const uint32_t *words, const struct trl_frame *frame, int x, int y)
{
    const int cx = x < 0 ? 0 : x < frame->width ? x : frame->width - 1;
    const int cy = y < frame->height ? y : frame->height - 1;
    return words[(size_t)cy * (size_t)frame->width + (size_t)cx];
}

static uint8_t code_at(const struct trl_frame *frame, int plane, int x, int y)
{
    const size_t stride = frame->layout[TRL_PIXEL_I420].stride[plane];
    return trl_frame_plane(frame, TRL_PIXEL_I420, plane)[(size_t)y * stride + (size_t)x];
}

/* BT.709 of the whole frame in double, chroma between two rows and on even columns, as
 * tests/gpu/pack.c has it; the slack is that of its integers. */
static void check_i420(const uint32_t *words, const struct trl_frame *frame)
{
    static const int weights[3] = {1, 2, 1};
    for (int y = 0; y < frame->height; y++)
        for (int x = 0; x < frame->width; x++) {
            double exact[3], mean[3] = {0};
            yuv_exact(word_at(words, frame, x, y), exact);
            assert_true(fabs(exact[0] - code_at(frame, 0, x, y)) <= 0.5004);
            if (x & 1 || y & 1)
                continue;
            for (int n = 0; n < 6; n++) {
                yuv_exact(word_at(words, frame, x + n % 3 - 1, y + n / 3), exact);
                for (int c = 1; c < 3; c++)
                    mean[c] += weights[n % 3] * exact[c] / 8;
            }
            for (int c = 1; c < 3; c++)
                assert_true(fabs(mean[c] - code_at(frame, c, x / 2, y / 2)) <= 1.0004);
        }
}

static void check_same_frame(const struct trl_frame *a, const struct trl_frame *b)
{
    for (int plane = 0; plane < 3; plane++) {
        const int shift = plane ? 1 : 0;
        for (int y = 0; y < (a->height + shift) >> shift; y++)
            for (int x = 0; x < (a->width + shift) >> shift; x++)
                assert_int_equal(code_at(a, plane, x, y), code_at(b, plane, x, y));
    }
    uint32_t *left = words_of(a), *right = words_of(b);
    assert_memory_equal(left, right, (size_t)a->width * (size_t)a->height * 4);
    free(left);
    free(right);
}

/* ---- colour bars ---- */

/* The step of the map in which a value is, by the thresholds that heat maps use. */
static int step_of(const struct trl_panel *panel, double value)
{
    const struct trl_layer_setup *setup = &panel->setup;
    struct trl_scale scale;
    uint32_t keys[257];
    assert_int_equal(trl_scale_init(&scale, test.log, &panel->params.view,
                                    setup->range_known ? &setup->low : NULL,
                                    setup->range_known ? &setup->high : NULL),
                     0);
    trl_scale_thresholds(&scale, trl_float_from_bits(scale.setup[TRL_SETUP_LOW]),
                         trl_float_from_bits(scale.setup[TRL_SETUP_HIGH]), keys);
    int step = 255;
    while (step > 0 && trl_float_key(trl_float_bits((float)value)) < keys[step])
        step--;
    return step;
}

/* At its ticks a bar has the colours that the heat map gives their values, within the rows that a
 * pixel stands for. */
static int check_bar(const struct trl_scene *scene, int cell, const struct trl_guide_place *place,
                     const uint32_t *words)
{
    const struct trl_guide_bar *bar = &scene->guide_panels[cell].bar;
    const struct trl_panel *panel = &scene->panels[scene->base[cell]];
    const struct trl_palette *palette = trl_panel_palette(panel);
    const struct trl_rect r = place->bar;
    static struct trl_ticks ticks;
    if (!r.width || bar->moving)
        return 0;
    trl_guide_bar_ticks(&ticks, bar, r.height, scene->guide.text_size);
    assert_true(ticks.count > 0);
    const struct trl_ticks_params axis = {.norm = bar->norm,
                                          .low = bar->low,
                                          .high = bar->high,
                                          .linthresh = bar->linthresh,
                                          .gamma = bar->gamma};
    for (int n = 0; n < ticks.count; n++) {
        const double value = trl_ticks_value(&axis, ticks.tick[n].place);
        const int y = r.y + r.height - 1 - trl_ticks_pixel(ticks.tick[n].place, r.height);
        const int step = step_of(panel, value), near = 256 / r.height + 1;
        const uint32_t shown = words[(size_t)y * (size_t)scene->guide.width + (size_t)r.x];
        bool found = false;
        for (int k = step - near; k <= step + near; k++)
            if (k >= 0 && k < 256)
                found = found || shown == trl_rgb_word(palette->rgb[k]);
        assert_true(found);
    }
    return ticks.count;
}

/* ---- hashes ---- */

static char *kept_text(bool write, const char *text)
{
    const char *root = getenv("TRL_SOURCE_ROOT");
    static char kept[4096];
    char path[1024];
    snprintf(path, sizeof(path), "%s/tests/scene/scenes.hashes", root ? root : ".");
    FILE *file = fopen(path, write ? "wb" : "rb");
    assert_non_null(file);
    if (write)
        assert_true(fputs(text, file) >= 0);
    else
        kept[fread(kept, 1, sizeof(kept) - 1, file)] = '\0';
    assert_int_equal(fclose(file), 0);
    return kept;
}

static void check_hashes(const char *text)
{
    const char *update = getenv("TENSORREEL_GOLDEN_UPDATE"), *ci = getenv("CI");
    if (update && !strcmp(update, "1")) {
        assert_true(!ci || !*ci || !strcmp(ci, "false"));
        kept_text(true, text);
    }
    assert_string_equal(text, kept_text(false, NULL));
}

/* ---- tests ---- */

static uint64_t check_scene(const char *name, const struct trl_scene_params *params)
{
    struct trl_scene *scene = NULL;
    assert_int_equal(plan(&scene, params), 0);
    struct trl_ring *parts = open_ring(scene, false), *canvas = open_ring(scene, true);
    struct trl_frame *frame = NULL;
    for (int n = 0; n < FRAMES; n++) {
        if (frame)
            trl_frame_unref(frame);
        frame = shoot(parts, scene, n);
    }
    struct trl_frame *same = shoot(canvas, NULL, 0);
    check_same_frame(frame, same);
    uint32_t *words = words_of(frame), *wanted = expected(scene);
    const size_t count = (size_t)frame->width * (size_t)frame->height;
    run_keep(name, words, frame->width, frame->height);
    assert_memory_equal(words, wanted, count * 4);
    check_i420(words, frame);
    int ticks = 0;
    for (int n = 0; n < scene->guide.panel_count; n++)
        ticks += check_bar(scene, n, &scene->guide.panel[n], words);
    if (scene->shared_cell >= 0)
        ticks += check_bar(scene, scene->shared_cell, &scene->guide.shared, words);
    assert_true(ticks > 0 || !params->colorbar || scene->stamps.count > params->stamp);
    const uint64_t hash = run_hash(words, count);
    free(words);
    free(wanted);
    trl_frame_unref(frame);
    trl_frame_unref(same);
    trl_ring_destroy(&parts);
    trl_ring_destroy(&canvas);
    trl_scene_destroy(&scene);
    return hash;
}

static void frames_are_their_parts(void **state)
{
    (void)state;
    char text[SCENES * 64] = "";
    for (int n = 0; n < SCENES; n++) {
        char line[64];
        snprintf(line, sizeof(line), "%s %016llx\n", scenes[n].name,
                 (unsigned long long)check_scene(scenes[n].name, &scenes[n].params));
        strncat(text, line, sizeof(text) - strlen(text) - 1);
    }
    check_hashes(text);
    assert_int_equal(test.messages, 0);
}

/* A cell has the names of all that lie in it, and says what colours the upper ones have. */
static void overlays_are_named(void **state)
{
    (void)state;
    const struct trl_scene_params params = {
        .panels = overlay, .panel_count = 3, .width = 900, .height = 360};
    struct trl_scene *scene = NULL;
    assert_int_equal(plan(&scene, &params), 0);
    const struct trl_guide_panel *guide = scene->guide_panels;
    assert_string_equal(guide[0].name, "below + field - 0.5 * field");
    assert_int_equal(guide[0].entry_count, 1);
    assert_string_equal(guide[0].entries[0].text, "field - 0.5 * field");
    assert_ptr_equal(guide[0].entries[0].palette, trl_panel_palette(&scene->panels[1]));
    assert_true(guide[0].entries[0].first == 0 && guide[0].entries[0].last == 255);
    assert_string_equal(guide[1].name, "alone");
    assert_int_equal(guide[1].entry_count, 0);
    trl_scene_destroy(&scene);
    assert_int_equal(test.messages, 0);
}

/* Ends that are nearly 0 beside the other are 0, and a long name ends with a whole letter. */
static void legends_are_short(void **state)
{
    (void)state;
    const struct trl_view_params view = {
        .vmin_set = true, .vmax_set = true, .vmin = 6.2e-35, .vmax = 20};
    const struct trl_panel_params panels[] = {
        {.name = "below", .input = "field", .view = view},
        {.name = "\xce\xb1\xce\xb2\xce\xb3\xce\xb4\xce\xb5\xce\xb6\xce\xb7\xce\xb8\xce\xb9\xce\xba"
                 "\xce\xb1\xce\xb2\xce\xb3\xce\xb4\xce\xb5\xce\xb6\xce\xb7\xce\xb8\xce\xb9\xce\xba"
                 "abcdefghijklmno\xce\xb1\xce\xb2",
         .input = "field",
         .view = view,
         .over = true}};
    const struct trl_scene_params params = {
        .panels = panels, .panel_count = 2, .width = 900, .height = 360};
    struct trl_scene *scene = NULL;
    assert_int_equal(plan(&scene, &params), 0);
    const char *text = scene->guide_panels[0].entries[0].text;
    assert_string_equal(text + 40, "abcdefghijklmno 0 to 20");
    trl_scene_destroy(&scene);
    assert_int_equal(test.messages, 0);
}

/* The range of a movie is that of all inputs whose panels share it. */
static void a_shared_range_is_of_all(void **state)
{
    (void)state;
    const struct trl_panel_params panels[] = {{.input = "field"}, {.input = "volume"}};
    struct trl_scene_params params = {
        .panels = panels, .panel_count = 2, .width = 640, .height = 240, .shared_scale = true};
    float low[2], high[2];
    find_range(0, &low[0], &high[0]);
    find_range(3, &low[1], &high[1]);
    struct trl_scene *scene = NULL;
    assert_int_equal(plan(&scene, &params), 0);
    for (int n = 0; n < 2; n++) {
        assert_true(scene->panels[n].setup.low == fminf(low[0], low[1]));
        assert_true(scene->panels[n].setup.high == fmaxf(high[0], high[1]));
    }
    trl_scene_destroy(&scene);
    params.shared_scale = false;
    assert_int_equal(plan(&scene, &params), 0);
    for (int n = 0; n < 2; n++)
        assert_true(scene->panels[n].setup.low == low[n] && scene->panels[n].setup.high == high[n]);
    trl_scene_destroy(&scene);
    assert_int_equal(test.messages, 0);
}

static void check_grid(const struct trl_scene_params *params, int rows, int columns)
{
    struct trl_scene *scene = NULL;
    assert_int_equal(plan(&scene, params), 0);
    assert_int_equal(scene->guide.rows, rows);
    assert_int_equal(scene->guide.columns, columns);
    trl_scene_destroy(&scene);
}

/* Five tiles of 24 x 30 in a row are largest in a wide panel, two by three in others; the picture
 * has the same tiles as the layout. */
static void check_tiles(int width, int height, int rows, int columns)
{
    const struct trl_panel_params panel = {.name = "tiles", .input = "volume"};
    const struct trl_scene_params params = {
        .panels = &panel, .panel_count = 1, .width = width, .height = height, .colorbar = true};
    const struct trl_view_shape shape = {5, 24, 30};
    struct trl_scene *scene = NULL;
    struct trl_view_geometry g;
    assert_int_equal(plan(&scene, &params), 0);
    const struct trl_rect *data = &scene->guide.panel[0].data;
    struct trl_view_params view = {.width = data->width, .height = data->height};
    view = trl_layer_cells_view(&view, &shape);
    assert_int_equal(view.aspect, TRL_ASPECT_AUTO);
    assert_int_equal(trl_view_geometry(NULL, &view, &shape, &g), 0);
    assert_int_equal(g.grid_rows, rows);
    assert_int_equal(g.grid_columns, columns);
    assert_in_range(data->width - g.grid_columns * (g.tile_width + 1) + 1, 0, 1);
    assert_in_range(data->height - g.grid_rows * (g.tile_height + 1) + 1, 0, 1);
    trl_scene_destroy(&scene);
}

static void grids_suit_the_frame(void **state)
{
    (void)state;
    struct trl_scene_params params = {
        .panels = maps, .panel_count = 3, .width = 1200, .height = 300, .colorbar = true};
    check_grid(&params, 1, 3);
    params.grid_rows = params.grid_columns = 2;
    check_grid(&params, 2, 2);
    params.panel_count = 2;
    params.grid_rows = 1;
    params.grid_columns = 3;
    check_grid(&params, 1, 3);
    check_tiles(1200, 260, 1, 5);
    check_tiles(640, 400, 2, 3);
    check_tiles(300, 420, 3, 2);
    assert_int_equal(test.messages, 0);
}

static void refuse(const struct trl_scene_params *params, const char *text)
{
    struct trl_scene *scene = NULL;
    test.quiet = true;
    assert_int_equal(plan(&scene, params), TRL_ERROR_USAGE);
    test.quiet = false;
    if (!strstr(test.last, text))
        print_error("'%s' does not say '%s'\n", test.last, text);
    assert_non_null(strstr(test.last, text));
    assert_int_equal(test.messages, 1);
    test.messages = 0;
    trl_scene_destroy(&scene);
}

static void wrong_scenes_are_refused(void **state)
{
    (void)state;
    const struct trl_panel_params over = {.input = "field", .over = true};
    const struct trl_panel_params unknown = {.input = "fild"};
    const struct trl_panel_params shapes_differ = {.input = "field + volume"};
    const struct trl_panel_params filter = {.input = "field", .filters = "gaussien=2"};
    const struct trl_panel_params cube = {.kind = TRL_VIEW_LINES, .input = "volume"};
    const struct trl_panel_params clash[2] = {
        {.input = "field"}, {.input = "volume", .view = {.vmin_set = true, .vmin = 1}}};
    const struct trl_panel_params sum[2] = {
        {.input = "field", .view = {.range = TRL_RANGE_MOVIE}},
        {.kind = TRL_VIEW_PROJECTION, .input = "volume", .project = TRL_PROJECT_SUM}};
    refuse(&(struct trl_scene_params){.panels = maps,
                                      .panel_count = 4,
                                      .width = 120,
                                      .height = 90,
                                      .colorbar = true,
                                      .axes = true},
           "a frame of 120 x 90 is too small");
    refuse(&(struct trl_scene_params){.panels = &over, .panel_count = 1},
           "the first panel has none to lie over");
    refuse(&(struct trl_scene_params){.panels = &unknown, .panel_count = 1},
           "field, traces, spikes, volume");
    refuse(&(struct trl_scene_params){.panels = &shapes_differ, .panel_count = 1}, "^");
    refuse(&(struct trl_scene_params){.panels = &filter, .panel_count = 1}, "gaussien");
    refuse(&(struct trl_scene_params){.panels = &cube, .panel_count = 1}, "view lines");
    refuse(
        &(struct trl_scene_params){
            .panels = maps, .panel_count = 4, .grid_rows = 1, .grid_columns = 3},
        "grid of 1 x 3 is too small for 4 panels");
    refuse(&(struct trl_scene_params){.panels = clash, .panel_count = 2, .shared_scale = true},
           "panel 2: limits, norm or range of its own");
    refuse(&(struct trl_scene_params){.panels = sum, .panel_count = 2, .shared_scale = true},
           "range of the movie");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_are_their_parts), cmocka_unit_test(a_shared_range_is_of_all),
        cmocka_unit_test(grids_suit_the_frame),   cmocka_unit_test(overlays_are_named),
        cmocka_unit_test(legends_are_short),      cmocka_unit_test(wrong_scenes_are_refused),
    };
    return cmocka_run_group_tests(tests, open_device, close_device);
}

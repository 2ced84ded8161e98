/* SPDX-License-Identifier: BSD-2-Clause */
#include "scene/scene.h"

#include "base/log.h"
#include "scene/stamps.h"
#include "scene/still.h"
#include "view/overlay.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <tensorreel/error.h>

/* Of a frame that nobody gave a size: of several panels, and the largest of one. */
enum { FRAME_WIDTH = 1920, FRAME_HEIGHT = 1080 };

struct trl_scene {
    struct trl_log *log;
    struct trl_device *device; /* NULL: the scene is laid out only */
    const struct trl_scene_params *params;
    struct trl_panel panels[TRL_PANELS_MAX];
    bool ranged[TRL_PANELS_MAX]; /* waits for the movie's range */
    struct trl_scene_range ranges[TRL_PANELS_MAX];
    int panel_count;
    int base[TRL_PANELS_MAX]; /* the first panel of each cell; those that lie over it follow */
    int cell_count;

    struct trl_overlay *overlays[TRL_PANELS_MAX]; /* of panels that lie over others */
    struct trl_guide_panel guide_panels[TRL_PANELS_MAX];
    struct trl_guide_params guide_params;
    struct trl_guide guide;
    struct trl_still still;
    struct trl_stamps stamps;
    struct trl_palette palette;
    bool indexed;
    struct trl_gpu_buffer *counts; /* sums of several panels */
    struct trl_gpu_kernel *count;

    struct trl_scene *former; /* while it is built */
    struct trl_part parts[TRL_PANELS_MAX + TRL_STAMPS_MAX + 1];
    struct trl_composition composition;
};

/* ---- planning ---- */

static int plan_panel(struct trl_scene *scene, int n, const struct trl_scene_input *inputs,
                      int input_count)
{
    struct trl_panel *panel = &scene->panels[n];
    const struct trl_panel_params *params = &scene->params->panels[n];
    struct trl_scene_range *range = &scene->ranges[n];
    if (params->over && !n)
        return trl_fail(scene->log, TRL_ERROR_USAGE, "the first panel has none to lie over");
    if (!params->over)
        scene->base[scene->cell_count++] = n;
    int error = trl_panel_plan(panel, scene->log, scene->device, params, n, inputs, input_count);
    scene->panel_count++;
    if (!error)
        error = trl_panel_range(panel, inputs, &scene->ranged[n], &range->from, &range->to);
    range->panel = n;
    range->input = panel->input;
    return error;
}

static int plan(struct trl_scene **out, struct trl_log *log, struct trl_device *device,
                const struct trl_scene_params *params, const struct trl_scene_input *inputs,
                int input_count)
{
    *out = NULL;
    struct trl_scene *scene = calloc(1, sizeof(*scene));
    if (!scene)
        return trl_fail_memory(log, "a scene", sizeof(*scene));
    scene->log = log;
    scene->device = device;
    scene->params = params;
    int error = 0;
    for (int n = 0; !error && n < params->panel_count; n++)
        error = plan_panel(scene, n, inputs, input_count);
    if (error) {
        trl_scene_destroy(&scene);
        return error;
    }
    *out = scene;
    return 0;
}

int trl_scene_create(struct trl_scene **out, struct trl_device *device,
                     const struct trl_scene_params *params, const struct trl_scene_input *inputs,
                     int input_count)
{
    return plan(out, trl_gpu_log(device), device, params, inputs, input_count);
}

void trl_scene_destroy(struct trl_scene **out)
{
    struct trl_scene *scene = *out;
    if (!scene)
        return;
    *out = NULL;
    trl_stamps_destroy(&scene->stamps);
    trl_still_destroy(&scene->still);
    for (int n = 0; n < scene->panel_count; n++)
        trl_overlay_destroy(&scene->overlays[n]);
    for (int n = 0; n < scene->panel_count; n++)
        trl_panel_destroy(&scene->panels[n]);
    trl_gpu_kernel_destroy(&scene->count);
    trl_gpu_buffer_destroy(&scene->counts);
    free(scene);
}

bool trl_scene_next_range(const struct trl_scene *scene, struct trl_scene_range *range)
{
    for (int n = range->panel; n < scene->panel_count; n++)
        if (scene->ranged[n]) {
            *range = scene->ranges[n];
            return true;
        }
    return false;
}

void trl_scene_set_range(struct trl_scene *scene, int panel, float low, float high)
{
    struct trl_layer_setup *setup = &scene->panels[panel].setup;
    scene->ranged[panel] = false;
    setup->range_known = true;
    setup->low = low;
    setup->high = high;
}

/* ---- layout ---- */

static int next_base(const struct trl_scene *scene, int cell)
{
    return cell + 1 < scene->cell_count ? scene->base[cell + 1] : scene->panel_count;
}

/* What is drawn around the data of a cell; true if anything is. */
static bool plan_guide(struct trl_scene *scene, int cell)
{
    const struct trl_scene_params *params = scene->params;
    const struct trl_panel *panel = &scene->panels[scene->base[cell]];
    struct trl_guide_panel *guide = &scene->guide_panels[cell];
    *guide = (struct trl_guide_panel){0};
    if (params->plain)
        return false;
    panel->class->guide(&panel->setup, guide);
    guide->bar.label = panel->params.bar_label;
    guide->bar.shown = guide->bar.shown && params->colorbar;
    if (!params->axes && !panel->class->chart)
        guide->x.ticks = guide->y.ticks = false;
    if (panel->params.x.label)
        guide->x.label = panel->params.x.label;
    if (panel->params.y.label)
        guide->y.label = panel->params.y.label;
    guide->name = panel->params.name;
    guide->scale_length = params->scale_length;
    guide->scale_label = params->scale_label;
    return guide->bar.shown || guide->x.ticks || guide->y.ticks || guide->x.label ||
           guide->y.label || guide->name || guide->scale_length > 0;
}

/* The sizes that the panels of a cell would like: those of the first. */
static int plan_size(struct trl_scene *scene, int cell)
{
    struct trl_guide_panel *guide = &scene->guide_panels[cell];
    struct trl_layer_size size = {0};
    int error = 0;
    for (int n = scene->base[cell]; !error && n < next_base(scene, cell); n++) {
        const struct trl_panel *panel = &scene->panels[n];
        struct trl_layer_size own;
        error = panel->class->size(scene->log, &panel->setup, &own);
        if (n == scene->base[cell])
            size = own;
    }
    guide->data_width = size.width;
    guide->data_height = size.height;
    guide->stretch = size.stretch;
    return error;
}

/* One cell, and nothing around its data: the picture is the frame. */
static bool is_bare(struct trl_scene *scene)
{
    const struct trl_scene_params *params = scene->params;
    bool around = !params->plain && (params->stamp || (params->title && params->title[0]));
    for (int cell = 0; cell < scene->cell_count; cell++)
        around = plan_guide(scene, cell) || around;
    return scene->cell_count == 1 && !around;
}

/* Makes a frame that nobody gave a size no larger than a screen, unless its text would not fit. */
static void shrink(struct trl_scene *scene)
{
    struct trl_guide *guide = &scene->guide, smaller;
    struct trl_guide_params params = scene->guide_params;
    const double share =
        fmin((double)FRAME_WIDTH / guide->width, (double)FRAME_HEIGHT / guide->height);
    params.width = 2 * (int)fmax(1, floor(share * guide->width / 2 + 1e-6));
    params.height = 2 * (int)fmax(1, floor(share * guide->height / 2 + 1e-6));
    if (share >= 1 || trl_guide_layout(&smaller, NULL, &params) < 0)
        return;
    *guide = smaller;
    scene->guide_params = params;
}

static int lay_out(struct trl_scene *scene)
{
    const struct trl_scene_params *params = scene->params;
    const struct trl_color *given = &scene->panels[0].params.view.background;
    int error = 0;
    for (int cell = 0; !error && cell < scene->cell_count; cell++)
        error = plan_size(scene, cell);
    if (error)
        return error;
    scene->guide_params = (struct trl_guide_params){
        .width = params->width,
        .height = params->height,
        .theme = params->theme,
        .background = given->set ? *given : trl_guide_paper(params->theme),
        .text_size = params->text_size,
        .title = params->plain ? NULL : params->title,
        .grid_rows = params->grid_rows,
        .grid_columns = params->grid_columns,
        .panels = scene->guide_panels,
        .panel_count = scene->cell_count,
        .shared_bar = params->shared_scale && params->colorbar && !params->plain,
        .stamp = params->stamp && !params->plain,
    };
    const bool free_size = !params->width && !scene->panels[0].params.view.scale;
    if (free_size && scene->cell_count > 1) {
        scene->guide_params.width = FRAME_WIDTH;
        scene->guide_params.height = FRAME_HEIGHT;
    }
    error = trl_guide_layout(&scene->guide, scene->log, &scene->guide_params);
    if (!error && free_size && scene->cell_count == 1 && !scene->panels[0].params.view.width)
        shrink(scene);
    return error;
}

/* One cell, and nothing around its data: the size of its panel. */
static int bare_size(struct trl_scene *scene, struct trl_layer_size *size)
{
    const struct trl_scene_params *params = scene->params;
    struct trl_panel *panel = &scene->panels[0];
    if (params->width) {
        panel->params.view.width = params->width;
        panel->params.view.height = params->height;
    }
    return panel->class->size(scene->log, &panel->setup, size);
}

int trl_scene_frame_size(struct trl_log *log, const struct trl_scene_params *params,
                         const struct trl_scene_input *inputs, int input_count, int *width,
                         int *height, enum trl_range *ranges)
{
    struct trl_scene *scene = NULL;
    struct trl_layer_size size = {0}, over;
    if (params->panel_count < 1 || params->panel_count > TRL_PANELS_MAX)
        return trl_fail(log, TRL_ERROR_USAGE, "%d panels; there may be 1 to %d",
                        params->panel_count, TRL_PANELS_MAX);
    int error = plan(&scene, log, NULL, params, inputs, input_count);
    if (error)
        return error;
    if (is_bare(scene)) {
        error = bare_size(scene, &size);
        for (int n = 1; !error && n < scene->panel_count; n++)
            error = scene->panels[n].class->size(log, &scene->panels[n].setup, &over);
    } else {
        error = lay_out(scene);
        size.width = scene->guide.width;
        size.height = scene->guide.height;
    }
    for (int n = 0; ranges && n < scene->panel_count; n++)
        ranges[n] = scene->panels[n].params.view.range;
    trl_scene_destroy(&scene);
    *width = size.width;
    *height = size.height;
    return error;
}

/* ---- building ---- */

static int create_overlay(struct trl_scene *scene, int n)
{
    const struct trl_picture *lower = scene->overlays[n - 1]
                                          ? trl_overlay_picture(scene->overlays[n - 1])
                                          : trl_panel_picture(&scene->panels[n - 1]);
    return trl_overlay_create(&scene->overlays[n], scene->device, &scene->panels[n].params.overlay,
                              lower, trl_panel_picture(&scene->panels[n]));
}

static struct trl_panel *former_panel(const struct trl_scene *scene, int n)
{
    return scene->former && n < scene->former->panel_count ? &scene->former->panels[n] : NULL;
}

/* The panels of a cell, with pictures of this size; 0: as the first one likes. */
static int create_cell(struct trl_scene *scene, int cell, int width, int height)
{
    int error = 0;
    for (int n = scene->base[cell]; !error && n < next_base(scene, cell); n++) {
        struct trl_panel *panel = &scene->panels[n];
        if (!trl_panel_adopt(panel, former_panel(scene, n), width, height))
            error = trl_panel_create(panel, width, height);
        if (error || n == scene->base[cell]) {
            if (!error && !width) {
                width = trl_panel_picture(panel)->width;
                height = trl_panel_picture(panel)->height;
            }
            continue;
        }
        error = create_overlay(scene, n);
    }
    return error;
}

/* The picture that a cell shows. */
static const struct trl_picture *cell_picture(const struct trl_scene *scene, int cell)
{
    const int last = next_base(scene, cell) - 1;
    return scene->overlays[last] ? trl_overlay_picture(scene->overlays[last])
                                 : trl_panel_picture(&scene->panels[last]);
}

/* One palette for all pictures, if they have the same. */
static void choose_palette(struct trl_scene *scene)
{
    const struct trl_palette *first = trl_panel_palette(&scene->panels[0]);
    scene->indexed = first != NULL;
    for (int n = 0; n < scene->panel_count && scene->indexed; n++) {
        const struct trl_palette *own = trl_panel_palette(&scene->panels[n]);
        scene->indexed = own && !scene->overlays[n] && !memcmp(own, first, sizeof(*first));
    }
    if (scene->indexed)
        scene->palette = *first;
}

static int create_counts(struct trl_scene *scene)
{
    if (scene->panel_count == 1) {
        scene->composition.counts = trl_panel_picture(&scene->panels[0])->counts;
        return 0;
    }
    int error = trl_gpu_buffer_create(
        &scene->counts, scene->device,
        &(struct trl_gpu_buffer_params){.name = "counts of a frame",
                                        .size_bytes = sizeof(struct trl_frame_counts),
                                        .memory = TRL_GPU_MEMORY_DEVICE});
    if (!error)
        error = trl_gpu_kernel_create(
            &scene->count, scene->device,
            &(struct trl_gpu_kernel_params){.shader = TRL_SHADER_SCENE_COUNTS_COMP});
    scene->composition.counts = scene->counts;
    return error;
}

static int build_bare(struct trl_scene *scene)
{
    /* What has no size of its own takes the one that it would like. */
    struct trl_layer_size size = {0};
    int error = bare_size(scene, &size);
    if (!error)
        error = create_cell(scene, 0, scene->panels[0].class->chart ? size.width : 0, size.height);
    if (error)
        return error;
    choose_palette(scene);
    const struct trl_picture *picture = cell_picture(scene, 0);
    scene->parts[0] = (struct trl_part){.picture = picture};
    scene->composition.part_count = 1;
    scene->composition.width = picture->width;
    scene->composition.height = picture->height;
    return create_counts(scene);
}

static void add_part(struct trl_scene *scene, const struct trl_part *part)
{
    scene->parts[scene->composition.part_count++] = *part;
}

/* Data with the background around it that makes sizes even and chroma right. */
static void add_data(struct trl_scene *scene, int cell)
{
    const struct trl_rect *data = &scene->guide.panel[cell].data;
    const int left = data->x % 2 ? 1 : 2;
    add_part(scene, &(struct trl_part){
                        .picture = cell_picture(scene, cell),
                        .x = data->x - left,
                        .y = data->y,
                        .pad_left = left,
                        .pad_right = (left + data->width) % 2 ? 1 : 2,
                        .pad_bottom = data->height % 2,
                    });
}

static int create_stamps(struct trl_scene *scene)
{
    struct trl_gpu_buffer *spikes = NULL;
    const struct trl_stamps_params params = {
        .text_size = scene->guide.text_size,
        .palette = scene->still.board.palette,
        .step = scene->params->frame_time,
        .unit = scene->params->time_unit,
    };
    int error = 0;
    trl_stamps_init(&scene->stamps, &params);
    for (int n = 0; n < scene->panel_count && !spikes; n++)
        if (scene->panels[n].class->kind == TRL_VIEW_RASTER)
            spikes = trl_panel_picture(&scene->panels[n])->counts;
    if (scene->guide_params.stamp)
        error =
            trl_stamps_add_line(&scene->stamps, scene->device, &params, scene->guide.stamp, spikes);
    for (int cell = 0; !error && cell < scene->cell_count; cell++)
        error =
            trl_stamps_add_range(&scene->stamps, scene->device, &params, &scene->guide.panel[cell],
                                 trl_panel_picture(&scene->panels[scene->base[cell]])->counts);
    if (!error)
        error = trl_stamps_add_range(&scene->stamps, scene->device, &params, &scene->guide.shared,
                                     trl_panel_picture(&scene->panels[0])->counts);
    for (int n = 0; n < scene->stamps.count; n++)
        add_part(scene, &(struct trl_part){.picture = trl_stamp_picture(scene->stamps.stamp[n]),
                                           .x = scene->stamps.rect[n].x,
                                           .y = scene->stamps.rect[n].y});
    return error;
}

static int build_guided(struct trl_scene *scene)
{
    const struct trl_color paper = scene->guide_params.background;
    int error = 0;
    for (int n = 0; n < scene->panel_count; n++)
        scene->panels[n].params.view.background = paper;
    for (int cell = 0; !error && cell < scene->cell_count; cell++) {
        const struct trl_rect *data = &scene->guide.panel[cell].data;
        for (int n = scene->base[cell]; n < next_base(scene, cell); n++)
            scene->panels[n].params.view.aspect = TRL_ASPECT_AUTO;
        error = create_cell(scene, cell, data->width, data->height);
    }
    if (error)
        return error;
    choose_palette(scene);
    for (int cell = 0; cell < scene->cell_count; cell++)
        scene->guide_panels[cell].palette = trl_panel_palette(&scene->panels[scene->base[cell]]);
    error = trl_still_create(&scene->still, scene->device, &scene->guide, &scene->guide_params,
                             scene->indexed ? &scene->palette : NULL, scene->params->plain);
    if (error)
        return error;
    scene->composition.width = scene->guide.width;
    scene->composition.height = scene->guide.height;
    scene->composition.background = paper.r | (uint32_t)paper.g << 8 | (uint32_t)paper.b << 16;
    add_part(scene, &(struct trl_part){.picture = &scene->still.board.picture, .still = true});
    for (int cell = 0; cell < scene->cell_count; cell++)
        add_data(scene, cell);
    error = create_stamps(scene);
    return error ? error : create_counts(scene);
}

int trl_scene_build(struct trl_scene *scene, struct trl_scene *former)
{
    int error = 0;
    scene->composition.parts = scene->parts;
    scene->former = former;
    if (is_bare(scene)) {
        error = build_bare(scene);
    } else {
        error = lay_out(scene);
        if (!error)
            error = build_guided(scene);
    }
    scene->former = NULL;
    return error;
}

/* ---- frames ---- */

/* The counts of a frame are the sums of its panels'. */
static void record_counts(struct trl_scene *scene, struct trl_gpu_cmd *cmd)
{
    for (int n = 0; n < scene->panel_count; n++) {
        const uint32_t first = n == 0;
        const struct trl_gpu_call call = {
            .kernel = scene->count,
            .bindings = {{.buffer = trl_panel_picture(&scene->panels[n])->counts},
                         {.buffer = scene->counts, .write = true}},
            .binding_count = 2,
            .push = &first,
            .push_size = sizeof(first),
        };
        if (call.bindings[0].buffer)
            trl_gpu_cmd_dispatch(cmd, &call, 1, 1, 1);
    }
}

int trl_scene_record(struct trl_scene *scene, struct trl_gpu_cmd *cmd,
                     const struct trl_gpu_tensor *tensors, int64_t index)
{
    int error = 0;
    for (int n = 0; !error && n < scene->panel_count; n++) {
        error = trl_panel_record(&scene->panels[n], cmd, tensors, index);
        if (!error && scene->overlays[n])
            trl_overlay_record(scene->overlays[n], cmd);
    }
    if (!error)
        error = trl_stamps_record(&scene->stamps, cmd, index);
    if (!error && scene->count)
        record_counts(scene, cmd);
    return error;
}

const struct trl_composition *trl_scene_composition(const struct trl_scene *scene)
{
    return &scene->composition;
}

const struct trl_palette *trl_scene_palette(const struct trl_scene *scene)
{
    return scene->indexed ? &scene->palette : NULL;
}

bool trl_scene_paused(const struct trl_scene *scene, int64_t index)
{
    for (int n = 0; n < scene->panel_count && index > 0; n++) {
        struct trl_camera_pose pose = {0};
        if (scene->panels[n].camera)
            trl_camera_pose(scene->panels[n].camera, index, &pose);
        if (pose.paused)
            return true;
    }
    return false;
}

int trl_scene_input_of(const struct trl_scene *scene, int panel)
{
    return scene->panels[panel].input;
}

bool trl_scene_uses(const struct trl_scene *scene, int input)
{
    for (int n = 0; n < scene->panel_count; n++) {
        const struct trl_panel *panel = &scene->panels[n];
        if (panel->input == input)
            return true;
        for (int i = 0; panel->expr && i < panel->expr->input_count; i++)
            if (panel->place[i] == input)
                return true;
    }
    return false;
}

int64_t trl_scene_elements(const struct trl_scene *scene)
{
    int64_t elements = 0;
    for (int n = 0; n < scene->panel_count; n++)
        elements += trl_layout_elements(&scene->panels[n].setup.layout);
    return elements;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "scene/scene_inside.h"

#include "base/log.h"
#include "base/math.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <tensorreel/error.h>

/* ---- planning ---- */

/* number: of the panel among those that were asked for. */
static int plan_one(struct trl_scene *scene, const struct trl_panel_params *params, int number,
                    const struct trl_scene_input *inputs, int input_count)
{
    const int n = scene->panel_count;
    if (params->over && !n)
        return trl_fail(scene->log, TRL_ERROR_USAGE, "the first panel has none to lie over");
    if (n == TRL_PANELS_MAX)
        return trl_fail(scene->log, TRL_ERROR_USAGE, "a frame has at most %d panels",
                        TRL_PANELS_MAX);
    if (!params->over)
        scene->base[scene->cell_count++] = n;
    scene->panel_count++;
    return trl_panel_plan(&scene->panels[n], scene->log, scene->device, params, number, inputs,
                          input_count);
}

/* The tiles of the panel that was planned last, as panels in its place. */
static int plan_tiles(struct trl_scene *scene, int number, const struct trl_scene_input *inputs,
                      int input_count)
{
    struct trl_panel *whole = &scene->panels[scene->panel_count - 1];
    const int64_t tiles = whole->setup.layout.shape[0];
    struct trl_panel_params params = whole->params;
    if (tiles < 2)
        return 0;
    if (tiles > TRL_PANELS_MAX)
        return trl_fail(scene->log, TRL_ERROR_USAGE,
                        "labels: %lld tiles, and a frame has at most %d panels; leave the labels "
                        "out, or choose with slice",
                        (long long)tiles, TRL_PANELS_MAX);
    trl_panel_destroy(whole);
    scene->panel_count--;
    scene->cell_count--;
    scene->labelled = true;
    params.slice_count = 1;
    params.input = params.input ? params.input : params.name;
    int error = 0;
    for (int64_t tile = 0; !error && tile < tiles; tile++) {
        char *label = scene->labels[scene->panel_count % TRL_PANELS_MAX];
        snprintf(label, sizeof(scene->labels[0]), "%d", (int)tile);
        params.slices[0] = (struct trl_slice){.first = tile, .last = tile};
        params.name = label;
        error = plan_one(scene, &params, number, inputs, input_count);
    }
    return error;
}

static int plan_panel(struct trl_scene *scene, int number, const struct trl_scene_input *inputs,
                      int input_count)
{
    const struct trl_panel_params *params = &scene->params->panels[number];
    int error = plan_one(scene, params, number, inputs, input_count);
    if (!error && params->labels && params->kind == TRL_VIEW_HEATMAP && !params->slice_count &&
        !params->over)
        error = plan_tiles(scene, number, inputs, input_count);
    return error;
}

static int plan_range(struct trl_scene *scene, int n, const struct trl_scene_input *inputs)
{
    struct trl_scene_range *range = &scene->ranges[n];
    range->panel = n;
    range->input = scene->panels[n].input;
    return trl_panel_range(&scene->panels[n], inputs, &scene->ranged[n], &range->from, &range->to);
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
    if (!error)
        error = trl_scene_plan_shared(scene, inputs);
    for (int n = 0; !error && n < scene->panel_count; n++)
        error = plan_range(scene, n, inputs);
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
    if (error || !scene)
        return error;
    if (trl_scene_is_bare(scene)) {
        error = trl_scene_bare_size(scene, &size);
        for (int n = 1; !error && n < scene->panel_count; n++)
            error = scene->panels[n].class->size(log, &scene->panels[n].setup, &over);
    } else {
        error = trl_scene_lay_out(scene);
        size.width = scene->guide.width;
        size.height = scene->guide.height;
    }
    for (int n = 0; ranges && n < params->panel_count && n < scene->panel_count; n++)
        ranges[n] = scene->panels[n].params.view.range;
    trl_scene_destroy(&scene);
    *width = size.width;
    *height = size.height;
    return error;
}

void trl_scene_destroy(struct trl_scene **out)
{
    struct trl_scene *scene = *out;
    if (!scene)
        return;
    *out = NULL;
    trl_stamps_destroy(&scene->stamps);
    trl_bands_destroy(&scene->bands);
    trl_still_destroy(&scene->still);
    for (int n = 0; n < scene->panel_count; n++)
        trl_overlay_destroy(&scene->overlays[n]);
    for (int n = 0; n < scene->panel_count; n++)
        trl_panel_destroy(&scene->panels[n]);
    trl_gpu_kernel_destroy(&scene->count);
    trl_gpu_buffer_destroy(&scene->counts);
    trl_gpu_buffer_destroy(&scene->blanks);
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

/* ---- frames ---- */

/* The counts of a frame are the sums of its panels'. */
static void record_counts(struct trl_scene *scene, struct trl_gpu_cmd *cmd)
{
    for (int n = 0; n < scene->panel_count; n++) {
        const uint32_t push[2] = {(uint32_t)n, n == 0};
        const struct trl_gpu_call call = {
            .kernel = scene->count,
            .bindings = {{.buffer = trl_panel_picture(&scene->panels[n])->counts},
                         {.buffer = scene->counts, .write = true},
                         {.buffer = scene->blanks, .write = true}},
            .binding_count = 3,
            .push = push,
            .push_size = sizeof(push),
        };
        trl_gpu_cmd_dispatch(cmd, &call, 1, 1, 1);
    }
    trl_gpu_cmd_to_host(cmd, scene->blanks);
}

int trl_scene_record(struct trl_scene *scene, struct trl_gpu_cmd *cmd,
                     const struct trl_gpu_tensor *tensors, int64_t index)
{
    int error = trl_scene_record_shared(scene, cmd, tensors, index);
    for (int n = 0; !error && n < scene->panel_count; n++) {
        if (!scene->shares[n])
            error = trl_panel_record(&scene->panels[n], cmd, tensors, index);
        if (!error && scene->overlays[n])
            trl_overlay_record(scene->overlays[n], cmd);
    }
    if (!error)
        error = trl_stamps_record(&scene->stamps, cmd, index);
    if (!error)
        error = trl_bands_record(&scene->bands, cmd, scene->log, &scene->guide,
                                 &scene->guide_params, index);
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

int trl_scene_cells(const struct trl_scene *scene)
{
    return scene->guide.rows ? scene->guide.rows * scene->guide.columns : 1;
}

uint32_t trl_scene_blank_frames(const struct trl_scene *scene, int panel)
{
    const uint64_t at = (uint64_t)panel * sizeof(uint32_t);
    if (!scene->blanks || trl_gpu_buffer_invalidate(scene->blanks, at, sizeof(uint32_t)))
        return 0;
    return ((const uint32_t *)trl_gpu_buffer_map(scene->blanks))[panel];
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

static int64_t slice_frames(const struct trl_slice *slice, const struct trl_layout *layout)
{
    const int axis = slice->axis < 0 ? slice->axis + 3 : slice->axis;
    const int64_t size = axis >= 0 && axis < 3 ? layout->shape[axis] : 1;
    const int64_t first = slice->first < 0 ? slice->first + size : slice->first;
    const int64_t last = slice->last < 0 ? slice->last + size : slice->last;
    const int64_t once =
        slice->frames ? slice->frames : (last < first ? first - last : last - first) + 1;
    if (slice->motion == TRL_SLICE_FIXED || once < 2)
        return 1;
    return slice->motion == TRL_SLICE_BOUNCE ? 2 * once - 2 : once;
}

int64_t trl_scene_motion(const struct trl_scene *scene)
{
    int64_t frames = 1;
    for (int n = 0; n < scene->panel_count; n++) {
        const struct trl_panel *panel = &scene->panels[n];
        const double spin = fabs(panel->params.orbit_spin);
        if (panel->camera)
            frames = trl_max_i64(frames, trl_camera_last(panel->camera) + 1);
        if (panel->params.kind == TRL_VIEW_VOLUME && spin > 0)
            frames = trl_max_i64(frames, (int64_t)fmin(ceil(360 / spin), 36000));
        for (int k = 0; k < panel->params.slice_count; k++)
            frames =
                trl_max_i64(frames, slice_frames(&panel->params.slices[k], &panel->setup.layout));
    }
    return frames;
}

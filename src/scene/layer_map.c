/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/log.h"
#include "base/math.h"
#include "scene/layer_parts.h"
#include "tensor/slice.h"
#include "view/project.h"

#include <math.h>
#include <stdlib.h>

#include <tensorreel/error.h>

/* ---- slices ---- */

struct slices {
    struct trl_slice slice[3];
    int count;
    bool led; /* the camera says where the first one is */
};

static int find_slices(struct trl_log *log, const struct trl_layer_setup *setup,
                       struct slices *slices)
{
    const struct trl_panel_params *panel = setup->panel;
    if (panel->slice_count < 0 || panel->slice_count > 3)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "view heatmap: %d slices; a frame has 3 axes to slice", panel->slice_count);
    *slices = (struct slices){.count = panel->slice_count};
    for (int n = 0; n < panel->slice_count; n++)
        slices->slice[n] = panel->slices[n];
    slices->led = trl_layer_camera_names(panel, TRL_CAMERA_SLICE);
    if (slices->led && !slices->count && setup->layout.shape[0] > 1)
        slices->count = 1;
    return 0;
}

static int take_slices(struct trl_log *log, const struct slices *slices,
                       const struct trl_camera_pose *pose, int64_t frame,
                       const struct trl_layout *in, struct trl_layout *out)
{
    struct trl_layout layout = *in;
    int ret;
    for (int n = 0; n < slices->count; n++) {
        const struct trl_slice *slice = &slices->slice[n];
        int64_t index = 0;
        if ((ret = trl_slice_index(log, slice, &layout, frame, &index)) < 0)
            return ret;
        if (n == 0 && slices->led && pose)
            index = trl_layer_pose_slice(
                pose, layout.shape[slice->axis < 0 ? slice->axis + layout.rank : slice->axis]);
        if ((ret = trl_layout_slice(log, &layout, &layout, slice->axis, index)) < 0)
            return ret;
    }
    return trl_layout_picture(log, out, &layout);
}

/* ---- heat maps ---- */

struct heatmap {
    struct trl_log *log;
    struct slices slices;
    struct trl_projection *projection; /* or NULL */
    struct trl_view *view;
};

/* What the heat map shows of the first frame. */
static int heatmap_shape(struct trl_log *log, const struct trl_layer_setup *setup,
                         struct slices *slices, struct trl_view_shape *shape)
{
    struct trl_layout layout = {0};
    int ret;
    if ((ret = find_slices(log, setup, slices)) < 0 ||
        (ret = take_slices(log, slices, NULL, 0, &setup->layout, &layout)) < 0)
        return ret;
    *shape = trl_layer_shape(&layout);
    return 0;
}

static int heatmap_size(struct trl_log *log, const struct trl_layer_setup *setup,
                        struct trl_layer_size *out)
{
    struct slices slices;
    struct trl_view_shape shape;
    int ret;
    if ((ret = trl_layer_check(log, "heatmap", setup)) < 0 ||
        (ret = heatmap_shape(log, setup, &slices, &shape)) < 0)
        return ret;
    return trl_layer_cells_size(log, &setup->panel->view, &shape, out);
}

static void heatmap_guide(const struct trl_layer_setup *setup, struct trl_guide_panel *out)
{
    const struct trl_panel_params *panel = setup->panel;
    struct slices slices;
    struct trl_view_shape shape;
    if (heatmap_shape(NULL, setup, &slices, &shape) < 0)
        return;
    trl_layer_cells_axes(panel, &shape, out);
    trl_layer_bar(&out->bar, panel->bar_label, &panel->view, trl_layer_low(setup),
                  trl_layer_high(setup));
}

static void map_destroy(void *layer)
{
    struct heatmap *map = layer;
    if (!map)
        return;
    trl_projection_destroy(&map->projection);
    trl_view_destroy(&map->view);
    free(map);
}

static int heatmap_create(void **out, struct trl_device *device,
                          const struct trl_layer_setup *setup)
{
    *out = NULL;
    struct trl_log *log = trl_gpu_log(device);
    struct trl_view_shape shape;
    int ret;
    struct heatmap *map = calloc(1, sizeof(*map));
    if (!map)
        return trl_fail_memory(log, "a heat map", sizeof(*map));
    map->log = log;
    if ((ret = heatmap_shape(log, setup, &map->slices, &shape)) < 0)
        goto fail;
    const struct trl_view_params view = trl_layer_cells_view(&setup->panel->view, &shape);
    if ((ret = trl_view_create(&map->view, device, &view, &shape, trl_layer_low(setup),
                               trl_layer_high(setup))) < 0)
        goto fail;
    *out = map;
    return 0;
fail:
    map_destroy(map);
    return ret;
}

/* What the heat map of a layer draws of a frame. */
static int map_prepare(struct heatmap *map, struct trl_gpu_cmd *cmd,
                       const struct trl_layer_frame *frame, struct trl_gpu_tensor *out)
{
    trl_view_seek(map->view, frame->index);
    *out = *frame->tensor;
    if (!map->projection)
        return take_slices(map->log, &map->slices, frame->pose, frame->index,
                           &frame->tensor->layout, &out->layout);
    trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_ANALYSE);
    *out = *trl_projection_result(map->projection);
    return trl_projection_record(map->projection, cmd, frame->tensor);
}

static int map_record(void *layer, struct trl_gpu_cmd *cmd, const struct trl_layer_frame *frame)
{
    return trl_layer_record_shared(&layer, cmd, frame, 1);
}

int trl_layer_share(void *layer, const void *leader)
{
    struct heatmap *map = layer;
    const struct heatmap *first = leader;
    return trl_view_share(map->view, first->view);
}

int trl_layer_record_shared(void *const *layers, struct trl_gpu_cmd *cmd,
                            const struct trl_layer_frame *frames, int count)
{
    struct trl_view *views[TRL_VIEW_SHARED_MAX];
    struct trl_gpu_tensor tensors[TRL_VIEW_SHARED_MAX];
    for (int n = 0; n < count && n < TRL_VIEW_SHARED_MAX; n++) {
        struct heatmap *map = layers[n];
        const int ret = map_prepare(map, cmd, &frames[n], &tensors[n]);
        if (ret < 0)
            return ret;
        views[n] = map->view;
    }
    return trl_view_record_shared(views, cmd, tensors, count);
}

static const struct trl_picture *map_picture(const void *layer)
{
    const struct heatmap *map = layer;
    return trl_view_picture(map->view);
}

static const struct trl_palette *map_palette(const void *layer)
{
    const struct heatmap *map = layer;
    return trl_view_palette(map->view);
}

static struct trl_gpu_buffer *map_scale(const void *layer, enum trl_layer_range range)
{
    const struct heatmap *map = layer;
    return range == TRL_LAYER_BAR ? trl_view_scale(map->view) : NULL;
}

const struct trl_layer_class trl_layer_heatmap = {
    .kind = TRL_VIEW_HEATMAP,
    .size = heatmap_size,
    .guide = heatmap_guide,
    .create = heatmap_create,
    .destroy = map_destroy,
    .record = map_record,
    .picture = map_picture,
    .palette = map_palette,
    .scale = map_scale,
};

/* ---- projections ---- */

static int project_shape(struct trl_log *log, const struct trl_layer_setup *setup,
                         struct trl_view_shape *shape)
{
    const int64_t *size = setup->layout.shape;
    const int axis = setup->panel->project_axis;
    if (axis < -3 || axis > 2)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "view projection: axis %d of a frame of %lld x %lld x %lld, which has 0 to "
                        "2 or -3 to -1",
                        axis, (long long)size[0], (long long)size[1], (long long)size[2]);
    const int along = axis < 0 ? axis + 3 : axis;
    *shape = (struct trl_view_shape){1, size[along == 0 ? 1 : 0], size[along == 2 ? 1 : 2]};
    return 0;
}

/* Sums lie outside of the movie's range, which is of elements. */
static const float *project_low(const struct trl_layer_setup *setup)
{
    return setup->panel->project == TRL_PROJECT_SUM ? NULL : trl_layer_low(setup);
}

static const float *project_high(const struct trl_layer_setup *setup)
{
    return setup->panel->project == TRL_PROJECT_SUM ? NULL : trl_layer_high(setup);
}

static struct trl_view_params project_view(const struct trl_layer_setup *setup)
{
    struct trl_view_params view = setup->panel->view;
    view.scroll = 0;
    if (setup->panel->project == TRL_PROJECT_SUM && view.range == TRL_RANGE_MOVIE)
        view.range = TRL_RANGE_FRAME;
    if (setup->panel->project == TRL_PROJECT_SUM && view.range == TRL_RANGE_PERCENTILE_MOVIE)
        view.range = TRL_RANGE_PERCENTILE_FRAME;
    return view;
}

static int project_size(struct trl_log *log, const struct trl_layer_setup *setup,
                        struct trl_layer_size *out)
{
    const struct trl_view_params view = project_view(setup);
    struct trl_view_shape shape;
    int ret;
    if ((ret = trl_layer_check(log, "projection", setup)) < 0 ||
        (ret = project_shape(log, setup, &shape)) < 0)
        return ret;
    return trl_layer_cells_size(log, &view, &shape, out);
}

static void project_guide(const struct trl_layer_setup *setup, struct trl_guide_panel *out)
{
    const struct trl_view_params view = project_view(setup);
    struct trl_view_shape shape;
    if (project_shape(NULL, setup, &shape) < 0)
        return;
    trl_layer_cells_axes(setup->panel, &shape, out);
    trl_layer_bar(&out->bar, setup->panel->bar_label, &view, project_low(setup),
                  project_high(setup));
}

static int project_create(void **out, struct trl_device *device,
                          const struct trl_layer_setup *setup)
{
    *out = NULL;
    struct trl_log *log = trl_gpu_log(device);
    const struct trl_panel_params *panel = setup->panel;
    const struct trl_view_params params = project_view(setup);
    struct trl_view_shape shape;
    int ret;
    struct heatmap *map = calloc(1, sizeof(*map));
    if (!map)
        return trl_fail_memory(log, "a projection", sizeof(*map));
    map->log = log;
    if ((ret = project_shape(log, setup, &shape)) < 0)
        goto fail;
    const struct trl_view_params view = trl_layer_cells_view(&params, &shape);
    if ((ret = trl_projection_create(&map->projection, device, panel->project, panel->project_axis,
                                     setup->layout.shape)) < 0 ||
        (ret = trl_view_create(&map->view, device, &view, &shape, project_low(setup),
                               project_high(setup))) < 0)
        goto fail;
    *out = map;
    return 0;
fail:
    map_destroy(map);
    return ret;
}

const struct trl_layer_class trl_layer_projection = {
    .kind = TRL_VIEW_PROJECTION,
    .size = project_size,
    .guide = project_guide,
    .create = project_create,
    .destroy = map_destroy,
    .record = map_record,
    .picture = map_picture,
    .palette = map_palette,
    .scale = map_scale,
};

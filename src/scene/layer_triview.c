/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/log.h"
#include "base/math.h"
#include "scene/layer_parts.h"
#include "tensor/slice.h"
#include "view/geometry.h"
#include "view/triview.h"

#include <math.h>
#include <stdlib.h>

#include <tensorreel/error.h>

/* Whole pixels a voxel, so many that the longer side is about as long. */
enum { SIDE = 720, WIDTH_MAX = 1920, HEIGHT_MAX = 1080 };

struct triview {
    struct trl_log *log;
    struct trl_slice slices[3]; /* one an axis */
    bool led;                   /* the camera says where that of z is */
    struct trl_triview *view;
};

/* The slice of every axis: those that are given, else the middle one. */
static int find_slices(struct trl_log *log, const struct trl_layer_setup *setup,
                       struct trl_slice slices[3])
{
    const struct trl_panel_params *panel = setup->panel;
    bool given[3] = {false};
    if (panel->slice_count < 0 || panel->slice_count > 3)
        return trl_fail(log, TRL_ERROR_USAGE, "view triview: %d slices; a volume has 3 axes",
                        panel->slice_count);
    for (int n = 0; n < 3; n++)
        slices[n] = (struct trl_slice){.axis = n, .first = setup->layout.shape[n] / 2};
    for (int n = 0; n < panel->slice_count; n++) {
        const struct trl_slice *slice = &panel->slices[n];
        int64_t index = 0;
        const int ret = trl_slice_index(log, slice, &setup->layout, 0, &index);
        if (ret < 0)
            return ret;
        const int axis = slice->axis < 0 ? slice->axis + 3 : slice->axis;
        if (given[axis])
            return trl_fail(log, TRL_ERROR_USAGE,
                            "view triview: two slices of axis %d; one of every axis is shown",
                            axis);
        given[axis] = true;
        slices[axis] = *slice;
        slices[axis].axis = axis;
    }
    return 0;
}

static int natural_size(struct trl_log *log, const struct trl_layer_setup *setup,
                        struct trl_layer_size *out)
{
    const int64_t *shape = setup->layout.shape;
    const int64_t across = shape[2] + shape[0], down = shape[1] + shape[0];
    const int64_t most = trl_max_i64(across, down), given = setup->panel->view.scale;
    const int64_t scale = given ? given : trl_max_i64(1, SIDE / most);
    int64_t width = across * scale + 1, height = down * scale + 1;
    if (given && (width > TRL_VIEW_SIDE_MAX || height > TRL_VIEW_SIDE_MAX))
        return trl_fail(log, TRL_ERROR_USAGE,
                        "view triview: %lld pixels a voxel make %lld x %lld; the limit is %d a "
                        "side",
                        (long long)given, (long long)width, (long long)height, TRL_VIEW_SIDE_MAX);
    if (!given && (width > WIDTH_MAX || height > HEIGHT_MAX)) {
        const double part = (double)across * HEIGHT_MAX >= (double)down * WIDTH_MAX
                                ? WIDTH_MAX / (double)across
                                : HEIGHT_MAX / (double)down;
        width = trl_max_i64(3, (int64_t)((double)across * part));
        height = trl_max_i64(3, (int64_t)((double)down * part));
    }
    trl_layer_natural(setup, (int)width, (int)height, out);
    return 0;
}

static int triview_size(struct trl_log *log, const struct trl_layer_setup *setup,
                        struct trl_layer_size *out)
{
    struct trl_slice slices[3];
    int ret;
    if ((ret = trl_layer_check(log, "triview", setup)) < 0 ||
        (ret = find_slices(log, setup, slices)) < 0)
        return ret;
    out->stretch = false;
    return natural_size(log, setup, out);
}

/* The three planes fill a picture of their own ratio, as triview.c says. */
static bool fills(const struct trl_view_params *view, const int64_t shape[3])
{
    const double columns = (double)(shape[2] + shape[0]), rows = (double)(shape[1] + shape[0]);
    const double wide = view->width - 1, high = view->height - 1, slack = 2;
    return !view->width || fabs(high * columns / rows - wide) <= slack ||
           fabs(wide * rows / columns - high) <= slack;
}

static void triview_guide(const struct trl_layer_setup *setup, struct trl_guide_panel *out)
{
    const struct trl_panel_params *panel = setup->panel;
    const int64_t *shape = setup->layout.shape;
    const bool lower = panel->view.origin == TRL_ORIGIN_LOWER;
    const double depth = (double)shape[0] - 0.5, rows = (double)shape[1] - 0.5;
    const struct trl_axis_units slices = {0};
    trl_layer_axis_cells(&out->x, &panel->x, -0.5, (double)shape[2] - 0.5);
    trl_layer_axis_cells(&out->x_rest, &slices, -0.5, depth);
    trl_layer_axis_cells(&out->y, &panel->y, lower ? -0.5 : rows, lower ? rows : -0.5);
    trl_layer_axis_cells(&out->y_rest, &slices, lower ? -0.5 : depth, lower ? depth : -0.5);
    out->x_split = (double)shape[2] / (double)(shape[2] + shape[0]);
    out->y_split = (double)shape[1] / (double)(shape[1] + shape[0]);
    out->x.ticks = out->y.ticks = fills(&panel->view, shape);
    trl_layer_bar(&out->bar, panel->bar_label, &panel->view, trl_layer_low(setup),
                  trl_layer_high(setup));
}

static void triview_destroy(void *layer)
{
    struct triview *triview = layer;
    if (!triview)
        return;
    trl_triview_destroy(&triview->view);
    free(triview);
}

static int triview_create(void **out, struct trl_device *device,
                          const struct trl_layer_setup *setup)
{
    *out = NULL;
    struct trl_log *log = trl_gpu_log(device);
    int ret;
    struct triview *triview = calloc(1, sizeof(*triview));
    if (!triview)
        return trl_fail_memory(log, "a tri-view", sizeof(*triview));
    triview->log = log;
    triview->led = trl_layer_camera_names(setup->panel, TRL_CAMERA_SLICE);
    if ((ret = find_slices(log, setup, triview->slices)) < 0 ||
        (ret = trl_triview_create(&triview->view, device, &setup->panel->view, setup->layout.shape,
                                  trl_layer_low(setup), trl_layer_high(setup))) < 0)
        goto fail;
    *out = triview;
    return 0;
fail:
    triview_destroy(triview);
    return ret;
}

static int triview_record(void *layer, struct trl_gpu_cmd *cmd, const struct trl_layer_frame *frame)
{
    struct triview *triview = layer;
    const struct trl_layout *layout = &frame->tensor->layout;
    int64_t index[3] = {0};
    for (int n = 0; n < 3; n++) {
        const int ret =
            trl_slice_index(triview->log, &triview->slices[n], layout, frame->index, &index[n]);
        if (ret < 0)
            return ret;
    }
    if (triview->led && frame->pose)
        index[0] = trl_layer_pose_slice(frame->pose, layout->shape[0]);
    return trl_triview_record(triview->view, cmd, frame->tensor, index);
}

static const struct trl_picture *triview_picture(const void *layer)
{
    const struct triview *triview = layer;
    return trl_triview_picture(triview->view);
}

static const struct trl_palette *triview_palette(const void *layer)
{
    const struct triview *triview = layer;
    return trl_triview_palette(triview->view);
}

static struct trl_gpu_buffer *triview_scale(const void *layer, enum trl_layer_range range)
{
    const struct triview *triview = layer;
    return range == TRL_LAYER_BAR ? trl_triview_scale(triview->view) : NULL;
}

const struct trl_layer_class trl_layer_triview = {
    .kind = TRL_VIEW_TRIVIEW,
    .size = triview_size,
    .guide = triview_guide,
    .create = triview_create,
    .destroy = triview_destroy,
    .record = triview_record,
    .picture = triview_picture,
    .palette = triview_palette,
    .scale = triview_scale,
};

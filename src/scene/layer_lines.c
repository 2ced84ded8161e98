/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/log.h"
#include "base/math.h"
#include "scene/layer_parts.h"
#include "shared/chart.h"
#include "view/chart.h"
#include "view/lines.h"

#include <math.h>
#include <stdio.h>

#include <tensorreel/error.h>

enum { WIDTH = 640, HEIGHT = 320 };

/* The params with the film's frames where those across are not given. */
static struct trl_lines_params lines_params(const struct trl_layer_setup *setup)
{
    struct trl_lines_params lines = setup->panel->lines;
    lines.time = trl_layer_time(&lines.time, setup);
    return lines;
}

static int lines_size(struct trl_log *log, const struct trl_layer_setup *setup,
                      struct trl_layer_size *out)
{
    const struct trl_lines_params lines = lines_params(setup);
    const struct trl_view_shape shape = trl_layer_shape(&setup->layout);
    const int ret = trl_layer_check(log, "lines", setup);
    if (ret < 0)
        return ret;
    if (shape.tiles != 1)
        return trl_layer_refuse(log, "lines", &setup->layout,
                                "it draws matrices (series, samples); choose one of the first "
                                "axis, or reduce that axis");
    if (lines.roll && shape.rows != 1 && shape.columns != 1)
        return trl_layer_refuse(log, "lines", &setup->layout,
                                "frames that are appended are vectors, a sample of every series; "
                                "draw matrices without roll, or choose a row");
    if (lines.roll && lines.time.mode == TRL_TIME_WHOLE && !lines.time.frames)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "view lines: the input does not say how many frames it has; give their "
                        "number for all of them across, or let them scroll");
    trl_layer_natural(setup, WIDTH, HEIGHT, out);
    out->stretch = true;
    return 0;
}

/* The view leaves a 20th of the height free beyond both ends, or its pen, unless both are given,
 * in the norm's own coordinates. In parts of the height that hardly depends on it: ticks are right
 * within a pixel whatever it is. */
static void values_axis(const struct trl_layer_setup *setup, struct trl_guide_axis *axis)
{
    const struct trl_panel_params *panel = setup->panel;
    const struct trl_view_params *view = &panel->view;
    const double height = view->height ? view->height : HEIGHT;
    double ends[2], pad = 0;
    const bool fixed = trl_layer_range(view, trl_layer_low(setup), trl_layer_high(setup), ends);
    if (!view->vmin_set || !view->vmax_set)
        pad = fmin(fmax(height / 20, ceil(panel->lines.width != 0 ? panel->lines.width : 2)),
                   (height - 1) / 2);
    const double beyond = pad / (height - 2 * pad);
    const struct trl_ticks_params scale = {
        .norm = view->norm, .low = ends[0], .high = ends[1], .linthresh = view->linthresh};
    trl_layer_axis_values(axis, &panel->y, trl_ticks_value(&scale, -beyond),
                          trl_ticks_value(&scale, 1 + beyond));
    trl_layer_axis_norm(axis, view);
    axis->moving = !fixed;
    axis->inset = pad / height;
}

/* Series by their numbers, in their colours; a single one needs no name. */
static void name_series(const struct trl_layer_setup *setup, struct trl_guide_panel *out)
{
    const struct trl_lines_params *lines = &setup->panel->lines;
    const int64_t *shape = setup->layout.shape;
    const int64_t count = lines->roll ? shape[1] * shape[2] : shape[1];
    const int colors = lines->color_count > 0 ? lines->color_count : TRL_CHART_COLORS;
    out->entry_count = count > 1 ? (int)trl_min_i64(count, INT32_MAX) : 0;
    for (int n = 0; n < out->entry_count && n < TRL_GUIDE_ENTRIES_MAX; n++) {
        struct trl_guide_entry *entry = &out->entries[n];
        *entry = (struct trl_guide_entry){.first = (n % colors + 1) * (int)TRL_LINES_LEVELS - 1};
        entry->last = entry->first;
        snprintf(entry->text, sizeof(entry->text), "%d", n);
    }
}

static void lines_guide(const struct trl_layer_setup *setup, struct trl_guide_panel *out)
{
    const struct trl_panel_params *panel = setup->panel;
    const struct trl_lines_params lines = lines_params(setup);
    const bool scroll = lines.roll && lines.time.mode == TRL_TIME_SCROLL;
    const int64_t across = scroll       ? panel->lines.time.frames
                           : lines.roll ? lines.time.frames
                                        : setup->layout.shape[2];
    const double last = (double)(across - 1);
    /* The first and the last sample lie on the edges; the newest of those that scroll is 0. */
    trl_layer_axis_cells(&out->x, &panel->x, scroll ? -last : 0, scroll ? 0 : last);
    out->x.ticks = across > 1;
    values_axis(setup, &out->y);
    name_series(setup, out);
    out->bar = (struct trl_guide_bar){0};
}

static int lines_create(void **out, struct trl_device *device, const struct trl_layer_setup *setup)
{
    const struct trl_lines_params params = lines_params(setup);
    const struct trl_view_shape shape = trl_layer_shape(&setup->layout);
    struct trl_lines *lines = NULL;
    const int ret = trl_lines_create(&lines, device, &params, &setup->panel->view, &shape,
                                     trl_layer_low(setup), trl_layer_high(setup));
    *out = lines;
    return ret;
}

static void lines_destroy(void *layer)
{
    struct trl_lines *lines = layer;
    trl_lines_destroy(&lines);
}

static int lines_record(void *layer, struct trl_gpu_cmd *cmd, const struct trl_layer_frame *frame)
{
    return trl_lines_record(layer, cmd, frame->tensor);
}

static const struct trl_picture *lines_picture(const void *layer)
{
    return trl_lines_picture(layer);
}

static const struct trl_palette *lines_palette(const void *layer)
{
    return trl_lines_palette(layer);
}

static struct trl_gpu_buffer *lines_scale(const void *layer, enum trl_layer_range range)
{
    return range == TRL_LAYER_Y ? trl_lines_scale(layer) : NULL;
}

const struct trl_layer_class trl_layer_lines = {
    .kind = TRL_VIEW_LINES,
    .chart = true,
    .size = lines_size,
    .guide = lines_guide,
    .create = lines_create,
    .destroy = lines_destroy,
    .record = lines_record,
    .picture = lines_picture,
    .palette = lines_palette,
    .scale = lines_scale,
};

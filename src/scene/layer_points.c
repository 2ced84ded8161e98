/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/log.h"
#include "scene/layer_parts.h"
#include "view/points.h"

#include <tensorreel/error.h>

enum { SIDE = 480 };

static const double circle_reach = 1.25;
/* The first frame's range leaves so much of the sides free. */
static const double range_inset = 0.125;

static int points_size(struct trl_log *log, const struct trl_layer_setup *setup,
                       struct trl_layer_size *out)
{
    const struct trl_points_params *points = &setup->panel->points;
    const struct trl_layout *layout = &setup->layout;
    const int y = points->x || points->y ? points->y : 1;
    const int column[3] = {points->x, y, points->color_set ? points->color : 0};
    int ret = trl_layer_check(log, "points", setup);
    if (ret < 0)
        return ret;
    if (layout->shape[0] != 1)
        return trl_layer_refuse(log, "points", layout,
                                "it draws matrices (points, coordinates); choose one of the first "
                                "axis");
    for (int n = 0; n < 3; n++)
        if (column[n] < 0 || column[n] >= layout->shape[2])
            return trl_fail(log, TRL_ERROR_USAGE,
                            "view points: a frame of %lld x %lld x %lld has no column %d; the "
                            "columns of a matrix are coordinates, here 0 to %lld",
                            (long long)layout->shape[0], (long long)layout->shape[1],
                            (long long)layout->shape[2], column[n],
                            (long long)layout->shape[2] - 1);
    trl_layer_natural(setup, SIDE, SIDE, out);
    /* Places across and upwards are of different kinds, but where circles are to be round. */
    out->stretch =
        !setup->panel->points.unit_circle || setup->panel->view.aspect == TRL_ASPECT_AUTO;
    return ret;
}

/* The view takes a movie's range as a given one. It is that of all columns, so the colours have it
 * only where it is asked for. */
static struct trl_view_params colors_of(const struct trl_layer_setup *setup)
{
    struct trl_view_params view = setup->panel->view;
    const bool vmin = view.vmin_set, vmax = view.vmax_set;
    const bool movie = view.range == TRL_RANGE_MOVIE || view.range == TRL_RANGE_PERCENTILE_MOVIE;
    if (setup->range_known && movie && !view.center_set) {
        view.vmin = vmin ? view.vmin : (double)setup->low;
        view.vmax = vmax ? view.vmax : (double)setup->high;
        view.vmin_set = view.vmax_set = true;
    }
    return view;
}

static void points_guide(const struct trl_layer_setup *setup, struct trl_guide_panel *out)
{
    const struct trl_panel_params *panel = setup->panel;
    const struct trl_points_params *p = &panel->points;
    const double width = panel->view.width ? panel->view.width : SIDE;
    const double height = panel->view.height ? panel->view.height : SIDE;
    /* The wider side shows more, so that the circle is round. */
    const double x = width > height ? circle_reach * width / height : circle_reach;
    const double y = height > width ? circle_reach * height / width : circle_reach;
    trl_layer_axis_values(&out->x, &panel->x, p->x_set ? p->x_min : -x, p->x_set ? p->x_max : x);
    trl_layer_axis_values(&out->y, &panel->y, p->y_set ? p->y_min : -y, p->y_set ? p->y_max : y);
    out->x.moving = !p->x_set && !p->unit_circle;
    out->y.moving = !p->y_set && !p->unit_circle;
    out->x.inset = out->y.inset = range_inset;
    out->bar = (struct trl_guide_bar){0};
    if (!p->color_set)
        return;
    const struct trl_view_params view = colors_of(setup);
    trl_layer_bar(&out->bar, panel->bar_label, &view, NULL, NULL);
    out->bar.under = out->bar.over = false; /* points beyond have the map's ends */
}

static int points_create(void **out, struct trl_device *device, const struct trl_layer_setup *setup)
{
    const struct trl_view_shape shape = trl_layer_shape(&setup->layout);
    struct trl_points *points = NULL;
    const struct trl_view_params view = colors_of(setup);
    const int ret = trl_points_create(&points, device, &setup->panel->points, &view, &shape);
    *out = points;
    return ret;
}

static void points_destroy(void *layer)
{
    struct trl_points *points = layer;
    trl_points_destroy(&points);
}

static int points_record(void *layer, struct trl_gpu_cmd *cmd, const struct trl_layer_frame *frame)
{
    return trl_points_record(layer, cmd, frame->tensor);
}

static const struct trl_picture *points_picture(const void *layer)
{
    return trl_points_picture(layer);
}

static const struct trl_palette *points_palette(const void *layer)
{
    return trl_points_palette(layer);
}

static const struct trl_palette *points_bar_palette(const void *layer)
{
    return trl_points_map(layer);
}

static struct trl_gpu_buffer *points_scale(const void *layer, enum trl_layer_range range)
{
    return trl_points_scale(layer, range == TRL_LAYER_BAR ? 2 : range == TRL_LAYER_Y);
}

const struct trl_layer_class trl_layer_points = {
    .kind = TRL_VIEW_POINTS,
    .chart = true,
    .size = points_size,
    .guide = points_guide,
    .create = points_create,
    .destroy = points_destroy,
    .record = points_record,
    .picture = points_picture,
    .palette = points_palette,
    .bar_palette = points_bar_palette,
    .scale = points_scale,
};

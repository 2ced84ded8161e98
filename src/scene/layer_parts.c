/* SPDX-License-Identifier: BSD-2-Clause */
#include "scene/layer_parts.h"

#include "base/log.h"
#include "base/math.h"
#include "view/cmap.h"
#include "view/geometry.h"
#include "view/scale.h"

#include <math.h>
#include <stdlib.h>

#include <tensorreel/error.h>

/* ---- setups ---- */

struct trl_view_shape trl_layer_shape(const struct trl_layout *layout)
{
    return (struct trl_view_shape){layout->shape[0], layout->shape[1], layout->shape[2]};
}

const float *trl_layer_low(const struct trl_layer_setup *setup)
{
    return setup->range_known ? &setup->low : NULL;
}

const float *trl_layer_high(const struct trl_layer_setup *setup)
{
    return setup->range_known ? &setup->high : NULL;
}

struct trl_time_params trl_layer_time(const struct trl_time_params *time,
                                      const struct trl_layer_setup *setup)
{
    struct trl_time_params whole = *time;
    if (whole.mode == TRL_TIME_WHOLE && !whole.frames && setup->frame_count > 0)
        whole.frames = setup->frame_count;
    /* A short film fills the picture at its end. */
    if (whole.mode == TRL_TIME_SCROLL && !whole.frames && setup->frame_count > 1 &&
        setup->frame_count < setup->panel->view.width)
        whole.frames = setup->frame_count;
    return whole;
}

bool trl_layer_camera_names(const struct trl_panel_params *panel, enum trl_camera_track track)
{
    const struct trl_view_params *view = &panel->view;
    struct trl_camera *camera = NULL;
    if (!view->camera ||
        trl_camera_create(&camera, NULL, view->camera, view->fps_num, view->fps_den) < 0)
        return false;
    const bool named = trl_camera_names(camera, track);
    trl_camera_destroy(&camera);
    return named;
}

int64_t trl_layer_pose_slice(const struct trl_camera_pose *pose, int64_t size)
{
    return (int64_t)fmin(fmax(round(pose->slice), 0), (double)(size - 1));
}

int trl_layer_refuse(struct trl_log *log, const char *name, const struct trl_layout *layout,
                     const char *what)
{
    return trl_fail(log, TRL_ERROR_USAGE, "view %s: a frame of %lld x %lld x %lld: %s", name,
                    (long long)layout->shape[0], (long long)layout->shape[1],
                    (long long)layout->shape[2], what);
}

int trl_layer_check(struct trl_log *log, const char *name, const struct trl_layer_setup *setup)
{
    const struct trl_view_params *view = &setup->panel->view;
    const struct trl_layout *layout = &setup->layout;
    if (layout->rank != 3)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "view %s: a frame of %d axes; it has 3: tiles, rows and columns", name,
                        layout->rank);
    if (trl_layout_elements(layout) < 1)
        return trl_layer_refuse(log, name, layout, "there is nothing to draw");
    if (view->width < 0 || view->height < 0 || view->width > TRL_VIEW_SIDE_MAX ||
        view->height > TRL_VIEW_SIDE_MAX || (view->width == 0) != (view->height == 0))
        return trl_fail(log, TRL_ERROR_USAGE,
                        "view %s: a size of %d x %d; give both sides, 1 to %d pixels", name,
                        view->width, view->height, TRL_VIEW_SIDE_MAX);
    struct trl_camera *camera = NULL;
    int ret;
    if ((ret = trl_palette_create(log, view, NULL)) < 0 || (ret = trl_scale_check(log, view)) < 0 ||
        (view->camera &&
         (ret = trl_camera_create(&camera, log, view->camera, view->fps_num, view->fps_den)) < 0))
        return ret;
    trl_camera_destroy(&camera);
    return 0;
}

void trl_layer_natural(const struct trl_layer_setup *setup, int width, int height,
                       struct trl_layer_size *out)
{
    const struct trl_view_params *view = &setup->panel->view;
    out->width = view->width ? view->width : width;
    out->height = view->height ? view->height : height;
}

/* ---- pictures of cells ---- */

int trl_layer_cells_size(struct trl_log *log, const struct trl_view_params *view,
                         const struct trl_view_shape *shape, struct trl_layer_size *out)
{
    const int error = trl_view_picture_size(log, view, shape, &out->width, &out->height);
    out->stretch = view->aspect == TRL_ASPECT_AUTO;
    out->tiles = 0;
    if (!error && shape->tiles > 1 && !view->width &&
        trl_view_tile_form(shape, &out->tile_width, &out->tile_height))
        out->tiles = shape->tiles;
    return error;
}

/* Whether a size is that of cells as high as wide. */
static bool keeps_ratio(const struct trl_view_params *view, const struct trl_view_shape *shape)
{
    struct trl_view_params natural = *view, filled = *view;
    struct trl_view_geometry one, g;
    natural.width = natural.height = 0;
    filled.aspect = TRL_ASPECT_AUTO;
    filled.scale = 0;
    if (!view->width)
        return true;
    if (trl_view_geometry(NULL, &natural, shape, &one) < 0 ||
        trl_view_geometry(NULL, &filled, shape, &g) < 0)
        return false;
    /* Layouts make sides even and tiles whole; the pixels between these stay as they are. */
    const double slack = 2 + fmax(g.grid_columns, g.grid_rows);
    const double width = (one.tile_width + 1.0) * g.grid_columns - 1;
    const double height = (one.tile_height + 1.0) * g.grid_rows - 1;
    return fabs(view->height * width / height - view->width) <= slack ||
           fabs(view->width * height / width - view->height) <= slack;
}

struct trl_view_params trl_layer_cells_view(const struct trl_view_params *view,
                                            const struct trl_view_shape *shape)
{
    struct trl_view_params filled = *view;
    if (view->width && keeps_ratio(view, shape))
        filled.aspect = TRL_ASPECT_AUTO;
    filled.scale = view->width ? 0 : view->scale;
    return filled;
}

/* The largest zoom of a camera that moves over the cells; 0: none does. */
static double zoom_max(const struct trl_panel_params *panel)
{
    const struct trl_view_params *view = &panel->view;
    struct trl_camera *camera = NULL;
    double most = 0;
    if (!view->camera ||
        trl_camera_create(&camera, NULL, view->camera, view->fps_num, view->fps_den) < 0)
        return 0;
    if (trl_camera_names(camera, TRL_CAMERA_ZOOM) || trl_camera_names(camera, TRL_CAMERA_CENTER_X))
        most = trl_camera_zoom_max(camera);
    trl_camera_destroy(&camera);
    return most;
}

void trl_layer_cells_axes(const struct trl_panel_params *panel, const struct trl_view_shape *shape,
                          struct trl_guide_panel *out)
{
    const struct trl_view_params *view = &panel->view;
    const bool scroll = view->scroll > 0;
    const double rows = (double)(scroll ? shape->columns : shape->rows) - 0.5;
    const bool lower = view->origin == TRL_ORIGIN_LOWER;
    if (scroll)
        trl_layer_axis_past(&out->x, &panel->x, view->scroll);
    else
        trl_layer_axis_cells(&out->x, &panel->x, -0.5, (double)shape->columns - 0.5);
    trl_layer_axis_cells(&out->y, &panel->y, lower ? -0.5 : rows, lower ? rows : -0.5);
    const bool whole =
        shape->tiles == 1 && (view->aspect == TRL_ASPECT_AUTO || keeps_ratio(view, shape));
    out->x.zoom_max = out->y.zoom_max = zoom_max(panel);
    out->x.ticks = whole;
    out->y.ticks = whole;
}

/* ---- guides ---- */

void trl_layer_axis_cells(struct trl_guide_axis *axis, const struct trl_axis_units *units,
                          double first, double last)
{
    const double step = units->step != 0 ? units->step : 1;
    const bool whole = step == 1 && units->origin == floor(units->origin);
    *axis = (struct trl_guide_axis){
        .label = units->label,
        .ticks = true,
        .kind = whole ? TRL_AXIS_INDEX : TRL_AXIS_VALUE,
        .low = units->origin + first * step,
        .high = units->origin + last * step,
    };
}

void trl_layer_axis_values(struct trl_guide_axis *axis, const struct trl_axis_units *units,
                           double low, double high)
{
    *axis = (struct trl_guide_axis){
        .label = units->label,
        .ticks = true,
        .low = low,
        .high = high,
    };
}

void trl_layer_axis_norm(struct trl_guide_axis *axis, const struct trl_view_params *view)
{
    axis->norm = view->norm;
    axis->linthresh = view->linthresh;
    axis->gamma = view->gamma;
}

void trl_layer_axis_frames(struct trl_guide_axis *axis, const struct trl_axis_units *units,
                           int64_t frames)
{
    trl_layer_axis_cells(axis, units, -0.5, (double)frames - 0.5);
    axis->ticks = frames > 0;
}

void trl_layer_axis_past(struct trl_guide_axis *axis, const struct trl_axis_units *units,
                         int64_t frames)
{
    trl_layer_axis_cells(axis, units, 0.5 - (double)frames, 0.5);
    axis->ticks = frames > 0;
}

bool trl_layer_range(const struct trl_view_params *view, const float *low, const float *high,
                     double ends[2])
{
    struct trl_scale scale;
    ends[0] = 0;
    ends[1] = 1;
    if (trl_scale_init(&scale, NULL, view, low, high) < 0)
        return false;
    ends[0] = trl_float_from_bits(scale.setup[TRL_SETUP_LOW]);
    ends[1] = trl_float_from_bits(scale.setup[TRL_SETUP_HIGH]);
    return scale.low_fixed && scale.high_fixed;
}

void trl_layer_bar(struct trl_guide_bar *bar, const char *label, const struct trl_view_params *view,
                   const float *low, const float *high)
{
    double ends[2];
    const bool fixed = trl_layer_range(view, low, high, ends);
    *bar = (struct trl_guide_bar){
        .shown = view->equalize != TRL_EQUALIZE_CLAHE,
        .label = label,
        .norm = view->norm,
        .low = ends[0],
        .high = ends[1],
        .linthresh = view->linthresh != 0 ? view->linthresh : 1,
        .gamma = view->gamma != 0 ? view->gamma : 0.5,
        /* Equalised, the values between the ends are each frame's own too. */
        .moving = !fixed || view->equalize == TRL_EQUALIZE_GLOBAL,
        .under = view->under_color.set,
        .over = view->over_color.set,
    };
}

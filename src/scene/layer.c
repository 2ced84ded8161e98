/* SPDX-License-Identifier: BSD-2-Clause */
#include "scene/layer_parts.h"

static const struct trl_layer_class *const classes[TRL_VIEW_COUNT] = {
    [TRL_VIEW_HEATMAP] = &trl_layer_heatmap,
    [TRL_VIEW_LINES] = &trl_layer_lines,
    [TRL_VIEW_RASTER] = &trl_layer_raster,
    [TRL_VIEW_POINTS] = &trl_layer_points,
    [TRL_VIEW_HISTOGRAM] = &trl_layer_histogram,
    [TRL_VIEW_PROJECTION] = &trl_layer_projection,
    [TRL_VIEW_TRIVIEW] = &trl_layer_triview,
    [TRL_VIEW_VOLUME] = &trl_layer_volume,
    [TRL_VIEW_RGB] = &trl_layer_rgb,
    [TRL_VIEW_COMPLEX] = &trl_layer_complex,
};

const struct trl_layer_class *trl_layer_class(enum trl_view_kind kind)
{
    return classes[(unsigned)kind < TRL_VIEW_COUNT ? kind : TRL_VIEW_HEATMAP];
}

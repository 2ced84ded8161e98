/* SPDX-License-Identifier: BSD-2-Clause */
#include "scene/scene_inside.h"

#include "base/log.h"
#include "base/math.h"

#include <string.h>

#include <tensorreel/error.h>

/* What of a view says how values become colours, and nothing else. */
static void take_scale(struct trl_view_params *out, const struct trl_view_params *view)
{
    out->norm = view->norm;
    out->gamma = view->gamma;
    out->linthresh = view->linthresh;
    out->range = view->range;
    out->vmin_set = view->vmin_set;
    out->vmax_set = view->vmax_set;
    out->vmin = view->vmin;
    out->vmax = view->vmax;
    out->percentile_low = view->percentile_low;
    out->percentile_high = view->percentile_high;
    out->center_set = view->center_set;
    out->center = view->center;
    out->running_frames = view->running_frames;
    out->equalize = view->equalize;
}

static bool same_scale(const struct trl_view_params *a, const struct trl_view_params *b)
{
    return a->norm == b->norm && a->gamma == b->gamma && a->linthresh == b->linthresh &&
           a->range == b->range && a->vmin_set == b->vmin_set && a->vmax_set == b->vmax_set &&
           a->vmin == b->vmin && a->vmax == b->vmax && a->percentile_low == b->percentile_low &&
           a->percentile_high == b->percentile_high && a->center_set == b->center_set &&
           a->center == b->center && a->running_frames == b->running_frames &&
           a->equalize == b->equalize;
}

static bool can_share(const struct trl_panel *panel)
{
    const enum trl_view_kind kind = panel->class->kind;
    return (kind == TRL_VIEW_HEATMAP || kind == TRL_VIEW_PROJECTION) &&
           panel->params.view.equalize != TRL_EQUALIZE_CLAHE;
}

/* The range that suits all where it is left to chance. */
static enum trl_range choose_range(const struct trl_scene *scene,
                                   const struct trl_scene_input *inputs)
{
    static const enum trl_range order[] = {TRL_RANGE_MOVIE,   TRL_RANGE_PERCENTILE_MOVIE,
                                           TRL_RANGE_FRAME,   TRL_RANGE_PERCENTILE_FRAME,
                                           TRL_RANGE_RUNNING, TRL_RANGE_PERCENTILE_RUNNING};
    int most = 0;
    for (int n = 0; n < scene->panel_count; n++) {
        const enum trl_range own =
            scene->shares[n] ? trl_panel_auto_range(&scene->panels[n], inputs) : TRL_RANGE_MOVIE;
        for (int k = most; k < (int)(sizeof(order) / sizeof(order[0])); k++)
            if (order[k] == own)
                most = k;
    }
    return order[most];
}

int trl_scene_plan_shared(struct trl_scene *scene, const struct trl_scene_input *inputs)
{
    const struct trl_view_params none = {0};
    scene->leader = -1;
    for (int n = 0; n < scene->panel_count && (scene->params->shared_scale || scene->labelled);
         n++) {
        struct trl_view_params *own = &scene->panels[n].params.view;
        if (!can_share(&scene->panels[n]))
            continue;
        scene->shares[n] = true;
        if (scene->leader < 0)
            scene->leader = n;
        const struct trl_view_params *first = &scene->panels[scene->leader].params.view;
        if (!same_scale(own, first) && !same_scale(own, &none))
            return trl_fail(scene->log, TRL_ERROR_USAGE,
                            "panel %d: limits, norm or range of its own, but it shares the scale "
                            "of panel %d; give them there, or do not share the scale",
                            n + 1, scene->leader + 1);
        take_scale(own, first);
    }
    if (scene->leader < 0 || scene->panels[scene->leader].params.view.range != TRL_RANGE_AUTO)
        return 0;
    const enum trl_range range = choose_range(scene, inputs);
    for (int n = 0; n < scene->panel_count; n++)
        if (scene->shares[n])
            scene->panels[n].params.view.range = range;
    return 0;
}

void trl_scene_join_ranges(struct trl_scene *scene)
{
    struct trl_layer_setup all = {0};
    for (int n = 0; n < scene->panel_count; n++) {
        const struct trl_layer_setup *own = &scene->panels[n].setup;
        if (!scene->shares[n] || !own->range_known)
            continue;
        all.low = !all.range_known || own->low < all.low ? own->low : all.low;
        all.high = !all.range_known || own->high > all.high ? own->high : all.high;
        all.range_known = true;
    }
    for (int n = 0; n < scene->panel_count && all.range_known; n++) {
        struct trl_layer_setup *own = &scene->panels[n].setup;
        if (!scene->shares[n])
            continue;
        own->range_known = true;
        own->low = all.low;
        own->high = all.high;
    }
}

int trl_scene_record_shared(struct trl_scene *scene, struct trl_gpu_cmd *cmd,
                            const struct trl_scene_tensors *inputs, int64_t index)
{
    struct trl_panel_frame frames[TRL_PANELS_MAX];
    struct trl_layer_frame shown[TRL_PANELS_MAX];
    void *layers[TRL_PANELS_MAX];
    int count = 0;
    for (int n = 0; n < scene->panel_count; n++) {
        if (!scene->shares[n])
            continue;
        const int error = trl_panel_prepare(&scene->panels[n], cmd, inputs, index, &frames[count]);
        if (error)
            return error;
        layers[count] = scene->panels[n].layer;
        shown[count] = frames[count].frame;
        count++;
    }
    return count ? trl_layer_record_shared(layers, cmd, shown, count) : 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "scene/panel.h"

#include "base/math.h"
#include "gpu/glsl.h"
#include "tensor/layout.h"

#include <stdio.h>
#include <string.h>

#include <tensorreel/error.h>

/* ---- what it shows ---- */

static int find_input(const struct trl_scene_input *inputs, int count, const char *name)
{
    for (int n = 0; name && n < count; n++)
        if (inputs[n].name && !strcmp(inputs[n].name, name))
            return n;
    return -1;
}

static int plan_expression(struct trl_panel *panel, const struct trl_scene_input *inputs, int count)
{
    const char *names[TRL_INPUTS_MAX];
    struct trl_layout layouts[TRL_EXPR_INPUTS_MAX];
    struct trl_log *log = panel->log;
    for (int n = 0; n < count; n++)
        names[n] = inputs[n].name ? inputs[n].name : "";
    int error = trl_expr_parse(&panel->expr, log, panel->params.input);
    if (!error)
        error = trl_expr_bind(panel->expr, log, names, count, panel->place);
    if (error)
        return error;
    for (int n = 0; n < panel->expr->input_count; n++)
        layouts[n] = inputs[panel->place[n]].layout;
    int rank = 0;
    int64_t shape[TRL_RANK_MAX];
    error = trl_expr_shape(panel->expr, log, layouts, &rank, shape);
    if (error)
        return error;
    if (rank != 3)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "%s: it names no input, so it has no shape to be drawn in",
                        panel->params.input);
    error = trl_glsl_check("expr", log);
    if (error)
        return error;
    panel->setup.frame_count = inputs[panel->place[0]].frame_count;
    return trl_layout_dense(&panel->setup.layout, TRL_DTYPE_F32, rank, shape, false);
}

static int plan_input(struct trl_panel *panel, int number, const struct trl_scene_input *inputs,
                      int count)
{
    const struct trl_panel_params *params = &panel->params;
    panel->input = find_input(inputs, count, params->input ? params->input : params->name);
    if (panel->input < 0 && params->input)
        return plan_expression(panel, inputs, count);
    if (panel->input < 0)
        panel->input = count == 1 ? 0 : number;
    if (panel->input >= count)
        return trl_fail(panel->log, TRL_ERROR_USAGE,
                        "panel %d has no input: there are %d; say which one it shows", number + 1,
                        count);
    panel->setup.layout = inputs[panel->input].layout;
    panel->setup.frame_count = inputs[panel->input].frame_count;
    return 0;
}

int trl_panel_plan(struct trl_panel *panel, struct trl_log *log, struct trl_device *device,
                   const struct trl_panel_params *params, int number,
                   const struct trl_scene_input *inputs, int input_count)
{
    *panel = (struct trl_panel){.log = log,
                                .device = device,
                                .params = *params,
                                .input = -1,
                                .class = trl_layer_class(params->kind)};
    panel->setup.panel = &panel->params;
    int error = plan_input(panel, number, inputs, input_count);
    if (!error && params->filters)
        error = trl_filter_check(panel->log, params->filters);
    if (!error && params->view.camera)
        error = trl_camera_create(&panel->camera, panel->log, params->view.camera,
                                  params->view.fps_num, params->view.fps_den);
    return error;
}

/* ---- ranges ---- */

/* True where the smallest and largest element say what the range of the view is. */
static bool shows_elements(const struct trl_panel_params *params)
{
    switch (params->kind) {
    case TRL_VIEW_HEATMAP:
    case TRL_VIEW_LINES:
    case TRL_VIEW_HISTOGRAM:
    case TRL_VIEW_TRIVIEW:
    case TRL_VIEW_VOLUME:
        return true;
    case TRL_VIEW_PROJECTION:
        return params->project != TRL_PROJECT_SUM;
    default:
        return false;
    }
}

static bool is_movie(enum trl_range range)
{
    return range == TRL_RANGE_MOVIE || range == TRL_RANGE_PERCENTILE_MOVIE;
}

static int fail_movie(const struct trl_panel *panel, bool direct)
{
    if (!direct)
        return trl_fail(panel->log, TRL_ERROR_USAGE,
                        "the range of the movie is that of an input as it is; with filters, an "
                        "expression or this view give --vmin and --vmax, --range frame or running");
    return trl_fail(
        panel->log, TRL_ERROR_USAGE,
        "the range of the movie needs an input that can be read twice, and this one cannot be "
        "read twice; give --vmin and --vmax, or --range frame or running");
}

/* What a range that is left to chance is. */
static enum trl_range choose_range(const struct trl_view_params *view, bool direct, bool twice)
{
    const bool percentile = view->percentile_low != 0 || view->percentile_high != 0;
    if (view->equalize || !direct)
        return percentile ? TRL_RANGE_PERCENTILE_RUNNING : TRL_RANGE_RUNNING;
    if (twice)
        return percentile ? TRL_RANGE_PERCENTILE_MOVIE : TRL_RANGE_MOVIE;
    return percentile ? TRL_RANGE_PERCENTILE_FRAME : TRL_RANGE_FRAME;
}

/* The smallest and largest element of the input are those of what is shown. */
static bool is_direct(const struct trl_panel *panel)
{
    return panel->input >= 0 && !panel->params.filters && shows_elements(&panel->params);
}

enum trl_range trl_panel_auto_range(const struct trl_panel *panel,
                                    const struct trl_scene_input *inputs)
{
    const bool direct = is_direct(panel);
    return choose_range(&panel->params.view, direct, direct && inputs[panel->input].rewindable);
}

int trl_panel_range(struct trl_panel *panel, const struct trl_scene_input *inputs, bool *wanted,
                    double *from, double *to)
{
    struct trl_view_params *view = &panel->params.view;
    const bool one_is_both = view->center_set && (view->vmin_set || view->vmax_set);
    const bool fixed = (view->vmin_set && view->vmax_set) || one_is_both;
    const bool direct = is_direct(panel), twice = direct && inputs[panel->input].rewindable;
    *wanted = false;
    if (view->range == TRL_RANGE_AUTO)
        view->range = choose_range(view, direct, twice);
    if (fixed || !is_movie(view->range))
        return 0;
    if (!twice)
        return fail_movie(panel, direct);
    const bool percentile = view->range == TRL_RANGE_PERCENTILE_MOVIE;
    const bool defaults = view->percentile_low == 0 && view->percentile_high == 0;
    *from = !percentile ? 0 : defaults ? 2 : view->percentile_low;
    *to = !percentile ? 0 : defaults ? 98 : view->percentile_high;
    *wanted = true;
    return 0;
}

/* ---- at work ---- */

static int create_expression(struct trl_panel *panel)
{
    const struct trl_layout *layout = &panel->setup.layout;
    int error = trl_ops_expr_create(&panel->kernel, panel->device, panel->expr, TRL_DTYPE_F32);
    if (error)
        return error;
    panel->result.layout = *layout;
    return trl_gpu_buffer_create(
        &panel->result.buffer, panel->device,
        &(struct trl_gpu_buffer_params){.name = "expression",
                                        .size_bytes =
                                            (uint64_t)trl_layout_elements(layout) * sizeof(float),
                                        .memory = TRL_GPU_MEMORY_DEVICE});
}

int trl_panel_create(struct trl_panel *panel, int width, int height)
{
    int error = panel->expr ? create_expression(panel) : 0;
    if (!error && panel->params.filters) {
        error = trl_filters_create(&panel->filters, panel->device, panel->params.filters,
                                   &panel->setup.layout);
        if (!error)
            panel->setup.layout = *trl_filters_layout(panel->filters);
    }
    if (error)
        return error;
    if (width) {
        panel->params.view.width = width;
        panel->params.view.height = height;
        panel->params.view.scale = 0;
    }
    return panel->class->create(&panel->layer, panel->device, &panel->setup);
}

bool trl_panel_adopt(struct trl_panel *panel, struct trl_panel *former, int width, int height)
{
    if (!former || !former->layer || former->class != panel->class ||
        former->input != panel->input || former->params.name != panel->params.name)
        return false;
    const struct trl_picture *picture = trl_panel_picture(former);
    if (picture->width != width || picture->height != height)
        return false;
    trl_expr_destroy(&panel->expr);
    panel->expr = former->expr;
    panel->kernel = former->kernel;
    panel->result = former->result;
    panel->filters = former->filters;
    panel->layer = former->layer;
    panel->setup = former->setup;
    panel->setup.panel = &panel->params;
    panel->adopted = true;
    former->expr = NULL;
    former->kernel = NULL;
    former->result.buffer = NULL;
    former->filters = NULL;
    former->layer = NULL;
    return true;
}

void trl_panel_destroy(struct trl_panel *panel)
{
    if (panel->layer)
        panel->class->destroy(panel->layer);
    panel->layer = NULL;
    trl_filters_destroy(&panel->filters);
    trl_ops_expr_destroy(&panel->kernel);
    trl_gpu_buffer_destroy(&panel->result.buffer);
    trl_expr_destroy(&panel->expr);
    trl_camera_destroy(&panel->camera);
}

static int evaluate(struct trl_panel *panel, struct trl_gpu_cmd *cmd,
                    const struct trl_gpu_tensor *tensors, struct trl_gpu_tensor *out)
{
    struct trl_gpu_tensor inputs[TRL_EXPR_INPUTS_MAX];
    for (int n = 0; n < panel->expr->input_count; n++)
        inputs[n] = tensors[panel->place[n]];
    *out = panel->result;
    return trl_ops_expr_record(panel->kernel, cmd, inputs, out);
}

int trl_panel_prepare(struct trl_panel *panel, struct trl_gpu_cmd *cmd,
                      const struct trl_gpu_tensor *tensors, int64_t index,
                      struct trl_panel_frame *out)
{
    struct trl_gpu_tensor filtered;
    int error = 0;
    if (panel->expr || panel->filters)
        trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_ANALYSE);
    if (panel->expr)
        error = evaluate(panel, cmd, tensors, &out->tensor);
    else
        out->tensor = tensors[panel->input];
    if (!error && panel->filters) {
        error = trl_filters_record(panel->filters, cmd, &out->tensor, &filtered);
        out->tensor = filtered;
    }
    if (error)
        return error;
    if (panel->camera)
        trl_camera_pose(panel->camera, index, &out->pose);
    out->frame = (struct trl_layer_frame){
        .tensor = &out->tensor, .index = index, .pose = panel->camera ? &out->pose : NULL};
    return 0;
}

int trl_panel_record(struct trl_panel *panel, struct trl_gpu_cmd *cmd,
                     const struct trl_gpu_tensor *tensors, int64_t index)
{
    struct trl_panel_frame shown;
    const int error = trl_panel_prepare(panel, cmd, tensors, index, &shown);
    return error ? error : panel->class->record(panel->layer, cmd, &shown.frame);
}

const struct trl_picture *trl_panel_picture(const struct trl_panel *panel)
{
    return panel->class->picture(panel->layer);
}

const struct trl_palette *trl_panel_palette(const struct trl_panel *panel)
{
    return panel->class->palette ? panel->class->palette(panel->layer) : NULL;
}

const struct trl_palette *trl_panel_bar_palette(const struct trl_panel *panel)
{
    return panel->class->bar_palette ? panel->class->bar_palette(panel->layer)
                                     : trl_panel_palette(panel);
}

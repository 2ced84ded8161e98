/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "ops/expr_gpu.h"
#include "ops/filter.h"
#include "scene/layer.h"

/*
 * One panel at work: an input or an expression over several, filters, and the layer that draws.
 */

struct trl_panel {
    struct trl_log *log;
    struct trl_device *device;      /* NULL: the panel is planned, and never made */
    struct trl_panel_params params; /* as the scene has it; strings are the scene's */
    int input;                      /* -1: an expression */
    struct trl_expr *expr;
    int place[TRL_EXPR_INPUTS_MAX]; /* the expression's inputs among the scene's */
    struct trl_ops_expr *kernel;
    struct trl_gpu_tensor result; /* of the expression */
    struct trl_filters *filters;
    struct trl_gpu_tensor filtered; /* of the frame at hand; buffer NULL: there was none */
    struct trl_camera *camera;      /* NULL: none */
    struct trl_layer_setup setup;
    const struct trl_layer_class *class;
    void *layer;
    bool adopted;
};

/* The inputs of a frame: their tensors, of the layouts' shapes and dtypes. */
struct trl_scene_tensors {
    struct trl_gpu_tensor tensors[TRL_INPUTS_MAX];
    bool ended[TRL_INPUTS_MAX]; /* the tensor is that of an earlier frame, and no other will come */
};

/* What the layer draws of a frame. */
struct trl_panel_frame {
    struct trl_gpu_tensor tensor;
    struct trl_camera_pose pose;
    struct trl_layer_frame frame; /* of the two before */
};

/* Finds out what the panel shows and of what shape it is. params must live as long; number counts
 * from 0. device may be NULL where nothing is made. TRL_ERROR_USAGE. */
int trl_panel_plan(struct trl_panel *panel, struct trl_log *log, struct trl_device *device,
                   const struct trl_panel_params *params, int number,
                   const struct trl_scene_input *inputs, int input_count);
/* The movie's ranges that must be found first. */
struct trl_panel_ranges {
    bool wanted[TRL_LAYER_RANGES];
    int64_t column[TRL_LAYER_RANGES]; /* of the rows; -1: all */
    double from, to;                  /* percentiles, of the colours; both 0: the extremes */
};

/* Settles a range that is left to chance. TRL_ERROR_USAGE where it cannot be found. */
int trl_panel_range(struct trl_panel *panel, const struct trl_scene_input *inputs,
                    struct trl_panel_ranges *out);
/* What the panel's range is if it is left to chance. */
enum trl_range trl_panel_auto_range(const struct trl_panel *panel,
                                    const struct trl_scene_input *inputs);
/* Makes expression, filters and the layer, whose picture has the given size; 0: as it likes. */
int trl_panel_create(struct trl_panel *panel, int width, int height);
/* Takes all that from another panel (or NULL), if it would make the same; false: nothing is taken.
 */
bool trl_panel_adopt(struct trl_panel *panel, struct trl_panel *former, int width, int height);
void trl_panel_destroy(struct trl_panel *panel);

/* Computes what the layer is to draw. inputs are the scene's. */
int trl_panel_prepare(struct trl_panel *panel, struct trl_gpu_cmd *cmd,
                      const struct trl_scene_tensors *inputs, int64_t index,
                      struct trl_panel_frame *out);
/* The same, and draws it. What appends frames to those before appends none of inputs that have
 * ended: the picture stays, and its counts are of no element. */
int trl_panel_record(struct trl_panel *panel, struct trl_gpu_cmd *cmd,
                     const struct trl_scene_tensors *inputs, int64_t index);
const struct trl_picture *trl_panel_picture(const struct trl_panel *panel);
/* NULL: it is in full colour. */
const struct trl_palette *trl_panel_palette(const struct trl_panel *panel);
/* The colours of its colour bar. */
const struct trl_palette *trl_panel_bar_palette(const struct trl_panel *panel);

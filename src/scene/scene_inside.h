/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "scene/bands.h"
#include "scene/scene.h"
#include "scene/stamps.h"
#include "scene/still.h"
#include "view/overlay.h"

/*
 * The inside of struct trl_scene; seen by scene*.c only: scene.c plans and records, scene_share.c
 * gives panels one scale, scene_layout.c says what stands where, scene_build.c makes it.
 */
struct trl_scene {
    struct trl_log *log;
    struct trl_device *device; /* NULL: the scene is laid out only */
    const struct trl_scene_params *params;
    struct trl_panel panels[TRL_PANELS_MAX];
    bool ranged[TRL_PANELS_MAX]; /* waits for the movie's range */
    struct trl_scene_range ranges[TRL_PANELS_MAX];
    int panel_count;
    char labels[TRL_PANELS_MAX][8]; /* numbers of tiles that are panels */
    bool labelled;
    int base[TRL_PANELS_MAX]; /* the first panel of each cell; those that lie over it follow */
    int cell_count;
    int settled_count; /* cells that the first frame had; the others came in addition */
    bool grows;

    bool shares[TRL_PANELS_MAX]; /* panels of one scale */
    int leader;                  /* whose scale that is; -1: there is none */
    int shared_cell;             /* whose colour bar stands for all; -1: none */

    struct trl_overlay *overlays[TRL_PANELS_MAX]; /* of panels that lie over others */
    struct trl_guide_panel guide_panels[TRL_PANELS_MAX], spare;
    char names[TRL_PANELS_MAX][128]; /* of cells in which panels lie over others */
    struct trl_guide_params guide_params;
    struct trl_guide guide;
    struct trl_still still;
    struct trl_stamps stamps;
    struct trl_bands bands;
    struct trl_palette palette;
    bool indexed;
    struct trl_gpu_buffer *counts; /* sums of several panels */
    struct trl_gpu_buffer *blanks; /* frames of each in which nothing was finite */
    struct trl_gpu_kernel *count;

    struct trl_scene *former; /* while it is built */
    struct trl_part parts[TRL_PANELS_MAX + TRL_STAMPS_MAX + TRL_BANDS_MAX + 1];
    struct trl_composition composition;
};

/* The first panel behind those of a cell. */
int trl_scene_cell_end(const struct trl_scene *scene, int cell);
/* True if nothing stands around the data of the only cell: its picture is the frame. */
bool trl_scene_is_bare(struct trl_scene *scene);
int trl_scene_lay_out(struct trl_scene *scene);
/* Names what lies over others in a cell, in the guide's panel. */
void trl_scene_plan_legend(struct trl_scene *scene, int cell);
/* Gives the names of a cell their colours; panels are made by then. */
void trl_scene_color_legend(struct trl_scene *scene, int cell);
/* The size of the only cell, which is the frame's. */
int trl_scene_bare_size(struct trl_scene *scene, struct trl_layer_size *size);

/* Which panels have one scale, and what it is. Panels are planned, and their ranges are not.
 * TRL_ERROR_USAGE. */
int trl_scene_plan_shared(struct trl_scene *scene, const struct trl_scene_input *inputs);
/* Their range of the movie is that of all movies. */
void trl_scene_join_ranges(struct trl_scene *scene);
/* Records what the panels of one scale draw; nothing if there are none. */
int trl_scene_record_shared(struct trl_scene *scene, struct trl_gpu_cmd *cmd,
                            const struct trl_gpu_tensor *tensors, int64_t index);

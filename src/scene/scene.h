/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "gpu/gpu.h"
#include "gpu/picture.h"
#include "scene/panel.h"

#include <tensorreel/scene.h>

/*
 * The panels of a film at work: from the inputs' tensors to the parts of a frame. Made in three
 * steps, since ranges of whole movies are found in between by whom the inputs belong to.
 */
struct trl_scene;

/* Plans the panels for these inputs. What params point to must live as long as the scene. No device
 * memory is used yet. TRL_ERROR_USAGE. */
int trl_scene_create(struct trl_scene **out, struct trl_device *device,
                     const struct trl_scene_params *params, const struct trl_scene_input *inputs,
                     int input_count);
void trl_scene_destroy(struct trl_scene **scene);

/* A range of the movie that a panel asks for: percentiles of an input. */
struct trl_scene_range {
    int panel, input;
    double from, to;
};

/* The next range that is wanted from panel *panel on; false if there is none. */
bool trl_scene_next_range(const struct trl_scene *scene, struct trl_scene_range *range);
void trl_scene_set_range(struct trl_scene *scene, int panel, float low, float high);

/* Lays out the frame and makes what draws it. Submits and waits. Panels that the former scene (or
 * NULL) has as they would be made are taken from it, with what they remember; it is of no use for
 * drawing then. The device must be done with it. What scene has in addition to former goes into
 * cells that are left, and nothing else moves. grows: there may be more to come, for which such
 * cells keep room. */
int trl_scene_build(struct trl_scene *scene, struct trl_scene *former, bool grows);

/* Records the drawing of a frame of the film, counted from 0. tensors are those of the inputs, of
 * the layouts' shapes and dtypes. */
int trl_scene_record(struct trl_scene *scene, struct trl_gpu_cmd *cmd,
                     const struct trl_gpu_tensor *tensors, int64_t index);

/* All that follows is there once the scene is built, and lives as long. */
const struct trl_composition *trl_scene_composition(const struct trl_scene *scene);
/* The colours of a frame whose pictures are all indexed by them; NULL if they are not. */
const struct trl_palette *trl_scene_palette(const struct trl_scene *scene);
/* Cells of its grid, free ones counted. */
int trl_scene_cells(const struct trl_scene *scene);
/* Frames in which the panel's elements were all NaN or infinite, counted where there are several
 * panels or may be. The device must be done with them. */
uint32_t trl_scene_blank_frames(const struct trl_scene *scene, int panel);
/* Frames in which cameras, orbits and slices do all that they were told to; 1: nothing moves. From
 * the plan on. */
int64_t trl_scene_motion(const struct trl_scene *scene);
/* Frames of a film of so many steps of its inputs, which wait while cameras hold them. */
int64_t trl_scene_frames(const struct trl_scene *scene, int64_t steps);
/* Warns of keyframes that show nothing, or that a film of so many frames does not reach; -1: it is
 * not known how many. */
void trl_scene_check_cameras(const struct trl_scene *scene, int64_t frames);
/* Elements that the panels show in a frame. From the plan on. */
int64_t trl_scene_elements(const struct trl_scene *scene);
/* The input that a panel shows; -1: an expression. From the plan on. */
int trl_scene_input_of(const struct trl_scene *scene, int panel);
/* True if a panel shows the input, or computes with it. From the plan on. */
bool trl_scene_uses(const struct trl_scene *scene, int input);
/* True if a camera holds the input at this frame of the film. */
bool trl_scene_paused(const struct trl_scene *scene, int64_t index);

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "scene/layer.h"
#include "view/view.h"

/*
 * What layers have in common; seen by layer*.c only. guide() is called before anything is laid out,
 * and where the panel's view has width and height, they are those of the data.
 */
extern const struct trl_layer_class trl_layer_heatmap;
extern const struct trl_layer_class trl_layer_projection;
extern const struct trl_layer_class trl_layer_triview;
extern const struct trl_layer_class trl_layer_lines;
extern const struct trl_layer_class trl_layer_raster;
extern const struct trl_layer_class trl_layer_points;
extern const struct trl_layer_class trl_layer_histogram;
extern const struct trl_layer_class trl_layer_volume;
extern const struct trl_layer_class trl_layer_rgb;
extern const struct trl_layer_class trl_layer_complex;

/* ---- setups ---- */

struct trl_view_shape trl_layer_shape(const struct trl_layout *layout);
/* The movie's range as the views take it: NULL where it is not known. */
const float *trl_layer_low(const struct trl_layer_setup *setup);
const float *trl_layer_high(const struct trl_layer_setup *setup);
/* Frames of a window of time that is left to chance: those of the film, up to the most, or so many
 * where it is not known how many come. */
enum { TRL_LAYER_WINDOW = 300, TRL_LAYER_WINDOW_MAX = 1000 };

/* Time across: where the params do not say, all frames are as many as the film has, and a window
 * holds those above. */
struct trl_time_params trl_layer_time(const struct trl_time_params *time,
                                      const struct trl_layer_setup *setup);
/* True if the panel's camera has keyframes for it. */
bool trl_layer_camera_names(const struct trl_panel_params *panel, enum trl_camera_track track);
/* Slices by the letters of their axes, "z 12 y 3"; -1: there is none. */
void trl_layer_note_slices(const int64_t slice[3], char *out, size_t size);
/* Whether the camera's slices are among so many. TRL_ERROR_USAGE. */
int trl_layer_check_camera_slice(struct trl_log *log, const char *name,
                                 const struct trl_panel_params *panel, int64_t size);
/* The slice of so many that a camera shows: the nearest, of those that there are. */
int64_t trl_layer_pose_slice(const struct trl_camera_pose *pose, int64_t size);

/* TRL_ERROR_USAGE: "view NAME: a frame of 3 x 64 x 64: " and what would fit. */
int trl_layer_refuse(struct trl_log *log, const char *name, const struct trl_layout *layout,
                     const char *what);
/* TRL_ERROR_USAGE for a frame without elements, for a size of which one side is missing, and for
 * colours, norm, range and camera that the views do not take. */
int trl_layer_check(struct trl_log *log, const char *name, const struct trl_layer_setup *setup);
/* The size that the panel's view gives or, where it gives none, the one here. */
void trl_layer_natural(const struct trl_layer_setup *setup, int width, int height,
                       struct trl_layer_size *out);

/* ---- pictures of cells ---- */

/* Size of a picture of rows and columns. */
int trl_layer_cells_size(struct trl_log *log, const struct trl_view_params *view,
                         const struct trl_view_shape *shape, struct trl_layer_size *out);
/* The view for a picture of just its width and height: it fills it if it has the form that the
 * cells ask for, but for the pixels that layouts round off. */
struct trl_view_params trl_layer_cells_view(const struct trl_view_params *view,
                                            const struct trl_view_shape *shape);
/* Axes that number rows and columns; without ticks where there is no such number. */
void trl_layer_cells_axes(const struct trl_panel_params *panel, const struct trl_view_shape *shape,
                          struct trl_guide_panel *out);

/* ---- guides ---- */

/* Cells first to last from one end of the axis to the other, ends and all: -0.5 to n - 0.5. */
void trl_layer_axis_cells(struct trl_guide_axis *axis, const struct trl_axis_units *units,
                          double first, double last);
/* Values; units are no more than their label. */
void trl_layer_axis_values(struct trl_guide_axis *axis, const struct trl_axis_units *units,
                           double low, double high);
/* Spreads an axis of values as the view does its colours. */
void trl_layer_axis_norm(struct trl_guide_axis *axis, const struct trl_view_params *view);
/* Frames of a film of so many; without ticks where the number is not known (0). */
void trl_layer_axis_frames(struct trl_guide_axis *axis, const struct trl_axis_units *units,
                           int64_t frames);
/* The last so many frames, the newest of which is 0; without ticks where the number is not known
 * (0). */
void trl_layer_axis_past(struct trl_guide_axis *axis, const struct trl_axis_units *units,
                         int64_t frames);
/* Writes name n of a list with / between them. False: it has none. */
bool trl_layer_name(const char *names, int n, char *out, size_t out_size);
/* The ends of the range as a view with these params has them; false if they are each frame's. */
bool trl_layer_range(const struct trl_view_params *view, const float *low, const float *high,
                     double ends[2]);
/* The bar of a view with these params; none where colours have no fixed order of values. */
void trl_layer_bar(struct trl_guide_bar *bar, const char *label, const struct trl_view_params *view,
                   const float *low, const float *high);

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "gpu/gpu.h"
#include "gpu/picture.h"

#include <tensorreel/view.h>

/*
 * Points of a plane: every row of a matrix is one, two of its columns are where it is, a third may
 * be its colour. A vertex shader reads them straight from the tensor's buffer. Phase portraits;
 * eigenvalues, given as two columns (real, imaginary), with the unit circle.
 *
 * Points are discs with smoothed rims, later rows over earlier ones; those whose middle lies
 * outside the picture and those with NaN are not drawn. What they leave behind fades from frame to
 * frame. Exact: places, rims and fading are integer arithmetic, the same on every device.
 *
 * The picture's counts are of the colour's column, or of x without one.
 */
struct trl_points;

/* view gives width and height (both needed), background, and for colours cmap, norm, range, vmin,
 * vmax and nan_color. shape is that of every frame, with tiles 1. Submits and waits once. Errors:
 * TRL_ERROR_USAGE, TRL_ERROR_UNSUPPORTED (points larger than the device's), what buffers and
 * kernels meet. */
int trl_points_create(struct trl_points **out, struct trl_device *device,
                      const struct trl_points_params *params, const struct trl_view_params *view,
                      const struct trl_view_shape *shape);
void trl_points_destroy(struct trl_points **points);

/* Records one frame: rank 3, of the shape given. */
int trl_points_record(struct trl_points *points, struct trl_gpu_cmd *cmd,
                      const struct trl_gpu_tensor *tensor);

/* The picture that record fills. Valid as long as the points. */
const struct trl_picture *trl_points_picture(const struct trl_points *points);
const struct trl_palette *trl_points_palette(const struct trl_points *points);

/* For axes. True if the range of x, or of y, is fixed and known on the host: its values at the left
 * and right, or lower and upper edge. */
bool trl_points_range(const struct trl_points *points, bool y, float *low, float *high);
/* The range in use of x (0), y (1) or colours (2), and its steps, TRL_SCALE_WORDS; for guides. */
struct trl_gpu_buffer *trl_points_scale(const struct trl_points *points, int axis);
/* The whole colour map, of which the points have a few colours; for colour bars. */
const struct trl_palette *trl_points_map(const struct trl_points *points);

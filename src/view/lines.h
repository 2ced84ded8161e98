/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "gpu/gpu.h"
#include "gpu/picture.h"

#include <tensorreel/view.h>

/*
 * Traces: every row of a matrix is a series, its columns the samples, from the left edge to the
 * right. Samples are joined by straight lines of a round pen; where many share a pixel, the line
 * covers all from the smallest to the largest, so no spike is lost. NaN leaves a gap, unless it is
 * narrower than the pen. One sample is a level line. Edges are smoothed in 15 steps; later series
 * lie over earlier ones. Exact: everything is integer arithmetic, the same on every device.
 *
 * Values run upwards. low and high of the picture's counts are the frame's range; they lie
 * trl_lines_pad pixels from the lower and the upper edge.
 */
struct trl_lines;

/* view gives width and height (both needed), norm (not power), range, vmin, vmax, and background;
 * shape is that of every frame, with tiles 1. movie_low and movie_high as for trl_view_create.
 * Submits and waits once. Errors: TRL_ERROR_USAGE, what buffers and kernels meet. */
int trl_lines_create(struct trl_lines **out, struct trl_device *device,
                     const struct trl_lines_params *params, const struct trl_view_params *view,
                     const struct trl_view_shape *shape, const float *movie_low,
                     const float *movie_high);
void trl_lines_destroy(struct trl_lines **lines);

/* Records one frame: rank 3, of the shape given. */
int trl_lines_record(struct trl_lines *lines, struct trl_gpu_cmd *cmd,
                     const struct trl_gpu_tensor *tensor);

/* The picture that record fills. Valid as long as the lines. */
const struct trl_picture *trl_lines_picture(const struct trl_lines *lines);
const struct trl_palette *trl_lines_palette(const struct trl_lines *lines);

/* For axes: pixels between the ends of the range and the edges of the picture. */
int trl_lines_pad(const struct trl_lines *lines);
/* Numbers of the samples at the left and right edge; with roll, of frames, as of the last record.
 */
void trl_lines_samples(const struct trl_lines *lines, int64_t *left, int64_t *right);
/* Colour of a series, for legends. */
void trl_lines_color(const struct trl_lines *lines, int64_t series, uint8_t rgb[3]);
/* The range in use and its steps, TRL_SCALE_WORDS; for guides. */
struct trl_gpu_buffer *trl_lines_scale(const struct trl_lines *lines);

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "gpu/gpu.h"
#include "gpu/picture.h"

#include <tensorreel/view.h>

/*
 * The spike raster: a column a frame, a row a neuron, coloured by population. Where a cell stands
 * for several neurons or frames it is lit by any spike, in the colour of the highest neuron that
 * fired. Rows of 4 pixels and more leave one free between neurons. Exact: the same indices on every
 * device. Palette entry p is the colour of population p.
 *
 * Of the picture's counts, nan is of the frame's elements, under and over of events that are no
 * neuron, low is 0 and high the number of spikes of the frame (an event list's doubles counted
 * twice).
 */
struct trl_raster;

/* view gives width and height (both needed) and the background; its other fields are not used.
 * shape is that of the frames; event lists may differ from it. Submits and waits once. Errors:
 * TRL_ERROR_USAGE, what buffers and kernels meet. */
int trl_raster_create(struct trl_raster **out, struct trl_device *device,
                      const struct trl_raster_params *params, const struct trl_view_params *view,
                      const struct trl_view_shape *shape);
void trl_raster_destroy(struct trl_raster **raster);

/* Records one frame: the tensor has rank 3; its elements count in C order. */
int trl_raster_record(struct trl_raster *raster, struct trl_gpu_cmd *cmd,
                      const struct trl_gpu_tensor *tensor);

/* The picture that record fills. Valid as long as the raster. */
const struct trl_picture *trl_raster_picture(const struct trl_raster *raster);
const struct trl_palette *trl_raster_palette(const struct trl_raster *raster);

/* For axes: frames at the left and right edge as of the last record. */
void trl_raster_frames(const struct trl_raster *raster, int64_t *left, int64_t *right);

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "base/frame.h"
#include "gpu/gpu.h"
#include "gpu/picture.h"

#include <tensorreel/view.h>

/*
 * The heat map: a fragment pass that reads the tensor's own buffer and leaves palette indices.
 * Cells are elements (nearest), groups of elements (the tensor is larger than the picture), or
 * pixels (bilinear).
 */
struct trl_view;

/*
 * shape is that of every frame to come. movie_low and movie_high are the range of the whole movie
 * and used where params->range asks for it; NULL otherwise. Uploads tables: submits and waits once.
 */
int trl_view_create(struct trl_view **out, struct trl_device *device,
                    const struct trl_view_params *params, const struct trl_view_shape *shape,
                    const float *movie_low, const float *movie_high);
void trl_view_destroy(struct trl_view **view);

/* Records the drawing of one frame: analysis if the range is a frame's own, thresholds, the pass.
 * tensor->layout has rank 3, (tiles, rows, columns) as the shape says; with scroll it has rows 1.
 * The picture's buffers hold this frame until the next record on the same queue. */
int trl_view_record(struct trl_view *view, struct trl_gpu_cmd *cmd,
                    const struct trl_gpu_tensor *tensor);

/* The picture that record fills. Valid as long as the view. */
const struct trl_picture *trl_view_picture(const struct trl_view *view);
const struct trl_palette *trl_view_palette(const struct trl_view *view);

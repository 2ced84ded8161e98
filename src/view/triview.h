/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "base/frame.h"
#include "gpu/picture.h"

#include <tensorreel/view.h>

/*
 * Three slices of a volume (z, y, x) as its three planes meet in a corner, at one scale:
 *
 *     y x     y z        rows y, columns x | rows y, columns z
 *     z x                rows z, columns x
 *
 * One pixel of background lies between them. Exact. A volume that has more voxels than there are
 * pixels is reduced as the heat map does it. With TRL_ORIGIN_LOWER each plane is upside down.
 */
struct trl_triview;

/* params as for the heat map, with width and height; scroll and interpolation are not used. shape
 * is that of every volume to come. movie_low and movie_high as for trl_view_create; a frame's own
 * range is that of the whole volume, so that it stays while the slices move. */
int trl_triview_create(struct trl_triview **out, struct trl_device *device,
                       const struct trl_view_params *params, const int64_t shape[3],
                       const float *movie_low, const float *movie_high);
void trl_triview_destroy(struct trl_triview **view);

/* index[n] is the slice of axis n; negative ones count from the end. The counts are those of the
 * three planes, each by itself. */
int trl_triview_record(struct trl_triview *view, struct trl_gpu_cmd *cmd,
                       const struct trl_gpu_tensor *volume, const int64_t index[3]);
const struct trl_picture *trl_triview_picture(const struct trl_triview *view);
const struct trl_palette *trl_triview_palette(const struct trl_triview *view);
/* The range in use and its steps, TRL_SCALE_WORDS; for guides. */
struct trl_gpu_buffer *trl_triview_scale(const struct trl_triview *view);

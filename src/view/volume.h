/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "base/frame.h"
#include "gpu/picture.h"

#include <tensorreel/view.h>

/*
 * A volume (z, y, x) seen by rays. Each frame is staged first: every voxel becomes its place on the
 * scale, in 65,533 steps, and bricks of 8 x 8 x 8 in which nothing is seen are found; they are
 * skipped, and a ray ends once less than 1/1000 of its light is left. Samples are interpolated
 * between eight voxels, NaN left out: it is transparent. What is under or over the range has the
 * colour and opacity of the map's ends.
 *
 * Colours are in full; the largest value is indexed, with NaN where a ray meets nothing else. Not
 * exact: devices differ in how they round and whether a ray just meets a surface. Against a
 * host that computes in double, without skipping or ending early, colours differ by at most 2 of
 * 255 in 999 pixels of 1000, and palette indices by at most 1, by less than 0.1 in the mean; the
 * rest are pixels whose rays touch a face or an edge, where one sample more or less is met.
 */
struct trl_volume;

/* view gives size, colours, norm and range; its aspect, scale, interpolation and reduction are not
 * used. shape is that of every volume to come. movie_low and movie_high as for trl_view_create.
 * TRL_ERROR_UNSUPPORTED for a volume of more voxels than a quarter of the bytes the device binds.
 */
int trl_volume_create(struct trl_volume **out, struct trl_device *device,
                      const struct trl_view_params *view, const struct trl_volume_params *params,
                      const int64_t shape[3], const float *movie_low, const float *movie_high);
void trl_volume_destroy(struct trl_volume **volume);

int trl_volume_record(struct trl_volume *volume, struct trl_gpu_cmd *cmd,
                      const struct trl_gpu_tensor *tensor, const struct trl_orbit *orbit);
const struct trl_picture *trl_volume_picture(const struct trl_volume *volume);
const struct trl_palette *trl_volume_palette(const struct trl_volume *volume);
/* The range in use and its steps, TRL_SCALE_WORDS; for guides. */
struct trl_gpu_buffer *trl_volume_scale(const struct trl_volume *view);

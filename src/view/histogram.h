/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "gpu/gpu.h"
#include "gpu/picture.h"

#include <tensorreel/view.h>

/*
 * How often values occur. Over time: a column a frame, a row a bin, the lowest values lowest, the
 * count as a colour, none as background; frames that share a column are counted together. Or as
 * bars: the frame at hand, values to the right, each bar in the colour of its values.
 *
 * Bins are those of the scale: even in the value, its logarithm or whatever the norm says, exactly
 * as a heat map colours. Values beyond the range and NaN are not in any bin; the picture's counts
 * have them. Exact: counting, scaling and drawing are integer arithmetic, the same on every device.
 */
struct trl_histogram;

/* view gives width and height (both needed), cmap, norm, range, vmin, vmax and background. The
 * range stays over time: where it is not given or the movie's, it is that of the first frame; bars
 * have each frame's own. shape is that of every frame. movie_low and movie_high as for
 * trl_view_create. Submits and waits once. Errors: TRL_ERROR_USAGE, what buffers and kernels meet.
 */
int trl_histogram_create(struct trl_histogram **out, struct trl_device *device,
                         const struct trl_histogram_params *params,
                         const struct trl_view_params *view, const struct trl_view_shape *shape,
                         const float *movie_low, const float *movie_high);
void trl_histogram_destroy(struct trl_histogram **histogram);

/* Records one frame: rank 3, of the shape given. */
int trl_histogram_record(struct trl_histogram *histogram, struct trl_gpu_cmd *cmd,
                         const struct trl_gpu_tensor *tensor);

/* The picture that record fills. Valid as long as the histogram. */
const struct trl_picture *trl_histogram_picture(const struct trl_histogram *histogram);
const struct trl_palette *trl_histogram_palette(const struct trl_histogram *histogram);

/* Frames at the left and right edge as of the last record; over time only. */
void trl_histogram_frames(const struct trl_histogram *histogram, int64_t *left, int64_t *right);
/* The range in use and its steps, TRL_SCALE_WORDS; for guides. */
struct trl_gpu_buffer *trl_histogram_scale(const struct trl_histogram *histogram);

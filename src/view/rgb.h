/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "gpu/picture.h"

#include <tensorreel/view.h>

/*
 * Pictures of channels, in full colour and exact. The byte of a value is the nearest of 255 steps
 * from the lower end of the range to the upper one (what lies between two bytes is worked out in
 * double and rounded up to a float). A pixel is a whole number of pixels wide, or where the tensor
 * is larger than the picture, cells are means: first along columns, then along rows, of colours
 * times alpha, each rounded to 1 in 65025. Pixels with a NaN in a chosen channel have the NaN
 * colour. Transparent ones lie over the background, or over a checkerboard of greys 153 and 102.
 */
struct trl_rgb;
struct trl_log;

/* The picture of a tensor: channels side by side are tiles. TRL_ERROR_USAGE where they do not fit.
 */
int trl_rgb_shape(struct trl_log *log, const struct trl_rgb_params *rgb,
                  const struct trl_layout *layout, struct trl_view_shape *out);

/* params give size, scale, aspect, origin, vmin, vmax, nan_color and background; the rest of them
 * is not used. layout is that of the first frame, of rank 3; later ones have its dtype and shape.
 * Errors: TRL_ERROR_USAGE where channels or size do not fit, TRL_ERROR_UNSUPPORTED for more pixels
 * than the device binds. */
int trl_rgb_create(struct trl_rgb **out, struct trl_device *device,
                   const struct trl_view_params *params, const struct trl_rgb_params *rgb,
                   const struct trl_layout *layout);
void trl_rgb_destroy(struct trl_rgb **view);

/* Counted are all elements, over and under the range too. */
int trl_rgb_record(struct trl_rgb *view, struct trl_gpu_cmd *cmd,
                   const struct trl_gpu_tensor *tensor);
const struct trl_picture *trl_rgb_picture(const struct trl_rgb *view);

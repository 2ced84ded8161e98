/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "gpu/picture.h"

#include <tensorreel/view.h>

/*
 * Complex tensors in full colour, exact: the phase is the hue, the magnitude the brightness.
 *
 * The circle has 256 hues, and the nearest to the phase is taken. Without a colour map hue n is the
 * fully saturated colour at n * 360 / 256 degrees of HSV, straight between the six corners in 8-bit
 * codes: red for 1, yellow-green for i, cyan for -1, violet for -i. With one it is colour n of the
 * map, which should be a cyclic one (twilight). Every channel of it is times place / 255, rounded
 * to the nearest, where place (0 to 255) is the magnitude's on the scale of the view: black below
 * the range, full colour above. The magnitude is right within 2^-22 of itself; magnitudes and parts
 * that are denormal are taken as 0, and one beyond float32 is infinite.
 *
 * Where there are more elements than pixels, cells show the element of the largest magnitude.
 */
struct trl_complex;

/* params give cmap (NULL: HSV), norm, range, size, scale, aspect, origin and colours. The range is
 * that of magnitudes, and begins with 0 if vmin is not given and the norm is linear or a power; so
 * are movie_low and movie_high, without which a movie's range is each frame's own. shape is
 * (rows, columns, 2) of every frame to come: real and imaginary part. TRL_ERROR_USAGE. */
int trl_complex_create(struct trl_complex **out, struct trl_device *device,
                       const struct trl_view_params *params, const int64_t shape[3],
                       const float *movie_low, const float *movie_high);
void trl_complex_destroy(struct trl_complex **view);

/* Counted are magnitudes. */
int trl_complex_record(struct trl_complex *view, struct trl_gpu_cmd *cmd,
                       const struct trl_gpu_tensor *tensor);
const struct trl_picture *trl_complex_picture(const struct trl_complex *view);
/* The 256 hues at full brightness, 0x00BBGGRR, for a legend. */
const uint32_t *trl_complex_hues(const struct trl_complex *view);
/* The range of magnitudes in use, TRL_SCALE_WORDS; for guides. */
struct trl_gpu_buffer *trl_complex_scale(const struct trl_complex *view);

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "base/frame.h"
#include "shared/volume.h"
#include "view/scale.h"

/* What matter of every place on the scale does to light on one step of a ray. */
struct trl_transfer {
    float colors[TRL_VOLUME_COLORS][4];     /* red, green, blue, 0 to 1, times alpha; alpha */
    uint32_t filled[TRL_VOLUME_COLORS + 1]; /* how many before this one are not transparent */
};

/* slabs: how many slabs of the opacity's thickness a step passes. Values of threshold and points
 * become places by the scale, which must know its range: TRL_ERROR_USAGE where it does not, or
 * where opacities are out of range. */
int trl_transfer_init(struct trl_transfer *transfer, struct trl_log *log,
                      const struct trl_volume_params *params, const struct trl_scale *scale,
                      const struct trl_palette *palette, double slabs);

/* The place of a value on a scale whose range is known: 0 to 1, straight between thresholds. */
double trl_scale_place(const struct trl_scale *scale, float value);

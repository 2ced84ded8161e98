/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "base/frame.h"
#include "view/geometry.h"
#include "view/scale.h"

/* The heat map on the host, written for clarity: what the device must leave, cell for cell. */

struct reference_values {
    int64_t tiles, rows, columns;
    float *value; /* C order */
};

/* Numbers that look random and are the same everywhere. */
uint64_t reference_random(uint64_t *state);

/* The elements of a tensor that lies in data, as floats. */
struct reference_values reference_read(const struct trl_layout *layout, const void *data);

/* Thresholds 1 to 255 as keys at [1] to [255]; [0] and [256] are the ends as in the scale buffer.
 */
void reference_thresholds(const struct trl_scale *scale, float low, float high, uint32_t keys[257]);
/* The range of a frame whose range is its own. */
void reference_range(const struct trl_view_params *params, const struct trl_scale *scale,
                     const struct reference_values *values, float *low, float *high);
/* The palette index of a value. */
uint16_t reference_index(const uint32_t keys[257], float value);

/* What the picture's cells and counts must be. values are the elements of the tiles as they are
 * shown; cells has the picture's size without padding. */
uint16_t *reference_cells(const struct trl_view_params *params,
                          const struct trl_view_geometry *geometry, const uint32_t keys[257],
                          float low, float high, const struct reference_values *values);
struct trl_frame_counts reference_counts(const uint32_t keys[257], float low, float high,
                                         const struct reference_values *values);

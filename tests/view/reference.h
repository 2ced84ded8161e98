/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "base/frame.h"
#include "view/camera.h"
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

/* What a running range and a running equalisation remember. */
struct reference_run {
    int frames; /* with a range of their own */
    float low, high, lows[9], highs[9];
    bool known;
    int spread_frames;
    float spread[256], spreads[256][9];
    int *levels; /* of every field, 256 each */
    bool level_known;
};

/* The range of the frame and what it makes of the scale: keys[i] is the key of the first value of
 * step i, keys[256] the first above. Goes on to the next frame. */
void reference_scale(struct reference_run *run, const struct trl_view_params *params,
                     const struct trl_scale *scale, const struct reference_values *values,
                     float *low, float *high, uint32_t keys[257]);
/* The palette index of a value. */
uint16_t reference_index(const uint32_t keys[257], float value);

/* What the picture's cells and counts must be. values are the elements of the tiles as they are
 * shown; cells has the picture's size without padding. pose is NULL without a camera. */
uint16_t *reference_cells(struct reference_run *run, const struct trl_view_params *params,
                          const struct trl_scale *scale, const struct trl_view_geometry *geometry,
                          const struct trl_camera_pose *pose, const uint32_t keys[257], float low,
                          float high, const struct reference_values *values);
struct trl_frame_counts reference_counts(const uint32_t keys[257], float low, float high,
                                         const struct reference_values *values);

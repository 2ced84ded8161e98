/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "gpu/gpu.h"
#include "gpu/upload.h"
#include "gpu/variants.h"
#include "view/analyse.h"
#include "view/geometry.h"

/*
 * Contrast-limited adaptive equalisation. The matrix (each tile) is cut into a grid of fields, at
 * most one an element. The elements of a field that are on the map are counted by the 256 steps of the
 * scale; each count becomes its part of all, floor(2^24 * count / n), so that fields of the same
 * spread show it the same, whatever their size. What exceeds the limit clip * 2^24 / 256 is cut off
 * and shared evenly among all bins, once; step b goes to level floor(65280 * sum(b) / sum(255)) /
 * 256, sum counting what the bins up to b hold. A cell between the middles of four fields shows the
 * mean of their levels, weighted by its distances to 1/256, rounded to the nearest step. All is
 * done in integers.
 */
struct trl_fields {
    struct trl_device *device;
    int rows, columns; /* of the grid of a tile */
    int64_t tiles;
    uint32_t *row_bounds;          /* rows + 1 elements, then columns + 1 */
    struct trl_gpu_buffer *bounds; /* the same */
    struct trl_gpu_buffer *histogram, *levels;
    struct trl_gpu_variants count;
    struct trl_gpu_kernel *level;
};

int trl_fields_init(struct trl_fields *fields, struct trl_upload *upload,
                    const struct trl_view_geometry *geometry, const struct trl_scale *scale);
void trl_fields_destroy(struct trl_fields *fields);

/* rotate: the column of the tensor that is the first. The thresholds must be recorded before. */
int trl_fields_record(struct trl_fields *fields, struct trl_gpu_cmd *cmd,
                      const struct trl_analyse *analyse, const struct trl_gpu_tensor *tensor,
                      uint32_t rotate);

/* The word TRL_SAMPLE_FIELDS of a cell whose middle lies at so many elements along an axis of so
 * many, cut into so many fields. */
uint32_t trl_fields_sample(double middle, int64_t elements, int fields);

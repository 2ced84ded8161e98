/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "gpu/gpu.h"
#include "view/analyse.h"
#include "view/geometry.h"
#include "gpu/variants.h"
#include "gpu/upload.h"

#define TRL_REDUCE_LEVELS 6
/* A cell is made from at most so many elements, or cells of the level before, along an axis. */
#define TRL_REDUCE_BLOCK 64

/*
 * Makes a frame small: cell (i, j) of a tile of n x m elements in r x c cells stands for the rows
 * floor(i * n / r) to floor((i + 1) * n / r) - 1 and the columns likewise. Large cells are reduced
 * over several levels.
 */
struct trl_reduce_level {
    struct trl_gpu_buffer *bounds; /* rows + 1 words, then columns + 1: from level before */
    uint32_t *row_bounds, *column_bounds;
    int64_t row_block, column_block; /* the largest difference of two */
    struct trl_gpu_tensor cells;     /* what comes out; pairs of words but for the last level */
    struct trl_gpu_variants kernels;
};

struct trl_reduction {
    struct trl_device *device;
    int levels;
    struct trl_reduce_level level[TRL_REDUCE_LEVELS];
};

int trl_reduction_init(struct trl_reduction *reduction, struct trl_upload *upload,
                       const struct trl_view_geometry *geometry, enum trl_reduce reduce);
void trl_reduction_destroy(struct trl_reduction *reduction);

/* rotate: the column of the tensor that is the first. The result is *out, float32. */
int trl_reduction_record(struct trl_reduction *reduction, struct trl_gpu_cmd *cmd,
                         const struct trl_analyse *analyse, const struct trl_gpu_tensor *tensor,
                         uint32_t rotate, struct trl_gpu_tensor *out);

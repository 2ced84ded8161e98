/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "gpu/gpu.h"
#include "view/analyse.h"
#include "gpu/variants.h"

#define TRL_REDUCE_LEVELS 6
/* A cell is made from at most so many elements, or cells of the level before, along an axis. */
#define TRL_REDUCE_BLOCK 64

/*
 * Makes a frame small: every cell stands for a block of elements, in rows and columns that lie side
 * by side. Large cells are reduced over several levels.
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

/* What a reduction must be able to do at most. */
struct trl_reduce_size {
    int64_t tiles, rows, columns;    /* elements */
    int64_t cell_rows, cell_columns; /* of a tile */
    int64_t row_block, column_block; /* elements of the largest cell */
};

/* Along an axis cell i stands for elements ends[i - 1] (the first: first) to ends[i] - 1. */
struct trl_reduce_axis {
    int64_t first;
    int64_t *ends;
    int64_t cells; /* 1 or more */
};

int trl_reduction_init(struct trl_reduction *reduction, struct trl_device *device,
                       const struct trl_reduce_size *size, enum trl_reduce reduce);
/* Records which elements the cells of records to come stand for. The ends are used up. */
int trl_reduction_aim(struct trl_reduction *reduction, struct trl_gpu_cmd *cmd,
                      const struct trl_reduce_axis *rows, const struct trl_reduce_axis *columns);
void trl_reduction_destroy(struct trl_reduction *reduction);

/* rotate: the column of the tensor that is the first. The result is *out, float32. */
int trl_reduction_record(struct trl_reduction *reduction, struct trl_gpu_cmd *cmd,
                         const struct trl_analyse *analyse, const struct trl_gpu_tensor *tensor,
                         uint32_t rotate, struct trl_gpu_tensor *out);

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "gpu/gpu.h"

/*
 * A tensor (tiles, rows, columns) that is more than a kernel can bind is made in bands: some tiles
 * whole, or some rows of one tile, each with the rows around it that a window reaches.
 */
struct trl_filter_bands {
    uint64_t limit, alignment; /* bytes */
    int64_t tiles, rows;       /* of a band */
    int64_t tile, row;         /* first ones of the band at hand */
    int64_t tile_count, row_count;
    bool started;
};

/* Finds bands in which `in` with `above` and `below` rows around, and a dense float32 tensor of its
 * shape, both fit. limit: 0, or less than what the device binds. TRL_ERROR_UNSUPPORTED if a single
 * row does not. */
int trl_filter_bands_begin(struct trl_filter_bands *bands, struct trl_device *device,
                           uint64_t limit, const struct trl_layout *in, int above, int below);
/* The next band, the first at first. False after the last. */
bool trl_filter_bands_next(struct trl_filter_bands *bands, const struct trl_layout *in);

/* Binds these rows of the band's tiles. *base is the number of element (0, 0, 0) of the tensor,
 * counted from the start of what is bound, mod 2^32. */
struct trl_gpu_binding trl_filter_bands_bind(const struct trl_filter_bands *bands,
                                             const struct trl_gpu_tensor *tensor, int64_t row,
                                             int64_t row_end, uint32_t *base);

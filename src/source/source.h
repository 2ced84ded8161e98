/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <tensorreel/source.h>

/*
 * A block is a run of consecutive frames as they lie together in memory. For a C-ordered file with
 * the frame axis first it is one frame; where frames interleave (Fortran order, --axes HWT) it is
 * as many frames as the block limit allows, so that nothing is transposed and the file is read
 * once. 64-bit elements are narrowed to float32 while they are read (round to nearest even).
 * Strides and offset of the layout may differ from one input file to the next; its shape, dtype
 * and byte order never do.
 */
struct trl_source_block {
    int64_t first;       /* number of its first frame, counted from 0 in the film */
    int64_t frame_count; /* 0: the end */
    uint64_t size_bytes; /* of the data */
    /* Layout of frame 0 of the block: rank 3, (tiles, rows, columns); dtype as delivered (never
     * F64, I64, U64). Frame n lies n * frame_stride elements further. */
    struct trl_layout layout;
    int64_t frame_stride;
};

/* All frames of a block as one layout of rank 4, frames first: what trl_scan_add should be given,
 * since it walks such a layout in the order of memory. */
static inline struct trl_layout trl_source_block_layout(const struct trl_source_block *block)
{
    struct trl_layout out = block->layout;
    out.rank = 4;
    out.shape[0] = block->frame_count;
    out.stride[0] = block->frame_stride;
    for (int i = 0; i < 3; i++) {
        out.shape[i + 1] = block->layout.shape[i];
        out.stride[i + 1] = block->layout.stride[i];
    }
    return out;
}

/* Limits blocks of interleaved frames to so many bytes (0: the default, 256 MiB); a block holds at
 * least one frame whatever the limit. Only before the first trl_source_read. */
void trl_source_limit_blocks(struct trl_source *source, uint64_t limit_bytes);

/* The largest block this source delivers. Fixed from the first trl_source_read on. */
uint64_t trl_source_block_bytes_max(const struct trl_source *source);

/* Reads the next block into data[capacity], which must be aligned for float. Blocks until it is
 * there. TRL_ERROR_INPUT names file and byte. A pipe that ends inside a record is an error; one
 * that ends between two is the end. TRL_ERROR_USAGE if capacity is too small for the block. */
int trl_source_read(struct trl_source *source, struct trl_source_block *block, void *data,
                    uint64_t capacity);

/* Starts again at the first frame. Only if info->rewindable. */
int trl_source_rewind(struct trl_source *source);

/* Makes a read that is blocked, and every later one, return TRL_ERROR_CANCELLED (not logged).
 * Any thread; async-signal-safe. */
void trl_source_cancel(struct trl_source *source);

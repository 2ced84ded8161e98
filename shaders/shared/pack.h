/* SPDX-License-Identifier: BSD-2-Clause */
/* Push constants of the kernels that turn pictures into the planes of a frame. Offsets and strides
 * count 32-bit words. */
#ifndef TRL_SHARED_PACK_H
#define TRL_SHARED_PACK_H

#include "shared/portable.h"

#define TRL_PACK_GROUP 64
#define TRL_PACK_NARROW_GROUP 256 /* at most */
#define TRL_PACK_BACKGROUND 259u /* TRL_PALETTE_BACKGROUND */

/* What a row kernel writes: specialisation constant 0. */
#define TRL_PACK_I420 0
#define TRL_PACK_I444 1
#define TRL_PACK_RGB24 2
#define TRL_PACK_BGR0 3
#define TRL_PACK_PAL8 4 /* low 8 bits of the indices to plane 0, the ninth to plane 1 */

/* Where the pixels come from: specialisation constant 1. */
#define TRL_PACK_FROM_CELLS 0 /* indices of cells, found through the maps */
#define TRL_PACK_FROM_WORDS 1 /* 0x..BBGGRR, one a pixel */

/*
 * A span tells which cells 16 pixels in a row and the one left of them show: at most four runs, all
 * but the first and last of two pixels at least. Columns of runs 0 and 1, then of 2 and 3 (16 bits
 * each), then the pixels where runs 1, 2 and 3 begin (8 bits each), 16 and above for none. Wide
 * cells are looked up once instead of at every pixel.
 */
#define TRL_PACK_SPAN_PIXELS 16
#define TRL_PACK_SPAN_RUNS 4
#define TRL_PACK_SPAN_WORDS 3
/* Rows that an invocation writes with one span. */
#define TRL_PACK_SPAN_ROWS 16u

struct trl_pack_push {
    trl_u32 width;    /* pixels to write, padding included */
    trl_u32 skip;     /* pixels of the first turn that belong to others */
    trl_u32 pad_left; /* pixels of background */
    trl_u32 shown;    /* pixels with background, to be repeated beyond */
    trl_u32 shown_rows;
    trl_u32 background;
    trl_u32 picture_width;
    trl_u32 picture_height;
    trl_u32 source_columns;
    trl_u32 source_rows;
    trl_u32 source_stride;
    trl_u32 mapped;    /* 1: row y shows source row rows[y]; 0: source row y */
    trl_u32 row_count; /* source rows or rows, as mapped says */
    trl_u32 offset[3];
    trl_u32 stride[3];
};

#endif

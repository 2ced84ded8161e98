/* SPDX-License-Identifier: BSD-2-Clause */
/* Push constants of the kernels that turn a picture into the planes of a frame. Offsets and strides
 * count 32-bit words. */
#ifndef TRL_SHARED_PACK_H
#define TRL_SHARED_PACK_H

#include "shared/portable.h"

#define TRL_PACK_GROUP 64
#define TRL_PACK_BACKGROUND 259u /* TRL_PALETTE_BACKGROUND */

/* What a row kernel writes: specialisation constant 0. */
#define TRL_PACK_I420 0 /* luma to plane 0, chroma meant over columns only to planes 1 and 2 */
#define TRL_PACK_I444 1
#define TRL_PACK_RGB24 2
#define TRL_PACK_BGR0 3
#define TRL_PACK_PAL8 4  /* low 8 bits of the indices to plane 0 */
#define TRL_PACK_NINTH 5 /* the ninth bits, 32 pixels a word, to plane 0 */

/* Where the pixels come from: specialisation constant 1. */
#define TRL_PACK_FROM_CELLS 0  /* indices of cells, found through the column map */
#define TRL_PACK_FROM_SPANS 1  /* the same, found through spans */
#define TRL_PACK_FROM_CANVAS 2 /* words 0x..BBGGRR, one a pixel */

/*
 * A span names the cells that 16 pixels in a row show, at most four: columns 0 and 1, columns 2 and
 * 3 (16 bits each), then which of them each pixel shows (2 bits each), then which the pixel left of
 * them. Wide cells are looked up once instead of at every pixel.
 */
#define TRL_PACK_SPAN_PIXELS 16
#define TRL_PACK_SPAN_CELLS 4
#define TRL_PACK_SPAN_WORDS 4

struct trl_pack_push {
    trl_u32 width; /* pixels to write, padding included */
    trl_u32 picture_width;
    trl_u32 source_columns;
    trl_u32 source_rows;
    trl_u32 source_stride;
    trl_u32 direct; /* 1: row y shows source row rows[y]; 0: source rows are written one by one */
    trl_u32 picture_height;
    trl_u32 offset[3];
    trl_u32 stride[3];
};

/* Rows of a plane from rows that were written once. A list entry is two words: the row of the
 * plane, then the source rows it is the mean of, which may be the same (16 bits each). */
struct trl_spread_push {
    trl_u32 words; /* of a row */
    trl_u32 source_offset, source_stride;
    trl_u32 offset, stride;
};

#endif

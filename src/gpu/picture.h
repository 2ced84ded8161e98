/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "gpu/gpu.h"

/*
 * A picture as a view leaves it on the device and the packer takes it, in one of two ways.
 *
 * Indexed: a grid of cells that hold palette indices, and for every pixel column and row the cell
 * that it shows. A pixel (x, y) has the colour palette[cells[rows[y]][columns[x]]], or
 * palette[TRL_PALETTE_BACKGROUND] where either is TRL_PICTURE_OUTSIDE. Nothing of it is ever
 * blended or filtered, so every way of packing it gives the same pixels.
 *
 * Full colour: pixel (x, y) is words[y * width + x], 0x00BBGGRR; all that belongs to cells is 0.
 */
#define TRL_PICTURE_OUTSIDE 0xffffu

struct trl_picture {
    int width, height;            /* pixels */
    struct trl_gpu_buffer *words; /* full colour; NULL: indexed */
    int cell_columns, cell_rows;
    uint32_t cell_stride;                 /* cells from one row to the next; even */
    struct trl_gpu_buffer *cells;         /* uint16 indices, two in a word, the lower half first */
    struct trl_gpu_buffer *columns;       /* uint16 for every x, two in a word */
    struct trl_gpu_buffer *rows;          /* uint16 for every y, two in a word */
    const uint16_t *column_map, *row_map; /* columns and rows once more, on the host */
    struct trl_gpu_buffer *palette;       /* TRL_PALETTE_SIZE words 0x00BBGGRR */
    struct trl_gpu_buffer *counts;        /* struct trl_frame_counts; NULL: it counts nothing */
};

/*
 * A frame is put together from parts, painted in their order; together they cover it. A part is its
 * picture with so many columns and rows of background around it. Its corner lies at even pixels and
 * its sizes, background included, are even, unless it reaches the frame's edge there.
 *
 * Chroma of 4:2:0 is meant within a part. It is that of the whole frame if the part's first and
 * last columns and the column left of it are background.
 */
struct trl_part {
    const struct trl_picture *picture;
    int x, y; /* of the corner, background included */
    int pad_left, pad_right, pad_bottom;
    bool still; /* the same in every frame */
};

struct trl_composition {
    int width, height; /* of the frame */
    const struct trl_part *parts;
    int part_count;
    uint32_t background;           /* 0x00BBGGRR, around pictures in full colour */
    struct trl_gpu_buffer *counts; /* struct trl_frame_counts */
};

/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernels of pictures of channels and the host that records them agree on. */
#ifndef TRL_SHARED_RGB_H
#define TRL_SHARED_RGB_H

#include "shared/portable.h"

#define TRL_RGB_LANES 64u
/* A gathered pixel is a word 0xAABBGGRR; no alpha leaves no colour, and one word tells of NaN. */
#define TRL_RGB_NAN 1u
#define TRL_RGB_OPAQUE 0xff000000u
#define TRL_RGB_NONE 0xffffffffu

/* Words of the table of bytes: byte n is of all keys from word n on, below word n + 1. */
#define TRL_RGB_KEYS 0u
#define TRL_RGB_LOW 257u    /* value of byte 0, float bits */
#define TRL_RGB_FACTOR 258u /* bytes per unit, float bits */
#define TRL_RGB_FIRST 259u  /* key of the smallest value within the range */
#define TRL_RGB_END 260u    /* key behind the largest */
#define TRL_RGB_WORDS 261u

struct trl_rgb_gather_push {
    trl_u32 base; /* wraps, as do the strides */
    trl_u32 row_stride;
    trl_u32 column_stride;
    trl_u32 channel[4]; /* how far each lies from the base; TRL_RGB_NONE: there is none */
    trl_u32 start[2];   /* row, column */
    trl_u32 count[2];
    trl_u32 columns; /* of the whole picture */
    trl_u32 merge;   /* keep the bytes of channels that are not there */
};

/* Means along one axis. Cell n is made from what lies from bounds[n] to bounds[n + 1]. */
struct trl_rgb_box_push {
    trl_u32 rows; /* that come out */
    trl_u32 columns;
    trl_u32 source_columns;
    trl_u32 along_rows;
    trl_u32 nan_color; /* 0x00BBGGRR */
};

struct trl_rgb_draw_push {
    trl_u32 width;
    trl_u32 height;
    trl_u32 cell_rows; /* of a tile */
    trl_u32 cell_columns;
    trl_u32 grid_columns;
    trl_u32 tiles;
    trl_u32 alpha_tile; /* that shows alpha, in a picture of channels side by side */
    trl_u32 nan_color;
    trl_u32 background;
    trl_u32 checker; /* 0: none */
};

#endif

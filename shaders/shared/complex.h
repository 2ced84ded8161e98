/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernels of complex pictures and the host that records them agree on. */
#ifndef TRL_SHARED_COMPLEX_H
#define TRL_SHARED_COMPLEX_H

#include "shared/portable.h"

#define TRL_COMPLEX_LANES 64u

/* Words of the table: from which slope on an angle below 45 degrees is nearest to step n + 1 of 256
 * around the circle (float bits), then the colour of every step (0x00BBGGRR). */
#define TRL_COMPLEX_SLOPES 0u
#define TRL_COMPLEX_SLOPE_COUNT 32u
#define TRL_COMPLEX_COLORS 32u
#define TRL_COMPLEX_WORDS 288u

struct trl_complex_polar_push {
    trl_u32 base; /* wraps, as do the strides */
    trl_u32 row_stride;
    trl_u32 column_stride;
    trl_u32 part_stride; /* from the real to the imaginary part */
    trl_u32 start[2];    /* row, column */
    trl_u32 count[2];
    trl_u32 columns; /* of the whole tensor */
};

/* The largest along one axis. Cell n is made from what lies from bounds[n] to bounds[n + 1]. */
struct trl_complex_largest_push {
    trl_u32 rows; /* that come out */
    trl_u32 columns;
    trl_u32 source_columns;
    trl_u32 along_rows;
};

struct trl_complex_draw_push {
    trl_u32 width;
    trl_u32 height;
    trl_u32 cell_columns;
    trl_u32 nan_color;
    trl_u32 background;
};

#endif

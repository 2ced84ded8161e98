/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernels of the charts (raster, lines, points, histogram) and their hosts agree on. */
#ifndef TRL_SHARED_CHART_H
#define TRL_SHARED_CHART_H

#include "shared/portable.h"
#include "shared/view.h"

/* A ring of columns of cells: cell (row, slot) is half-word row * stride + slot. */
struct trl_strip_push {
    trl_u32 columns;
    trl_u32 rows;
    trl_u32 stride; /* half-words, even */
    trl_u32 first;  /* slot that is drawn leftmost */
};

#define TRL_RASTER_MASK 0u
#define TRL_RASTER_BITS 1u
#define TRL_RASTER_EVENTS 2u

/* Words of the marks buffer: for every row 1 + the highest neuron that fired, then these. */
#define TRL_RASTER_SPIKES 0u
#define TRL_RASTER_NAN 1u
#define TRL_RASTER_BELOW 2u /* events that are no neuron */
#define TRL_RASTER_ABOVE 3u
#define TRL_RASTER_SUMS 4u

/* A block of the elements, which are numbered through in C order. */
struct trl_raster_push {
    trl_u32 base;
    trl_u32 stride[3];
    trl_u32 start[3];
    trl_u32 count[3];
    trl_u32 shape[2]; /* of the two inner axes */
    trl_u32 steps;    /* of 256 elements along the last axis, a workgroup */
    trl_u32 neurons;
    trl_u32 rows;
};

struct trl_raster_column_push {
    trl_u32 rows;
    trl_u32 stride;
    trl_u32 slot;
    trl_u32 populations;
};

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernels of the charts (raster, lines, points, histogram) and their hosts agree on. */
#ifndef TRL_SHARED_CHART_H
#define TRL_SHARED_CHART_H

#include "shared/portable.h"
#include "shared/scale.h"
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
    trl_u32 elements; /* of the frame */
};

/* ---- lines ---- */

#define TRL_LINES_SUBCOLUMNS 4 /* of a pixel */
#define TRL_LINES_LEVELS 15u   /* of coverage; index = colour * levels + level - 1 */
#define TRL_LINES_COLORS 16u
#define TRL_LINES_GROUP 32u       /* series that are drawn at once */
#define TRL_LINES_ROWS 32u        /* of cells that an invocation draws */
#define TRL_LINES_NONE 0x3fffffff /* differences of two fit too */

/* A column of a picture of lines: edge c lies between samples index and index + 1. */
struct trl_lines_push {
    trl_place place;
    trl_u32 columns; /* sub-columns */
    trl_u32 start;   /* of the columns that are read */
    trl_u32 count;
    trl_u32 series; /* first of the group */
    trl_u32 series_count;
    trl_u32 height; /* sub-pixels */
    trl_u32 part;   /* samples an invocation */
};

struct trl_lines_pen_push {
    trl_u32 columns;
    trl_u32 series_count;
    trl_u32 reach; /* sub-columns to either side */
};

struct trl_lines_draw_push {
    trl_u32 columns; /* sub-columns */
    trl_u32 stride;  /* cells */
    trl_u32 rows;
    trl_u32 series; /* first of the group */
    trl_u32 series_count;
    trl_u32 colors;
};

TRL_SHARED trl_i32 trl_lines_between(trl_i32 a, trl_i32 b, trl_u32 part)
{
    trl_u32 size = TRL_UINT(b < a ? a - b : b - a);
    trl_i32 step = TRL_INT(trl_mul_wide(size, part << 16).hi);
    return b < a ? a - step : a + step;
}

/* A cell that has an index gets so much of a line more (1 to TRL_LINES_LEVELS): what covers half
 * the pixel or more is seen, and the pixel is as full as the fuller of the two. */
TRL_SHARED trl_u32 trl_lines_over(trl_u32 index, trl_u32 color, trl_u32 level)
{
    trl_u32 below = 0u, below_color = color;
    if (index != TRL_INDEX_BACKGROUND) {
        below = index % TRL_LINES_LEVELS + 1u;
        below_color = index / TRL_LINES_LEVELS;
    }
    bool seen = 2u * level >= TRL_LINES_LEVELS || level >= below;
    return (seen ? color : below_color) * TRL_LINES_LEVELS + (level > below ? level : below) - 1u;
}

/* ---- points ---- */

/* A point's pixel: colour << 8 | strength (1 to 255); 0: nothing. */
#define TRL_POINTS_COLORS 31u /* steps of a colour map, and behind them NaN's */
#define TRL_POINTS_LEVELS 8u  /* of strength, with a colour map */
#define TRL_POINTS_PLAIN 240u /* of strength, with one colour */
#define TRL_POINTS_GUIDE 248u /* first index of guides */
#define TRL_POINTS_GUIDES 7u

struct trl_points_push {
    trl_u32 base;
    trl_u32 stride; /* from point to point; of the columns: */
    trl_u32 x_offset;
    trl_u32 y_offset;
    trl_u32 color_offset;
    trl_u32 width; /* pixels */
    trl_u32 height;
    trl_u32 size;
    trl_i32 radius; /* sub-pixels */
};

struct trl_points_blend_push {
    trl_u32 words;
    trl_u32 decay; /* 65536ths of the strength that a frame leaves */
};

TRL_SHARED trl_u32 trl_root(trl_u32 square)
{
    trl_u32 low = 0u;
    for (trl_u32 bit = 0x8000u; bit != 0u; bit >>= 1)
        if ((low + bit) * (low + bit) <= square)
            low += bit;
    return low;
}

/* How full a pixel is whose middle is so far (squared, in 64ths of a pixel) from that of a disc. */
TRL_SHARED trl_u32 trl_points_strength(trl_u32 square, trl_i32 radius)
{
    trl_i32 inside = radius + 32 - TRL_INT(trl_root(square));
    if (inside <= 0)
        return 0u;
    return inside >= 64 ? 255u : TRL_UINT(inside) * 255u >> 6;
}

TRL_SHARED trl_u32 trl_points_fade(trl_u32 now, trl_u32 past, trl_u32 decay)
{
    trl_u32 left = (past & 0xffu) * decay >> 16;
    if ((now & 0xffu) >= left)
        return now;
    return (past & 0xff00u) | left;
}

/* Faint points do not hide a guide. */
TRL_SHARED trl_u32 trl_points_index(trl_u32 point, trl_u32 guide, trl_u32 colors)
{
    trl_u32 levels = colors == 1u ? TRL_POINTS_PLAIN : TRL_POINTS_LEVELS;
    trl_u32 strength = point & 0xffu;
    trl_u32 level = (strength * levels + 127u) / 255u;
    if (guide != 0u && strength < 128u)
        return TRL_POINTS_GUIDE + guide - 1u;
    if (level == 0u)
        return TRL_INDEX_BACKGROUND;
    return (point >> 8) * levels + level - 1u;
}

/* ---- histogram ---- */

#define TRL_HISTOGRAM_COLORS 32u /* of bars */
#define TRL_HISTOGRAM_LEVELS 8u  /* of how much of a pixel a bar's end covers */

struct trl_histogram_bins_push {
    trl_u32 bins;   /* a power of 2, at most 256 */
    trl_u32 top;    /* count of a full bin; 0: the largest of the frame */
    trl_u32 stride; /* of the ring; 0: there is none */
    trl_u32 slot;
};

struct trl_histogram_bars_push {
    trl_u32 width;
    trl_u32 height;
    trl_u32 stride;
    trl_u32 bins;
    trl_u32 full; /* height of a full bar, in levels */
};

/* log2 of a count above 0, 16 bits behind the point. */
TRL_SHARED trl_u32 trl_histogram_log(trl_u32 count)
{
    trl_i32 top = trl_top_bit(count);
    trl_u32 mantissa = top > 23 ? count >> (top - 23) : count << (23 - top);
    trl_fixed log = trl_log2((TRL_UINT(top + 127) << 23) | (mantissa & 0x7fffffu));
    return (log.hi << 16) | (log.lo >> 16);
}

/* Counts are at most 2^31. count / top in 65536ths, not more than 65536. By logarithms it is the
 * place on a symlog scale with a threshold of 1, from 0 to top: 0 for none, else
 * (10 / 9 + lg count) / (10 / 9 + lg top). */
TRL_SHARED trl_u32 trl_histogram_part(trl_u32 count, trl_u32 top, trl_u32 logarithmic)
{
    if (count >= top)
        return 0x10000u;
    if (logarithmic != 0u) {
        trl_u32 one = 241895u; /* 10 / 9 * log2(10) */
        count = count == 0u ? 0u : (trl_histogram_log(count) + one) >> 6;
        top = (trl_histogram_log(top) + one) >> 6;
    }
    trl_i32 shift = trl_top_bit(top) - 15;
    if (shift > 0) {
        count >>= shift;
        top >>= shift;
    }
    return (count << 16) / top;
}

TRL_SHARED trl_u32 trl_histogram_color(trl_u32 part)
{
    return (part * 255u + 0x8000u) >> 16;
}

/* The index of a pixel of a bar; rows count upwards. Bars of 4 pixels and more leave one free. */
TRL_SHARED trl_u32 trl_histogram_bar(trl_u32 x, trl_u32 row, trl_u32 part, trl_u32 width,
                                     trl_u32 bins, trl_u32 full)
{
    trl_u32 bin = x * bins / width;
    trl_u32 end = (part * full) >> 16;
    trl_u32 start = row * TRL_HISTOGRAM_LEVELS;
    if (end <= start || (width / bins >= 4u && (x + 1u) * bins / width != bin))
        return TRL_INDEX_BACKGROUND;
    trl_u32 level = end - start < TRL_HISTOGRAM_LEVELS ? end - start : TRL_HISTOGRAM_LEVELS;
    return bin * TRL_HISTOGRAM_COLORS / bins * TRL_HISTOGRAM_LEVELS + level - 1u;
}

#endif

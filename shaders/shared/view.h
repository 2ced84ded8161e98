/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernels of the view and the host that records them agree on. */
#ifndef TRL_SHARED_VIEW_H
#define TRL_SHARED_VIEW_H

#include "shared/portable.h"
#include "shared/walk.h"

/* Words of the scale buffer. */
#define TRL_SCALE_LOW 0u /* range in use, float bits */
#define TRL_SCALE_HIGH 1u
#define TRL_SCALE_GUESS 2u     /* steps per half unit or octave, float bits; 0: do not guess */
#define TRL_SCALE_SEEN_LOW 4u  /* ~key of the frame's own range; 0: there is none */
#define TRL_SCALE_SEEN_HIGH 5u /* key; 0: there is none */
#define TRL_SCALE_SELECT 6u    /* prefix and rank of the low percentile, then of the high one */
#define TRL_SCALE_KEYS 16u     /* key of low, of the 255 thresholds, and of high plus 1 */
#define TRL_SCALE_RUN_COUNT 276u /* a running range: frames that had one so far */
#define TRL_SCALE_RUN_LOW 277u   /* and where it stands, keys */
#define TRL_SCALE_RUN_HIGH 278u
#define TRL_SCALE_RUN_LOWS 280u /* ranges of the last TRL_RUN_FRAMES, keys */
#define TRL_SCALE_RUN_HIGHS 290u
#define TRL_SCALE_WORDS 300u

/* Words of the setup buffer, which the host writes once. */
#define TRL_SETUP_FIXED 0u /* bit 0: low is given, bit 1: high is given */
#define TRL_SETUP_LOW_FIXED 1u
#define TRL_SETUP_HIGH_FIXED 2u
#define TRL_SETUP_RUNNING 4u
#define TRL_SETUP_CENTERED 8u
#define TRL_SETUP_LOW 1u   /* float bits; what a frame without values gets if it is not given */
#define TRL_SETUP_HIGH 2u
#define TRL_SETUP_SYMLOG 3u  /* linthresh, exponent and mantissa of up, of down */
#define TRL_SETUP_PERCENT 8u /* low and high percentile in millionths of a per cent */
#define TRL_SETUP_CENTER 10u /* float bits */
#define TRL_SETUP_SHRINK 11u /* parts of 256 by which a running range shrinks in a frame */
#define TRL_SETUP_CLIP 12u   /* mean heights of the histogram, parts of 256 */
#define TRL_SETUP_POWER 16u  /* exponent and mantissa of (i / 256) ^ (1 / gamma), 256 times */
#define TRL_SETUP_WORDS 528u

/* Words of the counts buffer: struct trl_frame_counts, and whether anything is to be counted. */
#define TRL_COUNT_NAN 0u
#define TRL_COUNT_POS_INF 1u
#define TRL_COUNT_NEG_INF 2u
#define TRL_COUNT_UNDER 3u
#define TRL_COUNT_OVER 4u
#define TRL_COUNT_LOW 5u
#define TRL_COUNT_HIGH 6u
#define TRL_COUNT_FINITE 7u
#define TRL_COUNT_SPECIAL 8u
#define TRL_COUNT_WORDS 9u

/* enum trl_palette_index, trl_norm and trl_reduce. */
#define TRL_INDEX_NAN 256u
#define TRL_INDEX_UNDER 257u
#define TRL_INDEX_OVER 258u
#define TRL_INDEX_BACKGROUND 259u
#define TRL_NORM_IS_LINEAR 0u
#define TRL_NORM_IS_LOG 1u
#define TRL_NORM_IS_SYMLOG 2u
#define TRL_NORM_IS_POWER 3u
#define TRL_REDUCE_BY_MAX 1u
#define TRL_REDUCE_BY_MEAN 2u
#define TRL_REDUCE_BY_MINMAX 3u

/* How the number of a value's threshold is guessed. */
#define TRL_GUESS_NONE 0u
#define TRL_GUESS_LINEAR 1u
#define TRL_GUESS_LOG 2u

/* The mean's count of a cell: these bits tell that an infinity was met. */
#define TRL_MEAN_POS_INF 0x80000000u
#define TRL_MEAN_NEG_INF 0x40000000u
#define TRL_MEAN_COUNT 0x3fffffffu

#define TRL_HISTOGRAM_BINS 2048u

/* Words of the ranks buffer of an equalisation. Ranks 1 to 255 are narrowed down in three passes
 * over the frame; what each pass leaves are the upper bits of the rank's key, and the rank among
 * the elements that share them. Word 0 of the first row counts elements. */
#define TRL_RANK_KEYS(pass) (512u * (pass))
#define TRL_RANK_REST(pass) (512u * (pass) + 256u)
#define TRL_RANK_RUN_COUNT 1536u /* a running one: frames so far, where it stands, the last ones */
#define TRL_RANK_RUN_HELD 1792u
#define TRL_RANK_RUN_LAST 2048u
#define TRL_RANK_WORDS 4352u

/* The steps of an adaptive equalisation: 256 levels for every field of the grid, in parts of 256.
 */
#define TRL_LEVEL_NONE 0xffffffffu

/* Words for every cell column, then every cell row of a tile. */
#define TRL_SAMPLE_FIRST 0u      /* element, or TRL_SAMPLE_OUTSIDE */
#define TRL_SAMPLE_SECOND 1u     /* the next, where cells lie between elements */
#define TRL_SAMPLE_FIRST_PART 2u /* weights, float bits */
#define TRL_SAMPLE_SECOND_PART 3u
#define TRL_SAMPLE_FIELDS 4u /* two fields of the grid (8 bits each), weight of the second / 256 */
#define TRL_SAMPLE_WORDS 5u
#define TRL_SAMPLE_OUTSIDE 0xffffffffu

/* A tensor (tiles, rows, columns) in the words that are bound. Sums wrap, so base and strides may
 * be negative. Columns are counted from rotate, around. */
struct trl_place {
    trl_u32 base;
    trl_u32 tile_stride;
    trl_u32 row_stride;
    trl_u32 column_stride;
    trl_u32 columns;
    trl_u32 rotate;
};

#ifndef VULKAN
typedef struct trl_place trl_place;
#endif

struct trl_classify_push {
    trl_place place;
    trl_u32 tiles;
    trl_u32 grid_columns;
    trl_u32 cell_rows; /* of a tile */
    trl_u32 cell_columns;
    trl_u32 field_rows; /* of the grid of an adaptive equalisation */
    trl_u32 field_columns;
};

/* Fields of the grid of an adaptive equalisation. */
struct trl_fields_push {
    trl_place place;
    trl_u32 column_bounds; /* word of the bounds buffer; rows begin at 0 */
    trl_u32 field_rows;
    trl_u32 field_columns;
    trl_u32 start[3]; /* tile, row, column */
    trl_u32 rows;     /* fields of the window from start on */
    trl_u32 tiles;
};

/* A block of cells of one level of reduction. */
struct trl_reduce_push {
    trl_place place;
    trl_u32 row_bounds; /* word of the bounds buffer */
    trl_u32 column_bounds;
    trl_u32 cell_rows;
    trl_u32 cell_columns;
    trl_u32 start[3]; /* tile, row, column */
    trl_u32 count[3];
};

struct trl_count_push {
    trl_walk walk;
    trl_u32 always; /* whatever the special word says */
};

struct trl_append_push {
    trl_u32 base;
    trl_u32 stride;
    trl_u32 count;
    trl_u32 start; /* word of the ring */
};

#endif

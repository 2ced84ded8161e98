/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernels of tensor operations and the host that records them agree on. */
#ifndef TRL_SHARED_OPS_H
#define TRL_SHARED_OPS_H

#include "shared/portable.h"

#define TRL_OPS_LANES 256

/* How elements lie: enum trl_dtype, and whether bytes are swapped. */
#define TRL_OPS_F32 1u
#define TRL_OPS_F16 2u
#define TRL_OPS_BF16 3u
#define TRL_OPS_I8 5u
#define TRL_OPS_U8 6u
#define TRL_OPS_I16 7u
#define TRL_OPS_U16 8u
#define TRL_OPS_I32 9u
#define TRL_OPS_U32 10u
#define TRL_OPS_BOOL 13u
#define TRL_OPS_DTYPE 0xffu
#define TRL_OPS_SWAP 0x100u

/* A block of an expression's result. walk: the extents of all axes but the first; for each input
 * the element at the start of the axes; for each input its strides. Sums wrap. */
#define TRL_OPS_WALK_WORDS 29

struct trl_ops_expr_push {
    trl_u32 count; /* elements */
    trl_u32 first; /* element of the axes at which the block begins */
    trl_u32 word;  /* of the result's binding */
    trl_u32 walk[TRL_OPS_WALK_WORDS];
};

/*
 * Reductions. Elements 64 k + lane of a block of 1024 are taken one after another by each of 64
 * lanes; lanes 4 l to 4 l + 3 are then joined as (0 + 2) + (1 + 3), and these 16 by halves: l with
 * l + 8, then with l + 4, l + 2, l + 1. What the blocks give is reduced the same way, until there
 * is one. A result is two words:
 *
 *   sums     the sum, and the sum of what rounding took from it, float bits
 *   keys     greatest of the inverted keys, greatest of the keys; all ones: NaN, 0: none
 *   places   greatest (or greatest inverted) key, and the first element that has it
 */
#define TRL_OPS_BLOCK 1024u
#define TRL_OPS_LANE 64u

#define TRL_OPS_PASS_SUM 0u     /* of the elements */
#define TRL_OPS_PASS_SCALED 1u  /* of the elements, scaled */
#define TRL_OPS_PASS_SQUARES 2u /* of the squared distances from the centre, scaled */
#define TRL_OPS_PASS_KEYS 3u
#define TRL_OPS_PASS_GREATEST 4u
#define TRL_OPS_PASS_LEAST 5u

#define TRL_OPS_REDUCE_WALK_WORDS 14

/* Some outputs, and some of their blocks. walk: the extents of the output's axes but the first,
 * their strides; the extents of the axes that are reduced but the first, their strides. */
struct trl_ops_reduce_push {
    trl_u32 base; /* element at which the axes start */
    trl_u32 outputs;
    trl_u32 blocks;
    trl_u32 elements;     /* elements of an output that are left from its first block here */
    trl_u32 output_first; /* of the axes at which they start */
    trl_u32 element_first;
    trl_u32 cell;        /* of the first output's first block */
    trl_u32 cell_stride; /* from output to output */
    trl_u32 place;       /* of the first element, counted in the output */
    trl_u32 setting;     /* of the first output */
    trl_u32 walk[TRL_OPS_REDUCE_WALK_WORDS];
};

/* What a further pass must know of an output; words. */
#define TRL_OPS_SETTING_SHIFT 0u  /* elements are multiplied by 2^-shift, an integer */
#define TRL_OPS_SETTING_CENTRE 1u /* float bits, two words whose sum it is */
#define TRL_OPS_SETTING_LEAST 3u  /* the words of keys */
#define TRL_OPS_SETTING_GREATEST 4u
#define TRL_OPS_SETTING_WORDS 5u

/* What becomes of the last level's results. */
#define TRL_OPS_FINISH_SUM 0u
#define TRL_OPS_FINISH_MEAN 1u
#define TRL_OPS_FINISH_MIN 2u
#define TRL_OPS_FINISH_MAX 3u
#define TRL_OPS_FINISH_PLACE 4u
#define TRL_OPS_FINISH_NORM 5u
#define TRL_OPS_FINISH_VARIANCE 6u
#define TRL_OPS_FINISH_KEYS 7u   /* a setting: shift, no centre */
#define TRL_OPS_FINISH_CENTRE 8u /* a setting: its centre */

struct trl_ops_finish_push {
    trl_u32 outputs;
    trl_u32 count; /* elements of each */
    trl_u32 first; /* word of the result's binding */
};

#endif

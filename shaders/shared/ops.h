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

#endif

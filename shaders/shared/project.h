/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel of projections and the host that records it agree on. */
#ifndef TRL_SHARED_PROJECT_H
#define TRL_SHARED_PROJECT_H

#include "shared/portable.h"

/* enum trl_project. */
#define TRL_PROJECT_BY_MAX 0u
#define TRL_PROJECT_BY_MIN 1u
#define TRL_PROJECT_BY_MEAN 2u
#define TRL_PROJECT_BY_SUM 3u

#define TRL_PROJECT_LANES 64u
#define TRL_PROJECT_BLOCK 256u /* elements that are summed by themselves before they are added */
#define TRL_PROJECT_STATE_WORDS 3u

/* Numbers of the axes below: outputs are lines of lanes, each from all along the third. */
#define TRL_PROJECT_LINE 0
#define TRL_PROJECT_LANE 1
#define TRL_PROJECT_ALONG 2

/* A block of the tensor. Sums wrap, so base and strides may be negative. */
struct trl_project_push {
    trl_u32 base; /* of element (0, 0, 0) */
    trl_u32 stride[3];
    trl_u32 start[3];
    trl_u32 count[3];
    trl_u32 out_stride[2]; /* of lines and lanes */
    trl_u32 first;         /* nothing was projected before this block */
    trl_u32 last;
};

#endif

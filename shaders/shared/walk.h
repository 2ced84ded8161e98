/* SPDX-License-Identifier: BSD-2-Clause */
/* How kernels walk over all elements of a tensor. */
#ifndef TRL_SHARED_WALK_H
#define TRL_SHARED_WALK_H

#include "shared/portable.h"

/* Elements in any order: workgroups of 256 go along the first axis, each over so many times 256. */
struct trl_walk {
    trl_u32 base;
    trl_u32 stride[3];
    trl_u32 count[3];
    trl_u32 steps;
};
#define TRL_WALK_LANES 256u

#ifndef VULKAN
typedef struct trl_walk trl_walk;
#endif

#endif

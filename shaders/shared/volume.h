/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernels of volumes and the host that records them agree on. */
#ifndef TRL_SHARED_VOLUME_H
#define TRL_SHARED_VOLUME_H

#include "shared/portable.h"

/*
 * A staged voxel is a code of 16 bits: 0 under the range, then 1 to 65533 over it, 65534 above it,
 * 65535 NaN. A word holds the voxel's own code and, in its upper half, that of the next one along x
 * (the last one's own again), so that a sample between eight voxels reads four words.
 */
#define TRL_VOLUME_UNDER 0u
#define TRL_VOLUME_LOW 1u
#define TRL_VOLUME_STEPS 65532u
#define TRL_VOLUME_OVER 65534u
#define TRL_VOLUME_NAN 65535u

/* Bricks of 8 x 8 x 8 voxels, each with the next voxel along every axis, which samples in it read
 * too. Their word is 0 where nothing in them is seen, or for the largest value one more than its
 * code. A workgroup stages several side by side. */
#define TRL_VOLUME_BRICK 8u
#define TRL_VOLUME_GROUP_X 32u

#define TRL_VOLUME_COLORS 1024u /* of the transfer function */

struct trl_volume_stage_push {
    trl_u32 base; /* wraps, as do the strides */
    trl_u32 stride[3];
    trl_u32 size[3]; /* x, y, z as staged */
};

/* Vectors are in voxels as staged; those of the rays but for pixel and scale. */
struct trl_volume_march_push {
    float eye[3];
    float right[3];
    float down[3];
    float forward[3];
    float scale[3]; /* voxels in a unit */
    float pixel;    /* units, of pixels at distance 1 (perspective) */
    float step;     /* units */
    trl_u32 size[3];
    trl_u32 width;
    trl_u32 height;
    trl_u32 background;  /* 0x00BBGGRR */
    trl_u32 cell_stride; /* of the largest value's picture */
};

#endif

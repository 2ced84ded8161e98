/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel of overlays and the host that records it agree on. */
#ifndef TRL_SHARED_OVERLAY_H
#define TRL_SHARED_OVERLAY_H

#include "shared/portable.h"

struct trl_overlay_push {
    trl_u32 width;
    trl_u32 height;
    trl_u32 cell_stride;
    trl_u32 alpha; /* 0 to 255 */
    trl_u32 hide;  /* bit n: palette index 256 + n */
};

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "gpu/gpu.h"
#include "gpu/picture.h"
#include "shared/pack.h"

/*
 * Fills planes from rows that were written once: row y of a full plane is the source's row
 * row_map[y], row y of a half plane (4:2:0 chroma) the mean of two of them. On software drivers
 * rows that are only repeated are copied, which costs them a third of what a kernel does.
 */
struct trl_spread;

/* mapped: the source has the picture's cell rows and one of background behind them; else it has the
 * picture's own rows. */
int trl_spread_create(struct trl_spread **out, struct trl_device *device,
                      const struct trl_picture *picture, bool mapped);
void trl_spread_destroy(struct trl_spread **spread);

/* Records the filling of one plane; half: of picture.height / 2 rows, rounded up. Both buffers hold
 * rows of push->words words, a multiple of 4. */
void trl_spread_record(struct trl_spread *spread, struct trl_gpu_cmd *cmd,
                       const struct trl_spread_push *push, bool half, struct trl_gpu_buffer *source,
                       struct trl_gpu_buffer *target);

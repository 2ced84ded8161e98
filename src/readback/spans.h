/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "gpu/gpu.h"
#include "gpu/picture.h"

/* Makes the table of spans (shaders/shared/pack.h) for so many pixels of a part, background
 * included; beyond it the last one repeats. *out stays NULL where cells are too narrow for spans.
 */
int trl_spans_create(struct trl_gpu_buffer **out, struct trl_device *device,
                     const struct trl_part *part, int width);

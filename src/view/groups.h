/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "base/math.h"
#include "gpu/gpu.h"

/*
 * Workgroups for a kernel that strides over rows and, 64 lanes wide, over columns, with so many
 * turns of a loop for each. A device gets one lane an item. A driver that runs on the processor
 * gets few workgroups with much to do, but no invocation more than 2^14 turns, since its loops end
 * silently after 65,535.
 */
static inline void trl_row_groups(const struct trl_device *device, int64_t rows, int64_t columns,
                                  int64_t turns, uint32_t groups[2])
{
    const int64_t strips = (columns + 63) / 64;
    const bool software = trl_device_info(device)->type == TRL_DEVICE_SOFTWARE;
    const int64_t fewest = (rows * strips * turns + (1 << 14) - 1) / (1 << 14);
    const int64_t down = software ? trl_max_i64(32, fewest) : rows;
    groups[0] = (uint32_t)(!software || fewest > rows ? strips : 1);
    groups[1] = (uint32_t)trl_min_i64(trl_min_i64(down, rows), 65535);
}

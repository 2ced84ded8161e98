/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "gpu/gpu.h"
#include "shared/walk.h"

/*
 * A shader sees a tensor through one descriptor, which covers only so many bytes. A tensor that
 * spans more is cut into blocks, and each gets a window of the buffer.
 *
 * Along an axis a block is made of units: single elements, or the groups between bounds (unit i is
 * the elements bounds[i] to bounds[i + 1] - 1). Blocks of a tensor that is cut hold one unit of
 * axis 0.
 */
struct trl_window_axis {
    int64_t units;
    int64_t unit_elements;  /* of the largest unit */
    const uint32_t *bounds; /* NULL: a unit is an element */
    int64_t stride;         /* of elements, in elements */
};

struct trl_windows {
    const struct trl_gpu_tensor *tensor;
    struct trl_window_axis axis[3];
    uint64_t limit, alignment; /* bytes */
    bool software;
    int64_t block[3];
    bool started;
    /* The block at hand: */
    int64_t start[3], count[3];     /* units */
    struct trl_gpu_binding binding; /* of its window */
    uint32_t
        base; /* number of element (0, 0, 0) of the tensor, counted from the window, mod 2^32 */
};

/* axis[], tensor and the device's limits must be filled in. TRL_ERROR_UNSUPPORTED if a single unit
 * does not fit. */
int trl_windows_begin(struct trl_windows *windows, struct trl_device *device,
                      const struct trl_gpu_tensor *tensor, const struct trl_window_axis axis[3]);
/* Goes to the next block, the first at first. False after the last. */
bool trl_windows_next(struct trl_windows *windows);
/* True if one block is all. */
bool trl_windows_single(const struct trl_windows *windows);

/*
 * The elements of a rank-3 tensor in an order that suits a kernel to which it does not matter: axes
 * that continue each other are joined, strides made positive, the longest axis put last. What is to
 * be bound and walked is the result, a tensor of its own; axis holds its axes as single elements.
 */
void trl_window_walk(const struct trl_gpu_tensor *tensor, struct trl_gpu_tensor *out,
                     struct trl_window_axis axis[3]);
/* The push constants and workgroups for the block at hand of such a walk. A driver that runs on the
 * processor gets few workgroups with much to do, since each costs it microseconds. */
void trl_window_walk_block(const struct trl_windows *windows, trl_walk *walk, uint32_t groups[2]);

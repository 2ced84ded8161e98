/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "gpu/gpu.h"

/* Checks that a frame has the rank 3 and the shape that a view was made for, and lies within its
 * buffer. what begins the message. TRL_ERROR_USAGE. */
int trl_tensor_check(struct trl_device *device, const char *what,
                     const struct trl_gpu_tensor *tensor, const int64_t shape[3]);

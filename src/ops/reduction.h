/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "gpu/gpu.h"
#include "ops/reduce_cpu.h"

/*
 * A reduction on a device, of tensors of one shape: it owns the memory for what blocks give, 8
 * bytes for 1024 elements of each output. Results have the bits of trl_ops_reduce_cpu().
 */
struct trl_ops_reducer;

/* Which kernel takes the blocks of a level: the results do not depend on it. */
enum trl_ops_kernel { TRL_OPS_KERNEL_AUTO, TRL_OPS_KERNEL_LINES, TRL_OPS_KERNEL_COLUMNS };

/* TRL_ERROR_UNSUPPORTED if what blocks give does not fit one binding; _MEMORY, _DEVICE_MEMORY. */
int trl_ops_reducer_create(struct trl_ops_reducer **out, struct trl_device *device,
                           const struct trl_ops_shape *shape, enum trl_ops_kernel kernel);
/* The device must be done with what was recorded. */
void trl_ops_reducer_destroy(struct trl_ops_reducer **reducer);

/*
 * Records the reduction of a tensor: of any dtype that devices read and any strides, of the shape
 * that the reducer was made for. out is dense, F32, or U32 for places, with shape->outputs
 * elements in C order of the axes that are left; it is not part of the input. Lists that use one
 * reducer must not run at once. TRL_ERROR_UNSUPPORTED (a dtype, strides).
 */
int trl_ops_reducer_record(struct trl_ops_reducer *reducer, struct trl_gpu_cmd *cmd,
                           const struct trl_gpu_tensor *input, const struct trl_gpu_tensor *out);

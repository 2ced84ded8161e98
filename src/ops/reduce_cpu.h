/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>

#include <tensorreel/ops.h>

/* What a reduction is of and what results; fills in the result's layout. axis is -1 for all. Errors
 * as trl_ops_reduce_layout. */
struct trl_ops_shape {
    enum trl_ops_reduction reduction;
    int axis;
    int64_t outputs, elements; /* elements of each */
    struct trl_layout result;
};

int trl_ops_shape_init(struct trl_ops_shape *shape, const struct trl_ops_reduce_params *params,
                       const struct trl_layout *input);

/* Reduces on the processor: the reference for the device, with the same bits. out gets outputs
 * words. TRL_ERROR_MEMORY. */
int trl_ops_reduce_cpu(const struct trl_ops_shape *shape, struct trl_log *log,
                       const struct trl_layout *input, const void *data, void *out);

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stddef.h>

#include "tensor/expr.h"

/*
 * Evaluates an expression on the processor: the reference for the device, with the same bits. Any
 * dtype, strides and byte order; f64, i64 and u64 are rounded to float32 first. Every NaN of the
 * result is 7fc00000 (7e00 as f16, 7fc0 as bf16).
 *
 * inputs[i] and data[i] belong to input i of the expression; data is what layout->offset counts
 * from. out gets the elements in C order, of the shape that trl_expr_shape gave, as F32, or rounded
 * to F16 or BF16. TRL_ERROR_MEMORY.
 */
int trl_ops_expr_cpu(const struct trl_expr *expr, struct trl_log *log,
                     const struct trl_layout *inputs, const void *const *data, int rank,
                     const int64_t *shape, enum trl_dtype dtype, void *out);

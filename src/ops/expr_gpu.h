/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "gpu/gpu.h"
#include "tensor/expr.h"

/*
 * An expression as one kernel on a device, compiled when it is made. The pipeline for a combination
 * of dtypes is made when it is first needed (the driver compiles: some 50 ms) and kept, by the
 * driver's cache on disk too. Results have the bits of trl_ops_expr_cpu().
 */
struct trl_ops_expr;

/* The expression is copied. result is F32, F16 or BF16. TRL_ERROR_MEMORY, _UNSUPPORTED (a build
 * that does not compile kernels). */
int trl_ops_expr_create(struct trl_ops_expr **out, struct trl_device *device,
                        const struct trl_expr *expr, enum trl_dtype result);
/* The device must be done with what was recorded. */
void trl_ops_expr_destroy(struct trl_ops_expr **expr);

/*
 * Records the evaluation. inputs[i] belongs to input i of the expression: any dtype that devices
 * read, any strides. out is dense, in C order, of the shape that trl_expr_shape() gives and of the
 * dtype that was said; its offset and, for 16 bits, its end lie on whole words: an odd number of
 * elements writes one more. Nothing of out may be an input, but where dtype, shape and place are
 * the same: then it is computed in place.
 *
 * TRL_ERROR_USAGE (shapes), TRL_ERROR_UNSUPPORTED (a dtype, or axes that the kernel
 * cannot walk).
 */
int trl_ops_expr_record(struct trl_ops_expr *expr, struct trl_gpu_cmd *cmd,
                        const struct trl_gpu_tensor *inputs, const struct trl_gpu_tensor *out);

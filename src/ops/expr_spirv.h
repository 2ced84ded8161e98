/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stddef.h>

#include "tensor/expr.h"

struct trl_log;

/*
 * The kernel of shaders/ops/expr.comp with the expression in it, as SPIR-V: one call of a function
 * of that file for every part of the expression, so that the whole runs fused and no compiler is
 * needed. *words is the caller's to free. TRL_ERROR_MEMORY.
 */
int trl_ops_expr_spirv(const struct trl_expr *expr, struct trl_log *log, uint32_t **words,
                       size_t *count);

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "tensor/expr.h"

struct trl_log;

/*
 * The kernel of an expression as GLSL: shaders/ops/expr.glsl, its inputs, and expression() with a
 * line for every part, so that the whole runs fused. *text is the caller's to free.
 * TRL_ERROR_MEMORY.
 */
int trl_ops_expr_glsl(const struct trl_expr *expr, struct trl_log *log, char **text);

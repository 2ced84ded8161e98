/* SPDX-License-Identifier: BSD-2-Clause */
#include "ops/expr_cpu.h"

#include "base/log.h"
#include "base/math.h"
#include "ops/gather.h"
#include "shared/elementary.h"
#include "shared/halves.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Elements that are evaluated at a time: operation by operation, in the first cache. */
enum { CHUNK = 512 };

/* One operation over a chunk, as plain loops that become vector code. */
static void run_sum(const struct trl_expr_node *node, const float *a, const float *b,
                    float *restrict out)
{
    switch (node->op) {
    case TRL_EXPR_ADD:
        for (int i = 0; i < CHUNK; i++)
            out[i] = a[i] + b[i];
        break;
    case TRL_EXPR_SUB:
        for (int i = 0; i < CHUNK; i++)
            out[i] = a[i] - b[i];
        break;
    case TRL_EXPR_MUL:
        for (int i = 0; i < CHUNK; i++)
            out[i] = a[i] * b[i];
        break;
    case TRL_EXPR_DIV:
        for (int i = 0; i < CHUNK; i++)
            out[i] = a[i] / b[i];
        break;
    case TRL_EXPR_MIN:
        for (int i = 0; i < CHUNK; i++)
            out[i] = isnan(a[i]) || a[i] <= b[i] ? a[i] : b[i];
        break;
    case TRL_EXPR_MAX:
        for (int i = 0; i < CHUNK; i++)
            out[i] = isnan(a[i]) || a[i] >= b[i] ? a[i] : b[i];
        break;
    case TRL_EXPR_LESS:
        for (int i = 0; i < CHUNK; i++)
            out[i] = a[i] < b[i] ? 1.0f : 0.0f;
        break;
    case TRL_EXPR_LESS_EQUAL:
        for (int i = 0; i < CHUNK; i++)
            out[i] = a[i] <= b[i] ? 1.0f : 0.0f;
        break;
    case TRL_EXPR_EQUAL:
        for (int i = 0; i < CHUNK; i++)
            out[i] = a[i] == b[i] ? 1.0f : 0.0f;
        break;
    case TRL_EXPR_NOT_EQUAL:
        for (int i = 0; i < CHUNK; i++)
            out[i] = a[i] != b[i] ? 1.0f : 0.0f;
        break;
    default:
        break;
    }
}

static void run_function(const struct trl_expr_node *node, const float *a, float *restrict out)
{
    switch (node->op) {
    case TRL_EXPR_NEGATE:
        for (int i = 0; i < CHUNK; i++)
            out[i] = -a[i];
        break;
    case TRL_EXPR_ABS:
        for (int i = 0; i < CHUNK; i++)
            out[i] = fabsf(a[i]);
        break;
    case TRL_EXPR_SQRT:
        for (int i = 0; i < CHUNK; i++)
            out[i] = sqrtf(a[i]);
        break;
    case TRL_EXPR_EXP:
        for (int i = 0; i < CHUNK; i++)
            out[i] = trl_float_from_bits(trl_elementary_exp(trl_float_bits(a[i])));
        break;
    case TRL_EXPR_EXPM1:
        for (int i = 0; i < CHUNK; i++)
            out[i] = trl_float_from_bits(trl_elementary_expm1(trl_float_bits(a[i])));
        break;
    case TRL_EXPR_LOG:
        for (int i = 0; i < CHUNK; i++)
            out[i] = trl_float_from_bits(trl_elementary_log(trl_float_bits(a[i])));
        break;
    case TRL_EXPR_LOG1P:
        for (int i = 0; i < CHUNK; i++)
            out[i] = trl_float_from_bits(trl_elementary_log1p(trl_float_bits(a[i])));
        break;
    default:
        break;
    }
}

static void run_node(const struct trl_expr_node *node, float (*values)[CHUNK], int n)
{
    const float *a = values[node->arg[0]], *b = values[node->arg[1]], *c = values[node->arg[2]];
    if (node->op == TRL_EXPR_WHERE)
        for (int i = 0; i < CHUNK; i++)
            values[n][i] = a[i] != 0.0f ? b[i] : c[i];
    else if (node->arg_count == 2)
        run_sum(node, a, b, values[n]);
    else
        run_function(node, a, values[n]);
}

static void store(enum trl_dtype dtype, const float *values, int count, void *out, int64_t at)
{
    for (int i = 0; i < count; i++) {
        const uint32_t bits = trl_exact_canonical(trl_float_bits(values[i]));
        if (dtype == TRL_DTYPE_F32)
            ((uint32_t *)out)[at + i] = bits;
        else
            ((uint16_t *)out)[at + i] =
                (uint16_t)(dtype == TRL_DTYPE_F16 ? trl_half_f16(bits) : trl_half_bf16(bits));
    }
}

int trl_ops_expr_cpu(const struct trl_expr *expr, struct trl_log *log,
                     const struct trl_layout *inputs, const void *const *data, int rank,
                     const int64_t *shape, enum trl_dtype dtype, void *out)
{
    const size_t size = (size_t)expr->node_count * CHUNK * sizeof(float);
    float(*values)[CHUNK] = calloc(1, size);
    if (!values)
        return trl_fail_memory(log, "an expression's values", size);
    int64_t count = 1;
    struct trl_ops_gather gather[TRL_EXPR_INPUTS_MAX];
    for (int n = 0; n < rank; n++)
        count *= shape[n];
    for (int n = 0; n < expr->input_count; n++)
        trl_ops_gather_begin(&gather[n], &inputs[n], data[n], rank, shape);
    for (int n = 0; n < expr->node_count; n++)
        if (expr->node[n].op == TRL_EXPR_NUMBER)
            for (int i = 0; i < CHUNK; i++)
                values[n][i] = trl_float_from_bits(expr->node[n].value);
    for (int64_t at = 0; at < count; at += CHUNK) {
        const int some = (int)trl_min_i64(count - at, CHUNK);
        for (int n = 0; n < expr->node_count; n++)
            if (expr->node[n].op == TRL_EXPR_INPUT)
                trl_ops_gather_next(&gather[expr->node[n].value], values[n], some);
            else if (expr->node[n].op != TRL_EXPR_NUMBER)
                run_node(&expr->node[n], values, n);
        store(dtype, values[expr->node_count - 1], some, out, at);
    }
    free(values);
    return 0;
}

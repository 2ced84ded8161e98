/* SPDX-License-Identifier: BSD-2-Clause */
#include "ops/expr_glsl.h"

#include "base/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const functions[TRL_EXPR_OP_COUNT] = {
    [TRL_EXPR_NEGATE] = "op_negate",           [TRL_EXPR_ABS] = "op_abs",
    [TRL_EXPR_SQRT] = "trl_exact_sqrt",        [TRL_EXPR_EXP] = "trl_elementary_exp",
    [TRL_EXPR_EXPM1] = "trl_elementary_expm1", [TRL_EXPR_LOG] = "trl_elementary_log",
    [TRL_EXPR_LOG1P] = "trl_elementary_log1p", [TRL_EXPR_ADD] = "trl_exact_add",
    [TRL_EXPR_SUB] = "trl_exact_sub",          [TRL_EXPR_MUL] = "trl_exact_mul",
    [TRL_EXPR_DIV] = "trl_exact_div",          [TRL_EXPR_MIN] = "trl_exact_min",
    [TRL_EXPR_MAX] = "trl_exact_max",          [TRL_EXPR_LESS] = "op_less",
    [TRL_EXPR_LESS_EQUAL] = "op_less_equal",   [TRL_EXPR_EQUAL] = "op_equal",
    [TRL_EXPR_NOT_EQUAL] = "op_not_equal",     [TRL_EXPR_WHERE] = "op_where",
};

static void write_node(FILE *out, const struct trl_expr_node *node, int number)
{
    fprintf(out, "    uint n%d = ", number);
    if (node->op == TRL_EXPR_NUMBER) {
        fprintf(out, "0x%08" PRIx32 "u;\n", node->value);
    } else if (node->op == TRL_EXPR_INPUT) {
        fprintf(out, "op_input%" PRIu32 "();\n", node->value);
    } else {
        fputs(functions[node->op], out);
        for (int i = 0; i < node->arg_count; i++)
            fprintf(out, "%sn%d", i ? ", " : "(", node->arg[i]);
        fputs(");\n", out);
    }
}

int trl_ops_expr_glsl(const struct trl_expr *expr, struct trl_log *log, char **text)
{
    size_t size = 0;
    *text = NULL;
    FILE *out = open_memstream(text, &size);
    if (!out)
        return trl_fail_memory(log, "a kernel", 0);
    fprintf(out, "#define INPUTS %du\n#include \"ops/expr.glsl\"\n", expr->input_count);
    for (int n = 0; n < expr->input_count; n++)
        fprintf(out, "INPUT(%d)\n", n);
    fputs("uint expression()\n{\n", out);
    for (int n = 0; n < expr->node_count; n++)
        write_node(out, &expr->node[n], n);
    fprintf(out, "    return n%d;\n}\n", expr->node_count - 1);
    if (fclose(out) == 0)
        return 0;
    free(*text);
    *text = NULL;
    return trl_fail_memory(log, "a kernel", size);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz.h"

#include "ops/expr_cpu.h"

#include <string.h>

#include <tensorreel/error.h>

enum { TEXT_MAX = TRL_EXPR_TEXT_MAX + 50, ELEMENTS = 6 };

/* Parses a text, gives its inputs shapes that depend on it, and evaluates it if they fit. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const float values[ELEMENTS] = {0, -1, 1e-40f, 3e38f, 0.7f, -2.5f};
    char text[TEXT_MAX + 1];
    if (size > TEXT_MAX)
        return 0;
    if (size)
        memcpy(text, data, size);
    text[size] = 0;
    struct trl_expr *expr = NULL;
    const int ret = trl_expr_parse(&expr, NULL, text);
    fuzz_require(ret == 0 || ret == TRL_ERROR_USAGE);
    fuzz_require((ret == 0) == (expr != NULL));
    if (ret)
        return 0;
    fuzz_require(expr->node_count >= 1 && expr->node_count <= TRL_EXPR_NODES_MAX);
    for (int n = 0; n < expr->node_count; n++)
        for (int i = 0; i < expr->node[n].arg_count; i++)
            fuzz_require(expr->node[n].arg[i] >= 0 && expr->node[n].arg[i] < n);
    struct trl_layout inputs[TRL_EXPR_INPUTS_MAX];
    const void *places[TRL_EXPR_INPUTS_MAX];
    for (int n = 0; n < expr->input_count; n++) {
        static const int64_t shapes[4][2] = {{2, 3}, {1, 3}, {2, 1}, {3, 2}};
        const int which = (int)((size + (size_t)n * (size % 3)) % 4);
        fuzz_require(!trl_layout_dense(&inputs[n], TRL_DTYPE_F32, 2, shapes[which], false));
        places[n] = values;
    }
    int rank;
    int64_t shape[TRL_RANK_MAX];
    float out[ELEMENTS];
    if (!trl_expr_shape(expr, NULL, inputs, &rank, shape))
        fuzz_require(
            !trl_ops_expr_cpu(expr, NULL, inputs, places, rank, shape, TRL_DTYPE_F32, out));
    trl_expr_destroy(&expr);
    return 0;
}

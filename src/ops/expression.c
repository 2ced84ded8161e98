/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "base/log.h"
#include "ops/expr_cpu.h"
#include "ops/expr_gpu.h"
#include "ops/hosted.h"

enum { RESULTS = 3 };

static const enum trl_dtype results[RESULTS] = {TRL_DTYPE_F32, TRL_DTYPE_F16, TRL_DTYPE_BF16};

struct trl_ops_expression {
    struct trl_log *log;
    struct trl_device *device; /* or NULL */
    struct trl_expr *expr;
    const char *names[TRL_EXPR_INPUTS_MAX + 1];
    struct trl_ops_expr *kernels[RESULTS]; /* made when first needed */
};

int trl_ops_expression_create(struct trl_ops_expression **out, struct trl_log *log,
                              struct trl_device *device, const char *text)
{
    *out = NULL;
    struct trl_ops_expression *expression = calloc(1, sizeof(*expression));
    if (!expression)
        return trl_fail_memory(log, "an expression", sizeof(*expression));
    expression->log = log;
    expression->device = device;
    const int error = trl_expr_parse(&expression->expr, log, text);
    if (error) {
        trl_ops_expression_destroy(&expression);
        return error;
    }
    for (int n = 0; n < expression->expr->input_count; n++)
        expression->names[n] = expression->expr->input[n];
    *out = expression;
    return 0;
}

void trl_ops_expression_destroy(struct trl_ops_expression **expression)
{
    if (!expression || !*expression)
        return;
    for (int n = 0; n < RESULTS; n++)
        trl_ops_expr_destroy(&(*expression)->kernels[n]);
    trl_expr_destroy(&(*expression)->expr);
    free(*expression);
    *expression = NULL;
}

const char *const *trl_ops_expression_inputs(const struct trl_ops_expression *expression)
{
    return expression->names;
}

/* What an evaluation is of. */
struct evaluation {
    const struct trl_ops_tensor *inputs[TRL_EXPR_INPUTS_MAX]; /* of the expression */
    struct trl_layout layouts[TRL_EXPR_INPUTS_MAX], result;
    const void *data[TRL_EXPR_INPUTS_MAX];
    int kernel; /* which of the results' dtypes */
};

static int plan(const struct trl_ops_expression *expression, const struct trl_ops_tensor *inputs,
                int input_count, enum trl_dtype dtype, struct evaluation *out)
{
    const char *names[TRL_EXPR_INPUTS_MAX * 8];
    int place[TRL_EXPR_INPUTS_MAX], rank;
    int64_t shape[TRL_RANK_MAX];
    if (input_count < 0 || input_count > (int)(sizeof(names) / sizeof(*names)))
        return trl_fail(expression->log, TRL_ERROR_USAGE, "%d tensors are too many", input_count);
    dtype = dtype == TRL_DTYPE_NONE ? TRL_DTYPE_F32 : dtype;
    for (out->kernel = 0; out->kernel < RESULTS && results[out->kernel] != dtype;)
        out->kernel++;
    if (out->kernel == RESULTS)
        return trl_fail(expression->log, TRL_ERROR_USAGE,
                        "the result of an expression is f32, f16 or bf16, not dtype %d",
                        (int)dtype);
    for (int n = 0; n < input_count; n++)
        names[n] = inputs[n].name;
    int error = trl_expr_bind(expression->expr, expression->log, names, input_count, place);
    for (int n = 0; !error && n < expression->expr->input_count; n++) {
        out->inputs[n] = &inputs[place[n]];
        out->layouts[n] = out->inputs[n]->layout;
        out->data[n] = out->inputs[n]->data;
    }
    if (!error)
        error = trl_expr_shape(expression->expr, expression->log, out->layouts, &rank, shape);
    return error ? error : trl_layout_dense(&out->result, dtype, rank, shape, false);
}

int trl_ops_expression_layout(const struct trl_ops_expression *expression,
                              const struct trl_ops_tensor *inputs, int input_count,
                              enum trl_dtype dtype, struct trl_layout *out)
{
    struct evaluation evaluation;
    const int error = plan(expression, inputs, input_count, dtype, &evaluation);
    if (!error)
        *out = evaluation.result;
    return error;
}

static int evaluate_there(struct trl_ops_expression *expression,
                          const struct evaluation *evaluation, void *out, size_t size_bytes,
                          int64_t *gpu_ns)
{
    struct trl_ops_hosted hosted = {0};
    struct trl_gpu_tensor inputs[TRL_EXPR_INPUTS_MAX], result;
    struct trl_ops_expr **kernel = &expression->kernels[evaluation->kernel];
    int error = trl_ops_hosted_begin(&hosted, expression->log, expression->device);
    for (int n = 0; !error && n < expression->expr->input_count; n++)
        error = trl_ops_hosted_send(&hosted, evaluation->inputs[n], &inputs[n]);
    if (!error && !*kernel)
        error = trl_ops_expr_create(kernel, expression->device, expression->expr,
                                    evaluation->result.dtype);
    if (!error)
        error = trl_ops_hosted_start(&hosted, &evaluation->result, &result);
    if (!error)
        error = trl_ops_expr_record(*kernel, hosted.cmd, inputs, &result);
    if (!error)
        error = trl_ops_hosted_finish(&hosted, out, size_bytes, gpu_ns);
    trl_ops_hosted_end(&hosted);
    return error;
}

int trl_ops_expression_evaluate(struct trl_ops_expression *expression,
                                const struct trl_ops_tensor *inputs, int input_count,
                                enum trl_dtype dtype, void *out, size_t size_bytes, int64_t *gpu_ns)
{
    struct evaluation evaluation;
    int error = plan(expression, inputs, input_count, dtype, &evaluation);
    for (int n = 0; !error && n < expression->expr->input_count; n++)
        error = trl_ops_check_tensor(expression->log, evaluation.inputs[n]);
    if (error)
        return error;
    const struct trl_layout *result = &evaluation.result;
    const uint64_t wanted = (uint64_t)trl_layout_elements(result) * trl_dtype_size(result->dtype);
    if (size_bytes != wanted)
        return trl_fail(expression->log, TRL_ERROR_USAGE, "the result has %llu bytes, not %zu",
                        (unsigned long long)wanted, size_bytes);
    if (gpu_ns)
        *gpu_ns = 0;
    if (!wanted)
        return 0;
    if (expression->device)
        return evaluate_there(expression, &evaluation, out, size_bytes, gpu_ns);
    return trl_ops_expr_cpu(expression->expr, expression->log, evaluation.layouts, evaluation.data,
                            result->rank, result->shape, result->dtype, out);
}

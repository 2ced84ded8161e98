/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows of tensors: copies, reductions, filters, an expression. */
#include "kernels.h"

#include "ops/expr_gpu.h"
#include "ops/filter.h"
#include "ops/reduction.h"
#include "tensor/expr.h"

#include <stdio.h>

struct copy {
    struct trl_gpu_buffer *from, *to;
    uint64_t bytes;
};

static int record_copy(void *user, struct trl_gpu_cmd *cmd)
{
    const struct copy *c = user;
    trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_COPY);
    trl_gpu_cmd_copy(cmd, c->to, 0, c->from, 0, c->bytes);
    return 0;
}

static void copy_row(struct bench *b)
{
    struct copy c = {.from = b->noise, .bytes = (uint64_t)b->size};
    const struct bench_row row = {"copy", record_copy, &c, 2 * (double)b->size};
    double seconds = 0;
    if (bench_buffer(b, &c.to, "copy", c.bytes) < 0 || bench_measure(b, &row, &seconds) < 0)
        bench_leave_out(b, row.name);
    if (seconds > 0)
        b->copied = row.bytes / seconds;
    trl_gpu_buffer_destroy(&c.to);
}

/* ---- reductions ---- */

struct reduction {
    struct trl_ops_reducer *reducer;
    struct trl_gpu_tensor in, out;
};

static int record_reduction(void *user, struct trl_gpu_cmd *cmd)
{
    const struct reduction *r = user;
    trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_ANALYSE);
    return trl_ops_reducer_record(r->reducer, cmd, &r->in, &r->out);
}

/* A dense float32 matrix of the size of operations. */
static struct trl_gpu_tensor matrix(const struct bench *b)
{
    const int64_t elements = b->size / 4, columns = elements < 1 << 26 ? 1024 : 16384;
    return (struct trl_gpu_tensor){b->noise,
                                   {.dtype = TRL_DTYPE_F32,
                                    .rank = 2,
                                    .shape = {elements / columns, columns},
                                    .stride = {columns, 1}}};
}

static void reduction_row(struct bench *b, const char *name,
                          const struct trl_ops_reduce_params *params, int readings)
{
    struct reduction r = {.in = matrix(b)};
    struct trl_ops_shape shape;
    const struct bench_row row = {name, record_reduction, &r, readings * (double)b->size};
    int ret = trl_ops_shape_init(&shape, params, &r.in.layout);
    if (ret == 0)
        ret = trl_ops_reducer_create(&r.reducer, b->device, &shape, TRL_OPS_KERNEL_AUTO);
    if (ret == 0)
        ret = bench_buffer(b, &r.out.buffer, "reduced", (uint64_t)shape.outputs * 4);
    r.out.layout = shape.result;
    if (ret < 0 || bench_measure(b, &row, NULL) < 0)
        bench_leave_out(b, name);
    trl_ops_reducer_destroy(&r.reducer);
    trl_gpu_buffer_destroy(&r.out.buffer);
}

static void reduction_rows(struct bench *b)
{
    static const struct {
        const char *name;
        enum trl_ops_reduction reduction;
        int readings; /* of the tensor */
    } kinds[] = {
        {"sum", TRL_OPS_SUM, 1},
        {"max", TRL_OPS_MAX, 1},
        {"norm (read twice)", TRL_OPS_NORM, 2},
        {"variance (read three times)", TRL_OPS_VARIANCE, 3},
    };
    static const struct {
        const char *name;
        bool along;
        int axis;
    } ways[] = {{"all", false, 0}, {"the last axis", true, -1}, {"the first axis", true, 0}};
    for (size_t way = 0; way < sizeof(ways) / sizeof(ways[0]); way++)
        for (size_t kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]); kind++) {
            char name[80];
            snprintf(name, sizeof(name), "%s over %s", kinds[kind].name, ways[way].name);
            const struct trl_ops_reduce_params params = {
                .log = b->log,
                .device = b->device,
                .reduction = kinds[kind].reduction,
                .along_axis = ways[way].along,
                .axis = ways[way].axis,
            };
            reduction_row(b, name, &params, kinds[kind].readings);
        }
}

/* ---- filters ---- */

struct filter {
    struct trl_filters *filters;
    struct trl_gpu_tensor in;
};

static int record_filter(void *user, struct trl_gpu_cmd *cmd)
{
    const struct filter *f = user;
    struct trl_gpu_tensor out;
    trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_VIEW);
    return trl_filters_record(f->filters, cmd, &f->in, &out);
}

/* passes: kernels, each of which reads and writes all. */
static void filter_row(struct bench *b, const char *text, int passes)
{
    struct filter f = {.in = bench_tensor(b->noise, 1, b->height, b->width)};
    char name[80];
    snprintf(name, sizeof(name), "%s of %dx%d", text, b->height, b->width);
    const struct bench_row row = {name, record_filter, &f, 8.0 * passes * b->width * b->height};
    if (trl_filters_create(&f.filters, b->device, text, &f.in.layout) < 0 ||
        bench_measure(b, &row, NULL) < 0)
        bench_leave_out(b, name);
    trl_filters_destroy(&f.filters);
}

/* ---- an expression ---- */

struct expression {
    struct trl_ops_expr *expr;
    struct trl_gpu_tensor in[2], out;
};

static int record_expression(void *user, struct trl_gpu_cmd *cmd)
{
    const struct expression *e = user;
    trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_VIEW);
    return trl_ops_expr_record(e->expr, cmd, e->in, &e->out);
}

/* Of two quarters of the noise. */
static void expression_row(struct bench *b, const char *text)
{
    const int64_t elements = b->size / 16;
    struct trl_expr *parsed = NULL;
    struct expression e = {
        .in = {bench_tensor(b->noise, 1, 1, elements), bench_tensor(b->noise, 1, 1, elements)}};
    const struct bench_row row = {text, record_expression, &e, 12 * (double)elements};
    e.in[1].layout.offset = elements;
    if (bench_buffer(b, &e.out.buffer, "result", (uint64_t)elements * 4) < 0 ||
        trl_expr_parse(&parsed, b->log, text) < 0 ||
        trl_ops_expr_create(&e.expr, b->device, parsed, TRL_DTYPE_F32) < 0)
        goto fail;
    e.out = bench_tensor(e.out.buffer, 1, 1, elements);
    if (bench_measure(b, &row, NULL) == 0)
        goto end;
fail:
    bench_leave_out(b, text);
end:
    trl_ops_expr_destroy(&e.expr);
    trl_expr_destroy(&parsed);
    trl_gpu_buffer_destroy(&e.out.buffer);
}

int bench_ops(struct bench *b)
{
    copy_row(b);
    reduction_rows(b);
    filter_row(b, "gaussian=2", 2);
    filter_row(b, "median", 1);
    expression_row(b, "log1p(abs(a-b))");
    return trl_gpu_lost(b->device) ? -1 : 0;
}

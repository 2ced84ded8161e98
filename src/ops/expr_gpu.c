/* SPDX-License-Identifier: BSD-2-Clause */
#include "ops/expr_gpu.h"

#include "base/log.h"
#include "base/math.h"
#include "gpu/glsl.h"
#include "ops/expr_glsl.h"
#include "ops/gather.h"
#include "ops/range.h"
#include "shared/ops.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static_assert(sizeof(struct trl_ops_expr_push) <= TRL_GPU_PUSH_MAX, "push constants are too many");
static_assert(TRL_EXPR_INPUTS_MAX + 1 <= TRL_GPU_BINDING_MAX, "bindings are too many");

/* Elements of one dispatch, at most: drivers that run on the processor end loops of more than
 * 65,535 rounds. */
enum { BLOCK_MAX = 1 << 28, GROUPS_SOFTWARE = 32, GROUPS_MAX = 16384 };

/* Specialisation constants: result, rank, then how the elements of each input lie. */
enum { SPEC_FORMS = 2, SPEC_MAX = SPEC_FORMS + TRL_EXPR_INPUTS_MAX };

struct variant {
    uint32_t spec[SPEC_MAX];
    struct trl_gpu_kernel *kernel;
    struct variant *next;
};

struct trl_ops_expr {
    struct trl_device *device;
    struct trl_expr expr;
    enum trl_dtype result;
    uint32_t *words; /* the kernel's SPIR-V */
    size_t word_count;
    struct variant *variants;
};

/* The axes of the result, and the strides with which each input goes along. */
struct walk {
    struct trl_ops_axes axes;
    int64_t stride[TRL_EXPR_INPUTS_MAX][TRL_RANK_MAX];
};

int trl_ops_expr_create(struct trl_ops_expr **out, struct trl_device *device,
                        const struct trl_expr *expr, enum trl_dtype result)
{
    struct trl_log *log = trl_gpu_log(device);
    *out = calloc(1, sizeof(**out));
    if (!*out)
        return trl_fail_memory(log, "an expression", sizeof(**out));
    (*out)->device = device;
    (*out)->expr = *expr;
    (*out)->result = result;
    char *text = NULL;
    int ret = trl_ops_expr_glsl(expr, log, &text);
    if (ret == 0)
        ret = trl_glsl_compile(device, "expr", text, &(*out)->words, &(*out)->word_count);
    free(text);
    if (ret < 0)
        trl_ops_expr_destroy(out);
    return ret;
}

void trl_ops_expr_destroy(struct trl_ops_expr **expr)
{
    if (!expr || !*expr)
        return;
    for (struct variant *variant = (*expr)->variants, *next; variant; variant = next) {
        next = variant->next;
        trl_gpu_kernel_destroy(&variant->kernel);
        free(variant);
    }
    free((*expr)->words);
    free(*expr);
    *expr = NULL;
}

static int make_variant(struct trl_ops_expr *expr, const uint32_t spec[SPEC_MAX])
{
    struct variant *variant = calloc(1, sizeof(*variant));
    if (!variant)
        return trl_fail_memory(trl_gpu_log(expr->device), "a kernel", sizeof(*variant));
    memcpy(variant->spec, spec, sizeof(variant->spec));
    const int ret = trl_gpu_kernel_create_module(
        &variant->kernel, expr->device,
        &(struct trl_gpu_module){
            .name = "expression",
            .words = expr->words,
            .count = expr->word_count,
            .spec = spec,
            .spec_count = SPEC_FORMS + (uint32_t)expr->expr.input_count,
        });
    if (ret < 0) {
        free(variant);
        return ret;
    }
    variant->next = expr->variants;
    expr->variants = variant;
    return 0;
}

static int find_kernel(struct trl_ops_expr *expr, const struct trl_gpu_tensor *inputs, int rank,
                       struct trl_gpu_kernel **out)
{
    uint32_t spec[SPEC_MAX] = {expr->result, (uint32_t)rank};
    for (int n = 0; n < expr->expr.input_count; n++) {
        const struct trl_layout *layout = &inputs[n].layout;
        if (layout->dtype == TRL_DTYPE_F64 || layout->dtype == TRL_DTYPE_I64 ||
            layout->dtype == TRL_DTYPE_U64)
            return trl_fail(trl_gpu_log(expr->device), TRL_ERROR_UNSUPPORTED,
                            "expr: elements of dtype %s are not read on the device; narrow them to "
                            "f4 first",
                            trl_dtype_name(layout->dtype));
        const bool swap = layout->big_endian && trl_dtype_size(layout->dtype) > 1;
        spec[SPEC_FORMS + n] = layout->dtype | (swap ? TRL_OPS_SWAP : 0);
    }
    struct variant *variant = expr->variants;
    while (variant && memcmp(variant->spec, spec, sizeof(spec)) != 0)
        variant = variant->next;
    if (!variant) {
        const int ret = make_variant(expr, spec);
        if (ret < 0)
            return ret;
        variant = expr->variants;
    }
    *out = variant->kernel;
    return 0;
}

static bool block_fits(const struct trl_ops_expr *expr, const struct walk *w,
                       const struct trl_ops_range *b, const struct trl_gpu_tensor *inputs)
{
    const uint64_t limit = trl_device_info(expr->device)->storage_buffer_bytes_max -
                           trl_gpu_binding_alignment(expr->device) - 4;
    if (!trl_ops_range_fits(&w->axes, b) ||
        (uint64_t)b->count * trl_dtype_size(expr->result) > limit)
        return false;
    for (int n = 0; n < expr->expr.input_count; n++) {
        int64_t low = 0, high = 0;
        trl_ops_range_reach(&w->axes, b, w->stride[n], &low, &high);
        const uint64_t span = (uint64_t)(high - low + 1);
        if (span > INT32_MAX || span * trl_dtype_size(inputs[n].layout.dtype) > limit)
            return false;
    }
    return true;
}

/* Binds what the block needs of each tensor and fills in the push constants. */
static void bind_block(const struct trl_ops_expr *expr, const struct walk *w,
                       const struct trl_ops_range *b, const struct trl_gpu_tensor *inputs,
                       const struct trl_gpu_tensor *out, struct trl_gpu_call *call,
                       struct trl_ops_expr_push *push)
{
    const uint64_t alignment = trl_gpu_binding_alignment(expr->device);
    const uint64_t size = trl_dtype_size(expr->result);
    const uint64_t begin = (uint64_t)(out->layout.offset + b->at) * size;
    const uint64_t from = begin / alignment * alignment;
    call->bindings[0] = (struct trl_gpu_binding){
        out->buffer, from, trl_align_up(begin + (uint64_t)b->count * size, 4) - from, true};
    push->count = (uint32_t)b->count;
    push->first = (uint32_t)trl_ops_range_first(&w->axes, b);
    push->word = (uint32_t)((begin - from) / 4);
    uint32_t *walk = trl_ops_range_extents(&w->axes, b, push->walk);
    for (int n = 0; n < expr->expr.input_count; n++) {
        const struct trl_layout *layout = &inputs[n].layout;
        const uint64_t element = trl_dtype_size(layout->dtype);
        int64_t low = layout->offset, high = layout->offset;
        trl_ops_range_reach(&w->axes, b, w->stride[n], &low, &high);
        const uint64_t start = (uint64_t)low * element / alignment * alignment;
        const uint64_t end = trl_align_up((uint64_t)(high + 1) * element, 4);
        call->bindings[n + 1] =
            (struct trl_gpu_binding){inputs[n].buffer, start, end - start, false};
        *walk++ = (uint32_t)((uint64_t)(layout->offset + trl_ops_range_base(b, w->stride[n])) -
                             start / element);
    }
    for (int n = 0; n < expr->expr.input_count; n++)
        for (int axis = 0; axis < w->axes.rank; axis++)
            *walk++ = (uint32_t)w->stride[n][axis];
}

static void dispatch(const struct trl_ops_expr *expr, struct trl_gpu_cmd *cmd,
                     const struct trl_gpu_call *call, int64_t count)
{
    const bool software = trl_device_info(expr->device)->type == TRL_DEVICE_SOFTWARE;
    const int64_t words = expr->result == TRL_DTYPE_F32 ? count : (count + 1) / 2;
    const int64_t groups = (words + TRL_OPS_LANES - 1) / TRL_OPS_LANES;
    trl_gpu_cmd_dispatch(
        cmd, call, (uint32_t)trl_min_i64(groups, software ? GROUPS_SOFTWARE : GROUPS_MAX), 1, 1);
}

static int record_blocks(struct trl_ops_expr *expr, struct trl_gpu_cmd *cmd, const struct walk *w,
                         const struct trl_gpu_tensor *inputs, const struct trl_gpu_tensor *out,
                         struct trl_gpu_kernel *kernel)
{
    const int64_t elements = trl_ops_axes_elements(&w->axes);
    struct trl_ops_range b = {0};
    for (b.at = 0; b.at < elements; b.at += b.count) {
        b.count = trl_min_i64(elements - b.at, BLOCK_MAX);
        for (;;) {
            trl_ops_range_place(&w->axes, &b);
            if (block_fits(expr, w, &b, inputs))
                break;
            if (b.count <= 2)
                return trl_fail(trl_gpu_log(expr->device), TRL_ERROR_UNSUPPORTED,
                                "expr: neighbours of a tensor lie farther apart than this device "
                                "binds at once. Copy the tensor to C order");
            b.count = (b.count / 2 + 1) / 2 * 2; /* blocks begin on whole words */
        }
        struct trl_ops_expr_push push = {0};
        struct trl_gpu_call call = {
            .kernel = kernel,
            .binding_count = (uint32_t)expr->expr.input_count + 1,
            .push = &push,
            .push_size = sizeof(push),
        };
        bind_block(expr, w, &b, inputs, out, &call, &push);
        dispatch(expr, cmd, &call, b.count);
    }
    return 0;
}

int trl_ops_expr_record(struct trl_ops_expr *expr, struct trl_gpu_cmd *cmd,
                        const struct trl_gpu_tensor *inputs, const struct trl_gpu_tensor *out)
{
    struct trl_log *log = trl_gpu_log(expr->device);
    struct trl_layout layouts[TRL_EXPR_INPUTS_MAX];
    struct walk w;
    for (int n = 0; n < expr->expr.input_count; n++)
        layouts[n] = inputs[n].layout;
    int ret = trl_expr_shape(&expr->expr, log, layouts, &w.axes.rank, w.axes.shape);
    if (ret < 0)
        return ret;
    if (w.axes.rank != out->layout.rank || out->layout.dtype != expr->result ||
        memcmp(w.axes.shape, out->layout.shape, (size_t)w.axes.rank * sizeof(int64_t)) != 0 ||
        (uint64_t)out->layout.offset * trl_dtype_size(expr->result) % 4)
        return trl_fail(log, TRL_ERROR_INTERNAL, "expr: the result is of another form");
    for (int n = 0; n < expr->expr.input_count; n++)
        trl_ops_broadcast(&layouts[n], w.axes.rank, w.axes.shape, w.stride[n]);
    trl_ops_axes_straighten(&w.axes, w.stride, expr->expr.input_count);
    const int rank = w.axes.rank;
    if (trl_ops_axes_elements(&w.axes) == 0)
        return 0;
    if (rank - 1 + expr->expr.input_count * (rank + 1) > TRL_OPS_WALK_WORDS)
        return trl_fail(log, TRL_ERROR_UNSUPPORTED,
                        "expr: %d inputs with %d axes that do not continue each other are more "
                        "than the kernel can walk. Copy the tensors to C order",
                        expr->expr.input_count, rank);
    struct trl_gpu_kernel *kernel = NULL;
    if ((ret = find_kernel(expr, inputs, rank, &kernel)) < 0)
        return ret;
    return record_blocks(expr, cmd, &w, inputs, out, kernel);
}

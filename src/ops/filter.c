/* SPDX-License-Identifier: BSD-2-Clause */
#include "ops/filter.h"

#include "base/log.h"
#include "base/math.h"
#include "gpu/upload.h"
#include "gpu/variants.h"
#include "ops/filter_band.h"
#include "ops/filter_plan.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <tensorreel/error.h>

static_assert(sizeof(struct trl_filter_push) <= TRL_GPU_PUSH_MAX, "push constants are too many");

/* Workgroups of one dispatch: a driver on the processor gets few with much to do, but no loop in
 * them comes near the 65,535 rounds after which some drivers end it. */
enum { GROUPS_MAX = 65535, GROUPS_SOFTWARE = 32, ROUNDS = 4096 };

struct trl_filters {
    struct trl_device *device;
    struct trl_filter_plan plan;
    struct trl_layout layout;
    struct trl_gpu_variants kernels[TRL_FILTER_STAGES_MAX];
    struct trl_gpu_buffer *frames[2]; /* stage n writes frames[n & 1] */
    struct trl_gpu_buffer *states[TRL_FILTER_STEPS_MAX];
    struct trl_gpu_buffer *weights;
    uint64_t limit; /* of a binding; 0: the device's */
    bool first;
};

/* ---- made once ---- */

static int create_frame(struct trl_filters *f, struct trl_gpu_buffer **out, const char *name)
{
    return trl_gpu_buffer_create(
        out, f->device,
        &(struct trl_gpu_buffer_params){
            .name = name,
            .size_bytes = (uint64_t)trl_layout_elements(&f->layout) * sizeof(float),
            .memory = TRL_GPU_MEMORY_DEVICE,
        });
}

static int create_buffers(struct trl_filters *f)
{
    int ret = 0;
    for (int n = 0; n < 2 && n < f->plan.stage_count && ret == 0; n++)
        ret = create_frame(f, &f->frames[n], "filtered frame");
    for (int n = 0; n < f->plan.state_count && ret == 0; n++)
        ret = create_frame(f, &f->states[n], "filter's memory");
    return ret;
}

static int upload_weights(struct trl_filters *f)
{
    struct trl_upload upload;
    int ret = trl_upload_begin(&upload, f->device);
    if (ret == 0)
        ret = trl_upload_buffer(&upload, &f->weights, "filter weights", f->plan.weights,
                                (size_t)f->plan.weight_count * sizeof(float));
    if (ret == 0)
        ret = trl_upload_finish(&upload);
    trl_upload_destroy(&upload);
    return ret;
}

static struct trl_gpu_kernel_params kernel_params(const struct trl_filter_stage *stage)
{
    struct trl_gpu_kernel_params params = {.spec_count = 7};
    switch (stage->kind) {
    case TRL_FILTER_ACROSS:
    case TRL_FILTER_DOWN:
        params.shader = TRL_SHADER_OPS_FILTER_AXIS_COMP;
        params.spec[6] = stage->kind == TRL_FILTER_DOWN;
        break;
    case TRL_FILTER_MEDIAN_OF_NINE:
    case TRL_FILTER_GRADIENT:
        params.shader = TRL_SHADER_OPS_FILTER_THREE_COMP;
        params.spec[6] = stage->kind == TRL_FILTER_MEDIAN_OF_NINE;
        break;
    default:
        params.shader = TRL_SHADER_OPS_FILTER_EACH_COMP;
        params.spec_count = 6;
        break;
    }
    for (int n = 0; n < TRL_FILTER_OPS; n++)
        params.spec[2 + n] = stage->ops[n];
    return params;
}

static int create_kernels(struct trl_filters *f, const struct trl_layout *frame)
{
    for (int n = 0; n < f->plan.stage_count; n++) {
        struct trl_gpu_kernel *kernel;
        f->kernels[n].params = kernel_params(&f->plan.stage[n]);
        const int ret =
            trl_gpu_variant(&f->kernels[n], f->device, n == 0 ? frame : &f->layout, &kernel);
        if (ret < 0)
            return ret;
    }
    return 0;
}

static int check_frame(struct trl_device *device, const struct trl_layout *frame)
{
    bool fits = frame->rank == 3;
    for (int n = 0; fits && n < 3; n++)
        fits = frame->shape[n] > 0 && frame->shape[n] <= INT32_MAX / 2;
    if (fits)
        return 0;
    return trl_fail(trl_gpu_log(device), TRL_ERROR_USAGE,
                    "filters: a frame must have three axes (tiles, rows, columns), each of 1 to "
                    "%d elements",
                    INT32_MAX / 2);
}

int trl_filters_create(struct trl_filters **out, struct trl_device *device, const char *text,
                       const struct trl_layout *frame)
{
    struct trl_filter_chain chain;
    *out = NULL;
    int ret = trl_filter_parse(&chain, trl_gpu_log(device), text);
    if (ret < 0 || (ret = check_frame(device, frame)) < 0)
        return ret;
    struct trl_filters *f = calloc(1, sizeof(*f));
    if (!f)
        return trl_fail_memory(trl_gpu_log(device), "filters", sizeof(*f));
    f->device = device;
    f->first = true;
    trl_filter_plan(&f->plan, &chain);
    if ((ret = trl_layout_dense(&f->layout, TRL_DTYPE_F32, 3, frame->shape, false)) < 0) {
        trl_fail(trl_gpu_log(device), ret, "filters: a frame has too many elements");
        goto fail;
    }
    if ((ret = create_kernels(f, frame)) < 0 || (ret = create_buffers(f)) < 0)
        goto fail;
    if (f->plan.weight_count && (ret = upload_weights(f)) < 0)
        goto fail;
    *out = f;
    return 0;
fail:
    trl_filters_destroy(&f);
    return ret;
}

void trl_filters_destroy(struct trl_filters **filters)
{
    if (!filters || !*filters)
        return;
    struct trl_filters *f = *filters;
    for (int n = 0; n < TRL_FILTER_STAGES_MAX; n++)
        trl_gpu_variants_destroy(&f->kernels[n]);
    for (int n = 0; n < TRL_FILTER_STEPS_MAX; n++)
        trl_gpu_buffer_destroy(&f->states[n]);
    trl_gpu_buffer_destroy(&f->frames[0]);
    trl_gpu_buffer_destroy(&f->frames[1]);
    trl_gpu_buffer_destroy(&f->weights);
    free(f);
    *filters = NULL;
}

const struct trl_layout *trl_filters_layout(const struct trl_filters *filters)
{
    return &filters->layout;
}

void trl_filters_reset(struct trl_filters *filters)
{
    filters->first = true;
}

void trl_filters_limit_bindings(struct trl_filters *filters, uint64_t bytes)
{
    filters->limit = bytes;
}

/* ---- made for each frame ---- */

/* Rows above and below those that a stage makes. */
static void halo(const struct trl_filter_stage *stage, int *above, int *below)
{
    const bool three =
        stage->kind == TRL_FILTER_MEDIAN_OF_NINE || stage->kind == TRL_FILTER_GRADIENT;
    const bool down = stage->kind == TRL_FILTER_DOWN;
    *above = three ? 1 : down ? stage->before : 0;
    *below = three ? 1 : down ? stage->taps - 1 - stage->before : 0;
}

static uint32_t group_count(const struct trl_filters *f, const struct trl_filter_stage *stage,
                            const struct trl_filter_push *p)
{
    const uint64_t run = TRL_FILTER_RUN, lanes = TRL_FILTER_LANES;
    uint64_t groups;
    if (stage->kind == TRL_FILTER_EACH)
        groups = (p->columns + run * lanes - 1) / (run * lanes) * p->row_count * p->tiles;
    else if (stage->kind == TRL_FILTER_ACROSS)
        groups = ((p->columns + run - 1) / run * p->row_count * p->tiles + lanes - 1) / lanes;
    else
        groups = ((p->row_count + run - 1) / run * p->columns * p->tiles + lanes - 1) / lanes;
    uint64_t most = GROUPS_MAX;
    if (trl_device_info(f->device)->type == TRL_DEVICE_SOFTWARE)
        most = groups / ROUNDS + GROUPS_SOFTWARE;
    groups = groups < most ? groups : most;
    return (uint32_t)(groups < GROUPS_MAX ? groups : GROUPS_MAX);
}

static void dispatch_band(struct trl_filters *f, struct trl_gpu_cmd *cmd,
                          const struct trl_filter_stage *stage, struct trl_gpu_call call,
                          const struct trl_filter_bands *b, const struct trl_gpu_tensor *in,
                          const struct trl_gpu_tensor *out)
{
    int above, below;
    halo(stage, &above, &below);
    const int64_t *stride = in->layout.stride, *shape = in->layout.shape;
    const int64_t low = trl_max_i64(0, b->row - above);
    const int64_t end = trl_min_i64(shape[1], b->row + b->row_count + below);
    struct trl_filter_push push = {
        .tile_stride = (uint32_t)stride[0],
        .row_stride = (uint32_t)stride[1],
        .column_stride = (uint32_t)stride[2],
        .rows = (uint32_t)shape[1],
        .columns = (uint32_t)shape[2],
        .tile = (uint32_t)b->tile,
        .tiles = (uint32_t)b->tile_count,
        .row = (uint32_t)b->row,
        .row_count = (uint32_t)b->row_count,
        .row_low = (uint32_t)low,
        .row_end = (uint32_t)end,
        .taps = (uint32_t)stage->taps,
        .before = (uint32_t)stage->before,
        .first_weight = (uint32_t)stage->first_weight,
    };
    memcpy(push.argument, stage->arguments, sizeof(push.argument));
    call.bindings[0] = trl_filter_bands_bind(b, in, low, end, &push.base);
    call.bindings[1] = trl_filter_bands_bind(b, out, b->row, b->row + b->row_count, &push.out_base);
    call.bindings[1].write = true;
    call.bindings[2] = call.bindings[1];
    if (stage->state >= 0)
        call.bindings[2].buffer = f->states[stage->state];
    call.push = &push;
    call.push_size = sizeof(push);
    trl_gpu_cmd_dispatch(cmd, &call, group_count(f, stage, &push), 1, 1);
}

static int record_stage(struct trl_filters *f, int n, struct trl_gpu_cmd *cmd,
                        const struct trl_gpu_tensor *in, const struct trl_gpu_tensor *out)
{
    const struct trl_filter_stage *stage = &f->plan.stage[n];
    struct trl_gpu_call call = {.binding_count = 3};
    struct trl_filter_bands bands;
    int above, below;
    if (stage->taps)
        call.bindings[call.binding_count++] = (struct trl_gpu_binding){.buffer = f->weights};
    halo(stage, &above, &below);
    int ret = trl_gpu_variant(&f->kernels[n], f->device, &in->layout, &call.kernel);
    if (ret < 0 ||
        (ret = trl_filter_bands_begin(&bands, f->device, f->limit, &in->layout, above, below)) < 0)
        return ret;
    while (trl_filter_bands_next(&bands, &in->layout))
        dispatch_band(f, cmd, stage, call, &bands, in, out);
    return 0;
}

int trl_filters_record(struct trl_filters *f, struct trl_gpu_cmd *cmd,
                       const struct trl_gpu_tensor *in, struct trl_gpu_tensor *out)
{
    const struct trl_layout *layout = &in->layout;
    if (layout->rank != 3 || memcmp(layout->shape, f->layout.shape, 3 * sizeof(int64_t)) != 0)
        return trl_fail(trl_gpu_log(f->device), TRL_ERROR_USAGE,
                        "filters: a frame of other shape than the first");
    if (f->first)
        for (int n = 0; n < f->plan.state_count; n++)
            trl_gpu_cmd_fill(cmd, f->states[n], 0, trl_gpu_buffer_size(f->states[n]),
                             TRL_FILTER_NAN);
    f->first = false;
    struct trl_gpu_tensor from = *in;
    for (int n = 0; n < f->plan.stage_count; n++) {
        const struct trl_gpu_tensor to = {f->frames[n & 1], f->layout};
        const int ret = record_stage(f, n, cmd, &from, &to);
        if (ret < 0)
            return ret;
        from = to;
    }
    *out = from;
    return 0;
}

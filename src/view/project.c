/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/project.h"

#include "base/log.h"
#include "base/math.h"
#include "gpu/variants.h"
#include "gpu/window.h"
#include "shared/project.h"
#include "view/tensor.h"

#include <stdlib.h>

#include <tensorreel/error.h>

/* Loops of some drivers end silently after 65,535 turns. */
enum { ALONG_MAX = 32768, GROUPS_MAX = 65535 };

_Static_assert(TRL_PROJECT_BY_MAX == TRL_PROJECT_MAX && TRL_PROJECT_BY_MIN == TRL_PROJECT_MIN &&
                   TRL_PROJECT_BY_MEAN == TRL_PROJECT_MEAN && TRL_PROJECT_BY_SUM == TRL_PROJECT_SUM,
               "shader and C agree");

struct trl_projection {
    struct trl_device *device;
    int axis;
    int64_t shape[3];
    bool software;
    struct trl_gpu_variants direct, staged;
    struct trl_gpu_tensor result;
    struct trl_gpu_buffer *state; /* made when a volume first comes in several blocks */
};

static int create_result(struct trl_projection *p)
{
    const int row_axis = p->axis == 0 ? 1 : 0, column_axis = p->axis == 2 ? 1 : 2;
    const int64_t rows = p->shape[row_axis], columns = p->shape[column_axis];
    const uint64_t limit = trl_device_info(p->device)->storage_buffer_bytes_max;
    int64_t bytes;
    if (!trl_mul_i64(rows, columns, &bytes) ||
        !trl_mul_i64(bytes, 4 * TRL_PROJECT_STATE_WORDS, &bytes) || (uint64_t)bytes > limit)
        return trl_fail(trl_gpu_log(p->device), TRL_ERROR_UNSUPPORTED,
                        "projection: %lld x %lld values are too many; this device binds at most "
                        "%llu bytes. Project along another axis",
                        (long long)rows, (long long)columns, (unsigned long long)limit);
    p->result.layout = (struct trl_layout){
        .dtype = TRL_DTYPE_F32,
        .rank = 3,
        .shape = {1, rows, columns},
        .stride = {rows * columns, columns, 1},
    };
    return trl_gpu_buffer_create(&p->result.buffer, p->device,
                                 &(struct trl_gpu_buffer_params){
                                     .name = "projection",
                                     .size_bytes = (uint64_t)(rows * columns) * 4,
                                     .memory = TRL_GPU_MEMORY_DEVICE,
                                 });
}

static int check(struct trl_log *log, enum trl_project project, int *axis, const int64_t shape[3])
{
    if ((unsigned)project > TRL_PROJECT_SUM)
        return trl_fail(log, TRL_ERROR_USAGE, "projection %d: unknown", (int)project);
    if (*axis < -3 || *axis > 2)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "projection: axis %d of a volume, which has 0 to 2 or -3 to -1", *axis);
    if (*axis < 0)
        *axis += 3;
    for (int n = 0; n < 3; n++)
        if (shape[n] < 1 || shape[n] > UINT32_MAX / 2)
            return trl_fail(log, TRL_ERROR_USAGE, "projection: axis %d has %lld elements", n,
                            (long long)shape[n]);
    return 0;
}

int trl_projection_create(struct trl_projection **out, struct trl_device *device,
                          enum trl_project project, int axis, const int64_t shape[3])
{
    *out = NULL;
    struct trl_log *log = trl_gpu_log(device);
    int ret = check(log, project, &axis, shape);
    if (ret < 0)
        return ret;
    struct trl_projection *p = calloc(1, sizeof(*p));
    if (!p)
        return trl_fail_memory(log, "a projection", sizeof(*p));
    p->device = device;
    p->axis = axis;
    p->software = trl_device_info(device)->type == TRL_DEVICE_SOFTWARE;
    for (int n = 0; n < 3; n++)
        p->shape[n] = shape[n];
    p->direct.params = p->staged.params = (struct trl_gpu_kernel_params){
        TRL_SHADER_VIEW_PROJECT_COMP, .spec = {0, 0, project, 0}, .spec_count = 4};
    p->staged.params.spec[3] = 1;
    if ((ret = create_result(p)) < 0)
        trl_projection_destroy(&p);
    *out = p;
    return ret;
}

void trl_projection_destroy(struct trl_projection **out)
{
    if (!out || !*out)
        return;
    struct trl_projection *p = *out;
    trl_gpu_variants_destroy(&p->direct);
    trl_gpu_variants_destroy(&p->staged);
    trl_gpu_buffer_destroy(&p->result.buffer);
    trl_gpu_buffer_destroy(&p->state);
    free(p);
    *out = NULL;
}

static int64_t length(int64_t stride)
{
    return stride < 0 ? -stride : stride;
}

/* Lanes read side by side: they go along whichever of the other axes lies closer together. */
static void choose_axes(const struct trl_projection *p, const struct trl_layout *layout,
                        int axes[3])
{
    const int row_axis = p->axis == 0 ? 1 : 0, column_axis = p->axis == 2 ? 1 : 2;
    const int64_t row = length(layout->stride[row_axis]);
    const int64_t column = length(layout->stride[column_axis]);
    const bool rows_closer = layout->shape[row_axis] > 1 && row < column;
    axes[TRL_PROJECT_LINE] = rows_closer ? column_axis : row_axis;
    axes[TRL_PROJECT_LANE] = rows_closer ? row_axis : column_axis;
    axes[TRL_PROJECT_ALONG] = p->axis;
}

/* Windows are cut along the first axis first: that of the widest stride. */
static void order_axes(const struct trl_layout *layout, int order[3])
{
    for (int n = 0; n < 3; n++) {
        int at = n;
        for (; at > 0 && length(layout->stride[order[at - 1]]) < length(layout->stride[n]); at--)
            order[at] = order[at - 1];
        order[at] = n;
    }
}

static int keep_state(struct trl_projection *p)
{
    if (p->state)
        return 0;
    return trl_gpu_buffer_create(
        &p->state, p->device,
        &(struct trl_gpu_buffer_params){
            .name = "projection begun",
            .size_bytes = trl_gpu_buffer_size(p->result.buffer) * TRL_PROJECT_STATE_WORDS,
            .memory = TRL_GPU_MEMORY_DEVICE,
        });
}

/* The block at hand, in parts that a loop may run along. */
static int record_block(struct trl_projection *p, struct trl_gpu_cmd *cmd,
                        struct trl_gpu_call *call, struct trl_project_push *push)
{
    const int64_t total = p->shape[p->axis];
    const int64_t end = (int64_t)push->start[TRL_PROJECT_ALONG] + push->count[TRL_PROJECT_ALONG];
    const uint32_t lines = push->count[TRL_PROJECT_LINE];
    const uint32_t lanes = push->count[TRL_PROJECT_LANE];
    const uint32_t groups = (uint32_t)trl_min_i64(lines, GROUPS_MAX);
    for (int64_t at = push->start[TRL_PROJECT_ALONG]; at < end; at += ALONG_MAX) {
        push->start[TRL_PROJECT_ALONG] = (uint32_t)at;
        push->count[TRL_PROJECT_ALONG] = (uint32_t)trl_min_i64(ALONG_MAX, end - at);
        push->first = at == 0;
        push->last = at + push->count[TRL_PROJECT_ALONG] == total;
        const bool whole = push->first && push->last;
        int ret = whole ? 0 : keep_state(p);
        if (ret < 0)
            return ret;
        call->bindings[1] =
            (struct trl_gpu_binding){.buffer = whole ? p->result.buffer : p->state, .write = true};
        call->push = push;
        call->push_size = sizeof(*push);
        trl_gpu_cmd_dispatch(cmd, call, (lanes + TRL_PROJECT_LANES - 1) / TRL_PROJECT_LANES, groups,
                             (lines + groups - 1) / groups);
    }
    return 0;
}

int trl_projection_record(struct trl_projection *p, struct trl_gpu_cmd *cmd,
                          const struct trl_gpu_tensor *volume)
{
    const struct trl_layout *layout = &volume->layout;
    int ret, axes[3], order[3];
    if ((ret = trl_tensor_check(p->device, "projection", volume, p->shape)) < 0)
        return ret;
    choose_axes(p, layout, axes);
    order_axes(layout, order);
    struct trl_window_axis axis[3];
    int64_t out_stride[3];
    out_stride[p->axis] = 0;
    out_stride[p->axis == 0 ? 1 : 0] = p->result.layout.stride[1];
    out_stride[p->axis == 2 ? 1 : 2] = 1;
    for (int n = 0; n < 3; n++)
        axis[n] =
            (struct trl_window_axis){layout->shape[order[n]], 1, NULL, layout->stride[order[n]]};
    const bool staged = !p->software && length(layout->stride[p->axis]) <
                                            length(layout->stride[axes[TRL_PROJECT_LANE]]);
    struct trl_gpu_call call = {
        .bindings = {{0}, {0}, {.buffer = p->result.buffer, .write = true}},
        .binding_count = 3,
    };
    struct trl_windows w;
    if ((ret = trl_gpu_variant(staged ? &p->staged : &p->direct, p->device, layout, &call.kernel)) <
            0 ||
        (ret = trl_windows_begin(&w, p->device, volume, axis)) < 0)
        return ret;
    while (trl_windows_next(&w)) {
        struct trl_project_push push = {
            .base = w.base,
            .out_stride = {(uint32_t)out_stride[axes[TRL_PROJECT_LINE]],
                           (uint32_t)out_stride[axes[TRL_PROJECT_LANE]]},
        };
        for (int n = 0; n < 3; n++)
            for (int k = 0; k < 3; k++) {
                if (order[k] != axes[n])
                    continue;
                push.stride[n] = (uint32_t)axis[k].stride;
                push.start[n] = (uint32_t)w.start[k];
                push.count[n] = (uint32_t)w.count[k];
            }
        call.bindings[0] = w.binding;
        if ((ret = record_block(p, cmd, &call, &push)) < 0)
            return ret;
    }
    return 0;
}

const struct trl_gpu_tensor *trl_projection_result(const struct trl_projection *p)
{
    return &p->result;
}

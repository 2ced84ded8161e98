/* SPDX-License-Identifier: BSD-2-Clause */
#include "ops/hosted.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/math.h"
#include "tensor/layout.h"

static const char *name_of(const struct trl_ops_tensor *tensor)
{
    return tensor->name ? tensor->name : "the tensor";
}

int trl_ops_check_tensor(struct trl_log *log, const struct trl_ops_tensor *tensor)
{
    const struct trl_layout *layout = &tensor->layout;
    const size_t element = trl_dtype_size(layout->dtype);
    int64_t low, high;
    if (!element || layout->rank < 0 || layout->rank > TRL_RANK_MAX)
        return trl_fail(log, TRL_ERROR_USAGE, "%s: dtype %d and %d axes are no layout",
                        name_of(tensor), (int)layout->dtype, layout->rank);
    if (trl_layout_elements(layout) == 0)
        return 0;
    if (!trl_layout_bounds(layout, &low, &high) || low < 0 || !tensor->data ||
        (uint64_t)high >= tensor->size_bytes / element)
        return trl_fail(log, TRL_ERROR_USAGE, "%s: its layout reaches beyond its %zu bytes",
                        name_of(tensor), tensor->size_bytes);
    return 0;
}

int trl_ops_hosted_begin(struct trl_ops_hosted *hosted, struct trl_log *log,
                         struct trl_device *device)
{
    hosted->log = log;
    hosted->device = device;
    return trl_upload_begin(&hosted->upload, device);
}

int trl_ops_hosted_send(struct trl_ops_hosted *hosted, const struct trl_ops_tensor *tensor,
                        struct trl_gpu_tensor *out)
{
    struct trl_gpu_buffer **buffer = &hosted->inputs[hosted->input_count];
    const size_t element = trl_dtype_size(tensor->layout.dtype);
    int64_t low, high;
    if (hosted->input_count == TRL_EXPR_INPUTS_MAX ||
        !trl_layout_bounds(&tensor->layout, &low, &high))
        return trl_fail(hosted->log, TRL_ERROR_INTERNAL, "%s cannot be copied to the device",
                        name_of(tensor));
    const size_t count = (size_t)(high - low + 1);
    const char *from = (const char *)tensor->data + (size_t)low * element;
    float *narrow = NULL;
    *out = (struct trl_gpu_tensor){.layout = tensor->layout};
    out->layout.offset -= low;
    if (element == 8) {
        narrow = malloc(count * sizeof(*narrow));
        if (!narrow)
            return trl_fail_memory(hosted->log, name_of(tensor), count * sizeof(*narrow));
        trl_narrow_f32(tensor->layout.dtype, tensor->layout.big_endian, from, narrow,
                       (int64_t)count);
        out->layout.dtype = TRL_DTYPE_F32;
        out->layout.big_endian = false;
    }
    const int error =
        trl_upload_buffer(&hosted->upload, buffer, "operand", narrow ? (const void *)narrow : from,
                          count * (narrow ? sizeof(*narrow) : element));
    free(narrow);
    hosted->input_count += *buffer != NULL;
    out->buffer = *buffer;
    return error;
}

int trl_ops_hosted_start(struct trl_ops_hosted *hosted, const struct trl_layout *layout,
                         struct trl_gpu_tensor *result)
{
    struct trl_gpu_buffer_params params = {
        .name = "result",
        .size_bytes =
            trl_align_up((uint64_t)trl_layout_elements(layout) * trl_dtype_size(layout->dtype),
                         sizeof(uint32_t)),
        .memory = TRL_GPU_MEMORY_DEVICE};
    int error = trl_upload_finish(&hosted->upload);
    if (!error)
        error = trl_gpu_buffer_create(&hosted->result, hosted->device, &params);
    params.memory = TRL_GPU_MEMORY_READBACK;
    if (!error)
        error = trl_gpu_buffer_create(&hosted->readback, hosted->device, &params);
    if (!error)
        error = trl_gpu_cmd_create(&hosted->cmd, hosted->device, TRL_GPU_QUEUE_MAIN);
    if (!error)
        error = trl_gpu_cmd_begin(hosted->cmd);
    if (!error)
        trl_gpu_cmd_stage(hosted->cmd, TRL_GPU_STAGE_ANALYSE);
    *result = (struct trl_gpu_tensor){.buffer = hosted->result, .layout = *layout};
    return error;
}

int trl_ops_hosted_finish(struct trl_ops_hosted *hosted, void *out, size_t size_bytes,
                          int64_t *gpu_ns)
{
    const uint64_t whole = trl_gpu_buffer_size(hosted->result);
    struct trl_gpu_point done;
    trl_gpu_cmd_stage(hosted->cmd, TRL_GPU_STAGE_COPY);
    trl_gpu_cmd_copy(hosted->cmd, hosted->readback, 0, hosted->result, 0, whole);
    trl_gpu_cmd_to_host(hosted->cmd, hosted->readback);
    int error = trl_gpu_submit(hosted->cmd, NULL, 0, &done);
    if (!error)
        error = trl_gpu_wait(hosted->device, done, INT64_MAX);
    if (!error)
        error = trl_gpu_buffer_invalidate(hosted->readback, 0, whole);
    if (error)
        return error;
    memcpy(out, trl_gpu_buffer_map(hosted->readback), size_bytes);
    if (gpu_ns) {
        int64_t ns[TRL_GPU_STAGE_COUNT];
        trl_gpu_cmd_times(hosted->cmd, ns);
        *gpu_ns = ns[TRL_GPU_STAGE_ANALYSE];
    }
    return 0;
}

void trl_ops_hosted_end(struct trl_ops_hosted *hosted)
{
    if (hosted->device && hosted->cmd)
        trl_gpu_idle(hosted->device);
    trl_gpu_cmd_destroy(&hosted->cmd);
    trl_upload_destroy(&hosted->upload);
    for (int n = 0; n < hosted->input_count; n++)
        trl_gpu_buffer_destroy(&hosted->inputs[n]);
    trl_gpu_buffer_destroy(&hosted->result);
    trl_gpu_buffer_destroy(&hosted->readback);
}

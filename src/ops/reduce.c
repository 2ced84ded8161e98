/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/log.h"
#include "ops/hosted.h"
#include "ops/reduction.h"

int trl_ops_reduce_layout(const struct trl_ops_reduce_params *params,
                          const struct trl_layout *input, struct trl_layout *out)
{
    struct trl_ops_shape shape;
    const int error = trl_ops_shape_init(&shape, params, input);
    if (!error)
        *out = shape.result;
    return error;
}

static int reduce_there(const struct trl_ops_reduce_params *params,
                        const struct trl_ops_shape *shape, const struct trl_ops_tensor *input,
                        void *out, size_t size_bytes, int64_t *gpu_ns)
{
    struct trl_ops_hosted hosted = {0};
    struct trl_ops_reducer *reducer = NULL;
    struct trl_gpu_tensor operand, result;
    int error = trl_ops_hosted_begin(&hosted, params->log, params->device);
    if (!error)
        error = trl_ops_hosted_send(&hosted, input, &operand);
    if (!error)
        error = trl_ops_reducer_create(&reducer, params->device, shape, TRL_OPS_KERNEL_AUTO);
    if (!error)
        error = trl_ops_hosted_start(&hosted, &shape->result, &result);
    if (!error)
        error = trl_ops_reducer_record(reducer, hosted.cmd, &operand, &result);
    if (!error)
        error = trl_ops_hosted_finish(&hosted, out, size_bytes, gpu_ns);
    trl_ops_hosted_end(&hosted);
    trl_ops_reducer_destroy(&reducer);
    return error;
}

int trl_ops_reduce(const struct trl_ops_reduce_params *params, const struct trl_ops_tensor *input,
                   void *out, size_t size_bytes, int64_t *gpu_ns)
{
    struct trl_ops_shape shape;
    int error = trl_ops_shape_init(&shape, params, &input->layout);
    if (!error)
        error = trl_ops_check_tensor(params->log, input);
    if (error)
        return error;
    const uint64_t wanted = (uint64_t)shape.outputs * sizeof(uint32_t);
    if (size_bytes != wanted)
        return trl_fail(params->log, TRL_ERROR_USAGE, "the result has %llu bytes, not %zu",
                        (unsigned long long)wanted, size_bytes);
    if (gpu_ns)
        *gpu_ns = 0;
    if (!wanted)
        return 0;
    if (params->device)
        return reduce_there(params, &shape, input, out, size_bytes, gpu_ns);
    return trl_ops_reduce_cpu(&shape, params->log, &input->layout, input->data, out);
}

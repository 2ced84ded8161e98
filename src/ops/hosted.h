/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <tensorreel/ops.h>

#include "gpu/upload.h"
#include "tensor/expr.h"

/* Tensors of host memory that are on a device for the length of a call. */
struct trl_ops_hosted {
    struct trl_log *log;
    struct trl_device *device;
    struct trl_upload upload;
    struct trl_gpu_buffer *inputs[TRL_EXPR_INPUTS_MAX];
    int input_count;
    struct trl_gpu_buffer *result, *readback;
    struct trl_gpu_cmd *cmd;
};

/* TRL_ERROR_USAGE unless the layout is one and stays inside of the tensor's bytes. */
int trl_ops_check_tensor(struct trl_log *log, const struct trl_ops_tensor *tensor);

/* hosted is zeroed before, and given to trl_ops_hosted_end whatever came back. */
int trl_ops_hosted_begin(struct trl_ops_hosted *hosted, struct trl_log *log,
                         struct trl_device *device);
/* Copies a tensor that was checked to the device; elements of 8 bytes become float32. */
int trl_ops_hosted_send(struct trl_ops_hosted *hosted, const struct trl_ops_tensor *tensor,
                        struct trl_gpu_tensor *out);
/* Waits for the copies and starts the list of the kernels, whose result has that layout. */
int trl_ops_hosted_start(struct trl_ops_hosted *hosted, const struct trl_layout *layout,
                         struct trl_gpu_tensor *result);
/* Runs the list and copies the result; gpu_ns may be NULL. */
int trl_ops_hosted_finish(struct trl_ops_hosted *hosted, void *out, size_t size_bytes,
                          int64_t *gpu_ns);
void trl_ops_hosted_end(struct trl_ops_hosted *hosted);

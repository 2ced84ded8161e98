/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "gpu/gpu.h"
#include "readback/ring.h"

/*
 * Host data on its way to the device: three buffers in turn, so that one is filled while the device
 * reads another. Where memory is one, kernels read the buffer that the host wrote.
 */
struct trl_uploads;

struct trl_upload_target {
    void *data; /* write here, capacity_bytes */
    uint64_t capacity_bytes;
    struct trl_gpu_buffer *buffer; /* what kernels read */
};

int trl_uploads_create(struct trl_uploads **out, struct trl_device *device);
/* The device must be done with them. */
void trl_uploads_destroy(struct trl_uploads **uploads);

/* The next buffer, at least so large; waits until the device has read what it held. */
int trl_uploads_next(struct trl_uploads *uploads, uint64_t size_bytes,
                     struct trl_upload_target *out);
/* Records the copy to the device of what was written, where one is needed. */
int trl_uploads_record(struct trl_uploads *uploads, struct trl_gpu_cmd *cmd, uint64_t size_bytes);
/* The device reads the buffer until this point. */
void trl_uploads_used(struct trl_uploads *uploads, struct trl_gpu_point point);
/* Bytes recorded so far. */
uint64_t trl_uploads_bytes(const struct trl_uploads *uploads);

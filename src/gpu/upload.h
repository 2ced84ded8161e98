/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "gpu/gpu.h"

#define TRL_UPLOAD_MAX 16

/* Copies tables of the host into device buffers: a few at once, in one submission. */
struct trl_upload {
    struct trl_device *device;
    struct trl_gpu_cmd *cmd;
    struct trl_gpu_buffer *staging[TRL_UPLOAD_MAX];
    int count;
};

int trl_upload_begin(struct trl_upload *upload, struct trl_device *device);
/* Makes a device buffer that will hold the table. data is copied at once. */
int trl_upload_buffer(struct trl_upload *upload, struct trl_gpu_buffer **out, const char *name,
                      const void *data, size_t size);
/* Submits and waits. */
int trl_upload_finish(struct trl_upload *upload);
/* Accepts a finished, half-built or zeroed one. */
void trl_upload_destroy(struct trl_upload *upload);

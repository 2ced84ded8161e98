/* SPDX-License-Identifier: BSD-2-Clause */
#include "gpu/upload.h"

#include "base/log.h"
#include "base/math.h"

#include <string.h>

#include <tensorreel/error.h>

int trl_upload_begin(struct trl_upload *upload, struct trl_device *device)
{
    *upload = (struct trl_upload){.device = device};
    int ret = trl_gpu_cmd_create(&upload->cmd, device, TRL_GPU_QUEUE_MAIN);
    if (ret < 0)
        return ret;
    if ((ret = trl_gpu_cmd_begin(upload->cmd)) < 0)
        return ret;
    trl_gpu_cmd_stage(upload->cmd, TRL_GPU_STAGE_UPLOAD);
    return 0;
}

int trl_upload_buffer(struct trl_upload *upload, struct trl_gpu_buffer **out, const char *name,
                      const void *data, size_t size)
{
    struct trl_device *device = upload->device;
    if (upload->count == TRL_UPLOAD_MAX)
        return trl_fail(trl_gpu_log(device), TRL_ERROR_INTERNAL, "upload of %s: too many tables",
                        name);
    const size_t whole = trl_align_up(size, 4);
    struct trl_gpu_buffer_params params = {
        .name = name, .size_bytes = whole, .memory = TRL_GPU_MEMORY_DEVICE};
    int ret;
    if ((ret = trl_gpu_buffer_create(out, device, &params)) < 0)
        return ret;
    params.memory = TRL_GPU_MEMORY_UPLOAD;
    struct trl_gpu_buffer **staging = &upload->staging[upload->count++];
    if ((ret = trl_gpu_buffer_create(staging, device, &params)) < 0)
        return ret;
    memcpy(trl_gpu_buffer_map(*staging), data, size);
    if ((ret = trl_gpu_buffer_flush(*staging, 0, whole)) < 0)
        return ret;
    trl_gpu_cmd_copy(upload->cmd, *out, 0, *staging, 0, whole);
    return 0;
}

int trl_upload_finish(struct trl_upload *upload)
{
    struct trl_gpu_point done;
    int ret = trl_gpu_submit(upload->cmd, NULL, 0, &done);
    if (ret < 0)
        return ret;
    return trl_gpu_wait(upload->device, done, INT64_MAX);
}

void trl_upload_destroy(struct trl_upload *upload)
{
    trl_gpu_cmd_destroy(&upload->cmd);
    for (int n = 0; n < upload->count; n++)
        trl_gpu_buffer_destroy(&upload->staging[n]);
    upload->count = 0;
}

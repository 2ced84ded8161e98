/* SPDX-License-Identifier: BSD-2-Clause */
#include "stream/upload.h"

#include "base/log.h"

#include <stdlib.h>

enum { TURNS = 3 };

struct turn {
    struct trl_gpu_buffer *host, *device; /* device NULL where memory is one */
    struct trl_gpu_point used;
};

struct trl_uploads {
    struct trl_device *device;
    struct turn turns[TURNS];
    int now;
    uint64_t bytes;
};

int trl_uploads_create(struct trl_uploads **out, struct trl_device *device)
{
    struct trl_uploads *uploads = calloc(1, sizeof(*uploads));
    *out = uploads;
    if (!uploads)
        return trl_fail_memory(trl_gpu_log(device), "upload buffers", sizeof(*uploads));
    uploads->device = device;
    return 0;
}

static void free_turn(struct turn *turn)
{
    trl_gpu_buffer_destroy(&turn->host);
    trl_gpu_buffer_destroy(&turn->device);
}

void trl_uploads_destroy(struct trl_uploads **out)
{
    if (!out || !*out)
        return;
    for (int n = 0; n < TURNS; n++)
        free_turn(&(*out)->turns[n]);
    free(*out);
    *out = NULL;
}

static int create_turn(struct trl_uploads *uploads, struct turn *turn, uint64_t size)
{
    int error = trl_gpu_buffer_create(
        &turn->host, uploads->device,
        &(struct trl_gpu_buffer_params){
            .name = "upload", .size_bytes = size, .memory = TRL_GPU_MEMORY_UPLOAD});
    if (!error && !trl_gpu_unified_memory(uploads->device))
        error = trl_gpu_buffer_create(
            &turn->device, uploads->device,
            &(struct trl_gpu_buffer_params){
                .name = "tensor", .size_bytes = size, .memory = TRL_GPU_MEMORY_DEVICE});
    if (error)
        free_turn(turn);
    return error;
}

int trl_uploads_next(struct trl_uploads *uploads, uint64_t size_bytes,
                     struct trl_upload_target *out)
{
    uploads->now = (uploads->now + 1) % TURNS;
    struct turn *turn = &uploads->turns[uploads->now];
    int error = trl_ring_wait_point(uploads->device, turn->used);
    if (!error && turn->host && trl_gpu_buffer_size(turn->host) < size_bytes)
        free_turn(turn);
    if (!error && !turn->host)
        error = create_turn(uploads, turn, size_bytes);
    if (error)
        return error;
    *out = (struct trl_upload_target){
        .data = trl_gpu_buffer_map(turn->host),
        .capacity_bytes = trl_gpu_buffer_size(turn->host),
        .buffer = turn->device ? turn->device : turn->host,
    };
    return 0;
}

int trl_uploads_record(struct trl_uploads *uploads, struct trl_gpu_cmd *cmd, uint64_t size_bytes)
{
    struct turn *turn = &uploads->turns[uploads->now];
    const int error = trl_gpu_buffer_flush(turn->host, 0, size_bytes);
    if (error)
        return error;
    trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_UPLOAD);
    if (turn->device)
        trl_gpu_cmd_copy(cmd, turn->device, 0, turn->host, 0, size_bytes);
    uploads->bytes += size_bytes;
    return 0;
}

void trl_uploads_used(struct trl_uploads *uploads, struct trl_gpu_point point)
{
    uploads->turns[uploads->now].used = point;
}

uint64_t trl_uploads_bytes(const struct trl_uploads *uploads)
{
    return uploads->bytes;
}

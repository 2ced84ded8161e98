/* SPDX-License-Identifier: BSD-2-Clause */
#include "readback/ring.h"

#include "base/log.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Waits are cut into pieces so that a lost device is seen. */
static const int64_t wait_piece_ns = 100000000;

enum slot_state { SLOT_FREE, SLOT_RECORDING, SLOT_IN_FLIGHT, SLOT_READING };

struct trl_slot {
    struct trl_ring *ring;
    enum slot_state state;
    struct trl_gpu_cmd *cmd;
    struct trl_gpu_buffer *packed;  /* written by kernels; the staging buffer if memory is one */
    struct trl_gpu_buffer *staging; /* read by the host */
    struct trl_gpu_point done;
    bool drawn; /* its memory holds the still parts */
    bool fresh; /* the frame in flight is the one that draws them */
    struct trl_frame frame;
};

struct trl_ring {
    struct trl_device *device;
    struct trl_ring_params params;
    struct trl_packer *packer;
    struct trl_slot slots[TRL_RING_SLOTS];
    struct trl_slot *flight[TRL_RING_SLOTS]; /* in order of submission */
    int flight_count;
    bool closed;
    int error; /* of the first frame that did not come: no slot is given out any more */
    struct trl_ring_times times;
    pthread_mutex_t lock;
    pthread_cond_t changed;
};

static void release(struct trl_frame *frame)
{
    struct trl_slot *slot = frame->owner;
    struct trl_ring *ring = slot->ring;
    if (ring->params.released)
        ring->params.released(ring->params.user, frame);
    pthread_mutex_lock(&ring->lock);
    slot->state = SLOT_FREE;
    pthread_cond_broadcast(&ring->changed);
    pthread_mutex_unlock(&ring->lock);
}

static int create_slot(struct trl_ring *ring, struct trl_slot *slot)
{
    struct trl_device *device = ring->device;
    const uint64_t size = trl_packer_size_bytes(ring->packer);
    slot->ring = ring;
    int error = trl_gpu_cmd_create(&slot->cmd, device, TRL_GPU_QUEUE_MAIN);
    if (!error)
        error = trl_gpu_buffer_create(
            &slot->staging, device,
            &(struct trl_gpu_buffer_params){
                .name = "staging", .size_bytes = size, .memory = TRL_GPU_MEMORY_READBACK});
    if (!error && !trl_gpu_unified_memory(device))
        error = trl_gpu_buffer_create(
            &slot->packed, device,
            &(struct trl_gpu_buffer_params){
                .name = "packed frame", .size_bytes = size, .memory = TRL_GPU_MEMORY_DEVICE});
    if (error)
        return error;
    struct trl_frame *frame = &slot->frame;
    frame->width = ring->params.packer.composition->width;
    frame->height = ring->params.packer.composition->height;
    frame->palette = ring->params.palette;
    frame->release = release;
    frame->owner = slot;
    const uint8_t *data = trl_gpu_buffer_map(slot->staging);
    for (int pixel = 0; pixel < TRL_PIXEL_COUNT; pixel++) {
        if (!(ring->params.packer.pixel_mask & TRL_PIXEL_BIT(pixel)))
            continue;
        frame->layout[pixel] = *trl_packer_layout(ring->packer, (enum trl_pixel)pixel);
        frame->data[pixel] = data + trl_packer_offset(ring->packer, (enum trl_pixel)pixel);
    }
    return 0;
}

int trl_ring_create(struct trl_ring **out, struct trl_device *device,
                    const struct trl_ring_params *params)
{
    *out = NULL;
    struct trl_ring *ring = calloc(1, sizeof(*ring));
    if (!ring)
        return trl_fail_memory(trl_gpu_log(device), "a readback ring", sizeof(*ring));
    ring->device = device;
    ring->params = *params;
    pthread_mutex_init(&ring->lock, NULL);
    pthread_cond_init(&ring->changed, NULL);
    int error = trl_packer_create(&ring->packer, device, &params->packer);
    for (int n = 0; !error && n < TRL_RING_SLOTS; n++)
        error = create_slot(ring, &ring->slots[n]);
    if (error) {
        trl_ring_destroy(&ring);
        return error;
    }
    *out = ring;
    return 0;
}

void trl_ring_destroy(struct trl_ring **out)
{
    if (!out || !*out)
        return;
    struct trl_ring *ring = *out;
    trl_gpu_idle(ring->device);
    for (int n = 0; n < TRL_RING_SLOTS; n++) {
        trl_gpu_cmd_destroy(&ring->slots[n].cmd);
        trl_gpu_buffer_destroy(&ring->slots[n].packed);
        trl_gpu_buffer_destroy(&ring->slots[n].staging);
    }
    trl_packer_destroy(&ring->packer);
    pthread_cond_destroy(&ring->changed);
    pthread_mutex_destroy(&ring->lock);
    free(ring);
    *out = NULL;
}

static struct trl_slot *find_free(struct trl_ring *ring)
{
    for (int n = 0; n < TRL_RING_SLOTS; n++)
        if (ring->slots[n].state == SLOT_FREE)
            return &ring->slots[n];
    return NULL;
}

int trl_ring_acquire(struct trl_ring *ring, bool wait, struct trl_slot **out)
{
    *out = NULL;
    pthread_mutex_lock(&ring->lock);
    struct trl_slot *slot = find_free(ring);
    while (!slot && wait && !ring->error) {
        pthread_cond_wait(&ring->changed, &ring->lock);
        slot = find_free(ring);
    }
    int error = ring->error;
    if (slot && !error)
        slot->state = SLOT_RECORDING;
    pthread_mutex_unlock(&ring->lock);
    if (error)
        return error;
    if (!slot)
        return 1;
    error = trl_gpu_cmd_begin(slot->cmd);
    if (error)
        trl_ring_abandon(ring, slot);
    else
        *out = slot;
    return error;
}

struct trl_gpu_cmd *trl_slot_cmd(struct trl_slot *slot)
{
    return slot->cmd;
}

int trl_slot_index(const struct trl_slot *slot)
{
    return (int)(slot - slot->ring->slots);
}

void trl_ring_abandon(struct trl_ring *ring, struct trl_slot *slot)
{
    pthread_mutex_lock(&ring->lock);
    slot->state = SLOT_FREE;
    pthread_cond_broadcast(&ring->changed);
    pthread_mutex_unlock(&ring->lock);
}

int trl_ring_submit(struct trl_ring *ring, struct trl_slot *slot, int64_t frame_index,
                    const struct trl_gpu_point *waits, uint32_t wait_count,
                    struct trl_gpu_point *done)
{
    struct trl_gpu_cmd *cmd = slot->cmd;
    trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_PACK);
    slot->fresh = !slot->drawn;
    slot->drawn = true;
    trl_packer_record(ring->packer, cmd, slot->packed ? slot->packed : slot->staging, slot->fresh);
    trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_COPY);
    if (slot->packed)
        trl_gpu_cmd_copy(cmd, slot->staging, 0, slot->packed, 0,
                         trl_packer_size_bytes(ring->packer));
    trl_gpu_cmd_to_host(cmd, slot->staging);
    const int error = trl_gpu_submit(cmd, waits, wait_count, &slot->done);
    if (error) {
        trl_ring_abandon(ring, slot);
        return error;
    }
    if (done)
        *done = slot->done;
    slot->frame.index = frame_index;
    pthread_mutex_lock(&ring->lock);
    slot->state = SLOT_IN_FLIGHT;
    ring->flight[ring->flight_count++] = slot;
    pthread_cond_broadcast(&ring->changed);
    pthread_mutex_unlock(&ring->lock);
    return 0;
}

int trl_ring_wait_point(struct trl_device *device, struct trl_gpu_point point)
{
    int result;
    do
        result = trl_gpu_wait(device, point, wait_piece_ns);
    while (result == 1);
    return result;
}

/* Fills in the frame of a slot whose list is done. */
static int read_slot(struct trl_ring *ring, struct trl_slot *slot)
{
    const uint64_t size = trl_packer_size_bytes(ring->packer);
    const int error = trl_gpu_buffer_invalidate(slot->staging, 0, size);
    if (error)
        return error;
    uint8_t *data = trl_gpu_buffer_map(slot->staging);
    trl_packer_finish(ring->packer, data, slot->fresh);
    memcpy(&slot->frame.counts, data + trl_packer_counts_offset(ring->packer),
           sizeof(slot->frame.counts));
    int64_t ns[TRL_GPU_STAGE_COUNT];
    trl_gpu_cmd_times(slot->cmd, ns);
    pthread_mutex_lock(&ring->lock);
    for (int n = 0; n < TRL_GPU_STAGE_COUNT; n++)
        ring->times.stage_ns[n] += ns[n];
    ring->times.bytes += trl_packer_frame_bytes(ring->packer);
    slot->state = SLOT_READING;
    pthread_mutex_unlock(&ring->lock);
    atomic_store(&slot->frame.references, 1);
    return 0;
}

int trl_ring_next(struct trl_ring *ring, struct trl_frame **frame, int64_t *lost_index)
{
    *frame = NULL;
    *lost_index = -1;
    pthread_mutex_lock(&ring->lock);
    while (!ring->flight_count && !ring->closed)
        pthread_cond_wait(&ring->changed, &ring->lock);
    struct trl_slot *slot = ring->flight_count ? ring->flight[0] : NULL;
    pthread_mutex_unlock(&ring->lock);
    if (!slot)
        return 1;
    int error = trl_ring_wait_point(ring->device, slot->done);
    if (!error)
        error = read_slot(ring, slot);
    pthread_mutex_lock(&ring->lock);
    ring->flight_count--;
    for (int n = 0; n < ring->flight_count; n++)
        ring->flight[n] = ring->flight[n + 1];
    /* The device may still be at work on the slot: nobody may get it again. */
    if (error && !ring->error)
        ring->error = error;
    pthread_cond_broadcast(&ring->changed);
    pthread_mutex_unlock(&ring->lock);
    if (error) {
        *lost_index = slot->frame.index;
        return error;
    }
    *frame = &slot->frame;
    return 0;
}

void trl_ring_close(struct trl_ring *ring)
{
    pthread_mutex_lock(&ring->lock);
    ring->closed = true;
    pthread_cond_broadcast(&ring->changed);
    pthread_mutex_unlock(&ring->lock);
}

void trl_ring_drain(struct trl_ring *ring)
{
    pthread_mutex_lock(&ring->lock);
    for (int n = 0; n < TRL_RING_SLOTS; n++)
        while (ring->slots[n].state != SLOT_FREE)
            pthread_cond_wait(&ring->changed, &ring->lock);
    pthread_mutex_unlock(&ring->lock);
}

void trl_ring_times(struct trl_ring *ring, struct trl_ring_times *out)
{
    pthread_mutex_lock(&ring->lock);
    *out = ring->times;
    pthread_mutex_unlock(&ring->lock);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "base/frame.h"
#include "gpu/gpu.h"
#include "readback/pack.h"

/*
 * Three slots between the device and the host. A slot owns a command list, a staging buffer in
 * memory that the host caches, and the frame that is read from it; it goes round
 *
 *     FREE -acquire-> RECORDING -submit-> IN_FLIGHT -next-> READING -last unref-> FREE
 *
 * One thread acquires and submits, one takes finished frames with trl_ring_next, any thread gives
 * references back. Every wait of the program for the device or for a slot is in this file.
 */
enum { TRL_RING_SLOTS = 3 };

struct trl_ring;
struct trl_slot;

struct trl_ring_params {
    struct trl_packer_params packer;
    const struct trl_palette *palette; /* for the frames; must outlive the ring */
    /* Called when a frame's last reference goes, just before its slot is free again; any thread. */
    void (*released)(void *user, struct trl_frame *frame);
    void *user;
};

/* What the device spent on frames that were read. */
struct trl_ring_times {
    int64_t stage_ns[TRL_GPU_STAGE_COUNT];
    uint64_t bytes; /* device to host */
};

int trl_ring_create(struct trl_ring **out, struct trl_device *device,
                    const struct trl_ring_params *params);
/* Every frame must have been given back. */
void trl_ring_destroy(struct trl_ring **ring);

/* A free slot with its list begun: 0; 1 if none is free (never with wait); or the error that this
 * or an earlier frame met. */
int trl_ring_acquire(struct trl_ring *ring, bool wait, struct trl_slot **slot);
struct trl_gpu_cmd *trl_slot_cmd(struct trl_slot *slot);
/* Number of the slot, 0 to TRL_RING_SLOTS - 1, for what goes with it. */
int trl_slot_index(const struct trl_slot *slot);

/* Records packing and the copy to the host, submits, and puts the slot in line. On failure the slot
 * is free again. done may be NULL. */
int trl_ring_submit(struct trl_ring *ring, struct trl_slot *slot, int64_t frame_index,
                    const struct trl_gpu_point *waits, uint32_t wait_count,
                    struct trl_gpu_point *done);
/* Gives a slot back unused. */
void trl_ring_abandon(struct trl_ring *ring, struct trl_slot *slot);

/* Waits for the oldest frame in flight and hands it over with one reference. 0; 1 when the ring was
 * closed and nothing is in flight; TRL_ERROR_DEVICE_LOST or what the driver says: then lost_index
 * is the number of the frame that will not come, and trl_ring_acquire returns the same error from
 * now on. Frames in flight behind it can still be taken. */
int trl_ring_next(struct trl_ring *ring, struct trl_frame **frame, int64_t *lost_index);

/* No more frames will be submitted: trl_ring_next ends after the last. */
void trl_ring_close(struct trl_ring *ring);

/* Waits until a point is reached; for buffers that are about to be used again. */
int trl_ring_wait_point(struct trl_device *device, struct trl_gpu_point point);

/* Waits until every frame has been given back; the ring must be closed. */
void trl_ring_drain(struct trl_ring *ring);

void trl_ring_times(struct trl_ring *ring, struct trl_ring_times *out);

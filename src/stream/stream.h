/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "readback/ring.h"
#include "stream/ledger.h"
#include "stream/outputs.h"
#include "stream/upload.h"
#include "view/view.h"

#include <tensorreel/stream.h>

/* The inside of struct trl_stream; seen by src/stream only. */

struct trl_stream {
    struct trl_log *log;
    struct trl_device *device;
    struct trl_stream_params params; /* outputs NULL: kept by outputs */
    char *cmap;                      /* owns params.view.cmap */
    struct trl_ledger *ledger;
    struct trl_outputs *outputs;
    struct trl_uploads *uploads;

    /* From the first frame on. */
    struct trl_view_shape shape;
    struct trl_view *view;
    struct trl_part part;
    struct trl_composition composition;
    struct trl_ring *ring;
    pthread_t reader; /* takes frames from the ring to the outputs */
    bool reading;
    atomic_bool slot_failed[TRL_RING_SLOTS], slot_dropped[TRL_RING_SLOTS];

    atomic_bool cancelled;
    _Atomic(struct trl_source *) source; /* that a cancel must wake; NULL: none */
    atomic_int cancelling;               /* threads that may be at the source */
    atomic_int error;                    /* first failure anywhere: every later call returns it */
    bool finished;

    pthread_mutex_t lock; /* what follows */
    bool begun;           /* view and ring are there for stats */
    int64_t start_ns, end_ns, input_ns, wait_ns, sim_ns;
    uint64_t upload_bytes;
};

/* With one class of sinks for all outputs, whatever their paths; NULL: by their paths. */
int trl_stream_create_with(struct trl_stream **out, struct trl_device *device,
                           const struct trl_stream_params *params,
                           const struct trl_sink_class *sink_class);

/* Makes view, ring, outputs and reader for frames of this shape. */
int trl_stream_begin(struct trl_stream *stream, const struct trl_view_shape *shape,
                     const float *low, const float *high);

/* Takes a slot as the policy says: 0; 1 if the frame was dropped (and settled); or an error. */
int trl_stream_take_slot(struct trl_stream *stream, int64_t index, struct trl_slot **slot);

/* Draws a tensor that is on the device into the slot and sends it on its way. */
int trl_stream_draw(struct trl_stream *stream, struct trl_slot *slot, int64_t index,
                    const struct trl_gpu_tensor *tensor, const struct trl_gpu_point *waits,
                    uint32_t wait_count, struct trl_gpu_point *done);

/* Remembers the first failure and returns it. */
int trl_stream_fail(struct trl_stream *stream, int error);
/* What a producing call must return before it goes on: the first failure, or cancelled. */
int trl_stream_check(struct trl_stream *stream);

/* Adds the time since start_ns to one of the counters under the lock. */
void trl_stream_add_ns(struct trl_stream *stream, int64_t *counter, int64_t start_ns);

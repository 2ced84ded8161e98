/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "readback/ring.h"
#include "scene/copy.h"
#include "scene/scene.h"
#include "stream/feed.h"
#include "stream/ledger.h"
#include "stream/outputs.h"

#include <tensorreel/stream.h>

/* The inside of struct trl_stream; seen by src/stream only. */

struct trl_stream {
    struct trl_log *log;
    struct trl_device *device;
    struct trl_stream_params params; /* without what it lent: outputs, scene, view's strings */
    struct trl_scene_copy *copy;     /* what a frame shows */
    bool captures;                   /* it has only the panel of the view, until a name comes */
    bool named;                      /* there are captures by name: panels may yet come */
    struct trl_ledger *ledger;
    struct trl_outputs *outputs;
    struct trl_feed feeds[TRL_INPUTS_MAX];
    int feed_count;
    bool grown; /* a feed has come since the scene was made */

    /* From the first frame on. */
    struct trl_scene *scene, *former; /* former: gives way to scene */
    struct trl_ring *ring;
    pthread_t reader; /* takes frames from the ring to the outputs */
    bool reading;
    atomic_bool slot_failed[TRL_RING_SLOTS], slot_dropped[TRL_RING_SLOTS];

    atomic_bool cancelled;
    _Atomic(struct trl_source *) sources[TRL_INPUTS_MAX]; /* that a cancel must wake, or NULL */
    atomic_int cancelling;                                /* threads that may be at the source */
    _Atomic(int64_t) blank_count;                         /* frames without a finite element */
    atomic_int error; /* first failure anywhere: every later call returns it */
    bool finished;

    pthread_mutex_t lock; /* what follows */
    bool begun;           /* scene and ring are there for stats */
    int64_t start_ns, end_ns, input_ns, wait_ns, sim_ns;
    uint64_t upload_bytes;
    struct trl_ring_times past;        /* of rings that gave way */
};

/* With one class of sinks for all outputs, whatever their paths; NULL: by their paths. */
int trl_stream_create_with(struct trl_stream **out, struct trl_device *device,
                           const struct trl_stream_params *params,
                           const struct trl_sink_class *sink_class);

/* A feed more. The pointer is good as long as the stream. */
int trl_stream_add_feed(struct trl_stream *stream, const char *name, struct trl_feed **out);

/* Plans the scene for these inputs; one that is there gives way once trl_stream_start is called. */
int trl_stream_plan(struct trl_stream *stream, const struct trl_scene_input *inputs, int count);
/* Builds the scene, and makes ring, outputs and reader. Of a film that runs: waits for what is on
 * its way, and goes on with the same outputs. */
int trl_stream_start(struct trl_stream *stream);

/* Takes a slot as the policy says: 0; 1 if the frame was dropped (and settled); or an error. */
int trl_stream_take_slot(struct trl_stream *stream, int64_t index, struct trl_slot **slot);

/* Sends on their way what the feeds have, draws it into the slot and sends that on its way. done
 * may be NULL. */
int trl_stream_draw(struct trl_stream *stream, struct trl_slot *slot, int64_t index,
                    const struct trl_gpu_point *waits, uint32_t wait_count,
                    struct trl_gpu_point *done);

/* Remembers the first failure and returns it. */
int trl_stream_fail(struct trl_stream *stream, int error);
/* What a producing call must return before it goes on: the first failure, or cancelled. */
int trl_stream_check(struct trl_stream *stream);

/* Adds the time since start_ns to one of the counters under the lock. */
void trl_stream_add_ns(struct trl_stream *stream, int64_t *counter, int64_t start_ns);

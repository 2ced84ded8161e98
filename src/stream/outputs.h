/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "base/frame.h"
#include "sink/sink.h"

/*
 * The sinks of a stream, each with a thread and a queue of its own. A frame goes to every queue
 * with a reference each.
 */
struct trl_outputs;

struct trl_outputs_params {
    struct trl_log *log;
    const struct trl_output_params *outputs;
    int output_count;
    const struct trl_sink_class *sink_class; /* of all outputs; NULL: by their paths */
    /* Called on a sink's thread when it could not take a frame; the frame counts as failed. */
    void (*failed)(void *user, struct trl_frame *frame, int error);
    void *user;
};

/* Checks every path and keeps copies of the params; nothing is opened yet. */
int trl_outputs_create(struct trl_outputs **out, const struct trl_outputs_params *params);
/* Sinks that were not finished leave nothing under their final names. */
void trl_outputs_destroy(struct trl_outputs **outputs);

/* The forms that the sinks want, and whether they are content without palette indices. */
uint32_t trl_outputs_pixel_mask(const struct trl_outputs *outputs, bool palette);

/* Refuses outputs that cannot take a film of so many frames. */
int trl_outputs_expect(struct trl_outputs *outputs, int64_t frame_count);

/* Opens the sinks and starts their threads. */
int trl_outputs_start(struct trl_outputs *outputs, int width, int height, int fps_num, int fps_den,
                      const struct trl_palette *palette);

/* Queues a frame for every sink; takes over the caller's reference. */
void trl_outputs_write(struct trl_outputs *outputs, struct trl_frame *frame);

/* Takes the oldest frame that no sink has begun out of every queue. Returns it with the references
 * of the queues gone but one, the caller's; NULL if there is none. */
struct trl_frame *trl_outputs_drop_oldest(struct trl_outputs *outputs);

/* Frames that wait in the longest queue. */
int trl_outputs_queued(struct trl_outputs *outputs);

/* Ends the threads once the queues are empty; with keep the files get their final names. The first
 * error of any sink. */
int trl_outputs_finish(struct trl_outputs *outputs, bool keep);

/* Time that the busiest sink spent in writing. */
int64_t trl_outputs_busy_ns(struct trl_outputs *outputs);
/* The first error so far. */
int trl_outputs_error(struct trl_outputs *outputs);

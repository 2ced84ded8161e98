/* SPDX-License-Identifier: BSD-2-Clause */
#include "stream/stream.h"

#include "base/clock.h"
#include "base/log.h"
#include "source/source.h"
#include "view/camera.h"

#include <stdlib.h>
#include <string.h>

int trl_stream_fail(struct trl_stream *stream, int error)
{
    int expected = 0;
    if (error < 0)
        atomic_compare_exchange_strong(&stream->error, &expected, error);
    return error;
}

int trl_stream_check(struct trl_stream *stream)
{
    const int error = atomic_load(&stream->error);
    if (error)
        return error;
    if (stream->finished)
        return trl_fail(stream->log, TRL_ERROR_USAGE, "the stream is finished: it takes no frame");
    return atomic_load(&stream->cancelled) ? TRL_ERROR_CANCELLED : 0;
}

void trl_stream_add_ns(struct trl_stream *stream, int64_t *counter, int64_t start_ns)
{
    const int64_t spent_ns = trl_clock_now_ns() - start_ns;
    pthread_mutex_lock(&stream->lock);
    *counter += spent_ns;
    pthread_mutex_unlock(&stream->lock);
}

static void on_failed(void *user, struct trl_frame *frame, int error)
{
    struct trl_stream *stream = user;
    atomic_store(&stream->slot_failed[trl_slot_index(frame->owner)], true);
    trl_stream_fail(stream, error);
}

static void on_released(void *user, struct trl_frame *frame)
{
    struct trl_stream *stream = user;
    const int slot = trl_slot_index(frame->owner);
    const bool failed = atomic_exchange(&stream->slot_failed[slot], false);
    const bool dropped = atomic_exchange(&stream->slot_dropped[slot], false);
    trl_ledger_settle(stream->ledger, frame->index,
                      failed    ? TRL_FATE_FAILED
                      : dropped ? TRL_FATE_DROPPED
                                : TRL_FATE_ENCODED,
                      &frame->counts);
}

static int check_params(const struct trl_stream_params *params)
{
    if (params->fps_num < 0 || params->fps_den < 0 || (params->fps_num && !params->fps_den))
        return trl_fail(params->log, TRL_ERROR_USAGE, "a frame rate of %d/%d", params->fps_num,
                        params->fps_den);
    for (int n = 0; n < params->output_count && params->ledger_path; n++)
        if (params->outputs[n].path && !strcmp(params->outputs[n].path, params->ledger_path))
            return trl_fail(params->log, TRL_ERROR_OUTPUT,
                            "%s: named as an output and as the ledger", params->ledger_path);
    return 0;
}

int trl_stream_create(struct trl_stream **out, struct trl_device *device,
                      const struct trl_stream_params *params)
{
    return trl_stream_create_with(out, device, params, NULL);
}

int trl_stream_create_with(struct trl_stream **out, struct trl_device *device,
                           const struct trl_stream_params *params,
                           const struct trl_sink_class *sink_class)
{
    *out = NULL;
    int error = check_params(params);
    if (error)
        return error;
    struct trl_stream *stream = calloc(1, sizeof(*stream));
    if (!stream)
        return trl_fail_memory(params->log, "a stream", sizeof(*stream));
    stream->log = params->log;
    stream->device = device;
    stream->params = *params;
    stream->params.outputs = NULL;
    if (!params->fps_num) {
        stream->params.fps_num = 30;
        stream->params.fps_den = 1;
    }
    pthread_mutex_init(&stream->lock, NULL);
    stream->start_ns = trl_clock_now_ns();
    if (params->view.cmap) {
        stream->cmap = strdup(params->view.cmap);
        stream->params.view.cmap = stream->cmap;
        if (!stream->cmap)
            error = trl_fail_memory(stream->log, "a stream", strlen(params->view.cmap));
    }
    if (params->view.camera) {
        stream->camera = strdup(params->view.camera);
        stream->params.view.camera = stream->camera;
        if (!stream->camera)
            error = trl_fail_memory(stream->log, "a stream", strlen(params->view.camera));
    }
    if (!params->view.fps_num) {
        stream->params.view.fps_num = stream->params.fps_num;
        stream->params.view.fps_den = stream->params.fps_den;
    }
    uint8_t table[256][3];
    if (!error && stream->cmap && !trl_cmap_table(stream->cmap, table))
        error =
            trl_fail(stream->log, TRL_ERROR_USAGE,
                     "unknown colour map '%s'; 'tensorreel list cmaps' names them", stream->cmap);
    if (!error)
        error = trl_outputs_create(
            &stream->outputs, &(struct trl_outputs_params){.log = params->log,
                                                           .outputs = params->outputs,
                                                           .output_count = params->output_count,
                                                           .sink_class = sink_class,
                                                           .failed = on_failed,
                                                           .user = stream});
    if (!error)
        error = trl_ledger_create(&stream->ledger, params->log, params->ledger_path,
                                  params->output_count && params->outputs[0].overwrite);
    stream->params.ledger_path = NULL;
    if (!error)
        error = trl_uploads_create(&stream->uploads, device);
    if (error) {
        trl_stream_destroy(&stream);
        return error;
    }
    *out = stream;
    return 0;
}

/* Hands finished frames from the ring to the outputs until the ring is closed and empty. */
static void *read_frames(void *user)
{
    struct trl_stream *stream = user;
    for (;;) {
        struct trl_frame *frame = NULL;
        int64_t lost_index = -1;
        const int result = trl_ring_next(stream->ring, &frame, &lost_index);
        if (result == 1)
            return NULL;
        if (!result) {
            trl_outputs_write(stream->outputs, frame);
            continue;
        }
        trl_stream_fail(stream, result);
        trl_ledger_settle(stream->ledger, lost_index, TRL_FATE_FAILED, NULL);
    }
}

static int create_view_and_ring(struct trl_stream *stream, const float *low, const float *high)
{
    struct trl_stream_params *params = &stream->params;
    int error =
        trl_view_create(&stream->view, stream->device, &params->view, &stream->shape, low, high);
    if (error)
        return error;
    const struct trl_picture *picture = trl_view_picture(stream->view);
    stream->part = (struct trl_part){.picture = picture};
    stream->composition = (struct trl_composition){.width = picture->width,
                                                   .height = picture->height,
                                                   .parts = &stream->part,
                                                   .part_count = 1,
                                                   .counts = picture->counts};
    const bool canvas = params->canvas == TRL_CANVAS_RGBA;
    const struct trl_ring_params ring = {
        .packer = {.composition = &stream->composition,
                   .pixel_mask = trl_outputs_pixel_mask(stream->outputs, !canvas),
                   .canvas = canvas},
        .palette = trl_view_palette(stream->view),
        .released = on_released,
        .user = stream,
    };
    return trl_ring_create(&stream->ring, stream->device, &ring);
}

/* The ends of a movie's range must come from somewhere. */
static int check_range(struct trl_stream *stream, const float *low)
{
    const struct trl_view_params *view = &stream->params.view;
    const bool movie = view->range == TRL_RANGE_MOVIE || view->range == TRL_RANGE_PERCENTILE_MOVIE;
    if (!movie || low || view->vmin_set + view->vmax_set + view->center_set >= 2)
        return 0;
    return trl_fail(stream->log, TRL_ERROR_USAGE,
                    "the range of the movie is found only where frames can be read twice, from "
                    "files; give vmin and vmax, or the range of each frame");
}

int trl_stream_begin(struct trl_stream *stream, const struct trl_view_shape *shape,
                     const float *low, const float *high)
{
    stream->shape = *shape;
    int error = check_range(stream, low);
    if (!error)
        error = create_view_and_ring(stream, low, high);
    if (!error) {
        const struct trl_picture *picture = trl_view_picture(stream->view);
        const bool canvas = stream->params.canvas == TRL_CANVAS_RGBA;
        error = trl_outputs_start(stream->outputs, picture->width, picture->height,
                                  stream->params.fps_num, stream->params.fps_den,
                                  canvas ? NULL : trl_view_palette(stream->view));
    }
    if (!error && pthread_create(&stream->reader, NULL, read_frames, stream))
        error = trl_fail(stream->log, TRL_ERROR_MEMORY, "no thread can be started");
    stream->reading = !error;
    pthread_mutex_lock(&stream->lock);
    stream->begun = !error;
    pthread_mutex_unlock(&stream->lock);
    return trl_stream_fail(stream, error);
}

static int acquire(struct trl_stream *stream, bool wait, struct trl_slot **slot)
{
    const int64_t start_ns = trl_clock_now_ns();
    const int result = trl_ring_acquire(stream->ring, wait, slot);
    if (wait)
        trl_stream_add_ns(stream, &stream->wait_ns, start_ns);
    return result;
}

int trl_stream_take_slot(struct trl_stream *stream, int64_t index, struct trl_slot **slot)
{
    const enum trl_on_full policy = stream->params.on_full;
    int result = acquire(stream, policy == TRL_ON_FULL_BLOCK, slot);
    if (result == 1 && policy == TRL_ON_FULL_DROP_OLDEST) {
        struct trl_frame *oldest = trl_outputs_drop_oldest(stream->outputs);
        if (oldest) {
            atomic_store(&stream->slot_dropped[trl_slot_index(oldest->owner)], true);
            trl_frame_unref(oldest);
            result = acquire(stream, false, slot);
        }
    }
    if (result == 1) {
        trl_ledger_settle(stream->ledger, index, TRL_FATE_DROPPED, NULL);
        if (policy == TRL_ON_FULL_FAIL)
            return trl_stream_fail(
                stream, trl_fail(stream->log, TRL_ERROR_DROPPED,
                                 "frame %lld: the outputs are too slow and frames may not be "
                                 "dropped",
                                 (long long)index));
        return 1;
    }
    if (result < 0)
        trl_ledger_settle(stream->ledger, index, TRL_FATE_FAILED, NULL);
    return trl_stream_fail(stream, result);
}

int trl_stream_draw(struct trl_stream *stream, struct trl_slot *slot, int64_t index,
                    const struct trl_gpu_tensor *tensor, const struct trl_gpu_point *waits,
                    uint32_t wait_count, struct trl_gpu_point *done)
{
    trl_view_seek(stream->view, index);
    int error = trl_view_record(stream->view, trl_slot_cmd(slot), tensor);
    if (error)
        trl_ring_abandon(stream->ring, slot);
    else
        error = trl_ring_submit(stream->ring, slot, index, waits, wait_count, done);
    if (error)
        trl_ledger_settle(stream->ledger, index, TRL_FATE_FAILED, NULL);
    return trl_stream_fail(stream, error);
}

bool trl_stream_paused(const struct trl_stream *stream, int64_t index)
{
    struct trl_camera_pose pose = {0};
    const struct trl_camera *camera = trl_view_camera(stream->view);
    if (camera && index > 0)
        trl_camera_pose(camera, index, &pose);
    return pose.paused;
}

void trl_stream_cancel(struct trl_stream *stream)
{
    atomic_store(&stream->cancelled, true);
    atomic_fetch_add(&stream->cancelling, 1);
    struct trl_source *source = atomic_load(&stream->source);
    if (source)
        trl_source_cancel(source);
    atomic_fetch_sub(&stream->cancelling, 1);
}

/* Ends the reader once every frame on its way has reached the outputs. */
static void stop_reader(struct trl_stream *stream)
{
    if (stream->ring)
        trl_ring_close(stream->ring);
    if (stream->reading)
        pthread_join(stream->reader, NULL);
    stream->reading = false;
}

int trl_stream_finish(struct trl_stream *stream)
{
    if (stream->finished)
        return atomic_load(&stream->error);
    stream->finished = true;
    if (!stream->reading && !atomic_load(&stream->error))
        trl_stream_fail(stream, trl_fail(stream->log, TRL_ERROR_INPUT,
                                         "there was no frame: nothing is written"));
    /* Frames on their way may still fail, so what is kept is decided after the last of them. */
    stop_reader(stream);
    const int error = atomic_load(&stream->error);
    struct trl_stream_stats sums;
    trl_ledger_sums(stream->ledger, &sums);
    /* What came before an input broke off is a film, and a pipe cannot be asked for it again. */
    const bool keep =
        !error || error == TRL_ERROR_DROPPED || (error == TRL_ERROR_INPUT && sums.frames > 0);
    trl_stream_fail(stream, trl_outputs_finish(stream->outputs, keep));
    trl_stream_fail(stream, trl_ledger_finish(stream->ledger));
    pthread_mutex_lock(&stream->lock);
    stream->end_ns = trl_clock_now_ns();
    pthread_mutex_unlock(&stream->lock);
    return atomic_load(&stream->error);
}

void trl_stream_destroy(struct trl_stream **out)
{
    if (!out || !*out)
        return;
    struct trl_stream *stream = *out;
    stop_reader(stream);
    trl_outputs_destroy(&stream->outputs);
    trl_ring_destroy(&stream->ring);
    trl_view_destroy(&stream->view);
    trl_uploads_destroy(&stream->uploads);
    trl_ledger_destroy(&stream->ledger);
    pthread_mutex_destroy(&stream->lock);
    free(stream->cmap);
    free(stream->camera);
    free(stream);
    *out = NULL;
}

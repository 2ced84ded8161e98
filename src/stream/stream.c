/* SPDX-License-Identifier: BSD-2-Clause */
#include "stream/stream.h"

#include "base/clock.h"
#include "base/log.h"
#include "source/source.h"
#include "view/cmap.h"

#include <stdio.h>
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
    const struct trl_frame_counts *counts = &frame->counts;
    if (!failed && !counts->finite && (counts->nan || counts->pos_inf || counts->neg_inf))
        atomic_fetch_add(&stream->blank_count, 1);
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

/* What a frame shows, as the stream's own: panels that are not there are one of the view. */
static int copy_scene(struct trl_stream *stream, const struct trl_stream_params *params)
{
    struct trl_scene_params scene = params->scene ? *params->scene : (struct trl_scene_params){0};
    struct trl_panel_params panel = {.view = params->view};
    const bool alone = !scene.panel_count;
    if (alone && !scene.width) {
        scene.width = params->view.width;
        scene.height = params->view.height;
        panel.view.width = panel.view.height = 0;
    }
    if (!panel.view.fps_num) {
        panel.view.fps_num = stream->params.fps_num;
        panel.view.fps_den = stream->params.fps_den;
    }
    if (scene.frame_time == 0)
        scene.frame_time = (double)stream->params.fps_den / stream->params.fps_num;
    int error = trl_scene_copy_create(&stream->copy, stream->log, &scene);
    if (!error)
        error = trl_scene_copy_set_spare(stream->copy, &panel);
    if (!error && alone) {
        /* Kept to one side until it is known whether the film is one of captures. */
        error = trl_scene_copy_add(stream->copy, &panel);
        stream->captures = true;
    }
    if (error)
        return error;
    const int count = trl_scene_copy_params(stream->copy)->panel_count;
    for (int n = 0; !error && n < count; n++) {
        struct trl_panel_params *own = trl_scene_copy_panel(stream->copy, n);
        if (!own->view.fps_num) {
            own->view.fps_num = stream->params.fps_num;
            own->view.fps_den = stream->params.fps_den;
        }
        error = trl_palette_create(stream->log, &own->view, NULL);
    }
    return error;
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
    stream->params.scene = NULL;
    if (!params->fps_num) {
        stream->params.fps_num = 30;
        stream->params.fps_den = 1;
    }
    pthread_mutex_init(&stream->lock, NULL);
    stream->start_ns = trl_clock_now_ns();
    error = copy_scene(stream, params);
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
    if (error) {
        trl_stream_destroy(&stream);
        return error;
    }
    *out = stream;
    return 0;
}

int trl_stream_add_feed(struct trl_stream *stream, const char *name, struct trl_feed **out)
{
    *out = &stream->feeds[stream->feed_count];
    const int error = trl_feed_init(*out, stream->device, name);
    if (error)
        trl_feed_destroy(*out);
    else
        stream->feed_count++;
    return error;
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

/* Ends the reader once every frame on its way has reached the outputs. */
static void stop_reader(struct trl_stream *stream)
{
    if (stream->ring)
        trl_ring_close(stream->ring);
    if (stream->reading)
        pthread_join(stream->reader, NULL);
    stream->reading = false;
}

int trl_stream_plan(struct trl_stream *stream, const struct trl_scene_input *inputs, int count)
{
    struct trl_scene *scene = NULL;
    const int error = trl_scene_create(&scene, stream->device, trl_scene_copy_params(stream->copy),
                                       inputs, count);
    if (error)
        return trl_stream_fail(stream, error);
    pthread_mutex_lock(&stream->lock);
    stream->begun = false;
    stream->former = stream->scene;
    stream->scene = scene;
    pthread_mutex_unlock(&stream->lock);
    return 0;
}

/* Palette indices go to the outputs where all frames have one palette. */
static const struct trl_palette *palette_of(const struct trl_stream *stream)
{
    const bool never = stream->params.canvas == TRL_CANVAS_RGBA || stream->named;
    return never ? NULL : trl_scene_palette(stream->scene);
}

static int start_ring(struct trl_stream *stream)
{
    const struct trl_palette *palette = palette_of(stream);
    const struct trl_ring_params ring = {
        .packer = {.composition = trl_scene_composition(stream->scene),
                   .pixel_mask = trl_outputs_pixel_mask(stream->outputs, palette != NULL),
                   .canvas = stream->params.canvas == TRL_CANVAS_RGBA},
        .palette = palette,
        .released = on_released,
        .user = stream,
    };
    int error = trl_ring_create(&stream->ring, stream->device, &ring);
    if (!error && pthread_create(&stream->reader, NULL, read_frames, stream))
        error = trl_fail(stream->log, TRL_ERROR_MEMORY, "no thread can be started");
    stream->reading = !error;
    return error;
}

static int start_outputs(struct trl_stream *stream)
{
    const struct trl_composition *frame = trl_scene_composition(stream->scene);
    return trl_outputs_start(stream->outputs, frame->width, frame->height, stream->params.fps_num,
                             stream->params.fps_den, palette_of(stream));
}

/* Lets the outputs write all that is on its way, and gives up the ring. */
static int stop_ring(struct trl_stream *stream)
{
    stop_reader(stream);
    trl_ring_drain(stream->ring);
    struct trl_ring_times times;
    trl_ring_times(stream->ring, &times);
    for (int n = 0; n < TRL_GPU_STAGE_COUNT; n++)
        stream->past.stage_ns[n] += times.stage_ns[n];
    stream->past.bytes += times.bytes;
    trl_ring_destroy(&stream->ring);
    return atomic_load(&stream->error);
}

int trl_stream_start(struct trl_stream *stream)
{
    const bool first = !stream->ring;
    struct trl_composition former = {0};
    int error = 0;
    if (!first) {
        former = *trl_scene_composition(stream->former);
        error = stop_ring(stream);
    }
    if (!error)
        error = trl_scene_build(stream->scene, stream->former, stream->named);
    trl_scene_destroy(&stream->former);
    const struct trl_composition *frame = trl_scene_composition(stream->scene);
    if (!error && !first && (frame->width != former.width || frame->height != former.height))
        error = trl_fail(stream->log, TRL_ERROR_USAGE,
                         "a new capture would make frames of %d x %d of those of %d x %d; give the "
                         "grid before the first frame",
                         frame->width, frame->height, former.width, former.height);
    if (!error)
        error = start_ring(stream);
    if (!error && first)
        error = start_outputs(stream);
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

static int draw(struct trl_stream *stream, struct trl_slot *slot, int64_t index)
{
    struct trl_gpu_cmd *cmd = trl_slot_cmd(slot);
    struct trl_scene_tensors inputs;
    int error = 0;
    for (int n = 0; !error && n < stream->feed_count; n++) {
        error = trl_feed_record(&stream->feeds[n], cmd);
        inputs.tensors[n] = stream->feeds[n].tensor;
        inputs.ended[n] = stream->feeds[n].ended;
    }
    return error ? error : trl_scene_record(stream->scene, cmd, &inputs, index);
}

int trl_stream_draw(struct trl_stream *stream, struct trl_slot *slot, int64_t index,
                    const struct trl_gpu_point *waits, uint32_t wait_count,
                    struct trl_gpu_point *done)
{
    struct trl_gpu_point point;
    int error = draw(stream, slot, index);
    if (error)
        trl_ring_abandon(stream->ring, slot);
    else
        error = trl_ring_submit(stream->ring, slot, index, waits, wait_count, &point);
    if (error) {
        trl_ledger_settle(stream->ledger, index, TRL_FATE_FAILED, NULL);
        return trl_stream_fail(stream, error);
    }
    uint64_t bytes = 0;
    for (int n = 0; n < stream->feed_count; n++) {
        trl_feed_used(&stream->feeds[n], point);
        bytes += trl_uploads_bytes(stream->feeds[n].uploads);
    }
    pthread_mutex_lock(&stream->lock);
    stream->upload_bytes = bytes;
    pthread_mutex_unlock(&stream->lock);
    if (done)
        *done = point;
    return 0;
}

void trl_stream_cancel(struct trl_stream *stream)
{
    atomic_store(&stream->cancelled, true);
    atomic_fetch_add(&stream->cancelling, 1);
    for (int n = 0; n < TRL_INPUTS_MAX; n++) {
        struct trl_source *source = atomic_load(&stream->sources[n]);
        if (source)
            trl_source_cancel(source);
    }
    atomic_fetch_sub(&stream->cancelling, 1);
}

/* Panels that showed nothing but NaN and infinities look like a fault of the film. */
static void warn_of_blanks(struct trl_stream *stream)
{
    const struct trl_scene_params *scene = trl_scene_copy_params(stream->copy);
    for (int n = 0; n < scene->panel_count; n++) {
        const char *name = scene->panels[n].name ? scene->panels[n].name : scene->panels[n].input;
        int64_t count = trl_scene_blank_frames(stream->scene, n);
        char number[16];
        snprintf(number, sizeof(number), "%d", n + 1);
        if (scene->panel_count == 1 && !count)
            count = atomic_load(&stream->blank_count);
        if (count)
            trl_log_print(stream->log, TRL_LOG_WARN, "panel %s: %lld frame%s had no finite value",
                          name ? name : number, (long long)count, count > 1 ? "s" : "");
    }
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
    /* What came before an input broke off is a film, and a pipe cannot be asked for it again; so is
     * what healthy outputs have when another one failed. */
    const bool outside = error == TRL_ERROR_INPUT || error == TRL_ERROR_OUTPUT;
    const bool keep = !error || error == TRL_ERROR_DROPPED || (outside && sums.frames > 0);
    trl_stream_fail(stream, trl_outputs_finish(stream->outputs, keep));
    trl_stream_fail(stream, trl_ledger_finish(stream->ledger));
    if (stream->scene)
        warn_of_blanks(stream);
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
    trl_scene_destroy(&stream->former);
    trl_scene_destroy(&stream->scene);
    for (int n = 0; n < stream->feed_count; n++)
        trl_feed_destroy(&stream->feeds[n]);
    trl_ledger_destroy(&stream->ledger);
    pthread_mutex_destroy(&stream->lock);
    trl_scene_copy_destroy(&stream->copy);
    free(stream);
    *out = NULL;
}

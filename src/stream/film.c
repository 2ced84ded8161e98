/* SPDX-License-Identifier: BSD-2-Clause */
#include "stream/stream.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/math.h"
#include "source/source.h"
#include "tensor/scan.h"

#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

/* Films of sources: every frame of each, in step by the time that they stand for. */

enum { BLOCK_BYTES_MAX = 256 << 20 };

/* A source and how far it has come. */
struct reel {
    struct trl_source *source;
    struct trl_feed *feed;
    struct trl_source_block block; /* at hand, in the feed's upload buffer */
    struct trl_gpu_buffer *buffer;
    double frame_time;
    int64_t shown; /* number of the frame that the feed has; -1: none */
    bool ended;
};

struct filming {
    struct trl_stream *stream;
    struct reel reels[TRL_INPUTS_MAX];
    int count;
    double step;   /* time from one frame of the film to the next */
    int64_t least; /* frames that there are whatever the inputs have */
};

static struct trl_layout frame_layout(const struct trl_source_block *block, int64_t n)
{
    struct trl_layout layout = block->layout;
    layout.offset += n * block->frame_stride;
    return layout;
}

/* ---- the range of the movie ---- */

static int scan_once(struct trl_stream *stream, struct trl_source *source, struct trl_scan *scan,
                     void *data, uint64_t capacity)
{
    for (;;) {
        struct trl_source_block block = {0};
        int error = trl_stream_check(stream);
        if (!error)
            error = trl_source_read(source, &block, data, capacity);
        if (error || !block.frame_count)
            return error;
        const struct trl_layout layout = trl_source_block_layout(&block);
        trl_scan_add(scan, &layout, data);
    }
}

/* The range of the whole movie, found by reading it before it is drawn. */
static int scan_source(struct trl_stream *stream, struct trl_source *source,
                       const struct trl_scene_range *range, float *low, float *high)
{
    const uint64_t capacity = trl_source_block_bytes_max(source);
    const int64_t start_ns = trl_clock_now_ns();
    struct trl_scan *scan = NULL;
    void *data = malloc(capacity);
    int error = data ? trl_scan_create(&scan, range->from, range->to)
                     : trl_fail_memory(stream->log, "a block of frames", capacity);
    bool again = !error;
    while (!error && again) {
        error = scan_once(stream, source, scan, data, capacity);
        again = trl_scan_again(scan);
        if (!error)
            error = trl_source_rewind(source);
    }
    if (!error && !trl_scan_range(scan, low, high)) {
        trl_log_print(stream->log, TRL_LOG_WARN,
                      "the input has no finite value; the range is taken as 0 to 1");
        *low = 0;
        *high = 1;
    } else if (!error) {
        trl_log_print(stream->log, TRL_LOG_INFO, "range of the movie: %.9g to %.9g", (double)*low,
                      (double)*high);
    }
    trl_scan_destroy(&scan);
    free(data);
    trl_stream_add_ns(stream, &stream->input_ns, start_ns);
    return error;
}

/* Panels that ask for the same are given the same. */
static int find_ranges(struct filming *filming)
{
    struct trl_stream *stream = filming->stream;
    struct trl_scene_range done = {.input = -1}, range = {0};
    float low = 0, high = 1;
    for (; trl_scene_next_range(stream->scene, &range); range.panel++) {
        if (range.input != done.input || range.from != done.from || range.to != done.to) {
            const int error =
                scan_source(stream, filming->reels[range.input].source, &range, &low, &high);
            if (error)
                return error;
            done = range;
        }
        trl_scene_set_range(stream->scene, range.panel, low, high);
    }
    return 0;
}

/* ---- frames ---- */

/* Reads the next block; a source without one has ended. */
static int read_block(struct trl_stream *stream, struct reel *reel)
{
    const uint64_t capacity = trl_align_up(trl_source_block_bytes_max(reel->source), 4);
    struct trl_upload_target upload;
    struct trl_source_block block = {0};
    int error = trl_uploads_next(reel->feed->uploads, capacity, &upload);
    if (error)
        return error;
    const int64_t start_ns = trl_clock_now_ns();
    error = trl_source_read(reel->source, &block, upload.data, upload.capacity_bytes);
    trl_stream_add_ns(stream, &stream->input_ns, start_ns);
    if (error)
        return error;
    reel->ended = !block.frame_count;
    if (reel->ended)
        return 0;
    reel->block = block;
    reel->buffer = upload.buffer;
    reel->feed->waiting_bytes = trl_align_up(block.size_bytes, 4);
    return 0;
}

/* Goes on to the frame of a source that a time stands for; a source that ends keeps its last. */
static int wind(struct trl_stream *stream, struct reel *reel, double time)
{
    /* A hair's breadth, so that a quotient just below a whole number counts as it. */
    const int64_t wanted = (int64_t)floor(time / reel->frame_time + 1e-6);
    const int64_t before = reel->shown;
    int error = 0;
    while (!error && !reel->ended && reel->shown < wanted) {
        const struct trl_source_block *block = &reel->block;
        if (reel->shown + 1 < block->first + block->frame_count)
            reel->shown++;
        else
            error = read_block(stream, reel);
    }
    if (!error && reel->shown != before)
        reel->feed->tensor = (struct trl_gpu_tensor){
            .buffer = reel->buffer,
            .layout = frame_layout(&reel->block, reel->shown - reel->block.first)};
    return error;
}

/* 1: all sources have ended. */
static int wind_all(struct filming *filming, int64_t tick)
{
    bool ended = true;
    for (int n = 0; n < filming->count; n++) {
        struct reel *reel = &filming->reels[n];
        const int error = wind(filming->stream, reel, (double)tick * filming->step);
        if (error)
            return error;
        ended = ended && reel->ended;
    }
    return ended;
}

static int film_frame(struct trl_stream *stream, int64_t index)
{
    struct trl_slot *slot = NULL;
    const int error = trl_stream_take_slot(stream, index, &slot);
    if (error)
        return error == 1 ? 0 : error;
    return trl_stream_draw(stream, slot, index, NULL, 0, NULL);
}

static int film_frames(struct filming *filming)
{
    struct trl_stream *stream = filming->stream;
    for (int64_t tick = 0;; tick++) {
        int error = wind_all(filming, tick);
        if (error < 0 || (error == 1 && tick >= filming->least))
            return error < 0 ? error : 0;
        int64_t index = 0;
        do {
            error = trl_stream_check(stream);
            if (error)
                break;
            index = trl_ledger_offer(stream->ledger);
            error = film_frame(stream, index);
        } while (!error && trl_scene_paused(stream->scene, index + 1));
        if (error)
            return error;
    }
}

/* ---- the film ---- */

static int begin_reel(struct filming *filming, const struct trl_stream_input *input)
{
    struct trl_stream *stream = filming->stream;
    struct reel *reel = &filming->reels[filming->count];
    const struct trl_source_info *info = trl_source_info(input->source);
    if (input->frame_time < 0 || !isfinite(input->frame_time))
        return trl_fail(stream->log, TRL_ERROR_USAGE, "input %s: a frame time of %g",
                        input->name ? input->name : "", input->frame_time);
    *reel = (struct reel){.source = input->source,
                          .frame_time = input->frame_time > 0 ? input->frame_time : 1,
                          .shown = -1};
    const int error = trl_stream_add_feed(stream, input->name, &reel->feed);
    if (error)
        return error;
    filming->count++;
    if (filming->step == 0 || reel->frame_time < filming->step)
        filming->step = reel->frame_time;
    const int64_t shape[3] = {info->tiles, info->rows, info->columns};
    /* A kernel sees no more than one binding's range of a block. */
    trl_source_limit_blocks(
        input->source,
        (uint64_t)trl_min_i64(BLOCK_BYTES_MAX,
                              (int64_t)trl_device_info(stream->device)->storage_buffer_bytes_max));
    return trl_layout_dense(&reel->feed->layout, info->dtype, 3, shape, false);
}

/* Frames of the film that the source fills. */
static int64_t frames_of(const struct filming *filming, int n)
{
    const int64_t count = trl_source_info(filming->reels[n].source)->frame_count;
    if (count < 0)
        return -1;
    return (int64_t)ceil((double)count * filming->reels[n].frame_time / filming->step - 1e-6);
}

/* A film of one frame that something moves in lasts as long as that takes. */
static void hold_still(struct filming *filming, int64_t *longest)
{
    struct trl_stream *stream = filming->stream;
    const int64_t motion = trl_scene_motion(stream->scene);
    if (*longest != 1 || stream->params.length || motion < 2)
        return;
    trl_log_print(stream->log, TRL_LOG_INFO,
                  "the input's only frame is held for %lld frames, in which the picture moves",
                  (long long)motion);
    filming->least = *longest = motion;
}

/* Inputs that end early are told of. */
static void tell_lengths(const struct filming *filming, int64_t longest)
{
    for (int n = 0; n < filming->count; n++) {
        const int64_t frames = frames_of(filming, n);
        const char *name = filming->reels[n].feed->name;
        /* One frame is a still picture beside a film. */
        if (frames > 1 && frames < longest && filming->count > 1)
            trl_log_print(filming->stream->log, TRL_LOG_WARN,
                          "%s ends at frame %lld of %lld: its last one stays",
                          name ? name : "input", (long long)frames, (long long)longest);
    }
}

static int begin(struct filming *filming, const struct trl_stream_input *inputs, int count)
{
    struct trl_stream *stream = filming->stream;
    struct trl_scene_input shown[TRL_INPUTS_MAX];
    int64_t longest = 0;
    int error = 0;
    if (count < 1 || count > TRL_INPUTS_MAX)
        return trl_fail(stream->log, TRL_ERROR_USAGE, "a film has 1 to %d inputs, not %d",
                        TRL_INPUTS_MAX, count);
    for (int n = 0; !error && n < count; n++)
        error = begin_reel(filming, &inputs[n]);
    if (error)
        return error;
    for (int n = 0; n < count && longest >= 0; n++) {
        const int64_t frames = frames_of(filming, n);
        longest = frames < 0 ? -1 : trl_max_i64(longest, frames);
    }
    for (int n = 0; n < count; n++)
        shown[n] = (struct trl_scene_input){
            .name = inputs[n].name,
            .layout = stream->feeds[n].layout,
            .frame_count = longest,
            .rewindable = trl_source_info(inputs[n].source)->rewindable,
        };
    longest = longest < 0 ? longest : trl_max_i64(longest, stream->params.length);
    filming->least = stream->params.length;
    for (int n = 0; n < count; n++)
        shown[n].frame_count = longest;
    error = trl_stream_plan(stream, shown, count);
    if (!error)
        hold_still(filming, &longest);
    tell_lengths(filming, longest);
    if (!error)
        trl_scene_check_cameras(stream->scene,
                                longest < 0 ? -1 : trl_scene_frames(stream->scene, longest));
    if (!error)
        error = trl_outputs_expect(stream->outputs, longest);
    if (!error)
        error = find_ranges(filming);
    return error ? error : trl_stream_start(stream);
}

int trl_stream_film_sources(struct trl_stream *stream, const struct trl_stream_input *inputs,
                            int count)
{
    struct filming filming = {.stream = stream};
    for (int n = 0; n < count && n < TRL_INPUTS_MAX; n++)
        atomic_store(&stream->sources[n], inputs[n].source);
    int error = trl_stream_check(stream);
    if (!error && stream->feed_count)
        error = trl_fail(stream->log, TRL_ERROR_USAGE, "a stream films its sources once");
    if (!error)
        error = begin(&filming, inputs, count);
    if (!error)
        error = film_frames(&filming);
    for (int n = 0; n < TRL_INPUTS_MAX; n++)
        atomic_store(&stream->sources[n], NULL);
    /* The sources may be closed as soon as this call returns. */
    while (atomic_load(&stream->cancelling))
        sched_yield();
    if (error == TRL_ERROR_CANCELLED)
        return error;
    return trl_stream_fail(stream, error);
}

int trl_stream_film_source(struct trl_stream *stream, struct trl_source *source)
{
    return trl_stream_film_sources(stream, &(struct trl_stream_input){.source = source}, 1);
}

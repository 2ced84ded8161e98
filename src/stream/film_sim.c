/* SPDX-License-Identifier: BSD-2-Clause */
#include "stream/stream.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/math.h"
#include "sim/sim.h"

/* Lists for steps that do not share a slot's list: those on a queue of their own, and those of
 * frames that were dropped. */
enum { LISTS = 3 };

/* Of one list: devices stop submissions that take seconds. */
enum { LIST_STEPS = 128 };

struct filming {
    struct trl_stream *stream;
    struct trl_sim *sim;
    int64_t steps, now_steps; /* of a frame; of the frame at hand: none while the camera pauses */
    bool async;               /* the steps run on the compute queue */
    struct trl_gpu_cmd *lists[LISTS];
    struct trl_gpu_point lists_done[LISTS];
    int now;
    struct trl_gpu_point drawn; /* the last picture: it reads what the next steps write */
};

static void add_sim_times(struct filming *filming, struct trl_gpu_cmd *cmd)
{
    struct trl_stream *stream = filming->stream;
    int64_t ns[TRL_GPU_STAGE_COUNT];
    trl_gpu_cmd_times(cmd, ns);
    pthread_mutex_lock(&stream->lock);
    stream->sim_ns += ns[TRL_GPU_STAGE_SIM];
    pthread_mutex_unlock(&stream->lock);
}

/* The channels that the film shows, as the feeds' tensors. */
static int take_channels(struct filming *filming, struct trl_gpu_cmd *cmd)
{
    struct trl_stream *stream = filming->stream;
    int error = 0;
    for (int n = 0; !error && n < stream->feed_count; n++) {
        struct trl_gpu_tensor *tensor = &stream->feeds[n].tensor;
        if (!trl_scene_uses(stream->scene, n))
            continue;
        error = trl_sim_device_channel(filming->sim, cmd, n, tensor);
        if (!error)
            error = trl_feed_layout(stream->log, &tensor->layout, &tensor->layout);
    }
    return error;
}

/* Submits steps on a list of their own; shown: a frame shows what they lead to. */
static int submit_list(struct filming *filming, int64_t steps, bool shown,
                       struct trl_gpu_point *done)
{
    struct trl_device *device = filming->stream->device;
    filming->now = (filming->now + 1) % LISTS;
    struct trl_gpu_cmd *cmd = filming->lists[filming->now];
    const struct trl_gpu_point last = filming->lists_done[filming->now];
    int error = trl_ring_wait_point(device, last);
    if (error)
        return error;
    if (last.value)
        add_sim_times(filming, cmd);
    error = trl_gpu_cmd_begin(cmd);
    if (error)
        return error;
    trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_SIM);
    error = trl_sim_record(filming->sim, cmd, steps);
    if (!error && shown)
        error = take_channels(filming, cmd);
    if (!error)
        error = trl_gpu_submit(cmd, &filming->drawn, 1, done);
    if (!error)
        filming->lists_done[filming->now] = *done;
    return error;
}

/* All but the last list of a frame's steps; how many are left for that. */
static int submit_most(struct filming *filming, int64_t *left)
{
    struct trl_gpu_point done;
    int error = 0;
    for (*left = filming->now_steps; !error && *left > LIST_STEPS; *left -= LIST_STEPS) {
        error = trl_stream_check(filming->stream);
        if (!error)
            error = submit_list(filming, LIST_STEPS, false, &done);
    }
    return error;
}

/* Submits the steps of a frame that is not drawn. */
static int skip_frame(struct filming *filming)
{
    struct trl_gpu_point done;
    int64_t left;
    const int error = submit_most(filming, &left);
    return error ? error : submit_list(filming, left, false, &done);
}

static int film_frame(struct filming *filming, int64_t index, struct trl_slot *slot)
{
    struct trl_stream *stream = filming->stream;
    struct trl_gpu_point stepped = {0};
    int64_t left;
    int error = submit_most(filming, &left);
    if (!error && filming->async) {
        error = submit_list(filming, left, true, &stepped);
    } else if (!error) {
        error = trl_sim_record(filming->sim, trl_slot_cmd(slot), left);
        if (!error)
            error = take_channels(filming, trl_slot_cmd(slot));
    }
    if (error) {
        trl_ring_abandon(stream->ring, slot);
        trl_ledger_settle(stream->ledger, index,
                          error == TRL_ERROR_CANCELLED ? TRL_FATE_DROPPED : TRL_FATE_FAILED, NULL);
        return error;
    }
    return trl_stream_draw(stream, slot, index, &stepped, 1, &filming->drawn);
}

static int film_on_device(struct filming *filming, int64_t frame_count)
{
    struct trl_stream *stream = filming->stream;
    int error = 0;
    const enum trl_gpu_queue queue = filming->async ? TRL_GPU_QUEUE_COMPUTE : TRL_GPU_QUEUE_MAIN;
    for (int n = 0; !error && n < LISTS; n++)
        error = trl_gpu_cmd_create(&filming->lists[n], stream->device, queue);
    for (int64_t n = 0; !error && n < frame_count; n++) {
        error = trl_stream_check(stream);
        if (error)
            break;
        const int64_t index = trl_ledger_offer(stream->ledger);
        struct trl_slot *slot = NULL;
        filming->now_steps = trl_scene_paused(stream->scene, index) ? 0 : filming->steps;
        error = trl_stream_take_slot(stream, index, &slot);
        if (!error) {
            error = film_frame(filming, index, slot);
        } else if (error == 1) {
            error = skip_frame(filming);
        }
    }
    trl_gpu_idle(stream->device);
    for (int n = 0; n < LISTS; n++) {
        if (filming->lists[n] && filming->lists_done[n].value)
            add_sim_times(filming, filming->lists[n]);
        trl_gpu_cmd_destroy(&filming->lists[n]);
    }
    return error;
}

/* Steps on the host, in pieces between which the film can be cancelled. */
static int step_on_host(struct filming *filming)
{
    struct trl_stream *stream = filming->stream;
    const int64_t start_ns = trl_clock_now_ns();
    int error = 0;
    for (int64_t left = filming->steps; !error && left > 0; left -= LIST_STEPS) {
        error = trl_stream_check(stream);
        if (!error)
            error = trl_sim_step(filming->sim, trl_min_i64(left, LIST_STEPS));
    }
    trl_stream_add_ns(stream, &stream->sim_ns, start_ns);
    return error;
}

/* Hands over what the host has computed. */
static int capture_channels(struct filming *filming)
{
    struct trl_stream *stream = filming->stream;
    struct trl_sim *sim = filming->sim;
    const uint64_t size = (uint64_t)trl_layout_elements(&sim->layout) * sizeof(float);
    int error = 0;
    for (int n = 0; !error && n < stream->feed_count; n++) {
        struct trl_feed *feed = &stream->feeds[n];
        if (trl_scene_uses(stream->scene, n))
            error = trl_feed_copy(feed, stream->log, &feed->layout, sim->impl->host_channel(sim, n),
                                  size);
    }
    return error;
}

static int film_on_host(struct filming *filming, int64_t frame_count)
{
    struct trl_stream *stream = filming->stream;
    int error = 0;
    for (int64_t n = 0; !error && n < frame_count; n++) {
        if (n == 0 || !trl_scene_paused(stream->scene, n))
            error = step_on_host(filming);
        if (!error)
            error = capture_channels(filming);
        if (!error)
            error = trl_stream_frame(stream);
    }
    return error;
}

/* All channels as inputs; what panels without one show comes under no name of theirs. */
static int begin(struct filming *filming, int channel, int64_t frame_count)
{
    struct trl_stream *stream = filming->stream;
    struct trl_sim *sim = filming->sim;
    const struct trl_sim_channel *channels = sim->impl->model->channels;
    struct trl_scene_input inputs[TRL_INPUTS_MAX];
    const struct trl_scene_params *scene = trl_scene_copy_params(stream->copy);
    int count = 0, error = 0;
    for (int n = 0; n < scene->panel_count; n++) {
        struct trl_panel_params *panel = trl_scene_copy_panel(stream->copy, n);
        if (!panel->input && (!panel->name || trl_sim_channel_find(sim, panel->name) < 0))
            panel->input = channels[channel].name;
    }
    for (; !error && channels[count].name; count++) {
        struct trl_feed *feed;
        const char *name = channels[count].name;
        error = trl_stream_add_feed(stream, name, &feed);
        if (!error)
            error = trl_sim_layout(sim, name, &feed->layout);
        if (!error)
            error = trl_feed_layout(stream->log, &feed->layout, &feed->layout);
        if (!error)
            inputs[count] = (struct trl_scene_input){
                .name = name, .layout = feed->layout, .frame_count = frame_count};
    }
    if (!error)
        error = trl_stream_plan(stream, inputs, count);
    if (!error)
        trl_scene_check_cameras(stream->scene, frame_count);
    return error ? error : trl_stream_start(stream);
}

int trl_stream_film_sim(struct trl_stream *stream, struct trl_sim *sim, const char *channel,
                        int64_t frame_count, int64_t steps_per_frame)
{
    int error = trl_stream_check(stream);
    if (!error && stream->feed_count)
        error = trl_fail(stream->log, TRL_ERROR_USAGE, "a stream films one simulation");
    if (!error && (frame_count < 1 || steps_per_frame < 1))
        error = trl_fail(stream->log, TRL_ERROR_USAGE,
                         "frames and steps a frame must be at least 1, not %lld and %lld",
                         (long long)frame_count, (long long)steps_per_frame);
    const bool on_host = sim->impl->backend == TRL_BACKEND_CPU;
    if (!error && !on_host && sim->device != stream->device)
        error = trl_fail(stream->log, TRL_ERROR_USAGE,
                         "the simulation and the stream are on different devices");
    if (!error)
        error = trl_outputs_expect(stream->outputs, frame_count);
    struct filming filming = {
        .stream = stream,
        .sim = sim,
        .steps = steps_per_frame,
        .async = trl_gpu_async_compute(stream->device),
    };
    const int shown = error ? 0 : trl_sim_channel_find(sim, channel);
    if (!error && shown < 0)
        error = shown;
    if (!error)
        error = begin(&filming, shown, frame_count);
    if (!error)
        error =
            on_host ? film_on_host(&filming, frame_count) : film_on_device(&filming, frame_count);
    return error == TRL_ERROR_CANCELLED ? error : trl_stream_fail(stream, error);
}

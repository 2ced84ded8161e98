/* SPDX-License-Identifier: BSD-2-Clause */
#include "stream/outputs.h"

#include "base/clock.h"
#include "base/log.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { QUEUE_MAX = 8 }; /* more than there are slots in the ring */

struct output {
    struct trl_outputs *all;
    struct trl_output_params params; /* strings owned */
    const struct trl_sink_class *impl;
    struct trl_sink *sink;
    struct trl_frame *queue[QUEUE_MAX];
    int queued;
    int error;
    int64_t busy_ns;
    pthread_t thread;
    bool started;
};

struct trl_outputs {
    struct trl_outputs_params params;
    struct output *outputs;
    int count;
    bool closing, keep;
    pthread_mutex_t lock;
    pthread_cond_t changed;
};

/* NULL stays NULL; *failed is set if there was no memory. */
static const char *copy_text(const char *text, bool *failed)
{
    const char *copy = text ? strdup(text) : NULL;
    *failed = *failed || (text && !copy);
    return copy;
}

static int create_output(struct trl_outputs *all, struct output *output,
                         const struct trl_output_params *params)
{
    struct trl_log *log = all->params.log;
    bool failed = false;
    output->all = all;
    output->params = *params;
    output->params.path = copy_text(params->path, &failed);
    output->params.codec = copy_text(params->codec, &failed);
    output->params.preset = copy_text(params->preset, &failed);
    output->params.title = copy_text(params->title, &failed);
    output->params.comment = copy_text(params->comment, &failed);
    if (failed)
        return trl_fail_memory(log, "an output", sizeof(*output));
    if (!params->path || !*params->path)
        return trl_fail(log, TRL_ERROR_USAGE, "an output without a name");
    output->impl = all->params.sink_class;
    const int error =
        output->impl ? 0 : trl_sink_class_find(&output->impl, log, output->params.path);
    if (error || !output->impl->check)
        return error;
    return output->impl->check(log, &output->params);
}

int trl_output_check(struct trl_log *log, const struct trl_output_params *params,
                     int64_t frame_count)
{
    const struct trl_sink_class *impl;
    int error = trl_sink_class_find(&impl, log, params->path);
    if (!error && impl->check)
        error = impl->check(log, params);
    if (!error && impl->expect)
        error = impl->expect(log, params, frame_count);
    return error;
}

int trl_outputs_expect(struct trl_outputs *outputs, int64_t frame_count)
{
    int error = 0;
    for (int n = 0; n < outputs->count && !error; n++) {
        const struct output *output = &outputs->outputs[n];
        if (output->impl->expect)
            error = output->impl->expect(outputs->params.log, &output->params, frame_count);
    }
    return error;
}

int trl_outputs_create(struct trl_outputs **out, const struct trl_outputs_params *params)
{
    *out = NULL;
    struct trl_outputs *outputs = calloc(1, sizeof(*outputs));
    if (!outputs)
        return trl_fail_memory(params->log, "the outputs", sizeof(*outputs));
    outputs->params = *params;
    pthread_mutex_init(&outputs->lock, NULL);
    pthread_cond_init(&outputs->changed, NULL);
    const size_t count = (size_t)params->output_count;
    int error = 0;
    if (params->output_count < 1)
        error = trl_fail(params->log, TRL_ERROR_USAGE, "no output: name a file");
    else if (!(outputs->outputs = calloc(count, sizeof(*outputs->outputs))))
        error = trl_fail_memory(params->log, "the outputs", count * sizeof(*outputs->outputs));
    for (int n = 0; outputs->outputs && !error && n < params->output_count; n++) {
        outputs->count = n + 1;
        error = create_output(outputs, &outputs->outputs[n], &params->outputs[n]);
        for (int before = 0; !error && before < n; before++)
            if (!strcmp(params->outputs[n].path, params->outputs[before].path) &&
                strcmp(params->outputs[n].path, "null:") != 0)
                error = trl_fail(params->log, TRL_ERROR_USAGE, "%s: named twice as an output",
                                 params->outputs[n].path);
    }
    outputs->params.outputs = NULL;
    if (error) {
        trl_outputs_destroy(&outputs);
        return error;
    }
    *out = outputs;
    return 0;
}

void trl_outputs_destroy(struct trl_outputs **out)
{
    if (!out || !*out)
        return;
    struct trl_outputs *outputs = *out;
    trl_outputs_finish(outputs, false);
    for (int n = 0; n < outputs->count; n++) {
        struct output *output = &outputs->outputs[n];
        free((char *)output->params.path);
        free((char *)output->params.codec);
        free((char *)output->params.preset);
        free((char *)output->params.title);
        free((char *)output->params.comment);
    }
    pthread_cond_destroy(&outputs->changed);
    pthread_mutex_destroy(&outputs->lock);
    free(outputs->outputs);
    free(outputs);
    *out = NULL;
}

uint32_t trl_outputs_pixel_mask(const struct trl_outputs *outputs, bool palette)
{
    uint32_t mask = 0;
    for (int n = 0; n < outputs->count; n++)
        mask |=
            TRL_PIXEL_BIT(outputs->outputs[n].impl->pixel(&outputs->outputs[n].params, palette));
    return mask;
}

/* Takes the frame at a place of the queue out of it. */
static struct trl_frame *remove_at(struct output *output, int at)
{
    struct trl_frame *frame = output->queue[at];
    output->queued--;
    for (int n = at; n < output->queued; n++)
        output->queue[n] = output->queue[n + 1];
    return frame;
}

static struct trl_frame *take(struct output *output)
{
    struct trl_outputs *all = output->all;
    pthread_mutex_lock(&all->lock);
    while (!output->queued && !all->closing)
        pthread_cond_wait(&all->changed, &all->lock);
    struct trl_frame *frame = output->queued ? remove_at(output, 0) : NULL;
    pthread_mutex_unlock(&all->lock);
    return frame;
}

static void note(struct output *output, int error, int64_t busy_ns)
{
    pthread_mutex_lock(&output->all->lock);
    if (!output->error)
        output->error = error;
    output->busy_ns += busy_ns;
    pthread_mutex_unlock(&output->all->lock);
}

static void *run(void *user)
{
    struct output *output = user;
    struct trl_outputs *all = output->all;
    struct trl_frame *frame;
    while ((frame = take(output))) {
        const int64_t start = trl_clock_now_ns();
        const int error = output->error ? output->error : output->impl->write(output->sink, frame);
        note(output, error, trl_clock_now_ns() - start);
        if (error)
            all->params.failed(all->params.user, frame, error);
        trl_frame_unref(frame);
    }
    if (all->keep && !output->error) {
        const int64_t start = trl_clock_now_ns();
        const int error = output->impl->finish(output->sink);
        note(output, error, trl_clock_now_ns() - start);
    }
    return NULL;
}

int trl_outputs_start(struct trl_outputs *outputs, int width, int height, int fps_num, int fps_den,
                      const struct trl_palette *palette)
{
    struct trl_log *log = outputs->params.log;
    int error = 0;
    for (int n = 0; !error && n < outputs->count; n++) {
        struct output *output = &outputs->outputs[n];
        error =
            output->impl->create(&output->sink, &(struct trl_sink_params){.log = log,
                                                                          .output = &output->params,
                                                                          .width = width,
                                                                          .height = height,
                                                                          .fps_num = fps_num,
                                                                          .fps_den = fps_den,
                                                                          .palette = palette});
    }
    for (int n = 0; !error && n < outputs->count; n++) {
        struct output *output = &outputs->outputs[n];
        if (pthread_create(&output->thread, NULL, run, output))
            error = trl_fail(log, TRL_ERROR_MEMORY, "%s: no thread can be started",
                             output->params.path);
        else
            output->started = true;
    }
    return error;
}

void trl_outputs_write(struct trl_outputs *outputs, struct trl_frame *frame)
{
    for (int n = 1; n < outputs->count; n++)
        trl_frame_ref(frame);
    pthread_mutex_lock(&outputs->lock);
    for (int n = 0; n < outputs->count; n++)
        outputs->outputs[n].queue[outputs->outputs[n].queued++] = frame;
    pthread_cond_broadcast(&outputs->changed);
    pthread_mutex_unlock(&outputs->lock);
}

static int position(const struct output *output, const struct trl_frame *frame)
{
    for (int n = 0; n < output->queued; n++)
        if (output->queue[n] == frame)
            return n;
    return -1;
}

struct trl_frame *trl_outputs_drop_oldest(struct trl_outputs *outputs)
{
    struct trl_frame *oldest = NULL;
    pthread_mutex_lock(&outputs->lock);
    /* A frame that waits in every queue waits in the first; queues are in order. */
    for (int n = 0; !oldest && n < outputs->outputs[0].queued; n++) {
        oldest = outputs->outputs[0].queue[n];
        for (int other = 1; oldest && other < outputs->count; other++)
            if (position(&outputs->outputs[other], oldest) < 0)
                oldest = NULL;
    }
    for (int n = 0; oldest && n < outputs->count; n++) {
        struct output *output = &outputs->outputs[n];
        remove_at(output, position(output, oldest));
    }
    pthread_mutex_unlock(&outputs->lock);
    for (int n = 1; oldest && n < outputs->count; n++)
        trl_frame_unref(oldest);
    return oldest;
}

int trl_outputs_queued(struct trl_outputs *outputs)
{
    int queued = 0;
    pthread_mutex_lock(&outputs->lock);
    for (int n = 0; n < outputs->count; n++)
        if (outputs->outputs[n].queued > queued)
            queued = outputs->outputs[n].queued;
    pthread_mutex_unlock(&outputs->lock);
    return queued;
}

int trl_outputs_finish(struct trl_outputs *outputs, bool keep)
{
    pthread_mutex_lock(&outputs->lock);
    outputs->closing = true;
    outputs->keep = keep;
    pthread_cond_broadcast(&outputs->changed);
    pthread_mutex_unlock(&outputs->lock);
    for (int n = 0; n < outputs->count; n++) {
        struct output *output = &outputs->outputs[n];
        if (output->started)
            pthread_join(output->thread, NULL);
        output->started = false;
        if (output->sink)
            output->impl->destroy(&output->sink);
    }
    return trl_outputs_error(outputs);
}

int64_t trl_outputs_busy_ns(struct trl_outputs *outputs)
{
    int64_t busy_ns = 0;
    pthread_mutex_lock(&outputs->lock);
    for (int n = 0; n < outputs->count; n++)
        if (outputs->outputs[n].busy_ns > busy_ns)
            busy_ns = outputs->outputs[n].busy_ns;
    pthread_mutex_unlock(&outputs->lock);
    return busy_ns;
}

int trl_outputs_error(struct trl_outputs *outputs)
{
    int error = 0;
    pthread_mutex_lock(&outputs->lock);
    for (int n = 0; n < outputs->count && !error; n++)
        error = outputs->outputs[n].error;
    pthread_mutex_unlock(&outputs->lock);
    return error;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/file.h"
#include "base/log.h"
#include "base/math.h"
#include "sink/name.h"
#include "sink/png_writer.h"
#include "sink/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { THREADS_MAX = 256 };

struct png_sink;

/* Holds a copy of one frame, so that the frame's own slot is free as soon as write returns. */
struct worker {
    struct png_sink *sink;
    pthread_t thread;
    pthread_cond_t wake;
    bool started;
    bool busy; /* under the sink's lock; frame is the worker's while it is true */
    struct trl_frame frame;
    struct trl_palette palette;
    uint8_t *pixels;
    struct trl_png_writer writer;
};

struct png_sink {
    struct trl_sink base;
    struct trl_numbered_name name;
    struct trl_part_file single; /* of a name without a number, until it is clear that the film is
                                    one frame; path NULL: none */
    struct trl_log *first_only;  /* of the workers: they fail for the same reason, at once */
    atomic_bool told;
    struct trl_image_layout layout;
    bool overwrite;
    bool wrote; /* the caller's own */
    bool still; /* the last frame alone is written, at the end */
    pthread_mutex_t lock;
    pthread_cond_t idle;
    bool stop;
    int error;      /* the first of any worker */
    int64_t failed; /* the first frame that is none; INT64_MAX: all are */
    int worker_count;
    struct worker *workers;
};

static bool png_accepts(const char *path)
{
    return trl_name_ends(path, (const char *const[]){".png", NULL});
}

static enum trl_pixel png_pixel(const struct trl_output_params *output, bool palette)
{
    (void)output;
    return palette ? TRL_PIXEL_PAL8 : TRL_PIXEL_RGB24;
}

static void pass_first_error(void *user, enum trl_log_level level, const char *line)
{
    struct png_sink *sink = user;
    if (level != TRL_LOG_ERROR || !atomic_exchange(&sink->told, true))
        trl_log_print(sink->base.log, level, "%s", line);
}

/* Files appear in their order, and none after one that failed. */
static int wait_for_earlier(const struct worker *worker)
{
    struct png_sink *sink = worker->sink;
    pthread_mutex_lock(&sink->lock);
    for (int i = 0; i < sink->worker_count; i++)
        while (sink->workers[i].busy && sink->workers[i].frame.index < worker->frame.index)
            pthread_cond_wait(&sink->idle, &sink->lock);
    const int error = sink->failed < worker->frame.index ? sink->error : 0;
    pthread_mutex_unlock(&sink->lock);
    return error;
}

static int save(struct worker *worker)
{
    struct png_sink *sink = worker->sink;
    struct trl_part_file file = {.fd = -1};
    int error = trl_png_writer_encode(&worker->writer, &worker->frame);
    if (error)
        return error;
    char *path = trl_numbered_name_format(&sink->name, worker->frame.index);
    if (!path)
        return trl_fail_memory(sink->first_only, "a file name", 0);
    error = trl_part_file_open(&file, sink->first_only, path, sink->overwrite);
    if (error)
        goto fail;
    error = trl_part_file_write(&file, worker->writer.file, worker->writer.file_size);
    if (error)
        goto fail;
    error = wait_for_earlier(worker);
    if (error)
        goto fail;
    if (sink->name.numbered) {
        error = trl_part_file_commit(&file);
    } else {
        sink->single = file;
        file = (struct trl_part_file){.fd = -1};
    }
fail:
    trl_part_file_abandon(&file);
    free(path);
    return error;
}

static void *work(void *arg)
{
    struct worker *worker = arg;
    struct png_sink *sink = worker->sink;
    pthread_mutex_lock(&sink->lock);
    for (;;) {
        while (!worker->busy && !sink->stop)
            pthread_cond_wait(&worker->wake, &sink->lock);
        if (!worker->busy)
            break;
        pthread_mutex_unlock(&sink->lock);
        const int error = save(worker);
        pthread_mutex_lock(&sink->lock);
        worker->busy = false;
        if (error)
            sink->failed = trl_min_i64(sink->failed, worker->frame.index);
        if (!sink->error)
            sink->error = error;
        pthread_cond_broadcast(&sink->idle);
    }
    pthread_mutex_unlock(&sink->lock);
    return NULL;
}

static void png_destroy(struct trl_sink **base)
{
    struct png_sink *sink = (struct png_sink *)*base;
    if (!sink)
        return;
    pthread_mutex_lock(&sink->lock);
    sink->stop = true;
    for (int i = 0; i < sink->worker_count; i++)
        pthread_cond_signal(&sink->workers[i].wake);
    pthread_mutex_unlock(&sink->lock);
    for (int i = 0; i < sink->worker_count; i++) {
        struct worker *worker = &sink->workers[i];
        if (worker->started)
            pthread_join(worker->thread, NULL);
        pthread_cond_destroy(&worker->wake);
        trl_png_writer_close(&worker->writer);
        free(worker->pixels);
    }
    free(sink->workers);
    trl_part_file_abandon(&sink->single);
    trl_log_destroy(&sink->first_only);
    trl_numbered_name_clear(&sink->name);
    pthread_cond_destroy(&sink->idle);
    pthread_mutex_destroy(&sink->lock);
    free(sink);
    *base = NULL;
}

static int worker_start(struct worker *worker, struct png_sink *sink,
                        const struct trl_sink_params *params)
{
    worker->sink = sink;
    int error = trl_png_writer_open(&worker->writer, sink->first_only, params->width,
                                    params->height, params->output->title, params->output->comment);
    if (error)
        return error;
    worker->pixels = malloc(sink->layout.size);
    if (!worker->pixels)
        return trl_fail_memory(params->log, "a PNG frame", sink->layout.size);
    const enum trl_pixel pixel = sink->layout.pixel;
    worker->frame.width = params->width;
    worker->frame.height = params->height;
    worker->frame.palette = &worker->palette;
    worker->frame.data[pixel] = worker->pixels;
    error = pthread_create(&worker->thread, NULL, work, worker);
    if (error)
        return trl_fail(params->log, TRL_ERROR_MEMORY, "cannot start a thread: %s",
                        strerror(error));
    worker->started = true;
    return 0;
}

static int thread_count(const struct trl_output_params *output, bool numbered)
{
    cpu_set_t cores;
    if (!numbered)
        return 1;
    if (output->threads)
        return output->threads;
    return sched_getaffinity(0, sizeof(cores), &cores) ? 1 : CPU_COUNT(&cores);
}

/* Opens the first frame's file and removes it: tells whether the folder can be written. */
static int try_first(struct trl_log *log, const struct trl_numbered_name *name, bool overwrite)
{
    struct trl_part_file file;
    char *path = trl_numbered_name_format(name, 0);
    if (!path)
        return trl_fail_memory(log, "a file name", 0);
    const int error = trl_part_file_open(&file, log, path, overwrite);
    trl_part_file_abandon(&file);
    free(path);
    return error;
}

static int png_check(struct trl_log *log, const struct trl_output_params *output)
{
    struct trl_numbered_name name = {0};
    int error = trl_numbered_name_parse(&name, log, output->path);
    if (!error)
        error = try_first(log, &name, output->overwrite);
    trl_numbered_name_clear(&name);
    return error;
}

static int refuse_second(struct trl_log *log, const char *path)
{
    return trl_fail(
        log, TRL_ERROR_USAGE,
        "%s: the film has more than one frame and this name is one file; give it a "
        "place for the number, %%05d or at least two #: frame_%%05d.png, frame_####.png",
        path);
}

static int png_expect(struct trl_log *log, const struct trl_output_params *output,
                      int64_t frame_count)
{
    struct trl_numbered_name name = {0};
    int error = trl_numbered_name_parse(&name, log, output->path);
    if (!error && !name.numbered && !output->still && frame_count > 1)
        error = refuse_second(log, output->path);
    trl_numbered_name_clear(&name);
    return error;
}

static int png_create(struct trl_sink **out, const struct trl_sink_params *params)
{
    int error;
    const struct trl_output_params *output = params->output;
    struct png_sink *sink = calloc(1, sizeof(*sink));
    *out = (struct trl_sink *)sink;
    if (!sink)
        return trl_fail_memory(params->log, "an output", sizeof(*sink));
    sink->base = (struct trl_sink){.impl = &trl_sink_png, .log = params->log};
    sink->overwrite = output->overwrite;
    sink->failed = INT64_MAX;
    pthread_mutex_init(&sink->lock, NULL);
    pthread_cond_init(&sink->idle, NULL);
    trl_image_layout(&sink->layout, png_pixel(output, params->palette), params->width,
                     params->height);
    error = trl_log_create(&sink->first_only,
                           &(struct trl_log_params){pass_first_error, sink, TRL_LOG_DEBUG});
    if (error) {
        error = trl_fail_memory(params->log, "an output", 0);
        goto fail;
    }
    if (output->threads < 0) {
        error =
            trl_fail(params->log, TRL_ERROR_USAGE, "%s: %d threads", output->path, output->threads);
        goto fail;
    }
    error = trl_numbered_name_parse(&sink->name, params->log, output->path);
    if (error)
        goto fail;
    sink->still = output->still && !sink->name.numbered;
    error = try_first(params->log, &sink->name, sink->overwrite);
    if (error)
        goto fail;
    const int wanted = (int)trl_min_i64(thread_count(output, sink->name.numbered), THREADS_MAX);
    sink->workers = calloc((size_t)wanted, sizeof(*sink->workers));
    if (!sink->workers) {
        error = trl_fail_memory(params->log, "PNG writers", (size_t)wanted * sizeof(struct worker));
        goto fail;
    }
    while (sink->worker_count < wanted) {
        struct worker *worker = &sink->workers[sink->worker_count++];
        pthread_cond_init(&worker->wake, NULL);
        error = worker_start(worker, sink, params);
        if (error)
            goto fail;
    }
    return 0;
fail:
    png_destroy(out);
    return error;
}

static struct worker *find_idle(struct png_sink *sink)
{
    for (int i = 0; i < sink->worker_count; i++) {
        if (!sink->workers[i].busy)
            return &sink->workers[i];
    }
    return NULL;
}

static void copy_frame(struct worker *worker, const struct trl_frame *frame)
{
    const enum trl_pixel pixel = worker->sink->layout.pixel;
    memcpy(worker->pixels, frame->data[pixel], worker->sink->layout.size);
    worker->frame.layout[pixel] = frame->layout[pixel];
    worker->frame.index = frame->index;
    if (pixel == TRL_PIXEL_PAL8)
        worker->palette = *frame->palette;
}

static int png_write(struct trl_sink *base, struct trl_frame *frame)
{
    struct png_sink *sink = (struct png_sink *)base;
    const enum trl_pixel pixel = sink->layout.pixel;
    if (!frame->data[pixel] || frame->layout[pixel].size != sink->layout.size)
        return trl_fail(base->log, TRL_ERROR_INTERNAL,
                        "frame %" PRId64 " does not come in the form that PNG asked for",
                        frame->index);
    if (sink->still) {
        copy_frame(&sink->workers[0], frame);
        sink->wrote = true;
        return 0;
    }
    if (!sink->name.numbered && sink->wrote)
        return refuse_second(base->log, sink->name.head);
    sink->wrote = true;

    struct worker *worker = NULL;
    pthread_mutex_lock(&sink->lock);
    while (!sink->error && !(worker = find_idle(sink)))
        pthread_cond_wait(&sink->idle, &sink->lock);
    const int error = sink->error;
    pthread_mutex_unlock(&sink->lock);
    if (error)
        return error;

    copy_frame(worker, frame);
    pthread_mutex_lock(&sink->lock);
    worker->busy = true;
    pthread_cond_signal(&worker->wake);
    pthread_mutex_unlock(&sink->lock);
    return 0;
}

static int png_finish(struct trl_sink *base)
{
    struct png_sink *sink = (struct png_sink *)base;
    pthread_mutex_lock(&sink->lock);
    if (sink->still && sink->wrote) {
        sink->workers[0].busy = true;
        pthread_cond_signal(&sink->workers[0].wake);
    }
    for (int i = 0; i < sink->worker_count; i++) {
        while (sink->workers[i].busy)
            pthread_cond_wait(&sink->idle, &sink->lock);
    }
    const int error = sink->error;
    pthread_mutex_unlock(&sink->lock);
    return error || !sink->single.path ? error : trl_part_file_commit(&sink->single);
}

const struct trl_sink_class trl_sink_png = {
    .name = "png",
    .accepts = png_accepts,
    .pixel = png_pixel,
    .check = png_check,
    .expect = png_expect,
    .create = png_create,
    .write = png_write,
    .finish = png_finish,
    .destroy = png_destroy,
};

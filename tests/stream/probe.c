/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe.h"

#include "base/log.h"

#include <stdlib.h>
#include <string.h>

#include <tensorreel/error.h>

struct probes probes = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

struct probe_sink {
    struct trl_sink base;
    struct probe *probe;
};

void probes_reset(void)
{
    pthread_mutex_lock(&probes.lock);
    for (int n = 0; n < PROBES; n++)
        probes.probe[n] =
            (struct probe){.pixel = TRL_PIXEL_PAL8, .allowed = INT64_MAX, .fail_at = -1};
    pthread_mutex_unlock(&probes.lock);
}

void probe_allow(int number, int64_t writes)
{
    pthread_mutex_lock(&probes.lock);
    probes.probe[number].allowed = writes;
    pthread_cond_broadcast(&probes.changed);
    pthread_mutex_unlock(&probes.lock);
}

void probe_wait_begun(int number, int64_t writes)
{
    pthread_mutex_lock(&probes.lock);
    while (probes.probe[number].begun < writes)
        pthread_cond_wait(&probes.changed, &probes.lock);
    pthread_mutex_unlock(&probes.lock);
}

int64_t probe_begun(int number)
{
    pthread_mutex_lock(&probes.lock);
    const int64_t begun = probes.probe[number].begun;
    pthread_mutex_unlock(&probes.lock);
    return begun;
}

static struct probe *probe_of(const char *path)
{
    return &probes.probe[atoi(path + strlen("probe:"))];
}

static bool probe_accepts(const char *path)
{
    return !strncmp(path, "probe:", strlen("probe:"));
}

static enum trl_pixel probe_pixel(const struct trl_output_params *output, bool palette)
{
    const enum trl_pixel pixel = probe_of(output->path)->pixel;
    return pixel == TRL_PIXEL_PAL8 && !palette ? TRL_PIXEL_RGB24 : pixel;
}

static int probe_create(struct trl_sink **out, const struct trl_sink_params *params)
{
    *out = NULL;
    struct probe *probe = probe_of(params->output->path);
    if (probe->fail_create)
        return trl_fail(params->log, TRL_ERROR_OUTPUT, "probe: cannot be created");
    struct probe_sink *sink = calloc(1, sizeof(*sink));
    if (!sink)
        return trl_fail_memory(params->log, "a probe", sizeof(*sink));
    sink->base = (struct trl_sink){&probe_class, params->log};
    sink->probe = probe;
    probe->created = true;
    probe->width = params->width;
    probe->height = params->height;
    *out = &sink->base;
    return 0;
}

static uint64_t picture_of(const struct trl_frame *frame)
{
    if (!frame->data[TRL_PIXEL_PAL8] && !frame->data[TRL_PIXEL_RGB24])
        return 0;
    uint64_t hash = 0xcbf29ce484222325u;
    uint8_t *row = malloc((size_t)frame->width * 3);
    for (int y = 0; y < frame->height; y++) {
        trl_frame_row_rgb24(frame, y, row);
        for (int n = 0; n < frame->width * 3; n++)
            hash = (hash ^ row[n]) * 0x100000001b3u;
    }
    free(row);
    return hash;
}

static int probe_write(struct trl_sink *base, struct trl_frame *frame)
{
    struct probe *probe = ((struct probe_sink *)base)->probe;
    const uint64_t picture = picture_of(frame);
    pthread_mutex_lock(&probes.lock);
    const int64_t number = probe->begun++;
    if (number < PROBE_FRAMES) {
        probe->index[number] = frame->index;
        probe->pictures[number] = picture;
    }
    pthread_cond_broadcast(&probes.changed);
    while (probe->written >= probe->allowed)
        pthread_cond_wait(&probes.changed, &probes.lock);
    probe->written++;
    pthread_mutex_unlock(&probes.lock);
    if (number == probe->fail_at)
        return trl_fail(base->log, TRL_ERROR_OUTPUT, "probe: write %lld fails", (long long)number);
    return 0;
}

static int probe_finish(struct trl_sink *base)
{
    struct probe *probe = ((struct probe_sink *)base)->probe;
    if (probe->fail_finish)
        return trl_fail(base->log, TRL_ERROR_OUTPUT, "probe: cannot be finished");
    probe->finished = true;
    return 0;
}

static void probe_destroy(struct trl_sink **base)
{
    ((struct probe_sink *)*base)->probe->destroyed = true;
    free(*base);
    *base = NULL;
}

const struct trl_sink_class probe_class = {
    .name = "probe",
    .accepts = probe_accepts,
    .pixel = probe_pixel,
    .create = probe_create,
    .write = probe_write,
    .finish = probe_finish,
    .destroy = probe_destroy,
};

/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/log.h"
#include "sink/sink.h"

#include <stdlib.h>
#include <string.h>

static bool null_accepts(const char *path)
{
    return !strcmp(path, "null:");
}

static enum trl_pixel null_pixel(const struct trl_output_params *output, bool palette)
{
    (void)output;
    return palette ? TRL_PIXEL_PAL8 : TRL_PIXEL_RGB24;
}

static int null_create(struct trl_sink **out, const struct trl_sink_params *params)
{
    struct trl_sink *sink = calloc(1, sizeof(*sink));
    *out = sink;
    if (!sink)
        return trl_fail_memory(params->log, "an output", sizeof(*sink));
    sink->impl = &trl_sink_null;
    sink->log = params->log;
    return 0;
}

static int null_write(struct trl_sink *sink, struct trl_frame *frame)
{
    (void)sink;
    (void)frame;
    return 0;
}

static int null_finish(struct trl_sink *sink)
{
    (void)sink;
    return 0;
}

static void null_destroy(struct trl_sink **sink)
{
    free(*sink);
    *sink = NULL;
}

const struct trl_sink_class trl_sink_null = {
    .name = "null",
    .accepts = null_accepts,
    .pixel = null_pixel,
    .create = null_create,
    .write = null_write,
    .finish = null_finish,
    .destroy = null_destroy,
};

/* SPDX-License-Identifier: BSD-2-Clause */
#include "sink/libav.h"

#include "base/log.h"

#include <stdlib.h>
#include <string.h>

struct libav_sink {
    struct trl_sink base;
    char *path;
    struct trl_libav_encoder encoder;
    struct trl_libav_mux mux;
    bool encoder_failed; /* has been logged */
};

static bool libav_accepts(const char *path)
{
    return trl_libav_container_find(path) != NULL;
}

static enum trl_pixel libav_pixel(const struct trl_output_params *output, bool palette)
{
    const AVCodec *codec;
    (void)palette;
    /* A codec that does not exist is refused by create, where there is a log. */
    if (trl_libav_codec_find(&codec, NULL, output))
        return TRL_PIXEL_I420;
    return trl_libav_codec_pixel(codec, output);
}

static void libav_destroy(struct trl_sink **base)
{
    struct libav_sink *sink = (struct libav_sink *)*base;
    if (!sink)
        return;
    trl_libav_encoder_close(&sink->encoder);
    trl_libav_mux_close(&sink->mux);
    free(sink->path);
    free(sink);
    *base = NULL;
}

static int libav_check(struct trl_log *log, const struct trl_output_params *output)
{
    const AVCodec *codec;
    AVDictionary *options = NULL;
    int error = trl_sink_check_file(log, output);
    if (!error)
        error = trl_libav_codec_find(&codec, log, output);
    if (!error)
        error = trl_libav_codec_options(&options, codec,
                                        &(struct trl_sink_params){.log = log, .output = output});
    av_dict_free(&options);
    return error;
}

static int libav_create(struct trl_sink **out, const struct trl_sink_params *params)
{
    const struct trl_libav_container *container = trl_libav_container_find(params->output->path);
    const AVCodec *codec;
    int error;
    struct libav_sink *sink = calloc(1, sizeof(*sink));
    *out = (struct trl_sink *)sink;
    if (!sink)
        return trl_fail_memory(params->log, "an output", sizeof(*sink));
    sink->base = (struct trl_sink){.impl = &trl_sink_libav, .log = params->log};
    error = trl_libav_codec_find(&codec, params->log, params->output);
    if (error)
        goto fail;
    if (params->output->lossless && !strncmp(codec->name, "libx264", 7))
        trl_log_print(params->log, TRL_LOG_INFO,
                      "%s: lossless H.264 is a profile that browsers and many players do not play",
                      params->output->path);
    error = trl_libav_mux_open(&sink->mux, params, container);
    if (error)
        goto fail;
    error = trl_libav_encoder_open(&sink->encoder, params, codec,
                                   sink->mux.format->oformat->flags & AVFMT_GLOBALHEADER);
    if (error)
        goto fail;
    sink->path = strdup(params->output->path);
    sink->encoder.path = sink->path;
    if (!sink->path) {
        error = trl_fail_memory(params->log, "a file name", strlen(params->output->path));
        goto fail;
    }
    error = trl_libav_mux_start(&sink->mux, params, container, sink->encoder.context);
    if (error)
        goto fail;
    return 0;
fail:
    libav_destroy(out);
    return error;
}

static int write_packets(struct libav_sink *sink)
{
    for (;;) {
        AVPacket *packet;
        int error = trl_libav_encoder_receive(&sink->encoder, &packet);
        if (error || !packet)
            return error;
        error = trl_libav_mux_write(&sink->mux, packet);
        if (error)
            return error;
    }
}

static int libav_write(struct trl_sink *base, struct trl_frame *frame)
{
    struct libav_sink *sink = (struct libav_sink *)base;
    if (sink->mux.failed)
        return TRL_ERROR_OUTPUT;
    int error = trl_libav_encoder_send(&sink->encoder, frame);
    if (!error)
        error = write_packets(sink);
    sink->encoder_failed |= error != 0;
    return error;
}

static int libav_finish(struct trl_sink *base)
{
    struct libav_sink *sink = (struct libav_sink *)base;
    if (sink->mux.failed)
        return TRL_ERROR_OUTPUT;
    if (sink->encoder.last_index < 0) {
        trl_log_print(base->log, TRL_LOG_WARN, "%s: no frames came, so there is no file",
                      sink->path);
        return 0;
    }
    int error = 0;
    if (!sink->encoder_failed)
        error = trl_libav_encoder_send(&sink->encoder, NULL);
    if (!sink->encoder_failed && !error)
        error = write_packets(sink);
    /* The frames before a failure of the encoder are worth keeping; the caller still hears of it.
     */
    const int written = trl_libav_mux_finish(&sink->mux);
    return error ? error : written;
}

const struct trl_sink_class trl_sink_libav = {
    .name = "libav",
    .accepts = libav_accepts,
    .pixel = libav_pixel,
    .check = libav_check,
    .create = libav_create,
    .write = libav_write,
    .finish = libav_finish,
    .destroy = libav_destroy,
};

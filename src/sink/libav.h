/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* Between the files that see libav: codec (which, and its settings), encoder, muxer. Nothing here
 * touches libav's global state, its log included. All on one thread. */

#include <stdbool.h>
#include <stdint.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>

#include "base/file.h"
#include "sink/sink.h"

enum { TRL_LIBAV_TEXT_SIZE = 128 };

/* libav's text for its error code, in the caller's buffer. */
const char *trl_libav_text(int code, char text[TRL_LIBAV_TEXT_SIZE]);

/* A film's container, by the path's ending. */
struct trl_libav_container {
    const char *ending;
    const char *muxer;    /* libav's name */
    const char *codec;    /* unless another is asked for */
    const char *lossless; /* the same for lossless output */
    bool faststart;       /* MP4 kind: index in front */
};

/* NULL if the path has none of the endings. */
const struct trl_libav_container *trl_libav_container_find(const char *path);

/* The encoder for an output: a codec's name ("h264") or an encoder's own ("libx264").
 * TRL_ERROR_UNSUPPORTED, with a list of what this libav has. */
int trl_libav_codec_find(const AVCodec **out, struct trl_log *log,
                         const struct trl_output_params *output);
/* The form of pixels that this output of the encoder takes; the first wish if it takes none of
 * ours, trl_libav_codec_takes then says no. */
enum trl_pixel trl_libav_codec_pixel(const AVCodec *codec, const struct trl_output_params *output);
bool trl_libav_codec_takes(const AVCodec *codec, enum trl_pixel pixel);
enum AVPixelFormat trl_libav_pixel_format(enum trl_pixel pixel);
/* The options for opening it: quality, preset, silence. TRL_ERROR_USAGE for what it cannot do. The
 * caller frees *options, also after a failure. */
int trl_libav_codec_options(AVDictionary **options, const AVCodec *codec,
                            const struct trl_sink_params *params);

struct trl_libav_encoder {
    struct trl_log *log;
    const char *path; /* for messages, borrowed */
    enum trl_pixel pixel;
    AVCodecContext *context;
    AVFrame *frame;
    AVPacket *packet;
    int64_t last_index;
};

/* global_header: the container wants the codec's header apart from the packets. */
int trl_libav_encoder_open(struct trl_libav_encoder *encoder, const struct trl_sink_params *params,
                           const AVCodec *codec, bool global_header);
/* Hands over a frame without copying it: the encoder holds a reference until it has read it. NULL
 * ends the film. Afterwards receive until it has no more. */
int trl_libav_encoder_send(struct trl_libav_encoder *encoder, struct trl_frame *frame);
/* *packet: the next one, valid until the next call, its times in the context's time base; NULL if
 * it needs frames first, or at the end. */
int trl_libav_encoder_receive(struct trl_libav_encoder *encoder, AVPacket **packet);
/* Accepts a zeroed one. */
void trl_libav_encoder_close(struct trl_libav_encoder *encoder);

struct trl_libav_mux {
    struct trl_log *log;
    struct trl_part_file file;
    AVFormatContext *format;
    AVClass quiet_class;  /* the format context's class, with a log level of its own */
    AVRational time_base; /* of the packets handed in */
    bool failed;          /* the file could not be written; has been logged */
};

/* Makes the context, so that its wishes are known. Nothing is on disk yet. */
int trl_libav_mux_open(struct trl_libav_mux *mux, const struct trl_sink_params *params,
                       const struct trl_libav_container *container);
/* Opens PATH.part and writes the header. */
int trl_libav_mux_start(struct trl_libav_mux *mux, const struct trl_sink_params *params,
                        const struct trl_libav_container *container, const AVCodecContext *encoder);
int trl_libav_mux_write(struct trl_libav_mux *mux, AVPacket *packet);
/* Writes the index and gives the file its name. */
int trl_libav_mux_finish(struct trl_libav_mux *mux);
/* Removes the file unless it is finished. Accepts a zeroed one. */
void trl_libav_mux_close(struct trl_libav_mux *mux);

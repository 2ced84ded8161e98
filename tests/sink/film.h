/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>

/* A film read back by the decoder, whole. */
struct film {
    AVFormatContext *format;
    AVCodecContext *decoder;
    int frame_count;
    AVFrame *frames[256];
    int64_t pts[256]; /* in units of one frame */
    int64_t end;      /* pts and duration of the last packet, in units of one frame */
};

/* Fails the test if the film cannot be read. */
void film_open(struct film *film, const char *path, int fps_num, int fps_den);
void film_close(struct film *film);

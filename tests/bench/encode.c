/* SPDX-License-Identifier: BSD-2-Clause */
#include "floor.h"

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FPS = 30 };

/* Reads a 4:2:0 Y4M film of even size. */
static int load(const char *path, struct film *film)
{
    char line[256] = "";
    FILE *file = fopen(path, "rb");
    if (!file)
        return complain(path, "cannot open");
    if (!fgets(line, sizeof(line), file) ||
        sscanf(line, "YUV4MPEG2 W%d H%d", &film->width, &film->height) != 2 ||
        !strstr(line, " C420")) {
        fclose(file);
        return complain(path, "no 4:2:0 Y4M film");
    }
    film->frame_bytes = (size_t)film->width * (size_t)film->height * 3 / 2;
    while (fgets(line, sizeof(line), file)) {
        uint8_t *more = realloc(film->data, film->frame_bytes * (size_t)(film->count + 1));
        if (!more)
            break;
        film->data = more;
        if (fread(more + film->frame_bytes * (size_t)film->count, film->frame_bytes, 1, file) != 1)
            break;
        film->count++;
    }
    const bool whole = feof(file) && film->count > 0;
    fclose(file);
    return whole ? 0 : complain(path, "cannot read to the end");
}

struct encoder {
    AVFormatContext *mux;
    AVCodecContext *codec;
    AVFrame *frame;
    AVPacket *packet;
};

static int open_encoder(struct encoder *e, const struct film *film, const char *out,
                        const char *preset)
{
    const AVCodec *codec = avcodec_find_encoder_by_name("libx264");
    if (!codec)
        return complain("libx264", "not in this FFmpeg");
    if (avformat_alloc_output_context2(&e->mux, NULL, "mp4", out) < 0)
        return complain(out, "no muxer");
    e->codec = avcodec_alloc_context3(codec);
    e->frame = av_frame_alloc();
    e->packet = av_packet_alloc();
    AVStream *stream = avformat_new_stream(e->mux, NULL);
    if (!e->codec || !e->frame || !e->packet || !stream)
        return complain(out, "out of memory");
    e->codec->width = film->width;
    e->codec->height = film->height;
    e->codec->pix_fmt = AV_PIX_FMT_YUV420P;
    e->codec->time_base = (AVRational){1, FPS};
    e->codec->framerate = (AVRational){FPS, 1};
    e->codec->color_primaries = AVCOL_PRI_BT709;
    e->codec->color_trc = AVCOL_TRC_BT709;
    e->codec->colorspace = AVCOL_SPC_BT709;
    e->codec->color_range = AVCOL_RANGE_MPEG;
    e->codec->thread_count = 0;
    e->codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    av_opt_set(e->codec->priv_data, "preset", preset, 0);
    av_opt_set(e->codec->priv_data, "crf", "18", 0);
    if (avcodec_open2(e->codec, codec, NULL) < 0)
        return complain(preset, "libx264 refuses");
    avcodec_parameters_from_context(stream->codecpar, e->codec);
    stream->time_base = e->codec->time_base;
    if (avio_open(&e->mux->pb, out, AVIO_FLAG_WRITE) < 0 || avformat_write_header(e->mux, NULL) < 0)
        return complain(out, "cannot write");
    e->frame->format = e->codec->pix_fmt;
    e->frame->width = film->width;
    e->frame->height = film->height;
    return 0;
}

/* Writes what the encoder has ready. */
static int drain(struct encoder *e)
{
    while (!avcodec_receive_packet(e->codec, e->packet)) {
        e->packet->duration = 1;
        av_packet_rescale_ts(e->packet, e->codec->time_base, e->mux->streams[0]->time_base);
        if (av_interleaved_write_frame(e->mux, e->packet) < 0)
            return complain(e->mux->url, "cannot write");
    }
    return 0;
}

static void keep(void *opaque, uint8_t *data)
{
    (void)opaque;
    (void)data;
}

/* The encoder reads the film where it lies; it copies what it keeps. */
static int send(struct encoder *e, const struct film *film, int number)
{
    uint8_t *data = film->data + film->frame_bytes * (size_t)(number % film->count);
    const int luma = film->width * film->height;
    e->frame->buf[0] =
        av_buffer_create(data, film->frame_bytes, keep, NULL, AV_BUFFER_FLAG_READONLY);
    e->frame->data[0] = data;
    e->frame->data[1] = data + luma;
    e->frame->data[2] = data + luma + luma / 4;
    e->frame->linesize[0] = film->width;
    e->frame->linesize[1] = e->frame->linesize[2] = film->width / 2;
    e->frame->pts = number;
    const int error = avcodec_send_frame(e->codec, e->frame);
    av_buffer_unref(&e->frame->buf[0]);
    return error < 0 ? complain("libx264", "refuses a frame") : drain(e);
}

int encode(const char *y4m, const char *out, const char *preset, int frames)
{
    struct film film = {0};
    struct encoder encoder = {0};
    av_log_set_level(AV_LOG_ERROR);
    int failed = load(y4m, &film);
    const struct mark start = now();
    if (!failed)
        failed = open_encoder(&encoder, &film, out, preset);
    for (int i = 0; !failed && i < frames; i++)
        failed = send(&encoder, &film, i);
    if (!failed) {
        avcodec_send_frame(encoder.codec, NULL);
        failed = drain(&encoder);
    }
    if (!failed && av_write_trailer(encoder.mux) < 0)
        failed = complain(out, "cannot finish");
    if (!failed)
        result(frames, &start, &film);
    avcodec_free_context(&encoder.codec);
    av_frame_free(&encoder.frame);
    av_packet_free(&encoder.packet);
    if (encoder.mux)
        avio_closep(&encoder.mux->pb);
    avformat_free_context(encoder.mux);
    free(film.data);
    return failed;
}

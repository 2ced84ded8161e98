/* SPDX-License-Identifier: BSD-2-Clause */
#include "film.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* For builds with a leak checker: libx265 keeps a little of each encoder that it closes. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libx265\n";
}

static void take_frames(struct film *film, AVRational time_base, AVRational unit)
{
    for (;;) {
        AVFrame *frame = av_frame_alloc();
        const int error = avcodec_receive_frame(film->decoder, frame);
        if (error == AVERROR(EAGAIN) || error == AVERROR_EOF) {
            av_frame_free(&frame);
            return;
        }
        assert_int_equal(error, 0);
        assert_true(film->frame_count < 256);
        film->pts[film->frame_count] = av_rescale_q(frame->best_effort_timestamp, time_base, unit);
        film->frames[film->frame_count++] = frame;
    }
}

void film_open(struct film *film, const char *path, int fps_num, int fps_den)
{
    *film = (struct film){0};
    assert_int_equal(avformat_open_input(&film->format, path, NULL, NULL), 0);
    assert_true(avformat_find_stream_info(film->format, NULL) >= 0);
    assert_int_equal(film->format->nb_streams, 1);
    const AVStream *stream = film->format->streams[0];
    const AVRational unit = {fps_den, fps_num};
    const AVCodec *codec = avcodec_find_decoder(stream->codecpar->codec_id);
    assert_non_null(codec);
    film->decoder = avcodec_alloc_context3(codec);
    assert_true(avcodec_parameters_to_context(film->decoder, stream->codecpar) >= 0);
    assert_int_equal(avcodec_open2(film->decoder, codec, NULL), 0);

    AVPacket *packet = av_packet_alloc();
    while (av_read_frame(film->format, packet) >= 0) {
        const int64_t end = av_rescale_q(packet->pts + packet->duration, stream->time_base, unit);
        if (end > film->end)
            film->end = end;
        assert_int_equal(avcodec_send_packet(film->decoder, packet), 0);
        av_packet_unref(packet);
        take_frames(film, stream->time_base, unit);
    }
    assert_int_equal(avcodec_send_packet(film->decoder, NULL), 0);
    take_frames(film, stream->time_base, unit);
    av_packet_free(&packet);
}

void film_close(struct film *film)
{
    for (int i = 0; i < film->frame_count; i++)
        av_frame_free(&film->frames[i]);
    avcodec_free_context(&film->decoder);
    avformat_close_input(&film->format);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/log.h"
#include "sink/libav.h"

#include <libavutil/buffer.h>
#include <libavutil/dict.h>
#include <inttypes.h>
#include <string.h>

/* Added to the level of each of the encoder's messages: none is important enough then, and none
 * reaches 256, where libav keeps a colour. */
enum { QUIET = 128 };

static void set_colors(AVCodecContext *context, enum trl_pixel pixel)
{
    const bool rgb = pixel == TRL_PIXEL_BGR0 || pixel == TRL_PIXEL_RGB24;
    context->color_primaries = AVCOL_PRI_BT709;
    context->color_trc = rgb ? AVCOL_TRC_IEC61966_2_1 : AVCOL_TRC_BT709;
    context->colorspace = rgb ? AVCOL_SPC_RGB : AVCOL_SPC_BT709;
    context->color_range = rgb ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
    if (pixel == TRL_PIXEL_I420)
        context->chroma_sample_location = AVCHROMA_LOC_LEFT;
}

static int make_context(struct trl_libav_encoder *encoder, const struct trl_sink_params *params,
                        const AVCodec *codec, bool global_header)
{
    struct trl_image_layout layout;
    trl_image_layout(&layout, encoder->pixel, params->width, params->height);
    if (layout.width != params->width || layout.height != params->height)
        trl_log_print(encoder->log, TRL_LOG_WARN,
                      "%s: %dx%d padded to %dx%d for 4:2:0 (edge repeated)", encoder->path,
                      params->width, params->height, layout.width, layout.height);
    encoder->context = avcodec_alloc_context3(codec);
    encoder->frame = av_frame_alloc();
    encoder->packet = av_packet_alloc();
    if (!encoder->context || !encoder->frame || !encoder->packet)
        return trl_fail_memory(encoder->log, "an encoder", sizeof(AVCodecContext));
    AVCodecContext *context = encoder->context;
    context->log_level_offset = QUIET;
    context->width = layout.width;
    context->height = layout.height;
    context->pix_fmt = trl_libav_pixel_format(encoder->pixel);
    context->sample_aspect_ratio = (AVRational){1, 1};
    context->time_base = (AVRational){params->fps_den, params->fps_num};
    context->framerate = (AVRational){params->fps_num, params->fps_den};
    context->thread_count = params->output->threads;
    if (global_header)
        context->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    set_colors(context, encoder->pixel);
    return 0;
}

static int open_context(struct trl_libav_encoder *encoder, const struct trl_output_params *output,
                        AVDictionary **options)
{
    char text[TRL_LIBAV_TEXT_SIZE];
    const AVCodec *codec = encoder->context->codec;
    /* A context that could not be opened has forgotten them. */
    const int width = encoder->context->width, height = encoder->context->height;
    const AVRational rate = encoder->context->framerate;
    const int error = avcodec_open2(encoder->context, codec, options);
    const AVDictionaryEntry *left = av_dict_get(*options, "", NULL, AV_DICT_IGNORE_SUFFIX);
    if (!error && left)
        return trl_fail(encoder->log, TRL_ERROR_USAGE, "%s: %s has no option %s", encoder->path,
                        codec->name, left->key);
    if (error)
        return trl_fail(encoder->log, TRL_ERROR_OUTPUT,
                        "%s: %s refuses %dx%d at %d/%d frames a second with preset %s, %d threads "
                        "(0: its own choice): %s",
                        encoder->path, codec->name, width, height, rate.num, rate.den,
                        output->preset ? output->preset : "by default", output->threads,
                        trl_libav_text(error, text));
    return 0;
}

int trl_libav_encoder_open(struct trl_libav_encoder *encoder, const struct trl_sink_params *params,
                           const AVCodec *codec, bool global_header)
{
    const struct trl_output_params *output = params->output;
    AVDictionary *options = NULL;
    int error;
    *encoder = (struct trl_libav_encoder){
        .log = params->log,
        .path = output->path,
        .pixel = trl_libav_codec_pixel(codec, output),
        .last_index = -1,
    };
    if (!trl_libav_codec_takes(codec, encoder->pixel))
        return trl_fail(encoder->log, TRL_ERROR_UNSUPPORTED, "%s: %s does not take %s",
                        encoder->path, codec->name,
                        output->chroma == TRL_CHROMA_444 ? "4:4:4 pictures; choose 4:2:0"
                                                         : "8-bit pictures of 4:2:0, 4:4:4 or RGB");
    if (output->threads < 0)
        return trl_fail(encoder->log, TRL_ERROR_USAGE, "%s: %d threads", encoder->path,
                        output->threads);
    error = make_context(encoder, params, codec, global_header);
    if (error)
        goto fail;
    error = trl_libav_codec_options(&options, codec, params);
    if (error)
        goto fail;
    error = open_context(encoder, output, &options);
    if (error)
        goto fail;
    av_dict_free(&options);
    return 0;
fail:
    av_dict_free(&options);
    trl_libav_encoder_close(encoder);
    return error;
}

void trl_libav_encoder_close(struct trl_libav_encoder *encoder)
{
    avcodec_free_context(&encoder->context);
    av_frame_free(&encoder->frame);
    av_packet_free(&encoder->packet);
}

static void release_frame(void *opaque, uint8_t *data)
{
    (void)data;
    trl_frame_unref(opaque);
}

static int wrap_frame(struct trl_libav_encoder *encoder, struct trl_frame *frame)
{
    const struct trl_image_layout *layout = &frame->layout[encoder->pixel];
    AVFrame *wrapped = encoder->frame;
    const AVCodecContext *context = encoder->context;
    /* Without a buffer of its own libav would copy the pixels. It only reads them. */
    wrapped->buf[0] = av_buffer_create((uint8_t *)(uintptr_t)frame->data[encoder->pixel],
                                       layout->size, release_frame, frame, AV_BUFFER_FLAG_READONLY);
    if (!wrapped->buf[0])
        return trl_fail_memory(encoder->log, "a frame's handle", sizeof(AVBufferRef));
    trl_frame_ref(frame);
    for (int plane = 0; plane < layout->plane_count; plane++) {
        wrapped->data[plane] = wrapped->buf[0]->data + layout->plane_offset[plane];
        wrapped->linesize[plane] = (int)layout->stride[plane];
    }
    wrapped->width = context->width;
    wrapped->height = context->height;
    wrapped->format = context->pix_fmt;
    wrapped->sample_aspect_ratio = context->sample_aspect_ratio;
    wrapped->color_primaries = context->color_primaries;
    wrapped->color_trc = context->color_trc;
    wrapped->colorspace = context->colorspace;
    wrapped->color_range = context->color_range;
    wrapped->chroma_location = context->chroma_sample_location;
    wrapped->pts = frame->index;
    return 0;
}

static int check_frame(struct trl_libav_encoder *encoder, const struct trl_frame *frame)
{
    const struct trl_image_layout *layout = &frame->layout[encoder->pixel];
    if (!frame->data[encoder->pixel] || layout->width != encoder->context->width ||
        layout->height != encoder->context->height)
        return trl_fail(encoder->log, TRL_ERROR_INTERNAL,
                        "%s: frame %" PRId64 " does not come in the form that was asked for",
                        encoder->path, frame->index);
    if (frame->index <= encoder->last_index)
        return trl_fail(encoder->log, TRL_ERROR_INTERNAL,
                        "%s: frame %" PRId64 " comes after frame %" PRId64, encoder->path,
                        frame->index, encoder->last_index);
    encoder->last_index = frame->index;
    return 0;
}

int trl_libav_encoder_send(struct trl_libav_encoder *encoder, struct trl_frame *frame)
{
    char text[TRL_LIBAV_TEXT_SIZE];
    int error;
    if (frame) {
        error = check_frame(encoder, frame);
        if (error)
            return error;
        error = wrap_frame(encoder, frame);
        if (error)
            return error;
    }
    error = avcodec_send_frame(encoder->context, frame ? encoder->frame : NULL);
    av_frame_unref(encoder->frame);
    if (error)
        return trl_fail(encoder->log, TRL_ERROR_OUTPUT, "%s: %s fails %s frame %" PRId64 ": %s",
                        encoder->path, encoder->context->codec->name, frame ? "at" : "after",
                        encoder->last_index, trl_libav_text(error, text));
    return 0;
}

int trl_libav_encoder_receive(struct trl_libav_encoder *encoder, AVPacket **packet)
{
    char text[TRL_LIBAV_TEXT_SIZE];
    *packet = NULL;
    const int error = avcodec_receive_packet(encoder->context, encoder->packet);
    if (error == AVERROR(EAGAIN) || error == AVERROR_EOF)
        return 0;
    if (error)
        return trl_fail(encoder->log, TRL_ERROR_OUTPUT, "%s: %s fails near frame %" PRId64 ": %s",
                        encoder->path, encoder->context->codec->name, encoder->last_index,
                        trl_libav_text(error, text));
    /* A muxer that has no next packet to go by takes the duration from here. */
    if (encoder->packet->duration <= 0)
        encoder->packet->duration = 1;
    *packet = encoder->packet;
    return 0;
}

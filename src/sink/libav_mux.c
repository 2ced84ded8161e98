/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/log.h"
#include "sink/libav.h"

#include <errno.h>
#include <libavutil/avstring.h>
#include <libavutil/dict.h>
#include <libavutil/mem.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    IO_BUFFER_BYTES = 1 << 18,
    QUIET = 128, /* added to the level of each of the muxer's messages, as for the encoder */
};

#if LIBAVFORMAT_VERSION_MAJOR >= 61
typedef const uint8_t io_byte;
#else
typedef uint8_t io_byte;
#endif

/* Our own, because the system's reason for a failed write is known only here. */
static int write_bytes(void *opaque, io_byte *data, int size)
{
    struct trl_libav_mux *mux = opaque;
    if (mux->failed || trl_part_file_write(&mux->file, data, (size_t)size)) {
        mux->failed = true;
        return AVERROR(EIO);
    }
    return size;
}

static int64_t seek_bytes(void *opaque, int64_t offset, int whence)
{
    const struct trl_libav_mux *mux = opaque;
    if (whence & AVSEEK_SIZE) {
        struct stat info;
        return fstat(mux->file.fd, &info) ? AVERROR(errno) : info.st_size;
    }
    const off_t at = lseek(mux->file.fd, offset, whence & ~AVSEEK_FORCE);
    return at < 0 ? AVERROR(errno) : at;
}

/* A format context has no log level of its own, and the level for all of libav is not ours to
 * change; but its class says in which field to look for one. This field is the demuxers'. */
static void make_quiet(struct trl_libav_mux *mux)
{
    mux->quiet_class = *mux->format->av_class;
    mux->quiet_class.log_level_offset_offset = offsetof(AVFormatContext, fps_probe_size);
    mux->format->fps_probe_size = QUIET;
    mux->format->av_class = &mux->quiet_class;
}

int trl_libav_mux_open(struct trl_libav_mux *mux, const struct trl_sink_params *params,
                       const struct trl_libav_container *container)
{
    *mux = (struct trl_libav_mux){.log = params->log, .file.fd = -1};
    if (avformat_alloc_output_context2(&mux->format, NULL, container->muxer, NULL) < 0)
        return trl_fail(mux->log, TRL_ERROR_UNSUPPORTED,
                        "%s: the FFmpeg libraries in use cannot write %s", params->output->path,
                        container->muxer);
    make_quiet(mux);
    return 0;
}

static int open_file(struct trl_libav_mux *mux, const struct trl_output_params *output)
{
    const int error = trl_part_file_open(&mux->file, mux->log, output->path, output->overwrite);
    if (error)
        return error;
    uint8_t *buffer = av_malloc(IO_BUFFER_BYTES);
    if (buffer)
        mux->format->pb =
            avio_alloc_context(buffer, IO_BUFFER_BYTES, 1, mux, NULL, write_bytes, seek_bytes);
    if (!mux->format->pb) {
        av_free(buffer);
        return trl_fail_memory(mux->log, "an output buffer", IO_BUFFER_BYTES);
    }
    /* MP4's second pass opens the file by this name to read it. */
    mux->format->url = av_asprintf("file:%s", mux->file.part_path);
    mux->format->flags |= AVFMT_FLAG_CUSTOM_IO;
    return mux->format->url ? 0 : trl_fail_memory(mux->log, "a file name", strlen(output->path));
}

static int add_stream(struct trl_libav_mux *mux, const AVCodecContext *encoder)
{
    AVStream *stream = avformat_new_stream(mux->format, NULL);
    if (!stream || avcodec_parameters_from_context(stream->codecpar, encoder) < 0)
        return trl_fail_memory(mux->log, "a stream", sizeof(*stream));
    stream->time_base = encoder->time_base;
    stream->avg_frame_rate = encoder->framerate;
    stream->sample_aspect_ratio = encoder->sample_aspect_ratio;
    mux->time_base = encoder->time_base;
    /* Apple's players want H.265 under this name. */
    if (encoder->codec_id == AV_CODEC_ID_HEVC && mux->format->oformat->codec_tag &&
        strcmp(mux->format->oformat->name, "matroska") != 0)
        stream->codecpar->codec_tag = MKTAG('h', 'v', 'c', '1');
    return 0;
}

/* After a call of libav's: its own result, and what the file said meanwhile. */
static int check(struct trl_libav_mux *mux, int result, const char *what)
{
    char text[TRL_LIBAV_TEXT_SIZE];
    if (mux->failed)
        return TRL_ERROR_OUTPUT;
    if (result >= 0)
        result = mux->format->pb->error;
    if (result >= 0)
        return 0;
    mux->failed = true;
    return trl_fail(mux->log, TRL_ERROR_OUTPUT, "%s: %s cannot be written: %s", mux->file.path,
                    what, trl_libav_text(result, text));
}

int trl_libav_mux_start(struct trl_libav_mux *mux, const struct trl_sink_params *params,
                        const struct trl_libav_container *container, const AVCodecContext *encoder)
{
    const struct trl_output_params *output = params->output;
    AVDictionary *options = NULL;
    if (!avformat_query_codec(mux->format->oformat, encoder->codec_id, FF_COMPLIANCE_NORMAL))
        return trl_fail(mux->log, TRL_ERROR_USAGE, "%s: %s files do not hold %s; .mkv holds all",
                        output->path, container->muxer, avcodec_get_name(encoder->codec_id));
    int error = add_stream(mux, encoder);
    if (error)
        return error;
    if (output->title)
        av_dict_set(&mux->format->metadata, "title", output->title, 0);
    if (output->comment)
        av_dict_set(&mux->format->metadata, "comment", output->comment, 0);
    error = open_file(mux, output);
    if (error)
        return error;
    if (container->faststart)
        av_dict_set(&options, "movflags", "+faststart", 0);
    error = check(mux, avformat_write_header(mux->format, &options), "the header");
    av_dict_free(&options);
    return error;
}

int trl_libav_mux_write(struct trl_libav_mux *mux, AVPacket *packet)
{
    if (mux->failed)
        return TRL_ERROR_OUTPUT;
    packet->stream_index = 0;
    av_packet_rescale_ts(packet, mux->time_base, mux->format->streams[0]->time_base);
    return check(mux, av_interleaved_write_frame(mux->format, packet), "a frame");
}

int trl_libav_mux_finish(struct trl_libav_mux *mux)
{
    if (mux->failed)
        return TRL_ERROR_OUTPUT;
    const int result = av_write_trailer(mux->format);
    avio_flush(mux->format->pb);
    const int error = check(mux, result, "the index");
    return error ? error : trl_part_file_commit(&mux->file);
}

void trl_libav_mux_close(struct trl_libav_mux *mux)
{
    if (mux->format && mux->format->pb) {
        av_freep(&mux->format->pb->buffer);
        avio_context_free(&mux->format->pb);
    }
    avformat_free_context(mux->format);
    mux->format = NULL;
    trl_part_file_abandon(&mux->file);
}

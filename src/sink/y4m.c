/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/file.h"
#include "base/log.h"
#include "sink/name.h"
#include "sink/sink.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char frame_mark[] = "FRAME\n";

struct y4m_sink {
    struct trl_sink base;
    struct trl_part_file file; /* unused on standard output */
    bool to_stdout;
    bool failed;
    bool gap_told;
    int64_t next_index;
    struct trl_image_layout layout;
    size_t record_size;
    uint8_t *record; /* mark and pixels without padding, written at once */
};

static bool y4m_accepts(const char *path)
{
    return !strcmp(path, "-") || trl_name_ends(path, (const char *const[]){".y4m", NULL});
}

static enum trl_pixel y4m_pixel(const struct trl_output_params *output, bool palette)
{
    (void)palette;
    return output->chroma == TRL_CHROMA_444 ? TRL_PIXEL_I444 : TRL_PIXEL_I420;
}

static const char *y4m_name(const struct y4m_sink *sink)
{
    return sink->to_stdout ? "standard output" : sink->file.path;
}

static int y4m_put(struct y4m_sink *sink, const void *data, size_t size)
{
    int error;
    if (sink->to_stdout) {
        error = trl_write_all(STDOUT_FILENO, data, size);
        if (error == -EPIPE)
            error =
                trl_fail(sink->base.log, TRL_ERROR_OUTPUT,
                         "standard output: the program that read it is gone: %s", strerror(EPIPE));
        else if (error)
            error = trl_fail(sink->base.log, TRL_ERROR_OUTPUT,
                             "standard output: cannot be written: %s", strerror(-error));
    } else {
        error = trl_part_file_write(&sink->file, data, size);
    }
    sink->failed |= error != 0;
    return error;
}

static void y4m_destroy(struct trl_sink **base)
{
    struct y4m_sink *sink = (struct y4m_sink *)*base;
    if (!sink)
        return;
    trl_part_file_abandon(&sink->file);
    free(sink->record);
    free(sink);
    *base = NULL;
}

static int y4m_open(struct y4m_sink *sink, const struct trl_sink_params *params)
{
    const char *path = params->output->path;
    sink->to_stdout = !strcmp(path, "-");
    if (!sink->to_stdout)
        return trl_part_file_open(&sink->file, params->log, path, params->output->overwrite);
    if (isatty(STDOUT_FILENO))
        return trl_fail(params->log, TRL_ERROR_USAGE,
                        "standard output is a terminal; pipe it into a program or a file");
    return 0;
}

static int y4m_put_header(struct y4m_sink *sink, const struct trl_sink_params *params)
{
    char text[160];
    const bool halved = sink->layout.pixel == TRL_PIXEL_I420;
    const int size =
        snprintf(text, sizeof(text), "YUV4MPEG2 W%d H%d F%d:%d Ip A1:1 %s XCOLORRANGE=LIMITED\n",
                 sink->layout.width, sink->layout.height, params->fps_num, params->fps_den,
                 halved ? "C420mpeg2 XYSCSS=420MPEG2" : "C444 XYSCSS=444");
    if (sink->layout.width != params->width || sink->layout.height != params->height)
        trl_log_print(params->log, TRL_LOG_WARN,
                      "%s: %dx%d padded to %dx%d for 4:2:0 (edge repeated)", y4m_name(sink),
                      params->width, params->height, sink->layout.width, sink->layout.height);
    return y4m_put(sink, text, (size_t)size);
}

static size_t plane_row_bytes(const struct trl_image_layout *layout, int plane)
{
    const bool halved = layout->pixel == TRL_PIXEL_I420 && plane > 0;
    return (size_t)layout->width / (halved ? 2 : 1);
}

static int y4m_create(struct trl_sink **out, const struct trl_sink_params *params)
{
    int error;
    struct y4m_sink *sink = calloc(1, sizeof(*sink));
    *out = (struct trl_sink *)sink;
    if (!sink)
        return trl_fail_memory(params->log, "an output", sizeof(*sink));
    sink->base = (struct trl_sink){.impl = &trl_sink_y4m, .log = params->log};
    sink->file.fd = -1;
    trl_image_layout(&sink->layout, y4m_pixel(params->output, false), params->width,
                     params->height);
    sink->record_size = sizeof(frame_mark) - 1;
    for (int plane = 0; plane < sink->layout.plane_count; plane++)
        sink->record_size += plane_row_bytes(&sink->layout, plane) *
                             (size_t)trl_image_plane_rows(&sink->layout, plane);
    sink->record = malloc(sink->record_size);
    if (!sink->record) {
        error = trl_fail_memory(params->log, "a frame", sink->record_size);
        goto fail;
    }
    error = y4m_open(sink, params);
    if (error)
        goto fail;
    error = y4m_put_header(sink, params);
    if (error)
        goto fail;
    return 0;
fail:
    y4m_destroy(out);
    return error;
}

static int y4m_write(struct trl_sink *base, struct trl_frame *frame)
{
    struct y4m_sink *sink = (struct y4m_sink *)base;
    const enum trl_pixel pixel = sink->layout.pixel;
    if (frame->index > sink->next_index && !sink->gap_told) {
        sink->gap_told = true;
        trl_log_print(base->log, TRL_LOG_WARN,
                      "%s: frame %" PRId64 " is missing, and Y4M has no timestamps: what follows "
                      "is early; .mkv and .mp4 keep the time",
                      y4m_name(sink), sink->next_index);
    }
    sink->next_index = frame->index + 1;

    uint8_t *at = sink->record;
    memcpy(at, frame_mark, sizeof(frame_mark) - 1);
    at += sizeof(frame_mark) - 1;
    for (int plane = 0; plane < sink->layout.plane_count; plane++) {
        const uint8_t *row = trl_frame_plane(frame, pixel, plane);
        const size_t bytes = plane_row_bytes(&sink->layout, plane);
        for (int y = 0; y < trl_image_plane_rows(&sink->layout, plane); y++) {
            memcpy(at, row, bytes);
            at += bytes;
            row += frame->layout[pixel].stride[plane];
        }
    }
    return y4m_put(sink, sink->record, sink->record_size);
}

static int y4m_finish(struct trl_sink *base)
{
    struct y4m_sink *sink = (struct y4m_sink *)base;
    if (sink->failed)
        return TRL_ERROR_OUTPUT;
    return sink->to_stdout ? 0 : trl_part_file_commit(&sink->file);
}

const struct trl_sink_class trl_sink_y4m = {
    .name = "y4m",
    .accepts = y4m_accepts,
    .pixel = y4m_pixel,
    .check = trl_sink_check_file,
    .create = y4m_create,
    .write = y4m_write,
    .finish = y4m_finish,
    .destroy = y4m_destroy,
};

/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/file.h"
#include "base/log.h"
#include "sink/name.h"
#include "sink/sink.h"

#include <tensorreel/version.h>

#include <inttypes.h>
#include <nettle/sha2.h>
#include <stdlib.h>

struct hash_sink {
    struct trl_sink base;
    struct trl_part_file file;
    int width, height;
    uint8_t *row;
    bool failed;
};

static bool hash_accepts(const char *path)
{
    return trl_name_ends(path, (const char *const[]){".framehash", NULL});
}

static enum trl_pixel hash_pixel(const struct trl_output_params *output, bool palette)
{
    (void)output;
    return palette ? TRL_PIXEL_PAL8 : TRL_PIXEL_RGB24;
}

static int hash_put(struct hash_sink *sink, const char *text, int size)
{
    const int error = trl_part_file_write(&sink->file, text, (size_t)size);
    sink->failed |= error != 0;
    return error;
}

static void hash_destroy(struct trl_sink **base)
{
    struct hash_sink *sink = (struct hash_sink *)*base;
    if (!sink)
        return;
    trl_part_file_abandon(&sink->file);
    free(sink->row);
    free(sink);
    *base = NULL;
}

/* The lines that ffmpeg writes before the first frame, so that its readers take ours. */
static int put_header(struct hash_sink *sink, int fps_num, int fps_den)
{
    char text[512];
    const int size = snprintf(text, sizeof(text),
                              "#format: frame checksums\n"
                              "#version: 2\n"
                              "#hash: SHA256\n"
                              "#software: tensorreel %s\n"
                              "#tb 0: %d/%d\n"
                              "#media_type 0: video\n"
                              "#codec_id 0: rawvideo\n"
                              "#dimensions 0: %dx%d\n"
                              "#sar 0: 1/1\n"
                              "#stream#, dts,        pts, duration,     size, hash\n",
                              trl_version(), fps_den, fps_num, sink->width, sink->height);
    return hash_put(sink, text, size);
}

static int hash_create(struct trl_sink **out, const struct trl_sink_params *params)
{
    int error;
    struct hash_sink *sink = calloc(1, sizeof(*sink));
    *out = (struct trl_sink *)sink;
    if (!sink)
        return trl_fail_memory(params->log, "an output", sizeof(*sink));
    *sink = (struct hash_sink){
        .base = {.impl = &trl_sink_hash, .log = params->log},
        .file.fd = -1,
        .width = params->width,
        .height = params->height,
        .row = malloc((size_t)params->width * 3),
    };
    if (!sink->row) {
        error = trl_fail_memory(params->log, "a row", (unsigned long long)params->width * 3);
        goto fail;
    }
    error = trl_part_file_open(&sink->file, params->log, params->output->path,
                               params->output->overwrite);
    if (error)
        goto fail;
    error = put_header(sink, params->fps_num, params->fps_den);
    if (error)
        goto fail;
    return 0;
fail:
    hash_destroy(out);
    return error;
}

static int hash_write(struct trl_sink *base, struct trl_frame *frame)
{
    struct hash_sink *sink = (struct hash_sink *)base;
    const size_t row_bytes = (size_t)sink->width * 3;
    struct sha256_ctx context;
    uint8_t digest[SHA256_DIGEST_SIZE];
    char hex[2 * SHA256_DIGEST_SIZE + 1];
    char line[160];

    sha256_init(&context);
    for (int y = 0; y < sink->height; y++) {
        trl_frame_row_rgb24(frame, y, sink->row);
        sha256_update(&context, row_bytes, sink->row);
    }
    sha256_digest(&context, sizeof(digest), digest);
    for (size_t i = 0; i < sizeof(digest); i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    const int size =
        snprintf(line, sizeof(line), "0, %10" PRId64 ", %10" PRId64 ", %8d, %8zu, %s\n",
                 frame->index, frame->index, 1, row_bytes * (size_t)sink->height, hex);
    return hash_put(sink, line, size);
}

static int hash_finish(struct trl_sink *base)
{
    struct hash_sink *sink = (struct hash_sink *)base;
    return sink->failed ? TRL_ERROR_OUTPUT : trl_part_file_commit(&sink->file);
}

const struct trl_sink_class trl_sink_hash = {
    .name = "framehash",
    .accepts = hash_accepts,
    .pixel = hash_pixel,
    .check = trl_sink_check_file,
    .create = hash_create,
    .write = hash_write,
    .finish = hash_finish,
    .destroy = hash_destroy,
};

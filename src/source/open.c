/* SPDX-License-Identifier: BSD-2-Clause */
#include "source/state.h"

#include "base/log.h"
#include "base/math.h"
#include "source/paths.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

static const uint64_t default_frame_bytes_max = UINT64_C(4) << 30;
static const uint64_t default_block_bytes = UINT64_C(256) << 20;

static int check_params(struct trl_source *source, const struct trl_source_params *params)
{
    if (params->path_count < 1)
        return trl_fail(source->log, TRL_ERROR_USAGE, "no input is given");
    for (int i = 0; i < params->path_count && params->path_count > 1; i++) {
        if (!strcmp(params->paths[i], "-"))
            return trl_fail(source->log, TRL_ERROR_USAGE,
                            "-: standard input cannot be combined with other inputs");
    }
    if (params->step < 0)
        return trl_fail(source->log, TRL_ERROR_USAGE, "frames: the step %" PRId64 " is not above 0",
                        params->step);
    int error = trl_axes_check(source->log, params->axes);
    if (error || !params->raw)
        return error;
    error = trl_raw_parse(&source->raw, source->log, params->raw);
    if (error)
        return error;
    source->is_raw = true;
    if (source->raw.frames && params->axes && strpbrk(params->axes, "Tt"))
        return trl_fail(source->log, TRL_ERROR_USAGE,
                        "--raw %s: shape has the frame axis T of --axes %s, so frames= cannot be "
                        "given as well",
                        params->raw, params->axes);
    return 0;
}

/* Checks one file after the other; the last one stays open, which for a single file means that
 * what is read is what was checked. */
static int open_files(struct trl_source *source, struct trl_paths *paths)
{
    source->files = calloc((size_t)paths->count, sizeof(*source->files));
    if (!source->files)
        return trl_fail_memory(source->log, "the list of files",
                               sizeof(*source->files) * (size_t)paths->count);
    int64_t frames = 0;
    for (int i = 0; i < paths->count; i++) {
        struct trl_source_file *file = &source->files[i];
        file->path = paths->names[i];
        paths->names[i] = NULL;
        source->file_count = i + 1;
        trl_input_close(&source->input);
        int error = trl_input_open(&source->input, source->log, file->path, source->cancel_fd);
        if (error)
            return error;
        if (source->input.pipe && paths->count > 1)
            return trl_fail(source->log, TRL_ERROR_INPUT,
                            "%s: is a pipe or device; it must be the only input", file->path);
        if (source->input.pipe)
            return trl_source_start_pipe(source);
        source->file_open = i;
        source->alone = paths->count == 1;
        error = trl_source_check_file(source, file, &source->input);
        if (error)
            return error;
        file->first_frame = frames;
        if (!trl_add_i64(frames, file->map.frame_count, &frames))
            return trl_fail(source->log, TRL_ERROR_INPUT, "%s: more than 2^63 frames", file->path);
    }
    source->info.frame_count = frames;
    source->info.rewindable = true;
    return 0;
}

static int open_inputs(struct trl_source *source, const struct trl_source_params *params)
{
    if (!strcmp(params->paths[0], "-")) {
        const int error = trl_input_open(&source->input, source->log, "-", source->cancel_fd);
        return error ? error : trl_source_start_pipe(source);
    }
    struct trl_paths paths;
    int error = trl_paths_expand(&paths, source->log, params->paths, params->path_count);
    if (error)
        return error;
    error = open_files(source, &paths);
    trl_paths_free(&paths);
    return error;
}

/* Counts from the end where a number is negative, as numpy does. */
static int64_t resolve(int64_t frame, int64_t total)
{
    return frame < 0 ? trl_max_i64(frame + total, 0) : trl_min_i64(frame, total);
}

static int select_frames(struct trl_source *source, const struct trl_source_params *params)
{
    const int64_t total = source->info.frame_count;
    source->step = params->step ? params->step : 1;
    if (total < 0) {
        if (params->first < 0 || params->end < 0)
            return trl_fail(source->log, TRL_ERROR_USAGE,
                            "frames %" PRId64 ":%" PRId64 ": a pipe cannot be counted from its end",
                            params->first, params->end);
        source->first = params->first;
        source->end = params->end ? params->end : INT64_MAX;
    } else {
        source->first = resolve(params->first, total);
        source->end = params->end ? resolve(params->end, total) : total;
        source->info.frame_count =
            source->first < source->end ? (source->end - source->first - 1) / source->step + 1 : 0;
    }
    if (source->first >= source->end && total < 0)
        return trl_fail(source->log, TRL_ERROR_USAGE, "frames %" PRId64 ":%" PRId64 " select none",
                        params->first, params->end);
    if (source->first >= source->end)
        return trl_fail(source->log, TRL_ERROR_USAGE,
                        "frames %" PRId64 ":%" PRId64 " select none; the input has %" PRId64,
                        params->first, params->end, total);
    source->next = source->first;
    return 0;
}

int trl_source_open(struct trl_source **out, const struct trl_source_params *params)
{
    *out = NULL;
    struct trl_source *source = calloc(1, sizeof(*source));
    if (!source)
        return trl_fail_memory(params->log, "a source", sizeof(*source));
    source->log = params->log;
    source->input.fd = -1;
    source->file_open = -1;
    source->info.frame_count = -1;
    source->frame_bytes_max =
        params->frame_bytes_max ? params->frame_bytes_max : default_frame_bytes_max;
    source->block_limit = default_block_bytes;
    source->bounce = malloc(TRL_SOURCE_BOUNCE_BYTES);
    source->cancel_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int error;
    if (!source->bounce) {
        error = trl_fail_memory(params->log, "a read buffer", TRL_SOURCE_BOUNCE_BYTES);
        goto fail;
    }
    if (source->cancel_fd < 0) {
        error = trl_fail(params->log, TRL_ERROR_INPUT, "no file descriptor is left: %s",
                         strerror(errno));
        goto fail;
    }
    error = check_params(source, params);
    if (error)
        goto fail;
    source->vectors = params->vectors;
    source->volumes = params->volumes;
    source->channels = params->channels;
    if (params->axes)
        memcpy(source->axes, params->axes, strlen(params->axes) + 1);
    error = open_inputs(source, params);
    if (error)
        goto fail;
    error = select_frames(source, params);
    if (error)
        goto fail;
    *out = source;
    return 0;
fail:
    trl_source_close(&source);
    return error;
}

void trl_source_close(struct trl_source **source)
{
    if (!source || !*source)
        return;
    struct trl_source *gone = *source;
    trl_input_close(&gone->input);
    for (int i = 0; i < gone->file_count; i++)
        free(gone->files[i].path);
    free(gone->files);
    if (gone->cancel_fd >= 0)
        close(gone->cancel_fd);
    free(gone->bounce);
    free(gone);
    *source = NULL;
}

const struct trl_source_info *trl_source_info(const struct trl_source *source)
{
    return &source->info;
}

void trl_source_cancel(struct trl_source *source)
{
    const int saved = errno;
    const uint64_t one = 1;
    atomic_store(&source->cancelled, true);
    /* Only fails when the counter is full, and then it is readable already. */
    const ssize_t written = write(source->cancel_fd, &one, sizeof(one));
    (void)written;
    errno = saved;
}

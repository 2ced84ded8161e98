/* SPDX-License-Identifier: BSD-2-Clause */
#include "source/state.h"

#include "base/log.h"
#include "base/math.h"
#include "tensor/layout.h"

#include <inttypes.h>

/* Takes size bytes, which belong to the frame at hand. Only raw frames without a count may end
 * here, and only before their first byte. */
static int take(struct trl_source *source, void *data, size_t size, bool frame_begins)
{
    size_t got;
    const int error = trl_input_take(&source->input, data, size, &got);
    if (error || got == size)
        return error;
    if (!got && frame_begins && source->open_ended) {
        source->ended = true;
        return 0;
    }
    return trl_fail(source->log, TRL_ERROR_INPUT,
                    "%s: byte %" PRId64 ": ends inside frame %" PRId64 "; the producer stopped "
                    "early, or its shape is wrong",
                    source->input.name, source->input.at, source->taken);
}

static int skip_bytes(struct trl_source *source, int64_t size)
{
    bool begins = true;
    while (size && !source->ended) {
        const int64_t n = trl_min_i64(size, TRL_SOURCE_BOUNCE_BYTES);
        const int error = take(source, source->bounce, (size_t)n, begins);
        if (error)
            return error;
        begins = false;
        size -= n;
    }
    return 0;
}

static int take_elements(struct trl_source *source, void *dst, int64_t count)
{
    const size_t size = trl_source_stored_size(source);
    if (!source->narrow)
        return take(source, dst, (size_t)count * size, true);
    float *out = dst;
    bool begins = true;
    while (count && !source->ended) {
        const int64_t n = trl_min_i64(count, TRL_SOURCE_BOUNCE_BYTES / (int64_t)size);
        const int error = take(source, source->bounce, (size_t)n * size, begins);
        if (error)
            return error;
        trl_narrow_f32(source->stored_dtype, source->stored_big_endian, source->bounce, out, n);
        begins = false;
        out += n;
        count -= n;
    }
    return 0;
}

/* Takes the header of the next record; the end of the pipe before it is a clean end. */
static int take_header(struct trl_source *source)
{
    uint8_t bytes[TRL_NPY_HEADER_BYTES];
    struct trl_npy_error refusal;
    struct trl_npy_header header;
    const int64_t base = source->input.at;
    size_t size;
    int error = trl_input_take(&source->input, bytes, TRL_NPY_PREFIX_BYTES, &size);
    if (error)
        return error;
    if (!size) {
        source->ended = true;
        return 0;
    }
    const size_t needed = trl_npy_header_bytes(bytes, size, &refusal);
    if (needed > size) {
        size_t more;
        error = trl_input_take(&source->input, bytes + size, needed - size, &more);
        if (error)
            return error;
        size += more;
    }
    if (!needed || !trl_npy_parse(&header, bytes, size, &refusal))
        return trl_source_refuse_header(source, source->input.name, base, bytes, size, &refusal);
    error = trl_source_map_npy(source, source->input.name, &header, &source->record.map);
    source->record.frames_left = source->record.map.frame_count;
    return error;
}

/* Frames of a record that interleave cannot be told apart before all of it is there. */
static int check_record(struct trl_source *source)
{
    const struct trl_frame_map *map = &source->record.map;
    if (map->run_count == 1)
        return 0;
    uint64_t limit = source->block_limit;
    if (source->pipe_block_bytes)
        limit = source->pipe_block_bytes;
    if ((uint64_t)map->frame_count <= limit / trl_source_frame_bytes(source))
        return 0;
    return trl_fail(source->log, TRL_ERROR_INPUT,
                    "%s: byte %" PRId64 ": the frames of this record interleave (Fortran order, or "
                    "T is not the first of --axes) and %" PRId64 " times %" PRIu64
                    " bytes do not fit into a block of %" PRIu64
                    "; send C order, one record a frame, or save to a file",
                    source->input.name, source->input.at, map->frame_count,
                    trl_source_frame_bytes(source), limit);
}

static int next_record(struct trl_source *source)
{
    if (source->is_raw) {
        source->ended = true;
        return 0;
    }
    int error = take_header(source);
    source->record.number++;
    if (!error && !source->ended)
        error = check_record(source);
    /* The options fitted the records before it. */
    return error == TRL_ERROR_USAGE ? TRL_ERROR_INPUT : error;
}

static int start_raw(struct trl_source *source)
{
    const struct trl_raw *raw = &source->raw;
    source->open_ended = !raw->frames && !trl_source_raw_has_frames(source);
    int error = trl_source_map_raw(source, source->input.name, raw->frames ? raw->frames : 1,
                                   &source->record.map);
    if (error)
        return error;
    if (source->open_ended)
        source->record.map.frame_count = INT64_MAX;
    else
        source->info.frame_count = source->record.map.frame_count;
    source->record.frames_left = source->record.map.frame_count;
    error = skip_bytes(source, raw->offset);
    return error;
}

int trl_source_start_pipe(struct trl_source *source)
{
    int error = source->is_raw ? start_raw(source) : take_header(source);
    if (!error && source->ended)
        error =
            trl_fail(source->log, TRL_ERROR_INPUT, "%s: byte 0: holds nothing", source->input.name);
    if (!error)
        error = check_record(source);
    const struct trl_frame_map *map = &source->record.map;
    if (!error)
        source->pipe_block_bytes =
            trl_source_frame_bytes(source) * (uint64_t)(map->run_count == 1 ? 1 : map->frame_count);
    return error;
}

/* A record whose frames interleave is one block; those that are not wanted stay in it unused. */
static int read_interleaved(struct trl_source *source, struct trl_source_block *block, void *data)
{
    const struct trl_frame_map *map = &source->record.map;
    const int error = take_elements(source, data, map->frame_count * map->frame_elements);
    if (error)
        return error;
    const int64_t first = source->next - source->taken;
    source->taken += map->frame_count;
    source->record.frames_left = 0;
    const int64_t reach = trl_min_i64(map->frame_count - first, source->end - source->next);
    if (reach > 0)
        trl_source_finish_block(source, block, map, map->frame_count, first,
                                (reach - 1) / source->step + 1);
    return 0;
}

static int read_frame(struct trl_source *source, struct trl_source_block *block, void *data)
{
    const int error = take_elements(source, data, source->frame_elements);
    if (error || source->ended)
        return error;
    source->taken++;
    source->record.frames_left--;
    trl_source_finish_block(source, block, &source->record.map, 1, 0, 1);
    return 0;
}

static int skip_frame(struct trl_source *source)
{
    const int error =
        skip_bytes(source, source->frame_elements * (int64_t)trl_source_stored_size(source));
    source->taken++;
    source->record.frames_left--;
    return error;
}

int trl_source_read_pipe(struct trl_source *source, struct trl_source_block *block, void *data,
                         uint64_t capacity)
{
    if (source->pipe_block_bytes > capacity)
        return trl_fail(source->log, TRL_ERROR_USAGE,
                        "a block of %" PRIu64 " bytes does not fit into a buffer of %" PRIu64,
                        source->pipe_block_bytes, capacity);
    int error = 0;
    while (!error && !source->ended && !block->frame_count) {
        if (!source->record.frames_left)
            error = next_record(source);
        else if (source->record.map.run_count != 1)
            error = read_interleaved(source, block, data);
        else if (source->taken < source->next)
            error = skip_frame(source);
        else
            error = read_frame(source, block, data);
    }
    return error;
}

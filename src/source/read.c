/* SPDX-License-Identifier: BSD-2-Clause */
#include "source/state.h"

#include "base/log.h"
#include "base/math.h"
#include "tensor/layout.h"

#include <inttypes.h>
#include <string.h>

/* A run of interleaved frames is fetched on its own unless the next one is so near that reading
 * what lies between is cheaper than another system call. */
enum { NEAR_BYTES = 16 << 10 };

void trl_source_limit_blocks(struct trl_source *source, uint64_t limit_bytes)
{
    if (limit_bytes)
        source->block_limit = limit_bytes;
}

int64_t trl_source_pitch(const struct trl_source *source, const struct trl_frame_map *map)
{
    if (map->run_count == 1)
        return 1;
    const uint64_t fitting = source->block_limit / trl_source_frame_bytes(source);
    return fitting >= (uint64_t)map->frame_count ? map->frame_count
                                                 : trl_max_i64((int64_t)fitting, 1);
}

uint64_t trl_source_block_bytes_max(const struct trl_source *source)
{
    if (!source->file_count || source->pipe_block_bytes)
        return source->pipe_block_bytes;
    int64_t pitch = 1;
    for (int i = 0; i < source->file_count; i++)
        pitch = trl_max_i64(pitch, trl_source_pitch(source, &source->files[i].map));
    return (uint64_t)pitch * trl_source_frame_bytes(source);
}

void trl_source_finish_block(struct trl_source *source, struct trl_source_block *block,
                             const struct trl_frame_map *map, int64_t pitch, int64_t first,
                             int64_t count)
{
    *block = (struct trl_source_block){
        .first = source->delivered,
        .frame_count = count,
        .size_bytes = (uint64_t)pitch * trl_source_frame_bytes(source),
        .layout = {.dtype = source->info.dtype,
                   .big_endian = source->info.big_endian,
                   .rank = 3,
                   .offset = first * map->frame_stride},
        .frame_stride = source->step * map->frame_stride,
    };
    memcpy(block->layout.shape, map->shape, sizeof(map->shape));
    trl_frame_map_strides(map, pitch, block->layout.stride);
    source->delivered += count;
    if (__builtin_add_overflow(source->next, count * source->step, &source->next))
        source->next = INT64_MAX;
}

static int open_file(struct trl_source *source, int index)
{
    if (source->file_open == index)
        return 0;
    trl_input_close(&source->input);
    source->file_open = -1;
    const int error =
        trl_input_open(&source->input, source->log, source->files[index].path, source->cancel_fd);
    if (!error)
        source->file_open = index;
    return error;
}

static int read_elements(struct trl_source *source, int64_t offset, void *dst, int64_t count)
{
    const size_t size = trl_source_stored_size(source);
    if (!source->narrow)
        return trl_input_read_at(&source->input, dst, (size_t)count * size, offset);
    float *out = dst;
    while (count) {
        const int64_t n = trl_min_i64(count, TRL_SOURCE_BOUNCE_BYTES / (int64_t)size);
        const int error =
            trl_input_read_at(&source->input, source->bounce, (size_t)n * size, offset);
        if (error)
            return error;
        trl_narrow_f32(source->stored_dtype, source->stored_big_endian, source->bounce, out, n);
        out += n;
        offset += n * (int64_t)size;
        count -= n;
    }
    return 0;
}

struct runs {
    int64_t offset; /* in the file, of the first */
    int64_t count;
    int64_t elements; /* of each */
    int64_t pitch;    /* from one to the next in the file, in elements */
    int64_t dst_pitch;
};

/* Reads as many runs as fit into the bounce buffer at once, and picks them out of it. */
static int read_near_runs(struct trl_source *source, const struct runs *runs, char *dst)
{
    const int64_t size = (int64_t)trl_source_stored_size(source);
    const size_t dst_size = trl_dtype_size(source->info.dtype);
    const int64_t batch = TRL_SOURCE_BOUNCE_BYTES / (runs->pitch * size);
    for (int64_t first = 0; first < runs->count; first += batch) {
        const int64_t n = trl_min_i64(batch, runs->count - first);
        const int64_t span = (n - 1) * runs->pitch + runs->elements;
        const int error = trl_input_read_at(&source->input, source->bounce, (size_t)(span * size),
                                            runs->offset + first * runs->pitch * size);
        if (error)
            return error;
        for (int64_t i = 0; i < n; i++) {
            const uint8_t *from = source->bounce + i * runs->pitch * size;
            char *to = dst + (size_t)((first + i) * runs->dst_pitch) * dst_size;
            if (source->narrow)
                trl_narrow_f32(source->stored_dtype, source->stored_big_endian, from,
                               (float *)(void *)to, runs->elements);
            else
                memcpy(to, from, (size_t)(runs->elements * size));
        }
    }
    return 0;
}

static int read_runs(struct trl_source *source, const struct runs *runs, char *dst)
{
    const int64_t size = (int64_t)trl_source_stored_size(source);
    const size_t dst_size = trl_dtype_size(source->info.dtype);
    if (runs->count > 1 && runs->pitch * size <= NEAR_BYTES)
        return read_near_runs(source, runs, dst);
    for (int64_t i = 0; i < runs->count; i++) {
        const int error =
            read_elements(source, runs->offset + i * runs->pitch * size,
                          dst + (size_t)(i * runs->dst_pitch) * dst_size, runs->elements);
        if (error)
            return error;
    }
    return 0;
}

/* Frames t to t + n of a file; frames of a block lie pitch apart. */
static int read_frames(struct trl_source *source, const struct trl_source_file *file, int64_t t,
                       int64_t n, int64_t pitch, void *data)
{
    const struct trl_frame_map *map = &file->map;
    const int64_t size = (int64_t)trl_source_stored_size(source);
    struct runs runs = {
        .offset = file->data_offset + t * map->frame_stride * size,
        .count = map->run_count,
        .elements = n * map->frame_stride,
        .pitch = map->frame_count * map->frame_stride,
        .dst_pitch = pitch * map->frame_stride,
    };
    if (n == map->frame_count) {
        runs.elements *= runs.count;
        runs.count = 1;
    }
    return read_runs(source, &runs, data);
}

int trl_source_read_file(struct trl_source *source, struct trl_source_block *block, void *data,
                         uint64_t capacity)
{
    while (source->file_next + 1 < source->file_count &&
           source->files[source->file_next + 1].first_frame <= source->next)
        source->file_next++;
    const struct trl_source_file *file = &source->files[source->file_next];
    const struct trl_frame_map *map = &file->map;
    const int64_t t = source->next - file->first_frame;
    const int64_t pitch = trl_source_pitch(source, map);
    const int64_t reach =
        trl_min_i64(trl_min_i64(pitch, map->frame_count - t), source->end - source->next);
    const int64_t count = (reach - 1) / source->step + 1;
    if ((uint64_t)pitch * trl_source_frame_bytes(source) > capacity)
        return trl_fail(source->log, TRL_ERROR_USAGE,
                        "a block of %" PRIu64 " bytes does not fit into a buffer of %" PRIu64,
                        (uint64_t)pitch * trl_source_frame_bytes(source), capacity);
    int error = open_file(source, source->file_next);
    if (error)
        return error;
    error = read_frames(source, file, t, (count - 1) * source->step + 1, pitch, data);
    if (error)
        return error;
    trl_source_finish_block(source, block, map, pitch, 0, count);
    return 0;
}

int trl_source_read(struct trl_source *source, struct trl_source_block *block, void *data,
                    uint64_t capacity)
{
    *block = (struct trl_source_block){0};
    if (atomic_load(&source->cancelled))
        return TRL_ERROR_CANCELLED;
    if (source->next >= source->end)
        return 0;
    if (!source->info.rewindable)
        return trl_source_read_pipe(source, block, data, capacity);
    return trl_source_read_file(source, block, data, capacity);
}

int trl_source_rewind(struct trl_source *source)
{
    if (!source->info.rewindable)
        return trl_fail(source->log, TRL_ERROR_USAGE, "%s: a pipe cannot be read twice",
                        source->input.name);
    source->next = source->first;
    source->delivered = 0;
    source->file_next = 0;
    return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "source/axes.h"
#include "source/input.h"
#include "source/npy.h"
#include "source/raw.h"
#include "source/source.h"

#include <stdatomic.h>

enum { TRL_SOURCE_BOUNCE_BYTES = 1 << 20 };

struct trl_source_file {
    char *path; /* owned */
    int64_t data_offset;
    int64_t first_frame; /* of the whole input */
    struct trl_frame_map map;
};

/* A record that is being taken from a pipe. */
struct trl_source_record {
    struct trl_frame_map map;
    int64_t number;      /* of the record, from 0 */
    int64_t frames_left; /* not yet taken */
};

struct trl_source {
    struct trl_log *log;
    struct trl_source_info info;
    char axes[TRL_RANK_MAX + 1]; /* empty: by rank */
    bool vectors, volumes, channels;
    bool alone; /* one file */
    bool is_raw;
    struct trl_raw raw;
    uint64_t frame_bytes_max, block_limit;

    /* What the first array fixed for all. */
    bool shape_known;
    enum trl_dtype stored_dtype;
    bool stored_big_endian;
    bool narrow; /* stored elements are 64 bits wide */
    int64_t frame_elements;
    uint64_t pipe_block_bytes; /* of record 0 */

    /* Frames first, first + step, ... below end of all frames of the input; end is INT64_MAX if
     * only the end of the pipe tells. */
    int64_t first, end, step;
    int64_t next;      /* frame of the input that the next block begins with */
    int64_t delivered; /* frames delivered so far */

    struct trl_source_file *files; /* none for a pipe */
    int file_count;
    int file_next; /* holds the next frame, or lies before that */
    int file_open; /* -1: none */
    struct trl_input input;

    struct trl_source_record record;
    int64_t taken;   /* frames of the pipe that were taken or skipped */
    bool open_ended; /* raw frames until the pipe ends */
    bool ended;      /* the pipe ended between two records */

    int cancel_fd; /* an eventfd */
    atomic_bool cancelled;
    uint8_t *bounce;
};

static inline size_t trl_source_stored_size(const struct trl_source *source)
{
    return trl_dtype_size(source->stored_dtype);
}

static inline uint64_t trl_source_frame_bytes(const struct trl_source *source)
{
    return (uint64_t)source->frame_elements * trl_dtype_size(source->info.dtype);
}

/* Fixes shape and dtype by the first array, compares every later one with it. */
int trl_source_agree(struct trl_source *source, const char *name, const struct trl_array *array,
                     const struct trl_frame_map *map);

/* Turns a parsed header into a map. */
int trl_source_map_npy(struct trl_source *source, const char *name,
                       const struct trl_npy_header *header, struct trl_frame_map *map);

/* The same for headerless data of so many frames. */
int trl_source_map_raw(struct trl_source *source, const char *name, int64_t frames,
                       struct trl_frame_map *map);

/* True if --axes of headerless data names the frame axis, so that shape includes it. */
bool trl_source_raw_has_frames(const struct trl_source *source);

/* Says what is wrong with the header of input, whose record begins at byte base. */
int trl_source_refuse_header(struct trl_source *source, const char *name, int64_t base,
                             const void *bytes, size_t size, const struct trl_npy_error *error);

/* Opens a regular file whose header is to be checked: fills in all but first_frame. */
int trl_source_check_file(struct trl_source *source, struct trl_source_file *file,
                          struct trl_input *input);

/* Takes the first header from the pipe in source->input. */
int trl_source_start_pipe(struct trl_source *source);

int trl_source_read_file(struct trl_source *source, struct trl_source_block *block, void *data,
                         uint64_t capacity);
int trl_source_read_pipe(struct trl_source *source, struct trl_source_block *block, void *data,
                         uint64_t capacity);

/* Frames that one block of this map holds. */
int64_t trl_source_pitch(const struct trl_source *source, const struct trl_frame_map *map);

/* Describes a block of a map with pitch frames in memory, of which count are shown, the first of
 * them being number first in memory; moves the source on behind them. */
void trl_source_finish_block(struct trl_source *source, struct trl_source_block *block,
                             const struct trl_frame_map *map, int64_t pitch, int64_t first,
                             int64_t count);

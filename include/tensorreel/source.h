/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TENSORREEL_SOURCE_H
#define TENSORREEL_SOURCE_H

#include <stdint.h>

#include <tensorreel/tensor.h>

#ifdef __cplusplus
extern "C" {
#endif

struct trl_log;
struct trl_source;

struct trl_source_params {
    struct trl_log *log;
    /* Files in the order of the film (a glob pattern is expanded in natural order), or "-" alone
     * for .npy records on standard input. Borrowed for the call only. */
    const char *const *paths;
    int path_count;
    /* "dtype=f4le,shape=480x640[,offset=BYTES]": headerless data, one frame after another.
     * NULL: .npy. */
    const char *raw;
    /* One letter an axis, slowest first: T frame, H or Y row, W or X column, N Z B C tile.
     * NULL: HW for 2-D, THW for 3-D, TNHW for 4-D, W for 1-D. */
    const char *axes;
    /* Frames first, first+step, ... below end; end 0: to the last. step 0 means 1. */
    int64_t first, end, step;
    uint64_t frame_bytes_max; /* largest frame accepted; 0 means 4 GiB */
};

/* What a source yields: frame_count frames (-1: not known, a pipe), each with the same layout:
 * shape (tiles, rows, columns), rank 3. */
struct trl_source_info {
    int64_t frame_count;
    enum trl_dtype dtype;
    bool big_endian;
    int64_t tiles, rows, columns;
    bool rewindable; /* can be read twice, so a range of the whole movie can be found */
};

/*
 * Opens the inputs and checks every header. Blocks for reading headers; a pipe until its first
 * header arrives. Errors: TRL_ERROR_INPUT, TRL_ERROR_USAGE (axes, raw, frames), TRL_ERROR_MEMORY.
 * Thread-safety: one thread at a time.
 */
TRL_API int trl_source_open(struct trl_source **out, const struct trl_source_params *params);
TRL_API void trl_source_close(struct trl_source **source);
TRL_API const struct trl_source_info *trl_source_info(const struct trl_source *source);

#ifdef __cplusplus
}
#endif

#endif

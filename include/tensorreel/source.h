/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TENSORREEL_SOURCE_H
#define TENSORREEL_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include <tensorreel/tensor.h>

#ifdef __cplusplus
extern "C" {
#endif

struct trl_log;
struct trl_source;

struct trl_source_params {
    struct trl_log *log;
    /* Files in the order of the film, or "-" alone for standard input: .npy records back to back,
     * each a frame or several, or raw frames. A glob pattern is expanded in natural order (frame_2
     * before frame_10), and a list in the alphabetical order that shells expand to is put in
     * natural order, too. A FIFO is read like standard input. Borrowed for the call only. */
    const char *const *paths;
    int path_count;
    /* "dtype=f4le,shape=480x640[,frames=N][,offset=BYTES]": headerless data, one frame of this
     * shape after another; of 1 axis: W, 2: HW, 3: NHW. frames= reads no more than so many.
     * NULL: .npy. */
    const char *raw;
    /* One letter an axis, slowest first: T frame, H or Y row, W or X column, N Z B C tile (at most
     * two, which must lie side by side). NULL: W for 1-D, HW for 2-D, THW for 3-D, TNHW for 4-D; of
     * more axes those of size 1 are dropped first. For raw data it names the axes of shape; with T
     * among them shape is that of the whole array. */
    const char *axes;
    bool vectors;  /* frames are 1-D: 2-D is TW by default, and 1-D of a single file T */
    bool volumes;  /* frames are 3-D: 3-D is NHW by default */
    bool channels; /* an axis of 3 or 4 is meant to be one: nothing is warned of */
    /* Frames first, first+step, ... below end of all inputs together; end 0: to the last. step 0
     * means 1. Negative first and end count from the end, except of a pipe. */
    int64_t first, end, step;
    uint64_t frame_bytes_max; /* largest frame accepted; 0 means 4 GiB */
};

/* What a source yields: frame_count frames (-1: not known, a pipe), each with the same layout:
 * shape (tiles, rows, columns), rank 3. dtype is that of the frames as they are delivered: 64-bit
 * elements are read as native float32. */
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

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <tensorreel/tensor.h>

struct trl_log;

/* A dense array whose axes are to be named. */
struct trl_array {
    enum trl_dtype dtype;
    bool big_endian;
    bool fortran_order;
    int rank;
    int64_t shape[TRL_RANK_MAX];
};

/*
 * Where the frames of a dense array lie, in elements. Frame t begins t * frame_stride after frame
 * 0. If run_count is 1, each frame lies in one piece of frame_stride elements; otherwise frames
 * interleave, and frames t to t + n lie in run_count pieces of n * frame_stride elements, each
 * frame_count * frame_stride elements after the one before.
 */
struct trl_frame_map {
    int64_t frame_count;
    int64_t frame_stride;
    int64_t frame_elements;
    int64_t run_count;
    int64_t shape[3]; /* tiles, rows, columns */
    int64_t stride[3];
};

/* Checks the letters of --axes: TRL_ERROR_USAGE. NULL is valid. */
int trl_axes_check(struct trl_log *log, const char *axes);

/* Names the axes by the letters, or by rank if axes is NULL. Errors name the input and the axis:
 * TRL_ERROR_USAGE where other letters help, TRL_ERROR_INPUT for an axis of size 0. The size of the
 * array in bytes must fit int64_t. */
int trl_frame_map_create(struct trl_frame_map *out, struct trl_log *log, const char *name,
                         const struct trl_array *array, const char *axes);

/* Strides of frame 0 where frames t to t + pitch lie in memory, pieces one behind the other. */
void trl_frame_map_strides(const struct trl_frame_map *map, int64_t pitch, int64_t stride[3]);

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How long the kernels take by the device's own clock. Every row is recorded, run and waited for
 * once for warmth and then so many times; a line a row goes to standard output:
 *
 *     NAME: MEDIAN ms (LEAST, MOST) [N GB/s, N of copy] [STAGE N, ...] [host N]
 *     NAME: left out: WHY
 *
 * GB/s are 10^9 bytes a second that the row reads and writes in the device's memory, each byte
 * counted once a pass over it; "of copy" is that rate in parts of the rate of the first row, which
 * counts each byte twice, once read and once written. The stages are medians in ms, where there
 * are several. host is the median from submission to the end of the wait in ms by the host's clock;
 * a device without a clock of its own has only that.
 */
#ifndef TRL_BENCH_KERNELS_H
#define TRL_BENCH_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gpu/gpu.h"

struct bench {
    struct trl_log *log;
    struct trl_device *device;
    struct trl_gpu_cmd *cmd;
    char why[512]; /* the last line of the log */
    bool clock;    /* the device has one */
    int rounds;
    int64_t size;      /* bytes of the tensor of copies and operations; a multiple of 2^20 */
    int width, height; /* of pictures, both even */
    int side;          /* of volumes */
    double copied;     /* bytes a second that the copy reads and writes; 0: not known */
    struct trl_gpu_buffer *noise; /* float32 in [-1, 1): at least size, a picture or a volume */
};

struct bench_row {
    const char *name;
    int (*record)(void *user, struct trl_gpu_cmd *cmd); /* every round anew; begins with a stage */
    void *user;
    double bytes; /* that are read and written; 0: not what it is about */
};

/* Measures and prints a row. *seconds, where it is not NULL, becomes the median. An error is what
 * the row could not be recorded or run for, and nothing is printed. */
int bench_measure(struct bench *bench, const struct bench_row *row, double *seconds);
/* Prints that a row is left out, and the last line of the log. */
void bench_leave_out(const struct bench *bench, const char *name);

int bench_buffer(struct bench *bench, struct trl_gpu_buffer **out, const char *name,
                 uint64_t bytes);
/* Fills a buffer with floats that make(user, first, out, count) gives, some millions at a time; a
 * periodic one is asked once, and what it gave is repeated. */
struct bench_maker {
    void (*make)(const void *user, uint64_t first, float *out, size_t count);
    const void *user;
    bool periodic;
};
int bench_fill(struct bench *bench, struct trl_gpu_buffer *buffer, uint64_t bytes,
               const struct bench_maker *maker);
/* A dense float32 tensor of rank 3 at the start of a buffer. */
struct trl_gpu_tensor bench_tensor(struct trl_gpu_buffer *buffer, int64_t tiles, int64_t rows,
                                   int64_t columns);

/* The groups of rows. What the device cannot do is left out; an error is that it is lost. */
int bench_ops(struct bench *bench);
int bench_pictures(struct bench *bench);
int bench_volumes(struct bench *bench);
int bench_charts(struct bench *bench);

#endif

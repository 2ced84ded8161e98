/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernels.h"

#include "base/clock.h"
#include "base/math.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* A device that was idle takes a while to come to speed. */
enum { ROUNDS_MAX = 1000, WARM_NS = 500000000 };
static const uint64_t CHUNK = (64U << 20) - 4084; /* no multiple of any power of 2 above 4 */

struct times {
    int64_t stage[TRL_GPU_STAGE_COUNT][ROUNDS_MAX], total[ROUNDS_MAX], host[ROUNDS_MAX];
};

static int run_once(struct bench *b, const struct bench_row *row, struct times *t, int round)
{
    struct trl_gpu_point done;
    int64_t ns[TRL_GPU_STAGE_COUNT];
    int ret;
    if ((ret = trl_gpu_cmd_begin(b->cmd)) < 0 || (ret = row->record(row->user, b->cmd)) < 0)
        return ret;
    const int64_t start = trl_clock_now_ns();
    if ((ret = trl_gpu_submit(b->cmd, NULL, 0, &done)) < 0 ||
        (ret = trl_gpu_wait(b->device, done, INT64_MAX)) < 0)
        return ret;
    t->host[round] = trl_clock_now_ns() - start;
    trl_gpu_cmd_times(b->cmd, ns);
    t->total[round] = 0;
    for (int n = 0; n < TRL_GPU_STAGE_COUNT; n++) {
        t->stage[n][round] = ns[n];
        t->total[round] += ns[n];
    }
    if (!b->clock)
        t->total[round] = t->host[round];
    return 0;
}

static int compare(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Sorts. */
static double median_ms(int64_t *ns, int count)
{
    qsort(ns, (size_t)count, sizeof(*ns), compare);
    const int low = (count - 1) / 2, high = count / 2;
    return (double)(ns[low] + ns[high]) / 2e6;
}

static void print_stages(const struct bench *b, struct times *t)
{
    static const char *const names[TRL_GPU_STAGE_COUNT] = {"sim",  "upload", "analyse", "view",
                                                           "pack", "copy",   "deliver"};
    int used = 0;
    for (int n = 0; n < TRL_GPU_STAGE_COUNT; n++)
        used += median_ms(t->stage[n], b->rounds) > 0;
    if (used < 2)
        return;
    const char *before = " [";
    for (int n = 0; n < TRL_GPU_STAGE_COUNT; n++) {
        const double ms = median_ms(t->stage[n], b->rounds);
        if (ms > 0) {
            printf("%s%s %.4f", before, names[n], ms);
            before = ", ";
        }
    }
    printf("]");
}

static double print_row(const struct bench *b, const struct bench_row *row, struct times *t)
{
    const double ms = median_ms(t->total, b->rounds);
    printf("%s: %.4f ms (%.4f, %.4f)", row->name, ms, (double)t->total[0] / 1e6,
           (double)t->total[b->rounds - 1] / 1e6);
    if (row->bytes > 0 && ms > 0) {
        const double rate = row->bytes / ms * 1e3;
        printf(" [%.1f GB/s", rate / 1e9);
        if (b->copied > 0)
            printf(", %.2f of copy", rate / b->copied);
        printf("]");
    }
    print_stages(b, t);
    printf(" [host %.4f]\n", median_ms(t->host, b->rounds));
    return ms / 1e3;
}

int bench_measure(struct bench *b, const struct bench_row *row, double *seconds)
{
    struct times *t = malloc(sizeof(*t));
    if (!t) {
        snprintf(b->why, sizeof(b->why), "out of memory");
        return -1;
    }
    const bool software = trl_device_info(b->device)->type == TRL_DEVICE_SOFTWARE;
    const int64_t end = trl_clock_now_ns() + (software ? 0 : WARM_NS);
    int ret;
    do
        ret = run_once(b, row, t, 0);
    while (ret == 0 && trl_clock_now_ns() < end);
    for (int round = 0; round < b->rounds && ret == 0; round++)
        ret = run_once(b, row, t, round);
    if (ret == 0) {
        const double took = print_row(b, row, t);
        if (seconds)
            *seconds = took;
    }
    free(t);
    return ret;
}

void bench_leave_out(const struct bench *b, const char *name)
{
    printf("%s: left out: %s\n", name, b->why);
}

/* ---- data ---- */

int bench_buffer(struct bench *b, struct trl_gpu_buffer **out, const char *name, uint64_t bytes)
{
    return trl_gpu_buffer_create(out, b->device,
                                 &(struct trl_gpu_buffer_params){.name = name,
                                                                 .size_bytes = bytes,
                                                                 .memory = TRL_GPU_MEMORY_DEVICE});
}

static int copy_in(struct bench *b, struct trl_gpu_buffer *buffer, uint64_t at,
                   struct trl_gpu_buffer *staging, uint64_t bytes)
{
    struct trl_gpu_point done;
    int ret;
    if ((ret = trl_gpu_buffer_flush(staging, 0, bytes)) < 0 ||
        (ret = trl_gpu_cmd_begin(b->cmd)) < 0)
        return ret;
    trl_gpu_cmd_stage(b->cmd, TRL_GPU_STAGE_UPLOAD);
    trl_gpu_cmd_copy(b->cmd, buffer, at, staging, 0, bytes);
    if ((ret = trl_gpu_submit(b->cmd, NULL, 0, &done)) < 0)
        return ret;
    return trl_gpu_wait(b->device, done, INT64_MAX);
}

int bench_fill(struct bench *b, struct trl_gpu_buffer *buffer, uint64_t bytes,
               const struct bench_maker *maker)
{
    struct trl_gpu_buffer *staging = NULL;
    const uint64_t chunk = bytes < CHUNK ? bytes : CHUNK;
    int ret = trl_gpu_buffer_create(&staging, b->device,
                                    &(struct trl_gpu_buffer_params){
                                        .name = "staging",
                                        .size_bytes = chunk,
                                        .memory = TRL_GPU_MEMORY_UPLOAD,
                                    });
    for (uint64_t at = 0; at < bytes && ret == 0; at += chunk) {
        const uint64_t part = bytes - at < chunk ? bytes - at : chunk;
        if (at == 0 || !maker->periodic)
            maker->make(maker->user, at / 4, trl_gpu_buffer_map(staging), part / 4);
        ret = copy_in(b, buffer, at, staging, part);
    }
    trl_gpu_buffer_destroy(&staging);
    return ret;
}

struct trl_gpu_tensor bench_tensor(struct trl_gpu_buffer *buffer, int64_t tiles, int64_t rows,
                                   int64_t columns)
{
    return (struct trl_gpu_tensor){
        buffer,
        {.dtype = TRL_DTYPE_F32,
         .rank = 3,
         .shape = {tiles, rows, columns},
         .stride = {rows * columns, columns, 1}},
    };
}

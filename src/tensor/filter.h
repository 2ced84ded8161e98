/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <tensorreel/filter.h>
#include <tensorreel/tensor.h>

/* Chains of filters: their text, and how they are carried out on the host, one thread. What each
 * does is told in the public header. */

enum trl_filter {
    TRL_FILTER_GAUSSIAN,
    TRL_FILTER_BOX,
    TRL_FILTER_MEDIAN,
    TRL_FILTER_SOBEL,
    TRL_FILTER_UNSHARP,
    TRL_FILTER_SMOOTH,
    TRL_FILTER_DECAY,
    TRL_FILTER_DIFF,
    TRL_FILTER_ABS,
    TRL_FILTER_CLIP,
    TRL_FILTER_LOG,
    TRL_FILTER_COUNT
};

enum { TRL_FILTER_STEPS_MAX = 32, TRL_FILTER_TAPS_MAX = 801 };

struct trl_filter_step {
    enum trl_filter filter;
    double argument[2]; /* in the order of the text, defaults filled in; clip may have infinities */
};

struct trl_filter_chain {
    int count; /* at least 1 */
    struct trl_filter_step step[TRL_FILTER_STEPS_MAX];
};

/* trl_filter_check that keeps what it read. */
int trl_filter_parse(struct trl_filter_chain *out, struct trl_log *log, const char *text);

/* The window of gaussian, box and unsharp along an axis. Returns how many weights there are;
 * *before of them belong to elements before the one that is made. They are summed up in order;
 * those below 2^-24 are 0. */
int trl_filter_window(const struct trl_filter_step *step, float weights[TRL_FILTER_TAPS_MAX],
                      int *before);

/* True for filters that remember frames. */
bool trl_filter_temporal(enum trl_filter filter);

struct trl_filter_host;

/* frame: rank 3 (tiles, rows, columns), any dtype and strides. TRL_ERROR_USAGE, TRL_ERROR_MEMORY.
 */
int trl_filter_host_create(struct trl_filter_host **out, struct trl_log *log, const char *text,
                           const struct trl_layout *frame);
/* data is what layout->offset counts from. The result is dense in C order; it belongs to the host
 * filter and lasts until the next frame. */
const float *trl_filter_host_apply(struct trl_filter_host *host, const void *data);
/* The next frame is the first. */
void trl_filter_host_reset(struct trl_filter_host *host);
void trl_filter_host_destroy(struct trl_filter_host **host);

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <pthread.h>

#include "sink/sink.h"

/* A sink whose every step the test decides, and that remembers what it got. Output paths "probe:0"
 * to "probe:3" name the probes of a group. */
enum { PROBES = 4, PROBE_FRAMES = 1024 };

struct probe {
    enum trl_pixel pixel;
    int64_t allowed;                 /* writes that may end; more of them wait */
    int64_t fail_at;                 /* the write of this number fails; -1: none */
    bool fail_create, fail_finish;   /* TRL_ERROR_OUTPUT */
    int64_t begun, written;          /* writes */
    int64_t index[PROBE_FRAMES];     /* of the frames begun, in order */
    uint64_t pictures[PROBE_FRAMES]; /* hashes of their R G B bytes */
    bool created, finished, destroyed;
    int width, height;
};

struct probes {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct probe probe[PROBES];
};

extern struct probes probes;
extern const struct trl_sink_class probe_class;

/* Every probe takes palette indices and lets every frame through. */
void probes_reset(void);
/* Lets writes of a probe end until so many have. */
void probe_allow(int number, int64_t writes);
/* Waits until so many writes have begun: then the frames before are given back. */
void probe_wait_begun(int number, int64_t writes);
int64_t probe_begun(int number);

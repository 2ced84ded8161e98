/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <tensorreel/device.h>
#include <tensorreel/stream.h>

/* Short films in which something goes wrong. */
struct film_log {
    struct trl_log *log;
    int errors;
    char last[1024];
};

void film_log_open(struct film_log *log);
void film_log_close(struct film_log *log);

enum film_kind {
    FILM_PUSH,   /* frames from memory, 64-bit, range of each frame */
    FILM_CANVAS, /* the same over a full-colour canvas, smaller than the tensor */
    FILM_SIM,
    FILM_KINDS
};

struct film_result {
    int error;          /* the first that a call returned */
    bool stream_opened; /* then the account below is whole */
    struct trl_stream_stats stats;
    int files; /* in the folder of the film, after all is gone */
};

enum { FILM_FRAMES = 4 }; /* one more than slots */

/* Makes a film with three outputs and a ledger in a folder of its own and takes everything down. */
struct film_result film_make(struct film_log *log, struct trl_device *device, enum film_kind kind);

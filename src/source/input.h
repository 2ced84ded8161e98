/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct trl_log;

/* An open file or pipe. */
struct trl_input {
    struct trl_log *log;
    const char *name; /* for messages; borrowed */
    int fd;           /* -1: closed */
    int cancel_fd;    /* becoming readable ends a blocked read; -1: none */
    bool borrowed;    /* standard input: not closed */
    bool pipe;        /* can only be read once, forward */
    int64_t size;     /* of a file, in bytes */
    int64_t at;       /* bytes taken from a pipe so far */
};

/* Opens a path, "-" being standard input. A FIFO blocks until somebody writes to it. Directories
 * and files that cannot be read are TRL_ERROR_INPUT. */
int trl_input_open(struct trl_input *input, struct trl_log *log, const char *path, int cancel_fd);
void trl_input_close(struct trl_input *input);

/* Reads from a pipe until size bytes or its end; *got says how many. TRL_ERROR_CANCELLED as soon
 * as cancel_fd is readable, not logged. */
int trl_input_take(struct trl_input *input, void *data, size_t size, size_t *got);

/* Reads exactly size bytes of a file at offset; TRL_ERROR_INPUT names the byte at which it ends. */
int trl_input_read_at(struct trl_input *input, void *data, size_t size, int64_t offset);

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "source/input.h"

/* A file or pipe that is read once, forward, by pieces of any size up to the buffer's. */
struct trl_reader {
    struct trl_input input;
    uint8_t *buffer;
    size_t begin, end; /* what is in the buffer and not taken yet */
    int64_t at;        /* byte of the file at begin */
    bool over;         /* there is nothing behind end */
};

enum { TRL_READER_BYTES = 1 << 18 };

int trl_reader_open(struct trl_reader *reader, struct trl_log *log, const char *path);
void trl_reader_close(struct trl_reader *reader);
/* Sees to it that size bytes, at most TRL_READER_BYTES, lie in the buffer, or all up to the end. */
int trl_reader_fill(struct trl_reader *reader, size_t size);
void trl_reader_take(struct trl_reader *reader, size_t size);

static inline size_t trl_reader_left(const struct trl_reader *reader)
{
    return reader->end - reader->begin;
}

static inline const uint8_t *trl_reader_bytes(const struct trl_reader *reader)
{
    return reader->buffer + reader->begin;
}

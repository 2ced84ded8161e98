/* SPDX-License-Identifier: BSD-2-Clause */
#include "network/reader.h"

#include "base/log.h"

#include <stdlib.h>
#include <string.h>

int trl_reader_open(struct trl_reader *reader, struct trl_log *log, const char *path)
{
    *reader = (struct trl_reader){.input.fd = -1};
    const int error = trl_input_open(&reader->input, log, path, -1);
    if (error)
        return error;
    reader->buffer = malloc(TRL_READER_BYTES);
    if (reader->buffer)
        return 0;
    trl_reader_close(reader);
    return trl_fail_memory(log, "reading a network", TRL_READER_BYTES);
}

void trl_reader_close(struct trl_reader *reader)
{
    trl_input_close(&reader->input);
    free(reader->buffer);
    reader->buffer = NULL;
}

int trl_reader_fill(struct trl_reader *reader, size_t size)
{
    if (trl_reader_left(reader) >= size || reader->over)
        return 0;
    memmove(reader->buffer, reader->buffer + reader->begin, trl_reader_left(reader));
    reader->end -= reader->begin;
    reader->begin = 0;
    const size_t room = TRL_READER_BYTES - reader->end;
    uint8_t *to = reader->buffer + reader->end;
    size_t got = 0;
    int error;
    if (reader->input.pipe) {
        error = trl_input_take(&reader->input, to, room, &got);
        reader->over = got < room;
    } else {
        const int64_t from = reader->at + (int64_t)reader->end;
        const int64_t left = from < reader->input.size ? reader->input.size - from : 0;
        got = left < (int64_t)room ? (size_t)left : room;
        reader->over = got == (size_t)left;
        error = trl_input_read_at(&reader->input, to, got, from);
    }
    reader->end += got;
    return error;
}

void trl_reader_take(struct trl_reader *reader, size_t size)
{
    reader->begin += size;
    reader->at += (int64_t)size;
}

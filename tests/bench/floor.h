/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The least that must be done for a film: pictures that lie ready in memory, and the encoder alone.
 * Each job prints one line, "frames seconds ready_bytes": what it wrote, how long writing took
 * without the loading of the pictures, and the memory that they lie in. Errors go to standard
 * error; the result is 0 or 1.
 */
#ifndef TRL_BENCH_FLOOR_H
#define TRL_BENCH_FLOOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Pictures one after another. */
struct film {
    uint8_t *data;
    size_t frame_bytes;
    int width, height, count;
};

/* Writes a periodic film of a 256x256 float32 field in [0, 1] to standard output. */
int field(int frames);
/* Encodes a Y4M film (4:2:0), over and over until so many frames are written, with libx264. */
int encode(const char *y4m, const char *out, const char *preset, int frames);
/* Writes the pictures of PNG files as RGB with the defaults of libpng, to so many files, named
 * FOLDER/N.png. */
int png(const char *folder, int frames, int count, char **files);

/* A moment. */
struct mark {
    double wall, cpu;
};

struct mark now(void);
void result(int frames, const struct mark *start, const struct film *film);
int complain(const char *what, const char *why);

#endif

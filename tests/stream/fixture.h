/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "../gpu/device.h"
#include "probe.h"
#include "stream/stream.h"

/* One device for the tests of a program, and small films on it. */
extern struct test_device gpu;

enum { COLUMNS = 24, ROWS = 16 };

/* For cmocka: group set-up and tear-down; the latter fails if anything was logged. */
int gpu_open(void **state);
int gpu_close(void **state);
/* Before each test: probes as new. After: the test fails if something was logged, or device memory
 * was not given back. */
int test_begin(void **state);
int test_end(void **state);

/* An error line is expected: call, check, then this one checks that it was exactly one that
 * contains the text. */
void expect_error(const char *text);

/* Outputs "probe:0" up to count, range 0 to 100. */
struct trl_stream_params probe_params(int count);
struct trl_stream *stream_open(const struct trl_stream_params *params, bool with_probes);
/* A plane of values 0 to 100 that moves with the frame. */
void frame_fill(float *values, int64_t frame);
int push_plain(struct trl_stream *stream, int64_t frame);
struct trl_stream_stats stats_of(const struct trl_stream *stream);

/* A new folder, and a path in it that is valid until the next call of path_in but three. */
char *folder_make(void);
void folder_remove(char *folder);
const char *path_in(const char *folder, const char *name);
int folder_count(const char *folder);
/* The whole file with a zero byte behind it, or NULL; to be freed. */
char *file_read(const char *path);

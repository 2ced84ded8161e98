/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "source/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <tensorreel/error.h>
#include <tensorreel/log.h>

#include <cmocka.h>

/* A folder of its own for each test, and the last line that was logged at each level. */
struct fixture {
    char folder[64];
    struct trl_log *log;
    int lines[8];
    char line[8][1024];
};

int fixture_set_up(void **state);
int fixture_tear_down(void **state);

/* Path of a file in the folder; valid until the next call but three. */
const char *fixture_path(struct fixture *f, const char *name);
const char *fixture_write(struct fixture *f, const char *name, const void *data, size_t size);

/* A .npy record of version 1 to 3: text is the header, without padding. The record's size. */
size_t npy_record(uint8_t *out, int version, const char *text, const void *data, size_t size);
size_t npy_header_v1(uint8_t *out, const char *descr, const char *order, const char *shape);

/* The frames of a whole input as float32, (tiles, rows, columns) in C order, one behind the other;
 * the number of frames read, or the error. info and block count may be NULL. */
int64_t read_all_frames(struct fixture *f, const struct trl_source_params *params,
                        uint64_t block_limit, float *out, int64_t capacity,
                        struct trl_source_info *info, int *blocks);

/* Checks that opening or reading fails with this code and one line that holds the text. */
void expect_failure(struct fixture *f, const struct trl_source_params *params, int error,
                    const char *text);

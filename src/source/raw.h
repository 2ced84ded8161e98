/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <tensorreel/tensor.h>

struct trl_log;

/* "dtype=f4le,shape=480x640[,frames=N][,offset=BYTES]" */
struct trl_raw {
    enum trl_dtype dtype;
    bool big_endian;
    int rank; /* 1 to TRL_RANK_MAX - 1 */
    int64_t shape[TRL_RANK_MAX];
    int64_t frames; /* 0: as many as there are */
    int64_t offset; /* bytes before the first frame */
};

/* Keys in any order, each once. Dimensions are above 0, the product in bytes fits int64_t.
 * TRL_ERROR_USAGE, logged with the option's text. */
int trl_raw_parse(struct trl_raw *out, struct trl_log *log, const char *text);

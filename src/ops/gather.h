/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <tensorreel/tensor.h>

/* Reads a tensor's elements as float32 in C order of a shape that it is broadcast to: its axes are
 * counted from the last, and an axis that is missing or 1 repeats. */
struct trl_ops_gather {
    enum trl_dtype dtype;
    bool big_endian;
    const char *element; /* the next one */
    int rank;            /* at least 1 */
    int64_t shape[TRL_RANK_MAX];
    int64_t stride[TRL_RANK_MAX]; /* bytes */
    int64_t index[TRL_RANK_MAX];
};

void trl_ops_gather_begin(struct trl_ops_gather *gather, const struct trl_layout *layout,
                          const void *data, int rank, const int64_t *shape);
/* The next count elements, which must be there. */
void trl_ops_gather_next(struct trl_ops_gather *gather, float *out, int64_t count);

/* The strides, in elements, with which the layout is walked as that shape. */
void trl_ops_broadcast(const struct trl_layout *layout, int rank, const int64_t *shape,
                       int64_t stride[TRL_RANK_MAX]);

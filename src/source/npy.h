/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <tensorreel/tensor.h>

/*
 * The header of a .npy record: \x93NUMPY, version 1.0, 2.0 or 3.0, a length, and a Python dict
 * literal with the keys descr, fortran_order and shape. Only bytes are looked at: no file, no
 * allocation, no recursion. Accepted is what writers of .npy are known to write, not all that
 * Python would evaluate.
 */
enum {
    TRL_NPY_PREFIX_BYTES = 12,    /* enough to know the length of the header */
    TRL_NPY_HEADER_BYTES = 10012, /* longest header accepted, prefix included (numpy's limit) */
};

struct trl_npy_header {
    enum trl_dtype dtype;
    bool big_endian;
    bool fortran_order;
    int rank;
    int64_t shape[TRL_RANK_MAX]; /* each >= 0; the product in bytes fits int64_t */
    size_t header_bytes;         /* where the data begins */
    int64_t data_bytes;          /* as the shape says */
};

/* What is wrong, and at which byte of the record. */
struct trl_npy_error {
    size_t byte;
    char text[240];
};

/* Length of the whole header from its first TRL_NPY_PREFIX_BYTES, or 0 if it is none. size may be
 * smaller: then the record is too short, and the error says so. */
size_t trl_npy_header_bytes(const uint8_t *bytes, size_t size, struct trl_npy_error *error);

/* Parses a header; size may reach beyond it. False: error is filled in. */
bool trl_npy_parse(struct trl_npy_header *out, const uint8_t *bytes, size_t size,
                   struct trl_npy_error *error);

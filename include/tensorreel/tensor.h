/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TENSORREEL_TENSOR_H
#define TENSORREEL_TENSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <tensorreel/export.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TRL_RANK_MAX 8

/* Element types. Values are fixed: they are part of the ABI and are shared with the shaders. */
enum trl_dtype {
    TRL_DTYPE_NONE = 0,
    TRL_DTYPE_F32 = 1,
    TRL_DTYPE_F16 = 2,
    TRL_DTYPE_BF16 = 3,
    TRL_DTYPE_F64 = 4,
    TRL_DTYPE_I8 = 5,
    TRL_DTYPE_U8 = 6,
    TRL_DTYPE_I16 = 7,
    TRL_DTYPE_U16 = 8,
    TRL_DTYPE_I32 = 9,
    TRL_DTYPE_U32 = 10,
    TRL_DTYPE_I64 = 11,
    TRL_DTYPE_U64 = 12,
    TRL_DTYPE_BOOL = 13, /* one byte; non-zero is 1 */
    TRL_DTYPE_COUNT
};

/*
 * How the elements of a tensor lie in memory. Element (i0, i1, ...) is element number
 * offset + i0 * stride[0] + i1 * stride[1] + ... of the buffer, counted in elements, so that
 * Fortran order, slices and flips need no copy. Strides may be negative or zero.
 */
struct trl_layout {
    enum trl_dtype dtype;
    bool big_endian;
    int rank; /* 0 to TRL_RANK_MAX */
    int64_t shape[TRL_RANK_MAX];
    int64_t stride[TRL_RANK_MAX]; /* in elements */
    int64_t offset;               /* in elements */
};

/* Size of one element in bytes; 0 for an invalid dtype. */
TRL_API size_t trl_dtype_size(enum trl_dtype dtype);
/* "f4", "bf16", "u1", "bool", ... as numpy counts bytes. */
TRL_API const char *trl_dtype_name(enum trl_dtype dtype);
/* The reverse; also accepts "f4le", "f4be", "<f4", ">f4", "float32". False if unknown. */
TRL_API bool trl_dtype_parse(const char *text, enum trl_dtype *dtype, bool *big_endian);

/* A dense layout in C order, or in Fortran order (first axis fastest), native byte order.
 * TRL_ERROR_USAGE if rank or a dimension is out of range or the product overflows. */
TRL_API int trl_layout_dense(struct trl_layout *out, enum trl_dtype dtype, int rank,
                             const int64_t *shape, bool fortran_order);
/* Number of elements (1 for rank 0). */
TRL_API int64_t trl_layout_elements(const struct trl_layout *layout);

#ifdef __cplusplus
}
#endif

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
#include "tensor/layout.h"

#include "base/math.h"

#include <string.h>
#include <tensorreel/error.h>

static const struct dtype_facts {
    const char *name;
    const char *long_name;
    size_t size;
} dtypes[TRL_DTYPE_COUNT] = {
    [TRL_DTYPE_F32] = {"f4", "float32", 4},     [TRL_DTYPE_F16] = {"f2", "float16", 2},
    [TRL_DTYPE_BF16] = {"bf16", "bfloat16", 2}, [TRL_DTYPE_F64] = {"f8", "float64", 8},
    [TRL_DTYPE_I8] = {"i1", "int8", 1},         [TRL_DTYPE_U8] = {"u1", "uint8", 1},
    [TRL_DTYPE_I16] = {"i2", "int16", 2},       [TRL_DTYPE_U16] = {"u2", "uint16", 2},
    [TRL_DTYPE_I32] = {"i4", "int32", 4},       [TRL_DTYPE_U32] = {"u4", "uint32", 4},
    [TRL_DTYPE_I64] = {"i8", "int64", 8},       [TRL_DTYPE_U64] = {"u8", "uint64", 8},
    [TRL_DTYPE_BOOL] = {"bool", "b1", 1},
};

static bool dtype_valid(enum trl_dtype dtype)
{
    return (unsigned)dtype < TRL_DTYPE_COUNT && dtypes[dtype].size;
}

size_t trl_dtype_size(enum trl_dtype dtype)
{
    return dtype_valid(dtype) ? dtypes[dtype].size : 0;
}

const char *trl_dtype_name(enum trl_dtype dtype)
{
    return dtype_valid(dtype) ? dtypes[dtype].name : "none";
}

bool trl_dtype_parse(const char *text, enum trl_dtype *dtype, bool *big_endian)
{
    bool big = false;
    const char *name = text;
    if (*name && strchr("<>=|", *name))
        big = *name++ == '>';
    size_t length = strlen(name);
    if (name == text && length > 2) {
        const char *suffix = name + length - 2;
        if (!strcmp(suffix, "le") || !strcmp(suffix, "be")) {
            big = suffix[0] == 'b';
            length -= 2;
        }
    }
    for (int i = 0; i < TRL_DTYPE_COUNT; i++) {
        const struct dtype_facts *facts = &dtypes[i];
        if (!facts->size)
            continue;
        if ((strlen(facts->name) == length && !memcmp(facts->name, name, length)) ||
            (strlen(facts->long_name) == length && !memcmp(facts->long_name, name, length))) {
            if (*text == '|' && facts->size != 1)
                return false;
            *dtype = (enum trl_dtype)i;
            *big_endian = big && facts->size > 1;
            return true;
        }
    }
    return false;
}

int trl_layout_dense(struct trl_layout *out, enum trl_dtype dtype, int rank, const int64_t *shape,
                     bool fortran_order)
{
    if (!dtype_valid(dtype) || rank < 0 || rank > TRL_RANK_MAX)
        return TRL_ERROR_USAGE;
    *out = (struct trl_layout){.dtype = dtype, .rank = rank};
    int64_t stride = 1;
    for (int i = 0; i < rank; i++) {
        const int axis = fortran_order ? i : rank - 1 - i;
        if (shape[axis] < 0)
            return TRL_ERROR_USAGE;
        out->shape[axis] = shape[axis];
        out->stride[axis] = stride;
        if (!trl_mul_i64(stride, trl_max_i64(shape[axis], 1), &stride))
            return TRL_ERROR_USAGE;
    }
    int64_t bytes;
    return trl_mul_i64(stride, (int64_t)dtypes[dtype].size, &bytes) ? 0 : TRL_ERROR_USAGE;
}

int64_t trl_layout_elements(const struct trl_layout *layout)
{
    int64_t count = 1;
    for (int i = 0; i < layout->rank; i++)
        count *= layout->shape[i];
    return count;
}

bool trl_layout_bounds(const struct trl_layout *layout, int64_t *low, int64_t *high)
{
    *low = *high = layout->offset;
    for (int i = 0; i < layout->rank; i++) {
        int64_t reach;
        if (layout->shape[i] <= 0)
            return false;
        if (!trl_mul_i64(layout->shape[i] - 1, layout->stride[i], &reach))
            return false;
        int64_t *end = reach < 0 ? low : high;
        if (!trl_add_i64(*end, reach, end))
            return false;
    }
    return true;
}

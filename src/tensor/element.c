/* SPDX-License-Identifier: BSD-2-Clause */
#include "tensor/layout.h"

#include "base/math.h"
#include "tensor/chunk.h"

#include <string.h>

/* Selects by masks, so that a loop of these has no branch. A subnormal half is 2^-24 times its
 * mantissa, which float32 holds exactly. */
static inline uint32_t half_bits(uint16_t half)
{
    const uint32_t sign = (uint32_t)(half & 0x8000) << 16;
    const uint32_t magnitude = half & 0x7fff;
    const uint32_t normal = (magnitude << 13) + (112u << 23);
    const uint32_t subnormal = trl_float_bits((float)(int32_t)magnitude * 0x1p-24f);
    const uint32_t special = (magnitude << 13) | 0x7f800000u;
    const uint32_t finite = magnitude < 0x0400 ? subnormal : normal;
    return sign | (magnitude < 0x7c00 ? finite : special);
}

static void convert_chunk(enum trl_dtype dtype, const union trl_chunk *restrict chunk,
                          float *restrict dst, int count)
{
    uint32_t bits[TRL_CHUNK];
    switch (dtype) {
    case TRL_DTYPE_F32:
        memcpy(dst, chunk, sizeof(*dst) * (size_t)count);
        break;
    case TRL_DTYPE_F16:
        for (int i = 0; i < count; i++)
            bits[i] = half_bits(chunk->u16[i]);
        memcpy(dst, bits, sizeof(*dst) * (size_t)count);
        break;
    case TRL_DTYPE_BF16:
        for (int i = 0; i < count; i++)
            bits[i] = (uint32_t)chunk->u16[i] << 16;
        memcpy(dst, bits, sizeof(*dst) * (size_t)count);
        break;
    case TRL_DTYPE_F64:
        for (int i = 0; i < count; i++)
            dst[i] = (float)chunk->f64[i];
        break;
    case TRL_DTYPE_I8:
        for (int i = 0; i < count; i++)
            dst[i] = chunk->i8[i];
        break;
    case TRL_DTYPE_U8:
        for (int i = 0; i < count; i++)
            dst[i] = chunk->u8[i];
        break;
    case TRL_DTYPE_I16:
        for (int i = 0; i < count; i++)
            dst[i] = chunk->i16[i];
        break;
    case TRL_DTYPE_U16:
        for (int i = 0; i < count; i++)
            dst[i] = chunk->u16[i];
        break;
    case TRL_DTYPE_I32:
        for (int i = 0; i < count; i++)
            dst[i] = (float)chunk->i32[i];
        break;
    case TRL_DTYPE_U32:
        for (int i = 0; i < count; i++)
            dst[i] = (float)chunk->u32[i];
        break;
    case TRL_DTYPE_I64:
        for (int i = 0; i < count; i++)
            dst[i] = (float)chunk->i64[i];
        break;
    case TRL_DTYPE_U64:
        for (int i = 0; i < count; i++)
            dst[i] = (float)chunk->u64[i];
        break;
    case TRL_DTYPE_BOOL:
        for (int i = 0; i < count; i++)
            dst[i] = chunk->u8[i] ? 1.0f : 0.0f;
        break;
    default:
        break;
    }
}

void trl_narrow_f32(enum trl_dtype dtype, bool big_endian, const void *src, float *dst,
                    int64_t count)
{
    const size_t size = trl_dtype_size(dtype);
    const char *from = src;
    union trl_chunk chunk;
    while (count > 0) {
        const int n = (int)trl_min_i64(count, TRL_CHUNK);
        trl_chunk_load(&chunk, size, big_endian, from, n);
        convert_chunk(dtype, &chunk, dst, n);
        from += size * (size_t)n;
        dst += n;
        count -= n;
    }
}

static uint64_t load(const void *element, size_t size, bool big_endian)
{
    const uint8_t *bytes = element;
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++)
        value |= (uint64_t)bytes[i] << 8 * (big_endian ? size - 1 - i : i);
    return value;
}

float trl_element_f32(enum trl_dtype dtype, bool big_endian, const void *element)
{
    const uint64_t bits = load(element, trl_dtype_size(dtype), big_endian);
    double wide;
    switch (dtype) {
    case TRL_DTYPE_F32:
        return trl_float_from_bits((uint32_t)bits);
    case TRL_DTYPE_F16:
        return trl_float_from_bits(half_bits((uint16_t)bits));
    case TRL_DTYPE_BF16:
        return trl_float_from_bits((uint32_t)bits << 16);
    case TRL_DTYPE_F64:
        memcpy(&wide, &bits, sizeof(wide));
        return (float)wide;
    case TRL_DTYPE_I8:
        return (int8_t)bits;
    case TRL_DTYPE_I16:
        return (int16_t)bits;
    case TRL_DTYPE_I32:
        return (float)(int32_t)bits;
    case TRL_DTYPE_I64:
        return (float)(int64_t)bits;
    case TRL_DTYPE_BOOL:
        return bits ? 1.0f : 0.0f;
    default:
        return (float)bits;
    }
}

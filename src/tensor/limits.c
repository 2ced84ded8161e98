/* SPDX-License-Identifier: BSD-2-Clause */
#include "tensor/limits.h"

#include "base/math.h"
#include "tensor/chunk.h"
#include "tensor/layout.h"

#include <math.h>

enum { LANES = 64 };

/* Floats are compared as integers that have their order. Then every type is a minimum and a
 * maximum of integers, which compilers turn into vector code; those of floats they leave alone
 * for fear of NaN. Keys that are not finite are replaced, by a mask of ones, with keys that change
 * nothing. */

static inline int32_t single_key(int32_t bits)
{
    return bits ^ ((bits >> 31) & INT32_MAX);
}

static inline int16_t short_key(int16_t bits)
{
    return (int16_t)(bits ^ ((bits >> 15) & INT16_MAX));
}

static void limits_single(const int32_t *bits, int count, int32_t *low, int32_t *high)
{
    int32_t least = INT32_MAX;
    int32_t most = INT32_MIN;
    for (int i = 0; i < count; i++) {
        const int32_t key = single_key(bits[i]);
        const int32_t special = (0x7f7fffff - (bits[i] & INT32_MAX)) >> 31;
        const int32_t up = (key & ~special) | (INT32_MAX & special);
        const int32_t down = (key & ~special) | (INT32_MIN & special);
        least = up < least ? up : least;
        most = down > most ? down : most;
    }
    *low = least;
    *high = most;
}

/* Half and bfloat16 differ in where infinity begins. */
static void limits_short(const int16_t *bits, int count, int16_t infinity, int16_t *low,
                         int16_t *high)
{
    int16_t least = INT16_MAX;
    int16_t most = INT16_MIN;
    for (int i = 0; i < count; i++) {
        const int16_t key = short_key(bits[i]);
        const int16_t over = (int16_t)(infinity - 1 - (bits[i] & INT16_MAX));
        const int16_t special = (int16_t)(over >> 15);
        const int16_t up = (int16_t)((key & ~special) | (INT16_MAX & special));
        const int16_t down = (int16_t)((key & ~special) | (INT16_MIN & special));
        least = up < least ? up : least;
        most = down > most ? down : most;
    }
    *low = least;
    *high = most;
}

static void widen(float least, float most, float *low, float *high)
{
    *low = least < *low ? least : *low;
    *high = most > *high ? most : *high;
}

static void add_single_keys(const float *values, int count, float *low, float *high)
{
    int32_t bits[TRL_CHUNK];
    int32_t least, most;
    memcpy(bits, values, sizeof(*values) * (size_t)count);
    limits_single(bits, count, &least, &most);
    if (least <= most)
        widen(trl_float_from_bits((uint32_t)single_key(least)),
              trl_float_from_bits((uint32_t)single_key(most)), low, high);
}

/* The commonest type has a shorter way: many lanes, each with limits of its own, which is no
 * reduction and so may be done with float instructions. A comparison with NaN is false and leaves
 * the lane as it is; infinities show in the result, and then the keys are looked at. */
static void add_single(const float *restrict values, int count, float *low, float *high)
{
    float least[LANES], most[LANES];
    for (int lane = 0; lane < LANES; lane++) {
        least[lane] = *low;
        most[lane] = *high;
    }
    const int whole = count / LANES * LANES;
    for (int i = 0; i < whole; i += LANES) {
        for (int lane = 0; lane < LANES; lane++) {
            const float value = values[i + lane];
            least[lane] = value < least[lane] ? value : least[lane];
            most[lane] = value > most[lane] ? value : most[lane];
        }
    }
    float down = *low;
    float up = *high;
    for (int lane = 0; lane < LANES; lane++)
        widen(least[lane], most[lane], &down, &up);
    if (down == -INFINITY || up == INFINITY)
        add_single_keys(values, whole, low, high);
    else
        widen(down, up, low, high);
    add_single_keys(values + whole, count - whole, low, high);
}

static void add_short(enum trl_dtype dtype, const int16_t *bits, int count, float *low, float *high)
{
    int16_t least, most;
    limits_short(bits, count, dtype == TRL_DTYPE_F16 ? 0x7c00 : 0x7f80, &least, &most);
    if (least > most)
        return;
    least = short_key(least);
    most = short_key(most);
    widen(trl_element_f32(dtype, false, &least), trl_element_f32(dtype, false, &most), low, high);
}

static void add_i8(const int8_t *values, int count, float *low, float *high)
{
    int8_t least = INT8_MAX;
    int8_t most = INT8_MIN;
    for (int i = 0; i < count; i++) {
        least = values[i] < least ? values[i] : least;
        most = values[i] > most ? values[i] : most;
    }
    widen(least, most, low, high);
}

static void add_u8(const uint8_t *values, int count, uint8_t ceiling, float *low, float *high)
{
    uint8_t least = UINT8_MAX;
    uint8_t most = 0;
    for (int i = 0; i < count; i++) {
        least = values[i] < least ? values[i] : least;
        most = values[i] > most ? values[i] : most;
    }
    widen(least < ceiling ? least : ceiling, most < ceiling ? most : ceiling, low, high);
}

static void add_i16(const int16_t *values, int count, float *low, float *high)
{
    int16_t least = INT16_MAX;
    int16_t most = INT16_MIN;
    for (int i = 0; i < count; i++) {
        least = values[i] < least ? values[i] : least;
        most = values[i] > most ? values[i] : most;
    }
    widen(least, most, low, high);
}

static void add_u16(const uint16_t *values, int count, float *low, float *high)
{
    uint16_t least = UINT16_MAX;
    uint16_t most = 0;
    for (int i = 0; i < count; i++) {
        least = values[i] < least ? values[i] : least;
        most = values[i] > most ? values[i] : most;
    }
    widen(least, most, low, high);
}

static void add_i32(const int32_t *values, int count, float *low, float *high)
{
    int32_t least = INT32_MAX;
    int32_t most = INT32_MIN;
    for (int i = 0; i < count; i++) {
        least = values[i] < least ? values[i] : least;
        most = values[i] > most ? values[i] : most;
    }
    widen((float)least, (float)most, low, high);
}

static void add_u32(const uint32_t *values, int count, float *low, float *high)
{
    uint32_t least = UINT32_MAX;
    uint32_t most = 0;
    for (int i = 0; i < count; i++) {
        least = values[i] < least ? values[i] : least;
        most = values[i] > most ? values[i] : most;
    }
    widen((float)least, (float)most, low, high);
}

static void add_chunk(enum trl_dtype dtype, union trl_chunk *chunk, int count, float *low,
                      float *high)
{
    float values[TRL_CHUNK];
    switch (dtype) {
    case TRL_DTYPE_F32:
        add_single(chunk->f32, count, low, high);
        break;
    case TRL_DTYPE_F16:
    case TRL_DTYPE_BF16:
        add_short(dtype, chunk->i16, count, low, high);
        break;
    case TRL_DTYPE_I8:
        add_i8(chunk->i8, count, low, high);
        break;
    case TRL_DTYPE_U8:
        add_u8(chunk->u8, count, UINT8_MAX, low, high);
        break;
    case TRL_DTYPE_BOOL:
        add_u8(chunk->u8, count, 1, low, high);
        break;
    case TRL_DTYPE_I16:
        add_i16(chunk->i16, count, low, high);
        break;
    case TRL_DTYPE_U16:
        add_u16(chunk->u16, count, low, high);
        break;
    case TRL_DTYPE_I32:
        add_i32(chunk->i32, count, low, high);
        break;
    case TRL_DTYPE_U32:
        add_u32(chunk->u32, count, low, high);
        break;
    default:
        trl_narrow_f32(dtype, false, chunk, values, count);
        add_single(values, count, low, high);
        break;
    }
}

void trl_limits_add(enum trl_dtype dtype, bool big_endian, const void *src, int64_t count,
                    float *low, float *high)
{
    const size_t size = trl_dtype_size(dtype);
    const char *from = src;
    const bool as_it_lies =
        dtype == TRL_DTYPE_F32 && !big_endian && (uintptr_t)src % _Alignof(float) == 0;
    union trl_chunk chunk;
    while (count > 0) {
        const int n = (int)trl_min_i64(count, TRL_CHUNK);
        if (as_it_lies) {
            add_single((const float *)(const void *)from, n, low, high);
        } else {
            trl_chunk_load(&chunk, size, big_endian, from, n);
            add_chunk(dtype, &chunk, n, low, high);
        }
        from += size * (size_t)n;
        count -= n;
    }
}

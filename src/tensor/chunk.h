/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * Elements are copied to a small array of their own type before anything is done with them: any
 * alignment and byte order is settled there, the copy stays in the first cache, and the compiler
 * sees that source and result do not overlap, so that plain loops become vector code.
 */
enum { TRL_CHUNK = 1024 };

union trl_chunk {
    uint8_t u8[TRL_CHUNK];
    int8_t i8[TRL_CHUNK];
    uint16_t u16[TRL_CHUNK];
    int16_t i16[TRL_CHUNK];
    uint32_t u32[TRL_CHUNK];
    int32_t i32[TRL_CHUNK];
    uint64_t u64[TRL_CHUNK];
    int64_t i64[TRL_CHUNK];
    float f32[TRL_CHUNK];
    double f64[TRL_CHUNK];
};

/* Loads count <= TRL_CHUNK elements of 1, 2, 4 or 8 bytes in native byte order. */
static inline void trl_chunk_load(union trl_chunk *chunk, size_t size, bool big_endian,
                                  const void *src, int count)
{
    memcpy(chunk, src, size * (size_t)count);
    if (!big_endian)
        return;
    if (size == 2) {
        for (int i = 0; i < count; i++)
            chunk->u16[i] = (uint16_t)(chunk->u16[i] << 8 | chunk->u16[i] >> 8);
    } else if (size == 4) {
        for (int i = 0; i < count; i++)
            chunk->u32[i] = __builtin_bswap32(chunk->u32[i]);
    } else if (size == 8) {
        for (int i = 0; i < count; i++)
            chunk->u64[i] = __builtin_bswap64(chunk->u64[i]);
    }
}

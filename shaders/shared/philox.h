/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TRL_SHARED_PHILOX_H
#define TRL_SHARED_PHILOX_H

#include "shared/portable.h"

/*
 * Philox 4x32 with ten rounds, for C and GLSL: 128 random bits as a function of a 128-bit counter
 * and a 64-bit key, so that any element of any step can be drawn by any thread in any order. The
 * simulations count (element, step low, step high, stream) and use the seed as the key.
 */
#ifdef VULKAN
#define trl_philox_block uvec4

uint trl_philox_high(uint a, uint b)
{
    uint high, low;
    umulExtended(a, b, high, low);
    return high;
}
#else
typedef struct {
    uint32_t x, y, z, w;
} trl_philox_block;

static inline uint32_t trl_philox_high(uint32_t a, uint32_t b)
{
    return (uint32_t)((uint64_t)a * b >> 32);
}
#endif

TRL_SHARED trl_philox_block trl_philox(trl_philox_block counter, trl_u32 key0, trl_u32 key1)
{
    trl_philox_block c = counter;
    for (int round = 0; round < 10; round++) {
        trl_u32 high0 = trl_philox_high(0xD2511F53u, c.x);
        trl_u32 high1 = trl_philox_high(0xCD9E8D57u, c.z);
        trl_u32 low0 = 0xD2511F53u * c.x;
        trl_u32 low1 = 0xCD9E8D57u * c.z;
        c.x = high1 ^ c.y ^ key0;
        c.y = low1;
        c.z = high0 ^ c.w ^ key1;
        c.w = low0;
        key0 += 0x9E3779B9u;
        key1 += 0xBB67AE85u;
    }
    return c;
}

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What lets one text be both GLSL and C: 32-bit integers under one name, constant tables, the
 * 64-bit product of two words. Structures are declared as struct trl_x and used as trl_x.
 */
#ifndef TRL_SHARED_PORTABLE_H
#define TRL_SHARED_PORTABLE_H

#ifdef VULKAN

#define trl_u32 uint
#define trl_i32 int
#define TRL_UINT(x) uint(x)
#define TRL_INT(x) int(x)
#define TRL_SHARED
#define TRL_SHARED_TABLE const

struct trl_wide {
    uint hi;
    uint lo;
};

trl_wide trl_mul_wide(uint a, uint b)
{
    trl_wide product;
    umulExtended(a, b, product.hi, product.lo);
    return product;
}

/* The upper word of the product of two signed ones. */
int trl_mul_high(int a, int b)
{
    int hi, lo;
    imulExtended(a, b, hi, lo);
    return hi;
}

/* Number of the highest bit that is set; value is not 0. */
int trl_top_bit(uint value)
{
    return findMSB(value);
}

#else

#include <stdbool.h>
#include <stdint.h>

typedef uint32_t trl_u32;
typedef int32_t trl_i32;
#define TRL_UINT(x) ((trl_u32)(x))
#define TRL_INT(x) ((trl_i32)(x))
#define TRL_SHARED static inline
#define TRL_SHARED_TABLE static const

struct trl_wide {
    trl_u32 hi;
    trl_u32 lo;
};
typedef struct trl_wide trl_wide;

TRL_SHARED trl_wide trl_mul_wide(trl_u32 a, trl_u32 b)
{
    uint64_t product = (uint64_t)a * b;
    return (trl_wide){.hi = (trl_u32)(product >> 32), .lo = (trl_u32)product};
}

/* The upper word of the product of two signed ones. */
TRL_SHARED trl_i32 trl_mul_high(trl_i32 a, trl_i32 b)
{
    return (trl_i32)((int64_t)a * b >> 32);
}

/* Number of the highest bit that is set; value is not 0. */
TRL_SHARED trl_i32 trl_top_bit(trl_u32 value)
{
    return 31 - __builtin_clz(value);
}

#endif

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the kernels of filters and the host that records them agree on, and the arithmetic that has
 * to give the same bits on both.
 *
 * Values between filters are clean: NaN is 0x7fc00000, and what is smaller than 2^-125 is +0. Every
 * product and sum is cleaned again, so it makes no difference whether a device keeps or flushes
 * denormals, and before or after it rounds.
 */
#ifndef TRL_SHARED_FILTER_H
#define TRL_SHARED_FILTER_H

#include "shared/portable.h"

#define TRL_FILTER_NAN 0x7fc00000u
#define TRL_FILTER_INF 0x7f800000u
#define TRL_FILTER_TINY 0x01000000u /* 2^-125 */
/* Finite values that are 0 or at least 2^-77 are plain: with weights of 0 or 2^-24 to 1 every
 * product is a multiple of 2^-124, so that no sum of them is denormal and nothing need be cleaned.
 */
#define TRL_FILTER_PLAIN 0x19000000u

/* What is done to each element by itself; a kernel does up to TRL_FILTER_OPS, one after another. */
#define TRL_FILTER_OPS 4
#define TRL_FILTER_OP_NONE 0u
#define TRL_FILTER_OP_ABS 1u
#define TRL_FILTER_OP_CLIP 2u
#define TRL_FILTER_OP_LOG 3u
#define TRL_FILTER_OP_SMOOTH 4u
#define TRL_FILTER_OP_DECAY 5u
#define TRL_FILTER_OP_DIFF 6u
#define TRL_FILTER_OP_UNSHARP 7u /* the element is the blurred one; out holds the sharp one */

/* A run of elements that one invocation makes. */
#define TRL_FILTER_RUN 8u
#define TRL_FILTER_LANES 64u

/* Push constants. Element numbers wrap, so bases and strides may be negative. */
struct trl_filter_push {
    trl_u32 base; /* of element (0, 0, 0) in what is bound */
    trl_u32 tile_stride, row_stride, column_stride;
    trl_u32 rows, columns;    /* of a tile */
    trl_u32 tile, tiles;      /* that are made */
    trl_u32 row, row_count;   /* of these tiles */
    trl_u32 row_low, row_end; /* that may be read */
    trl_u32 out_base;         /* also of the state; both are dense */
    trl_u32 taps, before; /* elements of the window, and how many of them lie before its place */
    trl_u32 first_weight;
    trl_u32 argument[8]; /* two floats for each op */
};

#ifdef VULKAN
#define TRL_PRECISE precise
#define TRL_FLOAT(x) float(x)
#define trl_filter_float uintBitsToFloat
#define trl_filter_bits floatBitsToUint
#else
#include <string.h>
#define TRL_PRECISE
#define TRL_FLOAT(x) ((float)(x))
static inline float trl_filter_float(trl_u32 bits)
{
    float value;
    memcpy(&value, &bits, sizeof(value));
    return value;
}
static inline trl_u32 trl_filter_bits(float value)
{
    trl_u32 bits;
    memcpy(&bits, &value, sizeof(bits));
    return bits;
}
#endif

/*
 * ln(1 + x) for a clean x >= 0, within 2 ulp: ln(m) + e ln(2) for 1 + x = m 2^e, with the
 * polynomial for m in sqrt(1/2) to sqrt(2) that the Cephes library uses. Sums and products alone.
 */
TRL_SHARED trl_u32 trl_filter_log1p(trl_u32 bits)
{
    if (bits < 0x32800000u || bits >= TRL_FILTER_INF) /* 2^-26 */
        return bits;
    TRL_PRECISE float x = trl_filter_float(bits);
    TRL_PRECISE float u = 1.0f + x;
    TRL_PRECISE float f = x;
    TRL_PRECISE float lost = 0.0f;
    trl_i32 e = 0;
    trl_u32 u_bits = trl_filter_bits(u);
    if (u_bits > 0x3fb504f3u) { /* sqrt(2) */
        e = TRL_INT(u_bits >> 23) - 127;
        trl_u32 m_bits = (u_bits & 0x7fffffu) | 0x3f800000u;
        if (m_bits > 0x3fb504f3u) {
            m_bits -= 0x800000u;
            e += 1;
        }
        f = trl_filter_float(m_bits) - 1.0f;
        /* 1 / m is about 1 - f, which is good enough for what the sum 1 + x lost. */
        if (e <= 24) {
            TRL_PRECISE float one_less = u - 1.0f;
            lost = x - one_less;
            lost = lost * trl_filter_float(TRL_UINT(127 - e) << 23);
            TRL_PRECISE float part = lost * f;
            lost = lost - part;
        }
    }
    TRL_PRECISE float z = f * f;
    TRL_PRECISE float y = 7.0376836292e-2f * f;
    y = y - 1.1514610310e-1f;
    y = y * f;
    y = y + 1.1676998740e-1f;
    y = y * f;
    y = y - 1.2420140846e-1f;
    y = y * f;
    y = y + 1.4249322787e-1f;
    y = y * f;
    y = y - 1.6668057665e-1f;
    y = y * f;
    y = y + 2.0000714765e-1f;
    y = y * f;
    y = y - 2.4999993993e-1f;
    y = y * f;
    y = y + 3.3333331174e-1f;
    y = y * f;
    y = y * z;
    TRL_PRECISE float n = TRL_FLOAT(e);
    TRL_PRECISE float low = n * 2.12194440e-4f;
    y = y - low;
    y = y + lost;
    TRL_PRECISE float half_z = 0.5f * z;
    y = y - half_z;
    y = f + y;
    TRL_PRECISE float high = n * 0.693359375f;
    y = y + high;
    return trl_filter_bits(y);
}

/* 1 / x for x in [2^-30, 2], by Newton's steps alone, since division differs between devices. */
TRL_SHARED trl_u32 trl_filter_reciprocal(trl_u32 bits)
{
    TRL_PRECISE float x = trl_filter_float(bits);
    TRL_PRECISE float r = trl_filter_float(0x7ef311c7u - bits);
    for (int i = 0; i < 4; i++) {
        TRL_PRECISE float product = x * r;
        TRL_PRECISE float error = 2.0f - product;
        r = r * error;
    }
    return trl_filter_bits(r);
}

#endif

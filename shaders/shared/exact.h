/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Float32 arithmetic with the same bits on every device and the host: IEEE 754, rounded to nearest
 * even, denormals kept. Floats are handled as their bits.
 *
 * A device rounds sums and products as it should but may take denormals for zeros, so sums and
 * products near them are made by integers; it divides and draws roots only roughly, so what it
 * finds there is a guess, put right by integers. A NaN that comes out has any sign and payload:
 * trl_exact_canonical() gives it one.
 */
#ifndef TRL_SHARED_EXACT_H
#define TRL_SHARED_EXACT_H

#include "shared/portable.h"

#ifdef VULKAN

trl_u32 trl_rough_add(trl_u32 a, trl_u32 b)
{
    precise float sum = uintBitsToFloat(a) + uintBitsToFloat(b);
    return floatBitsToUint(sum);
}

trl_u32 trl_rough_mul(trl_u32 a, trl_u32 b)
{
    precise float product = uintBitsToFloat(a) * uintBitsToFloat(b);
    return floatBitsToUint(product);
}

/* a / b of two integers above or below 0, rounded to one near. */
trl_i32 trl_rough_quotient(trl_i32 a, trl_u32 b)
{
    return int(floor(float(a) / float(b)));
}

/* sqrt(a) * factor. */
trl_u32 trl_rough_root(trl_u32 a, float factor)
{
    return uint(sqrt(float(a)) * factor);
}

/* a / b * factor. */
trl_u32 trl_rough_ratio(trl_u32 a, trl_u32 b, float factor)
{
    return uint(float(a) / float(b) * factor);
}

/* An integer below 2^24 times a power of 2 that leaves it far from the denormals. */
trl_u32 trl_exact_from(trl_u32 a, float factor)
{
    return floatBitsToUint(float(a) * factor);
}

#else

#include <math.h>
#include <string.h>

TRL_SHARED float trl_exact_float(trl_u32 bits)
{
    float value;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

TRL_SHARED trl_u32 trl_exact_bits(float value)
{
    trl_u32 bits;
    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

TRL_SHARED trl_u32 trl_rough_add(trl_u32 a, trl_u32 b)
{
    return trl_exact_bits(trl_exact_float(a) + trl_exact_float(b));
}

TRL_SHARED trl_u32 trl_rough_mul(trl_u32 a, trl_u32 b)
{
    return trl_exact_bits(trl_exact_float(a) * trl_exact_float(b));
}

TRL_SHARED trl_i32 trl_rough_quotient(trl_i32 a, trl_u32 b)
{
    return (trl_i32)floorf((float)a / (float)b);
}

TRL_SHARED trl_u32 trl_rough_root(trl_u32 a, float factor)
{
    return (trl_u32)(sqrtf((float)a) * factor);
}

TRL_SHARED trl_u32 trl_rough_ratio(trl_u32 a, trl_u32 b, float factor)
{
    return (trl_u32)((float)a / (float)b * factor);
}

TRL_SHARED trl_u32 trl_exact_from(trl_u32 a, float factor)
{
    return trl_exact_bits((float)a * factor);
}

#endif

#define TRL_EXACT_SIGN 0x80000000u
#define TRL_EXACT_SIZE 0x7fffffffu
#define TRL_EXACT_INF 0x7f800000u
#define TRL_EXACT_NAN 0x7fc00000u
#define TRL_EXACT_ONE 0x3f800000u

/* What is below 2^-100 may come to lie among the denormals when it is added to its like. */
#define TRL_EXACT_TINY 0x0d800000u

TRL_SHARED bool trl_exact_nan(trl_u32 a)
{
    return (a & TRL_EXACT_SIZE) > TRL_EXACT_INF;
}

TRL_SHARED bool trl_exact_finite(trl_u32 a)
{
    return (a & TRL_EXACT_INF) != TRL_EXACT_INF;
}

TRL_SHARED trl_u32 trl_exact_canonical(trl_u32 a)
{
    return trl_exact_nan(a) ? TRL_EXACT_NAN : a;
}

/*
 * The float next to mantissa * 2^(exponent - 31), where mantissa has its top bit set. sticky: the
 * true magnitude is a little larger, by less than one in the mantissa.
 */
TRL_SHARED trl_u32 trl_exact_pack(trl_u32 sign, trl_i32 exponent, trl_u32 mantissa, bool sticky)
{
    trl_i32 field = exponent + 127;
    if (field >= 255)
        return sign | TRL_EXACT_INF;
    trl_i32 shift = field < 1 ? 9 - field : 8;
    if (shift > 32)
        return sign;
    trl_u32 kept = shift == 32 ? 0u : mantissa >> shift;
    trl_u32 rest = shift == 32 ? mantissa : mantissa << (32 - shift);
    if (rest > 0x80000000u || (rest == 0x80000000u && (sticky || (kept & 1u) != 0u)))
        kept += 1u;
    return sign | (kept + (field < 1 ? 0u : TRL_UINT(field - 1) << 23));
}

/* The same from 64 bits that are not 0: (hi * 2^32 + lo) * 2^(exponent - 63). */
TRL_SHARED trl_u32 trl_exact_pack_wide(trl_u32 sign, trl_i32 exponent, trl_wide value, bool sticky)
{
    if (value.hi == 0u) {
        value.hi = value.lo;
        value.lo = 0u;
        exponent -= 32;
    }
    trl_i32 shift = 31 - trl_top_bit(value.hi);
    if (shift > 0) {
        value.hi = (value.hi << shift) | (value.lo >> (32 - shift));
        value.lo <<= shift;
    }
    return trl_exact_pack(sign, exponent - shift, value.hi, value.lo != 0u || sticky);
}

/* A finite float other than 0 as mantissa * 2^(exponent - 23), 2^23 <= mantissa < 2^24. */
struct trl_split {
    trl_u32 mantissa;
    trl_i32 exponent;
};

#ifndef VULKAN
typedef struct trl_split trl_split;
#endif

TRL_SHARED trl_split trl_exact_split(trl_u32 a)
{
    trl_split s;
    trl_u32 field = (a & TRL_EXACT_SIZE) >> 23;
    s.mantissa = a & 0x7fffffu;
    s.exponent = TRL_INT(field) - 127;
    if (field != 0u) {
        s.mantissa |= 0x800000u;
    } else {
        trl_i32 shift = 23 - trl_top_bit(s.mantissa);
        s.mantissa <<= shift;
        s.exponent = -126 - shift;
    }
    return s;
}

/* Times 2^64 without rounding; below 2^-100. */
TRL_SHARED trl_u32 trl_exact_lift(trl_u32 a)
{
    if ((a & TRL_EXACT_INF) != 0u)
        return a + (64u << 23);
    return (a & TRL_EXACT_SIGN) | trl_exact_from(a & TRL_EXACT_SIZE, 2.58493941422821148e-26f);
}

/* The sum of two that are tiny: in units of the smallest denormal it is an integer, so that only
 * what has more than 24 bits is rounded. */
TRL_SHARED trl_u32 trl_exact_add_tiny(trl_u32 a, trl_u32 b)
{
    trl_u32 sum = trl_rough_add(trl_exact_lift(a), trl_exact_lift(b));
    trl_u32 field = (sum & TRL_EXACT_SIZE) >> 23;
    if (field > 64u)
        return sum - (64u << 23);
    if (field == 0u)
        return sum & TRL_EXACT_SIGN;
    return (sum & TRL_EXACT_SIGN) | (((sum & 0x7fffffu) | 0x800000u) >> (65u - field));
}

TRL_SHARED trl_u32 trl_exact_add(trl_u32 a, trl_u32 b)
{
    if ((a & TRL_EXACT_SIZE) >= TRL_EXACT_TINY || (b & TRL_EXACT_SIZE) >= TRL_EXACT_TINY)
        return trl_rough_add(a, b);
    return trl_exact_add_tiny(a, b);
}

TRL_SHARED trl_u32 trl_exact_sub(trl_u32 a, trl_u32 b)
{
    return trl_exact_add(a, b ^ TRL_EXACT_SIGN);
}

TRL_SHARED trl_u32 trl_exact_mul_odd(trl_u32 a, trl_u32 b)
{
    trl_u32 sign = (a ^ b) & TRL_EXACT_SIGN;
    trl_u32 x = a & TRL_EXACT_SIZE, y = b & TRL_EXACT_SIZE;
    if (x > TRL_EXACT_INF || y > TRL_EXACT_INF)
        return TRL_EXACT_NAN;
    if (x == TRL_EXACT_INF || y == TRL_EXACT_INF)
        return x == 0u || y == 0u ? TRL_EXACT_NAN : sign | TRL_EXACT_INF;
    if (x == 0u || y == 0u)
        return sign;
    trl_split s = trl_exact_split(x), t = trl_exact_split(y);
    return trl_exact_pack_wide(sign, s.exponent + t.exponent + 17,
                               trl_mul_wide(s.mantissa, t.mantissa), false);
}

TRL_SHARED trl_u32 trl_exact_mul(trl_u32 a, trl_u32 b)
{
    trl_u32 x = (a & TRL_EXACT_SIZE) >> 23, y = (b & TRL_EXACT_SIZE) >> 23;
    if (x - 1u < 254u && y - 1u < 254u && x + y >= 128u)
        return trl_rough_mul(a, b);
    return trl_exact_mul_odd(a, b);
}

TRL_SHARED trl_u32 trl_exact_div(trl_u32 a, trl_u32 b)
{
    trl_u32 sign = (a ^ b) & TRL_EXACT_SIGN;
    trl_u32 x = a & TRL_EXACT_SIZE, y = b & TRL_EXACT_SIZE;
    if (x > TRL_EXACT_INF || y > TRL_EXACT_INF || (x == y && (x == 0u || x == TRL_EXACT_INF)))
        return TRL_EXACT_NAN;
    if (x == 0u || y == TRL_EXACT_INF)
        return sign;
    if (x == TRL_EXACT_INF || y == 0u)
        return sign | TRL_EXACT_INF;
    trl_split n = trl_exact_split(x), d = trl_exact_split(y);
    /* 25 bits behind the point; what is left is small, so that its lower word is all of it. */
    trl_u32 q = trl_rough_ratio(n.mantissa, d.mantissa, 33554432.0f);
    trl_i32 rest = TRL_INT((n.mantissa << 25) - q * d.mantissa);
    trl_i32 more = trl_rough_quotient(rest, d.mantissa);
    q += TRL_UINT(more);
    rest -= more * TRL_INT(d.mantissa);
    if (rest < 0) {
        q -= 1u;
        rest += TRL_INT(d.mantissa);
    } else if (rest >= TRL_INT(d.mantissa)) {
        q += 1u;
        rest -= TRL_INT(d.mantissa);
    }
    trl_i32 exponent = n.exponent - d.exponent;
    if (q >= 0x2000000u)
        return trl_exact_pack(sign, exponent, q << 6, rest != 0);
    return trl_exact_pack(sign, exponent - 1, q << 7, rest != 0);
}

TRL_SHARED trl_u32 trl_exact_sqrt(trl_u32 a)
{
    if ((a & TRL_EXACT_SIZE) == 0u || a == TRL_EXACT_INF)
        return a;
    if (a > TRL_EXACT_INF)
        return TRL_EXACT_NAN;
    trl_split s = trl_exact_split(a);
    if ((s.exponent & 1) != 0) {
        s.mantissa <<= 1;
        s.exponent -= 1;
    }
    /* The root of mantissa * 2^25, cut off: 25 bits. */
    trl_u32 root = trl_rough_root(s.mantissa, 5792.61875f);
    trl_i32 rest = TRL_INT((s.mantissa << 25) - root * root);
    trl_i32 more = trl_rough_quotient(rest, 2u * root);
    rest -= more * TRL_INT(2u * root + TRL_UINT(more));
    root += TRL_UINT(more);
    if (rest < 0) {
        root -= 1u;
        rest += TRL_INT(2u * root + 1u);
    } else if (rest > TRL_INT(2u * root)) {
        rest -= TRL_INT(2u * root + 1u);
        root += 1u;
    }
    return trl_exact_pack(0u, s.exponent / 2, root << 7, rest != 0);
}

/* ---- order ---- */

/* Orders all but NaN as signed integers; -0 and 0 are one. */
TRL_SHARED trl_i32 trl_exact_order(trl_u32 a)
{
    trl_i32 size = TRL_INT(a & TRL_EXACT_SIZE);
    return (a & TRL_EXACT_SIGN) != 0u ? -size : size;
}

TRL_SHARED bool trl_exact_less(trl_u32 a, trl_u32 b)
{
    return !trl_exact_nan(a) && !trl_exact_nan(b) && trl_exact_order(a) < trl_exact_order(b);
}

TRL_SHARED bool trl_exact_less_equal(trl_u32 a, trl_u32 b)
{
    return !trl_exact_nan(a) && !trl_exact_nan(b) && trl_exact_order(a) <= trl_exact_order(b);
}

TRL_SHARED bool trl_exact_equal(trl_u32 a, trl_u32 b)
{
    return !trl_exact_nan(a) && trl_exact_order(a) == trl_exact_order(b);
}

/* NaN if either is; of two zeros the first. */
TRL_SHARED trl_u32 trl_exact_min(trl_u32 a, trl_u32 b)
{
    return trl_exact_nan(a) || trl_exact_less_equal(a, b) ? a : b;
}

TRL_SHARED trl_u32 trl_exact_max(trl_u32 a, trl_u32 b)
{
    return trl_exact_nan(a) || trl_exact_less_equal(b, a) ? a : b;
}

#endif

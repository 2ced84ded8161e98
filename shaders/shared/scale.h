/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The thresholds of a scale, in integer arithmetic alone, so that every device and the host get
 * the same bits whatever their floats do with rounding and denormals. A colour map has 256 steps;
 * threshold i (1 to 255) is the smallest float32 that belongs to step i:
 *
 *   linear   low + (high - low) * i / 256, exact, rounded up: a value's step is
 *            floor(256 * (value - low) / (high - low)) without any error
 *   power    low + (high - low) * f, f = (i / 256) ^ (1 / gamma) given by the host to 32 bits
 *   log      2 ^ (log2(low) + (log2(high) - log2(low)) * i / 256), within 2^-27 of itself
 *   symlog   as matplotlib's SymLogNorm with base 10 and linscale 1, within 2^-26 of itself or
 *            2^-30 of linthresh, whichever is more
 *
 * Floats are handled as their bits. low < high are finite; for log low > 0.
 */
#ifndef TRL_SHARED_SCALE_H
#define TRL_SHARED_SCALE_H

#include "shared/portable.h"

/* Orders floats as integers; -0 and 0 are one. NaN has no place in it. */
TRL_SHARED trl_u32 trl_float_key(trl_u32 bits)
{
    if ((bits << 1) == 0u)
        bits = 0u;
    return (bits >> 31) != 0u ? ~bits : bits | 0x80000000u;
}

TRL_SHARED trl_u32 trl_key_float(trl_u32 key)
{
    return (key >> 31) != 0u ? key & 0x7fffffffu : ~key;
}

#define TRL_FLOAT_KEY_ZERO 0x80000000u
#define TRL_FLOAT_ONE 0x3f800000u

/*
 * (-1)^negative * mantissa * 2^exponent; the mantissa's top bit is set unless the number is 0.
 * sticky: the true magnitude is a little larger, by less than one in the mantissa.
 */
struct trl_number {
    trl_u32 negative;
    trl_i32 exponent;
    trl_u32 mantissa;
    trl_u32 sticky;
};

/* A fixed-point number with 32 bits behind the point, in two's complement. */
struct trl_fixed {
    trl_u32 hi;
    trl_u32 lo;
};

#ifndef VULKAN
typedef struct trl_number trl_number;
typedef struct trl_fixed trl_fixed;
#endif

/* ---- numbers ---- */

/* From a magnitude of 64 bits whose lowest counts 2^exponent. */
TRL_SHARED trl_number trl_number_from(trl_u32 negative, trl_i32 exponent, trl_u32 hi, trl_u32 lo,
                                      trl_u32 sticky)
{
    trl_number n;
    n.negative = negative;
    if (hi == 0u) {
        hi = lo;
        lo = 0u;
        exponent -= 32;
    }
    trl_i32 shift = hi == 0u ? 0 : 31 - trl_top_bit(hi);
    if (shift > 0) {
        hi = (hi << shift) | (lo >> (32 - shift));
        lo <<= shift;
    }
    n.mantissa = hi;
    n.exponent = exponent + 32 - shift;
    n.sticky = lo != 0u ? 1u : sticky;
    return n;
}

/* A float times a small factor (at most 256), exactly. */
TRL_SHARED trl_number trl_number_of(trl_u32 bits, trl_u32 factor)
{
    trl_u32 field = (bits >> 23) & 0xffu;
    trl_u32 mantissa = bits & 0x7fffffu;
    if (field != 0u)
        mantissa |= 0x800000u;
    else
        field = 1u;
    trl_wide product = trl_mul_wide(mantissa, factor);
    return trl_number_from(bits >> 31, TRL_INT(field) - 150, product.hi, product.lo, 0u);
}

/* The 32 leading bits of the product. */
TRL_SHARED trl_number trl_number_mul(trl_number a, trl_number b)
{
    trl_wide product = trl_mul_wide(a.mantissa, b.mantissa);
    trl_number n = trl_number_from(a.negative ^ b.negative, a.exponent + b.exponent, product.hi,
                                   product.lo, 0u);
    n.sticky = 0u;
    return n;
}

/* The sum of two numbers that are not sticky; its sticky bit is exact. */
TRL_SHARED trl_number trl_number_add(trl_number a, trl_number b)
{
    if (b.mantissa == 0u)
        return a;
    if (a.mantissa == 0u)
        return b;
    if (a.exponent < b.exponent || (a.exponent == b.exponent && a.mantissa < b.mantissa)) {
        trl_number swap = a;
        a = b;
        b = swap;
    }
    trl_i32 shift = a.exponent - b.exponent;
    trl_u32 hi = 0u, lo = 0u, lost = 0u;
    if (shift < 32) {
        hi = b.mantissa >> shift;
        lo = shift == 0 ? 0u : b.mantissa << (32 - shift);
    } else if (shift < 64) {
        lo = b.mantissa >> (shift - 32);
        lost = shift > 32 && (b.mantissa << (64 - shift)) != 0u ? 1u : 0u;
    } else {
        lost = 1u;
    }
    trl_i32 exponent = a.exponent - 32;
    if (a.negative == b.negative) {
        hi += a.mantissa;
        if (hi < a.mantissa) {
            lost |= lo & 1u;
            lo = (lo >> 1) | (hi << 31);
            hi = (hi >> 1) | 0x80000000u;
            exponent += 1;
        }
    } else {
        /* What was lost makes the difference smaller: take one more off, and a little is left. */
        trl_u32 borrow = lo != 0u || lost != 0u ? 1u : 0u;
        lo = 0u - lo - lost;
        hi = a.mantissa - hi - borrow;
    }
    return trl_number_from(a.negative, exponent, hi, lo, lost);
}

/* The smallest float that is not below the number; infinity if there is none. */
TRL_SHARED trl_u32 trl_number_float_up(trl_number n)
{
    if (n.mantissa == 0u)
        return 0u;
    trl_i32 top = n.exponent + 31; /* the value is in [2^top, 2^(top + 1)) */
    trl_i32 shift = top < -126 ? -118 - top : 8;
    trl_u32 keep = shift < 32 ? n.mantissa >> shift : 0u;
    trl_u32 rest = shift < 32 ? n.mantissa & ((1u << shift) - 1u) : 1u;
    if ((rest | n.sticky) != 0u && n.negative == 0u)
        keep += 1u;
    trl_u32 bits = top < -126 ? keep : (TRL_UINT(top + 126) << 23) + keep;
    if (top > 127 || bits > 0x7f800000u)
        bits = 0x7f800000u;
    return bits | (n.negative << 31);
}

/* The key of a + b rounded up. */
TRL_SHARED trl_u32 trl_float_sum_key(trl_u32 a, trl_u32 b)
{
    return trl_float_key(
        trl_number_float_up(trl_number_add(trl_number_of(a, 1u), trl_number_of(b, 1u))));
}

/* ---- fixed point ---- */

TRL_SHARED trl_fixed trl_fixed_add(trl_fixed a, trl_fixed b)
{
    trl_fixed sum;
    sum.lo = a.lo + b.lo;
    sum.hi = a.hi + b.hi + (sum.lo < a.lo ? 1u : 0u);
    return sum;
}

TRL_SHARED trl_fixed trl_fixed_negative(trl_fixed a)
{
    trl_fixed n;
    n.lo = 0u - a.lo;
    n.hi = ~a.hi + (n.lo == 0u ? 1u : 0u);
    return n;
}

TRL_SHARED trl_fixed trl_fixed_sub(trl_fixed a, trl_fixed b)
{
    return trl_fixed_add(a, trl_fixed_negative(b));
}

/* a >= 0 times fraction / 2^32. */
TRL_SHARED trl_fixed trl_fixed_part(trl_fixed a, trl_u32 fraction)
{
    trl_wide high = trl_mul_wide(a.hi, fraction);
    trl_wide low = trl_mul_wide(a.lo, fraction);
    trl_fixed product;
    product.lo = high.lo + low.hi;
    product.hi = high.hi + (product.lo < low.hi ? 1u : 0u);
    return product;
}

/* A number in [0, 2^31), cut off. */
TRL_SHARED trl_fixed trl_fixed_from(trl_number n)
{
    trl_i32 shift = n.exponent + 32;
    trl_fixed f;
    f.hi = shift > 0 ? n.mantissa >> (32 - shift) : 0u;
    f.lo = shift >= 0 ? n.mantissa << shift : 0u;
    if (shift < 0 && shift > -32)
        f.lo = n.mantissa >> -shift;
    return f;
}

/* log2 of a float above 0, within 2^-30. */
TRL_SHARED trl_fixed trl_log2(trl_u32 bits)
{
    trl_number n = trl_number_of(bits, 1u);
    trl_u32 m = n.mantissa; /* 1 to 2, 31 bits behind the point */
    trl_fixed f;
    f.hi = TRL_UINT(n.exponent + 31);
    f.lo = 0u;
    for (int bit = 0; bit < 32; bit++) {
        trl_wide square = trl_mul_wide(m, m);
        trl_u32 above = square.hi >> 31;
        m = above != 0u ? square.hi : (square.hi << 1) | (square.lo >> 31);
        f.lo = (f.lo << 1) | above;
    }
    return f;
}

/* 2^(2^-(n + 1)) - 1, 32 bits behind the point. */
TRL_SHARED_TABLE trl_u32 trl_exp2_factors[8] = {0x6a09e667u, 0x306fe0a3u, 0x172b83c7u, 0x0b5586cfu,
                                                0x059b0d31u, 0x02c9a3e7u, 0x0163da9fu, 0x00b1afa5u};

/* 2^x within 2^-28 of itself: the first 8 bits by factors, the rest y by 1 + y + y^2/2 + y^3/6. */
TRL_SHARED trl_number trl_exp2(trl_fixed x)
{
    trl_u32 y = trl_mul_wide(x.lo << 8, 0xb17217f7u).hi; /* 40 bits behind the point */
    trl_u32 y2 = trl_mul_wide(y, y).hi;                  /* 48 */
    trl_u32 y3 = trl_mul_wide(y2, y).hi;                 /* 56 */
    trl_u32 rest = y + (y2 >> 9) + (trl_mul_wide(y3, 0x2aaaaaaau).hi >> 16);
    trl_u32 m = 0x80000000u + (rest >> 9);
    for (int bit = 0; bit < 8; bit++)
        if (((x.lo >> (31 - bit)) & 1u) != 0u)
            m += trl_mul_wide(m, trl_exp2_factors[bit]).hi;
    trl_number n;
    n.negative = 0u;
    n.exponent = TRL_INT(x.hi) - 31;
    n.mantissa = m;
    n.sticky = 1u;
    return n;
}

/* ---- norms ---- */

/* from + (to - from) * step / 256; from <= to. */
TRL_SHARED trl_fixed trl_fixed_step(trl_fixed from, trl_fixed to, trl_u32 step)
{
    return trl_fixed_add(from, trl_fixed_part(trl_fixed_sub(to, from), step << 24));
}

/* Ranges that are only so wide are straight within a hundredth of a step, and are drawn so: the
 * error of the logarithm would be as large as a step. */
TRL_SHARED bool trl_fixed_narrow(trl_fixed from, trl_fixed to)
{
    trl_fixed width = trl_fixed_sub(to, from);
    return width.hi == 0u && width.lo < 0x4000u;
}

TRL_SHARED trl_u32 trl_threshold_linear(trl_u32 low, trl_u32 high, trl_u32 step)
{
    trl_number n = trl_number_add(trl_number_of(low, 256u - step), trl_number_of(high, step));
    n.exponent -= 8;
    return trl_number_float_up(n);
}

TRL_SHARED trl_u32 trl_threshold_power(trl_u32 low, trl_u32 high, trl_number part)
{
    trl_number width =
        trl_number_add(trl_number_of(high, 1u), trl_number_of(low ^ 0x80000000u, 1u));
    width.sticky = 0u;
    return trl_number_float_up(trl_number_add(trl_number_of(low, 1u), trl_number_mul(width, part)));
}

TRL_SHARED trl_u32 trl_threshold_log(trl_u32 low, trl_u32 high, trl_u32 step)
{
    trl_fixed from = trl_log2(low);
    trl_fixed to = trl_log2(high);
    if (trl_fixed_narrow(from, to))
        return trl_threshold_linear(low, high, step);
    return trl_number_float_up(trl_exp2(trl_fixed_step(from, to, step)));
}

struct trl_symlog {
    trl_u32 linthresh; /* float bits */
    trl_number up;     /* (10/9) / linthresh */
    trl_number down;   /* (9/10) * linthresh */
};
#ifndef VULKAN
typedef struct trl_symlog trl_symlog;
#endif

/* The value's place: x / linthresh * 10/9 within linthresh, sign * (10/9 + log10(|x| / linthresh))
 * outside. */
TRL_SHARED trl_fixed trl_symlog_place(trl_symlog s, trl_u32 bits)
{
    trl_u32 size = bits & 0x7fffffffu;
    trl_fixed place;
    if (size <= s.linthresh) {
        place = trl_fixed_from(trl_number_mul(trl_number_of(size, 1u), s.up));
    } else {
        trl_fixed edge;
        edge.hi = 1u;
        edge.lo = 0x1c71c71cu;
        trl_fixed octaves = trl_fixed_sub(trl_log2(size), trl_log2(s.linthresh));
        place = trl_fixed_add(edge, trl_fixed_part(octaves, 0x4d104d42u));
    }
    return (bits >> 31) != 0u ? trl_fixed_negative(place) : place;
}

/* The smallest float (nearly) with such a place or a higher one. */
TRL_SHARED trl_u32 trl_symlog_value(trl_symlog s, trl_fixed place)
{
    trl_u32 negative = place.hi >> 31;
    if (negative != 0u)
        place = trl_fixed_negative(place);
    trl_number n;
    bool straight = place.hi == 0u || (place.hi == 1u && place.lo <= 0x1c71c71cu);
    if (straight) {
        n = trl_number_mul(trl_number_from(0u, -32, place.hi, place.lo, 0u), s.down);
    } else {
        trl_fixed edge;
        edge.hi = 1u;
        edge.lo = 0x1c71c71cu;
        trl_fixed decades = trl_fixed_sub(place, edge);
        trl_fixed octaves = trl_fixed_part(decades, 0x5269e12fu);
        for (int i = 0; i < 3; i++)
            octaves = trl_fixed_add(octaves, decades);
        n = trl_exp2(trl_fixed_add(octaves, trl_log2(s.linthresh)));
    }
    n.negative = negative;
    trl_u32 bits = trl_number_float_up(n);
    /* The two parts meet in linthresh and do not overlap. */
    trl_u32 size = bits & 0x7fffffffu;
    if (straight ? size > s.linthresh : size < s.linthresh)
        bits = s.linthresh | (negative << 31);
    return bits;
}

TRL_SHARED trl_u32 trl_threshold_symlog(trl_u32 low, trl_u32 high, trl_u32 step, trl_symlog s)
{
    trl_fixed from = trl_symlog_place(s, low);
    trl_fixed to = trl_symlog_place(s, high);
    bool straight = (low & 0x7fffffffu) <= s.linthresh && (high & 0x7fffffffu) <= s.linthresh;
    if (straight || trl_fixed_narrow(from, to))
        return trl_threshold_linear(low, high, step);
    return trl_symlog_value(s, trl_fixed_step(from, to, step));
}

/* The key of a threshold; low itself is step 0 and high step 255 whatever was rounded. */
TRL_SHARED trl_u32 trl_threshold_key(trl_u32 low, trl_u32 high, trl_u32 threshold)
{
    trl_u32 first = trl_float_key(low) + 1u;
    trl_u32 last = trl_float_key(high);
    trl_u32 key = trl_float_key(threshold);
    return key < first ? first : (key > last ? last : key);
}

#endif

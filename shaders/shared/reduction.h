/* SPDX-License-Identifier: BSD-2-Clause */
/* How reductions begin and end: single values, with the same bits on every device and the host. */
#ifndef TRL_SHARED_REDUCTION_H
#define TRL_SHARED_REDUCTION_H

#include "shared/exact.h"
#include "shared/ops.h"

/* Two words, as the results of blocks. */
struct trl_pair {
    trl_u32 a;
    trl_u32 b;
};

#ifndef VULKAN
typedef struct trl_pair trl_pair;
#endif

#define TRL_KEY_NAN 0xffffffffu

/* Orders as trl_exact_order does, with NaN above all; never 0. */
TRL_SHARED trl_u32 trl_reduce_key(trl_u32 bits)
{
    if (trl_exact_nan(bits))
        return TRL_KEY_NAN;
    return TRL_UINT(trl_exact_order(bits)) ^ 0x80000000u;
}

/* The same for the least: NaN is above all here too. */
TRL_SHARED trl_u32 trl_reduce_low_key(trl_u32 bits)
{
    return trl_exact_nan(bits) ? TRL_KEY_NAN : ~trl_reduce_key(bits);
}

/* The float of a key; a zero is +0. */
TRL_SHARED trl_u32 trl_reduce_value(trl_u32 key)
{
    if (key == TRL_KEY_NAN)
        return TRL_EXACT_NAN;
    trl_i32 order = TRL_INT(key ^ 0x80000000u);
    return order < 0 ? TRL_UINT(-order) | TRL_EXACT_SIGN : TRL_UINT(order);
}

TRL_SHARED trl_u32 trl_reduce_low_value(trl_u32 key)
{
    return key == TRL_KEY_NAN ? TRL_EXACT_NAN : trl_reduce_value(~key);
}

/* Two sums and what rounding took from them become one. */
TRL_SHARED trl_pair trl_reduce_join(trl_pair x, trl_pair y)
{
    trl_pair sum;
    sum.a = trl_exact_add(x.a, y.a);
    trl_u32 part = trl_exact_sub(sum.a, x.a);
    trl_u32 lost =
        trl_exact_add(trl_exact_sub(x.a, trl_exact_sub(sum.a, part)), trl_exact_sub(y.a, part));
    sum.b = trl_exact_add(trl_exact_add(x.b, y.b), lost);
    return sum;
}

/* The sum, rounded once; a zero is +0. */
TRL_SHARED trl_u32 trl_reduce_sum(trl_pair sum)
{
    if (!trl_exact_finite(sum.a))
        return trl_exact_canonical(sum.a);
    return trl_exact_add(trl_exact_add(sum.a, sum.b), 0u);
}

/* Times 2^shift; rounded where the result is denormal. */
TRL_SHARED trl_u32 trl_reduce_scale(trl_u32 bits, trl_i32 shift)
{
    if (!trl_exact_finite(bits) || (bits & TRL_EXACT_SIZE) == 0u)
        return bits;
    trl_split s = trl_exact_split(bits);
    return trl_exact_pack(bits & TRL_EXACT_SIGN, s.exponent + shift, s.mantissa << 8, false);
}

/* Near 0 beside 1: what is added to its like never comes to lie among the denormals. */
TRL_SHARED trl_u32 trl_reduce_flush(trl_u32 bits, trl_u32 least)
{
    return (bits & TRL_EXACT_SIZE) < least ? 0u : bits;
}

/* An element times 2^-shift, less what is below 2^-100. */
TRL_SHARED trl_u32 trl_reduce_scaled(trl_u32 bits, trl_i32 shift)
{
    return trl_reduce_flush(trl_reduce_scale(bits, -shift), TRL_EXACT_TINY);
}

#define TRL_REDUCE_NEAR 0x26800000u /* 2^-50 */

/* The square of a scaled element's distance from the centre; distances below 2^-50 are none. */
TRL_SHARED trl_u32 trl_reduce_square(trl_u32 scaled, trl_pair centre)
{
    trl_u32 distance = trl_exact_sub(trl_exact_sub(scaled, centre.a), centre.b);
    distance = trl_reduce_flush(distance, TRL_REDUCE_NEAR);
    return trl_exact_mul(distance, distance);
}

/* 64 bits divided by 32. */
struct trl_quotient {
    trl_wide value;
    trl_u32 rest;
};

#ifndef VULKAN
typedef struct trl_quotient trl_quotient;
#endif

TRL_SHARED trl_quotient trl_reduce_divide(trl_wide number, trl_u32 count)
{
    trl_quotient q;
    q.value = number;
    q.rest = 0u;
    for (int bit = 0; bit < 64; bit++) {
        bool carry = (q.rest >> 31) != 0u;
        q.rest = (q.rest << 1) | (q.value.hi >> 31);
        q.value.hi = (q.value.hi << 1) | (q.value.lo >> 31);
        q.value.lo <<= 1;
        if (carry || q.rest >= count) {
            q.rest -= count;
            q.value.lo |= 1u;
        }
    }
    return q;
}

/* a - b mod 2^64. */
TRL_SHARED trl_wide trl_reduce_less(trl_wide a, trl_wide b)
{
    trl_wide rest;
    rest.lo = a.lo - b.lo;
    rest.hi = a.hi - b.hi - (a.lo < b.lo ? 1u : 0u);
    return rest;
}

/*
 * The sum divided by the count, as a float and what it lacks. The sum is first made a float s and
 * what s lacks, at most half a unit of s: as an integer that is s with 40 bits behind it.
 */
TRL_SHARED trl_pair trl_reduce_mean(trl_pair sum, trl_u32 count)
{
    trl_pair zero, mean, whole;
    zero.a = zero.b = mean.b = 0u;
    mean.a = trl_reduce_sum(sum);
    if (!trl_exact_finite(sum.a) || (mean.a & TRL_EXACT_SIZE) == 0u || !trl_exact_finite(mean.a))
        return mean;
    zero.a = sum.b;
    sum.b = 0u;
    whole = trl_reduce_join(sum, zero);
    trl_u32 sign = whole.a & TRL_EXACT_SIGN;
    trl_split s = trl_exact_split(whole.a);
    trl_wide number, part;
    number.hi = s.mantissa << 8;
    number.lo = 0u;
    part.hi = part.lo = 0u;
    if ((whole.b & TRL_EXACT_SIZE) != 0u) {
        trl_split l = trl_exact_split(whole.b);
        trl_i32 shift = s.exponent - l.exponent; /* of 64 bits to the right; at least 24 */
        trl_u32 top = l.mantissa << 8;
        part.hi = shift < 32 ? top >> shift : 0u;
        if (shift < 32)
            part.lo = top << (32 - shift);
        else
            part.lo = shift < 64 ? top >> (shift - 32) : 0u;
    }
    if (((whole.b ^ whole.a) & TRL_EXACT_SIGN) != 0u) {
        number = trl_reduce_less(number, part);
    } else {
        number.lo += part.lo;
        number.hi += part.hi + (number.lo < part.lo ? 1u : 0u);
    }
    trl_quotient q = trl_reduce_divide(number, count);
    mean.a = trl_exact_pack_wide(sign, s.exponent, q.value, q.rest != 0u);
    /* What it lacks, where it is no denormal. */
    trl_split m = trl_exact_split(mean.a == sign ? TRL_EXACT_ONE : mean.a);
    trl_i32 up = 40 + m.exponent - s.exponent;
    if ((mean.a & TRL_EXACT_INF) == 0u || up < 1 || up > 40)
        return mean;
    part.hi = up >= 32 ? m.mantissa << (up - 32) : m.mantissa >> (32 - up);
    part.lo = up >= 32 ? 0u : m.mantissa << up;
    part = trl_reduce_less(q.value, part);
    if ((part.hi >> 31) != 0u) {
        trl_wide none;
        none.hi = none.lo = 0u;
        part = trl_reduce_less(none, part);
        sign ^= TRL_EXACT_SIGN;
    }
    if (part.hi != 0u || part.lo != 0u)
        mean.b = trl_exact_pack_wide(sign, s.exponent, part, false);
    return mean;
}

/* By how much elements between these are to be scaled: the greatest magnitude comes to be 1 to 2.
 */
TRL_SHARED trl_i32 trl_reduce_shift(trl_u32 least, trl_u32 greatest)
{
    trl_u32 low = trl_reduce_low_value(least) & TRL_EXACT_SIZE;
    trl_u32 high = trl_reduce_value(greatest) & TRL_EXACT_SIZE;
    trl_u32 size = low > high ? low : high;
    return size == 0u || !trl_exact_finite(size) ? 0 : trl_exact_split(size).exponent;
}

/* The root of the sum of squares. */
TRL_SHARED trl_u32 trl_reduce_norm(trl_pair squares, trl_u32 least, trl_u32 greatest)
{
    if (greatest == TRL_KEY_NAN)
        return TRL_EXACT_NAN;
    if (!trl_exact_finite(trl_reduce_value(greatest)) ||
        !trl_exact_finite(trl_reduce_low_value(least)))
        return TRL_EXACT_INF;
    return trl_reduce_scale(trl_exact_sqrt(trl_reduce_sum(squares)),
                            trl_reduce_shift(least, greatest));
}

/* The mean of the squared distances. */
TRL_SHARED trl_u32 trl_reduce_variance(trl_pair squares, trl_u32 least, trl_u32 greatest,
                                       trl_u32 count)
{
    if (greatest == TRL_KEY_NAN || !trl_exact_finite(trl_reduce_value(greatest)) ||
        !trl_exact_finite(trl_reduce_low_value(least)))
        return TRL_EXACT_NAN;
    if (~least == greatest)
        return 0u;
    return trl_reduce_scale(trl_reduce_mean(squares, count).a,
                            2 * trl_reduce_shift(least, greatest));
}

#endif

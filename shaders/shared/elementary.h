/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exp, expm1, log and log1p of float32 in integer arithmetic alone, so that every device and the
 * host get the same bits. Polynomials in fixed point leave an error of less than 0.05 units in the
 * last place before the one rounding at the end: results are within 0.55 units of the true value,
 * also where they are denormal.
 */
#ifndef TRL_SHARED_ELEMENTARY_H
#define TRL_SHARED_ELEMENTARY_H

#include "shared/exact.h"

/* mantissa * 2^(exponent - 31), 2^31 <= mantissa. */
struct trl_power {
    trl_i32 exponent;
    trl_u32 mantissa;
};

#ifndef VULKAN
typedef struct trl_power trl_power;
#endif

/* (2^x - 1) / x for 0 <= x < 1, from the highest power down; 32 bits behind the point. */
TRL_SHARED_TABLE trl_u32 trl_exp2_terms[7] = {92955u,     614290u,     5767874u,   41289948u,
                                              238393370u, 1031764358u, 2977044502u};

/* e^x for 2^-30 < |x| < 2^8. */
TRL_SHARED trl_power trl_elementary_power(trl_u32 bits)
{
    trl_split s = trl_exact_split(bits);
    /* |x| * log2(e), with 32 bits behind the point. */
    trl_wide product = trl_mul_wide(s.mantissa, 0x5c551d94u);
    trl_u32 low = trl_mul_wide(s.mantissa, 0xae0bf85du).hi;
    product.lo += low;
    product.hi += product.lo < low ? 1u : 0u;
    trl_i32 shift = 21 - s.exponent;
    trl_wide y;
    y.hi = shift < 32 ? product.hi >> shift : 0u;
    if (shift >= 32)
        y.lo = product.hi >> (shift - 32);
    else
        y.lo = (product.hi << (32 - shift)) | (product.lo >> shift);
    if ((bits & TRL_EXACT_SIGN) != 0u) {
        y.lo = 0u - y.lo;
        y.hi = ~y.hi + (y.lo == 0u ? 1u : 0u);
    }
    trl_u32 sum = trl_exp2_terms[0];
    for (int i = 1; i < 7; i++)
        sum = trl_exp2_terms[i] + trl_mul_wide(sum, y.lo).hi;
    trl_power p;
    p.exponent = TRL_INT(y.hi);
    p.mantissa = 0x80000000u + (trl_mul_wide(sum, y.lo).hi >> 1);
    return p;
}

TRL_SHARED trl_u32 trl_elementary_exp(trl_u32 bits)
{
    trl_u32 size = bits & TRL_EXACT_SIZE;
    if (size > TRL_EXACT_INF)
        return TRL_EXACT_NAN;
    if (size >= 0x43800000u) /* 2^8 */
        return (bits & TRL_EXACT_SIGN) != 0u ? 0u : TRL_EXACT_INF;
    if (size < 0x32800000u) /* 2^-26 */
        return TRL_EXACT_ONE;
    trl_power p = trl_elementary_power(bits);
    return trl_exact_pack(0u, p.exponent, p.mantissa, true);
}

/* expm1(x) / x for |x| < 1/2, 30 bits behind the point, x with 32. */
TRL_SHARED_TABLE trl_i32 trl_expm1_terms[8] = {26779,    214528,    1491285,   8947616,
                                               44739244, 178956982, 536870912, 1073741824};

/* log(1 + x) / x for sqrt(1/2) - 1 <= x < sqrt(2) - 1, likewise. */
TRL_SHARED_TABLE trl_i32 trl_log1p_terms[13] = {
    56219925,   -105274159, 107881044,  -106794321, 118176436,  -134168715, 153446423,
    -178960814, 214747164,  -268435378, 357913951,  -536870912, 1073741824};

/* A number of less than 1/2 in magnitude with 32 bits behind the point, cut off. */
TRL_SHARED trl_i32 trl_elementary_fixed(trl_u32 bits)
{
    trl_i32 shift = 118 - TRL_INT((bits & TRL_EXACT_SIZE) >> 23);
    trl_u32 mantissa = (bits & 0x7fffffu) | 0x800000u;
    trl_u32 size = shift > 31 ? 0u : shift >= 0 ? mantissa >> shift : mantissa << -shift;
    return (bits & TRL_EXACT_SIGN) != 0u ? -TRL_INT(size) : TRL_INT(size);
}

/* x times a ratio with 30 bits behind the point. */
TRL_SHARED trl_u32 trl_elementary_near(trl_u32 bits, trl_i32 ratio)
{
    trl_split s = trl_exact_split(bits);
    return trl_exact_pack_wide(bits & TRL_EXACT_SIGN, s.exponent + 10,
                               trl_mul_wide(s.mantissa, TRL_UINT(ratio)), false);
}

TRL_SHARED trl_u32 trl_elementary_expm1(trl_u32 bits)
{
    trl_u32 size = bits & TRL_EXACT_SIZE, sign = bits & TRL_EXACT_SIGN;
    if (size > TRL_EXACT_INF)
        return TRL_EXACT_NAN;
    if (size == 0u)
        return bits;
    if (size >= 0x43800000u)
        return sign != 0u ? sign | TRL_EXACT_ONE : TRL_EXACT_INF;
    if (size < 0x3f000000u) {
        trl_i32 x = trl_elementary_fixed(bits), ratio = trl_expm1_terms[0];
        for (int i = 1; i < 8; i++)
            ratio = trl_expm1_terms[i] + trl_mul_high(ratio, x);
        return trl_elementary_near(bits, ratio);
    }
    trl_power p = trl_elementary_power(bits);
    trl_wide rest;
    rest.lo = 0u;
    if (sign == 0u) {
        rest.hi = p.exponent < 32 ? p.mantissa - (0x80000000u >> p.exponent) : p.mantissa;
        return trl_exact_pack_wide(0u, p.exponent, rest, true);
    }
    trl_u32 less = p.exponent < -32 ? 0u : p.mantissa >> (-1 - p.exponent);
    if (less == 0u)
        return sign | TRL_EXACT_ONE;
    rest.hi = 0u - less;
    return trl_exact_pack_wide(sign, -1, rest, true);
}

TRL_SHARED trl_i32 trl_elementary_log_ratio(trl_i32 x)
{
    trl_i32 ratio = trl_log1p_terms[0];
    for (int i = 1; i < 13; i++)
        ratio = trl_log1p_terms[i] + trl_mul_high(ratio, x);
    return ratio;
}

/* log(mantissa * 2^(exponent - 31)); the top bit of mantissa is set. */
TRL_SHARED trl_u32 trl_elementary_log_of(trl_i32 exponent, trl_u32 mantissa)
{
    /* x: how much more than 1 the mantissa is, once it lies between the roots of 1/2 and 2. */
    trl_i32 x = TRL_INT(mantissa);
    if (mantissa < 0xb504f334u)
        x = TRL_INT((mantissa - 0x80000000u) << 1);
    else
        exponent += 1;
    trl_i32 ratio = trl_elementary_log_ratio(x);
    trl_u32 size = x < 0 ? 0u - TRL_UINT(x) : TRL_UINT(x);
    trl_wide near = trl_mul_wide(size, TRL_UINT(ratio)); /* 62 bits behind the point */
    if (exponent == 0)
        return size == 0u ? 0u : trl_exact_pack_wide(x < 0 ? TRL_EXACT_SIGN : 0u, 1, near, false);
    trl_u32 sign = exponent < 0 ? TRL_EXACT_SIGN : 0u;
    trl_wide sum = trl_mul_wide(exponent < 0 ? TRL_UINT(-exponent) : TRL_UINT(exponent),
                                0xb17217f8u); /* times log(2), 32 bits behind the point */
    trl_u32 part = (near.hi << 2) | (near.lo >> 30);
    if ((x < 0) == (exponent < 0)) {
        sum.lo += part;
        sum.hi += sum.lo < part ? 1u : 0u;
    } else {
        sum.hi -= sum.lo < part ? 1u : 0u;
        sum.lo -= part;
    }
    return trl_exact_pack_wide(sign, 31, sum, true);
}

TRL_SHARED trl_u32 trl_elementary_log(trl_u32 bits)
{
    if ((bits & TRL_EXACT_SIZE) == 0u)
        return TRL_EXACT_SIGN | TRL_EXACT_INF;
    if (bits > TRL_EXACT_INF)
        return TRL_EXACT_NAN;
    if (bits == TRL_EXACT_INF)
        return bits;
    trl_split s = trl_exact_split(bits);
    return trl_elementary_log_of(s.exponent, s.mantissa << 8);
}

TRL_SHARED trl_u32 trl_elementary_log1p(trl_u32 bits)
{
    trl_u32 size = bits & TRL_EXACT_SIZE;
    bool negative = (bits & TRL_EXACT_SIGN) != 0u;
    if (size == 0u || bits == TRL_EXACT_INF)
        return bits;
    if (size > TRL_EXACT_INF || (negative && size > TRL_EXACT_ONE))
        return TRL_EXACT_NAN;
    if (negative && size == TRL_EXACT_ONE)
        return TRL_EXACT_SIGN | TRL_EXACT_INF;
    if (size < 0x3e800000u) /* 1/4 */
        return trl_elementary_near(bits, trl_elementary_log_ratio(trl_elementary_fixed(bits)));
    trl_split s = trl_exact_split(bits);
    if (negative) {
        trl_u32 rest = 0u - (s.mantissa << (9 + s.exponent)); /* 1 + x, 32 bits behind the point */
        trl_i32 shift = 31 - trl_top_bit(rest);
        return trl_elementary_log_of(-1 - shift, rest << shift);
    }
    if (s.exponent >= 32)
        return trl_elementary_log_of(s.exponent, s.mantissa << 8);
    if (s.exponent >= 0) {
        trl_u32 more = 0x80000000u >> s.exponent, sum = (s.mantissa << 8) + more;
        if (sum < more) /* it carries */
            return trl_elementary_log_of(s.exponent + 1, (sum >> 1) | 0x80000000u);
        return trl_elementary_log_of(s.exponent, sum);
    }
    return trl_elementary_log_of(0, 0x80000000u + (s.mantissa << (8 + s.exponent)));
}

#endif

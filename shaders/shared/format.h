/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers as text, for C and GLSL, by integers alone: whole ones exactly, float32 as printf's
 * "%.4g" writes them (to nearest, ties to even, of the exact value; "inf", "-inf", "nan"), or with
 * as many digits as tell the numbers of a scale apart.
 */
#ifndef TRL_SHARED_FORMAT_H
#define TRL_SHARED_FORMAT_H

#include "shared/portable.h"
#include "shared/scale.h"

#define TRL_FORMAT_MAX 12u /* characters: the longest are 4294967295 and -1.234e-38 */

/* Characters as codes: digits as themselves, and these. */
#define TRL_FORMAT_MINUS 10u
#define TRL_FORMAT_PLUS 11u
#define TRL_FORMAT_POINT 12u
#define TRL_FORMAT_A 13u
#define TRL_FORMAT_E 14u
#define TRL_FORMAT_F 15u
#define TRL_FORMAT_I 16u
#define TRL_FORMAT_N 17u
#define TRL_FORMAT_BLANK 18u
#ifndef VULKAN
#define TRL_FORMAT_CODES "0123456789-+.aefin "
#endif

/* 5 bits a character, the last one lowest: no array, for which shaders would pay dearly. */
struct trl_format {
    trl_u32 count;
    trl_u32 hi;
    trl_u32 lo;
};

/*
 * A number of at most 128 bits before and 160 behind the point, in parts of 16: the exact value of
 * any float32. part[0] is the lowest.
 */
#define TRL_FORMAT_FRACTION 10
#define TRL_FORMAT_PARTS 18
struct trl_exact {
    trl_u32 part[TRL_FORMAT_PARTS];
};

#ifndef VULKAN
typedef struct trl_format trl_format;
typedef struct trl_exact trl_exact;
#endif

TRL_SHARED trl_format trl_format_none(void)
{
    trl_format f;
    f.count = 0u;
    f.hi = 0u;
    f.lo = 0u;
    return f;
}

TRL_SHARED trl_format trl_format_add(trl_format f, trl_u32 code)
{
    f.hi = (f.hi << 5) | (f.lo >> 27);
    f.lo = (f.lo << 5) | code;
    f.count += 1u;
    return f;
}

/* Character n, counted from 0. */
TRL_SHARED trl_u32 trl_format_code(trl_format f, trl_u32 n)
{
    trl_u32 shift = 5u * (f.count - 1u - n);
    if (shift >= 32u)
        return (f.hi >> (shift - 32u)) & 31u;
    trl_u32 above = shift > 27u ? f.hi << (32u - shift) : 0u;
    return ((f.lo >> shift) | above) & 31u;
}

TRL_SHARED trl_format trl_format_whole(trl_u32 value)
{
    trl_format f = trl_format_none();
    trl_u32 unit = 1u;
    while (value / unit >= 10u)
        unit *= 10u;
    for (; unit != 0u; unit /= 10u)
        f = trl_format_add(f, value / unit % 10u);
    return f;
}

TRL_SHARED trl_exact trl_exact_of(trl_u32 bits)
{
    trl_exact e;
    trl_u32 field = (bits >> 23) & 0xffu;
    trl_u32 mantissa = bits & 0x7fffffu;
    if (field != 0u)
        mantissa |= 0x800000u;
    else
        field = 1u;
    /* The lowest bit of the mantissa counts 2^(field - 150); that of part 0 counts 2^-160. */
    trl_u32 shift = field + 10u;
    trl_u32 at = shift >> 4;
    trl_wide spread = trl_mul_wide(mantissa, 1u << (shift & 15u));
    for (int i = 0; i < TRL_FORMAT_PARTS; i++) {
        trl_u32 n = TRL_UINT(i) - at;
        e.part[i] = n == 0u ? spread.lo & 0xffffu : (n == 1u ? spread.lo >> 16 : 0u);
        if (n == 2u)
            e.part[i] = spread.hi;
    }
    return e;
}

TRL_SHARED trl_exact trl_exact_mul(trl_exact e, trl_u32 factor)
{
    trl_u32 carry = 0u;
    for (int i = 0; i < TRL_FORMAT_PARTS; i++) {
        carry += e.part[i] * factor;
        e.part[i] = carry & 0xffffu;
        carry >>= 16;
    }
    return e;
}

/* The part before the point, divided by at most 10000. rest: what is left over. */
struct trl_exact_quotient {
    trl_exact value;
    trl_u32 rest;
};
#ifndef VULKAN
typedef struct trl_exact_quotient trl_exact_quotient;
#endif

TRL_SHARED trl_exact_quotient trl_exact_div(trl_exact e, trl_u32 divisor)
{
    trl_exact_quotient q;
    q.rest = 0u;
    for (int i = TRL_FORMAT_PARTS - 1; i >= TRL_FORMAT_FRACTION; i--) {
        q.rest = (q.rest << 16) | e.part[i];
        e.part[i] = q.rest / divisor;
        q.rest %= divisor;
    }
    q.value = e;
    return q;
}

/* The part before the point, or 2^32 - 1 if it has more than 32 bits. */
TRL_SHARED trl_u32 trl_exact_whole(trl_exact e)
{
    for (int i = TRL_FORMAT_FRACTION + 2; i < TRL_FORMAT_PARTS; i++)
        if (e.part[i] != 0u)
            return 0xffffffffu;
    return e.part[TRL_FORMAT_FRACTION] | (e.part[TRL_FORMAT_FRACTION + 1] << 16);
}

/* What lies behind the point: 0 nothing, 1 less than a half, 2 a half, 3 more. */
TRL_SHARED trl_u32 trl_exact_behind(trl_exact e)
{
    trl_u32 rest = 0u;
    for (int i = 0; i < TRL_FORMAT_FRACTION - 1; i++)
        rest |= e.part[i];
    trl_u32 top = e.part[TRL_FORMAT_FRACTION - 1];
    if (top > 0x8000u || (top == 0x8000u && rest != 0u))
        return 3u;
    return top == 0x8000u ? 2u : ((top | rest) != 0u ? 1u : 0u);
}

/* A finite number above 0 as digits * 10^exponent, count digits, rounded. */
struct trl_decimal {
    trl_u32 digits;
    trl_i32 exponent;
    trl_u32 count;
};
#ifndef VULKAN
typedef struct trl_decimal trl_decimal;
#endif

/* Digits that fit into so many places: all before the point of numbers below 10 million, and of
 * small ones no more than leave room for a sign and the zeros behind the point. */
#define TRL_FORMAT_PLACES 10
TRL_SHARED trl_u32 trl_format_fit(trl_u32 count, trl_i32 top)
{
    trl_i32 least = top >= 0 && top < 7 ? top + 1 : 1;
    trl_i32 most =
        top >= 0 && top < 7 ? 7 : (top < 0 && top >= -4 ? TRL_FORMAT_PLACES - 2 + top : 4);
    trl_i32 fit = TRL_INT(count) < least ? least : TRL_INT(count);
    return TRL_UINT(fit > most ? most : fit);
}

TRL_SHARED trl_u32 trl_format_power(trl_u32 exponent)
{
    trl_u32 power = 1u;
    for (trl_u32 n = 0u; n < exponent; n++)
        power *= 10u;
    return power;
}

/* count 1 to 7; fit: and what trl_format_fit makes of it. */
TRL_SHARED trl_decimal trl_decimal_of(trl_u32 bits, trl_u32 count, bool fit)
{
    trl_exact e = trl_exact_of(bits);
    trl_decimal d;
    d.exponent = 0;
    while (trl_exact_whole(e) == 0u) {
        e = trl_exact_mul(e, 10000u);
        d.exponent -= 4;
    }
    while (trl_exact_whole(e) < 1000000u) {
        e = trl_exact_mul(e, 10u);
        d.exponent -= 1;
    }
    trl_u32 behind = trl_exact_behind(e);
    while (trl_exact_whole(e) > 99999999u) {
        trl_exact_quotient q = trl_exact_div(e, 10000u);
        e = q.value;
        d.exponent += 4;
        behind = q.rest > 5000u || (q.rest == 5000u && behind != 0u)
                     ? 3u
                     : (q.rest == 5000u ? 2u : ((q.rest | behind) != 0u ? 1u : 0u));
    }
    d.digits = trl_exact_whole(e);
    d.count = count;
    if (fit)
        d.count = trl_format_fit(count, d.exponent + (d.digits > 9999999u ? 7 : 6));
    trl_u32 above = trl_format_power(d.count);
    while (d.digits >= above) {
        trl_u32 rest = d.digits % 10u;
        d.digits /= 10u;
        d.exponent += 1;
        behind = rest > 5u || (rest == 5u && behind != 0u)
                     ? 3u
                     : (rest == 5u ? 2u : ((rest | behind) != 0u ? 1u : 0u));
    }
    if (behind == 3u || (behind == 2u && (d.digits & 1u) != 0u))
        d.digits += 1u;
    if (d.digits == above) {
        d.digits = above / 10u;
        d.exponent += 1;
    }
    return d;
}

/* Digits from the top one on, with a point behind so many of them (-1: none), without the zeros at
 * the end that the point allows. */
TRL_SHARED trl_format trl_format_digits(trl_format f, trl_decimal d, trl_i32 before)
{
    trl_u32 digits = d.digits;
    trl_u32 unit = trl_format_power(d.count - 1u);
    for (trl_i32 n = 0; n < TRL_INT(d.count); n++) {
        if (n >= before && digits == 0u)
            break;
        if (n == before)
            f = trl_format_add(f, TRL_FORMAT_POINT);
        f = trl_format_add(f, digits / unit);
        digits %= unit;
        unit /= 10u;
    }
    return f;
}

TRL_SHARED trl_format trl_format_special(trl_u32 bits)
{
    trl_format f = trl_format_none();
    bool nan = (bits & 0x7fffffffu) > 0x7f800000u;
    if ((bits >> 31) != 0u && !nan)
        f = trl_format_add(f, TRL_FORMAT_MINUS);
    f = trl_format_add(f, nan ? TRL_FORMAT_N : TRL_FORMAT_I);
    f = trl_format_add(f, nan ? TRL_FORMAT_A : TRL_FORMAT_N);
    f = trl_format_add(f, nan ? TRL_FORMAT_N : TRL_FORMAT_F);
    return f;
}

/* count: digits at most, 1 to 7; fit: as many as trl_format_fit has, and without an exponent where
 * the number has up to 7 digits before the point. */
TRL_SHARED trl_format trl_format_real(trl_u32 bits, trl_u32 count, bool fit)
{
    trl_format f = trl_format_none();
    trl_u32 size = bits & 0x7fffffffu;
    if (size >= 0x7f800000u)
        return trl_format_special(bits);
    if ((bits >> 31) != 0u)
        f = trl_format_add(f, TRL_FORMAT_MINUS);
    if (size == 0u)
        return trl_format_add(f, 0u);
    trl_decimal d = trl_decimal_of(size, count, fit);
    trl_i32 top = d.exponent + TRL_INT(d.count) - 1;
    if (top >= 0 && top < (fit ? 7 : TRL_INT(count)))
        return trl_format_digits(f, d, top + 1);
    if (top < 0 && top >= -4) {
        f = trl_format_add(f, 0u);
        f = trl_format_add(f, TRL_FORMAT_POINT);
        for (trl_i32 n = top + 1; n < 0; n++)
            f = trl_format_add(f, 0u);
        return trl_format_digits(f, d, -1);
    }
    f = trl_format_digits(f, d, 1);
    f = trl_format_add(f, TRL_FORMAT_E);
    f = trl_format_add(f, top < 0 ? TRL_FORMAT_MINUS : TRL_FORMAT_PLUS);
    trl_u32 power = TRL_UINT(top < 0 ? -top : top);
    f = trl_format_add(f, power / 10u);
    return trl_format_add(f, power % 10u);
}

TRL_SHARED trl_format trl_format_float(trl_u32 bits)
{
    return trl_format_real(bits, 4u, false);
}

/* The number whose lowest bit counts 2^0 of a float's exponent: its top bit's power of 2. */
TRL_SHARED trl_i32 trl_format_octave(trl_number n)
{
    return n.mantissa == 0u ? -1000 : n.exponent + 31;
}

/* Power of 2 of what lies between two floats; -1000: they are the same. */
TRL_SHARED trl_i32 trl_format_gap(trl_u32 a, trl_u32 b)
{
    return trl_format_octave(
        trl_number_add(trl_number_of(a, 1u), trl_number_of(b ^ 0x80000000u, 1u)));
}

/*
 * Number of a scale: with about four digits of the gap (a power of 2) to the next number, so that
 * it tells them apart, and 0 where it is nothing beside the gap. An end of the scale has four
 * digits at least.
 */
TRL_SHARED trl_format trl_format_scale(trl_u32 bits, trl_i32 gap, bool end)
{
    trl_i32 octaves = trl_format_octave(trl_number_of(bits, 1u)) - gap;
    trl_i32 count = octaves < 0 ? 4 - (-octaves * 77) / 256 : 4 + octaves * 77 / 256;
    if (gap <= -1000 || (end && count < 4))
        count = 4;
    bool nothing = count < 1 && (bits & 0x7fffffffu) < 0x7f800000u;
    return trl_format_real(nothing ? 0u : bits, TRL_UINT(count < 1 ? 1 : (count > 7 ? 7 : count)),
                           true);
}

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From values to places along an axis of pixels, in integer arithmetic alone: every device and the
 * host get the same place. A place counts sub-pixels from the low end. It is the true one within a
 * sub-pixel (linear: within 2^-30 of the axis' length; log and symlog as trl_log2 allows).
 */
#ifndef TRL_SHARED_AXIS_H
#define TRL_SHARED_AXIS_H

#include "shared/portable.h"
#include "shared/scale.h"
#include "shared/view.h"

#define TRL_SUBPIXELS 64
#define TRL_PLACE_LIMIT 0x1000000 /* places are cut off here, far beyond any picture */

/* Words of an axis buffer. */
#define TRL_AXIS_LOW 0u    /* negative, exponent and mantissa of the low end's number */
#define TRL_AXIS_FACTOR 3u /* exponent and mantissa: sub-pixels a unit */
#define TRL_AXIS_OFFSET 5u /* sub-pixels below the low end */
#define TRL_AXIS_SYMLOG 6u /* linthresh, exponent and mantissa of up, of down */
#define TRL_AXIS_WORDS 16u

struct trl_axis_scale {
    trl_number low;
    trl_number factor;
    trl_i32 offset;
    trl_symlog symlog;
};
#ifndef VULKAN
typedef struct trl_axis_scale trl_axis_scale;
#endif

TRL_SHARED trl_number trl_number_of_fixed(trl_fixed f)
{
    trl_u32 negative = f.hi >> 31;
    if (negative != 0u)
        f = trl_fixed_negative(f);
    return trl_number_from(negative, -32, f.hi, f.lo, 0u);
}

/* What is spread evenly along the axis: the value, or its logarithm. */
TRL_SHARED trl_number trl_axis_number(trl_u32 norm, trl_symlog symlog, trl_u32 bits)
{
    if (norm == TRL_NORM_IS_LOG)
        return trl_number_of_fixed(trl_log2(bits));
    if (norm == TRL_NORM_IS_SYMLOG)
        return trl_number_of_fixed(trl_symlog_place(symlog, bits));
    return trl_number_of(bits, 1u);
}

/* 2^62 / mantissa, cut off; the mantissa's top bit is set. */
TRL_SHARED trl_u32 trl_axis_reciprocal(trl_u32 mantissa)
{
    trl_u32 rest = 0u, quotient = 0u;
    for (int bit = 62; bit >= 0; bit--) {
        bool carry = (rest >> 31) != 0u;
        rest = (rest << 1) | (bit == 62 ? 1u : 0u);
        quotient <<= 1;
        if (carry || rest >= mantissa) {
            rest -= mantissa;
            quotient |= 1u;
        }
    }
    return quotient;
}

/* The axis on which low to high (float bits, low <= high) fill all of the sub-pixels but pad at
 * each end. An axis of one value has it in the middle. */
TRL_SHARED trl_axis_scale trl_axis_make(trl_u32 norm, trl_symlog symlog, trl_u32 low, trl_u32 high,
                                        trl_u32 length, trl_u32 pad)
{
    trl_axis_scale axis;
    axis.symlog = symlog;
    axis.low = trl_axis_number(norm, symlog, low);
    trl_number from = axis.low;
    from.negative ^= 1u;
    trl_number width = trl_number_add(trl_axis_number(norm, symlog, high), from);
    axis.offset = TRL_INT(pad);
    axis.factor = trl_number_from(0u, 0, 0u, 0u, 0u);
    if (width.mantissa == 0u || width.negative != 0u) {
        axis.offset = TRL_INT(length / 2u);
    } else {
        trl_wide product = trl_mul_wide(trl_axis_reciprocal(width.mantissa), length - 2u * pad);
        axis.factor = trl_number_from(0u, -62 - width.exponent, product.hi, product.lo, 0u);
    }
    return axis;
}

/* The place of a value that is no NaN. */
TRL_SHARED trl_i32 trl_axis_place(trl_axis_scale axis, trl_u32 norm, trl_u32 bits)
{
    if (norm == TRL_NORM_IS_LOG && (bits == 0u || (bits >> 31) != 0u))
        return -TRL_PLACE_LIMIT;
    trl_number from = axis.low;
    from.negative ^= 1u;
    trl_number place = trl_number_add(trl_axis_number(norm, axis.symlog, bits), from);
    if (axis.factor.mantissa == 0u && place.mantissa != 0u)
        return place.negative != 0u ? -TRL_PLACE_LIMIT : TRL_PLACE_LIMIT;
    place = trl_number_mul(place, axis.factor);
    trl_i32 shift = -place.exponent;
    trl_u32 size = 0u;
    if (place.mantissa != 0u && shift < 32)
        size = shift < 7 ? TRL_UINT(TRL_PLACE_LIMIT) : place.mantissa >> shift;
    if (size > TRL_UINT(TRL_PLACE_LIMIT))
        size = TRL_UINT(TRL_PLACE_LIMIT);
    return (place.negative != 0u ? -TRL_INT(size) : TRL_INT(size)) + axis.offset;
}

#endif

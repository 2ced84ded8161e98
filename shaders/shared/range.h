/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What happens to a range before thresholds are made of it: it runs after the frames, or is made
 * symmetric. Integer arithmetic on keys (see scale.h), so that every device and the host agree.
 */
#ifndef TRL_SHARED_RANGE_H
#define TRL_SHARED_RANGE_H

#include "shared/scale.h"

/* How many frames a running range looks back at: what happens in fewer than half of them leaves no
 * trace. */
#define TRL_RUN_FRAMES 9u
/* Parts of 256: how fast it widens, the band at each end within which it stays. */
#define TRL_RUN_WIDEN 64u
#define TRL_RUN_BAND 32u
/* Parts of 256 by which a running equalisation follows. */
#define TRL_RUN_SPREAD 32u

struct trl_span {
    trl_u32 low; /* keys */
    trl_u32 high;
};

#ifndef VULKAN
typedef struct trl_span trl_span;
#endif

/* from + (to - from) * step / 256, rounded up to a key: of values, or for a logarithmic scale of
 * the keys themselves, which grow as the logarithm does. */
TRL_SHARED trl_u32 trl_key_mix(bool log_scale, trl_u32 from, trl_u32 to, trl_u32 step)
{
    if (!log_scale)
        return trl_float_key(trl_threshold_linear(trl_key_float(from), trl_key_float(to), step));
    trl_wide part = trl_mul_wide(to > from ? to - from : from - to, step);
    trl_u32 whole = (part.hi << 24) | (part.lo >> 8);
    if (to > from)
        return from + whole + ((part.lo & 255u) != 0u ? 1u : 0u);
    return from - whole;
}

/* Of count values (1 to TRL_RUN_FRAMES) the one that is larger than place of them. */
TRL_SHARED trl_u32 trl_run_select(trl_u32 value[TRL_RUN_FRAMES], trl_u32 count, trl_u32 place)
{
    trl_u32 found = value[0];
    for (trl_u32 i = 0u; i < count; i++) {
        trl_u32 below = 0u;
        for (trl_u32 k = 0u; k < count; k++)
            below += value[k] < value[i] || (value[k] == value[i] && k < i) ? 1u : 0u;
        if (below == place)
            found = value[i];
    }
    return found;
}

/* One frame of a running range. An end that is too narrow moves a quarter of the way, and all of it
 * when less than a step of the map is left; one that is too wide stays where it is up to an eighth
 * of the range, and beyond moves by shrink parts of 256. */
TRL_SHARED trl_span trl_run_follow(bool log_scale, trl_span held, trl_span seen, trl_u32 shrink)
{
    trl_span next = held;
    if (seen.high > held.high)
        next.high = held.high >= trl_key_mix(log_scale, held.low, seen.high, 255u)
                        ? seen.high
                        : trl_key_mix(log_scale, held.high, seen.high, TRL_RUN_WIDEN);
    else if (seen.high < trl_key_mix(log_scale, held.low, held.high, 256u - TRL_RUN_BAND))
        next.high = trl_key_mix(log_scale, held.high, seen.high, shrink);
    if (seen.low < held.low)
        next.low = held.low <= trl_key_mix(log_scale, held.high, seen.low, 255u)
                       ? seen.low
                       : trl_key_mix(log_scale, held.low, seen.low, TRL_RUN_WIDEN);
    else if (seen.low > trl_key_mix(log_scale, held.low, held.high, TRL_RUN_BAND))
        next.low = trl_key_mix(log_scale, held.low, seen.low, shrink);
    return next;
}

/* 2 * center - end, rounded away from the center (up), within the finite floats. */
TRL_SHARED trl_u32 trl_mirror(trl_u32 center, trl_u32 end, bool up)
{
    trl_number other = trl_number_of(end, 1u);
    other.negative ^= 1u;
    trl_number n = trl_number_add(trl_number_of(center, 2u), other);
    if (!up)
        n.negative ^= 1u;
    trl_u32 bits = trl_number_float_up(n);
    if (!up)
        bits ^= 0x80000000u;
    if ((bits & 0x7fffffffu) == 0x7f800000u)
        bits -= 1u;
    return bits;
}

/* The smallest range around the center that holds this one. */
TRL_SHARED trl_span trl_span_center(trl_span span, trl_u32 center)
{
    trl_u32 low = trl_float_key(trl_mirror(center, trl_key_float(span.high), false));
    trl_u32 high = trl_float_key(trl_mirror(center, trl_key_float(span.low), true));
    trl_span wide;
    wide.low = low < span.low ? low : span.low;
    wide.high = high > span.high ? high : span.high;
    return wide;
}

/* Floor of dividend / divisor, which is below 2^32; divisor is not 0. */
TRL_SHARED trl_u32 trl_wide_divide(trl_wide dividend, trl_u32 divisor)
{
    trl_u32 quotient = 0u, rest = dividend.hi;
    for (int bit = 31; bit >= 0; bit--) {
        trl_u32 carry = rest >> 31;
        rest = (rest << 1) | ((dividend.lo >> bit) & 1u);
        quotient <<= 1;
        if (carry != 0u || rest >= divisor) {
            rest -= divisor;
            quotient |= 1u;
        }
    }
    return quotient;
}

/* ---- equalisation ---- */

/* Of n elements above the low end, the rank of the one at which step (1 to 255) begins. */
TRL_SHARED trl_u32 trl_equal_rank(trl_u32 n, trl_u32 step)
{
    trl_wide product = trl_mul_wide(n, step);
    trl_u32 rank = (product.hi << 24) | (product.lo >> 8);
    return (product.lo & 255u) != 0u ? rank + 1u : rank;
}

/* Of a field's elements, the part that is in a bin, in parts of 2^24: fields of the same spread
 * have the same parts, however many elements they have. */
TRL_SHARED trl_u32 trl_clahe_height(trl_u32 height, trl_u32 n)
{
    return n == 0u ? 0u : trl_wide_divide(trl_mul_wide(height, 0x1000000u), n);
}

/* The height at which a histogram is cut; clip counts mean heights in parts of 256. */
TRL_SHARED trl_u32 trl_clahe_limit(trl_u32 clip)
{
    return clip << 8;
}

/* Where a bin goes, in parts of 256 of a step, if what is left of the bins up to it has this sum,
 * all of them had the total before, and the excess was cut off: every bin gets the same of that. */
TRL_SHARED trl_u32 trl_clahe_level(trl_u32 bin, trl_u32 sum, trl_u32 excess, trl_u32 total)
{
    if (total == 0u)
        return bin << 8;
    sum += ((bin + 1u) * excess) >> 8;
    return trl_wide_divide(trl_mul_wide(sum, 65280u), total);
}

/* One frame of a running one: an eighth of the way, but at most three steps. */
TRL_SHARED trl_u32 trl_clahe_follow(trl_u32 held, trl_u32 level)
{
    trl_u32 way = (level > held ? level - held : held - level) >> 3;
    way = way > 768u ? 768u : way;
    return level > held ? held + way : held - way;
}

/* The step between four levels, the weights of each pair adding up to 256. */
TRL_SHARED trl_u32 trl_clahe_step(trl_u32 upper_left, trl_u32 upper_right, trl_u32 lower_left,
                                  trl_u32 lower_right, trl_u32 right, trl_u32 lower)
{
    trl_u32 above = upper_left * (256u - right) + upper_right * right;
    trl_u32 below = lower_left * (256u - right) + lower_right * right;
    /* At most 65280 * 65536: with the half it stays below 2^32. */
    return (above * (256u - lower) + below * lower + 0x800000u) >> 24;
}

#endif

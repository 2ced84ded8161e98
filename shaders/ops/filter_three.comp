#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// Median and Sobel magnitude of 3 x 3 elements. An invocation makes a run of elements down a
// column and reads each row of three once.
#include "shared/scale.h"
#include "shared/filter.h"
#include "shared/tensor.glsl"
#include "filter.glsl"

layout(local_size_x = TRL_FILTER_LANES) in;
layout(constant_id = 6) const uint MEDIAN = 0;

const uint RUN = TRL_FILTER_RUN;

uint middle(uint a, uint b, uint c)
{
    return max(min(a, b), min(max(a, b), c));
}

uvec3 sorted(uvec3 a)
{
    return uvec3(min(a.x, min(a.y, a.z)), middle(a.x, a.y, a.z), max(a.x, max(a.y, a.z)));
}

// Of nine keys in three rows, each sorted.
uint middle_of_nine(uvec3 a, uvec3 b, uvec3 c)
{
    return middle(max(a.x, max(b.x, c.x)), middle(a.y, b.y, c.y), min(a.z, min(b.z, c.z)));
}

// What is not finite goes to the bottom and the top by turns. With an odd number of them, the one
// too many at the bottom makes it the lower of the two in the middle, and at the top the upper.
uvec3 keys(uvec3 row, inout bool bottom)
{
    for (int i = 0; i < 3; i++) {
        if (bits_finite(row[i])) {
            row[i] = trl_float_key(row[i]);
        } else {
            row[i] = bottom ? 0u : 0xffffffffu;
            bottom = !bottom;
        }
    }
    return sorted(row);
}

uint middle_key(uvec3 a, uvec3 b, uvec3 c, bool bottom)
{
    uvec3 ka = keys(a, bottom);
    uvec3 kb = keys(b, bottom);
    uvec3 kc = keys(c, bottom);
    return middle_of_nine(ka, kb, kc);
}

uint median(uvec3 a, uvec3 b, uvec3 c)
{
    uint lower = trl_key_float(middle_key(a, b, c, true));
    uint upper = trl_key_float(middle_key(a, b, c, false));
    if (lower == upper)
        return lower;
    return sum(product(0x3f000000u, lower), product(0x3f000000u, upper));
}

// The square root of a float in 1 to 8, rounded to the nearest: the device's guess R / 2^n is
// right if (2R - 1)^2 < 4 x < (2R + 1)^2 in units of the last place.
uint root(uint bits)
{
    uint octave = (bits >> 23) - 127u;
    uint mantissa = (bits & 0x7fffffu) | 0x800000u;
    uint shift = 25u + (octave & 1u);
    trl_wide x = trl_mul_wide(mantissa, 1u << shift);
    uint exponent = octave == 2u ? 128u : 127u;
    uint guess = clamp(floatBitsToUint(sqrt(uintBitsToFloat(bits))), exponent << 23,
                       (exponent << 23) | 0x7fffffu);
    uint r = (guess & 0x7fffffu) | 0x800000u;
    for (int i = 0; i < 16; i++) {
        trl_wide below = trl_mul_wide(2u * r - 1u, 2u * r - 1u);
        trl_wide above = trl_mul_wide(2u * r + 1u, 2u * r + 1u);
        bool less = above.hi < x.hi || (above.hi == x.hi && above.lo < x.lo);
        bool more = below.hi > x.hi || (below.hi == x.hi && below.lo > x.lo);
        if (!less && !more)
            break;
        r += less ? 1u : 0xffffffffu;
    }
    return (exponent << 23) | (r & 0x7fffffu);
}

// sqrt(x^2 + y^2) of two magnitudes. The larger is brought to 1..2 by its exponent, so that no
// square is too large or too small.
uint hypotenuse(uint x, uint y)
{
    uint large = max(x, y);
    uint small = min(x, y);
    if (large >= TRL_FILTER_INF)
        return TRL_FILTER_INF;
    if (large == 0u)
        return 0u;
    uint shift = (large & TRL_FILTER_INF) - 0x3f800000u;
    uint b = (small >> 23) + 60u < large >> 23 ? 0u : small - shift;
    precise float a2 = uintBitsToFloat(large - shift) * uintBitsToFloat(large - shift);
    precise float b2 = uintBitsToFloat(b) * uintBitsToFloat(b);
    precise float square = a2 + b2;
    return min(root(floatBitsToUint(square)) + shift, TRL_FILTER_INF);
}

uint slope(uvec3 from, uvec3 to)
{
    uint inner = difference(to.y, from.y);
    return sum(sum(difference(to.x, from.x), product(0x40000000u, inner)),
               difference(to.z, from.z));
}

uvec3 or_centre(uvec3 row, uint centre)
{
    for (int i = 0; i < 3; i++)
        if (!bits_finite(row[i]))
            row[i] = centre;
    return row;
}

uint sobel(uvec3 a, uvec3 b, uvec3 c)
{
    if (FLOATS) {
        a = or_centre(a, b.y);
        b = or_centre(b, b.y);
        c = or_centre(c, b.y);
    }
    uint x = slope(uvec3(a.x, b.x, c.x), uvec3(a.z, b.z, c.z));
    uint y = slope(a, c);
    return hypotenuse(x & 0x7fffffffu, y & 0x7fffffffu);
}

uvec3 three(uint tile, int row, int column)
{
    return uvec3(nearest(tile, row, column - 1), nearest(tile, row, column),
                 nearest(tile, row, column + 1));
}

void main()
{
    uint runs = (p.row_count + RUN - 1u) / RUN;
    uint count = runs * p.columns * p.tiles;
    uint step = gl_NumWorkGroups.x * TRL_FILTER_LANES;
    for (uint item = gl_GlobalInvocationID.x; item < count; item += step) {
        int column = int(item % p.columns);
        uint outer = item / p.columns;
        uint tile = p.tile + outer / runs;
        uint row = p.row + outer % runs * RUN;
        uint end = min(row + RUN, p.row + p.row_count);
        uvec3 a = three(tile, int(row) - 1, column);
        uvec3 b = three(tile, int(row), column);
        for (; row < end; row++) {
            uvec3 c = three(tile, int(row) + 1, column);
            uint x = b.y;
            if (bits_finite(x))
                x = MEDIAN != 0 ? median(a, b, c) : sobel(a, b, c);
            finish(place(tile, row, uint(column)), x);
            a = b;
            b = c;
        }
    }
}

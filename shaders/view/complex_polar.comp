#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// Magnitude and phase of complex elements, the same on every device: floats are only multiplied,
// added and compared near 1, and the root is made right in integers.
#include "shared/complex.h"
#include "shared/tensor.glsl"

layout(local_size_x = TRL_COMPLEX_LANES) in;

layout(std430, set = 0, binding = 1) readonly buffer Table
{
    uint table[];
};
layout(std430, set = 0, binding = 2) writeonly buffer Magnitudes
{
    uint magnitudes[]; // float bits
};
layout(std430, set = 0, binding = 3) writeonly buffer Phases
{
    uint phases[]; // 0 to 255
};
layout(push_constant) uniform Push
{
    uint base;
    uint row_stride;
    uint column_stride;
    uint part_stride;
    uint start[2];
    uint count[2];
    uint columns;
};

const uint INFINITY_BITS = 0x7f800000u;

// The larger part becomes 1 to 2, the smaller one keeps its proportion.
float scaled(uint size, uint exponent)
{
    int field = int(size >> 23) - int(exponent) + 127;
    if (exponent == 255u)
        return size == INFINITY_BITS ? 1.0 : 0.0;
    return field > 0 && size != 0u ? uintBitsToFloat(uint(field) << 23 | (size & 0x7fffffu)) : 0.0;
}

bool square_above(uint root, uint hi, uint lo)
{
    uint square_hi, square_lo;
    umulExtended(root, root, square_hi, square_lo);
    return square_hi > hi || (square_hi == hi && square_lo > lo);
}

// The root of 1 to 8, in units of 2^-22, rounded down.
uint root_of(float value)
{
    uint bits = floatBitsToUint(value);
    uint shift = 21u + (bits >> 23) - 127u;
    uint mantissa = (bits & 0x7fffffu) | 0x800000u;
    uint hi = mantissa >> (32u - shift), lo = mantissa << shift;
    uint root = uint(sqrt(value) * 4194304.0);
    while (square_above(root, hi, lo))
        root--;
    while (!square_above(root + 1u, hi, lo))
        root++;
    return root;
}

uint magnitude_of(float large, float small, uint exponent)
{
    precise float large_square = large * large;
    precise float small_square = small * small;
    precise float sum = large_square + small_square;
    uint bits = floatBitsToUint(float(root_of(sum)));
    int field = int(bits >> 23) + int(exponent) - 127 - 22;
    if (exponent == 255u || field >= 255)
        return INFINITY_BITS;
    return field > 0 ? uint(field) << 23 | (bits & 0x7fffffu) : 0u;
}

uint steps_of(float large, float small)
{
    uint steps = 0u;
    for (uint n = 0u; n < TRL_COMPLEX_SLOPE_COUNT; n++) {
        precise float border = large * uintBitsToFloat(table[TRL_COMPLEX_SLOPES + n]);
        steps += small >= border ? 1u : 0u;
    }
    return steps;
}

uint flush(uint bits)
{
    return (bits & INFINITY_BITS) == 0u ? 0u : bits;
}

void convert(uint re, uint im, uint to)
{
    uint a = flush(re & 0x7fffffffu), b = flush(im & 0x7fffffffu);
    magnitudes[to] = bits_nan(re) || bits_nan(im) ? 0x7fc00000u : 0u;
    phases[to] = 0u;
    if (bits_nan(re) || bits_nan(im) || (a | b) == 0u)
        return;
    uint exponent = max(a, b) >> 23;
    float large = scaled(max(a, b), exponent), small = scaled(min(a, b), exponent);
    magnitudes[to] = magnitude_of(large, small, exponent);
    uint phase = steps_of(large, small);
    if (b > a)
        phase = 64u - phase;
    if (re >> 31 != 0u)
        phase = 128u - phase;
    if (im >> 31 != 0u)
        phase = 0u - phase;
    phases[to] = phase & 255u;
}

void main()
{
    for (uint row = gl_WorkGroupID.y; row < count[0]; row += gl_NumWorkGroups.y)
        for (uint column = gl_GlobalInvocationID.x; column < count[1];
             column += gl_NumWorkGroups.x * TRL_COMPLEX_LANES) {
            uint at = base + (start[0] + row) * row_stride + (start[1] + column) * column_stride;
            convert(tensor_bits(at), tensor_bits(at + part_stride),
                    (start[0] + row) * columns + start[1] + column);
        }
}

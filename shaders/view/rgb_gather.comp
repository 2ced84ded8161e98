#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// Gathers the channels of every pixel into one word. A value's byte is found by comparing integers,
// so it is the same on every device.
#include "shared/scale.h"
#include "shared/view.h"
#include "shared/rgb.h"
#include "shared/tensor.glsl"

layout(local_size_x = TRL_RGB_LANES) in;
layout(constant_id = 2) const uint BYTES = 0; // elements are bytes and taken as they are

layout(std430, set = 0, binding = 1) readonly buffer Table
{
    uint table[];
};
layout(std430, set = 0, binding = 2) buffer Pixels
{
    uint pixels[];
};
layout(std430, set = 0, binding = 3) buffer Counts
{
    uint counts[];
};
layout(push_constant) uniform Push
{
    uint base;
    uint row_stride;
    uint column_stride;
    uint channel[4];
    uint start[2];
    uint count[2];
    uint columns;
    uint merge;
};

bool special = false;

// A guess, checked; where the range is so narrow or wide that floats fail, a search.
uint byte_of(uint bits)
{
    uint key = trl_float_key(bits);
    float low = uintBitsToFloat(table[TRL_RGB_LOW]);
    float place = (uintBitsToFloat(bits) - low) * uintBitsToFloat(table[TRL_RGB_FACTOR]);
    uint byte = min(uint(clamp(place + 0.5, 0.0, 255.0)), 255u);
    if (key < table[TRL_RGB_FIRST] || key >= table[TRL_RGB_END])
        special = true;
    if (key >= table[byte] && key < table[byte + 1u])
        return byte;
    byte = 0u;
    for (uint step = 128u; step > 0u; step >>= 1)
        byte += key >= table[byte + step] ? step : 0u;
    return byte;
}

void main()
{
    for (uint row = gl_WorkGroupID.y; row < count[0]; row += gl_NumWorkGroups.y)
        for (uint column = gl_GlobalInvocationID.x; column < count[1];
             column += gl_NumWorkGroups.x * TRL_RGB_LANES) {
            uint at = base + (start[0] + row) * row_stride + (start[1] + column) * column_stride;
            uint to = (start[0] + row) * columns + start[1] + column;
            uint word = merge != 0u ? pixels[to] : TRL_RGB_OPAQUE;
            bool nan = word == TRL_RGB_NAN;
            for (uint n = 0u; n < 4u; n++) {
                if (channel[n] == TRL_RGB_NONE)
                    continue;
                uint byte;
                if (BYTES != 0) {
                    byte = tensor_byte(at + channel[n]);
                } else {
                    uint bits = tensor_bits(at + channel[n]);
                    nan = nan || bits_nan(bits);
                    byte = byte_of(bits);
                }
                word = (word & ~(0xffu << 8u * n)) | byte << 8u * n;
            }
            special = special || nan;
            if ((word & TRL_RGB_OPAQUE) == 0u)
                word = 0u;
            pixels[to] = nan ? TRL_RGB_NAN : word;
        }
    if (special && counts[TRL_COUNT_SPECIAL] == 0u)
        atomicOr(counts[TRL_COUNT_SPECIAL], 1u);
}

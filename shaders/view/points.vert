#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// A row of the tensor as a point: its place in sub-pixels, worked out by integers, goes to the
// fragments as it is. The square that is drawn is centred on the pixel that the place lies in.
#include "shared/axis.h"
#include "shared/chart.h"
#include "shared/tensor.glsl"
#include "shared/axis.glsl"

layout(constant_id = 2) const uint X_NORM = TRL_NORM_IS_LINEAR;
layout(constant_id = 3) const uint Y_NORM = TRL_NORM_IS_LINEAR;
layout(constant_id = 4) const uint COLORED = 0;

layout(std430, set = 0, binding = 1) readonly buffer XAxis
{
    uint x_words[];
};
layout(std430, set = 0, binding = 2) readonly buffer YAxis
{
    uint y_words[];
};
layout(std430, set = 0, binding = 3) readonly buffer Scale
{
    uint scale[];
};
layout(push_constant) uniform Push
{
    uint base;
    uint stride;
    uint x_offset;
    uint y_offset;
    uint color_offset;
    uint width;
    uint height;
    uint size;
    int radius;
};

layout(location = 0) flat out ivec2 middle;
layout(location = 1) flat out uint color;

uint axis_word(uint axis, uint word)
{
    return axis == 0u ? x_words[word] : y_words[word];
}

uint color_of(uint bits)
{
    if (bits_nan(bits))
        return TRL_POINTS_COLORS - 1u;
    uint key = trl_float_key(bits);
    uint below = 0u;
    for (uint bit = 128u; bit != 0u; bit >>= 1)
        if (key >= scale[TRL_SCALE_KEYS + below + bit])
            below += bit;
    return (below * (TRL_POINTS_COLORS - 1u)) >> 8;
}

void main()
{
    uint at = base + uint(gl_VertexIndex) * stride;
    uint x = tensor_bits(at + x_offset), y = tensor_bits(at + y_offset);
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    gl_PointSize = float(size);
    middle = ivec2(0);
    color = 0u;
    if (bits_nan(x) || bits_nan(y))
        return;
    middle.x = trl_axis_place(axis_load(0u), X_NORM, x);
    middle.y = int(height) * TRL_SUBPIXELS - trl_axis_place(axis_load(1u), Y_NORM, y);
    // The upper end of an axis belongs to its last pixel.
    middle.x -= middle.x == int(width) * TRL_SUBPIXELS ? 1 : 0;
    middle.y -= middle.y == int(height) * TRL_SUBPIXELS ? 1 : 0;
    ivec2 pixel = middle >> 6;
    if (any(lessThan(middle, ivec2(0))) || pixel.x >= int(width) || pixel.y >= int(height))
        return;
    if (COLORED != 0u)
        color = color_of(tensor_bits(at + color_offset));
    gl_Position = vec4((2.0 * float(pixel.x) + 1.0) / float(width) - 1.0,
                       (2.0 * float(pixel.y) + 1.0) / float(height) - 1.0, 0.0, 1.0);
}

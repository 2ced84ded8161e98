#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// From where to where a line runs within every sub-column, counted downwards in sub-pixels: its
// samples, and where it crosses the two edges.
#include "shared/axis.h"
#include "shared/chart.h"
#include "shared/tensor.glsl"
#include "shared/place.glsl"
#include "shared/axis.glsl"

layout(local_size_x = 64) in;
layout(constant_id = 2) const uint NORM = TRL_NORM_IS_LINEAR;

layout(std430, set = 0, binding = 1) readonly buffer Edges
{
    uint edges[];
};
layout(std430, set = 0, binding = 2) readonly buffer Envelope
{
    uint envelope[];
};
layout(std430, set = 0, binding = 3) readonly buffer Axis
{
    uint axis_words[];
};
layout(std430, set = 0, binding = 4) writeonly buffer Strokes
{
    ivec2 strokes[];
};
layout(push_constant) uniform Push
{
    trl_place place;
    uint columns;
    uint start;
    uint count;
    uint series;
    uint series_count;
    uint height;
    uint part;
};

trl_axis_scale axis;
int top = TRL_LINES_NONE, bottom = -TRL_LINES_NONE;

uint axis_word(uint which, uint word)
{
    return axis_words[word];
}

int place_of(uint bits)
{
    return int(height) - trl_axis_place(axis, NORM, bits);
}

void take(int at)
{
    top = min(top, at);
    bottom = max(bottom, at);
}

void take_edge(uint edge, uint row)
{
    uint index = edges[2u * edge], part_above = edges[2u * edge + 1u];
    uint a = tensor_bits(place_element(place, 0u, row, index));
    if (bits_nan(a))
        return;
    if (part_above == 0u) {
        take(place_of(a));
        return;
    }
    uint b = tensor_bits(place_element(place, 0u, row, index + 1u));
    if (!bits_nan(b))
        take(trl_lines_between(place_of(a), place_of(b), part_above));
}

void main()
{
    if (gl_GlobalInvocationID.x >= count)
        return;
    axis = axis_load(0u);
    uint column = start + gl_GlobalInvocationID.x;
    uint line = gl_WorkGroupID.y;
    uint word = line * columns + column;
    uint low = envelope[2u * word], high = envelope[2u * word + 1u];
    if (high != 0u) {
        take(place_of(trl_key_float(~low)));
        take(place_of(trl_key_float(high)));
    }
    take_edge(column, series + line);
    take_edge(column + 1u, series + line);
    strokes[word] = ivec2(top, bottom);
}

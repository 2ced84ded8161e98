#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// The smallest and largest sample within every sub-column, as keys; the smallest inverted, so that
// both begin at 0.
#include "shared/chart.h"
#include "shared/scale.h"
#include "shared/tensor.glsl"
#include "shared/place.glsl"

layout(local_size_x = 64) in;
layout(std430, set = 0, binding = 1) readonly buffer Edges
{
    uint edges[];
};
layout(std430, set = 0, binding = 2) buffer Envelope
{
    uint envelope[];
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

uint first_sample(uint edge)
{
    return edges[2u * edge] + (edges[2u * edge + 1u] != 0u ? 1u : 0u);
}

void main()
{
    if (gl_GlobalInvocationID.x >= count)
        return;
    uint column = start + gl_GlobalInvocationID.x;
    uint line = gl_WorkGroupID.y;
    uint at = first_sample(column) + gl_WorkGroupID.z * part;
    uint end = min(first_sample(column + 1u), at + part);
    uint low = 0u, high = 0u;
    for (; at < end; at++) {
        uint bits = tensor_bits(place_element(place, 0u, series + line, at));
        if (bits_nan(bits))
            continue;
        uint key = trl_float_key(bits);
        low = max(low, ~key);
        high = max(high, key);
    }
    if (high == 0u)
        return;
    uint word = 2u * (line * columns + column);
    atomicMax(envelope[word], low);
    atomicMax(envelope[word + 1u], high);
}

#version 460
// SPDX-License-Identifier: BSD-2-Clause
// Sums the spikes of the last step along the rows, four neurons at a time, and clears the mask
// for the next spikes.
#extension GL_GOOGLE_include_directive : require
#include "shared/lif_sheet.h"

layout(local_size_x = TRL_LIF_GROUP) in;
layout(constant_id = 0) const uint excitation_radius = 3;
layout(constant_id = 1) const uint inhibition_radius = 7;
layout(push_constant) uniform Push { trl_lif_constants c; };
layout(std430, binding = 0) readonly buffer Mask { uint mask[]; };
layout(std430, binding = 1) writeonly buffer Next { uint next[]; };
layout(std430, binding = 2) writeonly buffer Rows { uint rows[]; }; // one byte a neuron

// count bits of the row from neuron at on; the row is a ring.
uint window(uint row, uint at, uint count)
{
    uint bits = 0;
    uint have = 0;
    while (have < count) {
        uint shift = at & 31u;
        uint chunk = min(min(32u - shift, c.width - at), count - have);
        bits |= bitfieldExtract(mask[row + (at >> 5)], int(shift), int(chunk)) << have;
        have += chunk;
        at += chunk;
        at = at == c.width ? 0 : at;
    }
    return bits;
}

uint sums(uint bits, uint radius, uint farthest)
{
    uint box = (1u << (2 * radius + 1)) - 1;
    uint first = farthest - radius;
    uint packed = 0;
    for (uint j = 0; j < 4; j++)
        packed |= uint(bitCount(bits & (box << (first + j)))) << (8 * j);
    return packed;
}

void main()
{
    uint quad = gl_GlobalInvocationID.x;
    uint y = gl_GlobalInvocationID.y;
    if (quad >= c.quads)
        return;
    uint farthest = max(excitation_radius, inhibition_radius);
    uint row = y * c.words;
    uint at = 4 * quad + c.width - farthest % c.width;
    at = at >= c.width ? at - c.width : at;
    uint bits = window(row, at, 2 * farthest + 4);
    uint out_at = y * c.quads + quad;
    rows[out_at] = sums(bits, excitation_radius, farthest);
    rows[out_at + c.quads * c.height] = sums(bits, inhibition_radius, farthest);
    if ((quad & 7u) == 0)
        next[row + (quad >> 3)] = 0;
}

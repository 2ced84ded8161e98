#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// Lays the points of a frame over what is left of those before, over guides, as palette indices.
#include "shared/chart.h"

layout(local_size_x = 64) in;
layout(constant_id = 0) const uint COLORS = 1;

layout(set = 0, binding = 0) uniform utextureBuffer fresh;
layout(set = 0, binding = 1) uniform utextureBuffer guides;
layout(std430, set = 0, binding = 2) buffer Trail
{
    uint trail[];
};
layout(std430, set = 0, binding = 3) writeonly buffer Cells
{
    uint cells[];
};
layout(push_constant) uniform Push
{
    uint words;
    uint decay;
};

void main()
{
    uint step = gl_NumWorkGroups.x * 64u;
    for (uint at = gl_GlobalInvocationID.x; at < words; at += step) {
        uint now = texelFetch(fresh, int(at)).x, past = trail[at];
        uint guide = texelFetch(guides, int(at)).x;
        uint low = trl_points_fade(now & 0xffffu, past & 0xffffu, decay);
        uint high = trl_points_fade(now >> 16, past >> 16, decay);
        trail[at] = low | high << 16;
        cells[at] = trl_points_index(low, guide & 0xffffu, COLORS) |
                    trl_points_index(high, guide >> 16, COLORS) << 16;
    }
}

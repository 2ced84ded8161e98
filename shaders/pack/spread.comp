#version 460
// SPDX-License-Identifier: BSD-2-Clause
// Repeats rows that were written once: row y of the plane is source row rows[y].
#extension GL_GOOGLE_include_directive : require
#include "shared/pack.h"

layout(local_size_x_id = 2) in;
layout(push_constant) uniform Push
{
    trl_spread_push p;
};
layout(binding = 0) readonly buffer Source
{
    uvec4 source[];
};
layout(binding = 1) uniform utextureBuffer rows;
layout(binding = 2) writeonly buffer Target
{
    uvec4 target[];
};

void main()
{
    uint y = gl_WorkGroupID.x;
    uint picture_row = min(y, p.picture_height - 1u);
    uint pair = texelFetch(rows, int(picture_row >> 1)).x;
    uint row = min((picture_row & 1u) == 0u ? pair & 0xffffu : pair >> 16, p.source_rows);
    uint from = p.source_offset + row * p.source_stride >> 2;
    uint to = p.offset + y * p.stride >> 2;
    for (uint n = gl_LocalInvocationID.x; n < p.words >> 2; n += gl_WorkGroupSize.x)
        target[to + n] = source[from + n];
}

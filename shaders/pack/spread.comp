#version 460
// SPDX-License-Identifier: BSD-2-Clause
// Rows of a plane from rows that were written once: repeated, or for 4:2:0 chroma the mean of two.
#extension GL_GOOGLE_include_directive : require
#include "shared/pack.h"
#include "shared/yuv.h"

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

uint source_row(uint y)
{
    y = min(y, p.picture_height - 1u);
    if (p.mapped == 0u)
        return y;
    uint pair = texelFetch(rows, int(y >> 1)).x;
    return min((y & 1u) == 0u ? pair & 0xffffu : pair >> 16, p.source_rows);
}

void main()
{
    uint y = gl_WorkGroupID.x;
    uint upper = source_row(p.pairs == 0u ? y : 2u * y);
    uint lower = p.pairs == 0u ? upper : source_row(2u * y + 1u);
    uint upper_at = p.source_offset + upper * p.source_stride >> 2;
    uint lower_at = p.source_offset + lower * p.source_stride >> 2;
    uint to = p.offset + y * p.stride >> 2;
    for (uint n = gl_LocalInvocationID.x; n < p.words >> 2; n += gl_WorkGroupSize.x) {
        uvec4 codes = source[upper_at + n];
        if (upper != lower) {
            uvec4 below = source[lower_at + n];
            for (uint k = 0u; k < 4u; k++)
                codes[k] = trl_yuv_chroma_row_mean(codes[k], below[k]);
        }
        target[to + n] = codes;
    }
}

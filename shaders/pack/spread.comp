#version 460
// SPDX-License-Identifier: BSD-2-Clause
// Rows of a plane from rows that were written once: repeated, or for 4:2:0 chroma the mean of two.
#extension GL_GOOGLE_include_directive : require
#include "shared/pack.h"
#include "shared/yuv.h"

layout(local_size_x_id = 0) in;
layout(push_constant) uniform Push
{
    trl_spread_push p;
};
layout(binding = 0) readonly buffer Source
{
    uvec4 source[];
};
layout(binding = 1) uniform utextureBuffer list;
layout(binding = 2) writeonly buffer Target
{
    uvec4 target[];
};

void main()
{
    int entry = int(gl_WorkGroupID.x * 2u);
    uint y = texelFetch(list, entry).x;
    uint pair = texelFetch(list, entry + 1).x;
    uint upper = p.source_offset + (pair & 0xffffu) * p.source_stride >> 2;
    uint lower = p.source_offset + (pair >> 16) * p.source_stride >> 2;
    uint to = p.offset + y * p.stride >> 2;
    for (uint n = gl_LocalInvocationID.x; n < p.words >> 2; n += gl_WorkGroupSize.x) {
        uvec4 codes = source[upper + n];
        if (upper != lower) {
            uvec4 below = source[lower + n];
            for (uint k = 0u; k < 4u; k++)
                codes[k] = trl_yuv_chroma_row_mean(codes[k], below[k]);
        }
        target[to + n] = codes;
    }
}

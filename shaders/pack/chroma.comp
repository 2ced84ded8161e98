#version 460
// SPDX-License-Identifier: BSD-2-Clause
// Chroma planes of 4:2:0 from sums over the columns: the mean of two rows, 16 samples at a time.
#extension GL_GOOGLE_include_directive : require
#include "shared/pack.h"
#include "shared/yuv.h"

layout(local_size_x_id = 2) in;
layout(push_constant) uniform Push
{
    trl_chroma_push p;
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
    uint upper = source_row(2u * y) * p.source_stride >> 2;
    uint lower = source_row(2u * y + 1u) * p.source_stride >> 2;
    for (uint at = gl_LocalInvocationID.x; at * 16u < p.width; at += gl_WorkGroupSize.x) {
        uvec4 cb = uvec4(0u);
        uvec4 cr = uvec4(0u);
        for (uint n = 0u; n < 4u; n++) {
            ivec4 a = ivec4(source[upper + at * 4u + n]);
            ivec4 b = a;
            if (upper != lower)
                b = ivec4(source[lower + at * 4u + n]);
            ivec4 sum_cb = (a << 16 >> 16) + (b << 16 >> 16);
            ivec4 sum_cr = (a >> 16) + (b >> 16);
            for (uint k = 0u; k < 4u; k++) {
                cb[n] |= trl_yuv_chroma_mean(sum_cb[k]) << (8u * k);
                cr[n] |= trl_yuv_chroma_mean(sum_cr[k]) << (8u * k);
            }
        }
        target[(p.offset[0] + y * p.stride[0] >> 2) + at] = cb;
        target[(p.offset[1] + y * p.stride[1] >> 2) + at] = cr;
    }
}

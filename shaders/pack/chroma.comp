#version 460
// SPDX-License-Identifier: BSD-2-Clause
// Chroma planes of 4:2:0 from sums over the columns: the mean of two rows, four samples an
// invocation.
#extension GL_GOOGLE_include_directive : require
#include "shared/pack.h"
#include "shared/yuv.h"

layout(local_size_x = TRL_PACK_GROUP) in;
layout(push_constant) uniform Push
{
    trl_chroma_push p;
};
layout(binding = 0) readonly buffer Source
{
    uint source[];
};
layout(binding = 1) readonly buffer Rows
{
    uint rows[];
};
layout(binding = 2) writeonly buffer Target
{
    uint target[];
};

uint source_row(uint y)
{
    y = min(y, p.picture_height - 1u);
    if (p.mapped == 0u)
        return y;
    uint pair = rows[y >> 1];
    return min((y & 1u) == 0u ? pair & 0xffffu : pair >> 16, p.source_rows);
}

void main()
{
    uint x = gl_GlobalInvocationID.x * 4u;
    uint y = gl_GlobalInvocationID.y;
    if (x >= p.width || y >= p.rows)
        return;
    uint upper = p.source_offset + source_row(2u * y) * p.source_stride + x;
    uint lower = p.source_offset + source_row(2u * y + 1u) * p.source_stride + x;
    uint cb = 0u;
    uint cr = 0u;
    for (uint n = 0u; n < 4u && x + n < p.width; n++) {
        int a = int(source[upper + n]);
        int b = upper == lower ? a : int(source[lower + n]);
        int sum_cb = bitfieldExtract(a, 0, 16) + bitfieldExtract(b, 0, 16);
        int sum_cr = (a >> 16) + (b >> 16);
        cb |= trl_yuv_chroma_mean(sum_cb) << (8u * n);
        cr |= trl_yuv_chroma_mean(sum_cr) << (8u * n);
    }
    target[p.offset[0] + y * p.stride[0] + (x >> 2)] = cb;
    target[p.offset[1] + y * p.stride[1] + (x >> 2)] = cr;
}

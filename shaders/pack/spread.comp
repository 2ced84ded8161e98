#version 460
// SPDX-License-Identifier: BSD-2-Clause
// Repeats rows that were written once: row y of the plane is source row rows[y].
#extension GL_GOOGLE_include_directive : require
#include "shared/pack.h"

layout(local_size_x = TRL_PACK_GROUP) in;
layout(push_constant) uniform Push
{
    trl_spread_push p;
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

void main()
{
    uint word = gl_GlobalInvocationID.x;
    uint y = gl_GlobalInvocationID.y;
    if (word >= p.words || y >= p.rows)
        return;
    uint picture_row = min(y, p.picture_height - 1u);
    uint pair = rows[picture_row >> 1];
    uint row = min((picture_row & 1u) == 0u ? pair & 0xffffu : pair >> 16, p.source_rows);
    target[p.offset + y * p.stride + word] = source[p.source_offset + row * p.source_stride + word];
}

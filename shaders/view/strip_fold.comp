#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// Joins columns two by two, so that the right half of a full strip becomes free. Of two cells the
// one with the higher index stays, background last of all.
#include "shared/chart.h"

layout(local_size_x = 64) in;
layout(set = 0, binding = 0) uniform utextureBuffer ring;
layout(std430, set = 0, binding = 1) writeonly buffer Folded
{
    uint folded[];
};
layout(push_constant) uniform Push
{
    uint columns;
    uint rows;
    uint stride;
    uint first;
};

uint pair(uint row, uint column)
{
    if (column >= columns)
        return TRL_INDEX_BACKGROUND;
    uint word = texelFetch(ring, int((row * stride + column) >> 1)).x;
    uint a = word & 0xffffu;
    uint b = column + 1u < columns ? word >> 16 : TRL_INDEX_BACKGROUND;
    if (a == TRL_INDEX_BACKGROUND || b == TRL_INDEX_BACKGROUND)
        return min(a, b);
    return max(a, b);
}

void main()
{
    uint column = 2u * gl_GlobalInvocationID.x;
    if (column >= columns)
        return;
    for (uint row = gl_WorkGroupID.y; row < rows; row += gl_NumWorkGroups.y)
        folded[(row * stride + column) >> 1] = pair(row, 2u * column) | (pair(row, 2u * column + 2u) << 16);
}

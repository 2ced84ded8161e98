#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// Lays a ring of columns out as a picture, two cells an invocation.
#include "shared/chart.h"

layout(local_size_x = 64) in;
layout(set = 0, binding = 0) uniform utextureBuffer ring;
layout(std430, set = 0, binding = 1) writeonly buffer Cells
{
    uint cells[];
};
layout(push_constant) uniform Push
{
    uint columns;
    uint rows;
    uint stride;
    uint first;
};

uint cell(uint row, uint column)
{
    uint slot = column + first;
    slot -= slot >= columns ? columns : 0u;
    uint at = row * stride + slot;
    return (texelFetch(ring, int(at >> 1)).x >> ((at & 1u) * 16u)) & 0xffffu;
}

void main()
{
    uint column = 2u * gl_GlobalInvocationID.x;
    if (column >= columns)
        return;
    for (uint row = gl_WorkGroupID.y; row < rows; row += gl_NumWorkGroups.y) {
        uint word = cell(row, column) | (cell(row, min(column + 1u, columns - 1u)) << 16);
        cells[(row * stride + column) >> 1] = word;
    }
}

#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// Draws bins as bars, two pixels an invocation.
#include "shared/axis.h"
#include "shared/chart.h"

layout(local_size_x = 64) in;
layout(std430, set = 0, binding = 0) readonly buffer Parts
{
    uint parts[];
};
layout(std430, set = 0, binding = 1) writeonly buffer Cells
{
    uint cells[];
};
layout(push_constant) uniform Push
{
    uint width;
    uint height;
    uint stride;
    uint bins;
    uint full;
};

void main()
{
    uint column = 2u * gl_GlobalInvocationID.x;
    if (column >= width)
        return;
    for (uint row = gl_WorkGroupID.y; row < height; row += gl_NumWorkGroups.y) {
        uint word = 0u;
        for (uint n = 0u; n < 2u; n++) {
            uint x = min(column + n, width - 1u);
            uint bin = x * bins / width;
            uint index = trl_histogram_bar(x, height - 1u - row, parts[bin], width, bins, full);
            word |= index << (16u * n);
        }
        cells[(row * stride + column) >> 1] = word;
    }
}

#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// Means of pixels along one axis, rounded to the nearest of 65025 steps.
#include "shared/rgb.h"
#include "shared/rgb.glsl"

layout(local_size_x = TRL_RGB_LANES) in;
layout(constant_id = 0) const uint FIRST = 1; // the source is gathered words, not pairs
layout(constant_id = 1) const uint PREMULTIPLIED = 1;

layout(std430, set = 0, binding = 0) readonly buffer Source
{
    uint source[];
};
layout(std430, set = 0, binding = 1) readonly buffer Bounds
{
    uint bounds[];
};
layout(std430, set = 0, binding = 2) writeonly buffer Cells
{
    uvec2 cells[];
};
layout(push_constant) uniform Push
{
    uint rows;
    uint columns;
    uint source_columns;
    uint along_rows;
    uint nan_color;
};

uvec4 read(uint at)
{
    if (FIRST != 0)
        return rgb_of_word(source[at], nan_color, PREMULTIPLIED != 0);
    return rgb_of_pair(uvec2(source[2u * at], source[2u * at + 1u]));
}

void main()
{
    for (uint row = gl_WorkGroupID.y; row < rows; row += gl_NumWorkGroups.y)
        for (uint column = gl_GlobalInvocationID.x; column < columns;
             column += gl_NumWorkGroups.x * TRL_RGB_LANES) {
            uint cell = along_rows != 0u ? row : column;
            uint count = bounds[cell + 1u] - bounds[cell];
            uint step = along_rows != 0u ? source_columns : 1u;
            uint at = bounds[cell] * step + (along_rows != 0u ? column : row * source_columns);
            uvec4 sum = uvec4(count / 2u);
            for (uint n = 0u; n < count; n++, at += step)
                sum += read(at);
            cells[row * columns + column] = rgb_pair(sum / count);
        }
}

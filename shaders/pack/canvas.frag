#version 460
// SPDX-License-Identifier: BSD-2-Clause
// Draws a picture in full colour.
#extension GL_GOOGLE_include_directive : require
#include "shared/pack.h"

layout(push_constant) uniform Push
{
    uint cell_columns;
    uint cell_rows;
};
layout(binding = 0) readonly buffer Colors
{
    uint colors[];
};
layout(binding = 1) readonly buffer Columns
{
    uint columns[];
};
layout(binding = 2) readonly buffer Rows
{
    uint rows[];
};
layout(location = 0) out vec4 color;

uint map(uint word, uint n)
{
    return (n & 1u) == 0u ? word & 0xffffu : word >> 16;
}

void main()
{
    uvec2 at = uvec2(gl_FragCoord.xy);
    uint column = min(map(columns[at.x >> 1], at.x), cell_columns);
    uint row = min(map(rows[at.y >> 1], at.y), cell_rows);
    uint word = colors[row * (cell_columns + 1u) + column];
    // The target rounds to 8 bits: code / 255 comes back as the same code on every device.
    color = unpackUnorm4x8(word | 0xff000000u);
}

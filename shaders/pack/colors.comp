#version 460
// SPDX-License-Identifier: BSD-2-Clause
// Looks the cells of a picture up in its palette once, with one column and one row of background
// behind them.
#extension GL_GOOGLE_include_directive : require
#include "shared/pack.h"

layout(local_size_x = TRL_PACK_GROUP) in;
layout(push_constant) uniform Push
{
    uint cell_columns;
    uint cell_rows;
    uint cell_stride;
    uint background;
};
layout(binding = 0) readonly buffer Cells
{
    uint cells[];
};
layout(binding = 1) readonly buffer Palette
{
    uint palette[];
};
layout(binding = 2) writeonly buffer Colors
{
    uint colors[];
};

void main()
{
    uint column = gl_GlobalInvocationID.x;
    uint row = gl_GlobalInvocationID.y;
    if (column > cell_columns || row > cell_rows)
        return;
    uint index = background;
    if (column < cell_columns && row < cell_rows) {
        uint at = row * cell_stride + column;
        uint pair = cells[at >> 1];
        index = (at & 1u) == 0u ? pair & 0xffffu : pair >> 16;
    }
    colors[row * (cell_columns + 1u) + column] = palette[index];
}

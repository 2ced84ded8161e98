#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// The heat map in compute, for devices of which only a small part draws fragments: two cells, which
// share a word, an invocation.
#include "view/classify.glsl"

layout(local_size_x = 64, local_size_y = 4) in;
layout(std430, set = 0, binding = 5) writeonly buffer Cells
{
    uint cells[];
};

void main()
{
    uint columns = cell_columns * (TILED != 0 ? grid_columns : 1u);
    uint stride = (columns + 1u) >> 1, column = 2u * gl_GlobalInvocationID.x;
    uint rows = TILED != 0 ? (tiles + grid_columns - 1u) / grid_columns * cell_rows : cell_rows;
    if (column >= columns)
        return;
    for (uint row = gl_GlobalInvocationID.y; row < rows; row += gl_NumWorkGroups.y * 4u) {
        uint left = classify(column, row);
        uint right = column + 1u < columns ? classify(column + 1u, row) : 0u;
        cells[row * stride + (column >> 1)] = left | right << 16;
    }
}

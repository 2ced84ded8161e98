#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// Filters that look at one element at a time. A workgroup takes pieces of rows.
#include "shared/scale.h"
#include "shared/filter.h"
#include "shared/tensor.glsl"
#include "filter.glsl"

layout(local_size_x = TRL_FILTER_LANES) in;

const uint PIECE = TRL_FILTER_LANES * TRL_FILTER_RUN;

void main()
{
    uint pieces = (p.columns + PIECE - 1u) / PIECE;
    uint count = pieces * p.row_count * p.tiles;
    for (uint piece = gl_WorkGroupID.x; piece < count; piece += gl_NumWorkGroups.x) {
        uint line = piece / pieces;
        uint row = p.row + line % p.row_count;
        uint tile = p.tile + line / p.row_count;
        uint start = piece % pieces * PIECE + gl_LocalInvocationIndex;
        uint end = min(start + PIECE, p.columns);
        for (uint column = start; column < end; column += TRL_FILTER_LANES)
            finish(place(tile, row, column), element(tile, row, column));
    }
}

#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// Draws gathered pixels, or means of them, over the background, all in integers.
#include "shared/rgb.h"
#include "shared/rgb.glsl"

layout(local_size_x = TRL_RGB_LANES) in;
layout(constant_id = 0) const uint REDUCED = 0; // the source is pairs, not gathered words
layout(constant_id = 1) const uint SPLIT = 0;   // a tile a channel

layout(std430, set = 0, binding = 0) readonly buffer Source
{
    uint source[];
};
layout(std430, set = 0, binding = 1) readonly buffer ColumnMap
{
    uint column_map[];
};
layout(std430, set = 0, binding = 2) readonly buffer RowMap
{
    uint row_map[];
};
layout(std430, set = 0, binding = 3) writeonly buffer Words
{
    uint words[];
};
layout(push_constant) uniform Push
{
    uint width;
    uint height;
    uint cell_rows;
    uint cell_columns;
    uint grid_columns;
    uint tiles;
    uint alpha_tile;
    uint nan_color;
    uint background;
    uint checker;
};

const uint OUTSIDE = 0xffffu;

uint behind(uint x, uint y)
{
    if (checker == 0u)
        return background;
    return ((x / checker + y / checker) & 1u) == 0u ? 0x00999999u : 0x00666666u;
}

uint channel(uvec4 color, uint n)
{
    if (n == alpha_tile)
        return color.w;
    return n == 0u ? color.x : n == 1u ? color.y : color.z;
}

uint blend(uint color, uint alpha, uint under)
{
    return (255u * color + under * (RGB_FULL - alpha) + RGB_FULL / 2u) / RGB_FULL;
}

uint cell_color(uint at, uint tile, uint under)
{
    uvec4 color = REDUCED != 0 ? rgb_of_pair(uvec2(source[2u * at], source[2u * at + 1u]))
                               : rgb_of_word(source[at], nan_color, SPLIT == 0);
    if (SPLIT != 0) {
        if (REDUCED == 0 && source[at] == TRL_RGB_NAN)
            return nan_color;
        return (255u * channel(color, tile) + RGB_FULL / 2u) / RGB_FULL * 0x010101u;
    }
    return blend(color.x, color.w, under & 0xffu) | blend(color.y, color.w, under >> 8 & 0xffu) << 8 |
           blend(color.z, color.w, under >> 16 & 0xffu) << 16;
}

void main()
{
    for (uint y = gl_WorkGroupID.y; y < height; y += gl_NumWorkGroups.y) {
        uint row = row_map[y >> 1] >> 16u * (y & 1u) & 0xffffu;
        for (uint x = gl_GlobalInvocationID.x; x < width;
             x += gl_NumWorkGroups.x * TRL_RGB_LANES) {
            uint column = column_map[x >> 1] >> 16u * (x & 1u) & 0xffffu;
            uint word = background;
            if (row != OUTSIDE && column != OUTSIDE) {
                uint tile = row / cell_rows * grid_columns + column / cell_columns;
                uint at = row % cell_rows * cell_columns + column % cell_columns;
                if (tile < tiles)
                    word = cell_color(at, tile, behind(x, y));
            }
            words[y * width + x] = word;
        }
    }
}

#version 460
// SPDX-License-Identifier: BSD-2-Clause
// Draws a picture, indexed or in full colour, in full colour.
#extension GL_GOOGLE_include_directive : require
#include "shared/pack.h"

layout(push_constant) uniform Push
{
    uvec2 corner;
    uvec2 size; // around it lies background
    uint cell_columns;
    uint cell_rows;
    uint cell_stride;
    uint full; // cells holds 0x..BBGGRR, one a pixel
    uint background;
};
layout(binding = 0) uniform utextureBuffer cells;
layout(binding = 1) uniform utextureBuffer columns;
layout(binding = 2) uniform utextureBuffer rows;
layout(binding = 3) uniform utextureBuffer palette;
layout(location = 0) out vec4 color;

uint half_word(uint word, uint n)
{
    return (n & 1u) == 0u ? word & 0xffffu : word >> 16;
}

void main()
{
    uvec2 at = uvec2(gl_FragCoord.xy) - corner;
    if (full != 0u) {
        bool shown = at.x < size.x && at.y < size.y;
        uint word = shown ? texelFetch(cells, int(at.y * size.x + at.x)).x : background;
        color = unpackUnorm4x8(word | 0xff000000u);
        return;
    }
    uint column = ~0u, row = ~0u;
    if (at.x < size.x && at.y < size.y) {
        column = half_word(texelFetch(columns, int(at.x >> 1)).x, at.x);
        row = half_word(texelFetch(rows, int(at.y >> 1)).x, at.y);
    }
    uint index = TRL_PACK_BACKGROUND;
    if (column < cell_columns && row < cell_rows) {
        uint cell = row * cell_stride + column;
        index = half_word(texelFetch(cells, int(cell >> 1)).x, cell);
    }
    // The target rounds to 8 bits: code / 255 comes back as the same code on every device.
    color = unpackUnorm4x8(texelFetch(palette, int(index)).x | 0xff000000u);
}

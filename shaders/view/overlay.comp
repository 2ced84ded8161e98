#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// Puts a picture, indexed or in full colour, over what is there, in integers.
#include "shared/view.h"
#include "shared/overlay.h"

layout(local_size_x = 64) in;
layout(constant_id = 0) const uint INDEXED = 1;
layout(constant_id = 1) const uint BLEND = 0; // else the picture replaces what is there

layout(std430, set = 0, binding = 0) readonly buffer Source
{
    uint source[]; // cells, or words
};
layout(std430, set = 0, binding = 1) readonly buffer ColumnMap
{
    uint column_map[];
};
layout(std430, set = 0, binding = 2) readonly buffer RowMap
{
    uint row_map[];
};
layout(std430, set = 0, binding = 3) readonly buffer Palette
{
    uint palette[];
};
layout(std430, set = 0, binding = 4) buffer Words
{
    uint words[];
};
layout(push_constant) uniform Push
{
    uint width;
    uint height;
    uint cell_stride;
    uint alpha;
    uint hide;
};

const uint OUTSIDE = 0xffffu;

uint half_word(uint word, uint n)
{
    return word >> 16u * (n & 1u) & 0xffffu;
}

uint mix_channel(uint lower, uint upper, uint part, uint shift)
{
    uint a = lower >> shift & 0xffu, b = upper >> shift & 0xffu;
    return (a * (255u - part) + b * part + 127u) / 255u << shift;
}

void main()
{
    for (uint y = gl_WorkGroupID.y; y < height; y += gl_NumWorkGroups.y) {
        uint row = INDEXED != 0 ? half_word(row_map[y >> 1], y) : 0u;
        for (uint x = gl_GlobalInvocationID.x; x < width; x += gl_NumWorkGroups.x * 64u) {
            uint at = y * width + x, part = alpha, color;
            if (INDEXED != 0) {
                uint column = half_word(column_map[x >> 1], x), index = TRL_INDEX_BACKGROUND;
                uint cell = row * cell_stride + column;
                if (row != OUTSIDE && column != OUTSIDE)
                    index = half_word(source[cell >> 1], cell);
                color = palette[index];
                if (index >= 256u && (hide >> (index - 256u) & 1u) != 0u)
                    part = 0u;
            } else {
                color = source[at];
            }
            if (BLEND != 0) {
                uint lower = words[at];
                color = mix_channel(lower, color, part, 0u) | mix_channel(lower, color, part, 8u) |
                        mix_channel(lower, color, part, 16u);
            }
            words[at] = color;
        }
    }
}

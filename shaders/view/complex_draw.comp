#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// Phase as hue, magnitude as brightness, in integers.
#include "shared/scale.h"
#include "shared/view.h"
#include "shared/complex.h"

layout(local_size_x = TRL_COMPLEX_LANES) in;

layout(std430, set = 0, binding = 0) readonly buffer Magnitudes
{
    uint magnitudes[];
};
layout(std430, set = 0, binding = 1) readonly buffer Phases
{
    uint phases[];
};
layout(std430, set = 0, binding = 2) readonly buffer Scale
{
    uint scale[];
};
layout(std430, set = 0, binding = 3) readonly buffer Table
{
    uint table[];
};
layout(std430, set = 0, binding = 4) readonly buffer ColumnMap
{
    uint column_map[];
};
layout(std430, set = 0, binding = 5) readonly buffer RowMap
{
    uint row_map[];
};
layout(std430, set = 0, binding = 6) writeonly buffer Words
{
    uint words[];
};
layout(std430, set = 0, binding = 7) buffer Counts
{
    uint counts[];
};
layout(push_constant) uniform Push
{
    uint width;
    uint height;
    uint cell_columns;
    uint nan_color;
    uint background;
};

const uint OUTSIDE = 0xffffu;
bool special = false;

// The place on the scale, 0 to 255; what is under or over has the place of that end.
uint brightness(uint bits)
{
    uint key = trl_float_key(bits), step = 0u;
    if (key < scale[TRL_SCALE_KEYS] || key >= scale[TRL_SCALE_KEYS + 256u])
        special = true;
    if (key >= scale[TRL_SCALE_KEYS + 256u])
        return 255u;
    for (uint half_way = 128u; half_way > 0u; half_way >>= 1)
        step += key >= scale[TRL_SCALE_KEYS + step + half_way] ? half_way : 0u;
    return step;
}

uint dim(uint color, uint light, uint shift)
{
    return ((color >> shift & 0xffu) * light + 127u) / 255u << shift;
}

uint cell_color(uint at)
{
    if (magnitudes[at] > 0x7f800000u) {
        special = true;
        return nan_color;
    }
    uint light = brightness(magnitudes[at]);
    uint color = table[TRL_COMPLEX_COLORS + phases[at]];
    return dim(color, light, 0u) | dim(color, light, 8u) | dim(color, light, 16u);
}

void main()
{
    for (uint y = gl_WorkGroupID.y; y < height; y += gl_NumWorkGroups.y) {
        uint row = row_map[y >> 1] >> 16u * (y & 1u) & 0xffffu;
        for (uint x = gl_GlobalInvocationID.x; x < width;
             x += gl_NumWorkGroups.x * TRL_COMPLEX_LANES) {
            uint column = column_map[x >> 1] >> 16u * (x & 1u) & 0xffffu;
            bool outside = row == OUTSIDE || column == OUTSIDE;
            words[y * width + x] = outside ? background : cell_color(row * cell_columns + column);
        }
    }
    if (special && counts[TRL_COUNT_SPECIAL] == 0u)
        atomicOr(counts[TRL_COUNT_SPECIAL], 1u);
}

#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// An adaptive equalisation: for every field of the grid, a histogram of its elements over the steps
// of the scale. Workgroups (column, row and tile, part of the field).
#include "shared/scale.h"
#include "shared/view.h"
#include "shared/tensor.glsl"
#include "shared/place.glsl"

layout(local_size_x = 256) in;

layout(std430, set = 0, binding = 1) readonly buffer Scale
{
    uint scale[];
};
layout(std430, set = 0, binding = 2) readonly buffer Bounds
{
    uint bounds[];
};
layout(std430, set = 0, binding = 3) buffer Histogram
{
    uint histogram[];
};
layout(push_constant) uniform Push
{
    trl_place place;
    uint column_bounds;
    uint field_rows;
    uint field_columns;
    uint start[3];
    uint rows;
    uint tiles;
};

shared uint keys[257];
shared uint bins[256];

void add(uint bits)
{
    uint key = trl_float_key(bits);
    if (bits_nan(bits) || key < keys[0] || key >= keys[256])
        return;
    uint below = 0u, above = 255u; // steps that the key exceeds
    for (int n = 0; n < 8; n++) {
        uint middle = (below + above) >> 1;
        if (below < above && key >= keys[middle + 1u])
            below = middle + 1u;
        else
            above = middle;
    }
    atomicAdd(bins[below], 1u);
}

void main()
{
    uint lane = gl_LocalInvocationIndex;
    keys[lane] = scale[TRL_SCALE_KEYS + lane];
    if (lane == 0u)
        keys[256] = scale[TRL_SCALE_KEYS + 256u];
    bins[lane] = 0u;
    barrier();
    uint tile = start[0] + gl_WorkGroupID.y / rows;
    uint row = start[1] + gl_WorkGroupID.y % rows;
    uint column = start[2] + gl_WorkGroupID.x;
    uint first_row = bounds[row], first_column = bounds[column_bounds + column];
    uint end_column = bounds[column_bounds + column + 1u];
    uint chunks = (end_column - first_column + 255u) / 256u;
    uint count = (bounds[row + 1u] - first_row) * chunks;
    for (uint i = gl_WorkGroupID.z; i < count; i += gl_NumWorkGroups.z) {
        uint at = first_column + i % chunks * 256u + lane;
        if (at < end_column)
            add(tensor_bits(place_element(place, tile, first_row + i / chunks, at)));
    }
    barrier();
    uint field = (tile * field_rows + row) * field_columns + column;
    if (bins[lane] != 0u)
        atomicAdd(histogram[field * 256u + lane], bins[lane]);
}

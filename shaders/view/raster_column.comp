#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// Turns the marks into a column of the strip, each the colour of its population, and hands on what
// was counted.
#include "shared/chart.h"

layout(local_size_x = 64) in;
layout(std430, set = 0, binding = 0) readonly buffer Marks
{
    uint marks[];
};
// The first neuron of every population but the first.
layout(std430, set = 0, binding = 1) readonly buffer Populations
{
    uint first[];
};
layout(std430, set = 0, binding = 2) buffer Ring
{
    uint ring[];
};
layout(std430, set = 0, binding = 3) writeonly buffer Counts
{
    uint counts[];
};
layout(push_constant) uniform Push
{
    uint rows;
    uint stride;
    uint slot;
    uint populations;
    uint elements;
};

uint population_of(uint neuron)
{
    uint below = 0u, above = populations - 1u;
    while (below < above) {
        uint middle = (below + above) >> 1;
        if (neuron >= first[middle])
            below = middle + 1u;
        else
            above = middle;
    }
    return below;
}

void main()
{
    uint row = gl_GlobalInvocationID.x;
    if (row == 0u) {
        counts[TRL_COUNT_NAN] = marks[rows + TRL_RASTER_NAN];
        counts[TRL_COUNT_POS_INF] = 0u;
        counts[TRL_COUNT_NEG_INF] = 0u;
        counts[TRL_COUNT_UNDER] = marks[rows + TRL_RASTER_BELOW];
        counts[TRL_COUNT_OVER] = marks[rows + TRL_RASTER_ABOVE];
        counts[TRL_COUNT_FINITE] = elements - marks[rows + TRL_RASTER_NAN];
        counts[TRL_COUNT_LOW] = 0u;
        counts[TRL_COUNT_HIGH] = floatBitsToUint(float(marks[rows + TRL_RASTER_SPIKES]));
    }
    if (row >= rows)
        return;
    uint index = marks[row] == 0u ? TRL_INDEX_BACKGROUND : population_of(marks[row] - 1u);
    uint cell = row * stride + slot;
    uint shift = (cell & 1u) * 16u;
    ring[cell >> 1] = (ring[cell >> 1] & ~(0xffffu << shift)) | (index << shift);
}

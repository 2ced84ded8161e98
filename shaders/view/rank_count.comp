#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// Counts the keys of the values above the low end of the range by 11, 11 and at last 10 of their
// bits. From the second pass on there is a histogram for each of the 255 ranks, and of those that
// share their upper bits the first one's is used.
#include "shared/scale.h"
#include "shared/view.h"
#include "shared/tensor.glsl"
#include "shared/walk.glsl"

layout(constant_id = 2) const uint PASS = 0;

layout(std430, set = 0, binding = 1) readonly buffer Scale
{
    uint scale[];
};
layout(std430, set = 0, binding = 2) buffer Histogram
{
    uint histogram[];
};
layout(std430, set = 0, binding = 3) readonly buffer Ranks
{
    uint ranks[];
};
layout(push_constant) uniform Push
{
    trl_walk walk;
};

shared uint bins[TRL_HISTOGRAM_BINS]; // or the keys of the ranks
uint low_key, high_key;

void visit(uint bits)
{
    uint key = trl_float_key(bits);
    if (!bits_finite(bits) || key <= low_key || key >= high_key)
        return;
    if (PASS == 0) {
        atomicAdd(bins[key >> 21], 1u);
        return;
    }
    uint prefix = PASS == 1 ? key >> 21 : key >> 10;
    uint bin = PASS == 1 ? (key >> 10) & 2047u : key & 1023u;
    uint below = 0u, above = 255u; // ranks whose keys are lower
    for (int n = 0; n < 8; n++) {
        uint middle = (below + above) >> 1;
        if (below < above && bins[middle] < prefix)
            below = middle + 1u;
        else
            above = middle;
    }
    if (below < 255u && bins[below] == prefix)
        atomicAdd(histogram[below * TRL_HISTOGRAM_BINS + bin], 1u);
}

void main()
{
    low_key = scale[TRL_SCALE_KEYS];
    high_key = scale[TRL_SCALE_KEYS + 256u];
    if (PASS == 0)
        for (uint i = gl_LocalInvocationIndex; i < TRL_HISTOGRAM_BINS; i += TRL_WALK_LANES)
            bins[i] = 0u;
    else if (gl_LocalInvocationIndex < 255u)
        bins[gl_LocalInvocationIndex] = ranks[TRL_RANK_KEYS(PASS - 1) + gl_LocalInvocationIndex];
    barrier();
    walk_elements(walk);
    barrier();
    if (PASS == 0)
        for (uint i = gl_LocalInvocationIndex; i < TRL_HISTOGRAM_BINS; i += TRL_WALK_LANES)
            if (bins[i] != 0u)
                atomicAdd(histogram[i], bins[i]);
}

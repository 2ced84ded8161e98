#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// Counts the keys of finite values by 11, 11 and at last 10 of their bits. From the second pass on
// only those count whose upper bits are a percentile's, one histogram for each of the two.
#include "shared/scale.h"
#include "shared/view.h"
#include "shared/tensor.glsl"
#include "shared/walk.glsl"

layout(constant_id = 2) const uint POSITIVE = 0;
layout(constant_id = 3) const uint PASS = 0;

layout(std430, set = 0, binding = 1) readonly buffer Scale
{
    uint scale[];
};
layout(std430, set = 0, binding = 2) buffer Histogram
{
    uint histogram[];
};
layout(push_constant) uniform Push
{
    trl_walk walk;
};

const uint HISTOGRAMS = PASS == 0 ? 1 : 2;
shared uint bins[2u * TRL_HISTOGRAM_BINS];
uint low_prefix, high_prefix;

void visit(uint bits)
{
    uint key = trl_float_key(bits);
    if (!bits_finite(bits) || (POSITIVE != 0 && key <= TRL_FLOAT_KEY_ZERO))
        return;
    if (PASS == 0) {
        atomicAdd(bins[key >> 21], 1u);
        return;
    }
    uint prefix = PASS == 1 ? key >> 21 : key >> 10;
    uint bin = PASS == 1 ? (key >> 10) & 2047u : key & 1023u;
    if (prefix == low_prefix)
        atomicAdd(bins[bin], 1u);
    if (prefix == high_prefix)
        atomicAdd(bins[TRL_HISTOGRAM_BINS + bin], 1u);
}

void main()
{
    low_prefix = scale[TRL_SCALE_SELECT];
    high_prefix = scale[TRL_SCALE_SELECT + 2u];
    for (uint i = gl_LocalInvocationIndex; i < HISTOGRAMS * TRL_HISTOGRAM_BINS; i += TRL_WALK_LANES)
        bins[i] = 0u;
    barrier();
    walk_elements(walk);
    barrier();
    for (uint i = gl_LocalInvocationIndex; i < HISTOGRAMS * TRL_HISTOGRAM_BINS; i += TRL_WALK_LANES)
        if (bins[i] != 0u)
            atomicAdd(histogram[i], bins[i]);
}

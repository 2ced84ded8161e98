#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_KHR_shader_subgroup_arithmetic : require
// SPDX-License-Identifier: BSD-2-Clause
// Smallest and largest finite value of a frame, as keys. Both are kept as maxima (the smallest
// inverted), so that a fill with 0 is the start.
#include "shared/scale.h"
#include "shared/view.h"
#include "shared/tensor.glsl"
#include "shared/walk.glsl"

layout(constant_id = 2) const uint POSITIVE = 0; // only values above 0

layout(std430, set = 0, binding = 1) buffer Scale
{
    uint scale[];
};
layout(push_constant) uniform Push
{
    trl_walk walk;
};

shared uint group_low, group_high;
uint low = 0u, high = 0u;

void visit(uint bits)
{
    uint key = trl_float_key(bits);
    if (bits_finite(bits) && (POSITIVE == 0 || key > TRL_FLOAT_KEY_ZERO)) {
        low = max(low, ~key);
        high = max(high, key);
    }
}

void main()
{
    if (gl_LocalInvocationIndex == 0u) {
        group_low = 0u;
        group_high = 0u;
    }
    walk_elements(walk);
    low = subgroupMax(low);
    high = subgroupMax(high);
    barrier();
    if (subgroupElect()) {
        atomicMax(group_low, low);
        atomicMax(group_high, high);
    }
    barrier();
    if (gl_LocalInvocationIndex == 0u && group_high != 0u) {
        atomicMax(scale[TRL_SCALE_SEEN_LOW], group_low);
        atomicMax(scale[TRL_SCALE_SEEN_HIGH], group_high);
    }
}

#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// How many elements of a frame belong to each of the 256 steps of the scale.
#include "shared/scale.h"
#include "shared/view.h"
#include "shared/tensor.glsl"
#include "shared/walk.glsl"

layout(std430, set = 0, binding = 1) readonly buffer Scale
{
    uint scale[];
};
layout(std430, set = 0, binding = 2) buffer Steps
{
    uint steps[];
};
layout(push_constant) uniform Push
{
    trl_walk walk;
};

shared uint keys[257];
shared uint sums[256];

void visit(uint bits)
{
    uint key = trl_float_key(bits);
    if (bits_nan(bits) || key < keys[0] || key >= keys[256])
        return;
    uint step = 0u;
    for (uint bit = 128u; bit != 0u; bit >>= 1)
        step += key >= keys[step + bit] ? bit : 0u;
    // A range of one value has it in the middle, as its axis does.
    atomicAdd(sums[keys[256] - keys[0] == 1u ? 128u : step], 1u);
}

void main()
{
    uint lane = gl_LocalInvocationIndex;
    keys[lane] = scale[TRL_SCALE_KEYS + lane];
    sums[lane] = 0u;
    if (lane == 0u)
        keys[256] = scale[TRL_SCALE_KEYS + 256u];
    barrier();
    walk_elements(walk);
    barrier();
    if (sums[lane] != 0u)
        atomicAdd(steps[lane], sums[lane]);
}

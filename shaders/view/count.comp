#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// Counts the elements that are not on the map, each once. Most frames have none: the pass that drew
// them says so, and nothing is read again.
#include "shared/scale.h"
#include "shared/view.h"
#include "shared/tensor.glsl"
#include "shared/walk.glsl"

layout(std430, set = 0, binding = 1) readonly buffer Scale
{
    uint scale[];
};
layout(std430, set = 0, binding = 2) buffer Counts
{
    uint counts[];
};
layout(push_constant) uniform Push
{
    trl_walk walk;
    uint always;
};

shared uint sums[5];
uint nan = 0u, pos_inf = 0u, neg_inf = 0u, under = 0u, over = 0u;
uint low_key, high_key;

void visit(uint bits)
{
    uint key = trl_float_key(bits);
    if (bits_finite(bits)) {
        under += key < low_key ? 1u : 0u;
        over += key >= high_key ? 1u : 0u;
    } else {
        nan += bits_nan(bits) ? 1u : 0u;
        pos_inf += bits == 0x7f800000u ? 1u : 0u;
        neg_inf += bits == 0xff800000u ? 1u : 0u;
    }
}

void add(uint word, uint sum)
{
    if (sum != 0u)
        atomicAdd(sums[word], sum);
}

void main()
{
    if (gl_GlobalInvocationID == uvec3(0)) {
        counts[TRL_COUNT_LOW] = scale[TRL_SCALE_LOW];
        counts[TRL_COUNT_HIGH] = scale[TRL_SCALE_HIGH];
        // All are finite but those that are counted below.
        atomicAdd(counts[TRL_COUNT_FINITE], walk.count[0] * walk.count[1] * walk.count[2]);
    }
    if (always == 0u && counts[TRL_COUNT_SPECIAL] == 0u)
        return;
    low_key = scale[TRL_SCALE_KEYS];
    high_key = scale[TRL_SCALE_KEYS + 256u];
    if (gl_LocalInvocationIndex < 5u)
        sums[gl_LocalInvocationIndex] = 0u;
    walk_elements(walk);
    barrier();
    add(TRL_COUNT_NAN, nan);
    add(TRL_COUNT_POS_INF, pos_inf);
    add(TRL_COUNT_NEG_INF, neg_inf);
    add(TRL_COUNT_UNDER, under);
    add(TRL_COUNT_OVER, over);
    barrier();
    if (gl_LocalInvocationIndex == 0u) {
        uint others = sums[TRL_COUNT_NAN] + sums[TRL_COUNT_POS_INF] + sums[TRL_COUNT_NEG_INF];
        if (others != 0u)
            atomicAdd(counts[TRL_COUNT_FINITE], 0u - others);
    }
    if (gl_LocalInvocationIndex < 5u && sums[gl_LocalInvocationIndex] != 0u)
        atomicAdd(counts[gl_LocalInvocationIndex], sums[gl_LocalInvocationIndex]);
}

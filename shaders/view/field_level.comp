#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// An adaptive equalisation: for every field its histogram, cut at the limit, becomes the levels of
// the 256 steps. A workgroup a field.
#include "shared/range.h"
#include "shared/view.h"

layout(local_size_x = 256) in;
layout(constant_id = 0) const uint RUNNING = 0;

layout(std430, set = 0, binding = 0) readonly buffer Setup
{
    uint setup[];
};
layout(std430, set = 0, binding = 1) readonly buffer Histogram
{
    uint histogram[];
};
layout(std430, set = 0, binding = 2) buffer Levels
{
    uint levels[];
};

shared uint sums[256];

// What a lane and all before it have together.
uint running_sum(uint value)
{
    uint lane = gl_LocalInvocationIndex;
    barrier();
    sums[lane] = value;
    for (uint apart = 1u; apart < 256u; apart <<= 1) {
        barrier();
        uint left = lane >= apart ? sums[lane - apart] : 0u;
        barrier();
        sums[lane] += left;
    }
    barrier();
    return sums[lane];
}

void main()
{
    uint bin = gl_LocalInvocationIndex;
    uint word = (gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x) * 256u + bin;
    uint count = histogram[word];
    running_sum(count);
    uint height = trl_clahe_height(count, sums[255]);
    running_sum(height);
    uint total = sums[255];
    uint limit = trl_clahe_limit(setup[TRL_SETUP_CLIP]);
    running_sum(height > limit ? height - limit : 0u);
    uint excess = sums[255];
    uint sum = running_sum(min(height, limit));
    uint level = trl_clahe_level(bin, sum, excess, total);
    if (RUNNING != 0 && levels[word] != TRL_LEVEL_NONE)
        level = trl_clahe_follow(levels[word], level);
    levels[word] = level;
}

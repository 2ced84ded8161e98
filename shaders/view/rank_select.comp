#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// Finds in which bin each of the 255 ranks lies: a workgroup for each histogram that is in use, a
// lane for each rank that looks into it.
#include "shared/range.h"
#include "shared/view.h"

layout(local_size_x = 256) in;
layout(constant_id = 0) const uint PASS = 0;

layout(std430, set = 0, binding = 0) readonly buffer Histogram
{
    uint histogram[];
};
layout(std430, set = 0, binding = 1) buffer Ranks
{
    uint ranks[];
};

const uint EACH = TRL_HISTOGRAM_BINS / 256u;
shared uint sums[256]; // of the bins of a lane and all before it

void find(uint which, uint rank, uint prefix, uint first_bin)
{
    uint below = 0u, above = 255u;
    for (int n = 0; n < 8; n++) {
        uint middle = (below + above) >> 1;
        if (below < above && sums[middle] < rank)
            below = middle + 1u;
        else
            above = middle;
    }
    rank -= below == 0u ? 0u : sums[below - 1u];
    uint bin = below * EACH;
    uint last = bin + EACH - 1u;
    while (bin < last && rank > histogram[first_bin + bin])
        rank -= histogram[first_bin + bin++];
    ranks[TRL_RANK_KEYS(PASS) + which] = PASS == 2 ? (prefix << 10) | bin : (prefix << 11) | bin;
    ranks[TRL_RANK_REST(PASS) + which] = rank;
}

void main()
{
    uint lane = gl_LocalInvocationIndex, group = gl_WorkGroupID.x;
    const uint before = PASS == 0 ? 0 : PASS - 1;
    uint group_key = PASS == 0 ? 0u : ranks[TRL_RANK_KEYS(before) + group];
    if (PASS != 0 && group > 0u && ranks[TRL_RANK_KEYS(before) + group - 1u] == group_key)
        return;
    uint first_bin = group * TRL_HISTOGRAM_BINS;
    uint sum = 0u;
    for (uint i = 0u; i < EACH; i++)
        sum += histogram[first_bin + lane * EACH + i];
    sums[lane] = sum;
    for (uint apart = 1u; apart < 256u; apart <<= 1) {
        barrier();
        uint left = lane >= apart ? sums[lane - apart] : 0u;
        barrier();
        sums[lane] += left;
    }
    barrier();
    if (lane == 255u)
        return;
    uint count = sums[255];
    if (PASS == 0) {
        if (count != 0u)
            find(lane, trl_equal_rank(count, lane + 1u), 0u, 0u);
        else
            ranks[TRL_RANK_KEYS(0) + lane] = 0xffffffffu;
    } else if (ranks[TRL_RANK_KEYS(before) + lane] == group_key) {
        if (group_key == 0xffffffffu)
            ranks[TRL_RANK_KEYS(PASS) + lane] = 0xffffffffu; // there is no element
        else
            find(lane, ranks[TRL_RANK_REST(before) + lane], group_key, first_bin);
    }
}

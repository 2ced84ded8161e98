#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// Finds in which bin of the histograms the two percentiles (nearest rank: the smallest value that
// so many per cent of all do not exceed) lie. After the third pass their keys are complete.
#include "shared/scale.h"
#include "shared/view.h"

layout(local_size_x = 256) in;
layout(constant_id = 0) const uint PASS = 0;

layout(std430, set = 0, binding = 0) readonly buffer Setup
{
    uint setup[];
};
layout(std430, set = 0, binding = 1) buffer Scale
{
    uint scale[];
};
layout(std430, set = 0, binding = 2) readonly buffer Histogram
{
    uint histogram[];
};

const uint EACH = TRL_HISTOGRAM_BINS / 256u;
shared uint sums[512];

// ceil(count * millionths / 10^8), at least 1: long division of the 64-bit product.
uint nearest_rank(uint count, uint millionths)
{
    trl_wide product = trl_mul_wide(count, millionths);
    uint quotient = 0u, rest = 0u;
    for (int bit = 63; bit >= 0; bit--) {
        uint next = bit >= 32 ? product.hi >> (bit - 32) : product.lo >> bit;
        rest = (rest << 1) | (next & 1u);
        quotient <<= 1;
        if (rest >= 100000000u) {
            rest -= 100000000u;
            quotient |= 1u;
        }
    }
    return max(quotient + (rest != 0u ? 1u : 0u), 1u);
}

void select_rank(uint which)
{
    uint word = TRL_SCALE_SELECT + 2u * which;
    uint first = PASS == 0 ? 0u : which;
    uint rank = scale[word + 1u];
    if (PASS == 0) {
        uint count = 0u;
        for (uint i = 0u; i < 256u; i++)
            count += sums[i];
        if (count == 0u) {
            scale[word + 1u] = 0u;
            return;
        }
        rank = nearest_rank(count, setup[TRL_SETUP_PERCENT + which]);
    }
    if (rank == 0u)
        return;
    uint slot = 0u;
    while (slot < 255u && rank > sums[first * 256u + slot])
        rank -= sums[first * 256u + slot++];
    uint bin = slot * EACH;
    uint last = bin + EACH - 1u;
    while (bin < last && rank > histogram[first * TRL_HISTOGRAM_BINS + bin])
        rank -= histogram[first * TRL_HISTOGRAM_BINS + bin++];
    uint prefix = PASS == 0 ? bin : PASS == 1 ? (scale[word] << 11) | bin : (scale[word] << 10) | bin;
    scale[word] = prefix;
    scale[word + 1u] = rank;
    if (PASS == 2)
        scale[TRL_SCALE_SEEN_LOW + which] = which == 0u ? ~prefix : prefix;
}

void main()
{
    uint lane = gl_LocalInvocationIndex;
    for (uint h = 0u; h < 2u; h++) {
        uint sum = 0u;
        for (uint i = 0u; i < EACH; i++)
            sum += histogram[h * TRL_HISTOGRAM_BINS + lane * EACH + i];
        sums[h * 256u + lane] = sum;
    }
    barrier();
    if (lane < 2u)
        select_rank(lane);
}

#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// Projects a volume along an axis: an output an invocation, each along the whole axis in order. What
// a block of the tensor leaves unfinished is kept in three words an output:
//   max, min   key of the largest, inverted key of the smallest (0: none)   -   -
//   mean, sum  sum of whole blocks   sum of the block begun   count, and whether infinities were met
// Sums take denormals for 0, as do devices that have none, so that all agree.
#include "shared/scale.h"
#include "shared/view.h"
#include "shared/project.h"
#include "shared/tensor.glsl"
#include "shared/mean.glsl"

layout(local_size_x = TRL_PROJECT_LANES) in;
layout(constant_id = 2) const uint PROJECT = TRL_PROJECT_BY_MAX;
// Elements along the axis lie together: they are read as rows and handed over through shared memory.
layout(constant_id = 3) const uint STAGED = 0;

layout(std430, set = 0, binding = 1) buffer State
{
    uint state[];
};
layout(std430, set = 0, binding = 2) writeonly buffer Projected
{
    uint projected[];
};
layout(push_constant) uniform Push
{
    uint base;
    uint stride[3];
    uint start[3];
    uint count[3];
    uint out_stride[2];
    uint first;
    uint last;
};

const bool SUMS = PROJECT == TRL_PROJECT_BY_MEAN || PROJECT == TRL_PROJECT_BY_SUM;
const uint CHUNK = 32u;
shared uint chunk[STAGED != 0 ? TRL_PROJECT_LANES * (CHUNK + 1u) : 1u];
uint one = 0u, two = 0u, three = 0u;

uint flush(uint bits)
{
    return (bits & 0x7f800000u) == 0u ? 0u : bits;
}

uint add(uint a, uint b)
{
    precise float sum = uintBitsToFloat(a) + uintBitsToFloat(flush(b));
    return flush(floatBitsToUint(sum));
}

void visit(uint bits, uint along)
{
    if (SUMS) {
        if (bits_finite(bits)) {
            two = add(two, bits);
            three++;
        } else if (!bits_nan(bits)) {
            three |= bits == 0x7f800000u ? TRL_MEAN_POS_INF : TRL_MEAN_NEG_INF;
        }
        if ((along + 1u) % TRL_PROJECT_BLOCK == 0u) {
            one = add(one, two);
            two = 0u;
        }
    } else if (!bits_nan(bits)) {
        uint key = trl_float_key(bits);
        one = max(one, PROJECT == TRL_PROJECT_BY_MAX ? key : ~key);
    }
}

uint result()
{
    uint bits;
    if (!SUMS) {
        if (one == 0u)
            return 0x7fc00000u;
        return trl_key_float(PROJECT == TRL_PROJECT_BY_MAX ? one : ~one);
    }
    uint sum = add(one, two);
    if (PROJECT == TRL_PROJECT_BY_MEAN)
        return mean_special(three, bits) ? bits : flush(mean_bits(sum, three));
    return mean_special(three, bits) ? bits : sum;
}

uint element(uint line, uint lane, uint along)
{
    return base + line * stride[TRL_PROJECT_LINE] + lane * stride[TRL_PROJECT_LANE] +
           along * stride[TRL_PROJECT_ALONG];
}

void visit_staged(uint line, uint first_lane)
{
    uint me = gl_LocalInvocationIndex;
    uint lane_end = start[TRL_PROJECT_LANE] + count[TRL_PROJECT_LANE];
    uint end = start[TRL_PROJECT_ALONG] + count[TRL_PROJECT_ALONG];
    for (uint at = start[TRL_PROJECT_ALONG]; at < end; at += CHUNK) {
        uint along = at + me % CHUNK;
        for (uint n = me / CHUNK; n < TRL_PROJECT_LANES; n += TRL_PROJECT_LANES / CHUNK)
            if (along < end && first_lane + n < lane_end)
                chunk[n * (CHUNK + 1u) + me % CHUNK] =
                    tensor_bits(element(line, first_lane + n, along));
        barrier();
        for (uint n = 0u; n < CHUNK; n++)
            if (at + n < end)
                visit(chunk[me * (CHUNK + 1u) + n], at + n);
        barrier();
    }
}

void main()
{
    uint line = gl_WorkGroupID.z * gl_NumWorkGroups.y + gl_WorkGroupID.y;
    if (line >= count[TRL_PROJECT_LINE])
        return;
    line += start[TRL_PROJECT_LINE];
    uint first_lane = start[TRL_PROJECT_LANE] + gl_WorkGroupID.x * TRL_PROJECT_LANES;
    uint lane = first_lane + gl_LocalInvocationIndex;
    bool inside = lane < start[TRL_PROJECT_LANE] + count[TRL_PROJECT_LANE];
    uint to = line * out_stride[0] + lane * out_stride[1];
    if (first == 0u && inside) {
        one = state[TRL_PROJECT_STATE_WORDS * to];
        two = state[TRL_PROJECT_STATE_WORDS * to + 1u];
        three = state[TRL_PROJECT_STATE_WORDS * to + 2u];
    }
    if (STAGED != 0) {
        visit_staged(line, first_lane);
    } else if (inside) {
        uint at = element(line, lane, start[TRL_PROJECT_ALONG]);
        for (uint n = 0u; n < count[TRL_PROJECT_ALONG]; n++) {
            visit(tensor_bits(at), start[TRL_PROJECT_ALONG] + n);
            at += stride[TRL_PROJECT_ALONG];
        }
    }
    if (!inside)
        return;
    if (last != 0u) {
        projected[to] = result();
    } else {
        state[TRL_PROJECT_STATE_WORDS * to] = one;
        state[TRL_PROJECT_STATE_WORDS * to + 1u] = two;
        state[TRL_PROJECT_STATE_WORDS * to + 2u] = three;
    }
}

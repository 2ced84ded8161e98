#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
// SPDX-License-Identifier: BSD-2-Clause
// One level of a reduction: an invocation takes a block, and its neighbours those of the next
// outputs.
#include "shared/reduce.glsl"

layout(local_size_x = 64) in;

// The lanes 4 n to 4 n + 3 of a block that starts at element i.
trl_pair four_lanes(uint i, uint n)
{
    begin_lanes();
    for (uint k = i + 4u * n; k < min(push.elements, i + TRL_OPS_BLOCK); k += TRL_OPS_LANE)
        take_four(k);
    return joined_lanes();
}

// The 16 fours are met in the order in which a tree over them joins neighbours: 0 8 4 12 2 10 ...
trl_pair whole_block(uint i)
{
    uvec2 waiting[5];
    int depth = 0;
    trl_pair pair;
    [[dont_unroll]] for (uint n = 0u; n < 16u; n++) {
        pair = four_lanes(i, bitfieldReverse(n) >> 28);
        [[dont_unroll]] for (uint done = n; (done & 1u) != 0u; done >>= 1) {
            trl_pair left;
            depth--;
            left.a = waiting[depth].x;
            left.b = waiting[depth].y;
            pair = join(left, pair);
        }
        waiting[depth] = uvec2(pair.a, pair.b);
        depth++;
    }
    return pair;
}

void main()
{
    uint all = push.outputs * push.blocks;
    for (uint which = gl_GlobalInvocationID.x; which < all; which += gl_NumWorkGroups.x * 64u) {
        uint output_number = which % push.outputs, block = which / push.outputs;
        begin_output(output_number);
        trl_pair pair = whole_block(block * TRL_OPS_BLOCK);
        cells[push.cell + output_number * push.cell_stride + block] = uvec2(pair.a, pair.b);
    }
}

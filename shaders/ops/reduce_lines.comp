#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
// SPDX-License-Identifier: BSD-2-Clause
// One level of a reduction: 16 invocations take a block, so that neighbours read neighbours.
#include "shared/reduce.glsl"

layout(local_size_x = TRL_OPS_LANES) in;

const uint BLOCKS = TRL_OPS_LANES / 16; // at a time
const bool PLACES = PASS == TRL_OPS_PASS_GREATEST || PASS == TRL_OPS_PASS_LEAST;

shared uvec2 joined[TRL_OPS_LANES];

trl_pair joined_at(uint n)
{
    trl_pair pair;
    pair.a = joined[n].x;
    pair.b = joined[n].y;
    return pair;
}

void main()
{
    uint me = gl_LocalInvocationIndex, four = me % 16u;
    uint all = push.outputs * push.blocks;
    for (uint start = gl_WorkGroupID.x * BLOCKS; start < all; start += gl_NumWorkGroups.x * BLOCKS) {
        uint which = start + me / 16u;
        uint output_number = which / push.blocks, block = which % push.blocks;
        begin_lanes();
        if (which < all) {
            begin_output(output_number);
            uint i = block * TRL_OPS_BLOCK + 4u * four;
            if (FIRST != 0u && VECTOR != 0u && (block + 1u) * TRL_OPS_BLOCK <= push.elements) {
                for (uint k = 0u; k < TRL_OPS_BLOCK; k += 8u * TRL_OPS_LANE) {
                    uvec4 bits[8]; // all on their way at once, and never indexed but by constants
                    [[unroll]] for (uint n = 0u; n < 8u; n++)
                        bits[n] = load_four(i + k + n * TRL_OPS_LANE, 4u);
                    bool fast = !PLACES;
                    [[unroll]] for (uint n = 0u; n < 8u; n++)
                        fast = fast && plain(bits[n]);
                    if (fast) {
                        [[unroll]] for (uint n = 0u; n < 8u; n++)
                            add_plain(bits[n]);
                    } else if (PLACES) {
                        [[unroll]] for (uint n = 0u; n < 8u; n++)
                            add_four(bits[n], i + k + n * TRL_OPS_LANE, 4u);
                    } else {
                        [[dont_unroll]] for (uint n = 0u; n < 8u; n++)
                            take_four(i + k + n * TRL_OPS_LANE);
                    }
                }
            } else {
                for (uint k = 0u; k < TRL_OPS_BLOCK; k += TRL_OPS_LANE)
                    take_four(i + k);
            }
        }
        trl_pair pair = joined_lanes();
        joined[me] = uvec2(pair.a, pair.b);
        for (uint half_size = 8u; half_size > 0u; half_size >>= 1) {
            barrier();
            if (four < half_size) {
                pair = join(pair, joined_at(me + half_size));
                joined[me] = uvec2(pair.a, pair.b);
            }
        }
        if (four == 0u && which < all)
            cells[push.cell + output_number * push.cell_stride + block] = uvec2(pair.a, pair.b);
        barrier();
    }
}

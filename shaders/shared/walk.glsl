/* SPDX-License-Identifier: BSD-2-Clause */
/* Workgroups over all elements: for every line of the walk, and every step in it, the element or
 * none. visit() is what the kernel does with the bits of one. */
layout(local_size_x = 256) in;

void visit(uint bits);

void walk_elements(trl_walk walk)
{
    uint lines = walk.count[1] * walk.count[2];
    uint first = gl_WorkGroupID.x * (TRL_WALK_LANES * walk.steps) + gl_LocalInvocationIndex;
    for (uint line = gl_WorkGroupID.y; line < lines; line += gl_NumWorkGroups.y) {
        uint at = walk.base + line % walk.count[1] * walk.stride[1] +
                  line / walk.count[1] * walk.stride[2];
        for (uint step = 0u; step < walk.steps; step++) {
            uint i = first + step * TRL_WALK_LANES;
            if (i >= walk.count[0])
                break;
            visit(tensor_bits(at + i * walk.stride[0]));
        }
    }
}

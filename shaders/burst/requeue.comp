#version 460
// SPDX-License-Identifier: BSD-2-Clause
// Fills the queue from a burst's mask and the potentials of firing, for a state that comes from
// elsewhere.
#extension GL_GOOGLE_include_directive : require
#include "burst/queue.glsl"

void main()
{
    uint lanes = gl_NumWorkGroups.x * gl_WorkGroupSize.x;
    for (uint first = 0; first < step.neuron_count; first += lanes) {
        uint neuron = first + gl_GlobalInvocationID.x;
        bool fires = neuron < step.neuron_count &&
                     (ledger[step.mask + neuron / 32] >> neuron % 32 & 1u) != 0;
        if (subgroupAny(fires))
            enqueue(fires, neuron, fires ? fired_v[neuron] : 0.0);
    }
}

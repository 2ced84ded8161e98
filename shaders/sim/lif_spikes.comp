#version 460
// SPDX-License-Identifier: BSD-2-Clause
// The spike mask as float32 0 and 1, four neurons at a time.
#extension GL_GOOGLE_include_directive : require
#include "shared/lif_sheet.h"

layout(local_size_x = TRL_LIF_GROUP) in;
layout(push_constant) uniform Push { trl_lif_constants c; };
layout(std430, binding = 0) readonly buffer Mask { uint mask[]; };
layout(std430, binding = 1) writeonly buffer Spikes { vec4 spikes[]; };

void main()
{
    uint quad = gl_GlobalInvocationID.x;
    uint y = gl_GlobalInvocationID.y;
    if (quad >= c.quads)
        return;
    uint nibble = mask[y * c.words + (quad >> 3)] >> (4 * (quad & 7u));
    spikes[y * c.quads + quad] = vec4((uvec4(nibble) >> uvec4(0, 1, 2, 3)) & 1u);
}

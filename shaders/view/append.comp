#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// Copies a 1-D frame into its column of the ring, as float32.
#include "shared/view.h"
#include "shared/tensor.glsl"

layout(local_size_x = 256) in;
layout(std430, set = 0, binding = 1) buffer Ring
{
    uint ring[];
};
layout(push_constant) uniform Push
{
    uint base;
    uint stride;
    uint count;
    uint start;
};

void main()
{
    uint step = gl_NumWorkGroups.x * 256u;
    for (uint i = gl_GlobalInvocationID.x; i < count; i += step)
        ring[start + i] = tensor_bits(base + i * stride);
}

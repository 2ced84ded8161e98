#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// Joins the steps to bins and finds how large each is beside the largest; for pictures over time,
// writes them as a column of the strip. One workgroup.
#include "shared/axis.h"
#include "shared/chart.h"

layout(local_size_x = 256) in;
layout(constant_id = 0) const uint LOG = 0;

layout(std430, set = 0, binding = 0) readonly buffer Steps
{
    uint steps[];
};
layout(std430, set = 0, binding = 1) writeonly buffer Parts
{
    uint parts[];
};
layout(std430, set = 0, binding = 2) buffer Ring
{
    uint ring[];
};
layout(push_constant) uniform Push
{
    uint bins;
    uint top;
    uint stride;
    uint slot;
};

shared uint largest;

void main()
{
    uint bin = gl_LocalInvocationIndex;
    uint sum = 0u, each = 256u / bins;
    if (bin == 0u)
        largest = top;
    barrier();
    if (bin < bins)
        for (uint n = 0u; n < each; n++)
            sum += steps[bin * each + n];
    if (top == 0u)
        atomicMax(largest, sum);
    barrier();
    if (bin >= bins)
        return;
    uint part = trl_histogram_part(sum, max(largest, 1u), LOG);
    parts[bin] = part;
    if (stride == 0u)
        return;
    uint index = sum == 0u ? TRL_INDEX_BACKGROUND : trl_histogram_color(part);
    uint cell = bin * stride + slot;
    uint shift = (cell & 1u) * 16u;
    ring[cell >> 1] = (ring[cell >> 1] & ~(0xffffu << shift)) | (index << shift);
}

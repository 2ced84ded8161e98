#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// A disc: how much of the pixel it covers, and its colour. What is covered in full is drawn in a
// second pass over the rims of all points, so that no rim cuts into another disc.
#include "shared/axis.h"
#include "shared/chart.h"

layout(constant_id = 5) const uint CORES = 0;

layout(push_constant) uniform Push
{
    uint base;
    uint stride;
    uint x_offset;
    uint y_offset;
    uint color_offset;
    uint width;
    uint height;
    uint size;
    int radius;
};

layout(location = 0) flat in ivec2 middle;
layout(location = 1) flat in uint color;
layout(location = 0) out uint cell;

void main()
{
    ivec2 away = (ivec2(gl_FragCoord.xy) * TRL_SUBPIXELS + TRL_SUBPIXELS / 2) - middle;
    uint strength = trl_points_strength(uint(away.x * away.x + away.y * away.y), radius);
    if (strength == 0u || (CORES != 0u) != (strength == 255u))
        discard;
    cell = color << 8 | strength;
}

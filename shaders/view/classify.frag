#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// The heat map as a pass: every fragment is a cell.
#include "view/classify.glsl"

layout(location = 0) out uint cell;

void main()
{
    cell = classify(uint(gl_FragCoord.x), uint(gl_FragCoord.y));
}

#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// Of complex elements along one axis the one of the largest magnitude, the first of several. NaN
// counts only where all are NaN.
#include "shared/complex.h"

layout(local_size_x = TRL_COMPLEX_LANES) in;

layout(std430, set = 0, binding = 0) readonly buffer Magnitudes
{
    uint magnitudes[];
};
layout(std430, set = 0, binding = 1) readonly buffer Phases
{
    uint phases[];
};
layout(std430, set = 0, binding = 2) readonly buffer Bounds
{
    uint bounds[];
};
layout(std430, set = 0, binding = 3) writeonly buffer LargestMagnitudes
{
    uint largest_magnitudes[];
};
layout(std430, set = 0, binding = 4) writeonly buffer LargestPhases
{
    uint largest_phases[];
};
layout(push_constant) uniform Push
{
    uint rows;
    uint columns;
    uint source_columns;
    uint along_rows;
};

void main()
{
    for (uint row = gl_WorkGroupID.y; row < rows; row += gl_NumWorkGroups.y)
        for (uint column = gl_GlobalInvocationID.x; column < columns;
             column += gl_NumWorkGroups.x * TRL_COMPLEX_LANES) {
            uint cell = along_rows != 0u ? row : column;
            uint step = along_rows != 0u ? source_columns : 1u;
            uint at = bounds[cell] * step + (along_rows != 0u ? column : row * source_columns);
            uint best = at, best_rank = 0u;
            for (uint n = bounds[cell]; n < bounds[cell + 1u]; n++, at += step) {
                uint magnitude = magnitudes[at];
                uint rank = magnitude > 0x7f800000u ? 0u : magnitude + 1u;
                if (rank > best_rank) {
                    best = at;
                    best_rank = rank;
                }
            }
            largest_magnitudes[row * columns + column] = magnitudes[best];
            largest_phases[row * columns + column] = phases[best];
        }
}

#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// What a round pen covers of every sub-column as it goes along the strokes.
#include "shared/chart.h"

layout(local_size_x = 64) in;
layout(std430, set = 0, binding = 0) readonly buffer Strokes
{
    ivec2 strokes[];
};
// How far the pen reaches up and down so many sub-columns beside its middle.
layout(std430, set = 0, binding = 1) readonly buffer Pen
{
    int pen[];
};
layout(std430, set = 0, binding = 2) writeonly buffer Spans
{
    ivec2 spans[];
};
layout(push_constant) uniform Push
{
    uint columns;
    uint series_count;
    uint reach;
};

void main()
{
    uint column = gl_GlobalInvocationID.x;
    if (column >= columns)
        return;
    uint line = gl_WorkGroupID.y * columns;
    ivec2 span = ivec2(TRL_LINES_NONE, -TRL_LINES_NONE);
    uint last = min(column + reach, columns - 1u);
    for (uint at = column - min(reach, column); at <= last; at++) {
        ivec2 stroke = strokes[line + at];
        if (stroke.x == TRL_LINES_NONE)
            continue;
        int size = pen[at < column ? column - at : at - column];
        span.x = min(span.x, stroke.x - size);
        span.y = max(span.y, stroke.y + size);
    }
    spans[line + column] = span;
}

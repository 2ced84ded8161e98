#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// Draws the spans of a group of series as cells, one series after the other. An invocation owns two
// pixels of width, which share a word, and a block of rows; it touches only what a line covers.
#include "shared/axis.h"
#include "shared/chart.h"

layout(local_size_x = 64) in;
layout(std430, set = 0, binding = 0) readonly buffer Spans
{
    ivec2 spans[];
};
layout(std430, set = 0, binding = 1) buffer Cells
{
    uint cells[];
};
layout(push_constant) uniform Push
{
    uint columns;
    uint stride;
    uint rows;
    uint series;
    uint series_count;
    uint colors;
};

const uint SUB = TRL_LINES_SUBCOLUMNS;

uint level_of(ivec2 part[SUB], int top)
{
    int covered = 0;
    for (uint n = 0u; n < SUB; n++)
        covered += max(0, min(part[n].y, top + TRL_SUBPIXELS) - max(part[n].x, top));
    const uint whole = SUB * TRL_SUBPIXELS;
    return (uint(covered) * TRL_LINES_LEVELS + whole / 2u) / whole;
}

void draw(uint column, uint shift, uint line, uint color, int first, int end)
{
    ivec2 part[SUB];
    ivec2 hull = ivec2(TRL_LINES_NONE, -TRL_LINES_NONE);
    for (uint n = 0u; n < SUB; n++) {
        part[n] = spans[line * columns + column * SUB + n];
        hull = ivec2(min(hull.x, part[n].x), max(hull.y, part[n].y));
    }
    if (hull.y <= first * TRL_SUBPIXELS || hull.x >= end * TRL_SUBPIXELS)
        return;
    int row = max(first, hull.x / TRL_SUBPIXELS);
    int last = min(end - 1, hull.y / TRL_SUBPIXELS);
    for (; row <= last; row++) {
        uint level = level_of(part, row * TRL_SUBPIXELS);
        if (level == 0u)
            continue;
        uint word = (uint(row) * stride + column) >> 1;
        uint index = (cells[word] >> shift) & 0xffffu;
        index = trl_lines_over(index, color, level);
        cells[word] = (cells[word] & ~(0xffffu << shift)) | (index << shift);
    }
}

void main()
{
    uint column = 2u * gl_GlobalInvocationID.x;
    if (column >= columns / SUB)
        return;
    int first = int(gl_WorkGroupID.y * TRL_LINES_ROWS);
    int end = min(first + int(TRL_LINES_ROWS), int(rows));
    if (series == 0u)
        for (int row = first; row < end; row++)
            cells[(uint(row) * stride + column) >> 1] = TRL_INDEX_BACKGROUND * 0x10001u;
    for (uint line = 0u; line < series_count; line++) {
        uint color = (series + line) % colors;
        draw(column, 0u, line, color, first, end);
        if (column + 1u < columns / SUB)
            draw(column + 1u, 16u, line, color, first, end);
    }
}

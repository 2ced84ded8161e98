#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// Writes a line of text as palette indices: glyphs that the host names, and numbers that only the
// device knows. A word of cells (two columns) an invocation, from top to bottom.
#include "shared/format.h"
#include "shared/stamp.h"

layout(local_size_x = 256) in;
layout(binding = 0) uniform utextureBuffer table;
layout(binding = 1) readonly buffer Values
{
    uint values[];
};
layout(binding = 2) writeonly buffer Cells
{
    uint cells[];
};
layout(push_constant) uniform Push
{
    trl_stamp_push push;
};

shared uint run_glyph[TRL_STAMP_RUN_MAX]; // word of the table
shared int run_start[TRL_STAMP_RUN_MAX];
shared uint run_count;
int pen;

uint word(uint at)
{
    return texelFetch(table, int(at)).x;
}

void add_glyph(uint glyph)
{
    if (run_count == TRL_STAMP_RUN_MAX)
        return;
    uint at = TRL_STAMP_GLYPHS + glyph * TRL_STAMP_GLYPH_WORDS;
    run_glyph[run_count] = at;
    run_start[run_count] = pen;
    run_count++;
    pen += int(word(at + TRL_STAMP_ADVANCE));
}

void add_number(uint number)
{
    uint at = TRL_STAMP_NUMBERS + 3u * number;
    uint value = values[word(at)];
    trl_format f = trl_format_none();
    if (word(at + 1u) != 0u)
        f = trl_format_float(value);
    else
        f = trl_format_whole(value);
    for (uint n = f.count; n < word(at + 2u); n++)
        add_glyph(word(TRL_STAMP_CODES + TRL_FORMAT_BLANK));
    for (uint n = 0u; n < f.count; n++)
        add_glyph(word(TRL_STAMP_CODES + trl_format_code(f, n)));
}

void write_run()
{
    run_count = 0u;
    pen = 0;
    for (uint n = 0u; n < push.count; n++) {
        uint code = (push.codes[n >> 2] >> (8u * (n & 3u))) & 255u;
        if (code >= TRL_STAMP_FIRST_NUMBER)
            add_number(code - TRL_STAMP_FIRST_NUMBER);
        else
            add_glyph(code);
    }
    int width = int(word(TRL_STAMP_WIDTH));
    uint align = word(TRL_STAMP_ALIGN);
    int shift = align == 0u ? 0 : (align == 1u ? width / 2 - pen / 2 : width - pen);
    for (uint n = 0u; n < run_count; n++)
        run_start[n] += shift;
}

// Number of glyphs that start at x or left of it.
uint starts_until(int x)
{
    uint low = 0u, high = run_count;
    while (low < high) {
        uint middle = (low + high) >> 1;
        if (run_start[middle] <= x)
            low = middle + 1u;
        else
            high = middle;
    }
    return low;
}

// True if the glyph has pixels in column x or the next.
bool reaches(uint n, int x)
{
    int left = run_start[n] + int(word(run_glyph[n] + TRL_STAMP_LEFT));
    return left <= x + 1 && left + int(word(run_glyph[n] + TRL_STAMP_BOX_WIDTH)) > x;
}

uint glyph_shade(uint n, int x, int y, uint shades)
{
    uint at = run_glyph[n];
    int column = x - run_start[n] - int(word(at + TRL_STAMP_LEFT));
    int row = y + int(word(at + TRL_STAMP_TOP));
    int width = int(word(at + TRL_STAMP_BOX_WIDTH));
    if (column < 0 || row < 0 || column >= width || row >= int(word(at + TRL_STAMP_BOX_HEIGHT)))
        return 0u;
    uint shade = word(at + TRL_STAMP_OFFSET) + uint(row * width + column);
    return (word(shades + (shade >> 3)) >> (4u * (shade & 7u))) & 15u;
}

uint pixel_index(uint first, uint last, int x, int y, uint shades)
{
    uint shade = 0u;
    for (uint n = first; n < last; n++)
        shade = max(shade, glyph_shade(n, x, y, shades));
    return shade == 0u ? TRL_STAMP_BACKGROUND : TRL_STAMP_INDEX + shade;
}

void main()
{
    if (gl_LocalInvocationIndex == 0u)
        write_run();
    barrier();
    uint stride = word(TRL_STAMP_STRIDE);
    uint shades = word(TRL_STAMP_SHADES);
    int baseline = int(word(TRL_STAMP_BASELINE));
    uint height = word(TRL_STAMP_HEIGHT);
    uint step = gl_NumWorkGroups.x * 256u;
    for (uint column = gl_GlobalInvocationID.x; column < stride; column += step) {
        int x = 2 * int(column);
        // A glyph may reach a little left of where it starts, and over some narrow ones after it.
        uint until = starts_until(x + 1);
        uint first = until > 4u ? until - 4u : 0u;
        uint last = min(until + 1u, run_count);
        while (first < last && !reaches(first, x))
            first++;
        while (first < last && !reaches(last - 1u, x))
            last--;
        for (uint row = 0u; row < height; row++) {
            int y = int(row) - baseline;
            uint left = pixel_index(first, last, x, y, shades);
            uint right = pixel_index(first, last, x + 1, y, shades);
            cells[row * stride + column] = left | right << 16;
        }
    }
}

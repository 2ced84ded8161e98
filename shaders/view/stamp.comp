#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// Writes a line of text as palette indices: glyphs that the host names, and numbers that only the
// device knows. A word of cells (two columns) an invocation, from top to bottom.
#include "shared/format.h"
#include "shared/stamp.h"

layout(local_size_x_id = 0, local_size_y_id = 1) in; // words and rows at once; at least 8
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
shared int run_advance[TRL_STAMP_RUN_MAX];
shared uint run_count;
// The numbers as glyphs, filled up to their least width.
const uint NUMBER_MAX = 32u;
shared uint number_glyphs[TRL_STAMP_NUMBERS_MAX * NUMBER_MAX];
shared uint number_count[TRL_STAMP_NUMBERS_MAX];
uint lane;

uint word(uint at)
{
    return texelFetch(table, int(at)).x;
}

uint lanes()
{
    return gl_WorkGroupSize.x * gl_WorkGroupSize.y;
}

void put_digit(uint number, uint glyph)
{
    if (number_count[number] < NUMBER_MAX)
        number_glyphs[number * NUMBER_MAX + number_count[number]++] = glyph;
}

void format_number(uint number)
{
    uint at = TRL_STAMP_NUMBERS + 3u * number;
    uint value = values[word(at)];
    trl_format f = trl_format_none();
    if (word(at + 1u) != 0u)
        f = trl_format_float(value);
    else
        f = trl_format_whole(value);
    number_count[number] = 0u;
    for (uint n = f.count; n < word(at + 2u); n++)
        put_digit(number, word(TRL_STAMP_CODES + TRL_FORMAT_BLANK));
    for (uint n = 0u; n < f.count; n++)
        put_digit(number, word(TRL_STAMP_CODES + trl_format_code(f, n)));
}

uint code_at(uint n)
{
    return (push.codes[n >> 2] >> (8u * (n & 3u))) & 255u;
}

void add_glyph(uint glyph)
{
    if (run_count < TRL_STAMP_RUN_MAX)
        run_glyph[run_count++] = TRL_STAMP_GLYPHS + glyph * TRL_STAMP_GLYPH_WORDS;
}

void list_glyphs()
{
    run_count = 0u;
    for (uint n = 0u; n < push.count; n++) {
        uint code = code_at(n), number = code - TRL_STAMP_FIRST_NUMBER;
        if (code < TRL_STAMP_FIRST_NUMBER)
            add_glyph(code);
        else
            for (uint k = 0u; k < number_count[number]; k++)
                add_glyph(number_glyphs[number * NUMBER_MAX + k]);
    }
}

void place_glyphs()
{
    int pen = 0;
    for (uint n = 0u; n < run_count; n++) {
        run_start[n] = pen;
        pen += run_advance[n];
    }
    int width = int(word(TRL_STAMP_WIDTH));
    uint align = word(TRL_STAMP_ALIGN);
    int shift = align == 0u ? 0 : (align == 1u ? width / 2 - pen / 2 : width - pen);
    for (uint n = 0u; n < run_count; n++)
        run_start[n] += shift;
}

// What waits for memory or computes is spread over the lanes: one alone would take most of the time.
void write_run()
{
    bool named = false;
    for (uint n = 0u; n < push.count; n++)
        named = named || code_at(n) == TRL_STAMP_FIRST_NUMBER + lane;
    if (named)
        format_number(lane);
    barrier();
    if (lane == 0u)
        list_glyphs();
    barrier();
    for (uint n = lane; n < run_count; n += lanes())
        run_advance[n] = int(word(run_glyph[n] + TRL_STAMP_ADVANCE));
    barrier();
    if (lane == 0u)
        place_glyphs();
    barrier();
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
    lane = gl_LocalInvocationIndex;
    write_run();
    uint stride = word(TRL_STAMP_STRIDE);
    uint shades = word(TRL_STAMP_SHADES);
    int baseline = int(word(TRL_STAMP_BASELINE));
    uint height = word(TRL_STAMP_HEIGHT);
    uint step = gl_NumWorkGroups.x * gl_WorkGroupSize.x;
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
        for (uint row = gl_LocalInvocationID.y; row < height; row += gl_WorkGroupSize.y) {
            int y = int(row) - baseline;
            uint left = pixel_index(first, last, x, y, shades);
            uint right = pixel_index(first, last, x + 1, y, shades);
            cells[row * stride + column] = left | right << 16;
        }
    }
}

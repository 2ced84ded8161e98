#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// Writes lines of text as palette indices: glyphs that the host names, and numbers that only the
// device knows. A word of cells (two columns) an invocation, from top to bottom; a row of workgroups
// a line.
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
uint lane, first_code, end_code;

uint word(uint at)
{
    return texelFetch(table, int(at)).x;
}

// Of the line at hand.
uint line_word(uint at)
{
    return word(TRL_STAMP_LINES + TRL_STAMP_LINE_WORDS * gl_WorkGroupID.y + at);
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

uint number_form(uint number)
{
    return word(TRL_STAMP_NUMBERS + 3u * number + 1u);
}

uint number_value(uint number)
{
    uint value = values[word(TRL_STAMP_NUMBERS + 3u * number)];
    return (number_form(number) & TRL_STAMP_KEY) != 0u ? trl_key_float(value) : value;
}

// A number of a scale. What is no more than next to another is nothing between the ends.
trl_format format_scale(uint number, uint value)
{
    uint count = word(TRL_STAMP_NUMBER_COUNT);
    bool first = number == 0u, last = number + 1u == count;
    if ((number_form(number) & TRL_STAMP_AXIS) != 0u && number_value(0u) == number_value(count - 1u))
        return number == count / 2u ? trl_format_real(number_value(0u), 4u, true)
                                    : trl_format_none();
    uint before = first ? value : number_value(number - 1u);
    uint after = last ? value : number_value(number + 1u);
    uint key = trl_float_key(value);
    if (!first && !last &&
        (key - trl_float_key(before) < 2u || trl_float_key(after) - key < 2u))
        return trl_format_none();
    int gap = first ? trl_format_gap(after, value) : trl_format_gap(value, before);
    if (!first && !last)
        gap = min(gap, trl_format_gap(after, value));
    return trl_format_scale(value, gap, first || last);
}

void format_number(uint number)
{
    uint value = number_value(number), form = number_form(number);
    uint least = word(TRL_STAMP_NUMBERS + 3u * number + 2u);
    trl_format f = trl_format_none();
    if ((form & TRL_STAMP_SCALE) != 0u)
        f = format_scale(number, value);
    else if (form != 0u)
        f = trl_format_float(value);
    else
        f = trl_format_whole(value);
    number_count[number] = 0u;
    for (uint n = f.count; n < least; n++)
        put_digit(number, word(TRL_STAMP_CODES + TRL_FORMAT_BLANK));
    for (uint n = 0u; n < f.count; n++)
        put_digit(number, word(TRL_STAMP_CODES + trl_format_code(f, n)));
}

uint code_at(uint n)
{
    return (push.codes[n >> 2] >> (8u * (n & 3u))) & 255u;
}

// The codes of the line at hand.
void find_codes()
{
    uint line = 0u;
    first_code = 0u;
    end_code = push.count;
    for (uint n = 0u; n < push.count; n++) {
        if (code_at(n) != TRL_STAMP_NEXT_LINE)
            continue;
        if (line == gl_WorkGroupID.y)
            end_code = min(end_code, n);
        line++;
        if (line == gl_WorkGroupID.y)
            first_code = n + 1u;
    }
    if (line < gl_WorkGroupID.y)
        first_code = push.count;
}

void add_glyph(uint glyph)
{
    if (run_count < TRL_STAMP_RUN_MAX)
        run_glyph[run_count++] = TRL_STAMP_GLYPHS + glyph * TRL_STAMP_GLYPH_WORDS;
}

void list_glyphs()
{
    run_count = 0u;
    for (uint n = first_code; n < end_code; n++) {
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
    int width = int(line_word(2u));
    uint align = word(TRL_STAMP_ALIGN);
    int shift = align == 0u ? 0 : (align == 1u ? width / 2 - pen / 2 : width - pen);
    for (uint n = 0u; n < run_count; n++)
        run_start[n] += shift;
}

// What waits for memory or computes is spread over the lanes: one alone would take most of the time.
void write_run()
{
    bool named = false;
    find_codes();
    for (uint n = first_code; n < end_code; n++)
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
    uint shades = word(TRL_STAMP_SHADES), stride = word(TRL_STAMP_STRIDE);
    uint start = line_word(1u) * stride + line_word(0u);
    uint words = (line_word(2u) + 1u) / 2u, height = line_word(3u);
    int baseline = int(line_word(4u));
    uint step = gl_NumWorkGroups.x * gl_WorkGroupSize.x;
    for (uint column = gl_GlobalInvocationID.x; column < words; column += step) {
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
            cells[start + row * stride + column] = left | right << 16;
        }
    }
}

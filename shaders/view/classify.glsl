/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The palette index of a cell of the heat map. Values are compared with the thresholds as integers,
 * so the index is exact on every device.
 */
#include "shared/range.h"
#include "shared/scale.h"
#include "shared/view.h"
#include "shared/tensor.glsl"
#include "shared/place.glsl"

layout(constant_id = 2) const uint GUESS = TRL_GUESS_LINEAR;
layout(constant_id = 3) const uint BILINEAR = 0;
layout(constant_id = 4) const uint TILED = 0;
layout(constant_id = 5) const uint SEARCH = 1; // the range may be one that does not allow a guess
layout(constant_id = 6) const uint SAMPLED = 0; // cells name their elements
layout(constant_id = 7) const uint ADAPTIVE = 0;

layout(set = 0, binding = 1) uniform utextureBuffer scale;
// Coherent, so that the word is seen to be set, and not set over and over.
layout(std430, set = 0, binding = 2) coherent buffer Counts
{
    uint counts[];
};
// For every cell column, then every cell row of a tile: TRL_SAMPLE_WORDS.
layout(std430, set = 0, binding = 3) readonly buffer Samples
{
    uint samples[];
};
// For every field of an adaptive equalisation: the levels of the 256 steps.
layout(std430, set = 0, binding = 4) readonly buffer Levels
{
    uint levels[];
};
layout(push_constant) uniform Push
{
    trl_place place;
    uint tiles;
    uint grid_columns;
    uint cell_rows;
    uint cell_columns;
    uint field_rows;
    uint field_columns;
};

uint scale_word(uint n)
{
    return texelFetch(scale, int(n)).x;
}

// Blending takes denormals as 0, on devices that would keep them too.
float blend(uint a, uint b, float a_part, float b_part)
{
    precise float left = uintBitsToFloat((a & 0x7f800000u) == 0u ? 0u : a) * a_part;
    precise float right = uintBitsToFloat((b & 0x7f800000u) == 0u ? 0u : b) * b_part;
    precise float sum = left + right;
    return sum;
}

// Where one of the four is not finite, the nearest is shown as it is.
uint bilinear(uint tile, uint c, uint r)
{
    uint c0 = samples[c + TRL_SAMPLE_FIRST], c1 = samples[c + TRL_SAMPLE_SECOND];
    uint r0 = samples[r + TRL_SAMPLE_FIRST], r1 = samples[r + TRL_SAMPLE_SECOND];
    uint c0_part = samples[c + TRL_SAMPLE_FIRST_PART], c1_part = samples[c + TRL_SAMPLE_SECOND_PART];
    uint r0_part = samples[r + TRL_SAMPLE_FIRST_PART], r1_part = samples[r + TRL_SAMPLE_SECOND_PART];
    uint v00 = tensor_bits(place_element(place, tile, r0, c0));
    uint v01 = tensor_bits(place_element(place, tile, r0, c1));
    uint v10 = tensor_bits(place_element(place, tile, r1, c0));
    uint v11 = tensor_bits(place_element(place, tile, r1, c1));
    if (!bits_finite(v00) || !bits_finite(v01) || !bits_finite(v10) || !bits_finite(v11)) {
        uint upper = c1_part > c0_part ? v01 : v00;
        uint lower = c1_part > c0_part ? v11 : v10;
        return r1_part > r0_part ? lower : upper;
    }
    float c0f = uintBitsToFloat(c0_part), c1f = uintBitsToFloat(c1_part);
    float upper = blend(v00, v01, c0f, c1f);
    float lower = blend(v10, v11, c0f, c1f);
    return floatBitsToUint(blend(floatBitsToUint(upper), floatBitsToUint(lower),
                                 uintBitsToFloat(r0_part), uintBitsToFloat(r1_part)));
}

// The threshold that is nearest, or the one before or behind it. The guess is off by far less than
// half a step wherever the host or the thresholds' kernel say that it may be used.
uint near_threshold(uint bits)
{
    float value = uintBitsToFloat(bits);
    float low = uintBitsToFloat(scale_word(TRL_SCALE_LOW));
    float guess = uintBitsToFloat(scale_word(TRL_SCALE_GUESS));
    float steps = GUESS == TRL_GUESS_LOG ? (log2(value) - log2(low)) * guess
                                         : (value * 0.5 - low * 0.5) * guess;
    if (GUESS == TRL_GUESS_LOG && value <= 0.0)
        steps = 0.0;
    return uint(clamp(int(clamp(steps + 0.5, 0.0, 256.0)), 0, 256));
}

// How many of the 257 thresholds, the two ends among them, the key reaches.
uint thresholds_reached(uint bits, uint key)
{
    uint below = 0u, above = 257u;
    if (GUESS != TRL_GUESS_NONE && (SEARCH == 0 || scale_word(TRL_SCALE_GUESS) != 0u)) {
        below = near_threshold(bits);
        above = below;
        below += key >= scale_word(TRL_SCALE_KEYS + below) ? 1u : 0u;
    }
    while (SEARCH != 0 && below < above) {
        uint middle = (below + above) >> 1;
        if (key >= scale_word(TRL_SCALE_KEYS + middle))
            below = middle + 1u;
        else
            above = middle;
    }
    return below;
}

uint adapted(uint index, uint tile, uint c, uint r)
{
    uint column = samples[c + TRL_SAMPLE_FIELDS], row = samples[r + TRL_SAMPLE_FIELDS];
    uint upper = (tile * field_rows + (row & 255u)) * field_columns;
    uint lower = (tile * field_rows + ((row >> 8) & 255u)) * field_columns;
    uint left = column & 255u, right = (column >> 8) & 255u;
    return trl_clahe_step(levels[(upper + left) * 256u + index],
                          levels[(upper + right) * 256u + index],
                          levels[(lower + left) * 256u + index],
                          levels[(lower + right) * 256u + index], column >> 16, row >> 16);
}

// The palette index of a cell of the grid.
uint classify(uint column, uint row)
{
    uint tile = 0u;
    if (TILED != 0) {
        tile = row / cell_rows * grid_columns + column / cell_columns;
        row %= cell_rows;
        column %= cell_columns;
        if (tile >= tiles)
            return TRL_INDEX_BACKGROUND;
    }
    // What lies beyond the rectangle and only helps others must not read beyond the tensor.
    row = min(row, cell_rows - 1u);
    column = min(column, cell_columns - 1u);
    uint c = TRL_SAMPLE_WORDS * column, r = TRL_SAMPLE_WORDS * (cell_columns + row);
    if (SAMPLED != 0) {
        column = samples[c + TRL_SAMPLE_FIRST];
        row = samples[r + TRL_SAMPLE_FIRST];
        if (column == TRL_SAMPLE_OUTSIDE || row == TRL_SAMPLE_OUTSIDE)
            return TRL_INDEX_BACKGROUND;
    }
    uint bits = BILINEAR != 0 ? bilinear(tile, c, r)
                              : tensor_bits(place_element(place, tile, row, column));
    uint key = trl_float_key(bits);
    uint reached = thresholds_reached(bits, key);
    uint index = reached - 1u;
    if (bits_nan(bits) || reached == 0u || reached == 257u) {
        index = bits_nan(bits) ? TRL_INDEX_NAN : reached == 0u ? TRL_INDEX_UNDER : TRL_INDEX_OVER;
        if (counts[TRL_COUNT_SPECIAL] == 0u)
            atomicOr(counts[TRL_COUNT_SPECIAL], 1u);
    } else if (ADAPTIVE != 0) {
        index = adapted(index, tile, c, r);
    }
    return index;
}

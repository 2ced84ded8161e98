#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// The heat map: every fragment is a cell and becomes a palette index. Values are compared with the
// thresholds as integers, so the index is exact on every device.
#include "shared/scale.h"
#include "shared/view.h"
#include "shared/tensor.glsl"
#include "shared/place.glsl"

layout(constant_id = 2) const uint LINEAR = 1; // a guess by one multiplication is near
layout(constant_id = 3) const uint BILINEAR = 0;
layout(constant_id = 4) const uint TILED = 0;

layout(std430, set = 0, binding = 1) readonly buffer Scale
{
    uint scale[];
};
layout(std430, set = 0, binding = 2) buffer Counts
{
    uint counts[];
};
// For every cell column, then every cell row of a tile: two elements and their weights.
layout(std430, set = 0, binding = 3) readonly buffer Samples
{
    uint samples[];
};
layout(push_constant) uniform Push
{
    trl_place place;
    uint tiles;
    uint grid_columns;
    uint cell_rows;
    uint cell_columns;
};

layout(location = 0) out uint cell;

// Blending takes denormals as 0, on devices that would keep them too.
float blend(uint a, uint b, float a_part, float b_part)
{
    precise float left = uintBitsToFloat((a & 0x7f800000u) == 0u ? 0u : a) * a_part;
    precise float right = uintBitsToFloat((b & 0x7f800000u) == 0u ? 0u : b) * b_part;
    precise float sum = left + right;
    return sum;
}

// Where one of the four is not finite, the nearest is shown as it is.
uint bilinear(uint tile, uint row, uint column)
{
    uint c = 4u * column;
    uint r = 4u * (cell_columns + row);
    uint c0 = samples[c], c1 = samples[c + 1u], r0 = samples[r], r1 = samples[r + 1u];
    uint c0_part = samples[c + 2u], c1_part = samples[c + 3u];
    uint r0_part = samples[r + 2u], r1_part = samples[r + 3u];
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

uint step_guessed(uint bits, uint key)
{
    float place_on_map =
        (uintBitsToFloat(bits) - uintBitsToFloat(scale[TRL_SCALE_LOW])) *
        uintBitsToFloat(scale[TRL_SCALE_GUESS]);
    uint step = uint(clamp(int(clamp(place_on_map, 0.0, 255.0)), 0, 255));
    while (step > 0u && key < scale[TRL_SCALE_KEYS + step])
        step--;
    while (step < 255u && key >= scale[TRL_SCALE_KEYS + step + 1u])
        step++;
    return step;
}

uint step_searched(uint key)
{
    uint below = 0u, above = 256u;
    for (int i = 0; i < 8; i++) {
        uint middle = (below + above) >> 1;
        if (key >= scale[TRL_SCALE_KEYS + middle])
            below = middle;
        else
            above = middle;
    }
    return below;
}

void main()
{
    uint column = uint(gl_FragCoord.x), row = uint(gl_FragCoord.y), tile = 0u;
    if (TILED != 0) {
        tile = row / cell_rows * grid_columns + column / cell_columns;
        row %= cell_rows;
        column %= cell_columns;
        if (tile >= tiles) {
            cell = TRL_INDEX_BACKGROUND;
            return;
        }
    }
    // Fragments beyond the rectangle, which only help others, must not read beyond the tensor.
    row = min(row, cell_rows - 1u);
    column = min(column, cell_columns - 1u);
    uint bits = BILINEAR != 0 ? bilinear(tile, row, column)
                              : tensor_bits(place_element(place, tile, row, column));
    uint key = trl_float_key(bits);
    bool is_nan = bits_nan(bits);
    bool under = key < scale[TRL_SCALE_KEYS];
    bool over = key >= scale[TRL_SCALE_KEYS + 256u];
    uint index;
    if (is_nan || under || over) {
        index = is_nan ? TRL_INDEX_NAN : under ? TRL_INDEX_UNDER : TRL_INDEX_OVER;
        if (counts[TRL_COUNT_SPECIAL] == 0u)
            atomicOr(counts[TRL_COUNT_SPECIAL], 1u);
    } else {
        index = LINEAR != 0 ? step_guessed(bits, key) : step_searched(key);
    }
    cell = index;
}

#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// One level of reduction: every cell stands for a block of elements, or of cells of the level
// before, which come as two words:
//   max     key of the largest (0: none)     -
//   mean    sum, float bits                  how many, and whether infinities were met
//   minmax  ~key of the smallest (0: none)   key of the largest
// The last level leaves float bits. Sums run row by row through a block, then through the blocks.
#include "shared/scale.h"
#include "shared/view.h"
#include "shared/tensor.glsl"
#include "shared/place.glsl"
#include "shared/mean.glsl"

layout(local_size_x = 64) in;
layout(constant_id = 2) const uint REDUCE = TRL_REDUCE_BY_MAX;
layout(constant_id = 3) const uint FIRST = 1;
layout(constant_id = 4) const uint LAST = 1;

layout(std430, set = 0, binding = 1) readonly buffer Scale
{
    uint scale[];
};
layout(std430, set = 0, binding = 2) buffer Counts
{
    uint counts[];
};
layout(std430, set = 0, binding = 3) readonly buffer Bounds
{
    uint bounds[];
};
layout(std430, set = 0, binding = 4) writeonly buffer Cells
{
    uint cells[];
};
layout(push_constant) uniform Push
{
    trl_place place;
    uint row_bounds;
    uint column_bounds;
    uint cell_rows;
    uint cell_columns;
    uint start[3];
    uint count[3];
};

const uint NOT_A_NUMBER = 0x7fc00000u;
uint one, two;
bool special;
uint low_key, high_key;

void add_pair(uint a, uint b)
{
    if (REDUCE == TRL_REDUCE_BY_MEAN) {
        precise float sum = uintBitsToFloat(one) + uintBitsToFloat(a);
        one = floatBitsToUint(sum);
        two = ((two + b) & TRL_MEAN_COUNT) | ((two | b) & ~TRL_MEAN_COUNT);
    } else {
        one = max(one, a);
        two = max(two, b);
    }
}

void add_element(uint bits)
{
    uint key = trl_float_key(bits);
    bool nan = bits_nan(bits);
    special = special || nan || key < low_key || key >= high_key;
    if (nan)
        return;
    if (REDUCE == TRL_REDUCE_BY_MAX)
        add_pair(key, 0u);
    else if (REDUCE == TRL_REDUCE_BY_MINMAX)
        add_pair(~key, key);
    else if (bits_finite(bits))
        add_pair(bits, 1u);
    else
        two |= bits == 0x7f800000u ? TRL_MEAN_POS_INF : TRL_MEAN_NEG_INF;
}

// The element farther from the middle of the range, the larger of two that are as far. Compared are
// the sums smallest + largest and low + high, each rounded up.
uint minmax_bits()
{
    if (two == 0u)
        return NOT_A_NUMBER;
    uint smallest = trl_key_float(~one), largest = trl_key_float(two);
    if (largest == 0x7f800000u || smallest == largest)
        return largest;
    if (smallest == 0xff800000u)
        return smallest;
    uint middle = trl_float_sum_key(scale[TRL_SCALE_LOW], scale[TRL_SCALE_HIGH]);
    return trl_float_sum_key(smallest, largest) >= middle ? largest : smallest;
}

void reduce_block(uint tile, uint row, uint column)
{
    one = 0u;
    two = 0u;
    uint row_end = bounds[row_bounds + row + 1u];
    uint column_start = bounds[column_bounds + column];
    uint column_end = bounds[column_bounds + column + 1u];
    for (uint r = bounds[row_bounds + row]; r < row_end; r++)
        for (uint c = column_start; c < column_end; c++) {
            uint element = place_element(place, tile, r, c);
            if (FIRST != 0)
                add_element(tensor_bits(element));
            else
                add_pair(tensor_words[2u * element], tensor_words[2u * element + 1u]);
        }
}

void main()
{
    low_key = scale[TRL_SCALE_KEYS];
    high_key = scale[TRL_SCALE_KEYS + 256u];
    special = false;
    if (gl_GlobalInvocationID.x >= count[2])
        return;
    uint column = start[2] + gl_GlobalInvocationID.x;
    uint lines = count[0] * count[1];
    for (uint line = gl_WorkGroupID.y; line < lines; line += gl_NumWorkGroups.y) {
        uint tile = start[0] + line / count[1];
        uint row = start[1] + line % count[1];
        reduce_block(tile, row, column);
        uint cell = (tile * cell_rows + row) * cell_columns + column;
        if (LAST == 0) {
            cells[2u * cell] = one;
            cells[2u * cell + 1u] = two;
        } else if (REDUCE == TRL_REDUCE_BY_MAX) {
            cells[cell] = one == 0u ? NOT_A_NUMBER : trl_key_float(one);
        } else {
            cells[cell] = REDUCE == TRL_REDUCE_BY_MEAN ? mean_bits(one, two) : minmax_bits();
        }
    }
    if (FIRST != 0 && special && counts[TRL_COUNT_SPECIAL] == 0u)
        atomicOr(counts[TRL_COUNT_SPECIAL], 1u);
}

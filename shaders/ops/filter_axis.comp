#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// Weighted sums of a window along one axis. An invocation makes a run of neighbours along that
// axis, so that each element is read once for the whole run; the window moves through registers.
#include "shared/scale.h"
#include "shared/filter.h"
#include "shared/tensor.glsl"
#include "filter.glsl"

layout(local_size_x = TRL_FILTER_LANES) in;
layout(constant_id = 6) const uint DOWN = 0; // along columns of the picture, else along rows

layout(std430, set = 0, binding = 3) readonly buffer Weights
{
    float weights[];
};

const uint RUN = TRL_FILTER_RUN;
uint tile, row, column;

uint along(uint first, uint n)
{
    int i = int(first + n);
    return DOWN != 0 ? nearest(tile, i, int(column)) : nearest(tile, int(row), i);
}

void finish_one(uint k, uint x)
{
    finish(DOWN != 0 ? place(tile, row + k, column) : place(tile, row, column + k), x);
}

// Where something in reach is not plain: what is not finite does not count, the rest is cleaned.
uint careful(uint first)
{
    uint centre = along(first, p.before);
    uint total = 0u;
    precise float weight = 0.0;
    bool whole = true;
    for (uint t = 0u; t < p.taps; t++) {
        uint x = along(first, t);
        precise float w = weights[p.first_weight + t];
        if (bits_finite(x)) {
            total = sum(total, product(floatBitsToUint(w), x));
            weight = weight + w;
        } else {
            whole = false;
        }
    }
    if (!bits_finite(centre))
        return centre;
    return whole ? total : product(total, trl_filter_reciprocal(floatBitsToUint(weight)));
}

void make_run(uint valid)
{
    uint first = (DOWN != 0 ? row : column) - p.before;
    float x[RUN];
    precise float total[RUN];
    bool special = false;
    for (uint k = 0u; k < RUN; k++) {
        total[k] = 0.0;
        uint bits = k + 1u < RUN ? along(first, k) : 0u;
        special = special || (FLOATS && !plain(bits));
        x[k] = uintBitsToFloat(bits);
    }
    for (uint t = 0u; t < p.taps; t++) {
        uint bits = along(first, t + RUN - 1u);
        special = special || (FLOATS && !plain(bits));
        x[RUN - 1u] = uintBitsToFloat(bits);
        float weight = weights[p.first_weight + t];
        for (uint k = 0u; k < RUN; k++) {
            precise float part = weight * x[k];
            total[k] = total[k] + part;
        }
        for (uint k = 0u; k + 1u < RUN; k++)
            x[k] = x[k + 1u];
    }
    for (uint k = 0u; k < RUN; k++)
        if (!special && k < valid)
            finish_one(k, floatBitsToUint(total[k]));
    for (uint k = 0u; special && k < valid; k++)
        finish_one(k, careful(first + k));
}

void main()
{
    uint runs = ((DOWN != 0 ? p.row_count : p.columns) + RUN - 1u) / RUN;
    uint lines = DOWN != 0 ? p.columns : p.row_count;
    uint count = runs * lines * p.tiles;
    uint step = gl_NumWorkGroups.x * TRL_FILTER_LANES;
    for (uint item = gl_GlobalInvocationID.x; item < count; item += step) {
        uint fast = DOWN != 0 ? lines : runs;
        uint slow = DOWN != 0 ? runs : lines;
        uint inner = item % fast;
        uint outer = item / fast;
        tile = p.tile + outer / slow;
        outer %= slow;
        row = p.row + (DOWN != 0 ? outer * RUN : outer);
        column = DOWN != 0 ? inner : inner * RUN;
        make_run(min(RUN, DOWN != 0 ? p.row + p.row_count - row : p.columns - column));
    }
}

#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// Finds the neurons that fired and marks their rows. Spikes are rare: what one costs hardly counts.
#include "shared/chart.h"
#include "shared/tensor.glsl"

layout(local_size_x = 256) in;
layout(constant_id = 2) const uint FORM = TRL_RASTER_MASK;

// The first neuron of every row, and behind the last.
layout(std430, set = 0, binding = 1) readonly buffer Bounds
{
    uint bounds[];
};
layout(std430, set = 0, binding = 2) buffer Marks
{
    uint marks[];
};
layout(push_constant) uniform Push
{
    uint base;
    uint stride[3];
    uint start[3];
    uint count[3];
    uint shape[2];
    uint steps;
    uint neurons;
    uint rows;
};

shared uint sums[TRL_RASTER_SUMS];
uint spikes = 0u, nan = 0u, below = 0u, above = 0u;

void mark(uint neuron)
{
    if (neuron >= neurons) {
        above += FORM == TRL_RASTER_EVENTS ? 1u : 0u;
        return;
    }
    // Any guess will do: the bounds decide.
    uint row = min(uint(float(neuron) * (float(rows) / float(neurons))), rows - 1u);
    while (bounds[row] > neuron)
        row--;
    while (bounds[row + 1u] <= neuron)
        row++;
    spikes += 1u;
    atomicMax(marks[row], neuron + 1u);
}

void mark_bits(uint element, uint number)
{
    uint width = 8u, word;
    switch (TENSOR_DTYPE) {
    case DTYPE_I32:
    case DTYPE_U32:
        width = 32u;
        word = tensor_word(element);
        break;
    case DTYPE_I16:
    case DTYPE_U16:
        width = 16u;
        word = tensor_half_word(element);
        break;
    default:
        word = tensor_byte(element);
        break;
    }
    while (word != 0u) {
        uint bit = findLSB(word);
        word &= word - 1u;
        mark(number * width + bit);
    }
}

void mark_event(uint element)
{
    if (TENSOR_DTYPE == DTYPE_U32) {
        mark(tensor_word(element));
        return;
    }
    if (TENSOR_DTYPE == DTYPE_I32) {
        uint id = tensor_word(element);
        if ((id >> 31) != 0u)
            below += 1u;
        else
            mark(id);
        return;
    }
    uint bits = tensor_bits(element);
    if (bits_nan(bits))
        nan += 1u;
    else if (bits > 0x80000000u)
        below += 1u;
    else if (bits >= 0x4f000000u && bits != 0x80000000u)
        above += 1u;
    else
        mark(uint(uintBitsToFloat(bits)));
}

void visit(uint element, uint number)
{
    if (FORM == TRL_RASTER_BITS) {
        mark_bits(element, number);
    } else if (FORM == TRL_RASTER_EVENTS) {
        mark_event(element);
    } else {
        uint bits = tensor_bits(element);
        if (bits_nan(bits))
            nan += 1u;
        else if ((bits << 1) != 0u)
            mark(number);
    }
}

void add(uint word, uint sum)
{
    if (sum != 0u)
        atomicAdd(sums[word], sum);
}

void main()
{
    uint lane = gl_LocalInvocationIndex;
    if (lane < TRL_RASTER_SUMS)
        sums[lane] = 0u;
    barrier();
    uint first = gl_WorkGroupID.x * (256u * steps) + lane;
    uint lines = count[0] * count[1];
    for (uint line = gl_WorkGroupID.y; line < lines; line += gl_NumWorkGroups.y) {
        uint i = start[0] + line / count[1];
        uint j = start[1] + line % count[1];
        uint at = base + i * stride[0] + j * stride[1];
        uint number = (i * shape[0] + j) * shape[1];
        for (uint step = 0u; step < steps; step++) {
            uint k = first + step * 256u;
            if (k >= count[2])
                break;
            k += start[2];
            visit(at + k * stride[2], number + k);
        }
    }
    add(TRL_RASTER_SPIKES, spikes);
    add(TRL_RASTER_NAN, nan);
    add(TRL_RASTER_BELOW, below);
    add(TRL_RASTER_ABOVE, above);
    barrier();
    if (lane < TRL_RASTER_SUMS && sums[lane] != 0u)
        atomicAdd(marks[rows + lane], sums[lane]);
}

#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// A channel of a film of the burst engine, a cell an invocation: what the neurons of the cell have
// in common. The host does the same in src/sim/burst_model_cpu.c.
#include "shared/burst.h"
#include "shared/burst_film.h"

layout(local_size_x = TRL_BURST_FILM_GROUP) in;
layout(constant_id = 0) const uint CHANNEL = TRL_BURST_FILM_FIRED;

layout(push_constant) uniform Push
{
    trl_burst_film_constants c;
};
layout(std430, binding = 0) writeonly buffer Channel
{
    float channel[];
};
layout(std430, binding = 1) readonly buffer Cells
{
    uint cells[]; // first neuron, count, float 1 / count
};
layout(std430, binding = 2) readonly buffer Kinds
{
    uint kind_of[];
};
layout(std430, binding = 3) readonly buffer Looks
{
    trl_burst_film_kind looks[];
};
layout(std430, binding = 4) readonly buffer Values
{
    uint values[]; // of a neuron: potential, counts or input; or the ledger
};
layout(std430, binding = 5) readonly buffer Touched
{
    uint touched[];
};
layout(std430, binding = 6) readonly buffer Parameters
{
    trl_burst_kind kinds[];
};

bool fired(uint neuron, uint ago)
{
    uint slot = c.slot >= ago ? c.slot - ago : c.slot + c.ledger - ago;
    return ((values[slot * c.words + (neuron >> 5)] >> (neuron & 31u)) & 1u) != 0u;
}

float glow(uint neuron)
{
    float left = 1.0;
    for (uint ago = 0u; ago < c.glow_bursts; ago++) {
        if (fired(neuron, ago))
            return left;
        precise float faded = left * c.fade;
        left = faded;
    }
    return 0.0;
}

float rate(uint neuron)
{
    uint spikes = 0u;
    for (uint ago = 0u; ago < c.rate_bursts; ago++)
        spikes += fired(neuron, ago) ? 1u : 0u;
    return float(spikes) * c.rate_unit;
}

float normal(float value)
{
    return (floatBitsToUint(value) & 0x7f800000u) == 0u ? 0.0 : value;
}

// As the host's trl_burst_leak.
float leaked(trl_burst_kind kind, float v, uint silent)
{
    if (silent == 0u)
        return v;
    precise float keep = 1.0;
    for (uint bit = 0x80000000u; bit != 0u; bit >>= 1) {
        keep = normal(keep * keep);
        if ((silent & bit) != 0u)
            keep = normal(keep * kind.keep);
    }
    precise float apart = normal(v - kind.rest);
    precise float left = normal(apart * keep);
    precise float result = normal(kind.rest + left);
    return result;
}

float potential(uint neuron, trl_burst_kind kind)
{
    uint silent = c.time - touched[neuron];
    if (((kind.pause >> 16) & TRL_BURST_COINCIDENCE) != 0u && silent != 0u)
        return kind.rest;
    float v = uintBitsToFloat(values[neuron]);
    return c.wall_time != 0u ? leaked(kind, v, silent) : v;
}

uint countdown(uint neuron)
{
    uint left = values[neuron] & 0xffffu;
    if (c.wall_time == 0u)
        return left;
    uint silent = c.time - touched[neuron];
    return left > silent ? left - silent : 0u;
}

float value_of(uint neuron)
{
    if (CHANNEL == TRL_BURST_FILM_FIRED)
        return glow(neuron);
    if (CHANNEL == TRL_BURST_FILM_RATE)
        return rate(neuron);
    uint kind = kind_of[neuron];
    precise float value;
    if (CHANNEL == TRL_BURST_FILM_V)
        value = potential(neuron, kinds[kind]) * looks[kind].per_threshold;
    else if (CHANNEL == TRL_BURST_FILM_INPUT)
        value = touched[neuron] == c.time
                    ? uintBitsToFloat(values[neuron]) * looks[kind].per_threshold
                    : 0.0;
    else
        value = float(countdown(neuron)) * looks[kind].per_period;
    return value;
}

void main()
{
    uint cell = gl_GlobalInvocationID.x + gl_GlobalInvocationID.y * 65535u * TRL_BURST_FILM_GROUP;
    if (cell >= c.cells)
        return;
    uint first = cells[3u * cell], count = cells[3u * cell + 1u];
    if (count == 0u) {
        channel[cell] = uintBitsToFloat(0x7fc00000u);
        return;
    }
    precise float value = 0.0;
    for (uint n = 0u; n < count; n++) {
        float next = value_of(first + n);
        if (CHANNEL == TRL_BURST_FILM_FIRED)
            value = max(value, next);
        else
            value = value + next;
    }
    if (CHANNEL != TRL_BURST_FILM_FIRED && count > 1u)
        value = value * uintBitsToFloat(cells[3u * cell + 2u]);
    channel[cell] = value;
}

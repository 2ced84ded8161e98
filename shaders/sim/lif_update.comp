#version 460
// SPDX-License-Identifier: BSD-2-Clause
// One step of four neurons: completes the box sums down the columns, draws the noise, and
// advances the membrane, the refractory count and the afterglow.
#extension GL_GOOGLE_include_directive : require
#include "shared/lif_sheet.h"
#include "shared/philox.h"

layout(local_size_x = TRL_LIF_GROUP) in;
layout(constant_id = 0) const uint excitation_radius = 3;
layout(constant_id = 1) const uint inhibition_radius = 7;
layout(push_constant) uniform Push { trl_lif_constants c; };
layout(std430, binding = 0) readonly buffer Rows { uint rows[]; };
layout(std430, binding = 1) readonly buffer Current { vec4 current[]; };
layout(std430, binding = 2) buffer V { vec4 v[]; };
layout(std430, binding = 3) buffer Glow { vec4 glow[]; };
layout(std430, binding = 4) buffer Hold { uint hold[]; }; // one byte a neuron
layout(std430, binding = 5) buffer Mask { uint mask[]; }; // cleared before

uvec4 box(uint plane, uint quad, uint y, uint radius)
{
    uint row = y + c.height - (radius % c.height);
    row = row >= c.height ? row - c.height : row;
    uint even = 0;
    uint odd = 0;
    for (uint i = 0; i < 2 * radius + 1; i++) {
        uint bytes = rows[plane + row * c.quads + quad];
        even += bytes & 0x00FF00FFu;
        odd += (bytes >> 8) & 0x00FF00FFu;
        row++;
        row = row == c.height ? 0 : row;
    }
    return uvec4(even & 0xFFFFu, odd & 0xFFFFu, even >> 16, odd >> 16);
}

void main()
{
    uint quad = gl_GlobalInvocationID.x;
    uint y = gl_GlobalInvocationID.y;
    if (quad >= c.quads)
        return;
    uint at = y * c.quads + quad;
    uvec4 excite = box(0, quad, y, excitation_radius);
    uvec4 inhibit = box(c.quads * c.height, quad, y, inhibition_radius);
    uvec4 random = trl_philox(uvec4(at, c.step_low, c.step_high, TRL_LIF_STREAM_NOISE), c.seed_low,
                              c.seed_high);
    ivec4 z = ivec4(random & 0xFFFFu) + ivec4(random >> 16) - 65535;

    precise vec4 u = v[at] * c.keep + current[at];
    u = u + vec4(excite) * c.excitation;
    u = u - vec4(inhibit) * c.inhibition;
    u = u + vec4(z) * c.noise;
    u = mix(u, vec4(0.0), lessThan(abs(u), vec4(TRL_LIF_TINY)));
    precise vec4 fading = glow[at] * c.fade;
    fading = mix(fading, vec4(0.0), lessThan(fading, vec4(TRL_LIF_TINY)));

    uvec4 held = (uvec4(hold[at]) >> uvec4(0, 8, 16, 24)) & 0xFFu;
    bvec4 free = equal(held, uvec4(0));
    uvec4 spike = uvec4(free) & uvec4(greaterThanEqual(u, vec4(c.threshold)));
    spike &= uvec4(lessThan(4 * quad + uvec4(0, 1, 2, 3), uvec4(c.width)));
    bvec4 spiked = bvec4(spike);
    v[at] = mix(vec4(0.0), u, notEqual(uvec4(free), spike));
    glow[at] = mix(fading, vec4(1.0), spiked);
    held = mix(held - uvec4(not(free)), uvec4(c.refractory), spiked);
    hold[at] = held.x | held.y << 8 | held.z << 16 | held.w << 24;
    uint nibble = spike.x | spike.y << 1 | spike.z << 2 | spike.w << 3;
    if (nibble != 0)
        atomicOr(mask[y * c.words + (quad >> 3)], nibble << (4 * (quad & 7u)));
}

#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// Stages a volume for the rays: every voxel becomes its place on the scale, and every brick learns
// whether anything in it is seen. A workgroup stages four bricks side by side.
#include "shared/scale.h"
#include "shared/view.h"
#include "shared/volume.h"
#include "shared/tensor.glsl"

layout(local_size_x = 32, local_size_y = 8) in;
layout(constant_id = 2) const uint LINEAR = 1;
layout(constant_id = 3) const uint LARGEST = 0; // bricks tell their largest code

layout(std430, set = 0, binding = 1) readonly buffer Scale
{
    uint scale[];
};
layout(std430, set = 0, binding = 2) readonly buffer Filled
{
    uint filled[]; // how many colours before this one are not transparent
};
layout(std430, set = 0, binding = 3) writeonly buffer Staged
{
    uint staged[];
};
layout(std430, set = 0, binding = 4) writeonly buffer Bricks
{
    uint bricks[];
};
// Coherent, so that the word is seen to be set, and not set over and over.
layout(std430, set = 0, binding = 5) coherent buffer Counts
{
    uint counts[];
};
layout(push_constant) uniform Push
{
    uint base;
    uint stride[3];
    uint size[3];
};

const uint SIDE_X = TRL_VOLUME_GROUP_X + 1u, SIDE = TRL_VOLUME_BRICK + 1u;
const uint BRICKS = TRL_VOLUME_GROUP_X / TRL_VOLUME_BRICK;
shared uint codes[SIDE_X * SIDE * SIDE];
shared uint smallest[BRICKS], largest[BRICKS];
shared uint special_met;

float linear_place(uint bits)
{
    float low = uintBitsToFloat(scale[TRL_SCALE_LOW]) * 0.5;
    float width = uintBitsToFloat(scale[TRL_SCALE_HIGH]) * 0.5 - low;
    return width > 0.0 ? (uintBitsToFloat(bits) * 0.5 - low) / width : 0.0;
}

// Between two thresholds the place goes straight from one to the other.
float searched_place(uint key)
{
    uint step = 0u;
    for (uint half_way = 128u; half_way > 0u; half_way >>= 1)
        step += key >= scale[TRL_SCALE_KEYS + step + half_way] ? half_way : 0u;
    float from = uintBitsToFloat(trl_key_float(scale[TRL_SCALE_KEYS + step]));
    float to = uintBitsToFloat(trl_key_float(scale[TRL_SCALE_KEYS + step + 1u]));
    float width = to * 0.5 - from * 0.5;
    float part = (uintBitsToFloat(trl_key_float(key)) * 0.5 - from * 0.5) / width;
    return (float(step) + (width > 0.0 ? clamp(part, 0.0, 1.0) : 0.0)) / 256.0;
}

uint code_of(uint bits)
{
    uint key = trl_float_key(bits);
    if (bits_nan(bits))
        return TRL_VOLUME_NAN;
    if (key < scale[TRL_SCALE_KEYS])
        return TRL_VOLUME_UNDER;
    if (key >= scale[TRL_SCALE_KEYS + 256u])
        return TRL_VOLUME_OVER;
    float place = LINEAR != 0 ? linear_place(bits) : searched_place(key);
    return TRL_VOLUME_LOW + uint(clamp(place, 0.0, 1.0) * float(TRL_VOLUME_STEPS) + 0.5);
}

uint color_of(uint code)
{
    float place = clamp((float(code) - 1.0) / float(TRL_VOLUME_STEPS), 0.0, 1.0);
    return uint(place * float(TRL_VOLUME_COLORS - 1u) + 0.5);
}

void read_codes(uvec3 from)
{
    bool special = false;
    for (uint n = gl_LocalInvocationIndex; n < SIDE_X * SIDE * SIDE; n += 256u) {
        uvec3 at = from + uvec3(n % SIDE_X, n / SIDE_X % SIDE, n / (SIDE_X * SIDE));
        at = min(at, uvec3(size[0], size[1], size[2]) - 1u);
        uint code = code_of(
            tensor_bits(base + at.x * stride[0] + at.y * stride[1] + at.z * stride[2]));
        special = special || code == TRL_VOLUME_UNDER || code >= TRL_VOLUME_OVER;
        codes[n] = code;
    }
    if (special)
        special_met = 1u;
}

// A quarter of the workgroup for each brick.
void find_ends()
{
    uint brick = gl_LocalInvocationIndex / (256u / BRICKS);
    uint low = TRL_VOLUME_NAN, high = 0u;
    for (uint n = gl_LocalInvocationIndex % (256u / BRICKS); n < SIDE * SIDE * SIDE;
         n += 256u / BRICKS) {
        uint code = codes[n / SIDE * SIDE_X + n % SIDE + brick * TRL_VOLUME_BRICK];
        low = min(low, code);
        high = max(high, code == TRL_VOLUME_NAN ? 0u : code + 1u);
    }
    atomicMin(smallest[brick], low);
    atomicMax(largest[brick], high);
}

void write_codes(uvec3 from)
{
    uvec3 at = from + uvec3(gl_LocalInvocationID.xy, 0u);
    if (at.x >= size[0] || at.y >= size[1])
        return;
    uint n = gl_LocalInvocationID.y * SIDE_X + gl_LocalInvocationID.x;
    for (uint z = 0u; z < TRL_VOLUME_BRICK && at.z + z < size[2]; z++, n += SIDE_X * SIDE)
        staged[((at.z + z) * size[1] + at.y) * size[0] + at.x] = codes[n] | codes[n + 1u] << 16;
}

void main()
{
    if (gl_LocalInvocationIndex < BRICKS) {
        special_met = 0u;
        smallest[gl_LocalInvocationIndex] = TRL_VOLUME_NAN;
        largest[gl_LocalInvocationIndex] = 0u;
    }
    barrier();
    uvec3 from =
        gl_WorkGroupID * uvec3(TRL_VOLUME_GROUP_X, TRL_VOLUME_BRICK, TRL_VOLUME_BRICK);
    read_codes(from);
    barrier();
    if (gl_LocalInvocationIndex == 0u && special_met != 0u && counts[TRL_COUNT_SPECIAL] == 0u)
        atomicOr(counts[TRL_COUNT_SPECIAL], 1u);
    write_codes(from);
    find_ends();
    barrier();
    uvec3 count = (uvec3(size[0], size[1], size[2]) + TRL_VOLUME_BRICK - 1u) / TRL_VOLUME_BRICK;
    uint brick = gl_WorkGroupID.x * BRICKS + gl_LocalInvocationIndex;
    if (gl_LocalInvocationIndex >= BRICKS || brick >= count.x)
        return;
    uint high = largest[gl_LocalInvocationIndex];
    uint word = high;
    if (LARGEST == 0 && high != 0u)
        word = filled[color_of(high - 1u) + 1u] -
               filled[color_of(smallest[gl_LocalInvocationIndex])];
    bricks[(gl_WorkGroupID.z * count.y + gl_WorkGroupID.y) * count.x + brick] = word;
}

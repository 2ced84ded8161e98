#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// Rays through a staged volume. The path within it is cut into steps from where the ray enters, the
// last one shorter; samples lie there whatever is skipped.
#include "shared/view.h"
#include "shared/volume.h"

layout(local_size_x = 8, local_size_y = 8) in;
layout(constant_id = 0) const uint LARGEST = 0; // the largest value, as palette indices
layout(constant_id = 1) const uint LIGHT = 0;
layout(constant_id = 2) const uint PERSPECTIVE = 0;

layout(std430, set = 0, binding = 0) readonly buffer Staged
{
    uint staged[];
};
layout(std430, set = 0, binding = 1) readonly buffer Bricks
{
    uint bricks[];
};
layout(std430, set = 0, binding = 2) readonly buffer Colors
{
    vec4 colors[]; // times alpha, of one step
};
layout(std430, set = 0, binding = 3) writeonly buffer Target
{
    uint target[]; // words, or two palette indices each
};
layout(push_constant) uniform Push
{
    float eye[3];
    float right[3];
    float down[3];
    float forward[3];
    float scale[3];
    float pixel;
    float step;
    uint size[3];
    uint width;
    uint height;
    uint background;
    uint cell_stride;
};

const float NOTHING = 1e-3; // of a pixel's light that is left: not a whole code
const float CLEAR = 0.05, DENSE = 0.5; // of a step's light that is stopped; between them a surface
const float AMBIENT = 0.3, DIFFUSE = 0.8, SPECULAR = 0.35, SOFT = 0.006;
vec3 volume_size;
uvec3 brick_count;

// The value between eight voxels, and how much of it is not NaN.
vec2 value_at(vec3 at)
{
    at = clamp(at, vec3(0.0), volume_size - 1.0);
    uvec3 i = uvec3(at);
    vec3 part = at - vec3(i);
    uint line = size[0];
    uint up = i.y + 1u < size[1] ? line : 0u;
    uint far = i.z + 1u < size[2] ? line * size[1] : 0u;
    uint n = (i.z * size[1] + i.y) * line + i.x;
    uint a = staged[n], b = staged[n + up], c = staged[n + far], d = staged[n + far + up];
    vec4 low = vec4(a & 0xffffu, b & 0xffffu, c & 0xffffu, d & 0xffffu);
    vec4 high = vec4(a >> 16, b >> 16, c >> 16, d >> 16);
    vec4 weight = vec4((1.0 - part.y) * (1.0 - part.z), part.y * (1.0 - part.z),
                       (1.0 - part.y) * part.z, part.y * part.z);
    vec4 most = max(low, high);
    if (max(max(most.x, most.y), max(most.z, most.w)) < float(TRL_VOLUME_NAN))
        return vec2(dot(mix(low, high, part.x), weight), 1.0);
    const vec4 nan = vec4(float(TRL_VOLUME_NAN));
    vec4 low_weight = mix(weight * (1.0 - part.x), vec4(0.0), equal(low, nan));
    vec4 high_weight = mix(weight * part.x, vec4(0.0), equal(high, nan));
    float sum = dot(low_weight + high_weight, vec4(1.0));
    float value = dot(low, low_weight) + dot(high, high_weight);
    return vec2(sum > 0.0 ? value / sum : 0.0, sum);
}

float value_or(vec3 at, float otherwise)
{
    vec2 value = value_at(at);
    return value.y > 0.0 ? value.x : otherwise;
}

// Lit from the eye; where there is no gradient there is no shade either.
vec4 shade(vec4 color, vec3 at, float value, vec3 ray)
{
    vec3 gradient;
    gradient.x = value_or(at + vec3(1.0, 0.0, 0.0), value) - value_or(at - vec3(1.0, 0.0, 0.0), value);
    gradient.y = value_or(at + vec3(0.0, 1.0, 0.0), value) - value_or(at - vec3(0.0, 1.0, 0.0), value);
    gradient.z = value_or(at + vec3(0.0, 0.0, 1.0), value) - value_or(at - vec3(0.0, 0.0, 1.0), value);
    gradient *= vec3(scale[0], scale[1], scale[2]) / (2.0 * float(TRL_VOLUME_STEPS));
    float size = length(gradient);
    if (size == 0.0)
        return color;
    float facing = min(abs(dot(gradient, ray)) / size, 1.0);
    float strength = size / (size + SOFT);
    float glow = facing * facing * facing * facing;
    glow *= glow * glow * glow;
    vec3 lit = color.rgb * (AMBIENT + DIFFUSE * facing) + SPECULAR * glow * color.a;
    return vec4(mix(color.rgb, min(lit, vec3(color.a)), strength), color.a);
}

uint brick_at(vec3 at, out vec3 brick)
{
    uvec3 i = uvec3(clamp(at, vec3(0.0), volume_size - 1.0)) / TRL_VOLUME_BRICK;
    brick = vec3(i);
    return bricks[(i.z * brick_count.y + i.y) * brick_count.x + i.x];
}

struct Ray {
    vec3 from;      // where it enters the volume
    vec3 along;     // voxels of a step
    vec3 direction; // of length 1
    float steps;    // within the outer faces of the volume's voxels; 0 or less where it misses
};

// The first step whose sample, at this part of it, lies behind a brick, or one that lies in it
// still: never one too far.
float behind(float n, float middle, vec3 brick, Ray ray)
{
    const float side = float(TRL_VOLUME_BRICK);
    vec3 wall = mix(brick * side, brick * side + side, greaterThan(ray.along, vec3(0.0)));
    vec3 away = (wall - ray.from) / ray.along;
    // Samples beyond the volume's edge belong to the brick there.
    bvec3 open =
        bvec3(ray.along.x > 0.0 ? wall.x >= volume_size.x : ray.along.x == 0.0 || wall.x <= 0.0,
              ray.along.y > 0.0 ? wall.y >= volume_size.y : ray.along.y == 0.0 || wall.y <= 0.0,
              ray.along.z > 0.0 ? wall.z >= volume_size.z : ray.along.z == 0.0 || wall.z <= 0.0);
    away = mix(away, vec3(1e30), open);
    float exit = min(away.x, min(away.y, away.z));
    return max(n + 1.0, ceil(exit - middle - 1e-2));
}

Ray open_ray(uint x, uint y)
{
    float u = float(x) + 0.5 - 0.5 * float(width), v = float(y) + 0.5 - 0.5 * float(height);
    vec3 aside = u * vec3(right[0], right[1], right[2]) + v * vec3(down[0], down[1], down[2]);
    vec3 from = vec3(eye[0], eye[1], eye[2]);
    vec3 along = vec3(forward[0], forward[1], forward[2]);
    if (PERSPECTIVE != 0)
        along = (along + aside) * inversesqrt(1.0 + (u * u + v * v) * pixel * pixel);
    else
        from += aside;
    vec3 near = (vec3(-0.5) - from) / along;
    vec3 far = (volume_size - 0.5 - from) / along;
    bvec3 level = equal(along, vec3(0.0));
    bvec3 inside = bvec3(from.x >= -0.5 && from.x <= volume_size.x - 0.5,
                         from.y >= -0.5 && from.y <= volume_size.y - 0.5,
                         from.z >= -0.5 && from.z <= volume_size.z - 0.5);
    vec3 enter = mix(min(near, far), mix(vec3(1e30), vec3(-1e30), inside), level);
    vec3 leave = mix(max(near, far), mix(vec3(-1e30), vec3(1e30), inside), level);
    float t = max(max(enter.x, enter.y), max(enter.z, 0.0));
    Ray ray;
    ray.from = from + t * along;
    ray.along = step * along;
    ray.direction = along / vec3(scale[0], scale[1], scale[2]);
    ray.steps = (min(leave.x, min(leave.y, leave.z)) - t) / step;
    return ray;
}

vec4 color_of(vec2 value)
{
    float place = clamp((value.x - 1.0) / float(TRL_VOLUME_STEPS), 0.0, 1.0);
    return colors[uint(place * float(TRL_VOLUME_COLORS - 1u) + 0.5)] * value.y;
}

// Where matter begins between a place that is nearly clear and a sample that is dense, in steps: a
// surface would else show the samples' distance as rings. What is soft has no such place.
float refine(Ray ray, float clear, float dense)
{
    for (int turn = 0; turn < 6; turn++) {
        float middle = 0.5 * (clear + dense);
        if (color_of(value_at(ray.from + middle * ray.along)).a > DENSE)
            dense = middle;
        else
            clear = middle;
    }
    return dense;
}

// What a part of a step does to light, from what a whole one does.
vec4 shorten(vec4 color, float part)
{
    return color * ((1.0 - pow(max(1.0 - color.a, 0.0), part)) / color.a);
}

uint composite(uint x, uint y)
{
    Ray ray = open_ray(x, y);
    vec4 light = vec4(0.0);
    bool clear = true;
    for (float n = 0.0; n < ray.steps;) {
        float part = min(ray.steps - n, 1.0), middle = n + 0.5 * part;
        vec3 at = ray.from + middle * ray.along;
        vec3 brick;
        if (brick_at(at, brick) == 0u) {
            n = behind(n, 0.5, brick, ray);
            clear = true;
            continue;
        }
        vec2 value = value_at(at);
        vec4 color = color_of(value);
        if (clear && color.a > DENSE) {
            at = ray.from + refine(ray, max(n - 0.5, 0.0), middle) * ray.along;
            value = value_at(at);
            color = color_of(value);
        }
        clear = color.a <= CLEAR;
        if (color.a > 0.0) {
            if (LIGHT != 0)
                color = shade(color, at, value.x, ray.direction);
            if (part < 1.0)
                color = shorten(color, part);
            light += (1.0 - light.a) * color;
            if (light.a > 1.0 - NOTHING)
                break;
        }
        n += 1.0;
    }
    vec4 behind_all = unpackUnorm4x8(background);
    return packUnorm4x8(vec4(light.rgb + (1.0 - light.a) * behind_all.rgb, 0.0));
}

// Samples lie at the steps' ends, and so where the ray enters and leaves.
uint largest(uint x, uint y)
{
    Ray ray = open_ray(x, y);
    if (ray.steps <= 0.0)
        return TRL_INDEX_BACKGROUND;
    float most = -1.0, last = ceil(ray.steps);
    for (float n = 0.0; n <= last;) {
        vec3 at = ray.from + min(n, ray.steps) * ray.along;
        vec3 brick;
        if (float(brick_at(at, brick)) - 1.0 <= most) {
            n = behind(n, 0.0, brick, ray);
            continue;
        }
        vec2 value = value_at(at);
        if (value.y >= 0.5)
            most = max(most, value.x);
        n += 1.0;
    }
    if (most < 0.0)
        return TRL_INDEX_NAN;
    if (most < 0.5)
        return TRL_INDEX_UNDER;
    if (most > float(TRL_VOLUME_OVER) - 0.5)
        return TRL_INDEX_OVER;
    return min(uint(max(most - 1.0, 0.0) * 256.0 / float(TRL_VOLUME_STEPS)), 255u);
}

void main()
{
    volume_size = vec3(size[0], size[1], size[2]);
    brick_count = (uvec3(size[0], size[1], size[2]) + TRL_VOLUME_BRICK - 1u) / TRL_VOLUME_BRICK;
    uint x = gl_GlobalInvocationID.x, y = gl_GlobalInvocationID.y;
    if (y >= height)
        return;
    if (LARGEST == 0) {
        if (x < width)
            target[y * width + x] = composite(x, y);
    } else if (2u * x < width) {
        uint word = largest(2u * x, y);
        if (2u * x + 1u < width)
            word |= largest(2u * x + 1u, y) << 16;
        target[(y * cell_stride >> 1) + x] = word;
    }
}

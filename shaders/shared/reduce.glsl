/* SPDX-License-Identifier: BSD-2-Clause */
/* The four lanes of a block that one invocation takes, for the reductions. */
#include "shared/form.glsl"
#include "shared/reduction.h"

layout(constant_id = 0) const uint FORM = TRL_OPS_F32;
layout(constant_id = 1) const uint PASS = TRL_OPS_PASS_SUM;
layout(constant_id = 2) const uint FIRST = 1;        // reads elements, not results of blocks
layout(constant_id = 3) const uint OUTPUT_RANK = 1;  // axes of the output
layout(constant_id = 4) const uint REDUCED_RANK = 1; // axes that are reduced
layout(constant_id = 5) const uint VECTOR = 0;       // native float32, side by side, four aligned

layout(std430, set = 0, binding = 0) readonly buffer Words
{
    uint words[];
};
layout(std430, set = 0, binding = 1) readonly buffer Fours
{
    uvec4 fours[];
};
layout(std430, set = 0, binding = 2) writeonly buffer Cells
{
    uvec2 cells[];
};
layout(std430, set = 0, binding = 3) readonly buffer Settings
{
    uint settings[];
};
layout(push_constant) uniform Push
{
    trl_ops_reduce_push push;
};

// Of the output at hand:
uint line; // element at which it starts
int shift;
trl_pair centre;
// What the four lanes have so far, as pairs.
uvec4 first_word, second_word;
bool tiny; // denormals may be met

uint place_in(uint walk_first, uint rank, uint which)
{
    uint element = 0u;
    for (uint axis = rank - 1u; axis > 0u; axis--) {
        uint extent = push.walk[walk_first + axis - 1u];
        element += which % extent * push.walk[walk_first + rank - 1u + axis];
        which /= extent;
    }
    return element + which * push.walk[walk_first + rank - 1u];
}

void begin_output(uint which)
{
    line = push.base + place_in(0u, OUTPUT_RANK, push.output_first + which);
    shift = 0;
    centre.a = 0u;
    centre.b = 0u;
    if (PASS == TRL_OPS_PASS_SCALED || PASS == TRL_OPS_PASS_SQUARES) {
        uint at = (push.setting + which) * TRL_OPS_SETTING_WORDS;
        shift = int(settings[at + TRL_OPS_SETTING_SHIFT]);
        centre.a = settings[at + TRL_OPS_SETTING_CENTRE];
        centre.b = settings[at + TRL_OPS_SETTING_CENTRE + 1u];
    }
}

void begin_lanes()
{
    first_word = uvec4(0u);
    second_word = uvec4(0u);
    tiny = false;
}

uint element_at(uint i)
{
    return line + place_in(2u * OUTPUT_RANK - 1u, REDUCED_RANK, push.element_first + i);
}

trl_pair join(trl_pair x, trl_pair y)
{
    if (PASS == TRL_OPS_PASS_KEYS) {
        x.a = max(x.a, y.a);
        x.b = max(x.b, y.b);
        return x;
    }
    if (PASS == TRL_OPS_PASS_GREATEST || PASS == TRL_OPS_PASS_LEAST) {
        bool second = y.a > x.a || (y.a == x.a && y.b < x.b);
        x.a = second ? y.a : x.a;
        x.b = second ? y.b : x.b;
        return x;
    }
    return trl_reduce_join(x, y);
}

trl_pair lane(int j)
{
    trl_pair pair;
    pair.a = first_word[j];
    pair.b = second_word[j];
    return pair;
}

void join_lane(int j, trl_pair pair)
{
    pair = join(lane(j), pair);
    first_word[j] = pair.a;
    second_word[j] = pair.b;
}

bool any_tiny(uvec4 bits)
{
    return any(lessThan((bits & TRL_EXACT_SIZE) - 1u, uvec4(TRL_EXACT_TINY - 1u)));
}

// Adds to each lane where neither sums nor what they lose can be denormal.
void sum_plain(uvec4 bits)
{
    precise vec4 x = uintBitsToFloat(bits), sum = uintBitsToFloat(first_word);
    precise vec4 more = sum + x;
    precise vec4 part = more - sum;
    precise vec4 kept = more - part;
    precise vec4 lost_sum = sum - kept, lost_x = x - part;
    precise vec4 lost = lost_sum + lost_x;
    precise vec4 rest = uintBitsToFloat(second_word) + lost;
    first_word = floatBitsToUint(more);
    second_word = floatBitsToUint(rest);
}

// Whether add_plain() takes these: what it does with them has nothing to do with denormals or NaN.
bool plain(uvec4 bits)
{
    uvec4 size = bits & TRL_EXACT_SIZE;
    if (PASS == TRL_OPS_PASS_SUM)
        return !tiny && !any_tiny(bits);
    if (PASS == TRL_OPS_PASS_KEYS)
        return all(lessThanEqual(size, uvec4(TRL_EXACT_INF)));
    return all(greaterThanEqual(size - 1u, uvec4(0x7fffffu))) &&
           all(lessThan(size, uvec4(TRL_EXACT_INF)));
}

// As prepared() has them: the exponent alone is scaled, and neither distances nor their squares come
// near the denormals.
uvec4 prepared_plain(uvec4 bits)
{
    if (PASS == TRL_OPS_PASS_SUM)
        return bits;
    uvec4 size = bits & TRL_EXACT_SIZE;
    // Where the result is below TRL_EXACT_TINY; a zero too, however far it would be scaled up.
    ivec4 least = ivec4(max(TRL_INT(TRL_EXACT_TINY) + (shift << 23), 1));
    bvec4 none = lessThan(ivec4(size), least);
    uvec4 scaled = mix(bits - (uint(shift) << 23), uvec4(0u), none);
    if (PASS == TRL_OPS_PASS_SCALED)
        return scaled;
    precise vec4 near = uintBitsToFloat(scaled) - uintBitsToFloat(centre.a);
    precise vec4 distance = near - uintBitsToFloat(centre.b);
    uvec4 away = floatBitsToUint(distance);
    none = lessThan(away & TRL_EXACT_SIZE, uvec4(TRL_REDUCE_NEAR));
    vec4 side = uintBitsToFloat(mix(away, uvec4(0u), none));
    precise vec4 square = side * side;
    return floatBitsToUint(square);
}

void add_plain(uvec4 bits)
{
    if (PASS != TRL_OPS_PASS_KEYS) {
        sum_plain(prepared_plain(bits));
        return;
    }
    ivec4 sign = ivec4(bits) >> 31;
    uvec4 key = uvec4((ivec4(bits & TRL_EXACT_SIZE) ^ sign) - sign) ^ 0x80000000u;
    first_word = max(first_word, ~key);
    second_word = max(second_word, key);
}

// Elements that are not there are 0.
void sum_four(uvec4 bits)
{
    tiny = tiny || any_tiny(bits);
    if (!tiny) {
        sum_plain(bits);
        return;
    }
    [[dont_unroll]] for (int j = 0; j < 4; j++) {
        trl_pair pair;
        pair.a = bits[j];
        pair.b = 0u;
        join_lane(j, pair);
    }
}

uint prepared(uint bits)
{
    if (PASS == TRL_OPS_PASS_SUM)
        return bits;
    uint scaled = trl_reduce_scaled(bits, shift);
    return PASS == TRL_OPS_PASS_SCALED ? scaled : trl_reduce_square(scaled, centre);
}

// there: how many of the four there are, at least 1; i: the first of them.
void add_four(uvec4 bits, uint i, uint there)
{
    uvec4 mask = mix(uvec4(0u), uvec4(0xffffffffu), lessThan(uvec4(0u, 1u, 2u, 3u), uvec4(there)));
    if (PASS == TRL_OPS_PASS_SUM) {
        sum_four(bits & mask);
        return;
    }
    if (PASS == TRL_OPS_PASS_SCALED || PASS == TRL_OPS_PASS_SQUARES) {
        if (plain(bits)) {
            sum_plain(prepared_plain(bits) & mask);
            return;
        }
        [[dont_unroll]] for (int j = 0; j < 4; j++)
            bits[j] = prepared(bits[j]);
        sum_four(bits & mask);
        return;
    }
    if (PASS == TRL_OPS_PASS_KEYS && there == 4u && plain(bits)) {
        add_plain(bits);
        return;
    }
    for (int j = 0; j < 4; j++) {
        uint high = trl_reduce_key(bits[j]), low = trl_reduce_low_key(bits[j]);
        trl_pair pair;
        pair.a = (PASS == TRL_OPS_PASS_GREATEST ? high : low) & mask[j];
        pair.b = PASS == TRL_OPS_PASS_KEYS ? high & mask[j] : push.place + i + uint(j);
        join_lane(j, pair);
    }
}

uvec4 load_four(uint i, uint there)
{
    if (VECTOR != 0u)
        return fours[(line + push.element_first + i) >> 2];
    uvec4 bits = uvec4(0u);
    for (int j = 0; j < 4; j++)
        if (uint(j) < there) {
            uint element = element_at(i + uint(j));
            bits[j] = bits_of(FORM, words[element >> shift_of(FORM)], element);
        }
    return bits;
}

// Elements i, i + 1, i + 2, i + 3 of the output, one to each lane.
void take_four(uint i)
{
    if (i >= push.elements)
        return;
    uint there = min(push.elements - i, 4u);
    if (FIRST != 0u) {
        add_four(load_four(i, there), i, there);
        return;
    }
    [[dont_unroll]] for (int j = 0; j < 4; j++)
        if (uint(j) < there) {
            uint element = element_at(i + uint(j));
            trl_pair pair;
            pair.a = words[2u * element];
            pair.b = words[2u * element + 1u];
            join_lane(j, pair);
        }
}

trl_pair joined_lanes()
{
    return join(join(lane(0), lane(2)), join(lane(1), lane(3)));
}

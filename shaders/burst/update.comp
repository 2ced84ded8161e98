#version 460
// SPDX-License-Identifier: BSD-2-Clause
// The second half of a burst: every neuron that received something takes its step, those that fire
// go into the mask and the queue, and the sums are zero again.
#extension GL_GOOGLE_include_directive : require
#include "burst/queue.glsl"

layout(constant_id = 7) const uint count_bits = 8;
layout(constant_id = 8) const bool wide = false; // 64-bit sums
layout(constant_id = 9) const float unit = 1;    // of sums
layout(constant_id = 10) const bool wall_time = false;
layout(constant_id = 11) const bool wgsl = false;
layout(constant_id = 12) const bool sparse = false;     // the candidates are listed
layout(constant_id = 13) const bool whole_words = true; // a subgroup writes whole words of the mask
layout(constant_id = 14) const bool tracks = false;     // touched is kept
layout(constant_id = 15) const bool keeps_input = false;
layout(constant_id = 16) const bool one_kind = false;
layout(constant_id = 17) const bool ahead = false; // reads before it is known what is needed
layout(std430, binding = 7) buffer Sums { uint sums[]; };
layout(std430, binding = 8) buffer V { float v_of[]; };
layout(std430, binding = 9) buffer Counts { uint counts_of[]; };
layout(std430, binding = 10) buffer External { float external_of[]; };
layout(std430, binding = 11) buffer Touched { uint touched_of[]; };
layout(std430, binding = 12) readonly buffer Candidates { uint candidates[]; };
layout(std430, binding = 13) buffer Stats { uint stats[]; };
layout(std430, binding = 14) writeonly buffer Input { float input_of[]; };

// Of a group: what fired, unless it is too much; then the mask tells.
const uint FIRED_MAX = 512;
shared uint fired_count;
shared uint fired_list[FIRED_MAX];

struct neuron_state {
    float v;
    uint countdown, in_a_row;
    bool blocked, fires;
    float fired_at;
};

float normal(float value)
{
    return (floatBitsToUint(value) & 0x7fffffffu) < 0x00800000u ? 0.0 : value;
}

float limited(float v)
{
    const float most = uintBitsToFloat(0x7f7fffffu);
    return v >= -most ? min(v, most) : -most;
}

// Rounded to even, from parts that are exact.
float from_word(uint word)
{
    precise float value = float(word >> 16) * 65536.0 + float(word & 0xffffu);
    return value;
}

// The sum without its count, as float32 of that integer.
float sum_of(uint low, uint high)
{
    if (!wide) {
        int sum = int(low) >> count_bits;
        float value = from_word(uint(abs(sum)));
        return sum < 0 ? -value : value;
    }
    bool negative = int(high) < 0;
    uint top = uint(int(high) >> count_bits);
    low = high << (32 - count_bits) | low >> count_bits;
    if (negative) {
        top = ~top + (low == 0 ? 1u : 0u);
        low = ~low + 1;
    }
    float value = from_word(low);
    if (top != 0) {
        // 32 significant bits, the last one set if anything is left below them.
        int above = findMSB(top) + 1;
        uint word = above == 32 ? top : top << (32 - above) | low >> above;
        uint left = above == 32 ? low : low << (32 - above);
        precise float scaled = from_word(word | (left != 0 ? 1u : 0u)) *
                               uintBitsToFloat(uint(127 + above) << 23);
        value = scaled;
    }
    return negative ? -value : value;
}

float leaked(trl_burst_kind kind, float v, float keep)
{
    precise float above = v - kind.rest;
    precise float kept = normal(above) * keep;
    precise float left = kind.rest + normal(kept);
    return normal(left);
}

float keep_of(float keep, uint silent)
{
    float power = 1.0;
    for (int bit = findMSB(silent); bit >= 0; bit--) {
        precise float square = power * power;
        power = normal(square);
        if ((silent >> bit & 1u) != 0) {
            precise float next = power * keep;
            power = normal(next);
        }
    }
    return power;
}

// What has passed since the neuron was last a candidate.
void catch_up(trl_burst_kind kind, uint neuron, inout neuron_state s)
{
    uint limit = kind.periods >> 16;
    uint silent = step.time - touched_of[neuron] - 1;
    if (wall_time && silent != 0) {
        s.v = leaked(kind, s.v, keep_of(kind.keep, silent));
        if (s.countdown != 0 && silent >= s.countdown && limit != 0 && s.in_a_row >= limit)
            s.in_a_row = 0;
        s.countdown -= min(s.countdown, silent);
    }
    if ((kind.pause >> 16 & TRL_BURST_COINCIDENCE) != 0)
        s.v = kind.rest;
}

bool drawn(trl_burst_kind kind, uint neuron)
{
    return kind.draw == TRL_BURST_DRAW_ALWAYS || trl_burst_draw(neuron, step.time) < kind.draw;
}

// A neuron on its own.
void advance(trl_burst_kind kind, uint neuron, float given, inout neuron_state s)
{
    uint refractory = kind.periods & 0xffffu;
    uint limit = kind.periods >> 16;
    uint snooze = kind.pause & 0xffffu;
    precise float sum = s.v + given;
    float v = normal(limited(sum));
    if (wgsl)
        s.v = leaked(kind, v, kind.keep);
    if (s.countdown > 0) {
        s.blocked = true;
        s.countdown--;
        if (s.countdown == 0 && limit != 0 && s.in_a_row >= limit)
            s.in_a_row = 0;
        return;
    }
    if (!wgsl)
        s.v = v;
    bool passes = s.v >= kind.threshold && s.v <= kind.threshold_max;
    if (passes && limit != 0 && s.in_a_row >= limit) {
        s.in_a_row = 0;
    } else if (passes && drawn(kind, neuron)) {
        s.fires = true;
        s.fired_at = s.v;
        s.v = kind.rest;
        s.in_a_row = min(s.in_a_row + 1, 65535u);
        s.countdown = refractory + (limit != 0 && s.in_a_row >= limit ? snooze : 0);
        s.countdown = min(s.countdown, 65535u);
    } else {
        if (limit != 0 && (kind.pause >> 16 & TRL_BURST_KEEPS_COUNT) == 0)
            s.in_a_row = 0;
        if (!wgsl)
            s.v = leaked(kind, s.v, kind.keep);
    }
}

float take_external(uint neuron)
{
    if (step.parts == 0)
        return 0.0;
    float amount = external_of[neuron];
    if (amount != 0.0)
        external_of[neuron] = 0.0;
    return amount;
}

trl_burst_kind kind_at(uint neuron)
{
    return kinds[one_kind ? 0 : kind_of[neuron]];
}

// False for neurons that are no candidates.
bool update(uint neuron, inout neuron_state s)
{
    uint low = sums[wide ? 2 * neuron : neuron];
    uint counts = 0;
    float v = 0.0;
    if (ahead) {
        counts = counts_of[neuron];
        v = v_of[neuron];
    }
    trl_burst_kind kind;
    if ((flags & TRL_BURST_DRIVEN) != 0) {
        kind = kind_at(neuron);
        if (low == 0 && (kind.pause >> 16 & TRL_BURST_DRIVEN) == 0)
            return false;
    } else {
        if (low == 0)
            return false;
        kind = kind_at(neuron);
    }
    uint high = 0;
    if (wide) {
        high = sums[2 * neuron + 1];
        sums[2 * neuron + 1] = 0;
    }
    sums[wide ? 2 * neuron : neuron] = 0;
    float amount = take_external(neuron);
    if ((flags & TRL_BURST_REMOVED) != 0 && (kind.pause >> 16 & TRL_BURST_REMOVED) != 0)
        return false;
    if (!ahead) {
        counts = counts_of[neuron];
        v = v_of[neuron];
    }
    s = neuron_state(v, counts & 0xffffu, counts >> 16, false, false, 0.0);
    if (wall_time || (flags & TRL_BURST_COINCIDENCE) != 0)
        catch_up(kind, neuron, s);
    if (tracks)
        touched_of[neuron] = step.time;
    precise float outer = amount + kind.drive;
    precise float given = sum_of(low, high) * unit + normal(outer);
    if (keeps_input)
        input_of[neuron] = normal(given);
    advance(kind, neuron, normal(given), s);
    v_of[neuron] = s.v;
    uint after = s.countdown | s.in_a_row << 16;
    if (after != counts)
        counts_of[neuron] = after;
    if (s.fires)
        fired_v[neuron] = s.fired_at;
    return true;
}

// Neurons of the lanes follow each other.
void mark(bool inside, uint neuron, bool fires)
{
    uvec4 ballot = subgroupBallot(fires);
    if (gl_SubgroupInvocationID != 0 || !inside)
        return;
    if (!whole_words) {
        if (ballot.x != 0)
            atomicOr(ledger[step.mask + neuron / 32], ballot.x << neuron % 32);
        return;
    }
    uint words = min(gl_SubgroupSize, gl_WorkGroupSize.x) / 32;
    for (uint n = 0; n < words && neuron + 32 * n < step.neuron_count; n++)
        ledger[step.mask + neuron / 32 + n] = ballot[n];
}

void add_stats(uint word, uint count)
{
    count = subgroupAdd(count);
    if (subgroupElect() && count != 0)
        atomicAdd(stats[step.row + gl_WorkGroupID.x % TRL_BURST_STRIPES * TRL_BURST_STRIPE_WORDS +
                        word],
                  count);
}

struct tally {
    uint candidates, blocked, spikes;
};

bool step_neuron(uint neuron, inout tally t)
{
    neuron_state s;
    s.blocked = s.fires = false;
    bool candidate = update(neuron, s);
    t.candidates += candidate ? 1 : 0;
    t.blocked += s.blocked ? 1 : 0;
    t.spikes += s.fires ? 1 : 0;
    return s.fires;
}

float potential_of(bool fires, uint neuron)
{
    return fires && (flags & TRL_BURST_FROM_POTENTIAL) != 0 ? fired_v[neuron] : 0.0;
}

// All neurons. The workgroup then finds those that fired in the words of the mask that it has
// written, so that a few lanes ask for room in the queue and not one of each subgroup in each turn.
// Queues what fired by the group's list, a lane a neuron; false if it was too short.
bool enqueue_listed()
{
    uint lane = gl_SubgroupID * gl_SubgroupSize + gl_SubgroupInvocationID;
    uint count = fired_count;
    if (count > FIRED_MAX)
        return false;
    for (uint first = 0; first < count; first += gl_WorkGroupSize.x) {
        bool fires = first + lane < count;
        uint neuron = fires ? fired_list[first + lane] : 0;
        enqueue(fires, neuron, potential_of(fires, neuron));
    }
    return true;
}

void update_all(uint lane, uint lanes, inout tally t)
{
    if (gl_LocalInvocationIndex == 0)
        fired_count = 0;
    barrier();
    for (uint first = 0; first < step.neuron_count; first += lanes) {
        bool inside = first + lane < step.neuron_count;
        bool fires = inside && step_neuron(first + lane, t);
        mark(inside, first + lane, fires);
        if (fires) {
            uint place = atomicAdd(fired_count, 1);
            if (place < FIRED_MAX)
                fired_list[place] = first + lane;
        }
    }
    memoryBarrierBuffer();
    barrier();
    if (enqueue_listed())
        return;
    uint row_words = gl_WorkGroupSize.x / 32;
    uint turns = (step.neuron_count + lanes - 1) / lanes;
    uint turn_words = (turns * row_words + gl_WorkGroupSize.x - 1) / gl_WorkGroupSize.x;
    for (uint n = 0; n < turn_words; n++) {
        uint at = n * gl_WorkGroupSize.x + gl_SubgroupID * gl_SubgroupSize +
                  gl_SubgroupInvocationID;
        uint neuron = at / row_words * lanes + gl_WorkGroupID.x * gl_WorkGroupSize.x +
                      at % row_words * 32;
        uint bits = 0;
        if (at < turns * row_words && neuron < step.neuron_count)
            bits = ledger[step.mask + neuron / 32];
        while (subgroupAny(bits != 0)) {
            bool fires = bits != 0;
            uint which = neuron + (fires ? findLSB(bits) : 0);
            enqueue(fires, which, potential_of(fires, which));
            bits &= bits - 1;
        }
    }
}

// Those that are listed, 32 turns at a time.
void update_listed(uint lane, uint lanes, inout tally t)
{
    uint count = step.driven_count + heads[head_of(step.time) + TRL_BURST_HEAD_CANDIDATES];
    for (uint first = 0; first < count; first += 32 * lanes) {
        uint bits = 0;
        for (uint turn = 0; turn < 32 && first + turn * lanes < count; turn++) {
            uint at = first + turn * lanes + lane;
            if (at < count) {
                uint neuron = candidates[at];
                if (step_neuron(neuron, t)) {
                    bits |= 1u << turn;
                    atomicOr(ledger[step.mask + neuron / 32], 1u << neuron % 32);
                }
            }
        }
        while (subgroupAny(bits != 0)) {
            bool fires = bits != 0;
            uint neuron = fires ? candidates[first + findLSB(bits) * lanes + lane] : 0;
            enqueue(fires, neuron, potential_of(fires, neuron));
            bits &= bits - 1;
        }
    }
}

void main()
{
    uint lanes = gl_NumWorkGroups.x * gl_WorkGroupSize.x;
    uint lane = gl_WorkGroupID.x * gl_WorkGroupSize.x + gl_SubgroupID * gl_SubgroupSize +
                gl_SubgroupInvocationID;
    tally t = tally(0, 0, 0);
    if (sparse)
        update_listed(lane, lanes, t);
    else
        update_all(lane, lanes, t);
    add_stats(TRL_BURST_CANDIDATES, t.candidates);
    add_stats(TRL_BURST_BLOCKED, t.blocked);
    add_stats(TRL_BURST_SPIKES, t.spikes);
    // The head of the next burst: the burst before has been delivered.
    if (gl_WorkGroupID.x == 0)
        for (uint n = gl_LocalInvocationIndex; n < TRL_BURST_HEAD_WORDS; n += gl_WorkGroupSize.x)
            heads[head_of(step.time + 1) + n] = 0;
}

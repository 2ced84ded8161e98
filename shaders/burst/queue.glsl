// SPDX-License-Identifier: BSD-2-Clause
// Puts the synapses of neurons that fired into the queue.
#ifndef BURST_QUEUE_GLSL
#define BURST_QUEUE_GLSL
#extension GL_KHR_shader_subgroup_ballot : require
#extension GL_KHR_shader_subgroup_arithmetic : require
#extension GL_KHR_shader_subgroup_vote : require
#extension GL_KHR_shader_subgroup_shuffle : require
#include "shared/burst.h"
#include "shared/burst_step.h"

layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint flags = 0; // of all kinds
layout(constant_id = 2) const uint bank_count = 1;
layout(constant_id = 3) const uint bank_bits = 24; // synapses of a bank: 2^bank_bits
layout(constant_id = 4) const uint hash_slots = 0; // 0: rows
layout(constant_id = 5) const uint hash_probes = 0;
layout(constant_id = 6) const bool hash_whole = true; // the probes are as many as are needed
layout(push_constant) uniform Push { trl_burst_step step; };
layout(std430, binding = 0) writeonly buffer Entries { uvec4 entries[]; };
layout(std430, binding = 1) buffer Heads { uint heads[]; };
// First synapse of each neuron, lower and upper word; or slots of neuron, first synapse, synapses.
layout(std430, binding = 2) readonly buffer Rows { uint starts[]; };
layout(std430, binding = 3) coherent buffer Ledger { uint ledger[]; };
layout(std430, binding = 4) buffer FiredV { float fired_v[]; };
layout(std430, binding = 5) readonly buffer KindOf { uint kind_of[]; };
layout(std430, binding = 6) readonly buffer Kinds { trl_burst_kind kinds[]; };

struct row {
    uint low, high;
    uint count;
};

uint head_of(uint time)
{
    return (time & 1u) * TRL_BURST_HEAD_WORDS;
}

row look_up(uint neuron)
{
    uint slot = neuron * 2654435761u;
    for (uint n = 0; n < hash_probes; n++, slot++) {
        uint at = (slot & (hash_slots - 1)) * 4;
        if (starts[at] == neuron)
            return row(starts[at + 1], starts[at + 2], starts[at + 3]);
        if (starts[at] == 0xffffffffu)
            return row(0, 0, 0);
    }
    if (!hash_whole)
        atomicAdd(heads[head_of(step.time) + TRL_BURST_HEAD_MISSES], 1);
    return row(0, 0, 0);
}

row row_of(uint neuron)
{
    if (hash_slots != 0)
        return look_up(neuron);
    uint low = starts[2 * neuron];
    return row(low, starts[2 * neuron + 1], starts[2 * neuron + 2] - low);
}

uint psp_of(float v)
{
    float inside = v > 255.0 ? 255.0 : v > 0.0 ? v : 0.0;
    uint whole = uint(inside);
    precise float rest = inside - float(whole);
    return whole + (rest >= 0.5 ? 1u : 0u);
}

// Entries of a part of a row that lies in one bank.
void put(uint list, uint first, uint count, uint start, uint stride, uint psp, uint degree)
{
    for (uint n = start; n * TRL_BURST_CHUNK < count; n += stride)
        entries[list + n] = uvec4(first + n * TRL_BURST_CHUNK,
                                  min(count - n * TRL_BURST_CHUNK, TRL_BURST_CHUNK), psp, degree);
}

// All lanes of a subgroup call it; fires says which neurons did.
void enqueue(bool fires, uint neuron, float v)
{
    const uint alone = 4; // entries that a lane writes by itself
    row r = row(0, 0, 0);
    uint psp = 0;
    if (fires) {
        r = row_of(neuron);
        if ((flags & TRL_BURST_FROM_POTENTIAL) != 0)
            psp = psp_of(v) | kinds[kind_of[neuron]].pause >> 16 << 8;
    }
    const uint degree = r.count;
    do {
        uint bank = 0;
        uint first = r.low;
        uint part = r.count;
        if (bank_count > 1) {
            uint own = r.count != 0 ? r.high << (32 - bank_bits) | r.low >> bank_bits : ~0u;
            bank = subgroupMin(own);
            first = r.low & ((1u << bank_bits) - 1);
            part = own == bank ? min(r.count, (1u << bank_bits) - first) : 0;
        }
        uint chunks = (part + TRL_BURST_CHUNK - 1) / TRL_BURST_CHUNK;
        uint total = subgroupAdd(chunks);
        if (total == 0)
            return;
        uint place = subgroupExclusiveAdd(chunks);
        uint base = 0;
        if (subgroupElect())
            base = atomicAdd(heads[head_of(step.time) + TRL_BURST_HEAD_CHUNKS + bank], total);
        place += subgroupBroadcastFirst(base) + heads[TRL_BURST_LISTS + bank];
        if (chunks <= alone)
            put(place, first, part, 0, 1, psp, degree);
        uvec4 lanes = subgroupBallot(true);
        uint lane = subgroupBallotExclusiveBitCount(lanes);
        uvec4 large = subgroupBallot(chunks > alone);
        while (subgroupBallotBitCount(large) != 0) {
            uint who = subgroupBallotFindLSB(large);
            put(subgroupShuffle(place, who), subgroupShuffle(first, who),
                subgroupShuffle(part, who), lane, subgroupBallotBitCount(lanes),
                subgroupShuffle(psp, who), subgroupShuffle(degree, who));
            large[who / 32] &= ~(1u << who % 32);
        }
        uint low = r.low + part;
        r = row(low, r.high + (low < r.low ? 1u : 0u), r.count - part);
    } while (bank_count > 1);
}

#endif

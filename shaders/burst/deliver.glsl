// SPDX-License-Identifier: BSD-2-Clause
// Delivers what waits in the queue: a team of lanes takes an entry of up to 256 synapses, so that
// neurons with many synapses are shared. Each contribution is added together with a 1 in the lowest
// bits, by which the update knows that there was one. Then what is injected: an amount and such a 1.
#extension GL_KHR_shader_subgroup_ballot : require
#extension GL_KHR_shader_subgroup_vote : require
#include "shared/burst.h"
#include "shared/burst_step.h"

#define AHEAD 4

layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint team = 32; // a power of two
layout(constant_id = 2) const uint count_bits = 8;
layout(constant_id = 3) const uint fraction_bits = 0;
layout(constant_id = 4) const uint flags = 0; // of all kinds
layout(constant_id = 5) const bool sparse = false; // lists the candidates
layout(constant_id = 6) const bool clears = false; // the mask, for updates that only add to it
layout(push_constant) uniform Push { trl_burst_step step; };
layout(std430, binding = 0) readonly buffer Entries { uvec4 entries[]; };
layout(std430, binding = 1) readonly buffer Bank { uvec2 synapses[]; }; // target, value
layout(std430, binding = 2) buffer Sums { SUM_WORD sums[]; };
layout(std430, binding = 3) buffer Heads { uint heads[]; };
layout(std430, binding = 4) buffer Rows { uint rows[]; };
layout(std430, binding = 5) writeonly buffer Ledger { uint ledger[]; };
layout(std430, binding = 6) readonly buffer Injected { uvec2 injected[]; }; // neuron, amount
layout(std430, binding = 7) writeonly buffer External { uint external_of[]; };
layout(std430, binding = 8) writeonly buffer Candidates { uint candidates[]; };
layout(std430, binding = 9) readonly buffer KindOf { uint kind_of[]; };
layout(std430, binding = 10) readonly buffer Kinds { trl_burst_kind kinds[]; };

uint head_of(uint time)
{
    return (time & 1u) * TRL_BURST_HEAD_WORDS;
}

// Those that are driven are always in the list.
bool listed(uint neuron)
{
    return (flags & TRL_BURST_DRIVEN) != 0 &&
           (kinds[kind_of[neuron]].pause >> 16 & TRL_BURST_DRIVEN) != 0;
}

void list_candidate(bool fresh, uint neuron)
{
    if (!subgroupAny(fresh))
        return;
    uvec4 ballot = subgroupBallot(fresh);
    uint count = subgroupBallotBitCount(ballot);
    uint base = 0;
    if (subgroupElect())
        base = atomicAdd(heads[head_of(step.time) + TRL_BURST_HEAD_CANDIDATES], count);
    base = subgroupBroadcastFirst(base);
    if (fresh)
        candidates[step.driven_count + base + subgroupBallotExclusiveBitCount(ballot)] = neuron;
}

// True if it is the first of this burst; asked for only where candidates are listed.
bool add(uint neuron, SUM_WORD amount)
{
    if (sparse)
        return atomicAdd(sums[neuron], amount) == 0 && !listed(neuron);
    atomicAdd(sums[neuron], amount);
    return false;
}

int contribution(int value, uvec4 entry)
{
    if ((flags & TRL_BURST_FROM_POTENTIAL) == 0 || (entry.z >> 8 & TRL_BURST_FROM_POTENTIAL) == 0)
        return value;
    uint amount = uint(abs(value)) * (entry.z & 0xffu);
    if ((flags & TRL_BURST_SHARED) != 0 && (entry.z >> 8 & TRL_BURST_SHARED) != 0)
        amount = trl_burst_share(amount, fraction_bits, entry.w);
    else
        amount = amount << fraction_bits;
    return value < 0 ? -int(amount) : int(amount);
}

void deliver_spikes(uint at, uint lanes)
{
    uint lane = at & (team - 1);
    uint count = heads[head_of(step.time - 1) + TRL_BURST_HEAD_CHUNKS + step.bank];
    uint list = heads[TRL_BURST_LISTS + step.bank];
    uint delivered = 0;
    for (uint e = at / team; e < count; e += lanes / team) {
        uvec4 entry = entries[list + e];
        delivered += entry.y;
        // All reads before the first addition, so that they do not wait for each other.
        for (uint first = lane; first - lane < entry.y; first += AHEAD * team) {
            uvec2 synapse[AHEAD];
            for (uint n = 0; n < AHEAD; n++)
                if (first + n * team < entry.y)
                    synapse[n] = synapses[entry.x + first + n * team];
            for (uint n = 0; n < AHEAD; n++) {
                bool fresh = false;
                if (first + n * team < entry.y)
                    fresh = add(synapse[n].x, TO_SUM(contribution(int(synapse[n].y), entry)));
                if (sparse)
                    list_candidate(fresh, synapse[n].x);
            }
        }
    }
    uint stripe = gl_WorkGroupID.x % TRL_BURST_STRIPES * TRL_BURST_STRIPE_WORDS;
    if (lane == 0 && delivered != 0)
        atomicAdd(rows[step.row + stripe + TRL_BURST_DELIVERED], delivered);
}

void inject(uint at, uint lanes)
{
    for (uint first = 0; first < step.inject_count; first += lanes) {
        bool fresh = false;
        uvec2 item = uvec2(0);
        if (first + at < step.inject_count) {
            item = injected[step.inject_first + first + at];
            external_of[item.x] = item.y;
            fresh = add(item.x, SUM_WORD(1));
        }
        if (sparse)
            list_candidate(fresh, item.x);
    }
}

void main()
{
    uint at = gl_GlobalInvocationID.x;
    uint lanes = gl_NumWorkGroups.x * gl_WorkGroupSize.x;
    if ((step.parts & TRL_BURST_PART_SPIKES) != 0)
        deliver_spikes(at, lanes);
    inject(at, lanes);
    if ((step.parts & TRL_BURST_PART_START) == 0)
        return;
    if (clears)
        for (uint word = at; word < (step.neuron_count + 31) / 32; word += lanes)
            ledger[step.mask + word] = 0;
    if (at == 0)
        rows[step.row + TRL_BURST_MISSES] = heads[head_of(step.time - 1) + TRL_BURST_HEAD_MISSES];
}

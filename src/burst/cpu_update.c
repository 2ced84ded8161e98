/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The neurons of a block at once: what the reference does one after the other with branches is here
 * computed both ways and selected, in loops over the block that compilers turn into vectors. They
 * are compiled for several instruction sets; the operations, and so the bits, are the same.
 */
#include <float.h>
#include <string.h>

#include "burst/cpu.h"

enum {
    BLOCK = TRL_CPU_BLOCK,
    UNLIMITED = 0x10000, /* a fire limit that no count reaches */
};

/* Parameters of the neurons of a block. Conditions are 0 or 1. */
struct lanes {
    _Alignas(64) float threshold[BLOCK],
        threshold_max[BLOCK], rest[BLOCK], keep[BLOCK], drive[BLOCK];
    uint32_t draw[BLOCK], refractory[BLOCK], pause[BLOCK], limit[BLOCK];
    uint32_t always[BLOCK], ends_row[BLOCK], alive[BLOCK], driven[BLOCK], coincidence[BLOCK];
    bool limited; /* some have a fire limit */
    int64_t kind; /* of all of them, or TRL_CPU_MIXED */
};

/* What a block gets and gives. */
struct block {
    _Alignas(64) float input[BLOCK], v_before_reset[BLOCK];
    uint32_t received[BLOCK], fires[BLOCK];
    uint32_t candidates, blocked;
};

static void fill_lane(struct lanes *lanes, int n, const trl_burst_kind *kind)
{
    const uint32_t flags = kind->pause >> 16, limit = kind->periods >> 16;
    const uint32_t refractory = kind->periods & 0xffff;
    const uint32_t pause = refractory + (kind->pause & 0xffff);
    lanes->threshold[n] = kind->threshold;
    lanes->threshold_max[n] = kind->threshold_max;
    lanes->rest[n] = kind->rest;
    lanes->keep[n] = kind->keep;
    lanes->drive[n] = kind->drive;
    lanes->draw[n] = kind->draw;
    lanes->refractory[n] = refractory;
    lanes->pause[n] = pause < UINT16_MAX ? pause : UINT16_MAX;
    lanes->limit[n] = limit ? limit : UNLIMITED;
    lanes->always[n] = kind->draw == TRL_BURST_DRAW_ALWAYS;
    lanes->ends_row[n] = limit && !(flags & TRL_BURST_KEEPS_COUNT);
    lanes->alive[n] = !(flags & TRL_BURST_REMOVED);
    lanes->driven[n] = (flags & TRL_BURST_DRIVEN) != 0;
    lanes->coincidence[n] = (flags & TRL_BURST_COINCIDENCE) != 0;
    lanes->limited |= limit != 0;
}

/* Neighbours are mostly of one kind, which then stays filled in from block to block. */
static void fill_lanes(const struct trl_burst_plan *plan, const int64_t *kinds, uint32_t block,
                       struct lanes *lanes)
{
    if (kinds[block] != TRL_CPU_MIXED && lanes->kind == kinds[block])
        return;
    lanes->kind = kinds[block];
    lanes->limited = false;
    if (kinds[block] != TRL_CPU_MIXED) {
        for (int n = 0; n < BLOCK; n++)
            fill_lane(lanes, n, &plan->kinds[kinds[block]]);
        return;
    }
    static const trl_burst_kind none = {.pause = TRL_BURST_REMOVED << 16};
    const uint32_t first = block * BLOCK;
    for (uint32_t n = 0; n < BLOCK; n++)
        fill_lane(lanes, (int)n,
                  first + n < plan->neuron_count ? &plan->kinds[plan->kind_of[first + n]] : &none);
}

/* Takes the sums of a block, leaving zeros; false if nothing has arrived. */
static inline __attribute__((always_inline)) bool take_sums(const struct trl_cpu *cpu,
                                                            uint32_t block, struct block *out)
{
    const int bits = cpu->base.plan->scale.count_bits;
    const float unit = cpu->base.plan->unit;
    uint64_t any = 0;
    if (cpu->sums) {
        uint32_t *sums = cpu->sums + (size_t)block * BLOCK;
        uint32_t some = 0;
        for (int n = 0; n < BLOCK; n++)
            some |= sums[n];
        if (!some) {
            memset(out->input, 0, sizeof(out->input));
            memset(out->received, 0, sizeof(out->received));
            return false;
        }
        any = some;
        for (int n = 0; n < BLOCK; n++) {
            out->received[n] = sums[n] != 0;
            out->input[n] = (float)((int32_t)sums[n] >> bits) * unit;
            sums[n] = 0;
        }
    } else {
        uint64_t *sums = cpu->wide_sums + (size_t)block * BLOCK;
        for (int n = 0; n < BLOCK; n++) {
            any |= sums[n];
            out->received[n] = sums[n] != 0;
            out->input[n] = (float)((int64_t)sums[n] >> bits) * unit;
            sums[n] = 0;
        }
    }
    return any != 0;
}

static inline __attribute__((always_inline)) float normal(float value)
{
    return __builtin_fabsf(value) < FLT_MIN ? 0 : value;
}

static inline __attribute__((always_inline)) float limited(float v)
{
    const float above = v > -FLT_MAX ? v : -FLT_MAX;
    return above < FLT_MAX ? above : FLT_MAX;
}

static inline __attribute__((always_inline)) float leaked(float rest, float v, float keep)
{
    return normal(rest + normal(normal(v - rest) * keep));
}

/* The silent bursts since the neurons of a block were last candidates, as trl_burst_leak and
 * trl_burst_count_down have them, and rest for coincidence neurons. */
static inline __attribute__((always_inline)) void catch_up(const struct lanes *lanes,
                                                           const struct block *in, bool wall_time,
                                                           uint32_t time, float *v,
                                                           uint32_t *counts, uint32_t *touched)
{
    uint32_t silent[BLOCK], longest = 0;
    float keep[BLOCK];
    for (int n = 0; n < BLOCK; n++) {
        silent[n] = in->received[n] ? time - touched[n] - 1 : 0;
        longest |= silent[n];
        keep[n] = 1;
    }
    for (int bit = wall_time && longest ? 31 - __builtin_clz(longest) : -1; bit >= 0; bit--)
        for (int n = 0; n < BLOCK; n++) {
            const float square = normal(keep[n] * keep[n]);
            const float product = normal(square * lanes->keep[n]);
            keep[n] = silent[n] >> bit & 1 ? product : square;
        }
    for (int n = 0; n < BLOCK; n++) {
        const float decayed = leaked(lanes->rest[n], v[n], keep[n]);
        const float now = wall_time && silent[n] ? decayed : v[n];
        const uint32_t down = counts[n] & 0xffff, row = counts[n] >> 16;
        const uint32_t over = down != 0 && silent[n] >= down;
        const uint32_t ended = over && row >= lanes->limit[n] ? 0 : row;
        const uint32_t later = over ? 0 : down ? down - silent[n] : 0;
        v[n] = in->received[n] & lanes->coincidence[n] ? lanes->rest[n] : now;
        counts[n] = wall_time ? later | ended << 16 : counts[n];
        touched[n] = in->received[n] ? time : touched[n];
    }
}

static inline __attribute__((always_inline)) void step(const struct lanes *lanes,
                                                       struct block *block, uint32_t first,
                                                       uint32_t time, bool wgsl, float *v,
                                                       uint32_t *counts)
{
    uint32_t candidates = 0, blocked_sum = 0;
    for (uint32_t n = 0; n < BLOCK; n++) {
        const bool candidate = block->received[n] != 0;
        const uint32_t down = counts[n] & 0xffff, row = counts[n] >> 16;
        const uint32_t limit = lanes->limit[n];
        const float rest = lanes->rest[n];
        const bool blocked = candidate & (down != 0);
        const bool active = candidate & (down == 0);

        const float added = normal(limited(v[n] + block->input[n]));
        const float decayed = leaked(rest, added, lanes->keep[n]);
        const float tested = wgsl ? decayed : added;
        const bool drawn =
            (trl_burst_draw(first + n, time) < lanes->draw[n]) | (lanes->always[n] != 0);
        const bool passes =
            active & (tested >= lanes->threshold[n]) & (tested <= lanes->threshold_max[n]);
        const bool stopped = passes & (row >= limit);
        const bool fires = passes & (row < limit) & drawn;
        const bool rests = active & !stopped & !fires;

        const float held = wgsl ? decayed : v[n];
        const float v_blocked = candidate ? held : v[n];
        const float v_active = fires ? rest : stopped ? tested : decayed;
        v[n] = active ? v_active : v_blocked;

        const uint32_t more = row + (row < UINT16_MAX);
        const bool ended = blocked & (down == 1) & (row >= limit);
        const bool cleared = ended | stopped | (rests & (lanes->ends_row[n] != 0));
        const uint32_t in_a_row = cleared ? 0 : fires ? more : row;
        const uint32_t pause = more >= limit ? lanes->pause[n] : lanes->refractory[n];
        counts[n] = (fires ? pause : down - blocked) | in_a_row << 16;

        block->v_before_reset[n] = tested;
        block->fires[n] = fires;
        candidates += candidate;
        blocked_sum += blocked;
    }
    block->candidates = candidates;
    block->blocked = blocked_sum;
}

/* The same where no neuron counts down or is limited: counts of those that fire follow in
 * count_free(). */
static inline __attribute__((always_inline)) void step_free(const struct lanes *lanes,
                                                            struct block *block, uint32_t first,
                                                            uint32_t time, float *v)
{
    uint32_t candidates = 0;
    for (uint32_t n = 0; n < BLOCK; n++) {
        const bool candidate = block->received[n] != 0;
        const float rest = lanes->rest[n];
        const float tested = normal(limited(v[n] + block->input[n]));
        const float decayed = leaked(rest, tested, lanes->keep[n]);
        const bool drawn =
            (trl_burst_draw(first + n, time) < lanes->draw[n]) | (lanes->always[n] != 0);
        const bool fires = candidate & (tested >= lanes->threshold[n]) &
                           (tested <= lanes->threshold_max[n]) & drawn;
        const float changed = fires ? rest : decayed;
        v[n] = candidate ? changed : v[n];
        block->v_before_reset[n] = tested;
        block->fires[n] = fires;
        candidates += candidate;
    }
    block->candidates = candidates;
    block->blocked = 0;
}

static void count_free(const struct lanes *lanes, uint32_t mask, uint32_t *counts)
{
    for (uint32_t left = mask; left; left &= left - 1) {
        const uint32_t n = (uint32_t)__builtin_ctz(left), row = counts[n] >> 16;
        counts[n] = lanes->refractory[n] | (row + (row < UINT16_MAX)) << 16;
    }
}

static inline __attribute__((always_inline)) bool is_free(const struct lanes *lanes,
                                                          const uint32_t *counts)
{
    uint32_t down = 0;
    for (int n = 0; n < BLOCK; n++)
        down |= counts[n];
    return !lanes->limited && !(down & 0xffff);
}

static void fire(struct trl_cpu *cpu, struct trl_cpu_part *part, uint64_t time, uint32_t index,
                 uint32_t mask, const struct block *block)
{
    for (uint32_t left = mask; left; left &= left - 1) {
        const uint32_t n = (uint32_t)__builtin_ctz(left);
        trl_cpu_fire(cpu, part, time, index * BLOCK + n, block->v_before_reset[n]);
    }
}

static inline __attribute__((always_inline)) uint32_t update_block(struct trl_cpu *cpu,
                                                                   struct trl_cpu_part *part,
                                                                   struct lanes *lanes,
                                                                   uint64_t time, uint32_t index,
                                                                   bool plain)
{
    const struct trl_burst_plan *plan = cpu->base.plan;
    const size_t first = (size_t)index * BLOCK;
    struct trl_burst_counts *counts = &part->counts[time & 1];
    struct block block;
    const bool injected = cpu->marks[index] & TRL_CPU_INJECTED;
    const bool arrived = take_sums(cpu, index, &block);
    cpu->marks[index] = cpu->driven[index];
    if (!arrived && !cpu->driven[index])
        return 0;
    fill_lanes(plan, cpu->kinds, index, lanes);
    static const float nothing[BLOCK];
    const float *external = injected ? cpu->external + first : nothing;
    for (int n = 0; n < BLOCK; n++) {
        block.received[n] = (block.received[n] | lanes->driven[n]) & lanes->alive[n];
        block.input[n] = normal(block.input[n] + normal(external[n] + lanes->drive[n]));
    }
    if (injected)
        memset(cpu->external + first, 0, BLOCK * sizeof(*external));
    if (!plain && cpu->touched)
        catch_up(lanes, &block, plan->wall_time, (uint32_t)time, cpu->v + first,
                 cpu->counts + first, cpu->touched + first);
    for (int n = 0; !plain && cpu->input && n < BLOCK; n++)
        cpu->input[first + n] = block.received[n] ? block.input[n] : cpu->input[first + n];
    const bool wgsl = !plain && plan->wgsl;
    const bool free = !wgsl && is_free(lanes, cpu->counts + first);
    if (free)
        step_free(lanes, &block, (uint32_t)first, (uint32_t)time, cpu->v + first);
    else
        step(lanes, &block, (uint32_t)first, (uint32_t)time, wgsl, cpu->v + first,
             cpu->counts + first);
    uint32_t mask = 0;
    for (int n = 0; n < BLOCK; n++)
        mask |= block.fires[n] << n;
    if (mask && free)
        count_free(lanes, mask, cpu->counts + first);
    if (mask)
        fire(cpu, part, time, index, mask, &block);
    counts->candidates += block.candidates;
    counts->blocked += block.blocked;
    return mask;
}

static inline __attribute__((always_inline)) void update_blocks(struct trl_cpu *cpu,
                                                                struct trl_cpu_part *part,
                                                                uint64_t time, bool sparse,
                                                                bool plain)
{
    uint32_t *mask = trl_cpu_mask(cpu, time);
    struct lanes lanes = {.kind = TRL_CPU_MIXED};
    if (!sparse) {
        for (uint32_t block = part->first; block < part->end; block++)
            mask[block] = update_block(cpu, part, &lanes, time, block, plain);
        return;
    }
    memset(mask + part->first, 0, (part->end - part->first) * sizeof(*mask));
    for (uint32_t block = part->first; block < part->end; block++) {
        uint64_t eight = 0;
        if (block % 8 == 0 && part->end - block >= 8) {
            memcpy(&eight, cpu->marks + block, sizeof(eight));
            if (!eight) {
                block += 7;
                continue;
            }
        }
        if (cpu->marks[block])
            mask[block] = update_block(cpu, part, &lanes, time, block, plain);
    }
}

static inline __attribute__((always_inline)) void update(struct trl_cpu *cpu,
                                                         struct trl_cpu_part *part, uint64_t time,
                                                         bool sparse)
{
    if (cpu->touched || cpu->base.plan->wgsl)
        update_blocks(cpu, part, time, sparse, false);
    else
        update_blocks(cpu, part, time, sparse, true);
}

static void update_anywhere(struct trl_cpu *cpu, struct trl_cpu_part *part, uint64_t time,
                            bool sparse)
{
    update(cpu, part, time, sparse);
}

#if defined(__x86_64__)
static __attribute__((target("avx2"))) void update_avx2(struct trl_cpu *cpu,
                                                        struct trl_cpu_part *part, uint64_t time,
                                                        bool sparse)
{
    update(cpu, part, time, sparse);
}

static __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl"))) void update_avx512(
    struct trl_cpu *cpu, struct trl_cpu_part *part, uint64_t time, bool sparse)
{
    update(cpu, part, time, sparse);
}
#endif

void trl_cpu_choose_update(struct trl_cpu *cpu)
{
    cpu->update = update_anywhere;
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2"))
        cpu->update = update_avx2;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        cpu->update = update_avx512;
#endif
}

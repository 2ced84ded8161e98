/* SPDX-License-Identifier: BSD-2-Clause */
#include "burst/cpu.h"

/* Rows lie all over the memory: while one is walked, those that follow are found and fetched. */
enum {
    AHEAD_FIND = 32,  /* rows between asking where a row lies and ... */
    AHEAD_FETCH = 16, /* ... asking for its synapses, and walking it */
    WAITING = 64,     /* a power of two above them */
    LINE_WORDS = 16,
    FETCH_MAX = 8 * LINE_WORDS, /* of a row; what follows is fetched by walking */
};

struct row {
    const uint32_t *targets;
    const int32_t *values;
    uint32_t count;
    uint32_t source;
    float v; /* at which it fired */
};

/* Goes through the neurons that fired, part by part. */
struct walk {
    const struct trl_cpu *cpu;
    uint32_t part, at;
    int before;
    struct row waiting[WAITING];
};

static void next_source(struct walk *walk, struct row *row)
{
    const struct trl_cpu *cpu = walk->cpu;
    while (walk->at == cpu->parts[walk->part].fired_count[walk->before]) {
        walk->part++;
        walk->at = 0;
    }
    const size_t at = (size_t)cpu->parts[walk->part].first * TRL_CPU_BLOCK + walk->at++;
    row->source = cpu->fired[walk->before][at];
    row->v = cpu->fired_v[walk->before][at];
}

/* Here and below: inlined in any case, since a function that only asks for memory is taken for one
 * without effect. */
static inline __attribute__((always_inline)) void find(const struct trl_cpu *cpu, uint32_t part,
                                                       const struct row *row)
{
    const uint32_t borders = cpu->part_count - 1;
    __builtin_prefetch(&cpu->base.plan->rows[row->source]);
    __builtin_prefetch(cpu->splits + (size_t)row->source * borders + part - (part > 0));
}

static inline __attribute__((always_inline)) void fetch(const struct trl_cpu *cpu, uint32_t part,
                                                        struct row *row)
{
    const struct trl_burst_plan *plan = cpu->base.plan;
    const uint32_t borders = cpu->part_count - 1;
    const uint32_t *splits = cpu->splits + (size_t)row->source * borders;
    const uint64_t first = plan->rows[row->source];
    const uint64_t begin = part == 0 ? first : first + splits[part - 1];
    const uint64_t end = part == borders ? plan->rows[row->source + 1] : first + splits[part];
    row->targets = plan->targets + begin;
    row->values = plan->values + begin;
    row->count = (uint32_t)(end - begin);
    const uint32_t most = row->count < FETCH_MAX ? row->count : FETCH_MAX;
    for (uint32_t n = 0; n + LINE_WORDS < most; n += LINE_WORDS) {
        __builtin_prefetch(row->targets + n);
        __builtin_prefetch(row->values + n);
    }
    const uint32_t last = most - (most > 0);
    __builtin_prefetch(row->targets + last);
    __builtin_prefetch(row->values + last);
}

static void add_narrow(struct trl_cpu *cpu, const struct row *row, bool sparse)
{
    const uint32_t bits = (uint32_t)cpu->base.plan->scale.count_bits;
    uint32_t *sums = cpu->sums;
    for (uint32_t n = 0; n < row->count; n++)
        sums[row->targets[n]] += ((uint32_t)row->values[n] << bits) + 1;
    for (uint32_t n = 0; sparse && n < row->count; n++)
        cpu->marks[row->targets[n] / TRL_CPU_BLOCK] = TRL_CPU_DIRTY;
}

static void add_wide(struct trl_cpu *cpu, const struct row *row, bool sparse)
{
    const uint32_t bits = (uint32_t)cpu->base.plan->scale.count_bits;
    uint64_t *sums = cpu->wide_sums;
    for (uint32_t n = 0; n < row->count; n++)
        sums[row->targets[n]] += ((uint64_t)row->values[n] << bits) + 1;
    for (uint32_t n = 0; sparse && n < row->count; n++)
        cpu->marks[row->targets[n] / TRL_CPU_BLOCK] = TRL_CPU_DIRTY;
}

/* The row of a source whose psp is its potential. Weights come in runs: each contribution is worked
 * out once a run. */
static void add_with_psp(struct trl_cpu *cpu, const struct row *row)
{
    const struct trl_burst_plan *plan = cpu->base.plan;
    const uint32_t source = row->source, psp = trl_burst_psp(row->v);
    const uint32_t flags = plan->kinds[plan->kind_of[source]].pause >> 16;
    const uint32_t degree = (uint32_t)(plan->rows[source + 1] - plan->rows[source]);
    const uint32_t bits = (uint32_t)plan->scale.count_bits;
    int32_t value = 0;
    uint64_t word = 1;
    for (uint32_t n = 0; n < row->count; n++) {
        const uint32_t target = row->targets[n];
        if (row->values[n] != value) {
            value = row->values[n];
            word = ((uint64_t)trl_burst_contribution(plan, flags, value, psp, degree) << bits) + 1;
        }
        if (cpu->sums)
            cpu->sums[target] += (uint32_t)word;
        else
            cpu->wide_sums[target] += word;
        cpu->marks[target / TRL_CPU_BLOCK] = TRL_CPU_DIRTY;
    }
}

static void add(struct trl_cpu *cpu, const struct row *row, bool sparse)
{
    const struct trl_burst_plan *plan = cpu->base.plan;
    if (plan->flags & TRL_BURST_FROM_POTENTIAL &&
        plan->kinds[plan->kind_of[row->source]].pause >> 16 & TRL_BURST_FROM_POTENTIAL)
        add_with_psp(cpu, row);
    else if (cpu->sums)
        add_narrow(cpu, row, sparse);
    else
        add_wide(cpu, row, sparse);
}

uint64_t trl_cpu_deliver(struct trl_cpu *cpu, const struct trl_cpu_part *part, uint64_t time,
                         bool sparse)
{
    const uint32_t own = (uint32_t)(part - cpu->parts);
    struct walk walk = {.cpu = cpu, .before = (int)((time - 1) & 1)};
    int64_t count = 0;
    uint64_t delivered = 0;
    for (uint32_t p = 0; p < cpu->part_count; p++)
        count += cpu->parts[p].fired_count[walk.before];
    for (int64_t n = -AHEAD_FIND; n < count; n++) {
        if (n + AHEAD_FIND < count) {
            struct row *row = &walk.waiting[(n + AHEAD_FIND) % WAITING];
            next_source(&walk, row);
            find(cpu, own, row);
        }
        if (n + AHEAD_FETCH >= 0 && n + AHEAD_FETCH < count)
            fetch(cpu, own, &walk.waiting[(n + AHEAD_FETCH) % WAITING]);
        if (n < 0)
            continue;
        const struct row *row = &walk.waiting[n % WAITING];
        add(cpu, row, sparse);
        delivered += row->count;
    }
    return delivered;
}

void trl_cpu_inject(struct trl_cpu *cpu, const struct trl_cpu_part *part,
                    const struct trl_burst_input *input)
{
    const uint64_t first = (uint64_t)part->first * TRL_CPU_BLOCK;
    const uint64_t end = (uint64_t)part->end * TRL_CPU_BLOCK;
    uint32_t at = 0, size = input->count;
    while (size > 0) {
        const bool below = input->ids[at + size / 2] < first;
        at += below ? size / 2 + 1 : 0;
        size = below ? size - size / 2 - 1 : size / 2;
    }
    for (; at < input->count && input->ids[at] < end; at++) {
        const uint32_t id = input->ids[at];
        cpu->external[id] = input->amounts[at];
        if (cpu->sums)
            cpu->sums[id]++;
        else
            cpu->wide_sums[id]++;
        cpu->marks[id / TRL_CPU_BLOCK] = TRL_CPU_DIRTY | TRL_CPU_INJECTED;
    }
}

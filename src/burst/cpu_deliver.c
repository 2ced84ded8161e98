/* SPDX-License-Identifier: BSD-2-Clause */
#include "burst/cpu.h"

/* Rows lie all over the memory: while one is walked, those that follow are found and fetched. */
enum {
    AHEAD_FIND = 32,  /* rows between asking where a row lies and ... */
    AHEAD_FETCH = 16, /* ... asking for its synapses, and walking it */
    WAITING = 64,     /* a power of two above them */
    LINE_BYTES = 64,
    LIST_MAX = 1024,            /* of the neurons of a part, which another processor has written */
    FETCH_MAX = 8 * LINE_BYTES, /* of a row; what follows is fetched by walking */
};

struct row {
    uint32_t begin, end; /* of the part's synapses */
    uint32_t source;
    float v; /* at which it fired */
};

/* Goes through the neurons that fired, part by part. Counts are read once a part: their owner is
 * writing beside them. */
struct walk {
    const struct trl_cpu *cpu;
    uint32_t part, left; /* left of the part */
    const uint32_t *sources;
    const float *v;
    int before;
    struct row waiting[WAITING];
};

static void next_source(struct walk *walk, struct row *row)
{
    const struct trl_cpu *cpu = walk->cpu;
    while (walk->left == 0) {
        const struct trl_cpu_part *part = &cpu->parts[walk->part++];
        walk->left = part->fired_count[walk->before];
        walk->sources = cpu->fired[walk->before] + (size_t)part->first * TRL_CPU_BLOCK;
        walk->v = cpu->fired_v[walk->before] + (size_t)part->first * TRL_CPU_BLOCK;
    }
    walk->left--;
    row->source = *walk->sources++;
    if (cpu->base.plan->flags & TRL_BURST_FROM_POTENTIAL)
        row->v = *walk->v++;
}

/* Inlined in any case: a function that does little but ask for memory may be taken for one without
 * effect. */
static inline __attribute__((always_inline)) void fetch(const struct trl_cpu_part *part,
                                                        struct row *row)
{
    const size_t size = part->words ? sizeof(*part->words) : sizeof(*part->pairs);
    const char *data = part->words ? (const char *)part->words : (const char *)part->pairs;
    row->begin = part->starts[row->source];
    row->end = part->starts[row->source + 1];
    const char *from = data + row->begin * size, *to = data + row->end * size;
    const char *most = to - from > FETCH_MAX ? from + FETCH_MAX : to;
    for (const char *line = from; line < most; line += LINE_BYTES)
        __builtin_prefetch(line);
    __builtin_prefetch(most - (most > from));
}

static inline __attribute__((always_inline)) void add_words(const struct trl_cpu *cpu,
                                                            const struct trl_cpu_part *part,
                                                            const struct row *row, bool sparse)
{
    const uint32_t bits = cpu->target_bits, mask = (UINT32_C(1) << bits) - 1;
    const uint32_t *words = part->words;
    const uint64_t *amounts = cpu->values.words;
    const size_t first = (size_t)part->first * TRL_CPU_BLOCK;
    uint8_t *marks = cpu->marks + part->first;
    if (cpu->sums) {
        uint32_t *sums = cpu->sums + first;
        for (uint32_t n = row->begin; n < row->end; n++)
            sums[words[n] & mask] += (uint32_t)amounts[words[n] >> bits];
    } else {
        uint64_t *sums = cpu->wide_sums + first;
        for (uint32_t n = row->begin; n < row->end; n++)
            sums[words[n] & mask] += amounts[words[n] >> bits];
    }
    for (uint32_t n = row->begin; sparse && n < row->end; n++)
        marks[(words[n] & mask) / TRL_CPU_BLOCK] = TRL_CPU_DIRTY;
}

static inline void add_one(const struct trl_cpu *cpu, const struct trl_cpu_part *part,
                           uint32_t target, uint64_t amount)
{
    const size_t first = (size_t)part->first * TRL_CPU_BLOCK;
    if (cpu->sums)
        cpu->sums[first + target] += (uint32_t)amount;
    else
        cpu->wide_sums[first + target] += amount;
    cpu->marks[part->first + target / TRL_CPU_BLOCK] = TRL_CPU_DIRTY;
}

static void add_pairs(const struct trl_cpu *cpu, const struct trl_cpu_part *part,
                      const struct row *row)
{
    const uint32_t bits = (uint32_t)cpu->base.plan->scale.count_bits;
    for (uint32_t n = row->begin; n < row->end; n++)
        add_one(cpu, part, part->pairs[n].target, ((uint64_t)part->pairs[n].value << bits) + 1);
}

/* The row of a source whose psp is its potential. Weights come in runs: each contribution is worked
 * out once a run. */
static void add_with_psp(const struct trl_cpu *cpu, const struct trl_cpu_part *part,
                         const struct row *row, uint32_t flags)
{
    const struct trl_burst_plan *plan = cpu->base.plan;
    const uint32_t source = row->source, psp = trl_burst_psp(row->v);
    const uint32_t degree = (uint32_t)(plan->rows[source + 1] - plan->rows[source]);
    const uint32_t bits = (uint32_t)plan->scale.count_bits;
    int32_t last = 0;
    uint64_t amount = 1;
    for (uint32_t n = row->begin; n < row->end; n++) {
        const uint32_t word = cpu->paired ? part->pairs[n].target : part->words[n];
        const uint32_t number = cpu->paired ? 0 : word >> cpu->target_bits;
        const int32_t value = cpu->paired ? part->pairs[n].value : cpu->values.list[number];
        if (value != last)
            amount =
                ((uint64_t)trl_burst_contribution(plan, flags, value, psp, degree) << bits) + 1;
        last = value;
        add_one(cpu, part, word - (number << cpu->target_bits), amount);
    }
}

static void add(const struct trl_cpu *cpu, const struct trl_cpu_part *part, const struct row *row,
                bool sparse)
{
    const struct trl_burst_plan *plan = cpu->base.plan;
    uint32_t flags = 0;
    if (plan->flags & TRL_BURST_FROM_POTENTIAL)
        flags = plan->kinds[plan->kind_of[row->source]].pause >> 16;
    if (flags & TRL_BURST_FROM_POTENTIAL)
        add_with_psp(cpu, part, row, flags);
    else if (cpu->paired)
        add_pairs(cpu, part, row);
    else
        add_words(cpu, part, row, sparse);
}

void trl_cpu_deliver(struct trl_cpu *cpu, const struct trl_cpu_part *part, uint64_t time,
                     bool sparse, struct trl_burst_counts *counts)
{
    struct walk walk = {.cpu = cpu, .before = (int)((time - 1) & 1)};
    int64_t count = 0;
    const bool counts_lost = cpu->lost && part == cpu->parts;
    uint64_t delivered = 0;
    uint32_t misses = 0;
    for (uint32_t p = 0; p < cpu->part_count; p++) {
        const uint32_t fired = cpu->parts[p].fired_count[walk.before];
        const uint32_t *list =
            cpu->fired[walk.before] + (size_t)cpu->parts[p].first * TRL_CPU_BLOCK;
        for (uint32_t n = 0; n < fired && n < LIST_MAX; n += LINE_BYTES / sizeof(*list))
            __builtin_prefetch(list + n);
        count += fired;
    }
    for (int64_t n = -AHEAD_FIND; n < count; n++) {
        if (n + AHEAD_FIND < count) {
            struct row *row = &walk.waiting[(n + AHEAD_FIND) % WAITING];
            next_source(&walk, row);
            __builtin_prefetch(&part->starts[row->source]);
        }
        if (n + AHEAD_FETCH >= 0 && n + AHEAD_FETCH < count)
            fetch(part, &walk.waiting[(n + AHEAD_FETCH) % WAITING]);
        if (n < 0)
            continue;
        const struct row *row = &walk.waiting[n % WAITING];
        add(cpu, part, row, sparse);
        delivered += row->end - row->begin;
        misses += counts_lost && cpu->lost[row->source / 32] >> row->source % 32 & 1;
    }
    counts->delivered = delivered;
    counts->hash_misses = misses;
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

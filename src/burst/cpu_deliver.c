/* SPDX-License-Identifier: BSD-2-Clause */
#include "burst/cpu.h"

/* Rows lie all over the memory: what is needed later is asked for while others are walked. */
enum { AHEAD_ROW = 24, AHEAD_SYNAPSES = 8, LINE_WORDS = 16 };

struct row {
    const uint32_t *targets;
    const int32_t *values;
    uint32_t count;
};

static struct row row_of(const struct trl_cpu *cpu, uint32_t part, uint32_t source)
{
    const struct trl_burst_plan *plan = cpu->base.plan;
    const uint32_t borders = cpu->part_count - 1;
    const uint32_t *splits = cpu->splits + (size_t)source * borders;
    const uint64_t first = plan->rows[source];
    const uint64_t begin = part == 0 ? first : first + splits[part - 1];
    const uint64_t end = part == borders ? plan->rows[source + 1] : first + splits[part];
    return (struct row){plan->targets + begin, plan->values + begin, (uint32_t)(end - begin)};
}

static void look_ahead(const struct trl_cpu *cpu, uint32_t part, const uint32_t *sources,
                       uint32_t at, uint32_t count)
{
    if (at + AHEAD_ROW < count) {
        const uint32_t source = sources[at + AHEAD_ROW];
        __builtin_prefetch(&cpu->base.plan->rows[source]);
        __builtin_prefetch(&cpu->splits[(size_t)source * (cpu->part_count - 1)]);
    }
    if (at + AHEAD_SYNAPSES < count) {
        const struct row row = row_of(cpu, part, sources[at + AHEAD_SYNAPSES]);
        for (uint32_t n = 0; n < row.count && n < 4 * LINE_WORDS; n += LINE_WORDS) {
            __builtin_prefetch(row.targets + n);
            __builtin_prefetch(row.values + n);
        }
    }
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
static void add_with_psp(struct trl_cpu *cpu, const struct row *row, uint32_t source, uint32_t psp)
{
    const struct trl_burst_plan *plan = cpu->base.plan;
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

void trl_cpu_deliver(struct trl_cpu *cpu, const struct trl_cpu_part *part, uint64_t time,
                     bool sparse)
{
    const int before = (int)((time - 1) & 1);
    const uint32_t own = (uint32_t)(part - cpu->parts);
    for (uint32_t p = 0; p < cpu->part_count; p++) {
        const size_t first = (size_t)cpu->parts[p].first * TRL_CPU_BLOCK;
        const uint32_t *sources = cpu->fired[before] + first;
        const uint16_t *psps = cpu->psps[before] ? cpu->psps[before] + first : NULL;
        const uint32_t count = cpu->parts[p].fired_count[before];
        for (uint32_t n = 0; n < count; n++) {
            look_ahead(cpu, own, sources, n, count);
            const struct row row = row_of(cpu, own, sources[n]);
            if (psps && psps[n] != TRL_CPU_PSP_NONE)
                add_with_psp(cpu, &row, sources[n], psps[n]);
            else if (cpu->sums)
                add_narrow(cpu, &row, sparse);
            else
                add_wide(cpu, &row, sparse);
        }
    }
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

void trl_cpu_fire(struct trl_cpu *cpu, struct trl_cpu_part *part, uint64_t time, uint32_t neuron,
                  float v)
{
    const struct trl_burst_plan *plan = cpu->base.plan;
    const int now = (int)(time & 1);
    const size_t at = (size_t)part->first * TRL_CPU_BLOCK + part->fired_count[now]++;
    cpu->fired[now][at] = neuron;
    cpu->fired_v[neuron] = v;
    part->degree[now] += plan->rows[neuron + 1] - plan->rows[neuron];
    if (cpu->psps[now]) {
        const uint32_t flags = plan->kinds[plan->kind_of[neuron]].pause >> 16;
        cpu->psps[now][at] = flags & TRL_BURST_FROM_POTENTIAL ? (uint16_t)trl_burst_psp(v)
                                                              : (uint16_t)TRL_CPU_PSP_NONE;
    }
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Who owns what: blocks, and a copy of the synapses that lead to them, in few bytes. */
#include <stdlib.h>

#include "base/log.h"
#include "base/memory.h"
#include "burst/cpu.h"
#include "burst/hash.h"

enum {
    NEURON_COST = 50, /* of an update, in synapses: of one neuron in a hundred that fires */
    SAMPLES = 1 << 22,
    VALUES_MAX = 1 << 12, /* different ones, so that they stay in the nearest cache */
    SLOTS = VALUES_MAX * 4,
};

/* What each block costs in the long run, so that hubs do not leave the others waiting. */
static void measure(const struct trl_cpu *cpu, uint64_t *costs)
{
    const struct trl_burst_plan *plan = cpu->base.plan;
    const uint64_t step = plan->synapse_count / SAMPLES + 1;
    for (uint32_t block = 0; block < cpu->blocks; block++)
        costs[block] = (uint64_t)TRL_CPU_BLOCK * NEURON_COST;
    for (uint64_t n = 0; n < plan->synapse_count; n += step)
        costs[plan->targets[n] / TRL_CPU_BLOCK] += step;
}

static void divide_blocks(struct trl_cpu *cpu, const uint64_t *costs)
{
    uint64_t left = 0;
    for (uint32_t block = 0; block < cpu->blocks; block++)
        left += costs[block];
    uint32_t block = 0;
    for (uint32_t p = 0; p < cpu->part_count; p++) {
        const uint64_t share = left / (cpu->part_count - p);
        uint64_t cost = 0;
        cpu->parts[p].first = block;
        while (block < cpu->blocks && (p + 1 == cpu->part_count || cost + costs[block] / 2 < share))
            cost += costs[block++];
        cpu->parts[p].end = block;
        left -= cost;
    }
}

/* Where a value is in the table, or the empty place where it belongs. */
static uint32_t slot_of(const struct trl_cpu_values *values, int32_t value)
{
    uint32_t slot = ((uint32_t)value * 0x9E3779B1U >> 16) % SLOTS;
    while (values->slots[slot] && values->list[values->slots[slot] - 1] != value)
        slot = (slot + 1) % SLOTS;
    return slot;
}

/* Lists the different values; false if there are more than room for them. */
static bool list_values(struct trl_cpu *cpu, uint32_t most)
{
    const struct trl_burst_plan *plan = cpu->base.plan;
    struct trl_cpu_values *values = &cpu->values;
    for (uint64_t n = 0; n < plan->synapse_count; n++) {
        const int32_t value = plan->values[n];
        if (n > 0 && value == plan->values[n - 1])
            continue;
        const uint32_t slot = slot_of(values, value);
        if (values->slots[slot])
            continue;
        if (values->count == most)
            return false;
        values->list[values->count++] = value;
        values->slots[slot] = (uint16_t)values->count;
    }
    return true;
}

/* A word is a target within the part and the number of a value, if both fit. */
static int choose_words(struct trl_cpu *cpu, struct trl_log *log)
{
    struct trl_cpu_values *values = &cpu->values;
    const uint32_t count_bits = (uint32_t)cpu->base.plan->scale.count_bits;
    values->list = calloc(VALUES_MAX, sizeof(*values->list));
    values->words = calloc(VALUES_MAX, sizeof(*values->words));
    values->slots = calloc(SLOTS, sizeof(*values->slots));
    if (!values->list || !values->words || !values->slots)
        return trl_fail_memory(log, "contributions", VALUES_MAX * (size_t)20);
    uint32_t largest = TRL_CPU_BLOCK;
    for (uint32_t p = 0; p < cpu->part_count; p++) {
        const uint32_t blocks = cpu->parts[p].end - cpu->parts[p].first;
        largest = blocks * TRL_CPU_BLOCK > largest ? blocks * TRL_CPU_BLOCK : largest;
    }
    cpu->target_bits = 32 - (uint32_t)__builtin_clz(largest - 1);
    const uint32_t value_bits = 32 - cpu->target_bits;
    const uint32_t most = value_bits < 12 ? UINT32_C(1) << value_bits : VALUES_MAX;
    cpu->paired = value_bits == 0 || !list_values(cpu, most);
    for (uint32_t n = 0; n < values->count; n++)
        values->words[n] = ((uint64_t)values->list[n] << count_bits) + 1;
    return 0;
}

int trl_cpu_look_up(struct trl_cpu *cpu, struct trl_log *log, uint32_t probes)
{
    const struct trl_burst_plan *plan = cpu->base.plan;
    struct trl_burst_hash hash;
    int err = trl_burst_hash_create(&hash, plan, log, probes);
    if (err)
        return err;
    cpu->lost = calloc((size_t)cpu->blocks + 1, sizeof(*cpu->lost));
    if (!cpu->lost)
        err = trl_fail_memory(log, "rows of threads", cpu->blocks * sizeof(*cpu->lost));
    for (uint32_t n = 0; cpu->lost && n < plan->neuron_count; n++) {
        uint64_t first;
        uint32_t count;
        if (!trl_burst_hash_find(&hash, n, &first, &count))
            cpu->lost[n / 32] |= UINT32_C(1) << n % 32;
    }
    trl_burst_hash_destroy(&hash);
    return err;
}

static bool is_lost(const struct trl_cpu *cpu, uint32_t neuron)
{
    return cpu->lost && cpu->lost[neuron / 32] >> neuron % 32 & 1;
}

/* The first of the synapses begin to end - 1, which are sorted, whose target is not below. */
static uint64_t border_in(const uint32_t *targets, uint64_t begin, uint64_t end, uint64_t target)
{
    while (begin < end) {
        const uint64_t middle = begin + (end - begin) / 2;
        if (targets[middle] < target)
            begin = middle + 1;
        else
            end = middle;
    }
    return begin;
}

static void write_row(const struct trl_cpu *cpu, struct trl_cpu_part *part, uint64_t from,
                      uint64_t end, uint32_t to)
{
    const struct trl_burst_plan *plan = cpu->base.plan;
    const uint32_t first = part->first * TRL_CPU_BLOCK;
    uint32_t number = 0;
    for (uint64_t n = from; n < end; n++, to++) {
        const int32_t value = plan->values[n];
        const uint32_t target = plan->targets[n] - first;
        if (cpu->paired) {
            part->pairs[to] = (struct trl_cpu_pair){target, value};
            continue;
        }
        if (cpu->values.list[number] != value)
            number = cpu->values.slots[slot_of(&cpu->values, value)] - 1U;
        part->words[to] = target | number << cpu->target_bits;
    }
}

/* Copies what leads to a part: twice through all rows, to count and to write. */
static int take_rows(const struct trl_cpu *cpu, struct trl_cpu_part *part)
{
    const struct trl_burst_plan *plan = cpu->base.plan;
    const uint64_t first = (uint64_t)part->first * TRL_CPU_BLOCK;
    const uint64_t end = (uint64_t)part->end * TRL_CPU_BLOCK;
    const size_t starts = ((size_t)plan->neuron_count + 1) * sizeof(*part->starts);
    part->starts = malloc(starts);
    if (!part->starts)
        return TRL_ERROR_MEMORY;
    trl_memory_expect_jumps(part->starts, starts);
    uint64_t count = 0;
    part->starts[0] = 0;
    for (uint32_t n = 0; n < plan->neuron_count; n++) {
        const uint64_t from = border_in(plan->targets, plan->rows[n], plan->rows[n + 1], first);
        if (!is_lost(cpu, n))
            count += border_in(plan->targets, from, plan->rows[n + 1], end) - from;
        part->starts[n + 1] = (uint32_t)count;
    }
    if (count > UINT32_MAX)
        return TRL_ERROR_UNSUPPORTED;
    const size_t bytes = (count + 1) * (cpu->paired ? sizeof(*part->pairs) : sizeof(*part->words));
    part->words = cpu->paired ? NULL : malloc(bytes);
    part->pairs = cpu->paired ? malloc(bytes) : NULL;
    if (!part->words && !part->pairs)
        return TRL_ERROR_MEMORY;
    trl_memory_expect_jumps(cpu->paired ? (void *)part->pairs : (void *)part->words, bytes);
    for (uint32_t n = 0; n < plan->neuron_count; n++) {
        const uint64_t from = border_in(plan->targets, plan->rows[n], plan->rows[n + 1], first);
        write_row(cpu, part, from, from + (part->starts[n + 1] - part->starts[n]), part->starts[n]);
    }
    return 0;
}

static void take_rows_of_member(void *user, int member)
{
    struct trl_cpu *cpu = user;
    for (uint32_t p = 0; p < cpu->parts_each; p++) {
        struct trl_cpu_part *part = &cpu->parts[(size_t)member * cpu->parts_each + p];
        part->error = take_rows(cpu, part);
    }
}

int trl_cpu_divide(struct trl_cpu *cpu, struct trl_log *log)
{
    uint64_t *costs = malloc(((size_t)cpu->blocks + 1) * sizeof(*costs));
    if (!costs)
        return trl_fail_memory(log, "parts of threads", cpu->blocks * sizeof(*costs));
    measure(cpu, costs);
    divide_blocks(cpu, costs);
    free(costs);
    int err = choose_words(cpu, log);
    if (err)
        return err;
    trl_pool_run(cpu->pool, take_rows_of_member, cpu);
    for (uint32_t p = 0; p < cpu->part_count; p++) {
        if (cpu->parts[p].error == TRL_ERROR_UNSUPPORTED)
            return trl_fail(log, TRL_ERROR_UNSUPPORTED,
                            "32 neurons have more than 2^32 synapses: use another backend");
        if (cpu->parts[p].error)
            return trl_fail_memory(log, "synapses of threads",
                                   cpu->base.plan->synapse_count * (cpu->paired ? 8 : 4) +
                                       4ULL * cpu->part_count * cpu->base.plan->neuron_count);
    }
    return 0;
}

void trl_cpu_part_destroy(struct trl_cpu_part *part)
{
    free(part->starts);
    free(part->words);
    free(part->pairs);
}

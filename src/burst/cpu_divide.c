/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "base/log.h"
#include "burst/cpu.h"

enum {
    NEURON_COST = 50, /* of an update, in synapses: of one neuron in a hundred that fires */
    SAMPLES = 1 << 22,
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

/* Rows are sorted by target: finds where each part begins. */
static void divide_rows(void *user, int member)
{
    const struct trl_cpu *cpu = user;
    const struct trl_burst_plan *plan = cpu->base.plan;
    const uint32_t borders = cpu->part_count - 1;
    const uint32_t first = cpu->parts[member].first * TRL_CPU_BLOCK;
    uint32_t end = cpu->parts[member].end * TRL_CPU_BLOCK;
    if (end > plan->neuron_count)
        end = plan->neuron_count;
    for (uint32_t n = first; n < end; n++) {
        const uint32_t *targets = plan->targets + plan->rows[n];
        const uint32_t degree = (uint32_t)(plan->rows[n + 1] - plan->rows[n]);
        uint32_t at = 0;
        for (uint32_t p = 1; p <= borders; p++) {
            const uint64_t border = (uint64_t)cpu->parts[p].first * TRL_CPU_BLOCK;
            uint32_t size = degree - at;
            while (size > 0) {
                const bool below = targets[at + size / 2] < border;
                at += below ? size / 2 + 1 : 0;
                size = below ? size - size / 2 - 1 : size / 2;
            }
            cpu->splits[(size_t)n * borders + p - 1] = at;
        }
    }
}

int trl_cpu_divide(struct trl_cpu *cpu, struct trl_log *log)
{
    const size_t splits = (size_t)cpu->base.plan->neuron_count * (cpu->part_count - 1);
    uint64_t *costs = malloc(((size_t)cpu->blocks + 1) * sizeof(*costs));
    cpu->splits = malloc((splits + 1) * sizeof(*cpu->splits));
    if (!costs || !cpu->splits) {
        free(costs);
        return trl_fail_memory(log, "rows of threads",
                               splits * sizeof(*cpu->splits) + cpu->blocks * sizeof(*costs));
    }
    measure(cpu, costs);
    divide_blocks(cpu, costs);
    free(costs);
    if (cpu->part_count > 1)
        trl_pool_run(cpu->pool, divide_rows, cpu);
    return 0;
}

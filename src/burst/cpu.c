/* SPDX-License-Identifier: BSD-2-Clause */
#include "burst/cpu.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/math.h"
#include "base/memory.h"

enum {
    THREADS_MAX = 256,
    THREAD_WORK = 1 << 17, /* neurons and synapses that a thread of its own is worth */
    PART_SYNAPSES_MAX = 1 << 30,
};

/* Whether a burst will leave most blocks alone; if not, marking them costs more than it saves. */
static bool is_sparse(const struct trl_cpu *cpu, uint64_t time, uint32_t injected)
{
    const struct trl_burst_plan *plan = cpu->base.plan;
    uint64_t fired = 0;
    for (uint32_t p = 0; p < cpu->part_count; p++)
        fired += cpu->parts[p].fired_count[(time - 1) & 1];
    const double degree = (double)plan->synapse_count / (plan->neuron_count + 1.0);
    return (double)fired * degree + injected < cpu->blocks;
}

struct task {
    struct trl_cpu *cpu;
    struct trl_burst_batch *batch;
};

/* Members count for themselves; the caller's adds up what is complete after they have met. */
static void collect(const struct trl_cpu *cpu, uint64_t time, struct trl_burst_counts *out)
{
    *out = (struct trl_burst_counts){0};
    for (uint32_t p = 0; p < cpu->part_count; p++) {
        const struct trl_burst_counts *counts = &cpu->parts[p].counts[time & 1];
        out->candidates += counts->candidates;
        out->fired += counts->fired;
        out->blocked += counts->blocked;
        out->delivered += counts->delivered;
        out->hash_misses += counts->hash_misses;
    }
}

static void run_part(struct trl_cpu *cpu, struct trl_cpu_part *part, uint64_t time,
                     const struct trl_burst_input *input, bool sparse)
{
    const int now = (int)(time & 1);
    const int64_t start_ns = trl_clock_now_ns();
    part->fired_count[now] = 0;
    part->counts[now] = (struct trl_burst_counts){0};
    trl_cpu_deliver(cpu, part, time, sparse, &part->counts[now]);
    trl_cpu_inject(cpu, part, input);
    const int64_t middle_ns = trl_clock_now_ns();
    cpu->update(cpu, part, time, sparse);
    part->counts[now].fired = part->fired_count[now];
    part->deliver_ns += middle_ns - start_ns;
    part->update_ns += trl_clock_now_ns() - middle_ns;
}

static void run_member(void *user, int member)
{
    const struct task *task = user;
    struct trl_cpu *cpu = task->cpu;
    struct trl_cpu_part *own = cpu->parts + (size_t)member * cpu->parts_each;
    for (uint32_t n = 0; n < task->batch->count; n++) {
        const uint64_t time = task->batch->first + n;
        const struct trl_burst_input *input = &task->batch->inputs[n];
        const bool sparse = is_sparse(cpu, time, input->count);
        for (uint32_t p = 0; p < cpu->parts_each; p++)
            run_part(cpu, &own[p], time, input, sparse);
        trl_pool_meet(cpu->pool);
        if (member == 0)
            collect(cpu, time, &task->batch->counts[n]);
    }
}

static int run(struct trl_burst_machine *base, struct trl_burst_batch *batch)
{
    struct trl_cpu *cpu = (struct trl_cpu *)base;
    int64_t deliver_ns = 0, update_ns = 0;
    for (uint32_t p = 0; p < cpu->part_count; p++)
        cpu->parts[p].deliver_ns = cpu->parts[p].update_ns = 0;
    trl_pool_run(cpu->pool, run_member, &(struct task){cpu, batch});
    for (uint32_t p = 0; p < cpu->part_count; p++) {
        deliver_ns += cpu->parts[p].deliver_ns;
        update_ns += cpu->parts[p].update_ns;
    }
    batch->deliver_ns = deliver_ns / cpu->member_count;
    batch->update_ns = update_ns / cpu->member_count;
    return 0;
}

static void copy(void *to, const void *from, size_t count)
{
    if (to && from)
        memcpy(to, from, count * sizeof(uint32_t));
}

static int save(struct trl_burst_machine *base, struct trl_burst_state *state, uint64_t *bytes)
{
    (void)bytes;
    const struct trl_cpu *cpu = (const struct trl_cpu *)base;
    const uint32_t count = base->plan->neuron_count;
    copy(state->v, cpu->v, count);
    copy(state->counts, cpu->counts, count);
    if (state->fired_v)
        memset(state->fired_v, 0, count * sizeof(*state->fired_v));
    for (uint32_t p = 0; state->fired_v && p < cpu->part_count; p++) {
        const struct trl_cpu_part *part = &cpu->parts[p];
        const size_t first = (size_t)part->first * TRL_CPU_BLOCK;
        for (uint32_t n = 0; n < part->fired_count[state->time & 1]; n++)
            state->fired_v[cpu->fired[state->time & 1][first + n]] =
                cpu->fired_v[state->time & 1][first + n];
    }
    copy(state->input, cpu->input, count);
    if (cpu->touched)
        copy(state->touched, cpu->touched, count);
    else if (state->touched)
        memset(state->touched, 0, count * sizeof(*state->touched));
    for (uint32_t n = 0; state->ledger && n < base->ledger_bursts; n++)
        copy(state->ledger + (size_t)n * cpu->blocks, trl_cpu_mask(cpu, state->time + 1 + n),
             cpu->blocks);
    return 0;
}

/* The lists of who fired in the burst before the next one. */
static void list_fired(struct trl_cpu *cpu, uint64_t time, const float *fired_v)
{
    const uint32_t *mask = trl_cpu_mask(cpu, time);
    for (uint32_t p = 0; p < cpu->part_count; p++) {
        struct trl_cpu_part *part = &cpu->parts[p];
        part->fired_count[time & 1] = 0;
        for (uint32_t block = part->first; block < part->end; block++)
            for (uint32_t left = mask[block]; left; left &= left - 1) {
                const uint32_t n = block * TRL_CPU_BLOCK + (uint32_t)__builtin_ctz(left);
                trl_cpu_fire(cpu, part, time, n, fired_v[n]);
            }
    }
}

static int load(struct trl_burst_machine *base, const struct trl_burst_state *state,
                uint64_t *bytes)
{
    (void)bytes;
    struct trl_cpu *cpu = (struct trl_cpu *)base;
    const uint32_t count = base->plan->neuron_count;
    copy(cpu->v, state->v, count);
    copy(cpu->counts, state->counts, count);
    copy(cpu->touched, state->touched, count);
    copy(cpu->input, state->input, count);
    for (uint32_t n = 0; state->ledger && n < base->ledger_bursts; n++)
        copy(trl_cpu_mask(cpu, state->time + 1 + n), state->ledger + (size_t)n * cpu->blocks,
             cpu->blocks);
    if (state->ledger && state->fired_v)
        list_fired(cpu, state->time, state->fired_v);
    return 0;
}

static void destroy(struct trl_burst_machine *base)
{
    struct trl_cpu *cpu = (struct trl_cpu *)base;
    trl_pool_destroy(&cpu->pool);
    for (uint32_t p = 0; cpu->parts && p < cpu->part_count; p++)
        trl_cpu_part_destroy(&cpu->parts[p]);
    free(cpu->parts);
    free(cpu->values.list);
    free(cpu->values.words);
    free(cpu->values.slots);
    free(cpu->v);
    free(cpu->external);
    free(cpu->input);
    free(cpu->counts);
    free(cpu->touched);
    free(cpu->sums);
    free(cpu->wide_sums);
    free(cpu->kinds);
    free(cpu->marks);
    free(cpu->driven);
    free(cpu->lost);
    free(cpu->ledger);
    for (int n = 0; n < 2; n++) {
        free(cpu->fired[n]);
        free(cpu->fired_v[n]);
    }
    free(cpu);
}

/* Zeros; counts in *left how many could not be had. */
static void *zeros(size_t count, size_t size, int *failed)
{
    const size_t bytes = trl_align_up((count + 1) * size, 64);
    void *out = aligned_alloc(64, bytes);
    trl_memory_expect_jumps(out, bytes);
    if (out)
        memset(out, 0, bytes);
    *failed += !out;
    return out;
}

static int allocate(struct trl_cpu *cpu, const struct trl_burst_params *params)
{
    const struct trl_burst_plan *plan = cpu->base.plan;
    const size_t blocks = cpu->blocks, count = blocks * TRL_CPU_BLOCK;
    const bool wide = plan->scale.sum_bits == 64;
    int failed = 0;
    cpu->parts = zeros(cpu->part_count, sizeof(*cpu->parts), &failed);
    cpu->v = zeros(count, sizeof(*cpu->v), &failed);
    cpu->external = zeros(count, sizeof(*cpu->external), &failed);
    cpu->counts = zeros(count, sizeof(*cpu->counts), &failed);
    if (params->keep_input)
        cpu->input = zeros(count, sizeof(*cpu->input), &failed);
    if (plan->wall_time || params->keep_input || plan->flags & TRL_BURST_COINCIDENCE)
        cpu->touched = zeros(count, sizeof(*cpu->touched), &failed);
    if (wide)
        cpu->wide_sums = zeros(count, sizeof(*cpu->wide_sums), &failed);
    else
        cpu->sums = zeros(count, sizeof(*cpu->sums), &failed);
    cpu->kinds = zeros(blocks, sizeof(*cpu->kinds), &failed);
    cpu->marks = zeros(blocks, sizeof(*cpu->marks), &failed);
    cpu->driven = zeros(blocks, sizeof(*cpu->driven), &failed);
    cpu->ledger = zeros(blocks * (size_t)params->ledger_bursts, sizeof(*cpu->ledger), &failed);
    for (int n = 0; n < 2; n++) {
        cpu->fired[n] = zeros(count, sizeof(**cpu->fired), &failed);
        cpu->fired_v[n] = zeros(count, sizeof(**cpu->fired_v), &failed);
    }
    if (failed)
        return trl_fail_memory(params->log, "state of the neurons",
                               count * (32 + (wide ? 8 : 4)) +
                                   blocks * 4 * (size_t)params->ledger_bursts);
    return 0;
}

static void describe_blocks(struct trl_cpu *cpu)
{
    const struct trl_burst_plan *plan = cpu->base.plan;
    for (uint32_t block = 0; block < cpu->blocks; block++) {
        const uint32_t first = block * TRL_CPU_BLOCK;
        cpu->kinds[block] = plan->kind_of[first];
        for (uint32_t n = first; n < first + TRL_CPU_BLOCK; n++) {
            if (n >= plan->neuron_count || plan->kind_of[n] != plan->kind_of[first])
                cpu->kinds[block] = TRL_CPU_MIXED;
            if (n >= plan->neuron_count)
                break;
            const trl_burst_kind *kind = &plan->kinds[plan->kind_of[n]];
            cpu->v[n] = kind->rest;
            if (kind->pause >> 16 & TRL_BURST_DRIVEN)
                cpu->driven[block] = TRL_CPU_DIRTY;
        }
    }
    if (cpu->blocks)
        memcpy(cpu->marks, cpu->driven, cpu->blocks);
}

uint32_t trl_cpu_members(const struct trl_burst_plan *plan, int thread_count)
{
    if (thread_count > 0)
        return thread_count < THREADS_MAX ? (uint32_t)thread_count : THREADS_MAX;
    const uint64_t worth = (plan->neuron_count + plan->synapse_count) / THREAD_WORK + 1;
    const uint64_t processors = (uint64_t)trl_pool_processors();
    const uint64_t count = worth < processors ? worth : processors;
    return count < THREADS_MAX ? (uint32_t)count : THREADS_MAX;
}

/* Of each member: so many that the synapses of one are counted in 32 bits. */
static uint32_t count_parts(const struct trl_burst_plan *plan, uint32_t member_count)
{
    return (uint32_t)(plan->synapse_count / member_count / PART_SYNAPSES_MAX) + 1;
}

static int create(struct trl_burst_machine **out, const struct trl_burst_plan *plan,
                  const struct trl_burst_params *params)
{
    struct trl_cpu *cpu = calloc(1, sizeof(*cpu));
    if (!cpu)
        return trl_fail_memory(params->log, "burst engine", sizeof(*cpu));
    cpu->base.plan = plan;
    cpu->blocks = trl_burst_words(plan->neuron_count);
    cpu->member_count = trl_cpu_members(plan, params->thread_count);
    cpu->parts_each = count_parts(plan, cpu->member_count);
    cpu->part_count = cpu->member_count * cpu->parts_each;
    int err = trl_pool_create(&cpu->pool, params->log, (int)cpu->member_count);
    if (!err)
        err = allocate(cpu, params);
    if (!err && params->lookup == TRL_BURST_HASH)
        err = trl_cpu_look_up(cpu, params->log, params->hash_probes);
    if (!err)
        err = trl_cpu_divide(cpu, params->log);
    if (err) {
        destroy(&cpu->base);
        return err;
    }
    describe_blocks(cpu);
    trl_cpu_choose_update(cpu);
    *out = &cpu->base;
    return 0;
}

const struct trl_burst_backend_impl trl_burst_cpu = {
    .name = "cpu",
    .create = create,
    .destroy = destroy,
    .run = run,
    .save = save,
    .load = load,
};

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The oracle: the burst as burst.h tells it, one neuron after the other, with nothing in it that
 * only makes it faster.
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "burst/hash.h"
#include "burst/machine.h"

struct reference {
    struct trl_burst_machine base;
    float *v, *fired_v, *external, *input;
    uint32_t *counts, *touched;
    int64_t *sums;
    bool *received;
    uint32_t *ledger;           /* burst t is at t % ledger_bursts */
    struct trl_burst_hash hash; /* empty: rows are found by neuron */
    struct trl_burst_counts *now;
};

static float normal(float value)
{
    return fabsf(value) < FLT_MIN ? 0 : value;
}

static bool fired_in(const struct reference *machine, uint64_t time, uint32_t neuron)
{
    const uint32_t words = trl_burst_words(machine->base.plan->neuron_count);
    const uint32_t *mask = machine->ledger + time % machine->base.ledger_bursts * words;
    return mask[neuron / 32] >> neuron % 32 & 1;
}

static void deliver(struct reference *machine, uint32_t source, uint32_t flags)
{
    const struct trl_burst_plan *plan = machine->base.plan;
    uint64_t begin = plan->rows[source];
    uint32_t degree = (uint32_t)(plan->rows[source + 1] - begin);
    if (machine->hash.capacity && !trl_burst_hash_find(&machine->hash, source, &begin, &degree)) {
        machine->now->hash_misses++;
        return;
    }
    const uint32_t psp = trl_burst_psp(machine->fired_v[source]);
    for (uint64_t n = begin; n < begin + degree; n++) {
        const uint32_t target = plan->targets[n];
        machine->sums[target] += trl_burst_contribution(plan, flags, plan->values[n], psp, degree);
        machine->received[target] = true;
        machine->now->delivered++;
    }
}

static float leaked(const trl_burst_kind *kind, float v, float keep)
{
    return normal(kind->rest + normal(normal(v - kind->rest) * keep));
}

float trl_burst_leak(const trl_burst_kind *kind, float v, uint32_t silent)
{
    if (silent == 0)
        return v;
    float keep = 1;
    for (uint32_t bit = UINT32_C(1) << 31; bit; bit >>= 1) {
        keep = normal(keep * keep);
        if (silent & bit)
            keep = normal(keep * kind->keep);
    }
    return leaked(kind, v, keep);
}

uint32_t trl_burst_count_down(const trl_burst_kind *kind, uint32_t counts, uint32_t silent)
{
    uint32_t countdown = counts & 0xffff, in_a_row = counts >> 16;
    const uint32_t limit = kind->periods >> 16;
    if (countdown == 0)
        return counts;
    if (silent < countdown)
        return (countdown - silent) | in_a_row << 16;
    if (limit && in_a_row >= limit)
        in_a_row = 0;
    return in_a_row << 16;
}

static bool drawn(const trl_burst_kind *kind, uint32_t neuron, uint64_t time)
{
    return kind->draw == TRL_BURST_DRAW_ALWAYS ||
           trl_burst_draw(neuron, (uint32_t)time) < kind->draw;
}

static float limited(float v)
{
    return fminf(fmaxf(v, -FLT_MAX), FLT_MAX);
}

/* A neuron on its own; true if it fires. */
static bool update(struct reference *machine, const trl_burst_kind *kind, uint32_t neuron,
                   uint64_t time, float input)
{
    const uint32_t refractory = kind->periods & 0xffff, limit = kind->periods >> 16;
    const uint32_t snooze = kind->pause & 0xffff, flags = kind->pause >> 16;
    float *v = &machine->v[neuron];
    uint32_t countdown = machine->counts[neuron] & 0xffff;
    uint32_t in_a_row = machine->counts[neuron] >> 16;
    bool fires = false;

    if (machine->base.plan->wgsl)
        *v = leaked(kind, normal(limited(*v + input)), kind->keep);
    if (countdown > 0) {
        machine->now->blocked++;
        countdown--;
        if (countdown == 0 && limit && in_a_row >= limit)
            in_a_row = 0;
    } else {
        if (!machine->base.plan->wgsl)
            *v = normal(limited(*v + input));
        const bool passes = *v >= kind->threshold && *v <= kind->threshold_max;
        if (passes && limit && in_a_row >= limit) {
            in_a_row = 0;
        } else if (passes && drawn(kind, neuron, time)) {
            fires = true;
            machine->fired_v[neuron] = *v;
            *v = kind->rest;
            in_a_row += in_a_row < UINT16_MAX;
            countdown = refractory + (limit && in_a_row >= limit ? snooze : 0);
            if (countdown > UINT16_MAX)
                countdown = UINT16_MAX;
        } else {
            if (limit && !(flags & TRL_BURST_KEEPS_COUNT))
                in_a_row = 0;
            if (!machine->base.plan->wgsl)
                *v = leaked(kind, *v, kind->keep);
        }
    }
    machine->counts[neuron] = countdown | in_a_row << 16;
    return fires;
}

/* What has passed since the neuron was last a candidate. */
static void catch_up(struct reference *machine, const trl_burst_kind *kind, uint32_t neuron,
                     uint64_t time)
{
    const uint32_t silent = (uint32_t)time - machine->touched[neuron] - 1;
    if (machine->base.plan->wall_time) {
        machine->v[neuron] = trl_burst_leak(kind, machine->v[neuron], silent);
        machine->counts[neuron] = trl_burst_count_down(kind, machine->counts[neuron], silent);
    }
    if (kind->pause >> 16 & TRL_BURST_COINCIDENCE)
        machine->v[neuron] = kind->rest;
    machine->touched[neuron] = (uint32_t)time;
}

static void run_burst(struct reference *machine, uint64_t time, const struct trl_burst_input *input)
{
    const struct trl_burst_plan *plan = machine->base.plan;
    const uint32_t words = trl_burst_words(plan->neuron_count);
    memset(machine->sums, 0, plan->neuron_count * sizeof(*machine->sums));
    memset(machine->received, 0, plan->neuron_count * sizeof(*machine->received));
    memset(machine->external, 0, plan->neuron_count * sizeof(*machine->external));
    for (uint32_t n = 0; n < plan->neuron_count; n++) {
        const uint32_t flags = plan->kinds[plan->kind_of[n]].pause >> 16;
        if (fired_in(machine, time - 1, n))
            deliver(machine, n, flags);
        if (flags & TRL_BURST_DRIVEN)
            machine->received[n] = true;
    }
    for (uint32_t n = 0; n < input->count; n++) {
        machine->external[input->ids[n]] = input->amounts[n];
        machine->received[input->ids[n]] = true;
    }
    uint32_t *mask = machine->ledger + time % machine->base.ledger_bursts * words;
    memset(mask, 0, words * sizeof(*mask));
    for (uint32_t n = 0; n < plan->neuron_count; n++) {
        const trl_burst_kind *kind = &plan->kinds[plan->kind_of[n]];
        if (!machine->received[n] || kind->pause >> 16 & TRL_BURST_REMOVED)
            continue;
        machine->now->candidates++;
        catch_up(machine, kind, n, time);
        const float external = normal(machine->external[n] + kind->drive);
        const float sum = (float)machine->sums[n] * plan->unit;
        machine->input[n] = normal(sum + external);
        if (update(machine, kind, n, time, machine->input[n])) {
            mask[n / 32] |= UINT32_C(1) << n % 32;
            machine->now->fired++;
        }
    }
}

static int run(struct trl_burst_machine *base, struct trl_burst_batch *batch)
{
    struct reference *machine = (struct reference *)base;
    for (uint32_t n = 0; n < batch->count; n++) {
        machine->now = &batch->counts[n];
        *machine->now = (struct trl_burst_counts){0};
        run_burst(machine, batch->first + n, &batch->inputs[n]);
    }
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
    const struct reference *machine = (const struct reference *)base;
    const uint32_t count = base->plan->neuron_count, words = trl_burst_words(count);
    copy(state->v, machine->v, count);
    copy(state->counts, machine->counts, count);
    copy(state->touched, machine->touched, count);
    copy(state->fired_v, machine->fired_v, count);
    copy(state->input, machine->input, count);
    for (uint32_t n = 0; state->ledger && n < base->ledger_bursts; n++)
        copy(state->ledger + (size_t)n * words,
             machine->ledger + (state->time + 1 + n) % base->ledger_bursts * words, words);
    return 0;
}

static int load(struct trl_burst_machine *base, const struct trl_burst_state *state,
                uint64_t *bytes)
{
    (void)bytes;
    struct reference *machine = (struct reference *)base;
    const uint32_t count = base->plan->neuron_count, words = trl_burst_words(count);
    copy(machine->v, state->v, count);
    copy(machine->counts, state->counts, count);
    copy(machine->touched, state->touched, count);
    copy(machine->fired_v, state->fired_v, count);
    copy(machine->input, state->input, count);
    for (uint32_t n = 0; state->ledger && n < base->ledger_bursts; n++)
        copy(machine->ledger + (state->time + 1 + n) % base->ledger_bursts * words,
             state->ledger + (size_t)n * words, words);
    return 0;
}

static void destroy(struct trl_burst_machine *base)
{
    struct reference *machine = (struct reference *)base;
    trl_burst_hash_destroy(&machine->hash);
    free(machine->v);
    free(machine->fired_v);
    free(machine->external);
    free(machine->input);
    free(machine->counts);
    free(machine->touched);
    free(machine->sums);
    free(machine->received);
    free(machine->ledger);
    free(machine);
}

static int create(struct trl_burst_machine **out, const struct trl_burst_plan *plan,
                  const struct trl_burst_params *params)
{
    const size_t count = (size_t)plan->neuron_count + 1;
    struct reference *machine = calloc(1, sizeof(*machine));
    if (!machine)
        return trl_fail_memory(params->log, "burst engine", sizeof(*machine));
    machine->v = calloc(count, sizeof(float));
    machine->fired_v = calloc(count, sizeof(float));
    machine->input = calloc(count, sizeof(float));
    machine->external = calloc(count, sizeof(float));
    machine->counts = calloc(count, sizeof(uint32_t));
    machine->touched = calloc(count, sizeof(uint32_t));
    machine->sums = calloc(count, sizeof(int64_t));
    machine->received = calloc(count, sizeof(bool));
    machine->ledger =
        calloc((size_t)trl_burst_words(plan->neuron_count) * (size_t)params->ledger_bursts + 1,
               sizeof(uint32_t));
    if (!machine->v || !machine->fired_v || !machine->external || !machine->input ||
        !machine->counts || !machine->touched || !machine->sums || !machine->received ||
        !machine->ledger) {
        destroy(&machine->base);
        return trl_fail_memory(params->log, "state of the neurons", count * 33);
    }
    if (params->lookup == TRL_BURST_HASH) {
        int err = trl_burst_hash_create(&machine->hash, plan, params->log, params->hash_probes);
        if (err) {
            destroy(&machine->base);
            return err;
        }
    }
    for (uint32_t n = 0; n < plan->neuron_count; n++)
        machine->v[n] = plan->kinds[plan->kind_of[n]].rest;
    *out = &machine->base;
    return 0;
}

const struct trl_burst_backend_impl trl_burst_reference = {
    .name = "reference",
    .create = create,
    .destroy = destroy,
    .run = run,
    .save = save,
    .load = load,
};

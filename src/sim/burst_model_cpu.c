/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <stdlib.h>

#include "base/log.h"
#include "sim/burst_model.h"

struct host {
    struct trl_burst_film film;
    trl_burst_film_kind *looks;
    struct trl_burst_state state; /* as of state_time */
    bool fetched;
    float *channel;
};

static void destroy(struct trl_sim *sim)
{
    struct host *host = (struct host *)sim;
    if (host->state.v)
        trl_burst_state_destroy(&host->state);
    free(host->looks);
    free(host->channel);
    trl_burst_film_finish(&host->film);
    free(host);
}

static int create(struct trl_sim **out, const struct trl_sim_params *params)
{
    struct host *host = calloc(1, sizeof(*host));
    if (!host)
        return trl_fail_memory(params->log, "a simulation", sizeof(*host));
    int err = trl_burst_film_create(&host->film, params, TRL_BURST_CPU);
    if (err) {
        destroy(&host->film.base);
        return err;
    }
    const struct trl_burst_plan *plan = host->film.burst->plan;
    host->channel = malloc(host->film.constants.cells * sizeof(*host->channel));
    host->looks = calloc((size_t)plan->kind_count + 1, sizeof(*host->looks));
    if (!host->channel || !host->looks) {
        destroy(&host->film.base);
        return trl_fail_memory(params->log, "a simulation", 4ULL * host->film.constants.cells);
    }
    for (uint32_t n = 0; n < plan->kind_count; n++)
        host->looks[n] = trl_burst_film_look(&plan->kinds[n]);
    *out = &host->film.base;
    return 0;
}

static int step(struct trl_sim *sim, int64_t steps)
{
    struct host *host = (struct host *)sim;
    int err = trl_burst_film_inject(&host->film, (uint64_t)sim->time + 1, (uint64_t)steps);
    if (!err)
        err = trl_burst_run(host->film.burst, (uint64_t)steps);
    host->fetched = false;
    return err;
}

/* The state after the last burst, brought up to it. */
static const struct trl_burst_state *look_at(struct host *host)
{
    struct trl_burst *burst = host->film.burst;
    if (!host->fetched) {
        if (host->state.v)
            trl_burst_state_destroy(&host->state);
        if (trl_burst_fetch(burst, &host->state))
            return NULL;
        trl_burst_bring_up(burst->plan, &host->state);
        host->fetched = true;
    }
    return &host->state;
}

static bool fired(const struct trl_burst_state *state, const trl_burst_film_constants *constants,
                  uint32_t neuron, uint32_t ago)
{
    const size_t row = constants->ledger - 1 - ago;
    return state->ledger[row * constants->words + neuron / 32] >> neuron % 32 & 1;
}

static float glow(const struct host *host, uint32_t neuron)
{
    const trl_burst_film_constants *constants = &host->film.constants;
    float left = 1;
    for (uint32_t ago = 0; ago < constants->glow_bursts; ago++) {
        if (fired(&host->state, constants, neuron, ago))
            return left;
        left *= constants->fade;
    }
    return 0;
}

static float rate(const struct host *host, uint32_t neuron)
{
    const trl_burst_film_constants *constants = &host->film.constants;
    uint32_t spikes = 0;
    for (uint32_t ago = 0; ago < constants->rate_bursts; ago++)
        spikes += fired(&host->state, constants, neuron, ago);
    return (float)spikes * constants->rate_unit;
}

static float value_of(const struct host *host, uint32_t channel, uint32_t neuron)
{
    const trl_burst_film_kind look = host->looks[host->film.burst->plan->kind_of[neuron]];
    switch (channel) {
    case TRL_BURST_FILM_FIRED:
        return glow(host, neuron);
    case TRL_BURST_FILM_V:
        return host->state.v[neuron] * look.per_threshold;
    case TRL_BURST_FILM_INPUT:
        return host->state.input[neuron] * look.per_threshold;
    case TRL_BURST_FILM_COUNTDOWN:
        return (float)(host->state.counts[neuron] & 0xffff) * look.per_period;
    default:
        return rate(host, neuron);
    }
}

static const float *host_channel(struct trl_sim *sim, int channel)
{
    struct host *host = (struct host *)sim;
    const struct trl_burst_map *map = &host->film.map;
    const bool there = look_at(host);
    for (uint32_t n = 0; n < host->film.constants.cells; n++) {
        const struct trl_burst_cell cell = map->cells[n];
        float value = there && cell.count ? 0 : NAN;
        for (uint32_t i = 0; there && i < cell.count; i++) {
            const float next = value_of(host, (uint32_t)channel, cell.first + i);
            if (channel == TRL_BURST_FILM_FIRED)
                value = next > value ? next : value;
            else
                value += next;
        }
        if (channel != TRL_BURST_FILM_FIRED && cell.count > 1)
            value *= cell.share;
        host->channel[n] = value;
    }
    return host->channel;
}

const struct trl_sim_impl trl_burst_model_cpu = {
    .model = &trl_burst_model,
    .backend = TRL_BACKEND_CPU,
    .create = create,
    .destroy = destroy,
    .step = step,
    .host_channel = host_channel,
};

/* SPDX-License-Identifier: BSD-2-Clause */
#include "network/generate.h"

#include "base/log.h"
#include "network/draw.h"
#include "network/memory.h"
#include "network/network.h"
#include "network/parallel.h"
#include "network/pareto.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct generator {
    struct trl_network_generate_params params; /* defaults filled in */
    uint32_t neurons;
    struct trl_network *network;
    struct trl_pareto pareto;
    uint64_t *degrees;
};

static void fill_defaults(struct trl_network_generate_params *p)
{
    for (int i = 0; i < 3; i++)
        p->size[i] = p->size[i] ? p->size[i] : 1;
    p->degree = p->degree ? p->degree : 100;
    p->radius = p->radius ? p->radius : 5;
    p->exponent = p->exponent != 0 ? p->exponent : 2.2;
    p->weight = p->weight ? p->weight : 1;
    p->psp = p->psp ? p->psp : 1;
    p->inhibitory_weight = p->inhibitory_weight ? p->inhibitory_weight : p->weight;
    p->neuron = trl_neuron_params_or_defaults(&p->neuron);
}

static int check_shares(const struct trl_network_generate_params *p)
{
    if (!(p->rewire >= 0 && p->rewire <= 1))
        return trl_fail(p->log, TRL_ERROR_USAGE,
                        "network: rewire is %g; a probability from 0 to 1 is expected", p->rewire);
    if (!(p->inhibitory_share >= 0 && p->inhibitory_share <= 1))
        return trl_fail(p->log, TRL_ERROR_USAGE,
                        "network: inhibitory_share is %g; a share from 0 to 1 is expected",
                        p->inhibitory_share);
    if (!(p->exponent > 2 && p->exponent <= 10))
        return trl_fail(
            p->log, TRL_ERROR_USAGE,
            "network: exponent is %g; above 2, where there is a mean, to 10 is expected",
            p->exponent);
    return 0;
}

/* Before anything is allocated: the degree must fit the kind, and all of it the memory. */
static int check_size(struct generator *g)
{
    const struct trl_network_generate_params *p = &g->params;
    uint64_t neurons = 1;
    for (int i = 0; i < 3; i++) {
        if (p->size[i] < 0)
            return trl_fail(p->log, TRL_ERROR_USAGE,
                            "network: a size of %" PRId32 " voxels; above 0 is expected",
                            p->size[i]);
        neurons = neurons > UINT32_MAX ? neurons : neurons * (uint32_t)p->size[i];
    }
    if (neurons > UINT32_MAX)
        return trl_fail(p->log, TRL_ERROR_USAGE, "network: more than 2^32 - 1 neurons");
    const bool distinct =
        p->kind == TRL_NETWORK_SMALL_WORLD || (p->kind == TRL_NETWORK_POWER_LAW && neurons > 1);
    if (distinct && p->degree >= neurons)
        return trl_fail(p->log, TRL_ERROR_USAGE,
                        "network: a degree of %" PRIu32 " among %" PRIu64
                        " neurons; below their number is expected",
                        p->degree, neurons);
    g->neurons = (uint32_t)neurons;
    char what[96];
    snprintf(what, sizeof(what), "network of %" PRIu64 " neurons and %" PRIu64 " synapses", neurons,
             neurons * p->degree);
    return trl_network_memory_check(
        p->log, what, trl_network_bytes(neurons * p->degree, 8, neurons * 20), p->memory_max_bytes);
}

static int draw_degrees(void *user, uint32_t first, uint32_t last)
{
    const struct generator *g = user;
    for (uint32_t i = first; i < last; i++) {
        g->degrees[i] = g->params.degree;
        if (g->params.kind != TRL_NETWORK_POWER_LAW || g->neurons == 1)
            continue;
        const struct trl_network_draw draw =
            trl_network_draw(g->params.seed, i, 0, TRL_NETWORK_STREAM_DEGREE);
        const double value = trl_pareto_value(&g->pareto, trl_network_unit(draw.low));
        /* Rounded up as often as its fraction says: the mean stays. */
        const double whole = floor(value);
        g->degrees[i] = (uint64_t)whole + (trl_network_unit(draw.high) < value - whole);
    }
    return 0;
}

/* One of count that include the neuron itself, at place, but not that one unless it is alone. */
static uint64_t pick_other(uint64_t bits, uint64_t count, uint64_t place)
{
    if (count == 1)
        return 0;
    const uint64_t picked = trl_network_pick(bits, count - 1);
    return picked + (picked >= place);
}

static void fill_uniform(const struct generator *g, uint32_t source, uint32_t *targets,
                         uint64_t degree)
{
    for (uint64_t n = 0; n < degree; n += 2) {
        const struct trl_network_draw draw =
            trl_network_draw(g->params.seed, source, n / 2, TRL_NETWORK_STREAM_TARGET);
        targets[n] = (uint32_t)pick_other(draw.low, g->neurons, source);
        if (n + 1 < degree)
            targets[n + 1] = (uint32_t)pick_other(draw.high, g->neurons, source);
    }
}

static void fill_ring(const struct generator *g, uint32_t source, uint32_t *targets,
                      uint64_t degree)
{
    for (uint64_t n = 0; n < degree; n++) {
        const uint64_t step = n / 2 + 1;
        targets[n] = (uint32_t)((source + (n % 2 ? g->neurons - step : step)) % g->neurons);
        if (g->params.rewire == 0)
            continue;
        const struct trl_network_draw draw =
            trl_network_draw(g->params.seed, source, n, TRL_NETWORK_STREAM_TARGET);
        if (trl_network_unit(draw.low) < g->params.rewire)
            targets[n] = (uint32_t)pick_other(draw.high, g->neurons, source);
    }
}

static void fill_box(const struct generator *g, uint32_t source, uint32_t *targets, uint64_t degree)
{
    const uint32_t plane = (uint32_t)g->params.size[1] * (uint32_t)g->params.size[2];
    const uint32_t depth = (uint32_t)g->params.size[2];
    const int64_t at[3] = {source / plane, source % plane / depth, source % depth};
    int64_t low[3], size[3];
    for (int i = 0; i < 3; i++) {
        const int64_t radius = g->params.radius;
        const int64_t end = g->params.size[i] - 1;
        low[i] = at[i] > radius ? at[i] - radius : 0;
        size[i] = (at[i] + radius < end ? at[i] + radius : end) - low[i] + 1;
    }
    const uint64_t volume = (uint64_t)(size[0] * size[1] * size[2]);
    const uint64_t place =
        (uint64_t)(((at[0] - low[0]) * size[1] + at[1] - low[1]) * size[2] + at[2] - low[2]);
    for (uint64_t n = 0; n < degree; n++) {
        const struct trl_network_draw draw =
            trl_network_draw(g->params.seed, source, n / 2, TRL_NETWORK_STREAM_TARGET);
        const int64_t picked = (int64_t)pick_other(n % 2 ? draw.high : draw.low, volume, place);
        const int64_t x = low[0] + picked / (size[1] * size[2]);
        const int64_t y = low[1] + picked / size[2] % size[1];
        const int64_t z = low[2] + picked % size[2];
        targets[n] = (uint32_t)((x * g->params.size[1] + y) * g->params.size[2] + z);
    }
}

static int fill_rows(void *user, uint32_t first, uint32_t last)
{
    const struct generator *g = user;
    const struct trl_network_generate_params *p = &g->params;
    for (uint32_t source = first; source < last; source++) {
        const uint64_t row = g->network->rows[source];
        const uint64_t degree = g->network->rows[source + 1] - row;
        uint32_t *targets = g->network->targets + row;
        if (p->kind == TRL_NETWORK_SMALL_WORLD)
            fill_ring(g, source, targets, degree);
        else if (p->kind == TRL_NETWORK_GRID)
            fill_box(g, source, targets, degree);
        else
            fill_uniform(g, source, targets, degree);
        const struct trl_network_draw draw =
            trl_network_draw(p->seed, source, 0, TRL_NETWORK_STREAM_SIGN);
        const bool inhibitory = trl_network_unit(draw.low) < p->inhibitory_share;
        const uint32_t packed = (inhibitory ? p->inhibitory_weight : p->weight) |
                                (uint32_t)p->psp << TRL_SYNAPSE_PSP_SHIFT |
                                (inhibitory ? TRL_SYNAPSE_INHIBITORY : 0);
        for (uint64_t n = 0; n < degree; n++)
            g->network->packed[row + n] = packed;
    }
    return 0;
}

static int make_synapses(struct generator *g, int thread_count)
{
    const uint64_t bytes = (uint64_t)g->neurons * sizeof(*g->degrees);
    g->degrees = malloc(bytes);
    if (!g->degrees)
        return trl_fail_memory(g->params.log, "network", bytes);
    if (g->params.kind == TRL_NETWORK_POWER_LAW && g->neurons > 1)
        g->pareto = trl_pareto_make(g->params.exponent, g->params.degree, g->neurons - 1);
    int error = trl_network_parallel(g->neurons, thread_count, draw_degrees, g);
    if (!error)
        error = trl_network_allocate(g->network, g->degrees);
    free(g->degrees);
    if (!error)
        error = trl_network_parallel(g->neurons, thread_count, fill_rows, g);
    if (!error)
        error = trl_network_sort_rows(g->network, thread_count);
    return error;
}

int trl_network_generate_threaded(struct trl_network **out,
                                  const struct trl_network_generate_params *params,
                                  int thread_count)
{
    *out = NULL;
    struct generator g = {.params = *params};
    fill_defaults(&g.params);
    if ((unsigned)params->kind > TRL_NETWORK_GRID)
        return trl_fail(params->log, TRL_ERROR_USAGE, "network: there is no kind %d", params->kind);
    int error = check_shares(&g.params);
    if (!error)
        error = check_size(&g);
    if (error)
        return error;
    const struct trl_area_params area = {
        .name = "network",
        .size = {g.params.size[0], g.params.size[1], g.params.size[2]},
        .neuron = g.params.neuron,
        .drive = g.params.drive};
    error = trl_network_create(&g.network, params->log);
    if (!error)
        g.network->memory_max_bytes = params->memory_max_bytes;
    if (!error)
        error = trl_network_add_area(g.network, &area, NULL);
    if (!error)
        error = make_synapses(&g, thread_count);
    if (error)
        trl_network_destroy(&g.network);
    *out = g.network;
    return error;
}

int trl_network_generate(struct trl_network **out, const struct trl_network_generate_params *params)
{
    return trl_network_generate_threaded(out, params, 0);
}

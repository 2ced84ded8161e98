/* SPDX-License-Identifier: BSD-2-Clause */
#include "burst/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/math.h"
#include "base/memory.h"
#include "base/shared.h"

enum {
    FRACTION_BITS_MAX = 20,
    /* A fan-in of 2^n errs by at most 2^(n - 13): coarser sums go to 64 bits. */
    FRACTION_BITS_MIN_NARROW = 12,
    VALUE_BITS = 31, /* of a contribution, without its sign */
    PSP_MAX = 255,
};

static float without_denormals(float value)
{
    return fabsf(value) < 0x1p-126F ? 0 : value;
}

uint32_t trl_burst_plan_draw(float probability, bool inclusive)
{
    if (probability >= 0.999F)
        return TRL_BURST_DRAW_ALWAYS;
    if (!inclusive && !(probability > 0))
        return 0;
    /* The smallest draw whose float32 is not below (not at most) the probability. */
    uint32_t low = 0, high = UINT32_MAX;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        const float drawn = (float)middle * 0x1p-32F;
        if (inclusive ? drawn <= probability : drawn < probability)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void trl_burst_plan_kind(trl_burst_kind *out, const struct trl_neuron_kind *kind,
                         const struct trl_burst_params *params)
{
    const struct trl_neuron_params *p = &kind->params;
    const bool wgsl = params->order == TRL_BURST_ORDER_WGSL;
    uint32_t flags = 0, limit = p->fire_limit;
    if (p->coincidence && !wgsl)
        flags |= TRL_BURST_COINCIDENCE;
    if (kind->removed)
        flags |= TRL_BURST_REMOVED;
    if (kind->psp_from_potential)
        flags |= TRL_BURST_FROM_POTENTIAL;
    if (kind->psp_shared)
        flags |= TRL_BURST_SHARED;
    if (kind->drive != 0 && !kind->removed)
        flags |= TRL_BURST_DRIVEN;
    if ((params->count_unlimited || wgsl) && limit == 0) {
        limit = UINT16_MAX;
        flags |= TRL_BURST_KEEPS_COUNT;
    }
    if (wgsl)
        flags |= TRL_BURST_KEEPS_COUNT;
    *out = (trl_burst_kind){
        .threshold = without_denormals(p->threshold),
        .threshold_max = wgsl ? INFINITY : without_denormals(p->threshold_max),
        .rest = without_denormals(p->rest),
        .keep = without_denormals(1 - p->leak),
        .draw = trl_burst_plan_draw(p->excitability, wgsl),
        .periods = p->refractory | limit << 16,
        .pause = p->snooze | flags << 16,
        .drive = without_denormals(kind->drive),
    };
}

static int make_kinds(struct trl_burst_plan *plan, const struct trl_burst_params *params)
{
    const struct trl_network *network = params->network;
    const size_t bytes = plan->neuron_count * sizeof(*plan->kind_of);
    plan->kind_count = network->kind_count;
    plan->kinds = calloc(plan->kind_count + 1, sizeof(*plan->kinds));
    plan->kind_of = calloc((size_t)plan->neuron_count + 1, sizeof(*plan->kind_of));
    if (!plan->kinds || !plan->kind_of)
        return trl_fail_memory(params->log, "parameters of neurons",
                               plan->kind_count * sizeof(*plan->kinds) + bytes);
    if (bytes)
        memcpy(plan->kind_of, network->kind_of, bytes);
    for (uint32_t n = 0; n < plan->kind_count; n++) {
        trl_burst_plan_kind(&plan->kinds[n], &network->kinds[n], params);
        plan->flags |= plan->kinds[n].pause >> 16;
    }
    return 0;
}

static uint32_t flags_of(const struct trl_burst_plan *plan, uint32_t neuron)
{
    return plan->kinds[plan->kind_of[neuron]].pause >> 16;
}

/* Largest |contribution| of a synapse with that many fraction bits. */
static uint64_t largest(uint32_t flags, uint32_t packed, uint32_t degree, uint32_t bits)
{
    const uint32_t weight = packed & 0xff;
    const uint32_t psp =
        flags & TRL_BURST_FROM_POTENTIAL ? PSP_MAX : packed >> TRL_SYNAPSE_PSP_SHIFT & 0xff;
    return flags & TRL_BURST_SHARED ? trl_burst_share(weight * psp, bits, degree)
                                    : (uint64_t)weight * psp << bits;
}

/* What sums can become: by the contributions themselves, without a fraction for those that are
 * whole, with all of it for those that are shared. */
struct extent {
    uint64_t sum;   /* largest |sum| of a target, in units of 2^-FRACTION_BITS_MAX */
    uint64_t value; /* largest |contribution|, likewise */
};

static int measure(struct trl_burst_plan *plan, const struct trl_burst_params *params,
                   struct extent *extent)
{
    const uint32_t count = plan->neuron_count;
    uint64_t *sums = calloc((size_t)count * 2 + 1, sizeof(*sums));
    uint32_t *in_degree = calloc((size_t)count + 1, sizeof(*in_degree));
    if (!sums || !in_degree) {
        free(sums);
        free(in_degree);
        return trl_fail_memory(params->log, "bounds of sums", 20ULL * count);
    }
    for (uint32_t source = 0; source < count; source++) {
        const uint32_t flags = flags_of(plan, source);
        const uint32_t degree = (uint32_t)(plan->rows[source + 1] - plan->rows[source]);
        for (uint64_t n = plan->rows[source]; n < plan->rows[source + 1]; n++) {
            const uint32_t packed = params->network->packed[n];
            /* Shares are worked out in words only with the fraction that is chosen in the end. */
            const uint64_t whole =
                largest(flags & ~TRL_BURST_SHARED, packed, degree, FRACTION_BITS_MAX);
            const uint64_t value = flags & TRL_BURST_SHARED ? whole / degree + 1 : whole;
            const size_t side = packed & TRL_SYNAPSE_INHIBITORY ? count : 0;
            uint64_t *sum = &sums[side + plan->targets[n]];
            *sum += value;
            extent->sum = *sum > extent->sum ? *sum : extent->sum;
            extent->value = value > extent->value ? value : extent->value;
            in_degree[plan->targets[n]]++;
        }
    }
    for (uint32_t n = 0; n < count; n++)
        if (in_degree[n] > plan->max_in_degree)
            plan->max_in_degree = in_degree[n];
    free(sums);
    free(in_degree);
    return 0;
}

/* Units of 2^-bits in an extent in units of 2^-FRACTION_BITS_MAX, with half a unit of rounding for
 * each of so many contributions. */
static uint64_t scaled(uint64_t extent, int bits, uint64_t contributions)
{
    return (extent >> (FRACTION_BITS_MAX - bits)) + contributions + 1;
}

static int bits_of(uint64_t value)
{
    int bits = 0;
    while (value >> bits)
        bits++;
    return bits;
}

static int choose_scale(struct trl_burst_plan *plan, const struct trl_burst_params *params)
{
    struct extent extent = {0};
    int err = measure(plan, params, &extent);
    if (err)
        return err;
    struct trl_burst_scale *scale = &plan->scale;
    scale->count_bits = bits_of((uint64_t)plan->max_in_degree + 1);
    const bool shared = plan->flags & TRL_BURST_SHARED;
    const uint64_t rounded = shared ? plan->max_in_degree : 0;
    int bits = shared ? FRACTION_BITS_MAX : 0;
    while (bits > 0 && bits_of(scaled(extent.value, bits, 1)) > VALUE_BITS)
        bits--;
    const int widest = bits;
    while (bits > 0 && bits_of(scaled(extent.sum, bits, rounded)) > 31 - scale->count_bits)
        bits--;
    const bool narrow = bits_of(scaled(extent.sum, bits, rounded)) <= 31 - scale->count_bits &&
                        bits >= (shared ? FRACTION_BITS_MIN_NARROW : 0);
    scale->sum_bits = narrow ? 32 : 64;
    scale->fraction_bits = narrow ? bits : widest;
    scale->bound = (int64_t)scaled(extent.sum, scale->fraction_bits, rounded);
    if (bits_of((uint64_t)scale->bound) > scale->sum_bits - 1 - scale->count_bits)
        return trl_fail(params->log, TRL_ERROR_UNSUPPORTED,
                        "a neuron has %u synapses whose sum needs %d bits; there are %d",
                        plan->max_in_degree, bits_of((uint64_t)scale->bound),
                        scale->sum_bits - 1 - scale->count_bits);
    plan->unit = ldexpf(1, -scale->fraction_bits);
    return 0;
}

static int make_values(struct trl_burst_plan *plan, const struct trl_burst_params *params)
{
    plan->values = malloc((plan->synapse_count + 1) * sizeof(*plan->values));
    if (!plan->values)
        return trl_fail_memory(params->log, "contributions of synapses",
                               plan->synapse_count * sizeof(*plan->values));
    trl_memory_expect_jumps(plan->values, plan->synapse_count * sizeof(*plan->values));
    const uint32_t bits = (uint32_t)plan->scale.fraction_bits;
    for (uint32_t source = 0; source < plan->neuron_count; source++) {
        const uint32_t flags = flags_of(plan, source);
        const uint32_t degree = (uint32_t)(plan->rows[source + 1] - plan->rows[source]);
        for (uint64_t n = plan->rows[source]; n < plan->rows[source + 1]; n++) {
            const uint32_t packed = params->network->packed[n];
            const int32_t amount = flags & TRL_BURST_FROM_POTENTIAL
                                       ? (int32_t)(packed & 0xff)
                                       : (int32_t)largest(flags, packed, degree, bits);
            plan->values[n] = packed & TRL_SYNAPSE_INHIBITORY ? -amount : amount;
        }
    }
    return 0;
}

int trl_burst_plan_create(struct trl_burst_plan **out, const struct trl_burst_params *params)
{
    *out = NULL;
    int err = trl_network_settle(params->network);
    if (err)
        return err;
    struct trl_burst_plan *plan = calloc(1, sizeof(*plan));
    if (!plan)
        return trl_fail_memory(params->log, "burst engine", sizeof(*plan));
    plan->neuron_count = params->network->neuron_count;
    plan->synapse_count = params->network->synapse_count;
    plan->rows = trl_shared_hold(params->network->rows);
    plan->targets = trl_shared_hold(params->network->targets);
    plan->wall_time = params->clock == TRL_BURST_WALL_TIME;
    plan->wgsl = params->order == TRL_BURST_ORDER_WGSL;
    err = make_kinds(plan, params);
    if (!err)
        err = choose_scale(plan, params);
    if (!err)
        err = make_values(plan, params);
    if (err)
        trl_burst_plan_destroy(&plan);
    *out = plan;
    return err;
}

void trl_burst_plan_destroy(struct trl_burst_plan **plan)
{
    if (!plan || !*plan)
        return;
    free((*plan)->kinds);
    free((*plan)->kind_of);
    trl_shared_drop((void *)(uintptr_t)(*plan)->rows);
    trl_shared_drop((void *)(uintptr_t)(*plan)->targets);
    free((*plan)->values);
    free(*plan);
    *plan = NULL;
}

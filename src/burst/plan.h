/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <tensorreel/burst.h>

#include "network/network.h"
#include "shared/burst.h"

/*
 * A network as the machines run it: parameters as words, contributions as integers, and the proof
 * that sums of them cannot overflow. Shared by all backends; only read. It stays as it is when the
 * network is edited.
 *
 * values[] has a word a synapse, signed:
 *   - sources whose psp is fixed: what a spike adds to the sum;
 *   - sources whose psp is their potential: weight, negative if inhibitory. The psp is applied when
 *     the neuron fires (trl_burst_contribution).
 */
struct trl_burst_plan {
    uint32_t neuron_count;
    uint64_t synapse_count;
    trl_burst_kind *kinds;
    uint32_t kind_count;
    uint32_t *kind_of;
    const uint64_t *rows; /* held together with the network, as are targets */
    const uint32_t *targets;
    int32_t *values;
    uint32_t max_in_degree;
    struct trl_burst_scale scale;
    float unit;     /* 2^-fraction_bits */
    uint32_t flags; /* of all kinds together */
    bool wall_time, wgsl;
};

int trl_burst_plan_create(struct trl_burst_plan **out, const struct trl_burst_params *params);
void trl_burst_plan_destroy(struct trl_burst_plan **plan);

/* For tests: the words of one kind, and the scale for given sums. */
void trl_burst_plan_kind(trl_burst_kind *out, const struct trl_neuron_kind *kind,
                         const struct trl_burst_params *params);
/* Number of draws of 2^32 that are below the probability, as float32 arithmetic has it:
 * TRL_BURST_DRAW_ALWAYS from 0.999 on. inclusive counts those that are equal too (FEAGI's shader,
 * which also draws where the probability is 0). */
uint32_t trl_burst_plan_draw(float probability, bool inclusive);

/* psp of a neuron that fired at v: rounded half up within 0 to 255. */
static inline uint32_t trl_burst_psp(float v)
{
    const float inside = v > 255 ? 255 : v > 0 ? v : 0;
    const uint32_t whole = (uint32_t)inside;
    return whole + (inside - (float)whole >= 0.5F ? 1 : 0);
}

/* What a synapse of a source adds to the sum; psp is used by sources whose psp is their potential,
 * degree is the source's number of synapses. */
static inline int64_t trl_burst_contribution(const struct trl_burst_plan *plan, uint32_t flags,
                                             int32_t value, uint32_t psp, uint32_t degree)
{
    if (!(flags & TRL_BURST_FROM_POTENTIAL))
        return value;
    const uint32_t weight = (uint32_t)(value < 0 ? -value : value);
    const uint32_t bits = (uint32_t)plan->scale.fraction_bits;
    const int64_t amount = flags & TRL_BURST_SHARED ? trl_burst_share(weight * psp, bits, degree)
                                                    : (int64_t)weight * psp << bits;
    return value < 0 ? -amount : amount;
}

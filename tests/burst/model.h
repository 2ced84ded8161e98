/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "check.h"

/*
 * The network again, evaluated in full: every neuron and every synapse in every burst, from the
 * parameters that the test made it of. Draws, psps and shares are computed the plain way (floats,
 * divisions, wide integers), countdowns go by one in every burst, and in wall time the potential
 * of every neuron is worked out in every burst. Shares nothing with the engine.
 */
struct model {
    const struct check_net *net;
    uint64_t time;
    bool wall_time, count_unlimited;
    int fraction_bits;
    float *v;          /* after the last burst in which the neuron was a candidate */
    uint64_t *touched; /* ... which is this one */
    float *external;   /* injected into the next burst */
    bool *injected;    /* ... into these */
    uint16_t *countdown, *in_a_row;
    bool *fired, *fires; /* in the last burst, in this one */
    float *fired_v;
    uint32_t *degrees;
    int64_t *sums;
    uint64_t candidates, fired_sum, blocked, delivered;
};

void model_create(struct model *model, const struct check_net *net, struct trl_burst *burst,
                  const struct trl_burst_params *modes);
void model_destroy(struct model *model);
void model_inject(struct model *model, uint32_t id, float amount);
void model_run(struct model *model);
/* The engine's state, counts and hash are the model's. */
void model_check(const struct model *model, struct trl_burst *burst);

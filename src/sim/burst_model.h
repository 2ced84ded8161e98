/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "burst/engine.h"
#include "shared/burst_film.h"
#include "sim/burst_map.h"
#include "sim/sim.h"

/* The model burst: the burst engine (burst.h), filmed. A step is a burst. */
extern const struct trl_sim_model trl_burst_model;
extern const struct trl_sim_kind trl_burst_sim;
extern const struct trl_sim_impl trl_burst_model_cpu, trl_burst_model_gpu;

/* What both backends have. */
struct trl_burst_film {
    struct trl_sim base;
    struct trl_burst *burst;
    struct trl_burst_map map;
    trl_burst_film_constants constants;
    /* What a share of all neurons gets in the first burst and in each, in their thresholds. */
    double kick_share, noise_share;
    float kick_amount, noise_amount;
    struct trl_sim_injection *injections; /* by burst */
    int64_t injection_count, injected;
    uint64_t seed;
    uint32_t *ids;
    float *amounts;
};

/* Fills in all but the base. */
int trl_burst_film_create(struct trl_burst_film *film, const struct trl_sim_params *params,
                          enum trl_burst_backend backend);
void trl_burst_film_finish(struct trl_burst_film *film);
/* Queues what bursts first to first + count - 1 get from outside. */
int trl_burst_film_inject(struct trl_burst_film *film, uint64_t first, uint64_t count);
/* What a kind looks like: factors of its potential and of its countdown. */
trl_burst_film_kind trl_burst_film_look(const trl_burst_kind *kind);

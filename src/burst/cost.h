/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "burst/plan.h"

/*
 * What a burst costs on a backend: a sum of terms, each with a price that is fitted to measured
 * bursts. The terms count what a backend does one after the other.
 */

/* What happens in one burst, on average. */
struct trl_burst_activity {
    double neurons, fired, delivered, candidates;
};

enum trl_burst_term {
    TRL_BURST_TERM_BURST = 0, /* the members that have to meet */
    TRL_BURST_TERM_FIRED,     /* rows of synapses that are begun */
    TRL_BURST_TERM_SYNAPSE,
    TRL_BURST_TERM_LISTED,    /* candidates that are found one by one, where they are few */
    TRL_BURST_TERM_CANDIDATE, /* ... or in passing, where all neurons are swept */
    TRL_BURST_TERM_SWEPT,
    TRL_BURST_TERM_FAR, /* those swept of large networks, whose state no cache may hold */
    TRL_BURST_TERM_COUNT,
};

/* Who does it. */
struct trl_burst_crew {
    uint32_t members;    /* threads that share the work; 1 of a device */
    double sparse_below; /* candidates a neuron below which not all neurons are swept */
};

struct trl_burst_cost {
    double ns[TRL_BURST_TERM_COUNT];
};

struct trl_burst_sample {
    double terms[TRL_BURST_TERM_COUNT];
    double ns; /* of a burst */
};

/* Where that share of the neurons fires, independently of each other: a neuron is a candidate if a
 * spike reaches one of its mean number of synapses, 1 - exp(-degree * rate), or if it is driven. */
struct trl_burst_activity trl_burst_activity_expected(const struct trl_burst_plan *plan,
                                                      double rate);
void trl_burst_cost_terms(double terms[TRL_BURST_TERM_COUNT],
                          const struct trl_burst_activity *activity,
                          const struct trl_burst_crew *crew);
/* Prices of at least 0 with the least sum of squared relative errors. False if there are fewer
 * samples than terms, or one of no time. */
bool trl_burst_cost_fit(struct trl_burst_cost *out, const struct trl_burst_sample *samples,
                        int count);
double trl_burst_cost_ns(const struct trl_burst_cost *cost,
                         const double terms[TRL_BURST_TERM_COUNT]);

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>

#include "shared/filter.h"
#include "tensor/filter.h"

/* How a chain becomes kernels, one stage each. */

enum trl_filter_kind {
    TRL_FILTER_EACH,
    TRL_FILTER_ACROSS, /* weighted sums along rows */
    TRL_FILTER_DOWN,   /* and along columns */
    TRL_FILTER_MEDIAN_OF_NINE,
    TRL_FILTER_GRADIENT,
};

struct trl_filter_stage {
    enum trl_filter_kind kind;
    uint32_t ops[TRL_FILTER_OPS]; /* done to each element before it is stored */
    uint32_t arguments[2 * TRL_FILTER_OPS];
    int op_count;
    int state;        /* which one the ops use; -1: none */
    int first_weight; /* in the plan's weights */
    int taps, before;
};

enum { TRL_FILTER_STAGES_MAX = 2 * TRL_FILTER_STEPS_MAX + 1 };

struct trl_filter_plan {
    struct trl_filter_stage stage[TRL_FILTER_STAGES_MAX];
    int stage_count;
    int state_count;
    float weights[TRL_FILTER_STEPS_MAX * TRL_FILTER_TAPS_MAX];
    int weight_count;
};

void trl_filter_plan(struct trl_filter_plan *plan, const struct trl_filter_chain *chain);

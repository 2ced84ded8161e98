/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "burst/engine.h"

enum { TRL_BURST_WHY_MAX = 384 };

/* What the choice of a backend goes by. */
struct trl_burst_offer {
    enum trl_burst_backend wanted;
    const char *device;    /* its name; NULL: there is none */
    bool software;         /* it runs on the processor */
    const char *obstacle;  /* why the network cannot run on it; NULL: it can */
    double rate;           /* share of neurons that is expected to fire in a burst */
    double cpu_ns, gpu_ns; /* of an expected burst; 0: not known */
};

struct trl_burst_choice {
    enum trl_burst_backend backend; /* not TRL_BURST_AUTO */
    char why[TRL_BURST_WHY_MAX];    /* of a choice among several; else "" */
};

/* TRL_ERROR_DEVICE if a device is wanted and missing, TRL_ERROR_USAGE for an unknown backend; why
 * is the message then. */
int trl_burst_weigh(const struct trl_burst_offer *offer, struct trl_burst_choice *out);
/* Which backend runs a network, before there is an engine: the reason is logged. The params need
 * not have their defaults filled in. */
int trl_burst_choose_backend(const struct trl_burst_params *params, enum trl_burst_backend *out);

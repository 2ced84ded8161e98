/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/log.h"
#include "shared/view.h"

#include <tensorreel/view.h>

/* What the params say about values, worked out. */
struct trl_scale {
    enum trl_norm norm;
    bool low_fixed, high_fixed;      /* else found in every frame */
    bool percentiles;                /* found as percentiles, else as smallest and largest */
    uint32_t guess;                  /* TRL_GUESS_... */
    bool guess_certain;              /* the range is given and allows it */
    uint32_t setup[TRL_SETUP_WORDS]; /* for the kernels */
};

/* Checks norm, range and limits without a movie's range. TRL_ERROR_USAGE. */
int trl_scale_check(struct trl_log *log, const struct trl_view_params *params);

/* movie_low and movie_high as for trl_view_create. TRL_ERROR_USAGE. */
int trl_scale_init(struct trl_scale *scale, struct trl_log *log,
                   const struct trl_view_params *params, const float *movie_low,
                   const float *movie_high);

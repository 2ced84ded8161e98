/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/log.h"
#include "shared/view.h"

#include <tensorreel/view.h>

#define TRL_SCALE_FIELDS_MAX 64

/* What the params say about values, worked out. */
struct trl_scale {
    enum trl_norm norm;
    bool low_fixed, high_fixed; /* else found in every frame */
    bool percentiles;           /* found as percentiles, else as smallest and largest */
    bool running;
    enum trl_equalize equalize;
    int fields;                      /* of the grid of an adaptive equalisation, a side */
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

/* The ends that thresholds are made for, from those that were given or found. */
void trl_scale_center(const struct trl_scale *scale, float *low, float *high);
/* What a range becomes without equalisation: keys[i] is the key of the first value of step i, for
 * i 0 to 255, and keys[256] the first above the range. The same words as the device's. */
void trl_scale_thresholds(const struct trl_scale *scale, float low, float high, uint32_t keys[257]);

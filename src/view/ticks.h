/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>

#include "view/text.h"

#include <tensorreel/view.h>

/*
 * Where an axis or a colour bar has its ticks and what is written there. Linear and power axes have
 * steps of 1, 2 or 5 times a power of ten; log and symlog ones have decades with minor ticks where
 * there is room. Labels keep a distance from each other at the length that is given.
 */
#define TRL_TICKS_MAX 1024
#define TRL_TICK_LABEL_SIZE 32

enum trl_axis_kind {
    TRL_AXIS_VALUE = 0,
    TRL_AXIS_INDEX, /* ticks at whole numbers only; thousands as k, M, G */
    TRL_AXIS_TIME,  /* seconds: as seconds, ms, us, ns, or h:mm:ss */
};

struct trl_ticks_params {
    enum trl_axis_kind kind;
    enum trl_norm norm; /* VALUE only */
    double low, high;   /* at the start and the end; low > high runs backwards */
    double linthresh;   /* symlog; 0 means 1 */
    double gamma;       /* power; 0 means 0.5 */
    int length;         /* pixels */
    int size;           /* of the text */
    bool vertical;      /* labels are stacked, else side by side */
    int tick_max;       /* labels at most; 0: 10 */
    bool plain;         /* labels have nothing in common: each is a number written out */
};

struct trl_tick {
    double place; /* 0 at the start, 1 at the end */
    bool minor;   /* without a label */
    char label[TRL_TICK_LABEL_SIZE];
};

struct trl_ticks {
    int count; /* in order of the values; 0 where an end is no number */
    struct trl_tick tick[TRL_TICKS_MAX];
    /* What all labels have in common, to be written once at the end of the axis: "×10⁻³", "+1000",
     * "ms"; empty if there is nothing. */
    char common[2 * TRL_TICK_LABEL_SIZE];
};

void trl_ticks_make(struct trl_ticks *ticks, const struct trl_ticks_params *params);

/* Place of a value on the axis; beyond 0 to 1 for what lies outside, NaN where it has none. */
double trl_ticks_place(const struct trl_ticks_params *params, double value);

/* The value at a place, beyond 0 to 1 too: what trl_ticks_place leads back from. */
double trl_ticks_value(const struct trl_ticks_params *params, double place);

/* The pixel, 0 to length - 1, in which a place lies. */
int trl_ticks_pixel(double place, int length);

/* A number as labels have it: up to so many significant digits, no trailing zeros, a true minus,
 * and a power of ten where it is very small or large: "−1.5×10⁻⁷". */
void trl_ticks_number(char out[TRL_TICK_LABEL_SIZE], double value, int digits);

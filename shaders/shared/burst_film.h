/* SPDX-License-Identifier: BSD-2-Clause */
/* How the state of a burst engine becomes the channels of a film. */
#ifndef TRL_SHARED_BURST_FILM_H
#define TRL_SHARED_BURST_FILM_H

#include "shared/portable.h"

#define TRL_BURST_FILM_FIRED 0u     /* largest afterglow of the cell's neurons */
#define TRL_BURST_FILM_V 1u         /* mean potential over threshold */
#define TRL_BURST_FILM_INPUT 2u     /* mean input of the last burst over threshold */
#define TRL_BURST_FILM_COUNTDOWN 3u /* mean countdown over its longest */
#define TRL_BURST_FILM_RATE 4u      /* share of the last bursts in which they fired */

#define TRL_BURST_FILM_GROUP 64

struct trl_burst_film_constants {
    trl_u32 cells;
    trl_u32 words;       /* of a mask */
    trl_u32 ledger;      /* masks that are kept */
    trl_u32 time;        /* low word of the last burst's number */
    trl_u32 slot;        /* of the last burst in the ledger */
    trl_u32 glow_bursts; /* after so many bursts an afterglow is over */
    trl_u32 rate_bursts;
    trl_u32 wall_time;
    float fade;      /* of the afterglow in a burst */
    float rate_unit; /* 1 / rate_bursts */
};

/* Of each kind. */
struct trl_burst_film_kind {
    float per_threshold;
    float per_period;
};

#ifndef VULKAN
typedef struct trl_burst_film_constants trl_burst_film_constants;
typedef struct trl_burst_film_kind trl_burst_film_kind;
#endif

#endif

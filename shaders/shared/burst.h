/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernels of the burst engine and the host have in common. */
#ifndef TRL_SHARED_BURST_H
#define TRL_SHARED_BURST_H

#include "shared/portable.h"

/* Flags of a kind. */
#define TRL_BURST_COINCIDENCE 1u    /* V starts from rest in each burst */
#define TRL_BURST_REMOVED 2u        /* never a candidate */
#define TRL_BURST_FROM_POTENTIAL 4u /* psp is the potential of firing; the synapses hold weights   \
                                     */
#define TRL_BURST_SHARED 8u         /* contributions are divided by the number of synapses */
#define TRL_BURST_DRIVEN 16u        /* a candidate in every burst */
#define TRL_BURST_KEEPS_COUNT 32u   /* silence does not end a row of spikes */

#define TRL_BURST_DRAW_ALWAYS 0xffffffffu

/* Parameters that neurons have in common: 32 bytes. */
struct trl_burst_kind {
    float threshold, threshold_max;
    float rest;
    float keep;      /* 1 - leak */
    trl_u32 draw;    /* fires if the draw is below; TRL_BURST_DRAW_ALWAYS */
    trl_u32 periods; /* refractory | fire_limit << 16 (0: none) */
    trl_u32 pause;   /* snooze | flags << 16 */
    float drive;     /* added to the input in each burst */
};

#ifndef VULKAN
typedef struct trl_burst_kind trl_burst_kind;
_Static_assert(sizeof(trl_burst_kind) == 32, "what the kernels read");
#endif

/* The draw of a neuron in a burst: 32 bits; after FEAGI's, a permuted congruential generator. */
TRL_SHARED trl_u32 trl_burst_draw(trl_u32 neuron, trl_u32 time)
{
    trl_u32 seed = neuron * 2654435761u + time * 1597334677u;
    trl_u32 state = seed * 747796405u + 2891336453u;
    trl_u32 word = ((state >> ((state >> 28) + 4u)) ^ state) * 277803737u;
    return (word >> 22) ^ word;
}

/* round(amount * 2^bits / parts), half up: amount < 2^16, bits <= 20, parts < 2^28. */
TRL_SHARED trl_u32 trl_burst_share(trl_u32 amount, trl_u32 bits, trl_u32 parts)
{
    trl_u32 whole = amount / parts;
    trl_u32 first = bits < 16u ? bits : 16u;
    trl_u32 rest = (amount % parts) << first;
    trl_u32 upper = rest / parts;
    trl_u32 last = bits - first;
    trl_u32 lower = (rest % parts) << last;
    trl_u32 lowest = lower / parts;
    trl_u32 left = lower % parts;
    return (whole << bits) + (upper << last) + lowest + (left >= parts - left ? 1u : 0u);
}

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernels of a burst are told, and how the buffers that they share with the host lie. */
#ifndef TRL_SHARED_BURST_STEP_H
#define TRL_SHARED_BURST_STEP_H

#include "shared/portable.h"

#define TRL_BURST_CHUNK 256u /* synapses of an entry of the queue, at most */

/* The queue: entries {first synapse in its bank, synapses, psp | flags << 8, out-degree} of the
 * neurons that fired, a list a bank. In front of it are two heads of words, for odd and even
 * bursts, and where in the entries the list of each bank begins. */
#define TRL_BURST_BANKS_MAX 64u
#define TRL_BURST_HEAD_MISSES 0u     /* lookups that gave up */
#define TRL_BURST_HEAD_CANDIDATES 1u /* entries of the list of candidates beyond the driven ones   \
                                      */
#define TRL_BURST_HEAD_CHUNKS 2u     /* entries of each bank */
#define TRL_BURST_HEAD_WORDS (2u + TRL_BURST_BANKS_MAX)
#define TRL_BURST_LISTS (2u * TRL_BURST_HEAD_WORDS)
#define TRL_BURST_HEADS_WORDS (TRL_BURST_LISTS + TRL_BURST_BANKS_MAX)

/* Counts of a burst: stripes of words, so that not all add to the same one. */
#define TRL_BURST_CANDIDATES 0u
#define TRL_BURST_BLOCKED 1u
#define TRL_BURST_SPIKES 2u
#define TRL_BURST_DELIVERED 3u
#define TRL_BURST_STRIPE_WORDS 4u
#define TRL_BURST_STRIPES 16u
#define TRL_BURST_MISSES (TRL_BURST_STRIPES * TRL_BURST_STRIPE_WORDS)
#define TRL_BURST_ROW_WORDS (TRL_BURST_MISSES + 4u)

/* Push constants. */
struct trl_burst_step {
    trl_u32 neuron_count;
    trl_u32 time;  /* low word of the burst's number */
    trl_u32 mask;  /* word of the ledger at which the burst's mask begins */
    trl_u32 row;   /* word at which its counts begin */
    trl_u32 bank;  /* deliver: which one */
    trl_u32 parts; /* deliver: what is to be done, TRL_BURST_PART_*; update: 1 if anything is
                      injected */
    trl_u32 inject_first, inject_count;
    trl_u32 driven_count;
};

#define TRL_BURST_PART_SPIKES 1u
#define TRL_BURST_PART_START 2u /* what is done once a burst */

#ifndef VULKAN
typedef struct trl_burst_step trl_burst_step;
#endif

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "burst/plan.h"

/*
 * Rows of synapses by a hash table with linear probing, as FEAGI's GPU path looks them up: slot
 * id * 2654435761 mod capacity, which is a power of two, at least twice the neurons that have
 * synapses. A slot is looked at `probes` times at most; fewer than `longest` lose synapses.
 */
#define TRL_BURST_HASH_EMPTY UINT32_MAX

struct trl_burst_slot {
    uint32_t neuron, first_low, first_high, count; /* of its synapses */
};

struct trl_burst_hash {
    struct trl_burst_slot *slots; /* [capacity] */
    uint32_t capacity;
    uint32_t longest; /* probes that find every neuron of the table */
    uint32_t probes;  /* that a lookup makes */
};

/* probes 0: as many as are needed. TRL_ERROR_MEMORY. */
int trl_burst_hash_create(struct trl_burst_hash *hash, const struct trl_burst_plan *plan,
                          struct trl_log *log, uint32_t probes);
void trl_burst_hash_destroy(struct trl_burst_hash *hash);

/* False if the lookup gives up before it knows: the probes are fewer than the longest, and all were
 * slots of others. Neurons without synapses have a count of 0. */
static inline bool trl_burst_hash_find(const struct trl_burst_hash *hash, uint32_t neuron,
                                       uint64_t *first, uint32_t *count)
{
    uint32_t at = neuron * 2654435761U;
    *first = *count = 0;
    for (uint32_t n = 0; n < hash->probes; n++, at++) {
        const struct trl_burst_slot *slot = &hash->slots[at & (hash->capacity - 1)];
        if (slot->neuron == TRL_BURST_HASH_EMPTY)
            return true;
        if (slot->neuron == neuron) {
            *first = slot->first_low | (uint64_t)slot->first_high << 32;
            *count = slot->count;
            return true;
        }
    }
    return hash->probes >= hash->longest;
}

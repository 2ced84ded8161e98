/* SPDX-License-Identifier: BSD-2-Clause */
#include "burst/hash.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"

enum { CAPACITY_MIN = 256 };

static uint32_t insert(struct trl_burst_hash *hash, struct trl_burst_slot slot)
{
    uint32_t at = slot.neuron * 2654435761U, probes = 1;
    while (hash->slots[at & (hash->capacity - 1)].neuron != TRL_BURST_HASH_EMPTY) {
        at++;
        probes++;
    }
    hash->slots[at & (hash->capacity - 1)] = slot;
    return probes;
}

int trl_burst_hash_create(struct trl_burst_hash *hash, const struct trl_burst_plan *plan,
                          struct trl_log *log, uint32_t probes)
{
    uint64_t sources = 0, capacity = CAPACITY_MIN;
    for (uint32_t n = 0; n < plan->neuron_count; n++)
        sources += plan->rows[n + 1] > plan->rows[n];
    while (capacity < 2 * sources)
        capacity *= 2;
    if (capacity > UINT32_MAX)
        return trl_fail(log, TRL_ERROR_UNSUPPORTED,
                        "a hash table for %llu neurons with synapses is too large",
                        (unsigned long long)sources);
    *hash = (struct trl_burst_hash){.capacity = (uint32_t)capacity, .longest = 1};
    hash->slots = malloc(capacity * sizeof(*hash->slots));
    if (!hash->slots)
        return trl_fail_memory(log, "hash table of synapses", capacity * sizeof(*hash->slots));
    memset(hash->slots, 0xff, capacity * sizeof(*hash->slots));
    for (uint32_t n = 0; n < plan->neuron_count; n++) {
        const uint64_t first = plan->rows[n];
        const uint32_t count = (uint32_t)(plan->rows[n + 1] - first);
        if (count == 0)
            continue;
        const uint32_t needed = insert(
            hash, (struct trl_burst_slot){n, (uint32_t)first, (uint32_t)(first >> 32), count});
        if (needed > hash->longest)
            hash->longest = needed;
    }
    hash->probes = probes ? probes : hash->longest;
    return 0;
}

void trl_burst_hash_destroy(struct trl_burst_hash *hash)
{
    free(hash->slots);
    *hash = (struct trl_burst_hash){0};
}

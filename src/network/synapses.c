/* SPDX-License-Identifier: BSD-2-Clause */
#include "network/network.h"

#include "base/log.h"
#include "base/memory.h"
#include "base/shared.h"
#include "network/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int grow_added(struct trl_network *network, size_t count)
{
    if (count <= network->added_room - network->added_count)
        return 0;
    uint64_t room = (uint64_t)network->added_count + count;
    room = room > network->added_room + network->added_room / 2
               ? room
               : network->added_room + network->added_room / 2;
    const uint64_t bytes = trl_network_bytes(room, sizeof(*network->added), 0);
    char what[64];
    snprintf(what, sizeof(what), "network: adding %zu synapses", count);
    const int error =
        trl_network_memory_check(network->log, what, bytes, network->memory_max_bytes);
    if (error)
        return error;
    struct trl_synapse *added = realloc(network->added, bytes);
    if (!added)
        return trl_fail_memory(network->log, "added synapses", bytes);
    network->added = added;
    network->added_room = room;
    return 0;
}

int trl_network_add_synapses(struct trl_network *network, const struct trl_synapse *synapses,
                             size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const uint32_t id =
            synapses[i].source >= network->neuron_count ? synapses[i].source : synapses[i].target;
        if (id >= network->neuron_count)
            return trl_fail(network->log, TRL_ERROR_USAGE,
                            "network: synapse %zu of those added has the neuron %" PRIu32
                            "; there are %" PRIu32,
                            i, id, network->neuron_count);
    }
    const int error = count ? grow_added(network, count) : 0;
    if (error || !count)
        return error;
    memcpy(network->added + network->added_count, synapses, count * sizeof(*synapses));
    network->added_count += count;
    return 0;
}

static uint32_t pack(const struct trl_synapse *synapse)
{
    return synapse->weight | (uint32_t)synapse->psp << TRL_SYNAPSE_PSP_SHIFT |
           (synapse->inhibitory ? TRL_SYNAPSE_INHIBITORY : 0);
}

int trl_network_allocate(struct trl_network *network, const uint64_t *degrees)
{
    const uint32_t neurons = network->neuron_count;
    uint64_t count = 0;
    for (uint32_t i = 0; i < neurons; i++)
        count += degrees[i];
    char what[96];
    snprintf(what, sizeof(what), "network of %" PRIu32 " neurons and %" PRIu64 " synapses", neurons,
             count);
    const uint64_t rows_bytes = ((uint64_t)neurons + 1) * sizeof(*network->rows);
    const uint64_t bytes = trl_network_bytes(count, 8, rows_bytes);
    const int error =
        trl_network_memory_check(network->log, what, bytes, network->memory_max_bytes);
    if (error)
        return error;
    uint64_t *rows = trl_shared_create(rows_bytes);
    uint32_t *targets = trl_shared_create(count * sizeof(*targets));
    uint32_t *packed = malloc(count ? count * sizeof(*packed) : 1);
    if (!rows || !targets || !packed) {
        trl_shared_drop(rows);
        trl_shared_drop(targets);
        free(packed);
        return trl_fail_memory(network->log, what, bytes);
    }
    trl_memory_expect_jumps(rows, rows_bytes);
    trl_memory_expect_jumps(targets, count * sizeof(*targets));
    trl_memory_expect_jumps(packed, count * sizeof(*packed));
    rows[0] = 0;
    for (uint32_t i = 0; i < neurons; i++)
        rows[i + 1] = rows[i] + degrees[i];
    trl_shared_drop(network->rows);
    trl_shared_drop(network->targets);
    free(network->packed);
    network->rows = rows;
    network->targets = targets;
    network->packed = packed;
    network->row_count = neurons;
    network->synapse_count = count;
    return 0;
}

/* Each row: what it had, then what was added, in that order. next[] says where a row goes on. */
static void scatter(struct trl_network *network, const struct trl_network *old, uint64_t *next)
{
    for (uint32_t i = 0; i < network->neuron_count; i++) {
        next[i] = network->rows[i];
        if (i >= old->row_count || old->rows[i] == old->rows[i + 1])
            continue;
        const uint64_t count = old->rows[i + 1] - old->rows[i];
        memcpy(network->targets + next[i], old->targets + old->rows[i], count * 4);
        memcpy(network->packed + next[i], old->packed + old->rows[i], count * 4);
        next[i] += count;
    }
    for (size_t i = 0; i < network->added_count; i++) {
        const uint64_t to = next[network->added[i].source]++;
        network->targets[to] = network->added[i].target;
        network->packed[to] = pack(&network->added[i]);
    }
}

int trl_network_settle(struct trl_network *network)
{
    if (!network->added_count && network->rows && network->row_count == network->neuron_count)
        return 0;
    /* What was settled before stays as it is until all else has succeeded. */
    const struct trl_network old = *network;
    const uint64_t bytes = ((uint64_t)network->neuron_count + 1) * sizeof(uint64_t);
    uint64_t *degrees = calloc(1, bytes);
    if (!degrees)
        return trl_fail_memory(network->log, "rows of synapses", bytes);
    for (uint32_t i = 0; i < old.row_count; i++)
        degrees[i] = old.rows[i + 1] - old.rows[i];
    for (size_t i = 0; i < network->added_count; i++)
        degrees[network->added[i].source]++;
    network->rows = NULL;
    network->targets = network->packed = NULL;
    int error = trl_network_allocate(network, degrees);
    if (network->rows && network->targets) {
        scatter(network, &old, degrees);
        error = trl_network_sort_rows(network, 0);
    }
    free(degrees);
    if (error) {
        trl_shared_drop(network->rows);
        trl_shared_drop(network->targets);
        free(network->packed);
        *network = old;
        return error;
    }
    trl_shared_drop(old.rows);
    trl_shared_drop(old.targets);
    free(old.packed);
    free(network->added);
    network->added = NULL;
    network->added_count = network->added_room = 0;
    return 0;
}

static int check_numbers(const struct trl_network *network, uint64_t first, uint64_t count)
{
    if (first <= network->synapse_count && count <= network->synapse_count - first)
        return 0;
    return trl_fail(network->log, TRL_ERROR_USAGE,
                    "network: there are no synapses %" PRIu64 " to %" PRIu64 " + %" PRIu64
                    " - 1; there are %" PRIu64,
                    first, first, count, network->synapse_count);
}

int trl_network_set_weight(struct trl_network *network, uint64_t synapse, uint8_t weight)
{
    int error = trl_network_settle(network);
    if (!error)
        error = check_numbers(network, synapse, 1);
    if (error)
        return error;
    network->packed[synapse] = (network->packed[synapse] & ~0xFFU) | weight;
    return 0;
}

/* The last row that begins at or before the synapse, so that empty rows are passed over. */
static uint32_t source_of(const struct trl_network *network, uint64_t synapse)
{
    uint32_t low = 0;
    uint32_t high = network->neuron_count;
    while (high - low > 1) {
        const uint32_t middle = low + (high - low) / 2;
        if (network->rows[middle] <= synapse)
            low = middle;
        else
            high = middle;
    }
    return low;
}

int trl_network_synapses(struct trl_network *network, uint64_t first, size_t count,
                         struct trl_synapse *out)
{
    int error = trl_network_settle(network);
    if (!error)
        error = check_numbers(network, first, count);
    if (error || !count || !network->rows)
        return error;
    uint32_t source = source_of(network, first);
    for (size_t i = 0; i < count; i++) {
        while (network->rows[source + 1] <= first + i)
            source++;
        const uint32_t packed = network->packed[first + i];
        out[i] = (struct trl_synapse){
            .source = source,
            .target = network->targets[first + i],
            .weight = (uint8_t)packed,
            .psp = (uint8_t)(packed >> TRL_SYNAPSE_PSP_SHIFT),
            .inhibitory = (packed & TRL_SYNAPSE_INHIBITORY) != 0,
        };
    }
    return 0;
}

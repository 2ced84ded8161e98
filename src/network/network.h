/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <tensorreel/network.h>

/*
 * The inside of a network, for the rooms that compile it. Neurons of equal parameters share a kind;
 * synapses lie by source, then target (compressed sparse rows) once trl_network_settle has sorted
 * what was added.
 */

enum {
    TRL_NETWORK_AREAS_MAX = 4096,
    TRL_SYNAPSE_PSP_SHIFT = 8, /* of the packed word: weight, psp << 8, inhibitory << 16 */
    TRL_SYNAPSE_INHIBITORY = 1 << 16,
};

struct trl_neuron_kind {
    struct trl_neuron_params params;
    bool removed;
    bool psp_from_potential, psp_shared;
    float drive; /* input in each burst */
};

struct trl_network {
    struct trl_log *log;
    uint64_t memory_max_bytes; /* 0: what the host has */
    struct trl_area *areas;
    int area_count;
    struct trl_neuron_kind *kinds;
    uint32_t kind_count;
    uint32_t *kind_slots; /* hash table of kind numbers + 1; its size is a power of two */
    uint32_t kind_slot_count;
    uint32_t neuron_count;
    uint32_t *kind_of; /* [neuron_count] */
    /* Settled synapses. */
    uint64_t synapse_count;
    /* Both stay as they are once they are settled, and may be held (base/shared.h) beyond that. */
    uint64_t *rows;     /* [neuron_count + 1] number of the first synapse of a source */
    uint32_t row_count; /* neurons that rows knows of; neuron_count once settled */
    uint32_t *targets;  /* [synapse_count] */
    uint32_t *packed;   /* [synapse_count] */
    /* Added since. */
    struct trl_synapse *added;
    size_t added_count, added_room;
};

/* Sorts what was added into the rows. Everything that reads rows calls it first. */
int trl_network_settle(struct trl_network *network);
/* The number of the kind, which is added if there is no such one; errors are negative. */
int64_t trl_network_kind(struct trl_network *network, const struct trl_neuron_kind *kind);
/* Makes rows for a network without synapses whose out-degrees [neuron_count] are known; targets and
 * packed are allocated, not filled in. TRL_ERROR_MEMORY names the bytes. */
int trl_network_allocate(struct trl_network *network, const uint64_t *degrees);
/* Sorts each row by target, equal ones staying as they lie; the caller has filled them in. Uses so
 * many threads; 0: one a processor. */
int trl_network_sort_rows(struct trl_network *network, int thread_count);
/* TRL_ERROR_USAGE with a message that starts with what, or 0. */
int trl_neuron_params_check(struct trl_log *log, const char *what,
                            const struct trl_neuron_params *params);
/* The params, or the defaults if all are zero. */
struct trl_neuron_params trl_neuron_params_or_defaults(const struct trl_neuron_params *params);

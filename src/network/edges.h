/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "network/network.h"
#include "network/reader.h"

enum { TRL_EDGE_COLUMNS_MIN = 2, TRL_EDGE_COLUMNS_MAX = 5 };

/* Synapses as an edge list gives them: source, target, weight, psp, inhibitory. */
struct trl_edges {
    const struct trl_network_load_params *params;
    const char *name;  /* of the file, for messages */
    const char *place; /* what numbers count in it: "line", "row" */
    struct trl_synapse *synapses;
    size_t count, room;
    uint32_t last; /* the largest id */
};

/* Room for so many in all. */
int trl_edges_reserve(struct trl_edges *edges, uint64_t count);
/* One value of the synapse at index, which trl_edges_reserve made room for; number is that of its
 * line or row. Column 0 comes first and sets what columns that are not given say. */
int trl_edges_set(struct trl_edges *edges, size_t index, int column, int64_t value,
                  uint64_t number);
/* Reads the file; text and records of .npy. */
int trl_edges_read_text(struct trl_edges *edges, struct trl_reader *reader);
int trl_edges_read_npy(struct trl_edges *edges, struct trl_reader *reader);
/* Moves the synapses into an empty network, which gets an area of neurons 0 to the largest id. */
int trl_edges_finish(struct trl_edges *edges, struct trl_network *network);

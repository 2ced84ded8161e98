/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <tensorreel/network.h>
#include <tensorreel/sim.h>

/* Which neurons a cell of a picture shows: first to first + count - 1; count 0: none. As
 * the kernels read it. */
struct trl_burst_cell {
    uint32_t first, count;
    float share; /* 1 / count */
};

/* A network laid out. */
struct trl_burst_map {
    struct trl_layout layout; /* of the channels: dense float32 */
    struct trl_burst_cell *cells;
};

/*
 * TRL_SIM_ATLAS: the slices of each area along z, beside and below each other, areas on shelves.
 * TRL_SIM_VOLUME: the common space (z, y, x), or one area's box; of areas that overlap the last one
 * is seen. TRL_SIM_NEURONS: a cell a neuron, in the order of the ids. area: the only one to show;
 * NULL: all. Logs what does not fit. cells is made only if with_cells.
 */
int trl_burst_map_create(struct trl_burst_map *map, struct trl_log *log,
                         const struct trl_network *network, enum trl_sim_layout layout,
                         const char *area, bool with_cells);
void trl_burst_map_destroy(struct trl_burst_map *map);

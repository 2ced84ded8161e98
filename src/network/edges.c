/* SPDX-License-Identifier: BSD-2-Clause */
#include "network/edges.h"

#include "base/log.h"
#include "network/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const columns[TRL_EDGE_COLUMNS_MAX] = {"source", "target", "weight", "psp",
                                                          "inhibitory"};

int trl_edges_reserve(struct trl_edges *edges, uint64_t count)
{
    if (count <= edges->room)
        return 0;
    const uint64_t grown = (uint64_t)edges->room + edges->room / 2 + 1024;
    const uint64_t room = count > grown ? count : grown;
    const uint64_t bytes = trl_network_bytes(room, sizeof(*edges->synapses), 0);
    char what[160];
    snprintf(what, sizeof(what), "%.100s: %" PRIu64 " synapses", edges->name, count);
    const int error =
        trl_network_memory_check(edges->params->log, what, bytes, edges->params->memory_max_bytes);
    if (error)
        return error;
    struct trl_synapse *synapses = realloc(edges->synapses, bytes);
    if (!synapses)
        return trl_fail_memory(edges->params->log, "synapses", bytes);
    edges->synapses = synapses;
    edges->room = room;
    return 0;
}

static int refuse(const struct trl_edges *edges, int column, int64_t value, uint64_t number,
                  const char *expected)
{
    return trl_fail(edges->params->log, TRL_ERROR_INPUT,
                    "%s: %s %" PRIu64 ": the %s is %" PRId64 "; %s is expected", edges->name,
                    edges->place, number, columns[column], value, expected);
}

static bool is_within(int column, int64_t value)
{
    static const int64_t limits[TRL_EDGE_COLUMNS_MAX][2] = {
        {0, UINT32_MAX - 1}, {0, UINT32_MAX - 1}, {-255, 255}, {0, 255}, {0, 1}};
    return value >= limits[column][0] && value <= limits[column][1];
}

int trl_edges_set(struct trl_edges *edges, size_t index, int column, int64_t value, uint64_t number)
{
    static const char *const expected[TRL_EDGE_COLUMNS_MAX] = {"an id from 0 to 4294967294",
                                                               "an id from 0 to 4294967294",
                                                               "-255 to 255", "0 to 255", "0 or 1"};
    if (!is_within(column, value))
        return refuse(edges, column, value, number, expected[column]);
    struct trl_synapse *synapse = &edges->synapses[index];
    const struct trl_network_load_params *params = edges->params;
    if (column < 2 && value > edges->last)
        edges->last = (uint32_t)value;
    switch (column) {
    case 0:
        *synapse = (struct trl_synapse){.source = (uint32_t)value,
                                        .weight = params->weight ? params->weight : 1,
                                        .psp = params->psp ? params->psp : 1};
        break;
    case 1:
        synapse->target = (uint32_t)value;
        break;
    case 2:
        synapse->weight = (uint8_t)(value < 0 ? -value : value);
        synapse->inhibitory = value < 0;
        break;
    case 3:
        synapse->psp = (uint8_t)value;
        break;
    default:
        synapse->inhibitory = synapse->inhibitory || value;
        break;
    }
    return 0;
}

int trl_edges_finish(struct trl_edges *edges, struct trl_network *network)
{
    const struct trl_network_load_params *params = edges->params;
    if (!edges->count)
        return trl_fail(params->log, TRL_ERROR_INPUT, "%s: holds no synapses", edges->name);
    /* Every id up to the largest becomes a neuron. */
    if (edges->last / 64 > edges->count + (1 << 14))
        return trl_fail(params->log, TRL_ERROR_INPUT,
                        "%s: the largest id is %" PRIu32
                        " in %zu synapses; ids must be dense: number the neurons from 0",
                        edges->name, edges->last, edges->count);
    const uint64_t neurons = (uint64_t)edges->last + 1;
    /* An axis holds 2^31 - 1 voxels; more neurons go into pairs, perhaps with one left over. */
    const bool paired = neurons > INT32_MAX;
    const struct trl_area_params area = {
        .name = "network",
        .size = {(int32_t)(paired ? (neurons + 1) / 2 : neurons), paired ? 2 : 1, 1},
        .neuron = trl_neuron_params_or_defaults(&params->neuron)};
    const int error = trl_network_add_area(network, &area, NULL);
    if (error)
        return error;
    network->added = edges->synapses;
    network->added_count = edges->count;
    network->added_room = edges->room;
    edges->synapses = NULL;
    return trl_network_settle(network);
}

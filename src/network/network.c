/* SPDX-License-Identifier: BSD-2-Clause */
#include "network/network.h"

#include "base/log.h"
#include "base/shared.h"
#include "network/memory.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int trl_network_create(struct trl_network **out, struct trl_log *log)
{
    *out = calloc(1, sizeof(**out));
    if (!*out)
        return trl_fail_memory(log, "network", sizeof(**out));
    (*out)->log = log;
    return 0;
}

void trl_network_destroy(struct trl_network **network)
{
    if (!network || !*network)
        return;
    struct trl_network *n = *network;
    for (int i = 0; i < n->area_count; i++)
        free((char *)n->areas[i].name);
    free(n->areas);
    free(n->kinds);
    free(n->kind_slots);
    free(n->kind_of);
    trl_shared_drop(n->rows);
    trl_shared_drop(n->targets);
    free(n->packed);
    free(n->added);
    free(n);
    *network = NULL;
}

static int check_name(const struct trl_network *network, const char *name)
{
    if (!name || !*name)
        return trl_fail(network->log, TRL_ERROR_USAGE, "network: an area has no name");
    for (int i = 0; i < network->area_count; i++) {
        if (!strcmp(network->areas[i].name, name))
            return trl_fail(network->log, TRL_ERROR_USAGE,
                            "network: there are two areas named '%s'; names must be unique", name);
    }
    if (network->area_count == TRL_NETWORK_AREAS_MAX)
        return trl_fail(network->log, TRL_ERROR_USAGE,
                        "network: area '%s' is one too many; at most %d are possible", name,
                        TRL_NETWORK_AREAS_MAX);
    return 0;
}

/* Fills in the area's box and count. */
static int measure(const struct trl_network *network, const struct trl_area_params *params,
                   struct trl_area *area)
{
    uint64_t count = 1;
    area->neurons_per_voxel = params->neurons_per_voxel ? params->neurons_per_voxel : 1;
    for (int i = 0; i < 4; i++) {
        int32_t side = i < 3 ? params->size[i] : area->neurons_per_voxel;
        side = side ? side : 1;
        if (side < 0)
            return trl_fail(network->log, TRL_ERROR_USAGE,
                            "network: area '%s' has %" PRId32 " %s; above 0 is expected",
                            params->name, side,
                            i < 3 ? "voxels along an axis" : "neurons in a voxel");
        if (i < 3)
            area->size[i] = side;
        /* Stays below 2^63: a product that is too large is not multiplied further. */
        count = count > UINT32_MAX ? count : count * (uint32_t)side;
    }
    if (count > UINT32_MAX - (uint64_t)network->neuron_count)
        return trl_fail(network->log, TRL_ERROR_USAGE,
                        "network: area '%s' makes more than 2^32 - 1 neurons", params->name);
    memcpy(area->position, params->position, sizeof(area->position));
    area->first = network->neuron_count;
    area->count = (uint32_t)count;
    return 0;
}

static int check_params(const struct trl_network *network, const struct trl_area_params *params)
{
    char what[160];
    snprintf(what, sizeof(what), "network: area '%.100s'", params->name);
    const float *step = params->threshold_step;
    if (!isfinite(params->drive) || !isfinite(step[0]) || !isfinite(step[1]) || !isfinite(step[2]))
        return trl_fail(network->log, TRL_ERROR_USAGE,
                        "%s: drive or a threshold_step is no finite number", what);
    return trl_neuron_params_check(network->log, what, &params->neuron);
}

/* Room for one more of each, so that nothing fails once the area is being written. */
static int make_room(struct trl_network *network, const struct trl_area *area)
{
    const uint64_t neurons = (uint64_t)network->neuron_count + area->count;
    char what[64];
    snprintf(what, sizeof(what), "network of %" PRIu64 " neurons", neurons);
    const uint64_t added = network->memory_max_bytes ? neurons : area->count;
    const int error = trl_network_memory_check(network->log, what, trl_network_bytes(added, 12, 0),
                                               network->memory_max_bytes);
    if (error)
        return error;
    const size_t areas_bytes = ((size_t)network->area_count + 1) * sizeof(*network->areas);
    struct trl_area *areas = realloc(network->areas, areas_bytes);
    if (!areas)
        return trl_fail_memory(network->log, what, areas_bytes);
    network->areas = areas;
    uint32_t *kind_of = realloc(network->kind_of, neurons * sizeof(*kind_of));
    if (!kind_of)
        return trl_fail_memory(network->log, what, neurons * sizeof(*kind_of));
    network->kind_of = kind_of;
    return 0;
}

/* The kinds of the new neurons, behind neuron_count. */
static int write_kinds(struct trl_network *network, const struct trl_area_params *params,
                       const struct trl_area *area)
{
    const float *step = params->threshold_step;
    const bool graded = step[0] != 0 || step[1] != 0 || step[2] != 0;
    const uint32_t voxels = area->count / (uint32_t)area->neurons_per_voxel;
    const uint32_t depth = (uint32_t)area->size[2];
    const uint32_t plane = (uint32_t)area->size[1] * depth;
    uint32_t *at = network->kind_of + area->first;
    int64_t number = 0;
    for (uint32_t voxel = 0; voxel < voxels; voxel++) {
        if (!voxel || graded) {
            struct trl_neuron_kind kind = {.params = params->neuron,
                                           .psp_from_potential = params->psp_from_potential,
                                           .psp_shared = params->psp_shared,
                                           .drive = params->drive};
            const uint32_t place[3] = {voxel / plane, voxel % plane / depth, voxel % depth};
            for (int axis = 0; axis < 3; axis++)
                kind.params.threshold += (float)place[axis] * step[axis];
            if (!isfinite(kind.params.threshold))
                return trl_fail(network->log, TRL_ERROR_USAGE,
                                "network: area '%s': threshold_step takes the threshold beyond "
                                "what float32 holds",
                                params->name);
            number = trl_network_kind(network, &kind);
            if (number < 0)
                return (int)number;
        }
        for (int32_t n = 0; n < area->neurons_per_voxel; n++)
            *at++ = (uint32_t)number;
    }
    return 0;
}

int trl_network_add_area(struct trl_network *network, const struct trl_area_params *params,
                         uint32_t *first)
{
    struct trl_area area = {0};
    int error = check_name(network, params->name);
    if (!error)
        error = check_params(network, params);
    if (!error)
        error = measure(network, params, &area);
    if (!error)
        error = make_room(network, &area);
    if (!error)
        error = write_kinds(network, params, &area);
    if (error)
        return error;
    area.name = strdup(params->name);
    if (!area.name)
        return trl_fail_memory(network->log, "name of an area", strlen(params->name) + 1);
    network->areas[network->area_count++] = area;
    network->neuron_count += area.count;
    if (first)
        *first = area.first;
    return 0;
}

static int check_id(const struct trl_network *network, uint32_t id)
{
    if (id < network->neuron_count)
        return 0;
    return trl_fail(network->log, TRL_ERROR_USAGE,
                    "network: there is no neuron %" PRIu32 "; there are %" PRIu32, id,
                    network->neuron_count);
}

static int set_kind(struct trl_network *network, uint32_t id, const struct trl_neuron_kind *kind)
{
    const int64_t number = trl_network_kind(network, kind);
    if (number < 0)
        return (int)number;
    network->kind_of[id] = (uint32_t)number;
    return 0;
}

int trl_network_set_neuron(struct trl_network *network, uint32_t id,
                           const struct trl_neuron_params *params)
{
    char what[64];
    snprintf(what, sizeof(what), "network: neuron %" PRIu32, id);
    int error = check_id(network, id);
    if (!error)
        error = trl_neuron_params_check(network->log, what, params);
    if (error)
        return error;
    struct trl_neuron_kind kind = network->kinds[network->kind_of[id]];
    kind.params = *params;
    return set_kind(network, id, &kind);
}

int trl_network_remove_neuron(struct trl_network *network, uint32_t id)
{
    const int error = check_id(network, id);
    if (error)
        return error;
    struct trl_neuron_kind kind = network->kinds[network->kind_of[id]];
    kind.removed = true;
    return set_kind(network, id, &kind);
}

uint32_t trl_network_neuron_count(const struct trl_network *network)
{
    return network->neuron_count;
}

uint64_t trl_network_synapse_count(const struct trl_network *network)
{
    return network->synapse_count + network->added_count;
}

int trl_network_area_count(const struct trl_network *network)
{
    return network->area_count;
}

struct trl_area trl_network_area(const struct trl_network *network, int index)
{
    if (index < 0 || index >= network->area_count)
        return (struct trl_area){0};
    return network->areas[index];
}

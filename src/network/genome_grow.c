/* SPDX-License-Identifier: BSD-2-Clause */
#include "network/genome_parts.h"

#include "network/draw.h"

#include <string.h>

enum { BATCH = 1024 };

/* The voxels in which synapses end: a box, without the places of holes. */
struct box {
    int64_t low[3], high[3];
    int64_t hole[3]; /* -1: none */
};

/* A rule between two areas while it is followed. */
struct growth {
    struct trl_genome *genome;
    const struct trl_genome_rule *rule;
    struct trl_area source, target;
    uint32_t stream;
    uint64_t drawn; /* by the voxel that it is at */
    struct trl_synapse batch[BATCH];
    size_t count;
};

static int flush(struct growth *g)
{
    const int error = trl_network_add_synapses(g->genome->network, g->batch, g->count);
    g->count = 0;
    return error;
}

static int64_t voxel_of(const struct trl_area *area, const int64_t at[3])
{
    return (at[0] * area->size[1] + at[1]) * area->size[2] + at[2];
}

/* All neurons of the one voxel to all of the other. */
static int connect(struct growth *g, int64_t from, int64_t to)
{
    const struct trl_genome_rule *rule = g->rule;
    const uint32_t source = g->source.first + (uint32_t)(from * g->source.neurons_per_voxel);
    const uint32_t target = g->target.first + (uint32_t)(to * g->target.neurons_per_voxel);
    const uint64_t pairs =
        (uint64_t)g->source.neurons_per_voxel * (uint64_t)g->target.neurons_per_voxel;
    for (uint64_t n = 0; n < pairs; n++) {
        const uint64_t number = g->drawn++;
        if (rule->attractivity < 100 &&
            trl_network_unit(
                trl_network_draw(g->genome->params->seed, source, number, g->stream).low) *
                    100 >=
                rule->attractivity)
            continue;
        g->batch[g->count++] = (struct trl_synapse){
            .source = source + (uint32_t)(n / (uint64_t)g->target.neurons_per_voxel),
            .target = target + (uint32_t)(n % (uint64_t)g->target.neurons_per_voxel),
            .weight = rule->weight,
            .psp = rule->psp,
            .inhibitory = rule->inhibitory};
        const int error = g->count == BATCH ? flush(g) : 0;
        if (error)
            return error;
    }
    return 0;
}

static bool holds(const struct box *box, const int64_t at[3])
{
    for (int i = 0; i < 3; i++) {
        if (at[i] < box->low[i] || at[i] > box->high[i] || at[i] == box->hole[i])
            return false;
    }
    return true;
}

static bool box_of_pattern(const struct trl_genome_pattern *pattern, const int64_t at[3],
                           struct box *box)
{
    for (int i = 0; i < 3; i++) {
        /* Sources are chosen by absolute places only. */
        const struct trl_genome_range *from = &pattern->source[i], *to = &pattern->target[i];
        if (!from->low_relative && !from->high_relative && !from->hole &&
            (at[i] < from->low || at[i] > from->high))
            return false;
        box->low[i] = to->low + (to->low_relative ? at[i] : 0);
        box->high[i] = to->high + (to->high_relative ? at[i] : 0);
        box->hole[i] = to->hole ? at[i] : -1;
    }
    return true;
}

/* The places on an axis of one length that belong to a place on one of another, in float32 as the
 * originals of genomes were grown. */
static void project(int64_t at, int32_t source, int32_t target, int64_t *low, int64_t *high)
{
    *low = *high = at;
    if (source > target) {
        const float ratio = (float)source / (float)target;
        *low = *high = (int64_t)((float)at / ratio);
    } else if (source < target) {
        const float ratio = (float)target / (float)source;
        int64_t first = (int64_t)((float)at * ratio);
        while (first > 0 && (int64_t)((float)(first - 1) / ratio) >= at)
            first--;
        while (first < target && (int64_t)((float)first / ratio) < at)
            first++;
        *low = first;
        while (first < target && (int64_t)((float)first / ratio) == at)
            first++;
        *high = first - 1;
    }
}

static bool box_of_sweep(const struct growth *g, const int64_t at[3], struct box *box)
{
    int64_t next[3];
    for (int i = 0; i < 3; i++)
        next[i] = at[i] < g->target.size[i] ? at[i] : g->target.size[i] - 1;
    int axis = 0;
    while (axis < 3 && next[axis] + 1 == g->target.size[axis])
        next[axis++] = 0;
    if (axis == 3)
        return false;
    next[axis]++;
    memcpy(box->low, next, sizeof(next));
    memcpy(box->high, next, sizeof(next));
    return true;
}

static bool box_of_end(const struct trl_area *area, const int64_t at[3], bool last)
{
    for (int i = 0; i < 3; i++) {
        if (at[i] != (last ? area->size[i] - 1 : 0))
            return false;
    }
    return true;
}

static bool box_of_function(struct growth *g, const int64_t at[3], struct box *box)
{
    const struct trl_area *from = &g->source, *to = &g->target;
    const bool to_last = g->rule->shape == TRL_GENOME_FIRST_TO_LAST;
    *box = (struct box){.hole = {-1, -1, -1}};
    switch (g->rule->shape) {
    case TRL_GENOME_PROJECTOR:
        for (int i = 0; i < 3; i++) {
            const int axis = g->rule->axes[i];
            project(at[axis], from->size[axis], to->size[i], &box->low[i], &box->high[i]);
        }
        return true;
    case TRL_GENOME_SWEEPER:
        return box_of_sweep(g, at, box);
    case TRL_GENOME_LATERAL_PAIRS:
        memcpy(box->low, at, sizeof(box->low));
        box->low[0] += at[0] % 2 ? -1 : 1;
        memcpy(box->high, box->low, sizeof(box->high));
        return box->low[0] < from->size[0];
    case TRL_GENOME_RANDOMIZER:
        for (int i = 0; i < 3; i++) {
            const struct trl_network_draw draw = trl_network_draw(
                g->genome->params->seed,
                from->first + (uint32_t)(voxel_of(from, at) * from->neurons_per_voxel), g->drawn++,
                g->stream);
            box->low[i] = box->high[i] = (int64_t)trl_network_pick(draw.low, (uint64_t)to->size[i]);
        }
        return true;
    default:
        for (int i = 0; i < 3; i++)
            box->low[i] = box->high[i] = to_last ? to->size[i] - 1 : 0;
        return box_of_end(from, at, !to_last);
    }
}

/* A place that an earlier pattern has led to already. */
static bool is_met(const struct growth *g, const int64_t from[3], const int64_t to[3],
                   size_t pattern)
{
    for (size_t n = 0; n < pattern; n++) {
        struct box box;
        if (box_of_pattern(&g->rule->patterns[n], from, &box) && holds(&box, to))
            return true;
    }
    return false;
}

static int fill_box(struct growth *g, const int64_t from[3], struct box *box, size_t pattern)
{
    for (int i = 0; i < 3; i++) {
        box->low[i] = box->low[i] > 0 ? box->low[i] : 0;
        box->high[i] = box->high[i] < g->target.size[i] ? box->high[i] : g->target.size[i] - 1;
    }
    int64_t at[3];
    int error = 0;
    for (at[0] = box->low[0]; at[0] <= box->high[0] && !error; at[0]++) {
        for (at[1] = box->low[1]; at[1] <= box->high[1] && !error; at[1]++) {
            for (at[2] = box->low[2]; at[2] <= box->high[2] && !error; at[2]++) {
                if (!holds(box, at) || (g->rule->union_of_patterns && is_met(g, from, at, pattern)))
                    continue;
                error = connect(g, voxel_of(&g->source, from), voxel_of(&g->target, at));
            }
        }
    }
    return error;
}

static int grow_from(struct growth *g, const int64_t at[3])
{
    struct box box;
    int error = 0;
    g->drawn = 0;
    if (g->rule->shape != TRL_GENOME_PATTERNS)
        return box_of_function(g, at, &box) ? fill_box(g, at, &box, 0) : 0;
    for (size_t n = 0; n < g->rule->pattern_count && !error; n++) {
        if (box_of_pattern(&g->rule->patterns[n], at, &box))
            error = fill_box(g, at, &box, n);
    }
    return error;
}

int trl_genome_follow_rule(struct trl_genome *genome, const struct trl_genome_rule *rule,
                           const struct trl_genome_area *source,
                           const struct trl_genome_area *target)
{
    struct growth g = {
        .genome = genome,
        .rule = rule,
        .source = genome->network->areas[source->index],
        .target = genome->network->areas[target->index],
        .stream = TRL_NETWORK_STREAM_RULE + genome->rule_count++,
    };
    int64_t at[3];
    int error = 0;
    for (at[0] = 0; at[0] < g.source.size[0] && !error; at[0]++) {
        for (at[1] = 0; at[1] < g.source.size[1] && !error; at[1]++) {
            for (at[2] = 0; at[2] < g.source.size[2] && !error; at[2]++)
                error = grow_from(&g, at);
        }
    }
    return error ? error : flush(&g);
}

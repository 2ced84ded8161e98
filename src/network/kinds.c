/* SPDX-License-Identifier: BSD-2-Clause */
#include "network/network.h"

#include "base/log.h"
#include "base/math.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct trl_neuron_params trl_neuron_defaults(void)
{
    return (struct trl_neuron_params){
        .threshold = 1, .threshold_max = INFINITY, .leak = 0.1F, .excitability = 1};
}

static bool is_zero(const struct trl_neuron_params *p)
{
    return p->threshold == 0 && p->threshold_max == 0 && p->leak == 0 && p->rest == 0 &&
           p->excitability == 0 && !p->refractory && !p->fire_limit && !p->snooze &&
           !p->coincidence;
}

struct trl_neuron_params trl_neuron_params_or_defaults(const struct trl_neuron_params *params)
{
    return is_zero(params) ? trl_neuron_defaults() : *params;
}

static int check_finite(struct trl_log *log, const char *what, const char *name, float value)
{
    if (isfinite(value))
        return 0;
    return trl_fail(log, TRL_ERROR_USAGE, "%s: %s is %g; a finite number is expected", what, name,
                    value);
}

static int check_share(struct trl_log *log, const char *what, const char *name, float value)
{
    if (value >= 0 && value <= 1)
        return 0;
    return trl_fail(log, TRL_ERROR_USAGE, "%s: %s is %g; a share from 0 to 1 is expected%s", what,
                    name, value, value > 1 && value <= 100 ? " (divide percent by 100)" : "");
}

int trl_neuron_params_check(struct trl_log *log, const char *what,
                            const struct trl_neuron_params *params)
{
    int error = check_finite(log, what, "threshold", params->threshold);
    if (!error)
        error = check_finite(log, what, "rest", params->rest);
    if (!error)
        error = check_share(log, what, "leak", params->leak);
    if (!error)
        error = check_share(log, what, "excitability", params->excitability);
    const float limit = params->threshold_max;
    if (!error && (isnan(limit) || limit == -INFINITY))
        error = trl_fail(log, TRL_ERROR_USAGE,
                         "%s: threshold_max is %g; a number, or INFINITY for no limit, is expected",
                         what, limit);
    return error;
}

enum { WORDS = 8 };

/* Fields, not bytes: structs have padding. */
static void words_of(const struct trl_neuron_kind *kind, uint32_t out[WORDS])
{
    const struct trl_neuron_params *p = &kind->params;
    out[0] = trl_float_bits(p->threshold);
    out[1] = trl_float_bits(p->threshold_max);
    out[2] = trl_float_bits(p->leak);
    out[3] = trl_float_bits(p->rest);
    out[4] = trl_float_bits(p->excitability);
    out[5] = (uint32_t)p->refractory << 16 | p->fire_limit;
    out[6] = trl_float_bits(kind->drive);
    out[7] = (uint32_t)p->snooze << 16 | (uint32_t)p->coincidence | (uint32_t)kind->removed << 1 |
             (uint32_t)kind->psp_from_potential << 2 | (uint32_t)kind->psp_shared << 3;
}

/* The slot that holds the kind, or the empty one in which it belongs. */
static uint32_t find_slot(const struct trl_network *network, const struct trl_neuron_kind *kind)
{
    uint32_t words[WORDS], other[WORDS];
    words_of(kind, words);
    uint32_t hash = 0;
    for (int i = 0; i < WORDS; i++) {
        hash = (hash ^ words[i]) * 0x9E3779B1U;
        hash ^= hash >> 15;
    }
    const uint32_t mask = network->kind_slot_count - 1;
    uint32_t slot = hash & mask;
    for (; network->kind_slots[slot]; slot = (slot + 1) & mask) {
        words_of(&network->kinds[network->kind_slots[slot] - 1], other);
        if (!memcmp(words, other, sizeof(words)))
            break;
    }
    return slot;
}

/* Room for one more kind; the table stays at most half full. */
static int make_room(struct trl_network *network)
{
    if (network->kind_count < network->kind_slot_count / 2)
        return 0;
    const uint64_t slots = network->kind_slot_count ? (uint64_t)network->kind_slot_count * 2 : 64;
    const uint64_t bytes = slots / 2 * sizeof(*network->kinds);
    if (slots > UINT32_MAX)
        return trl_fail(network->log, TRL_ERROR_MEMORY,
                        "network: more than %" PRIu64 " different kinds of neurons", slots / 4);
    struct trl_neuron_kind *kinds = realloc(network->kinds, bytes);
    if (!kinds)
        return trl_fail_memory(network->log, "kinds of neurons", bytes);
    network->kinds = kinds;
    uint32_t *table = calloc(slots, sizeof(*table));
    if (!table)
        return trl_fail_memory(network->log, "kinds of neurons", slots * sizeof(*table));
    free(network->kind_slots);
    network->kind_slots = table;
    network->kind_slot_count = (uint32_t)slots;
    for (uint32_t i = 0; i < network->kind_count; i++)
        table[find_slot(network, &kinds[i])] = i + 1;
    return 0;
}

int64_t trl_network_kind(struct trl_network *network, const struct trl_neuron_kind *kind)
{
    const int error = make_room(network);
    if (error)
        return error;
    const uint32_t slot = find_slot(network, kind);
    if (!network->kind_slots[slot]) {
        network->kinds[network->kind_count] = *kind;
        network->kind_slots[slot] = ++network->kind_count;
    }
    return network->kind_slots[slot] - 1;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* What a caller sees of the state: as it is after the last burst, whatever was last touched when.
 */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "burst/engine.h"

int trl_burst_state_create(struct trl_burst_state *state, struct trl_log *log,
                           uint32_t neuron_count, uint32_t ledger_bursts)
{
    const size_t count = (size_t)neuron_count + 1;
    const size_t words = (size_t)trl_burst_words(neuron_count) * ledger_bursts + 1;
    *state = (struct trl_burst_state){
        .v = malloc(count * sizeof(float)),
        .counts = malloc(count * sizeof(uint32_t)),
        .touched = malloc(count * sizeof(uint32_t)),
        .fired_v = malloc(count * sizeof(float)),
        .ledger = malloc(words * sizeof(uint32_t)),
        .input = calloc(count, sizeof(float)),
    };
    if (state->v && state->counts && state->touched && state->fired_v && state->ledger &&
        state->input)
        return 0;
    trl_burst_state_destroy(state);
    return trl_fail_memory(log, "state of the neurons", 20 * count + 4 * words);
}

void trl_burst_state_destroy(struct trl_burst_state *state)
{
    free(state->v);
    free(state->counts);
    free(state->touched);
    free(state->fired_v);
    free(state->ledger);
    free(state->input);
    *state = (struct trl_burst_state){0};
}

int trl_burst_fetch_once(struct trl_burst *burst, struct trl_burst_state *state)
{
    if (burst->broken) {
        trl_burst_say_broken(burst);
        return burst->broken;
    }
    int err = trl_burst_state_create(state, burst->log, burst->plan->neuron_count,
                                     (uint32_t)burst->params.ledger_bursts);
    if (err)
        return err;
    state->time = burst->time;
    err = burst->machine->impl->save(burst->machine, state, &burst->stats.download_bytes);
    if (err)
        trl_burst_state_destroy(state);
    return err;
}

int trl_burst_fetch(struct trl_burst *burst, struct trl_burst_state *state)
{
    int err = trl_burst_fetch_once(burst, state);
    if (err && !burst->broken)
        err = trl_burst_recover(burst, err) ? err : trl_burst_fetch_once(burst, state);
    return err;
}

void trl_burst_bring_up_neuron(const struct trl_burst_plan *plan, struct trl_burst_state *state,
                               uint32_t neuron)
{
    const trl_burst_kind *kind = &plan->kinds[plan->kind_of[neuron]];
    const uint32_t silent = (uint32_t)state->time - state->touched[neuron];
    if (silent == 0)
        return;
    if (plan->wall_time) {
        state->v[neuron] = trl_burst_leak(kind, state->v[neuron], silent);
        state->counts[neuron] = trl_burst_count_down(kind, state->counts[neuron], silent);
    }
    state->input[neuron] = 0;
    if (kind->pause >> 16 & TRL_BURST_COINCIDENCE)
        state->v[neuron] = kind->rest;
}

void trl_burst_bring_up(const struct trl_burst_plan *plan, struct trl_burst_state *state)
{
    for (uint32_t n = 0; n < plan->neuron_count; n++)
        trl_burst_bring_up_neuron(plan, state, n);
}

static const uint32_t *last_mask(const struct trl_burst *burst, const struct trl_burst_state *state)
{
    return state->ledger +
           (size_t)(burst->params.ledger_bursts - 1) * trl_burst_words(burst->plan->neuron_count);
}

static void narrow(uint16_t *out, const uint32_t *counts, uint32_t count, int shift)
{
    for (uint32_t n = 0; n < count; n++)
        out[n] = (uint16_t)(counts[n] >> shift);
}

int trl_burst_read(struct trl_burst *burst, enum trl_burst_array array, void *out, size_t size)
{
    const uint32_t count = burst->plan->neuron_count;
    const size_t sizes[] = {count * sizeof(float), count * sizeof(uint16_t),
                            count * sizeof(uint16_t), trl_burst_words(count) * sizeof(uint32_t)};
    if ((unsigned)array >= sizeof(sizes) / sizeof(*sizes) || size != sizes[array])
        return trl_fail(burst->log, TRL_ERROR_USAGE, "array %d of %u neurons is not %zu bytes",
                        (int)array, count, size);
    struct trl_burst_state state;
    int err = trl_burst_fetch(burst, &state);
    if (err)
        return err;
    trl_burst_bring_up(burst->plan, &state);
    if (array == TRL_BURST_V)
        memcpy(out, state.v, size);
    else if (array == TRL_BURST_FIRED)
        memcpy(out, last_mask(burst, &state), size);
    else
        narrow(out, state.counts, count, array == TRL_BURST_COUNTDOWN ? 0 : 16);
    trl_burst_state_destroy(&state);
    return 0;
}

int trl_burst_fired(struct trl_burst *burst, uint32_t *ids, float *potentials, size_t room,
                    size_t *count)
{
    struct trl_burst_state state;
    int err = trl_burst_fetch(burst, &state);
    if (err)
        return err;
    const uint32_t *mask = last_mask(burst, &state);
    *count = 0;
    for (uint32_t n = 0; n < burst->plan->neuron_count; n++) {
        if (!(mask[n / 32] >> n % 32 & 1))
            continue;
        if (*count < room) {
            ids[*count] = n;
            if (potentials)
                potentials[*count] = state.fired_v[n];
        }
        ++*count;
    }
    trl_burst_state_destroy(&state);
    return 0;
}

int trl_burst_ledger(struct trl_burst *burst, uint64_t last, uint32_t depth, uint32_t *masks)
{
    const uint32_t kept = (uint32_t)burst->params.ledger_bursts;
    if (last > burst->time || depth > kept || burst->time - last > kept - depth)
        return trl_fail(burst->log, TRL_ERROR_USAGE,
                        "%u bursts up to %llu: the last %u up to %llu are kept", depth,
                        (unsigned long long)last, kept, (unsigned long long)burst->time);
    struct trl_burst_state state;
    int err = trl_burst_fetch(burst, &state);
    if (err)
        return err;
    const size_t words = trl_burst_words(burst->plan->neuron_count);
    const size_t first = kept - depth - (size_t)(burst->time - last);
    memcpy(masks, state.ledger + first * words, depth * words * sizeof(*masks));
    trl_burst_state_destroy(&state);
    return 0;
}

static uint64_t hash_bytes(uint64_t hash, const void *data, size_t size)
{
    const uint8_t *bytes = data;
    for (size_t n = 0; n < size; n++)
        hash = (hash ^ bytes[n]) * 0x100000001b3;
    return hash;
}

int trl_burst_hash(struct trl_burst *burst, uint64_t *hash)
{
    const uint32_t count = burst->plan->neuron_count;
    struct trl_burst_state state;
    int err = trl_burst_fetch(burst, &state);
    if (err)
        return err;
    trl_burst_bring_up(burst->plan, &state);
    *hash = hash_bytes(0xcbf29ce484222325, state.v, count * sizeof(float));
    *hash = hash_bytes(*hash, state.counts, count * sizeof(uint32_t));
    *hash = hash_bytes(*hash, last_mask(burst, &state), trl_burst_words(count) * sizeof(uint32_t));
    trl_burst_state_destroy(&state);
    return 0;
}

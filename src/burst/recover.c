/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A device may be lost at any burst. The engine keeps a state of some bursts ago and what was
 * injected since, so that the processor takes over with the bits that the device would have had.
 */
#include <string.h>

#include "base/log.h"
#include "burst/engine.h"

enum { DONE_MAX = 1 << 20 /* injections since the kept state */ };

bool trl_burst_keeps(const struct trl_burst *burst)
{
    return burst->machine->impl->device && burst->params.keep_bursts > 0;
}

uint64_t trl_burst_kept_time(const struct trl_burst *burst)
{
    return burst->kept.v ? burst->kept.time : burst->from_start ? 0 : burst->time;
}

void trl_burst_say_broken(const struct trl_burst *burst)
{
    trl_fail(burst->log, burst->broken, "burst %llu: the engine failed before and cannot go on",
             (unsigned long long)burst->time + 1);
}

/* The machine of the device goes, and one of the processor that is before its first burst comes. */
static int change_over(struct trl_burst *burst)
{
    struct trl_burst_machine *machine = NULL;
    int err = trl_burst_machine_create(&machine, burst->plan, &burst->params, &trl_burst_cpu);
    if (err)
        return err;
    trl_burst_machine_destroy(&burst->machine);
    burst->machine = machine;
    burst->broken = 0;
    return 0;
}

int trl_burst_adopt(struct trl_burst *burst, struct trl_burst_state *state)
{
    const struct trl_burst_backend_impl *impl = burst->machine->impl;
    int err = impl->load(burst->machine, state, &burst->stats.upload_bytes);
    burst->broken = err;
    if (err && impl->device && !change_over(burst)) {
        trl_log_print(burst->log, TRL_LOG_WARN,
                      "the device failed; the processor goes on from burst %llu",
                      (unsigned long long)state->time);
        err = burst->machine->impl->load(burst->machine, state, &burst->stats.upload_bytes);
    }
    if (err)
        return err;
    burst->time = state->time;
    burst->from_start = false;
    trl_burst_state_destroy(&burst->kept);
    if (trl_burst_keeps(burst))
        burst->kept = *state;
    else
        trl_burst_state_destroy(state);
    *state = (struct trl_burst_state){0};
    return 0;
}

int trl_burst_keep(struct trl_burst *burst)
{
    const uint64_t since = burst->time - trl_burst_kept_time(burst);
    const bool kept = (burst->kept.v || burst->from_start) && burst->queue.done < DONE_MAX;
    if (!trl_burst_keeps(burst) || (kept && since < (uint64_t)burst->params.keep_bursts))
        return 0;
    struct trl_burst_state state;
    int err = trl_burst_fetch_once(burst, &state);
    if (err)
        return err;
    trl_burst_state_destroy(&burst->kept);
    burst->kept = state;
    burst->from_start = false;
    return 0;
}

/* Runs again what the device had done since. */
static int catch_up(struct trl_burst *burst, uint64_t until)
{
    int err = 0;
    while (!err && burst->time < until) {
        const uint64_t left = until - burst->time;
        err =
            trl_burst_run_batch(burst, left < burst->batch_max ? (uint32_t)left : burst->batch_max);
    }
    return err;
}

int trl_burst_recover(struct trl_burst *burst, int error)
{
    if (error == TRL_ERROR_MEMORY && !burst->broken)
        return error;
    if (!burst->machine->impl->device || !(burst->kept.v || burst->from_start) ||
        change_over(burst))
        return error;
    const uint64_t until = burst->time;
    const struct trl_burst_stats stats = burst->stats;
    struct trl_burst_state kept = burst->kept;
    burst->kept = (struct trl_burst_state){0};
    burst->from_start = false;
    trl_log_print(burst->log, TRL_LOG_WARN,
                  "burst %llu: the device failed; the processor goes on from burst %llu",
                  (unsigned long long)until + 1, (unsigned long long)kept.time);
    burst->time = 0;
    int err = kept.v ? trl_burst_adopt(burst, &kept) : 0;
    trl_burst_state_destroy(&kept);
    if (!err)
        err = catch_up(burst, until);
    burst->broken = err;
    burst->stats = stats;
    return err;
}

/* ---- another network ---- */

/* A machine for a plan, which takes a state over unless that is NULL. */
static int open_machine(struct trl_burst *burst, const struct trl_burst_plan *plan,
                        const struct trl_burst_backend_impl *impl,
                        const struct trl_burst_state *state)
{
    int err = trl_burst_machine_create(&burst->machine, plan, &burst->params, impl);
    if (!err && state)
        err = impl->load(burst->machine, state, &burst->stats.upload_bytes);
    if (err)
        trl_burst_machine_destroy(&burst->machine);
    return err;
}

static bool same_kind(const trl_burst_kind *left, const trl_burst_kind *right)
{
    uint32_t words[2][sizeof(*left) / sizeof(uint32_t)];
    memcpy(words[0], left, sizeof(words[0]));
    memcpy(words[1], right, sizeof(words[1]));
    return !memcmp(words[0], words[1], sizeof(words[0]));
}

/* What silent bursts did to neurons that are about to change has happened before they do. */
static void settle(const struct trl_burst_plan *old, const struct trl_burst_plan *plan,
                   struct trl_burst_state *state)
{
    for (uint32_t n = 0; n < old->neuron_count; n++) {
        const trl_burst_kind *was = &old->kinds[old->kind_of[n]];
        if (same_kind(was, &plan->kinds[plan->kind_of[n]]))
            continue;
        trl_burst_bring_up_neuron(old, state, n);
        state->touched[n] = (uint32_t)state->time;
    }
}

static int open_for(struct trl_burst *burst, const struct trl_burst_plan *plan,
                    const struct trl_burst_backend_impl *impl, const struct trl_burst_state *state)
{
    int err = open_machine(burst, plan, impl, state);
    const bool forced = burst->params.backend != TRL_BURST_AUTO && err != TRL_ERROR_DEVICE_LOST;
    if (!err || !impl->device || forced)
        return err;
    trl_log_print(burst->log, TRL_LOG_WARN,
                  "burst %llu: the device failed; the processor goes on with the network",
                  (unsigned long long)burst->time + 1);
    return open_machine(burst, plan, &trl_burst_cpu, state);
}

static void change_plan(struct trl_burst *burst, struct trl_burst_plan *plan,
                        struct trl_network *network, bool same, struct trl_burst_state *state)
{
    trl_burst_plan_destroy(&burst->plan);
    trl_burst_state_destroy(&burst->kept);
    burst->params.network = network;
    burst->plan = plan;
    burst->from_start = !same && trl_burst_keeps(burst);
    if (!same) {
        burst->time = 0;
        trl_burst_queue_destroy(&burst->queue);
    } else if (trl_burst_keeps(burst)) {
        burst->kept = *state;
        *state = (struct trl_burst_state){0};
    }
}

int trl_burst_reload(struct trl_burst *burst, struct trl_network *network)
{
    struct trl_burst_params params = burst->params;
    struct trl_burst_plan *plan = NULL;
    struct trl_burst_state state = {0};
    params.network = network;
    int err = trl_burst_plan_create(&plan, &params);
    if (!err)
        err = trl_burst_fetch(burst, &state);
    if (err) {
        trl_burst_plan_destroy(&plan);
        return err;
    }
    const bool same = plan->neuron_count == burst->plan->neuron_count;
    const struct trl_burst_backend_impl *impl = burst->machine->impl;
    struct trl_burst_plan *old = burst->plan;
    if (same)
        settle(old, plan, &state);
    /* Two at a time may be more than the device has memory for. */
    trl_burst_machine_destroy(&burst->machine);
    err = open_for(burst, plan, impl, same ? &state : NULL);
    if (!err) {
        change_plan(burst, plan, network, same, &state);
    } else {
        trl_burst_plan_destroy(&plan);
        const bool back = !open_machine(burst, old, impl, &state) ||
                          !open_machine(burst, old, &trl_burst_cpu, &state);
        burst->broken = back ? 0 : err;
    }
    trl_burst_state_destroy(&state);
    return err;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A device may be lost at any burst. The engine keeps a state of some bursts ago and what was
 * injected since, so that the processor takes over with the bits that the device would have had.
 */
#include "base/log.h"
#include "burst/engine.h"

int trl_burst_adopt(struct trl_burst *burst, const struct trl_burst_state *state)
{
    int err = burst->machine->impl->load(burst->machine, state, &burst->stats.upload_bytes);
    if (err)
        return err;
    burst->time = state->time;
    trl_burst_state_destroy(&burst->kept);
    return 0;
}

int trl_burst_keep(struct trl_burst *burst)
{
    const bool wanted = burst->machine->impl->device && burst->params.keep_bursts > 0;
    if (!wanted ||
        (burst->kept.v && burst->time - burst->kept.time < (uint64_t)burst->params.keep_bursts))
        return 0;
    struct trl_burst_state state;
    int err = trl_burst_fetch(burst, &state);
    if (err)
        return err;
    trl_burst_state_destroy(&burst->kept);
    burst->kept = state;
    return 0;
}

static bool is_the_devices(int error)
{
    return error == TRL_ERROR_DEVICE_LOST || error == TRL_ERROR_DEVICE ||
           error == TRL_ERROR_DEVICE_MEMORY;
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
    if (!is_the_devices(error) || !burst->machine->impl->device || !burst->kept.v)
        return error;
    struct trl_burst_machine *machine = NULL;
    const uint64_t until = burst->time;
    int err = trl_burst_machine_create(&machine, burst->plan, &burst->params, &trl_burst_cpu);
    if (err)
        return error;
    trl_burst_machine_destroy(&burst->machine);
    burst->machine = machine;
    trl_log_print(burst->log, TRL_LOG_WARN,
                  "burst %llu: the device failed; the processor goes on from burst %llu",
                  (unsigned long long)until + 1, (unsigned long long)burst->kept.time);
    const struct trl_burst_stats stats = burst->stats;
    struct trl_burst_state kept = burst->kept;
    burst->kept = (struct trl_burst_state){0};
    err = trl_burst_adopt(burst, &kept);
    trl_burst_state_destroy(&kept);
    if (!err)
        err = catch_up(burst, until);
    burst->stats = stats;
    return err;
}

int trl_burst_reload(struct trl_burst *burst, struct trl_network *network)
{
    struct trl_burst_params params = burst->params;
    struct trl_burst_plan *plan = NULL;
    struct trl_burst_machine *machine = NULL;
    struct trl_burst_state state = {0};
    params.network = network;
    int err = trl_burst_fetch(burst, &state);
    if (!err)
        err = trl_burst_plan_create(&plan, &params);
    if (!err)
        err = trl_burst_machine_create(&machine, plan, &params, burst->machine->impl);
    const bool same = !err && plan->neuron_count == burst->plan->neuron_count;
    if (same)
        err = machine->impl->load(machine, &state, &burst->stats.upload_bytes);
    trl_burst_state_destroy(&state);
    if (err) {
        trl_burst_machine_destroy(&machine);
        trl_burst_plan_destroy(&plan);
        return err;
    }
    trl_burst_machine_destroy(&burst->machine);
    trl_burst_plan_destroy(&burst->plan);
    trl_burst_state_destroy(&burst->kept);
    burst->params = params;
    burst->plan = plan;
    burst->machine = machine;
    if (!same) {
        burst->time = 0;
        trl_burst_queue_destroy(&burst->queue);
    }
    return 0;
}

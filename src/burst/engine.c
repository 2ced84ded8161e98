/* SPDX-License-Identifier: BSD-2-Clause */
#include "burst/engine.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "burst/gpu.h"

enum {
    LEDGER_BURSTS = 64,
    LEDGER_BURSTS_MIN = 2, /* the burst at hand, and the one before */
    LEDGER_BURSTS_MAX = 65536,
    SUBMIT_BURSTS = 64,
    SUBMIT_BURSTS_MAX = 4096,
    GROUP_SIZE = 256,
    KEEP_BURSTS = 16384,
};

static const double expected_rate = 0.01;

int trl_burst_params_fill(struct trl_burst_params *out, const struct trl_burst_params *params)
{
    *out = *params;
    if (!params->network)
        return trl_fail(params->log, TRL_ERROR_USAGE, "a burst engine needs a network");
    out->ledger_bursts = params->ledger_bursts ? params->ledger_bursts : LEDGER_BURSTS;
    out->submit_bursts = params->submit_bursts ? params->submit_bursts : SUBMIT_BURSTS;
    out->group_size = params->group_size ? params->group_size : GROUP_SIZE;
    out->keep_bursts = params->keep_bursts ? params->keep_bursts : KEEP_BURSTS;
    out->expected_rate = params->expected_rate != 0 ? params->expected_rate : expected_rate;
    if (!(out->expected_rate > 0 && out->expected_rate <= 1))
        return trl_fail(params->log, TRL_ERROR_USAGE,
                        "an expected rate of %g: a share of the neurons, above 0 to 1, is expected",
                        params->expected_rate);
    if (out->ledger_bursts < LEDGER_BURSTS_MIN || out->ledger_bursts > LEDGER_BURSTS_MAX)
        return trl_fail(params->log, TRL_ERROR_USAGE, "a ledger of %d bursts: %d to %d are kept",
                        out->ledger_bursts, LEDGER_BURSTS_MIN, LEDGER_BURSTS_MAX);
    if (out->submit_bursts < 1 || out->submit_bursts > SUBMIT_BURSTS_MAX)
        return trl_fail(params->log, TRL_ERROR_USAGE,
                        "%d bursts a submission: 1 to %d are possible", out->submit_bursts,
                        SUBMIT_BURSTS_MAX);
    if (out->group_size < 32 || out->group_size > 1024 || out->group_size & (out->group_size - 1))
        return trl_fail(params->log, TRL_ERROR_USAGE,
                        "a workgroup of %d lanes: powers of two from 32 to 1024 are possible",
                        out->group_size);
    if (params->thread_count < 0)
        return trl_fail(params->log, TRL_ERROR_USAGE, "%d threads", params->thread_count);
    return 0;
}

int trl_burst_machine_create(struct trl_burst_machine **out, const struct trl_burst_plan *plan,
                             const struct trl_burst_params *params,
                             const struct trl_burst_backend_impl *impl)
{
    int err = impl->create(out, plan, params);
    if (err) {
        *out = NULL;
        return err;
    }
    (*out)->impl = impl;
    (*out)->plan = plan;
    (*out)->log = params->log;
    (*out)->ledger_bursts = (uint32_t)params->ledger_bursts;
    return 0;
}

void trl_burst_machine_destroy(struct trl_burst_machine **machine)
{
    if (*machine)
        (*machine)->impl->destroy(*machine);
    *machine = NULL;
}

/* Where a device is only a choice, the processor stands in for it. */
static int open_machine(struct trl_burst *burst, const struct trl_burst_backend_impl *impl)
{
    const struct trl_burst_params *params = &burst->params;
    int err = trl_burst_machine_create(&burst->machine, burst->plan, params, impl);
    if (!err || !impl->device || params->backend != TRL_BURST_AUTO)
        return err;
    trl_log_print(params->log, TRL_LOG_WARN, "bursts run on the processor: the device failed (%s)",
                  trl_error_text(err));
    return trl_burst_machine_create(&burst->machine, burst->plan, params, &trl_burst_cpu);
}

int trl_burst_create(struct trl_burst **out, const struct trl_burst_params *params)
{
    *out = NULL;
    struct trl_burst *burst = calloc(1, sizeof(*burst));
    if (!burst)
        return trl_fail_memory(params->log, "burst engine", sizeof(*burst));
    burst->log = params->log;
    const struct trl_burst_backend_impl *impl = NULL;
    int err = trl_burst_params_fill(&burst->params, params);
    if (!err)
        err = trl_burst_plan_create(&burst->plan, &burst->params);
    if (!err)
        err = trl_burst_choose(&burst->params, burst->plan, &impl);
    if (!err)
        err = open_machine(burst, impl);
    burst->from_start = !err && trl_burst_keeps(burst);
    burst->batch_max = (uint32_t)burst->params.submit_bursts;
    if (!err) {
        burst->counts = calloc(burst->batch_max, sizeof(*burst->counts));
        if (!burst->counts)
            err = trl_fail_memory(params->log, "burst engine",
                                  burst->batch_max * sizeof(*burst->counts));
    }
    if (err)
        trl_burst_destroy(&burst);
    *out = burst;
    return err;
}

void trl_burst_destroy(struct trl_burst **burst)
{
    if (!burst || !*burst)
        return;
    trl_burst_machine_destroy(&(*burst)->machine);
    trl_burst_plan_destroy(&(*burst)->plan);
    trl_burst_queue_destroy(&(*burst)->queue);
    trl_burst_state_destroy(&(*burst)->kept);
    free((*burst)->counts);
    free(*burst);
    *burst = NULL;
}

const char *trl_burst_backend_name(const struct trl_burst *burst)
{
    return burst->machine ? burst->machine->impl->name : "none";
}

uint64_t trl_burst_time(const struct trl_burst *burst)
{
    return burst->time;
}

struct trl_burst_scale trl_burst_scale(const struct trl_burst *burst)
{
    return burst->plan->scale;
}

int trl_burst_inject(struct trl_burst *burst, uint64_t at, const uint32_t *ids,
                     const float *amounts, size_t count)
{
    for (size_t n = 0; n < count; n++) {
        if (ids[n] >= burst->plan->neuron_count)
            return trl_fail(burst->log, TRL_ERROR_USAGE,
                            "injection %zu: there is no neuron %u; there are %u", n, ids[n],
                            burst->plan->neuron_count);
        if (!isfinite(amounts[n]))
            return trl_fail(burst->log, TRL_ERROR_USAGE,
                            "injection %zu into neuron %u: %g is no amount", n, ids[n],
                            (double)amounts[n]);
    }
    if (at && at <= burst->time) {
        trl_log_print(burst->log, TRL_LOG_WARN,
                      "%zu injections for burst %llu are dropped: %llu bursts are done", count,
                      (unsigned long long)at, (unsigned long long)burst->time);
        return 0;
    }
    return trl_burst_queue_add(&burst->queue, burst->log, at ? at : burst->time + 1, ids, amounts,
                               count);
}

static void add_counts(struct trl_burst *burst, const struct trl_burst_batch *batch)
{
    struct trl_burst_stats *stats = &burst->stats;
    for (uint32_t n = 0; n < batch->count; n++) {
        const struct trl_burst_counts *counts = &batch->counts[n];
        stats->candidates += counts->candidates;
        stats->fired += counts->fired;
        stats->blocked += counts->blocked;
        stats->delivered += counts->delivered;
        stats->hash_misses += counts->hash_misses;
    }
    stats->bursts += batch->count;
    stats->deliver_ns += batch->deliver_ns;
    stats->update_ns += batch->update_ns;
    stats->upload_bytes += batch->upload_bytes;
    stats->download_bytes += batch->download_bytes;
    stats->host_waits += batch->host_waits;
}

int trl_burst_run_batch(struct trl_burst *burst, uint32_t count)
{
    struct trl_burst_batch batch = {
        .first = burst->time + 1, .count = count, .counts = burst->counts};
    int err = trl_burst_queue_take(&burst->queue, burst->log, batch.first, count, &batch.inputs);
    if (err)
        return err;
    err = burst->broken = burst->machine->impl->run(burst->machine, &batch);
    if (err)
        return err;
    burst->time += count;
    trl_burst_queue_pass(&burst->queue, burst->time + 1);
    trl_burst_queue_drop(&burst->queue, trl_burst_kept_time(burst) + 1);
    add_counts(burst, &batch);
    return 0;
}

int trl_burst_record(struct trl_burst *burst, struct trl_gpu_cmd *cmd, uint64_t bursts)
{
    int err = burst->broken;
    trl_burst_state_destroy(&burst->kept);
    burst->from_start = false;
    while (!err && bursts > 0) {
        const uint32_t count = bursts < burst->batch_max ? (uint32_t)bursts : burst->batch_max;
        const struct trl_burst_input *inputs;
        err = trl_burst_queue_take(&burst->queue, burst->log, burst->time + 1, count, &inputs);
        if (!err)
            err = trl_burst_gpu_record(burst->machine, cmd, burst->time + 1, count, inputs);
        if (err)
            break;
        burst->time += count;
        bursts -= count;
        trl_burst_queue_pass(&burst->queue, burst->time + 1);
        trl_burst_queue_drop(&burst->queue, burst->time + 1);
    }
    return err;
}

int trl_burst_run(struct trl_burst *burst, uint64_t bursts)
{
    if (bursts > UINT64_MAX - burst->time)
        return trl_fail(burst->log, TRL_ERROR_USAGE, "%llu bursts are too many",
                        (unsigned long long)bursts);
    const int64_t start_ns = trl_clock_now_ns();
    burst->stats.deliver_ns = burst->stats.update_ns = 0;
    int err = burst->broken;
    if (err)
        trl_burst_say_broken(burst);
    while (!err && bursts > 0) {
        const uint64_t before = burst->time;
        uint32_t count = bursts < burst->batch_max ? (uint32_t)bursts : burst->batch_max;
        err = trl_burst_keep(burst);
        if (!err)
            err = trl_burst_run_batch(burst, count);
        if (err)
            err = trl_burst_recover(burst, err);
        count = (uint32_t)(burst->time - before);
        bursts -= count;
    }
    burst->stats.run_ns = trl_clock_now_ns() - start_ns;
    return err;
}

int trl_burst_stats(struct trl_burst *burst, struct trl_burst_stats *out)
{
    *out = burst->stats;
    return 0;
}

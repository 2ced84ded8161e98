/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/log.h"
#include "burst/gpu_machine.h"

enum {
    STAMPED = 2,         /* bursts of a list whose halves are timed */
    FIRST_PART = 16,     /* of a batch: the first list */
    LIMITED_BURSTS = 64, /* that the limit of time is for */
};

static const uint64_t row_bytes = UINT64_C(4) * TRL_BURST_ROW_WORDS;

static void dispatch(struct trl_gpu_cmd *cmd, const struct trl_burst_step *step,
                     struct trl_gpu_call *call, uint32_t groups)
{
    call->push = step;
    call->push_size = sizeof(*step);
    trl_gpu_cmd_dispatch(cmd, call, groups, 1, 1);
}

/* Banks need not wait for each other: what they write in common they add up atomically. */
static void deliver(const struct trl_burst_gpu *machine, struct trl_gpu_cmd *cmd,
                    const struct trl_burst_step *step)
{
    struct trl_gpu_call call = {
        .kernel = machine->deliver[machine->sparse],
        .bindings = {{.buffer = machine->entries},
                     {.buffer = machine->banks.buffers[step->bank]},
                     {.buffer = machine->sums, .write = true, .beside = true},
                     {.buffer = machine->heads, .write = true, .beside = true},
                     {.buffer = machine->rows, .write = true, .beside = true},
                     {.buffer = machine->ledger, .write = true, .beside = true},
                     {.buffer = machine->injected},
                     {.buffer = machine->outer, .write = true, .beside = true},
                     {.buffer = machine->candidates, .write = true, .beside = true},
                     {.buffer = machine->kind_of},
                     {.buffer = machine->kinds}},
        .binding_count = 11,
    };
    dispatch(cmd, step, &call, machine->deliver_groups);
}

static void update(const struct trl_burst_gpu *machine, struct trl_gpu_cmd *cmd,
                   const struct trl_burst_step *step)
{
    struct trl_gpu_call call = {
        .kernel = machine->update[machine->sparse],
        .bindings = {{.buffer = machine->entries, .write = true},
                     {.buffer = machine->heads, .write = true},
                     {.buffer = machine->starts},
                     {.buffer = machine->ledger, .write = true},
                     {.buffer = machine->fired_v, .write = true},
                     {.buffer = machine->kind_of},
                     {.buffer = machine->kinds},
                     {.buffer = machine->sums, .write = true},
                     {.buffer = machine->v, .write = true},
                     {.buffer = machine->counts, .write = true},
                     {.buffer = machine->outer, .write = true},
                     {.buffer = machine->touched, .write = true},
                     {.buffer = machine->candidates},
                     {.buffer = machine->rows, .write = true},
                     {.buffer = machine->input, .write = true}},
        .binding_count = 15,
    };
    dispatch(cmd, step, &call, machine->update_groups);
}

static void pack(uint32_t *items, const struct trl_burst_input *input, uint32_t first,
                 uint32_t count)
{
    for (uint32_t n = 0; n < count; n++) {
        items[2 * n] = input->ids[first + n];
        memcpy(&items[2 * n + 1], &input->amounts[first + n], sizeof(float));
    }
}

/* All that a list injects, at once; false if there is no room for it. */
static bool stage_all(struct trl_burst_gpu *machine, struct trl_gpu_cmd *cmd,
                      const struct trl_burst_input *inputs, uint32_t count)
{
    uint64_t total = 0;
    for (uint32_t n = 0; n < count; n++)
        total += inputs[n].count;
    if (total > machine->tuning.inject_items)
        return false;
    uint32_t used = 0;
    for (uint32_t n = 0; n < count; n++) {
        pack(machine->items + (size_t)used * 2, &inputs[n], 0, inputs[n].count);
        used += inputs[n].count;
    }
    trl_gpu_cmd_update(cmd, machine->injected, 0, machine->items, (uint64_t)used * 8);
    return true;
}

/* What one burst injects, in pieces that deliver takes by themselves. */
static void inject_pieces(struct trl_burst_gpu *machine, struct trl_gpu_cmd *cmd,
                          struct trl_burst_step step, const struct trl_burst_input *input)
{
    const uint32_t room = machine->tuning.inject_items;
    for (uint32_t first = 0; first < input->count; first += step.inject_count) {
        step.inject_count = input->count - first < room ? input->count - first : room;
        pack(machine->items, input, first, step.inject_count);
        trl_gpu_cmd_update(cmd, machine->injected, 0, machine->items,
                           (uint64_t)step.inject_count * 8);
        step.inject_first = 0;
        step.parts = 0;
        deliver(machine, cmd, &step);
    }
}

static void deliver_banks(const struct trl_burst_gpu *machine, struct trl_gpu_cmd *cmd,
                          struct trl_burst_step step)
{
    step.parts = TRL_BURST_PART_SPIKES | TRL_BURST_PART_START;
    for (step.bank = 0; step.bank < machine->banks.count; step.bank++) {
        deliver(machine, cmd, &step);
        step.parts = TRL_BURST_PART_SPIKES;
        step.inject_count = 0;
    }
}

/* Counts of the bursts go to rows from row on. stamped: the first of them have a stage for each of
 * their halves. */
static void record(struct trl_burst_gpu *machine, struct trl_gpu_cmd *cmd, uint64_t first,
                   uint32_t count, const struct trl_burst_input *inputs, uint32_t row, bool stamped)
{
    struct trl_burst_step step = {.neuron_count = machine->plan->neuron_count,
                                  .driven_count = machine->driven_count};
    const bool staged = stage_all(machine, cmd, inputs, count);
    for (uint32_t n = 0; n < count; n++) {
        step.time = (uint32_t)(first + n);
        step.mask =
            (uint32_t)((first + n) % machine->ledger_bursts) * trl_burst_words(step.neuron_count);
        step.row = (row + n) * TRL_BURST_ROW_WORDS;
        step.inject_count = staged ? inputs[n].count : 0;
        if (stamped && n <= STAMPED)
            trl_gpu_cmd_stage(cmd, n < STAMPED ? TRL_GPU_STAGE_DELIVER : TRL_GPU_STAGE_COPY);
        deliver_banks(machine, cmd, step);
        if (!staged)
            inject_pieces(machine, cmd, step, &inputs[n]);
        if (stamped && n < STAMPED)
            trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_SIM);
        step.inject_first += step.inject_count;
        step.parts = inputs[n].count > 0;
        update(machine, cmd, &step);
    }
    for (uint32_t n = 0; n < count; n++)
        machine->upload_bytes += (uint64_t)inputs[n].count * 8;
}

int trl_burst_gpu_record(struct trl_burst_machine *base, struct trl_gpu_cmd *cmd, uint64_t first,
                         uint32_t count, const struct trl_burst_input *inputs)
{
    struct trl_burst_gpu *machine = (struct trl_burst_gpu *)base;
    if (count > machine->batch_max)
        return trl_fail(machine->log, TRL_ERROR_INTERNAL, "%u bursts in a list: %u are possible",
                        count, machine->batch_max);
    trl_gpu_cmd_fill(cmd, machine->rows, 0, count * row_bytes, 0);
    record(machine, cmd, first, count, inputs, 0, false);
    return 0;
}

/* ---- a batch of our own ---- */

/* One list of the batch: bursts begin to end - 1. */
static int submit_part(struct trl_burst_gpu *machine, const struct trl_burst_batch *batch, int list,
                       uint32_t begin, uint32_t end, struct trl_gpu_point *done)
{
    struct trl_gpu_cmd *cmd = machine->cmds[list];
    int err = trl_gpu_cmd_begin(cmd);
    if (err)
        return err;
    if (begin == 0)
        trl_gpu_cmd_fill(cmd, machine->rows, 0, batch->count * row_bytes, 0);
    record(machine, cmd, batch->first + begin, end - begin, batch->inputs + begin, begin, true);
    if (end == batch->count) {
        trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_COPY);
        trl_gpu_cmd_copy(cmd, machine->readback, 0, machine->rows, 0, batch->count * row_bytes);
        trl_gpu_cmd_to_host(cmd, machine->readback);
    }
    struct trl_gpu_point point;
    err = trl_gpu_submit(cmd, NULL, 0, &point);
    if (!err)
        *done = point;
    return err;
}

/* Lists that double in length: the device begins early, and each is recorded while the one before
 * runs. Returns how many were submitted. */
static int submit(struct trl_burst_gpu *machine, const struct trl_burst_batch *batch,
                  struct trl_gpu_point *done, int *err)
{
    uint32_t begin = 0, size = batch->count / FIRST_PART;
    int list = 0;
    for (; !*err && begin < batch->count; list++) {
        const bool last = list == TRL_BURST_GPU_LISTS - 1 || size == 0;
        const uint32_t end = last ? batch->count : begin + size;
        *err = submit_part(machine, batch, list, begin, end, done);
        begin = end;
        size *= 2;
    }
    return *err ? list - 1 : list;
}

static void read_counts(struct trl_burst_gpu *machine, struct trl_burst_batch *batch)
{
    uint64_t candidates = 0;
    for (uint32_t n = 0; n < batch->count; n++) {
        const uint32_t *row = (const uint32_t *)trl_gpu_buffer_map(machine->readback) +
                              (size_t)n * TRL_BURST_ROW_WORDS;
        struct trl_burst_counts counts = {.hash_misses = row[TRL_BURST_MISSES]};
        for (uint32_t stripe = 0; stripe < TRL_BURST_STRIPES; stripe++) {
            const uint32_t *words = row + (size_t)stripe * TRL_BURST_STRIPE_WORDS;
            counts.candidates += words[TRL_BURST_CANDIDATES];
            counts.blocked += words[TRL_BURST_BLOCKED];
            counts.fired += words[TRL_BURST_SPIKES];
            counts.delivered += words[TRL_BURST_DELIVERED];
        }
        batch->counts[n] = counts;
        candidates += counts.candidates;
    }
    const double slots = (double)batch->count * machine->plan->neuron_count;
    machine->sparse = (double)candidates < (double)machine->tuning.sparse_below * slots;
}

/* The halves of the first bursts of a list stand for those of all. */
static void add_times(struct trl_burst_gpu *machine, struct trl_burst_batch *batch, int list)
{
    int64_t ns[TRL_GPU_STAGE_COUNT];
    trl_gpu_cmd_times(machine->cmds[list], ns);
    const double halves = (double)ns[TRL_GPU_STAGE_DELIVER] + (double)ns[TRL_GPU_STAGE_SIM];
    if (halves <= 0)
        return;
    const double all = halves + (double)ns[TRL_GPU_STAGE_COPY];
    batch->deliver_ns += (int64_t)(all * (double)ns[TRL_GPU_STAGE_DELIVER] / halves);
    batch->update_ns += (int64_t)(all * (double)ns[TRL_GPU_STAGE_SIM] / halves);
}

static int64_t limit_of(const struct trl_burst_gpu *machine, const struct trl_burst_batch *batch)
{
    const int64_t portions = (batch->count + LIMITED_BURSTS - 1) / LIMITED_BURSTS;
    return machine->limit_ns > INT64_MAX / portions ? INT64_MAX : machine->limit_ns * portions;
}

int trl_burst_gpu_run(struct trl_burst_machine *base, struct trl_burst_batch *batch)
{
    struct trl_burst_gpu *machine = (struct trl_burst_gpu *)base;
    struct trl_gpu_point done;
    if (batch->count == 0)
        return 0;
    if (machine->tuning.update != TRL_BURST_GPU_MEASURED)
        machine->sparse = machine->tuning.update == TRL_BURST_GPU_SPARSE;
    machine->was_sparse = machine->sparse;
    int err = 0;
    const int lists = submit(machine, batch, &done, &err);
    /* A list that failed leaves those before it in flight. */
    if (lists) {
        const int waited = trl_gpu_wait_or_lose(machine->device, done, limit_of(machine, batch));
        err = err ? err : waited;
        machine->host_waits++;
    }
    if (!err)
        err = trl_gpu_buffer_invalidate(machine->readback, 0, batch->count * row_bytes);
    if (err)
        return err;
    read_counts(machine, batch);
    for (int n = 0; n < lists; n++)
        add_times(machine, batch, n);
    batch->download_bytes += batch->count * row_bytes;
    batch->upload_bytes += machine->upload_bytes;
    batch->host_waits += machine->host_waits;
    machine->upload_bytes = machine->host_waits = 0;
    return 0;
}

int trl_burst_gpu_requeue(struct trl_burst_gpu *machine, uint64_t time)
{
    struct trl_gpu_cmd *cmd = machine->cmds[0];
    struct trl_gpu_point done;
    const struct trl_burst_step step = {
        .neuron_count = machine->plan->neuron_count,
        .time = (uint32_t)time,
        .mask = (uint32_t)(time % machine->ledger_bursts) *
                trl_burst_words(machine->plan->neuron_count),
    };
    struct trl_gpu_call call = {
        .kernel = machine->requeue,
        .bindings = {{.buffer = machine->entries, .write = true},
                     {.buffer = machine->heads, .write = true},
                     {.buffer = machine->starts},
                     {.buffer = machine->ledger, .write = true},
                     {.buffer = machine->fired_v, .write = true},
                     {.buffer = machine->kind_of},
                     {.buffer = machine->kinds}},
        .binding_count = 7,
    };
    int err = trl_gpu_cmd_begin(cmd);
    if (err)
        return err;
    trl_gpu_cmd_fill(cmd, machine->heads, 0, UINT64_C(4) * TRL_BURST_LISTS, 0);
    trl_gpu_cmd_fill(cmd, machine->sums, 0, trl_gpu_buffer_size(machine->sums), 0);
    trl_gpu_cmd_fill(cmd, machine->outer, 0, trl_gpu_buffer_size(machine->outer), 0);
    dispatch(cmd, &step, &call, machine->update_groups);
    err = trl_gpu_submit(cmd, NULL, 0, &done);
    if (!err)
        err = trl_gpu_wait_or_lose(machine->device, done, machine->limit_ns);
    machine->host_waits++;
    return err;
}

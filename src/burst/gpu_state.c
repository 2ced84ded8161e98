/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "burst/gpu_machine.h"

static void fill_rest(const void *user, uint64_t offset, void *out, uint64_t size)
{
    const struct trl_burst_plan *plan = user;
    float *rest = out;
    for (uint64_t n = 0; n < size / 4; n++)
        rest[n] = plan->kinds[plan->kind_of[offset / 4 + n]].rest;
}

static int upload(struct trl_burst_gpu *machine)
{
    const struct trl_burst_plan *plan = machine->plan;
    const uint64_t neurons = plan->neuron_count;
    uint32_t heads[TRL_BURST_HEADS_WORDS] = {0};
    for (uint32_t n = 0; n < machine->banks.count; n++)
        heads[TRL_BURST_LISTS + n] = machine->banks.lists[n];
    const struct trl_burst_copy copies[] = {
        {.buffer = machine->v, .size = neurons * 4, .fill = fill_rest, .from = plan},
        {.buffer = machine->kind_of, .size = neurons * 4, .from = plan->kind_of},
        {.buffer = machine->kinds,
         .size = plan->kind_count * sizeof(*plan->kinds),
         .from = plan->kinds},
        {.buffer = machine->starts,
         .size = machine->hash.capacity ? machine->hash.capacity * sizeof(struct trl_burst_slot)
                                        : (neurons + 1) * 8,
         .from = machine->hash.capacity ? (const void *)machine->hash.slots : plan->rows},
        {.buffer = machine->heads, .size = sizeof(heads), .from = heads},
        {.buffer = machine->candidates,
         .size = machine->driven_count * UINT64_C(4),
         .from = machine->driven},
    };
    int err = trl_burst_gpu_copy(machine, copies, sizeof(copies) / sizeof(*copies));
    return err ? err : trl_burst_banks_upload(machine);
}

static int clear(struct trl_burst_gpu *machine)
{
    enum { CLEARED = 7 };
    struct trl_gpu_buffer *const zero[CLEARED] = {
        machine->sums,  machine->counts, machine->fired_v, machine->touched,
        machine->outer, machine->ledger, machine->input};
    struct trl_gpu_cmd *cmd = machine->cmds[0];
    struct trl_gpu_point done;
    int err = trl_gpu_cmd_begin(cmd);
    for (size_t n = 0; n < CLEARED; n++)
        trl_gpu_cmd_fill(cmd, zero[n], 0, trl_gpu_buffer_size(zero[n]), 0);
    if (!err)
        err = trl_gpu_submit(cmd, NULL, 0, &done);
    if (!err)
        err = trl_gpu_wait_or_lose(machine->device, done, machine->limit_ns);
    machine->host_waits++;
    return err;
}

int trl_burst_gpu_start(struct trl_burst_gpu *machine)
{
    const int err = clear(machine);
    return err ? err : upload(machine);
}

enum { STATE_COPIES = 7 };

/* The arrays that are there, to or from buffers; the ledger in two parts, oldest burst first. */
static uint32_t list_state(struct trl_burst_gpu *machine, const struct trl_burst_state *state,
                           bool out, struct trl_burst_copy copies[STATE_COPIES])
{
    const uint64_t neurons = machine->plan->neuron_count, kept = machine->ledger_bursts;
    const uint64_t mask_bytes = UINT64_C(4) * trl_burst_words(machine->plan->neuron_count);
    const uint64_t oldest = (state->time + 1) % kept;
    char *ledger = (char *)state->ledger;
    const struct {
        struct trl_gpu_buffer *buffer;
        void *host;
        uint64_t offset, size;
    } parts[STATE_COPIES] = {
        {machine->v, state->v, 0, neurons * 4},
        {machine->counts, state->counts, 0, neurons * 4},
        {machine->fired_v, state->fired_v, 0, neurons * 4},
        {machine->touched, machine->tracks ? state->touched : NULL, 0, neurons * 4},
        {machine->input, machine->keeps_input ? state->input : NULL, 0, neurons * 4},
        {machine->ledger, ledger, oldest * mask_bytes, (kept - oldest) * mask_bytes},
        {machine->ledger, ledger ? ledger + (kept - oldest) * mask_bytes : NULL, 0,
         oldest * mask_bytes},
    };
    uint32_t count = 0;
    for (int n = 0; n < STATE_COPIES; n++)
        if (parts[n].host && parts[n].size)
            copies[count++] = (struct trl_burst_copy){.buffer = parts[n].buffer,
                                                      .offset = parts[n].offset,
                                                      .size = parts[n].size,
                                                      .to = out ? parts[n].host : NULL,
                                                      .from = out ? NULL : parts[n].host};
    return count;
}

int trl_burst_gpu_save(struct trl_burst_machine *base, struct trl_burst_state *state,
                       uint64_t *bytes)
{
    struct trl_burst_gpu *machine = (struct trl_burst_gpu *)base;
    struct trl_burst_copy copies[STATE_COPIES];
    const uint32_t count = list_state(machine, state, true, copies);
    if (!machine->tracks && state->touched)
        memset(state->touched, 0, machine->plan->neuron_count * sizeof(uint32_t));
    for (uint32_t n = 0; n < count; n++)
        *bytes += copies[n].size;
    return trl_burst_gpu_copy(machine, copies, count);
}

int trl_burst_gpu_load(struct trl_burst_machine *base, const struct trl_burst_state *state,
                       uint64_t *bytes)
{
    struct trl_burst_gpu *machine = (struct trl_burst_gpu *)base;
    struct trl_burst_copy copies[STATE_COPIES];
    const uint32_t count = list_state(machine, state, false, copies);
    const uint64_t before = machine->upload_bytes;
    int err = trl_burst_gpu_copy(machine, copies, count);
    *bytes += machine->upload_bytes - before;
    machine->upload_bytes = before;
    return err ? err : trl_burst_gpu_requeue(machine, state->time);
}

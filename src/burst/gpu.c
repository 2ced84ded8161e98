/* SPDX-License-Identifier: BSD-2-Clause */
#include "burst/gpu.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/math.h"
#include "burst/gpu_machine.h"

enum {
    LANES = 1 << 17, /* half of what fills a large device: more have to queue for their counts */
    GROUPS_SOFTWARE = 16, /* a workgroup costs microseconds there */
    TURNS_MAX = 32768,    /* of a loop: some drivers end them silently at 65535 */
    INJECT_ITEMS = 65536,
    HANG_MS = 10000,
    LEAVE_NS = 1000000000, /* so long a lost device may take to let go */
    BUFFER_ALIGNMENT = 256,
};

/* Candidates a neuron and burst. */
static const float sparse_below = 0.02F, sparse_below_software = 0.6F;

static struct trl_burst_gpu *gpu_of(struct trl_burst_machine *base)
{
    return (struct trl_burst_gpu *)base;
}

static void destroy(struct trl_burst_machine *base)
{
    struct trl_burst_gpu *machine = gpu_of(base);
    if (trl_gpu_lost(machine->device) && !trl_gpu_through(machine->device, LEAVE_NS)) {
        trl_log_print(machine->log, TRL_LOG_WARN,
                      "%s still hangs: the memory of its bursts is not given back",
                      trl_device_info(machine->device)->name);
        return;
    }
    struct trl_gpu_buffer **buffers[] = {
        &machine->sums,     &machine->v,           &machine->counts,   &machine->fired_v,
        &machine->touched,  &machine->input,       &machine->outer,    &machine->kind_of,
        &machine->kinds,    &machine->starts,      &machine->ledger,   &machine->entries,
        &machine->heads,    &machine->rows,        &machine->readback, &machine->candidates,
        &machine->injected, &machine->late_buffer,
    };
    for (size_t n = 0; n < sizeof(buffers) / sizeof(*buffers); n++)
        trl_gpu_buffer_destroy(buffers[n]);
    for (uint32_t n = 0; n < machine->banks.count; n++)
        trl_gpu_buffer_destroy(&machine->banks.buffers[n]);
    for (int n = 0; n < TRL_BURST_GPU_KERNELS; n++) {
        trl_gpu_kernel_destroy(&machine->deliver[n]);
        trl_gpu_kernel_destroy(&machine->update[n]);
    }
    trl_gpu_kernel_destroy(&machine->requeue);
    for (int n = 0; n < TRL_BURST_GPU_LISTS; n++)
        trl_gpu_cmd_destroy(&machine->cmds[n]);
    trl_gpu_cmd_destroy(&machine->late_cmd);
    trl_burst_hash_destroy(&machine->hash);
    free(machine->driven);
    free(machine->items);
    free(machine);
}

int trl_burst_gpu_refuse(struct trl_burst_gpu *machine, enum trl_error error, const char *format,
                         ...)
{
    va_list values;
    va_start(values, format);
    vsnprintf(machine->obstacle, sizeof(machine->obstacle), format, values);
    va_end(values);
    return error;
}

static int check_device(struct trl_burst_gpu *machine, const struct trl_burst_params *params)
{
    const struct trl_device_info *info = trl_device_info(machine->device);
    if (!trl_gpu_subgroups(machine->device))
        return trl_burst_gpu_refuse(machine, TRL_ERROR_UNSUPPORTED,
                                    "bursts need operations of subgroups that %s lacks",
                                    info->name);
    if (machine->plan->scale.sum_bits == 64 && !trl_gpu_atomics_64(machine->device))
        return trl_burst_gpu_refuse(machine, TRL_ERROR_UNSUPPORTED,
                                    "sums of this network need 64-bit atomics, which %s lacks",
                                    info->name);
    if ((uint32_t)params->group_size > info->workgroup_invocations_max)
        return trl_burst_gpu_refuse(machine, TRL_ERROR_UNSUPPORTED,
                                    "a workgroup of %d lanes: %s allows %u", params->group_size,
                                    info->name, info->workgroup_invocations_max);
    return 0;
}

static int find_driven(struct trl_burst_gpu *machine)
{
    const struct trl_burst_plan *plan = machine->plan;
    if (!(plan->flags & TRL_BURST_DRIVEN))
        return 0;
    machine->driven = malloc(((size_t)plan->neuron_count + 1) * sizeof(*machine->driven));
    if (!machine->driven)
        return trl_fail_memory(machine->log, "driven neurons",
                               plan->neuron_count * sizeof(*machine->driven));
    for (uint32_t n = 0; n < plan->neuron_count; n++)
        if (plan->kinds[plan->kind_of[n]].pause >> 16 & TRL_BURST_DRIVEN)
            machine->driven[machine->driven_count++] = n;
    return 0;
}

/* ---- kernels ---- */

static uint32_t team_of(const struct trl_burst_gpu *machine, uint32_t group)
{
    uint32_t team = trl_device_info(machine->device)->subgroup_size;
    return team < 1 ? 1 : team > group ? group : team;
}

static uint32_t groups_of(const struct trl_burst_gpu *machine, uint32_t group, uint64_t lanes)
{
    const bool software = trl_device_info(machine->device)->type == TRL_DEVICE_SOFTWARE;
    uint64_t most = software ? GROUPS_SOFTWARE : LANES / group;
    if (machine->tuning.lanes)
        most = (machine->tuning.lanes + group - 1) / group;
    const uint64_t all = (lanes + group - 1) / group;
    const uint64_t groups = all < most ? all : most;
    return groups ? (uint32_t)groups : 1;
}

static void choose_groups(struct trl_burst_gpu *machine, uint32_t group)
{
    const uint64_t neurons = machine->plan->neuron_count, entries = machine->banks.entries;
    const uint32_t team = team_of(machine, group);
    machine->update_groups = groups_of(machine, group, neurons);
    machine->deliver_groups = groups_of(machine, group, entries * team);
    const uint64_t update_least = neurons / TURNS_MAX / group + 1;
    const uint64_t turns = entries * (TRL_BURST_CHUNK / team + 2);
    const uint64_t deliver_least = turns / TURNS_MAX / (group / team) + 1;
    if (machine->update_groups < update_least)
        machine->update_groups = (uint32_t)update_least;
    if (machine->deliver_groups < deliver_least)
        machine->deliver_groups = (uint32_t)deliver_least;
}

static int create_kernels(struct trl_burst_gpu *machine, uint32_t group)
{
    const struct trl_burst_plan *plan = machine->plan;
    const struct trl_burst_scale *scale = &plan->scale;
    const bool wide = scale->sum_bits == 64;
    const bool whole_words = trl_device_info(machine->device)->subgroup_size % 32 == 0;
    const bool software = trl_device_info(machine->device)->type == TRL_DEVICE_SOFTWARE;
    const bool hash_whole = machine->hash.probes >= machine->hash.longest;
    int err = 0;
    for (uint32_t sparse = 0; !err && sparse < TRL_BURST_GPU_KERNELS; sparse++) {
        const struct trl_gpu_kernel_params deliver = {
            .shader = wide ? TRL_SHADER_BURST_DELIVER64_COMP : TRL_SHADER_BURST_DELIVER32_COMP,
            .spec = {group, team_of(machine, group), (uint32_t)scale->count_bits,
                     (uint32_t)scale->fraction_bits, plan->flags, sparse, sparse || !whole_words},
            .spec_count = 7,
        };
        const struct trl_gpu_kernel_params update = {
            .shader = TRL_SHADER_BURST_UPDATE_COMP,
            .spec = {group, plan->flags, machine->banks.count, machine->banks.bits,
                     machine->hash.capacity, machine->hash.probes, hash_whole,
                     (uint32_t)scale->count_bits, wide, trl_float_bits(plan->unit), plan->wall_time,
                     plan->wgsl, sparse, whole_words, machine->tracks, machine->keeps_input,
                     plan->kind_count == 1, !sparse && !software},
            .spec_count = 18,
        };
        err = trl_gpu_kernel_create(&machine->deliver[sparse], machine->device, &deliver);
        if (!err)
            err = trl_gpu_kernel_create(&machine->update[sparse], machine->device, &update);
    }
    const struct trl_gpu_kernel_params requeue = {
        .shader = TRL_SHADER_BURST_REQUEUE_COMP,
        .spec = {group, plan->flags, machine->banks.count, machine->banks.bits,
                 machine->hash.capacity, machine->hash.probes, true},
        .spec_count = 7,
    };
    return err ? err : trl_gpu_kernel_create(&machine->requeue, machine->device, &requeue);
}

/* ---- memory ---- */

struct wanted {
    struct trl_gpu_buffer **buffer;
    const char *name;
    uint64_t size;
    enum trl_gpu_memory memory;
};

enum { WANTED = 17 };

static void list_buffers(struct trl_burst_gpu *machine, struct wanted wanted[WANTED])
{
    const struct trl_burst_plan *plan = machine->plan;
    const uint64_t neurons = plan->neuron_count, words = trl_burst_words(plan->neuron_count);
    const uint64_t starts = machine->hash.capacity
                                ? machine->hash.capacity * sizeof(struct trl_burst_slot)
                                : (neurons + 1) * 8;
    const uint64_t rows = (uint64_t)machine->batch_max * TRL_BURST_ROW_WORDS * 4;
    const struct wanted list[WANTED] = {
        {&machine->sums, "sums", neurons * (uint64_t)plan->scale.sum_bits / 8, 0},
        {&machine->v, "potentials", neurons * 4, 0},
        {&machine->counts, "countdowns", neurons * 4, 0},
        {&machine->fired_v, "potentials of firing", neurons * 4, 0},
        {&machine->touched, "last bursts", machine->tracks ? neurons * 4 : 4, 0},
        {&machine->outer, "injected amounts", neurons * 4, 0},
        {&machine->input, "inputs", machine->keeps_input ? neurons * 4 : 4, 0},
        {&machine->kind_of, "kinds of neurons", neurons * 4, 0},
        {&machine->kinds, "parameters of kinds", plan->kind_count * sizeof(trl_burst_kind), 0},
        {&machine->starts, "rows of synapses", starts, 0},
        {&machine->ledger, "spikes", words * machine->ledger_bursts * 4, 0},
        {&machine->entries, "queue of spikes", machine->banks.entries * 16, 0},
        {&machine->heads, "heads of queues", TRL_BURST_HEADS_WORDS * 4, 0},
        {&machine->candidates, "candidates", neurons * 4, 0},
        {&machine->injected, "injections", (uint64_t)machine->tuning.inject_items * 8, 0},
        {&machine->rows, "counts of bursts", rows, 0},
        {&machine->readback, "counts of bursts", rows, TRL_GPU_MEMORY_READBACK},
    };
    memcpy(wanted, list, sizeof(list));
}

static int check_memory(struct trl_burst_gpu *machine, const struct trl_burst_params *params,
                        const struct wanted *wanted)
{
    const struct trl_device_info *info = trl_device_info(machine->device);
    uint64_t needed = 0;
    for (int n = 0; n < WANTED; n++) {
        if (wanted[n].size > info->storage_buffer_bytes_max)
            return trl_burst_gpu_refuse(
                machine, TRL_ERROR_DEVICE_MEMORY,
                "%u neurons need %llu bytes for %s; one buffer of %s has %llu",
                machine->plan->neuron_count, (unsigned long long)wanted[n].size, wanted[n].name,
                info->name, (unsigned long long)info->storage_buffer_bytes_max);
        needed += trl_align_up(wanted[n].size ? wanted[n].size : 1, BUFFER_ALIGNMENT);
    }
    for (uint32_t n = 0; n < machine->banks.count; n++)
        needed += trl_align_up(machine->banks.synapses[n] ? machine->banks.synapses[n] * 8 : 1,
                               BUFFER_ALIGNMENT);
    uint64_t available = trl_gpu_memory_left(machine->device);
    if (params->memory_max_bytes && params->memory_max_bytes < available)
        available = params->memory_max_bytes;
    if (needed > available)
        return trl_burst_gpu_refuse(
            machine, TRL_ERROR_DEVICE_MEMORY,
            "%u neurons with %llu synapses need %llu bytes of device memory; %llu are "
            "available on %s",
            machine->plan->neuron_count, (unsigned long long)machine->plan->synapse_count,
            (unsigned long long)needed, (unsigned long long)available, info->name);
    return 0;
}

static int create_buffers(struct trl_burst_gpu *machine, const struct wanted *wanted)
{
    for (int n = 0; n < WANTED; n++) {
        const struct trl_gpu_buffer_params params = {
            .name = wanted[n].name, .size_bytes = wanted[n].size, .memory = wanted[n].memory};
        int err = trl_gpu_buffer_create(wanted[n].buffer, machine->device, &params);
        if (err)
            return err;
    }
    return 0;
}

/* Whether the device can run the plan. */
static int check(struct trl_burst_gpu *machine, const struct trl_burst_params *params,
                 struct wanted wanted[WANTED])
{
    int err = check_device(machine, params);
    if (!err)
        err = trl_burst_banks_plan(machine);
    if (!err && params->lookup == TRL_BURST_HASH)
        err =
            trl_burst_hash_create(&machine->hash, machine->plan, machine->log, params->hash_probes);
    if (err)
        return err;
    list_buffers(machine, wanted);
    return check_memory(machine, params, wanted);
}

static int prepare(struct trl_burst_gpu *machine, const struct trl_burst_params *params)
{
    struct wanted wanted[WANTED];
    int err = check(machine, params, wanted);
    if (*machine->obstacle)
        return trl_fail(machine->log, err, "%s", machine->obstacle);
    if (!err)
        err = find_driven(machine);
    if (!err)
        err = create_buffers(machine, wanted);
    if (err)
        return err;
    choose_groups(machine, (uint32_t)params->group_size);
    err = create_kernels(machine, (uint32_t)params->group_size);
    for (int n = 0; !err && n < TRL_BURST_GPU_LISTS; n++)
        err = trl_gpu_cmd_create(&machine->cmds[n], machine->device, TRL_GPU_QUEUE_COMPUTE);
    machine->items = malloc(machine->tuning.inject_items * UINT64_C(8));
    if (!err && !machine->items)
        err =
            trl_fail_memory(machine->log, "injections", machine->tuning.inject_items * UINT64_C(8));
    return err ? err : trl_burst_gpu_start(machine);
}

/* A software driver does not hang, it is slow. */
static int64_t limit_of(int hang_ms, bool software)
{
    if (hang_ms < 0 || (hang_ms == 0 && software))
        return INT64_MAX;
    return (hang_ms ? hang_ms : HANG_MS) * INT64_C(1000000);
}

float trl_burst_gpu_sparse_below(const struct trl_device *device)
{
    return trl_device_info(device)->type == TRL_DEVICE_SOFTWARE ? sparse_below_software
                                                                : sparse_below;
}

/* A machine that has nothing on the device yet. */
static struct trl_burst_gpu *begin(const struct trl_burst_plan *plan,
                                   const struct trl_burst_params *params,
                                   const struct trl_burst_gpu_tuning *tuning)
{
    struct trl_burst_gpu *machine = calloc(1, sizeof(*machine));
    if (!machine)
        return NULL;
    machine->plan = plan;
    machine->device = params->device;
    machine->log = params->log;
    machine->ledger_bursts = (uint32_t)params->ledger_bursts;
    machine->batch_max = (uint32_t)params->submit_bursts;
    if (tuning)
        machine->tuning = *tuning;
    if (machine->tuning.sparse_below <= 0)
        machine->tuning.sparse_below = trl_burst_gpu_sparse_below(params->device);
    /* A driver that runs on the processor takes every lane through every branch. */
    machine->sparse = trl_device_info(params->device)->type == TRL_DEVICE_SOFTWARE;
    machine->limit_ns = limit_of(params->hang_ms, machine->sparse);
    if (!machine->tuning.inject_items)
        machine->tuning.inject_items = INJECT_ITEMS;
    machine->keeps_input = params->keep_input;
    machine->tracks = plan->wall_time || params->keep_input || plan->flags & TRL_BURST_COINCIDENCE;
    return machine;
}

int trl_burst_gpu_create(struct trl_burst_machine **out, const struct trl_burst_plan *plan,
                         const struct trl_burst_params *params,
                         const struct trl_burst_gpu_tuning *tuning)
{
    *out = NULL;
    if (!params->device)
        return trl_fail(params->log, TRL_ERROR_DEVICE, "the GPU backend of bursts has no device");
    struct trl_burst_gpu *machine = begin(plan, params, tuning);
    if (!machine)
        return trl_fail_memory(params->log, "burst engine", sizeof(*machine));
    int err = prepare(machine, params);
    if (err) {
        destroy(&machine->base);
        return err;
    }
    *out = &machine->base;
    return 0;
}

int trl_burst_gpu_check(const struct trl_burst_plan *plan, const struct trl_burst_params *params,
                        char *why, size_t why_size)
{
    struct wanted wanted[WANTED];
    struct trl_burst_gpu *machine = begin(plan, params, NULL);
    if (!machine)
        return trl_fail_memory(params->log, "burst engine", sizeof(*machine));
    const int err = check(machine, params, wanted);
    snprintf(why, why_size, "%s", err && !*machine->obstacle ? "out of memory" : machine->obstacle);
    destroy(&machine->base);
    return err;
}

static int create(struct trl_burst_machine **out, const struct trl_burst_plan *plan,
                  const struct trl_burst_params *params)
{
    return trl_burst_gpu_create(out, plan, params, NULL);
}

struct trl_burst_gpu_buffers trl_burst_gpu_buffers(const struct trl_burst_machine *base)
{
    const struct trl_burst_gpu *machine = (const struct trl_burst_gpu *)base;
    return (struct trl_burst_gpu_buffers){
        .v = machine->v,
        .counts = machine->counts,
        .fired_v = machine->fired_v,
        .touched = machine->tracks ? machine->touched : NULL,
        .input = machine->input,
        .kind_of = machine->kind_of,
        .kinds = machine->kinds,
        .ledger = machine->ledger,
        .mask_words = trl_burst_words(machine->plan->neuron_count),
    };
}

bool trl_burst_gpu_is_sparse(const struct trl_burst_machine *base)
{
    return ((const struct trl_burst_gpu *)base)->was_sparse;
}

const struct trl_burst_backend_impl trl_burst_gpu = {
    .name = "gpu",
    .device = true,
    .create = create,
    .destroy = destroy,
    .run = trl_burst_gpu_run,
    .save = trl_burst_gpu_save,
    .load = trl_burst_gpu_load,
};

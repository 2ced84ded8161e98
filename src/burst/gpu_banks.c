/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/log.h"
#include "burst/gpu_machine.h"

enum { SYNAPSE_BYTES = 8, BITS_MAX = 31, STAGING_BYTES = 16 << 20 };

static uint32_t largest_bank(const struct trl_device *device)
{
    const struct trl_device_info *info = trl_device_info(device);
    const uint64_t range = info->storage_buffer_bytes_max, one = info->allocation_bytes_max;
    const uint64_t bytes = range < one ? range : one;
    uint32_t bits = 0;
    while (bits < BITS_MAX && (UINT64_C(2) << bits) * SYNAPSE_BYTES <= bytes)
        bits++;
    return bits;
}

/* The entries of the queue that each bank needs when every neuron fires. */
static void count_entries(struct trl_burst_gpu *machine, uint64_t *entries)
{
    const struct trl_burst_plan *plan = machine->plan;
    const uint64_t size = UINT64_C(1) << machine->banks.bits;
    for (uint32_t n = 0; n < plan->neuron_count; n++) {
        uint64_t at = plan->rows[n];
        while (at < plan->rows[n + 1]) {
            const uint64_t left = plan->rows[n + 1] - at, room = size - (at & (size - 1));
            const uint64_t part = left < room ? left : room;
            entries[at >> machine->banks.bits] += (part + TRL_BURST_CHUNK - 1) / TRL_BURST_CHUNK;
            at += part;
        }
    }
}

int trl_burst_banks_plan(struct trl_burst_gpu *machine)
{
    struct trl_burst_banks *banks = &machine->banks;
    const uint64_t count = machine->plan->synapse_count;
    banks->bits = largest_bank(machine->device);
    if (machine->tuning.bank_bits && machine->tuning.bank_bits < banks->bits)
        banks->bits = machine->tuning.bank_bits;
    const uint64_t size = UINT64_C(1) << banks->bits;
    const uint64_t needed = count ? (count + size - 1) / size : 1;
    if (needed > TRL_BURST_BANKS_MAX)
        return trl_burst_gpu_refuse(
            machine, TRL_ERROR_DEVICE_MEMORY,
            "%llu synapses need %llu banks of %llu bytes on %s; there can be %u",
            (unsigned long long)count, (unsigned long long)needed,
            (unsigned long long)size * SYNAPSE_BYTES, trl_device_info(machine->device)->name,
            TRL_BURST_BANKS_MAX);
    banks->count = (uint32_t)needed;
    uint64_t entries[TRL_BURST_BANKS_MAX] = {0};
    count_entries(machine, entries);
    for (uint32_t n = 0; n < banks->count; n++) {
        const uint64_t first = n * size;
        banks->synapses[n] = count - first < size ? count - first : size;
        banks->lists[n] = (uint32_t)banks->entries;
        banks->entries += entries[n];
    }
    return 0;
}

struct part {
    const struct trl_burst_plan *plan;
    uint64_t first; /* synapse */
};

static void fill(const void *user, uint64_t offset, void *out, uint64_t size)
{
    const struct part *part = user;
    const uint64_t first = part->first + offset / SYNAPSE_BYTES, count = size / SYNAPSE_BYTES;
    uint32_t *words = out;
    for (uint64_t n = 0; n < count; n++) {
        words[2 * n] = part->plan->targets[first + n];
        words[2 * n + 1] = (uint32_t)part->plan->values[first + n];
    }
}

int trl_burst_banks_upload(struct trl_burst_gpu *machine)
{
    struct trl_burst_banks *banks = &machine->banks;
    for (uint32_t n = 0; n < banks->count; n++) {
        const uint64_t size = banks->synapses[n] * SYNAPSE_BYTES;
        const struct trl_gpu_buffer_params params = {
            .name = "synapses", .size_bytes = size, .memory = TRL_GPU_MEMORY_DEVICE};
        int err = trl_gpu_buffer_create(&banks->buffers[n], machine->device, &params);
        const struct part part = {machine->plan, (uint64_t)n << banks->bits};
        if (!err)
            err = trl_burst_gpu_copy(
                machine,
                &(struct trl_burst_copy){
                    .buffer = banks->buffers[n], .size = size, .fill = fill, .from = &part},
                1);
        if (err)
            return err;
    }
    return 0;
}

/* A piece of the staging buffer's contents. */
struct piece {
    uint32_t copy;
    uint64_t at; /* in the copy */
    uint64_t staged, size;
};

enum { PIECES_MAX = 64 };

struct staging {
    struct trl_gpu_buffer *buffer;
    struct trl_gpu_cmd *cmd;
    struct piece pieces[PIECES_MAX];
    uint32_t count;
    uint64_t used, room;
};

static int exchange(struct trl_burst_gpu *machine, struct staging *staging,
                    const struct trl_burst_copy *copies)
{
    struct trl_gpu_point done;
    char *bytes = trl_gpu_buffer_map(staging->buffer);
    int err = trl_gpu_cmd_begin(staging->cmd);
    for (uint32_t n = 0; !err && n < staging->count; n++) {
        const struct piece *piece = &staging->pieces[n];
        const struct trl_burst_copy *copy = &copies[piece->copy];
        const uint64_t offset = copy->offset + piece->at;
        if (copy->to) {
            trl_gpu_cmd_copy(staging->cmd, staging->buffer, piece->staged, copy->buffer, offset,
                             piece->size);
            continue;
        }
        if (copy->fill)
            copy->fill(copy->from, piece->at, bytes + piece->staged, piece->size);
        else
            memcpy(bytes + piece->staged, (const char *)copy->from + piece->at, piece->size);
        trl_gpu_cmd_copy(staging->cmd, copy->buffer, offset, staging->buffer, piece->staged,
                         piece->size);
    }
    if (!err)
        err = trl_gpu_buffer_flush(staging->buffer, 0, staging->used);
    trl_gpu_cmd_to_host(staging->cmd, staging->buffer);
    if (!err)
        err = trl_gpu_submit(staging->cmd, NULL, 0, &done);
    if (!err)
        err = trl_gpu_wait_or_lose(machine->device, done, machine->limit_ns);
    machine->host_waits++;
    if (!err)
        err = trl_gpu_buffer_invalidate(staging->buffer, 0, staging->used);
    for (uint32_t n = 0; !err && n < staging->count; n++) {
        const struct piece *piece = &staging->pieces[n];
        if (copies[piece->copy].to)
            memcpy((char *)copies[piece->copy].to + piece->at, bytes + piece->staged, piece->size);
    }
    staging->count = 0;
    staging->used = 0;
    return err;
}

static int stage(struct trl_burst_gpu *machine, struct staging *staging,
                 const struct trl_burst_copy *copies, uint32_t index)
{
    int err = 0;
    for (uint64_t at = 0; !err && at < copies[index].size;) {
        const uint64_t left = copies[index].size - at, room = staging->room - staging->used;
        const uint64_t size = left < room ? left : room;
        staging->pieces[staging->count++] = (struct piece){index, at, staging->used, size};
        staging->used += size;
        at += size;
        if (staging->used == staging->room || staging->count == PIECES_MAX)
            err = exchange(machine, staging, copies);
    }
    return err;
}

int trl_burst_gpu_copy(struct trl_burst_gpu *machine, const struct trl_burst_copy *copies,
                       uint32_t count)
{
    struct staging staging = {0};
    for (uint32_t n = 0; n < count; n++)
        staging.room += copies[n].size;
    if (staging.room == 0)
        return 0;
    if (staging.room > STAGING_BYTES)
        staging.room = STAGING_BYTES;
    const struct trl_gpu_buffer_params params = {.name = "burst staging",
                                                 .size_bytes = staging.room,
                                                 .memory = copies[0].to ? TRL_GPU_MEMORY_READBACK
                                                                        : TRL_GPU_MEMORY_UPLOAD};
    int err = trl_gpu_buffer_create(&staging.buffer, machine->device, &params);
    if (!err)
        err = trl_gpu_cmd_create(&staging.cmd, machine->device, TRL_GPU_QUEUE_COMPUTE);
    for (uint32_t n = 0; !err && n < count; n++)
        err = stage(machine, &staging, copies, n);
    if (!err && staging.count)
        err = exchange(machine, &staging, copies);
    for (uint32_t n = 0; n < count; n++)
        if (!copies[n].to)
            machine->upload_bytes += copies[n].size;
    if (err == TRL_ERROR_DEVICE_LOST && !machine->late_cmd) {
        machine->late_buffer = staging.buffer;
        machine->late_cmd = staging.cmd;
        return err;
    }
    trl_gpu_cmd_destroy(&staging.cmd);
    trl_gpu_buffer_destroy(&staging.buffer);
    return err;
}

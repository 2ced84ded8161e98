/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "base/log.h"
#include "burst/gpu.h"
#include "burst/hash.h"
#include "shared/burst_step.h"

/* The inside of the Vulkan backend. */

/* Synapses {target, value} in order, 2^bits to a bank. */
struct trl_burst_banks {
    uint32_t bits, count;
    struct trl_gpu_buffer *buffers[TRL_BURST_BANKS_MAX];
    uint64_t synapses[TRL_BURST_BANKS_MAX];
    uint32_t lists[TRL_BURST_BANKS_MAX]; /* first entry of each list of the queue */
    uint64_t entries;                    /* of all lists, if all neurons fire */
};

enum { TRL_BURST_GPU_LISTS = 4, TRL_BURST_GPU_KERNELS = 2 /* dense, sparse */ };

struct trl_burst_gpu {
    struct trl_burst_machine base;
    const struct trl_burst_plan *plan;
    struct trl_device *device;
    struct trl_log *log;
    uint32_t ledger_bursts;
    struct trl_burst_gpu_tuning tuning;
    struct trl_burst_banks banks;
    struct trl_burst_hash hash;
    uint32_t *driven;
    uint32_t driven_count;
    bool tracks; /* touched is kept */
    bool keeps_input;
    bool sparse; /* how the next batch goes */
    bool was_sparse;

    struct trl_gpu_kernel *deliver[TRL_BURST_GPU_KERNELS], *update[TRL_BURST_GPU_KERNELS], *requeue;
    uint32_t deliver_groups, update_groups;
    struct trl_gpu_buffer *sums, *v, *counts, *fired_v, *touched, *input, *outer, *kind_of, *kinds,
        *starts, *ledger, *entries, *heads, *candidates, *injected, *rows, *readback;
    struct trl_gpu_cmd *cmds[TRL_BURST_GPU_LISTS];
    uint32_t *items; /* what is injected, as the device reads it */
    uint32_t batch_max;
    int64_t limit_ns;                   /* that the device may take before it counts as lost */
    struct trl_gpu_buffer *late_buffer; /* of a copy that a lost device may still be at */
    struct trl_gpu_cmd *late_cmd;
    uint64_t upload_bytes, host_waits; /* that no batch has been told of */
    char obstacle[320];                /* why the device cannot run the plan */
};

/* Notes the obstacle and returns the error. */
int trl_burst_gpu_refuse(struct trl_burst_gpu *machine, enum trl_error error, const char *format,
                         ...) TRL_PRINTF(3, 4);

/* Lays the banks out; nothing is allocated on the device. */
int trl_burst_banks_plan(struct trl_burst_gpu *machine);
/* Makes the banks and fills them. */
int trl_burst_banks_upload(struct trl_burst_gpu *machine);

/* Copies words of the host to buffers, or back, in pieces, and waits. */
struct trl_burst_copy {
    struct trl_gpu_buffer *buffer;
    uint64_t offset, size; /* bytes */
    const void *from;      /* ... or what fill is given */
    void (*fill)(const void *from, uint64_t offset, void *out, uint64_t size);
    void *to; /* instead of from */
};
/* All of copies go the same way. */
int trl_burst_gpu_copy(struct trl_burst_gpu *machine, const struct trl_burst_copy *copies,
                       uint32_t count);

/* Brings the network and the state before the first burst to the device. */
int trl_burst_gpu_start(struct trl_burst_gpu *machine);
int trl_burst_gpu_save(struct trl_burst_machine *base, struct trl_burst_state *state,
                       uint64_t *bytes);
int trl_burst_gpu_load(struct trl_burst_machine *base, const struct trl_burst_state *state,
                       uint64_t *bytes);
int trl_burst_gpu_run(struct trl_burst_machine *base, struct trl_burst_batch *batch);
/* Fills the queue from the mask of that burst. */
int trl_burst_gpu_requeue(struct trl_burst_gpu *machine, uint64_t time);

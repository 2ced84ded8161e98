/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "burst/machine.h"
#include "gpu/gpu.h"

/*
 * What the Vulkan backend offers beyond the interface of machines: its bursts in the command lists
 * of others, its buffers, and switches for tests and measurements.
 *
 * Two dispatches a burst. deliver: teams of lanes take the entries of the queue (up to 256 synapses
 * of a neuron that fired) and add them to the sums; it adds what is injected too. update: neurons
 * that received something take their step; those that fire go into the mask of the burst and into
 * the queue. Sums are integers, so that the order of both does not matter. Where few neurons
 * receive anything, deliver lists them and update walks the list, else update walks all.
 */

enum trl_burst_gpu_update {
    TRL_BURST_GPU_MEASURED = 0, /* by the activity of the batch before */
    TRL_BURST_GPU_DENSE,
    TRL_BURST_GPU_SPARSE,
};

struct trl_burst_gpu_tuning {
    enum trl_burst_gpu_update update;
    uint32_t bank_bits;    /* a bank has at most 2^bank_bits synapses; 0: what the device allows */
    uint32_t lanes;        /* of a dispatch, at most; 0: by the device */
    float sparse_below;    /* candidates a neuron and burst; 0: the default */
    uint32_t inject_items; /* that one dispatch takes; 0: the default */
};

int trl_burst_gpu_create(struct trl_burst_machine **out, const struct trl_burst_plan *plan,
                         const struct trl_burst_params *params,
                         const struct trl_burst_gpu_tuning *tuning);

/* Whether the device of params (which have their defaults) can run the plan and has the memory for
 * it; else the error of trl_burst_gpu_create, which is not logged, and its message. */
int trl_burst_gpu_check(const struct trl_burst_plan *plan, const struct trl_burst_params *params,
                        char *why, size_t why_size);
/* Candidates a neuron below which bursts list them. */
float trl_burst_gpu_sparse_below(const struct trl_device *device);

/*
 * Records bursts first to first + count - 1 into a list, which must be submitted after all that
 * were recorded before. At most params->submit_bursts. Their counts are not kept.
 */
int trl_burst_gpu_record(struct trl_burst_machine *machine, struct trl_gpu_cmd *cmd, uint64_t first,
                         uint32_t count, const struct trl_burst_input *inputs);

/* The state on the device, for kernels that read it after the bursts in the same list. */
struct trl_burst_gpu_buffers {
    struct trl_gpu_buffer *v;       /* float32 a neuron, as of touched */
    struct trl_gpu_buffer *counts;  /* countdown | spikes in a row << 16 */
    struct trl_gpu_buffer *fired_v; /* float32: the potential of the last firing */
    struct trl_gpu_buffer
        *touched; /* only in wall time, with coincidence neurons and with keep_input */
    struct trl_gpu_buffer *input; /* float32, with keep_input: of the burst in touched */
    struct trl_gpu_buffer *kind_of, *kinds;
    struct trl_gpu_buffer *ledger; /* burst t is mask t % ledger_bursts, of mask_words each */
    uint32_t mask_words;
};

struct trl_burst_gpu_buffers trl_burst_gpu_buffers(const struct trl_burst_machine *machine);

/* True if the last batch walked a list. */
bool trl_burst_gpu_is_sparse(const struct trl_burst_machine *machine);

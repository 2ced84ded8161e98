/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "burst/plan.h"

/*
 * One interface for what runs bursts: reference, threads, device. A machine owns the state of the
 * neurons; the engine (burst.c) owns time, injections and statistics.
 */
struct trl_burst_machine;
struct trl_device;

/* What is injected into one burst: ascending ids, each once. */
struct trl_burst_input {
    const uint32_t *ids;
    const float *amounts;
    uint32_t count;
};

/* What happened in one burst. */
struct trl_burst_counts {
    uint64_t delivered; /* synapses of the neurons that had fired in the burst before */
    uint32_t candidates, fired, blocked, hash_misses;
};

struct trl_burst_batch {
    uint64_t first; /* number of the first burst */
    uint32_t count;
    const struct trl_burst_input *inputs;              /* [count] */
    struct trl_burst_counts *counts;                   /* [count], filled in */
    int64_t deliver_ns, update_ns;                     /* filled in */
    uint64_t upload_bytes, download_bytes, host_waits; /* added to */
};

/* The whole state after a burst. Arrays are the caller's. */
struct trl_burst_state {
    uint64_t time;
    float *v;          /* [neurons] as of the burst in touched */
    uint32_t *counts;  /* [neurons] countdown | spikes in a row << 16, likewise */
    uint32_t *touched; /* [neurons] low word of the last burst in which it was a candidate; 0 */
    float *fired_v;    /* [neurons] of those that fired in that burst: their potential then */
    float *input;      /* [neurons] of the burst in touched; 0 without keep_input */
    uint32_t *ledger; /* [ledger_bursts][words]: masks of bursts time - ledger_bursts + 1 to time */
};

struct trl_burst_backend_impl {
    const char *name;
    bool device; /* it may be lost */
    /* The state is that before the first burst. The plan stays until the machine is destroyed. */
    int (*create)(struct trl_burst_machine **out, const struct trl_burst_plan *plan,
                  const struct trl_burst_params *params);
    void (*destroy)(struct trl_burst_machine *machine);
    int (*run)(struct trl_burst_machine *machine, struct trl_burst_batch *batch);
    /* Copies the state out of the machine, or into it; arrays that are NULL are left. bytes are
     * added to what crossed between host and device. */
    int (*save)(struct trl_burst_machine *machine, struct trl_burst_state *state, uint64_t *bytes);
    int (*load)(struct trl_burst_machine *machine, const struct trl_burst_state *state,
                uint64_t *bytes);
};

/* First member of every machine; filled in by the engine. */
struct trl_burst_machine {
    const struct trl_burst_backend_impl *impl;
    const struct trl_burst_plan *plan;
    struct trl_log *log;
    uint32_t ledger_bursts;
};

extern const struct trl_burst_backend_impl trl_burst_reference;
extern const struct trl_burst_backend_impl trl_burst_cpu;
extern const struct trl_burst_backend_impl trl_burst_gpu;

static inline uint32_t trl_burst_words(uint32_t neuron_count)
{
    return (neuron_count + 31) / 32;
}

int trl_burst_state_create(struct trl_burst_state *state, struct trl_log *log,
                           uint32_t neuron_count, uint32_t ledger_bursts);
void trl_burst_state_destroy(struct trl_burst_state *state);

/*
 * How potential and counts of a neuron that was last touched `silent` + 1 bursts ago look after
 * those silent bursts, in wall time. k^silent by repeated squaring from the highest bit.
 */
float trl_burst_leak(const trl_burst_kind *kind, float v, uint32_t silent);
uint32_t trl_burst_count_down(const trl_burst_kind *kind, uint32_t counts, uint32_t silent);

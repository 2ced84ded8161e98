/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "base/pool.h"
#include "burst/machine.h"

/*
 * The inside of the CPU backend. Neurons go in blocks of 32, a word of the fired mask each. Each
 * member of the pool owns a range of blocks: it alone adds to their sums and updates them, walking
 * its part of the row of every neuron that fired, so that nothing is atomic and the members meet
 * once a burst.
 */
enum {
    TRL_CPU_BLOCK = 32,
    TRL_CPU_DIRTY = 1,    /* something arrived, or neurons of the block are driven */
    TRL_CPU_INJECTED = 2, /* external[] of the block is to be read */
    TRL_CPU_MIXED = -1,   /* neurons of the block are of several kinds */
    TRL_CPU_PSP_NONE = 0xffff,
};

/* What a member has to itself; of the burst before and this one by the lowest bit of the time. */
struct trl_cpu_part {
    _Alignas(128) uint32_t first, end; /* blocks */
    uint32_t fired_count[2];
    uint64_t degree[2]; /* synapses of the neurons that fired */
    struct trl_burst_counts counts[2];
    int64_t deliver_ns, update_ns;
};

struct trl_cpu {
    struct trl_burst_machine base;
    struct trl_pool *pool;
    struct trl_cpu_part *parts;
    uint32_t part_count;
    uint32_t blocks;
    /* A row in which the part p begins at rows[n] + splits[n * (part_count - 1) + p - 1], p > 0. */
    uint32_t *splits;
    /* Neurons; of whole blocks. */
    float *v, *fired_v, *external;
    float *input;               /* of the burst in touched; NULL without keep_input */
    uint32_t *counts, *touched; /* touched may be NULL */
    uint32_t *sums;             /* contributions << count_bits, plus their number */
    uint64_t *wide_sums;        /* instead of sums */
    /* Blocks. */
    int64_t *kinds; /* TRL_CPU_MIXED */
    uint8_t *marks, *driven;
    uint32_t *ledger; /* burst t is at t % ledger_bursts */
    /* Neurons that fired: ascending from the first neuron of each part. psps is NULL where none
     * comes from potentials. */
    uint32_t *fired[2];
    uint16_t *psps[2];
    void (*update)(struct trl_cpu *cpu, struct trl_cpu_part *part, uint64_t time, bool sparse);
};

static inline uint32_t *trl_cpu_mask(const struct trl_cpu *cpu, uint64_t time)
{
    return cpu->ledger + (size_t)(time % cpu->base.ledger_bursts) * cpu->blocks;
}

/* Divides blocks and rows among the parts. TRL_ERROR_MEMORY. */
int trl_cpu_divide(struct trl_cpu *cpu, struct trl_log *log);

/* Adds what arrives at the neurons of a part; sparse: marks their blocks. */
void trl_cpu_deliver(struct trl_cpu *cpu, const struct trl_cpu_part *part, uint64_t time,
                     bool sparse);
void trl_cpu_inject(struct trl_cpu *cpu, const struct trl_cpu_part *part,
                    const struct trl_burst_input *input);

/* Writes a neuron down as fired in that burst. */
void trl_cpu_fire(struct trl_cpu *cpu, struct trl_cpu_part *part, uint64_t time, uint32_t neuron,
                  float v);
/* Updates the blocks of a part, those that are marked or all; the best there is for this
 * processor. */
void trl_cpu_choose_update(struct trl_cpu *cpu);

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "base/pool.h"
#include "burst/machine.h"

/*
 * The inside of the CPU backend. Neurons go in blocks of 32, a word of the fired mask each. A part
 * is a range of blocks with the synapses that lead there, and belongs to a member of the pool: it
 * alone walks them, adds to the sums and updates the neurons, so that nothing is atomic and the
 * members meet once a burst.
 */
enum {
    TRL_CPU_BLOCK = 32,
    TRL_CPU_DIRTY = 1,    /* something arrived, or neurons of the block are driven */
    TRL_CPU_INJECTED = 2, /* external[] of the block is to be read */
    TRL_CPU_MIXED = -1,   /* neurons of the block are of several kinds */
};

struct trl_cpu_pair {
    uint32_t target; /* from the first neuron of the part */
    int32_t value;
};

/* Counts and lists are of the burst before and this one, by the lowest bit of the time. */
struct trl_cpu_part {
    _Alignas(128) uint32_t first, end; /* blocks */
    uint32_t *starts;                  /* [neurons + 1] of a source's synapses in words or pairs */
    uint32_t *words; /* targets from the first neuron, numbers of values above target_bits */
    struct trl_cpu_pair *pairs; /* instead of words where those are too small */
    int error;
    uint32_t fired_count[2];
    struct trl_burst_counts counts[2];
    int64_t deliver_ns, update_ns;
};

/* The different values of synapses. */
struct trl_cpu_values {
    uint32_t count;
    int32_t *list;
    uint64_t *words; /* what they add to a sum: << count_bits, + 1 */
    uint16_t *slots; /* number + 1 by a hash of the value */
};

struct trl_cpu {
    struct trl_burst_machine base;
    struct trl_pool *pool;
    struct trl_cpu_part *parts; /* [member_count * parts_each] */
    uint32_t member_count, parts_each, part_count;
    uint32_t blocks;
    uint32_t target_bits;
    bool paired;
    struct trl_cpu_values values;
    /* Neurons; of whole blocks. */
    float *v, *external;
    float *input;               /* of the burst in touched; NULL without keep_input */
    uint32_t *counts, *touched; /* touched may be NULL */
    uint32_t *sums;             /* contributions << count_bits, plus their number */
    uint64_t *wide_sums;        /* instead of sums */
    /* Blocks. */
    int64_t *kinds; /* TRL_CPU_MIXED */
    uint8_t *marks, *driven;
    uint32_t *lost;   /* masks of neurons that the hash table does not find; NULL: none */
    uint32_t *ledger; /* burst t is at t % ledger_bursts */
    /* Neurons that fired, ascending from the first neuron of each part, and at what potential. */
    uint32_t *fired[2];
    float *fired_v[2];
    void (*update)(struct trl_cpu *cpu, struct trl_cpu_part *part, uint64_t time, bool sparse);
};

static inline uint32_t *trl_cpu_mask(const struct trl_cpu *cpu, uint64_t time)
{
    return cpu->ledger + (size_t)(time % cpu->base.ledger_bursts) * cpu->blocks;
}

/* Threads that run a plan; thread_count 0: by its size and the processors there are. */
uint32_t trl_cpu_members(const struct trl_burst_plan *plan, int thread_count);
/* Divides blocks and synapses among the parts. TRL_ERROR_MEMORY. */
int trl_cpu_divide(struct trl_cpu *cpu, struct trl_log *log);
/* Looks all rows up in FEAGI's hash table once; those that are not found lead nowhere. To be called
 * before trl_cpu_divide. */
int trl_cpu_look_up(struct trl_cpu *cpu, struct trl_log *log, uint32_t probes);
void trl_cpu_part_destroy(struct trl_cpu_part *part);

/* Adds what arrives at the neurons of a part, and counts it; sparse: marks their blocks. */
void trl_cpu_deliver(struct trl_cpu *cpu, const struct trl_cpu_part *part, uint64_t time,
                     bool sparse, struct trl_burst_counts *counts);
void trl_cpu_inject(struct trl_cpu *cpu, const struct trl_cpu_part *part,
                    const struct trl_burst_input *input);

/* Writes a neuron down as fired in that burst. */
static inline void trl_cpu_fire(struct trl_cpu *cpu, struct trl_cpu_part *part, uint64_t time,
                                uint32_t neuron, float v)
{
    const size_t at = (size_t)part->first * TRL_CPU_BLOCK + part->fired_count[time & 1]++;
    cpu->fired[time & 1][at] = neuron;
    cpu->fired_v[time & 1][at] = v;
}

/* Updates the blocks of a part, those that are marked or all; the best there is for this
 * processor. */
void trl_cpu_choose_update(struct trl_cpu *cpu);

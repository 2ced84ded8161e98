/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "burst/machine.h"

/* What waits to be injected. */
struct trl_burst_waiting {
    uint64_t at; /* burst */
    uint64_t order;
    uint32_t id;
    float amount;
};

struct trl_burst_queue {
    struct trl_burst_waiting *items; /* by burst, neuron and call once it is sorted */
    size_t count, room;
    size_t done;    /* the first of them, which are sorted: of bursts that have passed */
    uint64_t calls; /* amounts ever added */
    bool unsorted;  /* those that are not done */
    /* What the last take handed out. */
    struct trl_burst_input *inputs;
    uint32_t *ids;
    float *amounts;
    size_t inputs_room, ids_room;
};

/* TRL_ERROR_MEMORY: nothing is added. */
int trl_burst_queue_add(struct trl_burst_queue *queue, struct trl_log *log, uint64_t at,
                        const uint32_t *ids, const float *amounts, size_t count);
/* The inputs of bursts first to first + count - 1, valid until the next call. They stay in the
 * queue until trl_burst_queue_drop. */
int trl_burst_queue_take(struct trl_burst_queue *queue, struct trl_log *log, uint64_t first,
                         uint32_t count, const struct trl_burst_input **inputs);
/* All bursts before that one have passed; nothing will be added to them. */
void trl_burst_queue_pass(struct trl_burst_queue *queue, uint64_t before);
/* Forgets everything before a burst, which has passed. */
void trl_burst_queue_drop(struct trl_burst_queue *queue, uint64_t before);
void trl_burst_queue_destroy(struct trl_burst_queue *queue);

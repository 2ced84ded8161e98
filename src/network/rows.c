/* SPDX-License-Identifier: BSD-2-Clause */
#include "network/network.h"

#include "base/log.h"
#include "network/parallel.h"

#include <stdlib.h>
#include <string.h>

enum { SMALL = 16, BUCKETS_MAX = 4096 };

/* A synapse while it is sorted: target << 32 | packed. Only targets are compared, so that equal
 * ones stay in their order. */
struct scratch {
    uint64_t *from, *to;
    uint32_t *starts; /* [BUCKETS_MAX + 1] */
};

static void sort_small(uint64_t *words, uint64_t count)
{
    for (uint64_t i = 1; i < count; i++) {
        const uint64_t word = words[i];
        uint64_t at = i;
        for (; at && words[at - 1] >> 32 > word >> 32; at--)
            words[at] = words[at - 1];
        words[at] = word;
    }
}

/* Stable merge sort from the bottom; other has room for as many. */
static void sort_merging(uint64_t *words, uint64_t *other, uint64_t count)
{
    for (uint64_t at = 0; at < count; at += SMALL)
        sort_small(words + at, count - at < SMALL ? count - at : SMALL);
    uint64_t *from = words, *to = other;
    for (uint64_t width = SMALL; width < count; width *= 2) {
        for (uint64_t at = 0; at < count; at += 2 * width) {
            const uint64_t middle = at + width < count ? at + width : count;
            const uint64_t end = at + 2 * width < count ? at + 2 * width : count;
            uint64_t left = at, right = middle;
            for (uint64_t i = at; i < end; i++) {
                const bool take_left =
                    left < middle && (right >= end || from[left] >> 32 <= from[right] >> 32);
                to[i] = take_left ? from[left++] : from[right++];
            }
        }
        uint64_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != words)
        memcpy(words, from, count * sizeof(*words));
}

/* Rows are mostly spread evenly: about as many buckets as synapses leave a few in each. */
static void sort_buckets(const struct scratch *s, uint64_t count)
{
    uint64_t low = UINT32_MAX, high = 0;
    for (uint64_t i = 0; i < count; i++) {
        const uint64_t target = s->from[i] >> 32;
        low = target < low ? target : low;
        high = target > high ? target : high;
    }
    const uint64_t buckets = count < BUCKETS_MAX ? count : BUCKETS_MAX;
    const uint64_t scale = (buckets << 32) / (high - low + 1);
    memset(s->starts, 0, (buckets + 1) * sizeof(*s->starts));
    for (uint64_t i = 0; i < count; i++)
        s->starts[((s->from[i] >> 32) - low) * scale >> 32]++;
    uint64_t at = 0;
    for (uint64_t i = 0; i < buckets; i++) {
        const uint32_t size = s->starts[i];
        s->starts[i] = (uint32_t)at;
        at += size;
    }
    for (uint64_t i = 0; i < count; i++)
        s->to[s->starts[((s->from[i] >> 32) - low) * scale >> 32]++] = s->from[i];
    at = 0;
    for (uint64_t i = 0; i < buckets; i++) {
        sort_merging(s->to + at, s->from + at, s->starts[i] - at);
        at = s->starts[i];
    }
}

static void sort_row(const struct scratch *s, uint32_t *targets, uint32_t *packed, uint64_t count)
{
    bool sorted = true;
    for (uint64_t i = 1; i < count && sorted; i++)
        sorted = targets[i - 1] <= targets[i];
    if (sorted)
        return;
    for (uint64_t i = 0; i < count; i++)
        s->from[i] = (uint64_t)targets[i] << 32 | packed[i];
    const bool bucketed = count > SMALL && count <= UINT32_MAX;
    if (bucketed)
        sort_buckets(s, count);
    else
        sort_merging(s->from, s->to, count);
    const uint64_t *from = bucketed ? s->to : s->from;
    for (uint64_t i = 0; i < count; i++) {
        targets[i] = (uint32_t)(from[i] >> 32);
        packed[i] = (uint32_t)from[i];
    }
}

static int sort_block(void *user, uint32_t first, uint32_t last)
{
    const struct trl_network *network = user;
    const uint64_t *rows = network->rows;
    uint64_t longest = 0;
    for (uint32_t i = first; i < last; i++)
        longest = rows[i + 1] - rows[i] > longest ? rows[i + 1] - rows[i] : longest;
    if (longest < 2)
        return 0;
    const uint64_t bytes = longest * 2 * sizeof(uint64_t) + (BUCKETS_MAX + 1) * sizeof(uint32_t);
    uint64_t *words = malloc(bytes);
    if (!words)
        return trl_fail_memory(network->log, "sorting synapses", bytes);
    const struct scratch scratch = {words, words + longest, (uint32_t *)(words + 2 * longest)};
    for (uint32_t i = first; i < last; i++)
        sort_row(&scratch, network->targets + rows[i], network->packed + rows[i],
                 rows[i + 1] - rows[i]);
    free(words);
    return 0;
}

int trl_network_sort_rows(struct trl_network *network, int thread_count)
{
    return trl_network_parallel(network->neuron_count, thread_count, sort_block, network);
}

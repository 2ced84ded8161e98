/* SPDX-License-Identifier: BSD-2-Clause */
#include "burst/queue.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

static int compare(const void *left, const void *right)
{
    const struct trl_burst_waiting *a = left, *b = right;
    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    if (a->id != b->id)
        return a->id < b->id ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

int trl_burst_queue_add(struct trl_burst_queue *queue, struct trl_log *log, uint64_t at,
                        const uint32_t *ids, const float *amounts, size_t count)
{
    if (queue->count + count > queue->room) {
        const size_t room = (queue->count + count) * 2;
        struct trl_burst_waiting *items = realloc(queue->items, room * sizeof(*items));
        if (!items)
            return trl_fail_memory(log, "injections", room * sizeof(*items));
        queue->items = items;
        queue->room = room;
    }
    for (size_t n = 0; n < count; n++) {
        struct trl_burst_waiting *item = &queue->items[queue->count];
        *item = (struct trl_burst_waiting){
            .at = at, .order = queue->calls++, .id = ids[n], .amount = amounts[n]};
        if (queue->count > queue->done && compare(item - 1, item) > 0)
            queue->unsorted = true;
        queue->count++;
    }
    return 0;
}

static void sort(struct trl_burst_queue *queue)
{
    if (queue->unsorted)
        qsort(queue->items + queue->done, queue->count - queue->done, sizeof(*queue->items),
              compare);
    queue->unsorted = false;
}

/* The first item of that burst or a later one. */
static size_t find(const struct trl_burst_queue *queue, uint64_t at)
{
    size_t low = 0, high = queue->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (queue->items[middle].at < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int make_room(struct trl_burst_queue *queue, struct trl_log *log, size_t inputs, size_t ids)
{
    if (inputs > queue->inputs_room) {
        inputs = inputs > 2 * queue->inputs_room ? inputs : 2 * queue->inputs_room;
        struct trl_burst_input *more = realloc(queue->inputs, inputs * sizeof(*more));
        if (!more)
            return trl_fail_memory(log, "injections", inputs * sizeof(*more));
        queue->inputs = more;
        queue->inputs_room = inputs;
    }
    if (ids > queue->ids_room) {
        ids = ids > 2 * queue->ids_room ? ids : 2 * queue->ids_room;
        uint32_t *more_ids = realloc(queue->ids, ids * sizeof(*more_ids));
        queue->ids = more_ids ? more_ids : queue->ids;
        float *more_amounts = more_ids ? realloc(queue->amounts, ids * sizeof(float)) : NULL;
        if (!more_amounts)
            return trl_fail_memory(log, "injections", ids * sizeof(float));
        queue->amounts = more_amounts;
        queue->ids_room = ids;
    }
    return 0;
}

int trl_burst_queue_take(struct trl_burst_queue *queue, struct trl_log *log, uint64_t first,
                         uint32_t count, const struct trl_burst_input **inputs)
{
    sort(queue);
    size_t item = find(queue, first);
    const size_t end = find(queue, first + count);
    int err = make_room(queue, log, count, end - item);
    if (err)
        return err;
    size_t used = 0;
    for (uint32_t n = 0; n < count; n++) {
        struct trl_burst_input *input = &queue->inputs[n];
        *input = (struct trl_burst_input){0};
        const size_t begin = used;
        for (; item < end && queue->items[item].at == first + n; item++) {
            const struct trl_burst_waiting *waiting = &queue->items[item];
            if (used == begin || queue->ids[used - 1] != waiting->id) {
                queue->ids[used] = waiting->id;
                queue->amounts[used++] = 0;
            }
            queue->amounts[used - 1] += waiting->amount;
        }
        input->count = (uint32_t)(used - begin);
        input->ids = input->count ? queue->ids + begin : NULL;
        input->amounts = input->count ? queue->amounts + begin : NULL;
    }
    for (size_t n = 0; n < used; n++)
        queue->amounts[n] = fabsf(queue->amounts[n]) < 0x1p-126F ? 0 : queue->amounts[n];
    *inputs = queue->inputs;
    return 0;
}

void trl_burst_queue_pass(struct trl_burst_queue *queue, uint64_t before)
{
    sort(queue);
    queue->done = find(queue, before);
}

void trl_burst_queue_drop(struct trl_burst_queue *queue, uint64_t before)
{
    const size_t past = find(queue, before);
    if (!past)
        return;
    memmove(queue->items, queue->items + past, (queue->count - past) * sizeof(*queue->items));
    queue->count -= past;
    queue->done -= past;
}

void trl_burst_queue_destroy(struct trl_burst_queue *queue)
{
    free(queue->items);
    free(queue->inputs);
    free(queue->ids);
    free(queue->amounts);
    *queue = (struct trl_burst_queue){0};
}

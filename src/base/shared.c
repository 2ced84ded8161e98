/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/shared.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

/* Before the memory; keeps its alignment. */
struct head {
    _Alignas(max_align_t) atomic_uint owners;
};

static struct head *head_of(void *memory)
{
    return (struct head *)memory - 1;
}

void *trl_shared_create(size_t size)
{
    struct head *head = size <= SIZE_MAX - sizeof(*head) ? malloc(sizeof(*head) + size) : NULL;
    if (!head)
        return NULL;
    atomic_init(&head->owners, 1);
    return head + 1;
}

void *trl_shared_hold(void *memory)
{
    if (memory)
        atomic_fetch_add(&head_of(memory)->owners, 1);
    return memory;
}

void trl_shared_drop(void *memory)
{
    if (memory && atomic_fetch_sub(&head_of(memory)->owners, 1) == 1)
        free(head_of(memory));
}

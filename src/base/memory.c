/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/memory.h"

#include <stdint.h>
#include <sys/mman.h>

enum { LARGE_PAGE = 2 << 20 };

void trl_memory_expect_jumps(void *memory, size_t size)
{
#if defined(MADV_HUGEPAGE)
    const uintptr_t start = (uintptr_t)memory;
    const uintptr_t first = (start + LARGE_PAGE - 1) & ~(uintptr_t)(LARGE_PAGE - 1);
    const uintptr_t end = (start + size) & ~(uintptr_t)(LARGE_PAGE - 1);
    if (memory && end > first)
        madvise((char *)memory + (first - start), end - first, MADV_HUGEPAGE);
#else
    (void)memory;
    (void)size;
#endif
}

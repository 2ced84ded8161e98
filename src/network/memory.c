/* SPDX-License-Identifier: BSD-2-Clause */
#include "network/memory.h"

#include "base/log.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

uint64_t trl_network_bytes(uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t bytes;
    if (__builtin_mul_overflow(a, b, &bytes) || __builtin_add_overflow(bytes, c, &bytes))
        return UINT64_MAX;
    return bytes;
}

/* What the kernel says it could give without swapping; where it says nothing, all there is. */
static uint64_t available_bytes(void)
{
    FILE *file = fopen("/proc/meminfo", "re");
    if (!file)
        return UINT64_MAX - 1;
    char line[128];
    uint64_t kibibytes = 0;
    bool found = false;
    while (!found && fgets(line, sizeof(line), file))
        found = sscanf(line, "MemAvailable: %" SCNu64 " kB", &kibibytes) == 1;
    fclose(file);
    return found ? kibibytes * 1024 : UINT64_MAX - 1;
}

int trl_network_memory_check(struct trl_log *log, const char *what, uint64_t bytes,
                             uint64_t max_bytes)
{
    /* Small ones are left to the allocator: asking costs more than they do. */
    if (!max_bytes && bytes < 1 << 26)
        return 0;
    const uint64_t available = max_bytes ? max_bytes : available_bytes();
    if (bytes <= available)
        return 0;
    if (bytes == UINT64_MAX)
        return trl_fail(log, TRL_ERROR_MEMORY,
                        "%s: more than 2^64 bytes are needed, %" PRIu64 " are available", what,
                        available);
    return trl_fail(log, TRL_ERROR_MEMORY,
                    "%s: %" PRIu64 " bytes are needed, %" PRIu64 " are available", what, bytes,
                    available);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* FNV-1a: pictures that were looked at are known again by it. */
static inline uint64_t drawn_hash(const void *data, size_t size)
{
    const uint8_t *bytes = data;
    uint64_t hash = 0xcbf29ce484222325U;
    for (size_t n = 0; n < size; n++)
        hash = (hash ^ bytes[n]) * 0x100000001b3U;
    return hash;
}

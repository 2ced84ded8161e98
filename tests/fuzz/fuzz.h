/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* Called by libFuzzer, or by replay.c for each file of a corpus. Must return 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must hold whatever the input. */
static inline void fuzz_require(int condition)
{
    if (!condition)
        abort();
}

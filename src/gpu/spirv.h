/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What scripts/embed-spirv does at build time, for modules that come at run time. */
struct trl_spirv {
    uint32_t *words; /* owned */
    size_t size_bytes;
    uint32_t binding_count; /* one more than the highest binding */
    uint32_t texel_mask;    /* bindings that are texel buffers */
};

/* Declares round-to-even and the preservation of NaN and infinities for 32-bit floats
 * unless that is done, and reads the bindings. Static text that says what is wrong if it is no
 * compute module with one entry point or its bindings are not below 32, "memory" where there is
 * none, else NULL. */
const char *trl_spirv_prepare(struct trl_spirv *out, const uint32_t *words, size_t count);
void trl_spirv_free(struct trl_spirv *spirv);

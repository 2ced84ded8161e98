/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shader_table.h" /* generated: enum trl_shader */

/* A compiled shader of shaders/, embedded at build time. */
struct trl_shader_code {
    const char *name;
    const uint32_t *words;
    size_t size_bytes;
    uint32_t binding_count;
    uint32_t texel_mask; /* bindings that are texel buffers of 32-bit words; the rest are storage */
    bool fragment;
};

extern const struct trl_shader_code trl_shader_codes[TRL_SHADER_COUNT];

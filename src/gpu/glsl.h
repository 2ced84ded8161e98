/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct trl_log;

/* Compute shaders that are written at run time. A compiler for them is an optional part of the
 * build. Any thread. */

/* 0 where the build has the compiler, else TRL_ERROR_UNSUPPORTED, with a line that begins with
 * name. */
int trl_glsl_check(const char *name, struct trl_log *log);

/*
 * Compiles a compute shader with the entry point "main", as the build compiles those of shaders/,
 * for trl_gpu_kernel_create_module. #include "..." finds the texts below. name is for messages;
 * *words is the caller's to free. Takes some 20 ms.
 *
 * TRL_ERROR_UNSUPPORTED (no compiler), _MEMORY, _INTERNAL with the compiler's first line.
 */
int trl_glsl_compile(const char *name, const char *text, struct trl_log *log, uint32_t **words,
                     size_t *count);

/* Texts of shaders/ by their paths there, embedded at build time; the last is NULL. */
struct trl_glsl_text {
    const char *name;
    const char *text;
};

extern const struct trl_glsl_text trl_glsl_texts[];

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct trl_device;
struct trl_log;

/* Compute shaders that are written at run time. A compiler for them is an optional part of the
 * build. */

/* 0 where the build has the compiler, else TRL_ERROR_UNSUPPORTED, with a line that begins with
 * name. Any thread. */
int trl_glsl_check(const char *name, struct trl_log *log);

/*
 * Compiles a compute shader of GLSL 4.30 with the entry point "main", else as the build compiles
 * those of shaders/, for trl_gpu_kernel_create_module. #include "..." finds the texts below. name
 * is for messages; *words is the caller's to free. The device keeps the compiler: its start takes
 * some 50 ms, what it is asked for then some 5.
 *
 * TRL_ERROR_UNSUPPORTED (no compiler), _MEMORY, _INTERNAL with the first line that the compiler
 * says.
 */
int trl_glsl_compile(struct trl_device *device, const char *name, const char *text,
                     uint32_t **words, size_t *count);
/* For trl_device_destroy. */
void trl_glsl_finish(struct trl_device *device);

/* Texts of shaders/ by their paths there, embedded at build time; the last is NULL. */
struct trl_glsl_text {
    const char *name;
    const char *text;
};

extern const struct trl_glsl_text trl_glsl_texts[];

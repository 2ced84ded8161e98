/* SPDX-License-Identifier: BSD-2-Clause */
/* Stands for glsl.c in builds without the compiler. */
#include "gpu/glsl.h"

#include "base/log.h"
#include "gpu/device.h"

#include <tensorreel/error.h>

int trl_glsl_check(const char *name, struct trl_log *log)
{
    return trl_fail(log, TRL_ERROR_UNSUPPORTED,
                    "%s: this build cannot compile kernels; install libshaderc-dev and build again",
                    name);
}

int trl_glsl_compile(struct trl_device *device, const char *name, const char *text,
                     uint32_t **words, size_t *count)
{
    (void)text;
    *words = NULL;
    *count = 0;
    return trl_glsl_check(name, device->log);
}

void trl_glsl_finish(struct trl_device *device)
{
    (void)device;
}

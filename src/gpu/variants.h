/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "gpu/gpu.h"

/* The kernels of one shader for every dtype that turned up; made when first needed. The dtype and
 * byte order become specialisation constants 0 and 1. */
struct trl_gpu_variants {
    struct trl_gpu_kernel_params params; /* shader, target, and the constants from 2 on */
    struct trl_gpu_kernel *made[TRL_DTYPE_COUNT][2];
};

/* TRL_ERROR_UNSUPPORTED for a dtype that no shader reads. */
int trl_gpu_variant(struct trl_gpu_variants *kernels, struct trl_device *device,
                    const struct trl_layout *layout, struct trl_gpu_kernel **out);
void trl_gpu_variants_destroy(struct trl_gpu_variants *kernels);

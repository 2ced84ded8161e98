/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "gpu/gpu.h"
#include "gpu/variants.h"
#include "view/analyse.h"

/*
 * Histogram equalisation: step i (1 to 255) of the scale begins at the value of rank
 * ceil(i * n / 256) among the n elements of the frame that lie within the range and above its low
 * end. Elements at the low end are step 0 however many they are. The ranks are exact: they are
 * found in three passes over the frame, 11, 11 and 10 bits at a time.
 */
struct trl_equalize_ranks {
    struct trl_device *device;
    struct trl_gpu_buffer *ranks, *histogram;
    struct trl_gpu_variants count[3];
    struct trl_gpu_kernel *select[3], *settle;
};

/* cmd takes the start of what runs after the frames. */
int trl_equalize_init(struct trl_equalize_ranks *equalize, struct trl_gpu_cmd *cmd,
                      struct trl_device *device, const struct trl_scale *scale);
void trl_equalize_destroy(struct trl_equalize_ranks *equalize);

/* Records the change of the thresholds in analyse->scale, which hold the range. tensors are the
 * frame, together. */
int trl_equalize_record(struct trl_equalize_ranks *equalize, struct trl_gpu_cmd *cmd,
                        const struct trl_analyse *analyse, const struct trl_gpu_tensor *tensors,
                        int count);

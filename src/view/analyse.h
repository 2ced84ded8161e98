/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "gpu/gpu.h"
#include "gpu/variants.h"
#include "view/scale.h"

/*
 * What is found out about a frame on the device, without the host waiting: its range, the
 * thresholds that follow from it, and how many elements are not on the map.
 */
struct trl_analyse {
    struct trl_device *device;
    bool low_fixed, high_fixed, percentiles;
    bool borrowed;                    /* scale belongs to another */
    bool grows;                       /* the range is that of all frames so far */
    struct trl_gpu_buffer *setup;     /* TRL_SETUP_WORDS */
    struct trl_gpu_buffer *scale;     /* TRL_SCALE_WORDS */
    struct trl_gpu_buffer *counts;    /* TRL_COUNT_WORDS */
    struct trl_gpu_buffer *histogram; /* percentiles only */
    struct trl_gpu_kernel *thresholds;
    struct trl_gpu_kernel *select[3];
    struct trl_gpu_variants range, count, pass[3];
};

/* setup must hold scale->setup once work recorded later runs; it is not taken over. cmd takes the
 * start of what runs after the frames. */
int trl_analyse_init(struct trl_analyse *analyse, struct trl_gpu_cmd *cmd,
                     struct trl_device *device, const struct trl_scale *scale,
                     struct trl_gpu_buffer *setup);
void trl_analyse_destroy(struct trl_analyse *analyse);
/* From now on the scale of another is used, which must live as long. */
void trl_analyse_borrow(struct trl_analyse *analyse, const struct trl_analyse *leader);

/* Records the thresholds from what is given and what was found. */
void trl_analyse_record_thresholds(struct trl_analyse *analyse, struct trl_gpu_cmd *cmd);
/* Records what is needed before the frame is drawn: nothing if the range is given. The frame is
 * count tensors, as if they were one. */
int trl_analyse_record(struct trl_analyse *analyse, struct trl_gpu_cmd *cmd,
                       const struct trl_gpu_tensor *tensors, int count);
/* Records the counting. Unless always, it is skipped on the device if drawing met nothing. */
int trl_analyse_record_counts(struct trl_analyse *analyse, struct trl_gpu_cmd *cmd,
                              const struct trl_gpu_tensor *tensor, bool always);

/* Runs a kernel over all elements of some tensors: call->bindings[0] becomes the tensor; the push
 * constants are struct trl_count_push, or its beginning. */
int trl_analyse_walk(const struct trl_analyse *analyse, struct trl_gpu_cmd *cmd,
                     struct trl_gpu_variants *kernels, const struct trl_gpu_tensor *tensors,
                     int count, const struct trl_gpu_call *call, bool always);

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "gpu/gpu.h"

#include <tensorreel/sim.h>

/*
 * One interface for every model on every backend. A model is a file that fills this table for the
 * CPU, and one for the device; the CPU backend is the oracle and shares layout and constants with
 * the kernels, not arithmetic.
 */
struct trl_sim_impl {
    const struct trl_sim_model *model;
    enum trl_backend backend; /* CPU or GPU */
    int (*create)(struct trl_sim **out, const struct trl_sim_params *params);
    void (*destroy)(struct trl_sim *sim);
    /* CPU: advances at once. GPU: NULL. */
    int (*step)(struct trl_sim *sim, int64_t steps);
    /* CPU: the channel's values now, height x width float32, valid until the next step. */
    const float *(*host_channel)(struct trl_sim *sim, int channel);
    /* GPU: records so many steps (no host wait between them); CPU: NULL. */
    int (*record)(struct trl_sim *sim, struct trl_gpu_cmd *cmd, int64_t steps);
    /* GPU: the channel's tensor as the steps recorded so far leave it; may record a kernel that
     * derives it from the state. */
    int (*device_channel)(struct trl_sim *sim, struct trl_gpu_cmd *cmd, int channel,
                          struct trl_gpu_tensor *out);
};

/* First member of every simulation. */
struct trl_sim {
    const struct trl_sim_impl *impl;
    struct trl_log *log;
    struct trl_device *device; /* NULL on the CPU */
    int width, height;
    int64_t time; /* steps done, or recorded */
};

/* Number of the channel of that name (NULL: the default), or TRL_ERROR_USAGE with the names that
 * exist in the message. */
int trl_sim_channel_find(const struct trl_sim *sim, const char *name);

/* GPU backend, for the stream. The list's submission order is the order of the steps. */
int trl_sim_record(struct trl_sim *sim, struct trl_gpu_cmd *cmd, int64_t steps);
int trl_sim_device_channel(struct trl_sim *sim, struct trl_gpu_cmd *cmd, int channel,
                           struct trl_gpu_tensor *out);

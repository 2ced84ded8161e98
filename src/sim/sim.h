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
    /* The params are complete: sizes within limits, and every setting of the model, in its order
     * and range. What struct trl_sim holds is filled in by the caller, but for the device's. */
    int (*create)(struct trl_sim **out, const struct trl_sim_params *params);
    void (*destroy)(struct trl_sim *sim);
    /* CPU: advances at once. GPU: NULL. */
    int (*step)(struct trl_sim *sim, int64_t steps);
    /* CPU: the channel's values now, dense float32, valid until the next step. */
    const float *(*host_channel)(struct trl_sim *sim, int channel);
    /* GPU: records so many steps (no host wait between them); CPU: NULL. */
    int (*record)(struct trl_sim *sim, struct trl_gpu_cmd *cmd, int64_t steps);
    /* GPU: the channel's tensor as the steps recorded so far leave it; may record a kernel that
     * derives it from the state. */
    int (*device_channel)(struct trl_sim *sim, struct trl_gpu_cmd *cmd, int channel,
                          struct trl_gpu_tensor *out);
};

/* What a setting may be, ends included. */
struct trl_sim_range {
    double low, high;
    bool whole; /* a whole number */
};

/* A model with what the front end needs to check a request and to choose a backend. */
struct trl_sim_kind {
    const struct trl_sim_model *model;
    const struct trl_sim_range *ranges;   /* one a setting, in the model's order */
    int width, height;                    /* defaults */
    const struct trl_sim_impl *cpu, *gpu; /* NULL: no such backend */
    /* The channels' shape where it is no sheet of width x height; NULL. Errors are logged. */
    int (*shape)(const struct trl_sim_params *params, struct trl_layout *out);
    /* The backend that suits the params where they leave it open; NULL: the device's, if any. */
    int (*choose)(const struct trl_sim_params *params, enum trl_backend *out);
};

/* Largest side and number of cells: a float32 channel must fit the 128 MiB that every device can
 * bind, rows rounded up to four cells. */
#define TRL_SIM_SIDE_MAX 32768
#define TRL_SIM_CELLS_MAX ((1 << 25) - 4 * TRL_SIM_SIDE_MAX)
#define TRL_SIM_SETTING_MAX 32 /* settings of a model */

/* First member of every simulation. */
struct trl_sim {
    const struct trl_sim_impl *impl;
    struct trl_log *log;
    struct trl_device *device; /* NULL on the CPU */
    struct trl_layout layout;  /* of every channel: dense float32 */
    int64_t time;              /* steps done, or recorded */
    /* For trl_sim_step and trl_sim_read on the device; made when they are first called. */
    struct trl_gpu_cmd *cmd;
    struct trl_gpu_buffer *staging;
};

/* Number of the channel of that name (NULL: the default), or TRL_ERROR_USAGE with the names that
 * exist in the message. */
int trl_sim_channel_find(const struct trl_sim *sim, const char *name);

/* GPU backend, for the stream. The list's submission order is the order of the steps. */
int trl_sim_record(struct trl_sim *sim, struct trl_gpu_cmd *cmd, int64_t steps);
int trl_sim_device_channel(struct trl_sim *sim, struct trl_gpu_cmd *cmd, int channel,
                           struct trl_gpu_tensor *out);

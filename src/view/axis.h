/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "gpu/upload.h"
#include "view/analyse.h"

/*
 * An axis of values on the device: where it begins and ends is given, or found in frames, and
 * kernels turn values into places by it (shared/axis.h).
 */
struct trl_axis {
    struct trl_device *device;
    struct trl_scale scale;
    struct trl_analyse analyse;
    uint32_t length, pad; /* sub-pixels */
    struct trl_gpu_buffer *setup, *words;
    struct trl_gpu_kernel *kernel;
};

struct trl_axis_params {
    const struct trl_view_params *view;  /* norm, range, vmin, vmax; no TRL_NORM_POWER */
    const float *movie_low, *movie_high; /* or NULL */
    int pixels;
    int pad;    /* pixels left free at each end that is not given by vmin or vmax */
    bool grows; /* a range of frames is that of all so far */
};

/* upload must be begun. TRL_ERROR_USAGE. */
int trl_axis_init(struct trl_axis *axis, struct trl_upload *upload,
                  const struct trl_axis_params *params);
void trl_axis_destroy(struct trl_axis *axis);

/* Records what the frame at hand needs: its range if that is to be found, and the axis. */
int trl_axis_record(struct trl_axis *axis, struct trl_gpu_cmd *cmd,
                    const struct trl_gpu_tensor *tensor);
/* True if the ends are known on the host: what low and high then are. */
bool trl_axis_range(const struct trl_axis *axis, float *low, float *high);

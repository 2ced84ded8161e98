/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/axis.h"

#include "base/log.h"
#include "base/math.h"
#include "shared/axis.h"
#include "view/chart.h"

#include <tensorreel/error.h>

static void record_words(struct trl_axis *axis, struct trl_gpu_cmd *cmd)
{
    const uint32_t push[2] = {axis->length, axis->pad};
    const struct trl_gpu_call call = {
        .kernel = axis->kernel,
        .bindings = {{.buffer = axis->setup},
                     {.buffer = axis->analyse.scale},
                     {.buffer = axis->words, .write = true}},
        .binding_count = 3,
        .push = push,
        .push_size = sizeof(push),
    };
    trl_gpu_cmd_dispatch(cmd, &call, 1, 1, 1);
}

int trl_axis_init(struct trl_axis *axis, struct trl_upload *upload, const struct trl_axis_params *p)
{
    struct trl_device *device = upload->device;
    struct trl_log *log = trl_gpu_log(device);
    if (p->view->norm == TRL_NORM_POWER)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "--norm power: an axis is linear, log or symlog; power is for colours");
    int ret = trl_scale_init(&axis->scale, log, p->view, p->movie_low, p->movie_high);
    if (ret < 0)
        return ret;
    const bool given = p->view->vmin_set && p->view->vmax_set;
    axis->device = device;
    axis->length = (uint32_t)p->pixels * TRL_SUBPIXELS;
    axis->pad = given ? 0 : (uint32_t)trl_min_i64(p->pad, (p->pixels - 1) / 2) * TRL_SUBPIXELS;
    if ((ret = trl_upload_buffer(upload, &axis->setup, "axis setup", axis->scale.setup,
                                 sizeof(axis->scale.setup))) < 0 ||
        (ret = trl_analyse_init(&axis->analyse, upload->cmd, device, &axis->scale, axis->setup)) <
            0 ||
        (ret = trl_chart_buffer(&axis->words, device, "axis", TRL_AXIS_WORDS)) < 0 ||
        (ret = trl_chart_kernel(&axis->kernel, device, TRL_SHADER_VIEW_AXIS_COMP,
                                axis->scale.norm)) < 0)
        return ret;
    axis->analyse.grows = p->grows;
    trl_analyse_record_thresholds(&axis->analyse, upload->cmd);
    record_words(axis, upload->cmd);
    return 0;
}

void trl_axis_destroy(struct trl_axis *axis)
{
    trl_analyse_destroy(&axis->analyse);
    trl_gpu_kernel_destroy(&axis->kernel);
    trl_gpu_buffer_destroy(&axis->setup);
    trl_gpu_buffer_destroy(&axis->words);
}

int trl_axis_record(struct trl_axis *axis, struct trl_gpu_cmd *cmd,
                    const struct trl_gpu_tensor *tensor)
{
    if (axis->scale.low_fixed && axis->scale.high_fixed)
        return 0;
    const int ret = trl_analyse_record(&axis->analyse, cmd, tensor, 1);
    if (ret < 0)
        return ret;
    record_words(axis, cmd);
    return 0;
}

bool trl_axis_range(const struct trl_axis *axis, float *low, float *high)
{
    *low = trl_float_from_bits(axis->scale.setup[TRL_SETUP_LOW]);
    *high = trl_float_from_bits(axis->scale.setup[TRL_SETUP_HIGH]);
    return axis->scale.low_fixed && axis->scale.high_fixed;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/equalize.h"

#include <tensorreel/error.h>

/* A histogram for each rank and one more, so that their number is even. */
enum { HISTOGRAMS = 256, RANKS = 255 };

int trl_equalize_init(struct trl_equalize_ranks *e, struct trl_gpu_cmd *cmd,
                      struct trl_device *device, const struct trl_scale *scale)
{
    *e = (struct trl_equalize_ranks){.device = device};
    const struct trl_gpu_buffer_params ranks = {"ranks", TRL_RANK_WORDS * 4, TRL_GPU_MEMORY_DEVICE};
    const struct trl_gpu_buffer_params histogram = {
        "rank histograms", (uint64_t)HISTOGRAMS * TRL_HISTOGRAM_BINS * 4, TRL_GPU_MEMORY_DEVICE};
    const struct trl_gpu_kernel_params settle = {
        TRL_SHADER_VIEW_EQUALIZE_COMP, .spec = {scale->norm, scale->running}, .spec_count = 2};
    int ret;
    if ((ret = trl_gpu_buffer_create(&e->ranks, device, &ranks)) < 0 ||
        (ret = trl_gpu_buffer_create(&e->histogram, device, &histogram)) < 0 ||
        (ret = trl_gpu_kernel_create(&e->settle, device, &settle)) < 0)
        return ret;
    for (uint32_t n = 0; n < 3; n++) {
        e->count[n].params = (struct trl_gpu_kernel_params){TRL_SHADER_VIEW_RANK_COUNT_COMP,
                                                            .spec = {0, 0, n}, .spec_count = 3};
        const struct trl_gpu_kernel_params select = {TRL_SHADER_VIEW_RANK_SELECT_COMP, .spec = {n},
                                                     .spec_count = 1};
        if ((ret = trl_gpu_kernel_create(&e->select[n], device, &select)) < 0)
            return ret;
    }
    trl_gpu_cmd_fill(cmd, e->ranks, 0, TRL_RANK_WORDS * 4, 0);
    return 0;
}

void trl_equalize_destroy(struct trl_equalize_ranks *e)
{
    for (int n = 0; n < 3; n++) {
        trl_gpu_variants_destroy(&e->count[n]);
        trl_gpu_kernel_destroy(&e->select[n]);
    }
    trl_gpu_kernel_destroy(&e->settle);
    trl_gpu_buffer_destroy(&e->histogram);
    trl_gpu_buffer_destroy(&e->ranks);
}

int trl_equalize_record(struct trl_equalize_ranks *e, struct trl_gpu_cmd *cmd,
                        const struct trl_analyse *analyse, const struct trl_gpu_tensor *tensors,
                        int count)
{
    const struct trl_gpu_call counting = {
        .bindings = {{0},
                     {.buffer = analyse->scale},
                     {.buffer = e->histogram, .write = true},
                     {.buffer = e->ranks}},
        .binding_count = 4,
    };
    for (int n = 0; n < 3; n++) {
        const uint64_t histograms = n == 0 ? 1 : HISTOGRAMS;
        trl_gpu_cmd_fill(cmd, e->histogram, 0, histograms * TRL_HISTOGRAM_BINS * 4, 0);
        const int ret =
            trl_analyse_walk(analyse, cmd, &e->count[n], tensors, count, &counting, false);
        if (ret < 0)
            return ret;
        const struct trl_gpu_call select = {
            .kernel = e->select[n],
            .bindings = {{.buffer = e->histogram}, {.buffer = e->ranks, .write = true}},
            .binding_count = 2,
        };
        trl_gpu_cmd_dispatch(cmd, &select, n == 0 ? 1 : RANKS, 1, 1);
    }
    const struct trl_gpu_call settle = {
        .kernel = e->settle,
        .bindings = {{.buffer = analyse->scale, .write = true},
                     {.buffer = e->ranks, .write = true}},
        .binding_count = 2,
    };
    trl_gpu_cmd_dispatch(cmd, &settle, 1, 1, 1);
    return 0;
}

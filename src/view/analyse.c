/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/analyse.h"

#include "gpu/window.h"

#include <tensorreel/error.h>

static int create_buffer(struct trl_gpu_buffer **out, struct trl_device *device, const char *name,
                         uint64_t words)
{
    return trl_gpu_buffer_create(out, device,
                                 &(struct trl_gpu_buffer_params){
                                     .name = name,
                                     .size_bytes = words * 4,
                                     .memory = TRL_GPU_MEMORY_DEVICE,
                                 });
}

int trl_analyse_init(struct trl_analyse *a, struct trl_gpu_cmd *cmd, struct trl_device *device,
                     const struct trl_scale *scale, struct trl_gpu_buffer *setup)
{
    const uint32_t positive = scale->norm == TRL_NORM_LOG;
    *a = (struct trl_analyse){
        .device = device,
        .low_fixed = scale->low_fixed,
        .high_fixed = scale->high_fixed,
        .percentiles = scale->percentiles,
        .setup = setup,
        .range.params = {TRL_SHADER_VIEW_RANGE_COMP, .spec = {0, 0, positive}, .spec_count = 3},
        .count.params = {TRL_SHADER_VIEW_COUNT_COMP, .spec_count = 2},
    };
    int ret;
    if ((ret = create_buffer(&a->scale, device, "scale", TRL_SCALE_WORDS)) < 0 ||
        (ret = create_buffer(&a->counts, device, "counts", TRL_COUNT_WORDS)) < 0)
        return ret;
    trl_gpu_cmd_fill(cmd, a->scale, 0, TRL_SCALE_WORDS * 4, 0);
    const struct trl_gpu_kernel_params thresholds = {TRL_SHADER_VIEW_THRESHOLDS_COMP,
                                                     .spec = {scale->norm}, .spec_count = 1};
    if ((ret = trl_gpu_kernel_create(&a->thresholds, device, &thresholds)) < 0)
        return ret;
    if (!a->percentiles || (a->low_fixed && a->high_fixed))
        return 0;
    for (uint32_t n = 0; n < 3; n++) {
        a->pass[n].params = (struct trl_gpu_kernel_params){
            TRL_SHADER_VIEW_HISTOGRAM_COMP, .spec = {0, 0, positive, n}, .spec_count = 4};
        const struct trl_gpu_kernel_params select = {TRL_SHADER_VIEW_SELECT_COMP, .spec = {n},
                                                     .spec_count = 1};
        if ((ret = trl_gpu_kernel_create(&a->select[n], device, &select)) < 0)
            return ret;
    }
    return create_buffer(&a->histogram, device, "histogram", 2 * TRL_HISTOGRAM_BINS);
}

void trl_analyse_destroy(struct trl_analyse *a)
{
    for (int n = 0; n < 3; n++) {
        trl_gpu_variants_destroy(&a->pass[n]);
        trl_gpu_kernel_destroy(&a->select[n]);
    }
    trl_gpu_variants_destroy(&a->range);
    trl_gpu_variants_destroy(&a->count);
    trl_gpu_kernel_destroy(&a->thresholds);
    trl_gpu_buffer_destroy(&a->histogram);
    trl_gpu_buffer_destroy(&a->counts);
    if (!a->borrowed)
        trl_gpu_buffer_destroy(&a->scale);
}

void trl_analyse_borrow(struct trl_analyse *a, const struct trl_analyse *leader)
{
    if (!a->borrowed)
        trl_gpu_buffer_destroy(&a->scale);
    a->borrowed = true;
    a->scale = leader->scale;
}

void trl_analyse_record_thresholds(struct trl_analyse *a, struct trl_gpu_cmd *cmd)
{
    const struct trl_gpu_call call = {
        .kernel = a->thresholds,
        .bindings = {{.buffer = a->setup}, {.buffer = a->scale, .write = true}},
        .binding_count = 2,
    };
    trl_gpu_cmd_dispatch(cmd, &call, 1, 1, 1);
}

static int walk_one(const struct trl_analyse *a, struct trl_gpu_cmd *cmd,
                    struct trl_gpu_variants *kernels, const struct trl_gpu_tensor *tensor,
                    struct trl_gpu_call call, bool always)
{
    int ret = trl_gpu_variant(kernels, a->device, &tensor->layout, &call.kernel);
    if (ret < 0)
        return ret;
    struct trl_gpu_tensor straight;
    struct trl_window_axis axis[3];
    struct trl_windows windows;
    trl_window_walk(tensor, &straight, axis);
    if ((ret = trl_windows_begin(&windows, a->device, &straight, axis)) < 0)
        return ret;
    while (trl_windows_next(&windows)) {
        struct trl_count_push push = {.always = always};
        uint32_t groups[2];
        trl_window_walk_block(&windows, &push.walk, groups);
        call.bindings[0] = windows.binding;
        call.push = &push;
        call.push_size = sizeof(push);
        trl_gpu_cmd_dispatch(cmd, &call, groups[0], groups[1], 1);
    }
    return 0;
}

int trl_analyse_walk(const struct trl_analyse *a, struct trl_gpu_cmd *cmd,
                     struct trl_gpu_variants *kernels, const struct trl_gpu_tensor *tensors,
                     int count, const struct trl_gpu_call *call, bool always)
{
    int ret = 0;
    for (int n = 0; n < count && ret == 0; n++)
        ret = walk_one(a, cmd, kernels, &tensors[n], *call, always);
    return ret;
}

static int record_range(struct trl_analyse *a, struct trl_gpu_cmd *cmd,
                        const struct trl_gpu_tensor *tensors, int count)
{
    const struct trl_gpu_call call = {
        .bindings = {{0}, {.buffer = a->scale, .write = true}},
        .binding_count = 2,
    };
    return trl_analyse_walk(a, cmd, &a->range, tensors, count, &call, false);
}

static int record_percentiles(struct trl_analyse *a, struct trl_gpu_cmd *cmd,
                              const struct trl_gpu_tensor *tensors, int count)
{
    const struct trl_gpu_call counting = {
        .bindings = {{0}, {.buffer = a->scale}, {.buffer = a->histogram, .write = true}},
        .binding_count = 3,
    };
    for (int n = 0; n < 3; n++) {
        trl_gpu_cmd_fill(cmd, a->histogram, 0, (uint64_t)2 * TRL_HISTOGRAM_BINS * 4, 0);
        int ret = trl_analyse_walk(a, cmd, &a->pass[n], tensors, count, &counting, false);
        if (ret < 0)
            return ret;
        const struct trl_gpu_call select = {
            .kernel = a->select[n],
            .bindings = {{.buffer = a->setup},
                         {.buffer = a->scale, .write = true},
                         {.buffer = a->histogram}},
            .binding_count = 3,
        };
        trl_gpu_cmd_dispatch(cmd, &select, 1, 1, 1);
    }
    return 0;
}

int trl_analyse_record(struct trl_analyse *a, struct trl_gpu_cmd *cmd,
                       const struct trl_gpu_tensor *tensors, int count)
{
    if (a->low_fixed && a->high_fixed)
        return 0;
    const uint64_t start = TRL_SCALE_SEEN_LOW * 4;
    if (!a->grows)
        trl_gpu_cmd_fill(cmd, a->scale, start, TRL_SCALE_KEYS * 4 - start, 0);
    const int ret = a->percentiles ? record_percentiles(a, cmd, tensors, count)
                                   : record_range(a, cmd, tensors, count);
    if (ret < 0)
        return ret;
    trl_analyse_record_thresholds(a, cmd);
    return 0;
}

int trl_analyse_record_counts(struct trl_analyse *a, struct trl_gpu_cmd *cmd,
                              const struct trl_gpu_tensor *tensor, bool always)
{
    const struct trl_gpu_call call = {
        .bindings = {{0}, {.buffer = a->scale}, {.buffer = a->counts, .write = true}},
        .binding_count = 3,
    };
    return trl_analyse_walk(a, cmd, &a->count, tensor, 1, &call, always);
}

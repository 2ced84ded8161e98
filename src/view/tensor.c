/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/tensor.h"

#include "base/log.h"
#include "base/math.h"
#include "tensor/layout.h"

#include <tensorreel/error.h>

int trl_tensor_check(struct trl_device *device, const char *what,
                     const struct trl_gpu_tensor *tensor, const int64_t shape[3])
{
    const struct trl_layout *layout = &tensor->layout;
    struct trl_log *log = trl_gpu_log(device);
    if (layout->rank != 3)
        return trl_fail(log, TRL_ERROR_USAGE, "%s: a frame of %d axes, not of 3", what,
                        layout->rank);
    for (int n = 0; n < 3; n++)
        if (layout->shape[n] != shape[n])
            return trl_fail(log, TRL_ERROR_USAGE,
                            "%s: a frame of %lld x %lld x %lld, not of %lld x %lld x %lld as the "
                            "first",
                            what, (long long)layout->shape[0], (long long)layout->shape[1],
                            (long long)layout->shape[2], (long long)shape[0], (long long)shape[1],
                            (long long)shape[2]);
    int64_t low, high, end;
    const int64_t size = (int64_t)trl_dtype_size(layout->dtype);
    if (!trl_layout_bounds(layout, &low, &high) || low < 0 || !trl_mul_i64(high + 1, size, &end) ||
        (uint64_t)end > trl_gpu_buffer_size(tensor->buffer))
        return trl_fail(log, TRL_ERROR_USAGE,
                        "%s: the frame's layout reaches beyond its buffer of %llu bytes", what,
                        (unsigned long long)trl_gpu_buffer_size(tensor->buffer));
    return 0;
}

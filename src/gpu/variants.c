/* SPDX-License-Identifier: BSD-2-Clause */
#include "gpu/variants.h"

#include "base/log.h"

#include <tensorreel/error.h>

static bool readable(enum trl_dtype dtype)
{
    return dtype > TRL_DTYPE_NONE && dtype < TRL_DTYPE_COUNT && dtype != TRL_DTYPE_F64 &&
           dtype != TRL_DTYPE_I64 && dtype != TRL_DTYPE_U64;
}

int trl_gpu_variant(struct trl_gpu_variants *kernels, struct trl_device *device,
                    const struct trl_layout *layout, struct trl_gpu_kernel **out)
{
    if (!readable(layout->dtype))
        return trl_fail(trl_gpu_log(device), TRL_ERROR_UNSUPPORTED,
                        "tensor: elements of dtype %s are not read on the device; narrow them to "
                        "f4 first",
                        trl_dtype_name(layout->dtype));
    const bool swap = layout->big_endian && trl_dtype_size(layout->dtype) > 1;
    struct trl_gpu_kernel **kernel = &kernels->made[layout->dtype][swap];
    if (!*kernel) {
        struct trl_gpu_kernel_params params = kernels->params;
        params.spec[0] = layout->dtype;
        params.spec[1] = swap;
        const int ret = trl_gpu_kernel_create(kernel, device, &params);
        if (ret < 0)
            return ret;
    }
    *out = *kernel;
    return 0;
}

void trl_gpu_variants_destroy(struct trl_gpu_variants *kernels)
{
    for (int dtype = 0; dtype < TRL_DTYPE_COUNT; dtype++)
        for (int swap = 0; swap < 2; swap++)
            trl_gpu_kernel_destroy(&kernels->made[dtype][swap]);
}

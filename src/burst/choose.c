/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/log.h"
#include "burst/engine.h"

int trl_burst_choose(const struct trl_burst_params *params, const struct trl_burst_plan *plan,
                     const struct trl_burst_backend_impl **out)
{
    (void)plan;
    switch (params->backend) {
    case TRL_BURST_REFERENCE:
        *out = &trl_burst_reference;
        return 0;
    case TRL_BURST_AUTO:
        *out = params->device ? &trl_burst_gpu : &trl_burst_cpu;
        return 0;
    case TRL_BURST_CPU:
        *out = &trl_burst_cpu;
        return 0;
    case TRL_BURST_GPU:
        if (!params->device)
            return trl_fail(params->log, TRL_ERROR_DEVICE,
                            "bursts are to run on a GPU, but there is no device");
        *out = &trl_burst_gpu;
        return 0;
    }
    return trl_fail(params->log, TRL_ERROR_USAGE, "backend %d is unknown", (int)params->backend);
}

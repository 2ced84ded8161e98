/* SPDX-License-Identifier: BSD-2-Clause */
#include "burst/choose.h"

#include <stdio.h>

#include "base/log.h"
#include "burst/calibrate.h"
#include "burst/gpu.h"

static void weigh_both(const struct trl_burst_offer *offer, struct trl_burst_choice *out)
{
    const double cpu_us = offer->cpu_ns / 1e3, gpu_us = offer->gpu_ns / 1e3;
    out->backend = TRL_BURST_CPU;
    if (!offer->device)
        snprintf(out->why, sizeof(out->why), "there is no device");
    else if (offer->software)
        snprintf(out->why, sizeof(out->why), "%s runs on the processor too, and slower",
                 offer->device);
    else if (offer->obstacle)
        snprintf(out->why, sizeof(out->why), "%s", offer->obstacle);
    else if (!(offer->gpu_ns > 0) || !(offer->cpu_ns > 0))
        snprintf(out->why, sizeof(out->why), "bursts on %s cannot be measured", offer->device);
    else {
        out->backend = offer->gpu_ns < offer->cpu_ns ? TRL_BURST_GPU : TRL_BURST_CPU;
        snprintf(out->why, sizeof(out->why),
                 "a burst in which %g %% fire is expected to take %.4g us on %s, %.4g us on the "
                 "processor",
                 100 * offer->rate, gpu_us, offer->device, cpu_us);
    }
}

int trl_burst_weigh(const struct trl_burst_offer *offer, struct trl_burst_choice *out)
{
    *out = (struct trl_burst_choice){.backend = offer->wanted};
    switch (offer->wanted) {
    case TRL_BURST_AUTO:
        weigh_both(offer, out);
        return 0;
    case TRL_BURST_REFERENCE:
    case TRL_BURST_CPU:
        return 0;
    case TRL_BURST_GPU:
        if (offer->device)
            return 0;
        snprintf(out->why, sizeof(out->why), "bursts are to run on a GPU, but there is no device");
        return TRL_ERROR_DEVICE;
    }
    snprintf(out->why, sizeof(out->why), "backend %d is unknown", (int)offer->wanted);
    return TRL_ERROR_USAGE;
}

/* Of a burst on the device, or with NULL on the threads; 0 if it cannot be told. */
static double price_ns(const struct trl_burst_params *params, const struct trl_burst_plan *plan,
                       const struct trl_burst_activity *activity, const struct trl_device *device)
{
    const struct trl_burst_crew crew = trl_burst_crew_of(plan, device, params->thread_count);
    struct trl_burst_cost cost;
    double terms[TRL_BURST_TERM_COUNT];
    if (!trl_burst_calibrate(&cost, params->log, device))
        return 0;
    trl_burst_cost_terms(terms, activity, &crew);
    return trl_burst_cost_ns(&cost, terms);
}

static int choose(const struct trl_burst_params *params, const struct trl_burst_plan *plan,
                  enum trl_burst_backend *out)
{
    const struct trl_device_info *info = params->device ? trl_device_info(params->device) : NULL;
    struct trl_burst_offer offer = {
        .wanted = params->backend,
        .device = info ? info->name : NULL,
        .software = info && info->type == TRL_DEVICE_SOFTWARE,
        .rate = params->expected_rate,
    };
    const struct trl_burst_activity activity =
        trl_burst_activity_expected(plan, params->expected_rate);
    /* Nothing is measured where the choice is clear. */
    char obstacle[TRL_BURST_WHY_MAX];
    if (offer.wanted == TRL_BURST_AUTO && info && !offer.software) {
        if (trl_burst_gpu_check(plan, params, obstacle, sizeof(obstacle)))
            offer.obstacle = obstacle;
        else
            offer.gpu_ns = price_ns(params, plan, &activity, params->device);
        if (offer.gpu_ns > 0)
            offer.cpu_ns = price_ns(params, plan, &activity, NULL);
    }
    struct trl_burst_choice choice;
    const int err = trl_burst_weigh(&offer, &choice);
    if (err)
        return trl_fail(params->log, err, "%s", choice.why);
    if (*choice.why)
        trl_log_print(params->log, TRL_LOG_INFO, "bursts run on the %s: %s",
                      choice.backend == TRL_BURST_GPU ? "device" : "processor", choice.why);
    *out = choice.backend;
    return 0;
}

int trl_burst_choose(const struct trl_burst_params *params, const struct trl_burst_plan *plan,
                     const struct trl_burst_backend_impl **out)
{
    enum trl_burst_backend backend = TRL_BURST_AUTO;
    int err = choose(params, plan, &backend);
    if (err)
        return err;
    *out = backend == TRL_BURST_GPU         ? &trl_burst_gpu
           : backend == TRL_BURST_REFERENCE ? &trl_burst_reference
                                            : &trl_burst_cpu;
    return 0;
}

int trl_burst_choose_backend(const struct trl_burst_params *params, enum trl_burst_backend *out)
{
    struct trl_burst_params complete;
    struct trl_burst_plan *plan = NULL;
    int err = trl_burst_params_fill(&complete, params);
    if (!err)
        err = trl_burst_plan_create(&plan, &complete);
    if (!err)
        err = choose(&complete, plan, out);
    trl_burst_plan_destroy(&plan);
    return err;
}

int trl_burst_forecast(struct trl_burst *burst, double rate, struct trl_burst_forecast *out)
{
    *out = (struct trl_burst_forecast){0};
    if (!(rate >= 0 && rate <= 1))
        return trl_fail(burst->log, TRL_ERROR_USAGE, "a firing rate of %g; 0 to 1 is expected",
                        rate);
    struct trl_burst_activity activity = trl_burst_activity_expected(burst->plan, rate);
    const struct trl_burst_stats *stats = &burst->stats;
    if (rate == 0 && stats->bursts) {
        const double bursts = (double)stats->bursts;
        activity.fired = (double)stats->fired / bursts;
        activity.delivered = (double)stats->delivered / bursts;
        activity.candidates = (double)stats->candidates / bursts;
    }
    out->cpu_ns = price_ns(&burst->params, burst->plan, &activity, NULL);
    const struct trl_device *device = burst->params.device;
    if (device && trl_device_info(device)->type != TRL_DEVICE_SOFTWARE)
        out->gpu_ns = price_ns(&burst->params, burst->plan, &activity, burst->params.device);
    return 0;
}

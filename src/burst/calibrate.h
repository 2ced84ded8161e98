/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "burst/cost.h"

struct trl_device;

/*
 * The prices of bursts on a device, or with NULL on the threads of this processor: those that were
 * kept in the user's cache by this version of the program, else measured with a few small networks,
 * which takes some seconds at most, and then kept. False if it cannot be measured; nothing is
 * logged but what the device says.
 */
bool trl_burst_calibrate(struct trl_burst_cost *out, struct trl_log *log,
                         const struct trl_device *device);
/* Who runs a plan: on the device, or with NULL on so many threads (0: by the network's size). */
struct trl_burst_crew trl_burst_crew_of(const struct trl_burst_plan *plan,
                                        const struct trl_device *device, int thread_count);

/* For tests and measurements: the bursts that are measured, without the cache. At most room; how
 * many there are, or a negative error. */
int trl_burst_calibrate_samples(struct trl_burst_sample *samples, int room,
                                const struct trl_device *device);

/* The prices in the cache, if this version of the program kept them for the same device, driver and
 * processor. */
bool trl_burst_prices_load(struct trl_burst_cost *out, const struct trl_device *device);
void trl_burst_prices_keep(const struct trl_burst_cost *cost, const struct trl_device *device);

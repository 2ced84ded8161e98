/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <tensorreel/tensor.h>

/*
 * Finds the range of a whole movie on the host while it is read before it is drawn. Values are
 * taken as float32, as the device sees them. Minimum and maximum need one reading; percentiles
 * (nearest rank, exact: of n finite values in ascending order the one at position
 * max(1, ceil(percentile * n / 100)), counted from 1) need two: the upper, then the lower 16 bits
 * of the ordered keys.
 */
struct trl_scan;

/* percentile_low and _high in 0..100; both 0: minimum and maximum. TRL_ERROR_MEMORY. */
int trl_scan_create(struct trl_scan **out, double percentile_low, double percentile_high);
void trl_scan_destroy(struct trl_scan **scan);

/* Adds every element of a tensor, in the order of memory whatever that of its axes; data is what
 * layout->offset counts from. */
void trl_scan_add(struct trl_scan *scan, const struct trl_layout *layout, const void *data);

/* Ends a reading. True if everything must be added once more. */
bool trl_scan_again(struct trl_scan *scan);

/* The range of the finite values; false if there were none. */
bool trl_scan_range(const struct trl_scan *scan, float *low, float *high);

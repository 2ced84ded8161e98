/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <tensorreel/tensor.h>

/* Widens low and high, as float32, by the finite ones of count elements that lie together. */
void trl_limits_add(enum trl_dtype dtype, bool big_endian, const void *src, int64_t count,
                    float *low, float *high);

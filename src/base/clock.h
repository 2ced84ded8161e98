/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdint.h>

/* Monotonic nanoseconds. */
int64_t trl_clock_now_ns(void);

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stddef.h>

/* Says that memory which is still untouched will be large and read all over: the system may then
 * use larger pages for it, which are found faster. Only a hint. */
void trl_memory_expect_jumps(void *memory, size_t size);

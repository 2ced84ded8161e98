/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "gpu/device.h"

/* Wraps every function of the Vulkan table that can fail, so that the n-th call of them does, and
 * counts the objects that are alive. One device at a time. */

/* calls counts from 1; at 0: none fails. VK_ERROR_DEVICE_LOST stays: every later call that can
 * return it does. Calls that cannot return the result are not counted. */
void table_arm(VkResult result, int64_t at);
/* Calls so far that could have returned the armed result. */
int64_t table_calls(void);
/* The function that failed first; NULL if none did. */
const char *table_failed(void);
/* Objects and memory that were created and not destroyed. */
int64_t table_alive(void);

extern const struct trl_vk_hook table_hook;

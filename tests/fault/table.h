/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "paths.h"

#include "gpu/device.h"

/* Wraps every function of the Vulkan table that can fail, so that one call of them does, and counts
 * the objects that are alive. One device at a time. VK_ERROR_DEVICE_LOST stays: every later call
 * that can return it does. Calls that cannot return the result are not counted. */

/* paths_next, with calls that could return the result. */
bool table_next(struct paths_walk *walk, VkResult result);
void table_disarm(void);
/* Instead of a walk: the call of that number from now, from 1, or 0 to count them only. */
void table_arm(VkResult result, int64_t at);
/* Calls since then that could have returned the result. */
int64_t table_calls(void);
/* The function that failed first; NULL if none did. */
const char *table_failed(void);
/* Objects and memory that were created and not destroyed. */
int64_t table_alive(void);

extern const struct trl_vk_hook table_hook;

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stddef.h>

/* Memory with several owners, from any threads: the last to drop it frees it. */

/* One owner; contents are undefined. NULL for want of memory. */
void *trl_shared_create(size_t size);
/* One owner more. Gives it back; NULL stays NULL. */
void *trl_shared_hold(void *memory);
/* One owner less; NULL is nothing. */
void trl_shared_drop(void *memory);

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdint.h>

/*
 * Work on blocks of neurons by several threads, the caller among them: work(user, first, last) for
 * first <= id < last, in any order, each block once. It ends at the first error, which is returned.
 * thread_count 0: one a processor. Fewer are used where no more can be had.
 */
int trl_network_parallel(uint32_t count, int thread_count,
                         int (*work)(void *user, uint32_t first, uint32_t last), void *user);

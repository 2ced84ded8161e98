/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

struct trl_log;
struct trl_pool;

/*
 * A fixed crew of threads for work that comes again and again: running it allocates nothing and
 * costs a microsecond or two. The caller is one of the crew; a crew of one has no threads. Idle
 * members look for work for some microseconds, then sleep.
 */

/* Processors that this process may use. */
int trl_pool_processors(void);

/* size: members, at least 1. One thread at a time uses a pool. TRL_ERROR_MEMORY if the threads
 * cannot be had. */
int trl_pool_create(struct trl_pool **out, struct trl_log *log, int size);
void trl_pool_destroy(struct trl_pool **pool);

/* Every member calls work(user, member), members being 0 (the caller) to size - 1; returns when all
 * are through. What one has written before is seen by all after. */
void trl_pool_run(struct trl_pool *pool, void (*work)(void *user, int member), void *user);
/* For work: waits until every member has called it as often. */
void trl_pool_meet(struct trl_pool *pool);

/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"

enum { SPINS = 4000, LINE_BYTES = 64 };

struct member {
    struct trl_pool *pool;
    pthread_t thread;
    int number;
};

struct trl_pool {
    struct member *members; /* [size - 1]: all but the caller */
    int size, spins;
    void (*work)(void *user, int member); /* NULL: the crew is dismissed */
    void *user;
    pthread_mutex_t mutex;
    pthread_cond_t met;
    int asleep;
    atomic_int arrived;
    /* Those who wait read it all the time: nothing else lies beside it. */
    _Alignas(LINE_BYTES) atomic_uint meetings;
};

int trl_pool_processors(void)
{
    cpu_set_t set;
    const int allowed = sched_getaffinity(0, sizeof(set), &set) ? 0 : CPU_COUNT(&set);
    const long online = allowed > 0 ? allowed : sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (int)online : 1;
}

static void rest_a_little(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static void wait_for_meeting(struct trl_pool *pool, unsigned meetings)
{
    for (int n = 0; n < pool->spins; n++) {
        if (atomic_load_explicit(&pool->meetings, memory_order_acquire) != meetings)
            return;
        rest_a_little();
    }
    pthread_mutex_lock(&pool->mutex);
    pool->asleep++;
    while (atomic_load_explicit(&pool->meetings, memory_order_acquire) == meetings)
        pthread_cond_wait(&pool->met, &pool->mutex);
    pool->asleep--;
    pthread_mutex_unlock(&pool->mutex);
}

void trl_pool_meet(struct trl_pool *pool)
{
    if (pool->size == 1)
        return;
    const unsigned meetings = atomic_load_explicit(&pool->meetings, memory_order_relaxed);
    if (atomic_fetch_add_explicit(&pool->arrived, 1, memory_order_acq_rel) + 1 < pool->size) {
        wait_for_meeting(pool, meetings);
        return;
    }
    atomic_store_explicit(&pool->arrived, 0, memory_order_relaxed);
    /* Under the mutex: whoever goes to sleep either sees the meeting or is woken. */
    pthread_mutex_lock(&pool->mutex);
    atomic_store_explicit(&pool->meetings, meetings + 1, memory_order_release);
    if (pool->asleep)
        pthread_cond_broadcast(&pool->met);
    pthread_mutex_unlock(&pool->mutex);
}

static void *serve(void *user)
{
    const struct member *member = user;
    struct trl_pool *pool = member->pool;
    /* The creator holds the mutex until the size is known. */
    pthread_mutex_lock(&pool->mutex);
    pthread_mutex_unlock(&pool->mutex);
    for (;;) {
        trl_pool_meet(pool);
        if (!pool->work)
            return NULL;
        pool->work(pool->user, member->number);
        trl_pool_meet(pool);
    }
}

void trl_pool_run(struct trl_pool *pool, void (*work)(void *user, int member), void *user)
{
    pool->work = work;
    pool->user = user;
    trl_pool_meet(pool);
    work(user, 0);
    trl_pool_meet(pool);
}

int trl_pool_create(struct trl_pool **out, struct trl_log *log, int size)
{
    *out = NULL;
    struct trl_pool *pool = aligned_alloc(LINE_BYTES, sizeof(*pool));
    if (!pool)
        return trl_fail_memory(log, "threads", sizeof(*pool));
    *pool = (struct trl_pool){
        .members = calloc((size_t)size, sizeof(*pool->members)),
        .size = 1,
        /* With more members than processors, waiting would keep others from working. */
        .spins = size <= trl_pool_processors() ? SPINS : 0,
    };
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->met, NULL);
    bool started = pool->members != NULL;
    pthread_mutex_lock(&pool->mutex);
    while (started && pool->size < size) {
        struct member *member = &pool->members[pool->size - 1];
        *member = (struct member){.pool = pool, .number = pool->size};
        started = !pthread_create(&member->thread, NULL, serve, member);
        pool->size += started;
    }
    pthread_mutex_unlock(&pool->mutex);
    if (!started) {
        const int got = pool->size;
        trl_pool_destroy(&pool);
        return trl_fail(log, TRL_ERROR_MEMORY, "%d threads are wanted, %d can be had", size, got);
    }
    *out = pool;
    return 0;
}

void trl_pool_destroy(struct trl_pool **pool)
{
    if (!pool || !*pool)
        return;
    struct trl_pool *p = *pool;
    p->work = NULL;
    trl_pool_meet(p);
    for (int n = 0; n < p->size - 1; n++)
        pthread_join(p->members[n].thread, NULL);
    pthread_cond_destroy(&p->met);
    pthread_mutex_destroy(&p->mutex);
    free(p->members);
    free(p);
    *pool = NULL;
}

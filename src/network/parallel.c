/* SPDX-License-Identifier: BSD-2-Clause */
#include "network/parallel.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

enum { BLOCK = 1024, THREADS_MAX = 64 };

struct crew {
    uint32_t count;
    atomic_uint_fast64_t next;
    atomic_int error;
    int (*work)(void *user, uint32_t first, uint32_t last);
    void *user;
};

static void *labour(void *user)
{
    struct crew *crew = user;
    while (!atomic_load(&crew->error)) {
        const uint64_t first = atomic_fetch_add(&crew->next, BLOCK);
        if (first >= crew->count)
            break;
        const uint64_t last = first + BLOCK < crew->count ? first + BLOCK : crew->count;
        const int error = crew->work(crew->user, (uint32_t)first, (uint32_t)last);
        int none = 0;
        if (error)
            atomic_compare_exchange_strong(&crew->error, &none, error);
    }
    return NULL;
}

int trl_network_parallel(uint32_t count, int thread_count,
                         int (*work)(void *user, uint32_t first, uint32_t last), void *user)
{
    pthread_t threads[THREADS_MAX];
    struct crew crew = {.count = count, .work = work, .user = user};
    long wanted = thread_count > 0 ? thread_count : sysconf(_SC_NPROCESSORS_ONLN);
    const long useful = (long)(count / BLOCK) + 1;
    wanted = wanted < useful ? wanted : useful;
    int started = 0;
    for (; started < wanted - 1 && started < THREADS_MAX; started++) {
        if (pthread_create(&threads[started], NULL, labour, &crew))
            break;
    }
    labour(&crew);
    for (int i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    return atomic_load(&crew.error);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "paths.h"

#include <execinfo.h>
#include <pthread.h>
#include <stdlib.h>

enum { PATHS_MAX = 4096, DEPTH = 40 };

struct path {
    uint64_t hash;
    int64_t calls;
};

static struct {
    pthread_mutex_t lock;
    bool surveying, armed, met;
    struct path path[PATHS_MAX];
    int count;
    void *frames[DEPTH]; /* where the test asked for the next one */
    int depth;
    uint64_t hash; /* of the path that is to fail */
    int64_t nth, now;
    int missed;
} paths = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* What the test itself called is left out: where it stands in which loop makes no difference. */
static uint64_t hash_here(void)
{
    void *frames[DEPTH];
    const int depth = backtrace(frames, DEPTH);
    int test = 0;
    while (test < depth && test < paths.depth &&
           frames[depth - 1 - test] == paths.frames[paths.depth - 1 - test])
        test++;
    uint64_t hash = 0xcbf29ce484222325;
    for (int n = 0; n < depth - test - 1; n++)
        hash = (hash ^ (uintptr_t)frames[n]) * 0x100000001b3;
    return hash;
}

static void count(uint64_t hash)
{
    int n = 0;
    while (n < paths.count && paths.path[n].hash != hash)
        n++;
    if (n == PATHS_MAX)
        abort();
    if (n == paths.count)
        paths.path[paths.count++] = (struct path){.hash = hash};
    paths.path[n].calls++;
}

bool paths_meet(void)
{
    bool meets = false;
    pthread_mutex_lock(&paths.lock);
    const uint64_t hash = paths.surveying || paths.armed ? hash_here() : 0;
    if (paths.surveying)
        count(hash);
    if (paths.armed && hash == paths.hash)
        meets = ++paths.now == paths.nth;
    paths.met = paths.met || meets;
    pthread_mutex_unlock(&paths.lock);
    return meets;
}

static void set(bool surveying, bool armed)
{
    pthread_mutex_lock(&paths.lock);
    paths.missed += paths.armed && !paths.met;
    paths.surveying = surveying;
    paths.armed = armed;
    paths.met = false;
    paths.now = 0;
    pthread_mutex_unlock(&paths.lock);
}

int64_t paths_calls(void)
{
    int64_t calls = 0;
    for (int n = 0; n < paths.count; n++)
        calls += paths.path[n].calls;
    return calls;
}

int paths_missed(void)
{
    return paths.missed;
}

void paths_disarm(void)
{
    set(false, false);
}

bool paths_next(struct paths_walk *walk)
{
    paths_disarm();
    paths.depth = backtrace(paths.frames, DEPTH);
    if (!walk->surveyed) {
        walk->surveyed = true;
        paths.count = walk->path;
        paths.missed = walk->path ? paths.missed : 0;
        set(true, false);
        return true;
    }
    if (!walk->last && walk->path == paths.count)
        return walk->surveyed = false;
    const int n = walk->last ? walk->path - 1 : walk->path++;
    paths.hash = paths.path[n].hash;
    paths.nth = walk->last ? paths.path[n].calls : 1;
    walk->last = !walk->last && !walk->once && paths.path[n].calls > 1;
    set(false, true);
    return true;
}

bool paths_met(void)
{
    pthread_mutex_lock(&paths.lock);
    const bool met = paths.met;
    pthread_mutex_unlock(&paths.lock);
    return met;
}

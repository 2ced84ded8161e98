/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { MEMBERS_MAX = 9, ROUNDS = 200 };

struct task {
    struct trl_pool *pool;
    int size;
    int written[MEMBERS_MAX];   /* by each member, its own */
    uint64_t seen[MEMBERS_MAX]; /* sum of what the others had written */
};

/* Everyone writes, meets, reads what all have written, and meets again before the next round. */
static void work(void *user, int member)
{
    struct task *task = user;
    for (int round = 1; round <= ROUNDS; round++) {
        task->written[member] = round * (member + 1);
        trl_pool_meet(task->pool);
        for (int n = 0; n < task->size; n++)
            task->seen[member] += (uint64_t)task->written[n];
        trl_pool_meet(task->pool);
    }
}

static void members_see_what_others_wrote(void **state)
{
    (void)state;
    enum { RUNS = 20 };
    for (int size = 1; size <= MEMBERS_MAX; size += 2) {
        struct task task = {.size = size};
        assert_int_equal(trl_pool_create(&task.pool, NULL, size), 0);
        for (int run = 0; run < RUNS; run++)
            trl_pool_run(task.pool, work, &task);
        trl_pool_destroy(&task.pool);
        assert_null(task.pool);
        const uint64_t members = (uint64_t)(size * (size + 1) / 2);
        for (int n = 0; n < size; n++)
            assert_int_equal(task.seen[n], RUNS * members * (ROUNDS * (ROUNDS + 1) / 2));
    }
}

static void an_idle_pool_is_dismissed(void **state)
{
    (void)state;
    struct trl_pool *pool = NULL;
    trl_pool_destroy(&pool);
    trl_pool_destroy(NULL);
    assert_int_equal(trl_pool_create(&pool, NULL, 3), 0);
    trl_pool_destroy(&pool);
    assert_null(pool);
    assert_true(trl_pool_processors() >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_see_what_others_wrote),
        cmocka_unit_test(an_idle_pool_is_dismissed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Engines of several threads, on one device and of one network: each as if it were alone. */
#include "check.h"

#include <pthread.h>

enum { THREADS = 3, ROUNDS = 12, NEURONS = 500 };

struct life {
    struct check *check;
    struct trl_network *network;
    uint64_t seed;
    uint64_t hashes[ROUNDS];
    struct trl_burst_stats stats;
    int error; /* the first; assertions belong to the thread of the tests */
};

static int inject(struct trl_burst *burst, uint64_t *seed)
{
    uint32_t ids[40];
    float amounts[40];
    for (int n = 0; n < 40; n++) {
        ids[n] = check_below(seed, NEURONS);
        amounts[n] = (float)check_below(seed, 4000);
    }
    return trl_burst_inject(burst, 0, ids, amounts, 40);
}

/* Engines come and go as well. */
static void *live(void *user)
{
    struct life *life = user;
    uint64_t seed = life->seed;
    struct trl_burst *burst = NULL;
    const struct trl_burst_params params = {.log = life->check->test.log,
                                            .network = life->network,
                                            .device = life->check->test.device,
                                            .backend = life->check->backend,
                                            .submit_bursts = 8,
                                            .keep_bursts = 20,
                                            .thread_count = 2};
    for (int n = 0; !life->error && n < ROUNDS; n++) {
        if (n % 6 == 0) {
            trl_burst_destroy(&burst);
            life->error = trl_burst_create(&burst, &params);
        }
        if (!life->error)
            life->error = inject(burst, &seed);
        if (!life->error)
            life->error = trl_burst_run(burst, 1 + check_below(&seed, 40));
        if (!life->error)
            life->error = trl_burst_hash(burst, &life->hashes[n]);
    }
    if (!life->error)
        life->error = trl_burst_stats(burst, &life->stats);
    trl_burst_destroy(&burst);
    return NULL;
}

static void results_are_those_of_engines_alone(void **state)
{
    struct check *check = *state;
    struct check_net net = check_net_random(check, NEURONS, 15, 3);
    struct life alone[THREADS], together[THREADS];
    pthread_t threads[THREADS];
    for (int n = 0; n < THREADS; n++) {
        alone[n] = (struct life){.check = check, .network = net.network, .seed = (uint64_t)n};
        together[n] = alone[n];
        live(&alone[n]);
        assert_int_equal(alone[n].error, 0);
        assert_true(alone[n].stats.fired > 500);
    }
    for (int n = 0; n < THREADS; n++)
        assert_int_equal(pthread_create(&threads[n], NULL, live, &together[n]), 0);
    for (int n = 0; n < THREADS; n++)
        pthread_join(threads[n], NULL);
    for (int n = 0; n < THREADS; n++) {
        assert_int_equal(together[n].error, 0);
        assert_memory_equal(together[n].hashes, alone[n].hashes, sizeof(alone[n].hashes));
        assert_int_equal(together[n].stats.fired, alone[n].stats.fired);
        assert_int_equal(together[n].stats.delivered, alone[n].stats.delivered);
    }
    assert_true(alone[0].hashes[ROUNDS - 1] != alone[1].hashes[ROUNDS - 1]);
    check_net_destroy(&net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_are_those_of_engines_alone),
    };
    return cmocka_run_group_tests(tests, check_set_up, check_tear_down);
}

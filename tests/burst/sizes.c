/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Networks around the sizes of words, workgroups and dispatches. The largest takes some gigabytes
 * and half a minute:
 *   TENSORREEL_TEST_LARGE=1 TENSORREEL_TEST_BURST=gpu build/tests/burst/test-burst-sizes
 */
#include "check.h"

#include <tensorreel/error.h>

/* Amounts for the first and last neurons, and for some between. */
static void inject_both(struct trl_burst *left, struct trl_burst *right, uint64_t *seed)
{
    enum { COUNT = 200 };
    uint32_t ids[COUNT];
    float amounts[COUNT];
    const uint32_t neurons = left->plan->neuron_count;
    for (uint32_t n = 0; n < COUNT; n++) {
        ids[n] = n == 0 ? 0 : n == 1 ? neurons - 1 : check_below(seed, neurons);
        amounts[n] = (float)check_below(seed, 4000);
    }
    const uint32_t count = neurons ? COUNT : 0;
    assert_int_equal(trl_burst_inject(left, 0, ids, amounts, count), 0);
    assert_int_equal(trl_burst_inject(right, 0, ids, amounts, count), 0);
}

static void small_ones(void **state)
{
    static const uint32_t sizes[] = {0, 1, 31, 32, 33, 255, 256, 257};
    for (size_t n = 0; n < sizeof(sizes) / sizeof(*sizes); n++) {
        uint64_t seed = n;
        struct check_net net = check_net_random(*state, sizes[n], 9, 50 + n);
        const struct trl_burst_params modes = {.submit_bursts = 5};
        struct trl_burst *burst = check_engine(*state, net.network, &modes);
        struct trl_burst *reference = check_reference(*state, net.network, &modes);
        for (int i = 0; i < 5; i++) {
            inject_both(burst, reference, &seed);
            check_run(burst, 3);
            check_run(reference, 3);
            check_equal(burst, reference);
        }
        const uint32_t none = sizes[n];
        const float one = 1;
        check_expect(*state);
        assert_int_equal(trl_burst_inject(burst, 0, &none, &one, 1), TRL_ERROR_USAGE);
        check_message(*state, "there is no neuron");
        trl_burst_destroy(&burst);
        trl_burst_destroy(&reference);
        check_net_destroy(&net);
    }
}

/* One neuron more than 65535 workgroups of 256 lanes have, the last of them firing and hit. */
static void one_more_than_a_dispatch(void **state)
{
    enum { NEURONS = 65535 * 256 + 1, SYNAPSES = 4096 };
    struct check *check = *state;
    if (!getenv("TENSORREEL_TEST_LARGE"))
        skip();
    uint64_t seed = 1;
    struct trl_synapse *synapses = check_zeros(SYNAPSES, sizeof(*synapses));
    for (uint32_t n = 0; n < SYNAPSES; n++)
        synapses[n] = (struct trl_synapse){
            .source = n % 2 ? check_below(&seed, NEURONS) : NEURONS - 1 - n % 7,
            .target = n % 3 ? check_below(&seed, NEURONS) : NEURONS - 1 - n % 5,
            .weight = 3,
            .psp = 2,
        };
    const struct trl_area_params area = {.neuron = trl_neuron_defaults(), .drive = 0.3F};
    struct check_net net = check_net_create(check, NEURONS, &area, synapses, SYNAPSES);
    struct trl_burst *burst = check_engine(check, net.network, NULL);
    struct trl_burst *reference = check_reference(check, net.network, NULL);
    for (int n = 0; n < 3; n++) {
        inject_both(burst, reference, &seed);
        check_run(burst, 2);
        check_run(reference, 2);
        check_equal(burst, reference);
    }
    assert_true(check_stats(burst).fired >= NEURONS);
    trl_burst_destroy(&burst);
    trl_burst_destroy(&reference);
    check_net_destroy(&net);
    free(synapses);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_ones),
        cmocka_unit_test(one_more_than_a_dispatch),
    };
    return cmocka_run_group_tests(tests, check_set_up, check_tear_down);
}

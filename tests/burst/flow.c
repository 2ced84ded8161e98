/* SPDX-License-Identifier: BSD-2-Clause */
/* How spikes and injections travel from burst to burst, and what is kept of them. */
#include "check.h"

#include <math.h>

static struct trl_synapse one(uint32_t source, uint32_t target)
{
    return (struct trl_synapse){.source = source, .target = target, .weight = 1, .psp = 1};
}

static void only_fires(struct trl_burst *burst, uint32_t id)
{
    uint32_t ids[2];
    size_t count = 0;
    assert_int_equal(trl_burst_fired(burst, ids, NULL, 2, &count), 0);
    assert_int_equal(count, 1);
    assert_int_equal(ids[0], id);
}

static void needs_a_burst_for_each_synapse(void **state)
{
    enum { LENGTH = 1000 };
    struct trl_synapse synapses[LENGTH];
    for (uint32_t n = 0; n < LENGTH; n++)
        synapses[n] = one(n, n + 1);
    struct check_net net =
        check_net_create(*state, LENGTH + 1,
                         &(struct trl_area_params){.neuron = check_integrator()}, synapses, LENGTH);
    const struct trl_burst_params modes = {.ledger_bursts = LENGTH + 1, .submit_bursts = 100};
    struct trl_burst *burst = check_engine(*state, net.network, &modes);
    check_inject(burst, 0, 1);
    check_run(burst, LENGTH + 1);
    only_fires(burst, LENGTH);
    const size_t words = trl_burst_words(LENGTH + 1);
    uint32_t *masks = calloc(words, (LENGTH + 1) * sizeof(*masks));
    assert_non_null(masks);
    assert_int_equal(trl_burst_ledger(burst, LENGTH + 1, LENGTH + 1, masks), 0);
    for (uint32_t n = 0; n <= LENGTH; n++)
        for (uint32_t word = 0; word < words; word++)
            assert_int_equal(masks[n * words + word], word == n / 32 ? UINT32_C(1) << n % 32 : 0);
    free(masks);
    const struct trl_burst_stats stats = check_stats(burst);
    assert_int_equal(stats.fired, LENGTH + 1);
    assert_int_equal(stats.candidates, LENGTH + 1);
    assert_int_equal(stats.delivered, LENGTH);
    check_run(burst, 1);
    assert_int_equal(check_stats(burst).fired, LENGTH + 1);
    trl_burst_destroy(&burst);
    check_net_destroy(&net);
}

static void goes_round_in_a_ring(void **state)
{
    enum { LENGTH = 33, ROUNDS = 5 };
    struct trl_synapse synapses[LENGTH];
    for (uint32_t n = 0; n < LENGTH; n++)
        synapses[n] = one(n, (n + 1) % LENGTH);
    struct check_net net = check_net_create(
        *state, LENGTH, &(struct trl_area_params){.neuron = check_integrator()}, synapses, LENGTH);
    struct trl_burst *burst = check_engine(*state, net.network, NULL);
    check_inject(burst, 7, 1);
    for (uint32_t n = 0; n < LENGTH * ROUNDS; n++) {
        check_run(burst, 1);
        only_fires(burst, (7 + n) % LENGTH);
    }
    trl_burst_destroy(&burst);
    check_net_destroy(&net);
}

/* 0 excites itself and 1; 1, which needs two spikes, stops 0 for good: 111 and _1_ afterwards. */
static void feeds_back(void **state)
{
    const struct trl_synapse synapses[] = {
        one(0, 0),
        one(0, 1),
        {.source = 1, .target = 0, .weight = 1, .psp = 5, .inhibitory = true}};
    struct check_net net = check_net_create(
        *state, 2, &(struct trl_area_params){.neuron = check_integrator()}, synapses, 3);
    struct trl_neuron_params slow = check_integrator();
    slow.threshold = 2;
    assert_int_equal(trl_network_set_neuron(net.network, 1, &slow), 0);
    struct trl_burst *burst = check_engine(*state, net.network, NULL);
    static const uint32_t fired[] = {1, 1, 3, 0, 0};
    check_inject(burst, 0, 1);
    for (size_t n = 0; n < sizeof(fired) / sizeof(*fired); n++) {
        uint32_t mask = 0;
        check_run(burst, 1);
        assert_int_equal(trl_burst_read(burst, TRL_BURST_FIRED, &mask, sizeof(mask)), 0);
        assert_int_equal(mask, fired[n]);
    }
    assert_true(check_v(burst, 0) == -4);
    assert_true(check_v(burst, 1) == 1);
    trl_burst_destroy(&burst);
    check_net_destroy(&net);
}

static void adds_up_injections(void **state)
{
    struct trl_area_params area = {.neuron = check_integrator(), .drive = 0.125F};
    area.neuron.threshold = 100;
    struct check_net net = check_net_create(*state, 40, &area, NULL, 0);
    struct trl_burst *burst = check_engine(*state, net.network, NULL);
    const uint32_t ids[] = {33, 5, 33, 33, 5};
    const float amounts[] = {1, 2, 4, 8, 16};
    assert_int_equal(trl_burst_inject(burst, 0, ids, amounts, 5), 0);
    assert_int_equal(trl_burst_inject(burst, 1, ids, amounts, 1), 0);
    assert_int_equal(trl_burst_inject(burst, 4, ids, amounts, 3), 0);
    check_run(burst, 1);
    assert_true(check_v(burst, 33) == 14.125F);
    assert_true(check_v(burst, 5) == 18.125F);
    assert_true(check_v(burst, 0) == 0.125F);
    check_run(burst, 2);
    assert_true(check_v(burst, 33) == 14.375F);
    check_run(burst, 5);
    assert_true(check_v(burst, 33) == 20);
    assert_true(check_v(burst, 5) == 21);
    assert_int_equal(check_stats(burst).candidates, 40 * 8);
    trl_burst_destroy(&burst);
    check_net_destroy(&net);
}

/* Float32 sums in the order of the calls: (2^24 + 1) + 1 is not 2^24 + (1 + 1). */
static void adds_injections_in_order(void **state)
{
    struct trl_area_params area = {.neuron = check_integrator()};
    area.neuron.threshold = 0x1p100F;
    struct check_net net = check_net_create(*state, 2, &area, NULL, 0);
    struct trl_burst *burst = check_engine(*state, net.network, NULL);
    const uint32_t ids[] = {0, 1, 1, 0, 0, 1};
    const float amounts[] = {0x1p24F, 1, 1, 1, 1, 0x1p24F};
    assert_int_equal(trl_burst_inject(burst, 0, ids, amounts, 6), 0);
    check_run(burst, 1);
    assert_true(check_v(burst, 0) == 0x1p24F);
    assert_true(check_v(burst, 1) == 0x1p24F + 2);
    trl_burst_destroy(&burst);
    check_net_destroy(&net);
}

static void refuses_what_cannot_be_injected(void **state)
{
    struct check *check = *state;
    struct check_net net = check_net_create(
        check, 3, &(struct trl_area_params){.neuron = check_integrator()}, NULL, 0);
    struct trl_burst *burst = check_engine(check, net.network, NULL);
    const uint32_t ids[] = {0, 1, 3};
    const float amounts[] = {1, 1, 1}, bad[] = {1, NAN}, worse[] = {INFINITY, 1};
    check_expect(check);
    assert_int_equal(trl_burst_inject(burst, 0, ids, amounts, 3), TRL_ERROR_USAGE);
    check_message(check, "injection 2: there is no neuron 3; there are 3");
    check_expect(check);
    assert_int_equal(trl_burst_inject(burst, 0, ids, bad, 2), TRL_ERROR_USAGE);
    check_message(check, "injection 1 into neuron 1");
    check_expect(check);
    assert_int_equal(trl_burst_inject(burst, 0, ids, worse, 2), TRL_ERROR_USAGE);
    check_message(check, "injection 0 into neuron 0");
    check_run(burst, 5);
    assert_int_equal(check_stats(burst).candidates, 0);
    check_expect(check);
    assert_int_equal(trl_burst_inject(burst, 5, ids, amounts, 2), 0);
    check_message(check, "2 injections for burst 5 are dropped: 5 bursts are done");
    check_run(burst, 5);
    assert_int_equal(check_stats(burst).candidates, 0);
    trl_burst_destroy(&burst);
    check_net_destroy(&net);
}

static void leaves_removed_neurons_alone(void **state)
{
    const struct trl_synapse synapses[] = {one(0, 1), one(1, 2), one(0, 3)};
    struct check_net net = check_net_create(
        *state, 5, &(struct trl_area_params){.neuron = check_integrator(), .drive = 0.5F}, synapses,
        3);
    assert_int_equal(trl_network_remove_neuron(net.network, 1), 0);
    struct trl_burst *burst = check_engine(*state, net.network, NULL);
    check_inject(burst, 0, 1);
    check_inject(burst, 1, 7);
    check_run(burst, 1);
    only_fires(burst, 0);
    check_run(burst, 1);
    assert_false(check_fired(burst, 1));
    assert_true(check_fired(burst, 3));
    assert_true(check_v(burst, 1) == 0);
    check_run(burst, 3);
    assert_false(check_fired(burst, 1));
    assert_int_equal(check_stats(burst).candidates, 4 * 5);
    trl_burst_destroy(&burst);
    check_net_destroy(&net);
}

static void coincidence_neurons_forget(void **state)
{
    struct trl_area_params area = {.neuron = trl_neuron_defaults()};
    area.neuron.coincidence = true;
    area.neuron.threshold = 2;
    area.neuron.rest = 0.5F;
    const struct trl_synapse synapses[] = {one(0, 2), one(1, 2)};
    struct check_net net = check_net_create(*state, 3, &area, synapses, 2);
    struct trl_burst *burst = check_engine(*state, net.network, NULL);
    check_inject(burst, 2, 1);
    check_run(burst, 1);
    assert_true(check_v(burst, 2) == 1.4F); /* 0.5 + (1.5 - 0.5) * 0.9 */
    check_run(burst, 1);
    assert_true(check_v(burst, 2) == 0.5F);
    check_inject(burst, 2, 1);
    check_run(burst, 1);
    check_inject(burst, 2, 1);
    check_run(burst, 1);
    assert_int_equal(check_stats(burst).fired, 0);
    check_inject(burst, 0, 2);
    check_inject(burst, 1, 2);
    check_run(burst, 2);
    assert_true(check_fired(burst, 2)); /* 0.5 + 2 */
    trl_burst_destroy(&burst);
    check_net_destroy(&net);
}

static void keeps_the_ledger(void **state)
{
    struct check *check = *state;
    const struct trl_burst_params modes = {.ledger_bursts = 4};
    struct check_net net = check_net_create(
        check, 40, &(struct trl_area_params){.neuron = check_integrator()}, NULL, 0);
    struct trl_burst *burst = check_engine(check, net.network, &modes);
    uint32_t masks[5][2];
    memset(masks, 0xff, sizeof(masks));
    check_inject(burst, 0, 1);
    check_run(burst, 1);
    assert_int_equal(trl_burst_ledger(burst, 1, 4, masks[0]), 0); /* bursts -2 to 1 */
    for (int n = 0; n < 4; n++)
        assert_true(masks[n][0] == (n == 3) && masks[n][1] == 0);
    for (uint32_t n = 2; n <= 6; n++) {
        if (n != 4)
            check_inject(burst, 30 + n, 1);
        check_run(burst, 1);
    }
    assert_int_equal(trl_burst_ledger(burst, 6, 4, masks[0]), 0);
    for (uint32_t n = 0; n < 4; n++)
        assert_true(masks[n][0] == 0 && masks[n][1] == (n == 1 ? 0 : 1U << (n + 1)));
    assert_int_equal(trl_burst_ledger(burst, 4, 2, masks[0]), 0);
    assert_true(masks[0][1] == 2 && masks[1][1] == 0);
    assert_int_equal(trl_burst_ledger(burst, 6, 0, masks[0]), 0);
    static const uint32_t bad[][2] = {{7, 1}, {6, 5}, {5, 4}, {2, 1}};
    for (size_t n = 0; n < sizeof(bad) / sizeof(*bad); n++) {
        check_expect(check);
        assert_int_equal(trl_burst_ledger(burst, bad[n][0], bad[n][1], masks[0]), TRL_ERROR_USAGE);
        check_message(check, "the last 4 up to 6 are kept");
    }
    trl_burst_destroy(&burst);
    check_net_destroy(&net);
}

static void runs_networks_of_any_size(void **state)
{
    static const uint32_t sizes[] = {0, 1, 31, 32, 33, 255, 256, 257, 511, 513, 1025};
    for (size_t n = 0; n < sizeof(sizes) / sizeof(*sizes); n++) {
        const uint32_t size = sizes[n], words = trl_burst_words(size);
        struct trl_area_params area = {.neuron = check_integrator(), .drive = 1};
        area.neuron.refractory = 1;
        struct check_net net = check_net_create(*state, size, &area, NULL, 0);
        struct trl_burst *burst = check_engine(*state, net.network, NULL);
        check_run(burst, 3);
        uint32_t ids[1025], mask[33] = {0};
        float v[1025];
        size_t count = 1;
        assert_int_equal(trl_burst_fired(burst, ids, v, size, &count), 0);
        assert_int_equal(count, size);
        for (uint32_t id = 0; id < size; id++)
            assert_true(ids[id] == id && v[id] == 1);
        assert_int_equal(trl_burst_read(burst, TRL_BURST_FIRED, mask, words * sizeof(*mask)), 0);
        for (uint32_t word = 0; word < words; word++)
            assert_int_equal(mask[word], word < size / 32 ? UINT32_MAX : (1U << size % 32) - 1);
        const struct trl_burst_stats stats = check_stats(burst);
        assert_int_equal(stats.candidates, 3 * size);
        assert_int_equal(stats.fired, 2 * size);
        assert_int_equal(stats.blocked, size);
        trl_burst_destroy(&burst);
        check_net_destroy(&net);
    }
}

static void refuses_wrong_use(void **state)
{
    struct check *check = *state;
    struct check_net net = check_net_create(
        check, 3, &(struct trl_area_params){.neuron = check_integrator()}, NULL, 0);
    struct trl_burst *burst = check_engine(check, net.network, NULL);
    float v[4];
    check_expect(check);
    assert_int_equal(trl_burst_read(burst, TRL_BURST_V, v, sizeof(v)), TRL_ERROR_USAGE);
    check_message(check, "array 0 of 3 neurons is not 16 bytes");
    check_expect(check);
    assert_int_equal(trl_burst_read(burst, (enum trl_burst_array)9, v, 4), TRL_ERROR_USAGE);
    check_message(check, "array 9");
    trl_burst_destroy(&burst);
    const struct {
        struct trl_burst_params params;
        const char *message;
    } bad[] = {{{.ledger_bursts = 1}, "a ledger of 1 bursts"},
               {{.ledger_bursts = 65537}, "a ledger of 65537 bursts"},
               {{.thread_count = -1}, "-1 threads"},
               {{.group_size = 48}, "a workgroup of 48 lanes"},
               {{.submit_bursts = -1}, "-1 bursts a submission"}};
    for (size_t n = 0; n < sizeof(bad) / sizeof(*bad); n++) {
        struct trl_burst_params params = bad[n].params;
        params.log = check->test.log;
        params.network = net.network;
        params.backend = check->backend;
        params.device = check->test.device;
        check_expect(check);
        assert_int_equal(trl_burst_create(&burst, &params), TRL_ERROR_USAGE);
        assert_null(burst);
        check_message(check, bad[n].message);
    }
    check_net_destroy(&net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(needs_a_burst_for_each_synapse),
        cmocka_unit_test(goes_round_in_a_ring),
        cmocka_unit_test(feeds_back),
        cmocka_unit_test(adds_up_injections),
        cmocka_unit_test(adds_injections_in_order),
        cmocka_unit_test(refuses_what_cannot_be_injected),
        cmocka_unit_test(leaves_removed_neurons_alone),
        cmocka_unit_test(coincidence_neurons_forget),
        cmocka_unit_test(keeps_the_ledger),
        cmocka_unit_test(runs_networks_of_any_size),
        cmocka_unit_test(refuses_wrong_use),
    };
    return cmocka_run_group_tests(tests, check_set_up, check_tear_down);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Networks that are edited while they run. */
#include "check.h"

#include <tensorreel/error.h>

enum { NEURONS = 400, DEGREE = 15 };

static void inject_both(struct trl_burst *left, struct trl_burst *right, uint64_t *seed)
{
    const uint32_t neurons = left->plan->neuron_count;
    for (int n = 0; n < 25; n++) {
        const uint32_t id = check_below(seed, neurons);
        const float amount = (float)check_below(seed, 4000);
        const uint64_t at = trl_burst_time(left) + 1 + check_below(seed, 5);
        assert_int_equal(trl_burst_inject(left, at, &id, &amount, 1), 0);
        assert_int_equal(trl_burst_inject(right, at, &id, &amount, 1), 0);
    }
}

/* The state that readers see, as that of a fresh engine of the network as it is now. */
static void take_over(struct trl_burst *fresh, struct trl_burst *from, bool whole)
{
    struct trl_burst_state state;
    assert_int_equal(trl_burst_fetch(from, &state), 0);
    if (!whole) {
        trl_burst_bring_up(from->plan, &state);
        for (uint32_t n = 0; n < from->plan->neuron_count; n++)
            state.touched[n] = (uint32_t)state.time;
    }
    assert_int_equal(trl_burst_adopt(fresh, &state), 0);
    /* What waits is not part of it. */
    for (size_t n = 0; n < from->queue.count; n++)
        if (from->queue.items[n].at > fresh->time)
            assert_int_equal(trl_burst_inject(fresh, from->queue.items[n].at,
                                              &from->queue.items[n].id,
                                              &from->queue.items[n].amount, 1),
                             0);
}

enum edit { EDIT_NOTHING, EDIT_WEIGHTS, EDIT_PARAMS, EDIT_REMOVE, EDIT_SYNAPSES, EDITS };

static void edit(struct trl_network *network, enum edit edit, uint64_t *seed)
{
    for (int n = 0; n < 60; n++) {
        const uint32_t id = check_below(seed, NEURONS);
        struct trl_neuron_params params = trl_neuron_defaults();
        params.leak = (float)check_below(seed, 16) * 0.0625F;
        params.rest = (float)check_below(seed, 8) - 4;
        params.refractory = (uint16_t)check_below(seed, 4);
        params.coincidence = check_below(seed, 4) == 0;
        const struct trl_synapse synapse = {.source = id,
                                            .target = check_below(seed, NEURONS),
                                            .weight = (uint8_t)check_below(seed, 9),
                                            .psp = (uint8_t)check_below(seed, 9)};
        if (edit == EDIT_WEIGHTS)
            assert_int_equal(trl_network_set_weight(network, id * 10, synapse.weight), 0);
        if (edit == EDIT_PARAMS)
            assert_int_equal(trl_network_set_neuron(network, id, &params), 0);
        if (edit == EDIT_REMOVE && n < 9)
            assert_int_equal(trl_network_remove_neuron(network, id), 0);
        if (edit == EDIT_SYNAPSES)
            assert_int_equal(trl_network_add_synapses(network, &synapse, 1), 0);
    }
    /* Rows are sorted anew, which an engine that has not reloaded must not notice. */
    struct trl_synapse first;
    assert_int_equal(trl_network_synapses(network, 0, 1, &first), 0);
}

/* In wall time silent bursts are made up for in one go, so that the seen state of a neuron is only
 * the whole one where nothing was silent: there neurons that are edited and others differ. */
static void edits(struct check *check, enum edit what, enum trl_burst_clock clock, bool whole)
{
    uint64_t seed = 7 + what;
    const struct trl_burst_params modes = {.clock = clock, .keep_bursts = 7, .submit_bursts = 4};
    struct check_net net = check_net_random(check, NEURONS, DEGREE, 31);
    struct trl_burst *burst = check_engine(check, net.network, &modes);
    struct trl_burst *other = check_reference(check, net.network, &modes);
    for (int n = 0; n < 8; n++) {
        inject_both(burst, other, &seed);
        check_run(burst, 2 + check_below(&seed, 3));
        check_run(other, trl_burst_time(burst) - trl_burst_time(other));
    }
    check_equal(burst, other);
    edit(net.network, what, &seed);
    inject_both(burst, other, &seed);
    check_run(burst, 3); /* as before the edits */
    check_run(other, 3);
    check_equal(burst, other);
    struct trl_burst *fresh = check_reference(check, net.network, &modes);
    take_over(fresh, burst, whole);
    assert_int_equal(trl_burst_reload(burst, net.network), 0);
    assert_true(trl_burst_time(burst) == trl_burst_time(fresh));
    assert_true(check_hash(burst) == check_hash(fresh));
    for (int n = 0; n < 8; n++) {
        inject_both(burst, fresh, &seed);
        check_run(burst, 3);
        check_run(fresh, 3);
        assert_true(check_hash(burst) == check_hash(fresh));
    }
    assert_true(check_stats(fresh).fired > 100);
    trl_burst_destroy(&burst);
    trl_burst_destroy(&other);
    trl_burst_destroy(&fresh);
    check_net_destroy(&net);
}

static void edits_equal_a_fresh_engine(void **state)
{
    for (int what = 0; what < EDITS; what++)
        edits(*state, (enum edit)what, TRL_BURST_CANDIDATE_TIME, false);
}

static void edits_in_wall_time_equal_a_fresh_engine(void **state)
{
    for (int what = 0; what < EDITS; what++)
        if (what != EDIT_PARAMS && what != EDIT_REMOVE)
            edits(*state, (enum edit)what, TRL_BURST_WALL_TIME, true);
}

/* What a neuron did in silence before it was edited it did as it was then. */
static void silence_before_an_edit_is_the_old_one(void **state)
{
    struct trl_area_params area = {.neuron = check_integrator()};
    area.neuron.threshold = 1000;
    area.neuron.leak = 0.5F;
    const struct trl_burst_params modes = {.clock = TRL_BURST_WALL_TIME};
    struct check_net net = check_net_create(*state, 2, &area, NULL, 0);
    struct trl_burst *burst = check_engine(*state, net.network, &modes);
    check_inject(burst, 0, 64);
    check_inject(burst, 1, 64);
    check_run(burst, 1); /* 32 are left: it leaks once tested */
    check_run(burst, 2); /* 8 are left */
    area.neuron.leak = 0.75F;
    assert_int_equal(trl_network_set_neuron(net.network, 1, &area.neuron), 0);
    assert_int_equal(trl_burst_reload(burst, net.network), 0);
    assert_float_equal(check_v(burst, 0), 8, 0);
    assert_float_equal(check_v(burst, 1), 8, 0);
    check_run(burst, 1);
    assert_float_equal(check_v(burst, 0), 4, 0);
    assert_float_equal(check_v(burst, 1), 2, 0);
    trl_burst_destroy(&burst);
    check_net_destroy(&net);
}

/* Another number of neurons: all begins anew. */
static void grows_and_shrinks(void **state)
{
    static const uint32_t sizes[] = {NEURONS, NEURONS + 100, 33, 1, 257};
    uint64_t seed = 2;
    struct check_net nets[5];
    const struct trl_burst_params modes = {.submit_bursts = 4};
    for (int n = 0; n < 5; n++)
        nets[n] = check_net_random(*state, sizes[n], DEGREE, 40 + (uint64_t)n);
    struct trl_burst *burst = check_engine(*state, nets[0].network, &modes);
    check_inject(burst, 5, 1e6F);
    check_run(burst, 9);
    for (int n = 1; n < 6; n++) {
        const float far = 1;
        const uint32_t id = 0;
        assert_int_equal(trl_burst_inject(burst, 500, &id, &far, 1), 0); /* goes with the network */
        assert_int_equal(trl_burst_reload(burst, nets[n % 5].network), 0);
        assert_true(trl_burst_time(burst) == 0 && burst->queue.count == 0);
        struct trl_burst *fresh = check_reference(*state, nets[n % 5].network, &modes);
        for (int i = 0; i < 6; i++) {
            assert_true(check_hash(burst) == check_hash(fresh));
            inject_both(burst, fresh, &seed);
            check_run(burst, 5);
            check_run(fresh, 5);
        }
        trl_burst_destroy(&fresh);
    }
    /* One area more in the same network. */
    const struct trl_area_params more = {.name = "more", .size = {50}, .drive = 1};
    assert_int_equal(trl_network_add_area(nets[0].network, &more, NULL), 0);
    check_run(burst, 5);
    assert_int_equal(trl_burst_reload(burst, nets[0].network), 0);
    struct trl_burst *fresh = check_reference(*state, nets[0].network, &modes);
    inject_both(burst, fresh, &seed);
    check_run(burst, 20);
    check_run(fresh, 20);
    assert_true(check_hash(burst) == check_hash(fresh) && check_stats(fresh).fired > 500);
    trl_burst_destroy(&fresh);
    trl_burst_destroy(&burst);
    for (int n = 0; n < 5; n++)
        check_net_destroy(&nets[n]);
}

/* A network that cannot be run leaves the engine as it is, with the one that it had. */
static void refuses_a_network_and_goes_on(void **state)
{
    struct check *check = *state;
    uint64_t seed = 9;
    struct check_net net = check_net_random(check, NEURONS, DEGREE, 31);
    const struct trl_burst_params modes = {.memory_max_bytes = UINT64_C(64) << 20};
    struct trl_burst *burst = check_engine(check, net.network, &modes);
    struct trl_burst *other = check_reference(check, net.network, NULL);
    inject_both(burst, other, &seed);
    check_run(burst, 5);
    check_run(other, 5);
    struct trl_network *large = NULL;
    assert_int_equal(trl_network_create(&large, check->test.log), 0);
    const struct trl_area_params area = {.name = "large", .size = {4000000}};
    assert_int_equal(trl_network_add_area(large, &area, NULL), 0);
    if (check->backend == TRL_BURST_GPU) {
        check_expect(check);
        assert_int_equal(trl_burst_reload(burst, large), TRL_ERROR_DEVICE_MEMORY);
        check_message(check, "bytes of device memory");
    }
    for (int n = 0; n < 5; n++) {
        inject_both(burst, other, &seed);
        check_run(burst, 5);
        check_run(other, 5);
        check_equal(burst, other);
    }
    trl_network_destroy(&large);
    trl_burst_destroy(&burst);
    trl_burst_destroy(&other);
    check_net_destroy(&net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edits_equal_a_fresh_engine),
        cmocka_unit_test(edits_in_wall_time_equal_a_fresh_engine),
        cmocka_unit_test(silence_before_an_edit_is_the_old_one),
        cmocka_unit_test(grows_and_shrinks),
        cmocka_unit_test(refuses_a_network_and_goes_on),
    };
    return cmocka_run_group_tests(tests, check_set_up, check_tear_down);
}

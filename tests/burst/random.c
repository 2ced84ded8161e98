/* SPDX-License-Identifier: BSD-2-Clause */
/* Random networks with every flag: against a full evaluation, and against the reference. */
#include "model.h"

static void inject_both(struct trl_burst *burst, struct model *model, uint64_t *seed)
{
    static const float scales[] = {1, 1e-39F, 100, 3e4F, 1e7F};
    for (uint32_t n = check_below(seed, 48); n > 0 && model->net->count; n--) {
        const uint32_t id = check_below(seed, model->net->count);
        const float amount =
            ((float)check_below(seed, 1 << 20) * 0x1p-19F - 0.75F) * scales[check_below(seed, 5)];
        check_inject(burst, id, amount);
        model_inject(model, id, amount);
    }
}

static void equals_model(struct check *check, uint32_t count, uint64_t seed,
                         const struct trl_burst_params *modes, int bursts)
{
    struct check_net net = check_net_random(check, count, 12, seed);
    struct trl_burst *burst = check_engine(check, net.network, modes);
    struct model model;
    model_create(&model, &net, burst, modes);
    for (int n = 0; n < bursts; n++) {
        /* Now and then a silence for wall time to be made up for. */
        const int silent = check_below(&seed, 8) == 0 ? 20 : 1;
        inject_both(burst, &model, &seed);
        check_run(burst, (uint64_t)silent);
        for (int i = 0; i < silent; i++)
            model_run(&model);
        model_check(&model, burst);
    }
    assert_true(model.fired_sum > (uint64_t)bursts && model.blocked > 0);
    model_destroy(&model);
    trl_burst_destroy(&burst);
    check_net_destroy(&net);
}

/* An engine on the software driver takes half a second to compile: there, one seed in four. */
static uint64_t stride(const struct check *check)
{
    return check->test.device ? 4 : 1;
}

static void equals_a_full_evaluation(void **state)
{
    for (uint64_t seed = 1; seed <= 12; seed += stride(*state))
        equals_model(*state, 100 + 37 * (uint32_t)seed, seed, NULL, 40);
    equals_model(*state, 500, 99, &(struct trl_burst_params){.count_unlimited = true}, 40);
}

static void equals_a_full_evaluation_in_wall_time(void **state)
{
    const struct trl_burst_params modes = {.clock = TRL_BURST_WALL_TIME};
    for (uint64_t seed = 21; seed <= 32; seed += stride(*state))
        equals_model(*state, 100 + 17 * (uint32_t)seed, seed, &modes, 40);
}

static void equals_reference(struct check *check, uint32_t count, uint32_t degree, uint64_t seed,
                             const struct trl_burst_params *modes, int bursts)
{
    struct check_net net = check_net_random(check, count, degree, seed);
    struct trl_burst *burst = check_engine(check, net.network, modes);
    struct trl_burst *reference = check_reference(check, net.network, modes);
    for (int n = 0; n < bursts; n++) {
        const uint64_t step = check_below(&seed, 6) ? 1 : 1 + check_below(&seed, 9);
        check_inject_random(burst, reference, &seed);
        check_run(burst, step);
        check_run(reference, step);
        check_equal(burst, reference);
    }
    trl_burst_destroy(&burst);
    trl_burst_destroy(&reference);
    check_net_destroy(&net);
}

static void equals_the_reference_in_all_modes(void **state)
{
    uint64_t seed = 41;
    for (int clock = 0; clock < 2; clock++)
        for (int order = 0; order < 2; order++)
            for (int quirk = 0; quirk < 2; quirk++) {
                const struct trl_burst_params modes = {.clock = (enum trl_burst_clock)clock,
                                                       .order = (enum trl_burst_order)order,
                                                       .count_unlimited = quirk,
                                                       .submit_bursts = 3,
                                                       .ledger_bursts = 5};
                equals_reference(*state, 900, 15, seed++, &modes, 40);
            }
}

static void equals_the_reference_at_any_size(void **state)
{
    static const uint32_t sizes[] = {1, 2, 31, 32, 33, 64, 255, 256, 257, 1000, 4099};
    for (size_t n = 0; n < sizeof(sizes) / sizeof(*sizes); n++)
        equals_reference(*state, sizes[n], 20, 60 + n, NULL, 15);
}

static void equals_the_reference_with_any_threads(void **state)
{
    static const int threads[] = {1, 2, 3, 7, 16};
    for (size_t n = 0; n < sizeof(threads) / sizeof(*threads); n++) {
        const struct trl_burst_params modes = {
            .thread_count = threads[n], .group_size = 32 << n, .submit_bursts = threads[n]};
        equals_reference(*state, 3000, 30, 80, &modes, 20);
        equals_reference(*state, 40, 30, 81, &modes, 20);
    }
}

/* Neurons in a row never collide; every 256th has synapses here, and 5 probes are too few. */
static void loses_what_the_hash_table_does_not_find(void **state)
{
    enum { SOURCES = 40, STRIDE = 256, SYNAPSES = 4000 };
    struct trl_synapse synapses[SYNAPSES];
    uint64_t seed = 8;
    for (uint32_t n = 0; n < SYNAPSES; n++)
        synapses[n] = (struct trl_synapse){.source = n % SOURCES * STRIDE,
                                           .target = check_below(&seed, SOURCES) * STRIDE,
                                           .weight = 1,
                                           .psp = 1};
    struct trl_area_params area = {.neuron = trl_neuron_defaults()};
    area.neuron.excitability = 0.5F;
    struct check_net net = check_net_create(*state, SOURCES * STRIDE, &area, synapses, SYNAPSES);
    for (uint32_t probes = 0; probes < 10; probes += 5) {
        const struct trl_burst_params modes = {
            .lookup = TRL_BURST_HASH, .hash_probes = probes, .thread_count = 3};
        struct trl_burst *burst = check_engine(*state, net.network, &modes);
        struct trl_burst *reference = check_reference(*state, net.network, &modes);
        for (uint32_t n = 0; n < SOURCES; n++) {
            check_inject(burst, n * STRIDE, 1);
            check_inject(reference, n * STRIDE, 1);
        }
        check_run(burst, 20);
        check_run(reference, 20);
        check_equal(burst, reference);
        const uint64_t misses = check_stats(burst).hash_misses;
        assert_int_equal(misses, check_stats(reference).hash_misses);
        assert_int_equal(misses > 0, probes > 0);
        trl_burst_destroy(&burst);
        trl_burst_destroy(&reference);
    }
    check_net_destroy(&net);
}

/* Bursts that reach few of the neurons. */
static void equals_the_reference_where_little_happens(void **state)
{
    for (int threads = 1; threads <= 4; threads += 3)
        for (int clock = 0; clock < 2; clock++) {
            const struct trl_burst_params modes = {.thread_count = threads,
                                                   .clock = (enum trl_burst_clock)clock};
            equals_reference(*state, 20000, 1, 85, &modes, 12);
            equals_reference(*state, 20003, 3, 86, &modes, 12);
        }
}

/* One submission of many bursts, with injections for each, equals many of one. */
static void equals_itself_in_other_portions(void **state)
{
    struct check_net net = check_net_random(*state, 700, 20, 7);
    const struct trl_burst_params at_once = {.submit_bursts = 256}, single = {.submit_bursts = 1};
    struct trl_burst *left = check_engine(*state, net.network, &at_once);
    struct trl_burst *right = check_engine(*state, net.network, &single);
    uint64_t seed = 5;
    for (uint64_t at = 1; at <= 300; at++) {
        const uint32_t id = check_below(&seed, net.count);
        const float amount = (float)check_below(&seed, 1000);
        assert_int_equal(trl_burst_inject(left, at, &id, &amount, 1), 0);
        assert_int_equal(trl_burst_inject(right, at, &id, &amount, 1), 0);
    }
    check_run(left, 300);
    for (int n = 0; n < 30; n++)
        check_run(right, 10);
    check_equal(left, right);
    trl_burst_destroy(&left);
    trl_burst_destroy(&right);
    check_net_destroy(&net);
}

/* What the machine says is all there is: a reference that takes the state over goes on alike, and
 * gives it back. */
static void hands_its_state_over(void **state)
{
    uint64_t seed = 91;
    for (int clock = 0; clock < 2; clock++) {
        struct check_net net = check_net_random(*state, 600, 20, seed);
        const struct trl_burst_params modes = {.clock = (enum trl_burst_clock)clock,
                                               .ledger_bursts = 3};
        struct trl_burst *from = check_engine(*state, net.network, &modes);
        struct trl_burst *to = check_reference(*state, net.network, &modes);
        for (int n = 0; n < 20; n++) {
            struct trl_burst_state all;
            uint64_t bytes = 0;
            assert_int_equal(trl_burst_state_create(&all, NULL, net.count, 3), 0);
            memset(all.fired_v, 0xff, net.count * sizeof(*all.fired_v));
            all.time = trl_burst_time(from);
            assert_int_equal(from->machine->impl->save(from->machine, &all, &bytes), 0);
            assert_int_equal(to->machine->impl->load(to->machine, &all, &bytes), 0);
            to->time = all.time;
            trl_burst_state_destroy(&all);
            for (int i = 0; i < 30; i++) {
                const uint32_t id = check_below(&seed, net.count);
                check_inject(from, id, 100);
                check_inject(to, id, 100);
            }
            check_run(from, 2);
            check_run(to, 2);
            assert_true(check_hash(from) == check_hash(to));
            struct trl_burst *swap = from;
            from = to;
            to = swap;
            check_run(to, 1); /* its state is another one now */
        }
        trl_burst_destroy(&from);
        trl_burst_destroy(&to);
        check_net_destroy(&net);
    }
}

/* A network that keeps itself going for a million bursts. */
static void stays_equal_for_long(void **state)
{
    struct check *check = *state;
    enum { NEURONS = 64, DEGREE = 8 };
    const uint64_t bursts = check->backend == TRL_BURST_GPU ? 10000 : 1000000;
    struct trl_synapse synapses[NEURONS * DEGREE];
    uint64_t seed = 11;
    for (uint32_t n = 0; n < NEURONS * DEGREE; n++)
        synapses[n] = (struct trl_synapse){.source = n / DEGREE,
                                           .target = check_below(&seed, NEURONS),
                                           .weight = (uint8_t)(1 + check_below(&seed, 3)),
                                           .psp = 1,
                                           .inhibitory = check_below(&seed, 4) == 0};
    struct trl_area_params area = {.neuron = trl_neuron_defaults(), .drive = 0.25F};
    area.neuron.excitability = 0.4F;
    area.neuron.refractory = 2;
    area.neuron.fire_limit = 3;
    area.neuron.snooze = 4;
    struct check_net net = check_net_create(check, NEURONS, &area, synapses, NEURONS * DEGREE);
    const struct trl_burst_params modes = {.submit_bursts = 1024, .ledger_bursts = 2};
    struct trl_burst *burst = check_engine(check, net.network, &modes);
    struct trl_burst *reference = check_reference(check, net.network, &modes);
    for (int n = 0; n < 4; n++) {
        check_run(burst, bursts / 4);
        check_run(reference, bursts / 4);
        check_equal(burst, reference);
    }
    assert_true(check_stats(burst).fired > bursts);
    trl_burst_destroy(&burst);
    trl_burst_destroy(&reference);
    check_net_destroy(&net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equals_a_full_evaluation),
        cmocka_unit_test(equals_a_full_evaluation_in_wall_time),
        cmocka_unit_test(equals_the_reference_in_all_modes),
        cmocka_unit_test(equals_the_reference_at_any_size),
        cmocka_unit_test(equals_the_reference_with_any_threads),
        cmocka_unit_test(equals_the_reference_where_little_happens),
        cmocka_unit_test(loses_what_the_hash_table_does_not_find),
        cmocka_unit_test(equals_itself_in_other_portions),
        cmocka_unit_test(hands_its_state_over),
        cmocka_unit_test(stays_equal_for_long),
    };
    return cmocka_run_group_tests(tests, check_set_up, check_tear_down);
}

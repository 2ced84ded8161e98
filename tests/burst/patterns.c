/* SPDX-License-Identifier: BSD-2-Clause */
/* One neuron: what it does with its input, and when it fires. */
#include "check.h"

#include <float.h>
#include <math.h>

static struct trl_burst *lone(struct check *check, struct check_net *net,
                              const struct trl_neuron_params *params,
                              const struct trl_burst_params *modes)
{
    *net = check_net_create(check, 1, &(struct trl_area_params){.neuron = *params}, NULL, 0);
    return check_engine(check, net->network, modes);
}

/* Bursts with ' ' in front have no input, the others have 1; '1' fires. */
static void expect_pattern(struct check *check, const struct trl_neuron_params *params,
                           const struct trl_burst_params *modes, const char *pattern)
{
    struct check_net net;
    struct trl_burst *burst = lone(check, &net, params, modes);
    for (uint32_t n = 0; pattern[n]; n++) {
        if (pattern[n] != ' ')
            check_inject(burst, 0, 1);
        check_run(burst, 1);
        if (check_fired(burst, 0) != (pattern[n] == '1'))
            fail_msg("burst %u of '%s'", n + 1, pattern);
    }
    trl_burst_destroy(&burst);
    check_net_destroy(&net);
}

static const struct {
    uint16_t refractory, fire_limit, snooze;
    const char *pattern;
} patterns[] = {
    {0, 0, 0, "1111"},       {1, 0, 0, "1_1_1_"},
    {2, 0, 0, "1__1__"},     {0, 3, 0, "111_111_"},
    {0, 3, 2, "111__111__"}, {1, 3, 2, "1_1_1___1_1_1___"},
    {1, 3, 0, "1_1_1_1_"},   {2, 2, 3, "1__1_____1__1_____"},
    {0, 1, 0, "1_1_"},       {2, 0, 0, "1   __1"}, /* candidate in bursts 1, 5, 6 and 7 only */
};

static void fires_in_the_golden_patterns(void **state)
{
    for (size_t n = 0; n < sizeof(patterns) / sizeof(*patterns); n++) {
        struct trl_neuron_params params = check_integrator();
        params.refractory = patterns[n].refractory;
        params.fire_limit = patterns[n].fire_limit;
        params.snooze = patterns[n].snooze;
        expect_pattern(*state, &params, NULL, patterns[n].pattern);
    }
}

/* The countdown of bursts 2 to 4 went by without input. */
static void counts_down_by_itself_in_wall_time(void **state)
{
    const struct trl_burst_params modes = {.clock = TRL_BURST_WALL_TIME};
    struct trl_neuron_params params = check_integrator();
    params.refractory = 2;
    expect_pattern(*state, &params, &modes, "1   1__1");
    expect_pattern(*state, &params, &modes, "1 _1");
    params.fire_limit = 2;
    params.snooze = 3;
    expect_pattern(*state, &params, &modes, "1__1     1__1_____1");
}

static void draws_the_published_vectors(void **state)
{
    (void)state;
    static const uint32_t vectors[][3] = {
        {0, 0, 0x07bb2fe2},
        {1, 0, 0x703cc78a},
        {0, 1, 0x80763136},
        {1, 1, 0xee08411f},
        {7, 1, 0x184db70b},
        {42, 100, 0xbd93d982},
        {42, 101, 0x706e8bce},
        {152, 1, 0x18f41f28},
        {16438, 12345, 0x8ad91080},
        {1000000, 1, 0x7901f795},
        {4294967294, 4294967295, 0x1aa0699a},
    };
    for (size_t n = 0; n < sizeof(vectors) / sizeof(*vectors); n++)
        assert_int_equal(trl_burst_draw(vectors[n][0], vectors[n][1]), vectors[n][2]);
}

/* The smallest draw that does not fire is where float32 arithmetic has it. */
static void compares_draws_as_integers(void **state)
{
    (void)state;
    static const struct {
        float probability;
        uint32_t draw;
    } table[] = {{0.1F, 429496721},
                 {0.2F, 858993441},
                 {0.5F, 2147483584},
                 {0.8F, 3435973761},
                 {0.9F, 3865470336},
                 {0.998F, 4286377344},
                 {0, 0},
                 {-1, 0},
                 {0.999F, UINT32_MAX},
                 {1, UINT32_MAX}};
    for (size_t n = 0; n < sizeof(table) / sizeof(*table); n++)
        assert_int_equal(trl_burst_plan_draw(table[n].probability, false), table[n].draw);
    uint64_t seed = 1;
    for (int n = 0; n < 1000; n++) {
        const float probability = (float)check_below(&seed, 998000) / 1e6F;
        const uint32_t draw = trl_burst_plan_draw(probability, false);
        assert_false((float)draw * 0x1p-32F < probability);
        assert_true(draw == 0 || (float)(draw - 1) * 0x1p-32F < probability);
    }
}

static void draws_the_golden_pattern(void **state)
{
    struct check *check = *state;
    static const char pattern[] = "1000111001000010000111100011001011100100";
    struct trl_neuron_params params = check_integrator();
    params.excitability = 0.5F;
    params.leak = 1; /* whatever did not fire is gone */
    struct check_net net = check_net_create(
        check, 64, &(struct trl_area_params){.neuron = params, .drive = 1}, NULL, 0);
    struct trl_burst *burst = check_engine(check, net.network, NULL);
    for (int n = 0; pattern[n]; n++) {
        check_run(burst, 1);
        assert_int_equal(check_fired(burst, 42), pattern[n] == '1');
    }
    trl_burst_destroy(&burst);
    check_net_destroy(&net);
}

/* Binomial: five standard deviations are 0.002 and 0.0025 of a million draws. */
static void draws_at_the_stated_rates(void **state)
{
    enum { NEURONS = 62500, BURSTS = 16 };
    static const float rates[] = {0.2F, 0.5F, 0.8F};
    for (size_t n = 0; n < sizeof(rates) / sizeof(*rates); n++) {
        struct trl_neuron_params params = check_integrator();
        params.excitability = rates[n];
        struct check_net net = check_net_create(
            *state, NEURONS, &(struct trl_area_params){.neuron = params, .drive = 1}, NULL, 0);
        struct trl_burst *burst = check_engine(*state, net.network, NULL);
        check_run(burst, BURSTS);
        const struct trl_burst_stats stats = check_stats(burst);
        assert_int_equal(stats.candidates, NEURONS * BURSTS);
        assert_true(fabs((double)stats.fired / 1e6 - (double)rates[n]) < 0.0025);
        trl_burst_destroy(&burst);
        check_net_destroy(&net);
    }
}

static void leaks_after_the_test(void **state)
{
    static const float potentials[] = {2.69999981F, 5.12999964F, 7.31699896F};
    struct trl_neuron_params params = trl_neuron_defaults();
    params.threshold = 10;
    for (int wgsl = 0; wgsl < 2; wgsl++) {
        const struct trl_burst_params modes = {.order = wgsl ? TRL_BURST_ORDER_WGSL
                                                             : TRL_BURST_ORDER_CPU};
        struct check_net net;
        struct trl_burst *burst = lone(*state, &net, &params, &modes);
        for (int n = 1; n <= 5; n++) {
            check_inject(burst, 0, 3);
            check_run(burst, 1);
            if (n <= 3)
                assert_true(check_v(burst, 0) == potentials[n - 1]);
            assert_int_equal(check_fired(burst, 0), n == (wgsl ? 5 : 4));
        }
        trl_burst_destroy(&burst);
        burst = check_engine(*state, net.network, &modes);
        check_inject(burst, 0, 10);
        check_run(burst, 1);
        assert_int_equal(check_fired(burst, 0), !wgsl);
        assert_true(check_v(burst, 0) == (wgsl ? 9 : 0));
        trl_burst_destroy(&burst);
        check_net_destroy(&net);
    }
}

static void leaks_towards_rest(void **state)
{
    struct trl_neuron_params params = trl_neuron_defaults();
    params.rest = -64;
    params.leak = 0.5F;
    struct check_net net;
    struct trl_burst *burst = lone(*state, &net, &params, NULL);
    assert_true(check_v(burst, 0) == -64);
    check_inject(burst, 0, 32);
    check_run(burst, 1);
    for (int n = 0; n < 20; n++) { /* halves exactly: -64 + 16 / 2^n */
        assert_true(check_v(burst, 0) == ldexpf(16, -n) - 64);
        check_inject(burst, 0, 0);
        check_run(burst, 1);
    }
    check_inject(burst, 0, 100);
    check_run(burst, 1);
    assert_true(check_fired(burst, 0));
    assert_true(check_v(burst, 0) == -64);
    trl_burst_destroy(&burst);
    check_net_destroy(&net);
}

static bool fires_at(struct check *check, float threshold, float limit, float input)
{
    struct trl_neuron_params params = check_integrator();
    params.threshold = threshold;
    params.threshold_max = limit;
    struct check_net net;
    struct trl_burst *burst = lone(check, &net, &params, NULL);
    check_inject(burst, 0, input);
    check_run(burst, 1);
    const bool fired = check_fired(burst, 0);
    assert_true(check_v(burst, 0) == (fired ? 0 : input));
    trl_burst_destroy(&burst);
    check_net_destroy(&net);
    return fired;
}

static void fires_within_threshold_and_limit(void **state)
{
    static const float thresholds[] = {1, 0.1F, 1e-37F, 3e37F, 65025};
    for (size_t n = 0; n < sizeof(thresholds) / sizeof(*thresholds); n++) {
        const float low = thresholds[n], high = low * 1.5F;
        assert_true(fires_at(*state, low, INFINITY, low));
        assert_true(fires_at(*state, low, INFINITY, FLT_MAX));
        assert_false(fires_at(*state, low, INFINITY, nextafterf(low, 0)));
        assert_true(fires_at(*state, low, high, low));
        assert_true(fires_at(*state, low, high, high));
        assert_false(fires_at(*state, low, high, nextafterf(low, 0)));
        assert_false(fires_at(*state, low, high, nextafterf(high, INFINITY)));
        assert_true(fires_at(*state, low, low, low));
    }
    assert_true(fires_at(*state, 0, INFINITY, 0));
    assert_true(fires_at(*state, -1, -0.5F, -0.75F));
}

static void takes_tiny_numbers_for_zero(void **state)
{
    struct trl_neuron_params params = trl_neuron_defaults();
    struct check_net net;
    struct trl_burst *burst = lone(*state, &net, &params, NULL);
    check_inject(burst, 0, 1e-39F);
    check_inject(burst, 0, 1e-39F);
    check_run(burst, 1);
    assert_true(trl_float_bits(check_v(burst, 0)) == 0);
    check_inject(burst, 0, -FLT_MIN);
    check_run(burst, 1);
    assert_int_equal(trl_float_bits(check_v(burst, 0)), 0); /* leaked below 2^-126 */
    trl_burst_destroy(&burst);
    check_net_destroy(&net);
}

static void saturates_its_counters(void **state)
{
    enum { BURSTS = 65600 };
    struct trl_neuron_params params = check_integrator();
    struct check_net net = check_net_create(
        *state, 1, &(struct trl_area_params){.neuron = params, .drive = 1}, NULL, 0);
    struct trl_burst *burst = check_engine(*state, net.network, NULL);
    check_run(burst, BURSTS);
    assert_int_equal(check_stats(burst).fired, BURSTS);
    assert_int_equal(check_count(burst, TRL_BURST_IN_A_ROW, 0), UINT16_MAX);
    trl_burst_destroy(&burst);
    check_net_destroy(&net);

    params.refractory = params.snooze = UINT16_MAX;
    params.fire_limit = 1;
    burst = lone(*state, &net, &params, NULL);
    check_inject(burst, 0, 1);
    check_run(burst, 1);
    assert_int_equal(check_count(burst, TRL_BURST_COUNTDOWN, 0), UINT16_MAX);
    assert_int_equal(check_count(burst, TRL_BURST_IN_A_ROW, 0), 1);
    trl_burst_destroy(&burst);
    check_net_destroy(&net);
}

/* FEAGI's unlimited neurons: a limit of 65,535 spikes, however much silence lies between. */
static void blocks_unlimited_neurons_once_if_told(void **state)
{
    enum { LIMIT = 65535 };
    const struct trl_burst_params modes = {.count_unlimited = true, .submit_bursts = 4096};
    const struct trl_neuron_params params = check_integrator();
    struct check_net net = check_net_create(
        *state, 1, &(struct trl_area_params){.neuron = params, .drive = 1}, NULL, 0);
    struct trl_burst *burst = check_engine(*state, net.network, &modes);
    check_run(burst, 100);
    check_inject(burst, 0, -1); /* a silent candidate, which does not end the row */
    check_run(burst, LIMIT + 1 - 100);
    assert_true(check_fired(burst, 0));
    assert_int_equal(check_stats(burst).fired, LIMIT);
    assert_int_equal(check_count(burst, TRL_BURST_IN_A_ROW, 0), LIMIT);
    check_run(burst, 1);
    assert_false(check_fired(burst, 0));
    assert_int_equal(check_count(burst, TRL_BURST_IN_A_ROW, 0), 0);
    check_run(burst, 1);
    assert_true(check_fired(burst, 0));
    trl_burst_destroy(&burst);
    check_net_destroy(&net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fires_in_the_golden_patterns),
        cmocka_unit_test(counts_down_by_itself_in_wall_time),
        cmocka_unit_test(draws_the_published_vectors),
        cmocka_unit_test(compares_draws_as_integers),
        cmocka_unit_test(draws_the_golden_pattern),
        cmocka_unit_test(draws_at_the_stated_rates),
        cmocka_unit_test(leaks_after_the_test),
        cmocka_unit_test(leaks_towards_rest),
        cmocka_unit_test(fires_within_threshold_and_limit),
        cmocka_unit_test(takes_tiny_numbers_for_zero),
        cmocka_unit_test(saturates_its_counters),
        cmocka_unit_test(blocks_unlimited_neurons_once_if_told),
    };
    return cmocka_run_group_tests(tests, check_set_up, check_tear_down);
}

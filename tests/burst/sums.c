/* SPDX-License-Identifier: BSD-2-Clause */
/* What spikes add to the input of their targets. */
#include "check.h"

#include <math.h>

static const float never = 0x1p120F; /* a threshold */

static struct trl_area_params listeners(void)
{
    struct trl_area_params area = {.neuron = check_integrator()};
    area.neuron.threshold = never;
    return area;
}

/* Neurons 0 to count - 1 fire in burst 1: V of what they reach is that after burst 2. */
static float *reached(struct check *check, const struct check_net *net, uint32_t count,
                      struct trl_burst **out)
{
    struct trl_burst *burst = check_engine(check, net->network, NULL);
    for (uint32_t n = 0; n < count; n++)
        check_inject(burst, n, never);
    check_run(burst, 2);
    float *v = calloc(net->count, sizeof(*v));
    assert_non_null(v);
    assert_int_equal(trl_burst_read(burst, TRL_BURST_V, v, net->count * sizeof(*v)), 0);
    if (out)
        *out = burst;
    else
        trl_burst_destroy(&burst);
    return v;
}

static void multiplies_all_weights_by_all_psps(void **state)
{
    enum { PAIRS = 65536 };
    const struct trl_area_params area = listeners();
    struct trl_synapse *synapses = calloc(2 * PAIRS, sizeof(*synapses));
    assert_non_null(synapses);
    for (uint32_t n = 0; n < 2 * PAIRS; n++)
        synapses[n] = (struct trl_synapse){.source = 0,
                                           .target = n + 1,
                                           .weight = (uint8_t)n,
                                           .psp = (uint8_t)(n >> 8),
                                           .inhibitory = n >= PAIRS};
    struct check_net net = check_net_create(*state, 2 * PAIRS + 1, &area, synapses, 2 * PAIRS);
    struct trl_burst *burst = NULL;
    float *v = reached(*state, &net, 1, &burst);
    for (int n = 0; n < PAIRS; n++) {
        const float product = (float)((n & 0xff) * (n >> 8));
        assert_true(v[n + 1] == product && v[PAIRS + n + 1] == -product);
    }
    assert_int_equal(check_stats(burst).candidates, 2 * PAIRS + 1);
    assert_int_equal(check_stats(burst).delivered, 2 * PAIRS);
    trl_burst_destroy(&burst);
    free(v);
    free(synapses);
    check_net_destroy(&net);
}

/* Saturated inputs, excitatory and inhibitory, into two neurons. */
static void expect_saturated(struct check *check, uint32_t inputs, int sum_bits)
{
    const struct trl_area_params area = listeners();
    struct trl_synapse *synapses = calloc((size_t)inputs * 2, sizeof(*synapses));
    assert_non_null(synapses);
    for (uint32_t n = 0; n < 2 * inputs; n++)
        synapses[n] = (struct trl_synapse){.source = n / 2,
                                           .target = inputs + n % 2,
                                           .weight = 255,
                                           .psp = 255,
                                           .inhibitory = n % 2};
    struct check_net net = check_net_create(check, inputs + 2, &area, synapses, (size_t)inputs * 2);
    struct trl_burst *burst = NULL;
    float *v = reached(check, &net, inputs, &burst);
    const float sum = (float)(INT64_C(65025) * inputs);
    assert_true(v[inputs] == sum);
    assert_true(v[inputs + 1] == -sum);
    const struct trl_burst_scale scale = trl_burst_scale(burst);
    assert_int_equal(scale.sum_bits, sum_bits);
    assert_int_equal(scale.fraction_bits, 0);
    assert_true(scale.bound >= INT64_C(65025) * inputs);
    trl_burst_destroy(&burst);
    free(v);
    free(synapses);
    check_net_destroy(&net);
}

/* Where 32 bits of thousandths, and of whole numbers, overflow. */
static void does_not_overflow(void **state)
{
    expect_saturated(*state, 1, 32);
    expect_saturated(*state, 33, 32);
    expect_saturated(*state, 34, 32);
    expect_saturated(*state, 33025, 64);
    expect_saturated(*state, 33026, 64);
}

static void takes_cancelled_input_for_input(void **state)
{
    struct trl_area_params area = {.neuron = check_integrator()};
    area.neuron.threshold = 0;
    const struct trl_synapse synapses[] = {
        {.source = 0, .target = 2, .weight = 200, .psp = 100},
        {.source = 1, .target = 2, .weight = 100, .psp = 200, .inhibitory = true},
        {.source = 0, .target = 3, .weight = 0, .psp = 7}};
    struct check_net net = check_net_create(*state, 5, &area, synapses, 3);
    struct trl_burst *burst = check_engine(*state, net.network, NULL);
    check_inject(burst, 0, 1);
    check_inject(burst, 1, 1);
    check_run(burst, 2);
    assert_true(check_fired(burst, 2));
    assert_true(check_fired(burst, 3));
    assert_int_equal(check_stats(burst).candidates, 4);
    assert_int_equal(check_stats(burst).fired, 4);
    check_inject(burst, 4, 5);
    check_inject(burst, 4, -5);
    check_run(burst, 1);
    assert_true(check_fired(burst, 4));
    trl_burst_destroy(&burst);
    check_net_destroy(&net);
}

/* Sources of 1 to 12 synapses each to the same targets: shares of c / n, whose sum is known as a
 * fraction. Each contribution errs by half a unit at most; V rounds once to float32. */
static void shares_psp_within_the_bound(void **state)
{
    enum { SOURCES = 12, TARGETS = SOURCES };
    struct trl_area_params area = listeners();
    struct trl_synapse synapses[SOURCES * (SOURCES + 1) / 2];
    double exact[TARGETS] = {0};
    size_t count = 0;
    uint64_t seed = 3;
    area.psp_shared = true;
    for (uint32_t n = 0; n < SOURCES; n++) {
        for (uint32_t to = 0; to <= n; to++) {
            const struct trl_synapse synapse = {.source = n,
                                                .target = SOURCES + to,
                                                .weight = (uint8_t)(1 + check_below(&seed, 16)),
                                                .psp = (uint8_t)(1 + check_below(&seed, 16)),
                                                .inhibitory = check_below(&seed, 2)};
            const double share = (double)(synapse.weight * synapse.psp) / (n + 1);
            exact[to] += synapse.inhibitory ? -share : share;
            synapses[count++] = synapse;
        }
    }
    struct check_net net = check_net_create(*state, SOURCES + TARGETS, &area, synapses, count);
    struct trl_burst *burst = NULL;
    float *v = reached(*state, &net, SOURCES, &burst);
    const struct trl_burst_scale scale = trl_burst_scale(burst);
    assert_true(scale.fraction_bits >= 12);
    for (int n = 0; n < TARGETS; n++) {
        const double bound =
            (SOURCES - n) * ldexp(1, -scale.fraction_bits - 1) + fabs(exact[n]) * 0x1p-24;
        assert_true(fabs((double)v[SOURCES + n] - exact[n]) <= bound);
    }
    trl_burst_destroy(&burst);
    free(v);
    check_net_destroy(&net);
}

/* Against 128-bit arithmetic, where a division by parts of any size can be exact. */
static void shares_are_rounded_half_up(void **state)
{
    (void)state;
    uint64_t seed = 9;
    for (int n = 0; n < 200000; n++) {
        const uint32_t amount = check_below(&seed, 65026);
        const uint32_t parts =
            1 + (check_below(&seed, UINT32_C(1) << 28) >> check_below(&seed, 28));
        const uint32_t bits = check_below(&seed, 21);
        const __int128 share = (((__int128)amount << bits) * 2 + parts) / ((__int128)parts * 2);
        if (share <= INT32_MAX)
            assert_true(trl_burst_share(amount, bits, parts) == (uint32_t)share);
    }
}

static void rounds_psp_from_potentials(void **state)
{
    static const struct {
        float v, psp;
    } table[] = {{0.5F, 1},     {0.49999997F, 0},  {1.5F, 2},     {2.5F, 3},  {2.4999998F, 2},
                 {128.5F, 129}, {254.49998F, 254}, {254.5F, 255}, {255, 255}, {255.5F, 255},
                 {300, 255},    {1e30F, 255},      {0, 0},        {-0.5F, 0}, {-200, 0}};
    enum { ROWS = sizeof(table) / sizeof(*table) };
    struct trl_synapse synapses[ROWS];
    struct trl_area_params area = {.neuron = check_integrator(), .psp_from_potential = true};
    area.neuron.threshold = -1000;
    area.neuron.excitability = 1;
    for (uint32_t n = 0; n < ROWS; n++) /* its own psp is not used */
        synapses[n] = (struct trl_synapse){n, ROWS + n, .weight = 3, .psp = 77};
    struct check_net net = check_net_create(*state, 2 * ROWS, &area, synapses, ROWS);
    struct trl_burst *burst = check_engine(*state, net.network, NULL);
    for (uint32_t n = 0; n < ROWS; n++)
        check_inject(burst, n, table[n].v);
    check_run(burst, 2);
    uint32_t ids[ROWS + 1];
    float v[ROWS + 1];
    size_t count = 0;
    assert_int_equal(trl_burst_fired(burst, ids, v, ROWS + 1, &count), 0);
    assert_int_equal(count, ROWS);
    for (uint32_t n = 0; n < ROWS; n++) {
        assert_int_equal(ids[n], ROWS + n);
        assert_true(v[n] == 3 * table[n].psp);
    }
    trl_burst_destroy(&burst);
    check_net_destroy(&net);
}

/* Both at once: the share of a contribution that is only known when the neuron fires. */
static void shares_psp_from_potentials(void **state)
{
    enum { SYNAPSES = 7 };
    struct trl_area_params area = listeners();
    struct trl_synapse synapses[SYNAPSES];
    area.psp_shared = area.psp_from_potential = true;
    area.neuron.threshold = 149;
    area.neuron.threshold_max = 149.75F; /* 150, which arrives, is more */
    for (uint32_t n = 0; n < SYNAPSES; n++)
        synapses[n] = (struct trl_synapse){0, n + 1, .weight = (uint8_t)(n + 1), .psp = 1,
                                           .inhibitory = n % 2};
    struct check_net net = check_net_create(*state, SYNAPSES + 1, &area, synapses, SYNAPSES);
    struct trl_burst *burst = check_engine(*state, net.network, NULL);
    check_inject(burst, 0, 149.5F);
    check_run(burst, 2);
    const int bits = trl_burst_scale(burst).fraction_bits;
    for (uint32_t n = 0; n < SYNAPSES; n++) {
        const double share = floor(ldexp((n + 1) * 150.0, bits) / SYNAPSES + 0.5);
        const float v = (float)ldexp(share, -bits);
        assert_true(check_v(burst, n + 1) == (n % 2 ? -v : v));
    }
    trl_burst_destroy(&burst);
    check_net_destroy(&net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(multiplies_all_weights_by_all_psps),
        cmocka_unit_test(does_not_overflow),
        cmocka_unit_test(takes_cancelled_input_for_input),
        cmocka_unit_test(shares_psp_within_the_bound),
        cmocka_unit_test(shares_are_rounded_half_up),
        cmocka_unit_test(rounds_psp_from_potentials),
        cmocka_unit_test(shares_psp_from_potentials),
    };
    return cmocka_run_group_tests(tests, check_set_up, check_tear_down);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture.h"

#include "network/generate.h"
#include "network/pareto.h"

#include <math.h>
#include <stdlib.h>

static struct trl_network *generate(const struct trl_network_generate_params *params)
{
    struct trl_network *network = NULL;
    assert_int_equal(trl_network_generate(&network, params), 0);
    assert_non_null(network);
    return network;
}

static uint64_t hash_of(const struct trl_network_generate_params *params, int threads)
{
    struct trl_network *network = NULL;
    assert_int_equal(trl_network_generate_threaded(&network, params, threads), 0);
    const uint64_t hash = network_hash(network);
    trl_network_destroy(&network);
    return hash;
}

static void assert_sorted(const struct trl_network *network)
{
    for (uint32_t i = 0; i < network->neuron_count; i++) {
        for (uint64_t n = network->rows[i] + 1; n < network->rows[i + 1]; n++)
            assert_true(network->targets[n - 1] <= network->targets[n]);
    }
}

static void random_has_the_degree(void **state)
{
    struct fixture *f = *state;
    struct trl_network *network =
        generate(&(struct trl_network_generate_params){.log = f->log,
                                                       .size = {20, 10, 10},
                                                       .degree = 37,
                                                       .weight = 3,
                                                       .psp = 9,
                                                       .drive = 0.5F,
                                                       .seed = 1});
    assert_int_equal(trl_network_neuron_count(network), 2000);
    assert_int_equal(trl_network_synapse_count(network), 74000);
    assert_string_equal(trl_network_area(network, 0).name, "network");
    assert_float_equal(network->kinds[network->kind_of[1999]].drive, 0.5, 0);
    uint32_t *in = calloc(2000, sizeof(*in));
    for (uint32_t i = 0; i < 2000; i++) {
        assert_int_equal(out_degree(network, i), 37);
        for (uint64_t n = network->rows[i]; n < network->rows[i + 1]; n++) {
            assert_true(network->targets[n] < 2000 && network->targets[n] != i);
            assert_int_equal(network->packed[n], 3 | 9 << 8);
            in[network->targets[n]]++;
        }
    }
    assert_sorted(network);
    /* In-degrees are binomial of mean 37: chi^2 has 1999 degrees of freedom, standard deviation
     * 63; 5 of those on either side. */
    double chi = 0;
    for (int i = 0; i < 2000; i++)
        chi += (in[i] - 37.0) * (in[i] - 37.0) / 37.0;
    assert_true(fabs(chi - 1999) < 5 * 63.2);
    free(in);
    trl_network_destroy(&network);
}

static void equal_for_equal_seed_and_any_threads(void **state)
{
    (void)state;
    for (int kind = TRL_NETWORK_RANDOM; kind <= TRL_NETWORK_GRID; kind++) {
        struct trl_network_generate_params params = {.kind = (enum trl_network_kind)kind,
                                                     .size = {100, 60, 1},
                                                     .degree = 11,
                                                     .rewire = 0.3,
                                                     .inhibitory_share = 0.2,
                                                     .seed = 77};
        const uint64_t hash = hash_of(&params, 1);
        assert_true(hash_of(&params, 3) == hash);
        assert_true(hash_of(&params, 0) == hash);
        params.seed = 77 + (1ULL << 32);
        assert_true(hash_of(&params, 1) != hash);
        params.seed = 78;
        assert_true(hash_of(&params, 1) != hash);
    }
}

/* What the counters draw must never change: networks are named by their seed. The target is from
 * Salmon's vector for a counter and key of zeros, 6627e8d5 e169c58d bc57ac4c 9b00dbd8: of 1000
 * others, floor(0xe169c58d6627e8d5 / 2^64 * 1000) = 880 and 605, each moved behind neuron 0. */
static void draws_are_those_of_the_published_vector(void **state)
{
    (void)state;
    struct trl_network *network =
        generate(&(struct trl_network_generate_params){.size = {1001, 1, 1}, .degree = 2});
    assert_int_equal(network->targets[0], 606);
    assert_int_equal(network->targets[1], 881);
    trl_network_destroy(&network);
}

static void inhibition_is_of_neurons(void **state)
{
    (void)state;
    struct trl_network *network =
        generate(&(struct trl_network_generate_params){.size = {10000, 1, 1},
                                                       .degree = 4,
                                                       .inhibitory_share = 0.2,
                                                       .weight = 1,
                                                       .inhibitory_weight = 4});
    int inhibitory = 0;
    for (uint32_t i = 0; i < 10000; i++) {
        const uint32_t first = network->packed[network->rows[i]];
        for (uint64_t n = network->rows[i]; n < network->rows[i + 1]; n++)
            assert_int_equal(network->packed[n], first);
        assert_true(first == (1 | 1 << 8) || first == (4 | 1 << 8 | TRL_SYNAPSE_INHIBITORY));
        inhibitory += (first & TRL_SYNAPSE_INHIBITORY) != 0;
    }
    /* Binomial: standard deviation 40. */
    assert_true(abs(inhibitory - 2000) < 200);
    trl_network_destroy(&network);
}

static uint32_t ring_distance(uint32_t a, uint32_t b, uint32_t count)
{
    const uint32_t way = a > b ? a - b : b - a;
    return way < count - way ? way : count - way;
}

/* Synapses that are where the ring has them. */
static uint64_t on_the_ring(const struct trl_network *network, uint32_t reach)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < network->neuron_count; i++) {
        for (uint64_t n = network->rows[i]; n < network->rows[i + 1]; n++)
            count += ring_distance(i, network->targets[n], network->neuron_count) <= reach;
    }
    return count;
}

static void small_world_without_rewiring_is_the_ring(void **state)
{
    (void)state;
    struct trl_network *network = generate(&(struct trl_network_generate_params){
        .kind = TRL_NETWORK_SMALL_WORLD, .size = {50, 1, 1}, .degree = 6});
    for (uint32_t i = 0; i < 50; i++) {
        assert_int_equal(out_degree(network, i), 6);
        for (uint64_t n = network->rows[i]; n < network->rows[i + 1]; n++) {
            const uint32_t far = ring_distance(i, network->targets[n], 50);
            assert_true(far >= 1 && far <= 3);
            assert_true(n == network->rows[i] || network->targets[n] > network->targets[n - 1]);
        }
    }
    trl_network_destroy(&network);
}

static void small_world_rewires_as_often_as_asked(void **state)
{
    (void)state;
    struct trl_network_generate_params params = {
        .kind = TRL_NETWORK_SMALL_WORLD, .size = {5000, 1, 1}, .degree = 10, .rewire = 0.25};
    struct trl_network *network = generate(&params);
    /* 50000 synapses: binomial, standard deviation 97; a rewired one falls on the ring again with
     * probability 10 / 4999. */
    double expected = 50000 * (0.75 + 0.25 * 10 / 4999);
    assert_true(fabs((double)on_the_ring(network, 5) - expected) < 5 * 97);
    trl_network_destroy(&network);
    params.rewire = 1;
    network = generate(&params);
    /* Nothing but chance is left: 100 expected, standard deviation 10. */
    expected = 50000.0 * 10 / 4999;
    assert_true(fabs((double)on_the_ring(network, 5) - expected) < 50);
    assert_int_equal(trl_network_synapse_count(network), 50000);
    assert_sorted(network);
    trl_network_destroy(&network);
}

/* Hill's estimator of the tail above a degree that is far from where rounding to whole numbers
 * tells; its standard deviation is tail / sqrt(count). */
static void power_law_has_tail_and_mean(void **state)
{
    (void)state;
    enum { NEURONS = 200000, DEGREE = 20 };
    static const double exponents[] = {2.2, 2.5, 3.5};
    for (int e = 0; e < 3; e++) {
        struct trl_network *network =
            generate(&(struct trl_network_generate_params){.kind = TRL_NETWORK_POWER_LAW,
                                                           .size = {NEURONS, 1, 1},
                                                           .degree = DEGREE,
                                                           .exponent = exponents[e]});
        const double tail = exponents[e] - 1;
        /* Low by the mean of an uncut distribution is near enough to say where the tail begins. */
        const double start = 5 * DEGREE * (tail - 1) / tail;
        double sum = 0;
        int count = 0;
        uint64_t longest = 0;
        for (uint32_t i = 0; i < NEURONS; i++) {
            const uint64_t degree = out_degree(network, i);
            longest = degree > longest ? degree : longest;
            if ((double)degree >= start) {
                sum += log((double)degree / start);
                count++;
            }
        }
        assert_true(count > 500);
        assert_true(longest < NEURONS && (double)longest > 20 * start);
        /* Four standard deviations, and 3 % for whole numbers at the start of the tail. */
        const double found = count / sum;
        assert_true(fabs(found / tail - 1) < 4 / sqrt(count) + 0.03);
        /* The variance of one degree is below E[x^2] = tail low^2 / (2 - tail) high^(2 - tail) ...
         * of 2.2, the widest: about 4e4; of the mean of 200000, a standard deviation of 0.45. */
        const double mean = (double)trl_network_synapse_count(network) / NEURONS;
        assert_true(fabs(mean - DEGREE) < 4 * 0.45);
        trl_network_destroy(&network);
    }
}

/* Closed forms of the truncated distribution, in the C library's pow; 1e-6 is what cmocka's float32
 * comparison resolves. */
static void pareto_has_the_mean(void **state)
{
    (void)state;
    static const double cases[][3] = {{2.2, 100, 1e6}, {2.2, 1, 10}, {2.01, 50, 1e5},
                                      {3, 0.5, 1e9},   {10, 7, 8},   {2.5, 4, 4}};
    for (int i = 0; i < 6; i++) {
        const struct trl_pareto p = trl_pareto_make(cases[i][0], cases[i][1], cases[i][2]);
        assert_float_equal(trl_pareto_value(&p, 0) / p.low, 1, 1e-6);
        assert_true(trl_pareto_value(&p, 1 - 0x1p-53) <= cases[i][2]);
        const double a = p.tail;
        const double closed = a * pow(p.low, a) / (1 - a) *
                              (pow(p.high, 1 - a) - pow(p.low, 1 - a)) /
                              (1 - pow(p.low / p.high, a));
        if (i < 5)
            assert_float_equal(closed / cases[i][1], 1, 1e-6);
        assert_float_equal(
            trl_pareto_value(&p, 0.75) / (p.low * pow(1 - 0.75 * (1 - p.beyond), -1 / a)), 1, 1e-6);
    }
}

static void grid_stays_in_the_box(void **state)
{
    (void)state;
    struct trl_network *network = generate(&(struct trl_network_generate_params){
        .kind = TRL_NETWORK_GRID, .size = {12, 9, 4}, .degree = 400, .radius = 2, .seed = 5});
    for (uint32_t i = 0; i < 12 * 9 * 4; i++) {
        const int at[3] = {(int)i / 36, (int)i / 4 % 9, (int)i % 4};
        int box = 1;
        for (int axis = 0; axis < 3; axis++) {
            const int end = ((const int[]){12, 9, 4})[axis] - 1;
            const int low = at[axis] > 2 ? at[axis] - 2 : 0;
            box *= (at[axis] + 2 < end ? at[axis] + 2 : end) - low + 1;
        }
        int distinct = 0;
        assert_int_equal(out_degree(network, i), 400);
        for (uint64_t n = network->rows[i]; n < network->rows[i + 1]; n++) {
            const int target = (int)network->targets[n];
            assert_true(abs(target / 36 - at[0]) <= 2 && abs(target / 4 % 9 - at[1]) <= 2 &&
                        abs(target % 4 - at[2]) <= 2);
            assert_true(target != (int)i);
            distinct += n == network->rows[i] || network->targets[n - 1] != network->targets[n];
        }
        /* 400 draws from at most 99 places miss one with probability 99 * (98 / 99)^400 < 1.8. */
        assert_true(distinct <= box - 1 && distinct >= box - 1 - 9);
    }
    trl_network_destroy(&network);
}

static void one_neuron_meets_itself(void **state)
{
    (void)state;
    for (int kind = TRL_NETWORK_RANDOM; kind <= TRL_NETWORK_GRID; kind++) {
        if (kind == TRL_NETWORK_SMALL_WORLD)
            continue;
        struct trl_network *network = generate(&(struct trl_network_generate_params){
            .kind = (enum trl_network_kind)kind, .degree = 3});
        assert_int_equal(trl_network_synapse_count(network), 3);
        assert_int_equal(network->targets[2], 0);
        trl_network_destroy(&network);
    }
}

static void refuse(struct fixture *f, struct trl_network_generate_params params, int error,
                   const char *text)
{
    struct trl_network *network = (struct trl_network *)f;
    params.log = f->log;
    assert_int_equal(trl_network_generate(&network, &params), error);
    assert_null(network);
    expect_error(f, text);
}

static void refuses_what_cannot_be(void **state)
{
    struct fixture *f = *state;
    typedef struct trl_network_generate_params params;
    refuse(f, (params){.rewire = NAN}, TRL_ERROR_USAGE, "rewire is nan");
    refuse(f, (params){.rewire = 1.5}, TRL_ERROR_USAGE, "rewire is 1.5");
    refuse(f, (params){.inhibitory_share = -0.1}, TRL_ERROR_USAGE, "inhibitory_share is -0.1");
    refuse(f, (params){.exponent = 2}, TRL_ERROR_USAGE, "exponent is 2; above 2");
    refuse(f, (params){.size = {-1, 1, 1}}, TRL_ERROR_USAGE, "a size of -1 voxels");
    refuse(f, (params){.kind = (enum trl_network_kind)4}, TRL_ERROR_USAGE, "no kind 4");
    refuse(f, (params){.size = {65536, 65536, 1}}, TRL_ERROR_USAGE, "more than 2^32 - 1 neurons");
    refuse(f, (params){.kind = TRL_NETWORK_SMALL_WORLD, .size = {6, 1, 1}, .degree = 6},
           TRL_ERROR_USAGE, "a degree of 6 among 6 neurons");
    refuse(f, (params){.kind = TRL_NETWORK_POWER_LAW, .size = {6, 1, 1}, .degree = 60},
           TRL_ERROR_USAGE, "a degree of 60 among 6 neurons");
    refuse(f, (params){.neuron = {.threshold = 1, .leak = NAN}}, TRL_ERROR_USAGE, "leak is nan");
    refuse(f, (params){.drive = INFINITY}, TRL_ERROR_USAGE, "drive");
}

/* 8 bytes a synapse, 20 a neuron: 2^16 * 2^15 * 2^15 * 8 + 2^31 * 20. */
static void refuses_what_no_memory_holds(void **state)
{
    struct fixture *f = *state;
    typedef struct trl_network_generate_params params;
    refuse(f, (params){.size = {65536, 32768, 1}, .degree = 32768}, TRL_ERROR_MEMORY,
           "network of 2147483648 neurons and 70368744177664 synapses: 562992903094272 bytes are "
           "needed, ");
    assert_non_null(strstr(f->line[TRL_LOG_ERROR], "are available"));
    refuse(f, (params){.size = {65536, 32768, 1}, .degree = UINT32_MAX}, TRL_ERROR_MEMORY,
           "more than 2^64 bytes are needed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)
        TEST(random_has_the_degree),
        TEST(equal_for_equal_seed_and_any_threads),
        TEST(draws_are_those_of_the_published_vector),
        TEST(inhibition_is_of_neurons),
        TEST(small_world_without_rewiring_is_the_ring),
        TEST(small_world_rewires_as_often_as_asked),
        TEST(power_law_has_tail_and_mean),
        TEST(pareto_has_the_mean),
        TEST(grid_stays_in_the_box),
        TEST(one_neuron_meets_itself),
        TEST(refuses_what_cannot_be),
        TEST(refuses_what_no_memory_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

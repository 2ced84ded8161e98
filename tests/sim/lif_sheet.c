/* SPDX-License-Identifier: BSD-2-Clause */
#include "check.h"

#include <math.h>

static void equals_the_reference(void **state)
{
    (void)state;
    struct reference_params p = reference_defaults(45, 37);
    p.seed = 7;
    assert_true(check_against_reference(&p, NULL, NULL, 10000, 500) > 100000);
}

static void equals_the_reference_on_odd_sheets(void **state)
{
    (void)state;
    check_odd_sheets(NULL, NULL);
}

static void does_not_depend_on_the_split(void **state)
{
    (void)state;
    check_split(NULL, NULL);
}

static void fades_to_zero(void **state)
{
    (void)state;
    check_fading(NULL, NULL);
}

/* tau 10 ms, threshold 15 mV, refractory 2 ms, 10 s: spikes on the grid of h ms are
 * floor((D + t_ref) / T), T = t_ref + h ceil(-tau ln(1 - threshold / drive) / h). The counts are
 * what that gives for the drives that 375.5 pA to 2 nA cause in 250 pF. */
static void fires_as_often_as_the_closed_form(void **state)
{
    (void)state;
    static const struct {
        double drive;
        int count;
    } rates[] = {{14.98, 0}, {15.02, 146}, {15.04, 163}, {16, 335},
                 {20, 629},  {30, 1111},   {40, 1470},   {80, 2439}};
    for (size_t i = 0; i < sizeof(rates) / sizeof(*rates); i++) {
        const double h = 0.1, tau = 10, hold = 2, drive = rates[i].drive;
        struct reference_params p = reference_defaults(1, 1);
        p.dt = h;
        p.tau = tau;
        p.refractory = hold;
        p.drive = drive;
        p.noise = p.excitation = p.inhibition = p.start = 0;
        if (drive > 15) {
            double period = hold + h * ceil(-tau * log(1 - 15 / drive) / h);
            assert_int_equal((int)floor((10000 + hold) / period), rates[i].count);
        }
        struct trl_sim *sim = check_create(&p, NULL, NULL);
        int count = 0;
        for (int step = 0; step < 100000; step++) {
            float spike = NAN;
            assert_int_equal(trl_sim_step(sim, 1), 0);
            assert_int_equal(trl_sim_read(sim, "spikes", &spike, sizeof(spike)), 0);
            count += spike == 1;
        }
        assert_int_equal(count, rates[i].count);
        trl_sim_destroy(&sim);
    }
}

/* noise_mv is the standard deviation that noise alone gives the potential. */
static void noise_has_the_stated_deviation(void **state)
{
    (void)state;
    enum { CELLS = 128 * 128 };
    struct reference_params p = reference_defaults(128, 128);
    p.drive = p.excitation = p.inhibition = p.start = 0;
    p.noise = 2.5;
    struct trl_sim *sim = check_create(&p, NULL, NULL);
    assert_int_equal(trl_sim_step(sim, 400), 0); /* 20 tau */
    float *v = check_read(sim, "v", CELLS);
    double sum = 0, squares = 0;
    for (int i = 0; i < CELLS; i++) {
        sum += (double)v[i];
        squares += (double)v[i] * (double)v[i];
    }
    /* Five standard errors of 16,384 independent values: 5 sigma / sqrt(n) for the mean,
     * 5 / sqrt(2 n) of the deviation. The threshold is six deviations away. */
    assert_true(fabs(sum / CELLS) < 5 * 2.5 / 128);
    assert_true(fabs(sqrt(squares / CELLS) / 2.5 - 1) < 5 / (128 * sqrt(2)));
    free(v);
    trl_sim_destroy(&sim);
}

static float *film_end(uint64_t seed)
{
    struct reference_params p = reference_defaults(64, 48);
    p.seed = seed;
    struct trl_sim *sim = check_create(&p, NULL, NULL);
    assert_int_equal(trl_sim_step(sim, 120), 0);
    float *v = check_read(sim, "v", 3072);
    trl_sim_destroy(&sim);
    return v;
}

static void the_seed_makes_the_film(void **state)
{
    (void)state;
    float *first = film_end(5), *again = film_end(5), *other = film_end(6);
    float *high = film_end(5 + (UINT64_C(1) << 40));
    assert_memory_equal(first, again, 3072 * sizeof(float));
    assert_memory_not_equal(first, other, 3072 * sizeof(float));
    assert_memory_not_equal(first, high, 3072 * sizeof(float));
    free(first);
    free(again);
    free(other);
    free(high);
}

/* The defaults neither die out nor saturate. A neuron that only followed its drive would be
 * silent (14 mV of 15 mV); one that spiked whenever it can would do so every third step. */
static void defaults_stay_alive(void **state)
{
    (void)state;
    enum { CELLS = 256 * 144 };
    struct reference_params p = reference_defaults(256, 144);
    struct trl_sim *sim = check_create(&p, NULL, NULL);
    assert_int_equal(trl_sim_step(sim, 200), 0);
    for (int second = 0; second < 3; second++) {
        double spikes = 0;
        for (int i = 0; i < 600; i++) {
            assert_int_equal(trl_sim_step(sim, 1), 0);
            float *now = check_read(sim, "spikes", CELLS);
            for (int k = 0; k < CELLS; k++)
                spikes += (double)now[k];
            free(now);
        }
        double rate_hz = spikes / CELLS / 0.6;
        assert_in_range((int)rate_hz, 25, 50);
    }
    trl_sim_destroy(&sim);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equals_the_reference),
        cmocka_unit_test(equals_the_reference_on_odd_sheets),
        cmocka_unit_test(does_not_depend_on_the_split),
        cmocka_unit_test(fades_to_zero),
        cmocka_unit_test(fires_as_often_as_the_closed_form),
        cmocka_unit_test(noise_has_the_stated_deviation),
        cmocka_unit_test(the_seed_makes_the_film),
        cmocka_unit_test(defaults_stay_alive),
    };
    return cmocka_run_group_tests_name("lif-sheet", tests, NULL, NULL);
}

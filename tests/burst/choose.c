/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <unistd.h>

#include "../gpu/device.h"
#include "burst/calibrate.h"
#include "burst/choose.h"
#include "burst/gpu.h"
#include "gpu/device.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { TERMS = TRL_BURST_TERM_COUNT };

static double activity_ns(const struct trl_burst_cost *cost, double neurons, double degree,
                          double rate, const struct trl_burst_crew *crew,
                          struct trl_burst_sample *sample)
{
    const struct trl_burst_activity activity = {
        .neurons = neurons,
        .fired = rate * neurons,
        .delivered = rate * neurons * degree,
        .candidates = neurons * (1 - exp(-degree * rate)),
    };
    trl_burst_cost_terms(sample->terms, &activity, crew);
    return sample->ns = trl_burst_cost_ns(cost, sample->terms);
}

static const struct trl_burst_crew devices = {1, 0.02}, threads = {8, 1.0 / 32};
static const struct trl_burst_cost prices[] = {
    {{9000, 1.5, 0.03, 0.2, 0.05, 0.01, 0.07}}, /* like a large device */
    {{180, 33, 1, 150, 0.5, 2, 0.5}},           /* like threads */
    {{500, 0, 3, 0, 0, 1, 0}},
};

/* The networks and rates that are measured, and a disturbance of at most so much either way. */
static int make_samples(struct trl_burst_sample *samples, const struct trl_burst_cost *cost,
                        const struct trl_burst_crew *crew, double disturbance)
{
    static const struct {
        double neurons, degree, rate;
    } cases[] = {
        {8192, 128, 0.01},   {8192, 128, 0.1},   {8192, 128, 0.5},   {131072, 32, 0.0005},
        {131072, 32, 0.02},  {131072, 32, 0.3},  {524288, 4, 0.001}, {524288, 4, 0.05},
        {1048576, 4, 0.002}, {1048576, 4, 0.05}, {1048576, 4, 0.2},
    };
    enum { CASES = sizeof(cases) / sizeof(*cases) };
    for (int n = 0; n < CASES; n++) {
        activity_ns(cost, cases[n].neurons, cases[n].degree, cases[n].rate, crew, &samples[n]);
        samples[n].ns *= 1 + disturbance * (n % 3 - 1);
    }
    return CASES;
}

static void predicts_within_20_percent(void **state)
{
    (void)state;
    for (size_t p = 0; p < sizeof(prices) / sizeof(*prices); p++)
        for (int who = 0; who < 2; who++)
            for (int noise = 0; noise < 2; noise++) {
                const struct trl_burst_crew *crew = who ? &threads : &devices;
                struct trl_burst_sample samples[16], there;
                struct trl_burst_cost fit;
                const int count = make_samples(samples, &prices[p], crew, noise ? 0.02 : 0);
                assert_true(trl_burst_cost_fit(&fit, samples, count));
                for (int n = 0; n < count; n++) {
                    const double share = trl_burst_cost_ns(&fit, samples[n].terms) / samples[n].ns;
                    assert_true(share > 0.8 && share < 1.2);
                }
                /* Networks that were not measured, up to ten times as large; of 100 synapses a
                 * neuron. */
                for (double neurons = 1e4; neurons <= 1e7; neurons *= 10)
                    for (double rate = 0.001; rate < 0.2; rate *= 10) {
                        /* Errors of a measurement grow beyond what was measured. */
                        if (noise && neurons * rate > 1.3e4)
                            continue;
                        const double ns = activity_ns(&prices[p], neurons, 100, rate, crew, &there);
                        const double share = trl_burst_cost_ns(&fit, there.terms) / ns;
                        if (!(share > 0.8 && share < 1.2))
                            fail_msg("prices %zu, %g neurons, rate %g: %g", p, neurons, rate,
                                     share);
                    }
            }
}

/* A network whose bursts get shorter with its candidates: no price may go below 0 for it. */
static void has_no_negative_prices(void **state)
{
    (void)state;
    struct trl_burst_sample samples[8];
    struct trl_burst_cost fit;
    for (int n = 0; n < 8; n++) {
        samples[n] = (struct trl_burst_sample){.terms = {1, 10.0 * n, 1000, 0, 500.0 * n, 1e4, 0},
                                               .ns = 2e4 - 1e3 * n};
    }
    assert_true(trl_burst_cost_fit(&fit, samples, 8));
    for (int n = 0; n < TERMS; n++)
        assert_true(fit.ns[n] >= 0 && isfinite(fit.ns[n]));
    for (int n = 0; n < 8; n++)
        assert_true(trl_burst_cost_ns(&fit, samples[n].terms) > 0);
}

static void refuses_what_cannot_be_fitted(void **state)
{
    (void)state;
    struct trl_burst_sample samples[16];
    struct trl_burst_cost fit;
    const int count = make_samples(samples, &prices[0], &devices, 0);
    assert_false(trl_burst_cost_fit(&fit, samples, TERMS - 1));
    samples[3].ns = 0;
    assert_false(trl_burst_cost_fit(&fit, samples, count));
    samples[3].ns = NAN;
    assert_false(trl_burst_cost_fit(&fit, samples, count));
}

static void shares_work_and_sweeps_when_many_are_candidates(void **state)
{
    (void)state;
    double terms[TERMS];
    struct trl_burst_activity activity = {
        .neurons = 1000, .fired = 8, .delivered = 80, .candidates = 40};
    trl_burst_cost_terms(terms, &activity, &(struct trl_burst_crew){4, 0.03});
    static const double swept[TERMS] = {4, 8, 20, 0, 10, 250, 0};
    assert_memory_equal(terms, swept, sizeof(terms));
    trl_burst_cost_terms(terms, &activity, &(struct trl_burst_crew){4, 0.05});
    static const double listed[TERMS] = {4, 8, 20, 10, 0, 0, 0};
    assert_memory_equal(terms, listed, sizeof(terms));
    activity.neurons = activity.candidates = 1 << 20;
    trl_burst_cost_terms(terms, &activity, &(struct trl_burst_crew){1, 0.05});
    assert_true(terms[TRL_BURST_TERM_FAR] == 1 << 20);
}

/* ---- the decision ---- */

static void decides_by_the_table(void **state)
{
    (void)state;
    static const struct {
        struct trl_burst_offer offer;
        int error;
        enum trl_burst_backend backend;
        const char *why;
    } rows[] = {
        {{.wanted = TRL_BURST_AUTO}, 0, TRL_BURST_CPU, "there is no device"},
        {{.wanted = TRL_BURST_AUTO, .device = "D", .software = true, .gpu_ns = 1, .cpu_ns = 2},
         0,
         TRL_BURST_CPU,
         "D runs on the processor too"},
        {{.wanted = TRL_BURST_AUTO,
          .device = "D",
          .obstacle = "5 bytes; 4 are available",
          .gpu_ns = 1,
          .cpu_ns = 2},
         0,
         TRL_BURST_CPU,
         "5 bytes; 4 are available"},
        {{.wanted = TRL_BURST_AUTO, .device = "D", .cpu_ns = 2}, 0, TRL_BURST_CPU, "measured"},
        {{.wanted = TRL_BURST_AUTO, .device = "D", .gpu_ns = 2}, 0, TRL_BURST_CPU, "measured"},
        {{.wanted = TRL_BURST_AUTO, .device = "D", .rate = 0.02, .gpu_ns = 9500, .cpu_ns = 10500},
         0,
         TRL_BURST_GPU,
         "2 % fire is expected to take 9.5 us on D, 10.5 us on the processor"},
        {{.wanted = TRL_BURST_AUTO, .device = "D", .rate = 0.02, .gpu_ns = 10500, .cpu_ns = 9500},
         0,
         TRL_BURST_CPU,
         "10.5 us on D, 9.5 us on the processor"},
        {{.wanted = TRL_BURST_CPU, .device = "D", .gpu_ns = 1, .cpu_ns = 2}, 0, TRL_BURST_CPU, ""},
        {{.wanted = TRL_BURST_REFERENCE, .device = "D"}, 0, TRL_BURST_REFERENCE, ""},
        {{.wanted = TRL_BURST_GPU, .device = "D", .software = true, .gpu_ns = 2, .cpu_ns = 1},
         0,
         TRL_BURST_GPU,
         ""},
        {{.wanted = TRL_BURST_GPU}, TRL_ERROR_DEVICE, TRL_BURST_GPU, "there is no device"},
        {{.wanted = (enum trl_burst_backend)9},
         TRL_ERROR_USAGE,
         (enum trl_burst_backend)9,
         "backend 9"},
    };
    for (size_t n = 0; n < sizeof(rows) / sizeof(*rows); n++) {
        struct trl_burst_choice choice;
        assert_int_equal(trl_burst_weigh(&rows[n].offer, &choice), rows[n].error);
        assert_int_equal(choice.backend, rows[n].backend);
        if (!strstr(choice.why, rows[n].why) || (!*rows[n].why && *choice.why))
            fail_msg("row %zu: '%s' is not in '%s'", n, rows[n].why, choice.why);
    }
}

/* ---- on a device ---- */

struct lines {
    char info[1024], error[1024];
    int infos, errors;
};

static void take_line(void *user, enum trl_log_level level, const char *line)
{
    struct lines *lines = user;
    if (level == TRL_LOG_INFO)
        lines->infos++;
    else if (level <= TRL_LOG_WARN)
        lines->errors++;
    snprintf(level == TRL_LOG_INFO ? lines->info : lines->error, sizeof(lines->info), "%s", line);
}

struct fixture {
    struct test_device test;
    struct trl_log *log;
    struct lines lines;
    struct trl_network *network; /* 4000 neurons, 40 synapses each */
    char cache[64];
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    *state = f;
    snprintf(f->cache, sizeof(f->cache), "/tmp/tensorreel-choose-XXXXXX");
    if (!mkdtemp(f->cache) || setenv("XDG_CACHE_HOME", f->cache, 1))
        return -1;
    if (test_device_open(&f->test)) {
        print_message("skipped: there is no device\n");
        exit(77);
    }
    if (trl_log_create(&f->log, &(struct trl_log_params){.callback = take_line,
                                                         .user = &f->lines,
                                                         .level = TRL_LOG_INFO}))
        return -1;
    return trl_network_generate(&f->network, &(struct trl_network_generate_params){
                                                 .size = {4000}, .degree = 40, .seed = 3});
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    char command[128];
    const int messages = f->test.messages;
    trl_network_destroy(&f->network);
    trl_log_destroy(&f->log);
    test_device_close(&f->test);
    snprintf(command, sizeof(command), "rm -r %s", f->cache);
    const int err = system(command);
    free(f);
    return messages || err;
}

static struct trl_burst_params params_of(struct fixture *f)
{
    f->lines = (struct lines){0};
    return (struct trl_burst_params){
        .log = f->log, .network = f->network, .device = f->test.device};
}

static void expects_candidates_by_rate_and_drive(void **state)
{
    struct fixture *f = *state;
    struct trl_burst_params params = params_of(f);
    struct trl_burst_plan *plan;
    struct trl_network *driven = NULL;
    assert_int_equal(trl_burst_plan_create(&plan, &params), 0);
    struct trl_burst_activity activity = trl_burst_activity_expected(plan, 0.01);
    assert_true(activity.neurons == 4000 && fabs(activity.fired - 40) < 1e-9);
    assert_true(fabs(activity.delivered - 1600) < 1e-9);
    assert_true(fabs(activity.candidates - 4000 * (1 - exp(-0.4))) < 1e-9);
    trl_burst_plan_destroy(&plan);
    assert_int_equal(
        trl_network_generate(
            &driven, &(struct trl_network_generate_params){.size = {500}, .degree = 4, .drive = 1}),
        0);
    params.network = driven;
    assert_int_equal(trl_burst_plan_create(&plan, &params), 0);
    activity = trl_burst_activity_expected(plan, 0.01);
    assert_true(activity.candidates == 500);
    trl_burst_plan_destroy(&plan);
    trl_network_destroy(&driven);
}

static void expect_choice(struct fixture *f, const struct trl_burst_params *params,
                          const char *name, const char *why)
{
    struct trl_burst *burst = NULL;
    f->lines = (struct lines){0};
    assert_int_equal(trl_burst_create(&burst, params), 0);
    assert_string_equal(trl_burst_backend_name(burst), name);
    trl_burst_destroy(&burst);
    assert_int_equal(f->lines.errors, 0);
    assert_int_equal(f->lines.infos, *why ? 1 : 0);
    if (!strstr(f->lines.info, why))
        fail_msg("'%s' is not in '%s'", why, f->lines.info);
}

static void leaves_software_to_the_processor(void **state)
{
    struct fixture *f = *state;
    struct trl_burst_params params = params_of(f);
    if (trl_device_info(params.device)->type != TRL_DEVICE_SOFTWARE)
        skip();
    expect_choice(f, &params, "cpu", "bursts run on the processor: llvmpipe");
    params.backend = TRL_BURST_GPU;
    expect_choice(f, &params, "gpu", "");
    params.backend = TRL_BURST_AUTO;
    params.device = NULL;
    expect_choice(f, &params, "cpu", "bursts run on the processor: there is no device");
}

/* Prices are put into the cache, so that nothing is measured: a device of 20 us a burst, and
 * threads of 10 ns a synapse. 4000 neurons of 40 synapses take those longer from a rate of 1/80 on.
 */
static void chooses_by_prices_and_rate(void **state)
{
    struct fixture *f = *state;
    struct trl_burst_params params = params_of(f);
    struct trl_device_info *info = &f->test.device->info;
    const enum trl_device_type type = info->type;
    info->type = TRL_DEVICE_DISCRETE;
    params.thread_count = 1;
    trl_burst_prices_keep(&(struct trl_burst_cost){{[TRL_BURST_TERM_BURST] = 20000}},
                          params.device);
    trl_burst_prices_keep(&(struct trl_burst_cost){{[TRL_BURST_TERM_SYNAPSE] = 10}}, NULL);
    expect_choice(f, &params, "cpu",
                  "processor: a burst in which 1 % fire is expected to take 20 us");
    params.expected_rate = 0.0124;
    expect_choice(f, &params, "cpu", "19.84 us on the processor");
    params.expected_rate = 0.0126;
    expect_choice(f, &params, "gpu", "device: a burst in which 1.26 % fire");
    enum trl_burst_backend backend;
    assert_int_equal(trl_burst_choose_backend(&params, &backend), 0);
    assert_int_equal(backend, TRL_BURST_GPU);

    /* Memory comes first. */
    params.memory_max_bytes = 100000;
    expect_choice(f, &params, "cpu", "bytes of device memory; 100000 are available");
    params.memory_max_bytes = 0;

    struct trl_burst *burst = NULL;
    struct trl_burst_forecast forecast;
    assert_int_equal(trl_burst_create(&burst, &params), 0);
    assert_int_equal(trl_burst_forecast(burst, 0.5, &forecast), 0);
    assert_true(forecast.gpu_ns == 20000 && fabs(forecast.cpu_ns - 800000) < 1e-6);
    assert_int_equal(trl_burst_forecast(burst, 1.5, &forecast), TRL_ERROR_USAGE);
    trl_burst_destroy(&burst);
    info->type = type;
}

static void checks_the_device_before(void **state)
{
    struct fixture *f = *state;
    struct trl_burst_params params, given = params_of(f);
    struct trl_burst_plan *plan;
    char why[256];
    assert_int_equal(trl_burst_params_fill(&params, &given), 0);
    assert_int_equal(trl_burst_plan_create(&plan, &params), 0);
    assert_int_equal(trl_burst_gpu_check(plan, &params, why, sizeof(why)), 0);
    assert_string_equal(why, "");
    params.memory_max_bytes = 1 << 20;
    assert_int_equal(trl_burst_gpu_check(plan, &params, why, sizeof(why)), TRL_ERROR_DEVICE_MEMORY);
    unsigned long long needed = 0;
    assert_int_equal(
        sscanf(why, "4000 neurons with 160000 synapses need %llu bytes of device", &needed), 1);
    assert_true(needed > 160000 * 8);
    assert_int_equal(f->lines.errors, 0);
    /* What is said to be needed is enough. */
    params.memory_max_bytes = needed;
    assert_int_equal(trl_burst_gpu_check(plan, &params, why, sizeof(why)), 0);
    params.memory_max_bytes = needed - 1;
    assert_int_equal(trl_burst_gpu_check(plan, &params, why, sizeof(why)), TRL_ERROR_DEVICE_MEMORY);
    trl_burst_plan_destroy(&plan);
}

static void refuses_what_is_forced_and_missing(void **state)
{
    struct fixture *f = *state;
    struct trl_burst_params params = params_of(f);
    struct trl_burst *burst = NULL;
    params.backend = TRL_BURST_GPU;
    params.device = NULL;
    assert_int_equal(trl_burst_create(&burst, &params), TRL_ERROR_DEVICE);
    assert_int_equal(f->lines.errors, 1);
    params.backend = TRL_BURST_AUTO;
    for (int n = 0; n < 3; n++) {
        params.expected_rate = (double[]){-0.1, 1.1, NAN}[n];
        assert_int_equal(trl_burst_create(&burst, &params), TRL_ERROR_USAGE);
        assert_non_null(strstr(f->lines.error, "expected rate"));
    }
}

static void keeps_prices_of_a_device_and_driver(void **state)
{
    struct fixture *f = *state;
    struct trl_device *device = f->test.device;
    char *driver = device->info.driver, path[512];
    const struct trl_burst_cost cost = {{1, 2, 3, 4, 5, 6, 7}};
    struct trl_burst_cost read;
    trl_burst_prices_keep(&cost, device);
    assert_true(trl_burst_prices_load(&read, device));
    assert_memory_equal(&read, &cost, sizeof(cost));
    const char first = driver[0];
    driver[0] ^= 1;
    assert_false(trl_burst_prices_load(&read, device));
    driver[0] = first;
    assert_true(trl_burst_prices_load(&read, device));

    snprintf(path, sizeof(path), "%s/tensorreel/%s.bursts", f->cache, device->info.key);
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    fseek(file, -20, SEEK_END);
    const int byte = fgetc(file);
    fseek(file, -20, SEEK_END);
    fputc(byte ^ 4, file);
    fclose(file);
    assert_false(trl_burst_prices_load(&read, device));
    trl_burst_prices_keep(&cost, device);
    assert_true(trl_burst_prices_load(&read, device));
    assert_int_equal(truncate(path, 40), 0);
    assert_false(trl_burst_prices_load(&read, device));
    const struct trl_burst_cost wrong = {{1, 2, NAN, 4, 5, 6, 7}};
    trl_burst_prices_keep(&wrong, device);
    assert_false(trl_burst_prices_load(&read, device));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(predicts_within_20_percent),
        cmocka_unit_test(has_no_negative_prices),
        cmocka_unit_test(refuses_what_cannot_be_fitted),
        cmocka_unit_test(shares_work_and_sweeps_when_many_are_candidates),
        cmocka_unit_test(decides_by_the_table),
        cmocka_unit_test_setup_teardown(expects_candidates_by_rate_and_drive, set_up, tear_down),
        cmocka_unit_test_setup_teardown(leaves_software_to_the_processor, set_up, tear_down),
        cmocka_unit_test_setup_teardown(chooses_by_prices_and_rate, set_up, tear_down),
        cmocka_unit_test_setup_teardown(checks_the_device_before, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_what_is_forced_and_missing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(keeps_prices_of_a_device_and_driver, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("burst choice", tests, NULL, NULL);
}

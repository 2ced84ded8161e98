/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/bench.h"

#include "cli/exits.h"
#include "cli/message.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <tensorreel/error.h>

enum { WARM_UP = 16, BURSTS_MIN = 4, BURSTS_MAX = 256, SUBMIT_BURSTS = 64, LINE_MAX_BYTES = 512 };

static const double round_us = 1e5;
static const int64_t warm_up_ns = 200000000;

struct bench {
    const struct trl_cli_settings *settings;
    struct trl_log *log;
    char error[LINE_MAX_BYTES]; /* the last one of the library, which may be no error here */
    struct trl_device *device;
    struct trl_cli_bench_table *table;
    struct trl_network *network;
    double mean_degree;
    int measured; /* rows */
};

static void keep_line(void *user, enum trl_log_level level, const char *line)
{
    struct bench *bench = user;
    if (level == TRL_LOG_ERROR)
        snprintf(bench->error, sizeof(bench->error), "%s", line);
    else
        trl_cli_message(level, line);
}

static void say(const struct bench *bench, const struct trl_cli_bench_row *row, const char *what)
{
    char line[LINE_MAX_BYTES];
    if (bench->settings->quiet)
        return;
    snprintf(line, sizeof(line), "bench: %s network of %u neurons: %s", row->kind, row->neurons,
             what);
    trl_cli_message(TRL_LOG_INFO, line);
}

/* The exit code of an error whose message was kept. */
static int give_up(const struct bench *bench, int error)
{
    trl_cli_message(TRL_LOG_ERROR, *bench->error ? bench->error : "out of memory");
    return trl_cli_exit_code(error);
}

/* What does not fit into memory is left out; anything else ends the measurement. */
static int leave_out(struct bench *bench, const struct trl_cli_bench_row *row, int error)
{
    if (error != TRL_ERROR_MEMORY && error != TRL_ERROR_DEVICE_MEMORY)
        return give_up(bench, error);
    trl_cli_bench_table_omit(bench->table, row, *bench->error ? bench->error : "out of memory");
    return 0;
}

/* ---- the device ---- */

/* Memory that engines before have given back can be slower than fresh memory: each engine opens the
 * device for itself. The first one that is open stays so, lest the device goes to sleep between. */
static int open_own(struct bench *bench, struct trl_device **out)
{
    struct trl_device_params params = bench->settings->device;
    params.log = bench->log;
    return trl_device_create(out, &params);
}

/* Without a device the processor is measured alone, unless one was asked for. */
static int open_device(struct bench *bench)
{
    const struct trl_cli_settings *settings = bench->settings;
    const enum trl_burst_backend backend = settings->bench.backend;
    if (backend != TRL_BURST_AUTO && backend != TRL_BURST_GPU)
        return 0;
    const int err = open_own(bench, &bench->device);
    if (err && (backend == TRL_BURST_GPU || settings->device.name))
        return give_up(bench, err);
    if (err && !settings->quiet)
        trl_cli_message(TRL_LOG_INFO, bench->error);
    return 0;
}

/* ---- networks that keep themselves firing ---- */

/* Every neuron that a spike reaches passes its threshold; of those a share fires that makes up for
 * the rate. */
static double candidates_at(const struct bench *bench, double rate)
{
    return -expm1(-bench->mean_degree * rate);
}

static struct trl_neuron_params neuron_at(const struct bench *bench, double rate)
{
    struct trl_neuron_params neuron = trl_neuron_defaults();
    neuron.threshold = 0x1p-100F;
    neuron.excitability = (float)fmin(1, rate / candidates_at(bench, rate));
    return neuron;
}

static int set_rate(struct bench *bench, double rate)
{
    const struct trl_neuron_params neuron = neuron_at(bench, rate);
    const uint32_t count = trl_network_neuron_count(bench->network);
    int err = 0;
    for (uint32_t n = 0; !err && n < count; n++)
        err = trl_network_set_neuron(bench->network, n, &neuron);
    return err;
}

/* As many candidates as there are while the network fires at the rate, evenly spread. */
static int kick(const struct bench *bench, struct trl_burst *burst, double rate)
{
    const double share = candidates_at(bench, rate),
                 neurons = trl_network_neuron_count(bench->network);
    const float amount = 1;
    int err = 0;
    for (double at = 0; !err && at < neurons; at += 1 / share) {
        const uint32_t id = (uint32_t)at;
        err = trl_burst_inject(burst, 0, &id, &amount, 1);
    }
    return err;
}

/* ---- rounds ---- */

enum figure { US, PROCESSOR_US, DELIVER_US, UPDATE_US, FIGURES };

static int compare(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Between the two nearest, as most programs have it. */
static double quantile(const double *sorted, int count, double share)
{
    const double at = share * (count - 1);
    const int below = (int)at, above = below + 1 < count ? below + 1 : below;
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

static struct trl_cli_spread spread_of(double *values, int count)
{
    qsort(values, (size_t)count, sizeof(*values), compare);
    return (struct trl_cli_spread){.median = quantile(values, count, 0.5),
                                   .low = quantile(values, count, 0.25),
                                   .high = quantile(values, count, 0.75)};
}

static int choose_bursts(const struct trl_cli_settings *settings,
                         const struct trl_burst_stats *warm)
{
    if (settings->bench.bursts)
        return settings->bench.bursts;
    const double bursts = round_us / ((double)warm->run_ns / 1e3 / WARM_UP);
    const int count = (int)fmin(BURSTS_MAX, fmax(BURSTS_MIN, bursts));
    return count > SUBMIT_BURSTS ? count / SUBMIT_BURSTS * SUBMIT_BURSTS : count;
}

static void fill_row(struct trl_cli_bench_row *row, const struct trl_burst_stats *first,
                     const struct trl_burst_stats *last, double *values[FIGURES])
{
    const double bursts = (double)(last->bursts - first->bursts);
    row->us = spread_of(values[US], row->rounds);
    row->processor_us = spread_of(values[PROCESSOR_US], row->rounds).median;
    row->deliver_us = spread_of(values[DELIVER_US], row->rounds).median;
    row->update_us = spread_of(values[UPDATE_US], row->rounds).median;
    row->fired = (double)(last->fired - first->fired) / bursts / row->neurons;
    row->candidates = (double)(last->candidates - first->candidates) / bursts / row->neurons;
    row->delivered = (double)(last->delivered - first->delivered) / bursts;
    row->ns_per_synapse = row->delivered > 0 ? row->us.median * 1e3 / row->delivered : 0;
    row->upload_bytes = (double)(last->upload_bytes - first->upload_bytes) / bursts;
    row->download_bytes = (double)(last->download_bytes - first->download_bytes) / bursts;
    row->host_waits = (double)(last->host_waits - first->host_waits) / bursts;
}

/* Of all threads, waiting included. */
static double processor_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* Devices run slowly at first. Where the bursts of a round are given, that of all is too. */
static int warm_up(const struct bench *bench, struct trl_burst *burst, double rate,
                   struct trl_burst_stats *stats)
{
    int64_t ns = 0;
    int err = kick(bench, burst, rate);
    do {
        if (!err)
            err = trl_burst_run(burst, WARM_UP);
        if (!err)
            err = trl_burst_stats(burst, stats);
        ns += err ? 0 : stats->run_ns;
    } while (!err && !bench->settings->bench.bursts && ns < warm_up_ns);
    return err;
}

static int run_rounds(const struct bench *bench, struct trl_burst *burst,
                      struct trl_cli_bench_row *row, double *values[FIGURES])
{
    struct trl_burst_stats first, last;
    int err = warm_up(bench, burst, row->rate, &first);
    if (err)
        return err;
    row->bursts = choose_bursts(bench->settings, &first);
    last = first;
    for (int n = 0; !err && n < row->rounds; n++) {
        const struct trl_burst_stats before = last;
        const double start_us = processor_us();
        err = trl_burst_run(burst, (uint64_t)row->bursts);
        if (!err)
            err = trl_burst_stats(burst, &last);
        values[PROCESSOR_US][n] = (processor_us() - start_us) / row->bursts;
        values[US][n] = (double)last.run_ns / 1e3 / row->bursts;
        values[DELIVER_US][n] = (double)last.deliver_ns / 1e3 / row->bursts;
        values[UPDATE_US][n] = (double)last.update_ns / 1e3 / row->bursts;
        /* Few neurons may fall silent by chance. */
        const double fired = (double)(last.fired - before.fired) / row->bursts;
        if (!err && fired < row->rate * row->neurons / 2)
            err = kick(bench, burst, row->rate);
    }
    if (!err)
        fill_row(row, &first, &last, values);
    return err;
}

static int expect(struct trl_burst *burst, enum trl_burst_backend backend,
                  struct trl_cli_bench_row *row)
{
    struct trl_burst_forecast forecast;
    if (backend == TRL_BURST_REFERENCE)
        return 0;
    const int err = trl_burst_forecast(burst, row->fired, &forecast);
    row->expected_us = (backend == TRL_BURST_GPU ? forecast.gpu_ns : forecast.cpu_ns) / 1e3;
    return err;
}

static int measure(struct bench *bench, enum trl_burst_backend backend,
                   struct trl_cli_bench_row *row)
{
    struct trl_burst_params params = {
        .log = bench->log,
        .network = bench->network,
        .backend = backend,
        .thread_count = bench->settings->bench.threads,
        .keep_bursts = -1,
    };
    struct trl_burst *burst = NULL;
    double *values[FIGURES] = {0};
    int err = 0;
    row->rounds = bench->settings->bench.rounds ? bench->settings->bench.rounds : 11;
    for (int n = 0; n < FIGURES; n++) {
        values[n] = calloc((size_t)row->rounds, sizeof(**values));
        if (!values[n])
            err = TRL_ERROR_MEMORY;
    }
    if (!err && backend == TRL_BURST_GPU)
        err = open_own(bench, &params.device);
    if (!err)
        err = trl_burst_create(&burst, &params);
    if (!err)
        err = run_rounds(bench, burst, row, values);
    if (!err)
        err = expect(burst, backend, row);
    trl_burst_destroy(&burst);
    trl_device_destroy(&params.device);
    for (int n = 0; n < FIGURES; n++)
        free(values[n]);
    return err;
}

/* ---- all rows ---- */

static int measure_backends(struct bench *bench, const struct trl_cli_bench_row *network,
                            double rate)
{
    static const struct {
        enum trl_burst_backend backend;
        const char *name;
    } backends[] = {
        {TRL_BURST_REFERENCE, "reference"}, {TRL_BURST_CPU, "cpu"}, {TRL_BURST_GPU, "gpu"}};
    const enum trl_burst_backend wanted = bench->settings->bench.backend;
    double cpu_us = 0;
    int code = 0;
    for (size_t n = 0; !code && n < sizeof(backends) / sizeof(*backends); n++) {
        const enum trl_burst_backend backend = backends[n].backend;
        const bool both = wanted == TRL_BURST_AUTO && backend != TRL_BURST_REFERENCE &&
                          (backend != TRL_BURST_GPU || bench->device);
        if (backend != wanted && !both)
            continue;
        struct trl_cli_bench_row row = *network;
        char words[64];
        row.rate = rate;
        row.backend = backends[n].name;
        snprintf(words, sizeof(words), "%g %% firing on %s", 100 * rate, row.backend);
        say(bench, &row, words);
        const int err = measure(bench, backend, &row);
        if (err) {
            code = leave_out(bench, &row, err);
            continue;
        }
        if (backend == TRL_BURST_CPU)
            cpu_us = row.us.median;
        row.times_cpu = backend == TRL_BURST_CPU ? 0 : cpu_us / row.us.median;
        trl_cli_bench_table_add(bench->table, &row);
        bench->measured++;
    }
    return code;
}

static int measure_network(struct bench *bench, uint32_t neurons,
                           const struct trl_cli_numbers *rates)
{
    const struct trl_cli_bench *wanted = &bench->settings->bench;
    const uint32_t degree = wanted->degree ? (uint32_t)wanted->degree : 100;
    struct trl_cli_bench_row row = {
        .kind = wanted->kind == TRL_NETWORK_POWER_LAW ? "power-law" : "random",
        .neurons = neurons,
        .synapses = (uint64_t)neurons * degree,
    };
    say(bench, &row, "is made");
    int err = trl_network_generate(&bench->network,
                                   &(struct trl_network_generate_params){.log = bench->log,
                                                                         .kind = wanted->kind,
                                                                         .size = {(int32_t)neurons},
                                                                         .degree = degree,
                                                                         .seed = 1});
    int code = err ? leave_out(bench, &row, err) : 0;
    if (!err) {
        row.synapses = trl_network_synapse_count(bench->network);
        bench->mean_degree = (double)row.synapses / neurons;
    }
    for (int n = 0; !err && !code && n < rates->count; n++) {
        err = set_rate(bench, rates->items[n]);
        code = err ? give_up(bench, err) : measure_backends(bench, &row, rates->items[n]);
    }
    trl_network_destroy(&bench->network);
    return code;
}

static int run(struct bench *bench)
{
    static const struct trl_cli_numbers all_neurons = {{1e4, 1e5, 1e6, 1e7}, 4},
                                        all_rates = {{0.001, 0.01, 0.1}, 3};
    const struct trl_cli_bench *wanted = &bench->settings->bench;
    const struct trl_cli_numbers *neurons = wanted->neurons.count ? &wanted->neurons : &all_neurons;
    const struct trl_cli_numbers *rates = wanted->rates.count ? &wanted->rates : &all_rates;
    int code = open_device(bench);
    if (!code)
        code = trl_cli_bench_table_create(&bench->table, bench->settings->json,
                                          bench->device ? trl_device_info(bench->device) : NULL);
    for (int n = 0; !code && n < neurons->count; n++)
        code = measure_network(bench, (uint32_t)neurons->items[n], rates);
    if (!code)
        code = trl_cli_bench_table_end(bench->table);
    if (!code && !bench->measured) {
        trl_cli_message(TRL_LOG_ERROR, "bench: no network fits into memory");
        code = TRL_CLI_EXIT_DEVICE;
    }
    return code;
}

int trl_cli_bench(struct trl_cli_settings *settings)
{
    struct bench bench = {.settings = settings};
    const enum trl_log_level level = settings->quiet         ? TRL_LOG_ERROR
                                     : settings->verbose > 1 ? TRL_LOG_DEBUG
                                     : settings->verbose     ? TRL_LOG_INFO
                                                             : TRL_LOG_WARN;
    int code;
    if (trl_log_create(&bench.log, &(struct trl_log_params){
                                       .callback = keep_line, .user = &bench, .level = level}))
        code = give_up(&bench, TRL_ERROR_MEMORY);
    else
        code = run(&bench);
    trl_cli_bench_table_destroy(&bench.table);
    trl_device_destroy(&bench.device);
    trl_log_destroy(&bench.log);
    return code;
}

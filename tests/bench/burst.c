/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * burst [NEURONS [DEGREE [RATE [BURSTS [BACKEND [THREADS [KIND]]]]]]]: how long bursts of a random
 * network take that keeps itself at a firing rate. Every neuron that a spike reaches passes its
 * threshold; of those a share fires that makes up for the rate: r = (1 - exp(-degree r)) e.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "burst/engine.h"

#include <tensorreel/log.h>
#include <tensorreel/network.h>

enum { WARM_UP = 10, ROUNDS = 11 };

struct setting {
    uint32_t neurons, degree;
    double rate;
    uint64_t bursts;
    enum trl_burst_backend backend;
    int threads;
    enum trl_network_kind kind;
};

static void print_line(void *user, enum trl_log_level level, const char *line)
{
    (void)user;
    (void)level;
    fprintf(stderr, "%s\n", line);
}

static int make(struct trl_burst **burst, struct trl_network **network, struct trl_log *log,
                const struct setting *s)
{
    struct trl_neuron_params neuron = trl_neuron_defaults();
    neuron.threshold = 0x1p-100F;
    neuron.excitability = (float)(s->rate / (1 - exp(-(double)s->degree * s->rate)));
    int err = trl_network_generate(
        network, &(struct trl_network_generate_params){.log = log,
                                                       .kind = s->kind,
                                                       .size = {(int32_t)s->neurons},
                                                       .degree = s->degree,
                                                       .neuron = neuron,
                                                       .seed = 1});
    if (!err)
        err = trl_burst_create(burst, &(struct trl_burst_params){.log = log,
                                                                 .network = *network,
                                                                 .backend = s->backend,
                                                                 .ledger_bursts = 8,
                                                                 .thread_count = s->threads});
    const uint32_t step = (uint32_t)(1 / s->rate);
    for (uint32_t n = 0; !err && n < s->neurons; n += step) {
        const float amount = 1;
        err = trl_burst_inject(*burst, 0, &n, &amount, 1);
    }
    return err;
}

static int compare(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Of all threads, waiting included. */
static double processor_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int measure(struct trl_burst *burst, const struct setting *s)
{
    double us[ROUNDS], processor[ROUNDS], deliver[ROUNDS], update[ROUNDS];
    struct trl_burst_stats first, after;
    int err = trl_burst_run(burst, WARM_UP);
    trl_burst_stats(burst, &first);
    after = first;
    for (int n = 0; !err && n < ROUNDS; n++) {
        const double start_us = processor_us();
        const struct trl_burst_stats before = after;
        err = trl_burst_run(burst, s->bursts);
        trl_burst_stats(burst, &after);
        processor[n] = (processor_us() - start_us) / (double)s->bursts;
        us[n] = (double)after.run_ns / 1e3 / (double)s->bursts;
        deliver[n] = (double)after.deliver_ns / (double)(after.delivered - before.delivered);
        update[n] = (double)after.update_ns / 1e3 / (double)s->bursts;
    }
    if (err)
        return err;
    const double bursts = (double)(after.bursts - first.bursts);
    const double delivered = (double)(after.delivered - first.delivered) / bursts;
    qsort(us, ROUNDS, sizeof(*us), compare);
    qsort(processor, ROUNDS, sizeof(*processor), compare);
    qsort(deliver, ROUNDS, sizeof(*deliver), compare);
    qsort(update, ROUNDS, sizeof(*update), compare);
    printf("%s: %u neurons, %.4f %% fire, %.2f %% candidates, %.0f synapses a burst\n",
           trl_burst_backend_name(burst), s->neurons,
           100 * (double)(after.fired - first.fired) / bursts / s->neurons,
           100 * (double)(after.candidates - first.candidates) / bursts / s->neurons, delivered);
    printf("us a burst: %.1f (%.1f to %.1f), of processors %.1f (%.1f to %.1f)\n", us[ROUNDS / 2],
           us[0], us[ROUNDS - 1], processor[ROUNDS / 2], processor[0], processor[ROUNDS - 1]);
    printf("ns a synapse: %.3f, of processors %.3f, least %.3f; on each thread delivering %.3f, "
           "updating %.1f us a burst\n",
           us[ROUNDS / 2] * 1e3 / delivered, processor[ROUNDS / 2] * 1e3 / delivered,
           processor[0] * 1e3 / delivered, deliver[0], update[0]);
    return 0;
}

int main(int argc, char **argv)
{
    static const char *const backends[] = {"auto", "reference", "cpu", "gpu"};
    struct setting s = {.neurons = 100000, .degree = 100, .rate = 0.01, .bursts = 10};
    s.neurons = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : s.neurons;
    s.degree = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : s.degree;
    s.rate = argc > 3 ? strtod(argv[3], NULL) : s.rate;
    s.bursts = argc > 4 ? strtoull(argv[4], NULL, 10) : s.bursts;
    s.backend = TRL_BURST_CPU;
    for (int n = 0; argc > 5 && n < 4; n++)
        if (!strcmp(argv[5], backends[n]))
            s.backend = (enum trl_burst_backend)n;
    s.threads = argc > 6 ? (int)strtol(argv[6], NULL, 10) : 0;
    s.kind = argc > 7 && !strcmp(argv[7], "power") ? TRL_NETWORK_POWER_LAW : TRL_NETWORK_RANDOM;
    struct trl_log *log = NULL;
    struct trl_network *network = NULL;
    struct trl_burst *burst = NULL;
    int err = trl_log_create(&log, &(struct trl_log_params){.callback = print_line});
    const int64_t start_ns = trl_clock_now_ns();
    if (!err)
        err = make(&burst, &network, log, &s);
    if (!err) {
        fprintf(stderr, "built in %.2f s\n", (double)(trl_clock_now_ns() - start_ns) / 1e9);
        err = measure(burst, &s);
    }
    trl_burst_destroy(&burst);
    trl_network_destroy(&network);
    trl_log_destroy(&log);
    return err ? 1 : 0;
}

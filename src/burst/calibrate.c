/* SPDX-License-Identifier: BSD-2-Clause */
#include "burst/calibrate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cache.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/pool.h"
#include "burst/cpu.h"
#include "burst/engine.h"
#include "burst/gpu.h"

#include <tensorreel/version.h>

/*
 * Networks that keep themselves firing: every neuron that a spike reaches passes its threshold, and
 * of those a share fires that makes up for the rate. What is counted is what did happen.
 */
enum {
    ROUNDS_MIN = 3,
    ROUNDS_MAX = 64,
    WARM_UP = 8, /* bursts */
    BURSTS_MIN = 4,
    WORDS_MAX = 1024,
    RATES_MAX = 3,
    SAMPLES_MAX = 12,
    MODEL = 5, /* goes up when terms or networks change */
};

static const double round_ns = 1e6, rounds_ns = 2e7, sparse_below_cpu = 1.0 / TRL_CPU_BLOCK;

/* Few and many neurons, few and many synapses each, quiet and busy: what tells the terms apart. */
static const struct network {
    int32_t neurons;
    uint32_t degree;
    double rates[RATES_MAX];
} networks[] = {
    {1 << 13, 128, {0.01, 0.1, 0.5}},
    {1 << 17, 32, {0.0005, 0.02, 0.3}},
    {1 << 19, 4, {0.001, 0.05}},
    {1 << 20, 4, {0.002, 0.05, 0.2}},
};

struct trl_burst_crew trl_burst_crew_of(const struct trl_burst_plan *plan,
                                        const struct trl_device *device, int thread_count)
{
    return device ? (struct trl_burst_crew){1, (double)trl_burst_gpu_sparse_below(device)}
                  : (struct trl_burst_crew){trl_cpu_members(plan, thread_count), sparse_below_cpu};
}

/* Neurons that are injected so that a network fires as it is to. */
struct kick {
    struct trl_burst_input input;
    uint32_t fired; /* in a burst, then */
};

static int run_round(struct trl_burst_machine *machine, struct trl_burst_batch *batch,
                     const struct trl_burst_crew *crew, struct trl_burst_sample *sample)
{
    struct trl_burst_activity activity = {.neurons = machine->plan->neuron_count};
    const int64_t start_ns = trl_clock_now_ns();
    const int err = machine->impl->run(machine, batch);
    sample->ns = (double)(trl_clock_now_ns() - start_ns) / batch->count;
    batch->first += batch->count;
    for (uint32_t n = 0; !err && n < batch->count; n++) {
        const double share = 1.0 / batch->count;
        activity.fired += batch->counts[n].fired * share;
        activity.delivered += (double)batch->counts[n].delivered * share;
        activity.candidates += batch->counts[n].candidates * share;
    }
    trl_burst_cost_terms(sample->terms, &activity, crew);
    return err;
}

static int faster(const void *left, const void *right)
{
    const double a = ((const struct trl_burst_sample *)left)->ns,
                 b = ((const struct trl_burst_sample *)right)->ns;
    return (a > b) - (a < b);
}

/* The sample is the round of the median; many short ones are run, so that what else the machine
 * does matters less. */
static int run_rounds(struct trl_burst_machine *machine, const struct kick *kick,
                      struct trl_burst_batch *batch, struct trl_burst_input *inputs, uint32_t most,
                      const struct trl_burst_crew *crew, struct trl_burst_sample *sample)
{
    struct trl_burst_sample rounds[ROUNDS_MAX];
    inputs[0] = kick->input;
    batch->count = WARM_UP < most ? WARM_UP : most;
    int err = run_round(machine, batch, crew, &rounds[0]);
    /* What a submission costs is shared by its bursts: those of a device have as many as later. */
    const bool whole = machine->impl->device;
    const double bursts = floor(round_ns / rounds[0].ns);
    const double end_ns = (double)trl_clock_now_ns() + rounds_ns;
    int count = 0;
    while (!err && count < ROUNDS_MAX &&
           (count < ROUNDS_MIN || (double)trl_clock_now_ns() < end_ns)) {
        /* Few neurons may fall silent by chance. */
        const bool silent = batch->counts[batch->count - 1].fired < kick->fired / 2;
        inputs[0].count = silent ? kick->input.count : 0;
        batch->count = whole || bursts >= most ? most
                       : bursts > BURSTS_MIN   ? (uint32_t)bursts
                                               : BURSTS_MIN;
        err = run_round(machine, batch, crew, &rounds[count++]);
    }
    if (err)
        return err;
    qsort(rounds, (size_t)count, sizeof(*rounds), faster);
    *sample = rounds[count / 2];
    return 0;
}

static int run_machine(const struct trl_burst_plan *plan, const struct trl_burst_params *params,
                       const struct kick *kick, struct trl_burst_sample *sample)
{
    const uint32_t most = (uint32_t)params->submit_bursts;
    const struct trl_burst_crew crew = trl_burst_crew_of(plan, params->device, 0);
    struct trl_burst_machine *machine = NULL;
    struct trl_burst_counts *counts = calloc(most, sizeof(*counts));
    struct trl_burst_input *inputs = calloc(most, sizeof(*inputs));
    struct trl_burst_batch batch = {.first = 1, .counts = counts, .inputs = inputs};
    int err = counts && inputs ? 0 : TRL_ERROR_MEMORY;
    if (!err)
        err = trl_burst_machine_create(&machine, plan, params,
                                       params->device ? &trl_burst_gpu : &trl_burst_cpu);
    if (!err)
        err = run_rounds(machine, kick, &batch, inputs, most, &crew, sample);
    trl_burst_machine_destroy(&machine);
    free(inputs);
    free(counts);
    return err;
}

/* So many neurons are candidates of the first burst as are of the later ones. */
static int measure(struct trl_network *network, double rate, double candidates,
                   const struct trl_burst_params *params, struct trl_burst_sample *sample)
{
    struct trl_burst_plan *plan = NULL;
    const uint32_t count = (uint32_t)(candidates * network->neuron_count);
    uint32_t *ids = malloc((count + 1) * sizeof(*ids));
    float *amounts = malloc((count + 1) * sizeof(*amounts));
    int err = ids && amounts ? 0 : TRL_ERROR_MEMORY;
    for (uint32_t n = 0; !err && n < count; n++) {
        ids[n] = (uint32_t)((double)n / candidates);
        amounts[n] = 1;
    }
    const struct kick kick = {.input = {.ids = ids, .amounts = amounts, .count = count},
                              .fired = (uint32_t)(rate * network->neuron_count)};
    network->kinds[0].params.excitability = (float)(rate / candidates);
    if (!err)
        err = trl_burst_plan_create(&plan, params);
    if (!err)
        err = run_machine(plan, params, &kick, sample);
    trl_burst_plan_destroy(&plan);
    free(ids);
    free(amounts);
    return err;
}

static int measure_network(const struct network *network, struct trl_device *device,
                           struct trl_burst_sample *samples, int room, int *count)
{
    struct trl_network *made = NULL;
    struct trl_neuron_params neuron = trl_neuron_defaults();
    neuron.threshold = 0x1p-100F;
    int err = trl_network_generate(
        &made,
        &(struct trl_network_generate_params){
            .size = {network->neurons}, .degree = network->degree, .neuron = neuron, .seed = 1});
    struct trl_burst_params params;
    if (!err)
        err = trl_burst_params_fill(
            &params,
            &(struct trl_burst_params){.network = made, .device = device, .ledger_bursts = 8});
    for (int r = 0; !err && r < RATES_MAX && network->rates[r] > 0 && *count < room; r++) {
        const double rate = network->rates[r];
        err = measure(made, rate, -expm1(-rate * network->degree), &params, &samples[*count]);
        *count += !err;
    }
    trl_network_destroy(&made);
    return err;
}

/* Each network has the device opened for itself: memory that was given back can be slower than
 * fresh memory, on which neither the measurement nor whoever comes after is to depend. */
int trl_burst_calibrate_samples(struct trl_burst_sample *samples, int room,
                                const struct trl_device *device)
{
    int err = 0, count = 0;
    for (size_t n = 0; !err && n < sizeof(networks) / sizeof(*networks); n++) {
        struct trl_device *own = NULL;
        if (device)
            err = trl_device_create(
                &own, &(struct trl_device_params){.name = trl_device_info(device)->uuid});
        if (!err)
            err = measure_network(&networks[n], own, samples, room, &count);
        trl_device_destroy(&own);
    }
    return err ? err : count;
}

/* ---- the cache ---- */

/* words: what the prices were measured on, and by what. */
struct kept {
    char words[WORDS_MAX];
    struct trl_burst_cost cost;
};

/* What the system calls the processor; "" where it says nothing. */
static void processor_name(char *out, size_t size)
{
    FILE *file = fopen("/proc/cpuinfo", "re");
    char line[256];
    *out = '\0';
    while (file && !*out && fgets(line, sizeof(line), file)) {
        const char *colon = strchr(line, ':');
        if (colon && !strncmp(line, "model name", 10))
            snprintf(out, size, "%.*s", (int)strcspn(colon + 1, "\n"), colon + 1);
    }
    if (file)
        fclose(file);
}

static char *kept_path(const struct trl_device *device)
{
    char name[sizeof(trl_device_info(device)->key) + 16];
    snprintf(name, sizeof(name), "%s.bursts", device ? trl_device_info(device)->key : "processor");
    return trl_cache_path(name);
}

static void describe(struct kept *kept, const struct trl_device *device)
{
    const struct trl_device_info *info = device ? trl_device_info(device) : NULL;
    char processor[96];
    processor_name(processor, sizeof(processor));
    *kept = (struct kept){0};
    snprintf(kept->words, sizeof(kept->words), "%s, model %d, %d x%s, %s, %s", trl_version(), MODEL,
             trl_pool_processors(), processor, info ? info->name : "", info ? info->driver : "");
}

bool trl_burst_prices_load(struct trl_burst_cost *out, const struct trl_device *device)
{
    char *path = kept_path(device);
    struct kept wanted;
    size_t size = 0;
    struct kept *kept = path ? trl_cache_read(path, &size) : NULL;
    describe(&wanted, device);
    bool good = kept && size == sizeof(*kept) && !memcmp(kept->words, wanted.words, WORDS_MAX);
    for (int n = 0; good && n < TRL_BURST_TERM_COUNT; n++)
        good = isfinite(kept->cost.ns[n]) && kept->cost.ns[n] >= 0;
    if (good)
        *out = kept->cost;
    free(kept);
    free(path);
    return good;
}

void trl_burst_prices_keep(const struct trl_burst_cost *cost, const struct trl_device *device)
{
    char *path = kept_path(device);
    struct kept kept;
    describe(&kept, device);
    kept.cost = *cost;
    if (path)
        trl_cache_write(path, &kept, sizeof(kept));
    free(path);
}

static void report(struct trl_log *log, const struct trl_device *device,
                   const struct trl_burst_cost *cost, const struct trl_burst_sample *samples,
                   int count)
{
    double worst = 0;
    for (int n = 0; n < count; n++)
        worst = fmax(worst, fabs(trl_burst_cost_ns(cost, samples[n].terms) / samples[n].ns - 1));
    trl_log_print(
        log, TRL_LOG_DEBUG,
        "bursts on %s were measured: %.0f ns a burst, %.3g a spike, %.3g a synapse, %.3g "
        "a candidate alone or %.3g among others, %.3g a neuron swept and %.3g more if far; "
        "at most %.0f %% off",
        device ? trl_device_info(device)->name : "the processor", cost->ns[TRL_BURST_TERM_BURST],
        cost->ns[TRL_BURST_TERM_FIRED], cost->ns[TRL_BURST_TERM_SYNAPSE],
        cost->ns[TRL_BURST_TERM_LISTED], cost->ns[TRL_BURST_TERM_CANDIDATE],
        cost->ns[TRL_BURST_TERM_SWEPT], cost->ns[TRL_BURST_TERM_FAR], 100 * worst);
}

bool trl_burst_calibrate(struct trl_burst_cost *out, struct trl_log *log,
                         const struct trl_device *device)
{
    struct trl_burst_sample samples[SAMPLES_MAX] = {0};
    if (trl_burst_prices_load(out, device))
        return true;
    const int count = trl_burst_calibrate_samples(samples, SAMPLES_MAX, device);
    if (count < 0 || !trl_burst_cost_fit(out, samples, count))
        return false;
    report(log, device, out, samples, count);
    trl_burst_prices_keep(out, device);
    return true;
}

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
    WARM_UP = 8, /* bursts */
    BURSTS_MIN = 4,
    WORDS_MAX = 512,
    MODEL = 1, /* goes up when terms or networks change */
};

static const double round_ns = 1e6, rounds_ns = 4e7, sparse_below_cpu = 1.0 / TRL_CPU_BLOCK;

/* Few and many neurons, few and many synapses each, silence and tumult: what tells the terms
 * apart. */
static const struct network {
    int32_t neurons;
    uint32_t degree;
    double rates[4];
} networks[] = {
    {4096, 16, {0.02, 0.2}},
    {16384, 64, {0.0002, 0.02, 0.1, 0.5}},
    {262144, 8, {0.0001, 0.0008, 0.02, 0.2}},
};

enum { SAMPLES_MAX = 12 };

struct trl_burst_crew trl_burst_crew_of(const struct trl_burst_plan *plan,
                                        struct trl_device *device, int thread_count)
{
    return device ? (struct trl_burst_crew){1, (double)trl_burst_gpu_sparse_below(device)}
                  : (struct trl_burst_crew){trl_cpu_members(plan, thread_count), sparse_below_cpu};
}

/* One round; its sample, if it is the fastest so far. */
static int run_round(struct trl_burst_machine *machine, struct trl_burst_batch *batch,
                     const struct trl_burst_crew *crew, struct trl_burst_sample *sample)
{
    struct trl_burst_activity activity = {.neurons = machine->plan->neuron_count};
    const int64_t start_ns = trl_clock_now_ns();
    int err = machine->impl->run(machine, batch);
    const double ns = (double)(trl_clock_now_ns() - start_ns) / batch->count;
    batch->first += batch->count;
    if (err || ns >= sample->ns)
        return err;
    for (uint32_t n = 0; n < batch->count; n++) {
        const double share = 1.0 / batch->count;
        activity.fired += batch->counts[n].fired * share;
        activity.delivered += (double)batch->counts[n].delivered * share;
        activity.candidates += batch->counts[n].candidates * share;
    }
    trl_burst_cost_terms(sample->terms, &activity, crew);
    sample->ns = ns;
    return 0;
}

static int run_rounds(struct trl_burst_machine *machine, const struct trl_burst_params *params,
                      const struct trl_burst_input *kick, const struct trl_burst_crew *crew,
                      struct trl_burst_sample *sample)
{
    const uint32_t most = (uint32_t)params->submit_bursts;
    struct trl_burst_counts *counts = calloc(most, sizeof(*counts));
    struct trl_burst_input *inputs = calloc(most, sizeof(*inputs));
    struct trl_burst_batch batch = {
        .first = 1, .count = WARM_UP, .counts = counts, .inputs = inputs};
    int err = counts && inputs ? 0 : TRL_ERROR_MEMORY;
    *sample = (struct trl_burst_sample){.ns = INFINITY};
    if (!err) {
        inputs[0] = *kick;
        err = run_round(machine, &batch, crew, sample);
    }
    /* The first round says how long the others may be; itself it had to warm up. */
    const double bursts = floor(round_ns / sample->ns);
    batch.count = bursts > most ? most : bursts > BURSTS_MIN ? (uint32_t)bursts : BURSTS_MIN;
    sample->ns = INFINITY;
    if (inputs)
        inputs[0].count = 0;
    /* The least of many short rounds, so that what else runs on the machine matters less. */
    const double end_ns = (double)trl_clock_now_ns() + rounds_ns;
    for (int n = 0; !err && (n < ROUNDS_MIN || (double)trl_clock_now_ns() < end_ns); n++)
        err = run_round(machine, &batch, crew, sample);
    free(inputs);
    free(counts);
    return err;
}

/* So many neurons are candidates of the first burst as are of the later ones. */
static int measure(struct trl_network *network, double rate, double candidates,
                   const struct trl_burst_params *params, struct trl_burst_sample *sample)
{
    struct trl_burst_plan *plan = NULL;
    struct trl_burst_machine *machine = NULL;
    const uint32_t count = (uint32_t)(candidates * network->neuron_count);
    struct trl_burst_input kick = {.count = count};
    uint32_t *ids = malloc((count + 1) * sizeof(*ids));
    float *amounts = malloc((count + 1) * sizeof(*amounts));
    int err = ids && amounts ? 0 : TRL_ERROR_MEMORY;
    for (uint32_t n = 0; !err && n < count; n++) {
        ids[n] = (uint32_t)((double)n / candidates);
        amounts[n] = 1;
    }
    kick.ids = ids;
    kick.amounts = amounts;
    network->kinds[0].params.excitability = (float)(rate / candidates);
    if (!err)
        err = trl_burst_plan_create(&plan, params);
    if (!err)
        err = trl_burst_machine_create(&machine, plan, params,
                                       params->device ? &trl_burst_gpu : &trl_burst_cpu);
    if (!err) {
        const struct trl_burst_crew crew = trl_burst_crew_of(plan, params->device, 0);
        err = run_rounds(machine, params, &kick, &crew, sample);
    }
    trl_burst_machine_destroy(&machine);
    trl_burst_plan_destroy(&plan);
    free(ids);
    free(amounts);
    return err;
}

int trl_burst_calibrate_samples(struct trl_burst_sample *samples, int room,
                                struct trl_device *device)
{
    int err = 0, count = 0;
    for (size_t n = 0; !err && n < sizeof(networks) / sizeof(*networks); n++) {
        struct trl_network *network = NULL;
        struct trl_neuron_params neuron = trl_neuron_defaults();
        neuron.threshold = 0x1p-100F;
        const struct trl_network_generate_params made = {.size = {networks[n].neurons},
                                                         .degree = networks[n].degree,
                                                         .neuron = neuron,
                                                         .seed = 1};
        struct trl_burst_params params;
        err = trl_network_generate(&network, &made);
        if (!err)
            err = trl_burst_params_fill(&params, &(struct trl_burst_params){.network = network,
                                                                            .device = device,
                                                                            .ledger_bursts = 8});
        for (int r = 0; !err && r < 4 && networks[n].rates[r] > 0 && count < room; r++) {
            const double rate = networks[n].rates[r];
            err = measure(network, rate, -expm1(-rate * networks[n].degree), &params,
                          &samples[count]);
            count += !err;
        }
        trl_network_destroy(&network);
    }
    return err ? err : count;
}

/* ---- the cache ---- */

struct kept {
    char words[WORDS_MAX];
    struct trl_burst_cost cost;
};

bool trl_burst_prices_load(struct trl_burst_cost *out, const char *name, const char *words)
{
    char *path = trl_cache_path(name);
    size_t size = 0;
    struct kept *kept = path ? trl_cache_read(path, &size) : NULL;
    bool good = kept && size == sizeof(*kept) && !strncmp(kept->words, words, sizeof(kept->words));
    for (int n = 0; good && n < TRL_BURST_TERM_COUNT; n++)
        good = isfinite(kept->cost.ns[n]) && kept->cost.ns[n] >= 0;
    if (good)
        *out = kept->cost;
    free(kept);
    free(path);
    return good;
}

void trl_burst_prices_keep(const struct trl_burst_cost *cost, const char *name, const char *words)
{
    char *path = trl_cache_path(name);
    struct kept kept = {.cost = *cost};
    snprintf(kept.words, sizeof(kept.words), "%s", words);
    if (path)
        trl_cache_write(path, &kept, sizeof(kept));
    free(path);
}

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

bool trl_burst_calibrate(struct trl_burst_cost *out, struct trl_log *log, struct trl_device *device)
{
    const struct trl_device_info *info = device ? trl_device_info(device) : NULL;
    char name[sizeof(info->key) + 16], words[WORDS_MAX], processor[192];
    processor_name(processor, sizeof(processor));
    snprintf(name, sizeof(name), "%s.bursts", info ? info->key : "processor");
    snprintf(words, sizeof(words), "%s %d %s %d%s", trl_version(), MODEL, name,
             trl_pool_processors(), processor);
    if (trl_burst_prices_load(out, name, words))
        return true;
    struct trl_burst_sample samples[SAMPLES_MAX];
    const int64_t start_ns = trl_clock_now_ns();
    const int count = trl_burst_calibrate_samples(samples, SAMPLES_MAX, device);
    if (count < 0 || !trl_burst_cost_fit(out, samples, count))
        return false;
    double worst = 0;
    for (int n = 0; n < count; n++)
        worst = fmax(worst, fabs(trl_burst_cost_ns(out, samples[n].terms) / samples[n].ns - 1));
    trl_log_print(log, TRL_LOG_DEBUG,
                  "bursts on %s were measured in %.0f ms: %.0f ns a burst, %.3g a spike, %.3g a "
                  "synapse, %.3g a candidate alone or %.3g among others, %.3g a neuron swept; at "
                  "most %.0f %% off",
                  info ? info->name : "the processor",
                  (double)(trl_clock_now_ns() - start_ns) / 1e6, out->ns[0], out->ns[1], out->ns[2],
                  out->ns[3], out->ns[4], out->ns[5], 100 * worst);
    trl_burst_prices_keep(out, name, words);
    return true;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/burst_model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "burst/choose.h"
#include "shared/philox.h"

enum setting {
    TIMESTEP,
    KICK,
    KICK_AMOUNT,
    NOISE,
    NOISE_AMOUNT,
    AFTERGLOW,
    RATE_WINDOW,
    WALL_TIME,
    SETTING_COUNT
};

enum { LEDGER_MIN = 2, WINDOW_MAX = 4096, STREAM = 0x62757273 };

static const struct trl_sim_setting settings[SETTING_COUNT + 1] = {
    [TIMESTEP] = {"timestep_ms", 1},       [KICK] = {"kick", 0.02},
    [KICK_AMOUNT] = {"kick_amount", 25},   [NOISE] = {"noise", 0},
    [NOISE_AMOUNT] = {"noise_amount", 25}, [AFTERGLOW] = {"afterglow_bursts", 12},
    [RATE_WINDOW] = {"rate_bursts", 64},   [WALL_TIME] = {"wall_time", 0},
    [SETTING_COUNT] = {NULL, 0},
};

static const struct trl_sim_range ranges[SETTING_COUNT] = {
    [TIMESTEP] = {1e-3, 1e6, false},       [KICK] = {0, 1, false},
    [KICK_AMOUNT] = {-1e6, 1e6, false},    [NOISE] = {0, 1, false},
    [NOISE_AMOUNT] = {-1e6, 1e6, false},   [AFTERGLOW] = {1, WINDOW_MAX, true},
    [RATE_WINDOW] = {1, WINDOW_MAX, true}, [WALL_TIME] = {0, 1, true},
};

static const struct trl_sim_channel channels[] = {
    [TRL_BURST_FILM_FIRED] = {"fired", "1 at a spike, then fading", 0, 1, "inferno"},
    [TRL_BURST_FILM_V] = {"v", "potential over threshold", 0, 1, "viridis"},
    [TRL_BURST_FILM_INPUT] = {"input", "input of the last burst over threshold", -1, 1, "coolwarm"},
    [TRL_BURST_FILM_COUNTDOWN] = {"countdown", "refractoriness left, as a share", 0, 1, "magma"},
    [TRL_BURST_FILM_RATE] = {"rate", "share of the last bursts with a spike", 0, 0.25, "plasma"},
    {NULL, NULL, 0, 0, NULL},
};

const struct trl_sim_model trl_burst_model = {
    .name = "burst",
    .description = "The network that --network names, on the burst engine: sparse spiking neurons "
                   "in areas of voxels",
    .dt = 1e-3,
    .channels = channels,
    .settings = settings,
};

static int find_shape(const struct trl_sim_params *params, struct trl_layout *out)
{
    if (!params->network)
        return trl_fail(params->log, TRL_ERROR_USAGE, "the model burst needs a network");
    struct trl_burst_map map;
    int err = trl_burst_map_create(&map, params->log, params->network, params->layout, params->area,
                                   false);
    *out = map.layout;
    return err;
}

static double value_of(const struct trl_sim_params *params, enum setting setting)
{
    return params->settings[setting].value;
}

static struct trl_burst_params engine_params(const struct trl_sim_params *params,
                                             enum trl_burst_backend backend)
{
    const bool wall_time = value_of(params, WALL_TIME) != 0;
    const double ledger = fmax(value_of(params, AFTERGLOW), value_of(params, RATE_WINDOW));
    return (struct trl_burst_params){
        .log = params->log,
        .network = params->network,
        .device = params->device,
        .backend = backend,
        .clock = wall_time ? TRL_BURST_WALL_TIME : TRL_BURST_CANDIDATE_TIME,
        .ledger_bursts = (int)fmax(LEDGER_MIN, ledger),
        .keep_input = true,
    };
}

static int choose(const struct trl_sim_params *params, enum trl_backend *out)
{
    const struct trl_burst_params burst = engine_params(params, TRL_BURST_AUTO);
    enum trl_burst_backend backend = TRL_BURST_CPU;
    const int err = trl_burst_choose_backend(&burst, &backend);
    *out = backend == TRL_BURST_GPU ? TRL_BACKEND_GPU : TRL_BACKEND_CPU;
    return err;
}

const struct trl_sim_kind trl_burst_sim = {
    .model = &trl_burst_model,
    .ranges = ranges,
    .cpu = &trl_burst_model_cpu,
    .gpu = &trl_burst_model_gpu,
    .shape = find_shape,
    .choose = choose,
};

trl_burst_film_kind trl_burst_film_look(const trl_burst_kind *kind)
{
    const uint32_t limited = kind->periods >> 16 ? kind->pause & 0xffff : 0;
    const uint32_t period = (kind->periods & 0xffff) + limited;
    return (trl_burst_film_kind){
        .per_threshold = kind->threshold > 0x1p-60F ? 1 / kind->threshold : 1,
        .per_period = period ? 1 / (float)period : 0,
    };
}

static trl_burst_film_constants make_constants(const struct trl_sim_params *params,
                                               const struct trl_burst_map *map, uint32_t ledger)
{
    const double glow = value_of(params, AFTERGLOW), rate = value_of(params, RATE_WINDOW);
    return (trl_burst_film_constants){
        .cells = (uint32_t)trl_layout_elements(&map->layout),
        .words = trl_burst_words(trl_network_neuron_count(params->network)),
        .ledger = ledger,
        .glow_bursts = (uint32_t)glow,
        .rate_bursts = (uint32_t)rate,
        .wall_time = value_of(params, WALL_TIME) != 0,
        .fade = (float)exp2(-6 / glow), /* a 64th is left when it is over */
        .rate_unit = (float)(1 / rate),
    };
}

static int compare_bursts(const void *left, const void *right)
{
    const struct trl_sim_injection *a = left, *b = right;
    if (a->burst != b->burst)
        return a->burst < b->burst ? -1 : 1;
    if (a->neuron != b->neuron)
        return a->neuron < b->neuron ? -1 : 1;
    return (a->amount > b->amount) - (a->amount < b->amount);
}

/* By burst, neuron and amount: sums do not depend on the order in which they were given. */
static int copy_injections(struct trl_burst_film *film, const struct trl_sim_params *params)
{
    const uint32_t neurons = trl_network_neuron_count(params->network);
    const size_t size = (size_t)params->injection_count * sizeof(*film->injections);
    for (int64_t n = 0; n < params->injection_count; n++) {
        const struct trl_sim_injection *item = &params->injections[n];
        if (item->neuron >= neurons)
            return trl_fail(params->log, TRL_ERROR_USAGE,
                            "injection %lld: there is no neuron %u; there are %u", (long long)n,
                            item->neuron, neurons);
        if (!item->burst || !isfinite(item->amount))
            return trl_fail(params->log, TRL_ERROR_USAGE,
                            "injection %lld: burst %llu, amount %g: bursts count from 1, and "
                            "amounts are finite",
                            (long long)n, (unsigned long long)item->burst, (double)item->amount);
    }
    film->injections = malloc(size + 1);
    if (!film->injections)
        return trl_fail_memory(params->log, "injections", size);
    if (size)
        memcpy(film->injections, params->injections, size);
    film->injection_count = params->injection_count;
    qsort(film->injections, (size_t)film->injection_count, sizeof(*film->injections),
          compare_bursts);
    return 0;
}

static void say_engine(struct trl_burst_film *film)
{
    const struct trl_burst_plan *plan = film->burst->plan;
    const struct trl_burst_scale scale = trl_burst_scale(film->burst);
    trl_log_print(film->burst->log, TRL_LOG_INFO,
                  "%u neurons and %llu synapses on the backend %s, in %s time; sums of %d bits, %d "
                  "of them a fraction, bounded by %lld",
                  plan->neuron_count, (unsigned long long)plan->synapse_count,
                  trl_burst_backend_name(film->burst), plan->wall_time ? "wall" : "candidate",
                  scale.sum_bits, scale.fraction_bits, (long long)scale.bound);
}

int trl_burst_film_create(struct trl_burst_film *film, const struct trl_sim_params *params,
                          enum trl_burst_backend backend)
{
    const uint32_t count = trl_network_neuron_count(params->network);
    const struct trl_burst_params burst = engine_params(params, backend);
    int err = trl_burst_create(&film->burst, &burst);
    if (!err)
        err = trl_burst_map_create(&film->map, params->log, params->network, params->layout,
                                   params->area, true);
    if (!err)
        err = copy_injections(film, params);
    if (err)
        return err;
    say_engine(film);
    film->constants = make_constants(params, &film->map, (uint32_t)burst.ledger_bursts);
    film->kick_share = value_of(params, KICK);
    film->kick_amount = (float)value_of(params, KICK_AMOUNT);
    film->noise_share = value_of(params, NOISE);
    film->noise_amount = (float)value_of(params, NOISE_AMOUNT);
    film->seed = params->seed;
    const size_t most = (size_t)ceil(fmax(film->kick_share, film->noise_share) * count) + 1;
    film->ids = malloc(most * sizeof(*film->ids));
    film->amounts = malloc(most * sizeof(*film->amounts));
    return film->ids && film->amounts ? 0 : trl_fail_memory(params->log, "injections", 8 * most);
}

void trl_burst_film_finish(struct trl_burst_film *film)
{
    trl_burst_destroy(&film->burst);
    trl_burst_map_destroy(&film->map);
    free(film->injections);
    free(film->ids);
    free(film->amounts);
}

/* Thresholds of the neuron, where it has one above 0. */
static float scaled(const struct trl_burst_plan *plan, uint32_t id, float amount)
{
    const float threshold = plan->kinds[plan->kind_of[id]].threshold;
    const float scaled = amount * threshold;
    return threshold > 0 && isfinite(scaled) ? scaled : amount;
}

/* Neurons drawn with replacement: the same one may be drawn, and get the amount, twice. */
static int inject(struct trl_burst_film *film, uint64_t burst, double share, float amount)
{
    const struct trl_burst_plan *plan = film->burst->plan;
    const uint32_t neurons = plan->neuron_count;
    const uint32_t count = (uint32_t)(share * neurons + 0.5);
    for (uint32_t n = 0; n < count; n++) {
        const trl_philox_block counter = {n, (uint32_t)burst, (uint32_t)(burst >> 32), STREAM};
        const trl_philox_block drawn =
            trl_philox(counter, (uint32_t)film->seed, (uint32_t)(film->seed >> 32));
        film->ids[n] = (uint32_t)((uint64_t)drawn.x * neurons >> 32);
        film->amounts[n] = scaled(plan, film->ids[n], amount);
    }
    return count ? trl_burst_inject(film->burst, burst, film->ids, film->amounts, count) : 0;
}

int trl_burst_film_inject(struct trl_burst_film *film, uint64_t first, uint64_t count)
{
    int err = 0;
    for (; !err && film->injected < film->injection_count; film->injected++) {
        const struct trl_sim_injection *item = &film->injections[film->injected];
        if (item->burst >= first + count)
            break;
        err = trl_burst_inject(film->burst, item->burst, &item->neuron, &item->amount, 1);
    }
    if (!err)
        err = first == 1 ? inject(film, 1, film->kick_share, film->kick_amount) : 0;
    for (uint64_t n = 0; !err && n < count && film->noise_share > 0; n++)
        err = inject(film, first + n, film->noise_share, film->noise_amount);
    return err;
}

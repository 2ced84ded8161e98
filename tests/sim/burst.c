/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../gpu/device.h"
#include "shared/philox.h"

#include <tensorreel/burst.h>
#include <tensorreel/network.h>
#include <tensorreel/sim.h>

/*
 * The model burst on the CPU and on the device against channels worked out here from what the
 * engine's public interface tells of the same network: spikes, potentials and countdowns after
 * every burst, and inputs from the synapses of those that fired before.
 */

enum {
    AREAS = 3,
    NEURONS = 35 + 108 + 12,
    WORDS = (NEURONS + 31) / 32,
    GLOW = 4,
    RATE = 6,
    BURSTS = 32,
    SEED = 77,
    CELLS_MAX = 12 * 7 * 9,
    SYNAPSES_A_NEURON = 6,
};

/* Where the areas lie: the second overlaps the first, positions are negative, and gaps remain. */
static const struct trl_area_params areas[AREAS] = {
    {.name = "sheet",
     .position = {-3, 2, 0},
     .size = {7, 5, 1},
     .neuron = {.threshold = 3,
                .threshold_max = INFINITY,
                .leak = 0.25F,
                .excitability = 0.8F,
                .refractory = 3,
                .fire_limit = 2,
                .snooze = 4},
     .drive = 0.6F},
    {.name = "stack",
     .position = {2, 3, -1},
     .size = {4, 3, 3},
     .neurons_per_voxel = 3,
     .neuron = {.threshold = 2.5F,
                .threshold_max = 9,
                .leak = 0.5F,
                .excitability = 1,
                .coincidence = true}},
    {.name = "column",
     .position = {0, 0, 5},
     .size = {1, 1, 6},
     .neurons_per_voxel = 2,
     .neuron = {.threshold = 5,
                .threshold_max = INFINITY,
                .leak = 0.1F,
                .rest = 0.5F,
                .excitability = 1,
                .refractory = 1},
     .threshold_step = {0, 0, 0.5F},
     .drive = 1.3F},
};

static struct test_device gpu;

static struct trl_network *make_network(void)
{
    struct trl_network *network = NULL;
    assert_int_equal(trl_network_create(&network, gpu.log), 0);
    for (int n = 0; n < AREAS; n++)
        assert_int_equal(trl_network_add_area(network, &areas[n], NULL), 0);
    struct trl_synapse synapses[NEURONS * SYNAPSES_A_NEURON];
    uint32_t random = 1;
    for (uint32_t n = 0; n < NEURONS * SYNAPSES_A_NEURON; n++) {
        random = random * 1664525 + 1013904223;
        synapses[n] = (struct trl_synapse){.source = n / SYNAPSES_A_NEURON,
                                           .target = (random >> 8) % NEURONS,
                                           .weight = (uint8_t)(1 + (random >> 4) % 3),
                                           .psp = (uint8_t)(1 + (random >> 6) % 2),
                                           .inhibitory = (random >> 24) % 10 < 3};
    }
    assert_int_equal(trl_network_add_synapses(network, synapses, NEURONS * SYNAPSES_A_NEURON), 0);
    return network;
}

static float threshold_of(uint32_t neuron)
{
    if (neuron < 35)
        return 3;
    const uint32_t voxel = neuron < 143 ? 0 : (neuron - 143) / 2; /* of the column */
    return neuron < 143 ? 2.5F : 5 + 0.5F * (float)voxel;
}

/* The longest countdown, after a spike and what is added at the fire limit. */
static float period_of(uint32_t neuron)
{
    return neuron < 35 ? 7 : neuron < 143 ? 0 : 1;
}

static float drive_of(uint32_t neuron)
{
    return neuron < 35 ? 0.6F : neuron < 143 ? 0 : 1.3F;
}

/* ---- what is expected ---- */

struct golden {
    struct trl_network *network;
    struct trl_burst *burst;
    uint32_t masks[BURSTS + 1][WORDS]; /* [0]: before the first burst */
    float v[NEURONS], input[NEURONS];
    uint16_t countdown[NEURONS];
    bool candidate[NEURONS];
    int time, forgotten; /* coincidence neurons that lost a potential */
};

static bool fired(const struct golden *golden, int time, uint32_t neuron)
{
    return time > 0 && golden->masks[time][neuron / 32] >> neuron % 32 & 1;
}

/* A share of neurons, drawn with replacement, gets a multiple of its thresholds. */
static void inject(struct golden *golden, double share, float amount, float external[NEURONS])
{
    for (uint32_t n = 0; n < (uint32_t)(share * NEURONS + 0.5); n++) {
        const trl_philox_block drawn =
            trl_philox((trl_philox_block){n, (uint32_t)golden->time, 0, 0x62757273}, SEED, 0);
        const uint32_t id = (uint32_t)((uint64_t)drawn.x * NEURONS >> 32);
        const float scaled = amount * threshold_of(id);
        assert_int_equal(trl_burst_inject(golden->burst, (uint64_t)golden->time, &id, &scaled, 1),
                         0);
        external[id] += scaled;
        golden->candidate[id] = true;
    }
}

static void advance(struct golden *golden)
{
    float external[NEURONS] = {0}, before[NEURONS];
    int32_t sums[NEURONS] = {0};
    memcpy(before, golden->v, sizeof(before));
    memset(golden->candidate, 0, sizeof(golden->candidate));
    golden->time++;
    if (golden->time == 1)
        inject(golden, 0.2, 3, external);
    inject(golden, 0.03, 0.75F, external);
    struct trl_synapse synapses[NEURONS * SYNAPSES_A_NEURON];
    assert_int_equal(
        trl_network_synapses(golden->network, 0, NEURONS * SYNAPSES_A_NEURON, synapses), 0);
    for (int n = 0; n < NEURONS * SYNAPSES_A_NEURON; n++) {
        if (!fired(golden, golden->time - 1, synapses[n].source))
            continue;
        const int32_t amount = synapses[n].weight * synapses[n].psp;
        sums[synapses[n].target] += synapses[n].inhibitory ? -amount : amount;
        golden->candidate[synapses[n].target] = true;
    }
    for (uint32_t n = 0; n < NEURONS; n++) {
        golden->candidate[n] |= drive_of(n) > 0;
        golden->input[n] = golden->candidate[n] ? (float)sums[n] + (external[n] + drive_of(n)) : 0;
    }
    assert_int_equal(trl_burst_run(golden->burst, 1), 0);
    assert_int_equal(trl_burst_read(golden->burst, TRL_BURST_V, golden->v, sizeof(golden->v)), 0);
    assert_int_equal(trl_burst_read(golden->burst, TRL_BURST_COUNTDOWN, golden->countdown,
                                    sizeof(golden->countdown)),
                     0);
    assert_int_equal(
        trl_burst_ledger(golden->burst, (uint64_t)golden->time, 1, golden->masks[golden->time]), 0);
    for (uint32_t n = 35; n < 143; n++) {
        if (golden->candidate[n])
            continue;
        assert_true(golden->v[n] == 0);
        golden->forgotten += before[n] != 0;
    }
}

static float fired_value(const struct golden *golden, uint32_t neuron)
{
    const float fade = (float)exp2(-6.0 / GLOW);
    float left = 1;
    for (int ago = 0; ago < GLOW; ago++, left *= fade)
        if (fired(golden, golden->time - ago > 0 ? golden->time - ago : 0, neuron))
            return left;
    return 0;
}

static float value_of(const struct golden *golden, const char *channel, uint32_t neuron)
{
    const float per_threshold = 1 / threshold_of(neuron), period = period_of(neuron);
    int spikes = 0;
    if (!strcmp(channel, "fired"))
        return fired_value(golden, neuron);
    if (!strcmp(channel, "v"))
        return golden->v[neuron] * per_threshold;
    if (!strcmp(channel, "input"))
        return golden->input[neuron] * per_threshold;
    if (!strcmp(channel, "countdown"))
        return (float)golden->countdown[neuron] * (period > 0 ? 1 / period : 0);
    for (int ago = 0; ago < RATE && ago < golden->time; ago++)
        spikes += fired(golden, golden->time - ago, neuron);
    return (float)spikes * (float)(1.0 / RATE);
}

/* The largest afterglow of a voxel, or the mean. */
static float voxel_value(const struct golden *golden, const char *channel, uint32_t first,
                         uint32_t count)
{
    const bool largest = !strcmp(channel, "fired");
    float value = 0;
    for (uint32_t n = 0; n < count; n++) {
        const float next = value_of(golden, channel, first + n);
        value = !largest ? value + next : next > value ? next : value;
    }
    return largest || count == 1 ? value : value * (1 / (float)count);
}

/* ---- layouts ---- */

struct place {
    int rank;
    int64_t shape[3];
    uint32_t first[CELLS_MAX], count[CELLS_MAX]; /* of the neurons of a cell; count 0: none */
};

static void put(struct place *place, int64_t cell, int area, const int at[3])
{
    static const uint32_t firsts[AREAS] = {0, 35, 143};
    const int32_t *size = areas[area].size;
    const uint32_t a_voxel = area == 0 ? 1 : area == 1 ? 3 : 2;
    const int voxel = (at[0] * size[1] + at[1]) * size[2] + at[2];
    place->first[cell] = firsts[area] + (uint32_t)voxel * a_voxel;
    place->count[cell] = a_voxel;
}

/*
 * By hand: the sheet is 7x5, the stack's three slices two beside each other (9x7), the column's six
 * in two rows of four (7x3). 22 cells wide is as 16:9 as it gets: sheet and stack on a shelf, the
 * column below.
 */
static void place_atlas(struct place *place, int only)
{
    static const int64_t corner[AREAS][2] = {{0, 0}, {10, 0}, {0, 10}}, columns[AREAS] = {1, 2, 4};
    const int64_t width = only == 1 ? 9 : 19, height = only == 1 ? 7 : 13;
    *place = (struct place){.rank = 2, .shape = {height, width}};
    for (int n = only < 0 ? 0 : only; n < (only < 0 ? AREAS : only + 1); n++)
        for (int x = 0; x < areas[n].size[0]; x++)
            for (int y = 0; y < areas[n].size[1]; y++)
                for (int z = 0; z < areas[n].size[2]; z++) {
                    const int64_t row =
                        (only < 0 ? corner[n][1] : 0) + z / columns[n] * (areas[n].size[1] + 1) + y;
                    const int64_t column =
                        (only < 0 ? corner[n][0] : 0) + z % columns[n] * (areas[n].size[0] + 1) + x;
                    put(place, row * width + column, n, (int[]){x, y, z});
                }
}

/* All: from -3, 0, -1 to 6, 7, 11. */
static void place_volume(struct place *place, int only)
{
    *place = (struct place){.rank = 3, .shape = {12, 7, 9}};
    int low[] = {-3, 0, -1};
    if (only == 1) {
        *place = (struct place){.rank = 3, .shape = {3, 3, 4}};
        memcpy(low, areas[1].position, sizeof(low));
    }
    for (int n = only < 0 ? 0 : only; n < (only < 0 ? AREAS : only + 1); n++)
        for (int x = 0; x < areas[n].size[0]; x++)
            for (int y = 0; y < areas[n].size[1]; y++)
                for (int z = 0; z < areas[n].size[2]; z++) {
                    const int64_t plane = areas[n].position[2] - low[2] + z;
                    const int64_t row = areas[n].position[1] - low[1] + y;
                    const int64_t column = areas[n].position[0] - low[0] + x;
                    put(place, (plane * place->shape[1] + row) * place->shape[2] + column, n,
                        (int[]){x, y, z});
                }
}

static void place_neurons(struct place *place, int only)
{
    const uint32_t first = only == 1 ? 35 : 0, count = only == 1 ? 108 : NEURONS;
    *place = (struct place){.rank = 1, .shape = {count}};
    for (uint32_t n = 0; n < count; n++) {
        place->first[n] = first + n;
        place->count[n] = 1;
    }
}

/* ---- comparing ---- */

struct film {
    struct trl_sim *sims[2]; /* CPU, device */
    struct place place;
    int64_t cells;
};

static void open_film(struct film *film, struct trl_network *network, enum trl_sim_layout layout,
                      int only, bool wall_time)
{
    static void (*const places[])(struct place *, int) = {place_atlas, place_volume, place_neurons};
    const struct trl_sim_setting settings[] = {
        {"kick", 0.2},           {"kick_amount", 3},         {"noise", 0.03},
        {"noise_amount", 0.75},  {"afterglow_bursts", GLOW}, {"rate_bursts", RATE},
        {"wall_time", wall_time}};
    struct trl_sim_params params = {.log = gpu.log,
                                    .model = "burst",
                                    .backend = TRL_BACKEND_CPU,
                                    .device = gpu.device,
                                    .seed = SEED,
                                    .settings = settings,
                                    .setting_count = 7,
                                    .network = network,
                                    .layout = layout,
                                    .area = only < 0 ? NULL : areas[only].name};
    places[layout](&film->place, only);
    film->cells = 1;
    for (int n = 0; n < film->place.rank; n++)
        film->cells *= film->place.shape[n];
    for (int n = 0; n < 2; n++) {
        params.backend = n ? TRL_BACKEND_GPU : TRL_BACKEND_CPU;
        assert_int_equal(trl_sim_create(&film->sims[n], &params), 0);
        struct trl_layout shape;
        assert_int_equal(trl_sim_layout(film->sims[n], NULL, &shape), 0);
        assert_int_equal(shape.rank, film->place.rank);
        assert_memory_equal(shape.shape, film->place.shape, (size_t)shape.rank * sizeof(int64_t));
    }
}

static void check_channel(const struct film *film, int which, const struct golden *golden,
                          const char *channel)
{
    float values[CELLS_MAX];
    const size_t size = (size_t)film->cells * sizeof(float);
    assert_int_equal(trl_sim_read(film->sims[which], channel, values, size), 0);
    for (int64_t n = 0; n < film->cells; n++) {
        const uint32_t count = film->place.count[n];
        if (!count) {
            assert_true(isnan(values[n]));
            continue;
        }
        const float expected = voxel_value(golden, channel, film->place.first[n], count);
        if (values[n] != expected)
            fail_msg("burst %d, %s of cell %d, backend %d: %a, not %a", golden->time, channel,
                     (int)n, which, (double)values[n], (double)expected);
    }
}

/* Bits, those of NaN too. */
static void check_same(const struct film *film, const char *channel)
{
    float values[2][CELLS_MAX];
    const size_t size = (size_t)film->cells * sizeof(float);
    for (int which = 0; which < 2; which++)
        assert_int_equal(trl_sim_read(film->sims[which], channel, values[which], size), 0);
    assert_memory_equal(values[0], values[1], size);
}

/* All channels on both backends, which then go on. */
static void check_film(struct film *film, const struct golden *golden, int steps)
{
    static const char *const channels[] = {"fired", "v", "input", "countdown", "rate"};
    for (int channel = 0; channel < 5; channel++) {
        check_channel(film, 0, golden, channels[channel]);
        check_channel(film, 1, golden, channels[channel]);
        check_same(film, channels[channel]);
    }
    for (int which = 0; which < 2; which++)
        assert_int_equal(trl_sim_step(film->sims[which], steps), 0);
}

static void check_films(enum trl_burst_clock clock)
{
    static const struct {
        enum trl_sim_layout layout;
        int only;
    } kinds[] = {{TRL_SIM_ATLAS, -1}, {TRL_SIM_VOLUME, -1}, {TRL_SIM_NEURONS, -1},
                 {TRL_SIM_ATLAS, 1},  {TRL_SIM_VOLUME, 1},  {TRL_SIM_NEURONS, 1}};
    enum { FILMS = sizeof(kinds) / sizeof(*kinds) };
    struct golden golden = {.network = make_network()};
    assert_int_equal(
        trl_burst_create(&golden.burst, &(struct trl_burst_params){.log = gpu.log,
                                                                   .network = golden.network,
                                                                   .backend = TRL_BURST_REFERENCE,
                                                                   .clock = clock}),
        0);
    struct film films[FILMS];
    for (int n = 0; n < FILMS; n++)
        open_film(&films[n], golden.network, kinds[n].layout, kinds[n].only,
                  clock == TRL_BURST_WALL_TIME);
    golden.v[0] = 0;
    for (uint32_t n = 143; n < NEURONS; n++)
        golden.v[n] = 0.5F; /* all begin at rest */
    for (int steps = 1, spikes = 0; golden.time < BURSTS; steps = steps % 4 + 1) {
        steps = golden.time + steps > BURSTS ? BURSTS - golden.time : steps;
        for (int n = 0; n < FILMS; n++)
            check_film(&films[n], &golden, steps);
        for (int n = 0; n < steps; n++) {
            advance(&golden);
            for (uint32_t id = 0; id < NEURONS; id++)
                spikes += fired(&golden, golden.time, id);
        }
        assert_true(golden.time < BURSTS || spikes > NEURONS);
    }
    assert_true(golden.forgotten > 0);
    for (int n = 0; n < FILMS; n++)
        for (int which = 0; which < 2; which++)
            trl_sim_destroy(&films[n].sims[which]);
    trl_burst_destroy(&golden.burst);
    trl_network_destroy(&golden.network);
}

static void shows_candidate_time(void **state)
{
    (void)state;
    check_films(TRL_BURST_CANDIDATE_TIME);
}

static void shows_wall_time(void **state)
{
    (void)state;
    check_films(TRL_BURST_WALL_TIME);
}

static void refuses(const struct trl_sim_params *params, const char *says)
{
    struct trl_sim *sim = NULL;
    gpu.quiet = true;
    assert_int_equal(trl_sim_create(&sim, params), TRL_ERROR_USAGE);
    gpu.quiet = false;
    assert_null(sim);
    assert_int_equal(gpu.messages, 1);
    gpu.messages = 0;
    if (!strstr(gpu.last, says))
        fail_msg("\"%s\" does not say \"%s\"", gpu.last, says);
}

static void refuses_what_cannot_be_shown(void **state)
{
    (void)state;
    struct trl_network *network = make_network();
    refuses(&(struct trl_sim_params){.log = gpu.log, .model = "burst"}, "needs a network");
    refuses(
        &(struct trl_sim_params){
            .log = gpu.log, .model = "burst", .network = network, .area = "cortex"},
        "no area 'cortex'; there are: sheet, stack, column");
    refuses(
        &(struct trl_sim_params){
            .log = gpu.log, .model = "burst", .network = network, .layout = (enum trl_sim_layout)7},
        "layout 7");
    refuses(&(struct trl_sim_params){.log = gpu.log,
                                     .model = "burst",
                                     .network = network,
                                     .settings = &(struct trl_sim_setting){"kick", 2},
                                     .setting_count = 1},
            "kick = 2");
    trl_network_destroy(&network);
}

static int setup(void **state)
{
    (void)state;
    return test_device_open(&gpu);
}

static int teardown(void **state)
{
    (void)state;
    test_device_close(&gpu);
    return gpu.messages;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_candidate_time),
        cmocka_unit_test(shows_wall_time),
        cmocka_unit_test(refuses_what_cannot_be_shown),
    };
    return cmocka_run_group_tests_name("burst films", tests, setup, teardown);
}

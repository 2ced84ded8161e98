/* SPDX-License-Identifier: BSD-2-Clause */
/* The Vulkan backend against the reference, burst by burst. */
#include "burst/gpu.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "../gpu/device.h"
#include "burst/engine.h"

static int setup(void **state)
{
    static struct test_device test;
    *state = &test;
    return test_device_open(&test);
}

static int teardown(void **state)
{
    struct test_device *test = *state;
    assert_int_equal(test->messages, 0);
    test_device_close(test);
    return 0;
}

static uint32_t draw(uint32_t *seed)
{
    *seed = *seed * 747796405U + 2891336453U;
    const uint32_t word = ((*seed >> ((*seed >> 28) + 4)) ^ *seed) * 277803737U;
    return word >> 22 ^ word;
}

static float draw_float(uint32_t *seed, float low, float high)
{
    return low + (high - low) * (float)(draw(seed) >> 8) * 0x1p-24F;
}

/* ---- networks with everything in them ---- */

enum { NET_SHARED = 1, NET_POTENTIAL = 2, NET_DRIVEN = 4, NET_COINCIDENCE = 8, NET_REMOVED = 16 };
enum { NET_ALL = 31 };

struct net {
    uint32_t neurons, degree, seed, flags;
    uint32_t hub; /* synapses of neuron 0 */
};

static struct trl_neuron_params neuron_of(const struct net *net, uint32_t *seed)
{
    struct trl_neuron_params p = trl_neuron_defaults();
    p.threshold = draw_float(seed, 1, 40);
    p.threshold_max = draw(seed) % 3 ? INFINITY : p.threshold + 2000;
    p.leak = draw(seed) % 4 ? draw_float(seed, 0, 1) : (float)(draw(seed) & 1);
    p.rest = draw(seed) % 2 ? draw_float(seed, -5, 5) : 0;
    p.excitability = draw(seed) % 3 ? 1 : draw_float(seed, 0, 1);
    p.refractory = (uint16_t)(draw(seed) % 4);
    p.fire_limit = (uint16_t)(draw(seed) % 4);
    p.snooze = (uint16_t)(draw(seed) % 4);
    p.coincidence = net->flags & NET_COINCIDENCE && draw(seed) % 2;
    return p;
}

static void add_areas(struct trl_network *network, const struct net *net, uint32_t *seed)
{
    uint32_t left = net->neurons;
    for (int n = 0; left; n++) {
        const uint32_t size = left < 8 || n == 7 ? left : 1 + draw(seed) % (left / 2);
        char name[16];
        snprintf(name, sizeof(name), "area %d", n);
        const struct trl_area_params area = {
            .name = name,
            .size = {(int32_t)size},
            .neuron = neuron_of(net, seed),
            .threshold_step = {draw(seed) % 2 ? 0.01F : 0},
            .drive = net->flags & NET_DRIVEN && n % 2 ? draw_float(seed, -1, 20) : 0,
            .psp_from_potential = net->flags & NET_POTENTIAL && draw(seed) % 2,
            .psp_shared = net->flags & NET_SHARED && draw(seed) % 2,
        };
        uint32_t first;
        assert_int_equal(trl_network_add_area(network, &area, &first), 0);
        left -= size;
    }
}

static struct trl_network *create_network(struct test_device *test, const struct net *net)
{
    uint32_t seed = net->seed;
    struct trl_network *network = NULL;
    assert_int_equal(trl_network_create(&network, test->log), 0);
    add_areas(network, net, &seed);
    const uint32_t hub = net->neurons ? net->hub : 0;
    const size_t count = (size_t)net->neurons * net->degree + hub;
    struct trl_synapse *synapses = calloc(count + 1, sizeof(*synapses));
    for (size_t n = 0; n < count; n++)
        synapses[n] = (struct trl_synapse){
            .source = n < hub ? 0 : draw(&seed) % net->neurons,
            .target = draw(&seed) % net->neurons,
            .weight = (uint8_t)(draw(&seed) % 8 ? draw(&seed) % 20 : draw(&seed) % 256),
            .psp = (uint8_t)(draw(&seed) % 4),
            .inhibitory = draw(&seed) % 3 == 0,
        };
    assert_int_equal(trl_network_add_synapses(network, synapses, count), 0);
    free(synapses);
    for (int n = 0; net->flags & NET_REMOVED && net->neurons && n < 5; n++)
        assert_int_equal(trl_network_remove_neuron(network, draw(&seed) % net->neurons), 0);
    assert_int_equal(trl_network_settle(network), 0);
    return network;
}

/* ---- two machines side by side ---- */

struct duel {
    struct test_device *test;
    struct trl_network *network;
    struct trl_burst_plan *plan;
    struct trl_burst_params params;
    struct trl_burst_machine *gpu, *reference;
    struct trl_burst_state gpu_state, state;
    uint32_t seed;
    uint64_t time;
    uint32_t inject_percent; /* of the neurons, in some bursts */
    uint64_t misses, delivered, fired;
};

static void attach(struct trl_burst_machine *machine, const struct duel *d,
                   const struct trl_burst_backend_impl *impl)
{
    assert_non_null(machine);
    if (machine)
        *machine = (struct trl_burst_machine){.impl = impl,
                                              .plan = d->plan,
                                              .log = d->test->log,
                                              .ledger_bursts = (uint32_t)d->params.ledger_bursts};
}

static void open_duel_on(struct duel *d, struct test_device *test, struct trl_network *network,
                         const struct trl_burst_params *params,
                         const struct trl_burst_gpu_tuning *tuning, bool wide)
{
    const uint32_t neurons = trl_network_neuron_count(network);
    *d = (struct duel){.test = test, .params = *params, .seed = neurons, .inject_percent = 10};
    d->network = network;
    d->params.log = test->log;
    d->params.network = d->network;
    d->params.device = test->device;
    if (!d->params.ledger_bursts)
        d->params.ledger_bursts = 5;
    if (!d->params.group_size)
        d->params.group_size = 64;
    if (!d->params.submit_bursts)
        d->params.submit_bursts = 64;
    assert_int_equal(trl_burst_plan_create(&d->plan, &d->params), 0);
    if (wide && d->plan)
        d->plan->scale.sum_bits = 64;
    assert_int_equal(trl_burst_gpu_create(&d->gpu, d->plan, &d->params, tuning), 0);
    attach(d->gpu, d, &trl_burst_gpu);
    assert_int_equal(
        trl_burst_machine_create(&d->reference, d->plan, &d->params, &trl_burst_reference), 0);
    assert_int_equal(trl_burst_state_create(&d->gpu_state, test->log, neurons,
                                            (uint32_t)d->params.ledger_bursts),
                     0);
    assert_int_equal(
        trl_burst_state_create(&d->state, test->log, neurons, (uint32_t)d->params.ledger_bursts),
        0);
}

static void open_duel(struct duel *d, struct test_device *test, const struct net *net,
                      const struct trl_burst_params *params,
                      const struct trl_burst_gpu_tuning *tuning, bool wide)
{
    open_duel_on(d, test, create_network(test, net), params, tuning, wide);
    d->seed = net->seed;
}

static void close_duel(struct duel *d)
{
    trl_burst_machine_destroy(&d->gpu);
    trl_burst_machine_destroy(&d->reference);
    trl_burst_state_destroy(&d->gpu_state);
    trl_burst_state_destroy(&d->state);
    trl_burst_plan_destroy(&d->plan);
    trl_network_destroy(&d->network);
}

/* In two of three bursts, some of the neurons in ascending order. */
static void make_input(struct duel *d, struct trl_burst_input *input, uint32_t *ids, float *amounts)
{
    uint32_t count = 0;
    const uint32_t end = draw(&d->seed) % 3 ? d->plan->neuron_count : 0;
    for (uint32_t n = 0; n < end; n++)
        if (draw(&d->seed) % 100 < d->inject_percent) {
            ids[count] = n;
            amounts[count++] = draw(&d->seed) % 8 ? draw_float(&d->seed, -10, 50) : 0;
        }
    *input = (struct trl_burst_input){.ids = ids, .amounts = amounts, .count = count};
}

static void compare_states(struct duel *d)
{
    const uint32_t neurons = d->plan->neuron_count;
    uint64_t bytes = 0;
    d->state.time = d->gpu_state.time = d->time;
    assert_int_equal(d->reference->impl->save(d->reference, &d->state, &bytes), 0);
    assert_int_equal(bytes, 0);
    assert_int_equal(d->gpu->impl->save(d->gpu, &d->gpu_state, &bytes), 0);
    assert_true(bytes >= neurons * 12ULL);
    assert_memory_equal(d->gpu_state.v, d->state.v, neurons * 4ULL);
    assert_memory_equal(d->gpu_state.counts, d->state.counts, neurons * 4ULL);
    assert_memory_equal(d->gpu_state.fired_v, d->state.fired_v, neurons * 4ULL);
    assert_memory_equal(d->gpu_state.ledger, d->state.ledger,
                        4ULL * trl_burst_words(neurons) * d->gpu->ledger_bursts);
    if (d->plan->wall_time || d->plan->flags & TRL_BURST_COINCIDENCE)
        assert_memory_equal(d->gpu_state.touched, d->state.touched, neurons * 4ULL);
}

/* One batch on both. */
static void step_duel(struct duel *d, uint32_t count)
{
    const size_t neurons = d->plan->neuron_count + 1;
    struct trl_burst_input *inputs = calloc(count, sizeof(*inputs));
    uint32_t *ids = calloc(count * neurons, sizeof(*ids));
    float *amounts = calloc(count * neurons, sizeof(*amounts));
    struct trl_burst_counts *gpu = calloc(count, sizeof(*gpu));
    struct trl_burst_counts *reference = calloc(count, sizeof(*reference));
    for (uint32_t n = 0; n < count; n++)
        make_input(d, &inputs[n], ids + n * neurons, amounts + n * neurons);
    struct trl_burst_batch batch = {
        .first = d->time + 1, .count = count, .inputs = inputs, .counts = gpu};
    assert_int_equal(d->gpu->impl->run(d->gpu, &batch), 0);
    assert_true(batch.host_waits >= 1 && batch.download_bytes > 0);
    batch.counts = reference;
    assert_int_equal(d->reference->impl->run(d->reference, &batch), 0);
    for (uint32_t n = 0; n < count; n++) {
        assert_int_equal(gpu[n].candidates, reference[n].candidates);
        assert_int_equal(gpu[n].fired, reference[n].fired);
        assert_int_equal(gpu[n].blocked, reference[n].blocked);
        assert_int_equal(gpu[n].delivered, reference[n].delivered);
        assert_int_equal(gpu[n].hash_misses, reference[n].hash_misses);
        d->misses += gpu[n].hash_misses;
        d->delivered += gpu[n].delivered;
        d->fired += gpu[n].fired;
    }
    d->time += count;
    free(inputs);
    free(ids);
    free(amounts);
    free(gpu);
    free(reference);
    compare_states(d);
}

static void run_duel(struct duel *d, uint32_t bursts)
{
    while (d->time < bursts)
        step_duel(d, (uint32_t)d->params.submit_bursts);
}

static void fight(struct test_device *test, const struct net *net,
                  const struct trl_burst_params *params, const struct trl_burst_gpu_tuning *tuning,
                  bool wide, uint32_t bursts)
{
    struct duel d;
    open_duel(&d, test, net, params, tuning, wide);
    run_duel(&d, bursts);
    assert_int_equal(d.misses, 0);
    if (net->neurons >= 31)
        assert_true(d.fired > 0 && d.delivered > 0);
    close_duel(&d);
}

/* ---- tests ---- */

static void every_size_equals_the_reference(void **state)
{
    static const uint32_t sizes[] = {0, 1, 31, 32, 33, 255, 256, 257, 1000};
    for (uint32_t n = 0; n < sizeof(sizes) / sizeof(*sizes); n++)
        for (uint32_t sparse = 0; sparse < 2; sparse++)
            fight(
                *state,
                &(struct net){
                    .neurons = sizes[n], .degree = 8, .hub = 600, .seed = 7 + n, .flags = NET_ALL},
                &(struct trl_burst_params){.submit_bursts = 7},
                &(struct trl_burst_gpu_tuning){.update = sparse ? TRL_BURST_GPU_SPARSE
                                                                : TRL_BURST_GPU_DENSE},
                false, 28);
}

static void every_flag_equals_the_reference(void **state)
{
    for (uint32_t flags = 0; flags <= NET_ALL; flags++)
        fight(*state,
              &(struct net){.neurons = 100, .degree = 10, .seed = 40 + flags, .flags = flags},
              &(struct trl_burst_params){.submit_bursts = 10,
                                         .clock = flags & 4 ? TRL_BURST_WALL_TIME : 0,
                                         .count_unlimited = flags & 2},
              &(struct trl_burst_gpu_tuning){.update = 1 + (flags ^ flags >> 1) % 2},
              flags % 3 == 0, 20);
}

static void clocks_and_orders_equal_the_reference(void **state)
{
    for (int n = 0; n < 16; n++)
        fight(*state,
              &(struct net){
                  .neurons = 300, .degree = 10, .hub = 700, .seed = 90U + n, .flags = NET_ALL},
              &(struct trl_burst_params){.clock = n & 1, .order = n >> 1 & 1},
              &(struct trl_burst_gpu_tuning){.update = 1 + (n >> 2 & 1)}, n >> 3, 64);
}

static void groups_and_submissions_do_not_matter(void **state)
{
    static const int groups[] = {32, 64, 256, 1024}, submits[] = {1, 2, 7, 64};
    for (uint32_t n = 0; n < 16; n++)
        fight(*state,
              &(struct net){.neurons = 1500,
                            .degree = 10,
                            .hub = 5000,
                            .seed = 3,
                            .flags = NET_ALL & ~(n & 1 ? NET_DRIVEN : 0)},
              &(struct trl_burst_params){.group_size = groups[n / 4],
                                         .submit_bursts = submits[n % 4]},
              &(struct trl_burst_gpu_tuning){.lanes = n & 2 ? 64 : 0}, n / 4 == n % 4,
              n % 4 == 0 ? 6 : 64);
}

static void banks_do_not_matter(void **state)
{
    for (uint32_t bits = 8; bits <= 12; bits++)
        for (uint32_t sparse = 0; sparse < 2; sparse++)
            fight(
                *state,
                &(struct net){
                    .neurons = 400, .degree = 20, .hub = 2000, .seed = 11 + bits, .flags = NET_ALL},
                &(struct trl_burst_params){.lookup = bits & 1},
                &(struct trl_burst_gpu_tuning){.bank_bits = bits, .update = 1 + sparse}, sparse,
                64);
}

/* More is injected than a dispatch takes. */
static void injections_come_in_pieces(void **state)
{
    for (uint32_t sparse = 0; sparse < 2; sparse++)
        fight(*state, &(struct net){.neurons = 500, .degree = 5, .seed = 21, .flags = NET_ALL},
              &(struct trl_burst_params){.submit_bursts = 8},
              &(struct trl_burst_gpu_tuning){.update = 1 + sparse, .inject_items = 7}, false, 24);
}

/* A thousand contributions of up to 31 bits a target, whose potential shows the sum. */
static struct trl_network *create_wide(struct test_device *test, uint32_t seed)
{
    enum { SOURCES = 1600, TARGETS = 16 };
    struct trl_network *network = NULL;
    struct trl_area_params area = {
        .name = "sources", .size = {SOURCES}, .neuron = trl_neuron_defaults(), .psp_shared = true};
    uint32_t first;
    assert_int_equal(trl_network_create(&network, test->log), 0);
    assert_int_equal(trl_network_add_area(network, &area, &first), 0);
    area = (struct trl_area_params){
        .name = "targets", .size = {TARGETS}, .neuron = trl_neuron_defaults()};
    area.neuron.threshold = 1e30F;
    area.neuron.leak = 0.37F;
    assert_int_equal(trl_network_add_area(network, &area, &first), 0);
    for (uint32_t n = 0; n < SOURCES; n++)
        for (uint32_t k = 0; k < 1 + (n % 8 == 0) * 6; k++)
            assert_int_equal(trl_network_add_synapses(
                                 network,
                                 &(struct trl_synapse){.source = n,
                                                       .target = SOURCES + draw(&seed) % TARGETS,
                                                       .weight = (uint8_t)(1 + draw(&seed) % 255),
                                                       .psp = 255,
                                                       .inhibitory = n % 3 == 0},
                                 1),
                             0);
    assert_int_equal(trl_network_settle(network), 0);
    return network;
}

static void wide_sums_round_to_even(void **state)
{
    for (uint32_t seed = 0; seed < 3; seed++) {
        struct duel d;
        open_duel_on(&d, *state, create_wide(*state, seed),
                     &(struct trl_burst_params){.submit_bursts = 1}, NULL, false);
        assert_int_equal(d.plan->scale.sum_bits, 64);
        assert_true(d.plan->scale.bound > INT64_C(1) << 35);
        d.inject_percent = seed == 2 ? 1 : 60;
        run_duel(&d, 40);
        assert_true(d.fired > 100);
        close_duel(&d);
    }
}

/* The update that walks a list is taken where little happens, and left where much does. */
static void activity_chooses_the_update(void **state)
{
    struct duel d;
    open_duel(&d, *state, &(struct net){.neurons = 2000, .degree = 10, .seed = 31},
              &(struct trl_burst_params){.submit_bursts = 16},
              &(struct trl_burst_gpu_tuning){.sparse_below = 0.05F}, false);
    d.inject_percent = 0;
    run_duel(&d, 48);
    assert_true(trl_burst_gpu_is_sparse(d.gpu));
    d.inject_percent = 30;
    run_duel(&d, 96);
    assert_false(trl_burst_gpu_is_sparse(d.gpu));
    close_duel(&d);
}

/* Ids whose hash differs only in bits that count for little: probes beyond the first. */
static void hash_finds_all_or_says_so(void **state)
{
    struct test_device *test = *state;
    struct trl_network *network = NULL;
    assert_int_equal(trl_network_create(&network, test->log), 0);
    struct trl_area_params area = {
        .name = "all", .size = {64, 1024}, .neuron = trl_neuron_defaults()};
    area.neuron.threshold = 1;
    uint32_t first;
    assert_int_equal(trl_network_add_area(network, &area, &first), 0);
    for (uint32_t n = 0; n < 64; n++)
        assert_int_equal(
            trl_network_add_synapses(
                network,
                &(struct trl_synapse){.source = n * 1024, .target = n, .weight = 1, .psp = 1}, 1),
            0);
    assert_int_equal(trl_network_settle(network), 0);
    uint32_t ids[64];
    float amounts[64];
    for (uint32_t n = 0; n < 64; n++) {
        ids[n] = n * 1024;
        amounts[n] = 1;
    }
    for (uint32_t probes = 0; probes < 20; probes += 16) {
        struct trl_burst *burst = NULL;
        assert_int_equal(
            trl_burst_create(&burst, &(struct trl_burst_params){.log = test->log,
                                                                .network = network,
                                                                .device = test->device,
                                                                .backend = TRL_BURST_GPU,
                                                                .lookup = TRL_BURST_HASH,
                                                                .hash_probes = probes}),
            0);
        assert_string_equal(trl_burst_backend_name(burst), "gpu");
        assert_int_equal(trl_burst_inject(burst, 0, ids, amounts, 64), 0);
        assert_int_equal(trl_burst_run(burst, 2), 0);
        struct trl_burst_stats stats;
        assert_int_equal(trl_burst_stats(burst, &stats), 0);
        /* 64 ids at the same slot of 256: the first 16 are found with 16 probes. */
        assert_int_equal(stats.delivered, probes ? 16 : 64);
        assert_int_equal(stats.hash_misses, probes ? 48 : 0);
        assert_int_equal(stats.fired, 64 + stats.delivered);
        trl_burst_destroy(&burst);
    }
    trl_network_destroy(&network);
}

/* Neurons in a row never collide; every 256th has synapses here, and 5 probes are too few. */
static void lost_lookups_equal_the_reference(void **state)
{
    struct test_device *test = *state;
    for (uint32_t probes = 0; probes < 10; probes += 5) {
        struct duel d;
        struct trl_network *network = NULL;
        struct trl_area_params area = {
            .name = "all", .size = {40, 256}, .neuron = trl_neuron_defaults()};
        uint32_t first, seed = 8;
        area.neuron.threshold = 20;
        assert_int_equal(trl_network_create(&network, test->log), 0);
        assert_int_equal(trl_network_add_area(network, &area, &first), 0);
        for (uint32_t n = 0; n < 4000; n++)
            assert_int_equal(
                trl_network_add_synapses(network,
                                         &(struct trl_synapse){.source = n % 40 * 256,
                                                               .target = draw(&seed) % 10240,
                                                               .weight = 10,
                                                               .psp = 2},
                                         1),
                0);
        assert_int_equal(trl_network_settle(network), 0);
        open_duel_on(&d, test, network,
                     &(struct trl_burst_params){
                         .lookup = TRL_BURST_HASH, .hash_probes = probes, .submit_bursts = 8},
                     NULL, false);
        run_duel(&d, 32);
        assert_true(d.delivered > 0 && (d.misses > 0) == (probes > 0));
        close_duel(&d);
    }
}

/* A state that is loaded goes on like the one that was saved, on another machine too. */
static void states_go_on_after_loading(void **state)
{
    for (int n = 0; n < 4; n++) {
        struct duel d, other;
        const struct net net = {.neurons = 700, .degree = 10, .hub = 900, .seed = 60, .flags = 31};
        const struct trl_burst_params params = {.submit_bursts = 9, .clock = n & 1};
        const struct trl_burst_gpu_tuning tuning = {.update = 1 + n / 2, .bank_bits = 12};
        open_duel(&d, *state, &net, &params, &tuning, false);
        open_duel(&other, *state, &net, &params, NULL, true);
        run_duel(&d, 27);
        run_duel(&other, 9);
        uint64_t bytes = 0;
        assert_int_equal(other.gpu->impl->load(other.gpu, &d.gpu_state, &bytes), 0);
        assert_true(bytes >= 700 * 12);
        assert_int_equal(other.reference->impl->load(other.reference, &d.state, &bytes), 0);
        other.time = d.time;
        run_duel(&other, 54);
        close_duel(&other);
        close_duel(&d);
    }
}

/* Bursts in the list of another, without a wait in between. */
static void records_into_other_lists(void **state)
{
    struct duel d;
    struct trl_gpu_cmd *cmd = NULL;
    struct trl_gpu_point done;
    const struct trl_burst_input none[12] = {0};
    struct trl_burst_counts counts[12];
    open_duel(&d, *state, &(struct net){.neurons = 300, .degree = 10, .seed = 77, .flags = 31},
              &(struct trl_burst_params){.submit_bursts = 6}, NULL, false);
    step_duel(&d, 6);
    assert_int_equal(trl_gpu_cmd_create(&cmd, d.test->device, TRL_GPU_QUEUE_MAIN), 0);
    assert_int_equal(trl_gpu_cmd_begin(cmd), 0);
    trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_SIM);
    assert_int_equal(trl_burst_gpu_record(d.gpu, cmd, 7, 6, none), 0);
    assert_int_equal(trl_burst_gpu_record(d.gpu, cmd, 13, 6, none), 0);
    assert_int_equal(trl_gpu_submit(cmd, NULL, 0, &done), 0);
    assert_int_equal(trl_gpu_wait(d.test->device, done, INT64_MAX), 0);
    trl_gpu_cmd_destroy(&cmd);
    struct trl_burst_batch batch = {.first = 7, .count = 12, .inputs = none, .counts = counts};
    assert_int_equal(d.reference->impl->run(d.reference, &batch), 0);
    d.time = 18;
    compare_states(&d);
    step_duel(&d, 6);
    assert_int_equal(trl_burst_gpu_buffers(d.gpu).mask_words, 10);
    close_duel(&d);
}

static void what_does_not_fit_is_refused(void **state)
{
    struct test_device *test = *state;
    const struct net net = {.neurons = 1000, .degree = 10, .seed = 1};
    struct trl_network *network = create_network(test, &net);
    struct trl_burst *burst = NULL;
    struct trl_burst_params params = {.log = test->log,
                                      .network = network,
                                      .device = test->device,
                                      .backend = TRL_BURST_GPU,
                                      .memory_max_bytes = 100000};
    test->quiet = true;
    assert_int_equal(trl_burst_create(&burst, &params), TRL_ERROR_DEVICE_MEMORY);
    assert_null(burst);
    assert_non_null(strstr(test->last, "1000 neurons with 10000 synapses need"));
    assert_non_null(strstr(test->last, "100000 are available"));
    params.device = NULL;
    assert_int_equal(trl_burst_create(&burst, &params), TRL_ERROR_DEVICE);
    assert_int_equal(test->messages, 2);
    test->quiet = false;
    test->messages = 0;
    trl_network_destroy(&network);
}

/* Synapses go up once, nothing grows, and the end is that of the reference. */
static void ten_thousand_bursts(void **state)
{
    struct test_device *test = *state;
    const struct net net = {.neurons = 64, .degree = 6, .seed = 12, .flags = NET_DRIVEN};
    struct trl_network *network = create_network(test, &net);
    uint64_t hashes[2];
    for (int n = 0; n < 2; n++) {
        struct trl_burst *burst = NULL;
        struct trl_burst_stats before, after;
        assert_int_equal(trl_burst_create(&burst,
                                          &(struct trl_burst_params){
                                              .log = test->log,
                                              .network = network,
                                              .device = test->device,
                                              .backend = n ? TRL_BURST_GPU : TRL_BURST_REFERENCE}),
                         0);
        assert_int_equal(trl_burst_run(burst, 64), 0);
        assert_int_equal(trl_burst_stats(burst, &before), 0);
        const uint64_t memory = trl_gpu_memory_used(test->device);
        assert_int_equal(trl_burst_run(burst, 9936), 0);
        assert_int_equal(trl_burst_stats(burst, &after), 0);
        assert_int_equal(trl_gpu_memory_used(test->device), memory);
        assert_int_equal(after.upload_bytes, before.upload_bytes);
        assert_true(n == 0 || before.upload_bytes >= 64 * 6 * 8);
        assert_int_equal(after.host_waits - before.host_waits, n ? (9936 + 63) / 64 : 0);
        assert_true(after.fired > 1000);
        assert_int_equal(trl_burst_hash(burst, &hashes[n]), 0);
        trl_burst_destroy(&burst);
    }
    assert_true(hashes[0] == hashes[1]);
    trl_network_destroy(&network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_size_equals_the_reference, setup, teardown),
        cmocka_unit_test_setup_teardown(every_flag_equals_the_reference, setup, teardown),
        cmocka_unit_test_setup_teardown(clocks_and_orders_equal_the_reference, setup, teardown),
        cmocka_unit_test_setup_teardown(groups_and_submissions_do_not_matter, setup, teardown),
        cmocka_unit_test_setup_teardown(banks_do_not_matter, setup, teardown),
        cmocka_unit_test_setup_teardown(injections_come_in_pieces, setup, teardown),
        cmocka_unit_test_setup_teardown(wide_sums_round_to_even, setup, teardown),
        cmocka_unit_test_setup_teardown(activity_chooses_the_update, setup, teardown),
        cmocka_unit_test_setup_teardown(hash_finds_all_or_says_so, setup, teardown),
        cmocka_unit_test_setup_teardown(lost_lookups_equal_the_reference, setup, teardown),
        cmocka_unit_test_setup_teardown(states_go_on_after_loading, setup, teardown),
        cmocka_unit_test_setup_teardown(records_into_other_lists, setup, teardown),
        cmocka_unit_test_setup_teardown(what_does_not_fit_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(ten_thousand_bursts, setup, teardown),
    };
    return cmocka_run_group_tests_name("burst gpu", tests, NULL, NULL);
}

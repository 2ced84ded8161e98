/* SPDX-License-Identifier: BSD-2-Clause */
#include "check.h"

#include <math.h>

uint64_t check_draw(uint64_t *seed)
{
    uint64_t z = *seed += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

uint32_t check_below(uint64_t *seed, uint32_t bound)
{
    return (uint32_t)((check_draw(seed) >> 32) * bound >> 32);
}

struct trl_neuron_params check_integrator(void)
{
    struct trl_neuron_params params = trl_neuron_defaults();
    params.leak = 0;
    return params;
}

static void take_synapses(struct check_net *net)
{
    net->synapse_count = trl_network_synapse_count(net->network);
    net->synapses = check_zeros(net->synapse_count, sizeof(*net->synapses));
    assert_int_equal(trl_network_synapses(net->network, 0, net->synapse_count, net->synapses), 0);
}

static void add_area(struct check_net *net, const struct trl_area_params *area, uint32_t count)
{
    struct trl_area_params params = *area;
    uint32_t first = 0;
    params.size[0] = (int32_t)count;
    assert_int_equal(trl_network_add_area(net->network, &params, &first), 0);
    assert_int_equal(first, net->count);
    for (uint32_t n = first; n < first + count; n++)
        net->neurons[n] = (struct check_neuron){.params = area->neuron,
                                                .from_potential = area->psp_from_potential,
                                                .shared = area->psp_shared,
                                                .drive = area->drive};
    net->count += count;
}

struct check_net check_net_create(struct check *check, uint32_t count,
                                  const struct trl_area_params *area,
                                  const struct trl_synapse *synapses, size_t synapse_count)
{
    struct check_net net = {.neurons = check_zeros(count, sizeof(*net.neurons))};
    struct trl_area_params params = *area;
    params.name = "all";
    assert_int_equal(trl_network_create(&net.network, check->test.log), 0);
    if (count)
        add_area(&net, &params, count);
    if (synapse_count)
        assert_int_equal(trl_network_add_synapses(net.network, synapses, synapse_count), 0);
    take_synapses(&net);
    return net;
}

#define ANY(seed, list) ((list)[check_below(seed, sizeof(list) / sizeof(*(list)))])

static struct trl_neuron_params random_params(uint64_t *seed)
{
    static const float thresholds[] = {1, 1, 0.5F, 100, 3000, 30000, 0, -50};
    static const float limits[] = {INFINITY, INFINITY, INFINITY, 2, 40000, 1e6F};
    static const float leaks[] = {0, 0.1F, 0.1F, 0.97F, 1, 0.001F};
    static const float rests[] = {0, 0, 0, 0.25F, -65, 1e-38F};
    static const float excitabilities[] = {1, 1, 0.999F, 0.3F, 0.5F, 0, 0.998F};
    static const uint16_t refractories[] = {0, 0, 0, 1, 2, 5, 65535};
    static const uint16_t fire_limits[] = {0, 0, 1, 2, 3, 65535};
    static const uint16_t snoozes[] = {0, 0, 1, 3, 65535};
    struct trl_neuron_params params = {
        .threshold = ANY(seed, thresholds),
        .threshold_max = ANY(seed, limits),
        .leak = ANY(seed, leaks),
        .rest = ANY(seed, rests),
        .excitability = ANY(seed, excitabilities),
        .refractory = ANY(seed, refractories),
        .fire_limit = ANY(seed, fire_limits),
        .snooze = ANY(seed, snoozes),
        .coincidence = check_below(seed, 4) == 0,
    };
    /* Those that hardly ever fire again are few. */
    if (params.refractory == 65535 && check_below(seed, 4))
        params.refractory = 0;
    if (params.snooze == 65535 && check_below(seed, 4))
        params.snooze = 0;
    return params;
}

/* Areas without all flags, with each alone, and with several; two of each size. */
static void random_areas(struct check_net *net, uint32_t count, uint64_t *seed)
{
    enum { AREAS = 8 };
    uint32_t first = 0;
    for (uint32_t n = 0; n < AREAS; n++) {
        char name[16];
        snprintf(name, sizeof(name), "area %u", n);
        const uint32_t end = (n + 1) * count / AREAS;
        const struct trl_area_params area = {
            .name = name,
            .neuron = random_params(seed),
            .drive = n < 6 ? 0 : (float)check_below(seed, 1000) * 0.003F - 1,
            .psp_from_potential = n & 1,
            .psp_shared = n & 2,
        };
        if (end > first)
            add_area(net, &area, end - first);
        first = end;
    }
}

struct check_net check_net_random(struct check *check, uint32_t count, uint32_t degree,
                                  uint64_t seed)
{
    struct check_net net = {.neurons = check_zeros(count, sizeof(*net.neurons))};
    const size_t synapse_count = (size_t)count * degree;
    struct trl_synapse *synapses = check_zeros(synapse_count, sizeof(*synapses));
    assert_int_equal(trl_network_create(&net.network, check->test.log), 0);
    random_areas(&net, count, &seed);
    for (uint32_t n = 0; n < count; n++) {
        if (check_below(&seed, 3) == 0) {
            net.neurons[n].params = random_params(&seed);
            assert_int_equal(trl_network_set_neuron(net.network, n, &net.neurons[n].params), 0);
        }
        if (check_below(&seed, 16) == 0) {
            net.neurons[n].removed = true;
            assert_int_equal(trl_network_remove_neuron(net.network, n), 0);
        }
    }
    for (size_t n = 0; n < synapse_count; n++) {
        /* A tenth of all leave from one hub, and as many arrive at another. */
        const bool strong = check_below(&seed, 8) == 0;
        synapses[n] = (struct trl_synapse){
            .source = check_below(&seed, 10) ? check_below(&seed, count) : count / 2,
            .target = check_below(&seed, 10) ? check_below(&seed, count) : count / 3,
            .weight = (uint8_t)check_below(&seed, strong ? 256 : 4),
            .psp = (uint8_t)check_below(&seed, strong ? 256 : 4),
            .inhibitory = check_below(&seed, 4) == 0,
        };
    }
    assert_int_equal(trl_network_add_synapses(net.network, synapses, synapse_count), 0);
    free(synapses);
    take_synapses(&net);
    return net;
}

void check_net_destroy(struct check_net *net)
{
    trl_network_destroy(&net->network);
    free(net->neurons);
    free(net->synapses);
    *net = (struct check_net){0};
}

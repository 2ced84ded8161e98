/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture.h"

#include <math.h>
#include <stdlib.h>

static struct trl_network *create(struct fixture *f)
{
    struct trl_network *network;
    assert_int_equal(trl_network_create(&network, f->log), 0);
    return network;
}

static uint32_t add_area(struct trl_network *network, const char *name, int32_t x, int32_t y,
                         int32_t z)
{
    uint32_t first = UINT32_MAX;
    assert_int_equal(
        trl_network_add_area(network,
                             &(struct trl_area_params){
                                 .name = name, .size = {x, y, z}, .neuron = trl_neuron_defaults()},
                             &first),
        0);
    return first;
}

static void destroys_nothing(void **state)
{
    (void)state;
    struct trl_network *network = NULL;
    trl_network_destroy(NULL);
    trl_network_destroy(&network);
    assert_int_equal(trl_network_create(&network, NULL), 0);
    trl_network_destroy(&network);
    assert_null(network);
}

static void numbers_areas_in_order(void **state)
{
    struct trl_network *network = create(*state);
    assert_int_equal(add_area(network, "one", 0, 0, 0), 0);
    assert_int_equal(add_area(network, "box", 2, 3, 4), 1);
    assert_int_equal(add_area(network, "after", 5, 1, 1), 25);
    assert_int_equal(trl_network_neuron_count(network), 30);
    assert_int_equal(trl_network_area_count(network), 3);
    const struct trl_area area = trl_network_area(network, 1);
    assert_string_equal(area.name, "box");
    assert_int_equal(area.size[1], 3);
    assert_int_equal(area.neurons_per_voxel, 1);
    assert_int_equal(area.first, 1);
    assert_int_equal(area.count, 24);
    assert_null(trl_network_area(network, 3).name);
    assert_int_equal(network->kind_count, 1);
    trl_network_destroy(&network);
}

static void shares_kinds_and_grades_thresholds(void **state)
{
    struct trl_network *network = create(*state);
    uint32_t first;
    const struct trl_area_params params = {.name = "graded",
                                           .size = {2, 3, 2},
                                           .neurons_per_voxel = 2,
                                           .neuron = trl_neuron_defaults(),
                                           .threshold_step = {10, 0.5F, 1},
                                           .psp_shared = true,
                                           .drive = 2};
    assert_int_equal(trl_network_add_area(network, &params, &first), 0);
    for (uint32_t id = 0; id < 24; id++) {
        const uint32_t x = id / 12, y = id / 4 % 3, z = id / 2 % 2;
        const struct trl_neuron_kind *kind = &network->kinds[network->kind_of[id]];
        assert_float_equal(kind->params.threshold, 1 + 10.0F * x + 0.5F * y + z, 0);
        assert_float_equal(kind->drive, 2, 0);
        assert_true(kind->psp_shared && !kind->psp_from_potential && !kind->removed);
    }
    /* Of 12 voxels (1, y = 2, z = 0) and (1, y = 0, z = 1) are equal, for both x. */
    assert_int_equal(network->kind_count, 10);
    trl_network_destroy(&network);
}

static void finds_many_kinds(void **state)
{
    struct trl_network *network = create(*state);
    const struct trl_area_params params = {.name = "many",
                                           .size = {5000, 1, 1},
                                           .neuron = trl_neuron_defaults(),
                                           .threshold_step = {1, 0, 0}};
    assert_int_equal(trl_network_add_area(network, &params, NULL), 0);
    struct trl_area_params again = params;
    again.name = "again";
    assert_int_equal(trl_network_add_area(network, &again, NULL), 0);
    assert_int_equal(network->kind_count, 5000);
    for (uint32_t id = 0; id < 10000; id++)
        assert_float_equal(network->kinds[network->kind_of[id]].params.threshold,
                           1 + (float)(id % 5000), 0);
    trl_network_destroy(&network);
}

static void sorts_by_source_target_and_time(void **state)
{
    struct trl_network *network = create(*state);
    add_area(network, "a", 4, 1, 1);
    const struct trl_synapse first[] = {
        {2, 1, 10, 20, true}, {0, 3, 1, 1, false}, {2, 1, 11, 21, false}, {0, 0, 2, 2, false}};
    const struct trl_synapse second[] = {
        {2, 1, 12, 22, false}, {2, 0, 255, 255, true}, {3, 3, 0, 0, false}};
    const struct trl_synapse wanted[] = {
        {0, 0, 2, 2, false},   {0, 3, 1, 1, false},   {2, 0, 255, 255, true}, {2, 1, 10, 20, true},
        {2, 1, 11, 21, false}, {2, 1, 12, 22, false}, {3, 3, 0, 0, false}};
    assert_int_equal(trl_network_add_synapses(network, first, 4), 0);
    assert_int_equal(trl_network_settle(network), 0);
    add_area(network, "b", 2, 1, 1);
    assert_int_equal(trl_network_add_synapses(network, second, 3), 0);
    assert_int_equal(trl_network_synapse_count(network), 7);
    struct trl_synapse *got = all_synapses(network);
    for (int i = 0; i < 7; i++) {
        assert_int_equal(got[i].source, wanted[i].source);
        assert_int_equal(got[i].target, wanted[i].target);
        assert_int_equal(got[i].weight, wanted[i].weight);
        assert_int_equal(got[i].psp, wanted[i].psp);
        assert_int_equal(got[i].inhibitory, wanted[i].inhibitory);
    }
    free(got);
    struct trl_synapse one;
    assert_int_equal(trl_network_synapses(network, 6, 1, &one), 0);
    assert_int_equal(one.source, 3);
    assert_int_equal(network->rows[6], 7);
    trl_network_destroy(&network);
}

/* The order of a sort that compares (source, target, place). */
static int compare(const void *a, const void *b)
{
    const struct trl_synapse *left = a, *right = b;
    if (left->source != right->source)
        return left->source < right->source ? -1 : 1;
    if (left->target != right->target)
        return left->target < right->target ? -1 : 1;
    const uint32_t l = (uint32_t)left->weight << 8 | left->psp;
    const uint32_t r = (uint32_t)right->weight << 8 | right->psp;
    return l < r ? -1 : l > r;
}

/* Rows short and long, spread evenly and in clusters, with many equal targets. */
static void sorts_like_a_plain_sort(void **state)
{
    enum { COUNT = 60000, NEURONS = 70000 };
    struct trl_network *network = create(*state);
    add_area(network, "a", NEURONS, 1, 1);
    struct trl_synapse *added = calloc(COUNT, sizeof(*added));
    uint32_t random = 1;
    for (uint32_t i = 0; i < COUNT; i++) {
        random = random * 1664525 + 1013904223;
        const uint32_t source = i < 20000 ? 7 : i < 40000 ? 60000 : random >> 16;
        random = random * 1664525 + 1013904223;
        const uint32_t spread = i % 3 ? NEURONS : 9;
        added[i] = (struct trl_synapse){source, (uint32_t)((uint64_t)random * spread >> 32),
                                        (uint8_t)(i >> 8), (uint8_t)i, false};
    }
    assert_int_equal(trl_network_add_synapses(network, added, COUNT), 0);
    qsort(added, COUNT, sizeof(*added), compare);
    struct trl_synapse *got = all_synapses(network);
    for (uint32_t i = 0; i < COUNT; i++)
        assert_int_equal(compare(&got[i], &added[i]), 0);
    free(got);
    free(added);
    trl_network_destroy(&network);
}

static void edits(void **state)
{
    struct fixture *f = *state;
    struct trl_network *network = create(f);
    add_area(network, "a", 3, 1, 1);
    const struct trl_synapse synapses[] = {{1, 2, 5, 6, true}, {1, 0, 7, 8, false}};
    assert_int_equal(trl_network_add_synapses(network, synapses, 2), 0);
    assert_int_equal(trl_network_set_weight(network, 1, 255), 0);
    struct trl_synapse got;
    assert_int_equal(trl_network_synapses(network, 1, 1, &got), 0);
    assert_int_equal(got.target, 2);
    assert_int_equal(got.weight, 255);
    assert_int_equal(got.psp, 6);
    assert_true(got.inhibitory);
    struct trl_neuron_params params = trl_neuron_defaults();
    params.refractory = 9;
    assert_int_equal(trl_network_set_neuron(network, 1, &params), 0);
    assert_int_equal(trl_network_remove_neuron(network, 2), 0);
    assert_int_equal(trl_network_set_neuron(network, 2, &params), 0);
    assert_int_equal(network->kinds[network->kind_of[0]].params.refractory, 0);
    assert_int_equal(network->kinds[network->kind_of[1]].params.refractory, 9);
    assert_true(network->kinds[network->kind_of[2]].removed);
    assert_int_equal(trl_network_set_weight(network, 2, 0), TRL_ERROR_USAGE);
    expect_error(f, "there are 2");
    assert_int_equal(trl_network_remove_neuron(network, 3), TRL_ERROR_USAGE);
    expect_error(f, "there is no neuron 3; there are 3");
    assert_int_equal(trl_network_set_neuron(network, 4, &params), TRL_ERROR_USAGE);
    expect_error(f, "there is no neuron 4; there are 3");
    params.leak = NAN;
    assert_int_equal(trl_network_set_neuron(network, 1, &params), TRL_ERROR_USAGE);
    expect_error(f, "neuron 1: leak is nan");
    trl_network_destroy(&network);
}

static void refuse_area(struct fixture *f, const struct trl_area_params *params, const char *text)
{
    struct trl_network *network = create(f);
    add_area(network, "taken", 1, 1, 1);
    assert_int_equal(trl_network_add_area(network, params, NULL), TRL_ERROR_USAGE);
    expect_error(f, text);
    assert_int_equal(trl_network_neuron_count(network), 1);
    assert_int_equal(trl_network_area_count(network), 1);
    trl_network_destroy(&network);
}

static void refuses_bad_areas(void **state)
{
    struct fixture *f = *state;
    const struct trl_area_params good = {.name = "new", .neuron = trl_neuron_defaults()};
    struct trl_area_params bad = good;
    bad.name = "taken";
    refuse_area(f, &bad, "two areas named 'taken'");
    bad.name = NULL;
    refuse_area(f, &bad, "no name");
    bad = good;
    bad.size[1] = -3;
    refuse_area(f, &bad, "area 'new' has -3 voxels along an axis");
    bad = good;
    bad.neurons_per_voxel = -1;
    refuse_area(f, &bad, "area 'new' has -1 neurons in a voxel");
    bad = good;
    bad.size[0] = bad.size[1] = 65536;
    refuse_area(f, &bad, "area 'new' makes more than 2^32 - 1 neurons");
    for (int i = 0; i < 3; i++)
        bad.size[i] = INT32_MAX;
    bad.neurons_per_voxel = INT32_MAX;
    refuse_area(f, &bad, "area 'new' makes more than 2^32 - 1 neurons");
    bad = good;
    bad.neuron.threshold = NAN;
    refuse_area(f, &bad, "area 'new': threshold is nan");
    bad = good;
    bad.neuron.rest = INFINITY;
    refuse_area(f, &bad, "area 'new': rest is inf");
    bad = good;
    bad.neuron.leak = 10;
    refuse_area(f, &bad, "leak is 10; a share from 0 to 1 is expected (divide percent by 100)");
    bad = good;
    bad.neuron.excitability = -0.5F;
    refuse_area(f, &bad, "excitability is -0.5");
    bad = good;
    bad.neuron.threshold_max = NAN;
    refuse_area(f, &bad, "threshold_max is nan");
    bad = good;
    bad.threshold_step[2] = INFINITY;
    refuse_area(f, &bad, "threshold_step is no finite number");
    bad = good;
    bad.drive = NAN;
    refuse_area(f, &bad, "drive or a threshold_step is no finite number");
    bad = good;
    bad.size[0] = 2;
    bad.neuron.threshold = 3e38F;
    bad.threshold_step[0] = 3e38F;
    refuse_area(f, &bad, "beyond what float32 holds");
}

static void refuses_unknown_ids(void **state)
{
    struct fixture *f = *state;
    struct trl_network *network = create(f);
    add_area(network, "a", 3, 1, 1);
    const struct trl_synapse synapses[] = {{0, 1, 1, 1, false}, {0, 3, 1, 1, false}};
    assert_int_equal(trl_network_add_synapses(network, synapses, 2), TRL_ERROR_USAGE);
    expect_error(f, "synapse 1 of those added has the neuron 3; there are 3");
    assert_int_equal(trl_network_synapse_count(network), 0);
    struct trl_synapse out;
    assert_int_equal(trl_network_synapses(network, 0, 1, &out), TRL_ERROR_USAGE);
    expect_error(f, "there are 0");
    assert_int_equal(trl_network_synapses(network, 0, 0, &out), 0);
    trl_network_destroy(&network);
}

static void settles_without_neurons(void **state)
{
    struct trl_network *network = create(*state);
    assert_int_equal(trl_network_settle(network), 0);
    assert_int_equal(network->rows[0], 0);
    assert_int_equal(trl_network_synapse_count(network), 0);
    trl_network_destroy(&network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)
        TEST(destroys_nothing),
        TEST(numbers_areas_in_order),
        TEST(shares_kinds_and_grades_thresholds),
        TEST(finds_many_kinds),
        TEST(sorts_by_source_target_and_time),
        TEST(sorts_like_a_plain_sort),
        TEST(edits),
        TEST(refuses_bad_areas),
        TEST(refuses_unknown_ids),
        TEST(settles_without_neurons),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

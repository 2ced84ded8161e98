/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static struct trl_network *load_seeded(struct fixture *f, const char *text, uint64_t seed)
{
    struct trl_network *network = NULL;
    const struct trl_network_load_params params = {.log = f->log, .seed = seed};
    const int error = trl_network_load(&network, fixture_write(f, text, strlen(text)), &params);
    if (error)
        print_error("%s\n", f->line[TRL_LOG_ERROR]);
    assert_int_equal(error, 0);
    return network;
}

static struct trl_network *load(struct fixture *f, const char *text)
{
    return load_seeded(f, text, 0);
}

/* One power neuron (0), A of 2 x 1 x 1 (1, 2), B of 3 x 2 x 1 (3 to 8, y fastest). */
static const char flat[] =
    "{\"version\": \"2.0\", \"genome_id\": \"g\", \"physiology\": {}, \"neuron_morphologies\": {"
    "  \"right\": {\"type\": \"vectors\", \"parameters\": {\"vectors\": [[1, 0, 0]]}}},"
    "\"blueprint\": {"
    "\"_____10c-_power-cx-__name-t\": \"Brain_Power\","
    "\"_____10c-_power-cx-dstmap-d\": {\"c__aaa\": [[\"0-0-0_to_all\", [1, 1, 1], 2, false]]},"
    "\"_____10c-_power-nx-pstcr_-f\": 500,"
    "\"_____10c-_power-nx-leak_c-f\": null,"
    "\"_____10c-c__aaa-cx-__name-t\": \"A\","
    "\"_____10c-c__aaa-cx-___bbx-i\": 2,"
    "\"_____10c-c__aaa-cx-rcordx-i\": -10,"
    "\"_____10c-c__aaa-cx-rcordz-i\": 5,"
    "\"_____10c-c__aaa-cx-gd_vis-b\": true,"
    "\"_____10c-c__aaa-nx-fire_t-f\": 1.5,"
    "\"_____10c-c__aaa-nx-ftincx-f\": 0.5,"
    "\"_____10c-c__aaa-nx-fthlim-f\": 40,"
    "\"_____10c-c__aaa-nx-refrac-i\": 3,"
    "\"_____10c-c__aaa-nx-c_fr_c-i\": 4,"
    "\"_____10c-c__aaa-nx-snooze-i\": 5,"
    "\"_____10c-c__aaa-nx-leak_c-f\": 0.25,"
    "\"_____10c-c__aaa-nx-excite-f\": 0.5,"
    "\"_____10c-c__aaa-nx-mp_acc-b\": false,"
    "\"_____10c-c__aaa-nx-mp_psp-b\": true,"
    "\"_____10c-c__aaa-cx-pspuni-b\": true,"
    "\"_____10c-c__aaa-nx-pstcr_-f\": 7.9,"
    "\"_____10c-c__aaa-cx-dstmap-d\": {\"c__bbb\": [[\"projector\", [1, 1, 1], 1, false, 1, 1, "
    "1]]},"
    "\"_____10c-c__bbb-cx-___bbx-i\": 3,"
    "\"_____10c-c__bbb-cx-___bby-i\": 2,"
    "\"_____10c-c__bbb-cx-dstmap-d\": {\"c__bbb\": [[\"right\", 1, -3.7, false]]}"
    "}}";

static const char deep[] =
    "\xEF\xBB\xBF {\"version\": \"2.1\", \"neuron_morphologies\": {"
    "  \"right\": {\"vectors\": [[1, 0, 0]]}},"
    "\"blueprint\": {"
    "\"_power\": {\"cortical_name\": \"Brain_Power\", \"postsynaptic_current\": 500,"
    "  \"cortical_mapping_dst\": {\"c__aaa\": [{\"morphology_id\": \"0-0-0_to_all\","
    "    \"postSynapticCurrent_multiplier\": 2, \"plasticity_flag\": false}]}},"
    "\"c__aaa\": {\"cortical_name\": \"A\", \"block_boundaries\": [2, 1, 1],"
    "  \"relative_coordinate\": [-10, 0, 5], \"visualization\": true, \"firing_threshold\": 1.5,"
    "  \"firing_threshold_increment_x\": 0.5, \"firing_threshold_limit\": 40,"
    "  \"refractory_period\": 3, \"consecutive_fire_cnt_max\": 4, \"snooze_length\": 5,"
    "  \"leak_coefficient\": 0.25, \"neuron_excitability\": 0.5,"
    "  \"mp_charge_accumulation\": false, \"mp_driven_psp\": true,"
    "  \"psp_uniform_distribution\": true, \"postsynaptic_current\": 7.9,"
    "  \"cortical_mapping_dst\": {\"c__bbb\": [{\"morphology_id\": \"projector\","
    "    \"morphology_scalar\": [1, 1, 1], \"postSynapticCurrent_multiplier\": 1}]}},"
    "\"c__bbb\": {\"block_boundaries\": [3, 2, 1],"
    "  \"cortical_mapping_dst\": {\"c__bbb\": [{\"morphology_id\": \"right\","
    "    \"postSynapticCurrent_multiplier\": -3.7}]}}"
    "}}";

/* A projects 2 onto 3 places along x, as 3 / 2 divides: 0, 1 to 0 and 2 to 1; 1 onto 2 along y. */
static void expect_small(struct trl_network *network)
{
    static const struct trl_synapse wanted[] = {
        {0, 1, 2, 255, false}, {0, 2, 2, 255, false}, {1, 3, 1, 7, false}, {1, 4, 1, 7, false},
        {1, 5, 1, 7, false},   {1, 6, 1, 7, false},   {2, 7, 1, 7, false}, {2, 8, 1, 7, false},
        {3, 5, 3, 1, true},    {4, 6, 3, 1, true},    {5, 7, 3, 1, true},  {6, 8, 3, 1, true}};
    enum { COUNT = sizeof(wanted) / sizeof(*wanted) };
    assert_int_equal(trl_network_neuron_count(network), 9);
    assert_int_equal(trl_network_synapse_count(network), COUNT);
    struct trl_synapse *got = all_synapses(network);
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(got[i].source, wanted[i].source);
        assert_int_equal(got[i].target, wanted[i].target);
        assert_int_equal(got[i].weight, wanted[i].weight);
        assert_int_equal(got[i].psp, wanted[i].psp);
        assert_int_equal(got[i].inhibitory, wanted[i].inhibitory);
    }
    free(got);
}

static void expect_small_kinds(const struct trl_network *network)
{
    const struct trl_neuron_kind *power = &network->kinds[network->kind_of[0]];
    assert_float_equal(power->drive, 1, 0);
    assert_false(power->psp_shared);
    assert_float_equal(power->params.leak, 0, 0);
    assert_true(isinf(power->params.threshold_max));
    for (uint32_t id = 1; id < 3; id++) {
        const struct trl_neuron_kind *a = &network->kinds[network->kind_of[id]];
        assert_float_equal(a->params.threshold, id == 1 ? 1.5 : 2, 0);
        assert_float_equal(a->params.threshold_max, 40, 0);
        assert_float_equal(a->params.leak, 0.25, 0);
        assert_float_equal(a->params.excitability, 0.5, 0);
        assert_int_equal(a->params.refractory, 3);
        assert_int_equal(a->params.fire_limit, 4);
        assert_int_equal(a->params.snooze, 5);
        assert_true(a->params.coincidence && a->psp_from_potential && !a->psp_shared);
        assert_float_equal(a->drive, 0, 0);
    }
    const struct trl_neuron_kind *b = &network->kinds[network->kind_of[8]];
    assert_true(b->psp_shared && !b->params.coincidence && !b->psp_from_potential);
    assert_float_equal(b->params.threshold, 1, 0);
    assert_float_equal(b->params.excitability, 1, 0);
}

static void reads_both_versions(void **state)
{
    struct fixture *f = *state;
    static const char *const texts[] = {flat, deep};
    for (int i = 0; i < 2; i++) {
        struct trl_network *network = load(f, texts[i]);
        assert_int_equal(f->lines[TRL_LOG_WARN], 0);
        assert_string_equal(trl_network_area(network, 0).name, "Brain_Power");
        assert_string_equal(trl_network_area(network, 1).name, "A");
        assert_string_equal(trl_network_area(network, 2).name, "c__bbb");
        assert_int_equal(trl_network_area(network, 1).position[0], -10);
        assert_int_equal(trl_network_area(network, 1).position[2], 5);
        assert_int_equal(trl_network_area(network, 2).size[1], 2);
        expect_small_kinds(network);
        expect_small(network);
        trl_network_destroy(&network);
    }
}

/* A genome of S, 4 x 3 x 2, and T, 5 x 3 x 2, joined by one rule; both have the same keys. */
static const char *joined(const char *morphology, const char *rule, const char *keys)
{
    static char text[2048];
    snprintf(text, sizeof(text),
             "{\"version\": \"2.1\", \"neuron_morphologies\": {%s}, \"blueprint\": {"
             "\"S\": {\"block_boundaries\": [4, 3, 2], %s"
             "  \"cortical_mapping_dst\": {\"T\": [%s]}},"
             "\"T\": {%s \"block_boundaries\": [5, 3, 2]}}}",
             morphology, keys, rule, keys);
    return text;
}

static uint64_t count_of(struct fixture *f, const char *text)
{
    struct trl_network *network = load(f, text);
    const uint64_t count = trl_network_synapse_count(network);
    trl_network_destroy(&network);
    return count;
}

static void follows_patterns(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *patterns;
        int count;
    } cases[] = {
        {"[[\"*\", \"*\", \"*\"], [0, 0, 0]]", 24},
        {"[[0, 0, 0], [\"*\", \"*\", \"*\"]]", 30},
        {"[[\"*\", \"*\", \"*\"], [\"*\", \"*\", \"*\"]]", 24 * 30},
        {"[[\"*\", \"*\", \"*\"], [\"?\", \"?\", \"?\"]]", 24},
        {"[[\"?\", \"!\", \"?+\"], [\"?\", \"?\", \"?\"]]", 24},
        {"[[\"*\", \"*\", \"*\"], [\"!\", \"!\", \"!\"]]", 24 * 4 * 2 * 1},
        {"[[\"*\", \"*\", \"*\"], [\"?+\", \"?\", \"?\"]]", (4 + 3 + 2 + 1) * 6},
        {"[[\"*\", \"*\", \"*\"], [\"?-\", \"?\", \"?\"]]", (0 + 1 + 2 + 3) * 6},
        {"[[\"*\", \"*\", \"*\"], [\"?+=\", \"?\", \"?\"]]", (5 + 4 + 3 + 2) * 6},
        {"[[\"*\", \"*\", \"*\"], [\"?-=\", \"?\", \"?\"]]", (1 + 2 + 3 + 4) * 6},
        {"[[\"*\", \"*\", \"*\"], [\"?+1\", \"?\", \"?\"]]", 24},
        {"[[\"*\", \"*\", \"*\"], [\"?-2\", \"?\", \"?\"]]", 2 * 6},
        {"[[\"*\", \"*\", \"*\"], [\"?-1:?+1\", \"?\", \"?\"]]", (2 + 3 + 3 + 3) * 6},
        {"[[\"*\", \"*\", \"*\"], [\"?+1:?+5\", \"?\", \"?\"]]", (4 + 3 + 2 + 1) * 6},
        {"[[\"1..2\", \"*\", \"*\"], [\"?\", \"?\", 0]]", 12},
        {"[[\"*\", \"*\", \"*\"], [\"1..98\", \"?\", \"?\"]]", 24 * 4},
        {"[[\"*\", \"2\", \"*\"], [\"?\", \"?\", \"?\"]]", 8},
        {"[[9, \"*\", \"*\"], [\"?\", \"?\", \"?\"]]", 0},
        {"[[\"*\", \"*\", \"*\"], [\"?\", \"?\", -1]]", 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char morphology[256];
        snprintf(morphology, sizeof(morphology),
                 "\"m\": {\"type\": \"patterns\", \"parameters\": {\"patterns\": [%s]}}",
                 cases[i].patterns);
        assert_int_equal(count_of(f, joined(morphology, "[\"m\", 1, 1, false]", "")),
                         cases[i].count);
        /* Old files have one pair without a list around it, and no parameters. */
        snprintf(morphology, sizeof(morphology), "\"m\": {\"patterns\": %s}", cases[i].patterns);
        assert_int_equal(count_of(f, joined(morphology, "[\"m\", 1, 1, false]", "")),
                         cases[i].count);
    }
    /* Two that overlap in the source's own place: all 5 along x, each once. */
    assert_int_equal(
        count_of(f,
                 joined("\"m\": {\"patterns\": [[[\"*\", \"*\", \"*\"], [\"?-=\", \"?\", \"?\"]],"
                        "[[\"*\", \"*\", \"*\"], [\"?+=\", \"?\", \"?\"]]]}",
                        "[\"m\", 1, 1, false]", "")),
        24 * 5);
}

static void follows_functions(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *name;
        int count;
    } cases[] = {
        {"projector", 30},           /* 4 onto 5: each of 5 has one source; 3 and 2 alike */
        {"transpose_xy", 4 * 5 * 2}, /* x of T from y, 3 onto 5: 5; y from x, 4 onto 3: 4 */
        {"transpose_yz", 5 * 3 * 3}, /* x 5; y from z, 2 onto 3: 3; z from y, 3 onto 2: 3 */
        {"transpose_xz", 5 * 3 * 4}, /* x from z, 2 onto 5: 5; y 3; z from x, 4 onto 2: 4 */
        {"sweeper", 24},             /* S has no last voxel of T */
        {"last_to_first", 1},
        {"first_to_last", 1},
        {"lateral_pairs_x", 24},
        {"randomizer", 24},
        {"block_to_block", 24},
        {"lateral_+x", 24}, /* T is longer by one */
        {"lateral_-x", 18},
        {"lateral_+y", 16},
        {"lateral_-y", 16},
        {"lateral_+z", 12},
        {"lateral_-z", 12},
        {"all_to_0-0-0", 24},
        {"0-0-0_to_all", 30},
        {"all_to_all", 24 * 30},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char rule[64];
        snprintf(rule, sizeof(rule), "[\"%s\", 1, 1, false]", cases[i].name);
        assert_int_equal(count_of(f, joined("\"projector\": {\"type\": \"functions\", "
                                            "\"parameters\": {}, \"class\": \"core\"}",
                                            rule, "")),
                         cases[i].count);
    }
    assert_int_equal(f->lines[TRL_LOG_WARN], 0);
}

static void sweeps_x_first(void **state)
{
    struct fixture *f = *state;
    struct trl_network *network =
        load(f, "{\"version\": \"2.1\", \"blueprint\": {\"A\": {\"block_boundaries\": [3, 2, 2],"
                "\"cortical_mapping_dst\": {\"A\": [[\"sweeper\", 1, 1, false]]}}}}");
    assert_int_equal(trl_network_synapse_count(network), 11);
    for (uint32_t n = 0; n + 1 < 12; n++) {
        const uint32_t next = n + 1;
        const uint32_t from = (n % 3 * 2 + n / 3 % 2) * 2 + n / 6;
        const uint32_t to = (next % 3 * 2 + next / 3 % 2) * 2 + next / 6;
        assert_true(has_synapse(network, from, to));
    }
    trl_network_destroy(&network);
}

static void joins_all_neurons_of_voxels(void **state)
{
    struct fixture *f = *state;
    const char *keys = "\"per_voxel_neuron_cnt\": 3,";
    struct trl_network *network = load(f, joined("", "[\"last_to_first\", 1, 1, false]", keys));
    assert_int_equal(trl_network_neuron_count(network), 72 + 90);
    assert_int_equal(trl_network_synapse_count(network), 9);
    for (uint32_t i = 0; i < 9; i++)
        assert_true(has_synapse(network, 69 + i / 3, 72 + i % 3));
    trl_network_destroy(&network);
}

static void draws_by_attractivity(void **state)
{
    struct fixture *f = *state;
    const char *rule = "[\"all_to_all\", 1, 1, false]";
    const char *text = joined("", rule, "\"synapse_attractivity\": 30,");
    struct trl_network *network = load_seeded(f, text, 1);
    /* Binomial of 720: standard deviation 12.3. */
    const uint64_t count = trl_network_synapse_count(network);
    const uint64_t hash = network_hash(network);
    assert_true(fabs((double)count - 216) < 5 * 12.3);
    trl_network_destroy(&network);
    network = load_seeded(f, text, 1);
    assert_true(network_hash(network) == hash);
    trl_network_destroy(&network);
    network = load_seeded(f, text, 2);
    assert_true(network_hash(network) != hash);
    trl_network_destroy(&network);
    assert_int_equal(count_of(f, joined("", rule, "\"synapse_attractivity\": 0,")), 0);
    /* What a rule says itself goes before the area. */
    assert_int_equal(count_of(f, joined("",
                                        "{\"morphology_id\": \"all_to_all\","
                                        " \"synapse_attractivity\": 100}",
                                        "\"synapse_attractivity\": 0,")),
                     720);
}

static struct trl_neuron_params params_of(struct fixture *f, const char *keys)
{
    struct trl_network *network = load(f, joined("", "", keys));
    const struct trl_neuron_params params = network->kinds[network->kind_of[0]].params;
    trl_network_destroy(&network);
    return params;
}

static void reads_percent(void **state)
{
    struct fixture *f = *state;
    const float tenth = 0.1F, half = 0.5F;
    assert_float_equal(params_of(f, "\"leak_coefficient\": 10,").leak, tenth, 0);
    expect_warning(f, "2 values of leak or excitability are above 1 and read as percent: "
                      "'blueprint.S.leak_coefficient', 'blueprint.T.leak_coefficient'");
    assert_float_equal(params_of(f, "\"neuron_excitability\": 50,").excitability, half, 0);
    expect_warning(f, "read as percent");
    assert_float_equal(params_of(f, "\"leak_coefficient\": 100,").leak, 1, 0);
    expect_warning(f, "read as percent");
    assert_float_equal(params_of(f, "\"leak_coefficient\": 1,").leak, 1, 0);
    assert_float_equal(params_of(f, "\"leak_coefficient\": 0.97,").leak, 0.97F, 0);
    assert_float_equal(params_of(f, "\"neuron_excitability\": 1,").excitability, 1, 0);
    assert_int_equal(f->lines[TRL_LOG_WARN], 0);
}

static void saturates_counts(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(params_of(f, "\"refractory_period\": 70000,").refractory, 65535);
    assert_int_equal(params_of(f, "\"refractory_period\": -4,").refractory, 0);
    assert_int_equal(params_of(f, "\"consecutive_fire_cnt_max\": 1000000,").fire_limit, 0);
    assert_int_equal(params_of(f, "\"consecutive_fire_cnt_max\": 65535,").fire_limit, 0);
    assert_int_equal(params_of(f, "\"consecutive_fire_cnt_max\": 65534,").fire_limit, 65534);
    assert_int_equal(params_of(f, "\"snooze_length\": 2.9,").snooze, 2);
    assert_true(isinf(params_of(f, "\"firing_threshold_limit\": 3.5e38,").threshold_max));
    assert_true(isinf(params_of(f, "\"firing_threshold_limit\": 0,").threshold_max));
    const char *rule = "[\"last_to_first\", 1, -300, false]";
    struct trl_network *network = load(f, joined("", rule, "\"postsynaptic_current\": -5,"));
    struct trl_synapse synapse;
    assert_int_equal(trl_network_synapses(network, 0, 1, &synapse), 0);
    assert_int_equal(synapse.weight, 255);
    assert_int_equal(synapse.psp, 0);
    assert_true(synapse.inhibitory);
    trl_network_destroy(&network);
}

static void takes_either_type_of_snooze(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 2; i++) {
        char text[128];
        snprintf(text, sizeof(text),
                 "{\"version\": \"2.0\", \"blueprint\": {\"_____10c-abcdef-nx-snooze-%c\": 6}}",
                 i ? 'i' : 'f');
        struct trl_network *network = load(f, text);
        assert_int_equal(network->kinds[0].params.snooze, 6);
        trl_network_destroy(&network);
    }
    assert_int_equal(f->lines[TRL_LOG_WARN], 0);
}

static void reports_what_it_leaves_out(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(count_of(f, joined("", "", "\"colour\": 1, \"smell\": 2,")), 0);
    expect_warning(f, "4 keys are unknown and ignored: 'colour', 'smell', 'colour', ...");
    assert_int_equal(count_of(f, joined("\"episodic_memory\": {\"type\": \"functions\"}",
                                        "[\"episodic_memory\", 1, 1, false]", "")),
                     0);
    expect_warning(f, "1 rules make no synapses, since their morphology is not supported or an "
                      "area is missing: 'episodic_memory'");
    assert_int_equal(count_of(f, joined("", "[\"block_to_block\", 1, 1, true]", "")), 24);
    expect_warning(f, "1 values ask for what is not simulated: 'blueprint: rule 0 from S to T'");
    assert_int_equal(count_of(f, joined("", "[\"block_to_block\", 1, 0.5, false]", "")), 24);
    expect_warning(f, "1 values ask for what is not simulated: 'blueprint: rule 0 from S to T'");
    assert_int_equal(
        count_of(f, joined("", "", "\"leak_variability\": 3, \"is_mem_type\": false,")), 0);
    expect_warning(f, "2 values ask for what is not simulated: 'blueprint.S.leak_variability'");
    assert_int_equal(count_of(f, "{\"version\": \"2.1\", \"blueprint\": {\"A\": {"
                                 "\"cortical_mapping_dst\": {\"gone\": [[\"projector\"]]}}}}"),
                     0);
    expect_warning(f, "or an area is missing: 'gone'");
}

static void names_areas_apart(void **state)
{
    struct fixture *f = *state;
    struct trl_network *network = load(
        f, "{\"version\": \"2.1\", \"blueprint\": {\"A\": {\"cortical_name\": \"eye\"},"
           "\"B\": {\"cortical_name\": \"eye\"}, \"X19fcG93ZXI=\": {\"cortical_name\": \"\"}}}");
    assert_string_equal(trl_network_area(network, 0).name, "eye");
    assert_string_equal(trl_network_area(network, 1).name, "eye (B)");
    assert_string_equal(trl_network_area(network, 2).name, "X19fcG93ZXI=");
    assert_float_equal(network->kinds[network->kind_of[2]].drive, 1, 0);
    trl_network_destroy(&network);
}

static void refuse(struct fixture *f, const char *data, int code, const char *text)
{
    struct trl_network *network = (struct trl_network *)f;
    const struct trl_network_load_params params = {.log = f->log, .memory_max_bytes = 1 << 20};
    assert_int_equal(trl_network_load(&network, fixture_write(f, data, strlen(data)), &params),
                     code);
    assert_null(network);
    expect_error(f, text);
    assert_int_equal(f->lines[TRL_LOG_WARN], 0);
}

static void refuse_keys(struct fixture *f, const char *keys, const char *text)
{
    refuse(f, joined("", "", keys), TRL_ERROR_INPUT, text);
}

static void refuse_rule(struct fixture *f, const char *morphology, const char *rule,
                        const char *text)
{
    refuse(f, joined(morphology, rule, ""), TRL_ERROR_INPUT, text);
}

static void refuses_bad_files(void **state)
{
    struct fixture *f = *state;
    const int code = TRL_ERROR_INPUT;
    refuse(f, "{", code, "line 1, column 1: ");
    refuse(f, "{}", code, "version: is missing; 2.0 or 2.1 is expected");
    refuse(f, "{\"version\": \"1.0\"}", code, "version: is 1.0");
    refuse(f, "{\"version\": \"2.0\"}", code, "blueprint: is no object");
    refuse(f, "{\"version\": \"2.0\", \"blueprint\": []}", code, "blueprint: is no object");
    refuse(f, "{\"version\": \"2.0\", \"blueprint\": {}}", code, "blueprint: has no areas");
    refuse(f, "{\"version\": \"2.0\", \"blueprint\": {\"\": {}}}", code, "area without an id");
    refuse(f, "{\"version\": \"2.0\", \"blueprint\": {\"A\": 1}}", code,
           "blueprint.A: is no object");
    refuse(f, "{\"version\": \"2.1\", \"blueprint\": {\"A\": {}, \"A\": {}}}", code,
           "duplicate object key");
    refuse(f, "{\"version\": \"2.0\", \"neuron_morphologies\": 1, \"blueprint\": {}}", code,
           "neuron_morphologies: is no object");
    refuse(f, "{\"version\": \"2.0\", \"blueprint\": {\"_____10c-abcdef-nx-leak_c-f\": 1000}}",
           code, "blueprint._____10c-abcdef-nx-leak_c-f: is 1000; a number from 0 to 100");
}

static void refuses_bad_values(void **state)
{
    struct fixture *f = *state;
    refuse_keys(f, "\"leak_coefficient\": 101,",
                "blueprint.S.leak_coefficient: is 101; a number from 0 to 100 is expected");
    refuse_keys(f, "\"leak_coefficient\": -0.1,", "blueprint.S.leak_coefficient: is -0.1");
    refuse_keys(f, "\"neuron_excitability\": 150,", "blueprint.S.neuron_excitability: is 150");
    refuse_keys(f, "\"firing_threshold\": 1e39,", "blueprint.S.firing_threshold: is 1e+39");
    refuse_keys(f, "\"firing_threshold\": \"high\",", "blueprint.S.firing_threshold: is no number");
    refuse_keys(f, "\"firing_threshold\": NaN,", "line 1, column ");
    refuse_keys(f, "\"mp_driven_psp\": \"yes\",", "blueprint.S.mp_driven_psp: is no true or false");
    refuse_keys(f, "\"relative_coordinate\": [1, 2],",
                "blueprint.S.relative_coordinate: is no list of three numbers");
    refuse_keys(f, "\"relative_coordinate\": [1, 2, 0.5],",
                "blueprint.S.relative_coordinate: is 0.5; a whole number");
    refuse_keys(f, "\"per_voxel_neuron_cnt\": 0,",
                "blueprint.S.per_voxel_neuron_cnt: is 0; a whole number from 1");
    refuse_keys(f, "\"synapse_attractivity\": 101,", "blueprint.S.synapse_attractivity: is 101");
    refuse_keys(f, "\"cortical_name\": 7,", "blueprint.S.cortical_name: is no text");
    refuse(f, "{\"version\": \"2.1\", \"blueprint\": {\"A\": {\"block_boundaries\": [0, 1, 1]}}}",
           TRL_ERROR_INPUT, "blueprint.A.block_boundaries: is 0; a whole number from 1");
    refuse(f, "{\"version\": \"2.1\", \"blueprint\": {\"A\": {\"cortical_mapping_dst\": []}}}",
           TRL_ERROR_INPUT, "blueprint.A.cortical_mapping_dst: is no object");
    refuse(f,
           "{\"version\": \"2.1\", \"blueprint\": {\"A\": {"
           "\"block_boundaries\": [65536, 65536, 2]}}}",
           TRL_ERROR_INPUT, "area 'A' makes more than 2^32 - 1 neurons");
    refuse(f,
           "{\"version\": \"2.1\", \"blueprint\": {\"A\": {"
           "\"firing_threshold\": 3e38, \"firing_threshold_increment_x\": 3e38,"
           "\"block_boundaries\": [2, 1, 1]}}}",
           TRL_ERROR_INPUT, "area 'A': threshold_step takes the threshold beyond");
}

static void refuses_bad_rules(void **state)
{
    struct fixture *f = *state;
    const char *use = "[\"m\", 1, 1, false]";
    refuse_rule(f, "", "7", "blueprint: rule 0 from S to T: names no morphology");
    refuse_rule(f, "", "[\"projector\"], []", "blueprint: rule 1 from S to T: names no morphology");
    refuse_rule(f, "", "[\"projector\", 1, \"x\"]", "has a multiplier that is no number");
    refuse_rule(f, "\"m\": {\"vectors\": 3}", use, "neuron_morphologies.m: has no list of vectors");
    refuse_rule(f, "\"m\": {\"vectors\": [[1, 2]]}", use,
                "neuron_morphologies.m: has a place that is no list of three");
    refuse_rule(f, "\"m\": {\"vectors\": [[1, 2, \"*\"]]}", use,
                "has a vector that is no list of three whole numbers");
    refuse_rule(f, "\"m\": {\"patterns\": {}}", use, "has no list of patterns");
    refuse_rule(f, "\"m\": {\"patterns\": [[[1, 1, 1]]]}", use,
                "has a pattern that is no pair of places");
    static const char *const words[] = {"?x",   "?3",    "**",  "",   "?+-1",          "1-98",
                                        "1:98", "?-1:1", "1..", "..", "?+99999999999", "1.5"};
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        char morphology[128];
        snprintf(morphology, sizeof(morphology),
                 "\"m\": {\"patterns\": [[[\"*\", \"*\", \"*\"], [0, 0, \"%s\"]]]}", words[i]);
        refuse_rule(f, morphology, use, "neither a whole number nor a pattern such as");
    }
    refuse(f,
           "{\"version\": \"2.1\", \"blueprint\": {\"A\": {\"cortical_mapping_dst\": {"
           "\"A\": 1}}}}",
           TRL_ERROR_INPUT, "blueprint: rules from A to A: are no list");
}

/* Of 1 MiB. */
static void refuses_what_is_too_large(void **state)
{
    struct fixture *f = *state;
    refuse(f,
           "{\"version\": \"2.1\", \"blueprint\": {\"A\": {"
           "\"block_boundaries\": [1000, 1000, 1]}}}",
           TRL_ERROR_MEMORY,
           "network of 1000000 neurons: 12000000 bytes are needed, 1048576 are available");
    refuse(f,
           "{\"version\": \"2.1\", \"blueprint\": {\"A\": {"
           "\"block_boundaries\": [1000, 1, 1], \"cortical_mapping_dst\": {\"A\": ["
           "[\"all_to_all\", 1, 1, false]]}}}}",
           TRL_ERROR_MEMORY, "synapses: ");
}

/* The shape of a small published brain: a driven neuron, eyes of nine fields, four commands that
 * the fields project to, eight motor neurons that they drive, one place each in the motor area. */
static void grows_a_small_brain(void **state)
{
    struct fixture *f = *state;
    static char text[16384];
    size_t size = (size_t)sprintf(text, "{\"version\": \"2.1\", \"neuron_morphologies\": {");
    for (int i = 0; i < 8; i++)
        size += (size_t)sprintf(text + size,
                                "%s\"to_%d\": {\"type\": \"patterns\", \"parameters\": "
                                "{\"patterns\": [[[0, 0, 0], [%d, 0, 0]]]}}",
                                i ? "," : "", i, i);
    size += (size_t)sprintf(text + size, "}, \"blueprint\": {\"_____10c-_power-nx-excite-f\": 100,"
                                         "\"_____10c-omot00-cx-___bbx-i\": 8");
    for (int i = 0; i < 9; i++) {
        size += (size_t)sprintf(text + size,
                                ",\"_____10c-iic%d00-cx-___bbx-i\": %d,"
                                "\"_____10c-iic%d00-cx-___bby-i\": %d,"
                                "\"_____10c-iic%d00-cx-___bbz-i\": 3",
                                i, i == 4 ? 128 : 16, i, i == 4 ? 128 : 16, i);
        if (i == 1 || i == 7)
            size += (size_t)sprintf(text + size,
                                    ",\"_____10c-iic%d00-cx-dstmap-d\": {\"c__%d__\": "
                                    "[[\"projector\", [1, 1, 1], 1, false, 1, 1, 1]]}",
                                    i, i / 7);
    }
    for (int i = 0; i < 8; i++)
        size += (size_t)sprintf(text + size,
                                ",\"_____10c-cmot%d_-cx-dstmap-d\": {\"omot00\": "
                                "[[\"to_%d\", [1, 1, 1], 1, false, 1, 1, 1]]}",
                                i, i);
    for (int i = 0; i < 4; i++) {
        size += (size_t)sprintf(text + size, ",\"_____10c-c__%d__-cx-dstmap-d\": {", i);
        for (int n = 0; i < 2 && n < 4; n++)
            size += (size_t)sprintf(text + size, "%s\"cmot%d_\": [[\"projector\", 1, 1, false]]",
                                    n ? "," : "", 2 * n + i);
        size += (size_t)sprintf(text + size, "}");
    }
    sprintf(text + size, "}}");
    struct trl_network *network = load(f, text);
    expect_warning(f, "1 values of leak or excitability are above 1");
    assert_int_equal(trl_network_area_count(network), 1 + 1 + 9 + 8 + 4);
    assert_int_equal(trl_network_neuron_count(network), 1 + 8 + 128 * 128 * 3 + 8 * 768 + 8 + 4);
    assert_int_equal(trl_network_synapse_count(network), 2 * 768 + 8 + 8);
    trl_network_destroy(&network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)
        TEST(reads_both_versions),
        TEST(follows_patterns),
        TEST(follows_functions),
        TEST(sweeps_x_first),
        TEST(joins_all_neurons_of_voxels),
        TEST(draws_by_attractivity),
        TEST(reads_percent),
        TEST(saturates_counts),
        TEST(takes_either_type_of_snooze),
        TEST(reports_what_it_leaves_out),
        TEST(names_areas_apart),
        TEST(refuses_bad_files),
        TEST(refuses_bad_values),
        TEST(refuses_bad_rules),
        TEST(refuses_what_is_too_large),
        TEST(grows_a_small_brain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "check.h"

#include <math.h>

#include "sim/sim.h"

#include <tensorreel/log.h>
#include <tensorreel/network.h>

struct lines {
    int count;
    char last[2048];
};

static void remember(void *user, enum trl_log_level level, const char *line)
{
    (void)level;
    struct lines *lines = user;
    lines->count++;
    snprintf(lines->last, sizeof(lines->last), "%s", line);
}

/* The request fails with TRL_ERROR_USAGE, leaves nothing, and says so in one line. */
static void refuse(const struct trl_sim_params *params, const char *says)
{
    struct lines lines = {0};
    struct trl_log *log = NULL;
    assert_int_equal(
        trl_log_create(&log, &(struct trl_log_params){.callback = remember, .user = &lines}), 0);
    struct trl_sim_params with_log = *params;
    with_log.log = log;
    struct trl_sim *sim = (struct trl_sim *)&lines;
    assert_int_equal(trl_sim_create(&sim, &with_log), TRL_ERROR_USAGE);
    assert_null(sim);
    assert_int_equal(lines.count, 1);
    if (!strstr(lines.last, says))
        fail_msg("\"%s\" does not say \"%s\"", lines.last, says);
    trl_log_destroy(&log);
}

static void refuses_what_it_does_not_know(void **state)
{
    (void)state;
    refuse(&(struct trl_sim_params){0}, "there are: lif-sheet");
    refuse(&(struct trl_sim_params){.model = "lif_shet"}, "did you mean 'lif-sheet'?");
    refuse(&(struct trl_sim_params){.model = "reaction"}, "'reaction' is unknown; there are:");
    refuse(&(struct trl_sim_params){.model = "lif-sheet", .backend = (enum trl_backend)9},
           "backend 9");
    refuse(&(struct trl_sim_params){.model = "lif-sheet", .backend = TRL_BACKEND_GPU},
           "needs a device");
}

static void refuse_setting(const char *name, double value, const char *says)
{
    const struct trl_sim_setting setting = {name, value};
    refuse(&(struct trl_sim_params){.model = "lif-sheet", .settings = &setting, .setting_count = 1},
           says);
}

static void refuses_settings_out_of_range(void **state)
{
    (void)state;
    refuse_setting("tau", 10, "did you mean 'tau_ms'?");
    refuse_setting("threshhold_mv", 10, "did you mean 'threshold_mv'?");
    refuse_setting("colour", 1, "excitation_radius");
    refuse_setting(NULL, 1, "setting '' is unknown");
    refuse_setting("tau_ms", 0.5, "tau_ms = 0.5 is out of range; it must be a number from 1 to");
    refuse_setting("tau_ms", 1001, "to 1000");
    refuse_setting("tau_ms", NAN, "out of range");
    refuse_setting("drive_mv", INFINITY, "out of range");
    refuse_setting("excitation_radius", 2.5, "a whole number from 0 to 14");
    refuse_setting("inhibition_radius", 15, "a whole number from 0 to 14");
    refuse_setting("refractory_ms", 256, "at most 255 steps");
}

static void refuses_sizes_out_of_range(void **state)
{
    (void)state;
    static const int sizes[][2] = {{-1, 8},    {8, -1},      {32769, 1},
                                   {1, 32769}, {8192, 8192}, {INT32_MAX, INT32_MAX}};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
        refuse(&(struct trl_sim_params){.model = "lif-sheet",
                                        .width = sizes[i][0],
                                        .height = sizes[i][1]},
               "cells is not possible");
}

static void defaults_are_the_models(void **state)
{
    (void)state;
    struct trl_sim *sim = NULL;
    assert_int_equal(trl_sim_create(&sim, &(struct trl_sim_params){.model = "lif-sheet"}), 0);
    struct trl_layout layout;
    assert_int_equal(trl_sim_layout(sim, NULL, &layout), 0);
    assert_int_equal(layout.dtype, TRL_DTYPE_F32);
    assert_int_equal(layout.rank, 2);
    assert_int_equal(layout.shape[0], 288);
    assert_int_equal(layout.shape[1], 512);
    assert_int_equal(layout.stride[0], 512);
    assert_int_equal(layout.stride[1], 1);
    assert_int_equal(trl_sim_channel_find(sim, NULL), 0);
    assert_int_equal(trl_sim_time(sim), 0);
    trl_sim_destroy(&sim);
    assert_null(sim);
    trl_sim_destroy(&sim);
    trl_sim_destroy(NULL);
}

/* Every listed setting is accepted at its default, and every channel can be read. */
static void lists_what_exists(void **state)
{
    (void)state;
    struct trl_network *network = NULL;
    const struct trl_network_generate_params generate = {.size = {6, 5, 1}, .degree = 3};
    assert_int_equal(trl_network_generate(&network, &generate), 0);
    for (const struct trl_sim_model *const *model = trl_sim_models(); *model; model++) {
        int count = 0;
        while ((*model)->settings[count].name)
            count++;
        assert_in_range(count, 1, TRL_SIM_SETTING_MAX);
        struct trl_sim *sim = NULL;
        const struct trl_sim_params params = {
            .model = (*model)->name,
            .width = 6,
            .height = 5,
            .settings = (*model)->settings,
            .setting_count = count,
            .network = network, /* of the model that needs one */
        };
        assert_int_equal(trl_sim_create(&sim, &params), 0);
        for (const struct trl_sim_channel *channel = (*model)->channels; channel->name; channel++) {
            float values[30];
            assert_int_equal(trl_sim_read(sim, channel->name, values, sizeof(values)), 0);
            assert_true(channel->vmin < channel->vmax);
        }
        trl_sim_destroy(&sim);
    }
    trl_network_destroy(&network);
}

static void refuses_bad_reads_and_steps(void **state)
{
    (void)state;
    struct lines lines = {0};
    struct trl_log *log = NULL;
    assert_int_equal(
        trl_log_create(&log, &(struct trl_log_params){.callback = remember, .user = &lines}), 0);
    struct trl_sim *sim = NULL;
    const struct trl_sim_params params = {
        .log = log, .model = "lif-sheet", .width = 6, .height = 5};
    assert_int_equal(trl_sim_create(&sim, &params), 0);
    float values[30];
    struct trl_layout layout;
    assert_int_equal(trl_sim_read(sim, "spike", values, sizeof(values)), TRL_ERROR_USAGE);
    assert_non_null(strstr(lines.last, "did you mean 'spikes'?"));
    assert_int_equal(trl_sim_layout(sim, "w", &layout), TRL_ERROR_USAGE);
    assert_int_equal(trl_sim_read(sim, "v", values, sizeof(values) - 4), TRL_ERROR_USAGE);
    assert_non_null(strstr(lines.last, "120 bytes"));
    assert_int_equal(trl_sim_step(sim, -1), TRL_ERROR_USAGE);
    assert_int_equal(lines.count, 4);
    assert_int_equal(trl_sim_time(sim), 0);
    trl_sim_destroy(&sim);
    trl_log_destroy(&log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_what_it_does_not_know),
        cmocka_unit_test(refuses_settings_out_of_range),
        cmocka_unit_test(refuses_sizes_out_of_range),
        cmocka_unit_test(defaults_are_the_models),
        cmocka_unit_test(lists_what_exists),
        cmocka_unit_test(refuses_bad_reads_and_steps),
    };
    return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <tensorreel/burst.h>
#include <tensorreel/network.h>
#include <tensorreel/sim.h>

/*
 * Films of the burst engine show what pictures show that are made of its states, read burst by
 * burst: the same pixels on the way to the outputs, and files of the same bytes.
 */

enum { WIDE = 40, HIGH = 24, NEURONS = WIDE * HIGH, FRAMES = 12 };

/* Waves; the threshold is a power of two, so that potentials over it have no rounding. */
static struct trl_network *make_network(void)
{
    struct trl_network *network = NULL;
    struct trl_network_generate_params params = {.log = gpu.log,
                                                 .kind = TRL_NETWORK_GRID,
                                                 .size = {WIDE, HIGH},
                                                 .degree = 40,
                                                 .neuron = trl_neuron_defaults(),
                                                 .drive = 0.05F};
    params.neuron.threshold = 4;
    params.neuron.leak = 0.25F;
    params.neuron.refractory = 5;
    assert_int_equal(trl_network_generate(&network, &params), 0);
    return network;
}

/* Kicks nothing: the films begin as the engine does. */
static struct trl_sim *make_sim(struct trl_network *network, enum trl_backend backend)
{
    struct trl_sim *sim = NULL;
    const struct trl_sim_setting settings[] = {{"kick", 0}, {"afterglow_bursts", 1}};
    const struct trl_sim_params params = {.log = gpu.log,
                                          .model = "burst",
                                          .device = gpu.device,
                                          .backend = backend,
                                          .settings = settings,
                                          .setting_count = 2,
                                          .network = network};
    assert_int_equal(trl_sim_create(&sim, &params), 0);
    return sim;
}

/* A column of neurons is set off at first, by a drive of its own. */
static void set_off(struct trl_network *network)
{
    for (uint32_t n = 0; n < 3 * HIGH; n++) {
        struct trl_neuron_params neuron = trl_neuron_defaults();
        neuron.threshold = 0.0625F;
        neuron.leak = 0.25F;
        neuron.refractory = 5;
        assert_int_equal(trl_network_set_neuron(network, n, &neuron), 0);
    }
}

/* The picture of a channel as the engine's state has it: neuron (x, y) is number x * HIGH + y. */
static void draw(struct trl_burst *burst, bool of_spikes, float picture[NEURONS])
{
    uint32_t fired[(NEURONS + 31) / 32];
    float v[NEURONS];
    assert_int_equal(trl_burst_read(burst, TRL_BURST_FIRED, fired, sizeof(fired)), 0);
    assert_int_equal(trl_burst_read(burst, TRL_BURST_V, v, sizeof(v)), 0);
    for (uint32_t n = 0; n < NEURONS; n++) {
        const float threshold = n < 3 * HIGH ? 0.0625F : 4;
        picture[n % HIGH * WIDE + n / HIGH] =
            of_spikes ? (float)(fired[n / 32] >> n % 32 & 1) : v[n] / threshold;
    }
}

static void film_states(struct trl_stream *stream, struct trl_network *network, bool of_spikes,
                        int bursts)
{
    struct trl_burst *burst = NULL;
    assert_int_equal(
        trl_burst_create(&burst, &(struct trl_burst_params){.log = gpu.log,
                                                            .network = network,
                                                            .backend = TRL_BURST_REFERENCE}),
        0);
    struct trl_layout layout;
    assert_int_equal(trl_layout_dense(&layout, TRL_DTYPE_F32, 2, (int64_t[]){HIGH, WIDE}, false),
                     0);
    for (int n = 0; n < FRAMES; n++) {
        float picture[NEURONS];
        assert_int_equal(trl_burst_run(burst, (uint64_t)bursts), 0);
        draw(burst, of_spikes, picture);
        assert_int_equal(trl_stream_push(stream, &layout, picture, sizeof(picture)), 0);
    }
    trl_burst_destroy(&burst);
}

/* Films the simulation, or the states where there is none; the hashes, and a picture's bytes. */
static void film(const char *folder, struct trl_network *network, struct trl_sim *sim,
                 const char *channel, int bursts, const char *files[2])
{
    const struct trl_output_params outputs[] = {
        {.path = path_in(folder, "film.framehash"), .overwrite = true},
        {.path = path_in(folder, "film.y4m"), .overwrite = true}};
    struct trl_stream_params params = probe_params(0);
    params.view.vmax = 1;
    params.view.cmap = "inferno";
    params.outputs = outputs;
    params.output_count = 2;
    struct trl_stream *stream = stream_open(&params, false);
    if (sim)
        assert_int_equal(trl_stream_film_sim(stream, sim, channel, FRAMES, bursts), 0);
    else
        film_states(stream, network, !strcmp(channel, "fired"), bursts);
    assert_int_equal(trl_stream_finish(stream), 0);
    assert_int_equal(stats_of(stream).encoded, FRAMES);
    trl_stream_destroy(&stream);
    files[0] = file_read(path_in(folder, "film.framehash"));
    files[1] = file_read(path_in(folder, "film.y4m"));
    assert_non_null(files[0]);
    assert_non_null(files[1]);
}

/* Most frames are not like the one before, by the hashes at the ends of the lines. */
static void check_that_it_moves(const char *framehash)
{
    enum { DIGITS = 64 };
    const char *hashes[FRAMES];
    const char *line = framehash;
    int changes = 0;
    for (int frame = 0; frame < FRAMES; line = strchr(line, '\n') + 1) {
        if (line[0] == '#')
            continue;
        hashes[frame] = strchr(line, '\n') - DIGITS;
        changes += frame && memcmp(hashes[frame - 1], hashes[frame], DIGITS) != 0;
        frame++;
    }
    assert_true(changes > FRAMES / 2);
}

static void films_show_the_states(void **state)
{
    (void)state;
    static const char *const channels[] = {"fired", "v"};
    char *folder = folder_make();
    struct trl_network *network = make_network();
    set_off(network);
    for (int bursts = 1; bursts <= 3; bursts += 2)
        for (int n = 0; n < 2; n++) {
            const char *states[2], *films[2];
            film(folder, network, NULL, channels[n], bursts, states);
            for (int backend = TRL_BACKEND_CPU; backend <= TRL_BACKEND_GPU; backend++) {
                struct trl_sim *sim = make_sim(network, (enum trl_backend)backend);
                film(folder, network, sim, channels[n], bursts, films);
                assert_string_equal(films[0], states[0]);
                /* Headers, then 4:2:0 of every frame. */
                assert_memory_equal(films[1], states[1], FRAMES * NEURONS * 3 / 2);
                trl_sim_destroy(&sim);
                free((char *)films[0]);
                free((char *)films[1]);
            }
            check_that_it_moves(states[0]);
            free((char *)states[0]);
            free((char *)states[1]);
        }
    trl_network_destroy(&network);
    folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(films_show_the_states, test_begin, test_end),
    };
    return cmocka_run_group_tests_name("films of bursts", tests, gpu_open, gpu_close);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reference.h"

#include <tensorreel/error.h>
#include <tensorreel/sim.h>

static const char *const check_channels[] = {"v", "spikes", "afterglow"};
enum { CHECK_CHANNELS = 3 };

/* A simulation with the reference's parameters: on the device, or on the CPU without one. */
static inline struct trl_sim *check_create(const struct reference_params *p, struct trl_log *log,
                                           struct trl_device *device)
{
    struct trl_sim_setting settings[REFERENCE_SETTINGS];
    reference_settings(p, settings);
    struct trl_sim *sim = NULL;
    const struct trl_sim_params params = {
        .log = log,
        .model = "lif-sheet",
        .device = device,
        .width = p->width,
        .height = p->height,
        .seed = p->seed,
        .settings = settings,
        .setting_count = REFERENCE_SETTINGS,
    };
    assert_int_equal(trl_sim_create(&sim, &params), 0);
    return sim;
}

/* The caller frees it. */
static inline float *check_read(struct trl_sim *sim, const char *channel, size_t cells)
{
    float *out = malloc(cells * sizeof(*out));
    assert_non_null(out);
    assert_int_equal(trl_sim_read(sim, channel, out, cells * sizeof(*out)), 0);
    return out;
}

/* Bits, not values: -0 is not 0. */
static inline void check_floats(const float *actual, const float *expected, size_t cells,
                                const char *channel, int64_t time)
{
    for (size_t i = 0; i < cells; i++)
        if (memcmp(&actual[i], &expected[i], sizeof(float)))
            fail_msg("step %lld, %s of neuron %zu: %a, not %a", (long long)time, channel, i,
                     (double)actual[i], (double)expected[i]);
}

/* Runs both for so many steps and compares every channel after each stride of them. Returns how
 * many spikes there were. */
static inline int check_against_reference(const struct reference_params *p, struct trl_log *log,
                                          struct trl_device *device, int steps, int stride)
{
    struct reference *reference = reference_create(p);
    struct trl_sim *sim = check_create(p, log, device);
    size_t cells = (size_t)p->width * (size_t)p->height;
    int spikes = 0;
    for (int time = 0; time <= steps; time += stride) {
        for (int i = 0; i < CHECK_CHANNELS; i++) {
            float *channel = check_read(sim, check_channels[i], cells);
            check_floats(channel, reference_channel(reference, check_channels[i]), cells,
                         check_channels[i], time);
            free(channel);
        }
        for (int i = 0; i < stride; i++) {
            reference_step(reference);
            for (size_t k = 0; k < cells; k++)
                spikes += reference_channel(reference, "spikes")[k] == 1;
        }
        assert_int_equal(trl_sim_step(sim, stride), 0);
    }
    trl_sim_destroy(&sim);
    reference_destroy(reference);
    return spikes;
}

/* Sizes that fit no word, no quad and no workgroup, boxes larger than the sheet, and settings far
 * from the defaults. */
static inline void check_odd_sheets(struct trl_log *log, struct trl_device *device)
{
    static const struct {
        int width, height, excitation_radius, inhibition_radius;
        double refractory, noise, heterogeneity;
    } sheets[] = {
        {1, 1, 3, 7, 2, 3, 0},     {33, 7, 3, 7, 2, 1.3, 0.2},  {2, 90, 14, 14, 0, 2, 0},
        {90, 2, 14, 1, 1, 2, 1},   {31, 33, 0, 14, 3, 2, 0.5},  {64, 64, 2, 0, 2, 1.3, 0},
        {130, 5, 5, 2, 255, 4, 0}, {257, 9, 1, 9, 2, 1.3, 0.1}, {4, 4, 14, 13, 7, 20, 0},
    };
    for (size_t i = 0; i < sizeof(sheets) / sizeof(*sheets); i++) {
        struct reference_params p = reference_defaults(sheets[i].width, sheets[i].height);
        p.seed = 0xFEDCBA9876543210 + i;
        p.excitation_radius = sheets[i].excitation_radius;
        p.inhibition_radius = sheets[i].inhibition_radius;
        p.refractory = sheets[i].refractory;
        p.noise = sheets[i].noise;
        p.heterogeneity = sheets[i].heterogeneity;
        assert_true(check_against_reference(&p, log, device, 260, 13) > 0);
    }
}

/* However steps are split into calls, the state is the same. */
static inline void check_split(struct trl_log *log, struct trl_device *device)
{
    struct reference_params p = reference_defaults(100, 60);
    struct trl_sim *whole = check_create(&p, log, device), *split = check_create(&p, log, device);
    assert_int_equal(trl_sim_step(whole, 300), 0);
    static const int parts[] = {1, 1, 1, 2, 5, 0, 40, 129, 121};
    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
        assert_int_equal(trl_sim_step(split, parts[i]), 0);
    assert_int_equal(trl_sim_time(whole), 300);
    assert_int_equal(trl_sim_time(split), 300);
    for (int i = 0; i < CHECK_CHANNELS; i++) {
        float *a = check_read(whole, check_channels[i], 6000);
        float *b = check_read(split, check_channels[i], 6000);
        check_floats(a, b, 6000, check_channels[i], 300);
        free(a);
        free(b);
    }
    trl_sim_destroy(&whole);
    trl_sim_destroy(&split);
}

/* With nothing that drives them, potentials and afterglow fade to exactly 0 and are never
 * denormal on the way, from either side of 0. */
static inline void check_fading(struct trl_log *log, struct trl_device *device)
{
    struct reference_params p = reference_defaults(40, 40);
    p.noise = 0;
    p.drive = 1e-9;
    p.threshold = 10;
    struct trl_sim *sim = check_create(&p, log, device);
    for (int time = 0; time < 700; time += 5) {
        assert_int_equal(trl_sim_step(sim, 5), 0);
        for (int i = 0; i < CHECK_CHANNELS; i++) {
            float *channel = check_read(sim, check_channels[i], 1600);
            for (int k = 0; k < 1600; k++) {
                uint32_t bits;
                memcpy(&bits, &channel[k], sizeof(bits));
                assert_true(bits == 0 || (bits & 0x7FFFFFFF) >= 0x35800000); /* 2^-20 */
                if (time > 600)
                    assert_int_equal(bits, 0);
            }
            free(channel);
        }
    }
    trl_sim_destroy(&sim);
}

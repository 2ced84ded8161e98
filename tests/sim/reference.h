/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdint.h>

#include <tensorreel/sim.h>

/*
 * The LIF sheet as a plain program, written from the description of the model alone: it shares no
 * code, layout or order of loops with the library, only the order of the float operations.
 */
struct reference_params {
    int width, height;
    uint64_t seed;
    double dt, tau, threshold, refractory, drive, heterogeneity, noise;
    double excitation, inhibition;
    int excitation_radius, inhibition_radius;
    double afterglow, start;
};

struct reference;

struct reference *reference_create(const struct reference_params *params);
void reference_destroy(struct reference *reference);
void reference_step(struct reference *reference);
/* "v", "spikes" or "afterglow" */
const float *reference_channel(const struct reference *reference, const char *name);

#define REFERENCE_SETTINGS 13
/* The same parameters as settings of lif-sheet. */
void reference_settings(const struct reference_params *params,
                        struct trl_sim_setting out[REFERENCE_SETTINGS]);
/* The model's published defaults for a sheet of this size. */
struct reference_params reference_defaults(int width, int height);

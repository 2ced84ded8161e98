/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "shared/lif_sheet.h"
#include "sim/sim.h"

/* The model lif-sheet; shared/lif_sheet.h says what a step is. */
extern const struct trl_sim_model trl_lif_sheet_model;
extern const struct trl_sim_kind trl_lif_sheet;
extern const struct trl_sim_impl trl_lif_sheet_cpu, trl_lif_sheet_gpu;

enum trl_lif_channel { TRL_LIF_AFTERGLOW, TRL_LIF_SPIKES, TRL_LIF_V };

/* What the settings come to. */
struct trl_lif_setup {
    struct trl_lif_constants constants;
    uint32_t excitation_radius, inhibition_radius;
    double drive; /* mV that a step adds to v, before heterogeneity */
    double heterogeneity, start_mv;
};

/* TRL_ERROR_USAGE if the refractory time has too many steps. */
int trl_lif_setup(struct trl_lif_setup *out, const struct trl_sim_params *params);

/* v and current before the first step, rows of pitch floats; what lies beyond the width is 0. */
void trl_lif_start(const struct trl_lif_setup *setup, uint32_t pitch, float *v, float *current);

/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/lif_sheet.h"

#include <math.h>
#include <string.h>

#include "base/log.h"
#include "shared/philox.h"

#define REFRACTORY_MAX 255

enum setting {
    DT,
    TAU,
    THRESHOLD,
    REFRACTORY,
    DRIVE,
    HETEROGENEITY,
    NOISE,
    EXCITATION,
    EXCITATION_RADIUS,
    INHIBITION,
    INHIBITION_RADIUS,
    AFTERGLOW,
    START,
    SETTING_COUNT
};

/* Between these defaults' neighbours lie other pictures: with less noise or inhibition few large
 * spirals, with more of either many small ones, then wandering worms and spots. */
static const struct trl_sim_setting settings[SETTING_COUNT + 1] = {
    [DT] = {"dt_ms", 1},
    [TAU] = {"tau_ms", 20},
    [THRESHOLD] = {"threshold_mv", 15},
    [REFRACTORY] = {"refractory_ms", 2},
    [DRIVE] = {"drive_mv", 14},
    [HETEROGENEITY] = {"heterogeneity", 0},
    [NOISE] = {"noise_mv", 1.3},
    [EXCITATION] = {"excitation_mv", 0.4},
    [EXCITATION_RADIUS] = {"excitation_radius", 3},
    [INHIBITION] = {"inhibition_mv", 0.028},
    [INHIBITION_RADIUS] = {"inhibition_radius", 7},
    [AFTERGLOW] = {"afterglow_ms", 14},
    [START] = {"start_mv", 15},
    [SETTING_COUNT] = {NULL, 0},
};

static const struct trl_sim_range ranges[SETTING_COUNT] = {
    [DT] = {0.01, 5, false},
    [TAU] = {1, 1000, false},
    [THRESHOLD] = {0.1, 1000, false},
    [REFRACTORY] = {0, 1000, false},
    [DRIVE] = {-1000, 1000, false},
    [HETEROGENEITY] = {0, 1, false},
    [NOISE] = {0, 1000, false},
    [EXCITATION] = {0, 100, false},
    [EXCITATION_RADIUS] = {0, TRL_LIF_RADIUS_MAX, true},
    [INHIBITION] = {0, 100, false},
    [INHIBITION_RADIUS] = {0, TRL_LIF_RADIUS_MAX, true},
    [AFTERGLOW] = {0.1, 60000, false},
    [START] = {0, 1000, false},
};

static const struct trl_sim_channel channels[] = {
    [TRL_LIF_AFTERGLOW] = {"afterglow", "1 at a spike, then fading", 0, 1, "inferno"},
    [TRL_LIF_SPIKES] = {"spikes", "1 where the last step spiked", 0, 1, "gray"},
    [TRL_LIF_V] = {"v", "membrane potential above rest, mV", -1, 15, "viridis"},
    {NULL, NULL, 0, 0, NULL},
};

const struct trl_sim_model trl_lif_sheet_model = {
    .name = "lif-sheet",
    .description =
        "A sheet of leaky integrate-and-fire neurons that excite near and inhibit farther "
        "neighbours: spiral waves",
    .dt = 1e-3,
    .channels = channels,
    .settings = settings,
};

const struct trl_sim_kind trl_lif_sheet = {
    .model = &trl_lif_sheet_model,
    .ranges = ranges,
    .width = 512,
    .height = 288,
    .cpu = &trl_lif_sheet_cpu,
    .gpu = &trl_lif_sheet_gpu,
};

/* Constants below 2^-40 would let denormals arise. */
static float constant(double value)
{
    return fabs(value) < 0x1p-40 ? 0.0F : (float)value;
}

int trl_lif_setup(struct trl_lif_setup *out, const struct trl_sim_params *params)
{
    double value[SETTING_COUNT];
    for (int i = 0; i < SETTING_COUNT; i++)
        value[i] = params->settings[i].value;
    double refractory = rint(value[REFRACTORY] / value[DT]);
    if (refractory > REFRACTORY_MAX)
        return trl_fail(params->log, TRL_ERROR_USAGE,
                        "lif-sheet: refractory_ms %g is %.0f steps of dt_ms %g; at most %d steps "
                        "are possible",
                        value[REFRACTORY], refractory, value[DT], REFRACTORY_MAX);

    double keep = exp(-value[DT] / value[TAU]);
    /* The sum of two uniform 16-bit numbers has this standard deviation, and a first-order
     * recursion with the factor keep multiplies it by 1 / sqrt(1 - keep^2). */
    double unit = sqrt(2 * (65536.0 * 65536.0 - 1) / 12) / sqrt(1 - keep * keep);
    uint32_t width = (uint32_t)params->width;
    *out = (struct trl_lif_setup){
        .constants =
            {
                .width = width,
                .height = (uint32_t)params->height,
                .quads = (width + 3) / 4,
                .words = (width + 31) / 32,
                .seed_low = (uint32_t)params->seed,
                .seed_high = (uint32_t)(params->seed >> 32),
                .refractory = (uint32_t)refractory,
                .keep = constant(keep),
                .excitation = constant(value[EXCITATION]),
                .inhibition = constant(value[INHIBITION]),
                .noise = constant(value[NOISE] / unit),
                .threshold = constant(value[THRESHOLD]),
                .fade = constant(exp(-value[DT] / value[AFTERGLOW])),
            },
        .excitation_radius = (uint32_t)value[EXCITATION_RADIUS],
        .inhibition_radius = (uint32_t)value[INHIBITION_RADIUS],
        .drive = value[DRIVE] * (1 - keep),
        .heterogeneity = value[HETEROGENEITY],
        .start_mv = value[START],
    };
    return 0;
}

/* Uniform in [0, 1), one for each neuron of the quad. */
static void draw(const struct trl_lif_constants *c, uint32_t quad, uint32_t stream, double out[4])
{
    trl_philox_block block =
        trl_philox((trl_philox_block){quad, 0, 0, stream}, c->seed_low, c->seed_high);
    const uint32_t words[4] = {block.x, block.y, block.z, block.w};
    for (int i = 0; i < 4; i++)
        out[i] = words[i] * 0x1p-32;
}

void trl_lif_start(const struct trl_lif_setup *setup, uint32_t pitch, float *v, float *current)
{
    const struct trl_lif_constants *c = &setup->constants;
    memset(v, 0, sizeof(*v) * (size_t)pitch * c->height);
    memset(current, 0, sizeof(*current) * (size_t)pitch * c->height);
    for (uint32_t y = 0; y < c->height; y++) {
        for (uint32_t x = 0; x < c->width; x++) {
            uint32_t quad = y * c->quads + x / 4;
            size_t at = (size_t)y * (size_t)pitch + x;
            double start[4], drive[4];
            draw(c, quad, TRL_LIF_STREAM_START, start);
            draw(c, quad, TRL_LIF_STREAM_DRIVE, drive);
            float first = (float)(setup->start_mv * start[x % 4]);
            v[at] = first < TRL_LIF_TINY ? 0.0F : first;
            current[at] =
                constant(setup->drive * (1 + setup->heterogeneity * (2 * drive[x % 4] - 1)));
        }
    }
}

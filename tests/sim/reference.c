/* SPDX-License-Identifier: BSD-2-Clause */
#include "reference.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct reference {
    struct reference_params params;
    int64_t time;
    int hold_steps;
    float keep, fade, noise, excitation, inhibition, threshold;
    float *v, *current, *spikes, *glow;
    int *hold, *excite, *inhibit;
};

/* Word of a Philox block, in 64-bit arithmetic. */
static uint64_t random_word(uint64_t seed, uint64_t element, uint64_t step, uint64_t stream,
                            int word)
{
    const uint64_t mask = 0xFFFFFFFF;
    uint64_t x[4] = {element & mask, step & mask, step >> 32, stream};
    uint64_t key[2] = {seed & mask, seed >> 32};
    for (int round = 0; round < 10; round++) {
        uint64_t a = x[0] * 0xD2511F53, b = x[2] * 0xCD9E8D57;
        uint64_t next[4] = {(b >> 32) ^ x[1] ^ key[0], b & mask, (a >> 32) ^ x[3] ^ key[1],
                            a & mask};
        memcpy(x, next, sizeof(x));
        key[0] = (key[0] + 0x9E3779B9) & mask;
        key[1] = (key[1] + 0xBB67AE85) & mask;
    }
    return x[word];
}

static uint64_t element(const struct reference_params *p, int x, int y)
{
    return (uint64_t)y * (uint64_t)((p->width + 3) / 4) + (uint64_t)(x / 4);
}

static float without_tiny(double value, double least)
{
    return fabs(value) < least ? 0 : (float)value;
}

struct reference *reference_create(const struct reference_params *params)
{
    const struct reference_params *p = params;
    struct reference *r = calloc(1, sizeof(*r));
    size_t cells = (size_t)p->width * (size_t)p->height;
    r->params = *p;
    r->v = calloc(cells, sizeof(float));
    r->current = calloc(cells, sizeof(float));
    r->spikes = calloc(cells, sizeof(float));
    r->glow = calloc(cells, sizeof(float));
    r->hold = calloc(cells, sizeof(int));
    r->excite = calloc(cells, sizeof(int));
    r->inhibit = calloc(cells, sizeof(int));

    const double least = ldexp(1, -40), keep = exp(-p->dt / p->tau);
    const double deviation = sqrt((65536.0 * 65536.0 - 1) / 6);
    r->keep = without_tiny(keep, least);
    r->fade = without_tiny(exp(-p->dt / p->afterglow), least);
    r->noise = without_tiny(p->noise / (deviation / sqrt(1 - keep * keep)), least);
    r->excitation = without_tiny(p->excitation, least);
    r->inhibition = without_tiny(p->inhibition, least);
    r->threshold = (float)p->threshold;
    r->hold_steps = (int)rint(p->refractory / p->dt);
    for (int y = 0; y < p->height; y++) {
        for (int x = 0; x < p->width; x++) {
            int i = y * p->width + x;
            double a = ldexp((double)random_word(p->seed, element(p, x, y), 0, 1, x % 4), -32);
            double b = ldexp((double)random_word(p->seed, element(p, x, y), 0, 2, x % 4), -32);
            r->v[i] = without_tiny((float)(p->start * a), ldexp(1, -20));
            r->current[i] =
                without_tiny(p->drive * (1 - keep) * (1 + p->heterogeneity * (2 * b - 1)), least);
        }
    }
    return r;
}

void reference_destroy(struct reference *r)
{
    if (!r)
        return;
    free(r->v);
    free(r->current);
    free(r->spikes);
    free(r->glow);
    free(r->hold);
    free(r->excite);
    free(r->inhibit);
    free(r);
}

/* Every spike is handed out to the neurons that see it. */
static void spread(const struct reference *r, int radius, int *sums)
{
    int width = r->params.width, height = r->params.height;
    memset(sums, 0, sizeof(*sums) * (size_t)width * (size_t)height);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            for (int dy = -radius; dy <= radius && r->spikes[y * width + x] == 1; dy++)
                for (int dx = -radius; dx <= radius; dx++)
                    sums[(y + dy + height * radius) % height * width +
                         (x + dx + width * radius) % width]++;
}

static void step_neuron(struct reference *r, int x, int y)
{
    int i = y * r->params.width + x;
    uint64_t word =
        random_word(r->params.seed, element(&r->params, x, y), (uint64_t)r->time, 0, x % 4);
    int64_t z = (int64_t)(word % 65536 + word / 65536) - 65535;
    const float tiny = 1.0F / 1048576;

    float kept = r->v[i] * r->keep;
    float u = kept + r->current[i];
    float excited = (float)r->excite[i] * r->excitation;
    u = u + excited;
    float inhibited = (float)r->inhibit[i] * r->inhibition;
    u = u - inhibited;
    float noise = (float)z * r->noise;
    u = u + noise;
    if (u > -tiny && u < tiny)
        u = 0;
    r->spikes[i] = 0;
    r->glow[i] = r->glow[i] * r->fade;
    if (r->glow[i] < tiny)
        r->glow[i] = 0;
    if (r->hold[i] > 0) {
        r->hold[i]--;
        r->v[i] = 0;
    } else if (u >= r->threshold) {
        r->v[i] = 0;
        r->hold[i] = r->hold_steps;
        r->spikes[i] = 1;
        r->glow[i] = 1;
    } else {
        r->v[i] = u;
    }
}

void reference_step(struct reference *r)
{
    spread(r, r->params.excitation_radius, r->excite);
    spread(r, r->params.inhibition_radius, r->inhibit);
    for (int x = 0; x < r->params.width; x++)
        for (int y = 0; y < r->params.height; y++)
            step_neuron(r, x, y);
    r->time++;
}

const float *reference_channel(const struct reference *r, const char *name)
{
    return !strcmp(name, "v") ? r->v : !strcmp(name, "spikes") ? r->spikes : r->glow;
}

void reference_settings(const struct reference_params *p,
                        struct trl_sim_setting out[REFERENCE_SETTINGS])
{
    const struct trl_sim_setting settings[REFERENCE_SETTINGS] = {
        {"dt_ms", p->dt},
        {"tau_ms", p->tau},
        {"threshold_mv", p->threshold},
        {"refractory_ms", p->refractory},
        {"drive_mv", p->drive},
        {"heterogeneity", p->heterogeneity},
        {"noise_mv", p->noise},
        {"excitation_mv", p->excitation},
        {"excitation_radius", p->excitation_radius},
        {"inhibition_mv", p->inhibition},
        {"inhibition_radius", p->inhibition_radius},
        {"afterglow_ms", p->afterglow},
        {"start_mv", p->start},
    };
    memcpy(out, settings, sizeof(settings));
}

static double setting(const struct trl_sim_model *model, const char *name)
{
    for (int i = 0; model->settings[i].name; i++)
        if (!strcmp(model->settings[i].name, name))
            return model->settings[i].value;
    return NAN;
}

struct reference_params reference_defaults(int width, int height)
{
    const struct trl_sim_model *model = trl_sim_models()[0];
    return (struct reference_params){
        .width = width,
        .height = height,
        .dt = setting(model, "dt_ms"),
        .tau = setting(model, "tau_ms"),
        .threshold = setting(model, "threshold_mv"),
        .refractory = setting(model, "refractory_ms"),
        .drive = setting(model, "drive_mv"),
        .heterogeneity = setting(model, "heterogeneity"),
        .noise = setting(model, "noise_mv"),
        .excitation = setting(model, "excitation_mv"),
        .inhibition = setting(model, "inhibition_mv"),
        .excitation_radius = (int)setting(model, "excitation_radius"),
        .inhibition_radius = (int)setting(model, "inhibition_radius"),
        .afterglow = setting(model, "afterglow_ms"),
        .start = setting(model, "start_mv"),
    };
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/lif_sheet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "shared/philox.h"

enum { EXCITE, INHIBIT, BOX_COUNT };

/* Arrays are dense, of the whole sheet unless said otherwise. */
struct sheet {
    struct trl_sim base;
    struct trl_lif_constants constants;
    uint32_t radius[BOX_COUNT];
    float *v, *current, *glow, *spikes;
    int32_t *hold;
    uint8_t *fired;
    uint8_t *rows[BOX_COUNT];   /* spikes within the radius, along the row */
    uint16_t *boxes[BOX_COUNT]; /* spikes in the box; one row */
    int32_t *words, *noise;     /* z of a row, by word of its block and in order */
    uint8_t *padded;            /* spikes of one row, its ends continued on both sides */
};

static void destroy(struct trl_sim *sim)
{
    struct sheet *sheet = (struct sheet *)sim;
    free(sheet->v);
    free(sheet->current);
    free(sheet->glow);
    free(sheet->spikes);
    free(sheet->hold);
    for (int i = 0; i < BOX_COUNT; i++) {
        free(sheet->rows[i]);
        free(sheet->boxes[i]);
    }
    free(sheet->words);
    free(sheet->noise);
    free(sheet->fired);
    free(sheet->padded);
    free(sheet);
}

static bool allocate(struct sheet *sheet)
{
    size_t width = sheet->constants.width, cells = width * sheet->constants.height;
    sheet->v = calloc(cells, sizeof(*sheet->v));
    sheet->current = calloc(cells, sizeof(*sheet->current));
    sheet->glow = calloc(cells, sizeof(*sheet->glow));
    sheet->spikes = calloc(cells, sizeof(*sheet->spikes));
    sheet->hold = calloc(cells, sizeof(*sheet->hold));
    sheet->fired = calloc(cells, sizeof(*sheet->fired));
    sheet->words = calloc(4 * (size_t)sheet->constants.quads, sizeof(*sheet->words));
    sheet->noise = calloc(4 * (size_t)sheet->constants.quads, sizeof(*sheet->noise));
    sheet->padded = calloc(width + 2 * TRL_LIF_RADIUS_MAX, sizeof(*sheet->padded));
    bool ok = sheet->v && sheet->current && sheet->glow && sheet->spikes && sheet->hold &&
              sheet->fired && sheet->words && sheet->noise && sheet->padded;
    for (int i = 0; i < BOX_COUNT; i++) {
        sheet->rows[i] = calloc(cells, sizeof(*sheet->rows[i]));
        sheet->boxes[i] = calloc(width, sizeof(*sheet->boxes[i]));
        ok = ok && sheet->rows[i] && sheet->boxes[i];
    }
    return ok;
}

static int create(struct trl_sim **out, const struct trl_sim_params *params)
{
    struct trl_lif_setup setup;
    int err = trl_lif_setup(&setup, params);
    if (err)
        return err;
    struct sheet *sheet = calloc(1, sizeof(*sheet));
    if (!sheet)
        return trl_fail_memory(params->log, "a simulation", sizeof(*sheet));
    sheet->constants = setup.constants;
    sheet->radius[EXCITE] = setup.excitation_radius;
    sheet->radius[INHIBIT] = setup.inhibition_radius;
    if (!allocate(sheet)) {
        destroy(&sheet->base);
        return trl_fail_memory(params->log, "a simulation",
                               23ULL * setup.constants.height * setup.constants.width);
    }
    trl_lif_start(&setup, setup.constants.width, sheet->v, sheet->current);
    *out = &sheet->base;
    return 0;
}

static void add_bytes(uint8_t *restrict sums, const uint8_t *restrict row, uint32_t width)
{
    for (uint32_t x = 0; x < width; x++)
        sums[x] = (uint8_t)(sums[x] + row[x]);
}

/* sums[x] = spikes of the row within the radius around x, the row being a ring. */
static void sum_row(struct sheet *sheet, const uint8_t *fired, uint32_t radius, uint8_t *sums)
{
    uint32_t width = sheet->constants.width;
    uint8_t *padded = sheet->padded;
    memcpy(padded + radius, fired, width);
    for (uint32_t i = 0; i < radius; i++) {
        padded[radius - 1 - i] = fired[width - 1 - i % width];
        padded[radius + width + i] = fired[i % width];
    }
    memcpy(sums, padded, width);
    for (uint32_t i = 1; i <= 2 * radius; i++)
        add_bytes(sums, padded + i, width);
}

static void sum_rows(struct sheet *sheet)
{
    for (uint32_t y = 0; y < sheet->constants.height; y++) {
        size_t at = (size_t)y * sheet->constants.width;
        for (int i = 0; i < BOX_COUNT; i++)
            sum_row(sheet, sheet->fired + at, sheet->radius[i], sheet->rows[i] + at);
    }
}

/* The row sums of row y of the ring. */
static const uint8_t *ring_row(const struct sheet *sheet, int box, int64_t y)
{
    int64_t height = sheet->constants.height;
    return sheet->rows[box] + (size_t)((y % height + height) % height) * sheet->constants.width;
}

static void add_row(uint16_t *restrict box, const uint8_t *restrict row, uint32_t width)
{
    for (uint32_t x = 0; x < width; x++)
        box[x] = (uint16_t)(box[x] + row[x]);
}

static void slide_row(uint16_t *restrict box, const uint8_t *restrict enters,
                      const uint8_t *restrict leaves, uint32_t width)
{
    for (uint32_t x = 0; x < width; x++)
        box[x] = (uint16_t)(box[x] + enters[x] - leaves[x]);
}

/* Moves the box sums to row y; rows come in order, from 0. */
static void move_boxes(struct sheet *sheet, int64_t y)
{
    uint32_t width = sheet->constants.width;
    for (int i = 0; i < BOX_COUNT; i++) {
        int radius = (int)sheet->radius[i];
        if (y > 0) {
            slide_row(sheet->boxes[i], ring_row(sheet, i, y + radius),
                      ring_row(sheet, i, y - radius - 1), width);
            continue;
        }
        memset(sheet->boxes[i], 0, width * sizeof(*sheet->boxes[i]));
        for (int d = -radius; d <= radius; d++)
            add_row(sheet->boxes[i], ring_row(sheet, i, d), width);
    }
}

static inline int32_t noise_of(uint32_t word)
{
    return (int32_t)(word & 0xFFFF) + (int32_t)(word >> 16) - 65535;
}

/* Word by word first, and then in the order of the neurons: so both loops are vectorised. */
static void draw_noise(struct sheet *sheet, uint32_t y)
{
    const struct trl_lif_constants c = sheet->constants;
    int32_t *restrict first = sheet->words, *restrict second = first + c.quads;
    int32_t *restrict third = second + c.quads, *restrict fourth = third + c.quads;
    int32_t *restrict noise = sheet->noise;
    for (uint32_t quad = 0; quad < c.quads; quad++) {
        trl_philox_block block = trl_philox(
            (trl_philox_block){y * c.quads + quad, c.step_low, c.step_high, TRL_LIF_STREAM_NOISE},
            c.seed_low, c.seed_high);
        first[quad] = noise_of(block.x);
        second[quad] = noise_of(block.y);
        third[quad] = noise_of(block.z);
        fourth[quad] = noise_of(block.w);
    }
    for (size_t quad = 0; quad < c.quads; quad++) {
        noise[4 * quad] = first[quad];
        noise[4 * quad + 1] = second[quad];
        noise[4 * quad + 2] = third[quad];
        noise[4 * quad + 3] = fourth[quad];
    }
}

static void update_row(const struct sheet *sheet, size_t at)
{
    const struct trl_lif_constants c = sheet->constants;
    float *restrict v = sheet->v + at, *restrict glow = sheet->glow + at;
    uint8_t *restrict fired = sheet->fired + at;
    int32_t *restrict hold = sheet->hold + at;
    const float *restrict current = sheet->current + at;
    const uint16_t *restrict excite = sheet->boxes[EXCITE];
    const uint16_t *restrict inhibit = sheet->boxes[INHIBIT];
    const int32_t *restrict noise = sheet->noise;
    const size_t width = c.width;
    for (size_t x = 0; x < width; x++) {
        float u = v[x] * c.keep + current[x];
        u = u + (float)(int)excite[x] * c.excitation;
        u = u - (float)(int)inhibit[x] * c.inhibition;
        u = u + (float)noise[x] * c.noise;
        u = fabsf(u) < TRL_LIF_TINY ? 0.0F : u;
        bool held = hold[x] > 0;
        bool spike = !held & (u >= c.threshold);
        float fading = glow[x] * c.fade;
        fading = fading < TRL_LIF_TINY ? 0.0F : fading;
        v[x] = (held | spike) ? 0.0F : u;
        hold[x] = spike ? (int32_t)c.refractory : held ? hold[x] - 1 : 0;
        glow[x] = spike ? 1.0F : fading;
    }
    /* Only a spike glows with 1; bytes in the loop above would keep it from being vectorised. */
    for (size_t x = 0; x < width; x++)
        fired[x] = glow[x] == 1.0F;
}

static int step(struct trl_sim *sim, int64_t steps)
{
    struct sheet *sheet = (struct sheet *)sim;
    for (int64_t time = sim->time; time < sim->time + steps; time++) {
        sheet->constants.step_low = (uint32_t)time;
        sheet->constants.step_high = (uint32_t)((uint64_t)time >> 32);
        sum_rows(sheet);
        for (uint32_t y = 0; y < sheet->constants.height; y++) {
            move_boxes(sheet, y);
            draw_noise(sheet, (uint32_t)y);
            update_row(sheet, (size_t)y * sheet->constants.width);
        }
    }
    return 0;
}

static const float *host_channel(struct trl_sim *sim, int channel)
{
    struct sheet *sheet = (struct sheet *)sim;
    switch (channel) {
    case TRL_LIF_AFTERGLOW:
        return sheet->glow;
    case TRL_LIF_SPIKES:
        for (size_t i = 0; i < (size_t)trl_layout_elements(&sim->layout); i++)
            sheet->spikes[i] = sheet->fired[i];
        return sheet->spikes;
    default:
        return sheet->v;
    }
}

const struct trl_sim_impl trl_lif_sheet_cpu = {
    .model = &trl_lif_sheet_model,
    .backend = TRL_BACKEND_CPU,
    .create = create,
    .destroy = destroy,
    .step = step,
    .host_channel = host_channel,
};

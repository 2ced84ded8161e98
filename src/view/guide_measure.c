/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/guide_measure.h"

#include "view/grid.h"

#include <math.h>
#include <stdio.h>

static int at_least(int value, int least)
{
    return value > least ? value : least;
}

struct trl_guide_measure trl_guide_measure(int size)
{
    /* Proportions as matplotlib has them: text of 10 points, lines of 0.8, ticks of 3.5 and 2. */
    const int line = at_least((size * 8 + 50) / 100, 1);
    const struct trl_text_style steady = {size, true};
    return (struct trl_guide_measure){
        .size = size,
        .text = trl_text_metrics(size),
        .line = line,
        .border = TRL_GUIDE_GAP + line,
        .tick = at_least((size * 35 + 50) / 100, 3),
        .minor_tick = at_least((size * 20 + 50) / 100, 2),
        .gap = at_least((size * 35 + 50) / 100, 3),
        .pad = at_least((size * 70 + 50) / 100, 4),
        .bar_gap = at_least(size, 8),
        .bar_width = at_least((size * 110 + 50) / 100, 8),
        .cap = at_least((size * 60 + 50) / 100, 5),
        .number_width = (trl_text_width("\xe2\x88\x92"
                                        "8.888e\xe2\x88\x92"
                                        "88",
                                        steady) +
                         1) &
                        ~1,
        .note_width = (trl_text_width("|z| ", steady) + 1) & ~1,
        .number_height = (trl_text_metrics(size).cap + 3) & ~1,
    };
}

/* Ticks of a range that is each frame's own: as many as their numbers have room for. */
static void moving_ticks(struct trl_ticks *ticks, int length, double inset, int size, bool vertical)
{
    const struct trl_guide_measure m = trl_guide_measure(size);
    const int room = vertical ? m.number_height + m.gap : m.number_width + m.gap;
    const double between = length * (1 - 2 * inset) / room;
    const int count = between >= 4 ? 5 : between >= 2 ? 3 : between >= 1 ? 2 : 0;
    ticks->count = length > 0 ? count : 0;
    ticks->common[0] = '\0';
    for (int n = 0; n < ticks->count; n++)
        ticks->tick[n] = (struct trl_tick){.place = inset + n * (1 - 2 * inset) / (count - 1)};
}

static void phase_ticks(struct trl_ticks *ticks, int length)
{
    static const char *const labels[3] = {"\xe2\x88\x92\xcf\x80", "0", "\xcf\x80"};
    ticks->count = length > 0 ? 3 : 0;
    ticks->common[0] = '\0';
    for (int n = 0; n < 3; n++) {
        ticks->tick[n] = (struct trl_tick){.place = n / 2.0};
        snprintf(ticks->tick[n].label, sizeof(ticks->tick[n].label), "%s", labels[n]);
    }
}

void trl_guide_axis_ticks(struct trl_ticks *ticks, const struct trl_guide_axis *axis, int length,
                          int size, bool vertical)
{
    if (axis->moving) {
        moving_ticks(ticks, axis->ticks ? length : 0, axis->inset, size, vertical);
        return;
    }
    const double from = axis->from, to = axis->from == axis->to ? 1 : axis->to;
    const double width = axis->high - axis->low;
    const struct trl_ticks_params params = {
        .kind = axis->kind,
        .norm = axis->norm,
        .low = axis->zoom_max > 0 ? axis->low + from * width : axis->low,
        .high = axis->zoom_max > 0 ? axis->low + to * width : axis->high,
        .linthresh = axis->linthresh,
        .gamma = axis->gamma,
        .length = axis->ticks ? length : 0,
        .size = size,
        .vertical = vertical,
        .plain = axis->zoom_max > 0,
    };
    trl_ticks_make(ticks, &params);
    int kept = 0;
    for (int n = 0; n < ticks->count && axis->zoom_max > 0; n++) {
        const double at = from + (to - from) * ticks->tick[n].place;
        if (at >= 0 && at <= 1)
            ticks->tick[kept++] = ticks->tick[n];
    }
    if (axis->zoom_max > 0)
        ticks->count = kept;
}

void trl_guide_bar_ticks(struct trl_ticks *ticks, const struct trl_guide_bar *bar, int length,
                         int size)
{
    if (bar->phase) {
        phase_ticks(ticks, length);
        return;
    }
    if (bar->moving) {
        moving_ticks(ticks, length, 0, size, true);
        return;
    }
    trl_ticks_make(ticks, &(struct trl_ticks_params){
                              .norm = bar->norm,
                              .low = bar->low,
                              .high = bar->high,
                              .linthresh = bar->linthresh,
                              .gamma = bar->gamma,
                              .length = length,
                              .size = size,
                              .vertical = true,
                          });
}

int trl_guide_label_width(const struct trl_ticks *ticks, int size, bool moving)
{
    if (moving) /* and what evenness costs */
        return ticks->count ? trl_guide_measure(size).number_width + 2 : 0;
    const struct trl_text_style style = {.size = size};
    int most = 0;
    for (int n = 0; n < ticks->count; n++)
        most = at_least(trl_text_width(ticks->tick[n].label, style), most);
    return most;
}

int trl_guide_axis_room(const struct trl_ticks *ticks, const struct trl_guide_axis *axis,
                        int length, int size, bool vertical)
{
    enum { ZOOMS = 6, PLACES = 5 };
    int most = axis->zoom_max > 0 ? 0 : trl_guide_label_width(ticks, size, axis->moving);
    struct trl_guide_axis part = *axis;
    struct trl_ticks own;
    for (int n = 0; n <= ZOOMS && axis->zoom_max > 0; n++) {
        const double seen = pow(axis->zoom_max, -(double)n / ZOOMS);
        for (int k = 0; k < PLACES; k++) {
            part.from = k * (1 - seen) / (PLACES - 1);
            part.to = part.from + seen;
            trl_guide_axis_ticks(&own, &part, length, size, vertical);
            most = at_least(trl_guide_label_width(&own, size, false), most);
        }
    }
    return most;
}

int trl_guide_split(int length, double split)
{
    return split > 0 ? at_least((int)floor((length - 1) * split + 1e-6), 1) : length;
}

int trl_guide_label_reach(const struct trl_guide_measure *m, bool moving)
{
    return moving ? m->number_height / 2 + 1 : m->text.cap / 2 + 1;
}

int trl_guide_common_width(const struct trl_ticks *ticks, int size)
{
    return trl_text_width(ticks->common, (struct trl_text_style){.size = size});
}

int trl_guide_bar_length(const struct trl_guide_measure *m, const struct trl_guide_bar *bar,
                         int inside)
{
    return inside - (bar->under + bar->over) * (m->cap + m->line);
}

void trl_guide_scale_label(const struct trl_guide_panel *panel, char *out, size_t out_size)
{
    char number[TRL_TICK_LABEL_SIZE];
    trl_ticks_number(number, panel->scale_length, 6);
    snprintf(out, out_size, "%s", panel->scale_label ? panel->scale_label : number);
}

double trl_guide_scale_pixels(const struct trl_guide_panel *panel, int data_width)
{
    return panel->scale_length / fabs(panel->x.high - panel->x.low) * data_width;
}

/* Pixels of n tiles with a pixel in between; even, so that nothing is lost where sides must be. */
static int tile_row(int64_t tile, int64_t n)
{
    return (int)((at_least((int)tile, 1) + 1) * n) & ~1;
}

/* A grid of tiles that are whole pixels. False if there is no room for one. */
static bool fit_tiles(const struct trl_guide_panel *panel, int width, int height, int *out_width,
                      int *out_height)
{
    const int64_t form_w = panel->tile_width, form_h = panel->tile_height;
    struct trl_grid grid;
    if (!trl_grid_fit(&grid, panel->tiles, form_w, form_h, width & ~1, height & ~1, 1))
        return false;
    int64_t w = ((width & ~1) + 1) / grid.columns - 1, h = ((height & ~1) + 1) / grid.rows - 1;
    if (w * form_h < h * form_w)
        h = (2 * w * form_h + form_w) / (2 * form_w);
    else
        w = (2 * h * form_w + form_h) / (2 * form_h);
    *out_width = tile_row(w, grid.columns);
    *out_height = tile_row(h, grid.rows);
    return true;
}

void trl_guide_fit_form(const struct trl_guide_panel *panel, int width, int height, int *out_width,
                        int *out_height)
{
    const int64_t w = panel->data_width, h = panel->data_height;
    if (panel->tiles > 1 && fit_tiles(panel, width, height, out_width, out_height))
        return;
    *out_width = width;
    *out_height = height;
    if (width * h > height * w)
        *out_width = at_least((int)(height * w / h), 1);
    else
        *out_height = at_least((int)(width * h / w), 1);
}

void trl_guide_fit(const struct trl_guide_panel *panel, int width, int height, int *out_width,
                   int *out_height)
{
    *out_width = width;
    *out_height = height;
    if (!panel->stretch)
        trl_guide_fit_form(panel, width, height, out_width, out_height);
}

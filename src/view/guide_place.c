/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/guide_place.h"

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

static int align_up(int value, int alignment)
{
    return (value + alignment - 1) / alignment * alignment;
}

int trl_guide_note_start(const struct trl_guide_measure *m)
{
    return m->border + m->tick + m->gap + m->text.cap + m->text.descent;
}

/* All of the numbers, of which each is where it shall be in the frame, in their even rectangle. */
static void enclose(struct trl_guide_numbers *numbers, int count)
{
    struct trl_rect *all = &numbers->all;
    int right = 0, bottom = 0;
    *all = numbers->number[0];
    for (int n = 0; n < count; n++) {
        const struct trl_rect *r = &numbers->number[n];
        all->x = smaller(all->x, r->x);
        all->y = smaller(all->y, r->y & ~1);
        right = larger(right, r->x + r->width);
        bottom = larger(bottom, align_up(r->y + r->height, 2));
    }
    all->width = right - all->x;
    all->height = bottom - all->y;
    for (int n = 0; n < count; n++) {
        numbers->number[n].x -= all->x;
        numbers->number[n].y -= all->y;
    }
    numbers->count = count;
}

/* Numbers beside the ticks of what is upright, from column x on. */
static void place_column(const struct trl_guide_measure *m, const struct trl_ticks *ticks,
                         const struct trl_rect *along, int x, struct trl_guide_numbers *numbers)
{
    for (int n = 0; n < ticks->count; n++) {
        const int row =
            along->y + along->height - 1 - trl_ticks_pixel(ticks->tick[n].place, along->height);
        numbers->number[n] =
            (struct trl_rect){x, row - m->number_height / 2, m->number_width, m->number_height};
    }
    enclose(numbers, ticks->count);
}

/* Numbers below the ticks of the x axis. */
static void place_row(const struct trl_guide_measure *m, const struct trl_ticks *ticks,
                      const struct trl_rect *data, struct trl_guide_numbers *numbers)
{
    const int base = data->y + data->height + m->border + m->tick + m->gap + m->text.cap;
    for (int n = 0; n < ticks->count; n++) {
        const int column = data->x + trl_ticks_pixel(ticks->tick[n].place, data->width);
        numbers->number[n] = (struct trl_rect){(column - m->number_width / 2 + 1) & ~1,
                                               base - (m->number_height + m->text.cap + 1) / 2,
                                               m->number_width, m->number_height};
    }
    enclose(numbers, ticks->count);
}

void trl_guide_place_axes(const struct trl_guide_placing *p, const struct trl_guide_panel *panel,
                          struct trl_guide_place *place)
{
    const struct trl_guide_measure *m = p->m;
    const struct trl_rect *data = &place->data;
    if (panel->x.moving && !p->params->bare) {
        trl_guide_axis_ticks(p->ticks, &panel->x, data->width, m->size, false);
        place_row(m, p->ticks, data, &place->x_numbers);
    }
    if (panel->y.moving && !p->params->bare) {
        trl_guide_axis_ticks(p->ticks, &panel->y, data->height, m->size, true);
        const int right = data->x - m->border - m->tick - m->gap;
        place_column(m, p->ticks, data, (right - m->number_width) & ~1, &place->y_numbers);
    }
}

static bool is_drawn_anew(const struct trl_guide_axis *axis)
{
    return axis->ticks && axis->zoom_max > 0;
}

/* The even rectangle around what stands between columns and between rows. */
static struct trl_rect band(const struct trl_guide_placing *p, int left, int top, int right,
                            int bottom)
{
    left = larger(left, 0) & ~1;
    top = larger(top, 0) & ~1;
    right = p->params->width ? smaller(align_up(right, 2), p->params->width) : align_up(right, 2);
    bottom =
        p->params->height ? smaller(align_up(bottom, 2), p->params->height) : align_up(bottom, 2);
    return (struct trl_rect){left, top, right - left, bottom - top};
}

void trl_guide_place_bands(const struct trl_guide_placing *p, const struct trl_guide_panel *panel,
                           bool has_bar, struct trl_guide_place *place)
{
    const struct trl_guide_measure *m = p->m;
    const struct trl_rect *data = &place->data;
    const int right = data->x + data->width, bottom = data->y + data->height;
    if (is_drawn_anew(&panel->x)) {
        trl_guide_axis_ticks(p->ticks, &panel->x, data->width, m->size, false);
        const int over =
            trl_guide_axis_room(p->ticks, &panel->x, data->width, m->size, false) / 2 + 1;
        const int most = m->border + m->bar_gap + m->bar_width;
        const int lines = trl_guide_says(panel->x.label) + (panel->scale_length > 0);
        place->x_band = band(p, data->x - over, bottom + m->border,
                             right + (has_bar ? smaller(over, most) : over),
                             bottom + m->border + m->tick + m->gap + m->text.cap + m->text.descent +
                                 lines * (m->gap + m->text.line));
    }
    if (is_drawn_anew(&panel->y)) {
        trl_guide_axis_ticks(p->ticks, &panel->y, data->height, m->size, true);
        const int wide = trl_guide_axis_room(p->ticks, &panel->y, data->height, m->size, true);
        const int reach = larger(m->border, trl_guide_label_reach(m, false));
        place->y_band = band(p,
                             data->x - m->border - m->tick - m->gap - wide -
                                 (trl_guide_says(panel->y.label) ? m->gap + m->text.line : 0),
                             data->y - reach, data->x - m->border, bottom + reach);
    }
}

void trl_guide_place_bar(const struct trl_guide_placing *p, const struct trl_guide_bar *bar,
                         int right, int top, int bottom, struct trl_guide_place *place)
{
    const struct trl_guide_measure *m = p->m;
    const int inside = bottom - top;
    place->bar = (struct trl_rect){
        right + m->bar_gap + m->line,
        top + (bar->over ? m->cap + m->line : 0),
        m->bar_width,
        larger(trl_guide_bar_length(m, bar, inside), 1),
    };
    for (int n = 0; n < 2 && bar->phase; n++)
        place->note[n] = (struct trl_rect){
            place->bar.x & ~1,
            align_up(bottom + trl_guide_note_start(m) + n * (m->number_height + m->gap), 2),
            m->note_width + m->number_width, m->number_height};
    if (!bar->moving || bar->phase)
        return;
    struct trl_ticks *ticks = p->ticks;
    trl_guide_bar_ticks(ticks, bar, place->bar.height, m->size);
    place_column(m, ticks, &place->bar,
                 align_up(place->bar.x + m->bar_width + m->line + m->tick + m->gap, 2),
                 &place->bar_numbers);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/guide.h"

#include "view/cmap.h"
#include "view/guide_measure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tensorreel/error.h>

enum { LINE_SHADE = 11, TEXT_BYTES = 512 };

struct drawing {
    const struct trl_guide *guide;
    const struct trl_guide_params *params;
    const struct trl_guide_canvas *canvas;
    struct trl_guide_measure m;
    struct trl_palette theme;
    struct trl_shades shades; /* text and lines of the whole frame */
    struct trl_ticks ticks;
    int error; /* the first that text met */
};

/* ---- colours ---- */

struct trl_color trl_guide_paper(enum trl_theme theme)
{
    const uint8_t paper = theme == TRL_THEME_LIGHT ? 255 : 16;
    return (struct trl_color){paper, paper, paper, true};
}

static void put(const struct drawing *d, const struct trl_palette *palette, int x, int y, int index)
{
    const struct trl_guide_canvas *c = d->canvas;
    const size_t at = (size_t)y * c->stride + (size_t)x;
    if (c->indices)
        c->indices[at] = (uint16_t)index;
    if (c->words) {
        const uint8_t *rgb = palette->rgb[index];
        c->words[at] = rgb[0] | (uint32_t)rgb[1] << 8 | (uint32_t)rgb[2] << 16;
    }
}

static void fill(const struct drawing *d, const struct trl_palette *palette, struct trl_rect r,
                 int index)
{
    for (int y = r.y; y < r.y + r.height; y++)
        for (int x = r.x; x < r.x + r.width; x++)
            put(d, palette, x, y, index);
}

static void line(const struct drawing *d, int x, int y, int width, int height)
{
    const int right = x + width < d->shades.width ? x + width : d->shades.width;
    const int bottom = y + height < d->shades.height ? y + height : d->shades.height;
    const int left = x > 0 ? x : 0;
    for (int row = y > 0 ? y : 0; row < bottom; row++)
        if (left < right)
            memset(d->shades.shade + (ptrdiff_t)row * d->shades.width + left, LINE_SHADE,
                   (size_t)(right - left));
}

/* The frame line around a rectangle. */
static void frame(const struct drawing *d, struct trl_rect r)
{
    const int t = d->m.line;
    line(d, r.x - t, r.y - t, r.width + 2 * t, t);
    line(d, r.x - t, r.y + r.height, r.width + 2 * t, t);
    line(d, r.x - t, r.y, t, r.height);
    line(d, r.x + r.width, r.y, t, r.height);
}

static void frame_data(const struct drawing *d, const struct trl_rect *data)
{
    frame(d, (struct trl_rect){data->x - TRL_GUIDE_GAP, data->y - TRL_GUIDE_GAP,
                               data->width + 2 * TRL_GUIDE_GAP, data->height + 2 * TRL_GUIDE_GAP});
}

/* Text shortened to so many pixels. */
static void write_text(struct drawing *d, const char *text, int size, int room, int x, int y,
                       enum trl_align align, bool upwards)
{
    const struct trl_text_style style = {.size = size};
    char shown[TEXT_BYTES];
    if (!text || !text[0])
        return;
    trl_text_fit(text, style, room, shown, sizeof(shown));
    const int ret = trl_text_draw(&d->shades, shown, style, x, y, align, upwards);
    if (ret < 0)
        d->error = ret;
}

/* ---- axes ---- */

/* Thicker ticks lie around the middle of their pixel, within the length. */
static int tick_start(const struct drawing *d, int pixel, int length)
{
    const int start = pixel - (d->m.line - 1) / 2;
    const int last = length - d->m.line;
    return start > last && last > 0 ? last : start < 0 ? 0 : start;
}

static void draw_x_ticks(struct drawing *d, const struct trl_guide_axis *axis, int start,
                         int length, int y)
{
    const struct trl_guide_measure *m = &d->m;
    trl_guide_axis_ticks(&d->ticks, axis, length, m->size, false);
    for (int n = 0; n < d->ticks.count; n++) {
        const struct trl_tick *tick = &d->ticks.tick[n];
        const int pixel = trl_ticks_pixel(tick->place, length);
        line(d, start + tick_start(d, pixel, length), y, m->line,
             tick->minor ? m->minor_tick : m->tick);
        write_text(d, tick->label, m->size, d->guide->width, start + pixel,
                   y + m->tick + m->gap + m->text.cap, TRL_ALIGN_CENTRE, false);
    }
}

static void draw_x(struct drawing *d, const struct trl_guide_panel *panel,
                   const struct trl_rect *data)
{
    const struct trl_guide_measure *m = &d->m;
    int y = data->y + data->height + m->border;
    const int first = trl_guide_split(data->width, panel->x_split);
    if (panel->x.ticks && first < data->width)
        draw_x_ticks(d, &panel->x_rest, data->x + first + 1, data->width - 1 - first, y);
    draw_x_ticks(d, &panel->x, data->x, first, y);
    if (d->ticks.count)
        y += m->tick + m->gap + m->text.cap + m->text.descent;
    const int common = trl_guide_common_width(&d->ticks, m->size);
    const int base = y + m->gap + m->text.ascent;
    const int room = data->width - (common ? 2 * (common + m->gap) : 0);
    write_text(d, panel->x.label, m->size, room, data->x + data->width / 2, base, TRL_ALIGN_CENTRE,
               false);
    write_text(d, d->ticks.common, m->size, data->width, data->x + data->width, base,
               TRL_ALIGN_RIGHT, false);
    /* Where the camera is so close that it is longer than the data there is none. */
    const double seen = panel->x.from == panel->x.to ? 1 : panel->x.to - panel->x.from;
    const double scale = trl_guide_scale_pixels(panel, data->width) / seen;
    if (panel->scale_length <= 0 || scale > data->width)
        return;
    if (common || (panel->x.label && panel->x.label[0]))
        y += m->gap + m->text.line;
    const int long_as = (int)lround(scale);
    const int thick = 2 * m->line, middle = y + m->gap + m->text.ascent - m->text.cap / 2;
    char label[TEXT_BYTES];
    trl_guide_scale_label(panel, label, sizeof(label));
    line(d, data->x + data->width - long_as, middle - thick / 2, long_as, thick);
    write_text(d, label, m->size, data->width - long_as - 2 * m->gap,
               data->x + data->width - long_as - 2 * m->gap, y + m->gap + m->text.ascent,
               TRL_ALIGN_RIGHT, false);
}

/* Returns the pixels of the widest label. */
static int draw_y_ticks(struct drawing *d, const struct trl_guide_axis *axis, int start, int length,
                        int x)
{
    const struct trl_guide_measure *m = &d->m;
    trl_guide_axis_ticks(&d->ticks, axis, length, m->size, true);
    for (int n = 0; n < d->ticks.count; n++) {
        const struct trl_tick *tick = &d->ticks.tick[n];
        const int pixel = length - 1 - trl_ticks_pixel(tick->place, length);
        const int long_as = tick->minor ? m->minor_tick : m->tick;
        line(d, x - long_as, start + tick_start(d, pixel, length), long_as, m->line);
        write_text(d, tick->label, m->size, d->guide->width, x - m->tick - m->gap,
                   start + pixel + (m->text.cap + 1) / 2, TRL_ALIGN_RIGHT, false);
    }
    return trl_guide_axis_room(&d->ticks, axis, length, m->size, true);
}

static void draw_y(struct drawing *d, const struct trl_guide_panel *panel,
                   const struct trl_rect *data, int common_room)
{
    const struct trl_guide_measure *m = &d->m;
    int x = data->x - m->border;
    const int first = trl_guide_split(data->height, panel->y_split);
    int rest = 0;
    if (panel->y.ticks && first < data->height)
        rest = draw_y_ticks(d, &panel->y_rest, data->y + first + 1, data->height - 1 - first, x);
    const int room = draw_y_ticks(d, &panel->y, data->y, first, x);
    if (d->ticks.count || rest)
        x -= m->tick + m->gap + (rest > room ? rest : room);
    write_text(d, panel->y.label, m->size, data->height, x - m->gap - m->text.descent,
               data->y + data->height / 2, TRL_ALIGN_CENTRE, true);
    const int over = m->text.cap / 2 > m->border ? m->text.cap / 2 : m->border;
    write_text(d, d->ticks.common, m->size, common_room, data->x - m->border,
               data->y - over - m->gap, TRL_ALIGN_LEFT, false);
}

/* ---- colour bars ---- */

static void draw_caps(struct drawing *d, const struct trl_guide_bar *bar,
                      const struct trl_palette *palette, struct trl_rect r)
{
    const int apart = d->m.cap + d->m.line;
    struct trl_rect cap = {r.x, r.y - apart, r.width, d->m.cap};
    if (bar->over) {
        fill(d, palette, cap, TRL_PALETTE_OVER);
        frame(d, cap);
    }
    cap.y = r.y + r.height + d->m.line;
    if (bar->under) {
        fill(d, palette, cap, TRL_PALETTE_UNDER);
        frame(d, cap);
    }
}

/* The range of magnitudes, as a stamp would write it. */
static void draw_note(struct drawing *d, const struct trl_guide_bar *bar,
                      const struct trl_guide_place *place)
{
    const double ends[2] = {bar->low, bar->high};
    for (int n = 0; n < 2; n++) {
        const struct trl_rect *r = &place->note[n];
        char number[TRL_TICK_LABEL_SIZE], text[2 * TRL_TICK_LABEL_SIZE];
        trl_ticks_number(number, ends[n], 6);
        snprintf(text, sizeof(text), "%s %s", n ? "to" : "|z|", number);
        write_text(d, text, d->m.size, r->width, r->x, r->y + (r->height + d->m.text.cap + 1) / 2,
                   TRL_ALIGN_LEFT, false);
    }
}

static void draw_bar(struct drawing *d, const struct trl_guide_bar *bar,
                     const struct trl_palette *palette, const struct trl_guide_place *place)
{
    const struct trl_guide_measure *m = &d->m;
    const struct trl_rect r = place->bar;
    for (int y = 0; y < r.height; y++)
        fill(d, palette, (struct trl_rect){r.x, r.y + y, r.width, 1},
             (int)((2LL * (r.height - 1 - y) + 1) * 128 / r.height));
    frame(d, r);
    draw_caps(d, bar, palette, r);
    int x = r.x + r.width + m->line;
    trl_guide_bar_ticks(&d->ticks, bar, r.height, m->size);
    for (int n = 0; n < d->ticks.count; n++) {
        const struct trl_tick *tick = &d->ticks.tick[n];
        const int pixel = r.height - 1 - trl_ticks_pixel(tick->place, r.height);
        line(d, x, r.y + tick_start(d, pixel, r.height), tick->minor ? m->minor_tick : m->tick,
             m->line);
        write_text(d, tick->label, m->size, d->guide->width, x + m->tick + m->gap,
                   r.y + pixel + (m->text.cap + 1) / 2, TRL_ALIGN_LEFT, false);
    }
    x += m->tick + m->gap + trl_guide_label_width(&d->ticks, m->size, bar->moving && !bar->phase);
    write_text(d, bar->label, m->size, r.height, x + m->gap + m->text.ascent, r.y + r.height / 2,
               TRL_ALIGN_CENTRE, true);
    if (bar->phase && !bar->moving)
        draw_note(d, bar, place);
    const int caps = bar->over ? m->cap + m->line : 0;
    const int over = m->text.cap / 2 > m->border ? m->text.cap / 2 : m->border;
    write_text(d, d->ticks.common, m->size, d->guide->width - r.x, r.x - m->line,
               r.y + TRL_GUIDE_GAP - caps - over - m->gap, TRL_ALIGN_LEFT, false);
}

/* ---- legends ---- */

static int swatch_width(const struct trl_guide_measure *m, const struct trl_guide_entry *entry)
{
    return entry->first < 0 ? 0 : (entry->first == entry->last ? 1 : 3) * m->text.cap + m->gap;
}

static void draw_swatch(struct drawing *d, const struct trl_guide_entry *entry,
                        const struct trl_palette *palette, int x, int base)
{
    const int cap = d->m.text.cap, width = swatch_width(&d->m, entry) - d->m.gap;
    for (int n = 0; n < width; n++) {
        const int index = entry->first + (2 * n + 1) * (entry->last - entry->first) / (2 * width);
        fill(d, palette, (struct trl_rect){x + n, base - cap, 1, cap}, index);
    }
}

/* As many as fit, and how many do not. */
static void draw_legend(struct drawing *d, const struct trl_guide_panel *panel,
                        const struct trl_palette *palette, const struct trl_rect *r)
{
    const struct trl_guide_measure *m = &d->m;
    const struct trl_text_style style = {.size = m->size};
    const int count = panel->entry_count, base = r->y + m->text.ascent;
    char more[TRL_TICK_LABEL_SIZE];
    int x = r->x;
    for (int n = 0; n < count; n++) {
        const struct trl_guide_entry *entry = &panel->entries[n];
        const int left = r->x + r->width - x;
        snprintf(more, sizeof(more), "+%d more", count - n - 1);
        const int rest = n + 1 < count ? m->size + trl_text_width(more, style) : 0;
        int width = 0;
        if (n < TRL_GUIDE_ENTRIES_MAX)
            width = swatch_width(m, entry) + trl_text_width(entry->text, style);
        if (n == TRL_GUIDE_ENTRIES_MAX || (n > 0 && width + rest > left)) {
            snprintf(more, sizeof(more), "+%d more", count - n);
            write_text(d, more, m->size, left, x, base, TRL_ALIGN_LEFT, false);
            return;
        }
        const int swatch = swatch_width(m, entry);
        if (swatch <= left)
            draw_swatch(d, entry, entry->palette ? entry->palette : palette, x, base);
        write_text(d, entry->text, m->size, left - swatch - rest, x + swatch, base, TRL_ALIGN_LEFT,
                   false);
        x += (width < left - rest ? width : left - rest) + m->size;
    }
}

/* ---- all of it ---- */
static bool common_above(struct drawing *d, const struct trl_guide_panel *panel,
                         const struct trl_guide_place *place)
{
    trl_guide_axis_ticks(&d->ticks, &panel->y, place->data.height, d->m.size, true);
    if (d->ticks.common[0])
        return true;
    trl_guide_bar_ticks(&d->ticks, &panel->bar, place->bar.height, d->m.size);
    return d->ticks.common[0];
}

/* Pixels between the data of a panel and its name that are taken. */
static int name_rise(struct drawing *d, int n)
{
    const struct trl_guide_place *place = &d->guide->panel[n];
    const struct trl_guide_measure *m = &d->m;
    const int reach =
        place->y_numbers.count || place->bar_numbers.count ? trl_guide_label_reach(m, true) : 0;
    const int common = common_above(d, &d->params->panels[n], place) ? m->text.line + m->gap : 0;
    return (reach > m->border ? reach : m->border) + common;
}

/* The names of a row are on a line, where the data begin on one. One that came late moves no other.
 */
static int names_rise(struct drawing *d, int n)
{
    const int columns = d->guide->columns, first = n / columns * columns;
    int most = 0;
    for (int k = first; k < first + columns && k < d->guide->panel_count; k++) {
        const bool counts = d->guide->panel[k].data.y == d->guide->panel[n].data.y &&
                            (k == n || !d->params->panels[k].late);
        const int rise = counts ? name_rise(d, k) : 0;
        most = rise > most ? rise : most;
    }
    return most;
}

static void draw_panel(struct drawing *d, int n)
{
    const struct trl_guide_panel *panel = &d->params->panels[n];
    const struct trl_guide_place *place = &d->guide->panel[n];
    const struct trl_guide_measure *m = &d->m;
    const struct trl_rect *data = &place->data;
    frame_data(d, data);
    if (!place->x_band.width)
        draw_x(d, panel, data);
    if (!place->y_band.width)
        draw_y(d, panel, data, data->width + m->border);
    if (place->bar.width)
        draw_bar(d, &panel->bar, panel->palette ? panel->palette : &d->theme, place);
    if (place->legend.width)
        draw_legend(d, panel, panel->palette ? panel->palette : &d->theme, &place->legend);
    write_text(d, panel->name, m->size, place->room, data->x + data->width / 2,
               data->y - names_rise(d, n) - m->gap - m->text.descent / 2, TRL_ALIGN_CENTRE, false);
}

static void draw_title(struct drawing *d)
{
    const struct trl_rect *r = &d->guide->title, *data = &d->guide->panel[0].data;
    int centre = r->x + r->width / 2;
    if (!r->width)
        return;
    /* Over the data of a single panel, where it fits there. */
    const int width =
        trl_text_width(d->params->title, (struct trl_text_style){.size = d->guide->title_size});
    const int middle = data->x + data->width / 2;
    if (d->guide->rows * d->guide->columns == 1 && middle - width / 2 >= r->x &&
        middle + width / 2 < r->x + r->width)
        centre = middle;
    write_text(d, d->params->title, d->guide->title_size, r->width, centre,
               r->y + trl_text_metrics(d->guide->title_size).ascent, TRL_ALIGN_CENTRE, false);
}

static void compose(const struct drawing *d)
{
    for (int y = 0; y < d->shades.height; y++)
        for (int x = 0; x < d->shades.width; x++) {
            const int shade = d->shades.shade[(ptrdiff_t)y * d->shades.width + x];
            if (shade)
                put(d, &d->theme, x, y, TRL_PALETTE_TEXT + shade);
        }
}

/* A canvas of background. */
static int begin(struct drawing *d, struct trl_log *log, int width, int height)
{
    const struct trl_guide_params *params = d->params;
    const size_t size = (size_t)width * (size_t)height;
    d->m = trl_guide_measure(d->guide->text_size);
    d->shades = (struct trl_shades){calloc(size, 1), width, height};
    if (!d->shades.shade)
        return trl_fail_memory(log, "guides", size);
    const struct trl_color paper =
        params->background.set ? params->background : trl_guide_paper(params->theme);
    trl_palette_paper(&d->theme, (uint8_t[]){paper.r, paper.g, paper.b});
    fill(d, &d->theme, (struct trl_rect){0, 0, width, height}, TRL_PALETTE_BACKGROUND);
    return 0;
}

static int end(struct drawing *d, struct trl_log *log)
{
    compose(d);
    free(d->shades.shade);
    return d->error < 0 ? trl_fail_memory(log, "glyphs", TEXT_BYTES) : 0;
}

int trl_guide_draw(const struct trl_guide *guide, struct trl_log *log,
                   const struct trl_guide_params *params, const struct trl_guide_canvas *canvas)
{
    struct drawing d = {.guide = guide, .params = params, .canvas = canvas};
    const int ret = begin(&d, log, guide->width, guide->height);
    if (ret < 0)
        return ret;
    draw_title(&d);
    for (int n = 0; n < guide->panel_count && !params->bare; n++)
        draw_panel(&d, n);
    if (guide->shared.bar.width) {
        const struct trl_guide_panel *first = &params->panels[params->shared_panel];
        draw_bar(&d, &first->bar, first->palette ? first->palette : &d.theme, &guide->shared);
    }
    return end(&d, log);
}

int trl_guide_draw_axes(const struct trl_guide *guide, struct trl_log *log,
                        const struct trl_guide_params *params, int n,
                        const struct trl_guide_axis *x, const struct trl_guide_axis *y,
                        struct trl_rect window, const struct trl_guide_canvas *canvas)
{
    struct drawing d = {.guide = guide, .params = params, .canvas = canvas};
    struct trl_guide_panel panel = params->panels[n];
    struct trl_rect data = guide->panel[n].data;
    const int ret = begin(&d, log, window.width, window.height);
    if (ret < 0)
        return ret;
    panel.x = *x;
    panel.y = *y;
    data.x -= window.x;
    data.y -= window.y;
    frame_data(&d, &data);
    draw_x(&d, &panel, &data);
    draw_y(&d, &panel, &data, data.width);
    return end(&d, log);
}

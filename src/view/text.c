/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/text.h"

#include "view/glyph.h"

#include <stdlib.h>
#include <string.h>

#include <tensorreel/error.h>

/* Pens count 1/64 of a pixel. */
enum { PEN = 64, PHASE = PEN / 4 };

static const char ellipsis[] = "\xe2\x80\xa6";

/* ---- UTF-8 ---- */

/* How many bytes follow the first one; -1 if it can begin nothing. */
static int follow_count(unsigned char first)
{
    if (first < 0x80)
        return 0;
    if (first >= 0xc2 && first <= 0xdf)
        return 1;
    if (first >= 0xe0 && first <= 0xef)
        return 2;
    return first >= 0xf0 && first <= 0xf4 ? 3 : -1;
}

uint32_t trl_utf8_next(const char **text, const char *end)
{
    static const uint32_t smallest[4] = {0, 0x80, 0x800, 0x10000};
    const unsigned char *bytes = (const unsigned char *)*text;
    const int count = follow_count(bytes[0]);
    *text += 1;
    if (count < 0 || end - *text < count)
        return TRL_TEXT_INVALID;
    uint32_t code = count ? bytes[0] & (0x3fU >> count) : bytes[0];
    for (int n = 1; n <= count; n++) {
        if ((bytes[n] & 0xc0) != 0x80)
            return TRL_TEXT_INVALID;
        code = code << 6 | (bytes[n] & 0x3f);
    }
    if (code < smallest[count] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        return TRL_TEXT_INVALID;
    *text += count;
    return code;
}

/* ---- runs ---- */

static int clamp_size(int size)
{
    if (size < TRL_GLYPH_SIZE_MIN)
        return TRL_GLYPH_SIZE_MIN;
    return size > TRL_GLYPH_SIZE_MAX ? TRL_GLYPH_SIZE_MAX : size;
}

struct trl_text_metrics trl_text_metrics(int size)
{
    const struct trl_glyph_metrics *m = &trl_glyph_metrics;
    size = clamp_size(size);
    const int half = TRL_GLYPH_EM / 2;
    return (struct trl_text_metrics){
        .cap = (m->cap_height * size + half) / TRL_GLYPH_EM,
        .ascent = (m->ascender * size + half) / TRL_GLYPH_EM,
        .descent = (-m->descender * size + half) / TRL_GLYPH_EM,
        .line = ((m->ascender - m->descender) * size + half) / TRL_GLYPH_EM,
    };
}

/* Walks over the glyphs of a run. */
struct run {
    const char *at, *end;
    struct trl_text_style style;
    uint32_t last;
    int pen; /* where the next glyph starts; after the last one the end of the run */
    int start;
    const struct trl_glyph *glyph;
};

static int pen_units(int units, int size)
{
    const int scaled = units * size * PEN;
    const int half = TRL_GLYPH_EM / 2;
    return (scaled + (scaled < 0 ? -half : half)) / TRL_GLYPH_EM;
}

int trl_text_steady_advance(uint32_t code, int size)
{
    return (pen_units(trl_glyph_find(code)->advance, clamp_size(size)) + PEN / 2) / PEN;
}

static void run_begin(struct run *run, const char *text, size_t length, struct trl_text_style style)
{
    *run = (struct run){.at = text, .end = text + length, .style = style};
    run->style.size = clamp_size(style.size);
}

static bool run_next(struct run *run)
{
    if (run->at == run->end)
        return false;
    const uint32_t code = trl_utf8_next(&run->at, run->end);
    run->glyph = trl_glyph_find(code);
    const int size = run->style.size;
    int advance = pen_units(run->glyph->advance, size);
    if (run->style.steady) {
        advance = trl_text_steady_advance(code, size) * PEN;
    } else if (run->last) {
        run->pen += pen_units(trl_glyph_kerning(run->last, code), size);
    }
    run->start = (run->pen + PHASE / 2) / PHASE * PHASE;
    run->pen += advance;
    run->last = code;
    return true;
}

static int width_of(const char *text, size_t length, struct trl_text_style style)
{
    struct run run;
    run_begin(&run, text, length, style);
    while (run_next(&run)) {
    }
    return (run.pen + PEN - 1) / PEN;
}

int trl_text_width(const char *text, struct trl_text_style style)
{
    return width_of(text, strlen(text), style);
}

int trl_text_fit(const char *text, struct trl_text_style style, int width, char *out,
                 size_t out_size)
{
    const size_t length = strlen(text);
    int taken = width_of(text, length, style);
    if (taken <= width && length < out_size) {
        memcpy(out, text, length + 1);
        return taken;
    }
    const int dots = trl_text_width(ellipsis, style);
    size_t best = 0;
    struct run run;
    run_begin(&run, text, length, style);
    while (run_next(&run)) {
        const size_t bytes = (size_t)(run.at - text);
        if ((run.pen + PEN - 1) / PEN + dots > width || bytes + sizeof(ellipsis) > out_size)
            break;
        if (text[bytes - 1] != ' ')
            best = bytes;
    }
    if (best == 0) {
        out[0] = '\0';
        return 0;
    }
    memcpy(out, text, best);
    memcpy(out + best, ellipsis, sizeof(ellipsis));
    return trl_text_width(out, style);
}

/* ---- drawing ---- */

struct target {
    const struct trl_shades *canvas;
    int x, y; /* of the run's start, on the baseline */
    bool upwards;
};

static void put(const struct target *t, int along, int above, unsigned cover)
{
    const int x = t->upwards ? t->x - above : t->x + along;
    const int y = t->upwards ? t->y - 1 - along : t->y - above;
    if (x < 0 || y < 0 || x >= t->canvas->width || y >= t->canvas->height)
        return;
    const uint8_t shade = trl_text_shade(cover);
    uint8_t *at = &t->canvas->shade[(size_t)y * (size_t)t->canvas->width + (size_t)x];
    if (shade > *at)
        *at = shade;
}

/* The scratch of a glyph: its sums and behind them its coverage. */
struct scratch {
    int32_t *sums;
    size_t size;
};

static bool enough(struct scratch *scratch, const struct trl_glyph_box *box)
{
    const size_t need = ((size_t)box->width + 2) * (size_t)box->height * (sizeof(int32_t) + 1);
    if (need <= scratch->size)
        return scratch->sums;
    free(scratch->sums);
    scratch->sums = malloc(need);
    scratch->size = scratch->sums ? need : 0;
    return scratch->sums;
}

static bool draw_glyph(const struct target *target, const struct run *run, struct scratch *scratch)
{
    struct trl_glyph_box box;
    const int fraction = run->start % PEN;
    trl_glyph_box(run->glyph, run->style.size, fraction, &box);
    if (box.width <= 0 || box.height <= 0)
        return true;
    if (!enough(scratch, &box))
        return false;
    uint8_t *cover = (uint8_t *)(scratch->sums + ((ptrdiff_t)box.width + 2) * box.height);
    trl_glyph_cover(run->glyph, run->style.size, fraction, &box, scratch->sums, cover);
    for (int row = 0; row < box.height; row++)
        for (int column = 0; column < box.width; column++)
            put(target, run->start / PEN + box.left + column, box.top - row, *cover++);
    return true;
}

int trl_text_draw(const struct trl_shades *canvas, const char *text, struct trl_text_style style,
                  int x, int y, enum trl_align align, bool upwards)
{
    const int width = trl_text_width(text, style);
    int back = 0;
    if (align == TRL_ALIGN_CENTRE)
        back = width / 2;
    else if (align == TRL_ALIGN_RIGHT)
        back = width;
    const struct target target = {
        canvas,
        upwards ? x : x - back,
        upwards ? y + back : y,
        upwards,
    };
    struct scratch scratch = {0};
    struct run run;
    run_begin(&run, text, strlen(text), style);
    int ret = 0;
    while (ret == 0 && run_next(&run))
        if (!draw_glyph(&target, &run, &scratch))
            ret = TRL_ERROR_MEMORY;
    free(scratch.sums);
    return ret;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Text as shades: 0 is background, TRL_TEXT_SHADES - 1 full ink. All arithmetic is that of
 * integers: the same bits on every machine. Text is UTF-8; whatever is not valid is drawn as a box,
 * as is a character that there is no glyph of. Sizes are pixels per em, held within
 * TRL_GLYPH_SIZE_MIN and TRL_GLYPH_SIZE_MAX.
 */
#define TRL_TEXT_SHADES 16
#define TRL_TEXT_INVALID 0xffffffffU

/* The next code point, or TRL_TEXT_INVALID for a byte that begins no valid one; moves on by what
 * was read, at least a byte. *text < end. */
uint32_t trl_utf8_next(const char **text, const char *end);

/* Rows of pixels that text takes: above the baseline (of capitals and digits, and of all letters
 * with their accents), below it, and from one line to the next. */
struct trl_text_metrics {
    int cap, ascent, descent, line;
};
struct trl_text_metrics trl_text_metrics(int size);

/* How a run is set. steady: every glyph starts at a whole pixel, so that a number that changes does
 * not make its neighbours tremble; else they are placed by quarters of one and kerned. */
struct trl_text_style {
    int size;
    bool steady;
};

/* Pixels from the start of the run to its end, rounded up. */
int trl_text_width(const char *text, struct trl_text_style style);

/* Pixels that a glyph takes in a steady run. */
int trl_text_steady_advance(uint32_t code, int size);

/* Coverage of 0 to 255 as a shade. */
static inline uint8_t trl_text_shade(unsigned cover)
{
    return (uint8_t)((cover * (TRL_TEXT_SHADES - 1) + 127) / 255);
}

/* Copies the text, shortened to end in an ellipsis if it is wider than so many pixels. Empty where
 * not even a letter and the ellipsis fit. Returns the width. */
int trl_text_fit(const char *text, struct trl_text_style style, int width, char *out,
                 size_t out_size);

enum trl_align { TRL_ALIGN_LEFT = 0, TRL_ALIGN_CENTRE, TRL_ALIGN_RIGHT };

struct trl_shades {
    uint8_t *shade; /* width * height */
    int width, height;
};

/*
 * Draws the run; darker shades stay. (x, y) is a corner of pixels: the baseline runs along the
 * upper edge of row y, from, around or to column x. upwards: turned by 90 degrees to the left; the
 * baseline is the left edge of column x, and the run goes from, around or to row y. What lies
 * outside is left out. TRL_ERROR_MEMORY as a negative number, not logged.
 */
int trl_text_draw(const struct trl_shades *canvas, const char *text, struct trl_text_style style,
                  int x, int y, enum trl_align align, bool upwards);

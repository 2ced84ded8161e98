/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdint.h>

/*
 * Glyphs of DejaVu Sans as outlines, taken from the font when the program is built, and their
 * drawing as coverage in integer arithmetic alone: the same bits on every machine.
 *
 * Units of the font: TRL_GLYPH_EM to the em, y upwards from the baseline. Sizes are pixels per em.
 */
#define TRL_GLYPH_EM 2048
#define TRL_GLYPH_SIZE_MIN 6
#define TRL_GLYPH_SIZE_MAX 200
#define TRL_GLYPH_BOX 0 /* code point of what stands for a missing glyph */

/* A quadratic curve from where the last one ended; control == end is a line. control_x of
 * TRL_GLYPH_MOVE begins a contour at (x, y). */
#define TRL_GLYPH_MOVE INT16_MIN

struct trl_glyph_curve {
    int16_t control_x, control_y, x, y;
};

struct trl_glyph {
    uint32_t code; /* Unicode */
    uint32_t curve_first;
    uint16_t curve_count;
    int16_t advance;
    int16_t x_min, y_min, x_max, y_max;
};

struct trl_glyph_pair {
    uint32_t left, right; /* code points */
    int16_t shift;        /* units by which right moves */
};

/* Heights above the baseline, in units. */
struct trl_glyph_metrics {
    int16_t ascender, descender, x_height, cap_height, letter_height, overshoot;
};

/* Generated; sorted by code, pairs by left and then right. */
extern const struct trl_glyph trl_glyphs[];
extern const uint32_t trl_glyph_count;
extern const struct trl_glyph_curve trl_glyph_curves[];
extern const struct trl_glyph_pair trl_glyph_pairs[];
extern const uint32_t trl_glyph_pair_count;
extern const struct trl_glyph_metrics trl_glyph_metrics;

/* The glyph of a code point, or the box. */
const struct trl_glyph *trl_glyph_find(uint32_t code);
/* Units by which the pair is moved together; mostly 0. */
int trl_glyph_kerning(uint32_t left, uint32_t right);

/* Where the pixels of a glyph lie: column left is that many right of the pen's whole pixel, row 0
 * has its upper edge top pixels above the baseline. */
struct trl_glyph_box {
    int left, top, width, height;
};

/* fraction: of a pixel that the pen is right of a whole one, in 1/64. */
void trl_glyph_box(const struct trl_glyph *glyph, int size, int fraction,
                   struct trl_glyph_box *box);

/* Coverage 0 to 255, box->width * box->height bytes. sums is scratch of (width + 2) * height. */
void trl_glyph_cover(const struct trl_glyph *glyph, int size, int fraction,
                     const struct trl_glyph_box *box, int32_t *sums, uint8_t *cover);

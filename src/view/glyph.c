/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/glyph.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

/* A pixel is ONE wide and high; its whole area is twice ONE * ONE, so that half a step is whole. */
enum { ONE = 256, AREA = 2 * ONE * ONE, HINTED_SIZE_MAX = 64, KNOTS = 10 };

const struct trl_glyph *trl_glyph_find(uint32_t code)
{
    uint32_t low = 0, high = trl_glyph_count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (trl_glyphs[middle].code == code)
            return &trl_glyphs[middle];
        if (trl_glyphs[middle].code < code)
            low = middle + 1;
        else
            high = middle;
    }
    return &trl_glyphs[0];
}

int trl_glyph_kerning(uint32_t left, uint32_t right)
{
    uint32_t low = 0, high = trl_glyph_pair_count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        const struct trl_glyph_pair *pair = &trl_glyph_pairs[middle];
        if (pair->left == left && pair->right == right)
            return pair->shift;
        if (pair->left < left || (pair->left == left && pair->right < right))
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

/* ---- the grid of pixels ---- */

static int floor_div(int a, int b)
{
    return a / b - (a % b < 0);
}

static int scaled(int units, int size)
{
    return floor_div(units * size * (ONE / 64) + TRL_GLYPH_EM / 128, TRL_GLYPH_EM / 64);
}

static int whole(int at)
{
    return floor_div(at + ONE / 2, ONE) * ONE;
}

/*
 * What makes small text crisp: the heights at which letters end are moved to edges of pixels, and
 * what lies between follows. Letters that reach a little over (o beside x) are cut down to them.
 */
struct hint {
    int count;
    int units[KNOTS], at[KNOTS];
};

static void add_knot(struct hint *hint, int units, int at)
{
    hint->units[hint->count] = units;
    hint->at[hint->count++] = at;
}

static void make_hint(struct hint *hint, int size)
{
    const struct trl_glyph_metrics *m = &trl_glyph_metrics;
    const int stroke_units = 164;
    const int over = scaled(m->overshoot, size) < ONE / 2 ? 0 : scaled(m->overshoot, size);
    const int stroke = size <= 20 ? whole(scaled(stroke_units, size) + ONE / 8) : 0;
    const int cap = whole(scaled(m->cap_height, size));
    *hint = (struct hint){0};
    add_knot(hint, m->descender, scaled(m->descender, size));
    add_knot(hint, -m->overshoot, -over);
    add_knot(hint, 0, 0);
    if (stroke > 0) {
        add_knot(hint, stroke_units, stroke);
        add_knot(hint, m->x_height - stroke_units, whole(scaled(m->x_height, size)) - stroke);
    }
    add_knot(hint, m->x_height, whole(scaled(m->x_height, size)));
    /* Unless it would close the gap below the dot of an i. */
    if (stroke > 0 && cap - stroke > whole(scaled(m->x_height, size)))
        add_knot(hint, m->cap_height - stroke_units, cap - stroke);
    add_knot(hint, m->cap_height, cap);
    add_knot(hint, m->letter_height, whole(scaled(m->letter_height, size)));
    add_knot(hint, m->ascender,
             whole(scaled(m->letter_height, size)) + scaled(m->ascender - m->letter_height, size));
}

static int hinted(const struct hint *hint, int y, int size)
{
    if (hint->count == 0)
        return scaled(y, size);
    int n = 1;
    while (n < hint->count - 1 && y > hint->units[n])
        n++;
    const int from = hint->units[n - 1], width = hint->units[n] - from;
    const int rise = hint->at[n] - hint->at[n - 1];
    if (y < from || y > hint->units[n])
        return scaled(y, size);
    return hint->at[n - 1] + floor_div((y - from) * rise + width / 2, width);
}

struct grid {
    int size, fraction;
    struct hint hint;
};

static void make_grid(struct grid *grid, int size, int fraction)
{
    *grid = (struct grid){.size = size, .fraction = fraction * (ONE / 64)};
    if (size <= HINTED_SIZE_MAX)
        make_hint(&grid->hint, size);
}

void trl_glyph_box(const struct trl_glyph *glyph, int size, int fraction, struct trl_glyph_box *box)
{
    *box = (struct trl_glyph_box){0};
    if (glyph->curve_count == 0)
        return;
    struct grid grid;
    make_grid(&grid, size, fraction);
    box->left = floor_div(scaled(glyph->x_min, size) + grid.fraction, ONE);
    box->top = -floor_div(-hinted(&grid.hint, glyph->y_max, size), ONE);
    box->width = -floor_div(-scaled(glyph->x_max, size) - grid.fraction, ONE) - box->left;
    box->height = box->top - floor_div(hinted(&grid.hint, glyph->y_min, size), ONE);
}

/* ---- coverage ---- */

/* Sums of area: what stands right of a line is filled, so a running sum over a row is coverage. */
struct sums {
    int32_t *row;
    int width, height;
};

/* A piece of a line in one row: from x0 to x1, dy of the row's height (signed). */
static void add_piece(int32_t *row, int x0, int x1, int dy)
{
    int sign = 1;
    if (x0 > x1) {
        const int swap = x0;
        x0 = x1;
        x1 = swap;
    }
    if (dy < 0) {
        sign = -1;
        dy = -dy;
    }
    int column = x0 / ONE, done = 0, x = x0;
    for (;;) {
        const int edge = (column + 1) * ONE;
        const int end = x1 < edge ? x1 : edge;
        const int part = end == x1 ? dy - done : (int)((int64_t)dy * (end - x0) / (x1 - x0)) - done;
        const int area = part * (2 * edge - x - end);
        row[column] += sign * area;
        row[column + 1] += sign * (part * 2 * ONE - area);
        if (end == x1)
            return;
        done += part;
        x = end;
        column++;
    }
}

static int between(int x0, int y0, int x1, int y1, int y)
{
    const int64_t rise = (int64_t)(x1 - x0) * (y - y0);
    return x0 + (int)(rise / (y1 - y0));
}

/* y downwards. */
static void add_line(const struct sums *sums, int x0, int y0, int x1, int y1)
{
    if (y0 == y1)
        return;
    const bool down = y1 > y0;
    const int upper = down ? y0 : y1, lower = down ? y1 : y0;
    int x = down ? x0 : x1;
    for (int row = upper / ONE; row * ONE < lower; row++) {
        const int from = upper > row * ONE ? upper : row * ONE;
        const int to = lower < (row + 1) * ONE ? lower : (row + 1) * ONE;
        const int next = between(x0, y0, x1, y1, to);
        add_piece(sums->row + (ptrdiff_t)row * sums->width, x, next, down ? to - from : from - to);
        x = next;
    }
}

static void add_curve(const struct sums *sums, const int p[6])
{
    const int bend = abs(p[0] - 2 * p[2] + p[4]) + abs(p[1] - 2 * p[3] + p[5]);
    int steps = 1;
    while (steps < 32 && bend > 64 * steps * steps)
        steps++;
    int x = p[0], y = p[1];
    for (int n = 1; n <= steps; n++) {
        const int m = steps - n, whole_square = steps * steps;
        const int nx = floor_div(m * m * p[0] + 2 * m * n * p[2] + n * n * p[4], whole_square);
        const int ny = floor_div(m * m * p[1] + 2 * m * n * p[3] + n * n * p[5], whole_square);
        add_line(sums, x, y, nx, ny);
        x = nx;
        y = ny;
    }
}

void trl_glyph_cover(const struct trl_glyph *glyph, int size, int fraction,
                     const struct trl_glyph_box *box, int32_t *scratch, uint8_t *cover)
{
    const struct sums sums = {scratch, box->width + 2, box->height};
    struct grid grid;
    make_grid(&grid, size, fraction);
    for (int n = 0; n < sums.width * sums.height; n++)
        scratch[n] = 0;
    const int left = box->left * ONE - grid.fraction, top = box->top * ONE;
    const struct trl_glyph_curve *curve = trl_glyph_curves + glyph->curve_first;
    int x = 0, y = 0;
    for (uint32_t n = 0; n < glyph->curve_count; n++, curve++) {
        const int to_x = scaled(curve->x, size) - left;
        const int to_y = top - hinted(&grid.hint, curve->y, size);
        if (curve->control_x != TRL_GLYPH_MOVE) {
            const int points[6] = {x,
                                   y,
                                   scaled(curve->control_x, size) - left,
                                   top - hinted(&grid.hint, curve->control_y, size),
                                   to_x,
                                   to_y};
            if (points[2] == to_x && points[3] == to_y)
                add_line(&sums, x, y, to_x, to_y);
            else
                add_curve(&sums, points);
        }
        x = to_x;
        y = to_y;
    }
    for (int row = 0; row < box->height; row++) {
        int32_t sum = 0;
        for (int column = 0; column < box->width; column++) {
            sum += scratch[row * sums.width + column];
            const int filled = abs(sum) < AREA ? abs(sum) : AREA;
            *cover++ = (uint8_t)((filled * 255LL + AREA / 2) / AREA);
        }
    }
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/samples.h"

#include "base/math.h"
#include "shared/view.h"
#include "view/fields.h"

#include <math.h>

struct trl_sample_axis trl_sample_axis_at(int64_t elements, int cells, double center, double zoom)
{
    return (struct trl_sample_axis){
        .elements = elements,
        .cells = cells,
        .left = center * (double)elements - (double)elements / (2 * zoom),
        .zoom = zoom,
    };
}

/* Whole numbers come out whole: the product is exact, and the quotient rounds to them. */
static double position(const struct trl_sample_axis *axis, double cell)
{
    return axis->left + cell * (double)axis->elements / (axis->cells * axis->zoom);
}

bool trl_sample_reduces(const struct trl_sample_axis *axis)
{
    return (double)axis->elements > axis->cells * axis->zoom;
}

int64_t trl_sample_end(const struct trl_sample_axis *axis, int cell)
{
    const double end = floor(position(axis, cell + 1.0));
    return (int64_t)fmin(fmax(end, 0), (double)axis->elements);
}

static bool inside(const struct trl_sample_axis *axis, double at)
{
    return at >= 0 && at < (double)axis->elements;
}

/* The elements before and behind the middle of the cell. */
static void fill_between(const struct trl_sample_axis *axis, double middle, uint32_t *words)
{
    double at = fmin(fmax(middle - 0.5, 0), (double)(axis->elements - 1));
    const double below = floor(at);
    const float part = (float)(at - below);
    words[TRL_SAMPLE_FIRST] = (uint32_t)below;
    words[TRL_SAMPLE_SECOND] = (uint32_t)below + (part > 0 ? 1U : 0U);
    words[TRL_SAMPLE_FIRST_PART] = trl_float_bits((float)(1 - (at - below)));
    words[TRL_SAMPLE_SECOND_PART] = trl_float_bits(part);
}

static void fill_one(uint32_t *words, uint32_t element)
{
    words[TRL_SAMPLE_FIRST] = words[TRL_SAMPLE_SECOND] = element;
    words[TRL_SAMPLE_FIRST_PART] = trl_float_bits(1);
    words[TRL_SAMPLE_SECOND_PART] = 0;
}

static void fill_cell(const struct trl_sample_axis *axis, int cell, uint32_t *words)
{
    const double start = position(axis, cell), middle = position(axis, cell + 0.5);
    if (trl_sample_reduces(axis)) {
        const bool any = trl_sample_end(axis, cell) > trl_sample_end(axis, cell - 1);
        fill_one(words, any ? (uint32_t)cell : TRL_SAMPLE_OUTSIDE);
    } else if (!inside(axis, axis->blend ? middle : start)) {
        fill_one(words, TRL_SAMPLE_OUTSIDE);
    } else if (axis->blend) {
        fill_between(axis, middle, words);
    } else {
        fill_one(words, (uint32_t)floor(start));
    }
    words[TRL_SAMPLE_FIELDS] =
        axis->fields ? trl_fields_sample(middle, axis->elements, axis->fields) : 0;
}

struct trl_sample_span trl_sample_fill(const struct trl_sample_axis *axis, uint32_t *words)
{
    struct trl_sample_span span = {INT64_MAX, 0};
    for (int i = 0; i < axis->cells; i++, words += TRL_SAMPLE_WORDS) {
        fill_cell(axis, i, words);
        if (words[TRL_SAMPLE_FIRST] == TRL_SAMPLE_OUTSIDE)
            continue;
        span.first = trl_min_i64(span.first, words[TRL_SAMPLE_FIRST]);
        span.end = trl_max_i64(span.end, (int64_t)words[TRL_SAMPLE_SECOND] + 1);
    }
    if (!span.end)
        span.first = 0;
    return span;
}

void trl_sample_shift(const struct trl_sample_axis *axis, uint32_t *words, int64_t first)
{
    for (int i = 0; i < axis->cells; i++, words += TRL_SAMPLE_WORDS) {
        if (words[TRL_SAMPLE_FIRST] == TRL_SAMPLE_OUTSIDE)
            continue;
        words[TRL_SAMPLE_FIRST] -= (uint32_t)first;
        words[TRL_SAMPLE_SECOND] -= (uint32_t)first;
    }
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "tensor/filter.h"

#include "base/log.h"
#include "base/math.h"
#include "shared/filter.h"
#include "tensor/layout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct trl_filter_host {
    struct trl_filter_chain chain;
    struct trl_layout frame;
    int64_t tiles, rows, columns, elements;
    float *memory;                      /* of all that follows */
    float *now, *next, *sharp;          /* frames */
    float *state[TRL_FILTER_STEPS_MAX]; /* of temporal filters; NaN where nothing is known yet */
};

/* ---- values ---- */

static float clean(float x)
{
    const uint32_t size = trl_float_bits(x) & 0x7fffffff;
    if (size > TRL_FILTER_INF)
        return trl_float_from_bits(TRL_FILTER_NAN);
    return size < TRL_FILTER_TINY ? 0 : x;
}

static bool is_finite(float x)
{
    return (trl_float_bits(x) & TRL_FILTER_INF) != TRL_FILTER_INF;
}

static float clip(float x, double low, double high)
{
    const float least = clean((float)low), most = clean((float)high);
    return x < least ? least : x > most ? most : x;
}

static float logarithm(float x)
{
    const uint32_t bits = trl_float_bits(x);
    if (isnan(x))
        return x;
    return trl_float_from_bits(trl_filter_log1p(bits & 0x7fffffff) | (bits & 0x80000000));
}

static float smooth(float x, float *state, float alpha)
{
    if (!is_finite(x))
        return x;
    const float step = clean(x - *state);
    *state = alpha < 1 && is_finite(step) ? clean(*state + clean(alpha * step)) : x;
    return *state;
}

static float decay(float x, float *state, float factor)
{
    const float faded = clean(factor * *state);
    *state = is_finite(x) && !(fabsf(x) < fabsf(faded)) ? x : faded;
    return is_finite(x) ? *state : x;
}

static float difference(float x, float *state)
{
    if (!is_finite(x))
        return x;
    const float y = isnan(*state) ? 0 : clean(x - *state);
    *state = x;
    return y;
}

static float element(const struct trl_filter_step *step, float x, float *state)
{
    switch (step->filter) {
    case TRL_FILTER_SMOOTH:
        return smooth(x, state, (float)step->argument[0]);
    case TRL_FILTER_DECAY:
        return decay(x, state, (float)step->argument[0]);
    case TRL_FILTER_DIFF:
        return difference(x, state);
    case TRL_FILTER_ABS:
        return isnan(x) ? x : fabsf(x);
    case TRL_FILTER_CLIP:
        return clip(x, step->argument[0], step->argument[1]);
    default:
        return logarithm(x);
    }
}

static void each_element(struct trl_filter_host *h, const struct trl_filter_step *step,
                         float *state)
{
    float none = 0;
    for (int64_t i = 0; i < h->elements; i++)
        h->now[i] = element(step, h->now[i], state ? &state[i] : &none);
}

/* ---- neighbourhoods ---- */

struct line {
    const float *first; /* elements stride apart */
    int64_t stride, length;
    const float *weights;
    int taps, before;
};

static float weigh(const struct line *line, int64_t at)
{
    const float centre = line->first[at * line->stride];
    float sum = 0, weight = 0;
    bool whole = true;
    if (!is_finite(centre))
        return centre;
    for (int t = 0; t < line->taps; t++) {
        const int64_t i = trl_max_i64(0, trl_min_i64(line->length - 1, at - line->before + t));
        const float x = line->first[i * line->stride];
        if (is_finite(x)) {
            sum = clean(sum + clean(line->weights[t] * x));
            weight += line->weights[t];
        } else {
            whole = false;
        }
    }
    if (whole)
        return sum;
    const uint32_t share = trl_filter_reciprocal(trl_float_bits(weight));
    return clean(sum * trl_float_from_bits(share));
}

static void blur(struct trl_filter_host *h, const struct trl_filter_step *step)
{
    float weights[TRL_FILTER_TAPS_MAX];
    struct line line = {.weights = weights};
    line.taps = trl_filter_window(step, weights, &line.before);
    for (int64_t i = 0; i < h->elements; i++) {
        line.first = h->now + i / h->columns * h->columns;
        line.stride = 1;
        line.length = h->columns;
        h->next[i] = weigh(&line, i % h->columns);
    }
    for (int64_t i = 0; i < h->elements; i++) {
        const int64_t tile = h->rows * h->columns;
        line.first = h->next + i / tile * tile + i % h->columns;
        line.stride = h->columns;
        line.length = h->rows;
        h->now[i] = weigh(&line, i / h->columns % h->rows);
    }
}

static void sharpen(struct trl_filter_host *h, const struct trl_filter_step *step)
{
    const float amount = clean((float)step->argument[1]);
    memcpy(h->sharp, h->now, (size_t)h->elements * sizeof(*h->sharp));
    blur(h, step);
    for (int64_t i = 0; i < h->elements; i++) {
        const float x = h->sharp[i];
        if (is_finite(x))
            h->now[i] = clean(x + clean(amount * clean(x - h->now[i])));
    }
}

static int ascending(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static float median(const float around[9])
{
    float sorted[9];
    int count = 0;
    for (int i = 0; i < 9; i++)
        if (is_finite(around[i]))
            sorted[count++] = around[i];
    qsort(sorted, (size_t)count, sizeof(*sorted), ascending);
    const float lower = sorted[(count - 1) / 2], upper = sorted[count / 2];
    return lower == upper ? lower : clean(clean(0.5f * lower) + clean(0.5f * upper));
}

/* (c - a) + 2 (d - b) + (f - e) of three pairs. */
static float slope(const float from[3], const float to[3])
{
    const float middle = clean(to[1] - from[1]);
    const float sum = clean(clean(to[0] - from[0]) + clean(2 * middle));
    return clean(sum + clean(to[2] - from[2]));
}

/* The larger side is brought to 1..2 by its exponent, so that no square is too large or too small.
 */
static float sobel(const float around[9])
{
    float n[9];
    for (int i = 0; i < 9; i++)
        n[i] = is_finite(around[i]) ? around[i] : around[4];
    const float left[3] = {n[0], n[3], n[6]}, right[3] = {n[2], n[5], n[8]};
    const float x = fabsf(slope(left, right)), y = fabsf(slope(n, n + 6));
    if (!is_finite(x) || !is_finite(y))
        return INFINITY;
    const float large = x > y ? x : y, small = x > y ? y : x;
    if (large == 0)
        return 0;
    const int exponent = ilogbf(large);
    const float a = ldexpf(large, -exponent);
    const float b = small == 0 || ilogbf(small) + 60 < exponent ? 0 : ldexpf(small, -exponent);
    return ldexpf(sqrtf(a * a + b * b), exponent);
}

static void three_by_three(struct trl_filter_host *h, enum trl_filter filter)
{
    for (int64_t i = 0; i < h->elements; i++) {
        const int64_t row = i / h->columns % h->rows, column = i % h->columns;
        const float *tile = h->now + i / (h->rows * h->columns) * (h->rows * h->columns);
        float around[9];
        for (int n = 0; n < 9; n++) {
            const int64_t r = trl_max_i64(0, trl_min_i64(h->rows - 1, row + n / 3 - 1));
            const int64_t c = trl_max_i64(0, trl_min_i64(h->columns - 1, column + n % 3 - 1));
            around[n] = tile[r * h->columns + c];
        }
        h->next[i] = around[4];
        if (is_finite(around[4]))
            h->next[i] = filter == TRL_FILTER_MEDIAN ? median(around) : sobel(around);
    }
    float *swap = h->now;
    h->now = h->next;
    h->next = swap;
}

/* ---- frames ---- */

int trl_filter_host_create(struct trl_filter_host **out, struct trl_log *log, const char *text,
                           const struct trl_layout *frame)
{
    int64_t low, high;
    struct trl_layout dense;
    *out = NULL;
    if (frame->rank != 3 || !trl_layout_bounds(frame, &low, &high) ||
        trl_layout_dense(&dense, TRL_DTYPE_F32, 3, frame->shape, false) < 0)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "filters: the frame must have elements and three axes (tiles, rows, "
                        "columns)");
    struct trl_filter_host *h = calloc(1, sizeof(*h));
    if (!h)
        return trl_fail_memory(log, "filters", sizeof(*h));
    h->frame = *frame;
    h->tiles = frame->shape[0];
    h->rows = frame->shape[1];
    h->columns = frame->shape[2];
    h->elements = trl_layout_elements(frame);
    const int ret = trl_filter_parse(&h->chain, log, text);
    if (ret < 0) {
        trl_filter_host_destroy(&h);
        return ret;
    }
    size_t frames = 3;
    for (int n = 0; n < h->chain.count; n++)
        frames += trl_filter_temporal(h->chain.step[n].filter);
    h->memory = calloc((size_t)h->elements, frames * sizeof(float));
    if (!h->memory) {
        const size_t bytes = frames * (size_t)h->elements * sizeof(float);
        trl_filter_host_destroy(&h);
        return trl_fail_memory(log, "filters", bytes);
    }
    float *at = h->memory;
    h->now = at;
    h->next = at += h->elements;
    h->sharp = at += h->elements;
    for (int n = 0; n < h->chain.count; n++)
        if (trl_filter_temporal(h->chain.step[n].filter))
            h->state[n] = at += h->elements;
    trl_filter_host_reset(h);
    *out = h;
    return 0;
}

void trl_filter_host_reset(struct trl_filter_host *h)
{
    for (int n = 0; n < h->chain.count; n++)
        for (int64_t i = 0; h->state[n] && i < h->elements; i++)
            h->state[n][i] = trl_float_from_bits(TRL_FILTER_NAN);
}

void trl_filter_host_destroy(struct trl_filter_host **host)
{
    if (!host || !*host)
        return;
    free((*host)->memory);
    free(*host);
    *host = NULL;
}

static void read_frame(struct trl_filter_host *h, const void *data)
{
    const struct trl_layout *f = &h->frame;
    const size_t size = trl_dtype_size(f->dtype);
    float *to = h->now;
    for (int64_t t = 0; t < h->tiles; t++)
        for (int64_t r = 0; r < h->rows; r++)
            for (int64_t c = 0; c < h->columns; c++) {
                const int64_t at =
                    f->offset + t * f->stride[0] + r * f->stride[1] + c * f->stride[2];
                const char *from = (const char *)data + at * (int64_t)size;
                *to++ = clean(trl_element_f32(f->dtype, f->big_endian, from));
            }
}

const float *trl_filter_host_apply(struct trl_filter_host *h, const void *data)
{
    read_frame(h, data);
    for (int n = 0; n < h->chain.count; n++) {
        const struct trl_filter_step *step = &h->chain.step[n];
        switch (step->filter) {
        case TRL_FILTER_GAUSSIAN:
        case TRL_FILTER_BOX:
            blur(h, step);
            break;
        case TRL_FILTER_UNSHARP:
            sharpen(h, step);
            break;
        case TRL_FILTER_MEDIAN:
        case TRL_FILTER_SOBEL:
            three_by_three(h, step->filter);
            break;
        default:
            each_element(h, step, h->state[n]);
        }
    }
    return h->now;
}

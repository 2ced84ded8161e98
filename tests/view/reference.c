/* SPDX-License-Identifier: BSD-2-Clause */
#include "reference.h"

#include "base/math.h"
#include "shared/scale.h"
#include "tensor/layout.h"

#include <math.h>
#include <stdlib.h>

uint64_t reference_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

struct reference_values reference_read(const struct trl_layout *layout, const void *data)
{
    const int64_t *shape = layout->shape, *stride = layout->stride;
    struct reference_values v = {shape[0], shape[1], shape[2], NULL};
    v.value = malloc((size_t)(v.tiles * v.rows * v.columns) * sizeof(float));
    const size_t size = trl_dtype_size(layout->dtype);
    float *out = v.value;
    for (int64_t t = 0; t < v.tiles; t++)
        for (int64_t r = 0; r < v.rows; r++)
            for (int64_t c = 0; c < v.columns; c++) {
                int64_t element = layout->offset + t * stride[0] + r * stride[1] + c * stride[2];
                *out++ = trl_element_f32(layout->dtype, layout->big_endian,
                                         (const char *)data + element * (int64_t)size);
            }
    return v;
}

static trl_number number(const uint32_t words[2])
{
    return (trl_number){.exponent = (int32_t)words[0], .mantissa = words[1]};
}

static uint32_t threshold(const struct trl_scale *scale, uint32_t low, uint32_t high, uint32_t step)
{
    const uint32_t *setup = scale->setup;
    switch (scale->norm) {
    case TRL_NORM_LOG:
        return trl_threshold_log(low, high, step);
    case TRL_NORM_SYMLOG:
        return trl_threshold_symlog(low, high, step,
                                    (trl_symlog){setup[TRL_SETUP_SYMLOG],
                                                 number(&setup[TRL_SETUP_SYMLOG + 1]),
                                                 number(&setup[TRL_SETUP_SYMLOG + 3])});
    case TRL_NORM_POWER:
        return trl_threshold_power(low, high, number(&setup[TRL_SETUP_POWER + 2 * step]));
    default:
        return trl_threshold_linear(low, high, step);
    }
}

void reference_thresholds(const struct trl_scale *scale, float low, float high, uint32_t keys[257])
{
    const uint32_t low_bits = trl_float_bits(low), high_bits = trl_float_bits(high);
    keys[0] = trl_float_key(low_bits);
    keys[256] = trl_float_key(high_bits) + 1;
    for (uint32_t i = 1; i < 256; i++)
        keys[i] = low == high ? keys[256]
                              : trl_threshold_key(low_bits, high_bits,
                                                  threshold(scale, low_bits, high_bits, i));
}

static int compare(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static float nearest_rank(const float *sorted, int64_t count, double percent)
{
    /* Percentiles are taken to a millionth. */
    const int64_t product = count * (int64_t)llround(percent * 1e6);
    const int64_t rank = trl_max_i64(1, (product + 99999999) / 100000000);
    return sorted[rank - 1];
}

void reference_range(const struct trl_view_params *params, const struct trl_scale *scale,
                     const struct reference_values *v, float *low, float *high)
{
    const int64_t all = v->tiles * v->rows * v->columns;
    float *sorted = malloc((size_t)all * sizeof(float));
    int64_t count = 0;
    for (int64_t i = 0; i < all; i++)
        if (isfinite(v->value[i]) && (params->norm != TRL_NORM_LOG || v->value[i] > 0))
            sorted[count++] = v->value[i];
    qsort(sorted, (size_t)count, sizeof(float), compare);
    *low = trl_float_from_bits(scale->setup[TRL_SETUP_LOW]);
    *high = trl_float_from_bits(scale->setup[TRL_SETUP_HIGH]);
    double below = params->percentile_low, above = params->percentile_high;
    if (below == 0 && above == 0) {
        below = 2;
        above = 98;
    }
    if (count > 0 && !scale->low_fixed)
        *low = scale->percentiles ? nearest_rank(sorted, count, below) : sorted[0];
    if (count > 0 && !scale->high_fixed)
        *high = scale->percentiles ? nearest_rank(sorted, count, above) : sorted[count - 1];
    if (*low > *high && scale->low_fixed)
        *high = *low;
    else if (*low > *high)
        *low = *high;
    free(sorted);
}

uint16_t reference_index(const uint32_t keys[257], float value)
{
    if (isnan(value))
        return TRL_PALETTE_NAN;
    if (value < trl_float_from_bits(trl_key_float(keys[0])))
        return TRL_PALETTE_UNDER;
    if (value > trl_float_from_bits(trl_key_float(keys[256] - 1)))
        return TRL_PALETTE_OVER;
    uint16_t index = 0;
    for (int i = 1; i < 256; i++)
        index += trl_float_from_bits(trl_key_float(keys[i])) <= value;
    return index;
}

/* ---- cells ---- */

static float reciprocal(float d)
{
    float r = trl_float_from_bits(0x7ef311c7U - trl_float_bits(d));
    for (int i = 0; i < 4; i++)
        r = r * (2.0F - d * r);
    return r;
}

static float reduce_cell(const struct trl_view_params *params, float low, float high,
                         const struct reference_values *v, int64_t tile, const int64_t box[4])
{
    float smallest = INFINITY, largest = -INFINITY, sum = 0;
    int64_t values = 0, finite = 0, pos_inf = 0, neg_inf = 0;
    for (int64_t r = box[0]; r < box[1]; r++)
        for (int64_t c = box[2]; c < box[3]; c++) {
            const float x = v->value[(tile * v->rows + r) * v->columns + c];
            if (isnan(x))
                continue;
            values++;
            smallest = fminf(smallest, x);
            largest = fmaxf(largest, x);
            pos_inf += x == INFINITY;
            neg_inf += x == -INFINITY;
            if (isfinite(x)) {
                sum += x;
                finite++;
            }
        }
    if (values == 0)
        return NAN;
    if (params->reduce == TRL_REDUCE_MEAN) {
        if (pos_inf || neg_inf)
            return pos_inf && neg_inf ? NAN : pos_inf ? INFINITY : -INFINITY;
        return finite == 1 ? sum : sum * reciprocal((float)finite);
    }
    if (params->reduce == TRL_REDUCE_MINMAX && largest != INFINITY) {
        if (smallest == -INFINITY)
            return smallest;
        const double middle = ((double)low + (double)high) / 2;
        const double above = (double)largest - middle, below = middle - (double)smallest;
        return above >= below ? largest : smallest;
    }
    return largest;
}

static struct reference_values reduce(const struct trl_view_params *params,
                                      const struct trl_view_geometry *g, float low, float high,
                                      const struct reference_values *v)
{
    struct reference_values out = {v->tiles, g->reduced_rows, g->reduced_columns, NULL};
    out.value = calloc((size_t)(out.tiles * out.rows * out.columns), sizeof(float));
    float *at = out.value;
    for (int64_t t = 0; t < out.tiles; t++)
        for (int64_t r = 0; r < out.rows; r++)
            for (int64_t c = 0; c < out.columns; c++) {
                const int64_t box[4] = {r * v->rows / out.rows, (r + 1) * v->rows / out.rows,
                                        c * v->columns / out.columns,
                                        (c + 1) * v->columns / out.columns};
                *at++ = reduce_cell(params, low, high, v, t, box);
            }
    return out;
}

struct sample {
    int64_t below, above;
    float below_part, above_part;
};

static struct sample sample(int64_t values, int cells, int i)
{
    double at = (i + 0.5) * (double)values / cells - 0.5;
    at = fmin(fmax(at, 0), (double)(values - 1));
    struct sample s = {.below = (int64_t)at};
    s.above_part = (float)(at - (double)s.below);
    s.below_part = (float)(1 - (at - (double)s.below));
    s.above = s.above_part > 0 ? s.below + 1 : s.below;
    return s;
}

static float blend(float a, float b, float a_part, float b_part)
{
    a = fpclassify(a) == FP_SUBNORMAL ? 0 : a;
    b = fpclassify(b) == FP_SUBNORMAL ? 0 : b;
    const float left = a * a_part, right = b * b_part;
    return left + right;
}

static float bilinear(const struct reference_values *v, const struct trl_view_geometry *g,
                      int64_t tile, int row, int column)
{
    const struct sample r = sample(v->rows, g->cell_rows, row);
    const struct sample c = sample(v->columns, g->cell_columns, column);
    const float *upper = &v->value[(tile * v->rows + r.below) * v->columns];
    const float *lower = &v->value[(tile * v->rows + r.above) * v->columns];
    const float v00 = upper[c.below], v01 = upper[c.above];
    const float v10 = lower[c.below], v11 = lower[c.above];
    if (!isfinite(v00) || !isfinite(v01) || !isfinite(v10) || !isfinite(v11)) {
        const float *line = r.above_part > r.below_part ? lower : upper;
        return line[c.above_part > c.below_part ? c.above : c.below];
    }
    return blend(blend(v00, v01, c.below_part, c.above_part),
                 blend(v10, v11, c.below_part, c.above_part), r.below_part, r.above_part);
}

uint16_t *reference_cells(const struct trl_view_params *params, const struct trl_view_geometry *g,
                          const uint32_t keys[257], float low, float high,
                          const struct reference_values *values)
{
    const struct reference_values v = reduce(params, g, low, high, values);
    const int64_t width = (int64_t)g->grid_columns * g->cell_columns;
    const int64_t height = (int64_t)g->grid_rows * g->cell_rows;
    uint16_t *cells = malloc((size_t)(width * height) * sizeof(*cells));
    for (int64_t y = 0; y < height; y++)
        for (int64_t x = 0; x < width; x++) {
            const int64_t tile = y / g->cell_rows * g->grid_columns + x / g->cell_columns;
            const int row = (int)(y % g->cell_rows), column = (int)(x % g->cell_columns);
            if (tile >= g->tiles)
                cells[y * width + x] = TRL_PALETTE_BACKGROUND;
            else if (params->interpolation == TRL_INTERPOLATION_BILINEAR)
                cells[y * width + x] = reference_index(keys, bilinear(&v, g, tile, row, column));
            else
                cells[y * width + x] =
                    reference_index(keys, v.value[(tile * v.rows + row) * v.columns + column]);
        }
    free(v.value);
    return cells;
}

struct trl_frame_counts reference_counts(const uint32_t keys[257], float low, float high,
                                         const struct reference_values *v)
{
    struct trl_frame_counts counts = {.low = low, .high = high};
    for (int64_t i = 0; i < v->tiles * v->rows * v->columns; i++) {
        const float x = v->value[i];
        const uint16_t index = reference_index(keys, x);
        counts.nan += isnan(x) ? 1U : 0U;
        counts.pos_inf += x == INFINITY ? 1U : 0U;
        counts.neg_inf += x == -INFINITY ? 1U : 0U;
        counts.under += isfinite(x) && index == TRL_PALETTE_UNDER ? 1U : 0U;
        counts.over += isfinite(x) && index == TRL_PALETTE_OVER ? 1U : 0U;
    }
    return counts;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "reference.h"

#include "base/math.h"
#include "shared/scale.h"
#include "tensor/layout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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

/* ---- ranges ---- */

static float from_key(uint32_t key)
{
    return trl_float_from_bits(trl_key_float(key));
}

/* The smallest float that is not below x. */
static float up(long double x)
{
    const float f = (float)x;
    return (long double)f < x ? nextafterf(f, INFINITY) : f;
}

/* from + (to - from) * step / 256; for a logarithmic scale of the floats' numbers. */
static float mix(const struct trl_view_params *params, float from, float to, int step)
{
    if (params->norm != TRL_NORM_LOG)
        return up(((long double)from * (256 - step) + (long double)to * step) / 256);
    const int64_t a = trl_float_key(trl_float_bits(from)), b = trl_float_key(trl_float_bits(to));
    const int64_t way = (b - a) * step;
    return from_key((uint32_t)(a + (way >= 0 ? (way + 255) / 256 : -(-way / 256))));
}

static float median(const float *values, int count)
{
    float sorted[9];
    count -= count % 2 == 0;
    memcpy(sorted, values, (size_t)count * sizeof(float));
    qsort(sorted, (size_t)count, sizeof(float), compare);
    return sorted[count / 2];
}

static void run_range(struct reference_run *run, const struct trl_view_params *params, float low,
                      float high)
{
    const int frames = params->running_frames ? params->running_frames : 30;
    const int shrink = (256 + frames / 2) / frames > 0 ? (256 + frames / 2) / frames : 1;
    if (low == high && run->frames > 0)
        return;
    const bool fresh = run->frames < 8;
    if (low != high) {
        run->lows[run->frames % 9] = low;
        run->highs[run->frames % 9] = high;
        run->frames++;
        low = median(run->lows, run->frames < 9 ? run->frames : 9);
        high = median(run->highs, run->frames < 9 ? run->frames : 9);
    }
    const float from = run->low, to = run->high;
    run->known = true;
    if (fresh) {
        run->low = low;
        run->high = high;
        return;
    }
    if (high > to)
        run->high = to >= mix(params, from, high, 255) ? high : mix(params, to, high, 64);
    else if (high < mix(params, from, to, 224))
        run->high = mix(params, to, high, shrink);
    if (low < from)
        run->low = from <= mix(params, to, low, 255) ? low : mix(params, from, low, 64);
    else if (low > mix(params, from, to, 32))
        run->low = mix(params, from, low, shrink);
}

static void find_range(struct reference_run *run, const struct trl_view_params *params,
                       const struct trl_scale *scale, const float *sorted, int64_t count,
                       float *low, float *high)
{
    const bool defaults = params->percentile_low == 0 && params->percentile_high == 0;
    const double below = defaults ? 2 : params->percentile_low;
    const double above = defaults ? 98 : params->percentile_high;
    float seen_low = *low, seen_high = *high;
    if (count > 0) {
        seen_low = scale->percentiles ? nearest_rank(sorted, count, below) : sorted[0];
        seen_high = scale->percentiles ? nearest_rank(sorted, count, above) : sorted[count - 1];
    }
    if (scale->running && !(scale->low_fixed && scale->high_fixed)) {
        if (count > 0)
            run_range(run, params, seen_low, seen_high);
        if (run->known) {
            seen_low = run->low;
            seen_high = run->high;
        }
    }
    *low = scale->low_fixed ? *low : seen_low;
    *high = scale->high_fixed ? *high : seen_high;
    if (*low > *high && scale->low_fixed)
        *high = *low;
    else if (*low > *high)
        *low = *high;
}

/* The end that is farther away stays; the other goes as far, and not a float less. */
static void center_range(float center, float *low, float *high)
{
    const long double above = (long double)*high - center, below = (long double)center - *low;
    if (above >= below)
        *low = fmaxf(-up(above - center), -3.4028235e38F);
    else
        *high = fminf(up(center + below), 3.4028235e38F);
}

/* Every step begins at its rank among what lies above low. */
static void spread(struct reference_run *run, const struct trl_view_params *params,
                   const struct trl_scale *scale, const float *sorted, int64_t count, float low,
                   float high, uint32_t keys[257])
{
    int64_t first = 0, end = count;
    while (first < count && sorted[first] <= low)
        first++;
    while (end > first && sorted[end - 1] > high)
        end--;
    const int64_t n = end - first;
    if (scale->running && n > 0)
        run->spread_frames++;
    for (int i = 1; i < 256; i++) {
        float value = n > 0 ? sorted[first + (i * n + 255) / 256 - 1] : INFINITY;
        if (scale->running && n > 0) {
            const int frames = run->spread_frames;
            run->spreads[i][(frames - 1) % 9] = value;
            value = median(run->spreads[i], frames < 9 ? frames : 9);
            run->spread[i] = frames < 9 ? value : mix(params, run->spread[i], value, 32);
        }
        if (scale->running && run->spread_frames > 0)
            value = run->spread[i];
        const uint32_t key = trl_float_key(trl_float_bits(value));
        keys[i] = key <= keys[0] ? keys[0] + 1 : key > keys[256] ? keys[256] : key;
    }
}

void reference_scale(struct reference_run *run, const struct trl_view_params *params,
                     const struct trl_scale *scale, const struct reference_values *v, float *low,
                     float *high, uint32_t keys[257])
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
    find_range(run, params, scale, sorted, count, low, high);
    if (params->center_set)
        center_range((float)params->center, low, high);
    trl_scale_thresholds(scale, *low, *high, keys);
    if (params->equalize == TRL_EQUALIZE_GLOBAL)
        spread(run, params, scale, sorted, count, *low, *high, keys);
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

/* ---- adaptive equalisation ---- */

static void field_levels(const int bins[256], int clip, int levels[256])
{
    const int64_t whole = 1 << 24, limit = whole * clip / 65536;
    int64_t n = 0, total = 0, excess = 0, sum = 0;
    for (int b = 0; b < 256; b++)
        n += bins[b];
    for (int b = 0; b < 256 && n; b++) {
        const int64_t height = bins[b] * whole / n;
        total += height;
        excess += trl_max_i64(height - limit, 0);
    }
    for (int b = 0; b < 256; b++) {
        sum += n ? trl_min_i64(bins[b] * whole / n, limit) : 0;
        levels[b] = n ? (int)((sum + (b + 1) * excess / 256) * 65280 / total) : b * 256;
    }
}

/* Levels of every field of every tile; runs on from the frame before. */
static void adapt(struct reference_run *run, const struct trl_view_params *params,
                  const struct trl_scale *scale, const uint32_t keys[257],
                  const struct reference_values *v)
{
    const int64_t rows = trl_min_i64(scale->fields, v->rows);
    const int64_t columns = trl_min_i64(scale->fields, v->columns);
    if (!run->levels)
        run->levels = calloc((size_t)(v->tiles * rows * columns) * 256, sizeof(int));
    for (int64_t f = 0; f < v->tiles * rows * columns; f++) {
        const int64_t tile = f / (rows * columns), row = f / columns % rows, column = f % columns;
        int bins[256] = {0}, levels[256];
        for (int64_t r = row * v->rows / rows; r < (row + 1) * v->rows / rows; r++)
            for (int64_t c = column * v->columns / columns; c < (column + 1) * v->columns / columns;
                 c++) {
                const uint16_t index =
                    reference_index(keys, v->value[(tile * v->rows + r) * v->columns + c]);
                if (index < 256)
                    bins[index]++;
            }
        field_levels(bins, (int)lround((params->clip != 0 ? params->clip : 3) * 256), levels);
        for (int b = 0; b < 256; b++) {
            int *held = &run->levels[f * 256 + b];
            const int way = abs(levels[b] - *held) / 8;
            if (!scale->running || !run->level_known)
                *held = levels[b];
            else
                *held += (levels[b] > *held ? 1 : -1) * (way > 768 ? 768 : way);
        }
    }
    run->level_known = true;
}

/* ---- what a cell shows ---- */

/* Elements first to end - 1, one or two groups of them with weights; and fields likewise. */
struct sample {
    int64_t first[2], end[2];
    float part[2];
    bool outside;
    int field[2], field_part;
};

static struct sample sample(const struct trl_view_params *params, const struct trl_scale *scale,
                            int64_t elements, int cells, int i, double center, double zoom)
{
    const double n = (double)elements, left = center * n - n / (2 * zoom);
    const double start = left + i * n / (cells * zoom), end = left + (i + 1) * n / (cells * zoom);
    const double middle = left + (i + 0.5) * n / (cells * zoom);
    const bool bilinear = params->interpolation == TRL_INTERPOLATION_BILINEAR;
    struct sample s = {.part = {1, 0}};
    if (n > cells * zoom) {
        s.first[0] = (int64_t)fmin(fmax(floor(start), 0), n);
        s.end[0] = (int64_t)fmin(fmax(floor(end), 0), n);
        s.outside = s.first[0] == s.end[0];
    } else if (bilinear) {
        const double at = fmin(fmax(middle - 0.5, 0), n - 1);
        s.outside = middle < 0 || middle >= n;
        s.first[0] = (int64_t)floor(at);
        s.end[0] = s.first[0] + 1;
        s.part[0] = (float)(1 - (at - floor(at)));
        s.part[1] = (float)(at - floor(at));
    } else {
        s.outside = start < 0 || start >= n;
        s.first[0] = (int64_t)floor(start);
        s.end[0] = s.first[0] + 1;
    }
    s.first[1] = s.first[0] + (s.part[1] > 0);
    s.end[1] = s.end[0] + (s.part[1] > 0);
    const int fields = (int)trl_min_i64(scale->fields, elements);
    int64_t at = (int64_t)floor(middle * fields * 256 / n) - 128;
    at = trl_max_i64(0, trl_min_i64(at, (fields - 1) * 256));
    s.field[0] = (int)(at / 256);
    s.field_part = (int)(at % 256);
    s.field[1] = s.field[0] + (s.field_part > 0);
    return s;
}

static float blend(float a, float b, float a_part, float b_part)
{
    a = fpclassify(a) == FP_SUBNORMAL ? 0 : a;
    b = fpclassify(b) == FP_SUBNORMAL ? 0 : b;
    const float left = a * a_part, right = b * b_part;
    return left + right;
}

/* Between four values; where one is not finite, the nearest. */
static float between(float v[2][2], const struct sample *r, const struct sample *c)
{
    if (!isfinite(v[0][0]) || !isfinite(v[0][1]) || !isfinite(v[1][0]) || !isfinite(v[1][1]))
        return v[r->part[1] > r->part[0]][c->part[1] > c->part[0]];
    return blend(blend(v[0][0], v[0][1], c->part[0], c->part[1]),
                 blend(v[1][0], v[1][1], c->part[0], c->part[1]), r->part[0], r->part[1]);
}

static uint16_t adapted(const struct reference_run *run, const struct trl_scale *scale,
                        const struct reference_values *v, int64_t tile, const struct sample *r,
                        const struct sample *c, uint16_t index)
{
    const int64_t rows = trl_min_i64(scale->fields, v->rows);
    const int64_t columns = trl_min_i64(scale->fields, v->columns);
    int64_t sum = 0;
    for (int y = 0; y < 2; y++)
        for (int x = 0; x < 2; x++) {
            const int64_t field = (tile * rows + r->field[y]) * columns + c->field[x];
            sum += (int64_t)run->levels[field * 256 + index] *
                   (y ? r->field_part : 256 - r->field_part) *
                   (x ? c->field_part : 256 - c->field_part);
        }
    return (uint16_t)((sum + (1 << 23)) >> 24);
}

uint16_t *reference_cells(struct reference_run *run, const struct trl_view_params *params,
                          const struct trl_scale *scale, const struct trl_view_geometry *g,
                          const struct trl_camera_pose *pose, const uint32_t keys[257], float low,
                          float high, const struct reference_values *v)
{
    const struct trl_camera_pose all = {.zoom = 1, .center_x = 0.5, .center_y = 0.5};
    const int64_t width = (int64_t)g->grid_columns * g->cell_columns;
    const int64_t height = (int64_t)g->grid_rows * g->cell_rows;
    uint16_t *cells = malloc((size_t)(width * height) * sizeof(*cells));
    pose = pose ? pose : &all;
    if (params->equalize == TRL_EQUALIZE_CLAHE)
        adapt(run, params, scale, keys, v);
    for (int64_t y = 0; y < height; y++)
        for (int64_t x = 0; x < width; x++) {
            const int64_t tile = y / g->cell_rows * g->grid_columns + x / g->cell_columns;
            const struct sample r = sample(params, scale, v->rows, g->cell_rows,
                                           (int)(y % g->cell_rows), pose->center_y, pose->zoom);
            const struct sample c = sample(params, scale, v->columns, g->cell_columns,
                                           (int)(x % g->cell_columns), pose->center_x, pose->zoom);
            uint16_t *cell = &cells[y * width + x];
            *cell = TRL_PALETTE_BACKGROUND;
            if (tile >= g->tiles || r.outside || c.outside)
                continue;
            float values[2][2];
            for (int n = 0; n < 4; n++) {
                const int64_t box[4] = {r.first[n / 2], r.end[n / 2], c.first[n % 2], c.end[n % 2]};
                values[n / 2][n % 2] = reduce_cell(params, low, high, v, tile, box);
            }
            const bool blends = params->interpolation == TRL_INTERPOLATION_BILINEAR;
            *cell = reference_index(keys, blends ? between(values, &r, &c) : values[0][0]);
            if (params->equalize == TRL_EQUALIZE_CLAHE && *cell < 256)
                *cell = adapted(run, scale, v, tile, &r, &c, *cell);
        }
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
        counts.finite += isfinite(x) ? 1U : 0U;
    }
    return counts;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "ops/reduce_cpu.h"

#include "base/log.h"
#include "base/math.h"
#include "ops/gather.h"
#include "shared/reduction.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = TRL_OPS_BLOCK, LANES = TRL_OPS_LANE };

int trl_ops_shape_init(struct trl_ops_shape *shape, const struct trl_ops_reduce_params *params,
                       const struct trl_layout *input)
{
    int64_t kept[TRL_RANK_MAX] = {0};
    int rank = 0;
    *shape = (struct trl_ops_shape){
        .reduction = params->reduction, .axis = -1, .outputs = 1, .elements = 1};
    if (params->reduction < TRL_OPS_SUM || params->reduction > TRL_OPS_VARIANCE)
        return trl_fail(params->log, TRL_ERROR_USAGE, "reduction: there is no number %d",
                        (int)params->reduction);
    if (params->along_axis)
        shape->axis = params->axis < 0 ? params->axis + input->rank : params->axis;
    if (params->along_axis && (shape->axis < 0 || shape->axis >= input->rank))
        return trl_fail(params->log, TRL_ERROR_USAGE,
                        "reduction: there is no axis %d; the tensor has %d axes", params->axis,
                        input->rank);
    for (int axis = 0; axis < input->rank; axis++) {
        const bool reduced = shape->axis < 0 || axis == shape->axis;
        int64_t *count = reduced ? &shape->elements : &shape->outputs;
        if (!trl_mul_i64(*count, input->shape[axis], count))
            return trl_fail(params->log, TRL_ERROR_USAGE, "reduction: the shape overflows");
        if (!reduced)
            kept[rank++] = input->shape[axis];
    }
    if (shape->elements < 1 || shape->elements > UINT32_MAX)
        return trl_fail(params->log, TRL_ERROR_USAGE,
                        "reduction: %lld elements would become one; 1 to 4294967295 can",
                        (long long)shape->elements);
    const bool place = params->reduction == TRL_OPS_ARGMIN || params->reduction == TRL_OPS_ARGMAX;
    const enum trl_dtype dtype = place ? TRL_DTYPE_U32 : TRL_DTYPE_F32;
    const int ret = trl_layout_dense(&shape->result, dtype, rank, kept, false);
    return ret ? trl_fail(params->log, ret, "reduction: the shape overflows") : 0;
}

/* ---- blocks ---- */

static trl_pair join(uint32_t pass, trl_pair x, trl_pair y)
{
    if (pass == TRL_OPS_PASS_KEYS)
        return (trl_pair){x.a > y.a ? x.a : y.a, x.b > y.b ? x.b : y.b};
    if (pass == TRL_OPS_PASS_GREATEST || pass == TRL_OPS_PASS_LEAST)
        return y.a > x.a || (y.a == x.a && y.b < x.b) ? y : x;
    const float xa = trl_float_from_bits(x.a), ya = trl_float_from_bits(y.a);
    const float sum = xa + ya, part = sum - xa;
    const float lost = (xa - (sum - part)) + (ya - part);
    const float rest = (trl_float_from_bits(x.b) + trl_float_from_bits(y.b)) + lost;
    return (trl_pair){trl_float_bits(sum), trl_float_bits(rest)};
}

static trl_pair join_lanes(uint32_t pass, trl_pair lanes[LANES])
{
    for (int n = 0; n < LANES; n += 4)
        lanes[n / 4] =
            join(pass, join(pass, lanes[n], lanes[n + 2]), join(pass, lanes[n + 1], lanes[n + 3]));
    for (int half = LANES / 8; half > 0; half /= 2)
        for (int n = 0; n < half; n++)
            lanes[n] = join(pass, lanes[n], lanes[n + half]);
    return lanes[0];
}

/* A block of values, with zeros where it has fewer than whole rounds of the lanes. */
static trl_pair sum_block(const float *values, int count)
{
    float sums[LANES] = {0}, rests[LANES] = {0};
    for (int at = 0; at < count; at += LANES)
        for (int n = 0; n < LANES; n++) {
            const float x = values[at + n], sum = sums[n] + x, part = sum - sums[n];
            const float lost = (sums[n] - (sum - part)) + (x - part);
            rests[n] += lost;
            sums[n] = sum;
        }
    trl_pair lanes[LANES];
    for (int n = 0; n < LANES; n++)
        lanes[n] = (trl_pair){trl_float_bits(sums[n]), trl_float_bits(rests[n])};
    return join_lanes(TRL_OPS_PASS_SUM, lanes);
}

static trl_pair keys_block(const float *values, int count)
{
    trl_pair keys = {0, 0};
    for (int n = 0; n < count; n++) {
        const uint32_t bits = trl_float_bits(values[n]);
        const uint32_t low = trl_reduce_low_key(bits), high = trl_reduce_key(bits);
        keys.a = low > keys.a ? low : keys.a;
        keys.b = high > keys.b ? high : keys.b;
    }
    return keys;
}

static trl_pair place_block(uint32_t pass, const float *values, int count, uint32_t place)
{
    trl_pair best = {0, 0};
    for (int n = 0; n < count; n++) {
        const uint32_t bits = trl_float_bits(values[n]);
        const uint32_t key =
            pass == TRL_OPS_PASS_GREATEST ? trl_reduce_key(bits) : trl_reduce_low_key(bits);
        if (key > best.a)
            best = (trl_pair){key, place + (uint32_t)n};
    }
    return best;
}

/* ---- passes ---- */

struct setting {
    int32_t shift;
    trl_pair centre;
};

static void prepare(uint32_t pass, const struct setting *setting, float *values, int count)
{
    if (pass != TRL_OPS_PASS_SCALED && pass != TRL_OPS_PASS_SQUARES)
        return;
    for (int n = 0; n < count; n++) {
        uint32_t bits = trl_reduce_scaled(trl_float_bits(values[n]), setting->shift);
        if (pass == TRL_OPS_PASS_SQUARES)
            bits = trl_reduce_square(bits, setting->centre);
        values[n] = trl_float_from_bits(bits);
    }
}

static trl_pair first_level(uint32_t pass, const struct setting *setting, float *values, int count,
                            uint32_t place)
{
    if (pass == TRL_OPS_PASS_KEYS)
        return keys_block(values, count);
    if (pass == TRL_OPS_PASS_GREATEST || pass == TRL_OPS_PASS_LEAST)
        return place_block(pass, values, count, place);
    prepare(pass, setting, values, count);
    while (count % LANES)
        values[count++] = 0;
    return sum_block(values, count);
}

/* The blocks' results become one, in place. */
static trl_pair further_levels(uint32_t pass, trl_pair *pairs, int64_t count)
{
    while (count > 1) {
        int64_t blocks = 0;
        for (int64_t at = 0; at < count; at += BLOCK, blocks++) {
            trl_pair lanes[LANES] = {{0, 0}};
            const int64_t end = trl_min_i64(at + BLOCK, count);
            for (int64_t n = at; n < end; n++)
                lanes[(n - at) % LANES] = join(pass, lanes[(n - at) % LANES], pairs[n]);
            pairs[blocks] = join_lanes(pass, lanes);
        }
        count = blocks;
    }
    return pairs[0];
}

struct job {
    const struct trl_ops_shape *shape;
    struct trl_layout layout; /* the axis that is reduced comes last */
    const void *data;
    trl_pair *pairs; /* of the blocks of an output */
};

/* One reading of all elements: cells gets a result for each output. */
static void run_pass(const struct job *job, uint32_t pass, const struct setting *settings,
                     trl_pair *cells)
{
    float values[BLOCK];
    struct trl_ops_gather gather;
    trl_ops_gather_begin(&gather, &job->layout, job->data, job->layout.rank, job->layout.shape);
    for (int64_t output = 0; output < job->shape->outputs; output++) {
        int64_t blocks = 0;
        for (int64_t at = 0; at < job->shape->elements; at += BLOCK) {
            const int count = (int)trl_min_i64(job->shape->elements - at, BLOCK);
            trl_ops_gather_next(&gather, values, count);
            job->pairs[blocks++] =
                first_level(pass, &settings[output], values, count, (uint32_t)at);
        }
        cells[output] = further_levels(pass, job->pairs, blocks);
    }
}

static void finish(const struct job *job, const trl_pair *cells, uint32_t *out)
{
    const uint32_t count = (uint32_t)job->shape->elements;
    for (int64_t n = 0; n < job->shape->outputs; n++)
        switch (job->shape->reduction) {
        case TRL_OPS_SUM:
            out[n] = trl_reduce_sum(cells[n]);
            break;
        case TRL_OPS_MEAN:
            out[n] = trl_reduce_mean(cells[n], count).a;
            break;
        case TRL_OPS_MIN:
            out[n] = trl_reduce_low_value(cells[n].a);
            break;
        case TRL_OPS_MAX:
            out[n] = trl_reduce_value(cells[n].b);
            break;
        default:
            out[n] = cells[n].b;
            break;
        }
}

/* Norm and variance: the range first, then the mean of what is scaled by it, then squares. */
static void run_squares(const struct job *job, struct setting *settings, trl_pair *cells,
                        trl_pair *keys, uint32_t *out)
{
    const bool variance = job->shape->reduction == TRL_OPS_VARIANCE;
    const uint32_t count = (uint32_t)job->shape->elements;
    run_pass(job, TRL_OPS_PASS_KEYS, settings, keys);
    for (int64_t n = 0; n < job->shape->outputs; n++)
        settings[n].shift = trl_reduce_shift(keys[n].a, keys[n].b);
    if (variance) {
        run_pass(job, TRL_OPS_PASS_SCALED, settings, cells);
        for (int64_t n = 0; n < job->shape->outputs; n++) {
            const trl_pair mean = trl_reduce_mean(cells[n], count);
            settings[n].centre = (trl_pair){trl_reduce_flush(mean.a, TRL_EXACT_TINY),
                                            trl_reduce_flush(mean.b, TRL_EXACT_TINY)};
        }
    }
    run_pass(job, TRL_OPS_PASS_SQUARES, settings, cells);
    for (int64_t n = 0; n < job->shape->outputs; n++)
        out[n] = variance ? trl_reduce_variance(cells[n], keys[n].a, keys[n].b, count)
                          : trl_reduce_norm(cells[n], keys[n].a, keys[n].b);
}

static struct trl_layout axis_last(const struct trl_layout *layout, int axis)
{
    struct trl_layout out = *layout;
    if (axis < 0)
        return out;
    for (int n = axis; n + 1 < layout->rank; n++) {
        out.shape[n] = layout->shape[n + 1];
        out.stride[n] = layout->stride[n + 1];
    }
    out.shape[layout->rank - 1] = layout->shape[axis];
    out.stride[layout->rank - 1] = layout->stride[axis];
    return out;
}

int trl_ops_reduce_cpu(const struct trl_ops_shape *shape, struct trl_log *log,
                       const struct trl_layout *input, const void *data, void *out)
{
    static const uint32_t passes[] = {
        [TRL_OPS_SUM] = TRL_OPS_PASS_SUM,      [TRL_OPS_MEAN] = TRL_OPS_PASS_SUM,
        [TRL_OPS_MIN] = TRL_OPS_PASS_KEYS,     [TRL_OPS_MAX] = TRL_OPS_PASS_KEYS,
        [TRL_OPS_ARGMIN] = TRL_OPS_PASS_LEAST, [TRL_OPS_ARGMAX] = TRL_OPS_PASS_GREATEST,
    };
    const size_t outputs = (size_t)shape->outputs;
    const size_t blocks = (size_t)((shape->elements + BLOCK - 1) / BLOCK);
    const struct job job = {shape, axis_last(input, shape->axis), data,
                            malloc(blocks * sizeof(trl_pair))};
    if (!outputs) {
        free(job.pairs);
        return 0;
    }
    struct setting *settings = calloc(outputs, sizeof(*settings));
    trl_pair *cells = calloc(outputs, 2 * sizeof(*cells));
    int ret = 0;
    if (!job.pairs || !settings || !cells) {
        ret = trl_fail_memory(log, "a reduction",
                              blocks * sizeof(trl_pair) +
                                  outputs * (sizeof(*settings) + 2 * sizeof(*cells)));
    } else if (shape->reduction == TRL_OPS_NORM || shape->reduction == TRL_OPS_VARIANCE) {
        run_squares(&job, settings, cells, cells + outputs, out);
    } else {
        run_pass(&job, passes[shape->reduction], settings, cells);
        finish(&job, cells, out);
    }
    free(job.pairs);
    free(settings);
    free(cells);
    return ret;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/scale.h"

#include "base/math.h"
#include "shared/range.h"

#include <math.h>

#include <tensorreel/error.h>

static bool is_percentile(enum trl_range range)
{
    return range == TRL_RANGE_PERCENTILE_MOVIE || range == TRL_RANGE_PERCENTILE_FRAME ||
           range == TRL_RANGE_PERCENTILE_RUNNING;
}

/* Written so that NaN fails too. */
static bool within(double value, double low, double high)
{
    return value >= low && value <= high;
}

static int check_end(struct trl_log *log, const char *option, double value, enum trl_norm norm)
{
    if (!isfinite((float)value))
        return trl_fail(log, TRL_ERROR_USAGE, "%s %g: must be a finite 32-bit float", option,
                        value);
    if (norm == TRL_NORM_LOG && !((float)value > 0))
        return trl_fail(log, TRL_ERROR_USAGE,
                        "%s %g: --norm log needs a value above 0; use --norm symlog for data with "
                        "both signs",
                        option, value);
    return 0;
}

static int check_norm(struct trl_log *log, const struct trl_view_params *params)
{
    if ((unsigned)params->norm > TRL_NORM_POWER)
        return trl_fail(log, TRL_ERROR_USAGE, "norm %d: unknown", (int)params->norm);
    if (params->gamma != 0 && !within(params->gamma, 1e-3, 1e3))
        return trl_fail(log, TRL_ERROR_USAGE, "--norm power:%g: the exponent must be 0.001 to 1000",
                        params->gamma);
    if (params->linthresh != 0 && !within(params->linthresh, 1e-30, 1e30))
        return trl_fail(log, TRL_ERROR_USAGE,
                        "--norm symlog:%g: the threshold must be 1e-30 to 1e30", params->linthresh);
    return 0;
}

static int check_center(struct trl_log *log, const struct trl_view_params *params)
{
    const float center = (float)params->center;
    if (!isfinite(center))
        return trl_fail(log, TRL_ERROR_USAGE, "--center %g: must be a finite 32-bit float",
                        params->center);
    if (params->norm != TRL_NORM_LINEAR && !(params->norm == TRL_NORM_SYMLOG && center == 0))
        return trl_fail(log, TRL_ERROR_USAGE,
                        "--center %g: the middle colour is in the middle with --norm linear only, "
                        "or with symlog about 0",
                        params->center);
    if (params->equalize == TRL_EQUALIZE_GLOBAL)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "--center %g: --equalize gives every colour as many elements, whatever "
                        "their distance; leave one of them out",
                        params->center);
    if (params->vmin_set && params->vmax_set)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "--center %g: --vmin and --vmax are the whole range; leave one of the "
                        "three out",
                        params->center);
    if (params->vmin_set && (float)params->vmin >= center)
        return trl_fail(log, TRL_ERROR_USAGE, "--vmin %g must be below --center %g", params->vmin,
                        params->center);
    if (params->vmax_set && (float)params->vmax <= center)
        return trl_fail(log, TRL_ERROR_USAGE, "--vmax %g must be above --center %g", params->vmax,
                        params->center);
    return 0;
}

static int check_equalize(struct trl_log *log, const struct trl_view_params *params)
{
    if ((unsigned)params->equalize > TRL_EQUALIZE_CLAHE)
        return trl_fail(log, TRL_ERROR_USAGE, "equalize %d: unknown", (int)params->equalize);
    if (params->clip != 0 && !within(params->clip, 1, 256))
        return trl_fail(log, TRL_ERROR_USAGE, "--equalize clahe: clip %g: must be 1 to 256",
                        params->clip);
    if (params->fields != 0 && (params->fields < 1 || params->fields > TRL_SCALE_FIELDS_MAX))
        return trl_fail(log, TRL_ERROR_USAGE, "--equalize clahe: %d tiles a side: must be 1 to %d",
                        params->fields, TRL_SCALE_FIELDS_MAX);
    if (params->running_frames != 0 && !within(params->running_frames, 4, 100000))
        return trl_fail(log, TRL_ERROR_USAGE, "--range running:%d: must be 4 to 100000 frames",
                        params->running_frames);
    return 0;
}

int trl_scale_check(struct trl_log *log, const struct trl_view_params *params)
{
    int ret;
    if ((ret = check_norm(log, params)) < 0 || (ret = check_equalize(log, params)) < 0)
        return ret;
    if (params->center_set && (ret = check_center(log, params)) < 0)
        return ret;
    if ((unsigned)params->range > TRL_RANGE_PERCENTILE_RUNNING)
        return trl_fail(log, TRL_ERROR_USAGE, "range %d: unknown", (int)params->range);
    if ((unsigned)params->reduce > TRL_REDUCE_MINMAX)
        return trl_fail(log, TRL_ERROR_USAGE, "reduce %d: unknown", (int)params->reduce);
    const double low = params->percentile_low, high = params->percentile_high;
    if ((low != 0 || high != 0) && (!within(low, 0, 100) || !within(high, 0, 100) || low >= high))
        return trl_fail(log, TRL_ERROR_USAGE,
                        "percentiles %g and %g: must be within 0 and 100, the lower one first", low,
                        high);
    if (params->vmin_set && (ret = check_end(log, "--vmin", params->vmin, params->norm)) < 0)
        return ret;
    if (params->vmax_set && (ret = check_end(log, "--vmax", params->vmax, params->norm)) < 0)
        return ret;
    if (params->vmin_set && params->vmax_set && (float)params->vmin >= (float)params->vmax)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "--vmin %g --vmax %g: vmin must be below vmax (as 32-bit floats)",
                        params->vmin, params->vmax);
    return 0;
}

/* Two words: exponent and mantissa of a number above 0, as the kernels take it. */
static void put_number(uint32_t words[2], double value)
{
    int exponent;
    const double mantissa = frexp(value, &exponent);
    words[0] = (uint32_t)(exponent - 32);
    words[1] = (uint32_t)(mantissa * 4294967296.0);
}

static void put_tables(struct trl_scale *scale, const struct trl_view_params *params)
{
    const float linthresh = params->linthresh != 0 ? (float)params->linthresh : 1.0F;
    scale->setup[TRL_SETUP_SYMLOG] = trl_float_bits(linthresh);
    put_number(&scale->setup[TRL_SETUP_SYMLOG + 1], 10.0 / 9.0 / (double)linthresh);
    put_number(&scale->setup[TRL_SETUP_SYMLOG + 3], 0.9 * (double)linthresh);
    const double gamma = params->gamma != 0 ? params->gamma : 0.5;
    for (int i = 1; i < 256; i++) {
        const double part = pow(i / 256.0, 1 / gamma);
        put_number(&scale->setup[TRL_SETUP_POWER + 2 * i], part > 1e-300 ? part : 1e-300);
    }
    const int frames = params->running_frames != 0 ? params->running_frames : 30;
    scale->setup[TRL_SETUP_SHRINK] = (uint32_t)trl_max_i64(1, (256 + frames / 2) / frames);
    scale->setup[TRL_SETUP_CENTER] = trl_float_bits((float)params->center);
    const double clip = params->clip != 0 ? params->clip : 3;
    scale->setup[TRL_SETUP_CLIP] = (uint32_t)lround(clip * 256);
    double low = params->percentile_low, high = params->percentile_high;
    if (low == 0 && high == 0) {
        low = 2;
        high = 98;
    }
    scale->setup[TRL_SETUP_PERCENT] = (uint32_t)lround(low * 1e6);
    scale->setup[TRL_SETUP_PERCENT + 1] = (uint32_t)lround(high * 1e6);
}

static int check_movie(struct trl_log *log, enum trl_norm norm, float low, float high,
                       const struct trl_view_params *params)
{
    if (norm == TRL_NORM_LOG && !params->vmin_set && !(low > 0))
        return trl_fail(log, TRL_ERROR_USAGE,
                        "--norm log: the smallest value of the movie is %g; give --vmin above 0, "
                        "or use --range frame, which looks at values above 0 only",
                        (double)low);
    if (low > high)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "range: vmin %g is above vmax %g, of which one is given and one is the "
                        "movie's; give both or none",
                        (double)low, (double)high);
    return 0;
}

static bool is_running(const struct trl_view_params *params)
{
    return params->range == TRL_RANGE_RUNNING || params->range == TRL_RANGE_PERCENTILE_RUNNING ||
           (params->range == TRL_RANGE_AUTO && params->equalize != TRL_EQUALIZE_NONE);
}

/* How the number of a value's threshold can be guessed. */
static void choose_guess(struct trl_scale *scale, float low, float high)
{
    if (scale->equalize == TRL_EQUALIZE_GLOBAL)
        return;
    if (scale->norm == TRL_NORM_LINEAR)
        scale->guess = TRL_GUESS_LINEAR;
    if (scale->norm == TRL_NORM_LOG)
        scale->guess = TRL_GUESS_LOG;
    /* A little narrower than what the thresholds' kernel asks for before it gives a factor. */
    const bool wide = scale->norm == TRL_NORM_LINEAR ? (double)high - (double)low > 1e-29
                                                     : low > 1e-36F && high / low > 2.1F;
    scale->guess_certain = scale->guess && scale->low_fixed && scale->high_fixed && wide;
}

int trl_scale_init(struct trl_scale *scale, struct trl_log *log,
                   const struct trl_view_params *params, const float *movie_low,
                   const float *movie_high)
{
    int ret = trl_scale_check(log, params);
    if (ret < 0)
        return ret;
    *scale = (struct trl_scale){
        .norm = params->norm,
        .low_fixed = params->vmin_set || (params->center_set && params->vmax_set),
        .high_fixed = params->vmax_set || (params->center_set && params->vmin_set),
        .percentiles = is_percentile(params->range),
        .running = is_running(params),
        .equalize = params->equalize,
        .fields = params->fields != 0 ? params->fields : 8,
    };
    /* What is used where there is no finite value at all. */
    float low = params->norm == TRL_NORM_LOG ? 1.0F : 0.0F;
    float high = params->norm == TRL_NORM_LOG ? 10.0F : 1.0F;
    if (params->center_set)
        low = high = (float)params->center;
    if (params->vmin_set)
        low = (float)params->vmin;
    if (params->vmax_set)
        high = (float)params->vmax;
    const bool movie = movie_low && movie_high;
    const bool frame = scale->running || params->range == TRL_RANGE_FRAME ||
                       params->range == TRL_RANGE_PERCENTILE_FRAME ||
                       (params->range == TRL_RANGE_AUTO && !movie);
    if (!frame) {
        if (movie) {
            low = scale->low_fixed ? low : *movie_low;
            high = scale->high_fixed ? high : *movie_high;
            if ((ret = check_movie(log, params->norm, low, high, params)) < 0)
                return ret;
        }
        scale->low_fixed = scale->high_fixed = true;
    }
    scale->setup[TRL_SETUP_FIXED] = (scale->low_fixed ? TRL_SETUP_LOW_FIXED : 0U) |
                                    (scale->high_fixed ? TRL_SETUP_HIGH_FIXED : 0U) |
                                    (scale->running ? TRL_SETUP_RUNNING : 0U) |
                                    (params->center_set ? TRL_SETUP_CENTERED : 0U);
    put_tables(scale, params);
    trl_scale_center(scale, &low, &high);
    scale->setup[TRL_SETUP_LOW] = trl_float_bits(low);
    scale->setup[TRL_SETUP_HIGH] = trl_float_bits(high);
    choose_guess(scale, low, high);
    return 0;
}

/* ---- thresholds on the host ---- */

void trl_scale_center(const struct trl_scale *scale, float *low, float *high)
{
    if (!(scale->setup[TRL_SETUP_FIXED] & TRL_SETUP_CENTERED))
        return;
    const trl_span span = trl_span_center(
        (trl_span){trl_float_key(trl_float_bits(*low)), trl_float_key(trl_float_bits(*high))},
        scale->setup[TRL_SETUP_CENTER]);
    *low = trl_float_from_bits(trl_key_float(span.low));
    *high = trl_float_from_bits(trl_key_float(span.high));
}

static trl_number setup_number(const uint32_t words[2])
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
                                                 setup_number(&setup[TRL_SETUP_SYMLOG + 1]),
                                                 setup_number(&setup[TRL_SETUP_SYMLOG + 3])});
    case TRL_NORM_POWER:
        return trl_threshold_power(low, high, setup_number(&setup[TRL_SETUP_POWER + 2 * step]));
    default:
        return trl_threshold_linear(low, high, step);
    }
}

void trl_scale_thresholds(const struct trl_scale *scale, float low, float high, uint32_t keys[257])
{
    const uint32_t low_bits = trl_float_bits(low), high_bits = trl_float_bits(high);
    keys[0] = trl_float_key(low_bits);
    keys[256] = trl_float_key(high_bits) + 1;
    const bool centered = scale->setup[TRL_SETUP_FIXED] & TRL_SETUP_CENTERED;
    for (uint32_t i = 1; i < 256; i++)
        if (low == high)
            keys[i] = centered && i <= 128 ? keys[0] : keys[256];
        else
            keys[i] =
                trl_threshold_key(low_bits, high_bits, threshold(scale, low_bits, high_bits, i));
}

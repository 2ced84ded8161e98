/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/scale.h"

#include "base/math.h"

#include <math.h>

#include <tensorreel/error.h>

static bool is_percentile(enum trl_range range)
{
    return range == TRL_RANGE_PERCENTILE_MOVIE || range == TRL_RANGE_PERCENTILE_FRAME;
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
        return trl_fail(log, TRL_ERROR_USAGE, "--gamma %g: must be 0.001 to 1000", params->gamma);
    if (params->linthresh != 0 && !within(params->linthresh, 1e-30, 1e30))
        return trl_fail(log, TRL_ERROR_USAGE, "--linthresh %g: must be 1e-30 to 1e30",
                        params->linthresh);
    return 0;
}

int trl_scale_check(struct trl_log *log, const struct trl_view_params *params)
{
    int ret = check_norm(log, params);
    if (ret < 0)
        return ret;
    if ((unsigned)params->range > TRL_RANGE_PERCENTILE_FRAME)
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

int trl_scale_init(struct trl_scale *scale, struct trl_log *log,
                   const struct trl_view_params *params, const float *movie_low,
                   const float *movie_high)
{
    int ret = trl_scale_check(log, params);
    if (ret < 0)
        return ret;
    *scale = (struct trl_scale){
        .norm = params->norm,
        .low_fixed = params->vmin_set,
        .high_fixed = params->vmax_set,
        .percentiles = is_percentile(params->range),
    };
    /* What is used where there is no finite value at all. */
    float low = params->norm == TRL_NORM_LOG ? 1.0F : 0.0F;
    float high = params->norm == TRL_NORM_LOG ? 10.0F : 1.0F;
    if (params->vmin_set)
        low = (float)params->vmin;
    if (params->vmax_set)
        high = (float)params->vmax;
    const bool frame = params->range == TRL_RANGE_FRAME ||
                       params->range == TRL_RANGE_PERCENTILE_FRAME ||
                       (params->range == TRL_RANGE_AUTO && !(movie_low && movie_high));
    if (!frame) {
        scale->low_fixed = scale->high_fixed = true;
        if (movie_low && movie_high) {
            low = params->vmin_set ? low : *movie_low;
            high = params->vmax_set ? high : *movie_high;
            if ((ret = check_movie(log, params->norm, low, high, params)) < 0)
                return ret;
        }
    }
    scale->setup[TRL_SETUP_FIXED] = (scale->low_fixed ? 1U : 0U) | (scale->high_fixed ? 2U : 0U);
    scale->setup[TRL_SETUP_LOW] = trl_float_bits(low);
    scale->setup[TRL_SETUP_HIGH] = trl_float_bits(high);
    put_tables(scale, params);
    if (params->norm == TRL_NORM_LINEAR)
        scale->guess = TRL_GUESS_LINEAR;
    if (params->norm == TRL_NORM_LOG)
        scale->guess = TRL_GUESS_LOG;
    /* A little narrower than what the thresholds' kernel asks for before it gives a factor. */
    const bool wide = params->norm == TRL_NORM_LINEAR ? (double)high - (double)low > 1e-29
                                                      : low > 1e-36F && high / low > 2.1F;
    scale->guess_certain = scale->guess && scale->low_fixed && scale->high_fixed && wide;
    return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/transfer.h"

#include "base/log.h"
#include "base/math.h"
#include "shared/scale.h"

#include <math.h>
#include <stdlib.h>

#include <tensorreel/error.h>

enum { POINTS_MAX = 4096 };

static trl_number number(const uint32_t words[2])
{
    return (trl_number){.exponent = (int32_t)words[0], .mantissa = words[1]};
}

/* Threshold 1 to 255, as the kernel of thresholds finds it. */
static uint32_t threshold(const struct trl_scale *scale, uint32_t step)
{
    const uint32_t *setup = scale->setup;
    const uint32_t low = setup[TRL_SETUP_LOW], high = setup[TRL_SETUP_HIGH];
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

double trl_scale_place(const struct trl_scale *scale, float value)
{
    const double low = (double)trl_float_from_bits(scale->setup[TRL_SETUP_LOW]);
    const double high = (double)trl_float_from_bits(scale->setup[TRL_SETUP_HIGH]);
    const double x = (double)value;
    if (!(x > low))
        return 0;
    if (!(x < high))
        return 1;
    double from = low;
    for (uint32_t step = 1; step <= 256; step++) {
        const double to = step < 256 ? (double)trl_float_from_bits(threshold(scale, step)) : high;
        if (x < to)
            return (step - 1 + (to > from ? fmax(x - from, 0) / (to - from) : 0)) / 256;
        from = to;
    }
    return 1;
}

/* Written so that NaN fails too. */
static bool within(double value, double low, double high)
{
    return value >= low && value <= high;
}

static int check_points(struct trl_log *log, const struct trl_volume_params *params)
{
    if (!params->points || params->point_count < 1 || params->point_count > POINTS_MAX)
        return trl_fail(log, TRL_ERROR_USAGE, "opacity: %d points; 1 to %d are possible",
                        params->point_count, POINTS_MAX);
    for (int n = 0; n < params->point_count; n++) {
        const struct trl_opacity_point *point = &params->points[n];
        if (!within(point->alpha, 0, 1))
            return trl_fail(log, TRL_ERROR_USAGE, "opacity: alpha %g at %g: must be 0 to 1",
                            point->alpha, point->value);
        if (!isfinite(point->value) || (n > 0 && point->value < point[-1].value))
            return trl_fail(log, TRL_ERROR_USAGE,
                            "opacity: %g stands behind %g; the values must rise", point->value,
                            n > 0 ? point[-1].value : point->value);
    }
    return 0;
}

static int check(struct trl_log *log, const struct trl_volume_params *params,
                 const struct trl_scale *scale)
{
    if ((unsigned)params->opacity > TRL_OPACITY_POINTS)
        return trl_fail(log, TRL_ERROR_USAGE, "opacity %d: unknown", (int)params->opacity);
    if (params->density != 0 && !within(params->density, 1e-6, 1e6))
        return trl_fail(log, TRL_ERROR_USAGE, "opacity: density %g: must be 1e-6 to 1e6",
                        params->density);
    if (params->opacity == TRL_OPACITY_LINEAR)
        return 0;
    if (params->opacity == TRL_OPACITY_THRESHOLD && !isfinite(params->threshold))
        return trl_fail(log, TRL_ERROR_USAGE, "opacity: threshold %g: must be finite",
                        params->threshold);
    if (!params->on_map && !(scale->low_fixed && scale->high_fixed))
        return trl_fail(log, TRL_ERROR_USAGE,
                        "opacity: values have no place on a colour map whose range is each frame's "
                        "own; give --vmin and --vmax, or places on the map from 0 to 1");
    return params->opacity == TRL_OPACITY_POINTS ? check_points(log, params) : 0;
}

static double place_of(const struct trl_volume_params *params, const struct trl_scale *scale,
                       double value)
{
    return params->on_map ? value : trl_scale_place(scale, (float)value);
}

/* places: of the points. */
static double opacity(const struct trl_volume_params *params, const double *places, double at)
{
    const struct trl_opacity_point *points = params->points;
    switch (params->opacity) {
    case TRL_OPACITY_THRESHOLD:
        return at >= places[0] ? 1 : 0;
    case TRL_OPACITY_POINTS: {
        int n = 0;
        while (n < params->point_count && places[n] <= at)
            n++;
        if (n == 0 || n == params->point_count)
            return points[n ? n - 1 : 0].alpha;
        const double part = (at - places[n - 1]) / (places[n] - places[n - 1]);
        return points[n - 1].alpha + part * (points[n].alpha - points[n - 1].alpha);
    }
    default:
        return at;
    }
}

/* A colour of the map, straight between the middles of its steps. */
static double map_color(const struct trl_palette *palette, double at, int channel)
{
    const double step = fmin(fmax(at * 256 - 0.5, 0), 255);
    const int below = (int)step, above = below < 255 ? below + 1 : 255;
    const double part = step - below;
    return (palette->rgb[below][channel] * (1 - part) + palette->rgb[above][channel] * part) / 255;
}

int trl_transfer_init(struct trl_transfer *transfer, struct trl_log *log,
                      const struct trl_volume_params *params, const struct trl_scale *scale,
                      const struct trl_palette *palette, double slabs)
{
    int ret = check(log, params, scale);
    if (ret < 0)
        return ret;
    const int count = params->opacity == TRL_OPACITY_POINTS ? params->point_count : 1;
    double *places = malloc((size_t)count * sizeof(*places));
    if (!places)
        return trl_fail_memory(log, "places of opacity", (size_t)count * sizeof(*places));
    places[0] = place_of(params, scale, params->threshold);
    for (int n = 0; n < count && params->opacity == TRL_OPACITY_POINTS; n++)
        places[n] = place_of(params, scale, params->points[n].value);
    const double density = params->density != 0 ? params->density : 1;
    transfer->filled[0] = 0;
    for (uint32_t n = 0; n < TRL_VOLUME_COLORS; n++) {
        const double at = (double)n / (TRL_VOLUME_COLORS - 1);
        const double alpha = 1 - pow(1 - opacity(params, places, at), slabs * density);
        for (int c = 0; c < 3; c++)
            transfer->colors[n][c] = (float)(map_color(palette, at, c) * alpha);
        transfer->colors[n][3] = (float)alpha;
        transfer->filled[n + 1] = transfer->filled[n] + (transfer->colors[n][3] > 0 ? 1 : 0);
    }
    free(places);
    return 0;
}

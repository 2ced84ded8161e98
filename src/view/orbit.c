/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/orbit.h"

#include "base/log.h"

#include <math.h>

#include <tensorreel/error.h>

static const double degree = 0.017453292519943295;

/* Written so that NaN fails too. */
static bool within(double value, double low, double high)
{
    return value >= low && value <= high;
}

int trl_orbit_check_spacing(struct trl_log *log, const double spacing[3])
{
    for (int n = 0; n < 3; n++)
        if (spacing[n] != 0 && !within(spacing[n], 1e-6, 1e6))
            return trl_fail(log, TRL_ERROR_USAGE,
                            "volume: spacing %g of axis %d: must be 1e-6 to 1e6", spacing[n], n);
    return 0;
}

static int check(struct trl_log *log, const struct trl_orbit *orbit)
{
    if (!within(orbit->azimuth, -1e6, 1e6))
        return trl_fail(log, TRL_ERROR_USAGE, "camera: azimuth %g: must be -1e6 to 1e6 degrees",
                        orbit->azimuth);
    if (!within(orbit->elevation, -90, 90))
        return trl_fail(log, TRL_ERROR_USAGE, "camera: elevation %g: must be -90 to 90 degrees",
                        orbit->elevation);
    if (orbit->zoom != 0 && !within(orbit->zoom, 1e-3, 1e3))
        return trl_fail(log, TRL_ERROR_USAGE, "camera: zoom %g: must be 0.001 to 1000",
                        orbit->zoom);
    if (orbit->angle != 0 && !within(orbit->angle, 1, 170))
        return trl_fail(
            log, TRL_ERROR_USAGE,
            "camera: angle of view %g: must be 1 to 170 degrees, or 0 for parallel rays",
            orbit->angle);
    for (int n = 0; n < 3; n++)
        if (!within(orbit->centre[n], -10, 10))
            return trl_fail(log, TRL_ERROR_USAGE,
                            "camera: centre %g on axis %d: must be -10 to 10 times its size",
                            orbit->centre[n], n);
    return 0;
}

/* Turns, exactly for whole quarters. */
static void turn(double degrees, double *sine, double *cosine)
{
    const double quarter = round(degrees / 90);
    const double rest = (degrees - 90 * quarter) * degree;
    const double s = sin(rest), c = cos(rest);
    switch ((int)(fmod(fmod(quarter, 4) + 4, 4))) {
    case 0:
        *sine = s;
        *cosine = c;
        break;
    case 1:
        *sine = c;
        *cosine = -s;
        break;
    case 2:
        *sine = -s;
        *cosine = -c;
        break;
    default:
        *sine = -c;
        *cosine = s;
        break;
    }
}

int trl_orbit_rays(struct trl_rays *out, struct trl_log *log, const struct trl_orbit *orbit,
                   enum trl_origin origin, const int64_t shape[3], const double spacing[3],
                   int width, int height)
{
    int ret;
    if ((ret = trl_orbit_check_spacing(log, spacing)) < 0 || (ret = check(log, orbit)) < 0)
        return ret;
    struct trl_rays rays = {.perspective = orbit->angle != 0};
    double unit = INFINITY, side[3], centre[3], sum = 0;
    for (int n = 0; n < 3; n++)
        unit = fmin(unit, spacing[n] != 0 ? spacing[n] : 1);
    for (int n = 0; n < 3; n++) {
        const double voxel = (spacing[2 - n] != 0 ? spacing[2 - n] : 1) / unit;
        side[n] = (double)shape[2 - n] * voxel;
        centre[n] = orbit->centre[2 - n] * side[n];
        rays.voxels[n] = 1 / voxel;
        rays.extent = fmax(rays.extent, side[n]);
        sum += side[n] * side[n];
    }
    if (origin == TRL_ORIGIN_LOWER) {
        rays.voxels[1] = -rays.voxels[1];
        centre[1] = -centre[1];
    }
    rays.radius = sqrt(sum) / 2;
    double sa, ca, se, ce;
    turn(orbit->azimuth, &sa, &ca);
    turn(orbit->elevation, &se, &ce);
    const double forward[3] = {-ce * sa, se, ce * ca}, right[3] = {ca, 0, sa};
    const double down[3] = {se * sa, ce, -se * ca};
    const double zoom = orbit->zoom != 0 ? orbit->zoom : 1;
    const double half = zoom * fmin(width, height) / 2; /* pixels */
    const double angle = orbit->angle / 2 * degree;
    const double distance = rays.perspective ? rays.radius / sin(angle) : 2 * rays.radius;
    const double pixel = (rays.perspective ? tan(angle) : rays.radius) / half;
    for (int n = 0; n < 3; n++) {
        rays.forward[n] = forward[n];
        rays.right[n] = right[n] * pixel;
        rays.down[n] = down[n] * pixel;
        rays.eye[n] = centre[n] - distance * forward[n];
    }
    *out = rays;
    return 0;
}

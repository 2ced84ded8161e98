/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/camera.h"

#include "base/math.h"
#include "shared/scale.h"
#include "view/camera_parse.h"

#include <math.h>
#include <stdlib.h>

#include <tensorreel/error.h>

static const double defaults[TRL_CAMERA_TRACKS] = {
    [TRL_CAMERA_ZOOM] = 1,
    [TRL_CAMERA_CENTER_X] = 0.5,
    [TRL_CAMERA_CENTER_Y] = 0.5,
};

void trl_camera_destroy(struct trl_camera **camera)
{
    if (!camera || !*camera)
        return;
    free((*camera)->keys);
    free(*camera);
    *camera = NULL;
}

bool trl_camera_names(const struct trl_camera *camera, enum trl_camera_track track)
{
    for (int n = 0; n < camera->count; n++)
        if (camera->keys[n].named & 1U << track)
            return true;
    return false;
}

double trl_camera_zoom_min(const struct trl_camera *camera)
{
    double least = INFINITY;
    for (int n = 0; n < camera->count; n++)
        if (camera->keys[n].named & 1U << TRL_CAMERA_ZOOM)
            least = fmin(least, camera->keys[n].value[TRL_CAMERA_ZOOM]);
    return isfinite(least) ? least : 1;
}

double trl_camera_zoom_max(const struct trl_camera *camera)
{
    double most = 0;
    for (int n = 0; n < camera->count; n++)
        if (camera->keys[n].named & 1U << TRL_CAMERA_ZOOM)
            most = fmax(most, camera->keys[n].value[TRL_CAMERA_ZOOM]);
    return most > 0 ? most : 1;
}

/* The keyframes of a track around a time; NULL where there is none. */
static void find(const struct trl_camera *camera, enum trl_camera_track track, double at,
                 const struct trl_camera_key **before, const struct trl_camera_key **after)
{
    *before = *after = NULL;
    for (int n = 0; n < camera->count && !*after; n++) {
        const struct trl_camera_key *key = &camera->keys[n];
        if (key->named & 1U << track)
            *(key->at <= at ? before : after) = key;
    }
}

/* The part of the way that is done, 0 to 1. */
static double eased(const struct trl_camera_key *before, const struct trl_camera_key *after,
                    double at)
{
    const double part = (at - before->at) / (after->at - before->at);
    switch (before->ease) {
    case TRL_CAMERA_HOLD:
        return 0;
    case TRL_CAMERA_LINEAR:
        return part;
    default:
        return part * part * (3 - 2 * part);
    }
}

static double fixed_double(trl_fixed x)
{
    return (double)(int32_t)x.hi + (double)x.lo / 4294967296.0;
}

/* from * (to / from) ^ part, by the integer logarithms of the scale: those of the C library differ
 * from machine to machine. */
static double mix_factor(double from, double to, double part)
{
    if (part == 0 || from == to)
        return from;
    const double low = fixed_double(trl_log2(trl_float_bits((float)from)));
    const double high = fixed_double(trl_log2(trl_float_bits((float)to)));
    const double at = low + (high - low) * part;
    const double whole = floor(at);
    const trl_number n =
        trl_exp2((trl_fixed){(uint32_t)(int32_t)whole, (uint32_t)((at - whole) * 4294967296.0)});
    return ldexp((double)n.mantissa, n.exponent);
}

static double zoom_at(const struct trl_camera *camera, double at)
{
    const struct trl_camera_key *before, *after;
    find(camera, TRL_CAMERA_ZOOM, at, &before, &after);
    if (!before)
        return after ? after->value[TRL_CAMERA_ZOOM] : defaults[TRL_CAMERA_ZOOM];
    if (!after)
        return before->value[TRL_CAMERA_ZOOM];
    return mix_factor(before->value[TRL_CAMERA_ZOOM], after->value[TRL_CAMERA_ZOOM],
                      eased(before, after, at));
}

/* The part of its way that the center has gone: if the zoom changes meanwhile, that which moves the
 * new middle straight to where it will be. */
static double center_part(const struct trl_camera *camera, const struct trl_camera_key *before,
                          const struct trl_camera_key *after, double at)
{
    const double from = zoom_at(camera, before->at), to = zoom_at(camera, after->at);
    if (before->ease == TRL_CAMERA_HOLD || fabs(to / from - 1) < 1e-3)
        return eased(before, after, at);
    const double part = (1 / from - 1 / zoom_at(camera, at)) / (1 / from - 1 / to);
    return fmin(fmax(part, 0), 1);
}

static double value_at(const struct trl_camera *camera, enum trl_camera_track track, double at)
{
    const struct trl_camera_key *before, *after;
    find(camera, track, at, &before, &after);
    if (!before)
        return after && track != TRL_CAMERA_PAUSE ? after->value[track] : defaults[track];
    const double from = before->value[track];
    if (!after || track == TRL_CAMERA_PAUSE)
        return from;
    const bool center = track == TRL_CAMERA_CENTER_X || track == TRL_CAMERA_CENTER_Y;
    const double part = center ? center_part(camera, before, after, at) : eased(before, after, at);
    return from + (after->value[track] - from) * part;
}

int64_t trl_camera_last(const struct trl_camera *camera)
{
    return camera->count ? (int64_t)fmin(ceil(camera->keys[camera->count - 1].at), 1e15) : 0;
}

void trl_camera_pose(const struct trl_camera *camera, int64_t frame, struct trl_camera_pose *out)
{
    const double at = (double)frame;
    *out = (struct trl_camera_pose){
        .zoom = zoom_at(camera, at),
        .center_x = value_at(camera, TRL_CAMERA_CENTER_X, at),
        .center_y = value_at(camera, TRL_CAMERA_CENTER_Y, at),
        .slice = value_at(camera, TRL_CAMERA_SLICE, at),
        .azimuth = value_at(camera, TRL_CAMERA_AZIMUTH, at),
        .elevation = value_at(camera, TRL_CAMERA_ELEVATION, at),
        .paused = value_at(camera, TRL_CAMERA_PAUSE, at) != 0,
    };
}

/* True if a picture of this zoom about the center has nothing of 0 to 1 in it. */
static bool misses(double center, double zoom)
{
    return center + 0.5 / zoom <= 0 || center - 0.5 / zoom >= 1;
}

int trl_camera_miss(const struct trl_camera *camera, struct trl_camera_pose *pose)
{
    for (int n = 0; n < camera->count; n++) {
        trl_camera_pose(camera, (int64_t)ceil(camera->keys[n].at), pose);
        if (misses(pose->center_x, pose->zoom) || misses(pose->center_y, pose->zoom))
            return n + 1;
    }
    return 0;
}

int trl_camera_beyond(const struct trl_camera *camera, int64_t frames)
{
    for (int n = 0; n < camera->count; n++)
        if (camera->keys[n].at > (double)frames)
            return n + 1;
    return 0;
}

double trl_camera_key_at(const struct trl_camera *camera, int key)
{
    return camera->keys[key - 1].at;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <tensorreel/view.h>

struct trl_log;

/*
 * The rays of a camera. Vectors are (x, y, z) and count the smallest spacing of voxels as 1; the
 * volume's middle is at 0. The ray of a pixel that is u pixels right of the picture's middle and v
 * below it is
 *     parallel      eye + u * right + v * down, along forward
 *     perspective   eye, along forward + u * right + v * down
 */
struct trl_rays {
    bool perspective;
    double eye[3], right[3], down[3], forward[3]; /* forward has the length 1 */
    double voxels[3]; /* voxels in a unit; negative where the index falls as the coordinate rises */
    double radius;    /* of the ball around the volume */
    double extent;    /* its longest side */
};

/* Checks spacings, 0 meaning 1. TRL_ERROR_USAGE. */
int trl_orbit_check_spacing(struct trl_log *log, const double spacing[3]);

/* The rays of a camera through a picture; shape and spacing are those of z, y, x. TRL_ERROR_USAGE
 * names the option that is out of range. */
int trl_orbit_rays(struct trl_rays *out, struct trl_log *log, const struct trl_orbit *orbit,
                   enum trl_origin origin, const int64_t shape[3], const double spacing[3],
                   int width, int height);

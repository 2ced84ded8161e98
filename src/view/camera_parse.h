/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "view/camera.h"

/* The inside of struct trl_camera; seen by camera*.c only. */

enum trl_camera_ease { TRL_CAMERA_SMOOTH = 0, TRL_CAMERA_LINEAR, TRL_CAMERA_HOLD };

struct trl_camera_key {
    double at;      /* frame of the film */
    unsigned named; /* a bit a track */
    enum trl_camera_ease ease;
    double value[TRL_CAMERA_TRACKS];
};

struct trl_camera {
    struct trl_camera_key *keys; /* in ascending order */
    int count, capacity;
    /* Of frame 0: what tracks are there that the first keyframe does not say. */
    double start[TRL_CAMERA_TRACKS];
};

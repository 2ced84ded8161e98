/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/*
 * A camera: keyframes at times of the film, each of which names some of
 *
 *     zoom=Z             1 shows the whole tensor; 1/64 to 1048576
 *     center=XxY         what lies in the middle, parts of columns and rows: 0.5x0.5; -16 to 16
 *     slice=N            number of the slice of a volume
 *     azimuth=DEG        the orbit about a volume, degrees; elevation -90 to 90
 *     elevation=DEG
 *     pause=on|off       while on, the same frame of the source is shown
 *     ease=linear|smooth|hold    on the way from this keyframe to the next; smooth if not said
 *
 * inline, "t=0:zoom=1;t=2:zoom=4,center=0.25x0.75", t in seconds or f in frames, ascending; or as
 * a JSON file: an array of objects with the same names ({"t": 2, "zoom": 4, "center": [0.25, 0.75],
 * "pause": true}), or an object whose "keyframes" is that array.
 *
 * Each name goes its own way from keyframe to keyframe that names it, and stands still before the
 * first and after the last. Zoom changes by equal factors; where the zoom changes from one keyframe
 * of the center to the next, the center goes with it, so that what is zoomed at stays in the
 * picture. All of it is a function of the frame's number, the same on every machine.
 */
struct trl_camera;
struct trl_log;

enum trl_camera_track {
    TRL_CAMERA_ZOOM = 0,
    TRL_CAMERA_CENTER_X,
    TRL_CAMERA_CENTER_Y,
    TRL_CAMERA_SLICE,
    TRL_CAMERA_AZIMUTH,
    TRL_CAMERA_ELEVATION,
    TRL_CAMERA_PAUSE,
    TRL_CAMERA_TRACKS,
};

struct trl_camera_pose {
    double zoom, center_x, center_y;
    double slice; /* may lie between two */
    double azimuth, elevation;
    bool paused;
};

/* The names that a spec can hold are few and short; so many keyframes are enough. */
#define TRL_CAMERA_KEYS_MAX 4096

/* spec: keyframes if it begins with "t=" or "f=", else the path of a JSON file. fps_num 0: 30/1.
 * TRL_ERROR_USAGE names the column of the spec, TRL_ERROR_INPUT the line of the file. */
int trl_camera_create(struct trl_camera **out, struct trl_log *log, const char *spec, int fps_num,
                      int fps_den);
/* From the text of a file, which name is for messages. */
int trl_camera_parse_json(struct trl_camera **out, struct trl_log *log, const char *name,
                          const char *text, uint64_t size, int fps_num, int fps_den);
void trl_camera_destroy(struct trl_camera **camera);

/* The pose at a frame of the film, 0 or more. */
void trl_camera_pose(const struct trl_camera *camera, int64_t frame, struct trl_camera_pose *out);
/* False if no keyframe names it: then the pose holds what shows all of a tensor. */
bool trl_camera_names(const struct trl_camera *camera, enum trl_camera_track track);
/* The frame of the last keyframe. */
int64_t trl_camera_last(const struct trl_camera *camera);
/* The first keyframe, counted from 1, at which a flat picture shows nothing of its tensor, and what
 * the pose is there; 0: there is none. */
int trl_camera_miss(const struct trl_camera *camera, struct trl_camera_pose *pose);
/* The first keyframe, counted from 1, behind the end of a film of so many frames; 0: none is. */
int trl_camera_beyond(const struct trl_camera *camera, int64_t frames);
/* The frame of a keyframe, counted from 1. */
double trl_camera_key_at(const struct trl_camera *camera, int key);
/* The largest and the smallest zoom of the film. */
double trl_camera_zoom_max(const struct trl_camera *camera);
double trl_camera_zoom_min(const struct trl_camera *camera);

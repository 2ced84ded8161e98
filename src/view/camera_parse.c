/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/camera_parse.h"

#include "base/file.h"
#include "base/log.h"
#include "base/word.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <tensorreel/error.h>

enum { FILE_MAX = 1 << 22, WHERE_MAX = 256, NUMBER_MAX = 63 };

static const double time_max = 1e9;

/* A spec or a file while it is read. */
struct reading {
    struct trl_log *log;
    struct trl_camera *camera;
    double fps;
    enum trl_error error; /* of this kind of text */
    char where[WHERE_MAX];
};

static const struct {
    const char *name;
    double low, high;
} numbers[] = {
    [TRL_CAMERA_ZOOM] = {"zoom", 1.0 / 64, 1048576},
    [TRL_CAMERA_CENTER_X] = {"center", -16, 16},
    [TRL_CAMERA_CENTER_Y] = {"center", -16, 16},
    [TRL_CAMERA_SLICE] = {"slice", 0, 2147483647},
    [TRL_CAMERA_AZIMUTH] = {"azimuth", -1e6, 1e6},
    [TRL_CAMERA_ELEVATION] = {"elevation", -90, 90},
};

static const char names[] = "zoom, center, slice, azimuth, elevation, pause, ease";

static int fail_name(const struct reading *r, const char *name, size_t length)
{
    return trl_fail(r->log, r->error, "%s: unknown name \"%.*s\"; there are: %s", r->where,
                    (int)(length < 40 ? length : 40), name, names);
}

/* ---- what both kinds of text say ---- */

static int add_key(struct reading *r, double time, bool seconds)
{
    struct trl_camera *camera = r->camera;
    if (!(time >= 0 && time <= time_max))
        return trl_fail(r->log, r->error, "%s: a time must be 0 to %g", r->where, time_max);
    double at = seconds ? time * r->fps : time;
    /* A time that is meant to be that of a frame is that of the frame. */
    if (fabs(at - round(at)) < 1e-9 * fmax(at, 1))
        at = round(at);
    if (camera->count && at <= camera->keys[camera->count - 1].at)
        return trl_fail(r->log, r->error, "%s: times must ascend; this one is frame %g after %g",
                        r->where, at, camera->keys[camera->count - 1].at);
    if (camera->count == TRL_CAMERA_KEYS_MAX)
        return trl_fail(r->log, r->error, "%s: more than %d keyframes", r->where,
                        TRL_CAMERA_KEYS_MAX);
    if (camera->count == camera->capacity) {
        const int capacity = camera->capacity ? 2 * camera->capacity : 16;
        void *keys = realloc(camera->keys, (size_t)capacity * sizeof(*camera->keys));
        if (!keys)
            return trl_fail_memory(r->log, "keyframes", (size_t)capacity * sizeof(*camera->keys));
        camera->keys = keys;
        camera->capacity = capacity;
    }
    camera->keys[camera->count++] = (struct trl_camera_key){.at = at};
    return 0;
}

static struct trl_camera_key *last_key(const struct reading *r)
{
    return &r->camera->keys[r->camera->count - 1];
}

static int set_number(struct reading *r, enum trl_camera_track track, double value)
{
    if (!(value >= numbers[track].low && value <= numbers[track].high))
        return trl_fail(r->log, r->error, "%s: %s %g: must be %g to %g", r->where,
                        numbers[track].name, value, numbers[track].low, numbers[track].high);
    last_key(r)->value[track] = value;
    last_key(r)->named |= 1U << track;
    return 0;
}

static int set_pause(struct reading *r, bool paused)
{
    last_key(r)->value[TRL_CAMERA_PAUSE] = paused;
    last_key(r)->named |= 1U << TRL_CAMERA_PAUSE;
    return 0;
}

static int set_ease(struct reading *r, const char *word, size_t length)
{
    static const char *const words[] = {"smooth", "linear", "hold"};
    for (int n = 0; n < 3; n++)
        if (length == strlen(words[n]) && !memcmp(word, words[n], length)) {
            last_key(r)->ease = (enum trl_camera_ease)n;
            return 0;
        }
    return trl_fail(r->log, r->error, "%s: ease must be linear, smooth or hold", r->where);
}

/* The track of a plain number, or -1. */
static int find_number(const char *name, size_t length)
{
    for (int n = 0; n < TRL_CAMERA_PAUSE; n++)
        if (n != TRL_CAMERA_CENTER_X && n != TRL_CAMERA_CENTER_Y &&
            length == strlen(numbers[n].name) && !memcmp(name, numbers[n].name, length))
            return n;
    return -1;
}

/* ---- inline ---- */

/* The number that stands here, of those that an "x" may follow. */
static bool read_number(const char **text, double *out)
{
    char word[NUMBER_MAX + 1];
    const size_t length = strspn(*text, "0123456789+-.eE");
    if (length > NUMBER_MAX)
        return false;
    memcpy(word, *text, length);
    word[length] = 0;
    if (!trl_word_double(word, out))
        return false;
    *text += length;
    return true;
}

static void at_column(struct reading *r, const char *spec, const char *at)
{
    snprintf(r->where, sizeof(r->where), "--camera: column %lld", (long long)(at - spec) + 1);
}

static int fail_number(const struct reading *r, const char *name, size_t length)
{
    return trl_fail(r->log, r->error, "%s: %.*s needs a number such as 2 or 0.25", r->where,
                    (int)length, name);
}

static int read_center(struct reading *r, const char **at)
{
    double x, y;
    if (!read_number(at, &x) || *(*at)++ != 'x' || !read_number(at, &y))
        return trl_fail(r->log, r->error, "%s: center needs two numbers such as 0.25x0.75",
                        r->where);
    const int ret = set_number(r, TRL_CAMERA_CENTER_X, x);
    return ret < 0 ? ret : set_number(r, TRL_CAMERA_CENTER_Y, y);
}

/* "zoom=4"; at is left behind it. */
static int read_setting(struct reading *r, const char *spec, const char **at)
{
    const char *name = *at;
    const size_t length = strcspn(name, "=,;");
    at_column(r, spec, name);
    if (name[length] != '=')
        return length ? trl_fail(r->log, r->error, "%s: \"%.*s\" needs a value: NAME=VALUE",
                                 r->where, (int)(length < 40 ? length : 40), name)
                      : trl_fail(r->log, r->error, "%s: a name is missing; there are: %s", r->where,
                                 names);
    *at = name + length + 1;
    const char *value = *at;
    const size_t value_length = strcspn(value, ",;");
    const int track = find_number(name, length);
    int ret;
    double number;
    if (track < 0 && !(length == 6 && !memcmp(name, "center", 6)) &&
        !(length == 5 && !memcmp(name, "pause", 5)) && !(length == 4 && !memcmp(name, "ease", 4)))
        return fail_name(r, name, length);
    at_column(r, spec, value);
    if (track >= 0) {
        if (!read_number(at, &number))
            return fail_number(r, name, length);
        ret = set_number(r, (enum trl_camera_track)track, number);
    } else if (length == 6) {
        ret = read_center(r, at);
    } else {
        *at = value + value_length;
        const bool on = value_length == 2 && !memcmp(value, "on", 2);
        const bool off = value_length == 3 && !memcmp(value, "off", 3);
        if (length == 4)
            ret = set_ease(r, value, value_length);
        else if (on || off)
            ret = set_pause(r, on);
        else
            ret = trl_fail(r->log, r->error, "%s: pause must be on or off", r->where);
    }
    if (ret == 0 && *at != value + value_length) {
        at_column(r, spec, *at);
        ret = trl_fail(r->log, r->error, "%s: , or ; is expected", r->where);
    }
    return ret;
}

/* "t=2:zoom=4,center=0.5x0.5"; at is left behind it. */
static int read_keyframe(struct reading *r, const char *spec, const char **at)
{
    at_column(r, spec, *at);
    const char unit = **at;
    if ((unit != 't' && unit != 'f') || (*at)[1] != '=')
        return trl_fail(r->log, r->error,
                        "%s: a keyframe begins with t=SECONDS: or f=FRAME:, such as "
                        "t=2:zoom=4,center=0.25x0.75",
                        r->where);
    *at += 2;
    double time;
    at_column(r, spec, *at);
    if (!read_number(at, &time))
        return fail_number(r, unit == 't' ? "t" : "f", 1);
    int ret = add_key(r, time, unit == 't');
    if (ret < 0)
        return ret;
    at_column(r, spec, *at);
    if (**at != ':')
        return trl_fail(r->log, r->error, "%s: : is expected behind the time", r->where);
    do {
        ++*at;
        ret = read_setting(r, spec, at);
    } while (ret == 0 && **at == ',');
    return ret;
}

static int read_spec(struct reading *r, const char *spec)
{
    const char *at = spec;
    int ret;
    while ((ret = read_keyframe(r, spec, &at)) == 0 && *at == ';' && at[1])
        at++;
    return ret;
}

/* ---- JSON ---- */

static int read_json_center(struct reading *r, const json_t *value)
{
    const json_t *x = json_array_get(value, 0), *y = json_array_get(value, 1);
    if (json_array_size(value) != 2 || !json_is_number(x) || !json_is_number(y))
        return trl_fail(r->log, r->error, "%s: center must be two numbers, [0.25, 0.75]", r->where);
    const int ret = set_number(r, TRL_CAMERA_CENTER_X, json_number_value(x));
    return ret < 0 ? ret : set_number(r, TRL_CAMERA_CENTER_Y, json_number_value(y));
}

static int read_json_setting(struct reading *r, const char *name, const json_t *value)
{
    const int track = find_number(name, strlen(name));
    if (track >= 0) {
        if (!json_is_number(value))
            return trl_fail(r->log, r->error, "%s: %s must be a number", r->where, name);
        return set_number(r, (enum trl_camera_track)track, json_number_value(value));
    }
    if (!strcmp(name, "center"))
        return read_json_center(r, value);
    if (!strcmp(name, "pause")) {
        if (!json_is_boolean(value))
            return trl_fail(r->log, r->error, "%s: pause must be true or false", r->where);
        return set_pause(r, json_is_true(value));
    }
    if (!strcmp(name, "ease"))
        return json_is_string(value)
                   ? set_ease(r, json_string_value(value), json_string_length(value))
                   : trl_fail(r->log, r->error,
                              "%s: ease must be \"linear\", \"smooth\" or "
                              "\"hold\"",
                              r->where);
    return fail_name(r, name, strlen(name));
}

static int read_json_keyframe(struct reading *r, json_t *keyframe)
{
    if (!json_is_object(keyframe))
        return trl_fail(r->log, r->error, "%s: must be an object", r->where);
    const json_t *seconds = json_object_get(keyframe, "t"),
                 *frames = json_object_get(keyframe, "f");
    const json_t *time = seconds ? seconds : frames;
    if ((seconds && frames) || !json_is_number(time))
        return trl_fail(r->log, r->error,
                        "%s: must have one time: \"t\" in seconds or \"f\" in frames", r->where);
    int ret = add_key(r, json_number_value(time), seconds != NULL);
    const char *name;
    json_t *value;
    json_object_foreach(keyframe, name,
                        value) if (ret == 0 && strcmp(name, "t") != 0 && strcmp(name, "f") != 0)
        ret = read_json_setting(r, name, value);
    return ret;
}

static int read_json(struct reading *r, const char *name, const char *text, size_t size)
{
    json_error_t error;
    json_t *root = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
    if (!root)
        return trl_fail(r->log, r->error, "%s: line %d, column %d: %s", name, error.line,
                        error.column, error.text);
    json_t *keyframes = json_is_object(root) ? json_object_get(root, "keyframes") : root;
    int ret = 0;
    if (!json_is_array(keyframes) || !json_array_size(keyframes))
        ret = trl_fail(r->log, r->error,
                       "%s: must be an array of keyframes, or an object whose \"keyframes\" is one",
                       name);
    for (size_t n = 0; ret == 0 && n < json_array_size(keyframes); n++) {
        snprintf(r->where, sizeof(r->where), "%.200s: keyframe %llu", name,
                 (unsigned long long)n + 1);
        ret = read_json_keyframe(r, json_array_get(keyframes, n));
    }
    json_decref(root);
    return ret;
}

static int read_file(struct reading *r, const char *path)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return trl_fail(r->log, r->error,
                        "--camera %s: %s; it is a file, or keyframes such as "
                        "\"t=0:zoom=1;t=2:zoom=4\"",
                        path, strerror(errno));
    char *text = malloc(FILE_MAX + 1);
    int64_t size = text ? trl_read_all(fd, text, FILE_MAX + 1) : -ENOMEM;
    if (size > FILE_MAX)
        size = -EFBIG;
    close(fd);
    const int ret = size < 0 ? trl_fail(r->log, r->error, "%s: %s", path, strerror((int)-size))
                             : read_json(r, path, text, (size_t)size);
    free(text);
    return ret;
}

/* ---- both ---- */

static int begin(struct reading *r, struct trl_log *log, int fps_num, int fps_den,
                 enum trl_error error)
{
    *r = (struct reading){
        .log = log,
        .camera = calloc(1, sizeof(*r->camera)),
        .fps = fps_num ? (double)fps_num / (fps_den ? fps_den : 1) : 30,
        .error = error,
    };
    return r->camera ? 0 : trl_fail_memory(log, "a camera", sizeof(*r->camera));
}

/* A film that is paused for ever never ends. */
static int check_pause(const struct reading *r)
{
    bool paused = false;
    double since = 0;
    for (int n = 0; n < r->camera->count; n++) {
        const struct trl_camera_key *key = &r->camera->keys[n];
        if (!(key->named & 1U << TRL_CAMERA_PAUSE))
            continue;
        paused = key->value[TRL_CAMERA_PAUSE] != 0;
        since = key->at;
    }
    return paused ? trl_fail(r->log, r->error,
                             "--camera: the pause from frame %g on has no end; a later keyframe "
                             "must say pause off",
                             since)
                  : 0;
}

static int finish(struct reading *r, int ret, struct trl_camera **out)
{
    if (ret == 0)
        ret = check_pause(r);
    if (ret < 0)
        trl_camera_destroy(&r->camera);
    *out = r->camera;
    return ret;
}

int trl_camera_create(struct trl_camera **out, struct trl_log *log, const char *spec, int fps_num,
                      int fps_den)
{
    *out = NULL;
    const bool is_inline = (*spec == 't' || *spec == 'f') && spec[1] == '=';
    struct reading r;
    int ret = begin(&r, log, fps_num, fps_den, is_inline ? TRL_ERROR_USAGE : TRL_ERROR_INPUT);
    if (ret == 0)
        ret = is_inline ? read_spec(&r, spec) : read_file(&r, spec);
    return finish(&r, ret, out);
}

int trl_camera_parse_json(struct trl_camera **out, struct trl_log *log, const char *name,
                          const char *text, uint64_t size, int fps_num, int fps_den)
{
    *out = NULL;
    struct reading r;
    int ret = begin(&r, log, fps_num, fps_den, TRL_ERROR_INPUT);
    if (ret == 0)
        ret = read_json(&r, name, text, size);
    return finish(&r, ret, out);
}

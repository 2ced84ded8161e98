/* SPDX-License-Identifier: BSD-2-Clause */
/* Keyframes: what they say, where they lead, and the pictures that they make. */
#include "harness.h"

#include "base/math.h"

#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <tensorreel/error.h>

static struct test_device test;

static int open_device(void **state)
{
    (void)state;
    return test_device_open(&test);
}

static int close_device(void **state)
{
    (void)state;
    test_device_close(&test);
    return 0;
}

static struct trl_camera *make(const char *spec)
{
    struct trl_camera *camera = NULL;
    assert_int_equal(trl_camera_create(&camera, test.log, spec, 0, 0), 0);
    return camera;
}

static struct trl_camera_pose pose_at(const struct trl_camera *camera, int64_t frame)
{
    struct trl_camera_pose pose;
    trl_camera_pose(camera, frame, &pose);
    return pose;
}

static void a_camera_that_says_nothing_shows_all(void **state)
{
    (void)state;
    struct trl_camera *camera = make("f=7:pause=off");
    const struct trl_camera_pose pose = pose_at(camera, 100);
    assert_true(pose.zoom == 1 && pose.center_x == 0.5 && pose.center_y == 0.5);
    assert_true(pose.slice == 0 && pose.azimuth == 0 && pose.elevation == 0 && !pose.paused);
    assert_false(trl_camera_names(camera, TRL_CAMERA_ZOOM));
    assert_true(trl_camera_names(camera, TRL_CAMERA_PAUSE));
    trl_camera_destroy(&camera);
}

static void eases(void **state)
{
    (void)state;
    /* At 30 frames a second; every name goes its own way. */
    struct trl_camera *camera = make("t=1:azimuth=0,ease=linear;t=1.5:elevation=-80,ease=hold;"
                                     "t=2:azimuth=90,slice=3;t=3:slice=5,elevation=80;"
                                     "f=120:azimuth=450.25");
    assert_true(pose_at(camera, 0).azimuth == 0);
    assert_true(pose_at(camera, 30).azimuth == 0);
    assert_true(pose_at(camera, 40).azimuth == 30);
    assert_true(pose_at(camera, 60).azimuth == 90);
    assert_true(pose_at(camera, 75).azimuth == 90 + 360.25 * 0.15625); /* 3/16 - 2/64 */
    assert_true(pose_at(camera, 90).azimuth == 90 + 360.25 / 2);
    assert_true(pose_at(camera, 120).azimuth == 450.25);
    assert_true(pose_at(camera, 1000).azimuth == 450.25);
    assert_true(pose_at(camera, 0).elevation == -80);
    assert_true(pose_at(camera, 89).elevation == -80);
    assert_true(pose_at(camera, 90).elevation == 80);
    assert_true(pose_at(camera, 59).slice == 3);
    assert_true(pose_at(camera, 75).slice == 4);
    trl_camera_destroy(&camera);
}

static void zoom_goes_by_factors(void **state)
{
    (void)state;
    struct trl_camera *camera = make("f=0:zoom=1,ease=linear;f=100:zoom=1024;f=200:zoom=0.5");
    for (int frame = 0; frame <= 100; frame++) {
        /* Logarithms within 2^-30, their power within 2^-28. */
        const double should = pow(2, frame / 10.0);
        assert_true(fabs(pose_at(camera, frame).zoom / should - 1) < ldexp(1, -26));
    }
    assert_true(pose_at(camera, 100).zoom == 1024);
    assert_true(pose_at(camera, 200).zoom == 0.5);
    assert_true(trl_camera_zoom_min(camera) == 0.5);
    trl_camera_destroy(&camera);
}

/* What will be in the middle moves straight there: its place in the picture, (x - center) * zoom,
 * is a linear function of the zoom. */
static void the_center_goes_with_the_zoom(void **state)
{
    (void)state;
    struct trl_camera *camera = make("t=0:zoom=2,center=0.5x0.5;t=2:zoom=128,center=0.125x0.75;"
                                     "t=4:center=0.25x0.75,ease=linear;t=5:center=0.5x0.25");
    for (int frame = 0; frame <= 60; frame += 5) {
        const struct trl_camera_pose pose = pose_at(camera, frame);
        const double place = (0.125 - pose.center_x) * pose.zoom;
        assert_true(fabs(place - (0.125 - 0.5) * 2 * (1 - (pose.zoom - 2) / 126)) < 1e-9);
        assert_true(fabs((pose.center_y - 0.5) * 1.5 + (pose.center_x - 0.5)) < 1e-12);
    }
    assert_true(pose_at(camera, 60).center_x == 0.125 && pose_at(camera, 60).center_y == 0.75);
    /* Where the zoom stands, it goes as it is eased. */
    assert_true(pose_at(camera, 90).center_x == 0.1875);
    assert_true(pose_at(camera, 135).center_x == 0.375 && pose_at(camera, 135).center_y == 0.5);
    trl_camera_destroy(&camera);
}

static void pauses(void **state)
{
    (void)state;
    struct trl_camera *camera = make("t=1:pause=on;t=2.5:pause=off");
    for (int frame = 0; frame < 100; frame++)
        assert_int_equal(pose_at(camera, frame).paused, frame >= 30 && frame < 75);
    trl_camera_destroy(&camera);
}

static void seconds_are_those_of_the_film(void **state)
{
    (void)state;
    struct trl_camera *camera = NULL;
    assert_int_equal(
        trl_camera_create(&camera, NULL, "t=0:zoom=1;t=0.1:pause=on;t=0.7:pause=off", 60000, 1001),
        0);
    assert_int_equal(pose_at(camera, 5).paused, false); /* 5.994 */
    assert_int_equal(pose_at(camera, 6).paused, true);
    trl_camera_destroy(&camera);
    assert_int_equal(trl_camera_create(&camera, NULL, "t=0.1:pause=on;t=0.7:pause=off", 30, 1), 0);
    assert_int_equal(pose_at(camera, 2).paused, false);
    assert_int_equal(pose_at(camera, 3).paused, true);
    assert_int_equal(pose_at(camera, 20).paused, true);
    assert_int_equal(pose_at(camera, 21).paused, false); /* 0.7 * 30 is 21, in doubles too */
    trl_camera_destroy(&camera);
}

static void numbers_have_exponents(void **state)
{
    (void)state;
    struct trl_camera *camera = make("t=1e0:zoom=1.5E+3,center=-2.5e-1x1e1;f=6e1:zoom=1e-1");
    const struct trl_camera_pose pose = pose_at(camera, 30);
    assert_true(pose.zoom == 1500 && pose.center_x == -0.25 && pose.center_y == 10);
    assert_true(pose_at(camera, 60).zoom == 0.1);
    trl_camera_destroy(&camera);
}

static void what_no_one_sees_is_found(void **state)
{
    (void)state;
    static const struct {
        const char *spec;
        int miss, beyond;
    } cases[] = {
        {"f=0:zoom=1;f=9:zoom=4", 0, 0},
        {"f=0:center=1.5x0.5", 1, 0},   /* all of it lies left of the picture */
        {"f=0:center=1.499x0.5", 0, 0}, /* all but a last part */
        {"f=0:center=-0.5x0.5", 1, 0},
        {"f=0:center=0.5x-0.499", 0, 0},
        {"f=0:center=0.5x3,zoom=0.24;f=1:zoom=0.25", 2, 0}, /* 1 is where the picture begins */
        {"f=2:center=0.5x0.5;f=5:zoom=64;f=7:center=0.5x1.01", 3, 0},
        {"f=0:zoom=1;f=10:zoom=2;f=10.5:zoom=3;f=80:zoom=2", 0, 3},
        {"f=11:pause=off", 0, 1},
    };
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
        struct trl_camera *camera = make(cases[n].spec);
        struct trl_camera_pose pose;
        if (trl_camera_miss(camera, &pose) != cases[n].miss ||
            trl_camera_beyond(camera, 10) != cases[n].beyond)
            fail_msg("%s: %d, %d", cases[n].spec, trl_camera_miss(camera, &pose),
                     trl_camera_beyond(camera, 10));
        trl_camera_destroy(&camera);
    }
}

static void says_what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *spec, *words[3];
    } cases[] = {
        {"t=", {"column 3", "number"}},
        {"t=1", {"column 4", ":"}},
        {"t=1:", {"column 5", "name", "center"}},
        {"t=1:zoom", {"column 5", "zoom", "NAME=VALUE"}},
        {"t=1:zoom=", {"column 10", "zoom", "number"}},
        {"t=1:zoom=1e", {"column 10", "number"}},
        {"t=1:zoom=1e7", {"column 10", "zoom 1e+07"}},
        {"t=1:zoom=2x", {"column 11", ", or ;"}},
        {"t=1:zoom=1,5", {"column 12", "5", "NAME=VALUE"}},
        {"t=1:zoom=0", {"column 10", "zoom 0", "0.015625"}},
        {"t=1:zoom=2000000", {"zoom", "1.04858e+06"}},
        {"t=1:zoom=1e400", {"column 10", "number"}},
        {"t=1:zom=2", {"column 5", "\"zom\"", "zoom, center"}},
        {"t=1:center=0.5", {"column 12", "0.25x0.75"}},
        {"t=1:center=0.5x", {"column 12", "0.25x0.75"}},
        {"t=1:center=99x0", {"column 12", "center 99", "-16 to 16"}},
        {"t=1:elevation=91", {"column 15", "-90 to 90"}},
        {"t=1:slice=-1", {"column 11", "slice"}},
        {"t=1:pause=yes", {"column 11", "on or off"}},
        {"t=1:ease=in", {"column 10", "linear, smooth or hold"}},
        {"t=1:zoom=1;zoom=2", {"column 12", "t=SECONDS", "f=FRAME"}},
        {"t=1:zoom=1;t=1:zoom=2", {"column 14", "ascend"}},
        {"t=2:zoom=1;f=30:zoom=2", {"column 14", "ascend", "60"}},
        {"t=-1:zoom=1", {"column 3", "0 to"}},
        {"t=1:pause=off;f=40:pause=on;t=9:zoom=1", {"pause from frame 40", "no end"}},
    };
    struct trl_camera *camera;
    test.quiet = true;
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
        test.messages = 0;
        assert_int_equal(trl_camera_create(&camera, test.log, cases[n].spec, 0, 0),
                         TRL_ERROR_USAGE);
        assert_null(camera);
        assert_int_equal(test.messages, 1);
        for (int i = 0; i < 3 && cases[n].words[i]; i++)
            if (!strstr(test.last, cases[n].words[i]))
                fail_msg("%s: \"%s\" does not say %s", cases[n].spec, test.last, cases[n].words[i]);
    }
    test.messages = 0;
    assert_int_equal(trl_camera_create(&camera, test.log, "/no/such/camera.json", 0, 0),
                     TRL_ERROR_INPUT);
    assert_non_null(strstr(test.last, "/no/such/camera.json"));
    assert_int_equal(trl_camera_create(&camera, test.log, "/", 0, 0), TRL_ERROR_INPUT);
    assert_int_equal(trl_camera_create(&camera, test.log, "/dev/zero", 0, 0), TRL_ERROR_INPUT);
    assert_int_equal(test.messages, 3);
    test.messages = 0;
    test.quiet = false;
}

static int parse(struct trl_camera **camera, const char *text)
{
    return trl_camera_parse_json(camera, test.log, "a.json", text, strlen(text), 0, 0);
}

static void files_say_the_same(void **state)
{
    (void)state;
    static const char text[] =
        "{\"keyframes\": [{\"t\": 0, \"zoom\": 1, \"ease\": \"linear\", \"pause\": true},\n"
        " {\"f\": 60, \"zoom\": 4, \"center\": [0.25, 0.75], \"slice\": 3, \"pause\": false,\n"
        "  \"azimuth\": 30, \"elevation\": -5.5}]}";
    struct trl_camera *camera = make("t=0:zoom=1,ease=linear,pause=on;t=2:zoom=4,center=0.25x0.75,"
                                     "slice=3,pause=off,azimuth=30,elevation=-5.5");
    struct trl_camera *other;
    assert_int_equal(parse(&other, text), 0);
    char path[] = "/tmp/tensorreel-camera-XXXXXX";
    const int fd = mkstemp(path);
    assert_int_equal(write(fd, text, sizeof(text) - 1), sizeof(text) - 1);
    close(fd);
    struct trl_camera *file = make(path);
    unlink(path);
    for (int frame = 0; frame < 100; frame++) {
        const struct trl_camera_pose a = pose_at(camera, frame), b = pose_at(other, frame),
                                     c = pose_at(file, frame);
        assert_true(a.zoom == b.zoom && a.center_x == b.center_x && a.center_y == b.center_y &&
                    a.slice == b.slice && a.azimuth == b.azimuth && a.elevation == b.elevation &&
                    a.paused == b.paused && a.paused == (frame < 60));
        assert_true(a.zoom == c.zoom && a.center_y == c.center_y && a.elevation == c.elevation);
    }
    trl_camera_destroy(&camera);
    trl_camera_destroy(&other);
    trl_camera_destroy(&file);
    assert_int_equal(parse(&other, "[{\"f\": 3, \"zoom\": 2}]"), 0);
    trl_camera_destroy(&other);
}

static void says_what_is_wrong_in_files(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words[3];
    } cases[] = {
        {"", {"a.json: line 1"}},
        {"[{\"t\": 0,\n \"zoom\" 1}]", {"line 2"}},
        {"[]", {"array of keyframes"}},
        {"{\"frames\": []}", {"keyframes"}},
        {"[3]", {"keyframe 1", "object"}},
        {"[{\"zoom\": 3}]", {"keyframe 1", "\"t\"", "\"f\""}},
        {"[{\"t\": 0, \"f\": 0}]", {"keyframe 1", "one time"}},
        {"[{\"t\": 0}, {\"t\": 1, \"zoom\": \"2\"}]", {"keyframe 2", "zoom", "number"}},
        {"[{\"t\": 0, \"zoom\": -2}]", {"zoom -2"}},
        {"[{\"t\": 0, \"center\": [1]}]", {"center", "two numbers"}},
        {"[{\"t\": 0, \"center\": 0.5}]", {"center", "two numbers"}},
        {"[{\"t\": 0, \"pause\": 1}]", {"true or false"}},
        {"[{\"t\": 0, \"ease\": 1}]", {"linear"}},
        {"[{\"t\": 0, \"ease\": \"no\"}]", {"linear, smooth or hold"}},
        {"[{\"t\": 0, \"speed\": 1}]", {"\"speed\"", "zoom, center"}},
        {"[{\"t\": 1}, {\"t\": 0}]", {"keyframe 2", "ascend"}},
    };
    test.quiet = true;
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
        struct trl_camera *camera;
        test.messages = 0;
        assert_int_equal(parse(&camera, cases[n].text), TRL_ERROR_INPUT);
        assert_null(camera);
        assert_int_equal(test.messages, 1);
        for (int i = 0; i < 3 && cases[n].words[i]; i++)
            if (!strstr(test.last, cases[n].words[i]))
                fail_msg("%s: \"%s\" does not say %s", cases[n].text, test.last, cases[n].words[i]);
    }
    test.messages = 0;
    test.quiet = false;
}

/* ---- pictures ---- */

static struct trl_layout dense(int64_t tiles, int64_t rows, int64_t columns)
{
    return (struct trl_layout){
        .dtype = TRL_DTYPE_F32,
        .rank = 3,
        .shape = {tiles, rows, columns},
        .stride = {rows * columns, columns, 1},
    };
}

static float *ramp(int64_t count)
{
    float *value = malloc((size_t)count * sizeof(float));
    uint64_t seed = 8;
    for (int64_t i = 0; i < count; i++) {
        const uint64_t random = reference_random(&seed);
        value[i] = (float)(random % 10000) - 5000;
        if (random >> 32 == 7)
            value[i] = NAN;
    }
    return value;
}

static void film(const struct trl_view_params *params, int64_t tiles, int64_t rows, int64_t columns,
                 int frames)
{
    const struct trl_view_shape shape = {tiles, rows, columns};
    const struct trl_layout layout = dense(tiles, rows, columns);
    const int64_t count = tiles * rows * columns;
    float *value = ramp(count);
    struct harness h;
    harness_open(&h, &test, params, &shape);
    for (int frame = 0; frame < frames; frame++)
        harness_check(&h, &layout, value, (size_t)count * sizeof(float));
    harness_close(&h);
    free(value);
}

/* A camera that does not move gives the picture that none gives, pixel for pixel. */
static void standing_still_changes_nothing(void **state)
{
    (void)state;
    static const struct trl_view_params cases[] = {
        {.range = TRL_RANGE_FRAME, .scale = 3, .origin = TRL_ORIGIN_LOWER},
        {.range = TRL_RANGE_FRAME, .width = 61, .height = 47, .aspect = TRL_ASPECT_AUTO},
        {.range = TRL_RANGE_FRAME, .width = 13, .height = 11},
        {.range = TRL_RANGE_FRAME, .width = 13, .height = 90, .aspect = TRL_ASPECT_AUTO},
        {.range = TRL_RANGE_FRAME,
         .width = 61,
         .height = 11,
         .aspect = TRL_ASPECT_AUTO,
         .interpolation = TRL_INTERPOLATION_BILINEAR},
    };
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
        const struct trl_view_shape shape = {1, 29, 41};
        const struct trl_layout layout = dense(1, 29, 41);
        float *value = ramp((int64_t)29 * 41);
        struct trl_view_params params = cases[n];
        struct harness still, moving;
        harness_open(&still, &test, &params, &shape);
        params.camera = "t=0:zoom=1,center=0.5x0.5";
        harness_open(&moving, &test, &params, &shape);
        harness_check(&still, &layout, value, (size_t)29 * 41 * sizeof(float));
        harness_check(&moving, &layout, value, (size_t)29 * 41 * sizeof(float));
        const struct trl_picture *a = trl_view_picture(still.view);
        const struct trl_picture *b = trl_view_picture(moving.view);
        assert_int_equal(a->width, b->width);
        for (int y = 0; y < a->height; y++)
            for (int x = 0; x < a->width; x++) {
                const uint16_t ax = a->column_map[x], ay = a->row_map[y];
                const uint16_t bx = b->column_map[x], by = b->row_map[y];
                const bool outside = ax == TRL_PICTURE_OUTSIDE || ay == TRL_PICTURE_OUTSIDE;
                assert_int_equal(outside, bx == TRL_PICTURE_OUTSIDE || by == TRL_PICTURE_OUTSIDE);
                if (!outside)
                    assert_int_equal(still.cells[(size_t)ay * a->cell_stride + ax],
                                     moving.cells[(size_t)by * b->cell_stride + bx]);
            }
        harness_close(&still);
        harness_close(&moving);
        free(value);
    }
}

static void closer_shows_the_elements(void **state)
{
    (void)state;
    /* Eight columns on eight pixels; twice as near, the four in the middle take two each. */
    const struct trl_view_params params = {
        .vmin_set = true,
        .vmin = 0,
        .vmax_set = true,
        .vmax = 256,
        .scale = 1,
        .camera = "f=0:zoom=1;f=1:zoom=2;f=2:center=1x0.5;"
                  "f=3:center=0.5x0.5,zoom=2;f=4:zoom=0.5,center=0.5x0.5;"
                  "f=5:center=9x9"};
    static const uint16_t out = TRL_PALETTE_BACKGROUND;
    static const uint16_t expected[6][8] = {
        {0, 1, 2, 3, 4, 5, 6, 7},
        {6, 6, 7, 7, out, out, out, out}, /* before its first keyframe the center stands there */
        {6, 6, 7, 7, out, out, out, out},
        {2, 2, 3, 3, 4, 4, 5, 5},
        {out, out, 1, 3, 5, 7, out, out}, /* two on a pixel: the larger */
        {out, out, out, out, out, out, out, out},
    };
    const struct trl_view_shape shape = {1, 1, 8};
    const struct trl_layout layout = dense(1, 1, 8);
    static const float value[8] = {0, 1, 2, 3, 4, 5, 6, 7};
    struct harness h;
    harness_open(&h, &test, &params, &shape);
    for (int frame = 0; frame < 6; frame++) {
        harness_check(&h, &layout, value, sizeof(value));
        if (frame != 0)
            assert_memory_equal(h.cells, expected[frame], sizeof(expected[frame]));
    }
    /* Any frame again. */
    trl_view_seek(h.view, 3);
    h.frame = 3;
    harness_check(&h, &layout, value, sizeof(value));
    assert_memory_equal(h.cells, expected[3], sizeof(expected[3]));
    harness_close(&h);
}

static void every_way_of_drawing_moves(void **state)
{
    (void)state;
    static const char path[] = "f=0:zoom=0.4,center=0.5x0.5;f=8:zoom=30,center=0.83x0.21;"
                               "f=11:zoom=1,center=-0.3x1.2";
    static const struct trl_view_params cases[] = {
        {.range = TRL_RANGE_FRAME, .scale = 2, .camera = path},
        {.range = TRL_RANGE_FRAME, .width = 40, .height = 30, .camera = path},
        {.range = TRL_RANGE_FRAME,
         .width = 40,
         .height = 90,
         .aspect = TRL_ASPECT_AUTO,
         .reduce = TRL_REDUCE_MINMAX,
         .origin = TRL_ORIGIN_LOWER,
         .camera = path},
        {.range = TRL_RANGE_FRAME,
         .width = 50,
         .height = 50,
         .interpolation = TRL_INTERPOLATION_BILINEAR,
         .camera = path},
        {.range = TRL_RANGE_FRAME,
         .width = 50,
         .height = 50,
         .equalize = TRL_EQUALIZE_CLAHE,
         .camera = path},
    };
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
        film(&cases[n], 1, 67, 59, 13);
        film(&cases[n], 3, 20, 31, 13);
    }
}

/* Cells of thousands of elements and single ones, in one film; sums of whole numbers are exact in
 * any order. */
static void far_and_near(void **state)
{
    (void)state;
    const struct trl_view_params params = {
        .vmin_set = true,
        .vmin = -5000,
        .vmax_set = true,
        .vmax = 5000,
        .width = 20,
        .height = 10,
        .aspect = TRL_ASPECT_AUTO,
        .reduce = TRL_REDUCE_MEAN,
        .camera = "f=0:zoom=0.2,center=0.5x0.5;f=6:zoom=200,center=0.333x0.9"};
    film(&params, 1, 150, 1500, 8);
}

static void scrolling_moves(void **state)
{
    (void)state;
    const struct trl_view_params params = {.range = TRL_RANGE_FRAME,
                                           .scroll = 9,
                                           .width = 40,
                                           .height = 40,
                                           .aspect = TRL_ASPECT_AUTO,
                                           .camera = "f=0:zoom=1;f=14:zoom=5,center=0.9x0.3"};
    const struct trl_view_shape shape = {1, 1, 70};
    struct trl_layout layout = dense(1, 1, 70);
    float *value = ramp(200);
    struct harness h;
    harness_open(&h, &test, &params, &shape);
    for (int frame = 0; frame < 16; frame++) {
        layout.offset = frame * 3;
        harness_check(&h, &layout, value, 200 * sizeof(float));
    }
    harness_close(&h);
    free(value);
}

/* A tensor that does not fit one descriptor is read in parts, however near the camera is. */
static void beyond_one_descriptor(void **state)
{
    (void)state;
    enum { APART = 36 << 20 };
    const struct trl_layout layout = {.dtype = TRL_DTYPE_U8,
                                      .rank = 3,
                                      .shape = {1, 5, 7},
                                      .stride = {0, APART, 3},
                                      .offset = 11};
    const struct trl_view_params params = {
        .vmin_set = true,
        .vmin = 20,
        .vmax_set = true,
        .vmax = 200,
        .scale = 4,
        .camera = "f=0:zoom=0.5;f=1:zoom=3,center=0.5x0.5;f=2:center=9x9"};
    const size_t size = (size_t)4 * APART + 256;
    struct harness h;
    harness_open(&h, &test, &params, &(struct trl_view_shape){1, 5, 7});
    uint8_t *bytes = harness_map(&h, size);
    for (int64_t r = 0; r < 5; r++)
        for (int64_t c = 0; c < 7; c++)
            bytes[layout.offset + r * APART + c * 3] = (uint8_t)(r * 50 + c * 7);
    for (int frame = 0; frame < 3; frame++)
        harness_check(&h, &layout, bytes, size);
    harness_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_camera_that_says_nothing_shows_all),
        cmocka_unit_test(eases),
        cmocka_unit_test(zoom_goes_by_factors),
        cmocka_unit_test(the_center_goes_with_the_zoom),
        cmocka_unit_test(pauses),
        cmocka_unit_test(seconds_are_those_of_the_film),
        cmocka_unit_test(numbers_have_exponents),
        cmocka_unit_test(what_no_one_sees_is_found),
        cmocka_unit_test(says_what_is_wrong),
        cmocka_unit_test(files_say_the_same),
        cmocka_unit_test(says_what_is_wrong_in_files),
        cmocka_unit_test(standing_still_changes_nothing),
        cmocka_unit_test(closer_shows_the_elements),
        cmocka_unit_test(every_way_of_drawing_moves),
        cmocka_unit_test(far_and_near),
        cmocka_unit_test(scrolling_moves),
        cmocka_unit_test(beyond_one_descriptor),
    };
    return cmocka_run_group_tests(tests, open_device, close_device);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Every view as a layer: the picture is that of the view itself, and one fact of it is right. */
#include "film.h"

#include "tensor/slice.h"
#include "view/complex.h"
#include "view/histogram.h"
#include "view/lines.h"
#include "view/points.h"
#include "view/project.h"
#include "view/raster.h"
#include "view/rgb.h"
#include "view/triview.h"
#include "view/view.h"
#include "view/volume.h"

#include <math.h>

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

/* ---- helpers ---- */

static struct trl_layer_setup setup_of(const struct film *film,
                                       const struct trl_panel_params *panel)
{
    return (struct trl_layer_setup){
        .panel = panel, .layout = film->layout, .frame_count = film->count};
}

/* The views themselves. */
static int record_map(void *view, struct trl_gpu_cmd *cmd, const struct trl_layer_frame *frame)
{
    return trl_view_record(view, cmd, frame->tensor);
}

static int record_lines(void *view, struct trl_gpu_cmd *cmd, const struct trl_layer_frame *frame)
{
    return trl_lines_record(view, cmd, frame->tensor);
}

static int record_raster(void *view, struct trl_gpu_cmd *cmd, const struct trl_layer_frame *frame)
{
    return trl_raster_record(view, cmd, frame->tensor);
}

static int record_points(void *view, struct trl_gpu_cmd *cmd, const struct trl_layer_frame *frame)
{
    return trl_points_record(view, cmd, frame->tensor);
}

static int record_histogram(void *view, struct trl_gpu_cmd *cmd,
                            const struct trl_layer_frame *frame)
{
    return trl_histogram_record(view, cmd, frame->tensor);
}

static int record_rgb(void *view, struct trl_gpu_cmd *cmd, const struct trl_layer_frame *frame)
{
    return trl_rgb_record(view, cmd, frame->tensor);
}

static int record_complex(void *view, struct trl_gpu_cmd *cmd, const struct trl_layer_frame *frame)
{
    return trl_complex_record(view, cmd, frame->tensor);
}

static uint32_t *run_map(const struct film *film, const struct trl_view_params *params)
{
    struct film own = *film;
    struct trl_view *view = NULL;
    const int64_t *shape = film->layout.shape;
    assert_int_equal(trl_view_create(&view, test.device, params,
                                     &(struct trl_view_shape){shape[0], shape[1], shape[2]}, NULL,
                                     NULL),
                     0);
    own.view = view;
    own.record = record_map;
    own.picture = trl_view_picture(view);
    uint32_t *pixels = film_run(&own);
    trl_view_destroy(&view);
    return pixels;
}

/* ---- heat maps ---- */

static void heat_map(void **state)
{
    (void)state;
    float data[16];
    ramp(data, 16);
    const struct film film = film_f32(&test, 1, 4, 4, data, 1);
    struct trl_panel_params panel = {.view = {.width = 101, .height = 101}};
    struct trl_layer_setup setup = setup_of(&film, &panel);
    uint32_t *pixels = film_layer(&film, &setup);
    /* The layout kept the form: cells fill all of the picture, though 101 is no multiple of 4. */
    struct trl_view_params view = panel.view;
    view.aspect = TRL_ASPECT_AUTO;
    film_same(pixels, run_map(&film, &view), &view);
    assert_int_equal(pixels[0], viridis(0));
    assert_int_equal(pixels[101 * 101 - 1], viridis(255));
    /* Row 1, column 3 is 7 of 0 to 15: step floor(7 / 15 * 256). */
    assert_int_equal(pixels[38 * 101 + 90], viridis(119));
    free(pixels);
    /* Another form than that of the cells was asked for: they stay square. */
    panel.view.width = 200;
    setup = setup_of(&film, &panel);
    pixels = film_layer(&film, &setup);
    film_same(pixels, run_map(&film, &panel.view), &panel.view);
    assert_int_equal(pixels[50 * 200], 0);
    assert_int_equal(pixels[10 * 200 + 60], viridis(0));
    free(pixels);
}

static void movie_range(void **state)
{
    (void)state;
    float data[16];
    ramp(data, 16);
    const struct film film = film_f32(&test, 1, 4, 4, data, 1);
    const struct trl_panel_params panel = {.view = {.width = 16, .height = 16}};
    struct trl_layer_setup setup = setup_of(&film, &panel);
    setup.range_known = true;
    setup.low = -16;
    setup.high = 48;
    uint32_t *pixels = film_layer(&film, &setup);
    assert_int_equal(pixels[0], viridis(64)); /* 0 is a quarter of the way */
    free(pixels);
}

static void slices(void **state)
{
    (void)state;
    enum { Z = 5, Y = 6, X = 7, FRAMES = 3 };
    float data[FRAMES][Z * Y * X], plane[Z * X];
    for (int n = 0; n < FRAMES; n++)
        for (int i = 0; i < Z * Y * X; i++)
            data[n][i] = (float)(((i + 31 * n) * 37) % 211);
    const struct film film = film_f32(&test, Z, Y, X, data[0], FRAMES);
    /* Along y, from 1 on, one a frame: the last frame shows 3. */
    struct trl_panel_params panel = {
        .view = {.width = 7 * 4, .height = 5 * 4},
        .slices = {{.axis = -2, .motion = TRL_SLICE_HOLD, .first = 1, .last = -1}},
        .slice_count = 1,
    };
    struct trl_layer_setup setup = setup_of(&film, &panel);
    uint32_t *pixels = film_layer(&film, &setup);
    for (int i = 0; i < Z * X; i++)
        plane[i] = data[FRAMES - 1][(i / X * Y + 3) * X + i % X];
    const struct film flat = film_f32(&test, 1, Z, X, plane, 1);
    film_same(pixels, run_map(&flat, &panel.view), &panel.view);
    free(pixels);
    /* Two, one after the other: z 2 of all, then y (now axis 0) 4: a row. */
    panel.slices[0] = (struct trl_slice){.axis = 0, .first = 2};
    panel.slices[1] = (struct trl_slice){.axis = 0, .first = 4};
    panel.slice_count = 2;
    panel.view.height = 4;
    pixels = film_layer(&film, &setup);
    const struct film row = film_f32(&test, 1, 1, X, &data[FRAMES - 1][(2 * Y + 4) * X], 1);
    film_same(pixels, run_map(&row, &panel.view), &panel.view);
    free(pixels);
}

static void camera_slices(void **state)
{
    (void)state;
    enum { Z = 5, Y = 4, X = 4 };
    float data[2][Z * Y * X];
    ramp(data[0], Z * Y * X);
    ramp(data[1], Z * Y * X);
    struct film film = film_f32(&test, Z, Y, X, data[0], 2);
    const struct trl_panel_params panel = {
        .view = {.width = 16, .height = 16, .camera = "f=0:slice=0;f=1:slice=4", .fps_num = 30}};
    struct trl_camera *camera = NULL;
    assert_int_equal(trl_camera_create(&camera, test.log, panel.view.camera, 30, 1), 0);
    film.camera = camera;
    const struct trl_layer_setup setup = setup_of(&film, &panel);
    uint32_t *pixels = film_layer(&film, &setup);
    const struct film last = film_f32(&test, 1, Y, X, &data[1][(Z - 1) * Y * X], 1);
    const struct trl_view_params view = {.width = 16, .height = 16};
    film_same(pixels, run_map(&last, &view), &view);
    free(pixels);
    trl_camera_destroy(&camera);
}

static void camera_zoom(void **state)
{
    (void)state;
    float data[2 * 16];
    ramp(data, 16);
    ramp(data + 16, 16);
    const struct film film = film_f32(&test, 1, 4, 4, data, 2);
    const struct trl_panel_params panel = {
        .view = {.width = 16, .height = 16, .camera = "f=0:zoom=1;f=1:zoom=4,center=0.125x0.125"}};
    const struct trl_layer_setup setup = setup_of(&film, &panel);
    uint32_t *pixels = film_layer(&film, &setup);
    film_same(pixels, run_map(&film, &panel.view), &panel.view);
    for (int n = 0; n < 256; n++) /* the first element alone */
        assert_int_equal(pixels[n], viridis(0));
    free(pixels);
}

struct pair {
    void *layers[2];
    struct trl_gpu_tensor tensors[2];
};

static int record_pair(void *user, struct trl_gpu_cmd *cmd)
{
    struct pair *pair = user;
    const struct trl_layer_frame frames[2] = {{&pair->tensors[0], 0, NULL},
                                              {&pair->tensors[1], 0, NULL}};
    return trl_layer_record_shared(pair->layers, cmd, frames, 2);
}

/* A heat map of 0 to 15 beside a projection that reaches 63. */
static void shared_scale(void **state)
{
    (void)state;
    float flat[16], volume[64];
    ramp(flat, 16);
    ramp(volume, 64);
    const struct film films[2] = {film_f32(&test, 1, 4, 4, flat, 1),
                                  film_f32(&test, 4, 4, 4, volume, 1)};
    const struct trl_panel_params panels[2] = {
        {.view = {.width = 16, .height = 16}},
        {.kind = TRL_VIEW_PROJECTION, .view = {.width = 16, .height = 16}}};
    struct pair pair;
    for (int n = 0; n < 2; n++) {
        const struct trl_layer_setup setup = setup_of(&films[n], &panels[n]);
        assert_int_equal(
            trl_layer_class(panels[n].kind)->create(&pair.layers[n], test.device, &setup), 0);
        pair.tensors[n] = run_tensor(&test, &films[n].layout, films[n].data, films[n].size);
    }
    assert_int_equal(trl_layer_share(pair.layers[1], pair.layers[0]), 0);
    run_record(&test, record_pair, &pair);
    for (int n = 0; n < 2; n++) {
        const struct trl_layer_class *class = trl_layer_class(panels[n].kind);
        uint32_t *pixels = run_pixels(&test, class->picture(pair.layers[n]));
        /* The last elements are 15 and 63 of 0 to 63. */
        assert_int_equal(pixels[255], viridis(n ? 255 : 15 * 256 / 63));
        free(pixels);
        class->destroy(pair.layers[n]);
        trl_gpu_buffer_destroy(&pair.tensors[n].buffer);
    }
    assert_int_equal(test.messages, 0);
}

/* ---- charts ---- */

static void lines(void **state)
{
    (void)state;
    float data[2 * 50];
    for (int n = 0; n < 100; n++)
        data[n] = (float)(n * 29 % 17);
    struct film film = film_f32(&test, 1, 2, 50, data, 1);
    const struct trl_panel_params panel = {
        .kind = TRL_VIEW_LINES, .view = {.width = 91, .height = 60}, .lines = {.width = 1}};
    struct trl_layer_setup setup = setup_of(&film, &panel);
    setup.range_known = true;
    setup.high = 20;
    uint32_t *pixels = film_layer(&film, &setup);
    struct trl_lines *view = NULL;
    assert_int_equal(trl_lines_create(&view, test.device, &panel.lines, &panel.view,
                                      &(struct trl_view_shape){1, 2, 50}, &setup.low, &setup.high),
                     0);
    film.view = view;
    film.record = record_lines;
    film.picture = trl_lines_picture(view);
    film_same(pixels, film_run(&film), &panel.view);
    trl_lines_destroy(&view);
    free(pixels);
}

/* The film's frames lie across where no number is given. */
static void rolling_lines(void **state)
{
    (void)state;
    float data[10 * 3];
    ramp(data, 30);
    struct film film = film_f32(&test, 1, 1, 3, data, 10);
    struct trl_panel_params panel = {
        .kind = TRL_VIEW_LINES,
        .view = {.width = 80, .height = 40, .vmin_set = true, .vmax_set = true, .vmax = 30},
        .lines = {.roll = true, .time = {.mode = TRL_TIME_WHOLE}}};
    const struct trl_layer_setup setup = setup_of(&film, &panel);
    uint32_t *pixels = film_layer(&film, &setup);
    struct trl_lines *view = NULL;
    panel.lines.time.frames = 10;
    assert_int_equal(trl_lines_create(&view, test.device, &panel.lines, &panel.view,
                                      &(struct trl_view_shape){1, 1, 3}, NULL, NULL),
                     0);
    film.view = view;
    film.record = record_lines;
    film.picture = trl_lines_picture(view);
    film_same(pixels, film_run(&film), &panel.view);
    trl_lines_destroy(&view);
    free(pixels);
}

static void raster(void **state)
{
    (void)state;
    float data[6][12];
    for (int n = 0; n < 6 * 12; n++)
        data[n / 12][n % 12] = (float)(n * 7 % 5 == 0);
    struct film film = film_f32(&test, 3, 1, 4, data[0], 6);
    struct trl_panel_params panel = {.kind = TRL_VIEW_RASTER,
                                     .view = {.width = 60, .height = 36},
                                     .raster = {.time = {.mode = TRL_TIME_WHOLE}}};
    const struct trl_layer_setup setup = setup_of(&film, &panel);
    uint32_t *pixels = film_layer(&film, &setup);
    /* Boxes of 10 x 3 pixels, neuron 0 the lowest. */
    for (int frame = 0; frame < 6; frame++)
        for (int neuron = 0; neuron < 12; neuron++)
            assert_true((pixels[(35 - 3 * neuron - 1) * 60 + 10 * frame + 5] != 0) ==
                        (data[frame][neuron] != 0));
    struct trl_raster *view = NULL;
    panel.raster.time.frames = 6;
    assert_int_equal(trl_raster_create(&view, test.device, &panel.raster, &panel.view,
                                       &(struct trl_view_shape){3, 1, 4}),
                     0);
    film.view = view;
    film.record = record_raster;
    film.picture = trl_raster_picture(view);
    film_same(pixels, film_run(&film), &panel.view);
    trl_raster_destroy(&view);
    free(pixels);
}

static void points(void **state)
{
    (void)state;
    const float data[3][3] = {{0.5F, -0.25F, 1}, {-0.9F, 0.1F, 2}, {0, 1, 3}};
    struct film film = film_f32(&test, 1, 3, 3, data[0], 1);
    const struct trl_panel_params panel = {
        .kind = TRL_VIEW_POINTS,
        .view = {.width = 101, .height = 81},
        .points = {.unit_circle = true, .color_set = true, .color = 2}};
    const struct trl_layer_setup setup = setup_of(&film, &panel);
    uint32_t *pixels = film_layer(&film, &setup);
    struct trl_points *view = NULL;
    assert_int_equal(trl_points_create(&view, test.device, &panel.points, &panel.view,
                                       &(struct trl_view_shape){1, 3, 3}),
                     0);
    film.view = view;
    film.record = record_points;
    film.picture = trl_points_picture(view);
    film_same(pixels, film_run(&film), &panel.view);
    trl_points_destroy(&view);
    free(pixels);
}

static void run_histogram(bool bars)
{
    float data[4][40];
    for (int n = 0; n < 160; n++)
        data[n / 40][n % 40] = (float)(n % 40 % 3 + n * 3 % 6);
    struct film film = film_f32(&test, 2, 4, 5, data[0], 4);
    struct trl_panel_params panel = {
        .kind = TRL_VIEW_HISTOGRAM,
        .view = {.width = 61, .height = 48},
        .histogram = {.bars = bars, .bins = 16, .time = {.mode = TRL_TIME_WHOLE}}};
    struct trl_layer_setup setup = setup_of(&film, &panel);
    setup.range_known = true;
    setup.high = 8;
    uint32_t *pixels = film_layer(&film, &setup);
    struct trl_histogram *view = NULL;
    panel.histogram.time.frames = 4;
    assert_int_equal(trl_histogram_create(&view, test.device, &panel.histogram, &panel.view,
                                          &(struct trl_view_shape){2, 4, 5}, &setup.low,
                                          &setup.high),
                     0);
    film.view = view;
    film.record = record_histogram;
    film.picture = trl_histogram_picture(view);
    film_same(pixels, film_run(&film), &panel.view);
    trl_histogram_destroy(&view);
    free(pixels);
}

static void histograms(void **state)
{
    (void)state;
    run_histogram(false);
    run_histogram(true);
}

/* ---- volumes ---- */

static void projection(void **state)
{
    (void)state;
    enum { Z = 3, Y = 4, X = 5 };
    float data[Z * Y * X], most[Z * Y];
    for (int n = 0; n < Z * Y * X; n++)
        data[n] = (float)(n * 23 % 61);
    for (int n = 0; n < Z * Y; n++) {
        most[n] = data[n * X];
        for (int x = 1; x < X; x++)
            most[n] = fmaxf(most[n], data[n * X + x]);
    }
    const struct film film = film_f32(&test, Z, Y, X, data, 1);
    struct trl_panel_params panel = {
        .kind = TRL_VIEW_PROJECTION, .view = {.width = 41, .height = 31}, .project_axis = -1};
    struct trl_layer_setup setup = setup_of(&film, &panel);
    uint32_t *pixels = film_layer(&film, &setup);
    const struct film flat = film_f32(&test, 1, Z, Y, most, 1);
    struct trl_view_params view = panel.view;
    view.aspect = TRL_ASPECT_AUTO;
    film_same(pixels, run_map(&flat, &view), &view);
    free(pixels);
    /* Sums lie beyond the movie's range: they have each frame's own. */
    for (int n = 0; n < Z * Y; n++) {
        most[n] = data[n * X];
        for (int x = 1; x < X; x++)
            most[n] += data[n * X + x];
    }
    panel.project = TRL_PROJECT_SUM;
    panel.view.range = TRL_RANGE_MOVIE;
    setup.range_known = true;
    setup.high = 60;
    pixels = film_layer(&film, &setup);
    film_same(pixels, run_map(&flat, &view), &view);
    free(pixels);
}

static int64_t planes[3];

static int record_triview(void *view, struct trl_gpu_cmd *cmd, const struct trl_layer_frame *frame)
{
    return trl_triview_record(view, cmd, frame->tensor, planes);
}

static void tri_view(void **state)
{
    (void)state;
    enum { Z = 3, Y = 4, X = 5 };
    float data[2][Z * Y * X];
    ramp(data[0], 2 * Z * Y * X);
    struct film film = film_f32(&test, Z, Y, X, data[0], 2);
    const struct trl_panel_params panel = {
        .kind = TRL_VIEW_TRIVIEW,
        .view = {.width = 81, .height = 71},
        .slices = {{.axis = -1, .motion = TRL_SLICE_LOOP, .first = -1, .last = 0}},
        .slice_count = 1};
    const struct trl_layer_setup setup = setup_of(&film, &panel);
    uint32_t *pixels = film_layer(&film, &setup);
    /* 10 pixels a voxel from the corner on: y 0, x 0 of the middle z. The last frame holds 60 to
     * 119, of which that is 80. */
    assert_int_equal(pixels[0], viridis(20 * 256 / 59));
    /* Right of it y 0, z 0 of x 3: the second frame is one further than the last x. */
    assert_int_equal(pixels[51], viridis(3 * 256 / 59));
    struct trl_triview *view = NULL;
    assert_int_equal(
        trl_triview_create(&view, test.device, &panel.view, film.layout.shape, NULL, NULL), 0);
    planes[0] = 1;
    planes[1] = 2;
    planes[2] = 3;
    film.view = view;
    film.record = record_triview;
    film.picture = trl_triview_picture(view);
    film_same(pixels, film_run(&film), &panel.view);
    trl_triview_destroy(&view);
    free(pixels);
}

static struct trl_orbit orbit;

static int record_volume(void *view, struct trl_gpu_cmd *cmd, const struct trl_layer_frame *frame)
{
    return trl_volume_record(view, cmd, frame->tensor, &orbit);
}

static void run_volume(const struct trl_panel_params *panel, bool seen)
{
    float data[3][8 * 6 * 7];
    for (int n = 0; n < 8 * 6 * 7; n++)
        data[0][n] = data[1][n] = data[2][n] = (float)(n * 13 % 50);
    struct film film = film_f32(&test, 8, 6, 7, data[0], 3);
    struct trl_camera *camera = NULL;
    if (panel->view.camera)
        assert_int_equal(trl_camera_create(&camera, test.log, panel->view.camera, 30, 1), 0);
    film.camera = camera;
    const struct trl_layer_setup setup = setup_of(&film, panel);
    uint32_t *pixels = film_layer(&film, &setup);
    const int width = panel->view.width, height = panel->view.height;
    assert_int_equal(pixels[0], 0);
    assert_int_equal(pixels[height / 2 * width + width / 2] != 0, seen);
    struct trl_volume *view = NULL;
    assert_int_equal(trl_volume_create(&view, test.device, &panel->view, &panel->volume,
                                       film.layout.shape, NULL, NULL),
                     0);
    film.view = view;
    film.record = record_volume;
    film.picture = trl_volume_picture(view);
    film_same(pixels, film_run(&film), &panel->view);
    trl_volume_destroy(&view);
    trl_camera_destroy(&camera);
    free(pixels);
}

static void volumes(void **state)
{
    (void)state;
    struct trl_panel_params panel = {.kind = TRL_VIEW_VOLUME,
                                     .view = {.width = 45, .height = 33},
                                     .orbit = {.azimuth = 10, .elevation = 20, .angle = 30},
                                     .orbit_spin = 40};
    /* Frame 2 is turned twice further. */
    orbit = (struct trl_orbit){.azimuth = 90, .elevation = 20, .angle = 30};
    run_volume(&panel, true);
    panel.volume.mode = TRL_VOLUME_MIP;
    run_volume(&panel, true);
    panel.view.camera = "f=0:azimuth=0,zoom=1;f=2:azimuth=15,zoom=0.75,center=0.25x0.5";
    orbit = (struct trl_orbit){.azimuth = 95, .elevation = 20, .angle = 30, .zoom = 0.75};
    orbit.centre[2] = -0.25;
    run_volume(&panel, true);
    /* Camera keyframes reach further than orbits. */
    panel.view.camera = "f=0:zoom=4096,center=0.5x16";
    orbit = (struct trl_orbit){.azimuth = 90, .elevation = 20, .angle = 30, .zoom = 1000};
    orbit.centre[1] = 10;
    run_volume(&panel, false);
}

/* ---- colours ---- */

static void channels(void **state)
{
    (void)state;
    enum { ROWS = 4, COLUMNS = 6 };
    uint8_t last[ROWS][COLUMNS][3], first[3][ROWS][COLUMNS];
    for (int n = 0; n < ROWS * COLUMNS * 3; n++) {
        const int y = n / 3 / COLUMNS, x = n / 3 % COLUMNS;
        first[n % 3][y][x] = last[y][x][n % 3] = (uint8_t)(n * 41);
    }
    struct film film = {.test = &test, .data = last, .size = sizeof(last), .count = 1};
    struct trl_panel_params panel = {.kind = TRL_VIEW_RGB, .view = {.width = 63, .height = 42}};
    trl_layout_dense(&film.layout, TRL_DTYPE_U8, 3, (int64_t[]){ROWS, COLUMNS, 3}, false);
    struct trl_layer_setup setup = setup_of(&film, &panel);
    uint32_t *pixels = film_layer(&film, &setup);
    /* Row 2, column 4, from 10 1/2 pixels each. */
    const uint8_t *rgb = last[2][4];
    assert_int_equal(pixels[26 * 63 + 47], rgb[0] | rgb[1] << 8 | rgb[2] << 16);
    struct trl_rgb *view = NULL;
    struct trl_view_params params = panel.view;
    params.aspect = TRL_ASPECT_AUTO;
    assert_int_equal(trl_rgb_create(&view, test.device, &params, &panel.rgb, &film.layout), 0);
    film.view = view;
    film.record = record_rgb;
    film.picture = trl_rgb_picture(view);
    film_same(pixels, film_run(&film), &panel.view);
    trl_rgb_destroy(&view);
    /* The same with its channels first. */
    film.data = first;
    trl_layout_dense(&film.layout, TRL_DTYPE_U8, 3, (int64_t[]){3, ROWS, COLUMNS}, false);
    setup = setup_of(&film, &panel);
    film_same(pixels, film_layer(&film, &setup), &panel.view);
    free(pixels);
}

static void complex_numbers(void **state)
{
    (void)state;
    /* 1, i, 0 and -2. */
    const float data[2][2][2] = {{{1, 0}, {0, 1}}, {{0, 0}, {-2, 0}}};
    struct film film = film_f32(&test, 2, 2, 2, data[0][0], 1);
    const struct trl_panel_params panel = {.kind = TRL_VIEW_COMPLEX,
                                           .view = {.width = 41, .height = 41}};
    struct trl_layer_setup setup = setup_of(&film, &panel);
    setup.range_known = true; /* of parts: of no use to magnitudes */
    setup.low = -2;
    setup.high = 1;
    uint32_t *pixels = film_layer(&film, &setup);
    assert_int_equal(pixels[0], 128);                 /* half as bright as red */
    assert_int_equal(pixels[40 * 41], 0);             /* black */
    assert_int_equal(pixels[40 * 41 + 40], 0xffff00); /* cyan */
    struct trl_complex *view = NULL;
    struct trl_view_params params = panel.view;
    params.aspect = TRL_ASPECT_AUTO;
    assert_int_equal(trl_complex_create(&view, test.device, &params, film.layout.shape, NULL, NULL),
                     0);
    film.view = view;
    film.record = record_complex;
    film.picture = trl_complex_picture(view);
    film_same(pixels, film_run(&film), &panel.view);
    trl_complex_destroy(&view);
    free(pixels);
}

/* ---- sizes and misuse ---- */

static void expect_size(const struct trl_panel_params *panel, int64_t tiles, int64_t rows,
                        int64_t columns, int width, int height, bool stretch)
{
    const struct film film = film_f32(&test, tiles, rows, columns, NULL, 1);
    const struct trl_layer_setup setup = setup_of(&film, panel);
    struct trl_layer_size size = {0};
    assert_int_equal(trl_layer_class(panel->kind)->size(test.log, &setup, &size), 0);
    assert_int_equal(size.width, width);
    assert_int_equal(size.height, height);
    assert_int_equal(size.stretch, stretch);
}

static void sizes(void **state)
{
    (void)state;
    struct trl_panel_params panel = {0};
    expect_size(&panel, 1, 64, 128, 1920, 960, false);
    expect_size(&panel, 1, 1200, 2000, 2000, 1200, false);
    panel.view.scale = 3;
    expect_size(&panel, 1, 64, 128, 384, 192, false);
    panel.slices[0].axis = 2;
    panel.slice_count = 1;
    expect_size(&panel, 10, 64, 128, 192, 30, false);
    panel = (struct trl_panel_params){.view = {.aspect = TRL_ASPECT_AUTO}};
    expect_size(&panel, 1, 64, 128, 1920, 1080, true);
    panel = (struct trl_panel_params){.kind = TRL_VIEW_LINES};
    expect_size(&panel, 1, 3, 1000, 640, 320, true);
    panel.view.width = 333;
    panel.view.height = 111;
    expect_size(&panel, 1, 3, 1000, 333, 111, true);
    panel = (struct trl_panel_params){.kind = TRL_VIEW_RASTER};
    expect_size(&panel, 1, 30, 10, 640, 360, true);
    panel.kind = TRL_VIEW_HISTOGRAM;
    expect_size(&panel, 2, 30, 10, 640, 360, true);
    panel.kind = TRL_VIEW_POINTS;
    expect_size(&panel, 1, 30, 2, 480, 480, true);
    panel.points.unit_circle = true;
    expect_size(&panel, 1, 30, 2, 480, 480, false);
    panel.kind = TRL_VIEW_PROJECTION;
    panel.project_axis = 1;
    panel.view.scale = 2;
    expect_size(&panel, 30, 40, 50, 100, 60, false);
    panel.kind = TRL_VIEW_TRIVIEW;
    expect_size(&panel, 30, 40, 50, 161, 141, false);
    panel.view.scale = 0; /* 720 / 80 pixels a voxel */
    expect_size(&panel, 30, 40, 50, 721, 631, false);
    expect_size(&panel, 1000, 2000, 2000, 1080, 1080, false);
    panel.kind = TRL_VIEW_VOLUME;
    expect_size(&panel, 30, 40, 50, 540, 540, true);
    panel.kind = TRL_VIEW_RGB;
    panel.view.scale = 2;
    expect_size(&panel, 3, 40, 50, 100, 80, false);
    expect_size(&panel, 40, 50, 3, 100, 80, false);
    panel.rgb.split = true;
    expect_size(&panel, 3, 40, 50, 201, 161, false);
    panel.kind = TRL_VIEW_COMPLEX;
    expect_size(&panel, 40, 50, 2, 100, 80, false);
    assert_int_equal(test.messages, 0);
}

static const char *refuse(const struct trl_panel_params *panel, int64_t tiles, int64_t rows,
                          int64_t columns)
{
    const struct film film = film_f32(&test, tiles, rows, columns, NULL, 1);
    struct trl_layer_setup setup = setup_of(&film, panel);
    setup.frame_count = -1;
    struct trl_layer_size size = {0};
    test.quiet = true;
    assert_int_equal(trl_layer_class(panel->kind)->size(test.log, &setup, &size), TRL_ERROR_USAGE);
    assert_int_equal(test.messages, 1);
    test.quiet = false;
    test.messages = 0;
    return test.last;
}

#define HAS(line, part) assert_non_null(strstr(line, part))

static void misuse(void **state)
{
    (void)state;
    struct trl_panel_params panel = {.slice_count = 4};
    HAS(refuse(&panel, 3, 4, 5), "view heatmap: 4 slices");
    panel.slice_count = 1;
    panel.slices[0] = (struct trl_slice){.axis = 0, .first = 3};
    HAS(refuse(&panel, 3, 4, 5), "index 3 of axis 0, which has 3");
    panel.slices[0].axis = 3;
    HAS(refuse(&panel, 3, 4, 5), "axis 3 of a tensor that has 3");
    panel = (struct trl_panel_params){.view = {.width = 100}};
    HAS(refuse(&panel, 1, 4, 5), "view heatmap: a size of 100 x 0");
    panel = (struct trl_panel_params){.view = {.cmap = "nosuch"}};
    HAS(refuse(&panel, 1, 4, 5), "nosuch");
    panel = (struct trl_panel_params){.view = {.camera = "t=0:zoom=0"}};
    HAS(refuse(&panel, 1, 4, 5), "zoom");
    panel.view.camera = "f=0:slice=2;f=3:slice=2.5";
    HAS(refuse(&panel, 3, 4, 5), "slice 2.5 of an axis that has 0 to 2");
    panel.kind = TRL_VIEW_TRIVIEW;
    HAS(refuse(&panel, 3, 4, 5), "slice 2.5 of an axis that has 0 to 2");
    panel = (struct trl_panel_params){.x = {.step = 1e300}};
    HAS(refuse(&panel, 1, 4, 5), "x-step 1e+300; must be");
    panel = (struct trl_panel_params){.y = {.origin = -2e30}};
    HAS(refuse(&panel, 1, 4, 5), "y-origin -2e+30");
    for (int kind = 0; kind < TRL_VIEW_COUNT; kind++) {
        panel = (struct trl_panel_params){.kind = (enum trl_view_kind)kind};
        HAS(refuse(&panel, 1, 0, 2), kind == TRL_VIEW_RASTER ? "raster" : "1 x 0 x 2");
        panel.view.vmin_set = true;
        panel.view.vmin = NAN;
        HAS(refuse(&panel, 1, 4, 2), "--vmin");
    }
    panel = (struct trl_panel_params){.kind = TRL_VIEW_LINES};
    HAS(refuse(&panel, 3, 64, 64), "view lines: a frame of 3 x 64 x 64: it draws matrices");
    panel.lines.roll = true;
    HAS(refuse(&panel, 1, 64, 64), "view lines: a frame of 1 x 64 x 64: frames that are appended");
    panel.lines.time.mode = TRL_TIME_WHOLE;
    HAS(refuse(&panel, 1, 1, 64), "how many frames");
    panel = (struct trl_panel_params){.kind = TRL_VIEW_RASTER,
                                      .raster = {.form = TRL_RASTER_FORM_EVENTS}};
    HAS(refuse(&panel, 1, 1, 0), "view raster: a frame of 1 x 1 x 0: events do not say");
    panel = (struct trl_panel_params){.kind = TRL_VIEW_LINES};
    HAS(refuse(&panel, 1, 16385, 1), "16385 traces of 1 samples");
    panel = (struct trl_panel_params){.kind = TRL_VIEW_RASTER, .raster = {.neurons = 5}};
    HAS(refuse(&panel, 1, 1, 20), "neurons 5, and a mask has one an element: 20");
    panel = (struct trl_panel_params){.kind = TRL_VIEW_POINTS};
    HAS(refuse(&panel, 2, 8, 2), "view points: a frame of 2 x 8 x 2: it draws matrices");
    HAS(refuse(&panel, 1, 8, 1), "view points: a frame of 1 x 8 x 1 has no column 1");
    panel = (struct trl_panel_params){.kind = TRL_VIEW_PROJECTION, .project_axis = 3};
    HAS(refuse(&panel, 3, 4, 5), "view projection: axis 3 of a frame of 3 x 4 x 5");
    panel = (struct trl_panel_params){
        .kind = TRL_VIEW_TRIVIEW, .slices = {{.axis = 1}, {.axis = -2}}, .slice_count = 2};
    HAS(refuse(&panel, 3, 4, 5), "view triview: two slices of axis 1");
    panel.slices[1] = (struct trl_slice){.axis = 2, .first = 5};
    HAS(refuse(&panel, 3, 4, 5), "index 5 of axis 2, which has 5");
    panel.slice_count = -1;
    HAS(refuse(&panel, 3, 4, 5), "view triview: -1 slices");
    panel = (struct trl_panel_params){.kind = TRL_VIEW_VOLUME, .orbit = {.elevation = 91}};
    HAS(refuse(&panel, 3, 4, 5), "elevation 91");
    panel = (struct trl_panel_params){.kind = TRL_VIEW_VOLUME, .orbit_spin = NAN};
    HAS(refuse(&panel, 3, 4, 5), "view volume: it turns by");
    panel = (struct trl_panel_params){.kind = TRL_VIEW_RGB};
    HAS(refuse(&panel, 8, 9, 7), "rgb: axis 2 holds 7 channels");
    panel = (struct trl_panel_params){.kind = TRL_VIEW_COMPLEX};
    HAS(refuse(&panel, 8, 9, 7), "view complex: a frame of 8 x 9 x 7: it draws rows x columns x 2");
}

/* What is wrong only with the device is refused by create, with one line, and nothing is made. */
static void create_misuse(void **state)
{
    (void)state;
    float data[60];
    ramp(data, 60);
    const struct film film = film_f32(&test, 1, 6, 2, data, 1);
    for (int kind = 0; kind < TRL_VIEW_COUNT; kind++) {
        const struct trl_panel_params panel = {
            .kind = (enum trl_view_kind)kind,
            .view = {.width = 20, .height = 20, .vmin_set = true, .vmin = INFINITY},
            .slice_count = 9,
            .project_axis = 7,
            .points = {.x = 9},
            .rgb = {.choose = true, .red = 9},
            .raster = {.neurons = -1},
        };
        const struct trl_layer_setup setup = setup_of(&film, &panel);
        void *layer = &test;
        test.quiet = true;
        assert_int_equal(trl_layer_class(panel.kind)->create(&layer, test.device, &setup),
                         TRL_ERROR_USAGE);
        assert_null(layer);
        trl_layer_class(panel.kind)->destroy(layer);
        assert_int_equal(test.messages, 1);
        test.quiet = false;
        test.messages = 0;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heat_map),      cmocka_unit_test(movie_range),
        cmocka_unit_test(slices),        cmocka_unit_test(camera_slices),
        cmocka_unit_test(camera_zoom),   cmocka_unit_test(shared_scale),
        cmocka_unit_test(lines),         cmocka_unit_test(rolling_lines),
        cmocka_unit_test(raster),        cmocka_unit_test(points),
        cmocka_unit_test(histograms),    cmocka_unit_test(projection),
        cmocka_unit_test(tri_view),      cmocka_unit_test(volumes),
        cmocka_unit_test(channels),      cmocka_unit_test(complex_numbers),
        cmocka_unit_test(sizes),         cmocka_unit_test(misuse),
        cmocka_unit_test(create_misuse),
    };
    return cmocka_run_group_tests(tests, open_device, close_device);
}

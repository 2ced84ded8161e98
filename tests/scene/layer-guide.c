/* SPDX-License-Identifier: BSD-2-Clause */
/* Axes and bars of the layers: a tick is where the picture shows what it names. */
#include "film.h"
#include "view/guide_measure.h"
#include "view/lines.h"

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

static struct trl_guide_panel guide_of(const struct trl_layer_setup *setup)
{
    /* What is there before does not stay. */
    struct trl_guide_panel out = {.x = {.label = "?", .ticks = true},
                                  .y = {.label = "?", .ticks = true},
                                  .bar = {.shown = true, .moving = true}};
    trl_layer_class(setup->panel->kind)->guide(setup, &out);
    assert_true(!out.x.label || strcmp(out.x.label, "?") != 0);
    assert_true(!out.y.label || strcmp(out.y.label, "?") != 0);
    return out;
}

/* The pixel of a value on an axis, from its start. */
static int pixel_of(const struct trl_guide_axis *axis, double value, int length)
{
    assert_true(axis->ticks);
    const struct trl_ticks_params params = {.kind = axis->kind,
                                            .norm = axis->norm,
                                            .low = axis->low,
                                            .high = axis->high,
                                            .linthresh = axis->linthresh,
                                            .gamma = axis->gamma,
                                            .length = length};
    return trl_ticks_pixel(trl_ticks_place(&params, value), length);
}

static struct trl_layer_setup setup_of(const struct film *film,
                                       const struct trl_panel_params *panel)
{
    return (struct trl_layer_setup){
        .panel = panel, .layout = film->layout, .frame_count = film->count};
}

static void expect_axis(const struct trl_guide_axis *axis, enum trl_axis_kind kind, double low,
                        double high)
{
    assert_true(axis->ticks && !axis->moving);
    assert_int_equal(axis->kind, kind);
    /* Ends are sums and products of small numbers: right but for the last bits of a double. */
    assert_true(fabs(axis->low - low) < 1e-12);
    assert_true(fabs(axis->high - high) < 1e-12);
}

/* ---- pictures of cells ---- */

/* One element stands out; it is where the ticks of its row and column are. */
static void find_element(struct trl_panel_params *panel, int64_t rows, int64_t columns, int64_t row,
                         int64_t column)
{
    float *data = calloc((size_t)(rows * columns), sizeof(*data));
    assert_non_null(data);
    data[row * columns + column] = 1;
    const struct film film = film_f32(&test, 1, rows, columns, data, 1);
    const struct trl_layer_setup setup = setup_of(&film, panel);
    const struct trl_guide_panel guide = guide_of(&setup);
    const double step_x = panel->x.step != 0 ? panel->x.step : 1;
    const double step_y = panel->y.step != 0 ? panel->y.step : 1;
    const int width = panel->view.width, height = panel->view.height;
    const int x = pixel_of(&guide.x, panel->x.origin + (double)column * step_x, width);
    const int y = height - 1 - pixel_of(&guide.y, panel->y.origin + (double)row * step_y, height);
    uint32_t *pixels = film_layer(&film, &setup);
    uint8_t rgb[256][3];
    trl_cmap_table("viridis", rgb);
    const uint32_t top = rgb[255][0] | (uint32_t)rgb[255][1] << 8 | (uint32_t)rgb[255][2] << 16;
    assert_int_equal(pixels[y * width + x], top);
    free(pixels);
    free(data);
}

static void cells(void **state)
{
    (void)state;
    struct trl_panel_params panel = {.view = {.width = 90, .height = 60}};
    find_element(&panel, 20, 30, 4, 22);
    panel.view.origin = TRL_ORIGIN_LOWER;
    find_element(&panel, 20, 30, 4, 22);
    panel.x = (struct trl_axis_units){.origin = -3, .step = 0.25};
    panel.y = (struct trl_axis_units){.origin = 100, .step = -10};
    find_element(&panel, 20, 30, 19, 0);
    panel.view.aspect = TRL_ASPECT_AUTO;
    panel.view.origin = TRL_ORIGIN_UPPER;
    find_element(&panel, 7, 11, 3, 8);
}

static void cell_axes(void **state)
{
    (void)state;
    const struct film flat = film_f32(&test, 1, 20, 30, NULL, 1);
    struct trl_panel_params panel = {.x = {.label = "mm"}};
    struct trl_layer_setup setup = setup_of(&flat, &panel);
    struct trl_guide_panel guide = guide_of(&setup);
    expect_axis(&guide.x, TRL_AXIS_INDEX, -0.5, 29.5);
    expect_axis(&guide.y, TRL_AXIS_INDEX, 19.5, -0.5);
    assert_string_equal(guide.x.label, "mm");
    panel.view.origin = TRL_ORIGIN_LOWER;
    panel.y = (struct trl_axis_units){.origin = 0.1, .step = 0.2};
    panel.x.origin = 1; /* numbered from 1 */
    guide = guide_of(&setup);
    expect_axis(&guide.x, TRL_AXIS_INDEX, 0.5, 30.5);
    expect_axis(&guide.y, TRL_AXIS_VALUE, 0, 4);
    /* Where the form is not that of the cells, they do not reach the edges. */
    panel.view.width = panel.view.height = 100;
    guide = guide_of(&setup);
    assert_false(guide.x.ticks || guide.y.ticks);
    panel.view.aspect = TRL_ASPECT_AUTO;
    guide = guide_of(&setup);
    assert_true(guide.x.ticks && guide.y.ticks);
    /* Under a camera that moves axes are drawn for each frame; one that pauses does not. */
    panel.view.camera = "t=0:zoom=1;t=2:zoom=4";
    guide = guide_of(&setup);
    assert_true(guide.x.ticks && guide.y.ticks);
    assert_true(guide.x.zoom_max == 4 && guide.y.zoom_max == 4);
    panel.view.camera = "t=0:pause=on;t=2:pause=off";
    guide = guide_of(&setup);
    assert_true(guide.x.ticks && guide.y.ticks);
    assert_true(guide.x.zoom_max == 0 && guide.y.zoom_max == 0);
    panel = (struct trl_panel_params){.view = {.scroll = 50}};
    const struct film row = film_f32(&test, 1, 1, 30, NULL, 1);
    setup = setup_of(&row, &panel);
    guide = guide_of(&setup);
    expect_axis(&guide.x, TRL_AXIS_INDEX, -49.5, 0.5); /* the newest is 0 */
    expect_axis(&guide.y, TRL_AXIS_INDEX, 29.5, -0.5);
}

static void volume_axes(void **state)
{
    (void)state;
    const struct film volume = film_f32(&test, 4, 20, 30, NULL, 1);
    struct trl_panel_params panel = {0};
    const struct trl_layer_setup setup = setup_of(&volume, &panel);
    struct trl_guide_panel guide = guide_of(&setup);
    assert_false(guide.x.ticks || guide.y.ticks); /* tiles */
    panel.slice_count = 1;
    panel.slices[0].axis = 1;
    guide = guide_of(&setup);
    expect_axis(&guide.x, TRL_AXIS_INDEX, -0.5, 29.5);
    expect_axis(&guide.y, TRL_AXIS_INDEX, 3.5, -0.5);
    panel.kind = TRL_VIEW_PROJECTION;
    panel.project_axis = 2;
    guide = guide_of(&setup);
    expect_axis(&guide.x, TRL_AXIS_INDEX, -0.5, 19.5);
    expect_axis(&guide.y, TRL_AXIS_INDEX, 3.5, -0.5);
    panel.kind = TRL_VIEW_TRIVIEW;
    guide = guide_of(&setup);
    expect_axis(&guide.x, TRL_AXIS_INDEX, -0.5, 29.5);
    expect_axis(&guide.x_rest, TRL_AXIS_INDEX, -0.5, 3.5);
    expect_axis(&guide.y, TRL_AXIS_INDEX, 19.5, -0.5);
    expect_axis(&guide.y_rest, TRL_AXIS_INDEX, 3.5, -0.5);
    assert_true(guide.bar.shown);
    panel.view.width = panel.view.height = 200; /* not their form: they do not reach the edges */
    guide = guide_of(&setup);
    assert_false(guide.x.ticks || guide.y.ticks);
    panel.view.width = panel.view.height = 0;
    panel.kind = TRL_VIEW_VOLUME;
    guide = guide_of(&setup);
    assert_false(guide.x.ticks || guide.y.ticks);
    assert_true(guide.bar.shown);
    panel.kind = TRL_VIEW_RGB;
    guide = guide_of(&setup);
    expect_axis(&guide.x, TRL_AXIS_INDEX, -0.5, 29.5);
    expect_axis(&guide.y, TRL_AXIS_INDEX, 19.5, -0.5);
    assert_false(guide.bar.shown);
    panel.rgb.split = true;
    guide = guide_of(&setup);
    assert_false(guide.x.ticks || guide.y.ticks);
    panel.kind = TRL_VIEW_COMPLEX;
    guide = guide_of(&setup);
    expect_axis(&guide.x, TRL_AXIS_INDEX, -0.5, 19.5);
    expect_axis(&guide.y, TRL_AXIS_INDEX, 3.5, -0.5);
    /* Phases; the range is that of magnitudes. */
    assert_true(guide.bar.shown && guide.bar.phase && guide.bar.moving);
    panel.view.vmax_set = true;
    panel.view.vmax = 3;
    guide = guide_of(&setup);
    assert_true(guide.bar.phase && !guide.bar.moving);
    assert_true(guide.bar.low == 0 && guide.bar.high == 3);
}

/* One voxel stands out; it is where the ticks of its planes are. */
static void three_planes(void **state)
{
    (void)state;
    enum { Z = 4, Y = 5, X = 7, Z_AT = 2, Y_AT = 1, X_AT = 5 };
    for (int lower = 0; lower < 2; lower++) {
        float data[Z][Y][X] = {{{0}}};
        data[Z_AT][Y_AT][X_AT] = 1;
        const struct film film = film_f32(&test, Z, Y, X, data[0][0], 1);
        const struct trl_panel_params panel = {
            .kind = TRL_VIEW_TRIVIEW,
            .view = {.width = 111, .height = 91, .origin = (enum trl_origin)lower},
            .slices = {{.axis = 0, .first = Z_AT},
                       {.axis = 1, .first = Y_AT},
                       {.axis = 2, .first = X_AT}},
            .slice_count = 3};
        const struct trl_layer_setup setup = setup_of(&film, &panel);
        const struct trl_guide_panel guide = guide_of(&setup);
        const int across = trl_guide_split(111, guide.x_split);
        const int down = trl_guide_split(91, guide.y_split);
        const int rest_across = 110 - across, rest_down = 90 - down;
        const int x = pixel_of(&guide.x, X_AT, across);
        const int z = across + 1 + pixel_of(&guide.x_rest, Z_AT, rest_across);
        const int y = down - 1 - pixel_of(&guide.y, Y_AT, down);
        const int below = 90 - pixel_of(&guide.y_rest, Z_AT, rest_down);
        uint32_t *pixels = film_layer(&film, &setup);
        uint8_t rgb[256][3];
        trl_cmap_table("viridis", rgb);
        const uint32_t top = rgb[255][0] | (uint32_t)rgb[255][1] << 8 | (uint32_t)rgb[255][2] << 16;
        assert_int_equal(pixels[y * 111 + x], top);
        assert_int_equal(pixels[y * 111 + z], top);
        assert_int_equal(pixels[below * 111 + x], top);
        free(pixels);
    }
}

/* Bars of views whose pictures have other palettes show each value, or phase, as the picture. */
static void own_bars(void **state)
{
    (void)state;
    const float numbers[] = {0, 0, -1, 0, 0, 2, 0, -2};
    const struct film film = film_f32(&test, 1, 4, 2, numbers, 1);
    struct trl_panel_params panel = {.kind = TRL_VIEW_POINTS,
                                     .view = {.width = 64, .height = 64, .cmap = "magma"},
                                     .points = {.color_set = true, .color = 1}};
    struct trl_layer_setup setup = setup_of(&film, &panel);
    const struct trl_layer_class *class = trl_layer_class(TRL_VIEW_POINTS);
    struct trl_guide_panel guide = guide_of(&setup);
    assert_true(guide.bar.shown && guide.bar.moving && !guide.bar.phase);
    void *layer = NULL;
    uint8_t rgb[256][3];
    trl_cmap_table("magma", rgb);
    assert_int_equal(class->create(&layer, test.device, &setup), 0);
    assert_memory_equal(class->bar_palette(layer)->rgb, rgb, sizeof(rgb));
    class->destroy(layer);
    panel.points.color_set = false;
    assert_false(guide_of(&setup).bar.shown);
    panel = (struct trl_panel_params){.kind = TRL_VIEW_COMPLEX};
    setup.layout.shape[0] = 4;
    setup.layout.shape[1] = 1;
    setup.layout.stride[0] = setup.layout.stride[1] = 2;
    class = trl_layer_class(TRL_VIEW_COMPLEX);
    assert_int_equal(class->create(&layer, test.device, &setup), 0);
    const struct trl_palette *hues = class->bar_palette(layer);
    /* Cyan for -pi, violet for -i, red for 1, yellow-green for i. */
    assert_memory_equal(hues->rgb[0], ((uint8_t[]){0, 255, 255}), 3);
    assert_memory_equal(hues->rgb[64], ((uint8_t[]){127, 0, 255}), 3);
    assert_memory_equal(hues->rgb[128], ((uint8_t[]){255, 0, 0}), 3);
    assert_memory_equal(hues->rgb[192], ((uint8_t[]){128, 255, 0}), 3);
    class->destroy(layer);
    assert_int_equal(test.messages, 0);
}
/* ---- bars ---- */

static void expect_bar(const struct trl_guide_bar *bar, double low, double high, bool moving)
{
    assert_true(bar->shown);
    assert_true(bar->low == low && bar->high == high);
    assert_int_equal(bar->moving, moving);
}

static void bars(void **state)
{
    (void)state;
    const struct film film = film_f32(&test, 1, 20, 30, NULL, 1);
    struct trl_panel_params panel = {.bar_label = "mV"};
    struct trl_layer_setup setup = setup_of(&film, &panel);
    struct trl_guide_panel guide = guide_of(&setup);
    assert_true(guide.bar.shown && guide.bar.moving);
    assert_string_equal(guide.bar.label, "mV");
    assert_false(guide.bar.under || guide.bar.over);
    setup.range_known = true;
    setup.low = -3;
    setup.high = 5;
    guide = guide_of(&setup);
    expect_bar(&guide.bar, -3, 5, false);
    panel.view.center_set = true; /* symmetric about 0 */
    guide = guide_of(&setup);
    expect_bar(&guide.bar, -5, 5, false);
    panel.view = (struct trl_view_params){.vmax_set = true,
                                          .vmax = 7,
                                          .norm = TRL_NORM_SYMLOG,
                                          .linthresh = 0.125,
                                          .over_color = {.set = true}};
    guide = guide_of(&setup);
    expect_bar(&guide.bar, -3, 7, false);
    assert_int_equal(guide.bar.norm, TRL_NORM_SYMLOG);
    assert_true(guide.bar.linthresh == 0.125 && guide.bar.gamma == 0.5);
    assert_true(guide.bar.over && !guide.bar.under);
    panel.view = (struct trl_view_params){.range = TRL_RANGE_RUNNING};
    guide = guide_of(&setup);
    assert_true(guide.bar.shown && guide.bar.moving);
    panel.view = (struct trl_view_params){.equalize = TRL_EQUALIZE_CLAHE};
    guide = guide_of(&setup);
    assert_false(guide.bar.shown);
    panel.view = (struct trl_view_params){0};
    panel.kind = TRL_VIEW_PROJECTION;
    guide = guide_of(&setup);
    expect_bar(&guide.bar, -3, 5, false);
    panel.project = TRL_PROJECT_SUM; /* beyond the movie's range */
    guide = guide_of(&setup);
    assert_true(guide.bar.shown && guide.bar.moving);
}

/* ---- charts ---- */

/* A level line and a spike in it, drawn at one size and with the guide of another. */
static void find_line(int height, int guide_height, bool given, enum trl_norm norm)
{
    enum { SAMPLES = 31, SPIKE = 20, WIDTH = 123 };
    float data[SAMPLES];
    for (int n = 0; n < SAMPLES; n++)
        data[n] = n == SPIKE ? 90.0F : 30.0F;
    const struct film film = film_f32(&test, 1, 1, SAMPLES, data, 1);
    struct trl_panel_params panel = {.kind = TRL_VIEW_LINES, .lines = {.width = 1}};
    struct trl_layer_setup setup = setup_of(&film, &panel);
    setup.range_known = true;
    setup.low = 10;
    setup.high = 100;
    if (given)
        panel.view =
            (struct trl_view_params){.vmin_set = true, .vmax_set = true, .vmin = 10, .vmax = 100};
    panel.view.norm = norm;
    panel.view.linthresh = 20;
    panel.view.width = guide_height ? WIDTH : 0;
    panel.view.height = guide_height;
    const struct trl_guide_panel guide = guide_of(&setup);
    panel.view.width = WIDTH;
    panel.view.height = height;
    uint32_t *pixels = film_layer(&film, &setup);
    /* The line is brightest in its own row: in column 0 that of 30. */
    int row = 0, top = height;
    uint32_t most = 0;
    for (int y = 0; y < height; y++)
        if ((pixels[y * WIDTH] & 0xff) > most) {
            most = pixels[y * WIDTH] & 0xff;
            row = y;
        }
    const int wanted = height - 1 - pixel_of(&guide.y, 30, height);
    assert_true(abs(row - wanted) <= 1);
    /* The spike is the column whose highest lit pixel is the highest of all. */
    int column = 0;
    for (int x = 0; x < WIDTH; x++)
        for (int y = 0; y < top; y++)
            if (pixels[y * WIDTH + x]) {
                top = y;
                column = x;
            }
    assert_true(abs(column - pixel_of(&guide.x, SPIKE, WIDTH)) <= 1);
    assert_true(abs(top - (height - 1 - pixel_of(&guide.y, 90, height))) <= 2);
    assert_int_equal(guide.x.kind, TRL_AXIS_INDEX);
    assert_false(guide.bar.shown);
    free(pixels);
}

static void line_ticks(void **state)
{
    (void)state;
    for (int norm = TRL_NORM_LINEAR; norm <= TRL_NORM_SYMLOG; norm++) {
        find_line(100, 100, false, (enum trl_norm)norm);
        find_line(100, 100, true, (enum trl_norm)norm);
        find_line(217, 217, false, (enum trl_norm)norm);
        find_line(217, 0, false, (enum trl_norm)norm); /* the guide knows the natural size only */
        find_line(333, 119, false, (enum trl_norm)norm);
    }
}

static void line_axes(void **state)
{
    (void)state;
    const struct film film = film_f32(&test, 1, 1, 8, NULL, 50);
    struct trl_panel_params panel = {.kind = TRL_VIEW_LINES, .x = {.step = 0.5}};
    struct trl_layer_setup setup = setup_of(&film, &panel);
    struct trl_guide_panel guide = guide_of(&setup);
    expect_axis(&guide.x, TRL_AXIS_VALUE, 0, 3.5);
    /* Each frame's own range, a 20th of the height from the edges. */
    assert_true(guide.y.ticks && guide.y.moving && guide.y.inset == 0.05);
    panel.lines.roll = true;
    guide = guide_of(&setup);
    assert_false(guide.x.ticks);
    panel.lines.time.frames = 11;
    guide = guide_of(&setup);
    expect_axis(&guide.x, TRL_AXIS_VALUE, -5, 0);
    panel.lines.time.frames = 0;
    panel.lines.time.mode = TRL_TIME_WHOLE;
    guide = guide_of(&setup);
    expect_axis(&guide.x, TRL_AXIS_VALUE, 0, 24.5);
    setup.range_known = true;
    setup.low = 1;
    setup.high = 2;
    panel.view = (struct trl_view_params){
        .norm = TRL_NORM_LOG, .vmin_set = true, .vmax_set = true, .vmin = 0.5, .vmax = 8};
    guide = guide_of(&setup);
    expect_axis(&guide.y, TRL_AXIS_VALUE, 0.5, 8);
    assert_int_equal(guide.y.norm, TRL_NORM_LOG);
    /* A pad of 16 pixels of 320 beyond each end: 288 for the ten decades in between. */
    panel.view = (struct trl_view_params){.norm = TRL_NORM_LOG};
    setup.low = 1e-4F;
    setup.high = 1e6F;
    guide = guide_of(&setup);
    assert_true(fabs(log10(guide.y.low) + 4 + 10.0 / 18) < 1e-6);
    assert_true(fabs(log10(guide.y.high) - 6 - 10.0 / 18) < 1e-6);
}

static void raster_ticks(void **state)
{
    (void)state;
    enum { FRAMES = 9, NEURONS = 14, WIDTH = 100, HEIGHT = 83 };
    float data[FRAMES][NEURONS] = {{0}};
    data[6][11] = 1;
    const struct film film = film_f32(&test, 1, 2, NEURONS / 2, data[0], FRAMES);
    struct trl_panel_params panel = {.kind = TRL_VIEW_RASTER,
                                     .view = {.width = WIDTH, .height = HEIGHT},
                                     .raster = {.time = {.mode = TRL_TIME_WHOLE}}};
    struct trl_layer_setup setup = setup_of(&film, &panel);
    for (int down = 0; down < 2; down++) {
        panel.raster.first_on_top = down;
        const struct trl_guide_panel guide = guide_of(&setup);
        uint32_t *pixels = film_layer(&film, &setup);
        const int x = pixel_of(&guide.x, 6, WIDTH);
        const int y = HEIGHT - 1 - pixel_of(&guide.y, 11, HEIGHT);
        assert_int_not_equal(pixels[y * WIDTH + x], 0);
        free(pixels);
    }
    setup.frame_count = -1;
    assert_false(guide_of(&setup).x.ticks);
    setup.frame_count = FRAMES;
    panel.raster.time.mode = TRL_TIME_SCROLL;
    struct trl_guide_panel guide = guide_of(&setup);
    assert_false(guide.x.ticks);
    assert_true(guide.y.ticks);
    panel.raster.time.frames = FRAMES - 1;
    guide = guide_of(&setup);
    uint32_t *pixels = film_layer(&film, &setup);
    /* Frame 6 is two before the newest. */
    const int x = pixel_of(&guide.x, -2, WIDTH);
    const int y = HEIGHT - 1 - pixel_of(&guide.y, 11, HEIGHT);
    assert_int_not_equal(pixels[y * WIDTH + x], 0);
    free(pixels);
}

static void point_ticks(void **state)
{
    (void)state;
    const float data[1][2] = {{0.5F, -0.25F}};
    const struct film film = film_f32(&test, 1, 1, 2, data[0], 1);
    struct trl_panel_params panel = {.kind = TRL_VIEW_POINTS,
                                     .view = {.width = 150, .height = 101},
                                     .points = {.unit_circle = true, .plain = {9, 250, 7, true}}};
    const struct trl_layer_setup setup = setup_of(&film, &panel);
    for (int given = 0; given < 2; given++) {
        panel.points.y_set = given;
        panel.points.y_min = -2;
        panel.points.y_max = 7;
        const struct trl_guide_panel guide = guide_of(&setup);
        uint32_t *pixels = film_layer(&film, &setup);
        const int x = pixel_of(&guide.x, 0.5, 150);
        const int y = 100 - pixel_of(&guide.y, -0.25, 101);
        assert_int_equal(pixels[y * 150 + x], 9 | 250 << 8 | 7 << 16);
        free(pixels);
    }
    panel = (struct trl_panel_params){.kind = TRL_VIEW_POINTS, .points = {.unit_circle = true}};
    struct trl_guide_panel guide = guide_of(&setup);
    expect_axis(&guide.x, TRL_AXIS_VALUE, -1.25, 1.25);
    expect_axis(&guide.y, TRL_AXIS_VALUE, -1.25, 1.25);
    panel.points.unit_circle = false;
    guide = guide_of(&setup);
    /* The first frame's range, an eighth of the sides from the edges. */
    assert_true(guide.x.ticks && guide.x.moving && guide.x.inset == 0.125);
    assert_true(guide.y.ticks && guide.y.moving && guide.y.inset == 0.125);
    assert_false(guide.bar.shown);
    panel.points.x_set = true;
    panel.points.x_max = 3;
    guide = guide_of(&setup);
    expect_axis(&guide.x, TRL_AXIS_VALUE, 0, 3);
    assert_true(!guide.x.moving && guide.y.moving);
}

static void histogram_ticks(void **state)
{
    (void)state;
    enum { FRAMES = 5, WIDTH = 97, HEIGHT = 80 };
    float data[FRAMES][10];
    for (int n = 0; n < FRAMES * 10; n++)
        data[n / 10][n % 10] = (float)(n - n % 10 + 5);
    const struct film film = film_f32(&test, 1, 2, 5, data[0], FRAMES);
    struct trl_panel_params panel = {.kind = TRL_VIEW_HISTOGRAM,
                                     .view = {.width = WIDTH, .height = HEIGHT},
                                     .histogram = {.bins = 16, .count_max = 20}};
    struct trl_layer_setup setup = setup_of(&film, &panel);
    assert_true(guide_of(&setup).y.ticks && guide_of(&setup).y.moving);
    panel.histogram.bars = true;
    assert_true(guide_of(&setup).x.moving && !guide_of(&setup).y.moving);
    panel.histogram.bars = false;
    setup.range_known = true;
    setup.low = 0;
    setup.high = 50;
    panel.histogram.time.mode = TRL_TIME_WHOLE;
    struct trl_guide_panel guide = guide_of(&setup);
    expect_bar(&guide.bar, 0, 20, false);
    uint32_t *pixels = film_layer(&film, &setup);
    uint8_t rgb[256][3];
    trl_cmap_table("viridis", rgb);
    for (int n = 0; n < FRAMES; n++) {
        const int x = pixel_of(&guide.x, n, WIDTH);
        const int y = HEIGHT - 1 - pixel_of(&guide.y, 10 * n + 5, HEIGHT);
        /* 10 of 20: the middle colour, 127.5 rounded up. */
        assert_int_equal(pixels[y * WIDTH + x], rgb[128][0] | rgb[128][1] << 8 | rgb[128][2] << 16);
    }
    free(pixels);
    panel.histogram.bars = true;
    guide = guide_of(&setup);
    assert_false(guide.bar.shown);
    pixels = film_layer(&film, &setup);
    /* The last frame: 10 values of 45. The bar is lit below its count's tick, and not above. */
    const int x = pixel_of(&guide.x, 45, WIDTH);
    const int y = HEIGHT - 1 - pixel_of(&guide.y, 10, HEIGHT);
    assert_int_equal(y, HEIGHT / 2 - 1);
    assert_int_not_equal(pixels[(y + 1) * WIDTH + x], 0);
    assert_int_equal(pixels[(y - 1) * WIDTH + x], 0);
    assert_int_equal(pixels[(HEIGHT - 1) * WIDTH + pixel_of(&guide.x, 35, WIDTH)], 0);
    free(pixels);
    panel.histogram.log = true;
    assert_false(guide_of(&setup).y.ticks);
    panel.histogram.log = false;
    panel.histogram.count_max = 0;
    assert_false(guide_of(&setup).y.ticks);
    panel.histogram.bars = false;
    assert_false(guide_of(&setup).bar.shown);
}

/* Ten values in one bin: the rows of its colour are where the value's tick is. */
static void histogram_norms(void **state)
{
    (void)state;
    enum { SIDE = 96 };
    static const float values[] = {0.002F, 0.3F, 7, 60, 900};
    for (int norm = TRL_NORM_LOG; norm <= TRL_NORM_POWER; norm++)
        for (size_t n = 0; n < sizeof(values) / sizeof(values[0]); n++) {
            float data[10];
            for (int k = 0; k < 10; k++)
                data[k] = values[n];
            const struct film film = film_f32(&test, 1, 2, 5, data, 1);
            struct trl_panel_params panel = {
                .kind = TRL_VIEW_HISTOGRAM,
                .view = {.width = SIDE, .height = SIDE, .norm = (enum trl_norm)norm, .gamma = 0.25},
                .histogram = {.bins = 16, .count_max = 10, .time = {.mode = TRL_TIME_WHOLE}}};
            struct trl_layer_setup setup = setup_of(&film, &panel);
            setup.range_known = true;
            setup.low = 0.001F;
            setup.high = 1000;
            const struct trl_guide_panel guide = guide_of(&setup);
            uint32_t *pixels = film_layer(&film, &setup);
            uint8_t rgb[256][3];
            trl_cmap_table("viridis", rgb);
            const uint32_t full =
                rgb[255][0] | (uint32_t)rgb[255][1] << 8 | (uint32_t)rgb[255][2] << 16;
            const int y = SIDE - 1 - pixel_of(&guide.y, (double)values[n], SIDE);
            for (int row = 0; row < SIDE; row++)
                assert_int_equal(pixels[row * SIDE] == full, row / 6 == y / 6);
            free(pixels);
        }
}

/* What is named has the colour of what it names. */
static void names(void **state)
{
    (void)state;
    const struct film film = film_f32(&test, 1, 30, 8, NULL, 1);
    const struct trl_color colors[] = {{9, 8, 7, true}, {200, 100, 50, true}};
    struct trl_panel_params panel = {.kind = TRL_VIEW_LINES,
                                     .view = {.width = 64, .height = 64},
                                     .lines = {.colors = colors, .color_count = 2}};
    struct trl_layer_setup setup = setup_of(&film, &panel);
    for (int own = 0; own < 2; own++) {
        panel.lines.color_count = own ? 2 : 0;
        const struct trl_guide_panel guide = guide_of(&setup);
        assert_int_equal(guide.entry_count, 30);
        struct trl_lines *lines = NULL;
        const struct trl_view_shape shape = {1, 30, 8};
        assert_int_equal(
            trl_lines_create(&lines, test.device, &panel.lines, &panel.view, &shape, NULL, NULL),
            0);
        for (int n = 0; n < TRL_GUIDE_ENTRIES_MAX; n++) {
            uint8_t rgb[3];
            trl_lines_color(lines, n, rgb);
            assert_int_equal(strtol(guide.entries[n].text, NULL, 10), n);
            assert_int_equal(guide.entries[n].first, guide.entries[n].last);
            assert_memory_equal(trl_lines_palette(lines)->rgb[guide.entries[n].first], rgb, 3);
        }
        trl_lines_destroy(&lines);
    }
    panel.lines.roll = true;
    setup.layout.shape[1] = 1;
    assert_int_equal(guide_of(&setup).entry_count, 8);
    setup.layout.shape[2] = 1;
    assert_int_equal(guide_of(&setup).entry_count, 0);
    const int64_t first[] = {10, 90};
    setup = setup_of(&film, &panel);
    panel = (struct trl_panel_params){.kind = TRL_VIEW_RASTER,
                                      .raster = {.populations = first, .population_count = 2}};
    const struct trl_guide_panel guide = guide_of(&setup);
    assert_int_equal(guide.entry_count, 3);
    assert_string_equal(guide.entries[0].text, "0\xe2\x80\x93"
                                               "9");
    assert_string_equal(guide.entries[2].text, "90\xe2\x80\x93"
                                               "239");
    assert_true(guide.entries[2].first == 2 && guide.entries[2].last == 2);
    panel.raster.population_count = 0;
    assert_int_equal(guide_of(&setup).entry_count, 0);
}

static void kinds(void **state)
{
    (void)state;
    for (int kind = 0; kind < TRL_VIEW_COUNT; kind++) {
        const bool chart = kind == TRL_VIEW_LINES || kind == TRL_VIEW_RASTER ||
                           kind == TRL_VIEW_POINTS || kind == TRL_VIEW_HISTOGRAM;
        const struct trl_layer_class *class = trl_layer_class((enum trl_view_kind)kind);
        assert_int_equal(class->kind, kind);
        assert_int_equal(class->chart, chart);
    }
    assert_non_null(trl_layer_class(TRL_VIEW_COUNT));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells),           cmocka_unit_test(cell_axes),
        cmocka_unit_test(volume_axes),     cmocka_unit_test(bars),
        cmocka_unit_test(line_ticks),      cmocka_unit_test(line_axes),
        cmocka_unit_test(raster_ticks),    cmocka_unit_test(point_ticks),
        cmocka_unit_test(histogram_ticks), cmocka_unit_test(histogram_norms),
        cmocka_unit_test(kinds),           cmocka_unit_test(three_planes),
        cmocka_unit_test(own_bars),        cmocka_unit_test(names),
    };
    return cmocka_run_group_tests(tests, open_device, close_device);
}

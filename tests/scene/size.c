/* SPDX-License-Identifier: BSD-2-Clause */
/* The size of a frame, which needs no device. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <math.h>

#include <tensorreel/error.h>
#include <tensorreel/scene.h>

#include <cmocka.h>

struct frame {
    int width, height;
    enum trl_range ranges[TRL_PANELS_MAX];
};

static struct trl_scene_input input_of(const char *name, int64_t rows, int64_t columns)
{
    struct trl_scene_input input = {.name = name, .frame_count = 5, .rewindable = true};
    assert_int_equal(
        trl_layout_dense(&input.layout, TRL_DTYPE_F32, 3, (int64_t[]){1, rows, columns}, false), 0);
    return input;
}

static struct frame measure(const struct trl_scene_params *scene, int64_t rows, int64_t columns)
{
    const struct trl_scene_input input = input_of("x", rows, columns);
    struct frame frame = {0};
    assert_int_equal(
        trl_scene_frame_size(NULL, scene, &input, 1, &frame.width, &frame.height, frame.ranges), 0);
    return frame;
}

/* A heat map of 40 x 60 cells with nothing around it: 27 pixels a cell are 1620 x 1080. */
static void test_bare(void **state)
{
    (void)state;
    struct trl_panel_params panel = {0};
    struct trl_scene_params scene = {.panels = &panel, .panel_count = 1};
    struct frame frame = measure(&scene, 40, 60);
    assert_int_equal(frame.width, 1620);
    assert_int_equal(frame.height, 1080);
    panel.view.scale = 3;
    frame = measure(&scene, 40, 60);
    assert_int_equal(frame.width, 180);
    assert_int_equal(frame.height, 120);
    panel.view.scale = 0;
    scene.width = 640;
    scene.height = 480;
    frame = measure(&scene, 40, 60);
    assert_int_equal(frame.width, 640);
    assert_int_equal(frame.height, 480);
}

/* With a title it would be higher than a screen, so all of it becomes smaller. */
static void test_fits_a_screen(void **state)
{
    (void)state;
    struct trl_panel_params panel = {0};
    const struct trl_scene_params scene = {
        .panels = &panel, .panel_count = 1, .title = "title", .axes = true};
    const struct {
        int64_t rows, columns;
    } shapes[] = {{40, 60}, {60, 40}, {1000, 1500}, {2160, 3840}};
    for (size_t n = 0; n < sizeof(shapes) / sizeof(shapes[0]); n++) {
        const struct frame frame = measure(&scene, shapes[n].rows, shapes[n].columns);
        assert_true(frame.width <= 1920 && frame.height <= 1080);
        /* Sides are even, so the one that limits may lack a pixel and its rounding. */
        assert_true(frame.width > 1916 || frame.height > 1076);
        assert_int_equal(frame.width % 2, 0);
        assert_int_equal(frame.height % 2, 0);
    }
    /* What fits stays as it is: the data's 300 x 200 pixels and what is around them. */
    panel.view.scale = 5;
    const struct frame small = measure(&scene, 40, 60);
    assert_true(small.width > 300 && small.width < 480 && small.height > 200 && small.height < 380);
}

/* A size that somebody gave is kept, be it larger than a screen. */
static void test_keeps_what_was_given(void **state)
{
    (void)state;
    struct trl_panel_params panel = {.view = {.width = 2400, .height = 1600}};
    struct trl_scene_params scene = {.panels = &panel, .panel_count = 1, .title = "title"};
    struct frame frame = measure(&scene, 40, 60);
    assert_true(frame.width > 2400 && frame.height > 1600);
    panel = (struct trl_panel_params){.view = {.scale = 40}};
    frame = measure(&scene, 40, 60);
    assert_true(frame.width > 2400 && frame.height > 1600);
    panel = (struct trl_panel_params){0};
    scene.width = 2560;
    scene.height = 1440;
    frame = measure(&scene, 40, 60);
    assert_int_equal(frame.width, 2560);
    assert_int_equal(frame.height, 1440);
}

static void test_several(void **state)
{
    (void)state;
    const struct trl_panel_params panels[] = {
        {.name = "a"},
        {.name = "b", .input = "a + b", .kind = TRL_VIEW_LINES},
        {.name = "c", .input = "b", .view = {.range = TRL_RANGE_FRAME}}};
    const struct trl_scene_params scene = {.panels = panels, .panel_count = 3};
    const struct trl_scene_input inputs[] = {input_of("a", 40, 60), input_of("b", 40, 60)};
    struct frame frame = {0};
    assert_int_equal(
        trl_scene_frame_size(NULL, &scene, inputs, 2, &frame.width, &frame.height, frame.ranges),
        0);
    assert_int_equal(frame.width, 1920);
    assert_int_equal(frame.height, 1080);
    assert_int_equal(frame.ranges[0], TRL_RANGE_MOVIE);
    assert_int_equal(frame.ranges[1], TRL_RANGE_RUNNING); /* an expression is not read ahead */
    assert_int_equal(frame.ranges[2], TRL_RANGE_FRAME);
}

static void test_refusals(void **state)
{
    (void)state;
    const struct trl_scene_input input = input_of("x", 40, 60);
    const struct trl_panel_params panels[] = {
        {.input = "y"},
        {.input = "x +"},
        {.over = true},
        {.view = {.width = 5}},
        {.filters = "nonsense"},
        {.kind = TRL_VIEW_RASTER, .raster = {.form = TRL_RASTER_FORM_BITS}}};
    int width, height;
    struct trl_scene_params scene = {.panel_count = 1};
    for (size_t n = 0; n < sizeof(panels) / sizeof(panels[0]); n++) {
        scene.panels = &panels[n];
        assert_int_equal(trl_scene_frame_size(NULL, &scene, &input, 1, &width, &height, NULL),
                         TRL_ERROR_USAGE);
    }
    scene.panel_count = 0;
    assert_int_equal(trl_scene_frame_size(NULL, &scene, &input, 1, &width, &height, NULL),
                     TRL_ERROR_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bare),     cmocka_unit_test(test_fits_a_screen),
        cmocka_unit_test(test_several),  cmocka_unit_test(test_keeps_what_was_given),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

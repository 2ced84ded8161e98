/* SPDX-License-Identifier: BSD-2-Clause */
/* The three planes of a volume on the device against the same on the host, pixel for pixel. */
#include "view/triview.h"

#include "base/math.h"
#include "reference.h"
#include "run.h"
#include "tensor/slice.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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

struct work {
    struct trl_triview *view;
    struct trl_gpu_tensor tensor;
    const int64_t *index;
};

static int record(void *user, struct trl_gpu_cmd *cmd)
{
    struct work *work = user;
    return trl_triview_record(work->view, cmd, &work->tensor, work->index);
}

/* Indices of a plane's cells, with the axes of rows and columns in their place. */
static uint16_t *plane_cells(const struct trl_view_params *params, const struct trl_layout *volume,
                             const void *data, int axis, int64_t index, bool transpose, int rows,
                             int columns)
{
    struct trl_layout plane;
    assert_int_equal(trl_layout_slice(NULL, &plane, volume, axis, index), 0);
    if (transpose)
        assert_int_equal(trl_layout_permute(NULL, &plane, &plane, (int[]){1, 0}), 0);
    assert_int_equal(trl_layout_picture(NULL, &plane, &plane), 0);
    struct trl_scale scale;
    float low, high;
    uint32_t keys[257];
    assert_int_equal(trl_scale_init(&scale, test.log, params, NULL, NULL), 0);
    struct reference_values all = reference_read(volume, data);
    struct reference_values shown = reference_read(&plane, data);
    struct reference_run run = {0};
    reference_scale(&run, params, &scale, &all, &low, &high, keys);
    const struct trl_view_geometry g = {
        .grid_columns = 1,
        .grid_rows = 1,
        .tiles = 1,
        .rows = shown.rows,
        .columns = shown.columns,
        .reduced_rows = rows,
        .reduced_columns = columns,
        .cell_rows = rows,
        .cell_columns = columns,
    };
    uint16_t *cells = reference_cells(&run, params, &scale, &g, NULL, keys, low, high, &shown);
    free(all.value);
    free(shown.value);
    return cells;
}

/* Draws the volume and compares every pixel; z, y, x are the cells of each axis, scale pixels each.
 * Returns the pixels' hash. */
static uint64_t check(const char *name, const struct trl_view_params *params,
                      const struct trl_layout *volume, const void *data, size_t size,
                      const int64_t index[3], int z, int y, int x, int scale)
{
    struct work work = {.tensor = run_tensor(&test, volume, data, size), .index = index};
    assert_int_equal(trl_triview_create(&work.view, test.device, params, volume->shape, NULL, NULL),
                     0);
    run_record(&test, record, &work);
    const struct trl_picture *picture = trl_triview_picture(work.view);
    const struct trl_palette *palette = trl_triview_palette(work.view);
    assert_int_equal(picture->cell_columns, x + z);
    assert_int_equal(picture->cell_rows, y + z);
    uint32_t *pixels = run_pixels(&test, picture);
    uint16_t *planes[3] = {plane_cells(params, volume, data, 0, index[0], false, y, x),
                           plane_cells(params, volume, data, 2, index[2], true, y, z),
                           plane_cells(params, volume, data, 1, index[1], false, z, x)};
    const int left = (params->width - ((x + z) * scale + 1)) / 2;
    const int top = (params->height - ((y + z) * scale + 1)) / 2;
    int wrong = 0;
    for (int py = 0; py < params->height; py++)
        for (int px = 0; px < params->width; px++) {
            int c = px - left, r = py - top, index_should = TRL_PALETTE_BACKGROUND;
            const bool right = c > x * scale, below = r > y * scale;
            const bool gap = c == x * scale || r == y * scale;
            c = right ? (c - 1 - x * scale) / scale : c >= 0 ? c / scale : -1;
            r = below ? (r - 1 - y * scale) / scale : r >= 0 ? r / scale : -1;
            const int rows = below ? z : y, columns = right ? z : x;
            if (!gap && c >= 0 && r >= 0 && c < columns && r < rows && !(right && below)) {
                if (params->origin == TRL_ORIGIN_LOWER)
                    r = rows - 1 - r;
                index_should = planes[below ? 2 : right ? 1 : 0][r * columns + c];
            }
            const uint8_t *rgb = palette->rgb[index_should];
            const uint32_t should = rgb[0] | (uint32_t)rgb[1] << 8 | (uint32_t)rgb[2] << 16;
            if (pixels[py * params->width + px] != should && wrong++ < 5)
                print_error("%s: pixel %d,%d is %06x, not %06x\n", name, px, py,
                            pixels[py * params->width + px], should);
        }
    assert_int_equal(wrong, 0);
    run_keep(name, pixels, params->width, params->height);
    const uint64_t hash = run_hash(pixels, (size_t)params->width * (size_t)params->height);
    for (int n = 0; n < 3; n++)
        free(planes[n]);
    free(pixels);
    trl_gpu_buffer_destroy(&work.tensor.buffer);
    trl_triview_destroy(&work.view);
    assert_int_equal(test.messages, 0);
    return hash;
}

/* Values that tell every voxel from its neighbours; some are not numbers. */
static float *make_volume(int64_t z, int64_t y, int64_t x)
{
    float *value = malloc((size_t)(z * y * x) * sizeof(*value));
    for (int64_t i = 0; i < z * y * x; i++) {
        value[i] = (float)(i / (y * x) * 7 + i / x % y * 3 + i % x);
        if (i % 97 == 5)
            value[i] = i % 2 ? NAN : INFINITY;
    }
    return value;
}

static void planes_lie_where_they_should(void **state)
{
    (void)state;
    const int64_t z = 9, y = 14, x = 21;
    float *value = make_volume(z, y, x);
    const size_t size = (size_t)(z * y * x) * sizeof(*value);
    struct trl_layout layout;
    assert_int_equal(trl_layout_dense(&layout, TRL_DTYPE_F32, 3, (int64_t[]){z, y, x}, false), 0);
    struct trl_view_params params = {.width = 100, .height = 80, .range = TRL_RANGE_FRAME};
    const uint64_t hash =
        check("triview", &params, &layout, value, size, (int64_t[]){4, -1, 0}, 9, 14, 21, 3);
    assert_true(hash == 0x64f2a1a48b2178a6U);
    params.origin = TRL_ORIGIN_LOWER;
    params.vmin_set = params.vmax_set = true;
    params.vmin = 10;
    params.vmax = 60;
    params.background = (struct trl_color){20, 30, 40, true};
    check("triview-lower", &params, &layout, value, size, (int64_t[]){8, 7, 20}, 9, 14, 21, 3);
    params.width = 31;
    params.height = 24;
    check("triview-tight", &params, &layout, value, size, (int64_t[]){0, 0, 0}, 9, 14, 21, 1);
    free(value);
}

static void large_volumes_are_reduced_at_one_scale(void **state)
{
    (void)state;
    const int64_t z = 30, y = 40, x = 50;
    float *value = make_volume(z, y, x);
    const size_t size = (size_t)(z * y * x) * sizeof(*value);
    struct trl_layout layout;
    assert_int_equal(trl_layout_dense(&layout, TRL_DTYPE_F32, 3, (int64_t[]){z, y, x}, false), 0);
    struct trl_view_params params = {.width = 41, .height = 90, .reduce = TRL_REDUCE_MEAN};
    check("triview-mean", &params, &layout, value, size, (int64_t[]){1, 2, 3}, 15, 20, 25, 1);
    params.reduce = TRL_REDUCE_MAX;
    check("triview-max", &params, &layout, value, size, (int64_t[]){1, 2, 3}, 15, 20, 25, 1);
    free(value);
}

/* 30 x 23 cells in 100 x 76 pixels: none is left. */
static void a_picture_of_its_own_ratio_is_filled(void **state)
{
    (void)state;
    enum { Z = 9, Y = 14, X = 21, WIDTH = 101, HEIGHT = 77 };
    static float value[Z * Y * X];
    const struct trl_view_params params = {.width = WIDTH,
                                           .height = HEIGHT,
                                           .vmin_set = true,
                                           .vmax_set = true,
                                           .vmax = 1,
                                           .cmap = "gray_r",
                                           .background = {9, 250, 7, true}};
    struct trl_layout layout;
    const int64_t shape[] = {Z, Y, X};
    assert_int_equal(trl_layout_dense(&layout, TRL_DTYPE_F32, 3, shape, false), 0);
    struct work work = {.tensor = run_tensor(&test, &layout, value, sizeof(value)),
                        .index = (int64_t[]){0, 0, 0}};
    assert_int_equal(trl_triview_create(&work.view, test.device, &params, shape, NULL, NULL), 0);
    run_record(&test, record, &work);
    uint32_t *pixels = run_pixels(&test, trl_triview_picture(work.view));
    const int x = (WIDTH - 1) * X / (X + Z), y = (HEIGHT - 1) * Y / (Y + Z);
    for (int py = 0; py < HEIGHT; py++)
        for (int px = 0; px < WIDTH; px++) {
            const bool drawn = px != x && py != y && !(px > x && py > y);
            assert_int_equal(pixels[py * WIDTH + px], drawn ? 0xffffff : 0x07fa09);
        }
    free(pixels);
    trl_gpu_buffer_destroy(&work.tensor.buffer);
    trl_triview_destroy(&work.view);
}

static void one_voxel_and_nothing_but_nan(void **state)
{
    (void)state;
    float value[8] = {NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    struct trl_layout layout;
    const struct trl_view_params params = {.width = 3, .height = 3};
    assert_int_equal(trl_layout_dense(&layout, TRL_DTYPE_F32, 3, (int64_t[]){1, 1, 1}, false), 0);
    check("triview-one", &params, &layout, value, 4, (int64_t[]){0, 0, 0}, 1, 1, 1, 1);
    const struct trl_view_params large = {.width = 10, .height = 14};
    assert_int_equal(trl_layout_dense(&layout, TRL_DTYPE_F32, 3, (int64_t[]){2, 2, 2}, false), 0);
    check("triview-nan", &large, &layout, value, 32, (int64_t[]){0, 1, -1}, 2, 2, 2, 2);
}

static void a_scan_is_drawn(void **state)
{
    (void)state;
    struct trl_layout layout;
    void *data;
    size_t size;
    if (!run_scan(&layout, &data, &size))
        skip();
    const struct trl_view_params params = {
        .width = 640, .height = 640, .cmap = "gray", .range = TRL_RANGE_PERCENTILE_FRAME};
    check("triview-scan", &params, &layout, data, size, (int64_t[]){16, 20, 12}, 33, 41, 25, 8);
    free(data);
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    struct trl_triview *view = NULL;
    const int64_t shape[3] = {3, 4, 5};
    test.quiet = true;
    const struct trl_view_params small = {.width = 2, .height = 50}, none = {0};
    assert_int_equal(trl_triview_create(&view, test.device, &small, shape, NULL, NULL),
                     TRL_ERROR_USAGE);
    assert_non_null(strstr(test.last, "leave none for a plane"));
    assert_int_equal(trl_triview_create(&view, test.device, &none, shape, NULL, NULL),
                     TRL_ERROR_USAGE);
    const struct trl_view_params params = {.width = 20, .height = 20};
    const float value[60] = {0};
    struct trl_layout layout;
    assert_int_equal(trl_layout_dense(&layout, TRL_DTYPE_F32, 3, shape, false), 0);
    struct trl_gpu_tensor tensor = run_tensor(&test, &layout, value, sizeof(value));
    assert_int_equal(trl_triview_create(&view, test.device, &params, shape, NULL, NULL), 0);
    struct trl_gpu_cmd *cmd = NULL;
    assert_int_equal(trl_gpu_cmd_create(&cmd, test.device, TRL_GPU_QUEUE_MAIN), 0);
    assert_int_equal(trl_gpu_cmd_begin(cmd), 0);
    assert_int_equal(trl_triview_record(view, cmd, &tensor, (int64_t[]){0, 4, 0}), TRL_ERROR_USAGE);
    assert_non_null(strstr(test.last, "index 4 of axis 1, which has 4"));
    tensor.layout.shape[2] = 4;
    assert_int_equal(trl_triview_record(view, cmd, &tensor, (int64_t[]){0, 0, 0}), TRL_ERROR_USAGE);
    assert_non_null(strstr(test.last, "3 x 4 x 4, not of 3 x 4 x 5"));
    assert_int_equal(test.messages, 4);
    test.quiet = false;
    test.messages = 0;
    trl_gpu_cmd_destroy(&cmd);
    trl_triview_destroy(&view);
    trl_gpu_buffer_destroy(&tensor.buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planes_lie_where_they_should),
        cmocka_unit_test(large_volumes_are_reduced_at_one_scale),
        cmocka_unit_test(a_picture_of_its_own_ratio_is_filled),
        cmocka_unit_test(one_voxel_and_nothing_but_nan),
        cmocka_unit_test(a_scan_is_drawn),
        cmocka_unit_test(what_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests_name("triview", tests, open_device, close_device);
}

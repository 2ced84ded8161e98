/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/geometry.h"

#include "gpu/picture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <tensorreel/error.h>

static void sizes_of_pictures(void **state)
{
    (void)state;
    static const struct {
        struct trl_view_params params;
        struct trl_view_shape shape;
        int width, height, cell_columns, cell_rows; /* cells of a tile */
    } cases[] = {
        {{0}, {1, 256, 256}, 1024, 1024, 256, 256}, /* 4 pixels a cell fit 1080 */
        {{0}, {1, 100, 7}, 70, 1000, 7, 100},
        {{0}, {1, 1080, 1920}, 1920, 1080, 1920, 1080},
        {{0}, {1, 1081, 1920}, 1920, 1081, 1920, 1081}, /* bare up to 3840 x 2160 */
        {{0}, {1, 2160, 3840}, 3840, 2160, 3840, 2160},
        {{0}, {1, 2161, 3840}, 1919, 1080, 1919, 1080}, /* reduced, 3840 * 1080 / 2161 */
        {{0}, {1, 1, 1000000}, 1920, 64, 1920, 1},      /* never thinner than 64 */
        {{0}, {1, 1, 128}, 1920, 64, 128, 1},
        {{0}, {1, 3, 128}, 1920, 66, 128, 3}, /* 22 pixels a row */
        {{0}, {1, 4, 128}, 1920, 64, 128, 4},
        {{0}, {1, 5, 128}, 1920, 75, 128, 5}, /* 15 x 15 */
        {{0}, {1, 1, 3000}, 3000, 64, 3000, 1},
        {{0}, {1, 10, 5000}, 1920, 70, 1920, 10},
        {{0}, {1, 100, 50000}, 1920, 64, 1920, 64},
        {{0}, {1, 2000, 1}, 64, 2000, 1, 2000},
        {{0}, {4, 1, 100}, 1801, 65, 100, 1}, /* two by two and a gap */
        {{.scale = 2}, {1, 1, 100}, 200, 2, 100, 1},
        {{.width = 100, .height = 80}, {1, 1, 50}, 100, 80, 50, 1},
        {{0}, {4, 10, 20}, 1881, 941, 20, 10}, /* two by two, 47 pixels a cell */
        {{.scale = 3}, {1, 5, 9}, 27, 15, 9, 5},
        {{.scale = 1}, {5, 4, 6}, 20, 9, 6, 4}, /* three by two and the gaps */
        {{.width = 100, .height = 50}, {1, 10, 10}, 100, 50, 10, 10},
        {{.width = 100, .height = 50}, {1, 200, 100}, 100, 50, 25, 50},
        {{.width = 100, .height = 50, .aspect = TRL_ASPECT_AUTO}, {1, 200, 99}, 100, 50, 99, 50},
        {{.aspect = TRL_ASPECT_AUTO}, {1, 1, 256}, 1920, 1080, 256, 1},
        {{.width = 30, .height = 20, .interpolation = TRL_INTERPOLATION_BILINEAR},
         {1, 2, 3},
         30,
         20,
         30,
         20},
        {{.scroll = 500, .scale = 2}, {1, 1, 64}, 1000, 128, 500, 64},
    };
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
        struct trl_view_geometry g;
        int width, height;
        assert_int_equal(trl_view_geometry(NULL, &cases[n].params, &cases[n].shape, &g), 0);
        assert_int_equal(
            trl_view_picture_size(NULL, &cases[n].params, &cases[n].shape, &width, &height), 0);
        assert_int_equal(width, cases[n].width);
        assert_int_equal(height, cases[n].height);
        assert_int_equal(g.cell_columns, cases[n].cell_columns);
        assert_int_equal(g.cell_rows, cases[n].cell_rows);
    }
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* In a picture of a given size; else as square as can be. */
static void tiles_are_as_large_as_can_be(void **state)
{
    (void)state;
    static const struct {
        struct trl_view_params params;
        struct trl_view_shape shape;
        int rows, columns;
    } cases[] = {
        {{.width = 640, .height = 360}, {24, 15, 15}, 4, 6},
        {{.width = 1200, .height = 300}, {3, 400, 300}, 1, 3},
        {{.width = 300, .height = 1200}, {3, 400, 300}, 3, 1},
        {{.width = 300, .height = 1200}, {3, 400, 100}, 2, 2},
        {{.width = 1920, .height = 1080}, {7, 50, 50}, 2, 4},
        {{.width = 1000, .height = 1000}, {2, 50, 50}, 1, 2}, /* as good as 2 x 1 */
        {{.width = 64, .height = 64}, {5, 1, 10}, 5, 1},
        {{.width = 1920, .height = 1080, .aspect = TRL_ASPECT_AUTO}, {7, 50, 50}, 2, 4},
        {{0}, {24, 15, 15}, 5, 5},
        {{.scale = 3}, {7, 50, 50}, 3, 3},
        {{.aspect = TRL_ASPECT_AUTO}, {7, 50, 50}, 3, 3},
    };
    struct trl_view_geometry g;
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
        assert_int_equal(trl_view_geometry(NULL, &cases[n].params, &cases[n].shape, &g), 0);
        assert_int_equal(g.grid_rows, cases[n].rows);
        assert_int_equal(g.grid_columns, cases[n].columns);
    }
    for (int n = 1; n < 400; n++) {
        const struct trl_view_params params = {.width = 100 + n * 37 % 900,
                                               .height = 80 + n * 53 % 700};
        const struct trl_view_shape shape = {1 + n % 40, 1 + n * 7 % 60, 1 + n * 11 % 50};
        if (trl_view_geometry(NULL, &params, &shape, &g) < 0)
            continue;
        const int64_t scale = least(((params.width + 1) / g.grid_columns - 1) * shape.rows,
                                    ((params.height + 1) / g.grid_rows - 1) * shape.columns);
        assert_true((int64_t)g.grid_rows * g.grid_columns >= shape.tiles);
        for (int columns = 1; columns <= shape.tiles; columns++) {
            const int rows = (int)(shape.tiles + columns - 1) / columns;
            const int64_t other = least(((params.width + 1) / columns - 1) * shape.rows,
                                        ((params.height + 1) / rows - 1) * shape.columns);
            assert_true(other < scale ||
                        (other == scale && rows * columns >= g.grid_rows * g.grid_columns));
        }
    }
}

static void wrong_sizes(void **state)
{
    (void)state;
    static const struct {
        struct trl_view_params params;
        struct trl_view_shape shape;
    } cases[] = {
        {{0}, {1, 0, 5}},
        {{0}, {1, 1 << 20, 1 << 20}},
        {{0}, {INT64_MAX, INT64_MAX, 2}},
        {{0}, {2000000, 1, 1}},
        {{.width = 10}, {1, 5, 5}},
        {{.width = 10, .height = -1}, {1, 5, 5}},
        {{.width = 16385, .height = 1}, {1, 5, 5}},
        {{.width = 10, .height = 10, .scale = 2}, {1, 5, 5}},
        {{.width = 10, .height = 10}, {400, 5, 5}},
        {{.scale = -1}, {1, 5, 5}},
        {{.scale = 4000}, {1, 5, 5}},
        {{.scroll = -3}, {1, 1, 5}},
        {{.scroll = 10}, {1, 2, 5}},
        {{.aspect = (enum trl_aspect)7}, {1, 2, 5}},
        {{.cmap = "nothing"}, {1, 2, 5}},
        {{.norm = (enum trl_norm)9}, {1, 2, 5}},
        {{.vmin_set = true, .vmin = 2, .vmax_set = true, .vmax = 1}, {1, 2, 5}},
        {{.vmin_set = true, .vmin = 1e39}, {1, 2, 5}},
        {{.norm = TRL_NORM_LOG, .vmin_set = true}, {1, 2, 5}},
        {{.norm = TRL_NORM_POWER, .gamma = -1}, {1, 2, 5}},
        {{.percentile_low = 60, .percentile_high = 40}, {1, 2, 5}},
    };
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
        int width, height;
        assert_int_equal(
            trl_view_picture_size(NULL, &cases[n].params, &cases[n].shape, &width, &height),
            TRL_ERROR_USAGE);
    }
}

static void every_pixel_knows_its_cell(void **state)
{
    (void)state;
    const struct trl_view_params params = {.width = 23, .height = 12};
    const struct trl_view_shape shape = {3, 2, 4}; /* a grid of 2 x 2, 2 pixels a cell */
    struct trl_view_geometry g;
    uint16_t columns[23], rows[12];
    const uint16_t out = TRL_PICTURE_OUTSIDE;
    assert_int_equal(trl_view_geometry(NULL, &params, &shape, &g), 0);
    trl_view_geometry_maps(&g, TRL_ORIGIN_LOWER, columns, rows);
    const uint16_t expected_columns[23] = {out, out, 0, 0, 1, 1, 2, 2,   3,   3,   out, 4,
                                           4,   5,   5, 6, 6, 7, 7, out, out, out, out};
    const uint16_t expected_rows[12] = {1, 1, 0, 0, out, 3, 3, 2, 2, out, out, out};
    assert_memory_equal(columns, expected_columns, sizeof(columns));
    assert_memory_equal(rows, expected_rows, sizeof(rows));
    trl_view_geometry_maps(&g, TRL_ORIGIN_UPPER, columns, rows);
    assert_int_equal(rows[0], 0);
    assert_int_equal(rows[8], 3);
}

/* A border inside of a 4:2:0 sample would mix the background's colour into the picture's. */
static void pictures_begin_at_even_pixels(void **state)
{
    (void)state;
    for (int size = 40; size < 90; size++) {
        const struct trl_view_params params = {.width = size, .height = 90 - size / 3};
        const struct trl_view_shape shapes[] = {{1, 7, 13}, {1, 41, 57}, {5, 3, 2}, {1, 90, 20}};
        for (size_t n = 0; n < sizeof(shapes) / sizeof(shapes[0]); n++) {
            struct trl_view_geometry g;
            assert_int_equal(trl_view_geometry(NULL, &params, &shapes[n], &g), 0);
            assert_int_equal(g.left % 2, 0);
            assert_int_equal(g.top % 2, 0);
            const int right = g.width - g.left - (g.grid_columns * (g.tile_width + 1) - 1);
            const int bottom = g.height - g.top - (g.grid_rows * (g.tile_height + 1) - 1);
            assert_in_range(right - g.left, 0, 3);
            assert_in_range(bottom - g.top, 0, 3);
        }
    }
}

static void auto_aspect_fills(void **state)
{
    (void)state;
    const struct trl_view_params params = {
        .width = 1920, .height = 1080, .aspect = TRL_ASPECT_AUTO};
    const struct trl_view_shape shape = {1, 256, 256};
    struct trl_view_geometry g;
    static uint16_t columns[1920], rows[1080];
    assert_int_equal(trl_view_geometry(NULL, &params, &shape, &g), 0);
    trl_view_geometry_maps(&g, TRL_ORIGIN_UPPER, columns, rows);
    for (int x = 0; x < 1920; x++)
        assert_int_equal(columns[x], x * 256 / 1920);
    for (int y = 0; y < 1080; y++)
        assert_int_equal(rows[y], y * 256 / 1080);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_of_pictures),
        cmocka_unit_test(tiles_are_as_large_as_can_be),
        cmocka_unit_test(wrong_sizes),
        cmocka_unit_test(every_pixel_knows_its_cell),
        cmocka_unit_test(pictures_begin_at_even_pixels),
        cmocka_unit_test(auto_aspect_fills),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

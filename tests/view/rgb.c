/* SPDX-License-Identifier: BSD-2-Clause */
/* Pictures of channels on the device against the same on the host, pixel for pixel. */
#include "view/rgb.h"

#include "base/frame.h"
#include "base/math.h"
#include "reference.h"
#include "run.h"
#include "tensor/layout.h"
#include "view/geometry.h"

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

/* ---- the reference ---- */

struct picture {
    struct trl_view_params params;
    struct trl_rgb_params rgb;
    int axis, channel[4], tiles; /* what is expected of channels; -1: none */
    double low, high;
};

/* 0 to 255 */
static int byte_of(const struct picture *p, float value)
{
    int byte = 0;
    while (byte < 255 && (double)value >= p->low + (p->high - p->low) * (byte + 1 - 0.5) / 255)
        byte++;
    return byte;
}

static struct trl_color given(struct trl_color color, uint8_t otherwise)
{
    return color.set ? color : (struct trl_color){otherwise, otherwise, otherwise, true};
}

/* A pixel's colour times alpha, and alpha times 255. */
static void pixel_of(const struct picture *p, const struct reference_values *v, int64_t row,
                     int64_t column, uint32_t out[4])
{
    const int64_t steps[3] = {v->rows * v->columns, v->columns, 1};
    const int row_axis = p->axis == 0 ? 1 : 0, column_axis = p->axis == 2 ? 1 : 2;
    const struct trl_color grey = given(p->params.nan_color, 128);
    uint32_t byte[4] = {0, 0, 0, 255};
    bool nan = false;
    for (int n = 0; n < 4; n++) {
        if (p->channel[n] < 0)
            continue;
        const float value = v->value[p->channel[n] * steps[p->axis] + row * steps[row_axis] +
                                     column * steps[column_axis]];
        nan = nan || isnan(value);
        byte[n] = (uint32_t)byte_of(p, value);
    }
    if (byte[3] == 0)
        byte[0] = byte[1] = byte[2] = 0;
    if (nan) {
        byte[0] = grey.r;
        byte[1] = grey.g;
        byte[2] = grey.b;
        byte[3] = 255;
    }
    for (int n = 0; n < 3; n++)
        out[n] = byte[n] * (p->tiles > 1 ? 255 : byte[3]);
    out[3] = byte[3] * 255;
}

static uint32_t mean(uint32_t sum, int64_t count)
{
    return (uint32_t)((sum + (uint32_t)count / 2) / (uint32_t)count);
}

/* The mean of rows of means of columns, if there are more pixels than cells. */
static void cell_of(const struct picture *p, const struct trl_view_geometry *g,
                    const struct reference_values *v, int row, int column, uint32_t out[4])
{
    const int64_t top = row * g->rows / g->reduced_rows;
    const int64_t bottom = (row + 1) * g->rows / g->reduced_rows;
    const int64_t left = column * g->columns / g->reduced_columns;
    const int64_t right = (column + 1) * g->columns / g->reduced_columns;
    uint32_t sum[4] = {0};
    for (int64_t r = top; r < bottom; r++) {
        uint32_t line[4] = {0}, one[4];
        for (int64_t c = left; c < right; c++) {
            pixel_of(p, v, r, c, one);
            for (int n = 0; n < 4; n++)
                line[n] += one[n];
        }
        for (int n = 0; n < 4; n++)
            sum[n] += mean(line[n], right - left);
    }
    for (int n = 0; n < 4; n++)
        out[n] = mean(sum[n], bottom - top);
}

static uint32_t shown(const struct picture *p, const struct trl_view_geometry *g,
                      const struct reference_values *v, const uint16_t *columns,
                      const uint16_t *rows, int x, int y)
{
    const struct trl_color color = given(p->params.background, 0);
    uint8_t under[3] = {color.r, color.g, color.b};
    const uint32_t background = under[0] | (uint32_t)under[1] << 8 | (uint32_t)under[2] << 16;
    if (columns[x] == TRL_PICTURE_OUTSIDE || rows[y] == TRL_PICTURE_OUTSIDE)
        return background;
    const int tile = rows[y] / g->cell_rows * g->grid_columns + columns[x] / g->cell_columns;
    if (tile >= p->tiles)
        return background;
    uint32_t cell[4], word = 0;
    cell_of(p, g, v, rows[y] % g->cell_rows, columns[x] % g->cell_columns, cell);
    if (p->rgb.checker > 0)
        memset(under, (x / p->rgb.checker + y / p->rgb.checker) % 2 ? 0x66 : 0x99, 3);
    for (int n = 0; n < 3; n++) {
        double value = (cell[n] + (double)under[n] * (65025 - cell[3]) / 255) / 255;
        if (p->tiles > 1)
            value = cell[tile == p->tiles - 1 && p->channel[3] >= 0 ? 3 : tile] / 255.0;
        word |= (uint32_t)floor(value + 0.5) << 8 * n;
    }
    return word;
}

/* ---- the check ---- */

struct work {
    struct trl_rgb *view;
    struct trl_gpu_tensor tensor;
};

static int record(void *user, struct trl_gpu_cmd *cmd)
{
    struct work *work = user;
    return trl_rgb_record(work->view, cmd, &work->tensor);
}

/* Draws the tensor, whose bytes are data too; returns the hash of the pixels. */
static uint64_t check_tensor(const char *name, struct picture p, struct trl_gpu_tensor tensor,
                             const void *data)
{
    struct work work = {.tensor = tensor};
    const struct trl_layout *layout = &tensor.layout;
    p.tiles = p.tiles ? p.tiles : 1;
    assert_int_equal(trl_rgb_create(&work.view, test.device, &p.params, &p.rgb, layout), 0);
    run_record(&test, record, &work);
    const struct trl_picture *picture = trl_rgb_picture(work.view);
    uint32_t *pixels = run_pixels(&test, picture);
    const struct trl_view_shape shape = {p.tiles, layout->shape[p.axis == 0 ? 1 : 0],
                                         layout->shape[p.axis == 2 ? 1 : 2]};
    struct trl_view_geometry g;
    assert_int_equal(trl_view_geometry(test.log, &p.params, &shape, &g), 0);
    assert_int_equal(picture->width, g.width);
    assert_int_equal(picture->height, g.height);
    uint16_t *maps = malloc((size_t)(g.width + g.height) * sizeof(*maps));
    trl_view_geometry_maps(&g, p.params.origin, maps, maps + g.width);
    struct reference_values v = reference_read(layout, data);
    int wrong = 0;
    for (int y = 0; y < g.height; y++)
        for (int x = 0; x < g.width; x++) {
            const uint32_t is = pixels[y * g.width + x];
            const uint32_t should = shown(&p, &g, &v, maps, maps + g.width, x, y);
            if (is != should && wrong++ < 5)
                print_error("%s: pixel %d,%d is %06x, not %06x\n", name, x, y, is, should);
        }
    assert_int_equal(wrong, 0);
    struct trl_frame_counts *counts = run_read(&test, picture->counts, sizeof(*counts));
    uint32_t nan = 0, over = 0;
    for (int64_t n = 0; n < trl_layout_elements(layout); n++) {
        nan += isnan(v.value[n]) ? 1U : 0U;
        over += isfinite(v.value[n]) && (double)v.value[n] > p.high ? 1U : 0U;
    }
    assert_int_equal(counts->nan, nan);
    assert_int_equal(counts->over, over);
    free(counts);
    run_keep(name, pixels, g.width, g.height);
    const uint64_t hash = run_hash(pixels, (size_t)g.width * (size_t)g.height);
    free(v.value);
    free(maps);
    free(pixels);
    trl_rgb_destroy(&work.view);
    assert_int_equal(test.messages, 0);
    return hash;
}

static uint64_t check(const char *name, const struct picture *p, const struct trl_layout *layout,
                      const void *data, size_t size)
{
    struct trl_gpu_tensor tensor = run_tensor(&test, layout, data, size);
    const uint64_t hash = check_tensor(name, *p, tensor, data);
    trl_gpu_buffer_destroy(&tensor.buffer);
    return hash;
}

static struct trl_layout dense(enum trl_dtype dtype, int64_t a, int64_t b, int64_t c)
{
    struct trl_layout layout;
    assert_int_equal(trl_layout_dense(&layout, dtype, 3, (int64_t[]){a, b, c}, false), 0);
    return layout;
}

/* Colours in bytes, whole in a disc, with an alpha that fades around it: (row, column, 4). */
static uint8_t *make_disc(int side)
{
    uint8_t *out = malloc((size_t)side * (size_t)side * 4);
    for (int y = 0; y < side; y++)
        for (int x = 0; x < side; x++) {
            const int u = 2 * x + 1 - side, v = 2 * y + 1 - side;
            const int far = 1000 * (u * u + v * v) / (side * side); /* 1000 at the edge */
            uint8_t *to = out + 4 * (y * side + x);
            to[0] = (uint8_t)(255 * x / (side - 1));
            to[1] = (uint8_t)(255 * y / (side - 1));
            to[2] = (uint8_t)(255 - 255 * (x + y) / (2 * side - 2));
            to[3] = (uint8_t)(far < 490 ? 255 : far > 1000 ? 0 : (1000 - far) / 2);
        }
    return out;
}

static void bytes_are_shown_as_they_are(void **state)
{
    (void)state;
    const int side = 96;
    const size_t size = (size_t)side * (size_t)side * 4;
    uint8_t *disc = make_disc(side);
    struct picture p = {.params = {.width = side, .height = side},
                        .axis = 2,
                        .channel = {0, 1, 2, -1},
                        .high = 255};
    /* Three of four: bytes in, bytes out. */
    struct trl_layout layout = dense(TRL_DTYPE_U8, side, side, 4);
    layout.shape[2] = 3;
    struct work work = {.tensor = run_tensor(&test, &layout, disc, size)};
    assert_int_equal(trl_rgb_create(&work.view, test.device, &p.params, &p.rgb, &layout), 0);
    run_record(&test, record, &work);
    uint32_t *pixels = run_pixels(&test, trl_rgb_picture(work.view));
    for (size_t n = 0; n < size / 4; n++)
        assert_int_equal(pixels[n], disc[4 * n] | disc[4 * n + 1] << 8 | disc[4 * n + 2] << 16);
    free(pixels);
    trl_rgb_destroy(&work.view);
    trl_gpu_buffer_destroy(&work.tensor.buffer);

    layout.shape[2] = 4;
    p.channel[3] = 3;
    p.params.background = (struct trl_color){30, 40, 120, true};
    uint64_t hash = check("rgb-alpha", &p, &layout, disc, size);
    assert_true(hash == 0x9b7e7b44cd9f5499U);
    p.params.width = 500;
    p.params.height = 400;
    p.rgb.checker = 8;
    hash = check("rgb-checker", &p, &layout, disc, size);
    assert_true(hash == 0x66e2d801263eb395U);
    p.params.width = 37;
    p.params.height = 41;
    p.params.origin = TRL_ORIGIN_LOWER;
    hash = check("rgb-small", &p, &layout, disc, size);
    assert_true(hash == 0xd77bdf64225c7151U);
    free(disc);
}

static void channels_are_split_and_chosen(void **state)
{
    (void)state;
    const int side = 64;
    const size_t size = (size_t)side * (size_t)side * 4;
    uint8_t *disc = make_disc(side);
    struct trl_layout layout = dense(TRL_DTYPE_U8, side, side, 4);
    struct picture p = {.params = {.width = 300, .height = 300},
                        .rgb = {.split = true},
                        .axis = 2,
                        .channel = {0, 1, 2, 3},
                        .tiles = 4,
                        .high = 255};
    check("rgb-split", &p, &layout, disc, size);
    p.params.width = p.params.height = 60;
    check("rgb-split-small", &p, &layout, disc, size);
    /* Blue as red, red as green, alpha as blue, without alpha. */
    p = (struct picture){.params = {.width = 64, .height = 64},
                         .rgb = {.choose = true, .red = 2, .green = 0, .blue = -1},
                         .axis = 2,
                         .channel = {2, 0, 3, -1},
                         .high = 255};
    check("rgb-chosen", &p, &layout, disc, size);
    p.rgb.choose_alpha = true;
    p.rgb.alpha = 3;
    p.channel[3] = 3;
    check("rgb-chosen-alpha", &p, &layout, disc, size);
    /* The same bytes as 128 channels of 2 x 64. */
    layout = dense(TRL_DTYPE_U8, 128, 2, 64);
    p.rgb = (struct trl_rgb_params){
        .axis = TRL_CHANNEL_AXIS_FIRST, .choose = true, .red = 100, .green = 3, .blue = 3};
    p.axis = 0;
    p.channel[0] = 100;
    p.channel[1] = p.channel[2] = 3;
    p.channel[3] = -1;
    check("rgb-many", &p, &layout, disc, size);
    /* One channel is grey, two are grey and alpha. */
    layout = dense(TRL_DTYPE_U8, 1, 64, 64);
    p = (struct picture){
        .params = {.width = 70, .height = 64}, .channel = {0, 0, 0, -1}, .high = 255};
    check("rgb-grey", &p, &layout, disc, size);
    layout = dense(TRL_DTYPE_U8, 2, 64, 64);
    p.channel[3] = 1;
    check("rgb-grey-alpha", &p, &layout, disc, size);
    p.rgb.split = true;
    p.tiles = 2;
    check("rgb-grey-split", &p, &layout, disc, size);
    free(disc);
}

static float *make_floats(size_t count, uint64_t seed)
{
    static const float odd[] = {0.0F, -0.0F, NAN, -NAN, INFINITY, -INFINITY, 1e-45F, 1.0F, 3e38F};
    float *value = malloc(count * sizeof(*value));
    for (size_t i = 0; i < count; i++) {
        const uint64_t random = reference_random(&seed);
        value[i] = (float)((double)(random >> 11) / 9007199254740992.0 * 1.2 - 0.1);
        if (random % 32 == 0)
            value[i] = odd[(random >> 8) % (sizeof(odd) / sizeof(odd[0]))];
        /* Right on and around the border of two bytes. */
        if (random % 32 == 1)
            value[i] = nextafterf((float)((double)(random >> 8 & 255) - 0.5) / 255,
                                  random >> 20 & 1 ? 1 : 0);
    }
    return value;
}

static void values_are_rounded_to_the_nearest_byte(void **state)
{
    (void)state;
    const size_t count = (size_t)3 * 50 * 70;
    float *value = make_floats(count, 3);
    struct trl_layout layout = dense(TRL_DTYPE_F32, 3, 50, 70);
    struct picture p = {.params = {.width = 140, .height = 101, .nan_color = {255, 0, 255, true}},
                        .channel = {0, 1, 2, -1},
                        .high = 1};
    const uint64_t hash = check("rgb-floats", &p, &layout, value, count * 4);
    assert_true(hash == 0x246c4326d2ddbe75U);
    p.params.width = 33;
    p.params.height = 50;
    check("rgb-floats-small", &p, &layout, value, count * 4);
    static const float ranges[][2] = {
        {-0.05F, 0.9F}, {0.5F, 0.50001F}, {-3e38F, 2.9e38F}, {0, 1e-40F}, {1e8F, 1.00001e8F}};
    for (size_t n = 0; n < sizeof(ranges) / sizeof(ranges[0]); n++) {
        p.params.vmin_set = p.params.vmax_set = true;
        p.params.vmin = p.low = (double)ranges[n][0];
        p.params.vmax = p.high = (double)ranges[n][1];
        check("rgb-range", &p, &layout, value, count * 4);
    }
    free(value);
}

static void every_dtype_is_shown(void **state)
{
    (void)state;
    static const double largest[TRL_DTYPE_COUNT] = {
        [TRL_DTYPE_F32] = 1,     [TRL_DTYPE_F16] = 1,          [TRL_DTYPE_BF16] = 1,
        [TRL_DTYPE_I8] = 127,    [TRL_DTYPE_U8] = 255,         [TRL_DTYPE_I16] = 32767,
        [TRL_DTYPE_U16] = 65535, [TRL_DTYPE_I32] = 2147483648, [TRL_DTYPE_U32] = 4294967296,
        [TRL_DTYPE_BOOL] = 1,
    };
    uint64_t seed = 5;
    uint8_t bytes[7 * 11 * 3 * 4];
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)reference_random(&seed);
    for (int dtype = TRL_DTYPE_F32; dtype < TRL_DTYPE_COUNT; dtype++) {
        const size_t size = trl_dtype_size((enum trl_dtype)dtype);
        if (size == 8)
            continue;
        struct trl_layout layout = dense((enum trl_dtype)dtype, 7, 11, 3);
        layout.big_endian = size > 1 && dtype % 2;
        struct picture p = {.params = {.width = 23, .height = 15},
                            .axis = 2,
                            .channel = {0, 1, 2, -1},
                            .high = largest[dtype]};
        check("rgb-dtype", &p, &layout, bytes, sizeof(bytes));
    }
}

static void one_pixel_and_nothing_but_nan(void **state)
{
    (void)state;
    const float value[4] = {NAN, NAN, NAN, NAN};
    struct trl_layout layout = dense(TRL_DTYPE_F32, 1, 1, 4);
    struct picture p = {
        .params = {.width = 1, .height = 1}, .axis = 2, .channel = {0, 1, 2, 3}, .high = 1};
    check("rgb-one", &p, &layout, value, sizeof(value));
    layout = dense(TRL_DTYPE_F32, 2, 2, 1);
    p = (struct picture){.params = {.width = 2, .height = 2},
                         .rgb = {.axis = TRL_CHANNEL_AXIS_LAST},
                         .axis = 2,
                         .channel = {0, 0, 0, -1},
                         .high = 1};
    check("rgb-nan", &p, &layout, value, sizeof(value));
}

/* Channels so far apart that a descriptor of the software driver shows only one. */
static void channels_that_lie_far_apart(void **state)
{
    (void)state;
    const int64_t apart = 20 << 20;
    const size_t size = (size_t)(2 * apart + 30 * 40) * 4;
    const struct trl_layout layout = {
        .dtype = TRL_DTYPE_F32, .rank = 3, .shape = {3, 30, 40}, .stride = {apart, 40, 1}};
    struct trl_gpu_tensor tensor = {.layout = layout};
    assert_int_equal(trl_gpu_buffer_create(
                         &tensor.buffer, test.device,
                         &(struct trl_gpu_buffer_params){"tensor", size, TRL_GPU_MEMORY_UPLOAD}),
                     0);
    float *data = trl_gpu_buffer_map(tensor.buffer);
    float *value = make_floats((size_t)3 * 1200, 8);
    for (int n = 0; n < 3; n++)
        memcpy(data + n * apart, value + (size_t)n * 1200, 1200 * sizeof(*value));
    assert_int_equal(trl_gpu_buffer_flush(tensor.buffer, 0, size), 0);
    const struct picture p = {
        .params = {.width = 40, .height = 30}, .channel = {0, 1, 2, -1}, .high = 1};
    check_tensor("rgb-apart", p, tensor, data);
    free(value);
    trl_gpu_buffer_destroy(&tensor.buffer);
}

static void refuse(const struct trl_rgb_params *rgb, const struct trl_layout *layout,
                   const char *message)
{
    struct trl_rgb *view = NULL;
    const struct trl_view_params params = {.width = 8, .height = 8};
    test.quiet = true;
    assert_int_equal(trl_rgb_create(&view, test.device, &params, rgb, layout), TRL_ERROR_USAGE);
    if (!strstr(test.last, message))
        fail_msg("'%s' is not in '%s'", message, test.last);
    assert_null(view);
    assert_int_equal(test.messages, 1);
    test.quiet = false;
    test.messages = 0;
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    struct trl_layout layout = dense(TRL_DTYPE_U8, 7, 20, 9);
    refuse(&(struct trl_rgb_params){0}, &layout, "holds 9 channels; choose");
    refuse(&(struct trl_rgb_params){.choose = true, .green = 9}, &layout,
           "channel 9 as green; the tensor has 9");
    refuse(&(struct trl_rgb_params){.choose = true, .choose_alpha = true, .alpha = -10}, &layout,
           "channel -10 as alpha");
    refuse(&(struct trl_rgb_params){.checker = -1}, &layout, "squares of -1");
    refuse(&(struct trl_rgb_params){.axis = (enum trl_channel_axis)7}, &layout, "unknown");
    layout.rank = 2;
    refuse(&(struct trl_rgb_params){0}, &layout, "a frame of 2 axes; 3 are needed");
    layout = dense(TRL_DTYPE_U8, 3, 0, 9);
    refuse(&(struct trl_rgb_params){0}, &layout, "axis 1 has 0 elements");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_shown_as_they_are),
        cmocka_unit_test(channels_are_split_and_chosen),
        cmocka_unit_test(values_are_rounded_to_the_nearest_byte),
        cmocka_unit_test(every_dtype_is_shown),
        cmocka_unit_test(one_pixel_and_nothing_but_nan),
        cmocka_unit_test(channels_that_lie_far_apart),
        cmocka_unit_test(what_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests_name("rgb", tests, open_device, close_device);
}

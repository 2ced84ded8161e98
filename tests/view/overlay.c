/* SPDX-License-Identifier: BSD-2-Clause */
/* One picture over another on the device against the same on the host, pixel for pixel. */
#include "view/overlay.h"

#include "run.h"
#include "tensor/layout.h"
#include "view/view.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { ROWS = 19, COLUMNS = 31 };

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

/* A heat map and its tensor. */
struct layer {
    struct trl_view *view;
    struct trl_gpu_tensor tensor;
};

static struct layer make_layer(const struct trl_view_params *params, const float *value)
{
    struct layer layer;
    struct trl_layout layout;
    assert_int_equal(
        trl_layout_dense(&layout, TRL_DTYPE_F32, 3, (int64_t[]){1, ROWS, COLUMNS}, false), 0);
    layer.tensor = run_tensor(&test, &layout, value, (size_t)ROWS * COLUMNS * 4);
    assert_int_equal(trl_view_create(&layer.view, test.device, params,
                                     &(struct trl_view_shape){1, ROWS, COLUMNS}, NULL, NULL),
                     0);
    return layer;
}

static void drop_layer(struct layer *layer)
{
    trl_gpu_buffer_destroy(&layer->tensor.buffer);
    trl_view_destroy(&layer->view);
}

static int record_layer(void *user, struct trl_gpu_cmd *cmd)
{
    struct layer *layer = user;
    return trl_view_record(layer->view, cmd, &layer->tensor);
}

static int record_overlay(void *user, struct trl_gpu_cmd *cmd)
{
    trl_overlay_record(user, cmd);
    return 0;
}

static void *draw(const struct trl_overlay_params *params, const struct trl_picture *lower,
                  const struct trl_picture *upper, struct trl_overlay **out)
{
    assert_int_equal(trl_overlay_create(out, test.device, params, lower, upper), 0);
    run_record(&test, record_overlay, *out);
    const struct trl_picture *picture = trl_overlay_picture(*out);
    assert_non_null(picture->words);
    assert_ptr_equal(picture->counts, lower->counts);
    return run_pixels(&test, picture);
}

/* The palette index of every pixel. */
static uint16_t *indices(const struct trl_picture *p)
{
    uint16_t *cells = run_read(&test, p->cells, (size_t)p->cell_stride * (size_t)p->cell_rows * 2);
    uint16_t *out = malloc((size_t)p->width * (size_t)p->height * sizeof(*out));
    for (int y = 0; y < p->height; y++)
        for (int x = 0; x < p->width; x++) {
            const uint16_t c = p->column_map[x], r = p->row_map[y];
            out[y * p->width + x] = TRL_PALETTE_BACKGROUND;
            if (c != TRL_PICTURE_OUTSIDE && r != TRL_PICTURE_OUTSIDE)
                out[y * p->width + x] = cells[(size_t)r * p->cell_stride + c];
        }
    free(cells);
    return out;
}

static uint32_t blend(uint32_t lower, uint32_t upper, int alpha)
{
    uint32_t word = 0;
    for (int n = 0; n < 24; n += 8) {
        const double a = lower >> n & 255, b = upper >> n & 255;
        word |= (uint32_t)floor((a * (255 - alpha) + b * alpha) / 255 + 0.5) << n;
    }
    return word;
}

static void compare(const uint32_t *is, const uint32_t *lower, const uint32_t *upper,
                    const uint16_t *index, const struct trl_overlay_params *params, int width,
                    int height)
{
    int wrong = 0;
    for (int n = 0; n < width * height; n++) {
        const bool hidden = index && index[n] >= 256 && params->hide >> (index[n] - 256) & 1;
        const int alpha = params->alpha ? params->alpha : 128;
        const uint32_t should = hidden ? lower[n] : blend(lower[n], upper[n], alpha);
        if (is[n] != should && wrong++ < 5)
            print_error("pixel %d,%d is %06x, not %06x\n", n % width, n / width, is[n], should);
    }
    assert_int_equal(wrong, 0);
}

static void upper_pictures_lie_over_lower_ones(void **state)
{
    (void)state;
    float under[ROWS * COLUMNS], over[ROWS * COLUMNS];
    for (int n = 0; n < ROWS * COLUMNS; n++) {
        const int x = n % COLUMNS - 15, y = n / COLUMNS - 9;
        under[n] = (float)(x + 2 * y);
        over[n] = (float)(100 - x * x - y * y);
        if (n % 37 == 0)
            over[n] = NAN;
    }
    const struct trl_view_params low = {.width = 200, .height = 150, .cmap = "gray"};
    const struct trl_view_params high = {.width = 200,
                                         .height = 150,
                                         .cmap = "hot",
                                         .vmin_set = true,
                                         .vmin = 20,
                                         .vmax_set = true,
                                         .vmax = 90,
                                         .over_color = {0, 255, 0, true}};
    struct layer lower = make_layer(&low, under), upper = make_layer(&high, over);
    run_record(&test, record_layer, &lower);
    run_record(&test, record_layer, &upper);
    const struct trl_picture *a = trl_view_picture(lower.view), *b = trl_view_picture(upper.view);
    uint32_t *lower_pixels = run_pixels(&test, a), *upper_pixels = run_pixels(&test, b);
    uint16_t *index = indices(b);
    static const struct {
        struct trl_overlay_params params;
        uint64_t hash;
    } cases[] = {
        {{0}, 0x2ad8c7f78e8ea685U},
        {{.alpha = 255,
          .hide = TRL_OVERLAY_HIDE_NAN | TRL_OVERLAY_HIDE_UNDER | TRL_OVERLAY_HIDE_BACKGROUND},
         0x821f2c63ae0a7fdU},
        {{.alpha = 77, .hide = TRL_OVERLAY_HIDE_OVER}, 0xdead38ad1ba15845U},
        {{.alpha = 1}, 0x67a0de71a705e75U},
    };
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
        struct trl_overlay *overlay = NULL, *second = NULL;
        uint32_t *is = draw(&cases[n].params, a, b, &overlay);
        compare(is, lower_pixels, upper_pixels, index, &cases[n].params, 200, 150);
        char name[32];
        snprintf(name, sizeof(name), "overlay-%zu", n);
        run_keep(name, is, 200, 150);
        const uint64_t hash = run_hash(is, (size_t)200 * 150);
        assert_true(hash == cases[n].hash);
        /* Full colour below, then above. */
        const struct trl_overlay_params thin = {.alpha = 100, .hide = TRL_OVERLAY_HIDE_NAN};
        uint32_t *again = draw(&thin, trl_overlay_picture(overlay), b, &second);
        compare(again, is, upper_pixels, index, &thin, 200, 150);
        free(again);
        trl_overlay_destroy(&second);
        again = draw(&(struct trl_overlay_params){.alpha = 30}, a, trl_overlay_picture(overlay),
                     &second);
        compare(again, lower_pixels, is, NULL, &(struct trl_overlay_params){.alpha = 30}, 200, 150);
        free(again);
        free(is);
        trl_overlay_destroy(&second);
        trl_overlay_destroy(&overlay);
    }
    free(index);
    free(lower_pixels);
    free(upper_pixels);
    drop_layer(&lower);
    drop_layer(&upper);
    assert_int_equal(test.messages, 0);
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    struct trl_gpu_buffer *words = NULL;
    struct trl_overlay *overlay = NULL;
    assert_int_equal(
        trl_gpu_buffer_create(&words, test.device,
                              &(struct trl_gpu_buffer_params){"words", 64, TRL_GPU_MEMORY_DEVICE}),
        0);
    const struct trl_picture small = {.width = 2, .height = 3, .words = words};
    const struct trl_picture large = {.width = 3, .height = 3, .words = words};
    test.quiet = true;
    assert_int_equal(
        trl_overlay_create(&overlay, test.device, &(struct trl_overlay_params){0}, &small, &large),
        TRL_ERROR_USAGE);
    assert_non_null(strstr(test.last, "3 x 3 pixels over one of 2 x 3"));
    assert_int_equal(trl_overlay_create(&overlay, test.device,
                                        &(struct trl_overlay_params){.hide = 1}, &small, &small),
                     TRL_ERROR_USAGE);
    assert_non_null(strstr(test.last, "full colour"));
    assert_int_equal(trl_overlay_create(&overlay, test.device,
                                        &(struct trl_overlay_params){.alpha = 256}, &small, &small),
                     TRL_ERROR_USAGE);
    assert_int_equal(trl_overlay_create(&overlay, test.device,
                                        &(struct trl_overlay_params){.hide = 16}, &small, &small),
                     TRL_ERROR_USAGE);
    assert_int_equal(test.messages, 4);
    assert_null(overlay);
    test.quiet = false;
    test.messages = 0;
    trl_gpu_buffer_destroy(&words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(upper_pictures_lie_over_lower_ones),
        cmocka_unit_test(what_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests_name("overlay", tests, open_device, close_device);
}

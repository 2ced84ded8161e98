/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "../view/run.h"
#include "scene/layer.h"
#include "view/cmap.h"

#include <cmocka.h>

/* Frames of one layout, one behind the other, and what draws them. */
struct film {
    struct test_device *test;
    struct trl_layout layout;
    const void *data;
    size_t size; /* bytes of a frame */
    int count;
    int (*record)(void *view, struct trl_gpu_cmd *cmd, const struct trl_layer_frame *frame);
    void *view;
    const struct trl_picture *picture;
    const struct trl_camera *camera; /* or NULL */
};

struct film_step {
    const struct film *film;
    const struct trl_layer_frame *frame;
};

static inline int film_record(void *user, struct trl_gpu_cmd *cmd)
{
    const struct film_step *step = user;
    return step->film->record(step->film->view, cmd, step->frame);
}

/* Records all frames and reads the picture of the last, to be freed. */
static inline uint32_t *film_run(const struct film *film)
{
    for (int n = 0; n < film->count; n++) {
        struct trl_camera_pose pose;
        if (film->camera)
            trl_camera_pose(film->camera, n, &pose);
        struct trl_gpu_tensor tensor =
            run_tensor(film->test, &film->layout, (const char *)film->data + (size_t)n * film->size,
                       film->size);
        const struct trl_layer_frame frame = {&tensor, n, film->camera ? &pose : NULL};
        struct film_step step = {film, &frame};
        run_record(film->test, film_record, &step);
        trl_gpu_buffer_destroy(&tensor.buffer);
    }
    return run_pixels(film->test, film->picture);
}

/* What the layer of a panel leaves of the film; frees nothing of it. */
static inline uint32_t *film_layer(const struct film *film, const struct trl_layer_setup *setup)
{
    const struct trl_layer_class *class = trl_layer_class(setup->panel->kind);
    struct film own = *film;
    struct trl_layer_size size = {0};
    assert_int_equal(class->kind, setup->panel->kind);
    assert_int_equal(class->size(own.test->log, setup, &size), 0);
    assert_int_equal(size.width, setup->panel->view.width);
    assert_int_equal(size.height, setup->panel->view.height);
    assert_int_equal(class->create(&own.view, own.test->device, setup), 0);
    own.record = class->record;
    own.picture = class->picture(own.view);
    assert_int_equal(own.picture->width, setup->panel->view.width);
    assert_int_equal(own.picture->height, setup->panel->view.height);
    const struct trl_palette *palette = class->palette ? class->palette(own.view) : NULL;
    assert_true((palette == NULL) == (own.picture->words != NULL));
    uint32_t *pixels = film_run(&own);
    class->destroy(own.view);
    assert_int_equal(own.test->messages, 0);
    return pixels;
}

/* Fails where two pictures differ; frees the second. */
static inline void film_same(const uint32_t *pixels, uint32_t *wanted,
                             const struct trl_view_params *view)
{
    const size_t count = (size_t)view->width * (size_t)view->height;
    assert_int_equal(run_hash(pixels, count), run_hash(wanted, count));
    assert_memory_equal(pixels, wanted, count * 4);
    free(wanted);
}

static inline struct film film_f32(struct test_device *test, int64_t tiles, int64_t rows,
                                   int64_t columns, const float *data, int count)
{
    struct film film = {.test = test,
                        .data = data,
                        .size = (size_t)(tiles * rows * columns) * sizeof(float),
                        .count = count};
    assert_int_equal(
        trl_layout_dense(&film.layout, TRL_DTYPE_F32, 3, (int64_t[]){tiles, rows, columns}, false),
        0);
    return film;
}

/* The word of an index of the map viridis. */
static inline uint32_t viridis(int index)
{
    uint8_t rgb[256][3];
    assert_true(trl_cmap_table("viridis", rgb));
    return rgb[index][0] | (uint32_t)rgb[index][1] << 8 | (uint32_t)rgb[index][2] << 16;
}

static inline void ramp(float *data, size_t count)
{
    for (size_t n = 0; n < count; n++)
        data[n] = (float)n;
}

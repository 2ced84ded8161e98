/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "base/frame.h"
#include "gpu/gpu.h"
#include "gpu/picture.h"
#include "gpu/upload.h"

#include <tensorreel/view.h>

/*
 * What the views that are charts have in common: an indexed picture of a given size, its cells,
 * palette and counts. A chart fills its rectangle to the edge; axes, ticks and text are drawn
 * around it by others.
 */
struct trl_chart {
    struct trl_device *device;
    struct trl_palette palette; /* filled in before trl_chart_init */
    struct trl_picture picture;
    struct trl_gpu_buffer *cells, *columns, *rows, *colours, *counts;
    uint16_t *maps;
};

struct trl_chart_params {
    int width, height;           /* pixels */
    int cell_columns, cell_rows; /* at most width and height */
    bool rows_up;                /* cell row 0 is the lowest */
    bool row_gaps;               /* rows of 4 pixels and more leave one free */
};

/* Checks a rectangle's size for a view of this name. TRL_ERROR_USAGE. */
int trl_chart_check(struct trl_log *log, const char *view, int width, int height);
/* upload must be begun; counts and cells are zeroed, cells to background, by it. */
int trl_chart_init(struct trl_chart *chart, struct trl_upload *upload,
                   const struct trl_chart_params *params);
void trl_chart_destroy(struct trl_chart *chart);

/* A frame of this view must have rank 3 and lie in its buffer. TRL_ERROR_USAGE. */
int trl_chart_check_tensor(struct trl_log *log, const char *view,
                           const struct trl_gpu_tensor *tensor);

#define TRL_CHART_COLORS 10

/* Colour n of a set of ten that tell each other apart, and again from the first: matplotlib's on
 * light backgrounds, brighter ones on dark backgrounds. */
void trl_chart_color(const uint8_t background[3], int n, uint8_t rgb[3]);
/* The given colour n, if there are some, else trl_chart_color. */
void trl_chart_color_of(const struct trl_color *colors, int count, const uint8_t background[3],
                        int n, uint8_t rgb[3]);
/* from + (to - from) * part / whole in linear light (gamma 2), by integers. */
void trl_chart_blend(const uint8_t from[3], const uint8_t to[3], uint32_t part, uint32_t whole,
                     uint8_t rgb[3]);

/* A device buffer of so many words; TRL_ERROR_UNSUPPORTED if a kernel could not bind it. */
int trl_chart_buffer(struct trl_gpu_buffer **out, struct trl_device *device, const char *name,
                     uint64_t words);
/* A kernel without a tensor. */
int trl_chart_kernel(struct trl_gpu_kernel **out, struct trl_device *device, enum trl_shader shader,
                     uint32_t spec);

/* The axes of a rank-3 tensor, in C order, those that continue each other joined: 1 to 3 of more
 * than one element, at the end. */
void trl_chart_axes(const struct trl_layout *layout, int64_t shape[3], int64_t stride[3]);

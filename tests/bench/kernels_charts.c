/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows of charts. */
#include "kernels.h"

#include "view/histogram.h"
#include "view/lines.h"
#include "view/points.h"
#include "view/raster.h"

#include <stdio.h>

enum { NEURONS = 100000, POINTS = 100000, SERIES = 8, SAMPLES = 12500 };

/* One of them. */
struct chart {
    struct trl_raster *raster;
    struct trl_lines *lines;
    struct trl_points *points;
    struct trl_histogram *histogram;
    struct trl_gpu_tensor tensor;
};

static int record_raster(void *user, struct trl_gpu_cmd *cmd)
{
    const struct chart *c = user;
    return trl_raster_record(c->raster, cmd, &c->tensor);
}

static int record_lines(void *user, struct trl_gpu_cmd *cmd)
{
    const struct chart *c = user;
    return trl_lines_record(c->lines, cmd, &c->tensor);
}

static int record_points(void *user, struct trl_gpu_cmd *cmd)
{
    const struct chart *c = user;
    return trl_points_record(c->points, cmd, &c->tensor);
}

static int record_histogram(void *user, struct trl_gpu_cmd *cmd)
{
    const struct chart *c = user;
    return trl_histogram_record(c->histogram, cmd, &c->tensor);
}

typedef int create_chart(struct bench *b, struct chart *c, const struct trl_view_params *view,
                         const struct trl_view_shape *shape);

static int create_raster(struct bench *b, struct chart *c, const struct trl_view_params *view,
                         const struct trl_view_shape *shape)
{
    return trl_raster_create(&c->raster, b->device, &(struct trl_raster_params){0}, view, shape);
}

static int create_lines(struct bench *b, struct chart *c, const struct trl_view_params *view,
                        const struct trl_view_shape *shape)
{
    return trl_lines_create(&c->lines, b->device, &(struct trl_lines_params){0}, view, shape, NULL,
                            NULL);
}

static int create_points(struct bench *b, struct chart *c, const struct trl_view_params *view,
                         const struct trl_view_shape *shape)
{
    return trl_points_create(&c->points, b->device, &(struct trl_points_params){0}, view, shape);
}

static int create_histogram(struct bench *b, struct chart *c, const struct trl_view_params *view,
                            const struct trl_view_shape *shape)
{
    return trl_histogram_create(&c->histogram, b->device, &(struct trl_histogram_params){0}, view,
                                shape, NULL, NULL);
}

int bench_charts(struct bench *b)
{
    const struct {
        const char *name;
        create_chart *create;
        int (*record)(void *user, struct trl_gpu_cmd *cmd);
        int64_t rows, columns;
    } charts[] = {
        {"raster of 100000 neurons", create_raster, record_raster, 1, NEURONS},
        {"lines, 8 of 12500 samples", create_lines, record_lines, SERIES, SAMPLES},
        {"100000 points", create_points, record_points, POINTS, 2},
        {"histogram of a picture", create_histogram, record_histogram, b->height, b->width},
    };
    const struct trl_view_params view = {
        .width = b->width, .height = b->height, .range = TRL_RANGE_FRAME};
    for (size_t n = 0; n < sizeof(charts) / sizeof(charts[0]); n++) {
        const struct trl_view_shape shape = {1, charts[n].rows, charts[n].columns};
        struct chart c = {.tensor = bench_tensor(b->noise, 1, shape.rows, shape.columns)};
        const struct bench_row row = {charts[n].name, charts[n].record, &c, 0};
        if (charts[n].create(b, &c, &view, &shape) < 0 || bench_measure(b, &row, NULL) < 0)
            bench_leave_out(b, row.name);
        trl_raster_destroy(&c.raster);
        trl_lines_destroy(&c.lines);
        trl_points_destroy(&c.points);
        trl_histogram_destroy(&c.histogram);
    }
    return trl_gpu_lost(b->device) ? -1 : 0;
}

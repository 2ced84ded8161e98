/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/lines.h"

#include "base/log.h"
#include "base/math.h"
#include "gpu/variants.h"
#include "gpu/window.h"
#include "shared/axis.h"
#include "shared/chart.h"
#include "view/axis.h"
#include "view/chart.h"
#include "view/cmap.h"

#include <math.h>
#include <stdlib.h>

#include <tensorreel/error.h>

enum { LANES = 64, PART = 512, SUBCOLUMN = TRL_SUBPIXELS / TRL_LINES_SUBCOLUMNS };

struct trl_lines {
    struct trl_device *device;
    struct trl_view_shape shape; /* of the frames that come */
    int64_t series, samples;
    int64_t inside; /* samples within one sub-column, at most */
    uint32_t columns, colors, reach;
    struct trl_chart chart;
    struct trl_axis axis;
    struct trl_gpu_variants envelope_kernel, stroke_kernel, append;
    struct trl_gpu_kernel *pen_kernel, *draw;
    struct trl_gpu_buffer *edges, *envelope, *strokes, *pen, *spans;
    /* With roll: the samples, series by series for every frame, and how many frames came. */
    struct trl_gpu_tensor ring;
    bool scroll;
    int64_t seen;
};

/* ---- building ---- */

static int check(struct trl_lines *lines, const struct trl_lines_params *p,
                 const struct trl_view_params *view)
{
    struct trl_log *log = trl_gpu_log(lines->device);
    const struct trl_view_shape *s = &lines->shape;
    if (s->tiles != 1)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "lines: a frame is a matrix of series x samples, not %lld of them",
                        (long long)s->tiles);
    if (p->width != 0 && !(p->width >= 0.5 && p->width <= 64))
        return trl_fail(log, TRL_ERROR_USAGE, "lines: width %g; must be 0.5 to 64 pixels",
                        p->width);
    if (p->color_count < 0 || p->color_count > (int)TRL_LINES_COLORS)
        return trl_fail(log, TRL_ERROR_USAGE, "lines: %d colours; at most %u", p->color_count,
                        TRL_LINES_COLORS);
    lines->series = s->rows;
    lines->samples = s->columns;
    if (p->roll) {
        if (s->rows != 1 && s->columns != 1)
            return trl_fail(log, TRL_ERROR_USAGE,
                            "lines: frames of %lld x %lld; those that are appended are vectors",
                            (long long)s->rows, (long long)s->columns);
        if ((unsigned)p->time.mode > TRL_TIME_WHOLE || p->time.frames < 0 ||
            (p->time.mode == TRL_TIME_WHOLE && !p->time.frames))
            return trl_fail(log, TRL_ERROR_USAGE,
                            "lines: %lld frames across; give their number, or scroll",
                            (long long)p->time.frames);
        lines->scroll = p->time.mode == TRL_TIME_SCROLL;
        lines->series = s->rows * s->columns;
        lines->samples = p->time.frames ? p->time.frames : view->width;
    }
    if (lines->series < 1 || lines->samples < 1 || lines->series > INT32_MAX ||
        lines->samples > INT32_MAX)
        return trl_fail(log, TRL_ERROR_USAGE, "lines: %lld series of %lld samples",
                        (long long)lines->series, (long long)lines->samples);
    return 0;
}

/* Edge c of the sub-columns lies at sample c * (samples - 1) / columns: which it is behind, and by
 * how many 65536ths. */
static int upload_edges(struct trl_lines *lines, struct trl_upload *upload)
{
    const size_t count = (size_t)lines->columns + 1;
    uint32_t *words = malloc(count * 2 * sizeof(uint32_t));
    if (!words)
        return trl_fail_memory(trl_gpu_log(lines->device), "edges of columns", count * 8);
    uint64_t inside = 0, before = 0;
    for (uint64_t c = 0; c < count; c++) {
        const uint64_t at = c * (uint64_t)(lines->samples - 1);
        const uint64_t part = at % lines->columns * 65536 / lines->columns;
        words[2 * c] = (uint32_t)(at / lines->columns);
        words[2 * c + 1] = (uint32_t)part;
        const uint64_t first = at / lines->columns + (part != 0);
        inside = c && first - before > inside ? first - before : inside;
        before = first;
    }
    lines->inside = (int64_t)inside;
    const int ret = trl_upload_buffer(upload, &lines->edges, "edges of columns", words,
                                      count * 2 * sizeof(uint32_t));
    free(words);
    return ret;
}

static uint32_t root(uint32_t square)
{
    uint32_t low = 0;
    for (uint32_t bit = 1u << 15; bit; bit >>= 1)
        if ((uint64_t)(low + bit) * (low + bit) <= square)
            low += bit;
    return low;
}

static int upload_pen(struct trl_lines *lines, struct trl_upload *upload, double width)
{
    const uint32_t radius = (uint32_t)lround((width != 0 ? width : 2) * TRL_SUBPIXELS / 2);
    uint32_t pen[32 * TRL_SUBPIXELS / SUBCOLUMN + 1] = {0};
    lines->reach = radius / SUBCOLUMN;
    for (uint32_t n = 0; n <= lines->reach; n++)
        pen[n] = root(radius * radius - n * SUBCOLUMN * n * SUBCOLUMN);
    return trl_upload_buffer(upload, &lines->pen, "pen", pen, (lines->reach + 1) * 4);
}

static int create_ring(struct trl_lines *lines, struct trl_upload *upload)
{
    lines->append.params =
        (struct trl_gpu_kernel_params){TRL_SHADER_VIEW_APPEND_COMP, .spec_count = 2};
    lines->ring.layout = (struct trl_layout){
        .dtype = TRL_DTYPE_F32,
        .rank = 3,
        .shape = {1, lines->series, lines->samples},
        .stride = {0, 1, lines->series},
    };
    const uint64_t words = (uint64_t)lines->series * (uint64_t)lines->samples;
    const int ret = trl_chart_buffer(&lines->ring.buffer, lines->device, "samples of lines", words);
    if (ret == 0)
        trl_gpu_cmd_fill(upload->cmd, lines->ring.buffer, 0, words * 4, 0x7fc00000U);
    return ret;
}

static void fill_palette(struct trl_lines *lines, const struct trl_lines_params *p)
{
    uint8_t(*rgb)[3] = lines->chart.palette.rgb;
    const uint8_t *background = rgb[TRL_PALETTE_BACKGROUND];
    lines->colors = p->color_count ? (uint32_t)p->color_count : TRL_CHART_COLORS;
    for (uint32_t n = 0; n < lines->colors; n++) {
        uint8_t color[3];
        trl_chart_color_of(p->colors, p->color_count, background, (int)n, color);
        for (uint32_t level = 1; level <= TRL_LINES_LEVELS; level++)
            trl_chart_blend(background, color, level, TRL_LINES_LEVELS,
                            rgb[n * TRL_LINES_LEVELS + level - 1]);
    }
}

static int create_buffers(struct trl_lines *lines)
{
    struct trl_device *device = lines->device;
    const uint64_t words =
        (uint64_t)trl_min_i64(lines->series, TRL_LINES_GROUP) * lines->columns * 2;
    int ret;
    if ((ret = trl_chart_buffer(&lines->envelope, device, "envelope of lines", words)) < 0 ||
        (ret = trl_chart_buffer(&lines->strokes, device, "strokes", words)) < 0 ||
        (ret = trl_chart_buffer(&lines->spans, device, "spans of lines", words)) < 0 ||
        (ret = trl_chart_kernel(&lines->pen_kernel, device, TRL_SHADER_VIEW_LINES_PEN_COMP, 0)) < 0)
        return ret;
    lines->envelope_kernel.params =
        (struct trl_gpu_kernel_params){TRL_SHADER_VIEW_LINES_ENVELOPE_COMP, .spec_count = 2};
    lines->stroke_kernel.params = (struct trl_gpu_kernel_params){
        TRL_SHADER_VIEW_LINES_STROKE_COMP, .spec = {0, 0, lines->axis.scale.norm}, .spec_count = 3};
    return trl_chart_kernel(&lines->draw, device, TRL_SHADER_VIEW_LINES_DRAW_COMP, 0);
}

static int build(struct trl_lines *lines, const struct trl_lines_params *p,
                 const struct trl_view_params *view, const float *movie_low,
                 const float *movie_high, struct trl_upload *upload)
{
    int ret;
    lines->columns = (uint32_t)view->width * TRL_LINES_SUBCOLUMNS;
    fill_palette(lines, p);
    const int pen = (int)ceil(p->width != 0 ? p->width : 2);
    const struct trl_axis_params axis = {
        .view = view,
        .movie_low = movie_low,
        .movie_high = movie_high,
        .pixels = view->height,
        .pad = view->height / 20 > pen ? view->height / 20 : pen,
    };
    if ((ret = trl_upload_begin(upload, lines->device)) < 0 ||
        (ret = trl_chart_init(&lines->chart, upload,
                              &(struct trl_chart_params){.width = view->width,
                                                         .height = view->height,
                                                         .cell_columns = view->width,
                                                         .cell_rows = view->height})) < 0 ||
        (ret = trl_axis_init(&lines->axis, upload, &axis)) < 0 ||
        (ret = upload_edges(lines, upload)) < 0 ||
        (ret = upload_pen(lines, upload, p->width)) < 0 || (ret = create_buffers(lines)) < 0 ||
        (p->roll && (ret = create_ring(lines, upload)) < 0))
        return ret;
    lines->chart.picture.counts = lines->axis.analyse.counts;
    return trl_upload_finish(upload);
}

int trl_lines_create(struct trl_lines **out, struct trl_device *device,
                     const struct trl_lines_params *params, const struct trl_view_params *view,
                     const struct trl_view_shape *shape, const float *movie_low,
                     const float *movie_high)
{
    *out = NULL;
    struct trl_log *log = trl_gpu_log(device);
    struct trl_upload upload = {0};
    struct trl_lines *lines = calloc(1, sizeof(*lines));
    if (!lines)
        return trl_fail_memory(log, "lines", sizeof(*lines));
    lines->device = device;
    lines->shape = *shape;
    int ret;
    if ((ret = trl_chart_check(log, "lines", view->width, view->height)) < 0 ||
        (ret = trl_palette_create(log, view, &lines->chart.palette)) < 0 ||
        (ret = check(lines, params, view)) < 0 ||
        (ret = build(lines, params, view, movie_low, movie_high, &upload)) < 0)
        goto fail;
    trl_upload_destroy(&upload);
    *out = lines;
    return 0;
fail:
    trl_upload_destroy(&upload);
    trl_lines_destroy(&lines);
    return ret;
}

void trl_lines_destroy(struct trl_lines **out)
{
    if (!out || !*out)
        return;
    struct trl_lines *lines = *out;
    trl_gpu_variants_destroy(&lines->envelope_kernel);
    trl_gpu_variants_destroy(&lines->stroke_kernel);
    trl_gpu_variants_destroy(&lines->append);
    trl_gpu_kernel_destroy(&lines->pen_kernel);
    trl_gpu_kernel_destroy(&lines->draw);
    trl_gpu_buffer_destroy(&lines->edges);
    trl_gpu_buffer_destroy(&lines->envelope);
    trl_gpu_buffer_destroy(&lines->strokes);
    trl_gpu_buffer_destroy(&lines->pen);
    trl_gpu_buffer_destroy(&lines->spans);
    trl_gpu_buffer_destroy(&lines->ring.buffer);
    trl_axis_destroy(&lines->axis);
    trl_chart_destroy(&lines->chart);
    free(lines);
    *out = NULL;
}

/* ---- frames ---- */

static int check_frame(const struct trl_lines *lines, const struct trl_gpu_tensor *tensor)
{
    struct trl_log *log = trl_gpu_log(lines->device);
    const int64_t *shape = tensor->layout.shape;
    const int ret = trl_chart_check_tensor(log, "lines", tensor);
    if (ret < 0)
        return ret;
    if (shape[0] != 1 || shape[1] != lines->shape.rows || shape[2] != lines->shape.columns)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "lines: a frame of %lld x %lld x %lld, not of 1 x %lld x %lld as the first",
                        (long long)shape[0], (long long)shape[1], (long long)shape[2],
                        (long long)lines->shape.rows, (long long)lines->shape.columns);
    return 0;
}

/* Puts a frame's samples into the ring. */
static int record_append(struct trl_lines *lines, struct trl_gpu_cmd *cmd,
                         const struct trl_gpu_tensor *tensor)
{
    int64_t shape[3], stride[3];
    trl_chart_axes(&tensor->layout, shape, stride);
    const struct trl_window_axis axis[3] = {
        {1, 1, NULL, 0}, {1, 1, NULL, 0}, {shape[2], 1, NULL, stride[2]}};
    struct trl_gpu_call call = {
        .bindings = {{0}, {.buffer = lines->ring.buffer, .write = true}},
        .binding_count = 2,
    };
    struct trl_windows w;
    int ret;
    if ((ret = trl_gpu_variant(&lines->append, lines->device, &tensor->layout, &call.kernel)) < 0 ||
        (ret = trl_windows_begin(&w, lines->device, tensor, axis)) < 0)
        return ret;
    const int64_t slot =
        lines->scroll ? lines->seen % lines->samples : trl_min_i64(lines->seen, lines->samples - 1);
    while (trl_windows_next(&w)) {
        const struct trl_append_push push = {
            .base = w.base + (uint32_t)(w.start[2] * stride[2]),
            .stride = (uint32_t)stride[2],
            .count = (uint32_t)w.count[2],
            .start = (uint32_t)(slot * lines->series + w.start[2]),
        };
        call.bindings[0] = w.binding;
        call.push = &push;
        call.push_size = sizeof(push);
        trl_gpu_cmd_dispatch(cmd, &call, (push.count + 4095) / 4096, 1, 1);
    }
    lines->seen++;
    return 0;
}

static int record_strokes(struct trl_lines *lines, struct trl_gpu_cmd *cmd,
                          const struct trl_gpu_tensor *tensor, int64_t series, int64_t count,
                          uint32_t rotate)
{
    const int64_t *stride = tensor->layout.stride;
    const struct trl_window_axis axis[3] = {
        {1, 1, NULL, 0},
        {lines->series, 1, NULL, stride[1]},
        {lines->samples, 1, NULL, stride[2]},
    };
    struct trl_gpu_call envelope = {
        .bindings = {{0}, {.buffer = lines->edges}, {.buffer = lines->envelope, .write = true}},
        .binding_count = 3,
        .push_size = sizeof(struct trl_lines_push),
    };
    struct trl_gpu_call stroke = {
        .bindings = {{0},
                     {.buffer = lines->edges},
                     {.buffer = lines->envelope},
                     {.buffer = lines->axis.words},
                     {.buffer = lines->strokes, .write = true}},
        .binding_count = 5,
        .push_size = sizeof(struct trl_lines_push),
    };
    struct trl_windows w;
    int ret;
    if ((ret = trl_gpu_variant(&lines->envelope_kernel, lines->device, &tensor->layout,
                               &envelope.kernel)) < 0 ||
        (ret = trl_gpu_variant(&lines->stroke_kernel, lines->device, &tensor->layout,
                               &stroke.kernel)) < 0 ||
        (ret = trl_windows_begin(&w, lines->device, tensor, axis)) < 0)
        return ret;
    if (!trl_windows_single(&w))
        return trl_fail(trl_gpu_log(lines->device), TRL_ERROR_UNSUPPORTED,
                        "lines: the series are read as one, and this device binds at most %llu "
                        "bytes; show fewer samples",
                        (unsigned long long)w.limit);
    trl_windows_next(&w);
    const struct trl_lines_push push = {
        .place = {w.base, 0, (uint32_t)stride[1], (uint32_t)stride[2], (uint32_t)lines->samples,
                  rotate},
        .columns = lines->columns,
        .count = lines->columns,
        .series = (uint32_t)series,
        .series_count = (uint32_t)count,
        .height = lines->axis.length,
        .part = PART,
    };
    const uint32_t across = (lines->columns + LANES - 1) / LANES;
    envelope.push = stroke.push = &push;
    envelope.bindings[0] = stroke.bindings[0] = w.binding;
    trl_gpu_cmd_fill(cmd, lines->envelope, 0, (uint64_t)count * lines->columns * 8, 0);
    if (lines->inside > 0)
        trl_gpu_cmd_dispatch(cmd, &envelope, across, (uint32_t)count,
                             (uint32_t)((lines->inside + PART - 1) / PART));
    trl_gpu_cmd_dispatch(cmd, &stroke, across, (uint32_t)count, 1);
    return 0;
}

static void record_group(struct trl_lines *lines, struct trl_gpu_cmd *cmd, int64_t series,
                         int64_t count)
{
    const struct trl_lines_pen_push pen_push = {
        .columns = lines->columns, .series_count = (uint32_t)count, .reach = lines->reach};
    const struct trl_gpu_call pen = {
        .kernel = lines->pen_kernel,
        .bindings = {{.buffer = lines->strokes},
                     {.buffer = lines->pen},
                     {.buffer = lines->spans, .write = true}},
        .binding_count = 3,
        .push = &pen_push,
        .push_size = sizeof(pen_push),
    };
    trl_gpu_cmd_dispatch(cmd, &pen, (lines->columns + LANES - 1) / LANES, (uint32_t)count, 1);
    const struct trl_picture *p = &lines->chart.picture;
    const struct trl_lines_draw_push push = {
        .columns = lines->columns,
        .stride = p->cell_stride,
        .rows = (uint32_t)p->cell_rows,
        .series = (uint32_t)series,
        .series_count = (uint32_t)count,
        .colors = lines->colors,
    };
    const struct trl_gpu_call draw = {
        .kernel = lines->draw,
        .bindings = {{.buffer = lines->spans}, {.buffer = lines->chart.cells, .write = true}},
        .binding_count = 2,
        .push = &push,
        .push_size = sizeof(push),
    };
    trl_gpu_cmd_dispatch(cmd, &draw, (p->cell_stride / 2 + LANES - 1) / LANES,
                         (push.rows + TRL_LINES_ROWS - 1) / TRL_LINES_ROWS, 1);
}

int trl_lines_record(struct trl_lines *lines, struct trl_gpu_cmd *cmd,
                     const struct trl_gpu_tensor *tensor)
{
    int ret = check_frame(lines, tensor);
    if (ret < 0)
        return ret;
    const struct trl_gpu_tensor *shown = tensor;
    uint32_t rotate = 0;
    trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_ANALYSE);
    if (lines->ring.buffer) {
        if ((ret = record_append(lines, cmd, tensor)) < 0)
            return ret;
        shown = &lines->ring;
        rotate = lines->scroll ? (uint32_t)(lines->seen % lines->samples) : 0;
    }
    if ((ret = trl_axis_record(&lines->axis, cmd, shown)) < 0)
        return ret;
    trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_VIEW);
    for (int64_t series = 0; series < lines->series; series += TRL_LINES_GROUP) {
        const int64_t count = trl_min_i64(lines->series - series, TRL_LINES_GROUP);
        if ((ret = record_strokes(lines, cmd, shown, series, count, rotate)) < 0)
            return ret;
        record_group(lines, cmd, series, count);
    }
    trl_gpu_cmd_fill(cmd, lines->axis.analyse.counts, 0, TRL_COUNT_WORDS * 4, 0);
    return trl_analyse_record_counts(&lines->axis.analyse, cmd, tensor, true);
}

const struct trl_picture *trl_lines_picture(const struct trl_lines *lines)
{
    return &lines->chart.picture;
}

const struct trl_palette *trl_lines_palette(const struct trl_lines *lines)
{
    return &lines->chart.palette;
}

int trl_lines_pad(const struct trl_lines *lines)
{
    return (int)(lines->axis.pad / TRL_SUBPIXELS);
}

void trl_lines_samples(const struct trl_lines *lines, int64_t *left, int64_t *right)
{
    *left = lines->ring.buffer && lines->scroll ? lines->seen - lines->samples : 0;
    *right = *left + lines->samples - 1;
}

void trl_lines_color(const struct trl_lines *lines, int64_t series, uint8_t rgb[3])
{
    const int64_t index = (series % lines->colors + 1) * TRL_LINES_LEVELS - 1;
    for (int n = 0; n < 3; n++)
        rgb[n] = lines->chart.palette.rgb[index][n];
}

struct trl_gpu_buffer *trl_lines_scale(const struct trl_lines *lines)
{
    return lines->axis.analyse.scale;
}

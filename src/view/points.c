/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/points.h"

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

enum { LANES = 64, GROUPS_MAX = 4096, SIZE_MAX_PIXELS = 60 };

struct trl_points {
    struct trl_device *device;
    struct trl_view_shape shape;
    int64_t column[3]; /* of x, y and colour */
    bool colored;
    uint32_t size; /* of the squares that are drawn */
    int32_t radius;
    uint32_t decay, words;
    struct trl_chart chart;
    struct trl_palette map;
    struct trl_axis axis[3]; /* x and y; the third is only the scale of the colours */
    struct trl_gpu_variants rims, cores;
    struct trl_gpu_kernel *blend;
    struct trl_gpu_image *target;
    struct trl_gpu_buffer *fresh, *guides, *trail;
};

/* ---- building ---- */

static int check_range(struct trl_log *log, const char *axis, double low, double high)
{
    if (!isfinite((float)low) || !isfinite((float)high) || (float)low >= (float)high)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "points: %s from %g to %g; the first must be below the second, both finite "
                        "(as 32-bit floats)",
                        axis, low, high);
    return 0;
}

static int check_columns(struct trl_points *points, const struct trl_points_params *p)
{
    struct trl_log *log = trl_gpu_log(points->device);
    const struct trl_view_shape *s = &points->shape;
    points->column[0] = p->x;
    points->column[1] = p->x || p->y ? p->y : 1;
    points->column[2] = p->color_set ? p->color : 0;
    points->colored = p->color_set;
    if (s->tiles != 1 || s->rows < 1 || s->rows > INT32_MAX)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "points: a frame is a matrix of points x columns, not %lld x %lld x %lld",
                        (long long)s->tiles, (long long)s->rows, (long long)s->columns);
    for (int n = 0; n < 3; n++)
        if (points->column[n] < 0 || points->column[n] >= s->columns)
            return trl_fail(log, TRL_ERROR_USAGE,
                            "points: column %lld; the matrix has columns 0 to %lld",
                            (long long)points->column[n], (long long)s->columns - 1);
    return 0;
}

static int check(struct trl_points *points, const struct trl_points_params *p)
{
    struct trl_log *log = trl_gpu_log(points->device);
    int ret = check_columns(points, p);
    if (ret == 0 && p->x_set)
        ret = check_range(log, "x", p->x_min, p->x_max);
    if (ret == 0 && p->y_set)
        ret = check_range(log, "y", p->y_min, p->y_max);
    if (ret < 0)
        return ret;
    if (p->size != 0 && !(p->size >= 1 && p->size <= SIZE_MAX_PIXELS))
        return trl_fail(log, TRL_ERROR_USAGE, "points: size %g; must be 1 to %d pixels", p->size,
                        SIZE_MAX_PIXELS);
    if (!(p->trail >= 0 && p->trail <= 1e6))
        return trl_fail(log, TRL_ERROR_USAGE, "points: a trail of %g frames; must be 0 to 1000000",
                        p->trail);
    points->radius = (int32_t)lround((p->size != 0 ? p->size : 5) * TRL_SUBPIXELS / 2);
    /* A rim reaches half a pixel further, the place half a pixel from its pixel's middle. */
    points->size = 2 * ((uint32_t)points->radius / TRL_SUBPIXELS + 2) + 1;
    points->decay = p->trail > 0 ? (uint32_t)(65536 * exp2(-1 / p->trail)) : 0;
    if (points->size > trl_gpu_point_size_max(points->device))
        return trl_fail(log, TRL_ERROR_UNSUPPORTED,
                        "points: size %g needs squares of %u pixels; %s draws at most %u", p->size,
                        points->size, trl_device_info(points->device)->name,
                        trl_gpu_point_size_max(points->device));
    return 0;
}

/* The range of x or y as a view's, so that it is found as one. */
static int init_axis(struct trl_points *points, struct trl_upload *upload, int n,
                     const struct trl_points_params *p, const struct trl_view_params *view)
{
    const int pixels = n ? view->height : view->width, other = n ? view->width : view->height;
    struct trl_view_params own = {.range = TRL_RANGE_FRAME,
                                  .vmin = n ? p->y_min : p->x_min,
                                  .vmax = n ? p->y_max : p->x_max,
                                  .vmin_set = n ? p->y_set : p->x_set,
                                  .vmax_set = n ? p->y_set : p->x_set};
    if (p->unit_circle && !own.vmin_set) {
        own.vmin_set = own.vmax_set = true;
        own.vmax = pixels > other ? 1.25 * pixels / other : 1.25;
        own.vmin = -own.vmax;
    }
    return trl_axis_init(
        &points->axis[n], upload,
        &(struct trl_axis_params){
            .view = &own, .pixels = pixels, .pad = pixels / 8, .first_only = true});
}

static int init_colors(struct trl_points *points, struct trl_upload *upload,
                       const struct trl_view_params *view)
{
    struct trl_view_params own = *view;
    if (!points->colored)
        own = (struct trl_view_params){.vmin_set = true, .vmax_set = true, .vmax = 1};
    struct trl_axis *colors = &points->axis[2];
    struct trl_device *device = points->device;
    int ret = trl_scale_init(&colors->scale, trl_gpu_log(device), &own, NULL, NULL);
    if (ret == 0)
        ret = trl_upload_buffer(upload, &colors->setup, "colour setup", colors->scale.setup,
                                sizeof(colors->scale.setup));
    if (ret == 0)
        ret =
            trl_analyse_init(&colors->analyse, upload->cmd, device, &colors->scale, colors->setup);
    if (ret == 0)
        trl_analyse_record_thresholds(&colors->analyse, upload->cmd);
    return ret;
}

static void fill_palette(struct trl_points *points, const struct trl_points_params *p,
                         const struct trl_view_params *view)
{
    uint8_t(*rgb)[3] = points->chart.palette.rgb;
    const uint8_t *background = rgb[TRL_PALETTE_BACKGROUND];
    uint8_t map[256][3], color[3];
    trl_cmap_table(view->cmap ? view->cmap : "viridis", map);
    const uint32_t colors = points->colored ? TRL_POINTS_COLORS : 1;
    const uint32_t levels = points->colored ? TRL_POINTS_LEVELS : TRL_POINTS_PLAIN;
    for (uint32_t n = 0; n < colors; n++) {
        const uint8_t *full = map[n * 255 / (TRL_POINTS_COLORS - 2) & 255];
        if (n == TRL_POINTS_COLORS - 1)
            full = rgb[TRL_PALETTE_NAN];
        if (!points->colored) {
            trl_chart_color_of(&p->plain, p->plain.set, background, 0, color);
            full = color;
        }
        for (uint32_t level = 1; level <= levels; level++)
            trl_chart_blend(background, full, level, levels, rgb[n * levels + level - 1]);
    }
    const bool light = 299 * background[0] + 587 * background[1] + 114 * background[2] >= 127500;
    const uint8_t grey[3] = {light ? 96 : 160, light ? 96 : 160, light ? 104 : 168};
    for (uint32_t level = 1; level <= TRL_POINTS_GUIDES; level++)
        trl_chart_blend(background, grey, level, 2 * TRL_POINTS_GUIDES,
                        rgb[TRL_POINTS_GUIDE + level - 1]);
}

/* ---- guides ---- */

static int64_t root64(int64_t square)
{
    int64_t low = 0;
    for (int64_t bit = (int64_t)1 << 30; bit; bit >>= 1)
        if ((low + bit) * (low + bit) <= square)
            low += bit;
    return low;
}

/* How strong a line is 1 pixel wide, so many sub-pixels away. */
static int64_t line_level(int64_t away)
{
    const int64_t inside = TRL_SUBPIXELS - llabs(away);
    return inside > 0 ? inside * (int64_t)TRL_POINTS_GUIDES / TRL_SUBPIXELS : 0;
}

static trl_i32 place_on(const struct trl_axis *axis, float value)
{
    const trl_symlog unused = {0};
    const trl_axis_scale scale =
        trl_axis_make(TRL_NORM_IS_LINEAR, unused, axis->scale.setup[TRL_SETUP_LOW],
                      axis->scale.setup[TRL_SETUP_HIGH], axis->length, axis->pad);
    return trl_axis_place(scale, TRL_NORM_IS_LINEAR, trl_float_bits(value));
}

/* The unit circle (an ellipse, if the two axes differ) and, half as strong, the axes. */
static void draw_guides(const struct trl_points *points, uint16_t *cells)
{
    const struct trl_picture *p = &points->chart.picture;
    const int64_t x0 = place_on(&points->axis[0], 0), y0 = place_on(&points->axis[1], 0);
    const int64_t rx = trl_max_i64(1, place_on(&points->axis[0], 1) - x0);
    const int64_t ry = trl_max_i64(1, place_on(&points->axis[1], 1) - y0);
    const int64_t half = TRL_SUBPIXELS / 2, most = TRL_PLACE_LIMIT;
    for (int64_t y = 0; y < p->height; y++)
        for (int64_t x = 0; x < p->width; x++) {
            const int64_t dx = x * TRL_SUBPIXELS + half - x0;
            const int64_t dy = (p->height - y) * TRL_SUBPIXELS - half - y0;
            const int64_t tall = trl_min_i64(llabs(dy) * rx / ry, most);
            const int64_t away = root64(trl_min_i64(dx * dx, most * most) + tall * tall) - rx;
            const int64_t axes = trl_max_i64(line_level(dx), line_level(dy)) / 2;
            cells[y * p->cell_stride + x] = (uint16_t)trl_max_i64(line_level(away), axes);
        }
}

static int upload_guides(struct trl_points *points, struct trl_upload *upload, bool wanted)
{
    uint16_t *cells = calloc((size_t)points->words * 2, sizeof(uint16_t));
    if (!cells)
        return trl_fail_memory(trl_gpu_log(points->device), "guides", (size_t)points->words * 4);
    if (wanted)
        draw_guides(points, cells);
    const int ret =
        trl_upload_buffer(upload, &points->guides, "guides", cells, (size_t)points->words * 4);
    free(cells);
    return ret;
}

static int create_passes(struct trl_points *points, const struct trl_view_params *view)
{
    struct trl_device *device = points->device;
    const struct trl_device_info *info = trl_device_info(device);
    if ((uint32_t)view->width > info->image_size_max ||
        (uint32_t)view->height > info->image_size_max)
        return trl_fail(trl_gpu_log(device), TRL_ERROR_UNSUPPORTED,
                        "points: %d x %d pixels; this device draws %u a side", view->width,
                        view->height, info->image_size_max);
    struct trl_gpu_variants *passes[2] = {&points->rims, &points->cores};
    for (uint32_t n = 0; n < 2; n++)
        passes[n]->params = (struct trl_gpu_kernel_params){
            .shader = TRL_SHADER_VIEW_POINTS_FRAG,
            .vertex = TRL_SHADER_VIEW_POINTS_VERT,
            .target = TRL_GPU_FORMAT_R16_UINT,
            .spec = {0, 0, TRL_NORM_IS_LINEAR, TRL_NORM_IS_LINEAR, points->colored, n},
            .spec_count = 6,
        };
    const int ret = trl_chart_kernel(&points->blend, device, TRL_SHADER_VIEW_POINTS_BLEND_COMP,
                                     points->colored ? TRL_POINTS_COLORS : 1);
    if (ret < 0)
        return ret;
    return trl_gpu_image_create(&points->target, device,
                                &(struct trl_gpu_image_params){
                                    .name = "points",
                                    .format = TRL_GPU_FORMAT_R16_UINT,
                                    .width = (uint32_t)view->width,
                                    .height = (uint32_t)view->height,
                                });
}

static int build(struct trl_points *points, const struct trl_points_params *p,
                 const struct trl_view_params *view, struct trl_upload *upload)
{
    int ret;
    points->map = points->chart.palette;
    fill_palette(points, p, view);
    if ((ret = trl_upload_begin(upload, points->device)) < 0 ||
        (ret = trl_chart_init(&points->chart, upload,
                              &(struct trl_chart_params){.width = view->width,
                                                         .height = view->height,
                                                         .cell_columns = view->width,
                                                         .cell_rows = view->height})) < 0)
        return ret;
    points->words = points->chart.picture.cell_stride / 2 * (uint32_t)view->height;
    if ((ret = init_axis(points, upload, 0, p, view)) < 0 ||
        (ret = init_axis(points, upload, 1, p, view)) < 0 ||
        (ret = init_colors(points, upload, view)) < 0 ||
        (ret = upload_guides(points, upload, p->unit_circle)) < 0 ||
        (ret = create_passes(points, view)) < 0 ||
        (ret = trl_chart_buffer(&points->fresh, points->device, "points", points->words)) < 0 ||
        (ret = trl_chart_buffer(&points->trail, points->device, "trails", points->words)) < 0)
        return ret;
    trl_gpu_cmd_fill(upload->cmd, points->trail, 0, (uint64_t)points->words * 4, 0);
    trl_gpu_cmd_fill(upload->cmd, points->fresh, 0, (uint64_t)points->words * 4, 0);
    points->chart.picture.counts = points->axis[points->colored ? 2 : 0].analyse.counts;
    return trl_upload_finish(upload);
}

int trl_points_create(struct trl_points **out, struct trl_device *device,
                      const struct trl_points_params *params, const struct trl_view_params *view,
                      const struct trl_view_shape *shape)
{
    *out = NULL;
    struct trl_log *log = trl_gpu_log(device);
    struct trl_upload upload = {0};
    struct trl_points *points = calloc(1, sizeof(*points));
    if (!points)
        return trl_fail_memory(log, "points", sizeof(*points));
    points->device = device;
    points->shape = *shape;
    int ret;
    if ((ret = trl_chart_check(log, "points", view->width, view->height)) < 0 ||
        (ret = trl_palette_create(log, view, &points->chart.palette)) < 0 ||
        (ret = check(points, params)) < 0 || (ret = build(points, params, view, &upload)) < 0)
        goto fail;
    trl_upload_destroy(&upload);
    *out = points;
    return 0;
fail:
    trl_upload_destroy(&upload);
    trl_points_destroy(&points);
    return ret;
}

void trl_points_destroy(struct trl_points **out)
{
    if (!out || !*out)
        return;
    struct trl_points *points = *out;
    trl_gpu_variants_destroy(&points->rims);
    trl_gpu_variants_destroy(&points->cores);
    trl_gpu_kernel_destroy(&points->blend);
    trl_gpu_image_destroy(&points->target);
    trl_gpu_buffer_destroy(&points->fresh);
    trl_gpu_buffer_destroy(&points->guides);
    trl_gpu_buffer_destroy(&points->trail);
    for (int n = 0; n < 3; n++)
        trl_axis_destroy(&points->axis[n]);
    trl_chart_destroy(&points->chart);
    free(points);
    *out = NULL;
}

/* ---- frames ---- */

/* One column of the frame as a tensor of its own. */
static struct trl_gpu_tensor column_of(const struct trl_points *points,
                                       const struct trl_gpu_tensor *tensor, int n)
{
    struct trl_gpu_tensor column = *tensor;
    column.layout.offset += points->column[n] * tensor->layout.stride[2];
    column.layout.shape[2] = 1;
    return column;
}

static int record_passes(struct trl_points *points, struct trl_gpu_cmd *cmd,
                         const struct trl_gpu_tensor *tensor, struct trl_gpu_variants *pass,
                         bool clear)
{
    const int64_t *stride = tensor->layout.stride;
    /* A row is never cut: its columns are one unit. */
    const uint32_t row[2] = {0, (uint32_t)points->shape.columns};
    const struct trl_window_axis axis[3] = {
        {1, 1, NULL, 0},
        {points->shape.rows, 1, NULL, stride[1]},
        {1, points->shape.columns, row, stride[2]},
    };
    struct trl_gpu_call call = {
        .bindings = {{0},
                     {.buffer = points->axis[0].words},
                     {.buffer = points->axis[1].words},
                     {.buffer = points->axis[2].analyse.scale}},
        .binding_count = 4,
    };
    struct trl_windows w;
    int ret;
    if ((ret = trl_gpu_variant(pass, points->device, &tensor->layout, &call.kernel)) < 0 ||
        (ret = trl_windows_begin(&w, points->device, tensor, axis)) < 0)
        return ret;
    for (; trl_windows_next(&w); clear = false) {
        const struct trl_points_push push = {
            .base = w.base + (uint32_t)(w.start[1] * stride[1]),
            .stride = (uint32_t)stride[1],
            .x_offset = (uint32_t)(points->column[0] * stride[2]),
            .y_offset = (uint32_t)(points->column[1] * stride[2]),
            .color_offset = (uint32_t)(points->column[2] * stride[2]),
            .width = (uint32_t)points->chart.picture.width,
            .height = (uint32_t)points->chart.picture.height,
            .size = points->size,
            .radius = points->radius,
        };
        call.bindings[0] = w.binding;
        call.push = &push;
        call.push_size = sizeof(push);
        trl_gpu_cmd_draw_points(cmd, &call, points->target, (uint32_t)w.count[1], clear);
    }
    return 0;
}

static void record_blend(struct trl_points *points, struct trl_gpu_cmd *cmd)
{
    const struct trl_points_blend_push push = {points->words, points->decay};
    const struct trl_gpu_call call = {
        .kernel = points->blend,
        .bindings = {{.buffer = points->fresh},
                     {.buffer = points->guides},
                     {.buffer = points->trail, .write = true},
                     {.buffer = points->chart.cells, .write = true}},
        .binding_count = 4,
        .push = &push,
        .push_size = sizeof(push),
    };
    const bool software = trl_device_info(points->device)->type == TRL_DEVICE_SOFTWARE;
    const int64_t groups = ((int64_t)points->words + LANES - 1) / LANES;
    trl_gpu_cmd_dispatch(cmd, &call, (uint32_t)trl_min_i64(groups, software ? 64 : GROUPS_MAX), 1,
                         1);
}

int trl_points_record(struct trl_points *points, struct trl_gpu_cmd *cmd,
                      const struct trl_gpu_tensor *tensor)
{
    struct trl_log *log = trl_gpu_log(points->device);
    const int64_t *shape = tensor->layout.shape;
    int ret = trl_chart_check_tensor(log, "points", tensor);
    if (ret < 0)
        return ret;
    if (shape[0] != 1 || shape[1] != points->shape.rows || shape[2] != points->shape.columns)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "points: a frame of %lld x %lld x %lld, not of 1 x %lld x %lld as the "
                        "first",
                        (long long)shape[0], (long long)shape[1], (long long)shape[2],
                        (long long)points->shape.rows, (long long)points->shape.columns);
    trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_ANALYSE);
    for (int n = 0; n < 2; n++) {
        const struct trl_gpu_tensor column = column_of(points, tensor, n);
        if ((ret = trl_axis_record(&points->axis[n], cmd, &column)) < 0)
            return ret;
    }
    struct trl_analyse *counted = &points->axis[points->colored ? 2 : 0].analyse;
    const struct trl_gpu_tensor column = column_of(points, tensor, points->colored ? 2 : 0);
    if (points->colored && (ret = trl_analyse_record(counted, cmd, &column, 1)) < 0)
        return ret;
    trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_VIEW);
    if ((ret = record_passes(points, cmd, tensor, &points->rims, true)) < 0 ||
        (ret = record_passes(points, cmd, tensor, &points->cores, false)) < 0)
        return ret;
    trl_gpu_cmd_copy_image(cmd, points->fresh, 0, points->chart.picture.cell_stride,
                           points->target);
    record_blend(points, cmd);
    trl_gpu_cmd_fill(cmd, counted->counts, 0, TRL_COUNT_WORDS * 4, 0);
    return trl_analyse_record_counts(counted, cmd, &column, true);
}

const struct trl_picture *trl_points_picture(const struct trl_points *points)
{
    return &points->chart.picture;
}

const struct trl_palette *trl_points_palette(const struct trl_points *points)
{
    return &points->chart.palette;
}

bool trl_points_range(const struct trl_points *points, bool y, float *low, float *high)
{
    return trl_axis_range(&points->axis[y], low, high);
}

struct trl_gpu_buffer *trl_points_scale(const struct trl_points *points, int axis)
{
    return points->axis[axis].analyse.scale;
}

const struct trl_palette *trl_points_map(const struct trl_points *points)
{
    return &points->map;
}

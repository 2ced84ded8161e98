/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/view.h"

#include "base/log.h"
#include "base/math.h"
#include "tensor/layout.h"
#include "view/analyse.h"
#include "view/cmap.h"
#include "view/geometry.h"
#include "view/reduce.h"
#include "view/scale.h"
#include "gpu/upload.h"
#include "gpu/window.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <tensorreel/error.h>

struct trl_view {
    struct trl_device *device;
    struct trl_view_shape shape; /* of the frames that come */
    struct trl_view_geometry geometry;
    struct trl_scale scale;
    struct trl_palette palette;
    struct trl_picture picture;
    struct trl_analyse analyse;
    bool reduces, bilinear;
    struct trl_reduction reduction;
    struct trl_gpu_variants classify;
    struct trl_gpu_image *target;
    uint16_t *column_map; /* and behind it the row map */
    struct trl_gpu_buffer *cells, *columns, *rows, *colours, *samples, *setup;
    /* Scrolling: the last frames as columns, float32, and where the next one goes. */
    struct trl_gpu_variants append;
    struct trl_gpu_tensor ring;
    int64_t next;
};

int trl_view_picture_size(struct trl_log *log, const struct trl_view_params *params,
                          const struct trl_view_shape *shape, int *width, int *height)
{
    int ret;
    struct trl_view_geometry geometry;
    if ((ret = trl_palette_create(log, params, NULL)) < 0 ||
        (ret = trl_scale_check(log, params)) < 0 ||
        (ret = trl_view_geometry(log, params, shape, &geometry)) < 0)
        return ret;
    *width = geometry.width;
    *height = geometry.height;
    return 0;
}

/* ---- tables ---- */

static int upload_maps(struct trl_view *view, struct trl_upload *upload, enum trl_origin origin)
{
    const struct trl_view_geometry *g = &view->geometry;
    const size_t columns_size = (size_t)g->width * sizeof(uint16_t);
    const size_t rows_size = (size_t)g->height * sizeof(uint16_t);
    uint16_t *maps = malloc(columns_size + rows_size);
    if (!maps)
        return trl_fail_memory(trl_gpu_log(view->device), "picture maps", columns_size + rows_size);
    trl_view_geometry_maps(g, origin, maps, maps + g->width);
    int ret = trl_upload_buffer(upload, &view->columns, "picture columns", maps, columns_size);
    if (ret == 0)
        ret = trl_upload_buffer(upload, &view->rows, "picture rows", maps + g->width, rows_size);
    view->column_map = maps;
    return ret;
}

static int upload_palette(struct trl_view *view, struct trl_upload *upload)
{
    uint32_t words[TRL_PALETTE_SIZE];
    for (int i = 0; i < TRL_PALETTE_SIZE; i++) {
        const uint8_t *rgb = view->palette.rgb[i];
        words[i] = rgb[0] | (uint32_t)rgb[1] << 8 | (uint32_t)rgb[2] << 16;
    }
    return trl_upload_buffer(upload, &view->colours, "palette", words, sizeof(words));
}

/* For every cell the two values it lies between, by their middles, and their weights. */
static void sample_axis(uint32_t *words, int64_t values, int cells)
{
    for (int i = 0; i < cells; i++, words += 4) {
        double at = (i + 0.5) * (double)values / cells - 0.5;
        at = fmin(fmax(at, 0), (double)(values - 1));
        const double below = floor(at);
        const float above_part = (float)(at - below);
        words[0] = (uint32_t)below;
        words[1] = above_part > 0 ? words[0] + 1 : words[0];
        words[2] = trl_float_bits((float)(1 - (at - below)));
        words[3] = trl_float_bits(above_part);
    }
}

static int upload_samples(struct trl_view *view, struct trl_upload *upload)
{
    const struct trl_view_geometry *g = &view->geometry;
    const size_t size = (size_t)(g->cell_columns + g->cell_rows) * 4 * sizeof(uint32_t);
    uint32_t *words = malloc(size);
    if (!words)
        return trl_fail_memory(trl_gpu_log(view->device), "samples", size);
    sample_axis(words, g->reduced_columns, g->cell_columns);
    sample_axis(words + (size_t)4 * (size_t)g->cell_columns, g->reduced_rows, g->cell_rows);
    const int ret = trl_upload_buffer(upload, &view->samples, "samples", words, size);
    free(words);
    return ret;
}

/* ---- building ---- */

static int create_cells(struct trl_view *view)
{
    const struct trl_view_geometry *g = &view->geometry;
    const struct trl_device_info *info = trl_device_info(view->device);
    struct trl_picture *p = &view->picture;
    p->width = g->width;
    p->height = g->height;
    p->cell_columns = g->grid_columns * g->cell_columns;
    p->cell_rows = g->grid_rows * g->cell_rows;
    p->cell_stride = (uint32_t)trl_align_up((uint64_t)p->cell_columns, 2);
    const uint64_t bytes = (uint64_t)p->cell_stride * (uint64_t)p->cell_rows * sizeof(uint16_t);
    if ((uint32_t)p->cell_columns > info->image_size_max ||
        (uint32_t)p->cell_rows > info->image_size_max || bytes > info->storage_buffer_bytes_max)
        return trl_fail(trl_gpu_log(view->device), TRL_ERROR_UNSUPPORTED,
                        "picture: %d x %d cells are too many for this device (%u a side, %llu "
                        "bytes of %llu); use a smaller --size",
                        p->cell_columns, p->cell_rows, info->image_size_max,
                        (unsigned long long)bytes,
                        (unsigned long long)info->storage_buffer_bytes_max);
    int ret = trl_gpu_buffer_create(&view->cells, view->device,
                                    &(struct trl_gpu_buffer_params){
                                        .name = "picture cells",
                                        .size_bytes = bytes,
                                        .memory = TRL_GPU_MEMORY_DEVICE,
                                    });
    if (ret < 0)
        return ret;
    return trl_gpu_image_create(&view->target, view->device,
                                &(struct trl_gpu_image_params){
                                    .name = "picture cells",
                                    .format = TRL_GPU_FORMAT_R16_UINT,
                                    .width = (uint32_t)p->cell_columns,
                                    .height = (uint32_t)p->cell_rows,
                                });
}

static int create_ring(struct trl_view *view, struct trl_upload *upload)
{
    const int64_t rows = view->geometry.rows, columns = view->geometry.columns;
    const uint64_t bytes = (uint64_t)(rows * columns) * sizeof(float);
    const uint64_t limit = trl_device_info(view->device)->storage_buffer_bytes_max / 4;
    if (bytes > limit)
        return trl_fail(trl_gpu_log(view->device), TRL_ERROR_UNSUPPORTED,
                        "--scroll %lld: %lld elements each need %llu bytes; the limit on this "
                        "device is %llu. Use fewer columns",
                        (long long)columns, (long long)rows, (unsigned long long)bytes,
                        (unsigned long long)limit);
    view->append.params =
        (struct trl_gpu_kernel_params){TRL_SHADER_VIEW_APPEND_COMP, .spec_count = 2};
    view->ring.layout = (struct trl_layout){
        .dtype = TRL_DTYPE_F32,
        .rank = 3,
        .shape = {1, rows, columns},
        .stride = {rows * columns, 1, rows},
    };
    const int ret = trl_gpu_buffer_create(&view->ring.buffer, view->device,
                                          &(struct trl_gpu_buffer_params){
                                              .name = "scroll",
                                              .size_bytes = bytes,
                                              .memory = TRL_GPU_MEMORY_DEVICE,
                                          });
    if (ret == 0)
        trl_gpu_cmd_fill(upload->cmd, view->ring.buffer, 0, bytes, 0x7fc00000U);
    return ret;
}

static int build(struct trl_view *view, const struct trl_view_params *params,
                 struct trl_upload *upload)
{
    struct trl_device *device = view->device;
    const struct trl_view_geometry *g = &view->geometry;
    int ret;
    if ((ret = create_cells(view)) < 0 || (ret = trl_upload_begin(upload, device)) < 0 ||
        (ret = upload_maps(view, upload, params->origin)) < 0 ||
        (ret = upload_palette(view, upload)) < 0 ||
        (ret = trl_upload_buffer(upload, &view->setup, "scale setup", view->scale.setup,
                                 sizeof(view->scale.setup))) < 0 ||
        (ret = trl_analyse_init(&view->analyse, device, &view->scale, view->setup)) < 0)
        return ret;
    view->bilinear = params->interpolation == TRL_INTERPOLATION_BILINEAR;
    view->reduces = g->reduced_rows < g->rows || g->reduced_columns < g->columns;
    if (view->bilinear && (ret = upload_samples(view, upload)) < 0)
        return ret;
    if (view->reduces &&
        (ret = trl_reduction_init(&view->reduction, upload, g, params->reduce)) < 0)
        return ret;
    if (params->scroll && (ret = create_ring(view, upload)) < 0)
        return ret;
    view->classify.params = (struct trl_gpu_kernel_params){
        TRL_SHADER_VIEW_CLASSIFY_FRAG,
        TRL_GPU_FORMAT_R16_UINT,
        .spec = {0, 0, view->scale.guess, view->bilinear, g->tiles > 1, !view->scale.guess_certain},
        .spec_count = 6,
    };
    trl_analyse_record_thresholds(&view->analyse, upload->cmd);
    return trl_upload_finish(upload);
}

int trl_view_create(struct trl_view **out, struct trl_device *device,
                    const struct trl_view_params *params, const struct trl_view_shape *shape,
                    const float *movie_low, const float *movie_high)
{
    *out = NULL;
    struct trl_log *log = trl_gpu_log(device);
    struct trl_upload upload = {0};
    struct trl_view *view = calloc(1, sizeof(*view));
    if (!view)
        return trl_fail_memory(log, "view", sizeof(*view));
    view->device = device;
    view->shape = *shape;
    int ret;
    if ((ret = trl_palette_create(log, params, &view->palette)) < 0 ||
        (ret = trl_scale_init(&view->scale, log, params, movie_low, movie_high)) < 0 ||
        (ret = trl_view_geometry(log, params, shape, &view->geometry)) < 0 ||
        (ret = build(view, params, &upload)) < 0)
        goto fail;
    trl_upload_destroy(&upload);
    view->picture.cells = view->cells;
    view->picture.columns = view->columns;
    view->picture.column_map = view->column_map;
    view->picture.row_map = view->column_map + view->geometry.width;
    view->picture.rows = view->rows;
    view->picture.palette = view->colours;
    view->picture.counts = view->analyse.counts;
    *out = view;
    return 0;
fail:
    trl_upload_destroy(&upload);
    trl_view_destroy(&view);
    return ret;
}

void trl_view_destroy(struct trl_view **out)
{
    if (!out || !*out)
        return;
    struct trl_view *view = *out;
    trl_gpu_variants_destroy(&view->append);
    trl_gpu_variants_destroy(&view->classify);
    trl_reduction_destroy(&view->reduction);
    trl_analyse_destroy(&view->analyse);
    trl_gpu_image_destroy(&view->target);
    trl_gpu_buffer_destroy(&view->ring.buffer);
    trl_gpu_buffer_destroy(&view->cells);
    trl_gpu_buffer_destroy(&view->columns);
    trl_gpu_buffer_destroy(&view->rows);
    trl_gpu_buffer_destroy(&view->colours);
    trl_gpu_buffer_destroy(&view->samples);
    trl_gpu_buffer_destroy(&view->setup);
    free(view->column_map);
    free(view);
    *out = NULL;
}

/* ---- drawing ---- */

static int check_tensor(const struct trl_view *view, const struct trl_gpu_tensor *tensor)
{
    const struct trl_layout *layout = &tensor->layout;
    const struct trl_view_shape *shape = &view->shape;
    struct trl_log *log = trl_gpu_log(view->device);
    if (layout->rank != 3 || layout->shape[0] != shape->tiles || layout->shape[1] != shape->rows ||
        layout->shape[2] != shape->columns)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "picture: a frame of rank %d, not of %lld x %lld x %lld as the first",
                        layout->rank, (long long)shape->tiles, (long long)shape->rows,
                        (long long)shape->columns);
    int64_t low, high, end;
    const int64_t size = (int64_t)trl_dtype_size(layout->dtype);
    if (!trl_layout_bounds(layout, &low, &high) || low < 0 || !trl_mul_i64(high + 1, size, &end) ||
        (uint64_t)end > trl_gpu_buffer_size(tensor->buffer))
        return trl_fail(log, TRL_ERROR_USAGE,
                        "picture: the frame's layout reaches beyond its buffer of %llu bytes",
                        (unsigned long long)trl_gpu_buffer_size(tensor->buffer));
    return 0;
}

static int record_append(struct trl_view *view, struct trl_gpu_cmd *cmd,
                         const struct trl_gpu_tensor *tensor)
{
    const int64_t *shape = tensor->layout.shape, *stride = tensor->layout.stride;
    const struct trl_window_axis axis[3] = {
        {1, 1, NULL, 0}, {1, 1, NULL, 0}, {shape[2], 1, NULL, stride[2]}};
    struct trl_gpu_call call = {
        .bindings = {{0}, {.buffer = view->ring.buffer, .write = true}},
        .binding_count = 2,
    };
    struct trl_windows w;
    int ret;
    if ((ret = trl_gpu_variant(&view->append, view->device, &tensor->layout, &call.kernel)) < 0 ||
        (ret = trl_windows_begin(&w, view->device, tensor, axis)) < 0)
        return ret;
    while (trl_windows_next(&w)) {
        const struct trl_append_push push = {
            .base = w.base + (uint32_t)(w.start[2] * stride[2]),
            .stride = (uint32_t)stride[2],
            .count = (uint32_t)w.count[2],
            .start = (uint32_t)(view->next * shape[2] + w.start[2]),
        };
        call.bindings[0] = w.binding;
        call.push = &push;
        call.push_size = sizeof(push);
        trl_gpu_cmd_dispatch(cmd, &call, (push.count + 4095) / 4096, 1, 1);
    }
    view->next = (view->next + 1) % view->geometry.columns;
    return 0;
}

/* Tiles drawn one by one leave the end of the last row of the grid. The call is that of any tile:
 * beyond the last one no tensor is read. */
static void record_empty_tiles(struct trl_view *view, struct trl_gpu_cmd *cmd,
                               const struct trl_gpu_call *call)
{
    const struct trl_view_geometry *g = &view->geometry;
    const int last = (int)(g->tiles % g->grid_columns);
    if (last > 0)
        trl_gpu_cmd_draw(cmd, call, view->target, (uint32_t)(last * g->cell_columns),
                         (uint32_t)((g->grid_rows - 1) * g->cell_rows),
                         (uint32_t)((g->grid_columns - last) * g->cell_columns),
                         (uint32_t)g->cell_rows);
}

/* Draws values (the tensor's, or reduced ones) as cells. */
static int record_draw(struct trl_view *view, struct trl_gpu_cmd *cmd,
                       const struct trl_gpu_tensor *tensor, uint32_t rotate)
{
    const struct trl_view_geometry *g = &view->geometry;
    const int64_t *stride = tensor->layout.stride;
    const struct trl_window_axis axis[3] = {
        {g->tiles, 1, NULL, stride[0]},
        {g->reduced_rows, 1, NULL, stride[1]},
        {g->reduced_columns, 1, NULL, stride[2]},
    };
    struct trl_classify_push push = {
        .place = {0, (uint32_t)stride[0], (uint32_t)stride[1], (uint32_t)stride[2],
                  (uint32_t)g->reduced_columns, rotate},
        .tiles = (uint32_t)g->tiles,
        .grid_columns = (uint32_t)g->grid_columns,
        .cell_rows = (uint32_t)g->cell_rows,
        .cell_columns = (uint32_t)g->cell_columns,
    };
    struct trl_gpu_call call = {
        .bindings = {{0},
                     {.buffer = view->analyse.scale},
                     {.buffer = view->analyse.counts, .write = true},
                     {.buffer = view->bilinear ? view->samples : view->analyse.scale}},
        .binding_count = 4,
        .push = &push,
        .push_size = sizeof(push),
    };
    struct trl_windows w;
    int ret;
    if ((ret = trl_gpu_variant(&view->classify, view->device, &tensor->layout, &call.kernel)) < 0 ||
        (ret = trl_windows_begin(&w, view->device, tensor, axis)) < 0)
        return ret;
    const bool single = trl_windows_single(&w);
    if (!single && view->bilinear)
        return trl_fail(trl_gpu_log(view->device), TRL_ERROR_UNSUPPORTED,
                        "picture: --interpolation bilinear reads the tensor as one, and this "
                        "device binds at most %llu bytes; use nearest",
                        (unsigned long long)w.limit);
    while (trl_windows_next(&w)) {
        push.place.base = w.base;
        call.bindings[0] = w.binding;
        uint32_t x = 0, y = 0, width = (uint32_t)view->picture.cell_columns,
                 height = (uint32_t)view->picture.cell_rows;
        if (!single) {
            x = (uint32_t)(w.start[0] % g->grid_columns * g->cell_columns + w.start[2]);
            y = (uint32_t)(w.start[0] / g->grid_columns * g->cell_rows + w.start[1]);
            width = (uint32_t)w.count[2];
            height = (uint32_t)w.count[1];
        }
        trl_gpu_cmd_draw(cmd, &call, view->target, x, y, width, height);
    }
    if (!single)
        record_empty_tiles(view, cmd, &call);
    return 0;
}

int trl_view_record(struct trl_view *view, struct trl_gpu_cmd *cmd,
                    const struct trl_gpu_tensor *tensor)
{
    int ret = check_tensor(view, tensor);
    if (ret < 0)
        return ret;
    const bool scroll = view->ring.buffer != NULL;
    const struct trl_gpu_tensor *shown = tensor;
    uint32_t rotate = 0;
    trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_ANALYSE);
    if (scroll) {
        if ((ret = record_append(view, cmd, tensor)) < 0)
            return ret;
        shown = &view->ring;
        rotate = (uint32_t)view->next;
    }
    if ((ret = trl_analyse_record(&view->analyse, cmd, shown)) < 0)
        return ret;
    trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_VIEW);
    trl_gpu_cmd_fill(cmd, view->analyse.counts, 0, TRL_COUNT_WORDS * 4, 0);
    struct trl_gpu_tensor reduced;
    const struct trl_gpu_tensor *drawn = shown;
    if (view->reduces) {
        ret = trl_reduction_record(&view->reduction, cmd, &view->analyse, shown, rotate, &reduced);
        if (ret < 0)
            return ret;
        drawn = &reduced;
        rotate = 0;
    }
    if ((ret = record_draw(view, cmd, drawn, rotate)) < 0)
        return ret;
    trl_gpu_cmd_copy_image(cmd, view->cells, 0, view->picture.cell_stride, view->target);
    /* Blended cells do not show every element, and a scrolling picture shows older ones. */
    return trl_analyse_record_counts(&view->analyse, cmd, tensor, view->bilinear || scroll);
}

const struct trl_picture *trl_view_picture(const struct trl_view *view)
{
    return &view->picture;
}

const struct trl_palette *trl_view_palette(const struct trl_view *view)
{
    return &view->palette;
}

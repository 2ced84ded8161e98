/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/triview.h"

#include "base/log.h"
#include "base/math.h"
#include "gpu/window.h"
#include "tensor/slice.h"
#include "view/analyse.h"
#include "view/board.h"
#include "view/cmap.h"
#include "view/geometry.h"
#include "view/reduce.h"
#include "view/tensor.h"

#include <math.h>
#include <stdlib.h>

#include <tensorreel/error.h>

struct plane {
    int axis;        /* that is sliced */
    int order[2];    /* the axes of rows and columns among the two that are left */
    int row, column; /* of its first cell */
    struct trl_view_geometry geometry;
    bool reduces;
    struct trl_reduction reduction;
};

struct trl_triview {
    struct trl_device *device;
    int64_t shape[3];
    struct trl_scale scale;
    struct trl_palette palette;
    struct trl_board board;
    struct trl_analyse analyse;
    struct trl_gpu_buffer *setup;
    struct trl_gpu_image *target;
    struct trl_gpu_variants classify;
    struct plane planes[3];
};

/* Cells of each axis: all voxels, or as many as there are pixels for. */
static int fit(struct trl_log *log, const int64_t shape[3], int width, int height, int cells[3])
{
    const int64_t across = shape[2] + shape[0], down = shape[1] + shape[0];
    const int64_t wide = width - 1, high = height - 1;
    if (wide < 2 || high < 2)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "tri-view: %d x %d pixels leave none for a plane; use a larger --size",
                        width, height);
    const bool by_width = wide * down <= high * across;
    const int64_t pixels = by_width ? wide : high, voxels = by_width ? across : down;
    for (int n = 0; n < 3; n++)
        cells[n] = (int)(pixels >= voxels ? shape[n] : trl_max_i64(1, shape[n] * pixels / voxels));
    /* A very flat volume may keep a cell where its share is less than one. */
    while (cells[0] + cells[2] > wide && cells[2] > 1)
        cells[2]--;
    while (cells[0] + cells[1] > high && cells[1] > 1)
        cells[1]--;
    return 0;
}

static void place_planes(struct trl_triview *view, const int cells[3])
{
    static const struct {
        int axis, row_axis, column_axis;
        int order[2];
    } kinds[3] = {{0, 1, 2, {0, 1}}, {2, 1, 0, {1, 0}}, {1, 0, 2, {0, 1}}};
    for (int n = 0; n < 3; n++) {
        struct plane *plane = &view->planes[n];
        const int row_axis = kinds[n].row_axis, column_axis = kinds[n].column_axis;
        plane->axis = kinds[n].axis;
        plane->order[0] = kinds[n].order[0];
        plane->order[1] = kinds[n].order[1];
        plane->row = n == 2 ? cells[1] : 0;
        plane->column = n == 1 ? cells[2] : 0;
        plane->geometry = (struct trl_view_geometry){
            .tiles = 1,
            .rows = view->shape[row_axis],
            .columns = view->shape[column_axis],
            .reduced_rows = cells[row_axis],
            .reduced_columns = cells[column_axis],
        };
        plane->reduces = plane->geometry.reduced_rows < plane->geometry.rows ||
                         plane->geometry.reduced_columns < plane->geometry.columns;
    }
}

/* Pixels of all columns and rows of cells. They fill a picture of their own ratio, but for the
 * pixels that layouts round off; in another a cell is as many whole pixels as fit. */
static void fill_pixels(int width, int height, int columns, int rows, int pixels[2])
{
    const double wide = width - 1, high = height - 1, slack = 2;
    if (wide >= columns && high >= rows &&
        (fabs(high * columns / rows - wide) <= slack ||
         fabs(wide * rows / columns - high) <= slack)) {
        pixels[0] = width - 1;
        pixels[1] = height - 1;
        return;
    }
    const int scale = (int)fmax(1, fmin(floor(wide / columns), floor(high / rows)));
    pixels[0] = columns * scale;
    pixels[1] = rows * scale;
}

static int create_board(struct trl_triview *view, const struct trl_view_params *params)
{
    struct trl_board *board = &view->board;
    int ret, cells[3] = {1, 1, 1}, pixels[2];
    if ((ret = fit(trl_gpu_log(view->device), view->shape, params->width, params->height, cells)) <
        0)
        return ret;
    place_planes(view, cells);
    const int columns = cells[2] + cells[0], rows = cells[1] + cells[0];
    if ((ret = trl_board_cells(board, view->device, params->width, params->height, columns, rows)) <
        0)
        return ret;
    fill_pixels(params->width, params->height, columns, rows, pixels);
    const int left = (params->width - (pixels[0] + 1)) / 2;
    const int top = (params->height - (pixels[1] + 1)) / 2;
    const int x = (int)((int64_t)pixels[0] * cells[2] / columns), across = pixels[0] - x;
    const int y = (int)((int64_t)pixels[1] * cells[1] / rows), down = pixels[1] - y;
    const bool reverse = params->origin == TRL_ORIGIN_LOWER;
    trl_board_map_columns(board, left, x, 0, cells[2]);
    trl_board_map_columns(board, left + x + 1, across, cells[2], cells[0]);
    trl_board_map_rows(board, top, y, 0, cells[1], reverse);
    trl_board_map_rows(board, top + y + 1, down, cells[1], cells[0], reverse);
    return trl_gpu_image_create(&view->target, view->device,
                                &(struct trl_gpu_image_params){
                                    .name = "picture cells",
                                    .format = TRL_GPU_FORMAT_R16_UINT,
                                    .width = (uint32_t)columns,
                                    .height = (uint32_t)rows,
                                });
}

/* Cells that share the elements of an axis as evenly as whole ones can be shared. */
static struct trl_reduce_axis even_axis(int64_t elements, int cells, int64_t *ends)
{
    for (int n = 0; n < cells; n++)
        ends[n] = (n + 1) * elements / cells;
    return (struct trl_reduce_axis){.ends = ends, .cells = cells};
}

static int init_reduction(struct trl_triview *view, struct plane *plane, struct trl_upload *upload,
                          enum trl_reduce reduce)
{
    const struct trl_view_geometry *g = &plane->geometry;
    const struct trl_reduce_size size = {
        .tiles = 1,
        .rows = g->rows,
        .columns = g->columns,
        .cell_rows = g->reduced_rows,
        .cell_columns = g->reduced_columns,
        .row_block = (g->rows + g->reduced_rows - 1) / g->reduced_rows,
        .column_block = (g->columns + g->reduced_columns - 1) / g->reduced_columns,
    };
    int ret = trl_reduction_init(&plane->reduction, view->device, &size, reduce);
    if (ret < 0)
        return ret;
    const size_t cells = (size_t)g->reduced_rows + (size_t)g->reduced_columns;
    int64_t *ends = malloc(cells * sizeof(*ends));
    if (!ends)
        return trl_fail_memory(trl_gpu_log(view->device), "cells", cells * sizeof(*ends));
    const struct trl_reduce_axis rows = even_axis(g->rows, g->reduced_rows, ends);
    const struct trl_reduce_axis columns =
        even_axis(g->columns, g->reduced_columns, ends + g->reduced_rows);
    ret = trl_reduction_aim(&plane->reduction, upload->cmd, &rows, &columns);
    free(ends);
    return ret;
}

static int build(struct trl_triview *view, const struct trl_view_params *params,
                 struct trl_upload *upload)
{
    int ret;
    if ((ret = create_board(view, params)) < 0 ||
        (ret = trl_upload_begin(upload, view->device)) < 0 ||
        (ret = trl_board_upload(&view->board, upload, &view->palette)) < 0 ||
        (ret = trl_upload_buffer(upload, &view->setup, "scale setup", view->scale.setup,
                                 sizeof(view->scale.setup))) < 0 ||
        (ret = trl_analyse_init(&view->analyse, upload->cmd, view->device, &view->scale,
                                view->setup)) < 0)
        return ret;
    for (int n = 0; n < 3; n++) {
        struct plane *plane = &view->planes[n];
        if (plane->reduces && (ret = init_reduction(view, plane, upload, params->reduce)) < 0)
            return ret;
    }
    view->classify.params = (struct trl_gpu_kernel_params){
        TRL_SHADER_VIEW_CLASSIFY_FRAG,
        TRL_GPU_FORMAT_R16_UINT,
        .spec = {0, 0, view->scale.guess, false, true, !view->scale.guess_certain, false, false},
        .spec_count = 8,
    };
    view->board.picture.counts = view->analyse.counts;
    trl_analyse_record_thresholds(&view->analyse, upload->cmd);
    return trl_upload_finish(upload);
}

int trl_triview_create(struct trl_triview **out, struct trl_device *device,
                       const struct trl_view_params *params, const int64_t shape[3],
                       const float *movie_low, const float *movie_high)
{
    *out = NULL;
    struct trl_log *log = trl_gpu_log(device);
    struct trl_upload upload = {0};
    struct trl_triview *view = calloc(1, sizeof(*view));
    if (!view)
        return trl_fail_memory(log, "a tri-view", sizeof(*view));
    view->device = device;
    int ret = 0;
    for (int n = 0; n < 3; n++) {
        view->shape[n] = shape[n];
        if (ret == 0 && (shape[n] < 1 || shape[n] > UINT32_MAX / 2))
            ret = trl_fail(log, TRL_ERROR_USAGE, "tri-view: axis %d has %lld elements", n,
                           (long long)shape[n]);
    }
    if (ret < 0 || (ret = trl_palette_create(log, params, &view->palette)) < 0 ||
        (ret = trl_scale_init(&view->scale, log, params, movie_low, movie_high)) < 0 ||
        (ret = build(view, params, &upload)) < 0)
        trl_triview_destroy(&view);
    trl_upload_destroy(&upload);
    *out = view;
    return ret;
}

void trl_triview_destroy(struct trl_triview **out)
{
    if (!out || !*out)
        return;
    struct trl_triview *view = *out;
    for (int n = 0; n < 3; n++)
        trl_reduction_destroy(&view->planes[n].reduction);
    trl_gpu_variants_destroy(&view->classify);
    trl_analyse_destroy(&view->analyse);
    trl_gpu_image_destroy(&view->target);
    trl_gpu_buffer_destroy(&view->setup);
    trl_board_destroy(&view->board);
    free(view);
    *out = NULL;
}

/* ---- drawing ---- */

static int take_plane(struct trl_triview *view, const struct plane *plane,
                      const struct trl_gpu_tensor *volume, int64_t index,
                      struct trl_gpu_tensor *out)
{
    struct trl_log *log = trl_gpu_log(view->device);
    int ret;
    out->buffer = volume->buffer;
    if ((ret = trl_layout_slice(log, &out->layout, &volume->layout, plane->axis, index)) < 0 ||
        (ret = trl_layout_permute(log, &out->layout, &out->layout, plane->order)) < 0)
        return ret;
    return trl_layout_picture(log, &out->layout, &out->layout);
}

static int draw_plane(struct trl_triview *view, struct plane *plane, struct trl_gpu_cmd *cmd,
                      const struct trl_gpu_tensor *tensor, struct trl_gpu_call *call)
{
    struct trl_gpu_tensor reduced;
    int ret;
    if (plane->reduces) {
        if ((ret = trl_reduction_record(&plane->reduction, cmd, &view->analyse, tensor, 0,
                                        &reduced)) < 0)
            return ret;
        tensor = &reduced;
    }
    const int64_t *stride = tensor->layout.stride;
    const struct trl_view_geometry *g = &plane->geometry;
    const struct trl_window_axis axis[3] = {{1, 1, NULL, 0},
                                            {g->reduced_rows, 1, NULL, stride[1]},
                                            {g->reduced_columns, 1, NULL, stride[2]}};
    struct trl_windows w;
    if ((ret = trl_gpu_variant(&view->classify, view->device, &tensor->layout, &call->kernel)) <
            0 ||
        (ret = trl_windows_begin(&w, view->device, tensor, axis)) < 0)
        return ret;
    const uint32_t row = (uint32_t)plane->row, column = (uint32_t)plane->column;
    while (trl_windows_next(&w)) {
        /* The pass counts cells from the target's corner; the plane's first cell is further on. */
        const struct trl_classify_push push = {
            .place = {.base = w.base - row * (uint32_t)stride[1] - column * (uint32_t)stride[2],
                      .row_stride = (uint32_t)stride[1],
                      .column_stride = (uint32_t)stride[2],
                      .columns = UINT32_MAX},
            .tiles = 1,
            .grid_columns = 1,
            .cell_rows = row + (uint32_t)g->reduced_rows,
            .cell_columns = column + (uint32_t)g->reduced_columns,
        };
        call->bindings[0] = w.binding;
        call->push = &push;
        call->push_size = sizeof(push);
        trl_gpu_cmd_draw(cmd, call, view->target, column + (uint32_t)w.start[2],
                         row + (uint32_t)w.start[1], (uint32_t)w.count[2], (uint32_t)w.count[1]);
    }
    return 0;
}

/* The corner where no plane is: a grid without tiles is background. */
static void draw_corner(struct trl_triview *view, struct trl_gpu_cmd *cmd,
                        const struct trl_gpu_call *plane)
{
    struct trl_gpu_call call = *plane;
    const struct trl_picture *picture = &view->board.picture;
    const struct trl_classify_push push = {.grid_columns = 1, .cell_rows = 1, .cell_columns = 1};
    const uint32_t x = (uint32_t)view->planes[1].column, y = (uint32_t)view->planes[2].row;
    call.push = &push;
    call.push_size = sizeof(push);
    trl_gpu_cmd_draw(cmd, &call, view->target, x, y, (uint32_t)picture->cell_columns - x,
                     (uint32_t)picture->cell_rows - y);
}

int trl_triview_record(struct trl_triview *view, struct trl_gpu_cmd *cmd,
                       const struct trl_gpu_tensor *volume, const int64_t index[3])
{
    int ret = trl_tensor_check(view->device, "tri-view", volume, view->shape);
    if (ret < 0)
        return ret;
    struct trl_gpu_tensor planes[3];
    for (int n = 0; n < 3; n++)
        if ((ret = take_plane(view, &view->planes[n], volume, index[view->planes[n].axis],
                              &planes[n])) < 0)
            return ret;
    trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_ANALYSE);
    if ((ret = trl_analyse_record(&view->analyse, cmd, volume, 1)) < 0)
        return ret;
    trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_VIEW);
    trl_gpu_cmd_fill(cmd, view->analyse.counts, 0, TRL_COUNT_WORDS * 4, 0);
    struct trl_gpu_call call = {
        .bindings = {{0},
                     {.buffer = view->analyse.scale},
                     {.buffer = view->analyse.counts, .write = true},
                     {.buffer = view->analyse.scale},
                     {.buffer = view->analyse.scale}},
        .binding_count = 5,
    };
    for (int n = 0; n < 3; n++)
        if ((ret = draw_plane(view, &view->planes[n], cmd, &planes[n], &call)) < 0)
            return ret;
    draw_corner(view, cmd, &call);
    trl_gpu_cmd_copy_image(cmd, view->board.cells, 0, view->board.picture.cell_stride,
                           view->target);
    for (int n = 0; n < 3; n++)
        if ((ret = trl_analyse_record_counts(&view->analyse, cmd, &planes[n], false)) < 0)
            return ret;
    return 0;
}

const struct trl_picture *trl_triview_picture(const struct trl_triview *view)
{
    return &view->board.picture;
}

const struct trl_palette *trl_triview_palette(const struct trl_triview *view)
{
    return &view->palette;
}

struct trl_gpu_buffer *trl_triview_scale(const struct trl_triview *view)
{
    return view->analyse.scale;
}

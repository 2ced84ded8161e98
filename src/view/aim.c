/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/inside.h"

#include "base/log.h"
#include "base/math.h"

#include <math.h>
#include <stdlib.h>

#include <tensorreel/error.h>

/* What blending looks at beyond the edges of the picture, and parts of elements there. */
enum { MARGIN = 4 };

static bool has_table(const struct trl_view *view)
{
    return view->bilinear || view->adapts || view->camera;
}

/* Elements of the largest cell of an axis, cut off at the edges of the tensor or not. */
static int64_t largest_cell(const struct trl_view *view, int64_t elements, int pixels)
{
    if (!view->camera)
        return (elements + pixels - 1) / pixels;
    const double cell = (double)elements / (pixels * trl_camera_zoom_min(view->camera));
    return (int64_t)fmin(ceil(cell) + 1, (double)elements);
}

static int init_reduction(struct trl_view *view, enum trl_reduce reduce)
{
    const struct trl_view_geometry *g = &view->geometry;
    const int margin = view->camera ? MARGIN : 0;
    return trl_reduction_init(
        &view->reduction, view->device,
        &(struct trl_reduce_size){
            .tiles = g->tiles,
            .rows = g->rows,
            .columns = g->columns,
            .cell_rows = trl_min_i64(g->rows, g->tile_height + margin),
            .cell_columns = trl_min_i64(g->columns, g->tile_width + margin),
            .row_block = largest_cell(view, g->rows, g->reduced_rows),
            .column_block = largest_cell(view, g->columns, g->reduced_columns),
        },
        reduce);
}

int trl_view_aim_init(struct trl_view *view, const struct trl_view_params *params)
{
    const struct trl_view_geometry *g = &view->geometry;
    const size_t words = (size_t)(g->cell_columns + g->cell_rows) * TRL_SAMPLE_WORDS;
    const size_t rows = (size_t)(g->tile_height + MARGIN);
    const size_t columns = (size_t)(g->tile_width + MARGIN);
    struct trl_log *log = trl_gpu_log(view->device);
    view->reduces = g->reduced_rows < g->rows || g->reduced_columns < g->columns;
    view->row_ends = malloc(rows * sizeof(*view->row_ends));
    view->column_ends = malloc(columns * sizeof(*view->column_ends));
    if (!view->row_ends || !view->column_ends)
        return trl_fail_memory(log, "ends of cells", (rows + columns) * sizeof(int64_t));
    int ret = 0;
    if (view->reduces || view->camera)
        ret = init_reduction(view, params->reduce);
    if (ret < 0 || !has_table(view))
        return ret;
    view->sample_words = malloc(words * sizeof(*view->sample_words));
    if (!view->sample_words)
        return trl_fail_memory(log, "samples", words * sizeof(*view->sample_words));
    const struct trl_gpu_buffer_params samples = {"samples", words * sizeof(uint32_t),
                                                  TRL_GPU_MEMORY_DEVICE};
    return trl_gpu_buffer_create(&view->samples, view->device, &samples);
}

void trl_view_aim_destroy(struct trl_view *view)
{
    trl_reduction_destroy(&view->reduction);
    trl_gpu_buffer_destroy(&view->samples);
    free(view->sample_words);
    free(view->row_ends);
    free(view->column_ends);
}

/* The cells of the reduction of which so many are seen. */
static struct trl_reduce_axis reduce_axis(const struct trl_sample_axis *axis,
                                          struct trl_sample_span span, int64_t *ends)
{
    const bool many = trl_sample_reduces(axis);
    for (int64_t i = span.first; i < span.end; i++)
        ends[i - span.first] = many ? trl_sample_end(axis, (int)i) : i + 1;
    return (struct trl_reduce_axis){
        .first = many ? trl_sample_end(axis, (int)span.first - 1) : span.first,
        .ends = ends,
        .cells = span.end - span.first,
    };
}

static struct trl_sample_span whole(const struct trl_sample_axis *axis)
{
    return (struct trl_sample_span){0, trl_sample_reduces(axis) ? axis->cells : axis->elements};
}

static void look(const struct trl_view *view, struct trl_sample_axis *rows,
                 struct trl_sample_axis *columns)
{
    const struct trl_view_geometry *g = &view->geometry;
    struct trl_camera_pose pose = {.zoom = 1, .center_x = 0.5, .center_y = 0.5};
    if (view->camera)
        trl_camera_pose(view->camera, view->frame, &pose);
    *rows = trl_sample_axis_at(g->rows, g->cell_rows, pose.center_y, pose.zoom);
    *columns = trl_sample_axis_at(g->columns, g->cell_columns, pose.center_x, pose.zoom);
    rows->blend = columns->blend = view->bilinear;
    rows->fields = view->adapts ? view->fields.rows : 0;
    columns->fields = view->adapts ? view->fields.columns : 0;
}

int trl_view_aim(struct trl_view *view, struct trl_gpu_cmd *cmd, bool divide)
{
    const struct trl_view_geometry *g = &view->geometry;
    struct trl_sample_axis rows, columns;
    look(view, &rows, &columns);
    struct trl_sample_span row_span = whole(&rows), column_span = whole(&columns);
    uint32_t *row_words = NULL, *column_words = view->sample_words;
    if (has_table(view)) {
        row_words = column_words + (size_t)g->cell_columns * TRL_SAMPLE_WORDS;
        column_span = trl_sample_fill(&columns, column_words);
        row_span = trl_sample_fill(&rows, row_words);
    }
    const bool any = row_span.first < row_span.end && column_span.first < column_span.end;
    view->reduces = any && (trl_sample_reduces(&rows) || trl_sample_reduces(&columns) || divide);
    if (view->reduces) {
        const struct trl_reduce_axis row_cells = reduce_axis(&rows, row_span, view->row_ends);
        const struct trl_reduce_axis column_cells =
            reduce_axis(&columns, column_span, view->column_ends);
        const int ret = trl_reduction_aim(&view->reduction, cmd, &row_cells, &column_cells);
        if (ret < 0)
            return ret;
    }
    if (!has_table(view))
        return 0;
    if (view->reduces) {
        trl_sample_shift(&columns, column_words, column_span.first);
        trl_sample_shift(&rows, row_words, row_span.first);
    }
    trl_gpu_cmd_update(cmd, view->samples, 0, view->sample_words,
                       (uint64_t)(g->cell_columns + g->cell_rows) * TRL_SAMPLE_WORDS *
                           sizeof(uint32_t));
    return 0;
}

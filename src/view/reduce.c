/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/reduce.h"

#include "base/log.h"
#include "base/math.h"
#include "gpu/window.h"

#include <stdlib.h>
#include <string.h>

#include <tensorreel/error.h>

enum { GROUPS_MAX = 65535, LANES = 64 };

/* Into how many parts the largest cell must be cut so that none exceeds a block, per level. */
static int levels_of(int64_t elements, int64_t cells)
{
    int64_t largest = (elements + cells - 1) / cells;
    int levels = 1;
    for (; largest > TRL_REDUCE_BLOCK; levels++)
        largest = (largest + TRL_REDUCE_BLOCK - 1) / TRL_REDUCE_BLOCK;
    return levels;
}

/* One axis of one level: *count things come in, in groups given by ends[cells], where each cell of
 * the picture ends. Groups are cut into blocks (or taken whole by the last level), and ends counts
 * blocks afterwards. */
static uint32_t *make_bounds(int64_t *ends, int64_t cells, bool last, int64_t *count,
                             int64_t *block)
{
    int64_t blocks = 0, start = 0;
    for (int64_t cell = 0; cell < cells; cell++) {
        const int64_t size = ends[cell] - start;
        blocks += last ? 1 : (size + TRL_REDUCE_BLOCK - 1) / TRL_REDUCE_BLOCK;
        start = ends[cell];
    }
    uint32_t *bounds = malloc((size_t)(blocks + 1) * sizeof(*bounds));
    if (!bounds)
        return NULL;
    int64_t at = 0;
    start = 0;
    *block = 1;
    for (int64_t cell = 0; cell < cells; cell++) {
        const int64_t step = last ? ends[cell] - start : TRL_REDUCE_BLOCK;
        for (; start < ends[cell]; start += trl_min_i64(step, ends[cell] - start)) {
            bounds[at++] = (uint32_t)start;
            *block = trl_max_i64(*block, trl_min_i64(step, ends[cell] - start));
        }
        ends[cell] = at;
    }
    bounds[at] = (uint32_t)start;
    *count = at;
    return bounds;
}

static int create_cells(struct trl_reduce_level *level, struct trl_device *device, int64_t tiles,
                        int64_t rows, int64_t columns, bool last)
{
    const int64_t bytes = tiles * rows * columns * (last ? 4 : 8);
    const uint64_t limit = trl_device_info(device)->storage_buffer_bytes_max;
    if ((uint64_t)bytes > limit)
        return trl_fail(trl_gpu_log(device), TRL_ERROR_UNSUPPORTED,
                        "picture: reducing the tensor needs a buffer of %lld bytes; this device "
                        "binds at most %llu. Use a smaller --size",
                        (long long)bytes, (unsigned long long)limit);
    /* Pairs are numbered as pairs, so the same layout serves both. */
    level->cells.layout = (struct trl_layout){
        .dtype = TRL_DTYPE_F32,
        .rank = 3,
        .shape = {tiles, rows, columns},
        .stride = {rows * columns, columns, 1},
    };
    return trl_gpu_buffer_create(&level->cells.buffer, device,
                                 &(struct trl_gpu_buffer_params){
                                     .name = "reduced cells",
                                     .size_bytes = (uint64_t)bytes,
                                     .memory = TRL_GPU_MEMORY_DEVICE,
                                 });
}

static int upload_bounds(struct trl_reduce_level *level, struct trl_upload *upload, int64_t rows,
                         int64_t columns)
{
    const size_t size = (size_t)(rows + columns + 2) * sizeof(uint32_t);
    uint32_t *words = malloc(size);
    if (!words)
        return trl_fail_memory(trl_gpu_log(upload->device), "bounds of cells", size);
    memcpy(words, level->row_bounds, (size_t)(rows + 1) * sizeof(*words));
    memcpy(words + rows + 1, level->column_bounds, (size_t)(columns + 1) * sizeof(*words));
    const int ret = trl_upload_buffer(upload, &level->bounds, "bounds of cells", words, size);
    free(words);
    return ret;
}

static int64_t *cell_ends(int64_t elements, int64_t cells)
{
    int64_t *ends = malloc((size_t)cells * sizeof(*ends));
    for (int64_t i = 0; ends && i < cells; i++)
        ends[i] = (i + 1) * elements / cells;
    return ends;
}

static int init_level(struct trl_reduction *r, int n, struct trl_upload *upload,
                      const struct trl_view_geometry *g, int64_t *row_ends, int64_t *column_ends)
{
    struct trl_reduce_level *level = &r->level[n];
    const bool last = n == r->levels - 1;
    int64_t rows = 0, columns = 0;
    level->row_bounds = make_bounds(row_ends, g->reduced_rows, last, &rows, &level->row_block);
    level->column_bounds =
        make_bounds(column_ends, g->reduced_columns, last, &columns, &level->column_block);
    if (!level->row_bounds || !level->column_bounds)
        return trl_fail_memory(trl_gpu_log(r->device), "bounds of cells", 0);
    const int ret = upload_bounds(level, upload, rows, columns);
    if (ret < 0)
        return ret;
    return create_cells(level, r->device, g->tiles, rows, columns, last);
}

int trl_reduction_init(struct trl_reduction *r, struct trl_upload *upload,
                       const struct trl_view_geometry *g, enum trl_reduce reduce)
{
    *r = (struct trl_reduction){
        .device = upload->device,
        .levels = (int)trl_max_i64(levels_of(g->rows, g->reduced_rows),
                                   levels_of(g->columns, g->reduced_columns)),
    };
    const uint32_t mode = reduce == TRL_REDUCE_AUTO ? TRL_REDUCE_MAX : reduce;
    int64_t *row_ends = cell_ends(g->rows, g->reduced_rows);
    int64_t *column_ends = cell_ends(g->columns, g->reduced_columns);
    int ret = 0;
    if (!row_ends || !column_ends)
        ret = trl_fail_memory(trl_gpu_log(r->device), "bounds of cells", 0);
    for (int n = 0; n < r->levels && ret == 0; n++) {
        r->level[n].kernels.params = (struct trl_gpu_kernel_params){
            TRL_SHADER_VIEW_REDUCE_COMP,
            .spec = {0, 0, mode, n == 0, n == r->levels - 1},
            .spec_count = 5,
        };
        ret = init_level(r, n, upload, g, row_ends, column_ends);
    }
    free(row_ends);
    free(column_ends);
    return ret;
}

void trl_reduction_destroy(struct trl_reduction *r)
{
    for (int n = 0; n < r->levels; n++) {
        struct trl_reduce_level *level = &r->level[n];
        trl_gpu_variants_destroy(&level->kernels);
        trl_gpu_buffer_destroy(&level->cells.buffer);
        trl_gpu_buffer_destroy(&level->bounds);
        free(level->row_bounds);
        free(level->column_bounds);
    }
    r->levels = 0;
}

static int record_level(struct trl_reduction *r, int n, struct trl_gpu_cmd *cmd,
                        const struct trl_analyse *analyse, const struct trl_gpu_tensor *tensor,
                        uint32_t rotate)
{
    struct trl_reduce_level *level = &r->level[n];
    const int64_t *cells = level->cells.layout.shape, *stride = tensor->layout.stride;
    const struct trl_window_axis axis[3] = {
        {cells[0], 1, NULL, stride[0]},
        {cells[1], level->row_block, level->row_bounds, stride[1]},
        {cells[2], level->column_block, level->column_bounds, stride[2]},
    };
    struct trl_gpu_call call = {
        .bindings = {{0},
                     {.buffer = analyse->scale},
                     {.buffer = analyse->counts, .write = true},
                     {.buffer = level->bounds},
                     {.buffer = level->cells.buffer, .write = true}},
        .binding_count = 5,
        .push_size = sizeof(struct trl_reduce_push),
    };
    struct trl_windows w;
    int ret;
    if ((ret = trl_gpu_variant(&level->kernels, r->device, &tensor->layout, &call.kernel)) < 0 ||
        (ret = trl_windows_begin(&w, r->device, tensor, axis)) < 0)
        return ret;
    while (trl_windows_next(&w)) {
        struct trl_reduce_push push = {
            .place = {w.base, (uint32_t)stride[0], (uint32_t)stride[1], (uint32_t)stride[2],
                      (uint32_t)tensor->layout.shape[2], rotate},
            .column_bounds = (uint32_t)cells[1] + 1,
            .cell_rows = (uint32_t)cells[1],
            .cell_columns = (uint32_t)cells[2],
        };
        for (int i = 0; i < 3; i++) {
            push.start[i] = (uint32_t)w.start[i];
            push.count[i] = (uint32_t)w.count[i];
        }
        call.bindings[0] = w.binding;
        if (n > 0)
            call.bindings[0] = (struct trl_gpu_binding){.buffer = tensor->buffer};
        call.push = &push;
        trl_gpu_cmd_dispatch(cmd, &call, (push.count[2] + LANES - 1) / LANES,
                             (uint32_t)trl_min_i64(w.count[0] * w.count[1], GROUPS_MAX), 1);
    }
    return 0;
}

int trl_reduction_record(struct trl_reduction *r, struct trl_gpu_cmd *cmd,
                         const struct trl_analyse *analyse, const struct trl_gpu_tensor *tensor,
                         uint32_t rotate, struct trl_gpu_tensor *out)
{
    for (int n = 0; n < r->levels; n++) {
        int ret = record_level(r, n, cmd, analyse, tensor, n == 0 ? rotate : 0);
        if (ret < 0)
            return ret;
        tensor = &r->level[n].cells;
    }
    *out = *tensor;
    return 0;
}

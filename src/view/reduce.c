/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/reduce.h"

#include "base/log.h"
#include "base/math.h"
#include "gpu/window.h"

#include <stdlib.h>

#include <tensorreel/error.h>

enum { GROUPS_MAX = 65535, LANES = 64 };

/* Levels that cells of so many elements along an axis take, none from more than a block. */
static int levels_of(int64_t largest)
{
    int levels = 1;
    for (; largest > TRL_REDUCE_BLOCK; levels++)
        largest = (largest + TRL_REDUCE_BLOCK - 1) / TRL_REDUCE_BLOCK;
    return levels;
}

/* One axis of one level: things come in from first on, in groups given by ends[cells], where each
 * cell of the picture ends. Groups are cut into blocks (or taken whole by the last level), of which
 * there are *count, and ends counts blocks afterwards. */
static uint32_t *make_bounds(int64_t first, int64_t *ends, int64_t cells, bool last, int64_t *count,
                             int64_t *block)
{
    int64_t blocks = 0, start = first;
    for (int64_t cell = 0; cell < cells; cell++) {
        const int64_t size = ends[cell] - start;
        blocks += last ? 1 : (size + TRL_REDUCE_BLOCK - 1) / TRL_REDUCE_BLOCK;
        start = ends[cell];
    }
    uint32_t *bounds = malloc((size_t)(blocks + 1) * sizeof(*bounds));
    if (!bounds)
        return NULL;
    int64_t at = 0;
    start = first;
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

/* The most blocks that so many things in so many cells make. */
static int64_t capacity(int64_t things, int64_t cells, bool last)
{
    return trl_min_i64(things, last ? cells : cells + things / TRL_REDUCE_BLOCK);
}

static int init_level(struct trl_reduction *r, int n, const struct trl_reduce_size *size,
                      int64_t *rows, int64_t *columns)
{
    struct trl_reduce_level *level = &r->level[n];
    const bool last = n == r->levels - 1;
    *rows = capacity(*rows, size->cell_rows, last);
    *columns = capacity(*columns, size->cell_columns, last);
    const struct trl_gpu_buffer_params bounds = {
        "bounds of cells", (uint64_t)(*rows + *columns + 2) * sizeof(uint32_t),
        TRL_GPU_MEMORY_DEVICE};
    const int ret = trl_gpu_buffer_create(&level->bounds, r->device, &bounds);
    return ret < 0 ? ret : create_cells(level, r->device, size->tiles, *rows, *columns, last);
}

int trl_reduction_init(struct trl_reduction *r, struct trl_device *device,
                       const struct trl_reduce_size *size, enum trl_reduce reduce)
{
    *r = (struct trl_reduction){
        .device = device,
        .levels = (int)trl_max_i64(levels_of(size->row_block), levels_of(size->column_block)),
    };
    const uint32_t mode = reduce == TRL_REDUCE_AUTO ? TRL_REDUCE_MAX : reduce;
    int64_t rows = size->rows, columns = size->columns;
    int ret = 0;
    for (int n = 0; n < r->levels && ret == 0; n++) {
        r->level[n].kernels.params = (struct trl_gpu_kernel_params){
            TRL_SHADER_VIEW_REDUCE_COMP,
            .spec = {0, 0, mode, n == 0, n == r->levels - 1},
            .spec_count = 5,
        };
        ret = init_level(r, n, size, &rows, &columns);
    }
    return ret;
}

static int aim_level(struct trl_reduction *r, int n, struct trl_gpu_cmd *cmd,
                     const struct trl_reduce_axis *rows, const struct trl_reduce_axis *columns)
{
    struct trl_reduce_level *level = &r->level[n];
    const bool last = n == r->levels - 1;
    int64_t row_count = 0, column_count = 0;
    free(level->row_bounds);
    free(level->column_bounds);
    level->row_bounds = make_bounds(n == 0 ? rows->first : 0, rows->ends, rows->cells, last,
                                    &row_count, &level->row_block);
    level->column_bounds = make_bounds(n == 0 ? columns->first : 0, columns->ends, columns->cells,
                                       last, &column_count, &level->column_block);
    if (!level->row_bounds || !level->column_bounds)
        return trl_fail_memory(trl_gpu_log(r->device), "bounds of cells", 0);
    const uint64_t row_bytes = (uint64_t)(row_count + 1) * sizeof(uint32_t);
    trl_gpu_cmd_update(cmd, level->bounds, 0, level->row_bounds, row_bytes);
    trl_gpu_cmd_update(cmd, level->bounds, row_bytes, level->column_bounds,
                       (uint64_t)(column_count + 1) * sizeof(uint32_t));
    struct trl_layout *cells = &level->cells.layout;
    cells->shape[1] = row_count;
    cells->shape[2] = column_count;
    cells->stride[0] = row_count * column_count;
    cells->stride[1] = column_count;
    return 0;
}

int trl_reduction_aim(struct trl_reduction *r, struct trl_gpu_cmd *cmd,
                      const struct trl_reduce_axis *rows, const struct trl_reduce_axis *columns)
{
    int ret = 0;
    for (int n = 0; n < r->levels && ret == 0; n++)
        ret = aim_level(r, n, cmd, rows, columns);
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
        /* What is turned around is not where the window looks, but small. */
        if (n > 0 || rotate) {
            call.bindings[0] = (struct trl_gpu_binding){.buffer = tensor->buffer};
            push.place.base = (uint32_t)tensor->layout.offset;
        }
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

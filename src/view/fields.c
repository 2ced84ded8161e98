/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/fields.h"

#include "base/log.h"
#include "base/math.h"
#include "gpu/window.h"

#include <math.h>
#include <stdlib.h>

#include <tensorreel/error.h>

/* Turns of 256 elements that a workgroup makes: where each costs microseconds, many, but fewer than
 * a driver ends loops at. */
enum { TURNS = 16, TURNS_SOFTWARE = 8192, GROUPS_MAX = 65535 };

static int create_buffers(struct trl_fields *f, struct trl_upload *upload)
{
    const uint64_t bytes = (uint64_t)(f->tiles * f->rows * f->columns) * 256 * 4;
    const uint64_t limit = trl_device_info(f->device)->storage_buffer_bytes_max;
    if (bytes > limit || f->tiles * f->rows > GROUPS_MAX)
        return trl_fail(trl_gpu_log(f->device), TRL_ERROR_UNSUPPORTED,
                        "--equalize clahe: %lld tiles of %d x %d fields need %llu bytes; this "
                        "device binds at most %llu. Use fewer fields",
                        (long long)f->tiles, f->columns, f->rows, (unsigned long long)bytes,
                        (unsigned long long)limit);
    const struct trl_gpu_buffer_params histogram = {"field histograms", bytes,
                                                    TRL_GPU_MEMORY_DEVICE};
    const struct trl_gpu_buffer_params levels = {"field levels", bytes, TRL_GPU_MEMORY_DEVICE};
    int ret;
    if ((ret = trl_gpu_buffer_create(&f->histogram, f->device, &histogram)) < 0 ||
        (ret = trl_gpu_buffer_create(&f->levels, f->device, &levels)) < 0)
        return ret;
    trl_gpu_cmd_fill(upload->cmd, f->levels, 0, bytes, TRL_LEVEL_NONE);
    return 0;
}

static int create_bounds(struct trl_fields *f, struct trl_upload *upload,
                         const struct trl_view_geometry *g)
{
    const size_t size = (size_t)(f->rows + f->columns + 2) * sizeof(uint32_t);
    f->row_bounds = malloc(size);
    if (!f->row_bounds)
        return trl_fail_memory(trl_gpu_log(f->device), "bounds of fields", size);
    for (int i = 0; i <= f->rows; i++)
        f->row_bounds[i] = (uint32_t)(g->rows * i / f->rows);
    for (int i = 0; i <= f->columns; i++)
        f->row_bounds[f->rows + 1 + i] = (uint32_t)(g->columns * i / f->columns);
    return trl_upload_buffer(upload, &f->bounds, "bounds of fields", f->row_bounds, size);
}

int trl_fields_init(struct trl_fields *f, struct trl_upload *upload,
                    const struct trl_view_geometry *g, const struct trl_scale *scale)
{
    *f = (struct trl_fields){
        .device = upload->device,
        .rows = (int)trl_min_i64(scale->fields, g->rows),
        .columns = (int)trl_min_i64(scale->fields, g->columns),
        .tiles = g->tiles,
        .count.params = {TRL_SHADER_VIEW_FIELD_COUNT_COMP, .spec_count = 2},
    };
    const struct trl_gpu_kernel_params level = {TRL_SHADER_VIEW_FIELD_LEVEL_COMP,
                                                .spec = {scale->running}, .spec_count = 1};
    int ret;
    if ((ret = create_buffers(f, upload)) < 0 || (ret = create_bounds(f, upload, g)) < 0)
        return ret;
    return trl_gpu_kernel_create(&f->level, f->device, &level);
}

void trl_fields_destroy(struct trl_fields *f)
{
    trl_gpu_variants_destroy(&f->count);
    trl_gpu_kernel_destroy(&f->level);
    trl_gpu_buffer_destroy(&f->levels);
    trl_gpu_buffer_destroy(&f->histogram);
    trl_gpu_buffer_destroy(&f->bounds);
    free(f->row_bounds);
    f->row_bounds = NULL;
}

static int64_t largest(const uint32_t *bounds, int fields)
{
    int64_t most = 0;
    for (int i = 0; i < fields; i++)
        most = trl_max_i64(most, (int64_t)bounds[i + 1] - bounds[i]);
    return most;
}

static int record_count(struct trl_fields *f, struct trl_gpu_cmd *cmd,
                        const struct trl_analyse *analyse, const struct trl_gpu_tensor *tensor,
                        uint32_t rotate)
{
    const struct trl_layout *layout = &tensor->layout;
    const uint32_t *column_bounds = f->row_bounds + f->rows + 1;
    const int64_t field_rows = largest(f->row_bounds, f->rows);
    const int64_t field_columns = largest(column_bounds, f->columns);
    const struct trl_window_axis axis[3] = {
        {f->tiles, 1, NULL, layout->stride[0]},
        {f->rows, field_rows, f->row_bounds, layout->stride[1]},
        {f->columns, field_columns, column_bounds, layout->stride[2]},
    };
    struct trl_gpu_call call = {
        .bindings = {{0},
                     {.buffer = analyse->scale},
                     {.buffer = f->bounds},
                     {.buffer = f->histogram, .write = true}},
        .binding_count = 4,
        .push_size = sizeof(struct trl_fields_push),
    };
    struct trl_windows w;
    int ret;
    if ((ret = trl_gpu_variant(&f->count, f->device, layout, &call.kernel)) < 0 ||
        (ret = trl_windows_begin(&w, f->device, tensor, axis)) < 0)
        return ret;
    const int64_t turns = field_rows * ((field_columns + 255) / 256);
    const int64_t each = w.software ? TURNS_SOFTWARE : TURNS;
    const uint32_t parts = (uint32_t)trl_min_i64((turns + each - 1) / each, GROUPS_MAX);
    while (trl_windows_next(&w)) {
        const struct trl_fields_push push = {
            .place = {w.base, (uint32_t)layout->stride[0], (uint32_t)layout->stride[1],
                      (uint32_t)layout->stride[2], (uint32_t)layout->shape[2], rotate},
            .column_bounds = (uint32_t)f->rows + 1,
            .field_rows = (uint32_t)f->rows,
            .field_columns = (uint32_t)f->columns,
            .start = {(uint32_t)w.start[0], (uint32_t)w.start[1], (uint32_t)w.start[2]},
            .rows = (uint32_t)w.count[1],
            .tiles = (uint32_t)w.count[0],
        };
        call.bindings[0] = w.binding;
        call.push = &push;
        trl_gpu_cmd_dispatch(cmd, &call, (uint32_t)w.count[2], push.rows * push.tiles, parts);
    }
    return 0;
}

int trl_fields_record(struct trl_fields *f, struct trl_gpu_cmd *cmd,
                      const struct trl_analyse *analyse, const struct trl_gpu_tensor *tensor,
                      uint32_t rotate)
{
    trl_gpu_cmd_fill(cmd, f->histogram, 0, trl_gpu_buffer_size(f->histogram), 0);
    const int ret = record_count(f, cmd, analyse, tensor, rotate);
    if (ret < 0)
        return ret;
    const struct trl_gpu_call level = {
        .kernel = f->level,
        .bindings = {{.buffer = analyse->setup},
                     {.buffer = f->histogram},
                     {.buffer = f->levels, .write = true}},
        .binding_count = 3,
    };
    trl_gpu_cmd_dispatch(cmd, &level, (uint32_t)f->columns, (uint32_t)(f->rows * f->tiles), 1);
    return 0;
}

uint32_t trl_fields_sample(double middle, int64_t elements, int fields)
{
    /* From the middle of the first field, in parts of 256. */
    const int64_t at = (int64_t)floor(middle * fields * 256 / (double)elements) - 128;
    const int64_t last = (int64_t)(fields - 1) * 256;
    const int64_t held = at < 0 ? 0 : trl_min_i64(at, last);
    const uint32_t first = (uint32_t)(held >> 8), weight = (uint32_t)(held & 255);
    return first | (first + (weight ? 1U : 0U)) << 8 | weight << 16;
}

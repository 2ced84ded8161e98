/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/inside.h"

#include "base/log.h"
#include "base/math.h"
#include "gpu/window.h"
#include "tensor/layout.h"

#include <tensorreel/error.h>

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

/* Two cells an invocation, in groups of 128 x 4 that go down the picture. */
static void record_compute(struct trl_view *view, struct trl_gpu_cmd *cmd,
                           struct trl_gpu_call *call)
{
    const uint32_t columns = (uint32_t)view->picture.cell_columns;
    const uint32_t rows = (uint32_t)view->picture.cell_rows;
    call->bindings[5] = (struct trl_gpu_binding){.buffer = view->cells, .write = true};
    call->binding_count = 6;
    trl_gpu_cmd_dispatch(cmd, call, (columns + 127) / 128, (rows + 3) / 4, 1);
}

/* Draws values (the tensor's, or reduced ones) as cells. */
static int record_draw(struct trl_view *view, struct trl_gpu_cmd *cmd,
                       const struct trl_gpu_tensor *tensor, uint32_t rotate)
{
    const struct trl_view_geometry *g = &view->geometry;
    const int64_t *stride = tensor->layout.stride, *shape = tensor->layout.shape;
    const struct trl_window_axis axis[3] = {
        {g->tiles, 1, NULL, stride[0]},
        {shape[1], 1, NULL, stride[1]},
        {shape[2], 1, NULL, stride[2]},
    };
    struct trl_classify_push push = {
        .place = {0, (uint32_t)stride[0], (uint32_t)stride[1], (uint32_t)stride[2],
                  (uint32_t)shape[2], rotate},
        .tiles = (uint32_t)g->tiles,
        .grid_columns = (uint32_t)g->grid_columns,
        .cell_rows = (uint32_t)g->cell_rows,
        .cell_columns = (uint32_t)g->cell_columns,
        .field_rows = (uint32_t)view->fields.rows,
        .field_columns = (uint32_t)view->fields.columns,
    };
    struct trl_gpu_call call = {
        .bindings = {{0},
                     {.buffer = view->analyse.scale},
                     {.buffer = view->analyse.counts, .write = true},
                     {.buffer = view->samples ? view->samples : view->analyse.scale},
                     {.buffer = view->adapts ? view->fields.levels : view->analyse.scale}},
        .binding_count = 5,
        .push = &push,
        .push_size = sizeof(push),
    };
    struct trl_windows w;
    int ret;
    if ((ret = trl_windows_begin(&w, view->device, tensor, axis)) < 0)
        return ret;
    /* Under a camera what is divided was reduced, or nothing of it is seen. */
    const bool single = trl_windows_single(&w) || view->camera;
    if (!single && view->bilinear)
        return trl_fail(trl_gpu_log(view->device), TRL_ERROR_UNSUPPORTED,
                        "picture: --interpolation bilinear reads the tensor as one, and this "
                        "device binds at most %llu bytes; use nearest",
                        (unsigned long long)w.limit);
    const bool computes = view->computes && single;
    if ((ret = trl_gpu_variant(computes ? &view->compute : &view->classify, view->device,
                               &tensor->layout, &call.kernel)) < 0)
        return ret;
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
        if (computes)
            record_compute(view, cmd, &call);
        else
            trl_gpu_cmd_draw(cmd, &call, view->target, x, y, width, height);
        if (single)
            break;
    }
    if (!single)
        record_empty_tiles(view, cmd, &call);
    if (!computes)
        trl_gpu_cmd_copy_image(cmd, view->cells, 0, view->picture.cell_stride, view->target);
    return 0;
}

/* True if the tensor does not fit one descriptor. */
static int is_divided(const struct trl_view *view, const struct trl_gpu_tensor *tensor, bool *out)
{
    const struct trl_layout *layout = &tensor->layout;
    struct trl_window_axis axis[3];
    for (int n = 0; n < 3; n++)
        axis[n] = (struct trl_window_axis){layout->shape[n], 1, NULL, layout->stride[n]};
    struct trl_windows w;
    const int ret = trl_windows_begin(&w, view->device, tensor, axis);
    *out = ret == 0 && !trl_windows_single(&w);
    return ret;
}

/* Makes view->shown. */
static int record_shown(struct trl_view *view, struct trl_gpu_cmd *cmd,
                        const struct trl_gpu_tensor *tensor)
{
    int ret = check_tensor(view, tensor);
    if (ret < 0)
        return ret;
    struct trl_camera_pose pose = {0};
    if (view->camera)
        trl_camera_pose(view->camera, view->frame, &pose);
    const bool stands = pose.paused && view->drawn;
    view->drawn = true;
    view->shown = *tensor;
    if (!view->ring.buffer)
        return 0;
    if (!stands && (ret = record_append(view, cmd, tensor)) < 0)
        return ret;
    view->shown = view->ring;
    view->rotate = (uint32_t)view->next;
    return 0;
}

static int record_picture(struct trl_view *view, struct trl_gpu_cmd *cmd,
                          const struct trl_gpu_tensor *tensor)
{
    int ret;
    bool divided = false;
    if (view->adapts && (ret = trl_fields_record(&view->fields, cmd, &view->analyse, &view->shown,
                                                 view->rotate)) < 0)
        return ret;
    trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_VIEW);
    trl_gpu_cmd_fill(cmd, view->analyse.counts, 0, TRL_COUNT_WORDS * 4, 0);
    if (view->camera && ((ret = is_divided(view, &view->shown, &divided)) < 0 ||
                         (ret = trl_view_aim(view, cmd, divided)) < 0))
        return ret;
    struct trl_gpu_tensor reduced;
    const struct trl_gpu_tensor *drawn = &view->shown;
    if (view->reduces) {
        ret = trl_reduction_record(&view->reduction, cmd, &view->analyse, drawn, view->rotate,
                                   &reduced);
        if (ret < 0)
            return ret;
        drawn = &reduced;
    }
    if ((ret = record_draw(view, cmd, drawn, view->reduces ? 0 : view->rotate)) < 0)
        return ret;
    view->frame++;
    /* Blended cells do not show every element, a camera may look elsewhere, and a scrolling picture
     * shows older ones. */
    return trl_analyse_record_counts(&view->analyse, cmd, tensor,
                                     view->bilinear || view->camera || view->ring.buffer);
}

int trl_view_record_shared(struct trl_view *const *views, struct trl_gpu_cmd *cmd,
                           const struct trl_gpu_tensor *tensors, int count)
{
    struct trl_view *leader = views[0];
    struct trl_gpu_tensor shown[TRL_VIEW_SHARED_MAX];
    int ret = 0;
    if (count < 1 || count > TRL_VIEW_SHARED_MAX)
        return trl_fail(trl_gpu_log(leader->device), TRL_ERROR_USAGE,
                        "picture: %d views share a scale; the limit is %d", count,
                        TRL_VIEW_SHARED_MAX);
    trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_ANALYSE);
    for (int n = 0; n < count && ret == 0; n++) {
        if (n > 0 && views[n]->leader != leader)
            return trl_fail(trl_gpu_log(leader->device), TRL_ERROR_USAGE,
                            "picture: view %d does not share the scale of the first", n);
        ret = record_shown(views[n], cmd, &tensors[n]);
        shown[n] = views[n]->shown;
    }
    /* A view that is led and recorded alone takes the scale as it is. */
    if (ret == 0 && !leader->leader)
        ret = trl_analyse_record(&leader->analyse, cmd, shown, count);
    if (ret == 0 && !leader->leader && leader->equalizes)
        ret = trl_equalize_record(&leader->equalize, cmd, &leader->analyse, shown, count);
    for (int n = 0; n < count && ret == 0; n++) {
        trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_ANALYSE);
        ret = record_picture(views[n], cmd, &tensors[n]);
    }
    return ret;
}

int trl_view_record(struct trl_view *view, struct trl_gpu_cmd *cmd,
                    const struct trl_gpu_tensor *tensor)
{
    return trl_view_record_shared(&view, cmd, tensor, 1);
}

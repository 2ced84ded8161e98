/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/volume.h"

#include "base/log.h"
#include "base/math.h"
#include "gpu/window.h"
#include "view/analyse.h"
#include "view/board.h"
#include "view/cmap.h"
#include "view/orbit.h"
#include "view/tensor.h"
#include "view/transfer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <tensorreel/error.h>

_Static_assert(sizeof(struct trl_volume_march_push) <= TRL_GPU_PUSH_MAX, "fits push constants");

enum { SLABS = 20, SIDE_STEPS = 64, SAMPLES_MAX = 32768, GROUPS_MAX = 65535 };

struct trl_volume {
    struct trl_device *device;
    int64_t shape[3];
    double spacing[3];
    bool largest, light;
    enum trl_origin origin;
    double step;
    uint32_t background;
    struct trl_scale scale;
    struct trl_palette palette;
    struct trl_analyse analyse;
    struct trl_board board;
    struct trl_gpu_variants stage;
    struct trl_gpu_kernel *march[2]; /* parallel, perspective; made when first needed */
    struct trl_gpu_buffer *setup, *colors, *filled, *staged, *bricks;
};

static int check(struct trl_log *log, const struct trl_volume_params *params,
                 const int64_t shape[3])
{
    if ((unsigned)params->mode > TRL_VOLUME_MIP)
        return trl_fail(log, TRL_ERROR_USAGE, "volume: mode %d: unknown", (int)params->mode);
    if (params->step != 0 && !(params->step >= 0.01 && params->step <= 100))
        return trl_fail(log, TRL_ERROR_USAGE, "volume: step %g: must be 0.01 to 100 voxels",
                        params->step);
    for (int n = 0; n < 3; n++)
        if (shape[n] < 1 || shape[n] > GROUPS_MAX)
            return trl_fail(log, TRL_ERROR_USAGE,
                            "volume: axis %d has %lld voxels; 1 to %d are "
                            "possible",
                            n, (long long)shape[n], GROUPS_MAX);
    return trl_orbit_check_spacing(log, params->spacing);
}

static int create_staged(struct trl_volume *v)
{
    const uint64_t limit = trl_device_info(v->device)->storage_buffer_bytes_max;
    int64_t voxels = 4, bricks = 4;
    for (int n = 0; n < 3; n++) {
        if (!trl_mul_i64(voxels, v->shape[n], &voxels) || (uint64_t)voxels > limit)
            return trl_fail(trl_gpu_log(v->device), TRL_ERROR_UNSUPPORTED,
                            "volume: %lld x %lld x %lld voxels take 4 bytes each; this device "
                            "binds at most %llu. Take every second voxel, or a part",
                            (long long)v->shape[0], (long long)v->shape[1], (long long)v->shape[2],
                            (unsigned long long)limit);
        bricks *= (v->shape[n] + TRL_VOLUME_BRICK - 1) / TRL_VOLUME_BRICK;
    }
    const struct trl_gpu_buffer_params staged = {"staged volume", (uint64_t)voxels,
                                                 TRL_GPU_MEMORY_DEVICE};
    const struct trl_gpu_buffer_params words = {"bricks", (uint64_t)bricks, TRL_GPU_MEMORY_DEVICE};
    int ret = trl_gpu_buffer_create(&v->staged, v->device, &staged);
    return ret < 0 ? ret : trl_gpu_buffer_create(&v->bricks, v->device, &words);
}

static int create_board(struct trl_volume *v, const struct trl_view_params *view)
{
    struct trl_board *board = &v->board;
    if (!v->largest)
        return trl_board_words(board, v->device, view->width, view->height);
    int ret =
        trl_board_cells(board, v->device, view->width, view->height, view->width, view->height);
    if (ret < 0)
        return ret;
    trl_board_map_columns(board, 0, view->width, 0, view->width);
    trl_board_map_rows(board, 0, view->height, 0, view->height, false);
    return 0;
}

/* Steps are of the smallest spacing; loops must end before drivers end them. */
static int choose_step(struct trl_volume *v, const struct trl_volume_params *params, double *slabs)
{
    struct trl_rays rays;
    int ret = trl_orbit_rays(&rays, trl_gpu_log(v->device), &(struct trl_orbit){0}, v->origin,
                             v->shape, v->spacing, 1, 1);
    if (ret < 0)
        return ret;
    v->step = params->step != 0 ? params->step : fmin(1, rays.extent / SIDE_STEPS);
    if (2 * rays.radius / v->step > SAMPLES_MAX)
        v->step = 2 * rays.radius / SAMPLES_MAX;
    *slabs = v->step * SLABS / rays.extent;
    return 0;
}

static int upload_transfer(struct trl_volume *v, const struct trl_volume_params *params,
                           struct trl_upload *upload)
{
    struct trl_log *log = trl_gpu_log(v->device);
    double slabs = 0;
    int ret = choose_step(v, params, &slabs);
    if (ret < 0)
        return ret;
    struct trl_transfer *transfer = malloc(sizeof(*transfer));
    if (!transfer)
        return trl_fail_memory(log, "colours of a volume", sizeof(*transfer));
    if ((ret = trl_transfer_init(transfer, log, params, &v->scale, &v->palette, slabs)) == 0 &&
        (ret = trl_upload_buffer(upload, &v->colors, "colours of a volume", transfer->colors,
                                 sizeof(transfer->colors))) == 0)
        ret = trl_upload_buffer(upload, &v->filled, "seen colours", transfer->filled,
                                sizeof(transfer->filled));
    free(transfer);
    return ret;
}

static int build(struct trl_volume *v, const struct trl_view_params *view,
                 const struct trl_volume_params *params, struct trl_upload *upload)
{
    int ret;
    if ((ret = create_staged(v)) < 0 || (ret = create_board(v, view)) < 0 ||
        (ret = trl_upload_begin(upload, v->device)) < 0 ||
        (ret = upload_transfer(v, params, upload)) < 0 ||
        (v->largest && (ret = trl_board_upload(&v->board, upload, &v->palette)) < 0) ||
        (ret = trl_upload_buffer(upload, &v->setup, "scale setup", v->scale.setup,
                                 sizeof(v->scale.setup))) < 0 ||
        (ret = trl_analyse_init(&v->analyse, upload->cmd, v->device, &v->scale, v->setup)) < 0)
        return ret;
    v->stage.params = (struct trl_gpu_kernel_params){
        TRL_SHADER_VIEW_VOLUME_STAGE_COMP,
        .spec = {0, 0, v->scale.norm == TRL_NORM_LINEAR, v->largest},
        .spec_count = 4,
    };
    v->board.picture.counts = v->analyse.counts;
    trl_analyse_record_thresholds(&v->analyse, upload->cmd);
    return trl_upload_finish(upload);
}

int trl_volume_create(struct trl_volume **out, struct trl_device *device,
                      const struct trl_view_params *view, const struct trl_volume_params *params,
                      const int64_t shape[3], const float *movie_low, const float *movie_high)
{
    *out = NULL;
    struct trl_log *log = trl_gpu_log(device);
    int ret = check(log, params, shape);
    if (ret < 0)
        return ret;
    struct trl_upload upload = {0};
    struct trl_volume *v = calloc(1, sizeof(*v));
    if (!v)
        return trl_fail_memory(log, "a volume", sizeof(*v));
    v->device = device;
    v->largest = params->mode == TRL_VOLUME_MIP;
    v->light = params->light;
    v->origin = view->origin;
    memcpy(v->shape, shape, sizeof(v->shape));
    memcpy(v->spacing, params->spacing, sizeof(v->spacing));
    if ((ret = trl_palette_create(log, view, &v->palette)) < 0 ||
        (ret = trl_scale_init(&v->scale, log, view, movie_low, movie_high)) < 0 ||
        (ret = build(v, view, params, &upload)) < 0)
        trl_volume_destroy(&v);
    else
        v->background = trl_rgb_word(v->palette.rgb[TRL_PALETTE_BACKGROUND]);
    trl_upload_destroy(&upload);
    *out = v;
    return ret;
}

void trl_volume_destroy(struct trl_volume **out)
{
    if (!out || !*out)
        return;
    struct trl_volume *v = *out;
    trl_gpu_variants_destroy(&v->stage);
    trl_gpu_kernel_destroy(&v->march[0]);
    trl_gpu_kernel_destroy(&v->march[1]);
    trl_analyse_destroy(&v->analyse);
    trl_gpu_buffer_destroy(&v->setup);
    trl_gpu_buffer_destroy(&v->colors);
    trl_gpu_buffer_destroy(&v->filled);
    trl_gpu_buffer_destroy(&v->staged);
    trl_gpu_buffer_destroy(&v->bricks);
    trl_board_destroy(&v->board);
    free(v);
    *out = NULL;
}

/* ---- drawing ---- */

/* Staged axes, x first: those of the tensor by rising stride, so that it is read as it lies. */
static void order_axes(const struct trl_layout *layout, int order[3])
{
    for (int n = 0; n < 3; n++) {
        const int axis = 2 - n;
        const int64_t stride = llabs(layout->stride[axis]);
        int at = n;
        for (; at > 0 && llabs(layout->stride[order[at - 1]]) > stride; at--)
            order[at] = order[at - 1];
        order[at] = axis;
    }
}

static int record_stage(struct trl_volume *v, struct trl_gpu_cmd *cmd,
                        const struct trl_gpu_tensor *tensor, const int order[3])
{
    const struct trl_layout *layout = &tensor->layout;
    const struct trl_window_axis axis[3] = {
        {v->shape[order[2]], 1, NULL, layout->stride[order[2]]},
        {v->shape[order[1]], 1, NULL, layout->stride[order[1]]},
        {v->shape[order[0]], 1, NULL, layout->stride[order[0]]}};
    struct trl_gpu_call call = {
        .bindings = {{0},
                     {.buffer = v->analyse.scale},
                     {.buffer = v->filled},
                     {.buffer = v->staged, .write = true},
                     {.buffer = v->bricks, .write = true},
                     {.buffer = v->analyse.counts, .write = true}},
        .binding_count = 6,
    };
    struct trl_windows w;
    int ret;
    if ((ret = trl_gpu_variant(&v->stage, v->device, layout, &call.kernel)) < 0 ||
        (ret = trl_windows_begin(&w, v->device, tensor, axis)) < 0)
        return ret;
    if (!trl_windows_single(&w))
        return trl_fail(trl_gpu_log(v->device), TRL_ERROR_UNSUPPORTED,
                        "volume: its voxels lie further apart than the %llu bytes that this device "
                        "binds. Copy it to C order",
                        (unsigned long long)w.limit);
    trl_windows_next(&w);
    struct trl_volume_stage_push push = {.base = w.base};
    for (int n = 0; n < 3; n++) {
        push.stride[n] = (uint32_t)layout->stride[order[n]];
        push.size[n] = (uint32_t)v->shape[order[n]];
    }
    call.bindings[0] = w.binding;
    call.push = &push;
    call.push_size = sizeof(push);
    trl_gpu_cmd_dispatch(cmd, &call, (push.size[0] + TRL_VOLUME_GROUP_X - 1) / TRL_VOLUME_GROUP_X,
                         (push.size[1] + TRL_VOLUME_BRICK - 1) / TRL_VOLUME_BRICK,
                         (push.size[2] + TRL_VOLUME_BRICK - 1) / TRL_VOLUME_BRICK);
    return 0;
}

static int march_kernel(struct trl_volume *v, bool perspective, struct trl_gpu_kernel **out)
{
    struct trl_gpu_kernel **kernel = &v->march[perspective];
    int ret = 0;
    if (!*kernel)
        ret = trl_gpu_kernel_create(kernel, v->device,
                                    &(struct trl_gpu_kernel_params){
                                        TRL_SHADER_VIEW_VOLUME_MARCH_COMP,
                                        .spec = {v->largest, v->light, perspective},
                                        .spec_count = 3,
                                    });
    *out = *kernel;
    return ret;
}

static int record_march(struct trl_volume *v, struct trl_gpu_cmd *cmd, const int order[3],
                        const struct trl_rays *rays)
{
    const struct trl_picture *picture = &v->board.picture;
    struct trl_volume_march_push push = {
        .step = (float)v->step,
        .width = (uint32_t)picture->width,
        .height = (uint32_t)picture->height,
        .background = v->background,
        .cell_stride = picture->cell_stride,
    };
    double pixel = 0;
    for (int n = 0; n < 3; n++) {
        /* Axis 2 of the tensor is x, the first of a vector. */
        const int from = 2 - order[n];
        const double voxels = rays->voxels[from];
        push.eye[n] = (float)(rays->eye[from] * voxels + ((double)v->shape[order[n]] - 1) / 2);
        push.right[n] = (float)(rays->right[from] * voxels);
        push.down[n] = (float)(rays->down[from] * voxels);
        push.forward[n] = (float)(rays->forward[from] * voxels);
        push.scale[n] = (float)voxels;
        push.size[n] = (uint32_t)v->shape[order[n]];
        pixel += rays->right[from] * rays->right[from];
    }
    push.pixel = (float)sqrt(pixel);
    struct trl_gpu_call call = {
        .bindings = {{.buffer = v->staged},
                     {.buffer = v->bricks},
                     {.buffer = v->colors},
                     {.buffer = v->largest ? v->board.cells : v->board.words, .write = true}},
        .binding_count = 4,
        .push = &push,
        .push_size = sizeof(push),
    };
    int ret = march_kernel(v, rays->perspective, &call.kernel);
    if (ret < 0)
        return ret;
    const uint32_t columns = v->largest ? (push.width + 1) / 2 : push.width;
    trl_gpu_cmd_dispatch(cmd, &call, (columns + 7) / 8, (push.height + 7) / 8, 1);
    return 0;
}

int trl_volume_record(struct trl_volume *v, struct trl_gpu_cmd *cmd,
                      const struct trl_gpu_tensor *tensor, const struct trl_orbit *orbit)
{
    struct trl_rays rays;
    const struct trl_picture *picture = &v->board.picture;
    int order[3], ret = trl_tensor_check(v->device, "volume", tensor, v->shape);
    if (ret < 0 || (ret = trl_orbit_rays(&rays, trl_gpu_log(v->device), orbit, v->origin, v->shape,
                                         v->spacing, picture->width, picture->height)) < 0)
        return ret;
    order_axes(&tensor->layout, order);
    trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_ANALYSE);
    trl_gpu_cmd_fill(cmd, v->analyse.counts, 0, TRL_COUNT_WORDS * 4, 0);
    if ((ret = trl_analyse_record(&v->analyse, cmd, tensor, 1)) < 0 ||
        (ret = record_stage(v, cmd, tensor, order)) < 0)
        return ret;
    trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_VIEW);
    if ((ret = record_march(v, cmd, order, &rays)) < 0)
        return ret;
    return trl_analyse_record_counts(&v->analyse, cmd, tensor, false);
}

const struct trl_picture *trl_volume_picture(const struct trl_volume *v)
{
    return &v->board.picture;
}

const struct trl_palette *trl_volume_palette(const struct trl_volume *v)
{
    return &v->palette;
}

struct trl_gpu_buffer *trl_volume_scale(const struct trl_volume *view)
{
    return view->analyse.scale;
}

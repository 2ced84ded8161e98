/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/inside.h"

#include "base/log.h"
#include "base/math.h"
#include "shared/scale.h"
#include "view/cmap.h"

#include <stdlib.h>

#include <tensorreel/error.h>

int trl_view_picture_size(struct trl_log *log, const struct trl_view_params *params,
                          const struct trl_view_shape *shape, int *width, int *height)
{
    int ret;
    struct trl_view_geometry geometry;
    struct trl_camera *camera = NULL;
    if ((ret = trl_palette_create(log, params, NULL)) < 0 ||
        (ret = trl_scale_check(log, params)) < 0 ||
        (ret = trl_view_geometry(log, params, shape, &geometry)) < 0 ||
        (params->camera && (ret = trl_camera_create(&camera, log, params->camera, params->fps_num,
                                                    params->fps_den)) < 0))
        return ret;
    trl_camera_destroy(&camera);
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

static void set_classify(struct trl_view *view)
{
    const struct trl_scale *scale = &view->scale;
    view->classify.params = (struct trl_gpu_kernel_params){
        TRL_SHADER_VIEW_CLASSIFY_FRAG,
        TRL_GPU_FORMAT_R16_UINT,
        .spec = {0, 0, scale->guess, view->bilinear, view->geometry.tiles > 1,
                 !scale->guess_certain, view->camera != NULL, view->adapts},
        .spec_count = 8,
    };
    view->compute.params = view->classify.params;
    view->compute.params.shader = TRL_SHADER_VIEW_CLASSIFY_COMP;
}

void trl_view_use_compute(struct trl_view *view, bool use)
{
    view->computes = use;
}

static int build(struct trl_view *view, const struct trl_view_params *params,
                 struct trl_upload *upload)
{
    struct trl_device *device = view->device;
    int ret;
    if ((ret = create_cells(view)) < 0 || (ret = trl_upload_begin(upload, device)) < 0 ||
        (ret = upload_maps(view, upload, params->origin)) < 0 ||
        (ret = upload_palette(view, upload)) < 0 ||
        (ret = trl_upload_buffer(upload, &view->setup, "scale setup", view->scale.setup,
                                 sizeof(view->scale.setup))) < 0 ||
        (ret = trl_analyse_init(&view->analyse, upload->cmd, device, &view->scale, view->setup)) <
            0)
        return ret;
    view->bilinear = params->interpolation == TRL_INTERPOLATION_BILINEAR;
    view->equalizes = view->scale.equalize == TRL_EQUALIZE_GLOBAL;
    view->adapts = view->scale.equalize == TRL_EQUALIZE_CLAHE;
    if (view->equalizes &&
        (ret = trl_equalize_init(&view->equalize, upload->cmd, device, &view->scale)) < 0)
        return ret;
    if (view->adapts &&
        (ret = trl_fields_init(&view->fields, upload, &view->geometry, &view->scale)) < 0)
        return ret;
    if ((ret = trl_view_aim_init(view, params)) < 0)
        return ret;
    if (!view->camera && (ret = trl_view_aim(view, upload->cmd, false)) < 0)
        return ret;
    if (params->scroll && (ret = create_ring(view, upload)) < 0)
        return ret;
    set_classify(view);
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
    view->computes = trl_device_info(device)->type != TRL_DEVICE_SOFTWARE;
    int ret;
    if ((ret = trl_palette_create(log, params, &view->palette)) < 0 ||
        (ret = trl_scale_init(&view->scale, log, params, movie_low, movie_high)) < 0 ||
        (ret = trl_view_geometry(log, params, shape, &view->geometry)) < 0 ||
        (params->camera && (ret = trl_camera_create(&view->camera, log, params->camera,
                                                    params->fps_num, params->fps_den)) < 0) ||
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
    trl_gpu_variants_destroy(&view->compute);
    trl_view_aim_destroy(view);
    trl_fields_destroy(&view->fields);
    trl_equalize_destroy(&view->equalize);
    trl_camera_destroy(&view->camera);
    trl_analyse_destroy(&view->analyse);
    trl_gpu_image_destroy(&view->target);
    trl_gpu_buffer_destroy(&view->ring.buffer);
    trl_gpu_buffer_destroy(&view->cells);
    trl_gpu_buffer_destroy(&view->columns);
    trl_gpu_buffer_destroy(&view->rows);
    trl_gpu_buffer_destroy(&view->colours);
    trl_gpu_buffer_destroy(&view->setup);
    free(view->column_map);
    free(view);
    *out = NULL;
}

int trl_view_share(struct trl_view *view, const struct trl_view *leader)
{
    struct trl_log *log = trl_gpu_log(view->device);
    if (leader->leader || leader == view || view->drawn)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "picture: a scale is shared before the first frame, with a view that has "
                        "its own");
    trl_analyse_borrow(&view->analyse, &leader->analyse);
    view->leader = leader;
    view->scale = leader->scale;
    set_classify(view);
    return 0;
}

void trl_view_seek(struct trl_view *view, int64_t frame)
{
    view->frame = frame;
}

struct trl_gpu_buffer *trl_view_scale(const struct trl_view *view)
{
    return view->analyse.scale;
}

bool trl_view_thresholds(const struct trl_view *view, float values[257])
{
    const struct trl_scale *scale = &view->scale;
    if (!scale->low_fixed || !scale->high_fixed || scale->equalize == TRL_EQUALIZE_GLOBAL)
        return false;
    uint32_t keys[257];
    trl_scale_thresholds(scale, trl_float_from_bits(scale->setup[TRL_SETUP_LOW]),
                         trl_float_from_bits(scale->setup[TRL_SETUP_HIGH]), keys);
    for (int i = 0; i < 256; i++)
        values[i] = trl_float_from_bits(trl_key_float(keys[i]));
    values[256] = trl_float_from_bits(scale->setup[TRL_SETUP_HIGH]);
    return true;
}

const struct trl_picture *trl_view_picture(const struct trl_view *view)
{
    return &view->picture;
}

const struct trl_palette *trl_view_palette(const struct trl_view *view)
{
    return &view->palette;
}

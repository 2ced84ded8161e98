/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/rgb.h"

#include "base/log.h"
#include "base/math.h"
#include "gpu/window.h"
#include "shared/rgb.h"
#include "shared/scale.h"
#include "view/analyse.h"
#include "view/board.h"
#include "view/geometry.h"
#include "view/groups.h"
#include "view/tensor.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <tensorreel/error.h>

enum { NONE = -1, BLOCK_MAX = 65535 };

/* One axis along which means are taken. */
struct box {
    bool used;
    int64_t rows, columns, block; /* that come out; elements of the largest mean */
    int64_t source_columns;
    struct trl_gpu_buffer *bounds, *cells;
    struct trl_gpu_kernel *kernel;
};

struct trl_rgb {
    struct trl_device *device;
    int64_t shape[3];
    enum trl_dtype dtype;
    int axis;       /* that holds the channels */
    int channel[4]; /* red, green, blue, alpha; NONE */
    int tiles;
    bool bytes; /* taken as they are */
    int checker;
    struct trl_color nan_color, background;
    struct trl_view_geometry geometry;
    struct trl_scale scale;
    struct trl_analyse analyse;
    struct trl_board board;
    struct trl_gpu_variants gather;
    struct box box[2]; /* along columns, along rows */
    struct trl_gpu_kernel *draw;
    struct trl_gpu_buffer *setup, *table, *pixels, *columns, *rows;
};

/* ---- channels ---- */

static int find_axis(const enum trl_channel_axis axis, const int64_t shape[3])
{
    if (axis != TRL_CHANNEL_AXIS_AUTO)
        return axis == TRL_CHANNEL_AXIS_LAST ? 2 : 0;
    for (int most = 4; most > 0; most -= 2)
        for (int n = 2; n >= 0; n -= 2)
            if (shape[n] == most || shape[n] == most - 1)
                return n;
    return 2;
}

static int choose(struct trl_log *log, const char *name, int channel, int64_t channels, int *out)
{
    if (channel < -channels || channel >= channels)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "rgb: channel %d as %s; the tensor has %lld: 0 to %lld or %lld to -1",
                        channel, name, (long long)channels, (long long)(channels - 1),
                        (long long)-channels);
    *out = channel < 0 ? channel + (int)channels : channel;
    return 0;
}

static int choose_channels(struct trl_log *log, struct trl_rgb *view,
                           const struct trl_rgb_params *rgb)
{
    static const char *const names[4] = {"red", "green", "blue", "alpha"};
    const int64_t channels = view->shape[view->axis];
    const int given[4] = {rgb->red, rgb->green, rgb->blue, rgb->alpha};
    if (!rgb->choose && channels > 4)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "rgb: axis %d holds %lld channels; choose which are red, green and blue",
                        view->axis, (long long)channels);
    const int last = (int)trl_min_i64(channels, 4) - 1;
    view->channel[0] = 0;
    view->channel[1] = channels > 2 ? 1 : 0;
    view->channel[2] = channels > 2 ? 2 : 0;
    view->channel[3] = channels == 2 || channels == 4 ? last : NONE;
    int ret = 0;
    for (int n = 0; n < 3 && rgb->choose && ret == 0; n++)
        ret = choose(log, names[n], given[n], channels, &view->channel[n]);
    if (rgb->choose)
        view->channel[3] = NONE;
    if (ret == 0 && rgb->choose_alpha)
        ret = choose(log, names[3], given[3], channels, &view->channel[3]);
    const bool grey = !rgb->choose && channels < 3;
    view->tiles = rgb->split ? (grey ? 1 : 3) + (view->channel[3] != NONE) : 1;
    return ret;
}

/* ---- values ---- */

static float largest(enum trl_dtype dtype)
{
    switch (dtype) {
    case TRL_DTYPE_I8:
        return INT8_MAX;
    case TRL_DTYPE_U8:
        return UINT8_MAX;
    case TRL_DTYPE_I16:
        return INT16_MAX;
    case TRL_DTYPE_U16:
        return UINT16_MAX;
    case TRL_DTYPE_I32:
        return 2147483648.0F;
    case TRL_DTYPE_U32:
        return 4294967296.0F;
    default:
        return 1;
    }
}

static float float_up(double value)
{
    const float nearest = (float)value;
    return (double)nearest < value ? nextafterf(nearest, INFINITY) : nearest;
}

static int upload_table(struct trl_rgb *view, struct trl_upload *upload)
{
    uint32_t table[TRL_RGB_WORDS];
    const float low = trl_float_from_bits(view->scale.setup[TRL_SETUP_LOW]);
    const float high = trl_float_from_bits(view->scale.setup[TRL_SETUP_HIGH]);
    const double width = (double)high - (double)low;
    table[TRL_RGB_KEYS] = 0;
    for (int n = 1; n < 256; n++)
        table[TRL_RGB_KEYS + n] =
            trl_float_key(trl_float_bits(float_up((double)low + width * (n - 0.5) / 255)));
    table[TRL_RGB_KEYS + 256] = UINT32_MAX;
    table[TRL_RGB_LOW] = trl_float_bits(low);
    table[TRL_RGB_FACTOR] = trl_float_bits((float)(255 / width));
    table[TRL_RGB_FIRST] = trl_float_key(trl_float_bits(low));
    table[TRL_RGB_END] = trl_float_key(trl_float_bits(high)) + 1;
    return trl_upload_buffer(upload, &view->table, "bytes of values", table, sizeof(table));
}

/* ---- building ---- */

static int create_buffer(struct trl_rgb *view, struct trl_gpu_buffer **out, const char *name,
                         int64_t count, int64_t size)
{
    const uint64_t limit = trl_device_info(view->device)->storage_buffer_bytes_max;
    if (count > (int64_t)(limit / (uint64_t)size))
        return trl_fail(trl_gpu_log(view->device), TRL_ERROR_UNSUPPORTED,
                        "rgb: %lld pixels need %lld bytes; this device binds at most %llu",
                        (long long)count, (long long)(count * size), (unsigned long long)limit);
    return trl_gpu_buffer_create(out, view->device,
                                 &(struct trl_gpu_buffer_params){
                                     .name = name,
                                     .size_bytes = (uint64_t)(count * size),
                                     .memory = TRL_GPU_MEMORY_DEVICE,
                                 });
}

static int create_box(struct trl_rgb *view, struct trl_upload *upload, struct box *box,
                      int64_t elements, int64_t cells, bool first)
{
    struct trl_log *log = trl_gpu_log(view->device);
    box->used = true;
    box->block = (elements + cells - 1) / cells;
    if (box->block > BLOCK_MAX)
        return trl_fail(log, TRL_ERROR_UNSUPPORTED,
                        "rgb: a pixel of the picture would be the mean of %lld in a row; at most "
                        "%d are possible. Use a larger --size",
                        (long long)box->block, BLOCK_MAX);
    const size_t size = (size_t)(cells + 1) * sizeof(uint32_t);
    uint32_t *bounds = malloc(size);
    if (!bounds)
        return trl_fail_memory(log, "bounds of pixels", size);
    for (int64_t n = 0; n <= cells; n++)
        bounds[n] = (uint32_t)(n * elements / cells);
    int ret = trl_upload_buffer(upload, &box->bounds, "bounds of pixels", bounds, size);
    free(bounds);
    if (ret < 0 ||
        (ret = create_buffer(view, &box->cells, "mean pixels", box->rows * box->columns, 8)) < 0)
        return ret;
    return trl_gpu_kernel_create(&box->kernel, view->device,
                                 &(struct trl_gpu_kernel_params){
                                     TRL_SHADER_VIEW_RGB_BOX_COMP,
                                     .spec = {first, view->tiles == 1},
                                     .spec_count = 2,
                                 });
}

static int create_boxes(struct trl_rgb *view, struct trl_upload *upload)
{
    const struct trl_view_geometry *g = &view->geometry;
    const bool across = g->reduced_columns < g->columns, down = g->reduced_rows < g->rows;
    view->box[0] =
        (struct box){.rows = g->rows, .columns = g->reduced_columns, .source_columns = g->columns};
    view->box[1] = (struct box){.rows = g->reduced_rows,
                                .columns = g->reduced_columns,
                                .source_columns = g->reduced_columns};
    int ret = 0;
    if (across)
        ret = create_box(view, upload, &view->box[0], g->columns, g->reduced_columns, true);
    if (ret == 0 && down)
        ret = create_box(view, upload, &view->box[1], g->rows, g->reduced_rows, !across);
    return ret;
}

static int upload_maps(struct trl_rgb *view, struct trl_upload *upload, enum trl_origin origin)
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
    free(maps);
    return ret;
}

static int build(struct trl_rgb *view, const struct trl_view_params *params,
                 struct trl_upload *upload)
{
    struct trl_device *device = view->device;
    const struct trl_view_geometry *g = &view->geometry;
    int ret;
    if ((ret = create_buffer(view, &view->pixels, "pixels", g->rows * g->columns, 4)) < 0 ||
        (ret = trl_board_words(&view->board, device, g->width, g->height)) < 0 ||
        (ret = trl_upload_begin(upload, device)) < 0 ||
        (ret = upload_maps(view, upload, params->origin)) < 0 ||
        (ret = upload_table(view, upload)) < 0 || (ret = create_boxes(view, upload)) < 0 ||
        (ret = trl_upload_buffer(upload, &view->setup, "scale setup", view->scale.setup,
                                 sizeof(view->scale.setup))) < 0 ||
        (ret = trl_analyse_init(&view->analyse, upload->cmd, device, &view->scale, view->setup)) <
            0)
        return ret;
    view->gather.params = (struct trl_gpu_kernel_params){
        TRL_SHADER_VIEW_RGB_GATHER_COMP, .spec = {0, 0, view->bytes}, .spec_count = 3};
    const bool reduced = view->box[0].used || view->box[1].used;
    if ((ret = trl_gpu_kernel_create(&view->draw, device,
                                     &(struct trl_gpu_kernel_params){
                                         TRL_SHADER_VIEW_RGB_DRAW_COMP,
                                         .spec = {reduced, view->tiles > 1},
                                         .spec_count = 2,
                                     })) < 0)
        return ret;
    view->board.picture.counts = view->analyse.counts;
    trl_analyse_record_thresholds(&view->analyse, upload->cmd);
    return trl_upload_finish(upload);
}

static struct trl_view_shape picture_shape(const struct trl_rgb *view)
{
    return (struct trl_view_shape){view->tiles, view->shape[view->axis == 0 ? 1 : 0],
                                   view->shape[view->axis == 2 ? 1 : 2]};
}

/* What the parts that are shared with the heat map are asked for. */
static int set_up(struct trl_rgb *view, const struct trl_view_params *params)
{
    struct trl_log *log = trl_gpu_log(view->device);
    struct trl_view_params own = {
        .width = params->width,
        .height = params->height,
        .scale = params->scale,
        .aspect = params->aspect,
        .origin = params->origin,
        .vmin_set = true,
        .vmax_set = true,
        .vmin = params->vmin_set ? params->vmin : 0,
        .vmax = params->vmax_set ? params->vmax : (double)largest(view->dtype),
    };
    const struct trl_view_shape shape = picture_shape(view);
    view->bytes = view->dtype == TRL_DTYPE_U8 && own.vmin == 0 && own.vmax == 255;
    int ret = trl_scale_init(&view->scale, log, &own, NULL, NULL);
    return ret < 0 ? ret : trl_view_geometry(log, &own, &shape, &view->geometry);
}

static int check(struct trl_log *log, const struct trl_rgb_params *rgb,
                 const struct trl_layout *layout)
{
    if ((unsigned)rgb->axis > TRL_CHANNEL_AXIS_LAST)
        return trl_fail(log, TRL_ERROR_USAGE, "rgb: axis %d: unknown", (int)rgb->axis);
    if (rgb->checker < 0)
        return trl_fail(log, TRL_ERROR_USAGE, "rgb: a checkerboard of squares of %d pixels",
                        rgb->checker);
    if (layout->rank != 3)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "rgb: a frame of %d axes; 3 are needed: channels first or last, rows and "
                        "columns",
                        layout->rank);
    for (int n = 0; n < 3; n++)
        if (layout->shape[n] < 1 || layout->shape[n] > UINT32_MAX / 2)
            return trl_fail(log, TRL_ERROR_USAGE, "rgb: axis %d has %lld elements", n,
                            (long long)layout->shape[n]);
    return 0;
}

int trl_rgb_shape(struct trl_log *log, const struct trl_rgb_params *rgb,
                  const struct trl_layout *layout, struct trl_view_shape *out)
{
    struct trl_rgb view = {0};
    int ret = check(log, rgb, layout);
    if (ret < 0)
        return ret;
    memcpy(view.shape, layout->shape, sizeof(view.shape));
    view.axis = find_axis(rgb->axis, view.shape);
    if ((ret = choose_channels(log, &view, rgb)) == 0)
        *out = picture_shape(&view);
    return ret;
}

int trl_rgb_create(struct trl_rgb **out, struct trl_device *device,
                   const struct trl_view_params *params, const struct trl_rgb_params *rgb,
                   const struct trl_layout *layout)
{
    *out = NULL;
    struct trl_log *log = trl_gpu_log(device);
    int ret = check(log, rgb, layout);
    if (ret < 0)
        return ret;
    struct trl_upload upload = {0};
    struct trl_rgb *view = calloc(1, sizeof(*view));
    if (!view)
        return trl_fail_memory(log, "an rgb view", sizeof(*view));
    view->device = device;
    view->dtype = layout->dtype;
    view->checker = rgb->checker;
    view->nan_color =
        params->nan_color.set ? params->nan_color : (struct trl_color){128, 128, 128, true};
    view->background = params->background.set ? params->background : (struct trl_color){0};
    memcpy(view->shape, layout->shape, sizeof(view->shape));
    view->axis = find_axis(rgb->axis, view->shape);
    if ((ret = choose_channels(log, view, rgb)) < 0 || (ret = set_up(view, params)) < 0 ||
        (ret = build(view, params, &upload)) < 0)
        trl_rgb_destroy(&view);
    trl_upload_destroy(&upload);
    *out = view;
    return ret;
}

void trl_rgb_destroy(struct trl_rgb **out)
{
    if (!out || !*out)
        return;
    struct trl_rgb *view = *out;
    for (int n = 0; n < 2; n++) {
        trl_gpu_kernel_destroy(&view->box[n].kernel);
        trl_gpu_buffer_destroy(&view->box[n].bounds);
        trl_gpu_buffer_destroy(&view->box[n].cells);
    }
    trl_gpu_variants_destroy(&view->gather);
    trl_gpu_kernel_destroy(&view->draw);
    trl_analyse_destroy(&view->analyse);
    trl_gpu_buffer_destroy(&view->setup);
    trl_gpu_buffer_destroy(&view->table);
    trl_gpu_buffer_destroy(&view->pixels);
    trl_gpu_buffer_destroy(&view->columns);
    trl_gpu_buffer_destroy(&view->rows);
    trl_board_destroy(&view->board);
    free(view);
    *out = NULL;
}

/* ---- drawing ---- */

static uint32_t color_word(struct trl_color color)
{
    return color.r | (uint32_t)color.g << 8 | (uint32_t)color.b << 16;
}

/* Gathers the channels whose bytes mask names from a tensor (channel, row, column). */
static int gather(struct trl_rgb *view, struct trl_gpu_cmd *cmd, struct trl_windows *w,
                  const struct trl_layout *layout, unsigned mask)
{
    struct trl_gpu_call call = {
        .bindings = {{0},
                     {.buffer = view->table},
                     {.buffer = view->pixels, .write = true},
                     {.buffer = view->analyse.counts, .write = true}},
        .binding_count = 4,
    };
    int ret = trl_gpu_variant(&view->gather, view->device, layout, &call.kernel);
    if (ret < 0)
        return ret;
    const bool whole = mask == 15;
    while (trl_windows_next(w)) {
        struct trl_rgb_gather_push push = {
            .base = w->base,
            .row_stride = (uint32_t)w->axis[1].stride,
            .column_stride = (uint32_t)w->axis[2].stride,
            .start = {(uint32_t)w->start[1], (uint32_t)w->start[2]},
            .count = {(uint32_t)w->count[1], (uint32_t)w->count[2]},
            .columns = (uint32_t)view->geometry.columns,
            .merge = !whole,
        };
        for (int n = 0; n < 4; n++) {
            push.channel[n] = TRL_RGB_NONE;
            if (mask >> n & 1 && view->channel[n] != NONE)
                push.channel[n] = whole ? (uint32_t)(view->channel[n] * w->axis[0].stride) : 0;
        }
        uint32_t groups[2];
        trl_row_groups(view->device, w->count[1], w->count[2], 4, groups);
        call.bindings[0] = w->binding;
        call.push = &push;
        call.push_size = sizeof(push);
        trl_gpu_cmd_dispatch(cmd, &call, groups[0], groups[1], 1);
    }
    return 0;
}

/* All channels at once where one window shows them, else one by one, alpha last: it decides whether
 * a pixel has a colour at all. */
static int record_gather(struct trl_rgb *view, struct trl_gpu_cmd *cmd,
                         const struct trl_gpu_tensor *tensor)
{
    const struct trl_layout *layout = &tensor->layout;
    const int row_axis = view->axis == 0 ? 1 : 0, column_axis = view->axis == 2 ? 1 : 2;
    struct trl_window_axis axis[3] = {
        {layout->shape[view->axis], 1, NULL, layout->stride[view->axis]},
        {layout->shape[row_axis], 1, NULL, layout->stride[row_axis]},
        {layout->shape[column_axis], 1, NULL, layout->stride[column_axis]},
    };
    struct trl_windows w;
    int ret = trl_windows_begin(&w, view->device, tensor, axis);
    if (ret < 0)
        return ret;
    if (trl_windows_single(&w))
        return gather(view, cmd, &w, layout, 15);
    trl_gpu_cmd_fill(cmd, view->pixels, 0,
                     (uint64_t)(view->geometry.rows * view->geometry.columns) * 4, TRL_RGB_OPAQUE);
    axis[0].units = 1;
    for (int n = 0; n < 4; n++) {
        if (view->channel[n] == NONE)
            continue;
        struct trl_gpu_tensor channel = *tensor;
        channel.layout.offset += view->channel[n] * axis[0].stride;
        if ((ret = trl_windows_begin(&w, view->device, &channel, axis)) < 0 ||
            (ret = gather(view, cmd, &w, layout, 1U << n)) < 0)
            return ret;
    }
    return 0;
}

static void record_box(struct trl_rgb *view, struct trl_gpu_cmd *cmd, const struct box *box,
                       struct trl_gpu_buffer *source)
{
    const struct trl_rgb_box_push push = {
        .rows = (uint32_t)box->rows,
        .columns = (uint32_t)box->columns,
        .source_columns = (uint32_t)box->source_columns,
        .along_rows = box == &view->box[1],
        .nan_color = color_word(view->nan_color),
    };
    const struct trl_gpu_call call = {
        .kernel = box->kernel,
        .bindings = {{.buffer = source},
                     {.buffer = box->bounds},
                     {.buffer = box->cells, .write = true}},
        .binding_count = 3,
        .push = &push,
        .push_size = sizeof(push),
    };
    uint32_t groups[2];
    trl_row_groups(view->device, box->rows, box->columns, box->block, groups);
    trl_gpu_cmd_dispatch(cmd, &call, groups[0], groups[1], 1);
}

static void record_draw(struct trl_rgb *view, struct trl_gpu_cmd *cmd,
                        struct trl_gpu_buffer *source)
{
    const struct trl_view_geometry *g = &view->geometry;
    const struct trl_rgb_draw_push push = {
        .width = (uint32_t)g->width,
        .height = (uint32_t)g->height,
        .cell_rows = (uint32_t)g->cell_rows,
        .cell_columns = (uint32_t)g->cell_columns,
        .grid_columns = (uint32_t)g->grid_columns,
        .tiles = (uint32_t)view->tiles,
        .alpha_tile = view->channel[3] == NONE ? TRL_RGB_NONE : (uint32_t)view->tiles - 1,
        .nan_color = color_word(view->nan_color),
        .background = color_word(view->background),
        .checker = (uint32_t)view->checker,
    };
    const struct trl_gpu_call call = {
        .kernel = view->draw,
        .bindings = {{.buffer = source},
                     {.buffer = view->columns},
                     {.buffer = view->rows},
                     {.buffer = view->board.words, .write = true}},
        .binding_count = 4,
        .push = &push,
        .push_size = sizeof(push),
    };
    uint32_t groups[2];
    trl_row_groups(view->device, g->height, g->width, 1, groups);
    trl_gpu_cmd_dispatch(cmd, &call, groups[0], groups[1], 1);
}

int trl_rgb_record(struct trl_rgb *view, struct trl_gpu_cmd *cmd,
                   const struct trl_gpu_tensor *tensor)
{
    int ret = trl_tensor_check(view->device, "rgb", tensor, view->shape);
    if (ret < 0)
        return ret;
    if (tensor->layout.dtype != view->dtype)
        return trl_fail(trl_gpu_log(view->device), TRL_ERROR_USAGE,
                        "rgb: a frame of dtype %s, not of %s as the first",
                        trl_dtype_name(tensor->layout.dtype), trl_dtype_name(view->dtype));
    trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_VIEW);
    trl_gpu_cmd_fill(cmd, view->analyse.counts, 0, TRL_COUNT_WORDS * 4, 0);
    if ((ret = record_gather(view, cmd, tensor)) < 0)
        return ret;
    struct trl_gpu_buffer *source = view->pixels;
    for (int n = 0; n < 2; n++) {
        if (!view->box[n].used)
            continue;
        record_box(view, cmd, &view->box[n], source);
        source = view->box[n].cells;
    }
    record_draw(view, cmd, source);
    return trl_analyse_record_counts(&view->analyse, cmd, tensor, false);
}

const struct trl_picture *trl_rgb_picture(const struct trl_rgb *view)
{
    return &view->board.picture;
}

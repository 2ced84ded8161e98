/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/complex.h"

#include "base/log.h"
#include "base/math.h"
#include "gpu/window.h"
#include "shared/complex.h"
#include "view/analyse.h"
#include "view/board.h"
#include "view/cmap.h"
#include "view/geometry.h"
#include "view/groups.h"
#include "view/tensor.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <tensorreel/error.h>

enum { BLOCK_MAX = 65535, HUES = 256 };

/* Magnitudes, as a tensor that can be analysed, and phases. */
struct polar {
    struct trl_gpu_tensor magnitudes;
    struct trl_gpu_buffer *phases;
};

/* One axis along which the largest are taken. */
struct step {
    bool used;
    int64_t rows, columns, block, source_columns;
    struct trl_gpu_buffer *bounds;
    struct polar polar;
};

struct trl_complex {
    struct trl_device *device;
    int64_t shape[3];
    uint32_t nan_color, background;
    uint32_t table[TRL_COMPLEX_WORDS];
    struct trl_view_geometry geometry;
    struct trl_scale scale;
    struct trl_analyse analyse;
    struct trl_board board;
    struct polar polar;
    struct step steps[2]; /* along columns, along rows */
    struct trl_gpu_variants convert;
    struct trl_gpu_kernel *largest, *draw;
    struct trl_gpu_buffer *setup, *table_words, *columns, *rows;
};

/* ---- building ---- */

/* Straight from corner to corner of the colour circle. */
static uint32_t hue_word(int hue)
{
    const int at = hue * 6 * 255 / HUES, corner = at / 255;
    const uint8_t rise = (uint8_t)(at % 255), fall = (uint8_t)(255 - rise);
    const uint8_t colors[6][3] = {{255, rise, 0}, {fall, 255, 0}, {0, 255, rise},
                                  {0, fall, 255}, {rise, 0, 255}, {255, 0, fall}};
    return trl_rgb_word(colors[corner]);
}

static void make_table(struct trl_complex *view, const struct trl_palette *palette)
{
    static const double half_step = 0.012271846303085129; /* pi / 256 */
    for (int n = 0; n < (int)TRL_COMPLEX_SLOPE_COUNT; n++)
        view->table[TRL_COMPLEX_SLOPES + (uint32_t)n] =
            trl_float_bits((float)tan((2 * n + 1) * half_step));
    for (int n = 0; n < HUES; n++)
        view->table[TRL_COMPLEX_COLORS + (uint32_t)n] =
            palette ? trl_rgb_word(palette->rgb[n]) : hue_word(n);
}

static int create_buffer(struct trl_complex *view, struct trl_gpu_buffer **out, const char *name,
                         int64_t words)
{
    const uint64_t limit = trl_device_info(view->device)->storage_buffer_bytes_max;
    if (words > (int64_t)(limit / 4))
        return trl_fail(trl_gpu_log(view->device), TRL_ERROR_UNSUPPORTED,
                        "complex: %lld elements are too many; this device binds at most %llu bytes",
                        (long long)words, (unsigned long long)limit);
    return trl_gpu_buffer_create(out, view->device,
                                 &(struct trl_gpu_buffer_params){
                                     .name = name,
                                     .size_bytes = (uint64_t)words * 4,
                                     .memory = TRL_GPU_MEMORY_DEVICE,
                                 });
}

static int create_polar(struct trl_complex *view, struct polar *polar, int64_t rows,
                        int64_t columns)
{
    polar->magnitudes.layout = (struct trl_layout){
        .dtype = TRL_DTYPE_F32,
        .rank = 3,
        .shape = {1, rows, columns},
        .stride = {rows * columns, columns, 1},
    };
    int ret = create_buffer(view, &polar->magnitudes.buffer, "magnitudes", rows * columns);
    return ret < 0 ? ret : create_buffer(view, &polar->phases, "phases", rows * columns);
}

static int create_step(struct trl_complex *view, struct trl_upload *upload, struct step *step,
                       int64_t elements, int64_t cells)
{
    struct trl_log *log = trl_gpu_log(view->device);
    step->used = true;
    step->block = (elements + cells - 1) / cells;
    if (step->block > BLOCK_MAX)
        return trl_fail(log, TRL_ERROR_UNSUPPORTED,
                        "complex: a pixel of the picture would stand for %lld elements in a row; "
                        "at most %d are possible. Use a larger --size",
                        (long long)step->block, BLOCK_MAX);
    const size_t size = (size_t)(cells + 1) * sizeof(uint32_t);
    uint32_t *bounds = malloc(size);
    if (!bounds)
        return trl_fail_memory(log, "bounds of cells", size);
    for (int64_t n = 0; n <= cells; n++)
        bounds[n] = (uint32_t)(n * elements / cells);
    int ret = trl_upload_buffer(upload, &step->bounds, "bounds of cells", bounds, size);
    free(bounds);
    return ret < 0 ? ret : create_polar(view, &step->polar, step->rows, step->columns);
}

static int create_steps(struct trl_complex *view, struct trl_upload *upload)
{
    const struct trl_view_geometry *g = &view->geometry;
    int ret = 0;
    view->steps[0] =
        (struct step){.rows = g->rows, .columns = g->reduced_columns, .source_columns = g->columns};
    view->steps[1] = (struct step){.rows = g->reduced_rows,
                                   .columns = g->reduced_columns,
                                   .source_columns = g->reduced_columns};
    if (g->reduced_columns < g->columns)
        ret = create_step(view, upload, &view->steps[0], g->columns, g->reduced_columns);
    if (ret == 0 && g->reduced_rows < g->rows)
        ret = create_step(view, upload, &view->steps[1], g->rows, g->reduced_rows);
    return ret;
}

static int upload_maps(struct trl_complex *view, struct trl_upload *upload, enum trl_origin origin)
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

static int create_kernels(struct trl_complex *view)
{
    view->convert.params =
        (struct trl_gpu_kernel_params){TRL_SHADER_VIEW_COMPLEX_POLAR_COMP, .spec_count = 2};
    const struct trl_gpu_kernel_params largest = {TRL_SHADER_VIEW_COMPLEX_LARGEST_COMP};
    const struct trl_gpu_kernel_params draw = {TRL_SHADER_VIEW_COMPLEX_DRAW_COMP};
    int ret = trl_gpu_kernel_create(&view->largest, view->device, &largest);
    return ret < 0 ? ret : trl_gpu_kernel_create(&view->draw, view->device, &draw);
}

static int build(struct trl_complex *view, enum trl_origin origin, struct trl_upload *upload)
{
    struct trl_device *device = view->device;
    const struct trl_view_geometry *g = &view->geometry;
    int ret;
    if ((ret = create_polar(view, &view->polar, g->rows, g->columns)) < 0 ||
        (ret = trl_board_words(&view->board, device, g->width, g->height)) < 0 ||
        (ret = create_kernels(view)) < 0 || (ret = trl_upload_begin(upload, device)) < 0 ||
        (ret = upload_maps(view, upload, origin)) < 0 || (ret = create_steps(view, upload)) < 0 ||
        (ret = trl_upload_buffer(upload, &view->table_words, "hues", view->table,
                                 sizeof(view->table))) < 0 ||
        (ret = trl_upload_buffer(upload, &view->setup, "scale setup", view->scale.setup,
                                 sizeof(view->scale.setup))) < 0 ||
        (ret = trl_analyse_init(&view->analyse, upload->cmd, device, &view->scale, view->setup)) <
            0)
        return ret;
    view->board.picture.counts = view->analyse.counts;
    trl_analyse_record_thresholds(&view->analyse, upload->cmd);
    return trl_upload_finish(upload);
}

/* What the parts that are shared with the heat map are asked for. */
static int set_up(struct trl_complex *view, const struct trl_view_params *params,
                  const float *movie_low, const float *movie_high)
{
    struct trl_log *log = trl_gpu_log(view->device);
    struct trl_view_params own = *params;
    struct trl_palette palette;
    own.scroll = 0;
    own.interpolation = TRL_INTERPOLATION_NEAREST;
    if (!movie_low || !movie_high)
        own.range =
            own.range == TRL_RANGE_PERCENTILE_MOVIE || own.range == TRL_RANGE_PERCENTILE_FRAME
                ? TRL_RANGE_PERCENTILE_FRAME
                : TRL_RANGE_FRAME;
    if (own.norm == TRL_NORM_LINEAR || own.norm == TRL_NORM_POWER)
        own.vmin_set = true;
    const struct trl_view_shape shape = {1, view->shape[0], view->shape[1]};
    int ret;
    if ((ret = trl_palette_create(log, params, &palette)) < 0 ||
        (ret = trl_scale_init(&view->scale, log, &own, movie_low, movie_high)) < 0)
        return ret;
    view->nan_color = trl_rgb_word(palette.rgb[TRL_PALETTE_NAN]);
    view->background = trl_rgb_word(palette.rgb[TRL_PALETTE_BACKGROUND]);
    make_table(view, params->cmap ? &palette : NULL);
    return trl_view_geometry(log, &own, &shape, &view->geometry);
}

int trl_complex_create(struct trl_complex **out, struct trl_device *device,
                       const struct trl_view_params *params, const int64_t shape[3],
                       const float *movie_low, const float *movie_high)
{
    *out = NULL;
    struct trl_log *log = trl_gpu_log(device);
    if (shape[2] != 2)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "complex: the last axis has %lld elements; 2 are needed, real and "
                        "imaginary part",
                        (long long)shape[2]);
    if (shape[0] < 1 || shape[1] < 1 || shape[0] > UINT32_MAX / 2 || shape[1] > UINT32_MAX / 2)
        return trl_fail(log, TRL_ERROR_USAGE, "complex: %lld rows of %lld", (long long)shape[0],
                        (long long)shape[1]);
    struct trl_upload upload = {0};
    struct trl_complex *view = calloc(1, sizeof(*view));
    if (!view)
        return trl_fail_memory(log, "a complex view", sizeof(*view));
    view->device = device;
    memcpy(view->shape, shape, sizeof(view->shape));
    int ret;
    if ((ret = set_up(view, params, movie_low, movie_high)) < 0 ||
        (ret = build(view, params->origin, &upload)) < 0)
        trl_complex_destroy(&view);
    trl_upload_destroy(&upload);
    *out = view;
    return ret;
}

static void destroy_polar(struct polar *polar)
{
    trl_gpu_buffer_destroy(&polar->magnitudes.buffer);
    trl_gpu_buffer_destroy(&polar->phases);
}

void trl_complex_destroy(struct trl_complex **out)
{
    if (!out || !*out)
        return;
    struct trl_complex *view = *out;
    for (int n = 0; n < 2; n++) {
        destroy_polar(&view->steps[n].polar);
        trl_gpu_buffer_destroy(&view->steps[n].bounds);
    }
    destroy_polar(&view->polar);
    trl_gpu_variants_destroy(&view->convert);
    trl_gpu_kernel_destroy(&view->largest);
    trl_gpu_kernel_destroy(&view->draw);
    trl_analyse_destroy(&view->analyse);
    trl_gpu_buffer_destroy(&view->setup);
    trl_gpu_buffer_destroy(&view->table_words);
    trl_gpu_buffer_destroy(&view->columns);
    trl_gpu_buffer_destroy(&view->rows);
    trl_board_destroy(&view->board);
    free(view);
    *out = NULL;
}

/* ---- drawing ---- */

static int record_convert(struct trl_complex *view, struct trl_gpu_cmd *cmd,
                          const struct trl_gpu_tensor *tensor)
{
    static const uint32_t both[2] = {0, 2};
    const int64_t *stride = tensor->layout.stride;
    const struct trl_window_axis axis[3] = {{view->shape[0], 1, NULL, stride[0]},
                                            {view->shape[1], 1, NULL, stride[1]},
                                            {1, 2, both, stride[2]}};
    struct trl_gpu_call call = {
        .bindings = {{0},
                     {.buffer = view->table_words},
                     {.buffer = view->polar.magnitudes.buffer, .write = true},
                     {.buffer = view->polar.phases, .write = true}},
        .binding_count = 4,
    };
    struct trl_windows w;
    int ret;
    if ((ret = trl_gpu_variant(&view->convert, view->device, &tensor->layout, &call.kernel)) < 0 ||
        (ret = trl_windows_begin(&w, view->device, tensor, axis)) < 0)
        return ret;
    while (trl_windows_next(&w)) {
        const struct trl_complex_polar_push push = {
            .base = w.base,
            .row_stride = (uint32_t)stride[0],
            .column_stride = (uint32_t)stride[1],
            .part_stride = (uint32_t)stride[2],
            .start = {(uint32_t)w.start[0], (uint32_t)w.start[1]},
            .count = {(uint32_t)w.count[0], (uint32_t)w.count[1]},
            .columns = (uint32_t)view->shape[1],
        };
        uint32_t groups[2];
        trl_row_groups(view->device, w.count[0], w.count[1], 64, groups);
        call.bindings[0] = w.binding;
        call.push = &push;
        call.push_size = sizeof(push);
        trl_gpu_cmd_dispatch(cmd, &call, groups[0], groups[1], 1);
    }
    return 0;
}

static void record_step(struct trl_complex *view, struct trl_gpu_cmd *cmd, const struct step *step,
                        const struct polar *source)
{
    const struct trl_complex_largest_push push = {
        .rows = (uint32_t)step->rows,
        .columns = (uint32_t)step->columns,
        .source_columns = (uint32_t)step->source_columns,
        .along_rows = step == &view->steps[1],
    };
    const struct trl_gpu_call call = {
        .kernel = view->largest,
        .bindings = {{.buffer = source->magnitudes.buffer},
                     {.buffer = source->phases},
                     {.buffer = step->bounds},
                     {.buffer = step->polar.magnitudes.buffer, .write = true},
                     {.buffer = step->polar.phases, .write = true}},
        .binding_count = 5,
        .push = &push,
        .push_size = sizeof(push),
    };
    uint32_t groups[2];
    trl_row_groups(view->device, step->rows, step->columns, step->block, groups);
    trl_gpu_cmd_dispatch(cmd, &call, groups[0], groups[1], 1);
}

static void record_draw(struct trl_complex *view, struct trl_gpu_cmd *cmd,
                        const struct polar *polar)
{
    const struct trl_view_geometry *g = &view->geometry;
    const struct trl_complex_draw_push push = {
        .width = (uint32_t)g->width,
        .height = (uint32_t)g->height,
        .cell_columns = (uint32_t)g->cell_columns,
        .nan_color = view->nan_color,
        .background = view->background,
    };
    const struct trl_gpu_call call = {
        .kernel = view->draw,
        .bindings = {{.buffer = polar->magnitudes.buffer},
                     {.buffer = polar->phases},
                     {.buffer = view->analyse.scale},
                     {.buffer = view->table_words},
                     {.buffer = view->columns},
                     {.buffer = view->rows},
                     {.buffer = view->board.words, .write = true},
                     {.buffer = view->analyse.counts, .write = true}},
        .binding_count = 8,
        .push = &push,
        .push_size = sizeof(push),
    };
    uint32_t groups[2];
    trl_row_groups(view->device, g->height, g->width, 8, groups);
    trl_gpu_cmd_dispatch(cmd, &call, groups[0], groups[1], 1);
}

int trl_complex_record(struct trl_complex *view, struct trl_gpu_cmd *cmd,
                       const struct trl_gpu_tensor *tensor)
{
    int ret = trl_tensor_check(view->device, "complex", tensor, view->shape);
    if (ret < 0)
        return ret;
    trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_ANALYSE);
    trl_gpu_cmd_fill(cmd, view->analyse.counts, 0, TRL_COUNT_WORDS * 4, 0);
    const struct trl_gpu_tensor *magnitudes = &view->polar.magnitudes;
    if ((ret = record_convert(view, cmd, tensor)) < 0 ||
        (ret = trl_analyse_record(&view->analyse, cmd, magnitudes, 1)) < 0)
        return ret;
    trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_VIEW);
    const struct polar *polar = &view->polar;
    for (int n = 0; n < 2; n++) {
        if (!view->steps[n].used)
            continue;
        record_step(view, cmd, &view->steps[n], polar);
        polar = &view->steps[n].polar;
    }
    record_draw(view, cmd, polar);
    /* Cells of several elements do not show them all. */
    return trl_analyse_record_counts(&view->analyse, cmd, magnitudes, polar != &view->polar);
}

const struct trl_picture *trl_complex_picture(const struct trl_complex *view)
{
    return &view->board.picture;
}

const uint32_t *trl_complex_hues(const struct trl_complex *view)
{
    return view->table + TRL_COMPLEX_COLORS;
}

struct trl_gpu_buffer *trl_complex_scale(const struct trl_complex *view)
{
    return view->analyse.scale;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "readback/pack.h"

#include "base/log.h"
#include "base/math.h"
#include "shared/pack.h"

#include <stdlib.h>

_Static_assert(TRL_PACK_BACKGROUND == TRL_PALETTE_BACKGROUND, "shader and C agree");
_Static_assert(sizeof(struct trl_pack_push) <= TRL_GPU_PUSH_MAX, "fits push constants");

enum { ROW_KERNELS = TRL_PACK_NINTH + 1, BLOCK_ALIGNMENT = 256, ROW_SPREAD_SHARE = 4 };

struct trl_packer {
    struct trl_device *device;
    const struct trl_picture *picture;
    uint32_t pixel_mask;
    bool canvas;
    bool direct; /* rows are written where they go; else once each, then repeated */
    struct trl_image_layout layout[TRL_PIXEL_COUNT];
    uint64_t offset[TRL_PIXEL_COUNT];
    uint64_t counts_offset, size_bytes;
    struct trl_gpu_kernel *rows[ROW_KERNELS];
    struct trl_gpu_kernel *colors_kernel, *spread, *chroma, *canvas_pass;
    struct trl_gpu_buffer *colors;       /* the cells' colours, with background behind */
    struct trl_gpu_buffer *table;        /* rows of one plane, each once */
    struct trl_gpu_buffer *sums;         /* 4:2:0 chroma sums of every row */
    struct trl_gpu_buffer *canvas_words; /* the canvas as rows.comp reads it */
    struct trl_gpu_image *canvas_image;
};

static uint32_t groups(uint32_t items)
{
    return (items + TRL_PACK_GROUP - 1) / TRL_PACK_GROUP;
}

static uint32_t words(uint64_t bytes)
{
    return (uint32_t)(bytes / 4);
}

/* Rows of the table: the source's and one of background; or of the sums: every row of the picture
 * and one of padding. */
static uint32_t table_rows(const struct trl_packer *packer)
{
    return 1 + (uint32_t)(packer->direct ? packer->picture->height : packer->picture->cell_rows);
}

static uint32_t sums_stride(const struct trl_packer *packer)
{
    return words(packer->layout[TRL_PIXEL_I420].stride[0]) * 2;
}

static int create_kernel(struct trl_packer *packer, struct trl_gpu_kernel **out,
                         enum trl_shader shader, uint32_t form, uint32_t source)
{
    return trl_gpu_kernel_create(out, packer->device,
                                 &(struct trl_gpu_kernel_params){.shader = shader,
                                                                 .target = TRL_GPU_FORMAT_RGBA8,
                                                                 .spec = {form, source},
                                                                 .spec_count = 2});
}

static int create_kernels(struct trl_packer *packer)
{
    static const struct {
        enum trl_pixel pixel;
        uint32_t form;
    } forms[] = {
        {TRL_PIXEL_I420, TRL_PACK_I420},   {TRL_PIXEL_I444, TRL_PACK_I444},
        {TRL_PIXEL_RGB24, TRL_PACK_RGB24}, {TRL_PIXEL_BGR0, TRL_PACK_BGR0},
        {TRL_PIXEL_PAL8, TRL_PACK_PAL8},   {TRL_PIXEL_PAL8, TRL_PACK_NINTH},
    };
    int error = 0;
    const uint32_t source = packer->canvas ? TRL_PACK_FROM_CANVAS : TRL_PACK_FROM_CELLS;
    for (size_t n = 0; !error && n < sizeof(forms) / sizeof(forms[0]); n++)
        if (packer->pixel_mask & TRL_PIXEL_BIT(forms[n].pixel))
            error = create_kernel(packer, &packer->rows[forms[n].form], TRL_SHADER_PACK_ROWS_COMP,
                                  forms[n].form, source);
    if (!error)
        error = create_kernel(packer, &packer->colors_kernel, TRL_SHADER_PACK_COLORS_COMP, 0, 0);
    if (!error && !packer->direct)
        error = create_kernel(packer, &packer->spread, TRL_SHADER_PACK_SPREAD_COMP, 0, 0);
    if (!error && packer->pixel_mask & TRL_PIXEL_BIT(TRL_PIXEL_I420))
        error = create_kernel(packer, &packer->chroma, TRL_SHADER_PACK_CHROMA_COMP, 0, 0);
    if (!error && packer->canvas)
        error = create_kernel(packer, &packer->canvas_pass, TRL_SHADER_PACK_CANVAS_FRAG, 0, 0);
    return error;
}

static int create_buffer(struct trl_packer *packer, struct trl_gpu_buffer **out, const char *name,
                         uint64_t size)
{
    return trl_gpu_buffer_create(out, packer->device,
                                 &(struct trl_gpu_buffer_params){.name = name,
                                                                 .size_bytes = size,
                                                                 .memory = TRL_GPU_MEMORY_DEVICE});
}

static int create_buffers(struct trl_packer *packer)
{
    const struct trl_picture *picture = packer->picture;
    uint64_t row_bytes = 4;
    for (int pixel = 0; pixel < TRL_PIXEL_COUNT; pixel++)
        if (packer->pixel_mask & TRL_PIXEL_BIT(pixel))
            for (int plane = 0; plane < packer->layout[pixel].plane_count; plane++)
                row_bytes = (uint64_t)trl_max_i64((int64_t)row_bytes,
                                                  (int64_t)packer->layout[pixel].stride[plane]);
    int error = create_buffer(packer, &packer->colors, "cell colours",
                              ((uint64_t)picture->cell_columns + 1) *
                                  ((uint64_t)picture->cell_rows + 1) * 4);
    if (!error)
        error = create_buffer(packer, &packer->table, "row table",
                              packer->direct ? 4 : row_bytes * 3 * table_rows(packer));
    if (!error)
        error = create_buffer(
            packer, &packer->sums, "chroma sums",
            packer->chroma ? (uint64_t)sums_stride(packer) * 4 * table_rows(packer) : 4);
    if (error || !packer->canvas)
        return error;
    error = create_buffer(packer, &packer->canvas_words, "canvas",
                          (uint64_t)picture->width * (uint64_t)picture->height * 4);
    if (!error)
        error = trl_gpu_image_create(
            &packer->canvas_image, packer->device,
            &(struct trl_gpu_image_params){.name = "canvas",
                                           .format = TRL_GPU_FORMAT_RGBA8,
                                           .width = (uint32_t)picture->width,
                                           .height = (uint32_t)picture->height});
    return error;
}

int trl_packer_create(struct trl_packer **out, struct trl_device *device,
                      const struct trl_packer_params *params)
{
    *out = NULL;
    struct trl_log *log = trl_gpu_log(device);
    if (params->canvas && params->pixel_mask & TRL_PIXEL_BIT(TRL_PIXEL_PAL8))
        return trl_fail(log, TRL_ERROR_INTERNAL, "a full-colour canvas has no palette indices");
    struct trl_packer *packer = calloc(1, sizeof(*packer));
    if (!packer)
        return trl_fail_memory(log, "a packer", sizeof(*packer));
    const struct trl_picture *picture = params->picture;
    packer->device = device;
    packer->picture = picture;
    packer->pixel_mask = params->pixel_mask;
    packer->canvas = params->canvas;
    packer->direct = params->canvas || (picture->cell_rows + 1) * ROW_SPREAD_SHARE >
                                           picture->height * (ROW_SPREAD_SHARE - 1);
    for (int pixel = 0; pixel < TRL_PIXEL_COUNT; pixel++) {
        if (!(params->pixel_mask & TRL_PIXEL_BIT(pixel)))
            continue;
        trl_image_layout(&packer->layout[pixel], (enum trl_pixel)pixel, picture->width,
                         picture->height);
        packer->offset[pixel] = packer->size_bytes;
        packer->size_bytes =
            trl_align_up(packer->size_bytes + packer->layout[pixel].size, BLOCK_ALIGNMENT);
    }
    packer->counts_offset = packer->size_bytes;
    packer->size_bytes += trl_align_up(sizeof(struct trl_frame_counts), BLOCK_ALIGNMENT);
    int error = create_kernels(packer);
    if (!error)
        error = create_buffers(packer);
    if (error) {
        trl_packer_destroy(&packer);
        return error;
    }
    *out = packer;
    return 0;
}

void trl_packer_destroy(struct trl_packer **out)
{
    if (!out || !*out)
        return;
    struct trl_packer *packer = *out;
    for (int n = 0; n < ROW_KERNELS; n++)
        trl_gpu_kernel_destroy(&packer->rows[n]);
    trl_gpu_kernel_destroy(&packer->colors_kernel);
    trl_gpu_kernel_destroy(&packer->spread);
    trl_gpu_kernel_destroy(&packer->chroma);
    trl_gpu_kernel_destroy(&packer->canvas_pass);
    trl_gpu_buffer_destroy(&packer->colors);
    trl_gpu_buffer_destroy(&packer->table);
    trl_gpu_buffer_destroy(&packer->sums);
    trl_gpu_buffer_destroy(&packer->canvas_words);
    trl_gpu_image_destroy(&packer->canvas_image);
    free(packer);
    *out = NULL;
}

uint64_t trl_packer_size_bytes(const struct trl_packer *packer)
{
    return packer->size_bytes;
}

uint64_t trl_packer_counts_offset(const struct trl_packer *packer)
{
    return packer->counts_offset;
}

uint64_t trl_packer_offset(const struct trl_packer *packer, enum trl_pixel pixel)
{
    return packer->offset[pixel];
}

const struct trl_image_layout *trl_packer_layout(const struct trl_packer *packer,
                                                 enum trl_pixel pixel)
{
    return &packer->layout[pixel];
}

static void record_colors(struct trl_packer *packer, struct trl_gpu_cmd *cmd)
{
    const struct trl_picture *picture = packer->picture;
    const uint32_t push[4] = {(uint32_t)picture->cell_columns, (uint32_t)picture->cell_rows,
                              picture->cell_stride, TRL_PALETTE_BACKGROUND};
    trl_gpu_cmd_dispatch(
        cmd,
        &(struct trl_gpu_call){.kernel = packer->colors_kernel,
                               .bindings = {{.buffer = picture->cells},
                                            {.buffer = picture->palette},
                                            {.buffer = packer->colors, .write = true}},
                               .binding_count = 3,
                               .push = push,
                               .push_size = sizeof(push)},
        groups(push[0] + 1), push[1] + 1, 1);
}

static void record_canvas(struct trl_packer *packer, struct trl_gpu_cmd *cmd)
{
    const struct trl_picture *picture = packer->picture;
    const uint32_t push[2] = {(uint32_t)picture->cell_columns, (uint32_t)picture->cell_rows};
    trl_gpu_cmd_draw(cmd,
                     &(struct trl_gpu_call){.kernel = packer->canvas_pass,
                                            .bindings = {{.buffer = packer->colors},
                                                         {.buffer = picture->columns},
                                                         {.buffer = picture->rows}},
                                            .binding_count = 3,
                                            .push = push,
                                            .push_size = sizeof(push)},
                     packer->canvas_image, 0, 0, (uint32_t)picture->width,
                     (uint32_t)picture->height);
    trl_gpu_cmd_copy_image(cmd, packer->canvas_words, 0, 0, packer->canvas_image);
}

/* Repeats the rows of the table as the picture has them. */
static void record_spread(struct trl_packer *packer, struct trl_gpu_cmd *cmd, enum trl_pixel pixel,
                          int plane, uint32_t table_at, struct trl_gpu_buffer *out)
{
    const struct trl_image_layout *layout = &packer->layout[pixel];
    const uint32_t stride = words(layout->stride[plane]);
    const struct trl_spread_push push = {
        .words = stride,
        .rows = (uint32_t)layout->height,
        .source_rows = (uint32_t)packer->picture->cell_rows,
        .source_offset = table_at,
        .source_stride = stride,
        .offset = words(packer->offset[pixel] + layout->plane_offset[plane]),
        .stride = stride,
        .picture_height = (uint32_t)packer->picture->height,
    };
    trl_gpu_cmd_dispatch(cmd,
                         &(struct trl_gpu_call){.kernel = packer->spread,
                                                .bindings = {{.buffer = packer->table},
                                                             {.buffer = packer->picture->rows},
                                                             {.buffer = out, .write = true}},
                                                .binding_count = 3,
                                                .push = &push,
                                                .push_size = sizeof(push)},
                         groups(push.words), push.rows, 1);
}

/* Writes the rows of a form: to their place in out, or each once to the table, plane after plane.
 */
static void record_rows(struct trl_packer *packer, struct trl_gpu_cmd *cmd, uint32_t form,
                        enum trl_pixel pixel, int first_plane, int plane_count,
                        struct trl_gpu_buffer *out)
{
    const struct trl_picture *picture = packer->picture;
    const struct trl_image_layout *layout = &packer->layout[pixel];
    const bool indices = form == TRL_PACK_PAL8 || form == TRL_PACK_NINTH;
    struct trl_pack_push push = {
        .width = (uint32_t)layout->width,
        .picture_width = (uint32_t)picture->width,
        .rows = packer->direct ? (uint32_t)layout->height : table_rows(packer),
        .source_columns = (uint32_t)picture->cell_columns,
        .source_rows = (uint32_t)picture->cell_rows,
        .source_stride = packer->canvas ? (uint32_t)picture->width
                         : indices      ? picture->cell_stride
                                        : (uint32_t)picture->cell_columns + 1,
        .direct = packer->direct,
        .picture_height = (uint32_t)picture->height,
    };
    uint32_t table_at = 0;
    for (int n = 0; n < plane_count; n++) {
        const int plane = first_plane + n;
        push.stride[n] = words(layout->stride[plane]);
        push.offset[n] =
            packer->direct ? words(packer->offset[pixel] + layout->plane_offset[plane]) : table_at;
        table_at += push.stride[n] * table_rows(packer);
    }
    if (form == TRL_PACK_I420)
        push.stride[1] = sums_stride(packer);
    struct trl_gpu_buffer *source = packer->canvas ? packer->canvas_words
                                    : indices      ? picture->cells
                                                   : packer->colors;
    const uint32_t pixels_each = form == TRL_PACK_NINTH ? 32 : 4;
    trl_gpu_cmd_dispatch(
        cmd,
        &(struct trl_gpu_call){
            .kernel = packer->rows[form],
            .bindings = {{.buffer = source},
                         {.buffer = picture->columns},
                         {.buffer = picture->rows},
                         {.buffer = packer->direct ? out : packer->table, .write = true},
                         {.buffer = packer->sums, .write = form == TRL_PACK_I420}},
            .binding_count = 5,
            .push = &push,
            .push_size = sizeof(push)},
        groups((push.width + pixels_each - 1) / pixels_each), push.rows, 1);
    table_at = 0;
    for (int n = 0; !packer->direct && n < plane_count; n++) {
        record_spread(packer, cmd, pixel, first_plane + n, table_at, out);
        table_at += push.stride[n] * table_rows(packer);
    }
}

static void record_chroma(struct trl_packer *packer, struct trl_gpu_cmd *cmd,
                          struct trl_gpu_buffer *out)
{
    const struct trl_picture *picture = packer->picture;
    const struct trl_image_layout *layout = &packer->layout[TRL_PIXEL_I420];
    const uint64_t base = packer->offset[TRL_PIXEL_I420];
    const struct trl_chroma_push push = {
        .width = (uint32_t)layout->width / 2,
        .rows = (uint32_t)layout->height / 2,
        .source_rows = (uint32_t)picture->cell_rows,
        .source_stride = sums_stride(packer),
        .picture_height = (uint32_t)picture->height,
        .mapped = !packer->direct,
        .offset = {words(base + layout->plane_offset[1]), words(base + layout->plane_offset[2])},
        .stride = {words(layout->stride[1]), words(layout->stride[2])},
    };
    trl_gpu_cmd_dispatch(cmd,
                         &(struct trl_gpu_call){.kernel = packer->chroma,
                                                .bindings = {{.buffer = packer->sums},
                                                             {.buffer = picture->rows},
                                                             {.buffer = out, .write = true}},
                                                .binding_count = 3,
                                                .push = &push,
                                                .push_size = sizeof(push)},
                         groups((push.width + 3) / 4), push.rows, 1);
}

void trl_packer_record(struct trl_packer *packer, struct trl_gpu_cmd *cmd,
                       struct trl_gpu_buffer *out)
{
    const uint32_t mask = packer->pixel_mask;
    if (packer->canvas || mask & ~TRL_PIXEL_BIT(TRL_PIXEL_PAL8))
        record_colors(packer, cmd);
    if (packer->canvas)
        record_canvas(packer, cmd);
    if (mask & TRL_PIXEL_BIT(TRL_PIXEL_I420)) {
        record_rows(packer, cmd, TRL_PACK_I420, TRL_PIXEL_I420, 0, 1, out);
        record_chroma(packer, cmd, out);
    }
    if (mask & TRL_PIXEL_BIT(TRL_PIXEL_I444))
        record_rows(packer, cmd, TRL_PACK_I444, TRL_PIXEL_I444, 0, 3, out);
    if (mask & TRL_PIXEL_BIT(TRL_PIXEL_RGB24))
        record_rows(packer, cmd, TRL_PACK_RGB24, TRL_PIXEL_RGB24, 0, 1, out);
    if (mask & TRL_PIXEL_BIT(TRL_PIXEL_BGR0))
        record_rows(packer, cmd, TRL_PACK_BGR0, TRL_PIXEL_BGR0, 0, 1, out);
    if (mask & TRL_PIXEL_BIT(TRL_PIXEL_PAL8)) {
        record_rows(packer, cmd, TRL_PACK_PAL8, TRL_PIXEL_PAL8, 0, 1, out);
        record_rows(packer, cmd, TRL_PACK_NINTH, TRL_PIXEL_PAL8, 1, 1, out);
    }
    trl_gpu_cmd_copy(cmd, out, packer->counts_offset, packer->picture->counts, 0,
                     sizeof(struct trl_frame_counts));
}

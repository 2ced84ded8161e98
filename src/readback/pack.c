/* SPDX-License-Identifier: BSD-2-Clause */
#include "readback/pack.h"

#include "base/log.h"
#include "base/math.h"
#include "readback/spread.h"

#include <stdlib.h>
#include <string.h>

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
    struct trl_gpu_kernel *canvas_pass;
    struct trl_spread *spread;
    struct trl_gpu_buffer *spans;        /* NULL where cells are too narrow for them */
    struct trl_gpu_buffer *table;        /* rows of planes, each once */
    struct trl_gpu_buffer *chroma_rows;  /* of 4:2:0, before two rows are meant */
    struct trl_gpu_buffer *canvas_words; /* the canvas as rows.comp reads it */
    struct trl_gpu_image *canvas_image;
};

/* Invocations that share a row. A software driver runs a subgroup at a time: one is enough. */
static uint32_t local_size(const struct trl_packer *packer)
{
    const struct trl_device_info *info = trl_device_info(packer->device);
    return info->type == TRL_DEVICE_SOFTWARE ? info->subgroup_size : TRL_PACK_GROUP;
}

static uint32_t words(uint64_t bytes)
{
    return (uint32_t)(bytes / 4);
}

/* Rows that are written once: the source's and one of background; or all of the picture and one of
 * padding. */
static uint32_t table_rows(const struct trl_packer *packer)
{
    return 1 + (uint32_t)(packer->direct ? packer->picture->height : packer->picture->cell_rows);
}

static int create_kernel(struct trl_packer *packer, struct trl_gpu_kernel **out,
                         enum trl_shader shader, uint32_t form, uint32_t source)
{
    return trl_gpu_kernel_create(
        out, packer->device,
        &(struct trl_gpu_kernel_params){.shader = shader,
                                        .target = TRL_GPU_FORMAT_RGBA8,
                                        .spec = {form, source, local_size(packer)},
                                        .spec_count = 3});
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
    const uint32_t source = packer->canvas  ? TRL_PACK_FROM_CANVAS
                            : packer->spans ? TRL_PACK_FROM_SPANS
                                            : TRL_PACK_FROM_CELLS;
    for (size_t n = 0; !error && n < sizeof(forms) / sizeof(forms[0]); n++)
        if (packer->pixel_mask & TRL_PIXEL_BIT(forms[n].pixel))
            error = create_kernel(packer, &packer->rows[forms[n].form], TRL_SHADER_PACK_ROWS_COMP,
                                  forms[n].form, source);
    if (!error && (!packer->direct || packer->pixel_mask & TRL_PIXEL_BIT(TRL_PIXEL_I420)))
        error =
            trl_spread_create(&packer->spread, packer->device, packer->picture, !packer->direct);
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

/* Number of a column among those that a span names already, or of a new one; -1 if it is full. */
static int span_cell(uint16_t cells[TRL_PACK_SPAN_CELLS], int *count, uint16_t column)
{
    for (int n = 0; n < *count; n++)
        if (cells[n] == column)
            return n;
    if (*count == TRL_PACK_SPAN_CELLS)
        return -1;
    cells[*count] = column;
    return (*count)++;
}

/* Writes the span of the 16 pixels from x on; false if they show too many cells. */
static bool make_span(const struct trl_picture *picture, int x, uint32_t span[TRL_PACK_SPAN_WORDS])
{
    uint16_t cells[TRL_PACK_SPAN_CELLS] = {0};
    uint32_t choice = 0;
    int count = 0;
    const int last = picture->width - 1;
    const int left =
        span_cell(cells, &count, picture->column_map[x ? trl_min_i64(x - 1, last) : 0]);
    for (int n = 0; n < TRL_PACK_SPAN_PIXELS; n++) {
        const int cell = span_cell(cells, &count, picture->column_map[trl_min_i64(x + n, last)]);
        if (cell < 0)
            return false;
        choice |= (uint32_t)cell << 2 * n;
    }
    span[0] = cells[0] | (uint32_t)cells[1] << 16;
    span[1] = cells[2] | (uint32_t)cells[3] << 16;
    span[2] = choice;
    span[3] = (uint32_t)left;
    return true;
}

/* Spans for the whole width and what 4:2:0 writes beyond it, if the cells are wide enough. */
static int create_spans(struct trl_packer *packer)
{
    const struct trl_picture *picture = packer->picture;
    const int count = picture->width / TRL_PACK_SPAN_PIXELS + 2;
    const size_t size = (size_t)count * TRL_PACK_SPAN_WORDS * sizeof(uint32_t);
    uint32_t *spans = packer->canvas ? NULL : malloc(size);
    if (packer->canvas)
        return 0;
    if (!spans)
        return trl_fail_memory(trl_gpu_log(packer->device), "spans", size);
    bool fits = true;
    for (int n = 0; n < count && fits; n++)
        fits = make_span(picture, n * TRL_PACK_SPAN_PIXELS, spans + n * TRL_PACK_SPAN_WORDS);
    int error = 0;
    if (fits)
        error = trl_gpu_buffer_create(
            &packer->spans, packer->device,
            &(struct trl_gpu_buffer_params){
                .name = "spans", .size_bytes = size, .memory = TRL_GPU_MEMORY_UPLOAD});
    if (packer->spans) {
        memcpy(trl_gpu_buffer_map(packer->spans), spans, size);
        error = trl_gpu_buffer_flush(packer->spans, 0, size);
    }
    free(spans);
    return error;
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
    int error = create_buffer(packer, &packer->table, "row table",
                              packer->direct ? 4 : row_bytes * 3 * table_rows(packer));
    if (!error)
        error = create_buffer(packer, &packer->chroma_rows, "chroma rows",
                              2 * packer->layout[TRL_PIXEL_I420].stride[1] * table_rows(packer));
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
    int error = create_spans(packer);
    if (!error)
        error = create_kernels(packer);
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
    trl_spread_destroy(&packer->spread);
    trl_gpu_kernel_destroy(&packer->canvas_pass);
    trl_gpu_buffer_destroy(&packer->spans);
    trl_gpu_buffer_destroy(&packer->table);
    trl_gpu_buffer_destroy(&packer->chroma_rows);
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

static void record_canvas(struct trl_packer *packer, struct trl_gpu_cmd *cmd)
{
    const struct trl_picture *picture = packer->picture;
    const uint32_t push[3] = {(uint32_t)picture->cell_columns, (uint32_t)picture->cell_rows,
                              picture->cell_stride};
    trl_gpu_cmd_draw(cmd,
                     &(struct trl_gpu_call){.kernel = packer->canvas_pass,
                                            .bindings = {{.buffer = picture->cells},
                                                         {.buffer = picture->columns},
                                                         {.buffer = picture->rows},
                                                         {.buffer = picture->palette}},
                                            .binding_count = 4,
                                            .push = push,
                                            .push_size = sizeof(push)},
                     packer->canvas_image, 0, 0, (uint32_t)picture->width,
                     (uint32_t)picture->height);
    trl_gpu_cmd_copy_image(cmd, packer->canvas_words, 0, 0, packer->canvas_image);
}

/* Fills a plane from rows that were written once, or from the means of two of them. */
static void record_spread(struct trl_packer *packer, struct trl_gpu_cmd *cmd, enum trl_pixel pixel,
                          int plane, struct trl_gpu_buffer *source, uint32_t source_offset,
                          struct trl_gpu_buffer *out)
{
    const struct trl_image_layout *layout = &packer->layout[pixel];
    const uint32_t stride = words(layout->stride[plane]);
    const struct trl_spread_push push = {
        .words = stride,
        .source_offset = source_offset,
        .source_stride = stride,
        .offset = words(packer->offset[pixel] + layout->plane_offset[plane]),
        .stride = stride,
    };
    trl_spread_record(packer->spread, cmd, &push, source == packer->chroma_rows, source, out);
}

static void dispatch_rows(struct trl_packer *packer, struct trl_gpu_cmd *cmd, uint32_t form,
                          const struct trl_pack_push *push, uint32_t row_count,
                          struct trl_gpu_buffer *target)
{
    const struct trl_picture *picture = packer->picture;
    trl_gpu_cmd_dispatch(
        cmd,
        &(struct trl_gpu_call){
            .kernel = packer->rows[form],
            .bindings = {{.buffer = packer->canvas ? packer->canvas_words : picture->cells},
                         {.buffer = packer->spans ? packer->spans : picture->columns},
                         {.buffer = picture->rows},
                         {.buffer = picture->palette},
                         {.buffer = target, .write = true},
                         {.buffer = packer->chroma_rows, .write = form == TRL_PACK_I420}},
            .binding_count = 6,
            .push = push,
            .push_size = sizeof(*push)},
        row_count, 1, 1);
}

/* Writes planes of a form: rows to their place in out, or each once and then spread. */
static void record_form(struct trl_packer *packer, struct trl_gpu_cmd *cmd, uint32_t form,
                        enum trl_pixel pixel, int first_plane, int plane_count,
                        struct trl_gpu_buffer *out)
{
    const struct trl_picture *picture = packer->picture;
    const struct trl_image_layout *layout = &packer->layout[pixel];
    struct trl_pack_push push = {
        .width = (uint32_t)layout->width,
        .picture_width = (uint32_t)picture->width,
        .source_columns = (uint32_t)picture->cell_columns,
        .source_rows = (uint32_t)picture->cell_rows,
        .source_stride = packer->canvas ? (uint32_t)picture->width : picture->cell_stride,
        .direct = packer->direct,
        .picture_height = (uint32_t)picture->height,
    };
    uint32_t table_at = 0;
    for (int n = 0; n < plane_count; n++) {
        const int plane = first_plane + n;
        const bool chroma_rows = form == TRL_PACK_I420 && n > 0;
        push.stride[n] = words(layout->stride[plane]);
        push.offset[n] = packer->direct && !chroma_rows
                             ? words(packer->offset[pixel] + layout->plane_offset[plane])
                             : table_at;
        /* Luma and chroma rows go to different buffers, each from its start. */
        table_at =
            form == TRL_PACK_I420 && n == 0 ? 0 : table_at + push.stride[n] * table_rows(packer);
    }
    dispatch_rows(packer, cmd, form, &push,
                  packer->direct ? (uint32_t)layout->height : table_rows(packer),
                  packer->direct ? out : packer->table);
    for (int n = 0; n < plane_count; n++) {
        const bool chroma_rows = form == TRL_PACK_I420 && n > 0;
        if (chroma_rows || !packer->direct)
            record_spread(packer, cmd, pixel, first_plane + n,
                          chroma_rows ? packer->chroma_rows : packer->table, push.offset[n], out);
    }
}

void trl_packer_record(struct trl_packer *packer, struct trl_gpu_cmd *cmd,
                       struct trl_gpu_buffer *out)
{
    static const struct {
        uint32_t form;
        enum trl_pixel pixel;
        int first_plane, plane_count;
    } forms[] = {
        {TRL_PACK_I420, TRL_PIXEL_I420, 0, 3},   {TRL_PACK_I444, TRL_PIXEL_I444, 0, 3},
        {TRL_PACK_RGB24, TRL_PIXEL_RGB24, 0, 1}, {TRL_PACK_BGR0, TRL_PIXEL_BGR0, 0, 1},
        {TRL_PACK_PAL8, TRL_PIXEL_PAL8, 0, 1},   {TRL_PACK_NINTH, TRL_PIXEL_PAL8, 1, 1},
    };
    if (packer->canvas)
        record_canvas(packer, cmd);
    for (size_t n = 0; n < sizeof(forms) / sizeof(forms[0]); n++)
        if (packer->pixel_mask & TRL_PIXEL_BIT(forms[n].pixel))
            record_form(packer, cmd, forms[n].form, forms[n].pixel, forms[n].first_plane,
                        forms[n].plane_count, out);
    trl_gpu_cmd_copy(cmd, out, packer->counts_offset, packer->picture->counts, 0,
                     sizeof(struct trl_frame_counts));
}

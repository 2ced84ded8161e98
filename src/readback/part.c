/* SPDX-License-Identifier: BSD-2-Clause */
#include "readback/part.h"

#include "base/log.h"
#include "base/math.h"
#include "readback/spans.h"
#include "readback/spread.h"
#include "shared/pack.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(TRL_PACK_BACKGROUND == TRL_PALETTE_BACKGROUND, "shader and C agree");
_Static_assert(sizeof(struct trl_pack_push) <= TRL_GPU_PUSH_MAX, "fits push constants");

/* Pixels of a turn are so many that every form's begin at a word. */
enum {
    FORMS = TRL_PACK_PAL8 + 1,
    TABLE_ALIGNMENT = 256,
    REPEAT_SHARE = 4,
    TURN_PIXELS = 32,
    NARROW_PIXELS = 8
};

static const struct {
    enum trl_pixel pixel;
    int plane_count;
} form_planes[FORMS] = {
    [TRL_PACK_I420] = {TRL_PIXEL_I420, 3},   [TRL_PACK_I444] = {TRL_PIXEL_I444, 3},
    [TRL_PACK_RGB24] = {TRL_PIXEL_RGB24, 1}, [TRL_PACK_BGR0] = {TRL_PIXEL_BGR0, 1},
    [TRL_PACK_PAL8] = {TRL_PIXEL_PAL8, 2},
};

/* Where a plane's rows go: to their place in the frame, or to the table. In bytes of the block. */
struct target {
    bool table;
    uint64_t offset, stride;
    uint64_t frame_offset, frame_stride; /* of the part's first row in the frame */
    uint64_t frame_x, row_bytes;         /* of the part in the row */
};

struct form {
    struct trl_gpu_kernel *kernel; /* NULL: not asked for */
    struct trl_pack_push push;
    uint32_t groups[2];
    struct target targets[TRL_PLANE_MAX];
    int plane_count;
};

struct trl_part_packer {
    struct trl_device *device;
    struct trl_part part;
    int width, height;               /* background included */
    int padded_width, padded_height; /* even where the frame's edge makes 4:2:0 round up */
    bool mapped;                     /* every row is written; else each row of cells once */
    bool whole_turns;                /* its edges are those of what an invocation writes */
    uint32_t source_rows;
    uint64_t table_bytes;
    struct form forms[FORMS];
    struct trl_gpu_buffer *spans;
    struct trl_spread_row *full, *half; /* rows of the part's planes from the table's */
};

/* Invocations that share a row. A software driver runs a subgroup at a time: one is enough. */
static uint32_t local_size(struct trl_device *device)
{
    const struct trl_device_info *info = trl_device_info(device);
    return info->type == TRL_DEVICE_SOFTWARE ? info->subgroup_size : TRL_PACK_GROUP;
}

/* As many as a row of so many pixels has narrow turns, but not more than a group may have. */
static uint32_t narrow_local_size(uint32_t pixels)
{
    const uint32_t turns = (pixels + NARROW_PIXELS - 1) / NARROW_PIXELS;
    return (uint32_t)trl_min_i64((int64_t)trl_align_up(turns, 32), TRL_PACK_NARROW_GROUP);
}

static uint32_t words(uint64_t bytes)
{
    return (uint32_t)(bytes / 4);
}

/* The row of the table that a row of the part shows. */
static uint16_t table_row(const struct trl_part_packer *packer, int y)
{
    const struct trl_picture *picture = packer->part.picture;
    if (packer->mapped)
        return (uint16_t)y;
    const int shown = (int)trl_min_i64(y, packer->height - 1);
    const int row = shown < picture->height ? picture->row_map[shown] : TRL_PICTURE_OUTSIDE;
    return (uint16_t)trl_min_i64(row, picture->cell_rows);
}

static int list_rows(struct trl_part_packer *packer)
{
    const int count = packer->padded_height;
    const size_t size = (size_t)count * sizeof(*packer->full);
    packer->full = malloc(size);
    packer->half = malloc(size);
    if (!packer->full || !packer->half)
        return trl_fail_memory(trl_gpu_log(packer->device), "row lists", 2 * size);
    for (int y = 0; y < count; y++) {
        packer->full[y] = (struct trl_spread_row){table_row(packer, y), table_row(packer, y)};
        packer->half[y / 2] =
            (struct trl_spread_row){table_row(packer, y / 2 * 2), table_row(packer, y / 2 * 2 + 1)};
    }
    return 0;
}

static void aim(struct trl_part_packer *packer, const struct trl_part_params *params, uint32_t form,
                int plane)
{
    const enum trl_pixel pixel = form_planes[form].pixel;
    const struct trl_image_layout *layout = &params->layouts[pixel];
    const bool half = form == TRL_PACK_I420 && plane > 0;
    struct target *target = &packer->forms[form].targets[plane];
    target->frame_stride = layout->stride[plane];
    target->row_bytes = trl_image_row_bytes(
        pixel, plane, pixel == TRL_PIXEL_I420 ? packer->padded_width : packer->width);
    target->frame_offset =
        params->offsets[pixel] + layout->plane_offset[plane] +
        (uint64_t)(half ? packer->part.y / 2 : packer->part.y) * target->frame_stride;
    target->frame_x = trl_image_row_bytes(pixel, plane, packer->part.x);
    /* The first turn begins at or left of the part. */
    target->offset = target->frame_offset +
                     trl_image_row_bytes(pixel, plane, packer->part.x / TURN_PIXELS * TURN_PIXELS);
    target->stride = target->frame_stride;
    target->table = params->host_repeats && (!packer->mapped || half || !packer->whole_turns);
    if (!target->table)
        return;
    target->stride = trl_align_up(target->row_bytes, 64);
    target->offset = params->table_offset + packer->table_bytes;
    const uint32_t rows = packer->mapped ? (uint32_t)packer->padded_height : packer->source_rows;
    packer->table_bytes += trl_align_up(target->stride * rows, TABLE_ALIGNMENT);
}

/* What wide cells are packed as by spans, and many lanes 8 pixels at a time. */
static bool in_eights(uint32_t form)
{
    return form == TRL_PACK_I420 || form == TRL_PACK_PAL8;
}

static int create_form(struct trl_part_packer *packer, const struct trl_part_params *params,
                       uint32_t n)
{
    const struct trl_picture *picture = packer->part.picture;
    const bool i420 = n == TRL_PACK_I420;
    const bool spans = packer->spans && in_eights(n);
    const bool pairs = i420 && !params->host_repeats;
    const bool narrow = !params->host_repeats && params->narrow && in_eights(n);
    uint32_t local = local_size(packer->device);
    struct form *form = &packer->forms[n];
    form->plane_count = form_planes[n].plane_count;
    for (int plane = 0; plane < form->plane_count; plane++)
        aim(packer, params, n, plane);
    const int height = i420 ? packer->padded_height : packer->height;
    form->push = (struct trl_pack_push){
        .width = (uint32_t)(i420 ? packer->padded_width : packer->width),
        .skip = form->targets[0].table ? 0 : (uint32_t)(packer->part.x % TURN_PIXELS),
        .pad_left = (uint32_t)packer->part.pad_left,
        .shown = (uint32_t)packer->width,
        .shown_rows = (uint32_t)packer->height,
        .background = params->background,
        .picture_width = (uint32_t)picture->width,
        .picture_height = (uint32_t)picture->height,
        .source_columns = (uint32_t)picture->cell_columns,
        .source_rows = (uint32_t)picture->cell_rows,
        .source_stride = picture->words ? (uint32_t)picture->width : picture->cell_stride,
        .mapped = packer->mapped,
        .row_count = packer->mapped ? (uint32_t)height : packer->source_rows,
    };
    if (narrow)
        local = narrow_local_size(form->push.skip + form->push.width);
    for (int plane = 0; plane < form->plane_count; plane++) {
        form->push.offset[plane] = words(form->targets[plane].offset);
        form->push.stride[plane] = words(form->targets[plane].stride);
    }
    form->groups[0] = pairs ? form->push.row_count / 2 : form->push.row_count;
    form->groups[1] = 1;
    if (spans) {
        const uint32_t pixels = i420 ? TRL_PACK_SPAN_PIXELS : 2 * TRL_PACK_SPAN_PIXELS;
        const uint32_t columns = (form->push.width + pixels - 1) / pixels;
        form->groups[0] = (columns + local - 1) / local;
        form->groups[1] = (form->push.row_count + TRL_PACK_SPAN_ROWS - 1) / TRL_PACK_SPAN_ROWS;
    }
    return trl_gpu_kernel_create(
        &form->kernel, packer->device,
        &(struct trl_gpu_kernel_params){
            .shader = !spans ? TRL_SHADER_PACK_ROWS_COMP
                      : i420 ? TRL_SHADER_PACK_SPANS_COMP
                             : TRL_SHADER_PACK_SPAN_INDICES_COMP,
            .spec = {n, picture->words ? TRL_PACK_FROM_WORDS : TRL_PACK_FROM_CELLS, local, pairs,
                     narrow},
            .spec_count = 5});
}

/* Rows of cells that are shown, and one of background if any is. */
static uint32_t count_source_rows(const struct trl_part *part)
{
    const struct trl_picture *picture = part->picture;
    bool background = part->pad_bottom > 0;
    for (int y = 0; y < picture->height; y++)
        background = background || picture->row_map[y] >= picture->cell_rows;
    return (uint32_t)picture->cell_rows + background;
}

static int build(struct trl_part_packer *packer, const struct trl_part_params *params)
{
    const struct trl_picture *picture = packer->part.picture;
    const struct trl_image_layout *i420 = &params->layouts[TRL_PIXEL_I420];
    const struct trl_part *part = &packer->part;
    packer->width = packer->padded_width = part->pad_left + picture->width + part->pad_right;
    packer->height = packer->padded_height = picture->height + part->pad_bottom;
    if (params->pixel_mask & TRL_PIXEL_BIT(TRL_PIXEL_I420)) {
        packer->padded_width += part->x + packer->width + 1 == i420->width;
        packer->padded_height += part->y + packer->height + 1 == i420->height;
    }
    packer->whole_turns =
        part->x % TURN_PIXELS == 0 &&
        (packer->width % TURN_PIXELS == 0 || part->x + packer->width == params->frame_width);
    packer->mapped = picture->words || !params->host_repeats || params->covered;
    if (!packer->mapped) {
        packer->source_rows = count_source_rows(part);
        packer->mapped =
            packer->source_rows * REPEAT_SHARE > (uint32_t)packer->height * (REPEAT_SHARE - 1);
    }
    int error = params->host_repeats ? list_rows(packer) : 0;
    const uint32_t from_spans = TRL_PIXEL_BIT(TRL_PIXEL_I420) | TRL_PIXEL_BIT(TRL_PIXEL_PAL8);
    if (!error && !packer->mapped && params->pixel_mask & from_spans)
        error = trl_spans_create(&packer->spans, packer->device, part, packer->padded_width);
    for (uint32_t n = 0; !error && n < FORMS; n++)
        if (params->pixel_mask & TRL_PIXEL_BIT(form_planes[n].pixel))
            error = create_form(packer, params, n);
    return error;
}

int trl_part_packer_create(struct trl_part_packer **out, struct trl_device *device,
                           const struct trl_part_params *params)
{
    *out = NULL;
    struct trl_part_packer *packer = calloc(1, sizeof(*packer));
    if (!packer)
        return trl_fail_memory(trl_gpu_log(device), "a packer", sizeof(*packer));
    packer->device = device;
    packer->part = params->part;
    const int error = build(packer, params);
    if (error) {
        trl_part_packer_destroy(&packer);
        return error;
    }
    *out = packer;
    return 0;
}

void trl_part_packer_destroy(struct trl_part_packer **out)
{
    if (!out || !*out)
        return;
    struct trl_part_packer *packer = *out;
    for (int n = 0; n < FORMS; n++)
        trl_gpu_kernel_destroy(&packer->forms[n].kernel);
    trl_gpu_buffer_destroy(&packer->spans);
    free(packer->full);
    free(packer->half);
    free(packer);
    *out = NULL;
}

uint64_t trl_part_packer_table_bytes(const struct trl_part_packer *packer)
{
    return packer->table_bytes;
}

void trl_part_packer_record(struct trl_part_packer *packer, struct trl_gpu_cmd *cmd,
                            struct trl_gpu_buffer *block, bool beside)
{
    const struct trl_picture *picture = packer->part.picture;
    for (int n = 0; n < FORMS; n++) {
        const struct form *form = &packer->forms[n];
        if (!form->kernel)
            continue;
        const bool spans = packer->spans && in_eights((uint32_t)n);
        struct trl_gpu_buffer *source = picture->words ? picture->words : picture->cells;
        struct trl_gpu_buffer *columns = spans ? packer->spans : picture->columns;
        /* Words need no maps and no palette; something must be bound. */
        trl_gpu_cmd_dispatch(
            cmd,
            &(struct trl_gpu_call){
                .kernel = form->kernel,
                .bindings = {{.buffer = source},
                             {.buffer = picture->words ? source : columns},
                             {.buffer = picture->words ? source : picture->rows},
                             {.buffer = picture->words ? source : picture->palette},
                             {.buffer = block, .write = true, .beside = beside}},
                .binding_count = 5,
                .push = &form->push,
                .push_size = sizeof(form->push)},
            form->groups[0], form->groups[1], 1);
    }
}

void trl_part_packer_finish(const struct trl_part_packer *packer, uint8_t *block)
{
    for (int n = 0; n < FORMS; n++) {
        const struct form *form = &packer->forms[n];
        for (int plane = 0; plane < form->plane_count; plane++) {
            const struct target *target = &form->targets[plane];
            const bool half = n == TRL_PACK_I420 && plane > 0;
            const int height = n == TRL_PACK_I420 ? packer->padded_height : packer->height;
            if (!target->table)
                continue;
            if (n == TRL_PACK_PAL8 && plane > 0)
                trl_spread_bits(block + target->frame_offset, target->frame_stride,
                                (size_t)packer->part.x, block + target->offset, target->stride,
                                (size_t)packer->width, packer->full, height);
            else
                trl_spread(block + target->frame_offset + target->frame_x, target->frame_stride,
                           block + target->offset, target->stride, target->row_bytes,
                           half ? packer->half : packer->full, half ? height / 2 : height);
        }
    }
}

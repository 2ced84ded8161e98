/* SPDX-License-Identifier: BSD-2-Clause */
#include "readback/pack.h"

#include "base/log.h"
#include "base/math.h"
#include "readback/part.h"

#include <stdlib.h>

/* Pixels whose bits share a word in some form. */
enum { BLOCK_ALIGNMENT = 256, WORD_PIXELS = 32 };

struct rect {
    int x, y, width, height;
};

/* The whole frame in full colour. */
struct canvas {
    struct trl_gpu_kernel *pass;
    struct trl_gpu_image *image;
    struct trl_picture picture; /* words: the image as kernels read it */
};

struct trl_packer {
    struct trl_device *device;
    const struct trl_composition *composition;
    uint32_t pixel_mask;
    bool over_canvas, narrow;
    struct trl_image_layout layout[TRL_PIXEL_COUNT];
    uint64_t offset[TRL_PIXEL_COUNT];
    uint64_t counts_offset, size_bytes;
    struct canvas canvas;
    struct trl_part_packer **parts; /* as many as the composition has, or one for the canvas */
    int part_count;
};

static struct rect rect_of(const struct trl_part *part)
{
    return (struct rect){part->x, part->y, part->pad_left + part->picture->width + part->pad_right,
                         part->picture->height + part->pad_bottom};
}

/* ---- the canvas ---- */

static int create_canvas(struct trl_packer *packer)
{
    const struct trl_composition *composition = packer->composition;
    struct canvas *canvas = &packer->canvas;
    canvas->picture = (struct trl_picture){
        .width = composition->width,
        .height = composition->height,
    };
    const uint64_t pixels = (uint64_t)composition->width * (uint64_t)composition->height;
    int error = trl_gpu_buffer_create(
        &canvas->picture.words, packer->device,
        &(struct trl_gpu_buffer_params){
            .name = "canvas", .size_bytes = pixels * 4, .memory = TRL_GPU_MEMORY_DEVICE});
    if (!error)
        error = trl_gpu_image_create(
            &canvas->image, packer->device,
            &(struct trl_gpu_image_params){.name = "canvas",
                                           .format = TRL_GPU_FORMAT_RGBA8,
                                           .width = (uint32_t)composition->width,
                                           .height = (uint32_t)composition->height});
    if (!error)
        error = trl_gpu_kernel_create(&canvas->pass, packer->device,
                                      &(struct trl_gpu_kernel_params){
                                          .shader = TRL_SHADER_PACK_CANVAS_FRAG,
                                          .target = TRL_GPU_FORMAT_RGBA8,
                                      });
    return error;
}

/* Parts lie over those before them, whether they are indexed or in full colour. */
static void draw_part(struct trl_packer *packer, struct trl_gpu_cmd *cmd,
                      const struct trl_part *part)
{
    const struct trl_picture *picture = part->picture;
    struct trl_gpu_buffer *words = picture->words;
    const uint32_t push[9] = {(uint32_t)(part->x + part->pad_left),
                              (uint32_t)part->y,
                              (uint32_t)picture->width,
                              (uint32_t)picture->height,
                              (uint32_t)picture->cell_columns,
                              (uint32_t)picture->cell_rows,
                              picture->cell_stride,
                              words != NULL,
                              packer->composition->background};
    const struct rect rect = rect_of(part);
    trl_gpu_cmd_draw(
        cmd,
        &(struct trl_gpu_call){.kernel = packer->canvas.pass,
                               .bindings = {{.buffer = words ? words : picture->cells},
                                            {.buffer = words ? words : picture->columns},
                                            {.buffer = words ? words : picture->rows},
                                            {.buffer = words ? words : picture->palette}},
                               .binding_count = 4,
                               .push = push,
                               .push_size = sizeof(push)},
        packer->canvas.image, (uint32_t)rect.x, (uint32_t)rect.y, (uint32_t)rect.width,
        (uint32_t)rect.height);
}

static void record_canvas(struct trl_packer *packer, struct trl_gpu_cmd *cmd)
{
    const struct trl_composition *composition = packer->composition;
    for (int n = 0; n < composition->part_count; n++)
        draw_part(packer, cmd, &composition->parts[n]);
    trl_gpu_cmd_copy_image(cmd, packer->canvas.picture.words, 0, 0, packer->canvas.image);
}

/* ---- building ---- */

static bool even(const struct trl_composition *composition, const struct trl_part *part)
{
    const struct rect rect = rect_of(part);
    const int right = rect.x + rect.width, bottom = rect.y + rect.height;
    return rect.x % 2 == 0 && rect.y % 2 == 0 && (right % 2 == 0 || right == composition->width) &&
           (bottom % 2 == 0 || bottom == composition->height);
}

static bool overlap(struct rect a, struct rect b)
{
    return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height &&
           b.y < a.y + a.height;
}

/* The part with what it shares words of any form with. */
static struct rect words_of(const struct trl_part *part)
{
    struct rect rect = rect_of(part);
    const int right = rect.x + rect.width;
    rect.x = rect.x / WORD_PIXELS * WORD_PIXELS;
    rect.width = (right + WORD_PIXELS - 1) / WORD_PIXELS * WORD_PIXELS - rect.x;
    return rect;
}

static bool covered(const struct trl_composition *composition, int n)
{
    for (int later = n + 1; later < composition->part_count; later++)
        if (overlap(rect_of(&composition->parts[n]), rect_of(&composition->parts[later])))
            return true;
    return false;
}

static int create_part(struct trl_packer *packer, int n, const struct trl_part *part,
                       bool host_repeats, bool is_covered)
{
    const int error = trl_part_packer_create(
        &packer->parts[n], packer->device,
        &(struct trl_part_params){.part = *part,
                                  .layouts = packer->layout,
                                  .offsets = packer->offset,
                                  .pixel_mask = packer->pixel_mask,
                                  .frame_width = packer->composition->width,
                                  .background = packer->composition->background,
                                  .host_repeats = host_repeats,
                                  .narrow = packer->narrow,
                                  .covered = is_covered,
                                  .table_offset = packer->size_bytes});
    if (!error)
        packer->size_bytes += trl_part_packer_table_bytes(packer->parts[n]);
    return error;
}

static int create_parts(struct trl_packer *packer, bool host_repeats)
{
    const struct trl_composition *composition = packer->composition;
    packer->part_count = packer->over_canvas ? 1 : composition->part_count;
    packer->parts = calloc((size_t)packer->part_count, sizeof(*packer->parts));
    if (!packer->parts)
        return trl_fail_memory(trl_gpu_log(packer->device), "packers", sizeof(*packer->parts));
    if (packer->over_canvas) {
        const int error = create_canvas(packer);
        return error
                   ? error
                   : create_part(packer, 0, &(struct trl_part){.picture = &packer->canvas.picture},
                                 host_repeats, false);
    }
    int error = 0;
    for (int n = 0; !error && n < packer->part_count; n++) {
        if (!even(composition, &composition->parts[n]))
            error = trl_fail(trl_gpu_log(packer->device), TRL_ERROR_INTERNAL,
                             "part %d of the frame does not lie at even pixels", n);
        else
            error = create_part(packer, n, &composition->parts[n], host_repeats,
                                covered(composition, n));
    }
    return error;
}

static void place_forms(struct trl_packer *packer)
{
    for (int pixel = 0; pixel < TRL_PIXEL_COUNT; pixel++) {
        if (!(packer->pixel_mask & TRL_PIXEL_BIT(pixel)))
            continue;
        trl_image_layout(&packer->layout[pixel], (enum trl_pixel)pixel, packer->composition->width,
                         packer->composition->height);
        packer->offset[pixel] = packer->size_bytes;
        packer->size_bytes =
            trl_align_up(packer->size_bytes + packer->layout[pixel].size, BLOCK_ALIGNMENT);
    }
    packer->counts_offset = packer->size_bytes;
    packer->size_bytes += trl_align_up(sizeof(struct trl_frame_counts), BLOCK_ALIGNMENT);
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
    packer->device = device;
    packer->composition = params->composition;
    packer->pixel_mask = params->pixel_mask;
    packer->over_canvas = params->canvas;
    place_forms(packer);
    const bool software = trl_device_info(device)->type == TRL_DEVICE_SOFTWARE;
    packer->narrow = !software || params->every_row;
    const int error = create_parts(packer, software && !params->every_row);
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
    for (int n = 0; packer->parts && n < packer->part_count; n++)
        trl_part_packer_destroy(&packer->parts[n]);
    free(packer->parts);
    trl_gpu_kernel_destroy(&packer->canvas.pass);
    trl_gpu_image_destroy(&packer->canvas.image);
    trl_gpu_buffer_destroy(&packer->canvas.picture.words);
    free(packer);
    *out = NULL;
}

uint64_t trl_packer_size_bytes(const struct trl_packer *packer)
{
    return packer->size_bytes;
}

uint64_t trl_packer_frame_bytes(const struct trl_packer *packer)
{
    return trl_align_up(packer->counts_offset + sizeof(struct trl_frame_counts), BLOCK_ALIGNMENT);
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

/* ---- packing ---- */

static bool needed(const struct trl_packer *packer, int n, bool fresh)
{
    return packer->over_canvas || fresh || !packer->composition->parts[n].still;
}

/* True if no part that this frame has packed before shares a word with part n. */
static bool is_beside(const struct trl_packer *packer, int n, bool fresh)
{
    const struct trl_part *parts = packer->composition->parts;
    for (int before = 0; before < n; before++)
        if (needed(packer, before, fresh) && overlap(words_of(&parts[before]), words_of(&parts[n])))
            return false;
    return true;
}

void trl_packer_record(struct trl_packer *packer, struct trl_gpu_cmd *cmd,
                       struct trl_gpu_buffer *block, bool fresh)
{
    if (packer->over_canvas)
        record_canvas(packer, cmd);
    for (int n = 0; n < packer->part_count; n++)
        if (needed(packer, n, fresh))
            trl_part_packer_record(packer->parts[n], cmd, block, is_beside(packer, n, fresh));
    trl_gpu_cmd_copy(cmd, block, packer->counts_offset, packer->composition->counts, 0,
                     sizeof(struct trl_frame_counts));
}

void trl_packer_finish(const struct trl_packer *packer, uint8_t *block, bool fresh)
{
    for (int n = 0; n < packer->part_count; n++)
        if (needed(packer, n, fresh))
            trl_part_packer_finish(packer->parts[n], block);
}

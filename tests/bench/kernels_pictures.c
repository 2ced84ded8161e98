/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows of heat maps, alone, packed, and in a frame with bar, ticks, title and stamps. */
#include "kernels.h"

#include "base/log.h"
#include "readback/pack.h"
#include "shared/view.h"
#include "view/board.h"
#include "view/guide.h"
#include "view/stamp.h"
#include "view/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STAMPS = 2, PARTS = 2 + STAMPS };

struct picture {
    struct trl_view *view;
    struct trl_gpu_tensor tensor;
    struct trl_board ground; /* what stands still */
    struct trl_stamp *stamp[STAMPS];
    char text[STAMPS][64];
    struct trl_part parts[PARTS];
    struct trl_composition composition;
    struct trl_packer *packer; /* NULL: cells are enough */
    struct trl_gpu_buffer *block;
    bool packed; /* the block holds what stands still */
    long frame;
};

static int record_picture(void *user, struct trl_gpu_cmd *cmd)
{
    struct picture *p = user;
    int ret = trl_view_record(p->view, cmd, &p->tensor);
    snprintf(p->text[0], sizeof(p->text[0]), "frame %06ld  t = %.3f s", p->frame,
             (double)p->frame / 30);
    p->frame++;
    for (int n = 0; n < STAMPS && ret == 0; n++)
        if (p->stamp[n])
            ret = trl_stamp_record(p->stamp[n], cmd, p->text[n]);
    if (ret < 0 || !p->packer)
        return ret;
    trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_PACK);
    trl_packer_record(p->packer, cmd, p->block, !p->packed);
    p->packed = true;
    return 0;
}

static int create_view(struct bench *b, struct picture *p, int width, int height, int rows,
                       int columns)
{
    const struct trl_view_params params = {
        .range = TRL_RANGE_FRAME, .width = width, .height = height, .aspect = TRL_ASPECT_AUTO};
    const struct trl_view_shape shape = {1, rows, columns};
    p->tensor = bench_tensor(b->noise, 1, rows, columns);
    const int ret = trl_view_create(&p->view, b->device, &params, &shape, NULL, NULL);
    if (ret == 0) {
        p->composition.width = width;
        p->composition.height = height;
        p->composition.counts = trl_view_picture(p->view)->counts;
    }
    return ret;
}

static int create_packer(struct bench *b, struct picture *p, enum trl_pixel pixel)
{
    p->composition.parts = p->parts;
    const int ret = trl_packer_create(&p->packer, b->device,
                                      &(struct trl_packer_params){
                                          .composition = &p->composition,
                                          .pixel_mask = TRL_PIXEL_BIT(pixel),
                                          .every_row = true,
                                      });
    return ret < 0 ? ret
                   : bench_buffer(b, &p->block, "packed frame", trl_packer_size_bytes(p->packer));
}

/* The corner at even pixels, and even sizes: what lacks is background. */
static void add_part(struct picture *p, const struct trl_picture *picture, int x, int y, bool still)
{
    p->parts[p->composition.part_count++] = (struct trl_part){
        .picture = picture,
        .x = x / 2 * 2,
        .y = y,
        .pad_left = x % 2,
        .pad_right = (x + picture->width) % 2,
        .pad_bottom = picture->height % 2,
        .still = still,
    };
}

static void destroy_picture(struct picture *p)
{
    trl_packer_destroy(&p->packer);
    trl_gpu_buffer_destroy(&p->block);
    for (int n = 0; n < STAMPS; n++)
        trl_stamp_destroy(&p->stamp[n]);
    trl_board_destroy(&p->ground);
    trl_view_destroy(&p->view);
}

/* ---- heat maps alone ---- */

/* form: that it is packed as, or NULL. */
static void plain_row(struct bench *b, int rows, int columns, const char *form)
{
    struct picture p = {0};
    char name[80];
    snprintf(name, sizeof(name), "heat map of %dx%d%s%s", rows, columns, form ? ", " : "",
             form ? form : "");
    const struct bench_row row = {name, record_picture, &p, 0};
    int ret = create_view(b, &p, b->width, b->height, rows, columns);
    if (ret == 0 && form) {
        add_part(&p, trl_view_picture(p.view), 0, 0, false);
        ret = create_packer(b, &p, strcmp(form, "PAL8") ? TRL_PIXEL_I420 : TRL_PIXEL_PAL8);
    }
    if (ret < 0 || bench_measure(b, &row, NULL) < 0)
        bench_leave_out(b, name);
    destroy_picture(&p);
}

/* ---- in a frame ---- */

static int upload_ground(struct bench *b, struct picture *p, const struct trl_guide *guide,
                         const struct trl_guide_params *params, const struct trl_palette *palette)
{
    struct trl_board *board = &p->ground;
    const int width = params->width, height = params->height;
    struct trl_upload upload = {0};
    struct trl_gpu_buffer *cells = NULL;
    int ret = trl_board_cells(board, b->device, width, height, width, height);
    const uint32_t stride = board->picture.cell_stride;
    const size_t bytes = (size_t)stride * (size_t)height * sizeof(uint16_t);
    uint16_t *indices = malloc(bytes);
    if (ret == 0 && !indices)
        ret = trl_fail_memory(b->log, "a guide", bytes);
    if (ret < 0)
        goto end;
    trl_board_map_columns(board, 0, width, 0, width);
    trl_board_map_rows(board, 0, height, 0, height, false);
    const struct trl_guide_canvas canvas = {.indices = indices, .stride = stride};
    if ((ret = trl_guide_draw(guide, b->log, params, &canvas)) < 0 ||
        (ret = trl_upload_begin(&upload, b->device)) < 0 ||
        (ret = trl_board_upload(board, &upload, palette)) < 0 ||
        (ret = trl_upload_buffer(&upload, &cells, "guide", indices, bytes)) < 0)
        goto end;
    trl_gpu_cmd_copy(upload.cmd, board->cells, 0, cells, 0, bytes);
    ret = trl_upload_finish(&upload);
end:
    trl_upload_destroy(&upload);
    trl_gpu_buffer_destroy(&cells);
    free(indices);
    return ret;
}

static int add_stamp(struct bench *b, struct picture *p, int n, const struct trl_rect *rect,
                     struct trl_stamp_params *params)
{
    const struct trl_picture *shown = trl_view_picture(p->view);
    params->width = rect->width;
    params->height = rect->height;
    params->palette = shown->palette;
    const int ret = trl_stamp_create(&p->stamp[n], b->device, params);
    if (ret == 0)
        add_part(p, trl_stamp_picture(p->stamp[n]), rect->x, rect->y, false);
    return ret;
}

/* The frame's number, and those of the bar, which only the device knows. */
static int add_stamps(struct bench *b, struct picture *p, const struct trl_guide *guide)
{
    const struct trl_guide_numbers *bar = &guide->panel[0].bar_numbers;
    struct trl_stamp_params line = {.text_size = guide->text_size};
    struct trl_stamp_params numbers = {.text_size = guide->text_size,
                                       .values = trl_view_scale(p->view),
                                       .line_count = bar->count,
                                       .number_count = bar->count};
    for (int n = 0; n < bar->count; n++) {
        const struct trl_rect *r = &bar->number[n];
        const uint32_t step = (uint32_t)(255 * n / (bar->count - 1));
        numbers.lines[n] = (struct trl_stamp_line){r->x, r->y, r->width, r->height};
        numbers.numbers[n] =
            (struct trl_stamp_number){TRL_SCALE_KEYS + step, TRL_STAMP_KEY | TRL_STAMP_SCALE, 0};
    }
    snprintf(p->text[1], sizeof(p->text[1]), "\x01\n\x02\n\x03\n\x04\n\x05");
    const int ret = add_stamp(b, p, 0, &guide->stamp, &line);
    return ret < 0 ? ret : add_stamp(b, p, 1, &bar->all, &numbers);
}

static int create_framed(struct bench *b, struct picture *p, int rows, int columns)
{
    const struct trl_guide_panel panel = {
        .name = "layer 3",
        .data_width = columns,
        .data_height = rows,
        .stretch = true,
        .x = {"column", true, TRL_AXIS_INDEX, -0.5, columns - 0.5},
        .y = {"row", true, TRL_AXIS_INDEX, rows - 0.5, -0.5},
        .bar = {.shown = true, .label = "potential (mV)", .low = -1, .high = 1, .moving = true},
    };
    const struct trl_guide_params params = {
        .width = b->width,
        .height = b->height,
        .title = "A heat map",
        .panels = &panel,
        .panel_count = 1,
        .stamp = true,
    };
    struct trl_guide guide;
    int ret = trl_guide_layout(&guide, b->log, &params);
    if (ret < 0)
        return ret;
    const struct trl_rect data = guide.panel[0].data;
    if ((ret = create_view(b, p, data.width, data.height, rows, columns)) < 0)
        return ret;
    struct trl_palette palette = *trl_view_palette(p->view);
    if ((ret = upload_ground(b, p, &guide, &params, &palette)) < 0)
        return ret;
    add_part(p, &p->ground.picture, 0, 0, true);
    add_part(p, trl_view_picture(p->view), data.x, data.y, false);
    if ((ret = add_stamps(b, p, &guide)) < 0)
        return ret;
    p->composition.width = b->width;
    p->composition.height = b->height;
    return create_packer(b, p, TRL_PIXEL_I420);
}

static void framed_row(struct bench *b, int rows, int columns)
{
    struct picture p = {0};
    char name[80];
    snprintf(name, sizeof(name), "framed heat map of %dx%d, I420", rows, columns);
    const struct bench_row row = {name, record_picture, &p, 0};
    if (create_framed(b, &p, rows, columns) < 0 || bench_measure(b, &row, NULL) < 0)
        bench_leave_out(b, name);
    destroy_picture(&p);
}

/* ---- to the host ---- */

struct carried {
    struct trl_gpu_buffer *from, *to;
    uint64_t bytes;
};

static int record_carried(void *user, struct trl_gpu_cmd *cmd)
{
    const struct carried *c = user;
    trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_COPY);
    trl_gpu_cmd_copy(cmd, c->to, 0, c->from, 0, c->bytes);
    trl_gpu_cmd_to_host(cmd, c->to);
    return 0;
}

static void carried_row(struct bench *b)
{
    struct trl_image_layout layout;
    trl_image_layout(&layout, TRL_PIXEL_I420, b->width, b->height);
    struct carried c = {.from = b->noise, .bytes = layout.size};
    const struct bench_row row = {"I420 picture to the host", record_carried, &c, 0};
    const struct trl_gpu_buffer_params params = {"staging", c.bytes, TRL_GPU_MEMORY_READBACK};
    if (trl_gpu_buffer_create(&c.to, b->device, &params) < 0 || bench_measure(b, &row, NULL) < 0)
        bench_leave_out(b, row.name);
    trl_gpu_buffer_destroy(&c.to);
}

int bench_pictures(struct bench *b)
{
    enum { SMALL = 256 };
    static const char *const forms[] = {NULL, "I420", "PAL8"};
    for (int n = 0; n < 3; n++) {
        plain_row(b, b->height, b->width, forms[n]);
        plain_row(b, SMALL, SMALL, forms[n]);
    }
    framed_row(b, b->height, b->width);
    framed_row(b, SMALL, SMALL);
    carried_row(b);
    return trl_gpu_lost(b->device) ? -1 : 0;
}

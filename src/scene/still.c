/* SPDX-License-Identifier: BSD-2-Clause */
#include "scene/still.h"

#include "view/cmap.h"

#include <stdlib.h>

/* The pixels, as the board holds them. */
static int draw(struct trl_still *still, const struct trl_guide *guide,
                const struct trl_guide_params *params, struct trl_gpu_cmd *cmd)
{
    struct trl_board *board = &still->board;
    struct trl_log *log = trl_gpu_log(still->device);
    const bool words = board->words != NULL;
    const size_t stride = words ? (size_t)guide->width : board->picture.cell_stride;
    const size_t size = stride * (size_t)guide->height * (words ? 4 : 2);
    void *pixels = calloc(size, 1);
    if (!pixels)
        return trl_fail_memory(log, "guides", size);
    const int error = trl_guide_draw(guide, log, params,
                                     &(struct trl_guide_canvas){.indices = words ? NULL : pixels,
                                                                .words = words ? pixels : NULL,
                                                                .stride = stride});
    if (!error)
        trl_gpu_cmd_update(cmd, words ? board->words : board->cells, 0, pixels, size);
    free(pixels);
    return error;
}

int trl_still_create(struct trl_still *still, struct trl_device *device,
                     const struct trl_guide *guide, const struct trl_guide_params *params,
                     const struct trl_palette *palette)
{
    const int width = guide->width, height = guide->height;
    struct trl_upload upload = {0};
    struct trl_palette paper = {0};
    if (!palette) {
        trl_palette_paper(
            &paper, (uint8_t[]){params->background.r, params->background.g, params->background.b});
    }
    *still = (struct trl_still){.device = device};
    int error = palette ? trl_board_cells(&still->board, device, width, height, width, height)
                        : trl_board_words(&still->board, device, width, height);
    if (!error)
        error = trl_upload_begin(&upload, device);
    if (!error && palette) {
        trl_board_map_columns(&still->board, 0, width, 0, width);
        trl_board_map_rows(&still->board, 0, height, 0, height, false);
    }
    if (!error)
        error = trl_board_upload(&still->board, &upload, palette ? palette : &paper);
    if (!error)
        error = draw(still, guide, params, upload.cmd);
    if (!error)
        error = trl_upload_finish(&upload);
    trl_upload_destroy(&upload);
    return error;
}

void trl_still_destroy(struct trl_still *still)
{
    trl_board_destroy(&still->board);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "base/frame.h"
#include "gpu/picture.h"
#include "gpu/upload.h"

/* The buffers of one picture of either kind. A zeroed board may be destroyed. The picture's counts
 * are the view's to set. */
struct trl_board {
    struct trl_picture picture;
    struct trl_gpu_buffer *words, *cells, *columns, *rows, *palette;
    uint16_t *maps; /* of columns, then of rows */
};

/* Full colour. TRL_ERROR_USAGE for a size that no picture has, TRL_ERROR_UNSUPPORTED for one that
 * the device does not bind. */
int trl_board_words(struct trl_board *board, struct trl_device *device, int width, int height);

/* Indexed; all pixels show TRL_PICTURE_OUTSIDE at first. Errors as above. */
int trl_board_cells(struct trl_board *board, struct trl_device *device, int width, int height,
                    int64_t cell_columns, int64_t cell_rows);
/* Pixels from start on show so many cells from first on, evenly spread, or in reverse. */
void trl_board_map_columns(struct trl_board *board, int start, int pixels, int first, int cells);
void trl_board_map_rows(struct trl_board *board, int start, int pixels, int first, int cells,
                        bool reverse);
/* Uploads the maps as they are now, and the colours; of a board in full colour only these, for
 * others. */
int trl_board_upload(struct trl_board *board, struct trl_upload *upload,
                     const struct trl_palette *palette);

void trl_board_destroy(struct trl_board *board);

/* A colour as a word 0x00BBGGRR. */
static inline uint32_t trl_rgb_word(const uint8_t rgb[3])
{
    return rgb[0] | (uint32_t)rgb[1] << 8 | (uint32_t)rgb[2] << 16;
}

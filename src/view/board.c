/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/board.h"

#include "base/log.h"
#include "base/math.h"
#include "view/geometry.h"

#include <stdlib.h>

#include <tensorreel/error.h>

static int check_size(struct trl_device *device, int width, int height)
{
    if (width < 1 || height < 1 || width > TRL_VIEW_SIDE_MAX || height > TRL_VIEW_SIDE_MAX)
        return trl_fail(trl_gpu_log(device), TRL_ERROR_USAGE,
                        "picture: %d x %d pixels; 1 to %d a side are possible", width, height,
                        TRL_VIEW_SIDE_MAX);
    return 0;
}

static int create(struct trl_gpu_buffer **out, struct trl_device *device, const char *name,
                  uint64_t bytes)
{
    const uint64_t limit = trl_device_info(device)->storage_buffer_bytes_max;
    if (bytes > limit)
        return trl_fail(trl_gpu_log(device), TRL_ERROR_UNSUPPORTED,
                        "picture: needs %llu bytes; this device binds at most %llu. Use a smaller "
                        "--size",
                        (unsigned long long)bytes, (unsigned long long)limit);
    return trl_gpu_buffer_create(out, device,
                                 &(struct trl_gpu_buffer_params){
                                     .name = name,
                                     .size_bytes = bytes,
                                     .memory = TRL_GPU_MEMORY_DEVICE,
                                 });
}

int trl_board_words(struct trl_board *board, struct trl_device *device, int width, int height)
{
    *board = (struct trl_board){.picture = {.width = width, .height = height}};
    int ret = check_size(device, width, height);
    if (ret < 0)
        return ret;
    ret = create(&board->words, device, "picture", (uint64_t)width * (uint64_t)height * 4);
    board->picture.words = board->words;
    return ret;
}

int trl_board_cells(struct trl_board *board, struct trl_device *device, int width, int height,
                    int64_t cell_columns, int64_t cell_rows)
{
    *board = (struct trl_board){.picture = {.width = width, .height = height}};
    int ret = check_size(device, width, height);
    if (ret < 0)
        return ret;
    struct trl_picture *picture = &board->picture;
    const size_t count = (size_t)width + (size_t)height;
    board->maps = malloc(count * sizeof(*board->maps));
    if (!board->maps)
        return trl_fail_memory(trl_gpu_log(device), "picture maps", count * sizeof(*board->maps));
    for (size_t n = 0; n < count; n++)
        board->maps[n] = TRL_PICTURE_OUTSIDE;
    picture->column_map = board->maps;
    picture->row_map = board->maps + width;
    picture->cell_columns = (int)cell_columns;
    picture->cell_rows = (int)cell_rows;
    picture->cell_stride = (uint32_t)trl_align_up((uint64_t)cell_columns, 2);
    ret = create(&board->cells, device, "picture cells",
                 (uint64_t)picture->cell_stride * (uint64_t)cell_rows * sizeof(uint16_t));
    picture->cells = board->cells;
    return ret;
}

static void map(uint16_t *out, int pixels, int first, int cells, bool reverse)
{
    for (int i = 0; i < pixels; i++)
        out[reverse ? pixels - 1 - i : i] = (uint16_t)(first + (int64_t)i * cells / pixels);
}

void trl_board_map_columns(struct trl_board *board, int start, int pixels, int first, int cells)
{
    map(board->maps + start, pixels, first, cells, false);
}

void trl_board_map_rows(struct trl_board *board, int start, int pixels, int first, int cells,
                        bool reverse)
{
    map(board->maps + board->picture.width + start, pixels, first, cells, reverse);
}

int trl_board_upload(struct trl_board *board, struct trl_upload *upload,
                     const struct trl_palette *palette)
{
    struct trl_picture *picture = &board->picture;
    uint32_t words[TRL_PALETTE_SIZE];
    for (int i = 0; i < TRL_PALETTE_SIZE; i++)
        words[i] = trl_rgb_word(palette->rgb[i]);
    int ret = trl_upload_buffer(upload, &board->palette, "palette", words, sizeof(words));
    if (ret < 0 || board->words)
        return ret;
    if ((ret = trl_upload_buffer(upload, &board->columns, "picture columns", picture->column_map,
                                 (size_t)picture->width * sizeof(uint16_t))) < 0 ||
        (ret = trl_upload_buffer(upload, &board->rows, "picture rows", picture->row_map,
                                 (size_t)picture->height * sizeof(uint16_t))) < 0)
        return ret;
    picture->columns = board->columns;
    picture->rows = board->rows;
    picture->palette = board->palette;
    return 0;
}

void trl_board_destroy(struct trl_board *board)
{
    trl_gpu_buffer_destroy(&board->words);
    trl_gpu_buffer_destroy(&board->cells);
    trl_gpu_buffer_destroy(&board->columns);
    trl_gpu_buffer_destroy(&board->rows);
    trl_gpu_buffer_destroy(&board->palette);
    free(board->maps);
    *board = (struct trl_board){0};
}

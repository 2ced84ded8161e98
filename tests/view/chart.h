/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "../gpu/device.h"
#include "base/frame.h"
#include "gpu/picture.h"

/* A chart on the device, fed frame by frame, its cells read back. */
struct chart {
    struct test_device *test;
    struct trl_gpu_cmd *cmd;
    struct trl_gpu_buffer *tensor, *readback;
    const struct trl_picture *picture;
    const struct trl_palette *palette;
    void *view;
    int (*record)(void *view, struct trl_gpu_cmd *cmd, const struct trl_gpu_tensor *tensor);
    uint64_t cells_size;
    uint16_t *cells; /* of the last frame; stride as the picture's */
    struct trl_frame_counts counts;
};

/* test, picture, palette, view and record must be set. */
void chart_open(struct chart *chart);
void chart_close(struct chart *chart);
/* Draws a frame that lies in size bytes of data. */
void chart_draw(struct chart *chart, const struct trl_layout *layout, const void *data,
                size_t size);
/* A dense frame of float32 of rank 3 with one tile. */
void chart_draw_f32(struct chart *chart, int64_t rows, int64_t columns, const float *data);
uint16_t chart_cell(const struct chart *chart, int row, int column);
/* Fails where the cells differ from dense ones. */
void chart_expect(const struct chart *chart, const uint16_t *cells);
/* FNV-1a of the cells, row by row. */
uint32_t chart_hash(const struct chart *chart);
/* Writes the picture's pixels as a binary PPM into the folder that TRL_TEST_PICTURES names, if it
 * names one: for people who want to look. */
void chart_save(const struct chart *chart, const char *name);

/* Random words that are the same everywhere. */
uint32_t chart_random(uint32_t *state);

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "gpu/gpu.h"
#include "gpu/picture.h"
#include "shared/stamp.h"
#include "view/text.h"

/*
 * Lines of text that change from frame to frame, as a small indexed picture that a kernel writes:
 * "frame 000123  t = 1.234 s  spikes 4711". What the host knows is text; numbers that only the
 * device knows are read and written out there. The pixels are those of trl_text_draw with a steady
 * style and the baseline in row (height + cap + 1) / 2 of the line.
 */
struct trl_stamp;

/* A number of the device. */
struct trl_stamp_number {
    uint32_t word;  /* of the values */
    uint32_t form;  /* TRL_STAMP_REAL or _KEY, and _SCALE, and _AXIS; 0: uint32. Floats are written
                       as "%.4g" does. All numbers of a scale have at most 10 characters, and as many
                       digits as tell each from those before and after it; one that these leave no
                       room is not written, if it is not the first or last */
    int characters; /* at least so many: filled up at the left; 0 to 16 */
};

/* Where a line of text stands in the picture; x is even, and lines have no word of cells (an even
 * column and the next) in common. */
struct trl_stamp_line {
    int x, y, width, height;
};

struct trl_stamp_params {
    int width, height; /* of the picture */
    int text_size;
    enum trl_align align; /* within the line */
    struct trl_stamp_line lines[TRL_STAMP_LINES_MAX];
    int line_count;         /* 0: one that fills the picture */
    const char *characters; /* those beyond ASCII that may come, UTF-8; NULL: none */
    struct trl_stamp_number numbers[TRL_STAMP_NUMBERS_MAX];
    int number_count;
    struct trl_gpu_buffer *values;           /* borrowed; NULL without numbers */
    struct trl_gpu_buffer *palette, *counts; /* borrowed; become the picture's, may be NULL */
};

/* Uploads tables: submits and waits once. TRL_ERROR_USAGE, _MEMORY, _DEVICE_... */
int trl_stamp_create(struct trl_stamp **out, struct trl_device *device,
                     const struct trl_stamp_params *params);
void trl_stamp_destroy(struct trl_stamp **stamp);

/* Records the writing of one frame's text. The bytes \x01, \x02, ... stand for the numbers in
 * order, \n the next line. What is too long for the line, or for TRL_STAMP_CODES_MAX characters, is
 * cut off; a character that was not announced is drawn as a box. */
int trl_stamp_record(struct trl_stamp *stamp, struct trl_gpu_cmd *cmd, const char *text);

/* The picture that record fills; of background before. Valid as long as the stamp. */
const struct trl_picture *trl_stamp_picture(const struct trl_stamp *stamp);

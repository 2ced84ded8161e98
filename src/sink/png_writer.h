/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/frame.h"

struct trl_log;
struct libdeflate_compressor;

/*
 * Makes PNG files in memory: palette images where the colours allow it, else 24-bit colour, each
 * row stored as differences to the left neighbour. One thread uses one writer.
 */
struct trl_png_writer {
    struct trl_log *log;
    int width, height;
    struct libdeflate_compressor *compressor;
    uint8_t *row;      /* one row, before its filter */
    uint8_t *filtered; /* all rows, after it */
    uint8_t *text;     /* finished chunks: title and comment */
    size_t text_size;
    uint8_t *file; /* the result of the last call */
    size_t file_size, file_capacity;
};

/* title and comment may be NULL. TRL_ERROR_MEMORY, TRL_ERROR_UNSUPPORTED for a picture beyond the
 * format. On failure nothing is left to clear. */
int trl_png_writer_open(struct trl_png_writer *writer, struct trl_log *log, int width, int height,
                        const char *title, const char *comment);
/* Encodes the picture, from PAL8 if the frame has it, else from RGB24 or BGR0. */
int trl_png_writer_encode(struct trl_png_writer *writer, const struct trl_frame *frame);
/* Accepts a zeroed one. */
void trl_png_writer_close(struct trl_png_writer *writer);

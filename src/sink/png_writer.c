/* SPDX-License-Identifier: BSD-2-Clause */
#include "sink/png_writer.h"

#include "base/log.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

/*
 * libpng writes such pictures several times slower, whatever its settings: its filter and zlib work
 * row by row, where libdeflate takes a picture at once.
 */
enum {
    COMPRESSION_LEVEL = 1, /* higher ones cost far more time than they save bytes */
    COLORS = 256,
    FILTER_SUB = 1,
    COLOR_TYPE_RGB = 2,
    COLOR_TYPE_PALETTE = 3,
    CHUNK_OVERHEAD = 12, /* length, type, checksum */
    KEYWORD_MAX = 16,
    CHUNK_BYTES_MAX = 0x7fffffff,
};

static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

static uint8_t *put_u32(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 24);
    at[1] = (uint8_t)(value >> 16);
    at[2] = (uint8_t)(value >> 8);
    at[3] = (uint8_t)value;
    return at + 4;
}

/* Writes what surrounds the data of a chunk that lies at at + 8 already. */
static uint8_t *seal_chunk(uint8_t *at, const char type[4], size_t size)
{
    put_u32(at, (uint32_t)size);
    memcpy(at + 4, type, 4);
    return put_u32(at + 8 + size, libdeflate_crc32(0, at + 4, size + 4));
}

static uint8_t *put_chunk(uint8_t *at, const char type[4], const void *data, size_t size)
{
    if (size)
        memcpy(at + 8, data, size);
    return seal_chunk(at, type, size);
}

/* tEXt is Latin-1; a text with more than ASCII goes into iTXt, as UTF-8. */
static uint8_t *put_text(uint8_t *at, const char *keyword, const char *text)
{
    static const uint8_t utf8_fields[5] = {0}; /* keyword's end, not compressed, no language */
    bool ascii = true;
    for (const char *c = text; *c; c++)
        ascii = ascii && (unsigned char)*c < 0x80;

    uint8_t *const data = at + 8;
    uint8_t *end = (uint8_t *)stpcpy((char *)data, keyword);
    end = mempcpy(end, utf8_fields, ascii ? 1 : sizeof(utf8_fields));
    /* The zero behind the text is where the checksum goes. */
    end = (uint8_t *)stpcpy((char *)end, text);
    return seal_chunk(at, ascii ? "tEXt" : "iTXt", (size_t)(end - data));
}

static int make_text(struct trl_png_writer *writer, const char *title, const char *comment)
{
    const char *texts[2] = {title, comment};
    static const char *const keywords[2] = {"Title", "Comment"};
    size_t capacity = 1;
    for (int i = 0; i < 2; i++) {
        if (texts[i])
            capacity += CHUNK_OVERHEAD + KEYWORD_MAX + strlen(texts[i]);
    }
    if (capacity > CHUNK_BYTES_MAX)
        return trl_fail(writer->log, TRL_ERROR_USAGE, "title and comment are too long for PNG");
    writer->text = malloc(capacity);
    if (!writer->text)
        return trl_fail_memory(writer->log, "the title", capacity);
    uint8_t *at = writer->text;
    for (int i = 0; i < 2; i++) {
        if (texts[i])
            at = put_text(at, keywords[i], texts[i]);
    }
    writer->text_size = (size_t)(at - writer->text);
    return 0;
}

void trl_png_writer_close(struct trl_png_writer *writer)
{
    if (writer->compressor)
        libdeflate_free_compressor(writer->compressor);
    free(writer->row);
    free(writer->filtered);
    free(writer->text);
    free(writer->file);
    *writer = (struct trl_png_writer){0};
}

int trl_png_writer_open(struct trl_png_writer *writer, struct trl_log *log, int width, int height,
                        const char *title, const char *comment)
{
    const size_t row_bytes = (size_t)width * 3;
    const size_t filtered_bytes = (row_bytes + 1) * (size_t)height;
    int error;
    *writer = (struct trl_png_writer){.log = log, .width = width, .height = height};
    if (filtered_bytes > CHUNK_BYTES_MAX / 2)
        return trl_fail(log, TRL_ERROR_UNSUPPORTED, "%dx%d is too large for a PNG file", width,
                        height);
    error = make_text(writer, title, comment);
    if (error)
        goto fail;
    writer->compressor = libdeflate_alloc_compressor(COMPRESSION_LEVEL);
    writer->row = malloc(row_bytes);
    writer->filtered = malloc(filtered_bytes);
    if (!writer->compressor || !writer->row || !writer->filtered) {
        error = trl_fail_memory(log, "a PNG writer", filtered_bytes);
        goto fail;
    }
    const size_t bound = libdeflate_zlib_compress_bound(writer->compressor, filtered_bytes);
    writer->file_capacity =
        sizeof(signature) + 6 * CHUNK_OVERHEAD + 14 + COLORS * 3 + writer->text_size + bound;
    writer->file = malloc(writer->file_capacity);
    if (!writer->file) {
        error = trl_fail_memory(log, "a PNG file", writer->file_capacity);
        goto fail;
    }
    return 0;
fail:
    trl_png_writer_close(writer);
    return error;
}

static void filter_row(uint8_t *restrict out, const uint8_t *restrict row, size_t size, size_t step)
{
    out[0] = FILTER_SUB;
    memcpy(out + 1, row, step);
    for (size_t i = step; i < size; i++)
        out[1 + i] = (uint8_t)(row[i] - row[i - step]);
}

static const uint8_t *plane_row(const struct trl_frame *frame, int plane, int y)
{
    return trl_frame_plane(frame, TRL_PIXEL_PAL8, plane) +
           (size_t)y * frame->layout[TRL_PIXEL_PAL8].stride[plane];
}

/* Eight pixels' ninth bits at group g of a row; bits beyond the picture count as zero. */
static unsigned ninth_bits(const uint8_t *ninth, int group, int width)
{
    const int left = width - 8 * group;
    return left >= 8 ? ninth[group] : ninth[group] & ((1u << left) - 1);
}

static bool has_ninth_bit(const struct trl_png_writer *writer, const struct trl_frame *frame)
{
    const int groups = (writer->width + 7) / 8;
    for (int y = 0; y < writer->height; y++) {
        const uint8_t *ninth = plane_row(frame, 1, y);
        unsigned any = 0;
        for (int group = 0; group < groups - 1; group++)
            any |= ninth[group];
        if (any | ninth_bits(ninth, groups - 1, writer->width))
            return true;
    }
    return false;
}

static void mark_used(const struct trl_png_writer *writer, const struct trl_frame *frame,
                      bool used[TRL_PALETTE_SIZE])
{
    for (int y = 0; y < writer->height; y++) {
        const uint8_t *index = plane_row(frame, 0, y);
        const uint8_t *ninth = plane_row(frame, 1, y);
        for (int group = 0; 8 * group < writer->width; group++) {
            unsigned bits = ninth_bits(ninth, group, writer->width);
            const int end = 8 * group + 8 < writer->width ? 8 * group + 8 : writer->width;
            for (int x = 8 * group; x < end; x++, bits >>= 1)
                used[index[x] | (bits & 1) << 8] = true;
        }
    }
}

/*
 * Finds one of 256 places for each special colour in use: a place that has its colour already, else
 * one that the picture leaves free. The colour map itself stays where it is, so that most rows need
 * no translation. False if the colours are too many.
 */
static bool place_specials(const struct trl_palette *palette, bool used[TRL_PALETTE_SIZE],
                           uint8_t colors[COLORS][3], uint8_t place[TRL_PALETTE_SIZE])
{
    int spare = 0;
    for (int entry = COLORS; entry < TRL_PALETTE_SIZE; entry++) {
        if (!used[entry])
            continue;
        int at = 0;
        while (at < COLORS && memcmp(colors[at], palette->rgb[entry], 3) != 0)
            at++;
        if (at == COLORS) {
            while (spare < COLORS && used[spare])
                spare++;
            if (spare == COLORS)
                return false;
            at = spare;
            memcpy(colors[at], palette->rgb[entry], 3);
        }
        used[at] = true;
        place[entry] = (uint8_t)at;
    }
    return true;
}

static void translate_row(uint8_t *restrict out, const uint8_t *restrict index,
                          const uint8_t *restrict ninth, int width,
                          const uint8_t place[TRL_PALETTE_SIZE])
{
    memcpy(out, index, (size_t)width);
    for (int group = 0; 8 * group < width; group++) {
        unsigned bits = ninth_bits(ninth, group, width);
        for (int x = 8 * group; bits; x++, bits >>= 1) {
            if (bits & 1)
                out[x] = place[COLORS + index[x]];
        }
    }
}

/* False if the picture has more than 256 colours. */
static bool filter_palette(struct trl_png_writer *writer, const struct trl_frame *frame,
                           uint8_t colors[COLORS][3])
{
    uint8_t place[TRL_PALETTE_SIZE] = {0};
    const bool special = has_ninth_bit(writer, frame);
    memcpy(colors, frame->palette->rgb, sizeof(frame->palette->rgb[0]) * COLORS);
    if (special) {
        bool used[TRL_PALETTE_SIZE] = {false};
        mark_used(writer, frame, used);
        if (!place_specials(frame->palette, used, colors, place))
            return false;
    }
    const size_t width = (size_t)writer->width;
    for (int y = 0; y < writer->height; y++) {
        const uint8_t *row = plane_row(frame, 0, y);
        if (special) {
            translate_row(writer->row, row, plane_row(frame, 1, y), writer->width, place);
            row = writer->row;
        }
        filter_row(writer->filtered + (size_t)y * (width + 1), row, width, 1);
    }
    return true;
}

static void filter_rgb(struct trl_png_writer *writer, const struct trl_frame *frame)
{
    const size_t row_bytes = (size_t)writer->width * 3;
    for (int y = 0; y < writer->height; y++) {
        trl_frame_row_rgb24(frame, y, writer->row);
        filter_row(writer->filtered + (size_t)y * (row_bytes + 1), writer->row, row_bytes, 3);
    }
}

int trl_png_writer_encode(struct trl_png_writer *writer, const struct trl_frame *frame)
{
    uint8_t colors[COLORS][3];
    const bool palette = frame->data[TRL_PIXEL_PAL8] && filter_palette(writer, frame, colors);
    if (!palette)
        filter_rgb(writer, frame);
    const size_t row_bytes = (size_t)writer->width * (palette ? 1 : 3);

    uint8_t header[13] = {[8] = 8, [9] = palette ? COLOR_TYPE_PALETTE : COLOR_TYPE_RGB};
    put_u32(put_u32(header, (uint32_t)writer->width), (uint32_t)writer->height);
    uint8_t *at = writer->file;
    memcpy(at, signature, sizeof(signature));
    at = put_chunk(at + sizeof(signature), "IHDR", header, sizeof(header));
    at = put_chunk(at, "sRGB", &(uint8_t){0}, 1);
    if (palette)
        at = put_chunk(at, "PLTE", colors, sizeof(colors));
    memcpy(at, writer->text, writer->text_size);
    at += writer->text_size;
    const size_t room = writer->file_capacity - (size_t)(at - writer->file) - 2 * CHUNK_OVERHEAD;
    const size_t packed =
        libdeflate_zlib_compress(writer->compressor, writer->filtered,
                                 (row_bytes + 1) * (size_t)writer->height, at + 8, room);
    if (!packed || packed > CHUNK_BYTES_MAX)
        return trl_fail(writer->log, TRL_ERROR_INTERNAL, "a PNG picture did not fit its buffer");
    at = seal_chunk(at, "IDAT", packed);
    at = put_chunk(at, "IEND", NULL, 0);
    writer->file_size = (size_t)(at - writer->file);
    return 0;
}

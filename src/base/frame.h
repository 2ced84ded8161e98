/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Forms in which a finished frame leaves the device. */
enum trl_pixel {
    TRL_PIXEL_I420 = 0, /* planes Y, Cb, Cr; BT.709 limited; even coded size, edges repeated */
    TRL_PIXEL_I444,
    TRL_PIXEL_RGB24,
    TRL_PIXEL_BGR0, /* bytes B G R 0 */
    TRL_PIXEL_PAL8, /* plane 0: low 8 bits of the palette index; plane 1: the ninth bit, one bit a
                       pixel, lowest bit leftmost, so that special colours need no level of the
                       map given up */
    TRL_PIXEL_COUNT
};

#define TRL_PIXEL_BIT(pixel) (1u << (pixel))
#define TRL_PALETTE_SIZE 512
#define TRL_PLANE_MAX 3

/* Palette entries 0-255 are the colour map; special ones follow. */
enum trl_palette_index {
    TRL_PALETTE_NAN = 256,
    TRL_PALETTE_UNDER,
    TRL_PALETTE_OVER,
    TRL_PALETTE_BACKGROUND,
    TRL_PALETTE_TEXT, /* 16 shades from the background to full ink */
    TRL_PALETTE_USED = TRL_PALETTE_TEXT + 16
};

struct trl_palette {
    uint8_t rgb[TRL_PALETTE_SIZE][3];
};

/* Where one form of a frame lies in one block of memory. */
struct trl_image_layout {
    enum trl_pixel pixel;
    int width, height; /* of the planes: I420 is rounded up to even */
    int plane_count;
    size_t plane_offset[TRL_PLANE_MAX];
    size_t stride[TRL_PLANE_MAX]; /* multiples of 64 bytes */
    size_t size;                  /* of the block, with 64 bytes of padding at its end */
};

/* Fills in the layout for a picture of so many pixels. */
void trl_image_layout(struct trl_image_layout *out, enum trl_pixel pixel, int width, int height);
/* Bytes of so many pixels of a plane's row. */
size_t trl_image_row_bytes(enum trl_pixel pixel, int plane, int width);
/* Rows of a plane. */
int trl_image_plane_rows(const struct trl_image_layout *layout, int plane);

/* What was counted while the frame was drawn: elements of the tensor. */
struct trl_frame_counts {
    uint32_t nan, pos_inf, neg_inf, under, over;
    float low, high; /* the range in use */
    uint32_t finite; /* 0: there is nothing to be seen but NaN and infinities */
};

/*
 * A finished frame in host memory, in one or several forms at once. Frames are counted: who wants
 * to read one beyond the call that handed it over takes a reference and gives it back, on any
 * thread; the last one given back frees the slot. The pixels must not be written.
 */
struct trl_frame {
    int64_t index;     /* number of the frame in the film, dropped ones counted: its timestamp */
    int width, height; /* of the picture */
    const uint8_t *data[TRL_PIXEL_COUNT]; /* by form; NULL if it was not asked for */
    struct trl_image_layout layout[TRL_PIXEL_COUNT];
    const struct trl_palette *palette; /* for TRL_PIXEL_PAL8 */
    struct trl_frame_counts counts;
    atomic_int references;
    void (*release)(struct trl_frame *frame); /* called once, by whom the last reference goes */
    void *owner;
};

static inline const uint8_t *trl_frame_plane(const struct trl_frame *frame, enum trl_pixel pixel,
                                             int plane)
{
    return frame->data[pixel] + frame->layout[pixel].plane_offset[plane];
}

struct trl_frame *trl_frame_ref(struct trl_frame *frame);
void trl_frame_unref(struct trl_frame *frame);

/* Expands one row of whatever form the frame has (PAL8, RGB24 or BGR0) to R G B bytes. */
void trl_frame_row_rgb24(const struct trl_frame *frame, int row, uint8_t *rgb);

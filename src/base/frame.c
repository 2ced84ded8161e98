/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/frame.h"

#include "base/math.h"

#include <string.h>

enum { STRIDE_ALIGNMENT = 64, TAIL_PADDING = 64 };

size_t trl_image_row_bytes(enum trl_pixel pixel, int plane, int width)
{
    switch (pixel) {
    case TRL_PIXEL_I420:
        return plane ? (size_t)width / 2 : (size_t)width;
    case TRL_PIXEL_RGB24:
        return (size_t)width * 3;
    case TRL_PIXEL_BGR0:
        return (size_t)width * 4;
    case TRL_PIXEL_PAL8:
        return plane ? ((size_t)width + 7) / 8 : (size_t)width;
    default:
        return (size_t)width;
    }
}

int trl_image_plane_rows(const struct trl_image_layout *layout, int plane)
{
    return layout->pixel == TRL_PIXEL_I420 && plane ? layout->height / 2 : layout->height;
}

void trl_image_layout(struct trl_image_layout *out, enum trl_pixel pixel, int width, int height)
{
    static const int plane_counts[TRL_PIXEL_COUNT] = {
        [TRL_PIXEL_I420] = 3, [TRL_PIXEL_I444] = 3, [TRL_PIXEL_RGB24] = 1,
        [TRL_PIXEL_BGR0] = 1, [TRL_PIXEL_PAL8] = 2,
    };
    const int odd = pixel == TRL_PIXEL_I420 ? 1 : 0;
    *out = (struct trl_image_layout){
        .pixel = pixel,
        .width = width + (width & odd),
        .height = height + (height & odd),
        .plane_count = plane_counts[pixel],
    };
    size_t at = 0;
    for (int plane = 0; plane < out->plane_count; plane++) {
        const size_t row = trl_image_row_bytes(pixel, plane, out->width);
        out->plane_offset[plane] = at;
        out->stride[plane] = trl_align_up(row, STRIDE_ALIGNMENT);
        at += out->stride[plane] * (size_t)trl_image_plane_rows(out, plane);
    }
    out->size = at + TAIL_PADDING;
}

struct trl_frame *trl_frame_ref(struct trl_frame *frame)
{
    atomic_fetch_add_explicit(&frame->references, 1, memory_order_relaxed);
    return frame;
}

void trl_frame_unref(struct trl_frame *frame)
{
    if (atomic_fetch_sub_explicit(&frame->references, 1, memory_order_acq_rel) == 1)
        frame->release(frame);
}

static void row_from_palette(const struct trl_frame *frame, int row, uint8_t *rgb)
{
    const struct trl_image_layout *layout = &frame->layout[TRL_PIXEL_PAL8];
    const uint8_t *index =
        trl_frame_plane(frame, TRL_PIXEL_PAL8, 0) + (size_t)row * layout->stride[0];
    const uint8_t *ninth =
        trl_frame_plane(frame, TRL_PIXEL_PAL8, 1) + (size_t)row * layout->stride[1];
    for (int x = 0; x < frame->width; x++) {
        const unsigned entry = index[x] | ((unsigned)(ninth[x >> 3] >> (x & 7)) & 1) << 8;
        memcpy(rgb + 3 * (size_t)x, frame->palette->rgb[entry], 3);
    }
}

void trl_frame_row_rgb24(const struct trl_frame *frame, int row, uint8_t *rgb)
{
    if (frame->data[TRL_PIXEL_RGB24]) {
        const uint8_t *src = trl_frame_plane(frame, TRL_PIXEL_RGB24, 0) +
                             (size_t)row * frame->layout[TRL_PIXEL_RGB24].stride[0];
        memcpy(rgb, src, (size_t)frame->width * 3);
    } else if (frame->data[TRL_PIXEL_BGR0]) {
        const uint8_t *src = trl_frame_plane(frame, TRL_PIXEL_BGR0, 0) +
                             (size_t)row * frame->layout[TRL_PIXEL_BGR0].stride[0];
        for (int x = 0; x < frame->width; x++) {
            rgb[3 * x] = src[4 * x + 2];
            rgb[3 * x + 1] = src[4 * x + 1];
            rgb[3 * x + 2] = src[4 * x];
        }
    } else {
        row_from_palette(frame, row, rgb);
    }
}

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "base/frame.h"
#include "gpu/gpu.h"
#include "gpu/picture.h"

/*
 * Turns a picture into the forms that the sinks asked for, in compute. Two ways lead there and give
 * the same bytes: straight from the palette indices, rows of cells worked out once and repeated, or
 * over a full-colour canvas drawn by a fragment pass.
 */
struct trl_packer;

struct trl_packer_params {
    const struct trl_picture *picture; /* must outlive the packer */
    uint32_t pixel_mask;               /* forms wanted: TRL_PIXEL_BIT */
    bool canvas;                       /* draw the full-colour canvas; no TRL_PIXEL_PAL8 then */
};

int trl_packer_create(struct trl_packer **out, struct trl_device *device,
                      const struct trl_packer_params *params);
void trl_packer_destroy(struct trl_packer **packer);

/* Bytes of a frame in all its forms, with struct trl_frame_counts at counts_offset. */
uint64_t trl_packer_size_bytes(const struct trl_packer *packer);
uint64_t trl_packer_counts_offset(const struct trl_packer *packer);
/* Where a form lies in those bytes. */
uint64_t trl_packer_offset(const struct trl_packer *packer, enum trl_pixel pixel);
const struct trl_image_layout *trl_packer_layout(const struct trl_packer *packer,
                                                 enum trl_pixel pixel);

/* Records the packing of the picture as it is now into out, which holds size_bytes. */
void trl_packer_record(struct trl_packer *packer, struct trl_gpu_cmd *cmd,
                       struct trl_gpu_buffer *out);

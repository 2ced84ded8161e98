/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "base/frame.h"
#include "gpu/gpu.h"
#include "gpu/picture.h"

/*
 * Turns the parts of a frame into the forms that the sinks asked for, in compute. Two ways lead
 * there and give the same bytes: every part for itself, straight from palette indices or colours;
 * or over a full-colour canvas of the whole frame, drawn by fragment passes.
 *
 * On software drivers, where device and host are one processor, the device writes each row of cells
 * once and the host repeats it (readback/spread.h): a device's copy of a row costs there several
 * times what it copies.
 */
struct trl_packer;

struct trl_packer_params {
    const struct trl_composition *composition; /* must outlive the packer */
    uint32_t pixel_mask;                       /* forms wanted: TRL_PIXEL_BIT */
    bool canvas;    /* go over the full-colour canvas; no TRL_PIXEL_PAL8 then */
    bool every_row; /* the device writes every row, on software drivers too; for tests */
};

int trl_packer_create(struct trl_packer **out, struct trl_device *device,
                      const struct trl_packer_params *params);
void trl_packer_destroy(struct trl_packer **packer);

/* Bytes of a block that holds a frame in all its forms, struct trl_frame_counts at counts_offset,
 * and what the device leaves for the host to repeat. */
uint64_t trl_packer_size_bytes(const struct trl_packer *packer);
/* Of these, the frame and its counts. */
uint64_t trl_packer_frame_bytes(const struct trl_packer *packer);
uint64_t trl_packer_counts_offset(const struct trl_packer *packer);
/* Where a form lies in the block. */
uint64_t trl_packer_offset(const struct trl_packer *packer, enum trl_pixel pixel);
const struct trl_image_layout *trl_packer_layout(const struct trl_packer *packer,
                                                 enum trl_pixel pixel);

/* Records the packing of the parts as they are now into a block. fresh: still parts too, which the
 * block does not hold yet. */
void trl_packer_record(struct trl_packer *packer, struct trl_gpu_cmd *cmd,
                       struct trl_gpu_buffer *block, bool fresh);

/* Does the host's share, once the list is done and if there is any: block is host memory then. */
void trl_packer_finish(const struct trl_packer *packer, uint8_t *block, bool fresh);

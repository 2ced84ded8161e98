/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "base/frame.h"
#include "gpu/gpu.h"
#include "gpu/picture.h"

/* Packs one part of a frame into the planes of every form. */
struct trl_part_packer;

struct trl_part_params {
    struct trl_part part;                   /* its picture must outlive the packer */
    const struct trl_image_layout *layouts; /* TRL_PIXEL_COUNT; borrowed for the call */
    const uint64_t *offsets;                /* of the forms in a block */
    uint32_t pixel_mask;
    int frame_width;
    uint32_t background;
    bool host_repeats;     /* the device writes rows once, the host repeats and means them */
    bool narrow;           /* few pixels an invocation, for devices with many */
    bool covered;          /* a later part lies over it: only the device may write its pixels */
    uint64_t table_offset; /* of the block: where its rows for the host go */
};

int trl_part_packer_create(struct trl_part_packer **out, struct trl_device *device,
                           const struct trl_part_params *params);
void trl_part_packer_destroy(struct trl_part_packer **packer);

/* Bytes of the block that it needs from table_offset on. */
uint64_t trl_part_packer_table_bytes(const struct trl_part_packer *packer);

/* beside: parts that were recorded before have none of its words. */
void trl_part_packer_record(struct trl_part_packer *packer, struct trl_gpu_cmd *cmd,
                            struct trl_gpu_buffer *block, bool beside);
void trl_part_packer_finish(const struct trl_part_packer *packer, uint8_t *block);

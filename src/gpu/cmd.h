/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "gpu/device.h"

/* The inside of struct trl_gpu_cmd; seen by src/gpu only. */

enum { TRL_GPU_STAMPS_MAX = 32 };

struct trl_gpu_cmd {
    struct trl_device *device;
    enum trl_gpu_queue queue; /* MAIN where there is no async compute */
    VkCommandPool pool;
    VkCommandBuffer handle;
    VkQueryPool stamps; /* VK_NULL_HANDLE without timestamps */
    uint32_t stamp_count;
    enum trl_gpu_stage stamp_stages[TRL_GPU_STAMPS_MAX];
    bool labelled;            /* a debug label is open */
    VkMemoryBarrier2 pending; /* what the next command must wait for */
    int error;                /* first failure while recording; submit returns it */
};

/* Writes a timestamp; the stage is what follows it. */
void trl_gpu_cmd_stamp(struct trl_gpu_cmd *cmd, enum trl_gpu_stage stage);

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "gpu/gpu.h"
#include "gpu/vk.h"

/*
 * Device memory in blocks: small resources share a block of their memory type and kind, large ones
 * get one of their own. Blocks of host-visible memory stay mapped. Freed ranges are merged; an
 * empty block is given back.
 */
struct trl_device;
struct trl_memory_block;

struct trl_memory_pool {
    VkPhysicalDeviceMemoryProperties properties;
    struct trl_memory_block *blocks;
    _Atomic uint64_t used_bytes; /* allocated from the driver; read on any thread */
    uint64_t budget_bytes;       /* 0: no limit */
};

struct trl_memory {
    struct trl_memory_block *block;
    VkDeviceMemory handle;
    uint64_t offset, size;
    void *map; /* at offset; NULL if the host cannot reach it */
    bool coherent;
};

/* The type to use among type_bits, or -1. Pure: tests feed it the tables of real devices. unified
 * says that host-visible device-local memory is as good as any (software, integrated). */
int trl_memory_type(const VkPhysicalDeviceMemoryProperties *properties, uint32_t type_bits,
                    enum trl_gpu_memory memory, bool unified);

/* linear: a buffer; images are kept in blocks of their own. */
int trl_memory_allocate(struct trl_device *device, struct trl_memory *out, const char *name,
                        const VkMemoryRequirements *needs, enum trl_gpu_memory memory, bool linear);
void trl_memory_free(struct trl_device *device, struct trl_memory *memory);
/* Gives back what is left, for teardown. */
void trl_memory_pool_finish(struct trl_device *device);

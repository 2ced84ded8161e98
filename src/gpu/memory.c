/* SPDX-License-Identifier: BSD-2-Clause */
#include "gpu/memory.h"

#include "base/log.h"
#include "base/math.h"
#include "gpu/device.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 16 << 20, SHARED_BYTES_MAX = 4 << 20, RANGES_STEP = 16 };

struct range {
    uint64_t offset, size;
};

struct trl_memory_block {
    struct trl_memory_block *next;
    VkDeviceMemory handle;
    uint64_t size;
    uint32_t type;
    bool linear, dedicated;
    void *map;
    struct range *free; /* sorted by offset, never touching */
    uint32_t free_count, free_capacity;
};

int trl_memory_type(const VkPhysicalDeviceMemoryProperties *properties, uint32_t type_bits,
                    enum trl_gpu_memory memory, bool unified)
{
    enum {
        LOCAL = VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT,
        VISIBLE = VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT,
        COHERENT = VK_MEMORY_PROPERTY_HOST_COHERENT_BIT,
        CACHED = VK_MEMORY_PROPERTY_HOST_CACHED_BIT,
        NEVER = VK_MEMORY_PROPERTY_LAZILY_ALLOCATED_BIT | VK_MEMORY_PROPERTY_PROTECTED_BIT |
                VK_MEMORY_PROPERTY_DEVICE_COHERENT_BIT_AMD,
    };
    /* What a type must have and must not have, best first. Mapped memory of a discrete device is
     * a window over the bus: no home for what kernels use, and slow for the host to read. */
    enum { UNIFIED = TRL_GPU_MEMORY_READBACK + 1, WISHES = 4 };
    static const struct {
        uint32_t with, without;
    } wishes[][WISHES] = {
        [TRL_GPU_MEMORY_DEVICE] = {{LOCAL, VISIBLE}, {LOCAL, 0}, {0, 0}, {0, 0}},
        [TRL_GPU_MEMORY_UPLOAD] = {{VISIBLE | COHERENT, LOCAL | CACHED},
                                   {VISIBLE | COHERENT, LOCAL},
                                   {VISIBLE | COHERENT, 0},
                                   {VISIBLE, 0}},
        [TRL_GPU_MEMORY_READBACK] = {{VISIBLE | CACHED | COHERENT, LOCAL},
                                     {VISIBLE | CACHED | COHERENT, 0},
                                     {VISIBLE | CACHED, 0},
                                     {VISIBLE, 0}},
        [UNIFIED] = {{LOCAL | VISIBLE | COHERENT, 0}, {LOCAL, 0}, {0, 0}, {0, 0}},
    };
    const int row = unified && memory == TRL_GPU_MEMORY_DEVICE ? UNIFIED : (int)memory;
    for (int wish = 0; wish < WISHES; wish++) {
        const uint32_t with = wishes[row][wish].with;
        const uint32_t without = wishes[row][wish].without | NEVER;
        for (uint32_t type = 0; type < properties->memoryTypeCount; type++) {
            const uint32_t flags = properties->memoryTypes[type].propertyFlags;
            if (type_bits >> type & 1 && (flags & with) == with && !(flags & without))
                return (int)type;
        }
    }
    return -1;
}

static bool insert_range(struct trl_memory_block *block, uint32_t at, struct range range)
{
    if (block->free_count == block->free_capacity) {
        const uint32_t capacity = block->free_capacity + RANGES_STEP;
        struct range *grown = realloc(block->free, capacity * sizeof(*grown));
        if (!grown)
            return false;
        block->free = grown;
        block->free_capacity = capacity;
    }
    memmove(&block->free[at + 1], &block->free[at],
            (block->free_count - at) * sizeof(*block->free));
    block->free[at] = range;
    block->free_count++;
    return true;
}

static void remove_range(struct trl_memory_block *block, uint32_t at)
{
    block->free_count--;
    memmove(&block->free[at], &block->free[at + 1],
            (block->free_count - at) * sizeof(*block->free));
}

static bool block_take(struct trl_memory_block *block, uint64_t size, uint64_t alignment,
                       uint64_t *offset)
{
    for (uint32_t n = 0; n < block->free_count; n++) {
        const struct range range = block->free[n];
        const uint64_t start = trl_align_up(range.offset, alignment);
        const uint64_t end = range.offset + range.size;
        if (start > end || end - start < size)
            continue;
        const struct range before = {range.offset, start - range.offset};
        const struct range after = {start + size, end - start - size};
        if (before.size && after.size) {
            if (!insert_range(block, n + 1, after))
                return false;
            block->free[n] = before;
        } else if (before.size || after.size) {
            block->free[n] = before.size ? before : after;
        } else {
            remove_range(block, n);
        }
        *offset = start;
        return true;
    }
    return false;
}

static void block_give(struct trl_memory_block *block, uint64_t offset, uint64_t size)
{
    uint32_t n = 0;
    while (n < block->free_count && block->free[n].offset < offset)
        n++;
    const bool joins_next = n < block->free_count && offset + size == block->free[n].offset;
    const bool joins_last = n > 0 && block->free[n - 1].offset + block->free[n - 1].size == offset;
    if (joins_last && joins_next) {
        block->free[n - 1].size += size + block->free[n].size;
        remove_range(block, n);
    } else if (joins_last) {
        block->free[n - 1].size += size;
    } else if (joins_next) {
        block->free[n] = (struct range){offset, size + block->free[n].size};
    } else if (!insert_range(block, n, (struct range){offset, size})) {
        /* The range is lost to its block until the block goes: better than failing a free. */
        return;
    }
}

static void block_destroy(struct trl_device *device, struct trl_memory_block *block)
{
    struct trl_memory_block **link = &device->memory.blocks;
    while (*link && *link != block)
        link = &(*link)->next;
    if (*link)
        *link = block->next;
    device->vk.FreeMemory(device->handle, block->handle, NULL);
    device->memory.used_bytes -= block->size;
    free(block->free);
    free(block);
}

static int fail_memory(struct trl_device *device, const char *name, uint64_t size,
                       const char *reason)
{
    return trl_fail(device->log, TRL_ERROR_DEVICE_MEMORY,
                    "out of device memory: %llu bytes for %s, %llu in use on %s (%s)",
                    (unsigned long long)size, name, (unsigned long long)device->memory.used_bytes,
                    device->info.name, reason);
}

static int block_create(struct trl_device *device, struct trl_memory_block **out, const char *name,
                        uint32_t type, uint64_t size, bool linear, bool dedicated)
{
    struct trl_memory_pool *pool = &device->memory;
    if (pool->budget_bytes && size > pool->budget_bytes - pool->used_bytes)
        return fail_memory(device, name, size, "the limit of --max-memory is reached");
    if (size > device->info.allocation_bytes_max)
        return fail_memory(device, name, size, "larger than one allocation may be");
    struct trl_memory_block *block = calloc(1, sizeof(*block));
    if (!block || !insert_range(block, 0, (struct range){0, size})) {
        free(block);
        return trl_fail_memory(device->log, name, sizeof(*block));
    }
    block->size = size;
    block->type = type;
    block->linear = linear;
    block->dedicated = dedicated;
    const VkResult result = device->vk.AllocateMemory(
        device->handle,
        &(VkMemoryAllocateInfo){.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
                                .allocationSize = size,
                                .memoryTypeIndex = type},
        NULL, &block->handle);
    if (result != VK_SUCCESS) {
        free(block->free);
        free(block);
        if (result != VK_ERROR_OUT_OF_DEVICE_MEMORY)
            return trl_vk_check(device, result, "vkAllocateMemory");
        return fail_memory(device, name, size, trl_vk_result_name(result));
    }
    pool->used_bytes += size;
    block->next = pool->blocks;
    pool->blocks = block;
    if (pool->properties.memoryTypes[type].propertyFlags & VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT) {
        const int error = trl_vk_check(
            device,
            device->vk.MapMemory(device->handle, block->handle, 0, VK_WHOLE_SIZE, 0, &block->map),
            "vkMapMemory");
        if (error) {
            block_destroy(device, block);
            return error;
        }
    }
    *out = block;
    return 0;
}

static int allocate(struct trl_device *device, struct trl_memory *out, const char *name,
                    const VkMemoryRequirements *needs, enum trl_gpu_memory memory, bool linear)
{
    *out = (struct trl_memory){0};
    const int type = trl_memory_type(&device->memory.properties, needs->memoryTypeBits, memory,
                                     trl_gpu_unified_memory(device));
    if (type < 0)
        return trl_fail(device->log, TRL_ERROR_DEVICE, "%s has no memory type for %s",
                        device->info.name, name);
    const bool dedicated = needs->size > SHARED_BYTES_MAX;
    /* Ranges of non-coherent memory are flushed in atoms: none may straddle two resources. */
    const uint64_t atom = device->limits.nonCoherentAtomSize;
    const uint64_t alignment = needs->alignment > atom ? needs->alignment : atom;
    const uint64_t size = trl_align_up(needs->size, atom);
    uint64_t offset = 0;
    struct trl_memory_block *block = NULL;
    if (!dedicated) {
        for (block = device->memory.blocks; block; block = block->next)
            if (block->type == (uint32_t)type && block->linear == linear && !block->dedicated &&
                block_take(block, size, alignment, &offset))
                break;
    }
    if (!block) {
        const int error = block_create(device, &block, name, (uint32_t)type,
                                       dedicated ? size : BLOCK_BYTES, linear, dedicated);
        if (error || !block)
            return error;
        if (!block_take(block, size, alignment, &offset)) {
            block_destroy(device, block);
            return trl_fail_memory(device->log, name, size);
        }
    }
    const uint32_t flags = device->memory.properties.memoryTypes[type].propertyFlags;
    *out = (struct trl_memory){
        .block = block,
        .handle = block->handle,
        .offset = offset,
        .size = size,
        .map = block->map ? (char *)block->map + offset : NULL,
        .coherent = flags & VK_MEMORY_PROPERTY_HOST_COHERENT_BIT,
    };
    return 0;
}

int trl_memory_allocate(struct trl_device *device, struct trl_memory *out, const char *name,
                        const VkMemoryRequirements *needs, enum trl_gpu_memory memory, bool linear)
{
    pthread_mutex_lock(&device->lock);
    const int error = allocate(device, out, name, needs, memory, linear);
    pthread_mutex_unlock(&device->lock);
    return error;
}

void trl_memory_free(struct trl_device *device, struct trl_memory *memory)
{
    struct trl_memory_block *block = memory->block;
    if (!block)
        return;
    pthread_mutex_lock(&device->lock);
    block_give(block, memory->offset, memory->size);
    if (block->free_count == 1 && block->free[0].size == block->size)
        block_destroy(device, block);
    pthread_mutex_unlock(&device->lock);
    *memory = (struct trl_memory){0};
}

void trl_memory_pool_finish(struct trl_device *device)
{
    while (device->memory.blocks)
        block_destroy(device, device->memory.blocks);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "gpu/device.h"

#include "base/log.h"
#include "base/math.h"

#include <stdlib.h>

enum { BUFFER_ALIGNMENT = 256 };

VkFormat trl_gpu_vk_format(enum trl_gpu_format format)
{
    return format == TRL_GPU_FORMAT_R16_UINT ? VK_FORMAT_R16_UINT : VK_FORMAT_R8G8B8A8_UNORM;
}

int trl_gpu_buffer_create(struct trl_gpu_buffer **out, struct trl_device *device,
                          const struct trl_gpu_buffer_params *params)
{
    *out = NULL;
    const struct trl_vk *vk = &device->vk;
    struct trl_gpu_buffer *buffer = calloc(1, sizeof(*buffer));
    if (!buffer)
        return trl_fail_memory(device->log, params->name, sizeof(*buffer));
    buffer->device = device;
    buffer->size = trl_align_up(params->size_bytes ? params->size_bytes : 1, BUFFER_ALIGNMENT);
    const uint32_t families[] = {device->queues[0].family, device->queues[1].family};
    const VkBufferCreateInfo info = {
        .sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
        .size = buffer->size,
        .usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_UNIFORM_TEXEL_BUFFER_BIT |
                 VK_BUFFER_USAGE_TRANSFER_SRC_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT,
        .sharingMode =
            device->async_compute ? VK_SHARING_MODE_CONCURRENT : VK_SHARING_MODE_EXCLUSIVE,
        .queueFamilyIndexCount = device->async_compute ? 2 : 0,
        .pQueueFamilyIndices = families,
    };
    int error = trl_vk_check(device, vk->CreateBuffer(device->handle, &info, NULL, &buffer->handle),
                             "vkCreateBuffer");
    if (!error) {
        VkMemoryRequirements needs;
        vk->GetBufferMemoryRequirements(device->handle, buffer->handle, &needs);
        error = trl_memory_allocate(device, &buffer->memory, params->name, &needs, params->memory,
                                    true);
    }
    if (!error)
        error = trl_vk_check(device,
                             vk->BindBufferMemory(device->handle, buffer->handle,
                                                  buffer->memory.handle, buffer->memory.offset),
                             "vkBindBufferMemory");
    if (error) {
        trl_gpu_buffer_destroy(&buffer);
        return error;
    }
    trl_device_name(device, VK_OBJECT_TYPE_BUFFER, (uint64_t)buffer->handle, params->name);
    *out = buffer;
    return 0;
}

void trl_gpu_buffer_destroy(struct trl_gpu_buffer **out)
{
    if (!out || !*out)
        return;
    struct trl_gpu_buffer *buffer = *out;
    struct trl_device *device = buffer->device;
    device->vk.DestroyBufferView(device->handle, buffer->words, NULL);
    device->vk.DestroyBuffer(device->handle, buffer->handle, NULL);
    trl_memory_free(device, &buffer->memory);
    free(buffer);
    *out = NULL;
}

void *trl_gpu_buffer_map(const struct trl_gpu_buffer *buffer)
{
    return buffer->memory.map;
}

uint64_t trl_gpu_buffer_size(const struct trl_gpu_buffer *buffer)
{
    return buffer->size;
}

int trl_gpu_buffer_words(struct trl_gpu_buffer *buffer, VkBufferView *out)
{
    struct trl_device *device = buffer->device;
    *out = buffer->words;
    if (buffer->words)
        return 0;
    if (buffer->size / 4 > device->limits.maxTexelBufferElements)
        return trl_fail(device->log, TRL_ERROR_UNSUPPORTED,
                        "a kernel needs %llu words of one texel buffer, %s allows %u",
                        (unsigned long long)buffer->size / 4, device->info.name,
                        device->limits.maxTexelBufferElements);
    const VkBufferViewCreateInfo info = {
        .sType = VK_STRUCTURE_TYPE_BUFFER_VIEW_CREATE_INFO,
        .buffer = buffer->handle,
        .format = VK_FORMAT_R32_UINT,
        .range = VK_WHOLE_SIZE,
    };
    const int error = trl_vk_check(
        device, device->vk.CreateBufferView(device->handle, &info, NULL, &buffer->words),
        "vkCreateBufferView");
    if (error)
        buffer->words = VK_NULL_HANDLE;
    *out = buffer->words;
    return error;
}

/* The smallest range of whole atoms around offset and size. */
static VkMappedMemoryRange atoms(const struct trl_gpu_buffer *buffer, uint64_t offset,
                                 uint64_t size)
{
    const uint64_t atom = buffer->device->limits.nonCoherentAtomSize;
    const uint64_t start = buffer->memory.offset + offset;
    const uint64_t low = start / atom * atom;
    const uint64_t end = buffer->memory.offset + buffer->memory.size;
    const uint64_t high = trl_align_up(start + size, atom);
    return (VkMappedMemoryRange){
        .sType = VK_STRUCTURE_TYPE_MAPPED_MEMORY_RANGE,
        .memory = buffer->memory.handle,
        .offset = low,
        .size = (high < end ? high : end) - low,
    };
}

int trl_gpu_buffer_flush(struct trl_gpu_buffer *buffer, uint64_t offset, uint64_t size)
{
    struct trl_device *device = buffer->device;
    if (buffer->memory.coherent || !size)
        return 0;
    const VkMappedMemoryRange range = atoms(buffer, offset, size);
    return trl_vk_check(device, device->vk.FlushMappedMemoryRanges(device->handle, 1, &range),
                        "vkFlushMappedMemoryRanges");
}

int trl_gpu_buffer_invalidate(struct trl_gpu_buffer *buffer, uint64_t offset, uint64_t size)
{
    struct trl_device *device = buffer->device;
    if (buffer->memory.coherent || !size)
        return 0;
    const VkMappedMemoryRange range = atoms(buffer, offset, size);
    return trl_vk_check(device, device->vk.InvalidateMappedMemoryRanges(device->handle, 1, &range),
                        "vkInvalidateMappedMemoryRanges");
}

static int create_image_view(struct trl_gpu_image *image, VkFormat format)
{
    struct trl_device *device = image->device;
    const VkImageViewCreateInfo info = {
        .sType = VK_STRUCTURE_TYPE_IMAGE_VIEW_CREATE_INFO,
        .image = image->handle,
        .viewType = VK_IMAGE_VIEW_TYPE_2D,
        .format = format,
        .subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1},
    };
    return trl_vk_check(device,
                        device->vk.CreateImageView(device->handle, &info, NULL, &image->view),
                        "vkCreateImageView");
}

int trl_gpu_image_create(struct trl_gpu_image **out, struct trl_device *device,
                         const struct trl_gpu_image_params *params)
{
    *out = NULL;
    const struct trl_vk *vk = &device->vk;
    if (params->width > device->info.image_size_max || params->height > device->info.image_size_max)
        return trl_fail(device->log, TRL_ERROR_UNSUPPORTED,
                        "%s: %ux%u is larger than the %u pixels a side that %s allows",
                        params->name, params->width, params->height, device->info.image_size_max,
                        device->info.name);
    struct trl_gpu_image *image = calloc(1, sizeof(*image));
    if (!image)
        return trl_fail_memory(device->log, params->name, sizeof(*image));
    image->device = device;
    image->width = params->width;
    image->height = params->height;
    image->layout = VK_IMAGE_LAYOUT_UNDEFINED;
    const VkFormat format = trl_gpu_vk_format(params->format);
    const VkImageCreateInfo info = {
        .sType = VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO,
        .imageType = VK_IMAGE_TYPE_2D,
        .format = format,
        .extent = {params->width, params->height, 1},
        .mipLevels = 1,
        .arrayLayers = 1,
        .samples = VK_SAMPLE_COUNT_1_BIT,
        .tiling = VK_IMAGE_TILING_OPTIMAL,
        .usage = VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT,
    };
    int error = trl_vk_check(device, vk->CreateImage(device->handle, &info, NULL, &image->handle),
                             "vkCreateImage");
    if (!error) {
        VkMemoryRequirements needs;
        vk->GetImageMemoryRequirements(device->handle, image->handle, &needs);
        error = trl_memory_allocate(device, &image->memory, params->name, &needs,
                                    TRL_GPU_MEMORY_DEVICE, false);
    }
    if (!error)
        error = trl_vk_check(device,
                             vk->BindImageMemory(device->handle, image->handle,
                                                 image->memory.handle, image->memory.offset),
                             "vkBindImageMemory");
    if (!error)
        error = create_image_view(image, format);
    if (error) {
        trl_gpu_image_destroy(&image);
        return error;
    }
    trl_device_name(device, VK_OBJECT_TYPE_IMAGE, (uint64_t)image->handle, params->name);
    *out = image;
    return 0;
}

void trl_gpu_image_destroy(struct trl_gpu_image **out)
{
    if (!out || !*out)
        return;
    struct trl_gpu_image *image = *out;
    struct trl_device *device = image->device;
    device->vk.DestroyImageView(device->handle, image->view, NULL);
    device->vk.DestroyImage(device->handle, image->handle, NULL);
    trl_memory_free(device, &image->memory);
    free(image);
    *out = NULL;
}

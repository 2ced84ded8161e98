/* SPDX-License-Identifier: BSD-2-Clause */
#include "gpu/device.h"

#include "base/cache.h"

#include <stdio.h>
#include <stdlib.h>

/* <device key>.pipelines holds the driver's data; drivers check their own header but not damage
 * behind it. */
static char *cache_path(const struct trl_device *device)
{
    char name[sizeof(device->info.key) + 16];
    snprintf(name, sizeof(name), "%s.pipelines", device->info.key);
    return trl_cache_path(name);
}

void trl_pipeline_cache_open(struct trl_device *device)
{
    device->cache_path = cache_path(device);
    size_t size = 0;
    void *data = device->cache_path ? trl_cache_read(device->cache_path, &size) : NULL;
    device->cache_size_bytes = size;
    const VkResult result = device->vk.CreatePipelineCache(
        device->handle,
        &(VkPipelineCacheCreateInfo){.sType = VK_STRUCTURE_TYPE_PIPELINE_CACHE_CREATE_INFO,
                                     .initialDataSize = data ? size : 0,
                                     .pInitialData = data},
        NULL, &device->cache);
    if (result != VK_SUCCESS)
        device->cache = VK_NULL_HANDLE;
    free(data);
}

void trl_pipeline_cache_close(struct trl_device *device)
{
    size_t size = 0;
    const struct trl_vk *vk = &device->vk;
    if (device->cache && device->cache_path && !trl_gpu_lost(device) &&
        vk->GetPipelineCacheData(device->handle, device->cache, &size, NULL) == VK_SUCCESS &&
        size > device->cache_size_bytes && size < TRL_CACHE_BYTES_MAX) {
        void *data = malloc(size);
        if (data &&
            vk->GetPipelineCacheData(device->handle, device->cache, &size, data) == VK_SUCCESS)
            trl_cache_write(device->cache_path, data, size);
        free(data);
    }
    vk->DestroyPipelineCache(device->handle, device->cache, NULL);
    device->cache = VK_NULL_HANDLE;
    free(device->cache_path);
    device->cache_path = NULL;
}

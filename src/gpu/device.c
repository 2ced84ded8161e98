/* SPDX-License-Identifier: BSD-2-Clause */
#include "gpu/device.h"

#include "base/log.h"
#include "gpu/glsl.h"

#include <stdlib.h>
#include <string.h>

enum { LEAVE_NS = 1000000000 };

int trl_vk_check(struct trl_device *device, VkResult result, const char *what)
{
    if (result >= 0)
        return 0;
    const char *name = trl_vk_result_name(result);
    switch (result) {
    case VK_ERROR_DEVICE_LOST:
        if (!atomic_exchange(&device->lost, true))
            trl_fail(device->log, TRL_ERROR_DEVICE_LOST, "%s was lost: %s in %s", device->info.name,
                     name, what);
        return TRL_ERROR_DEVICE_LOST;
    case VK_ERROR_OUT_OF_DEVICE_MEMORY:
        return trl_fail(device->log, TRL_ERROR_DEVICE_MEMORY,
                        "out of device memory in %s, %llu bytes in use on %s", what,
                        (unsigned long long)device->memory.used_bytes, device->info.name);
    case VK_ERROR_OUT_OF_HOST_MEMORY:
        return trl_fail(device->log, TRL_ERROR_MEMORY, "out of memory in %s", what);
    default:
        return trl_fail(device->log, TRL_ERROR_DEVICE, "%s failed%s%s: %s", what,
                        device->info.name[0] ? " on " : "", device->info.name, name);
    }
}

void trl_device_name(struct trl_device *device, VkObjectType type, uint64_t handle,
                     const char *name)
{
    if (!device->debug || !name)
        return;
    device->vk.SetDebugUtilsObjectNameEXT(
        device->handle, &(VkDebugUtilsObjectNameInfoEXT){
                            .sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_OBJECT_NAME_INFO_EXT,
                            .objectType = type,
                            .objectHandle = handle,
                            .pObjectName = name,
                        });
}

static int create_handle(struct trl_device *device, const struct trl_vk_hook *hook)
{
    uint32_t main = 0, compute = UINT32_MAX;
    trl_device_families(&device->vk, device->physical, &main, &compute);
    device->async_compute = compute != UINT32_MAX;
    device->queues[TRL_GPU_QUEUE_MAIN].family = main;
    device->queues[TRL_GPU_QUEUE_COMPUTE].family = compute;
    const float priority = 1.0f;
    const VkDeviceQueueCreateInfo queues[2] = {
        {.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO,
         .queueFamilyIndex = main,
         .queueCount = 1,
         .pQueuePriorities = &priority},
        {.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO,
         .queueFamilyIndex = compute,
         .queueCount = 1,
         .pQueuePriorities = &priority},
    };
    VkPhysicalDeviceVulkan12Features has12 = {
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES};
    VkPhysicalDeviceFeatures2 has = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2,
                                     .pNext = &has12};
    device->vk.GetPhysicalDeviceFeatures2(device->physical, &has);
    device->large_points = has.features.largePoints;
    device->atomics_64 = has.features.shaderInt64 && has12.shaderBufferInt64Atomics;
    VkPhysicalDeviceVulkan12Features features12 = {
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES,
        .timelineSemaphore = VK_TRUE,
        .shaderBufferInt64Atomics = device->atomics_64,
    };
    VkPhysicalDeviceVulkan13Features features13 = {
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_FEATURES,
        .pNext = &features12,
        .synchronization2 = VK_TRUE,
        .dynamicRendering = VK_TRUE,
        .maintenance4 = VK_TRUE,
    };
    const char *extensions[] = {VK_KHR_PUSH_DESCRIPTOR_EXTENSION_NAME};
    const VkDeviceCreateInfo info = {
        .sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO,
        .pNext = &features13,
        .queueCreateInfoCount = device->async_compute ? 2 : 1,
        .pQueueCreateInfos = queues,
        .enabledExtensionCount = 1,
        .ppEnabledExtensionNames = extensions,
        .pEnabledFeatures = &(VkPhysicalDeviceFeatures){.fragmentStoresAndAtomics = VK_TRUE,
                                                        .largePoints = device->large_points,
                                                        .shaderInt64 = device->atomics_64},
    };
    const int error = trl_vk_check(
        device, device->vk.CreateDevice(device->physical, &info, NULL, &device->handle),
        "vkCreateDevice");
    if (error)
        return error;
    const int missing = trl_vk_load_device(&device->vk, device->log, device->handle);
    device->loaded = !missing;
    if (!missing && hook)
        hook->loaded(hook->user, &device->vk);
    return missing;
}

static int create_queues(struct trl_device *device)
{
    for (int n = 0; n < (device->async_compute ? 2 : 1); n++) {
        struct trl_queue *queue = &device->queues[n];
        device->vk.GetDeviceQueue(device->handle, queue->family, 0, &queue->handle);
        const VkSemaphoreTypeCreateInfo timeline = {
            .sType = VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO,
            .semaphoreType = VK_SEMAPHORE_TYPE_TIMELINE,
        };
        const int error = trl_vk_check(
            device,
            device->vk.CreateSemaphore(
                device->handle,
                &(VkSemaphoreCreateInfo){.sType = VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO,
                                         .pNext = &timeline},
                NULL, &queue->timeline),
            "vkCreateSemaphore");
        if (error)
            return error;
    }
    return 0;
}

static void read_limits(struct trl_device *device)
{
    const VkSubgroupFeatureFlags wanted =
        VK_SUBGROUP_FEATURE_BASIC_BIT | VK_SUBGROUP_FEATURE_VOTE_BIT |
        VK_SUBGROUP_FEATURE_ARITHMETIC_BIT | VK_SUBGROUP_FEATURE_BALLOT_BIT |
        VK_SUBGROUP_FEATURE_SHUFFLE_BIT;
    VkPhysicalDeviceVulkan12Properties properties12 = {
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_PROPERTIES};
    VkPhysicalDeviceVulkan11Properties properties11 = {
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_PROPERTIES, .pNext = &properties12};
    VkPhysicalDeviceProperties2 properties = {
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, .pNext = &properties11};
    device->vk.GetPhysicalDeviceProperties2(device->physical, &properties);
    device->limits = properties.properties.limits;
    device->subgroups = (properties11.subgroupSupportedOperations & wanted) == wanted &&
                        properties11.subgroupSupportedStages & VK_SHADER_STAGE_COMPUTE_BIT;
    device->timestamp_mask = trl_device_timestamp_mask(&device->vk, device->physical);
    device->float_controls = properties12.shaderRoundingModeRTEFloat32 &&
                             properties12.shaderSignedZeroInfNanPreserveFloat32;
    device->vk.GetPhysicalDeviceMemoryProperties(device->physical, &device->memory.properties);
}

int trl_device_create(struct trl_device **out, const struct trl_device_params *params)
{
    return trl_device_create_with(out, params, NULL);
}

int trl_device_create_with(struct trl_device **out, const struct trl_device_params *params,
                           const struct trl_vk_hook *hook)
{
    static const struct trl_device_params defaults;
    if (!params)
        params = &defaults;
    *out = NULL;
    struct trl_device *device = calloc(1, sizeof(*device));
    if (!device)
        return trl_fail_memory(params->log, "a device", sizeof(*device));
    *device = (struct trl_device){.log = params->log, .lock = PTHREAD_MUTEX_INITIALIZER};
    device->memory.budget_bytes = params->memory_budget_bytes;
    int error = trl_vk_load_global(&device->vk, device->log);
    if (!error && hook)
        hook->loaded(hook->user, &device->vk);
    if (!error)
        error = trl_instance_create(device, params->validation, hook);
    if (!error)
        error = trl_device_choose(device, params->name);
    if (!error) {
        read_limits(device);
        error = create_handle(device, hook);
    }
    if (!error)
        error = create_queues(device);
    if (!error)
        error = trl_shader_module_create(device, TRL_SHADER_FILL_VERT, &device->fill_vertex);
    if (error) {
        trl_device_destroy(&device);
        return error;
    }
    trl_pipeline_cache_open(device);
    *out = device;
    return 0;
}

/* A device that hangs may still use what it has been given: better to leave it all to the system.
 */
static bool hangs(struct trl_device *device)
{
    if (!trl_gpu_lost(device) || trl_gpu_through(device, LEAVE_NS))
        return false;
    trl_log_print(device->log, TRL_LOG_WARN, "%s still hangs: its memory is not given back",
                  device->info.name);
    return true;
}

void trl_device_destroy(struct trl_device **out)
{
    if (!out || !*out)
        return;
    struct trl_device *device = *out;
    *out = NULL;
    if (device->loaded && hangs(device))
        return;
    const struct trl_vk *vk = &device->vk;
    if (device->handle && !device->loaded && vk->DestroyDevice)
        vk->DestroyDevice(device->handle, NULL);
    if (device->loaded) {
        trl_gpu_idle(device);
        trl_pipeline_cache_close(device);
        vk->DestroyShaderModule(device->handle, device->fill_vertex, NULL);
        for (int n = 0; n < 2; n++)
            vk->DestroySemaphore(device->handle, device->queues[n].timeline, NULL);
        trl_memory_pool_finish(device);
        vk->DestroyDevice(device->handle, NULL);
    }
    if (device->messenger)
        vk->DestroyDebugUtilsMessengerEXT(device->instance, device->messenger, NULL);
    if (device->instance && vk->DestroyInstance)
        vk->DestroyInstance(device->instance, NULL);
    trl_glsl_finish(device);
    pthread_mutex_destroy(&device->lock);
    free(device);
}

const struct trl_device_info *trl_device_info(const struct trl_device *device)
{
    return &device->info;
}

struct trl_log *trl_gpu_log(const struct trl_device *device)
{
    return device->log;
}

bool trl_gpu_unified_memory(const struct trl_device *device)
{
    return device->info.type == TRL_DEVICE_SOFTWARE || device->info.type == TRL_DEVICE_INTEGRATED;
}

uint64_t trl_gpu_memory_used(const struct trl_device *device)
{
    return device->memory.used_bytes;
}

uint64_t trl_gpu_memory_left(const struct trl_device *device)
{
    const uint64_t budget = device->memory.budget_bytes, heap = device->info.memory_bytes;
    const uint64_t most = budget && budget < heap ? budget : heap;
    const uint64_t used = device->memory.used_bytes;
    return used < most ? most - used : 0;
}

bool trl_gpu_atomics_64(const struct trl_device *device)
{
    return device->atomics_64;
}

bool trl_gpu_subgroups(const struct trl_device *device)
{
    return device->subgroups;
}

bool trl_gpu_async_compute(const struct trl_device *device)
{
    return device->async_compute;
}

uint32_t trl_gpu_point_size_max(const struct trl_device *device)
{
    return device->large_points ? (uint32_t)device->limits.pointSizeRange[1] : 1;
}

uint64_t trl_gpu_binding_alignment(const struct trl_device *device)
{
    return device->limits.minStorageBufferOffsetAlignment;
}

bool trl_gpu_lost(const struct trl_device *device)
{
    return atomic_load(&device->lost);
}

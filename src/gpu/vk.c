/* SPDX-License-Identifier: BSD-2-Clause */
#define VOLK_IMPLEMENTATION
#include "gpu/vk.h"

#include "base/log.h"

int trl_vk_load_global(struct trl_vk *vk, struct trl_log *log)
{
    if (volkInitialize() != VK_SUCCESS)
        return trl_fail(log, TRL_ERROR_DEVICE,
                        "no Vulkan loader (libvulkan.so.1) on this machine; on Debian install "
                        "libvulkan1, and mesa-vulkan-drivers to run without a GPU");
    vk->GetInstanceProcAddr = vkGetInstanceProcAddr;
#define TRL_VK_LOAD(name)                                                                          \
    vk->name = (PFN_vk##name)vk->GetInstanceProcAddr(NULL, "vk" #name);                            \
    if (!vk->name)                                                                                 \
        return trl_fail(log, TRL_ERROR_DEVICE, "the Vulkan loader lacks vk" #name);
    TRL_VK_GLOBAL_MAP(TRL_VK_LOAD)
#undef TRL_VK_LOAD
    return 0;
}

int trl_vk_load_instance(struct trl_vk *vk, struct trl_log *log, VkInstance instance)
{
#define TRL_VK_LOAD(name)                                                                          \
    vk->name = (PFN_vk##name)vk->GetInstanceProcAddr(instance, "vk" #name);                        \
    if (!vk->name)                                                                                 \
        return trl_fail(log, TRL_ERROR_DEVICE, "the Vulkan loader lacks vk" #name);
    TRL_VK_INSTANCE_MAP(TRL_VK_LOAD)
#undef TRL_VK_LOAD
#define TRL_VK_LOAD(name) vk->name = (PFN_vk##name)vk->GetInstanceProcAddr(instance, "vk" #name);
    TRL_VK_DEBUG_MAP(TRL_VK_LOAD)
#undef TRL_VK_LOAD
    return 0;
}

int trl_vk_load_device(struct trl_vk *vk, struct trl_log *log, VkDevice device)
{
#define TRL_VK_LOAD(name)                                                                          \
    vk->name = (PFN_vk##name)vk->GetDeviceProcAddr(device, "vk" #name);                            \
    if (!vk->name)                                                                                 \
        return trl_fail(log, TRL_ERROR_DEVICE, "the Vulkan driver lacks vk" #name);
    TRL_VK_DEVICE_MAP(TRL_VK_LOAD)
#undef TRL_VK_LOAD
    return 0;
}

const char *trl_vk_result_name(VkResult result)
{
    switch (result) {
#define TRL_VK_NAME(name)                                                                          \
    case name:                                                                                     \
        return #name;
        TRL_VK_NAME(VK_SUCCESS)
        TRL_VK_NAME(VK_TIMEOUT)
        TRL_VK_NAME(VK_NOT_READY)
        TRL_VK_NAME(VK_INCOMPLETE)
        TRL_VK_NAME(VK_ERROR_OUT_OF_HOST_MEMORY)
        TRL_VK_NAME(VK_ERROR_OUT_OF_DEVICE_MEMORY)
        TRL_VK_NAME(VK_ERROR_INITIALIZATION_FAILED)
        TRL_VK_NAME(VK_ERROR_DEVICE_LOST)
        TRL_VK_NAME(VK_ERROR_MEMORY_MAP_FAILED)
        TRL_VK_NAME(VK_ERROR_LAYER_NOT_PRESENT)
        TRL_VK_NAME(VK_ERROR_EXTENSION_NOT_PRESENT)
        TRL_VK_NAME(VK_ERROR_FEATURE_NOT_PRESENT)
        TRL_VK_NAME(VK_ERROR_INCOMPATIBLE_DRIVER)
        TRL_VK_NAME(VK_ERROR_TOO_MANY_OBJECTS)
        TRL_VK_NAME(VK_ERROR_FORMAT_NOT_SUPPORTED)
        TRL_VK_NAME(VK_ERROR_FRAGMENTED_POOL)
        TRL_VK_NAME(VK_ERROR_UNKNOWN)
#undef TRL_VK_NAME
    default:
        return "an unknown VkResult";
    }
}

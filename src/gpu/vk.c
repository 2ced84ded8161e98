/* SPDX-License-Identifier: BSD-2-Clause */
#define VOLK_IMPLEMENTATION
#include "gpu/vk.h"

#include "base/log.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct entry {
    const char *name;
    size_t offset; /* in struct trl_vk */
};

#define TRL_VK_ENTRY(name) {"vk" #name, offsetof(struct trl_vk, name)},
static const struct entry global_entries[] = {TRL_VK_GLOBAL_MAP(TRL_VK_ENTRY)};
static const struct entry instance_entries[] = {TRL_VK_INSTANCE_MAP(TRL_VK_ENTRY)};
static const struct entry debug_entries[] = {TRL_VK_DEBUG_MAP(TRL_VK_ENTRY)};
static const struct entry device_entries[] = {TRL_VK_DEVICE_MAP(TRL_VK_ENTRY)};
#undef TRL_VK_ENTRY
#define TRL_VK_COUNT(entries) (sizeof(entries) / sizeof((entries)[0]))

/* False if the function does not exist. */
static bool set(struct trl_vk *vk, const struct entry *entry, PFN_vkVoidFunction function)
{
    memcpy((char *)vk + entry->offset, &function, sizeof(function));
    return function != NULL;
}

static int fail_missing(struct trl_log *log, const char *where, const struct entry *entry)
{
    return trl_fail(log, TRL_ERROR_DEVICE, "the Vulkan %s lacks %s", where, entry->name);
}

int trl_vk_load_global(struct trl_vk *vk, struct trl_log *log)
{
    if (volkInitialize() != VK_SUCCESS)
        return trl_fail(log, TRL_ERROR_DEVICE,
                        "no Vulkan loader (libvulkan.so.1) on this machine; on Debian install "
                        "libvulkan1, and mesa-vulkan-drivers to run without a GPU");
    vk->GetInstanceProcAddr = vkGetInstanceProcAddr;
    for (size_t n = 0; n < TRL_VK_COUNT(global_entries); n++)
        if (!set(vk, &global_entries[n], vk->GetInstanceProcAddr(NULL, global_entries[n].name)))
            return fail_missing(log, "loader", &global_entries[n]);
    return 0;
}

int trl_vk_load_instance(struct trl_vk *vk, struct trl_log *log, VkInstance instance)
{
    for (size_t n = 0; n < TRL_VK_COUNT(instance_entries); n++)
        if (!set(vk, &instance_entries[n],
                 vk->GetInstanceProcAddr(instance, instance_entries[n].name)))
            return fail_missing(log, "loader", &instance_entries[n]);
    for (size_t n = 0; n < TRL_VK_COUNT(debug_entries); n++)
        set(vk, &debug_entries[n], vk->GetInstanceProcAddr(instance, debug_entries[n].name));
    return 0;
}

int trl_vk_load_device(struct trl_vk *vk, struct trl_log *log, VkDevice device)
{
    for (size_t n = 0; n < TRL_VK_COUNT(device_entries); n++)
        if (!set(vk, &device_entries[n], vk->GetDeviceProcAddr(device, device_entries[n].name)))
            return fail_missing(log, "driver", &device_entries[n]);
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

/* SPDX-License-Identifier: BSD-2-Clause */
#include "gpu/device.h"

#include "base/log.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEVICES_MAX = 64, FAMILIES_MAX = 32, EXTENSIONS_MAX = 512 };

static VkBool32 VKAPI_PTR on_message(VkDebugUtilsMessageSeverityFlagBitsEXT severity,
                                     VkDebugUtilsMessageTypeFlagsEXT types,
                                     const VkDebugUtilsMessengerCallbackDataEXT *data, void *user)
{
    (void)types;
    trl_log_print(user,
                  severity & VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT ? TRL_LOG_ERROR
                                                                           : TRL_LOG_WARN,
                  "validation: %s", data->pMessage);
    return VK_FALSE;
}

static bool has_validation_layer(const struct trl_vk *vk)
{
    VkLayerProperties layers[64];
    uint32_t count = 64;
    if (vk->EnumerateInstanceLayerProperties(&count, layers) < 0)
        return false;
    for (uint32_t n = 0; n < count; n++)
        if (!strcmp(layers[n].layerName, "VK_LAYER_KHRONOS_validation"))
            return true;
    return false;
}

int trl_instance_create(struct trl_device *device, bool validation, const struct trl_vk_hook *hook)
{
    const char *layer = "VK_LAYER_KHRONOS_validation";
    const char *extension = VK_EXT_DEBUG_UTILS_EXTENSION_NAME;
    if (validation && !has_validation_layer(&device->vk))
        return trl_fail(device->log, TRL_ERROR_DEVICE,
                        "%s is not installed; on Debian install vulkan-validationlayers", layer);
    const VkValidationFeatureEnableEXT enables[] = {
        VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT};
    const VkValidationFeaturesEXT features = {
        .sType = VK_STRUCTURE_TYPE_VALIDATION_FEATURES_EXT,
        .enabledValidationFeatureCount = 1,
        .pEnabledValidationFeatures = enables,
    };
    const VkInstanceCreateInfo info = {
        .sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO,
        .pNext = validation ? &features : NULL,
        .pApplicationInfo = &(VkApplicationInfo){.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO,
                                                 .pApplicationName = "tensorreel",
                                                 .apiVersion = VK_API_VERSION_1_3},
        .enabledLayerCount = validation,
        .ppEnabledLayerNames = &layer,
        .enabledExtensionCount = validation,
        .ppEnabledExtensionNames = &extension,
    };
    const VkResult result = device->vk.CreateInstance(&info, NULL, &device->instance);
    if (result == VK_ERROR_INCOMPATIBLE_DRIVER)
        return trl_fail(device->log, TRL_ERROR_DEVICE,
                        "no Vulkan driver is found; install one (on Debian mesa-vulkan-drivers, "
                        "which also runs without a graphics card), or correct VK_DRIVER_FILES");
    int error = trl_vk_check(device, result, "vkCreateInstance");
    if (!error)
        error = trl_vk_load_instance(&device->vk, device->log, device->instance);
    if (!error && hook)
        hook->loaded(hook->user, &device->vk);
    if (error || !validation)
        return error;
    device->debug = true;
    return trl_vk_check(device,
                        device->vk.CreateDebugUtilsMessengerEXT(
                            device->instance,
                            &(VkDebugUtilsMessengerCreateInfoEXT){
                                .sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT,
                                .messageSeverity = VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT |
                                                   VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT,
                                .messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT,
                                .pfnUserCallback = on_message,
                                .pUserData = device->log,
                            },
                            NULL, &device->messenger),
                        "vkCreateDebugUtilsMessengerEXT");
}

bool trl_device_families(const struct trl_vk *vk, VkPhysicalDevice physical, uint32_t *main,
                         uint32_t *compute)
{
    VkQueueFamilyProperties families[FAMILIES_MAX];
    uint32_t count = FAMILIES_MAX;
    vk->GetPhysicalDeviceQueueFamilyProperties(physical, &count, families);
    const VkQueueFlags both = VK_QUEUE_GRAPHICS_BIT | VK_QUEUE_COMPUTE_BIT;
    *main = UINT32_MAX;
    *compute = UINT32_MAX;
    for (uint32_t n = count; n-- > 0;) {
        if ((families[n].queueFlags & both) == both)
            *main = n;
        else if (families[n].queueFlags & VK_QUEUE_COMPUTE_BIT)
            *compute = n;
    }
    return *main != UINT32_MAX;
}

uint64_t trl_device_timestamp_mask(const struct trl_vk *vk, VkPhysicalDevice physical)
{
    VkQueueFamilyProperties families[FAMILIES_MAX];
    uint32_t count = FAMILIES_MAX, bits = 64, used[2];
    vk->GetPhysicalDeviceQueueFamilyProperties(physical, &count, families);
    trl_device_families(vk, physical, &used[0], &used[1]);
    for (int n = 0; n < 2; n++)
        if (used[n] < count && families[used[n]].timestampValidBits < bits)
            bits = families[used[n]].timestampValidBits;
    return bits < 64 ? (1ull << bits) - 1 : UINT64_MAX;
}

static bool has_push_descriptors(const struct trl_vk *vk, VkPhysicalDevice physical)
{
    uint32_t count = EXTENSIONS_MAX;
    VkExtensionProperties *extensions = calloc(count, sizeof(*extensions));
    bool found = false;
    if (extensions &&
        vk->EnumerateDeviceExtensionProperties(physical, NULL, &count, extensions) >= 0)
        for (uint32_t n = 0; n < count && !found; n++)
            found = !strcmp(extensions[n].extensionName, VK_KHR_PUSH_DESCRIPTOR_EXTENSION_NAME);
    free(extensions);
    return found;
}

/* The first thing that the baseline needs and this device lacks. */
static const char *missing_feature(const struct trl_vk *vk, VkPhysicalDevice physical,
                                   uint32_t api_version)
{
    if (api_version < VK_API_VERSION_1_3)
        return "Vulkan 1.3";
    VkPhysicalDeviceVulkan12Features features12 = {
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES};
    VkPhysicalDeviceVulkan13Features features13 = {
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_FEATURES, .pNext = &features12};
    VkPhysicalDeviceFeatures2 features = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2,
                                          .pNext = &features13};
    vk->GetPhysicalDeviceFeatures2(physical, &features);
    uint32_t main, compute;
    if (!trl_device_families(vk, physical, &main, &compute))
        return "a queue for graphics and compute";
    if (!features12.timelineSemaphore)
        return "timelineSemaphore";
    if (!features13.synchronization2)
        return "synchronization2";
    if (!features13.dynamicRendering)
        return "dynamicRendering";
    if (!features13.maintenance4)
        return "maintenance4";
    if (!features.features.fragmentStoresAndAtomics)
        return "fragmentStoresAndAtomics";
    if (!has_push_descriptors(vk, physical))
        return VK_KHR_PUSH_DESCRIPTOR_EXTENSION_NAME;
    return NULL;
}

static enum trl_device_type device_type(VkPhysicalDeviceType type)
{
    switch (type) {
    case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU:
        return TRL_DEVICE_DISCRETE;
    case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU:
        return TRL_DEVICE_INTEGRATED;
    case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU:
        return TRL_DEVICE_VIRTUAL;
    case VK_PHYSICAL_DEVICE_TYPE_CPU:
        return TRL_DEVICE_SOFTWARE;
    default:
        return TRL_DEVICE_OTHER;
    }
}

/* Lower-case letters, digits and dots; runs of anything else become one dash. */
static void make_key(struct trl_device_info *info, uint32_t vendor, uint32_t device,
                     const char *driver)
{
    size_t at = (size_t)snprintf(info->key, sizeof(info->key), "%04x-%04x-", vendor, device);
    for (const char *c = driver; *c && at + 2 < sizeof(info->key); c++) {
        const unsigned char letter = (unsigned char)*c;
        if (isalnum(letter) || letter == '.')
            info->key[at++] = (char)tolower(letter);
        else if (info->key[at - 1] != '-')
            info->key[at++] = '-';
    }
    while (at && info->key[at - 1] == '-')
        at--;
    info->key[at] = '\0';
}

static void describe_limits(const struct trl_vk *vk, VkPhysicalDevice physical,
                            const VkPhysicalDeviceProperties *properties,
                            struct trl_device_info *info)
{
    info->storage_buffer_bytes_max = properties->limits.maxStorageBufferRange;
    info->image_size_max = properties->limits.maxImageDimension2D;
    info->workgroup_invocations_max = properties->limits.maxComputeWorkGroupInvocations;
    info->timestamp_period_ns = properties->limits.timestampComputeAndGraphics
                                    ? (double)properties->limits.timestampPeriod
                                    : 0;
    VkPhysicalDeviceMemoryProperties memory;
    vk->GetPhysicalDeviceMemoryProperties(physical, &memory);
    for (uint32_t n = 0; n < memory.memoryHeapCount; n++)
        if (memory.memoryHeaps[n].flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT &&
            memory.memoryHeaps[n].size > info->memory_bytes)
            info->memory_bytes = memory.memoryHeaps[n].size;
}

void trl_device_describe(const struct trl_vk *vk, VkPhysicalDevice physical, int index,
                         struct trl_device_info *info)
{
    *info = (struct trl_device_info){.index = index};
    VkPhysicalDeviceVulkan12Properties properties12 = {
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_PROPERTIES};
    VkPhysicalDeviceVulkan11Properties properties11 = {
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_PROPERTIES, .pNext = &properties12};
    VkPhysicalDeviceProperties2 properties = {
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, .pNext = &properties11};
    vk->GetPhysicalDeviceProperties2(physical, &properties);
    const VkPhysicalDeviceProperties *common = &properties.properties;
    snprintf(info->name, sizeof(info->name), "%s", common->deviceName);
    info->api_version = common->apiVersion;
    info->type = device_type(common->deviceType);
    describe_limits(vk, physical, common, info);
    const char *missing = missing_feature(vk, physical, common->apiVersion);
    if (missing)
        snprintf(info->reason, sizeof(info->reason), "lacks %s", missing);
    if (common->apiVersion < VK_API_VERSION_1_2)
        return;
    snprintf(info->driver, sizeof(info->driver), "%s %s", properties12.driverName,
             properties12.driverInfo);
    make_key(info, common->vendorID, common->deviceID, info->driver);
    const uint8_t *id = properties11.deviceUUID;
    snprintf(info->uuid, sizeof(info->uuid),
             "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", id[0], id[1],
             id[2], id[3], id[4], id[5], id[6], id[7], id[8], id[9], id[10], id[11], id[12], id[13],
             id[14], id[15]);
    info->allocation_bytes_max = properties11.maxMemoryAllocationSize;
    info->subgroup_size = properties11.subgroupSize;
    info->rounding_rte = properties12.shaderRoundingModeRTEFloat32;
    uint32_t main, compute;
    trl_device_families(vk, physical, &main, &compute);
    info->async_compute = compute != UINT32_MAX;
}

static bool matches(const struct trl_device_info *info, const char *name)
{
    char *end;
    const long index = strtol(name, &end, 10);
    if (*name && !*end)
        return index == info->index;
    if (!strcmp(name, "cpu"))
        return info->type == TRL_DEVICE_SOFTWARE;
    return !strcasecmp(name, info->uuid) || strcasestr(info->name, name);
}

static int rank(enum trl_device_type type)
{
    static const int ranks[] = {
        [TRL_DEVICE_DISCRETE] = 0, [TRL_DEVICE_INTEGRATED] = 1, [TRL_DEVICE_VIRTUAL] = 2,
        [TRL_DEVICE_OTHER] = 3,    [TRL_DEVICE_SOFTWARE] = 4,
    };
    return ranks[type];
}

static int enumerate(struct trl_device *device, VkPhysicalDevice *devices, uint32_t *count)
{
    *count = DEVICES_MAX;
    return trl_vk_check(device,
                        device->vk.EnumeratePhysicalDevices(device->instance, count, devices),
                        "vkEnumeratePhysicalDevices");
}

static int fail_choice(struct trl_device *device, const char *name, uint32_t count,
                       const struct trl_device_info *refused)
{
    if (!count)
        return trl_fail(device->log, TRL_ERROR_DEVICE,
                        "no Vulkan device on this machine; on Debian install "
                        "mesa-vulkan-drivers to run without a GPU");
    if (refused)
        return trl_fail(device->log, TRL_ERROR_DEVICE, "device %s cannot be used: it %s",
                        refused->name, refused->reason);
    return trl_fail(device->log, TRL_ERROR_DEVICE,
                    "no device matches '%s'; 'tensorreel devices' lists them", name);
}

int trl_device_choose(struct trl_device *device, const char *name)
{
    const bool automatic = !name || !*name || !strcmp(name, "auto");
    VkPhysicalDevice devices[DEVICES_MAX];
    uint32_t count;
    const int error = enumerate(device, devices, &count);
    if (error)
        return error;
    struct trl_device_info refused = {0};
    bool found = false;
    for (uint32_t n = 0; n < count; n++) {
        struct trl_device_info info;
        trl_device_describe(&device->vk, devices[n], (int)n, &info);
        if (!automatic && !matches(&info, name))
            continue;
        if (info.reason[0]) {
            refused = info;
            continue;
        }
        if (found && (!automatic || rank(info.type) >= rank(device->info.type)))
            continue;
        device->info = info;
        device->physical = devices[n];
        found = true;
    }
    if (!found)
        return fail_choice(device, name, count, refused.reason[0] ? &refused : NULL);
    trl_log_print(device->log, TRL_LOG_INFO, "device %d: %s, %s%s", device->info.index,
                  device->info.name, device->info.driver, automatic ? ", chosen by itself" : "");
    return 0;
}

int trl_device_list(struct trl_log *log, struct trl_device_info *infos, int capacity)
{
    struct trl_device *device = calloc(1, sizeof(*device));
    if (!device)
        return trl_fail_memory(log, "a device", sizeof(*device));
    *device = (struct trl_device){.log = log, .lock = PTHREAD_MUTEX_INITIALIZER};
    VkPhysicalDevice devices[DEVICES_MAX];
    uint32_t count = 0;
    int error = trl_vk_load_global(&device->vk, log);
    if (!error)
        error = trl_instance_create(device, false, NULL);
    if (!error)
        error = enumerate(device, devices, &count);
    for (uint32_t n = 0; !error && n < count && (int)n < capacity; n++)
        trl_device_describe(&device->vk, devices[n], (int)n, &infos[n]);
    trl_device_destroy(&device);
    return error ? error : (int)count;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "table.h"

#include <stdatomic.h>
#include <stddef.h>

static struct {
    struct trl_vk real;
    _Atomic(VkResult) result;
    atomic_llong at, calls, alive;
    atomic_bool numbered; /* at is the call that fails */
    _Atomic(const char *) failed;
    VkDevice device;
} table;

static void set(VkResult result)
{
    atomic_store(&table.failed, NULL);
    atomic_store(&table.result, result);
    atomic_store(&table.numbered, false);
}

void table_arm(VkResult result, int64_t at)
{
    paths_disarm();
    set(result);
    atomic_store(&table.calls, 0);
    atomic_store(&table.at, at);
    atomic_store(&table.numbered, true);
}

int64_t table_calls(void)
{
    return atomic_load(&table.calls);
}

void table_disarm(void)
{
    paths_disarm();
    set(VK_SUCCESS);
}

bool table_next(struct paths_walk *walk, VkResult result)
{
    const bool more = paths_next(walk);
    set(more ? result : VK_SUCCESS);
    return more;
}

const char *table_failed(void)
{
    return atomic_load(&table.failed);
}

int64_t table_alive(void)
{
    return atomic_load(&table.alive);
}

static VkResult next(const char *name, bool may_lose)
{
    const VkResult result = atomic_load(&table.result);
    const bool loses = result == VK_ERROR_DEVICE_LOST;
    if (loses && !may_lose)
        return VK_SUCCESS;
    const int64_t number = atomic_fetch_add(&table.calls, 1) + 1;
    if (!(loses && atomic_load(&table.failed)) &&
        !(atomic_load(&table.numbered) ? number == atomic_load(&table.at) : paths_meet()))
        return VK_SUCCESS;
    const char *none = NULL;
    atomic_compare_exchange_strong(&table.failed, &none, name);
    return result;
}

/* A lost device does nothing more. The one under test is well and may still be at work on what is
 * about to be destroyed, since nobody waits for a lost device. */
static void let_lost_device_end(void)
{
    if (atomic_load(&table.failed) && atomic_load(&table.result) == VK_ERROR_DEVICE_LOST &&
        table.device)
        table.real.DeviceWaitIdle(table.device);
}

/* Functions that return VkResult: X(name, parameters, arguments, can lose the device). */
#define PLAIN_MAP(X)                                                                               \
    X(EnumeratePhysicalDevices, (VkInstance a, uint32_t * b, VkPhysicalDevice * c), (a, b, c), 0)  \
    X(DeviceWaitIdle, (VkDevice a), (a), 1)                                                        \
    X(MapMemory,                                                                                   \
      (VkDevice a, VkDeviceMemory b, VkDeviceSize c, VkDeviceSize d, VkMemoryMapFlags e,           \
       void **f),                                                                                  \
      (a, b, c, d, e, f), 0)                                                                       \
    X(FlushMappedMemoryRanges, (VkDevice a, uint32_t b, const VkMappedMemoryRange *c), (a, b, c),  \
      0)                                                                                           \
    X(InvalidateMappedMemoryRanges, (VkDevice a, uint32_t b, const VkMappedMemoryRange *c),        \
      (a, b, c), 0)                                                                                \
    X(BindBufferMemory, (VkDevice a, VkBuffer b, VkDeviceMemory c, VkDeviceSize d), (a, b, c, d),  \
      0)                                                                                           \
    X(BindImageMemory, (VkDevice a, VkImage b, VkDeviceMemory c, VkDeviceSize d), (a, b, c, d), 0) \
    X(GetPipelineCacheData, (VkDevice a, VkPipelineCache b, size_t * c, void *d), (a, b, c, d), 0) \
    X(GetSemaphoreCounterValue, (VkDevice a, VkSemaphore b, uint64_t * c), (a, b, c), 1)           \
    X(WaitSemaphores, (VkDevice a, const VkSemaphoreWaitInfo *b, uint64_t c), (a, b, c), 1)        \
    X(GetQueryPoolResults,                                                                         \
      (VkDevice a, VkQueryPool b, uint32_t c, uint32_t d, size_t e, void *f, VkDeviceSize g,       \
       VkQueryResultFlags h),                                                                      \
      (a, b, c, d, e, f, g, h), 1)                                                                 \
    X(ResetCommandPool, (VkDevice a, VkCommandPool b, VkCommandPoolResetFlags c), (a, b, c), 0)    \
    X(AllocateCommandBuffers,                                                                      \
      (VkDevice a, const VkCommandBufferAllocateInfo *b, VkCommandBuffer *c), (a, b, c), 0)        \
    X(BeginCommandBuffer, (VkCommandBuffer a, const VkCommandBufferBeginInfo *b), (a, b), 0)       \
    X(EndCommandBuffer, (VkCommandBuffer a), (a), 0)                                               \
    X(QueueSubmit2, (VkQueue a, uint32_t b, const VkSubmitInfo2 *c, VkFence d), (a, b, c, d), 1)

/* Pairs that make and end an object of a device: X(maker, ender, object, what it is made from). */
#define OBJECT_MAP(X)                                                                              \
    X(AllocateMemory, FreeMemory, VkDeviceMemory, VkMemoryAllocateInfo)                            \
    X(CreateBuffer, DestroyBuffer, VkBuffer, VkBufferCreateInfo)                                   \
    X(CreateBufferView, DestroyBufferView, VkBufferView, VkBufferViewCreateInfo)                   \
    X(CreateImage, DestroyImage, VkImage, VkImageCreateInfo)                                       \
    X(CreateImageView, DestroyImageView, VkImageView, VkImageViewCreateInfo)                       \
    X(CreateShaderModule, DestroyShaderModule, VkShaderModule, VkShaderModuleCreateInfo)           \
    X(CreateDescriptorSetLayout, DestroyDescriptorSetLayout, VkDescriptorSetLayout,                \
      VkDescriptorSetLayoutCreateInfo)                                                             \
    X(CreatePipelineLayout, DestroyPipelineLayout, VkPipelineLayout, VkPipelineLayoutCreateInfo)   \
    X(CreatePipelineCache, DestroyPipelineCache, VkPipelineCache, VkPipelineCacheCreateInfo)       \
    X(CreateSemaphore, DestroySemaphore, VkSemaphore, VkSemaphoreCreateInfo)                       \
    X(CreateQueryPool, DestroyQueryPool, VkQueryPool, VkQueryPoolCreateInfo)                       \
    X(CreateCommandPool, DestroyCommandPool, VkCommandPool, VkCommandPoolCreateInfo)

#define PIPELINES_MAP(X)                                                                           \
    X(CreateComputePipelines, VkComputePipelineCreateInfo)                                         \
    X(CreateGraphicsPipelines, VkGraphicsPipelineCreateInfo)

#define PLAIN(name, parameters, arguments, may_lose)                                               \
    static VkResult VKAPI_PTR wrapped_##name parameters                                            \
    {                                                                                              \
        const VkResult failure = next("vk" #name, may_lose);                                       \
        return failure ? failure : table.real.name arguments;                                      \
    }
PLAIN_MAP(PLAIN)

#define OBJECT(make, end, object, info)                                                            \
    static VkResult VKAPI_PTR wrapped_##make(VkDevice device, const info *from,                    \
                                             const VkAllocationCallbacks *with, object *out)       \
    {                                                                                              \
        const VkResult failure = next("vk" #make, false);                                          \
        const VkResult result = failure ? failure : table.real.make(device, from, with, out);      \
        if (!result)                                                                               \
            atomic_fetch_add(&table.alive, 1);                                                     \
        return result;                                                                             \
    }                                                                                              \
    static void VKAPI_PTR wrapped_##end(VkDevice device, object gone,                              \
                                        const VkAllocationCallbacks *with)                         \
    {                                                                                              \
        let_lost_device_end();                                                                     \
        if (gone)                                                                                  \
            atomic_fetch_sub(&table.alive, 1);                                                     \
        table.real.end(device, gone, with);                                                        \
    }
OBJECT_MAP(OBJECT)

#define PIPELINES(make, info)                                                                      \
    static VkResult VKAPI_PTR wrapped_##make(VkDevice device, VkPipelineCache cache,               \
                                             uint32_t count, const info *from,                     \
                                             const VkAllocationCallbacks *with, VkPipeline *out)   \
    {                                                                                              \
        const VkResult failure = next("vk" #make, false);                                          \
        const VkResult result =                                                                    \
            failure ? failure : table.real.make(device, cache, count, from, with, out);            \
        if (!result)                                                                               \
            atomic_fetch_add(&table.alive, count);                                                 \
        return result;                                                                             \
    }
PIPELINES_MAP(PIPELINES)

static void VKAPI_PTR wrapped_DestroyPipeline(VkDevice device, VkPipeline gone,
                                              const VkAllocationCallbacks *with)
{
    let_lost_device_end();
    if (gone)
        atomic_fetch_sub(&table.alive, 1);
    table.real.DestroyPipeline(device, gone, with);
}

static VkResult VKAPI_PTR wrapped_CreateInstance(const VkInstanceCreateInfo *from,
                                                 const VkAllocationCallbacks *with, VkInstance *out)
{
    const VkResult failure = next("vkCreateInstance", false);
    const VkResult result = failure ? failure : table.real.CreateInstance(from, with, out);
    if (!result)
        atomic_fetch_add(&table.alive, 1);
    return result;
}

static void VKAPI_PTR wrapped_DestroyInstance(VkInstance gone, const VkAllocationCallbacks *with)
{
    if (gone)
        atomic_fetch_sub(&table.alive, 1);
    table.real.DestroyInstance(gone, with);
}

static VkResult VKAPI_PTR wrapped_CreateDevice(VkPhysicalDevice physical,
                                               const VkDeviceCreateInfo *from,
                                               const VkAllocationCallbacks *with, VkDevice *out)
{
    const VkResult failure = next("vkCreateDevice", true);
    const VkResult result = failure ? failure : table.real.CreateDevice(physical, from, with, out);
    if (!result)
        atomic_fetch_add(&table.alive, 1);
    table.device = result ? VK_NULL_HANDLE : *out;
    return result;
}

static void VKAPI_PTR wrapped_DestroyDevice(VkDevice gone, const VkAllocationCallbacks *with)
{
    if (gone)
        atomic_fetch_sub(&table.alive, 1);
    table.device = VK_NULL_HANDLE;
    table.real.DestroyDevice(gone, with);
}

static VkResult VKAPI_PTR wrapped_EnumerateDeviceExtensionProperties(VkPhysicalDevice physical,
                                                                     const char *layer,
                                                                     uint32_t *count,
                                                                     VkExtensionProperties *out)
{
    const VkResult failure = next("vkEnumerateDeviceExtensionProperties", false);
    return failure ? failure
                   : table.real.EnumerateDeviceExtensionProperties(physical, layer, count, out);
}

/* Entries come in stages; those that are wrapped already stay. */
#define WRAP(name)                                                                                 \
    if (vk->name && vk->name != wrapped_##name) {                                                  \
        table.real.name = vk->name;                                                                \
        vk->name = wrapped_##name;                                                                 \
    }

static void wrap(void *user, struct trl_vk *vk)
{
    (void)user;
#define WRAP_PLAIN(name, parameters, arguments, may_lose) WRAP(name)
#define WRAP_OBJECT(make, end, object, info) WRAP(make) WRAP(end)
#define WRAP_PIPELINES(make, info) WRAP(make)
    PLAIN_MAP(WRAP_PLAIN)
    OBJECT_MAP(WRAP_OBJECT)
    PIPELINES_MAP(WRAP_PIPELINES)
    WRAP(DestroyPipeline)
    WRAP(CreateInstance)
    WRAP(DestroyInstance)
    WRAP(CreateDevice)
    WRAP(DestroyDevice)
    WRAP(EnumerateDeviceExtensionProperties)
}

const struct trl_vk_hook table_hook = {.loaded = wrap};

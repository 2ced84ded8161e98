/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#define VK_NO_PROTOTYPES
#include <volk.h>

/*
 * Every Vulkan function that is called, in one table per device, filled in by trl_vk_load_*. A test
 * replaces entries to make the n-th call fail; volk's own globals are not used beyond the loader.
 */
#define TRL_VK_GLOBAL_MAP(X)                                                                       \
    X(CreateInstance)                                                                              \
    X(EnumerateInstanceLayerProperties)                                                            \
    X(EnumerateInstanceExtensionProperties)                                                        \
    X(EnumerateInstanceVersion)

#define TRL_VK_INSTANCE_MAP(X)                                                                     \
    X(DestroyInstance)                                                                             \
    X(EnumeratePhysicalDevices)                                                                    \
    X(EnumerateDeviceExtensionProperties)                                                          \
    X(GetPhysicalDeviceProperties2)                                                                \
    X(GetPhysicalDeviceFeatures2)                                                                  \
    X(GetPhysicalDeviceMemoryProperties)                                                           \
    X(GetPhysicalDeviceQueueFamilyProperties)                                                      \
    X(CreateDevice)                                                                                \
    X(GetDeviceProcAddr)

/* Only there when validation is on. */
#define TRL_VK_DEBUG_MAP(X)                                                                        \
    X(CreateDebugUtilsMessengerEXT)                                                                \
    X(DestroyDebugUtilsMessengerEXT)                                                               \
    X(SetDebugUtilsObjectNameEXT)                                                                  \
    X(CmdBeginDebugUtilsLabelEXT)                                                                  \
    X(CmdEndDebugUtilsLabelEXT)

#define TRL_VK_DEVICE_MAP(X)                                                                       \
    X(DestroyDevice)                                                                               \
    X(GetDeviceQueue)                                                                              \
    X(DeviceWaitIdle)                                                                              \
    X(AllocateMemory)                                                                              \
    X(FreeMemory)                                                                                  \
    X(MapMemory)                                                                                   \
    X(FlushMappedMemoryRanges)                                                                     \
    X(InvalidateMappedMemoryRanges)                                                                \
    X(CreateBuffer)                                                                                \
    X(DestroyBuffer)                                                                               \
    X(GetBufferMemoryRequirements)                                                                 \
    X(BindBufferMemory)                                                                            \
    X(CreateBufferView)                                                                            \
    X(DestroyBufferView)                                                                           \
    X(CreateImage)                                                                                 \
    X(DestroyImage)                                                                                \
    X(GetImageMemoryRequirements)                                                                  \
    X(BindImageMemory)                                                                             \
    X(CreateImageView)                                                                             \
    X(DestroyImageView)                                                                            \
    X(CreateShaderModule)                                                                          \
    X(DestroyShaderModule)                                                                         \
    X(CreateDescriptorSetLayout)                                                                   \
    X(DestroyDescriptorSetLayout)                                                                  \
    X(CreatePipelineLayout)                                                                        \
    X(DestroyPipelineLayout)                                                                       \
    X(CreatePipelineCache)                                                                         \
    X(DestroyPipelineCache)                                                                        \
    X(GetPipelineCacheData)                                                                        \
    X(CreateComputePipelines)                                                                      \
    X(CreateGraphicsPipelines)                                                                     \
    X(DestroyPipeline)                                                                             \
    X(CreateSemaphore)                                                                             \
    X(DestroySemaphore)                                                                            \
    X(GetSemaphoreCounterValue)                                                                    \
    X(WaitSemaphores)                                                                              \
    X(CreateQueryPool)                                                                             \
    X(DestroyQueryPool)                                                                            \
    X(GetQueryPoolResults)                                                                         \
    X(CreateCommandPool)                                                                           \
    X(DestroyCommandPool)                                                                          \
    X(ResetCommandPool)                                                                            \
    X(AllocateCommandBuffers)                                                                      \
    X(BeginCommandBuffer)                                                                          \
    X(EndCommandBuffer)                                                                            \
    X(QueueSubmit2)                                                                                \
    X(CmdPipelineBarrier2)                                                                         \
    X(CmdBindPipeline)                                                                             \
    X(CmdPushDescriptorSetKHR)                                                                     \
    X(CmdPushConstants)                                                                            \
    X(CmdDispatch)                                                                                 \
    X(CmdBeginRendering)                                                                           \
    X(CmdEndRendering)                                                                             \
    X(CmdSetViewport)                                                                              \
    X(CmdSetScissor)                                                                               \
    X(CmdDraw)                                                                                     \
    X(CmdCopyBuffer)                                                                               \
    X(CmdCopyImageToBuffer)                                                                        \
    X(CmdFillBuffer)                                                                               \
    X(CmdUpdateBuffer)                                                                             \
    X(CmdResetQueryPool)                                                                           \
    X(CmdWriteTimestamp2)

struct trl_vk {
    PFN_vkGetInstanceProcAddr GetInstanceProcAddr;
#define TRL_VK_MEMBER(name) PFN_vk##name name;
    TRL_VK_GLOBAL_MAP(TRL_VK_MEMBER)
    TRL_VK_INSTANCE_MAP(TRL_VK_MEMBER)
    TRL_VK_DEBUG_MAP(TRL_VK_MEMBER)
    TRL_VK_DEVICE_MAP(TRL_VK_MEMBER)
#undef TRL_VK_MEMBER
};

struct trl_log;

/* Finds the loader of this machine. TRL_ERROR_DEVICE, with what to install, if there is none. */
int trl_vk_load_global(struct trl_vk *vk, struct trl_log *log);
int trl_vk_load_instance(struct trl_vk *vk, struct trl_log *log, VkInstance instance);
int trl_vk_load_device(struct trl_vk *vk, struct trl_log *log, VkDevice device);

/* "VK_ERROR_OUT_OF_HOST_MEMORY" and so on. */
const char *trl_vk_result_name(VkResult result);

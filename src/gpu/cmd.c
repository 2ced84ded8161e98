/* SPDX-License-Identifier: BSD-2-Clause */
#include "gpu/cmd.h"

#include "base/log.h"

#include <stdlib.h>

static const VkAccessFlags2 storage_read = VK_ACCESS_2_SHADER_STORAGE_READ_BIT;
static const VkAccessFlags2 storage_write =
    VK_ACCESS_2_SHADER_STORAGE_READ_BIT | VK_ACCESS_2_SHADER_STORAGE_WRITE_BIT;

int trl_gpu_cmd_create(struct trl_gpu_cmd **out, struct trl_device *device,
                       enum trl_gpu_queue queue)
{
    *out = NULL;
    const struct trl_vk *vk = &device->vk;
    struct trl_gpu_cmd *cmd = calloc(1, sizeof(*cmd));
    if (!cmd)
        return trl_fail_memory(device->log, "a command list", sizeof(*cmd));
    cmd->device = device;
    cmd->queue = device->async_compute ? queue : TRL_GPU_QUEUE_MAIN;
    int error = trl_vk_check(
        device,
        vk->CreateCommandPool(
            device->handle,
            &(VkCommandPoolCreateInfo){.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
                                       .flags = VK_COMMAND_POOL_CREATE_TRANSIENT_BIT,
                                       .queueFamilyIndex = device->queues[cmd->queue].family},
            NULL, &cmd->pool),
        "vkCreateCommandPool");
    if (!error)
        error = trl_vk_check(
            device,
            vk->AllocateCommandBuffers(device->handle,
                                       &(VkCommandBufferAllocateInfo){
                                           .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
                                           .commandPool = cmd->pool,
                                           .level = VK_COMMAND_BUFFER_LEVEL_PRIMARY,
                                           .commandBufferCount = 1},
                                       &cmd->handle),
            "vkAllocateCommandBuffers");
    if (!error && device->info.timestamp_period_ns > 0)
        error =
            trl_vk_check(device,
                         vk->CreateQueryPool(device->handle,
                                             &(VkQueryPoolCreateInfo){
                                                 .sType = VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO,
                                                 .queryType = VK_QUERY_TYPE_TIMESTAMP,
                                                 .queryCount = TRL_GPU_STAMPS_MAX},
                                             NULL, &cmd->stamps),
                         "vkCreateQueryPool");
    if (error) {
        trl_gpu_cmd_destroy(&cmd);
        return error;
    }
    *out = cmd;
    return 0;
}

void trl_gpu_cmd_destroy(struct trl_gpu_cmd **out)
{
    if (!out || !*out)
        return;
    struct trl_gpu_cmd *cmd = *out;
    struct trl_device *device = cmd->device;
    device->vk.DestroyQueryPool(device->handle, cmd->stamps, NULL);
    device->vk.DestroyCommandPool(device->handle, cmd->pool, NULL);
    free(cmd);
    *out = NULL;
}

int trl_gpu_cmd_begin(struct trl_gpu_cmd *cmd)
{
    struct trl_device *device = cmd->device;
    const struct trl_vk *vk = &device->vk;
    cmd->stamp_count = 0;
    cmd->labelled = false;
    cmd->pending = (VkMemoryBarrier2){.sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER_2};
    cmd->error = trl_vk_check(device, vk->ResetCommandPool(device->handle, cmd->pool, 0),
                              "vkResetCommandPool");
    if (!cmd->error)
        cmd->error = trl_vk_check(
            device,
            vk->BeginCommandBuffer(
                cmd->handle,
                &(VkCommandBufferBeginInfo){.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO,
                                            .flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT}),
            "vkBeginCommandBuffer");
    if (!cmd->error && cmd->stamps)
        vk->CmdResetQueryPool(cmd->handle, cmd->stamps, 0, TRL_GPU_STAMPS_MAX);
    return cmd->error;
}

void trl_gpu_cmd_stamp(struct trl_gpu_cmd *cmd, enum trl_gpu_stage stage)
{
    if (!cmd->stamps || cmd->stamp_count == TRL_GPU_STAMPS_MAX)
        return;
    cmd->device->vk.CmdWriteTimestamp2(cmd->handle, VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT,
                                       cmd->stamps, cmd->stamp_count);
    cmd->stamp_stages[cmd->stamp_count++] = stage;
}

void trl_gpu_cmd_stage(struct trl_gpu_cmd *cmd, enum trl_gpu_stage stage)
{
    static const char *const names[TRL_GPU_STAGE_COUNT] = {"sim",  "upload", "analyse", "view",
                                                           "pack", "copy",   "deliver"};
    const struct trl_vk *vk = &cmd->device->vk;
    if (cmd->error)
        return;
    /* The last stamp is kept for the end of the list. */
    if (cmd->stamp_count < TRL_GPU_STAMPS_MAX - 1)
        trl_gpu_cmd_stamp(cmd, stage);
    if (!cmd->device->debug)
        return;
    if (cmd->labelled)
        vk->CmdEndDebugUtilsLabelEXT(cmd->handle);
    vk->CmdBeginDebugUtilsLabelEXT(
        cmd->handle, &(VkDebugUtilsLabelEXT){.sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_LABEL_EXT,
                                             .pLabelName = names[stage]});
    cmd->labelled = true;
}

/*
 * Adds to the pending barrier what this access must wait for, and remembers the access. What was
 * done on another queue is ordered by the semaphores of the submission.
 */
static void use(struct trl_gpu_cmd *cmd, struct trl_access *last, VkPipelineStageFlags2 stage,
                VkAccessFlags2 access, bool write)
{
    if (last->queue != cmd->queue)
        *last = (struct trl_access){.queue = cmd->queue};
    VkMemoryBarrier2 *barrier = &cmd->pending;
    if (last->write_stages && (write || !(last->seen_stages & stage))) {
        barrier->srcStageMask |= last->write_stages;
        barrier->srcAccessMask |= last->write_access;
        barrier->dstStageMask |= stage;
        barrier->dstAccessMask |= access;
        last->seen_stages |= stage;
    }
    if (write) {
        if (last->read_stages) {
            barrier->srcStageMask |= last->read_stages;
            barrier->dstStageMask |= stage;
        }
        last->write_stages = stage;
        last->write_access = access;
        last->beside = false;
        last->seen_stages = 0;
        last->read_stages = 0;
    } else {
        last->read_stages |= stage;
    }
}

static void use_beside(struct trl_gpu_cmd *cmd, struct trl_access *last,
                       VkPipelineStageFlags2 stage, VkAccessFlags2 access)
{
    if (last->queue == cmd->queue && last->beside && last->write_stages == stage &&
        !last->read_stages)
        return;
    use(cmd, last, stage, access, true);
    last->beside = true;
}

static void flush_barrier(struct trl_gpu_cmd *cmd)
{
    if (!cmd->pending.srcStageMask)
        return;
    cmd->device->vk.CmdPipelineBarrier2(
        cmd->handle, &(VkDependencyInfo){.sType = VK_STRUCTURE_TYPE_DEPENDENCY_INFO,
                                         .memoryBarrierCount = 1,
                                         .pMemoryBarriers = &cmd->pending});
    cmd->pending = (VkMemoryBarrier2){.sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER_2};
}

/* Brings an image into a layout; what it held before is kept unless it is still undefined. */
static void use_image(struct trl_gpu_cmd *cmd, struct trl_gpu_image *image, VkImageLayout layout,
                      VkPipelineStageFlags2 stage, VkAccessFlags2 access)
{
    const VkImageMemoryBarrier2 barrier = {
        .sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER_2,
        .srcStageMask = image->access.write_stages,
        .srcAccessMask = image->access.write_access,
        .dstStageMask = stage,
        .dstAccessMask = access,
        .oldLayout = image->layout,
        .newLayout = layout,
        .srcQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED,
        .dstQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED,
        .image = image->handle,
        .subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1},
    };
    cmd->device->vk.CmdPipelineBarrier2(
        cmd->handle, &(VkDependencyInfo){.sType = VK_STRUCTURE_TYPE_DEPENDENCY_INFO,
                                         .imageMemoryBarrierCount = 1,
                                         .pImageMemoryBarriers = &barrier});
    image->layout = layout;
    image->access = (struct trl_access){.write_stages = stage, .write_access = access};
}

struct descriptors {
    VkDescriptorBufferInfo buffers[TRL_GPU_BINDING_MAX];
    VkBufferView texels[TRL_GPU_BINDING_MAX];
    VkWriteDescriptorSet writes[TRL_GPU_BINDING_MAX];
};

static int describe_storage(struct trl_gpu_cmd *cmd, const struct trl_gpu_binding *binding,
                            uint32_t n, struct descriptors *out)
{
    const uint64_t range_max = cmd->device->info.storage_buffer_bytes_max;
    const uint64_t size = binding->size ? binding->size : binding->buffer->size - binding->offset;
    if (size > range_max)
        return trl_fail(cmd->device->log, TRL_ERROR_UNSUPPORTED,
                        "a kernel needs %llu bytes of one buffer, %s allows %llu",
                        (unsigned long long)size, cmd->device->info.name,
                        (unsigned long long)range_max);
    out->buffers[n] = (VkDescriptorBufferInfo){binding->buffer->handle, binding->offset, size};
    out->writes[n] = (VkWriteDescriptorSet){
        .sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET,
        .dstBinding = n,
        .descriptorCount = 1,
        .descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER,
        .pBufferInfo = &out->buffers[n],
    };
    return 0;
}

static int describe_texels(struct trl_gpu_cmd *cmd, const struct trl_gpu_binding *binding,
                           uint32_t n, struct descriptors *out)
{
    if (binding->write || binding->offset || binding->size)
        return trl_fail(cmd->device->log, TRL_ERROR_INTERNAL,
                        "texel buffers are bound whole and only read");
    const int error = trl_gpu_buffer_words(binding->buffer, &out->texels[n]);
    out->writes[n] = (VkWriteDescriptorSet){
        .sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET,
        .dstBinding = n,
        .descriptorCount = 1,
        .descriptorType = VK_DESCRIPTOR_TYPE_UNIFORM_TEXEL_BUFFER,
        .pTexelBufferView = &out->texels[n],
    };
    return error;
}

static void bind(struct trl_gpu_cmd *cmd, const struct trl_gpu_call *call)
{
    const struct trl_vk *vk = &cmd->device->vk;
    const struct trl_gpu_kernel *kernel = call->kernel;
    const VkPipelineBindPoint point =
        kernel->fragment ? VK_PIPELINE_BIND_POINT_GRAPHICS : VK_PIPELINE_BIND_POINT_COMPUTE;
    struct descriptors descriptors;
    for (uint32_t n = 0; n < call->binding_count && !cmd->error; n++) {
        const struct trl_gpu_binding *binding = &call->bindings[n];
        const bool texel = kernel->texel_mask >> n & 1;
        cmd->error = texel ? describe_texels(cmd, binding, n, &descriptors)
                           : describe_storage(cmd, binding, n, &descriptors);
        if (!binding->write)
            use(cmd, &binding->buffer->access, kernel->sync_stages,
                texel ? VK_ACCESS_2_SHADER_SAMPLED_READ_BIT : storage_read, false);
    }
    /* Last, so that a buffer that is also read counts as written. */
    for (uint32_t n = 0; n < call->binding_count && !cmd->error; n++) {
        struct trl_access *access = &call->bindings[n].buffer->access;
        if (call->bindings[n].write && call->bindings[n].beside)
            use_beside(cmd, access, kernel->sync_stages, storage_write);
        else if (call->bindings[n].write)
            use(cmd, access, kernel->sync_stages, storage_write, true);
    }
    if (cmd->error)
        return;
    flush_barrier(cmd);
    vk->CmdBindPipeline(cmd->handle, point, kernel->pipeline);
    if (call->binding_count)
        vk->CmdPushDescriptorSetKHR(cmd->handle, point, kernel->layout, 0, call->binding_count,
                                    descriptors.writes);
    if (call->push_size)
        vk->CmdPushConstants(cmd->handle, kernel->layout, kernel->stages, 0, call->push_size,
                             call->push);
}

void trl_gpu_cmd_dispatch(struct trl_gpu_cmd *cmd, const struct trl_gpu_call *call,
                          uint32_t groups_x, uint32_t groups_y, uint32_t groups_z)
{
    if (cmd->error)
        return;
    bind(cmd, call);
    if (!cmd->error)
        cmd->device->vk.CmdDispatch(cmd->handle, groups_x, groups_y, groups_z);
}

/* Draws so many vertices into a part of the target. */
static void draw(struct trl_gpu_cmd *cmd, const struct trl_gpu_call *call,
                 struct trl_gpu_image *target, VkRect2D scissor, VkAttachmentLoadOp load,
                 uint32_t vertices)
{
    const struct trl_vk *vk = &cmd->device->vk;
    if (load == VK_ATTACHMENT_LOAD_OP_LOAD && target->layout == VK_IMAGE_LAYOUT_UNDEFINED)
        load = VK_ATTACHMENT_LOAD_OP_CLEAR;
    use_image(cmd, target, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL,
              VK_PIPELINE_STAGE_2_COLOR_ATTACHMENT_OUTPUT_BIT,
              VK_ACCESS_2_COLOR_ATTACHMENT_WRITE_BIT | VK_ACCESS_2_COLOR_ATTACHMENT_READ_BIT);
    bind(cmd, call);
    if (cmd->error)
        return;
    const VkRenderingAttachmentInfo attachment = {
        .sType = VK_STRUCTURE_TYPE_RENDERING_ATTACHMENT_INFO,
        .imageView = target->view,
        .imageLayout = VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL,
        .loadOp = load,
        .storeOp = VK_ATTACHMENT_STORE_OP_STORE,
    };
    vk->CmdBeginRendering(
        cmd->handle, &(VkRenderingInfo){.sType = VK_STRUCTURE_TYPE_RENDERING_INFO,
                                        .renderArea = {.extent = {target->width, target->height}},
                                        .layerCount = 1,
                                        .colorAttachmentCount = 1,
                                        .pColorAttachments = &attachment});
    vk->CmdSetViewport(cmd->handle, 0, 1,
                       &(VkViewport){.width = (float)target->width,
                                     .height = (float)target->height,
                                     .maxDepth = 1.0f});
    vk->CmdSetScissor(cmd->handle, 0, 1, &scissor);
    if (vertices)
        vk->CmdDraw(cmd->handle, vertices, 1, 0, 0);
    vk->CmdEndRendering(cmd->handle);
}

void trl_gpu_cmd_draw(struct trl_gpu_cmd *cmd, const struct trl_gpu_call *call,
                      struct trl_gpu_image *target, uint32_t x, uint32_t y, uint32_t width,
                      uint32_t height)
{
    if (cmd->error)
        return;
    const bool covers = !x && !y && width == target->width && height == target->height;
    draw(cmd, call, target, (VkRect2D){{(int32_t)x, (int32_t)y}, {width, height}},
         covers ? VK_ATTACHMENT_LOAD_OP_DONT_CARE : VK_ATTACHMENT_LOAD_OP_LOAD, 3);
}

void trl_gpu_cmd_draw_points(struct trl_gpu_cmd *cmd, const struct trl_gpu_call *call,
                             struct trl_gpu_image *target, uint32_t count, bool clear)
{
    if (!cmd->error)
        draw(cmd, call, target, (VkRect2D){{0, 0}, {target->width, target->height}},
             clear ? VK_ATTACHMENT_LOAD_OP_CLEAR : VK_ATTACHMENT_LOAD_OP_LOAD, count);
}

_Static_assert(sizeof(struct trl_gpu_region) == sizeof(VkBufferCopy) &&
                   offsetof(struct trl_gpu_region, dst_offset) == offsetof(VkBufferCopy, dstOffset),
               "regions are handed on as they are");

void trl_gpu_cmd_copy_regions(struct trl_gpu_cmd *cmd, struct trl_gpu_buffer *dst,
                              struct trl_gpu_buffer *src, const struct trl_gpu_region *regions,
                              uint32_t region_count)
{
    if (cmd->error || !region_count)
        return;
    use(cmd, &src->access, VK_PIPELINE_STAGE_2_ALL_TRANSFER_BIT, VK_ACCESS_2_TRANSFER_READ_BIT,
        false);
    use(cmd, &dst->access, VK_PIPELINE_STAGE_2_ALL_TRANSFER_BIT, VK_ACCESS_2_TRANSFER_WRITE_BIT,
        true);
    flush_barrier(cmd);
    cmd->device->vk.CmdCopyBuffer(cmd->handle, src->handle, dst->handle, region_count,
                                  (const VkBufferCopy *)regions);
}

void trl_gpu_cmd_copy(struct trl_gpu_cmd *cmd, struct trl_gpu_buffer *dst, uint64_t dst_offset,
                      struct trl_gpu_buffer *src, uint64_t src_offset, uint64_t size)
{
    const struct trl_gpu_region region = {src_offset, dst_offset, size};
    trl_gpu_cmd_copy_regions(cmd, dst, src, &region, size ? 1 : 0);
}

void trl_gpu_cmd_copy_image(struct trl_gpu_cmd *cmd, struct trl_gpu_buffer *dst,
                            uint64_t dst_offset, uint32_t stride_pixels, struct trl_gpu_image *src)
{
    if (cmd->error)
        return;
    use(cmd, &dst->access, VK_PIPELINE_STAGE_2_ALL_TRANSFER_BIT, VK_ACCESS_2_TRANSFER_WRITE_BIT,
        true);
    flush_barrier(cmd);
    use_image(cmd, src, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, VK_PIPELINE_STAGE_2_ALL_TRANSFER_BIT,
              VK_ACCESS_2_TRANSFER_READ_BIT);
    const VkBufferImageCopy region = {
        .bufferOffset = dst_offset,
        .bufferRowLength = stride_pixels,
        .imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1},
        .imageExtent = {src->width, src->height, 1},
    };
    cmd->device->vk.CmdCopyImageToBuffer(
        cmd->handle, src->handle, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, dst->handle, 1, &region);
}

void trl_gpu_cmd_fill(struct trl_gpu_cmd *cmd, struct trl_gpu_buffer *buffer, uint64_t offset,
                      uint64_t size, uint32_t word)
{
    if (cmd->error || !size)
        return;
    use(cmd, &buffer->access, VK_PIPELINE_STAGE_2_ALL_TRANSFER_BIT, VK_ACCESS_2_TRANSFER_WRITE_BIT,
        true);
    flush_barrier(cmd);
    cmd->device->vk.CmdFillBuffer(cmd->handle, buffer->handle, offset, size, word);
}

void trl_gpu_cmd_update(struct trl_gpu_cmd *cmd, struct trl_gpu_buffer *buffer, uint64_t offset,
                        const void *data, uint64_t size)
{
    if (cmd->error || !size)
        return;
    use(cmd, &buffer->access, VK_PIPELINE_STAGE_2_ALL_TRANSFER_BIT, VK_ACCESS_2_TRANSFER_WRITE_BIT,
        true);
    flush_barrier(cmd);
    const uint64_t part = 65536; /* what one command takes */
    for (uint64_t at = 0; at < size; at += part)
        cmd->device->vk.CmdUpdateBuffer(cmd->handle, buffer->handle, offset + at,
                                        size - at < part ? size - at : part,
                                        (const char *)data + at);
}

void trl_gpu_cmd_to_host(struct trl_gpu_cmd *cmd, struct trl_gpu_buffer *buffer)
{
    if (cmd->error)
        return;
    use(cmd, &buffer->access, VK_PIPELINE_STAGE_2_HOST_BIT, VK_ACCESS_2_HOST_READ_BIT, false);
    flush_barrier(cmd);
}

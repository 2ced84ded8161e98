/* SPDX-License-Identifier: BSD-2-Clause */
#include "gpu/cmd.h"

#include "base/clock.h"
#include "base/log.h"

#include <sched.h>

enum { WAITS_MAX = 4 };

static struct trl_queue *queue_of(struct trl_device *device, enum trl_gpu_queue queue)
{
    return &device->queues[device->async_compute ? queue : TRL_GPU_QUEUE_MAIN];
}

static int end_list(struct trl_gpu_cmd *cmd)
{
    struct trl_device *device = cmd->device;
    if (cmd->error)
        return cmd->error;
    if (cmd->stamp_count)
        trl_gpu_cmd_stamp(cmd, cmd->stamp_stages[cmd->stamp_count - 1]);
    if (cmd->labelled)
        device->vk.CmdEndDebugUtilsLabelEXT(cmd->handle);
    return trl_vk_check(device, device->vk.EndCommandBuffer(cmd->handle), "vkEndCommandBuffer");
}

int trl_gpu_submit(struct trl_gpu_cmd *cmd, const struct trl_gpu_point *waits, uint32_t wait_count,
                   struct trl_gpu_point *done)
{
    struct trl_device *device = cmd->device;
    struct trl_queue *queue = &device->queues[cmd->queue];
    *done = (struct trl_gpu_point){.queue = cmd->queue};
    int error = end_list(cmd);
    if (error)
        return error;
    if (trl_gpu_lost(device))
        return TRL_ERROR_DEVICE_LOST;
    if (wait_count > WAITS_MAX)
        return trl_fail(device->log, TRL_ERROR_INTERNAL, "a list waits for %u points, not %d",
                        wait_count, WAITS_MAX);
    VkSemaphoreSubmitInfo semaphores[WAITS_MAX];
    uint32_t count = 0;
    for (uint32_t n = 0; n < wait_count; n++)
        if (waits[n].value && queue_of(device, waits[n].queue) != queue)
            semaphores[count++] = (VkSemaphoreSubmitInfo){
                .sType = VK_STRUCTURE_TYPE_SEMAPHORE_SUBMIT_INFO,
                .semaphore = queue_of(device, waits[n].queue)->timeline,
                .value = waits[n].value,
                .stageMask = VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT,
            };
    pthread_mutex_lock(&device->lock);
    const VkSemaphoreSubmitInfo signal = {
        .sType = VK_STRUCTURE_TYPE_SEMAPHORE_SUBMIT_INFO,
        .semaphore = queue->timeline,
        .value = queue->submitted + 1,
        .stageMask = VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT,
    };
    const VkCommandBufferSubmitInfo buffer = {.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_SUBMIT_INFO,
                                              .commandBuffer = cmd->handle};
    const VkSubmitInfo2 submit = {
        .sType = VK_STRUCTURE_TYPE_SUBMIT_INFO_2,
        .waitSemaphoreInfoCount = count,
        .pWaitSemaphoreInfos = semaphores,
        .commandBufferInfoCount = 1,
        .pCommandBufferInfos = &buffer,
        .signalSemaphoreInfoCount = 1,
        .pSignalSemaphoreInfos = &signal,
    };
    error = trl_vk_check(device, device->vk.QueueSubmit2(queue->handle, 1, &submit, VK_NULL_HANDLE),
                         "vkQueueSubmit2");
    if (!error)
        done->value = ++queue->submitted;
    pthread_mutex_unlock(&device->lock);
    return error;
}

void trl_gpu_cmd_times(struct trl_gpu_cmd *cmd, int64_t ns[TRL_GPU_STAGE_COUNT])
{
    struct trl_device *device = cmd->device;
    for (int n = 0; n < TRL_GPU_STAGE_COUNT; n++)
        ns[n] = 0;
    uint64_t ticks[TRL_GPU_STAMPS_MAX];
    if (cmd->stamp_count < 2 || trl_gpu_lost(device))
        return;
    if (device->vk.GetQueryPoolResults(device->handle, cmd->stamps, 0, cmd->stamp_count,
                                       sizeof(ticks), ticks, sizeof(ticks[0]),
                                       VK_QUERY_RESULT_64_BIT) != VK_SUCCESS)
        return;
    for (uint32_t n = 0; n + 1 < cmd->stamp_count; n++)
        ns[cmd->stamp_stages[n]] +=
            (int64_t)((double)((ticks[n + 1] - ticks[n]) & device->timestamp_mask) *
                      device->info.timestamp_period_ns);
}

/* For want of memory a driver may fail to wait, but what waits is about to free what the device
 * uses: it must not go on before the point is reached. */
static int poll_point(struct trl_device *device, struct trl_gpu_point point, int64_t timeout_ns)
{
    const int64_t start_ns = trl_clock_now_ns();
    const VkSemaphore timeline = queue_of(device, point.queue)->timeline;
    uint64_t value = 0;
    do {
        const VkResult result =
            device->vk.GetSemaphoreCounterValue(device->handle, timeline, &value);
        if (result == VK_ERROR_DEVICE_LOST)
            return trl_vk_check(device, result, "vkGetSemaphoreCounterValue");
        if (result == VK_SUCCESS && value >= point.value)
            return 0;
        sched_yield();
    } while (trl_clock_now_ns() - start_ns < timeout_ns);
    return 1;
}

int trl_gpu_wait(struct trl_device *device, struct trl_gpu_point point, int64_t timeout_ns)
{
    if (trl_gpu_lost(device))
        return TRL_ERROR_DEVICE_LOST;
    const VkSemaphoreWaitInfo info = {
        .sType = VK_STRUCTURE_TYPE_SEMAPHORE_WAIT_INFO,
        .semaphoreCount = 1,
        .pSemaphores = &queue_of(device, point.queue)->timeline,
        .pValues = &point.value,
    };
    const VkResult result = device->vk.WaitSemaphores(device->handle, &info, (uint64_t)timeout_ns);
    if (result == VK_TIMEOUT)
        return 1;
    if (result == VK_ERROR_OUT_OF_HOST_MEMORY || result == VK_ERROR_OUT_OF_DEVICE_MEMORY)
        return poll_point(device, point, timeout_ns);
    return trl_vk_check(device, result, "vkWaitSemaphores");
}

int trl_gpu_wait_or_lose(struct trl_device *device, struct trl_gpu_point point, int64_t timeout_ns)
{
    const int error = trl_gpu_wait(device, point, timeout_ns);
    if (error <= 0)
        return error;
    if (!atomic_exchange(&device->lost, true))
        trl_fail(device->log, TRL_ERROR_DEVICE_LOST,
                 "%s has not finished within %lld ms and counts as lost", device->info.name,
                 (long long)(timeout_ns / 1000000));
    return TRL_ERROR_DEVICE_LOST;
}

bool trl_gpu_through(struct trl_device *device, int64_t timeout_ns)
{
    VkSemaphore timelines[2];
    uint64_t values[2];
    uint32_t count = 0;
    pthread_mutex_lock(&device->lock);
    for (int n = 0; n < 2; n++) {
        if (!device->queues[n].timeline)
            continue;
        timelines[count] = device->queues[n].timeline;
        values[count++] = device->queues[n].submitted;
    }
    pthread_mutex_unlock(&device->lock);
    const VkSemaphoreWaitInfo info = {
        .sType = VK_STRUCTURE_TYPE_SEMAPHORE_WAIT_INFO,
        .semaphoreCount = count,
        .pSemaphores = timelines,
        .pValues = values,
    };
    const VkResult result =
        count ? device->vk.WaitSemaphores(device->handle, &info, (uint64_t)timeout_ns) : VK_SUCCESS;
    /* A device that the driver itself calls lost does nothing more. */
    return result == VK_SUCCESS || result == VK_ERROR_DEVICE_LOST;
}

bool trl_gpu_reached(struct trl_device *device, struct trl_gpu_point point)
{
    uint64_t value = 0;
    if (trl_gpu_lost(device))
        return false;
    const int error =
        trl_vk_check(device,
                     device->vk.GetSemaphoreCounterValue(
                         device->handle, queue_of(device, point.queue)->timeline, &value),
                     "vkGetSemaphoreCounterValue");
    return !error && value >= point.value;
}

void trl_gpu_idle(struct trl_device *device)
{
    if (trl_gpu_lost(device))
        return;
    pthread_mutex_lock(&device->lock);
    const VkResult result = device->vk.DeviceWaitIdle(device->handle);
    pthread_mutex_unlock(&device->lock);
    if (result == VK_ERROR_DEVICE_LOST)
        trl_vk_check(device, result, "vkDeviceWaitIdle");
    else if (result < 0)
        for (int n = 0; n < (device->async_compute ? 2 : 1); n++)
            trl_gpu_wait(device,
                         (struct trl_gpu_point){(enum trl_gpu_queue)n, device->queues[n].submitted},
                         INT64_MAX);
}

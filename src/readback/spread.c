/* SPDX-License-Identifier: BSD-2-Clause */
#include "readback/spread.h"

#include "base/log.h"

#include <stdlib.h>
#include <string.h>

enum { LOCAL_SIZE = 64 };

/* Row y of a plane is the mean of two source rows. */
struct entry {
    uint32_t y;
    uint16_t upper, lower;
};

/* How one kind of plane is filled: some rows by copies, the rest by the kernel. */
struct plan {
    struct entry *copied;
    uint32_t copied_count;
    struct trl_gpu_buffer *list; /* of the rest */
    uint32_t listed_count;
};

struct trl_spread {
    struct trl_device *device;
    struct trl_gpu_kernel *kernel;
    struct plan full, half;
    struct trl_gpu_region *regions; /* as many as a plane has rows */
};

static uint16_t source_row(const struct trl_picture *picture, bool mapped, int y)
{
    const int row = y < picture->height ? y : picture->height - 1;
    if (!mapped)
        return (uint16_t)row;
    const int cell_row = picture->row_map[row];
    return (uint16_t)(cell_row < picture->cell_rows ? cell_row : picture->cell_rows);
}

static int upload_list(struct trl_spread *spread, struct plan *plan, const struct entry *entries)
{
    const size_t size = plan->listed_count * sizeof(*entries);
    int error = trl_gpu_buffer_create(
        &plan->list, spread->device,
        &(struct trl_gpu_buffer_params){
            .name = "row list", .size_bytes = size, .memory = TRL_GPU_MEMORY_UPLOAD});
    if (error)
        return error;
    memcpy(trl_gpu_buffer_map(plan->list), entries, size);
    return trl_gpu_buffer_flush(plan->list, 0, size);
}

static int make_plan(struct trl_spread *spread, struct plan *plan,
                     const struct trl_picture *picture, bool mapped, bool half)
{
    const int rows = half ? (picture->height + 1) / 2 : picture->height + (picture->height & 1);
    const bool copies = trl_device_info(spread->device)->type == TRL_DEVICE_SOFTWARE;
    const size_t size = (size_t)rows * sizeof(struct entry);
    struct entry *listed = malloc(size);
    plan->copied = malloc(size);
    if (!listed || !plan->copied) {
        free(listed);
        return trl_fail_memory(trl_gpu_log(spread->device), "a row list", size);
    }
    for (int y = 0; y < rows; y++) {
        const struct entry entry = {
            .y = (uint32_t)y,
            .upper = source_row(picture, mapped, half ? 2 * y : y),
            .lower = source_row(picture, mapped, half ? 2 * y + 1 : y),
        };
        if (copies && entry.upper == entry.lower)
            plan->copied[plan->copied_count++] = entry;
        else
            listed[plan->listed_count++] = entry;
    }
    const int error = plan->listed_count ? upload_list(spread, plan, listed) : 0;
    free(listed);
    return error;
}

int trl_spread_create(struct trl_spread **out, struct trl_device *device,
                      const struct trl_picture *picture, bool mapped)
{
    *out = NULL;
    struct trl_log *log = trl_gpu_log(device);
    const size_t rows = (size_t)picture->height + 1;
    struct trl_spread *spread = calloc(1, sizeof(*spread));
    if (!spread)
        return trl_fail_memory(log, "row lists", sizeof(*spread));
    spread->device = device;
    const struct trl_device_info *info = trl_device_info(device);
    const uint32_t local = info->type == TRL_DEVICE_SOFTWARE ? info->subgroup_size : LOCAL_SIZE;
    int error = 0;
    spread->regions = malloc(rows * sizeof(*spread->regions));
    if (!spread->regions)
        error = trl_fail_memory(log, "row lists", rows * sizeof(*spread->regions));
    if (!error)
        error = make_plan(spread, &spread->full, picture, mapped, false);
    if (!error)
        error = make_plan(spread, &spread->half, picture, mapped, true);
    if (!error)
        error = trl_gpu_kernel_create(
            &spread->kernel, device,
            &(struct trl_gpu_kernel_params){
                .shader = TRL_SHADER_PACK_SPREAD_COMP, .spec = {local}, .spec_count = 1});
    if (error) {
        trl_spread_destroy(&spread);
        return error;
    }
    *out = spread;
    return 0;
}

void trl_spread_destroy(struct trl_spread **out)
{
    if (!out || !*out)
        return;
    struct trl_spread *spread = *out;
    free(spread->full.copied);
    free(spread->half.copied);
    trl_gpu_buffer_destroy(&spread->full.list);
    trl_gpu_buffer_destroy(&spread->half.list);
    trl_gpu_kernel_destroy(&spread->kernel);
    free(spread->regions);
    free(spread);
    *out = NULL;
}

void trl_spread_record(struct trl_spread *spread, struct trl_gpu_cmd *cmd,
                       const struct trl_spread_push *push, bool half, struct trl_gpu_buffer *source,
                       struct trl_gpu_buffer *target)
{
    const struct plan *plan = half ? &spread->half : &spread->full;
    for (uint32_t n = 0; n < plan->copied_count; n++)
        spread->regions[n] = (struct trl_gpu_region){
            .src_offset = 4ull * (push->source_offset +
                                  (uint64_t)plan->copied[n].upper * push->source_stride),
            .dst_offset = 4ull * (push->offset + (uint64_t)plan->copied[n].y * push->stride),
            .size = 4ull * push->words,
        };
    trl_gpu_cmd_copy_regions(cmd, target, source, spread->regions, plan->copied_count);
    if (!plan->listed_count)
        return;
    trl_gpu_cmd_dispatch(cmd,
                         &(struct trl_gpu_call){.kernel = spread->kernel,
                                                .bindings = {{.buffer = source},
                                                             {.buffer = plan->list},
                                                             {.buffer = target, .write = true}},
                                                .binding_count = 3,
                                                .push = push,
                                                .push_size = sizeof(*push)},
                         plan->listed_count, 1, 1);
}

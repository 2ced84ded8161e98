/* SPDX-License-Identifier: BSD-2-Clause */
#include "gpu/window.h"

#include "base/log.h"
#include "base/math.h"

#include <tensorreel/error.h>

/* Elements between the first and the last of a block of so many units, at most. */
static int64_t block_span(const struct trl_windows *w)
{
    int64_t span = 0;
    for (int n = 0; n < 3; n++) {
        int64_t stride = w->axis[n].stride;
        span += (w->block[n] * w->axis[n].unit_elements - 1) * (stride < 0 ? -stride : stride);
    }
    return span;
}

/* Halves the axis that spans most. False if there is nothing left to cut. */
static bool cut(struct trl_windows *w)
{
    int widest = -1;
    int64_t most = 0;
    for (int n = 0; n < 3; n++) {
        int64_t stride = w->axis[n].stride < 0 ? -w->axis[n].stride : w->axis[n].stride;
        int64_t span = w->block[n] * w->axis[n].unit_elements * stride;
        if (w->block[n] > 1 && span > most) {
            most = span;
            widest = n;
        }
    }
    if (widest < 0)
        return false;
    w->block[widest] = (w->block[widest] + 1) / 2;
    return true;
}

int trl_windows_begin(struct trl_windows *w, struct trl_device *device,
                      const struct trl_gpu_tensor *tensor, const struct trl_window_axis axis[3])
{
    const int64_t size = (int64_t)trl_dtype_size(tensor->layout.dtype);
    *w = (struct trl_windows){
        .tensor = tensor,
        .limit = trl_device_info(device)->storage_buffer_bytes_max,
        .alignment = trl_gpu_binding_alignment(device),
        .software = trl_device_info(device)->type == TRL_DEVICE_SOFTWARE,
    };
    /* Elements are numbered in 32 bits. */
    const int64_t room = trl_min_i64((int64_t)(w->limit - w->alignment - 4) / size, UINT32_MAX / 2);
    for (int n = 0; n < 3; n++) {
        w->axis[n] = axis[n];
        w->block[n] = axis[n].units;
    }
    if (block_span(w) >= room)
        w->block[0] = 1;
    while (block_span(w) >= room)
        if (!cut(w))
            return trl_fail(trl_gpu_log(device), TRL_ERROR_UNSUPPORTED,
                            "picture: a part of the tensor that is read at once spans %lld bytes; "
                            "this device binds at most %llu. Copy the tensor to C order",
                            (long long)block_span(w) * (long long)size,
                            (unsigned long long)w->limit);
    return 0;
}

/* The elements of the block along an axis. */
static void elements(const struct trl_windows *w, int n, int64_t *first, int64_t *last)
{
    const uint32_t *bounds = w->axis[n].bounds;
    *first = bounds ? bounds[w->start[n]] : w->start[n];
    *last = (bounds ? bounds[w->start[n] + w->count[n]] : w->start[n] + w->count[n]) - 1;
}

static void place_window(struct trl_windows *w)
{
    const struct trl_layout *layout = &w->tensor->layout;
    int64_t low = layout->offset, high = layout->offset;
    for (int n = 0; n < 3; n++) {
        int64_t first, last;
        elements(w, n, &first, &last);
        const int64_t stride = w->axis[n].stride;
        low += stride * (stride < 0 ? last : first);
        high += stride * (stride < 0 ? first : last);
    }
    const int64_t size = (int64_t)trl_dtype_size(layout->dtype);
    const uint64_t start = (uint64_t)(low * size) / w->alignment * w->alignment;
    const uint64_t end = trl_align_up((uint64_t)((high + 1) * size), 4);
    w->binding = (struct trl_gpu_binding){w->tensor->buffer, start, end - start, false};
    w->base = (uint32_t)((uint64_t)layout->offset - start / (uint64_t)size);
}

bool trl_windows_next(struct trl_windows *w)
{
    int n = 2;
    if (w->started)
        for (; n >= 0; n--) {
            w->start[n] += w->block[n];
            if (w->start[n] < w->axis[n].units)
                break;
            w->start[n] = 0;
        }
    if (n < 0)
        return false;
    w->started = true;
    for (n = 0; n < 3; n++)
        w->count[n] = trl_min_i64(w->block[n], w->axis[n].units - w->start[n]);
    place_window(w);
    return true;
}

bool trl_windows_single(const struct trl_windows *w)
{
    return w->block[0] == w->axis[0].units && w->block[1] == w->axis[1].units &&
           w->block[2] == w->axis[2].units;
}

static void swap_axes(struct trl_window_axis *a, struct trl_window_axis *b)
{
    struct trl_window_axis swap = *a;
    *a = *b;
    *b = swap;
}

void trl_window_walk(const struct trl_gpu_tensor *tensor, struct trl_gpu_tensor *out,
                     struct trl_window_axis axis[3])
{
    const struct trl_layout *layout = &tensor->layout;
    *out = *tensor;
    int used = 0;
    for (int n = 0; n < 3; n++) {
        if (layout->shape[n] == 1)
            continue;
        axis[used] = (struct trl_window_axis){layout->shape[n], 1, NULL, layout->stride[n]};
        if (axis[used].stride < 0) {
            out->layout.offset += axis[used].stride * (axis[used].units - 1);
            axis[used].stride = -axis[used].stride;
        }
        /* Largest stride first. */
        for (int at = used++; at > 0 && axis[at - 1].stride < axis[at].stride; at--)
            swap_axes(&axis[at - 1], &axis[at]);
    }
    for (int n = used - 2; n >= 0; n--) {
        const struct trl_window_axis *outer = &axis[n], *inner = &axis[n + 1];
        if (outer->stride != inner->stride * inner->units)
            continue;
        axis[n] = (struct trl_window_axis){outer->units * inner->units, 1, NULL, inner->stride};
        for (int at = n + 1; at < used - 1; at++)
            axis[at] = axis[at + 1];
        used--;
    }
    for (; used < 3; used++)
        axis[used] = (struct trl_window_axis){1, 1, NULL, 0};
    for (int n = 0; n < 2; n++)
        if (axis[n].units > axis[2].units)
            swap_axes(&axis[n], &axis[2]);
}

void trl_window_walk_block(const struct trl_windows *w, trl_walk *walk, uint32_t groups[2])
{
    const int64_t wanted = w->software ? 32 : 2048; /* workgroups */
    const int64_t lines = w->count[0] * w->count[1];
    const int64_t across = (wanted + lines - 1) / lines;
    const int64_t lanes = (w->count[2] + TRL_WALK_LANES - 1) / TRL_WALK_LANES;
    const int64_t steps = trl_max_i64(lanes / across, trl_min_i64(lanes, 4));
    *walk = (trl_walk){.base = w->base, .steps = (uint32_t)steps};
    for (int n = 0; n < 3; n++) {
        walk->base += (uint32_t)(w->start[n] * w->axis[n].stride);
        walk->stride[2 - n] = (uint32_t)w->axis[n].stride;
        walk->count[2 - n] = (uint32_t)w->count[n];
    }
    groups[0] = (uint32_t)((lanes + steps - 1) / steps);
    groups[1] = (uint32_t)trl_min_i64(lines, trl_max_i64(1, wanted / groups[0]));
}

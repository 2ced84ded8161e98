/* SPDX-License-Identifier: BSD-2-Clause */
#include "ops/filter_band.h"

#include "base/log.h"
#include "base/math.h"

#include <tensorreel/error.h>

static int64_t reach(int64_t count, int64_t stride)
{
    return (count - 1) * (stride < 0 ? -stride : stride);
}

/* Bytes from the first to the last element of so many tiles and rows. */
static int64_t span(const struct trl_layout *layout, int64_t tiles, int64_t rows)
{
    const int64_t elements = reach(tiles, layout->stride[0]) + reach(rows, layout->stride[1]) +
                             reach(layout->shape[2], layout->stride[2]) + 1;
    return elements * (int64_t)trl_dtype_size(layout->dtype);
}

int trl_filter_bands_begin(struct trl_filter_bands *b, struct trl_device *device, uint64_t limit,
                           const struct trl_layout *in, int above, int below)
{
    const int64_t *shape = in->shape;
    const uint64_t most = trl_device_info(device)->storage_buffer_bytes_max;
    *b = (struct trl_filter_bands){
        .limit = limit && limit < most ? limit : most,
        .alignment = trl_gpu_binding_alignment(device),
        .tiles = shape[0],
        .rows = shape[1],
    };
    /* Elements are numbered in 32 bits, and so are the runs of a dispatch. */
    const int64_t room =
        trl_min_i64((int64_t)b->limit - (int64_t)b->alignment - 4, (int64_t)UINT32_MAX / 2);
    for (;;) {
        const int64_t read = trl_min_i64(b->rows + above + below, shape[1]);
        const int64_t most_bytes = trl_max_i64(
            span(in, b->tiles, read), b->tiles * b->rows * shape[2] * (int64_t)sizeof(float));
        if (most_bytes <= room)
            return 0;
        if (b->tiles > 1)
            b->tiles = (b->tiles + 1) / 2;
        else if (b->rows > 1)
            b->rows = (b->rows + 1) / 2;
        else
            return trl_fail(trl_gpu_log(device), TRL_ERROR_UNSUPPORTED,
                            "filters: a row and what the window reaches spans %lld bytes; this "
                            "device binds at most %llu. Copy the tensor to C order, or use a "
                            "smaller window",
                            (long long)most_bytes, (unsigned long long)b->limit);
    }
}

bool trl_filter_bands_next(struct trl_filter_bands *b, const struct trl_layout *in)
{
    if (b->started)
        b->row += b->rows;
    if (b->row >= in->shape[1]) {
        b->row = 0;
        b->tile += b->tiles;
    }
    b->started = true;
    if (b->tile >= in->shape[0])
        return false;
    b->tile_count = trl_min_i64(b->tiles, in->shape[0] - b->tile);
    b->row_count = trl_min_i64(b->rows, in->shape[1] - b->row);
    return true;
}

static void widen(int64_t first, int64_t last, int64_t stride, int64_t *low, int64_t *high)
{
    *low += stride * (stride < 0 ? last : first);
    *high += stride * (stride < 0 ? first : last);
}

struct trl_gpu_binding trl_filter_bands_bind(const struct trl_filter_bands *b,
                                             const struct trl_gpu_tensor *tensor, int64_t row,
                                             int64_t row_end, uint32_t *base)
{
    const struct trl_layout *layout = &tensor->layout;
    const uint64_t size = trl_dtype_size(layout->dtype);
    int64_t low = layout->offset, high = layout->offset;
    widen(b->tile, b->tile + b->tile_count - 1, layout->stride[0], &low, &high);
    widen(row, row_end - 1, layout->stride[1], &low, &high);
    widen(0, layout->shape[2] - 1, layout->stride[2], &low, &high);
    const uint64_t start = (uint64_t)low * size / b->alignment * b->alignment;
    const uint64_t end = trl_align_up((uint64_t)(high + 1) * size, 4);
    *base = (uint32_t)((uint64_t)layout->offset - start / size);
    return (struct trl_gpu_binding){.buffer = tensor->buffer, .offset = start, .size = end - start};
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "stream/feed.h"

#include "base/log.h"
#include "base/math.h"
#include "tensor/layout.h"

#include <stdlib.h>
#include <string.h>

#include <tensorreel/error.h>

int trl_feed_init(struct trl_feed *feed, struct trl_device *device, const char *name)
{
    *feed = (struct trl_feed){.name = name ? strdup(name) : NULL};
    if (name && !feed->name)
        return trl_fail_memory(trl_gpu_log(device), "an input", strlen(name));
    return trl_uploads_create(&feed->uploads, device);
}

void trl_feed_destroy(struct trl_feed *feed)
{
    trl_uploads_destroy(&feed->uploads);
    free(feed->name);
    feed->name = NULL;
}

int trl_feed_layout(struct trl_log *log, const struct trl_layout *in, struct trl_layout *out)
{
    if (in->rank < 0 || in->rank > 3)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "a frame has 1 to 3 axes (tiles, rows, columns), not %d", in->rank);
    const struct trl_layout given = *in;
    *out = given;
    out->rank = 3;
    for (int n = 0; n < 3; n++) {
        const int from = n - (3 - given.rank);
        out->shape[n] = from < 0 ? 1 : given.shape[from];
        out->stride[n] = from < 0 ? 0 : given.stride[from];
    }
    return 0;
}

/* The elements that the layout reaches. */
struct reach {
    int64_t low, high;
};

static int find_reach(struct trl_log *log, const struct trl_layout *layout, uint64_t size_bytes,
                      struct reach *out)
{
    const size_t element = trl_dtype_size(layout->dtype);
    if (!element)
        return trl_fail(log, TRL_ERROR_USAGE, "a frame's dtype %d is unknown", (int)layout->dtype);
    if (!trl_layout_bounds(layout, &out->low, &out->high) || out->low < 0 ||
        (uint64_t)out->high >= size_bytes / element)
        return trl_fail(log, TRL_ERROR_USAGE, "a frame's layout reaches beyond its %llu bytes",
                        (unsigned long long)size_bytes);
    return 0;
}

int trl_feed_check(struct trl_log *log, const struct trl_layout *layout, uint64_t size_bytes)
{
    struct reach reach;
    return find_reach(log, layout, size_bytes, &reach);
}

int trl_feed_copy(struct trl_feed *feed, struct trl_log *log, const struct trl_layout *layout,
                  const void *data, uint64_t size_bytes)
{
    struct reach reach;
    struct trl_upload_target upload;
    int error = find_reach(log, layout, size_bytes, &reach);
    if (error)
        return error;
    const size_t element = trl_dtype_size(layout->dtype);
    const uint64_t count = (uint64_t)(reach.high - reach.low + 1);
    const bool wide = element == 8;
    const uint64_t bytes = trl_align_up(count * (wide ? 4 : element), 4);
    error = trl_uploads_next(feed->uploads, bytes, &upload);
    if (error)
        return error;
    const char *from = (const char *)data + (uint64_t)reach.low * element;
    feed->tensor = (struct trl_gpu_tensor){.buffer = upload.buffer, .layout = *layout};
    feed->tensor.layout.offset -= reach.low;
    if (wide) {
        trl_narrow_f32(layout->dtype, layout->big_endian, from, upload.data, (int64_t)count);
        feed->tensor.layout.dtype = TRL_DTYPE_F32;
        feed->tensor.layout.big_endian = false;
    } else {
        memcpy(upload.data, from, count * element);
    }
    feed->waiting_bytes = bytes;
    return 0;
}

int trl_feed_record(struct trl_feed *feed, struct trl_gpu_cmd *cmd)
{
    if (!feed->waiting_bytes)
        return 0;
    const int error = trl_uploads_record(feed->uploads, cmd, feed->waiting_bytes);
    feed->waiting_bytes = 0;
    return error;
}

void trl_feed_used(struct trl_feed *feed, struct trl_gpu_point point)
{
    if (feed->uploads)
        trl_uploads_used(feed->uploads, point);
}

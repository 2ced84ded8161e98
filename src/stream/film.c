/* SPDX-License-Identifier: BSD-2-Clause */
#include "stream/stream.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/math.h"
#include "source/source.h"
#include "tensor/layout.h"
#include "tensor/scan.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES_MAX = 256 << 20 };

static bool is_wide(enum trl_dtype dtype)
{
    return trl_dtype_size(dtype) == 8;
}

static void count_upload(struct trl_stream *stream)
{
    pthread_mutex_lock(&stream->lock);
    stream->upload_bytes = trl_uploads_bytes(stream->uploads);
    pthread_mutex_unlock(&stream->lock);
}

/* As (tiles, rows, columns). */
static int normalize(struct trl_stream *stream, const struct trl_layout *in, struct trl_layout *out)
{
    if (in->rank < 0 || in->rank > 3)
        return trl_fail(stream->log, TRL_ERROR_USAGE,
                        "a frame has 1 to 3 axes (tiles, rows, columns), not %d", in->rank);
    *out = *in;
    out->rank = 3;
    for (int n = 0; n < 3; n++) {
        const int from = n - (3 - in->rank);
        out->shape[n] = from < 0 ? 1 : in->shape[from];
        out->stride[n] = from < 0 ? 0 : in->stride[from];
    }
    return 0;
}

static int begin_if_first(struct trl_stream *stream, const struct trl_layout *layout)
{
    const struct trl_view_shape shape = {layout->shape[0], layout->shape[1], layout->shape[2]};
    if (!stream->ring)
        return trl_stream_begin(stream, &shape, NULL, NULL);
    if (shape.tiles == stream->shape.tiles && shape.rows == stream->shape.rows &&
        shape.columns == stream->shape.columns)
        return 0;
    return trl_fail(stream->log, TRL_ERROR_USAGE,
                    "a frame of %lldx%lldx%lld in a film of %lldx%lldx%lld", (long long)shape.tiles,
                    (long long)shape.rows, (long long)shape.columns, (long long)stream->shape.tiles,
                    (long long)stream->shape.rows, (long long)stream->shape.columns);
}

/* The elements that the layout reaches. */
struct reach {
    int64_t low, high;
};

static int find_reach(struct trl_stream *stream, const struct trl_layout *layout,
                      uint64_t size_bytes, struct reach *out)
{
    const size_t element = trl_dtype_size(layout->dtype);
    if (!element)
        return trl_fail(stream->log, TRL_ERROR_USAGE, "a frame's dtype %d is unknown",
                        (int)layout->dtype);
    if (!trl_layout_bounds(layout, &out->low, &out->high) || out->low < 0 ||
        (uint64_t)out->high >= size_bytes / element)
        return trl_fail(stream->log, TRL_ERROR_USAGE,
                        "a frame's layout reaches beyond its %llu bytes",
                        (unsigned long long)size_bytes);
    return 0;
}

/* Copies the part of the caller's memory that the layout reaches, narrowing 64-bit elements, and
 * moves the layout's offset to match. */
static int fill_upload(struct trl_stream *stream, struct trl_layout *layout, const void *data,
                       const struct reach *reach, struct trl_gpu_tensor *tensor, uint64_t *uploaded)
{
    const size_t element = trl_dtype_size(layout->dtype);
    const uint64_t count = (uint64_t)(reach->high - reach->low + 1);
    const bool wide = is_wide(layout->dtype);
    *uploaded = trl_align_up(count * (wide ? 4 : element), 4);
    struct trl_upload_target upload;
    const int error = trl_uploads_next(stream->uploads, *uploaded, &upload);
    if (error)
        return error;
    const char *from = (const char *)data + (uint64_t)reach->low * element;
    if (wide)
        trl_narrow_f32(layout->dtype, layout->big_endian, from, upload.data, (int64_t)count);
    else
        memcpy(upload.data, from, count * element);
    layout->offset -= reach->low;
    if (wide) {
        layout->dtype = TRL_DTYPE_F32;
        layout->big_endian = false;
    }
    *tensor = (struct trl_gpu_tensor){.buffer = upload.buffer, .layout = *layout};
    return 0;
}

int trl_stream_push(struct trl_stream *stream, const struct trl_layout *layout, const void *data,
                    uint64_t size_bytes)
{
    struct trl_layout frame = {0};
    struct reach reach = {0};
    int error = trl_stream_check(stream);
    if (!error)
        error = normalize(stream, layout, &frame);
    if (!error)
        error = find_reach(stream, &frame, size_bytes, &reach);
    if (!error)
        error = begin_if_first(stream, &frame);
    if (error)
        return error;
    const int64_t index = trl_ledger_offer(stream->ledger);
    struct trl_slot *slot = NULL;
    error = trl_stream_take_slot(stream, index, &slot);
    if (error)
        return error == 1 ? 0 : error;
    struct trl_gpu_tensor tensor;
    struct trl_gpu_point done;
    uint64_t uploaded = 0;
    error = fill_upload(stream, &frame, data, &reach, &tensor, &uploaded);
    if (!error)
        error = trl_uploads_record(stream->uploads, trl_slot_cmd(slot), uploaded);
    if (error) {
        trl_ring_abandon(stream->ring, slot);
        trl_ledger_settle(stream->ledger, index, TRL_FATE_FAILED, NULL);
        return trl_stream_fail(stream, error);
    }
    error = trl_stream_draw(stream, slot, index, &tensor, NULL, 0, &done);
    if (!error)
        trl_uploads_used(stream->uploads, done);
    count_upload(stream);
    return error;
}

static struct trl_layout frame_layout(const struct trl_source_block *block, int64_t n)
{
    struct trl_layout layout = block->layout;
    layout.offset += n * block->frame_stride;
    return layout;
}

static int scan_once(struct trl_stream *stream, struct trl_source *source, struct trl_scan *scan,
                     void *data, uint64_t capacity)
{
    for (;;) {
        struct trl_source_block block = {0};
        int error = trl_stream_check(stream);
        if (!error)
            error = trl_source_read(source, &block, data, capacity);
        if (error || !block.frame_count)
            return error;
        const struct trl_layout layout = trl_source_block_layout(&block);
        trl_scan_add(scan, &layout, data);
    }
}

/* The range of the whole movie, found by reading it before it is drawn. */
static int scan_source(struct trl_stream *stream, struct trl_source *source, bool percentile,
                       float *low, float *high)
{
    const struct trl_view_params *view = &stream->params.view;
    const bool defaults = view->percentile_low == 0 && view->percentile_high == 0;
    const double from = !percentile ? 0 : defaults ? 2 : view->percentile_low;
    const double to = !percentile ? 0 : defaults ? 98 : view->percentile_high;
    const uint64_t capacity = trl_source_block_bytes_max(source);
    const int64_t start_ns = trl_clock_now_ns();
    struct trl_scan *scan = NULL;
    void *data = malloc(capacity);
    int error = data ? trl_scan_create(&scan, from, to)
                     : trl_fail_memory(stream->log, "a block of frames", capacity);
    bool again = !error;
    while (!error && again) {
        error = scan_once(stream, source, scan, data, capacity);
        again = trl_scan_again(scan);
        if (!error)
            error = trl_source_rewind(source);
    }
    if (!error && !trl_scan_range(scan, low, high)) {
        trl_log_print(stream->log, TRL_LOG_WARN,
                      "the input has no finite value; the range is taken as 0 to 1");
        *low = 0;
        *high = 1;
    } else if (!error) {
        trl_log_print(stream->log, TRL_LOG_INFO, "range of the movie: %.9g to %.9g", (double)*low,
                      (double)*high);
    }
    trl_scan_destroy(&scan);
    free(data);
    trl_stream_add_ns(stream, &stream->input_ns, start_ns);
    return error;
}

static int begin_source(struct trl_stream *stream, struct trl_source *source)
{
    struct trl_view_params *view = &stream->params.view;
    const struct trl_source_info *info = trl_source_info(source);
    /* A kernel sees no more than one binding's range of a block. */
    trl_source_limit_blocks(
        source,
        (uint64_t)trl_min_i64(BLOCK_BYTES_MAX,
                              (int64_t)trl_device_info(stream->device)->storage_buffer_bytes_max));
    const struct trl_view_shape shape = {info->tiles, info->rows, info->columns};
    const bool one_is_both = view->center_set && (view->vmin_set || view->vmax_set);
    const bool fixed = (view->vmin_set && view->vmax_set) || one_is_both;
    if (view->range == TRL_RANGE_AUTO && !view->equalize)
        view->range = info->rewindable ? TRL_RANGE_MOVIE : TRL_RANGE_FRAME;
    const bool percentile = view->range == TRL_RANGE_PERCENTILE_MOVIE;
    if (fixed || (view->range != TRL_RANGE_MOVIE && !percentile))
        return trl_stream_begin(stream, &shape, NULL, NULL);
    if (!info->rewindable)
        return trl_fail(stream->log, TRL_ERROR_USAGE,
                        "a pipe cannot be read twice to find the range of the movie; give --vmin "
                        "and --vmax or --range frame");
    float low = 0, high = 1;
    const int error = scan_source(stream, source, percentile, &low, &high);
    return error ? error : trl_stream_begin(stream, &shape, &low, &high);
}

/* A block that lies in an upload buffer. */
struct upload {
    const struct trl_source_block *block;
    struct trl_gpu_buffer *buffer;
    bool recorded; /* its way to the device */
};

/* Draws frame n of the block as frame index of the film, or drops it as the policy says. */
static int film_frame(struct trl_stream *stream, struct upload *upload, int64_t n, int64_t index)
{
    struct trl_slot *slot = NULL;
    int error = trl_stream_take_slot(stream, index, &slot);
    if (error)
        return error == 1 ? 0 : error;
    if (!upload->recorded)
        error = trl_uploads_record(stream->uploads, trl_slot_cmd(slot),
                                   trl_align_up(upload->block->size_bytes, 4));
    upload->recorded = true;
    if (error) {
        trl_ring_abandon(stream->ring, slot);
        trl_ledger_settle(stream->ledger, index, TRL_FATE_FAILED, NULL);
        return error;
    }
    const struct trl_gpu_tensor tensor = {.buffer = upload->buffer,
                                          .layout = frame_layout(upload->block, n)};
    struct trl_gpu_point done;
    error = trl_stream_draw(stream, slot, index, &tensor, NULL, 0, &done);
    if (!error)
        trl_uploads_used(stream->uploads, done);
    return error;
}

/* Draws the frames of a block, each until the camera's pause ends. */
static int film_block(struct trl_stream *stream, const struct trl_source_block *block,
                      struct trl_gpu_buffer *buffer)
{
    struct upload upload = {.block = block, .buffer = buffer};
    int error = 0;
    for (int64_t n = 0; !error && n < block->frame_count; n++) {
        int64_t index = 0;
        do {
            error = trl_stream_check(stream);
            if (error)
                break;
            index = trl_ledger_offer(stream->ledger);
            error = film_frame(stream, &upload, n, index);
        } while (!error && trl_stream_paused(stream, index + 1));
    }
    count_upload(stream);
    return error;
}

int trl_stream_film_source(struct trl_stream *stream, struct trl_source *source)
{
    atomic_store(&stream->source, source);
    int error = trl_stream_check(stream);
    if (!error && stream->ring)
        error = trl_fail(stream->log, TRL_ERROR_USAGE, "a stream films one source");
    if (!error)
        error = trl_outputs_expect(stream->outputs, trl_source_info(source)->frame_count);
    if (!error)
        error = begin_source(stream, source);
    const uint64_t capacity = trl_align_up(trl_source_block_bytes_max(source), 4);
    while (!error) {
        struct trl_source_block block = {0};
        struct trl_upload_target upload;
        error = trl_uploads_next(stream->uploads, capacity, &upload);
        if (error)
            break;
        const int64_t start_ns = trl_clock_now_ns();
        error = trl_source_read(source, &block, upload.data, upload.capacity_bytes);
        trl_stream_add_ns(stream, &stream->input_ns, start_ns);
        if (error || !block.frame_count)
            break;
        error = film_block(stream, &block, upload.buffer);
    }
    atomic_store(&stream->source, NULL);
    /* The source may be closed as soon as this call returns. */
    while (atomic_load(&stream->cancelling))
        sched_yield();
    if (error == TRL_ERROR_CANCELLED)
        return error;
    return trl_stream_fail(stream, error);
}

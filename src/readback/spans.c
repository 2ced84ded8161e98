/* SPDX-License-Identifier: BSD-2-Clause */
#include "readback/spans.h"

#include "base/log.h"
#include "base/math.h"
#include "shared/pack.h"

#include <stdlib.h>
#include <string.h>

/* Column of a pixel of the part; beyond its edges the outermost is repeated. */
static uint16_t column_at(const struct trl_part *part, int n)
{
    const struct trl_picture *picture = part->picture;
    const int last = part->pad_left + picture->width + part->pad_right - 1;
    const int x = (int)trl_min_i64(n < 0 ? 0 : n, last) - part->pad_left;
    return x < 0 || x >= picture->width ? TRL_PICTURE_OUTSIDE : picture->column_map[x];
}

/* Writes the span of the 16 pixels from x on; false if the runs are too many or too short. */
static bool make_span(const struct trl_part *part, int x, uint32_t span[TRL_PACK_SPAN_WORDS])
{
    uint16_t columns[TRL_PACK_SPAN_RUNS] = {column_at(part, x - 1)};
    uint8_t starts[TRL_PACK_SPAN_RUNS] = {0, 255, 255, 255};
    int runs = 1;
    for (int n = 0; n < TRL_PACK_SPAN_PIXELS; n++) {
        const uint16_t column = column_at(part, x + n);
        if (column == columns[runs - 1])
            continue;
        const bool too_short = runs > 1 && n - starts[runs - 1] < 2;
        if (runs == TRL_PACK_SPAN_RUNS || too_short)
            return false;
        columns[runs] = column;
        starts[runs++] = (uint8_t)n;
    }
    span[0] = columns[0] | (uint32_t)columns[1] << 16;
    span[1] = columns[2] | (uint32_t)columns[3] << 16;
    span[2] = starts[1] | (uint32_t)starts[2] << 8 | (uint32_t)starts[3] << 16;
    return true;
}

int trl_spans_create(struct trl_gpu_buffer **out, struct trl_device *device,
                     const struct trl_part *part, int width)
{
    const int count = (width + TRL_PACK_SPAN_PIXELS - 1) / TRL_PACK_SPAN_PIXELS;
    const size_t size = (size_t)count * TRL_PACK_SPAN_WORDS * sizeof(uint32_t);
    *out = NULL;
    uint32_t *spans = malloc(size);
    if (!spans)
        return trl_fail_memory(trl_gpu_log(device), "spans", size);
    bool fits = true;
    for (int n = 0; n < count && fits; n++)
        fits = make_span(part, n * TRL_PACK_SPAN_PIXELS, spans + n * TRL_PACK_SPAN_WORDS);
    int error = 0;
    if (fits)
        error = trl_gpu_buffer_create(
            out, device,
            &(struct trl_gpu_buffer_params){
                .name = "spans", .size_bytes = size, .memory = TRL_GPU_MEMORY_UPLOAD});
    if (*out) {
        memcpy(trl_gpu_buffer_map(*out), spans, size);
        error = trl_gpu_buffer_flush(*out, 0, size);
    }
    free(spans);
    return error;
}

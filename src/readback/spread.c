/* SPDX-License-Identifier: BSD-2-Clause */
#include "readback/spread.h"

#include <string.h>

static void mean(uint8_t *restrict out, const uint8_t *restrict upper,
                 const uint8_t *restrict lower, size_t bytes)
{
    for (size_t n = 0; n < bytes; n++)
        out[n] = (uint8_t)((upper[n] + lower[n] + 1) >> 1);
}

void trl_spread(uint8_t *out, size_t out_stride, const uint8_t *source, size_t source_stride,
                size_t bytes, const struct trl_spread_row *rows, int row_count)
{
    for (int y = 0; y < row_count; y++, out += out_stride) {
        const uint8_t *upper = source + rows[y].upper * source_stride;
        if (rows[y].upper == rows[y].lower)
            memcpy(out, upper, bytes);
        else
            mean(out, upper, source + rows[y].lower * source_stride, bytes);
    }
}

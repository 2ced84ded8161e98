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

/* Bits of a byte that are others' or beyond the end stay. */
static void merge(uint8_t *out, unsigned value, unsigned mask)
{
    *out = (uint8_t)((*out & ~mask) | (value & mask));
}

static void copy_bits(uint8_t *out, size_t first, const uint8_t *source, size_t bits)
{
    const unsigned shift = first & 7;
    const size_t end = shift + bits;
    unsigned carry = 0;
    out += first >> 3;
    for (size_t at = 0; at < end; at += 8, out++) {
        const unsigned byte = at < bits ? *source++ : 0;
        const unsigned begin = at ? 0 : shift;
        const unsigned stop = end - at < 8 ? (unsigned)(end - at) : 8;
        merge(out, (byte << shift | carry) & 0xff, ((1U << stop) - 1) & ~((1U << begin) - 1));
        carry = byte >> (8 - shift);
    }
}

void trl_spread_bits(uint8_t *out, size_t out_stride, size_t first, const uint8_t *source,
                     size_t source_stride, size_t bits, const struct trl_spread_row *rows,
                     int row_count)
{
    for (int y = 0; y < row_count; y++)
        copy_bits(out + (size_t)y * out_stride, first, source + rows[y].upper * source_stride,
                  bits);
}

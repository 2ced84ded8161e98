/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Row y of a plane is the mean of two source rows, which may be the same. */
struct trl_spread_row {
    uint16_t upper, lower;
};

/* Fills so many rows of bytes bytes, in host memory. Bytes are rounded up as
 * trl_yuv_chroma_row_mean does. */
void trl_spread(uint8_t *out, size_t out_stride, const uint8_t *source, size_t source_stride,
                size_t bytes, const struct trl_spread_row *rows, int row_count);

/* The same for rows of bits, the lowest of a byte first, that are repeated as they are: so many
 * bits go to bit first of each row, and the others there stay. */
void trl_spread_bits(uint8_t *out, size_t out_stride, size_t first, const uint8_t *source,
                     size_t source_stride, size_t bits, const struct trl_spread_row *rows,
                     int row_count);

/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/crc.h"

enum { NIBBLES = 16 };

/* Half a byte at a time: short, and fast enough beside the disk. */
uint32_t trl_crc32(uint32_t crc, const void *data, size_t size)
{
    static const uint32_t table[NIBBLES] = {
        0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
        0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
        0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
    };
    const uint8_t *bytes = data;
    crc = ~crc;
    for (size_t n = 0; n < size; n++) {
        crc ^= bytes[n];
        crc = crc >> 4 ^ table[crc & 0xf];
        crc = crc >> 4 ^ table[crc & 0xf];
    }
    return ~crc;
}

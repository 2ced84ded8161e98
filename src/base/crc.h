/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* CRC-32 of IEEE 802.3 (polynomial 0xedb88320, as in PNG and zip), continued from the crc of what
 * came before; 0 at first. */
uint32_t trl_crc32(uint32_t crc, const void *data, size_t size);

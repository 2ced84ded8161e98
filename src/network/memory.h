/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdint.h>

struct trl_log;

/* bytes = a * b + c, UINT64_MAX where that is too small. */
uint64_t trl_network_bytes(uint64_t a, uint64_t b, uint64_t c);
/* TRL_ERROR_MEMORY, naming the bytes needed and available, if they are more than max_bytes (0: than
 * the host has to give). what is the subject of the message. */
int trl_network_memory_check(struct trl_log *log, const char *what, uint64_t bytes,
                             uint64_t max_bytes);

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stddef.h>

/* What a file that is not .npy seems to be and what to do about it ("is a zip archive ...; ..."),
 * from its first bytes; NULL if they say nothing. Twelve bytes are enough. Static string. */
const char *trl_magic_advice(const void *bytes, size_t size);

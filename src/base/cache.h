/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stddef.h>

/*
 * Files that only save time, in XDG_CACHE_HOME/tensorreel: SHA-256 of the rest, then the rest.
 * Every failure means no more than that nothing is kept.
 */
enum { TRL_CACHE_BYTES_MAX = 64 << 20 };

/* The path of a file of that name; its folder is made. NULL: there is nowhere to keep it. The
 * caller frees it. */
char *trl_cache_path(const char *name);
/* What the file holds, which the caller frees; NULL if it is missing or damaged. */
void *trl_cache_read(const char *path, size_t *size);
/* Appears whole, or not at all. */
void trl_cache_write(const char *path, const void *data, size_t size);

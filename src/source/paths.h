/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

struct trl_log;

/* Names of files, each allocated. */
struct trl_paths {
    char **names;
    int count;
};

/* Orders names as people number them: runs of digits by their value, the rest by bytes. */
int trl_natural_compare(const char *a, const char *b);

/*
 * Expands glob patterns, each in natural order; a name that exists is no pattern. A list that
 * comes in the alphabetical order in which a shell expands patterns is put in natural order, too;
 * any other order is kept. TRL_ERROR_INPUT if a pattern matches nothing, TRL_ERROR_MEMORY.
 */
int trl_paths_expand(struct trl_paths *out, struct trl_log *log, const char *const *names,
                     int count);
void trl_paths_free(struct trl_paths *paths);

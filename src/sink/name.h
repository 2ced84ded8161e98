/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct trl_log;

/* Does the path end in one of these (".mp4", in any case)? The list ends with NULL. */
bool trl_name_ends(const char *path, const char *const *endings);

/*
 * A path whose last part holds the place of a frame's number: %d, %5d or %05d (FFmpeg's way; the
 * number is padded with zeros either way) or a run of two or more #. %% is one percent sign. A path
 * without a place is one file. Folders are taken as they are.
 */
struct trl_numbered_name {
    char *head, *tail; /* around the number */
    int digits;        /* at least so many */
    bool numbered;
};

/* TRL_ERROR_USAGE for anything else behind a percent sign, and for two places. */
int trl_numbered_name_parse(struct trl_numbered_name *out, struct trl_log *log, const char *path);
/* The name of one frame, to be freed; NULL if memory is out. */
char *trl_numbered_name_format(const struct trl_numbered_name *name, int64_t index);
/* Accepts a zeroed one. */
void trl_numbered_name_clear(struct trl_numbered_name *name);

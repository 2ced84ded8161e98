/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "base/frame.h"
#include "sink/sink.h"

#include <tensorreel/log.h>

/* Frames for tests: made on the host, counted, so that a leak or a second release is seen. */

/* Content of a pixel: a palette index (0 to 511) or a colour. */
typedef unsigned (*frames_index_fn)(int x, int y, int64_t frame);

struct frames_palette_options {
    unsigned forms; /* TRL_PIXEL_BIT mask: PAL8, RGB24, BGR0, I420, I444 */
    const struct trl_palette *palette;
    frames_index_fn index; /* gives the entry, whose colour all forms show */
};

/* One reference, the caller's. Chroma is the mean of what the form's sample covers. */
struct trl_frame *frames_make(int64_t index, int width, int height,
                              const struct frames_palette_options *options);
/* Frames made and not released. Also fails the test if one was released twice. */
int frames_alive(void);

/* 256 colours, all different, then special ones that are not among them. */
void frames_fill_palette(struct trl_palette *palette);
/* A smooth moving pattern of entries 0 to 255. */
unsigned frames_smooth(int x, int y, int64_t frame);

/* A log that keeps its lines. */
struct frames_log {
    struct trl_log *log;
    char text[4][4096]; /* by level: error, warning, info, debug */
    int count[4];
};

void frames_log_open(struct frames_log *log);
void frames_log_close(struct frames_log *log);

/* A new folder under the system's temporary one; removed with all that is in it. */
char *frames_folder_make(void);
void frames_folder_remove(char *folder);
/* "folder/name" in a ring of buffers. */
const char *frames_path(const char *folder, const char *name);
/* Number of entries of a folder. */
int frames_folder_count(const char *folder);
/* The whole file, to be freed; NULL if there is none. A zero byte follows it. */
uint8_t *frames_read_file(const char *path, size_t *size);

/* Finds the class of params->output->path and creates the sink, or says why not. */
int frames_sink_create(struct trl_sink **out, const struct trl_sink_params *params);

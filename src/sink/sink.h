/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/frame.h"

#include <tensorreel/stream.h>

/*
 * A sink writes frames somewhere. One thread calls it: create, write for each frame in order of
 * index (gaps are dropped frames), finish, destroy. It sees no Vulkan.
 */
struct trl_sink;

struct trl_sink_params {
    struct trl_log *log;
    const struct trl_output_params *output;
    int width, height;
    int fps_num, fps_den;
    const struct trl_palette *palette; /* NULL: the film is not one palette view, no PAL8 comes */
};

struct trl_sink_class {
    const char *name;
    /* Does this class write such a path? The first of the table that says yes gets it. */
    bool (*accepts)(const char *path);
    /* The form it wants, the first of these that the film can deliver: a mask of TRL_PIXEL_BIT for
     * a film with or without palette. One bit. */
    enum trl_pixel (*pixel)(const struct trl_output_params *output, bool palette);
    /* Optional: refuses what can be refused before the first frame is known: a bad name, a file
     * that exists, a folder that cannot be written. Leaves nothing behind. */
    int (*check)(struct trl_log *log, const struct trl_output_params *output);
    /* Optional: refuses a film of so many frames. */
    int (*expect)(struct trl_log *log, const struct trl_output_params *output, int64_t frame_count);
    /* Opens the output. Everything that can be refused is refused here. */
    int (*create)(struct trl_sink **out, const struct trl_sink_params *params);
    /* Blocks while the encoder or the disk is busy. The frame is borrowed: take a reference to
     * keep it beyond the call. After a failure only destroy follows, or finish to keep what the
     * file holds. */
    int (*write)(struct trl_sink *sink, struct trl_frame *frame);
    /* Writes what is pending and gives the file its final name. A film without frames makes no
     * file and warns. */
    int (*finish)(struct trl_sink *sink);
    /* Also without finish: then nothing stays under the final name. The numbered pictures of
     * a sequence stay: each is whole, and got its name when it was. */
    void (*destroy)(struct trl_sink **sink);
};

/* First member of every sink. */
struct trl_sink {
    const struct trl_sink_class *impl;
    struct trl_log *log;
};

/* The class for a path. TRL_ERROR_USAGE if the name tells nothing (the message lists what it could
 * be), TRL_ERROR_UNSUPPORTED for a kind that this build leaves out. */
int trl_sink_class_find(const struct trl_sink_class **out, struct trl_log *log, const char *path);

/* The check of sinks that write one file; "-" passes. */
int trl_sink_check_file(struct trl_log *log, const struct trl_output_params *output);

extern const struct trl_sink_class trl_sink_libav;
extern const struct trl_sink_class trl_sink_png;
extern const struct trl_sink_class trl_sink_y4m;
extern const struct trl_sink_class trl_sink_hash;
extern const struct trl_sink_class trl_sink_null;

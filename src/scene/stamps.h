/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "view/guide.h"
#include "view/stamp.h"

/*
 * What is written anew in every frame: the line with frame and time, and the numbers of colour bars
 * and axes whose range is each frame's own.
 */
#define TRL_STAMPS_MAX (3 * TRL_GUIDE_PANELS_MAX + 2)

struct trl_stamps {
    struct trl_stamp *stamp[TRL_STAMPS_MAX];
    struct trl_rect rect[TRL_STAMPS_MAX];
    const char *text[TRL_STAMPS_MAX]; /* of all but the line */
    int count;
    bool line;   /* the first is the line of the frame */
    bool spikes; /* and counts spikes */
    double step; /* time between frames */
    int decimals;
    char unit[16];
};

struct trl_stamps_params {
    int text_size;
    struct trl_gpu_buffer *palette; /* background and text */
    double step;
    const char *unit; /* NULL: s */
};

void trl_stamps_init(struct trl_stamps *stamps, const struct trl_stamps_params *params);
/* The line; spikes: counts of a raster, or NULL. */
int trl_stamps_add_line(struct trl_stamps *stamps, struct trl_device *device,
                        const struct trl_stamps_params *params, struct trl_rect rect,
                        struct trl_gpu_buffer *spikes);
/* The numbers of a moving range, which is that of the scale (TRL_SCALE_WORDS); nothing where there
 * is no room for them. */
int trl_stamps_add_scale(struct trl_stamps *stamps, struct trl_device *device,
                         const struct trl_stamps_params *params,
                         const struct trl_guide_numbers *numbers, enum trl_align align, bool axis,
                         struct trl_gpu_buffer *scale);
/* The ends of a range of magnitudes, likewise. */
int trl_stamps_add_note(struct trl_stamps *stamps, struct trl_device *device,
                        const struct trl_stamps_params *params, const struct trl_rect note[2],
                        struct trl_gpu_buffer *scale);
void trl_stamps_destroy(struct trl_stamps *stamps);

int trl_stamps_record(struct trl_stamps *stamps, struct trl_gpu_cmd *cmd, int64_t index);

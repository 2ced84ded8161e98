/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "view/chart.h"

/*
 * Time as the x axis: a ring of columns of cells on the device, of which every frame writes one.
 * The picture is that ring laid out. What a frame's column holds is up to the view.
 */
struct trl_strip {
    struct trl_device *device;
    bool scroll;  /* the last frames, newest at the right; else all, from the left */
    bool doubles; /* how many frames will come is not known */
    int columns, rows;
    int64_t frames;  /* in the window, or in the film */
    int64_t each;    /* frames a column (of a film whose length is known: 0, see frames) */
    int64_t seen;    /* frames so far */
    uint32_t stride; /* of the ring, as of the cells: half-words */
    struct trl_gpu_buffer *ring, *other; /* other: doubles only */
    struct trl_gpu_kernel *draw, *fold;
};

/* How many columns a picture of so many pixels gets. TRL_ERROR_USAGE. */
int trl_strip_plan(struct trl_strip *strip, struct trl_log *log, const char *view,
                   const struct trl_time_params *time, int width);
/* After trl_strip_plan; the chart must have strip->columns x rows cells. upload must be begun. */
int trl_strip_init(struct trl_strip *strip, struct trl_upload *upload, int rows);
void trl_strip_destroy(struct trl_strip *strip);

/* The column of the frame that comes now; fresh: it stands for no earlier frame. May record a
 * folding. */
int trl_strip_next(struct trl_strip *strip, struct trl_gpu_cmd *cmd, bool *fresh);
/* Records the layout of the ring as the chart's cells. */
void trl_strip_record(struct trl_strip *strip, struct trl_gpu_cmd *cmd,
                      const struct trl_chart *chart);

/* Numbers of the frames at the left and the right edge of the picture, for ticks; they may not have
 * come yet, or lie before 0. */
void trl_strip_range(const struct trl_strip *strip, int64_t *left, int64_t *right);

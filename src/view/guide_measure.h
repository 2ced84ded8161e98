/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "view/guide.h"

/* Distances that follow from the size of the text; shared by layout and drawing. */
struct trl_guide_measure {
    int size;
    struct trl_text_metrics text;
    int line;   /* thickness of frame lines and ticks */
    int border; /* from the data to the outer edge of its frame line */
    int tick, minor_tick, gap, pad;
    int bar_gap, bar_width, cap; /* of the colour bar */
    int number_width;            /* of the numbers of a moving bar */
};

struct trl_guide_measure trl_guide_measure(int size);

/* Ticks of an axis over so many pixels. */
void trl_guide_axis_ticks(struct trl_ticks *ticks, const struct trl_guide_axis *axis, int length,
                          int size, bool vertical);
/* Ticks of a colour bar; none for a moving one. */
void trl_guide_bar_ticks(struct trl_ticks *ticks, const struct trl_guide_bar *bar, int length,
                         int size);
/* Pixels of the widest label, and of what the labels have in common. */
int trl_guide_label_width(const struct trl_ticks *ticks, int size);
int trl_guide_common_width(const struct trl_ticks *ticks, int size);

/* The colours' part of a bar whose frame line's inside has so many rows. */
int trl_guide_bar_length(const struct trl_guide_measure *m, const struct trl_guide_bar *bar,
                         int inside);
/* Text of the scale bar, and its pixels in data that is so many wide. */
void trl_guide_scale_label(const struct trl_guide_panel *panel, char *out, size_t out_size);
double trl_guide_scale_pixels(const struct trl_guide_panel *panel, int data_width);

/* The size of a panel's data in a space of width x height: the largest of its form. A panel that
 * stretches fills the space; fit_form gives it the form that it likes nevertheless. */
void trl_guide_fit(const struct trl_guide_panel *panel, int width, int height, int *out_width,
                   int *out_height);
void trl_guide_fit_form(const struct trl_guide_panel *panel, int width, int height, int *out_width,
                        int *out_height);

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
    int number_width;            /* of the numbers of a moving range; even, as is the height */
    int number_height;
    int note_width; /* of what stands before numbers of magnitudes; even */
};

struct trl_guide_measure trl_guide_measure(int size);

/* Ticks of an axis over so many pixels. Those of a moving one have no labels. */
void trl_guide_axis_ticks(struct trl_ticks *ticks, const struct trl_guide_axis *axis, int length,
                          int size, bool vertical);
/* Ticks of a colour bar, likewise. */
void trl_guide_bar_ticks(struct trl_ticks *ticks, const struct trl_guide_bar *bar, int length,
                         int size);
/* Pixels of the widest label, or of what is left for it, and of what the labels have in common. */
int trl_guide_label_width(const struct trl_ticks *ticks, int size, bool moving);
int trl_guide_common_width(const struct trl_ticks *ticks, int size);

/* Pixels of the widest label of an axis, whatever is seen of it, and with moving numbers. ticks:
 * those of all of it. */
int trl_guide_axis_room(const struct trl_ticks *ticks, const struct trl_guide_axis *axis,
                        int length, int size, bool vertical);
/* Pixels of a split length that the first axis has; all of them if there is no split. */
int trl_guide_split(int length, double split);
/* Rows of a label above the tick that it belongs to. */
int trl_guide_label_reach(const struct trl_guide_measure *m, bool moving);

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

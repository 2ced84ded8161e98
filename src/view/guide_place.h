/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "view/guide_measure.h"

/* Where what surrounds the data of a panel stands, once the place of the data is known. */
struct trl_guide_placing {
    const struct trl_guide_params *params;
    const struct trl_guide_measure *m;
    struct trl_ticks *ticks; /* written over */
};

static inline bool trl_guide_says(const char *text)
{
    return text && text[0];
}

/* Rows from the data to the note below a bar. */
int trl_guide_note_start(const struct trl_guide_measure *m);
/* The numbers of axes whose ranges move. */
void trl_guide_place_axes(const struct trl_guide_placing *p, const struct trl_guide_panel *panel,
                          struct trl_guide_place *place);
/* Where the axes stand that are drawn for each frame. */
void trl_guide_place_bands(const struct trl_guide_placing *p, const struct trl_guide_panel *panel,
                           bool has_bar, struct trl_guide_place *place);
/* The bar at the right of a rectangle inside of whose frame line it shall end. */
void trl_guide_place_bar(const struct trl_guide_placing *p, const struct trl_guide_bar *bar,
                         int right, int top, int bottom, struct trl_guide_place *place);

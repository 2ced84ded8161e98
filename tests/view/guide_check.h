/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "view/guide.h"

#include "drawn.h"
#include "view/cmap.h"
#include "view/guide_measure.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <tensorreel/error.h>

/* A frame of guides, drawn as indices and as words. */
struct drawn {
    struct trl_guide guide;
    uint16_t *indices;
    uint32_t *words;
};

extern const struct trl_guide_panel guide_heatmap;

void draw(struct drawn *d, const struct trl_guide_params *params);
void drop(struct drawn *d);
int index_at(const struct drawn *d, int x, int y);
/* The rectangle and so many pixels around it are within the frame and of background. */
void check_empty(const struct drawn *d, struct trl_rect r, int around);
bool apart(struct trl_rect a, struct trl_rect b);
/* Nothing lies over data or over each other. */
void check_places(const struct drawn *d);
void check_words(const struct drawn *d, const struct trl_palette *palette);

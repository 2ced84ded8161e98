/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "view/board.h"
#include "view/guide.h"

/*
 * What stays the same in all frames, as one picture of a whole frame: guides around data.
 */
struct trl_still {
    struct trl_device *device;
    struct trl_board board;
};

/* palette: of the frame, whose pictures are indexed; NULL: full colour. In both cases the board has
 * a palette of background and text, for stamps. */
int trl_still_create(struct trl_still *still, struct trl_device *device,
                     const struct trl_guide *guide, const struct trl_guide_params *params,
                     const struct trl_palette *palette);
void trl_still_destroy(struct trl_still *still);

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/frame.h"
#include "base/log.h"

#include <tensorreel/view.h>

#define TRL_CMAP_COUNT 11

struct trl_cmap {
    const char *name;
    const uint32_t *colours;  /* 256 words 0xRRGGBB */
    const uint32_t *reversed; /* of the map with "_r" behind its name; NULL: colours backwards */
};

extern const struct trl_cmap trl_cmaps[TRL_CMAP_COUNT];

/* The colours of the map (NULL: viridis) and the special ones. TRL_ERROR_USAGE names the maps that
 * exist. out may be NULL: only the name is checked. */
int trl_palette_create(struct trl_log *log, const struct trl_view_params *params,
                       struct trl_palette *out);

/* Sets the background, and the shades of text from it to an ink that can be read on it. */
void trl_palette_paper(struct trl_palette *palette, const uint8_t paper[3]);

/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/cmap.h"

#include "base/word.h"

#include <stdio.h>
#include <string.h>

#include <tensorreel/error.h>

const char *const *trl_cmap_names(void)
{
    static const char *const names[TRL_CMAP_COUNT + 1] = {
        "viridis", "plasma", "inferno",  "magma", "cividis",  "turbo",
        "hot",     "gray",   "coolwarm", "RdBu",  "twilight", NULL,
    };
    return names;
}

static void unpack(uint32_t colour, uint8_t rgb[3])
{
    rgb[0] = (uint8_t)(colour >> 16);
    rgb[1] = (uint8_t)(colour >> 8);
    rgb[2] = (uint8_t)colour;
}

bool trl_cmap_table(const char *name, uint8_t rgb[256][3])
{
    size_t length = strlen(name);
    bool reversed = length > 2 && strcmp(name + length - 2, "_r") == 0;
    if (reversed)
        length -= 2;
    for (int n = 0; n < TRL_CMAP_COUNT; n++) {
        const struct trl_cmap *map = &trl_cmaps[n];
        if (strlen(map->name) != length || strncmp(map->name, name, length) != 0)
            continue;
        bool own = reversed && map->reversed;
        for (int i = 0; i < 256; i++)
            unpack(own ? map->reversed[i] : map->colours[reversed ? 255 - i : i], rgb[i]);
        return true;
    }
    return false;
}

static int fail_unknown(struct trl_log *log, const char *name)
{
    char list[256] = "";
    size_t used = 0;
    struct trl_word_nearest nearest = {.word = name};
    for (const char *const *other = trl_cmap_names(); *other; other++) {
        used +=
            (size_t)snprintf(list + used, sizeof(list) - used, "%s%s", used ? ", " : "", *other);
        trl_word_offer(&nearest, *other);
    }
    if (nearest.best)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "colour map '%.40s': unknown; did you mean '%s'? There are: %s; each also "
                        "with _r behind it",
                        name, nearest.best, list);
    return trl_fail(log, TRL_ERROR_USAGE,
                    "colour map '%.40s': unknown. There are: %s; each also with _r behind it", name,
                    list);
}

static void special(uint8_t rgb[3], const struct trl_color *colour, const uint8_t otherwise[3])
{
    const uint8_t given[3] = {colour->r, colour->g, colour->b};
    memcpy(rgb, colour->set ? given : otherwise, 3);
}

void trl_palette_paper(struct trl_palette *palette, const uint8_t paper[3])
{
    const int shades = TRL_PALETTE_USED - TRL_PALETTE_TEXT - 1;
    /* Weights of BT.709 in thousandths. */
    const int light = 213 * paper[0] + 715 * paper[1] + 72 * paper[2];
    const int ink = light >= 128 * 1000 ? 20 : 236;
    memcpy(palette->rgb[TRL_PALETTE_BACKGROUND], paper, 3);
    for (int n = 0; n <= shades; n++)
        for (int c = 0; c < 3; c++)
            palette->rgb[TRL_PALETTE_TEXT + n][c] =
                (uint8_t)((paper[c] * (shades - n) + ink * n + shades / 2) / shades);
}

int trl_palette_create(struct trl_log *log, const struct trl_view_params *params,
                       struct trl_palette *out)
{
    const char *name = params->cmap ? params->cmap : "viridis";
    struct trl_palette palette = {0};
    if (!trl_cmap_table(name, palette.rgb))
        return fail_unknown(log, name);
    static const uint8_t grey[3] = {128, 128, 128}, black[3] = {0, 0, 0};
    special(palette.rgb[TRL_PALETTE_NAN], &params->nan_color, grey);
    special(palette.rgb[TRL_PALETTE_UNDER], &params->under_color, palette.rgb[0]);
    special(palette.rgb[TRL_PALETTE_OVER], &params->over_color, palette.rgb[255]);
    uint8_t paper[3];
    special(paper, &params->background, black);
    trl_palette_paper(&palette, paper);
    if (out)
        *out = palette;
    return 0;
}

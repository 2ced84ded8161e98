/* SPDX-License-Identifier: BSD-2-Clause */
#include "scene/scene_inside.h"

#include "shared/chart.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *name_of(const struct trl_panel *panel)
{
    const struct trl_panel_params *params = &panel->params;
    return params->name ? params->name : params->input ? params->input : "";
}

/* The indices of what stands for a whole panel: its first colour, or its map. */
static void colors_of(const struct trl_panel *panel, struct trl_guide_entry *entry)
{
    entry->last = 255;
    if (panel->params.kind == TRL_VIEW_LINES)
        entry->first = entry->last = (int)TRL_LINES_LEVELS - 1;
    if (panel->params.kind == TRL_VIEW_RASTER)
        entry->first = entry->last = 0;
    if (panel->params.kind == TRL_VIEW_POINTS && !panel->params.points.color_set)
        entry->first = entry->last = (int)TRL_POINTS_PLAIN - 1;
    if (panel->params.kind == TRL_VIEW_HISTOGRAM && panel->params.histogram.bars)
        entry->first = entry->last = (int)(TRL_HISTOGRAM_COLORS / 2 * TRL_HISTOGRAM_LEVELS) - 1;
    if (panel->params.kind == TRL_VIEW_RGB)
        entry->first = entry->last = -1;
}

/* Bytes of a name of which so many have room, whole letters only. */
static int fitting(const char *name, size_t most)
{
    size_t length = strnlen(name, most + 1);
    if (length > most)
        for (length = most; length > 0 && (name[length] & 0xc0) == 0x80;)
            length--;
    return (int)length;
}

/* A name, and the ends of the colours beside it where they are known and its own. */
static void write_entry(const struct trl_scene *scene, int n, struct trl_guide_entry *entry)
{
    const struct trl_panel *panel = &scene->panels[n];
    struct trl_guide_panel own = {0};
    char low[TRL_TICK_LABEL_SIZE], high[TRL_TICK_LABEL_SIZE];
    panel->class->guide(&panel->setup, &own);
    const struct trl_guide_bar *bar = &own.bar;
    const bool ends = bar->shown && !bar->moving && !bar->phase && entry->first != entry->last;
    const char *name = name_of(panel);
    if (!ends || scene->shares[n] || bar->low == bar->high) {
        snprintf(entry->text, sizeof(entry->text), "%.*s", fitting(name, sizeof(entry->text) - 1),
                 name);
        return;
    }
    /* Beside the other end, what is nearly 0 is 0. */
    const double least = 1e-4 * fabs(bar->high - bar->low);
    trl_ticks_number(low, fabs(bar->low) < least ? 0 : bar->low, 4);
    trl_ticks_number(high, fabs(bar->high) < least ? 0 : bar->high, 4);
    snprintf(entry->text, sizeof(entry->text), "%.*s %s to %s", fitting(name, TRL_GUIDE_NAME_MAX),
             name, low, high);
}

void trl_scene_plan_legend(struct trl_scene *scene, int cell)
{
    struct trl_guide_panel *guide = &scene->guide_panels[cell];
    const int base = scene->base[cell], end = trl_scene_cell_end(scene, cell);
    char *names = scene->names[cell];
    if (end == base + 1)
        return;
    snprintf(names, sizeof(scene->names[cell]), "%s", name_of(&scene->panels[base]));
    for (int n = base + 1; n < end; n++) {
        const struct trl_panel *panel = &scene->panels[n];
        const char *name = name_of(panel);
        const size_t length = strlen(names);
        if (!name[0])
            continue;
        snprintf(names + length, sizeof(scene->names[cell]) - length, "%s%s", length ? " + " : "",
                 name);
        if (guide->entry_count++ >= TRL_GUIDE_ENTRIES_MAX)
            continue;
        struct trl_guide_entry *entry = &guide->entries[guide->entry_count - 1];
        *entry = (struct trl_guide_entry){0};
        colors_of(panel, entry);
        write_entry(scene, n, entry);
    }
    guide->name = names[0] ? names : NULL;
}

void trl_scene_color_legend(struct trl_scene *scene, int cell)
{
    struct trl_guide_panel *guide = &scene->guide_panels[cell];
    const int base = scene->base[cell], end = trl_scene_cell_end(scene, cell);
    int at = guide->entry_count;
    for (int n = base + 1; n < end; n++)
        at -= name_of(&scene->panels[n])[0] != '\0';
    for (int n = 0; n < at && n < TRL_GUIDE_ENTRIES_MAX; n++)
        guide->entries[n].palette = trl_panel_palette(&scene->panels[base]);
    for (int n = base + 1; n < end && at < TRL_GUIDE_ENTRIES_MAX; n++) {
        struct trl_guide_entry *entry = &guide->entries[at];
        const struct trl_panel *panel = &scene->panels[n];
        if (!name_of(panel)[0])
            continue;
        entry->palette =
            entry->first == entry->last ? trl_panel_palette(panel) : trl_panel_bar_palette(panel);
        if (!entry->palette)
            entry->first = entry->last = -1;
        at++;
    }
}

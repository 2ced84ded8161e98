/* SPDX-License-Identifier: BSD-2-Clause */
#include "scene/copy.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <tensorreel/error.h>

struct block {
    struct block *next;
    max_align_t data[];
};

struct trl_scene_copy {
    struct trl_log *log;
    struct trl_scene_params params;
    struct trl_panel_params panels[TRL_PANELS_MAX], spare;
    struct block *blocks;
    bool failed;
};

static const void *keep(struct trl_scene_copy *copy, const void *data, size_t size)
{
    if (!data || !size || copy->failed)
        return NULL;
    struct block *block = malloc(sizeof(*block) + size);
    if (!block) {
        copy->failed = true;
        return NULL;
    }
    block->next = copy->blocks;
    copy->blocks = block;
    return memcpy(block->data, data, size);
}

static void keep_text(struct trl_scene_copy *copy, const char **text)
{
    *text = keep(copy, *text, *text ? strlen(*text) + 1 : 0);
}

static void keep_panel(struct trl_scene_copy *copy, struct trl_panel_params *panel)
{
    keep_text(copy, &panel->name);
    keep_text(copy, &panel->input);
    keep_text(copy, &panel->filters);
    keep_text(copy, &panel->view.cmap);
    keep_text(copy, &panel->view.camera);
    keep_text(copy, &panel->x.label);
    keep_text(copy, &panel->y.label);
    keep_text(copy, &panel->names);
    keep_text(copy, &panel->bar_label);
    struct trl_lines_params *lines = &panel->lines;
    lines->colors =
        keep(copy, lines->colors, (size_t)lines->color_count * sizeof(lines->colors[0]));
    struct trl_raster_params *raster = &panel->raster;
    raster->colors =
        keep(copy, raster->colors, (size_t)raster->color_count * sizeof(raster->colors[0]));
    raster->populations = keep(copy, raster->populations,
                               (size_t)raster->population_count * sizeof(raster->populations[0]));
    struct trl_volume_params *volume = &panel->volume;
    volume->points =
        keep(copy, volume->points, (size_t)volume->point_count * sizeof(volume->points[0]));
}

int trl_scene_copy_add(struct trl_scene_copy *copy, const struct trl_panel_params *panel)
{
    struct trl_scene_params *params = &copy->params;
    if (params->panel_count == TRL_PANELS_MAX)
        return trl_fail(copy->log, TRL_ERROR_USAGE, "a frame has at most %d panels",
                        TRL_PANELS_MAX);
    struct trl_panel_params *own = &copy->panels[params->panel_count];
    *own = *panel;
    keep_panel(copy, own);
    if (copy->failed)
        return trl_fail_memory(copy->log, "a panel", sizeof(*own));
    params->panel_count++;
    return 0;
}

int trl_scene_copy_set_spare(struct trl_scene_copy *copy, const struct trl_panel_params *panel)
{
    copy->spare = *panel;
    keep_panel(copy, &copy->spare);
    return copy->failed ? trl_fail_memory(copy->log, "a panel", sizeof(copy->spare)) : 0;
}

const struct trl_panel_params *trl_scene_copy_spare(const struct trl_scene_copy *copy)
{
    return &copy->spare;
}

int trl_scene_copy_create(struct trl_scene_copy **out, struct trl_log *log,
                          const struct trl_scene_params *params)
{
    *out = NULL;
    struct trl_scene_copy *copy = calloc(1, sizeof(*copy));
    if (!copy)
        return trl_fail_memory(log, "a scene", sizeof(*copy));
    copy->log = log;
    copy->params = *params;
    copy->params.panels = copy->panels;
    copy->params.panel_count = 0;
    keep_text(copy, &copy->params.title);
    keep_text(copy, &copy->params.scale_label);
    keep_text(copy, &copy->params.time_unit);
    int error = copy->failed ? trl_fail_memory(log, "a scene", sizeof(*copy)) : 0;
    for (int n = 0; !error && n < params->panel_count; n++)
        error = trl_scene_copy_add(copy, &params->panels[n]);
    if (error) {
        trl_scene_copy_destroy(&copy);
        return error;
    }
    *out = copy;
    return 0;
}

void trl_scene_copy_destroy(struct trl_scene_copy **out)
{
    struct trl_scene_copy *copy = *out;
    *out = NULL;
    while (copy && copy->blocks) {
        struct block *block = copy->blocks;
        copy->blocks = block->next;
        free(block);
    }
    free(copy);
}

struct trl_scene_params *trl_scene_copy_params(struct trl_scene_copy *copy)
{
    return &copy->params;
}

struct trl_panel_params *trl_scene_copy_panel(struct trl_scene_copy *copy, int n)
{
    return &copy->panels[n];
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "scene/scene_inside.h"

#include <math.h>
#include <string.h>

/* Of a frame that nobody gave a size: of several cells, and the largest of one. */
enum { FRAME_WIDTH = 1920, FRAME_HEIGHT = 1080 };

int trl_scene_cell_end(const struct trl_scene *scene, int cell)
{
    return cell + 1 < scene->cell_count ? scene->base[cell + 1] : scene->panel_count;
}

/* What is drawn around the data of a cell; true if anything is. */
static bool plan_guide(struct trl_scene *scene, int cell)
{
    const struct trl_scene_params *params = scene->params;
    const struct trl_panel *panel = &scene->panels[scene->base[cell]];
    struct trl_guide_panel *guide = &scene->guide_panels[cell];
    *guide = (struct trl_guide_panel){0};
    if (params->plain)
        return false;
    panel->class->guide(&panel->setup, guide);
    guide->bar.label = panel->params.bar_label;
    guide->bar.shown = guide->bar.shown && params->colorbar;
    if (!params->axes && !panel->class->chart)
        guide->x.ticks = guide->y.ticks = false;
    if (panel->params.x.label)
        guide->x.label = panel->params.x.label;
    if (panel->params.y.label)
        guide->y.label = panel->params.y.label;
    guide->name = panel->params.name;
    trl_scene_plan_legend(scene, cell);
    guide->scale_length = params->scale_length;
    guide->scale_label = params->scale_label;
    return guide->bar.shown || guide->x.ticks || guide->y.ticks || guide->x.label ||
           guide->y.label || guide->name || guide->scale_length > 0;
}

/* The sizes that the panels of a cell would like: those of the first. */
static int plan_size(struct trl_scene *scene, int cell)
{
    struct trl_guide_panel *guide = &scene->guide_panels[cell];
    struct trl_layer_size size = {0};
    int error = 0;
    for (int n = scene->base[cell]; !error && n < trl_scene_cell_end(scene, cell); n++) {
        const struct trl_panel *panel = &scene->panels[n];
        struct trl_layer_size own = {0};
        error = panel->class->size(scene->log, &panel->setup, &own);
        if (n == scene->base[cell])
            size = own;
    }
    guide->data_width = size.width;
    guide->data_height = size.height;
    guide->stretch = size.stretch;
    guide->tiles = size.tiles;
    guide->tile_width = size.tile_width;
    guide->tile_height = size.tile_height;
    return error;
}

/* Cells of the frame, as far as they are known before it is laid out. */
static int grid_cells(const struct trl_scene *scene)
{
    const struct trl_scene_params *params = scene->params;
    if (scene->former)
        return trl_scene_cells(scene->former);
    if (params->grid_rows && params->grid_columns)
        return params->grid_rows * params->grid_columns;
    return scene->cell_count;
}

/* Whose bar stands for all of one scale: of those that the first frame had, since the bar stays. */
static void plan_shared_bar(struct trl_scene *scene)
{
    scene->shared_cell = -1;
    for (int cell = 0; cell < scene->settled_count && scene->shared_cell < 0; cell++)
        if (scene->shares[scene->base[cell]] && scene->guide_panels[cell].bar.shown)
            scene->shared_cell = cell;
    for (int cell = 0; cell < scene->cell_count; cell++) {
        const struct trl_panel *panel = &scene->panels[scene->base[cell]];
        const char *own = panel->params.view.cmap, *first = NULL;
        bool same = scene->shared_cell >= 0 && scene->shares[scene->base[cell]];
        if (same)
            first = scene->panels[scene->base[scene->shared_cell]].params.view.cmap;
        same = same && (own && first ? !strcmp(own, first) : own == first);
        scene->guide_panels[cell].own_bar = !same;
    }
}

/* A capture that will come: a heat map, of which nothing else is known. */
static void plan_spare(struct trl_scene *scene)
{
    const struct trl_scene_params *params = scene->params;
    const struct trl_guide_axis axis = {
        .ticks = params->axes, .kind = TRL_AXIS_INDEX, .low = -0.5, .high = 999.5};
    scene->spare = (struct trl_guide_panel){0};
    if (params->plain)
        return;
    scene->spare = (struct trl_guide_panel){
        .name = "capture",
        .x = axis,
        .y = axis,
        .bar = {.shown = params->colorbar && scene->shared_cell < 0, .moving = true},
    };
}

bool trl_scene_is_bare(struct trl_scene *scene)
{
    const struct trl_scene_params *params = scene->params;
    bool around = !params->plain && (params->stamp || (params->title && params->title[0]));
    for (int cell = 0; cell < scene->cell_count; cell++)
        around = plan_guide(scene, cell) || around;
    plan_shared_bar(scene);
    plan_spare(scene);
    return grid_cells(scene) == 1 && !around;
}

int trl_scene_bare_size(struct trl_scene *scene, struct trl_layer_size *size)
{
    const struct trl_scene_params *params = scene->params;
    struct trl_panel *panel = &scene->panels[0];
    for (int n = 0; n < scene->panel_count; n++)
        if (params->theme == TRL_THEME_LIGHT && !scene->panels[n].params.view.background.set)
            scene->panels[n].params.view.background = trl_guide_paper(params->theme);
    if (params->width) {
        panel->params.view.width = params->width;
        panel->params.view.height = params->height;
    }
    return panel->class->size(scene->log, &panel->setup, size);
}

/* Makes a frame that nobody gave a size no larger than a screen, unless its text would not fit. */
static void shrink(struct trl_scene *scene)
{
    struct trl_guide *guide = &scene->guide, smaller;
    struct trl_guide_params params = scene->guide_params;
    const double share =
        fmin((double)FRAME_WIDTH / guide->width, (double)FRAME_HEIGHT / guide->height);
    params.width = 2 * (int)fmax(1, floor(share * guide->width / 2 + 1e-6));
    params.height = 2 * (int)fmax(1, floor(share * guide->height / 2 + 1e-6));
    if (share >= 1 || trl_guide_layout(&smaller, NULL, &params) < 0)
        return;
    *guide = smaller;
    scene->guide_params = params;
}

int trl_scene_lay_out(struct trl_scene *scene)
{
    const struct trl_scene_params *params = scene->params;
    const struct trl_color *given = &scene->panels[0].params.view.background;
    const struct trl_guide *former =
        scene->former && scene->former->guide.rows ? &scene->former->guide : NULL;
    int error = 0;
    for (int cell = 0; !error && cell < scene->cell_count; cell++) {
        error = plan_size(scene, cell);
        scene->guide_panels[cell].late = cell >= scene->settled_count;
    }
    if (error)
        return error;
    scene->guide_params = (struct trl_guide_params){
        .width = params->width,
        .height = params->height,
        .theme = params->theme,
        .background = given->set ? *given : trl_guide_paper(params->theme),
        .text_size = params->text_size,
        .title = params->plain ? NULL : params->title,
        .grid_rows = former ? former->rows : params->grid_rows,
        .grid_columns = former ? former->columns : params->grid_columns,
        .panels = scene->guide_panels,
        .panel_count = scene->cell_count,
        .spare = scene->grows ? &scene->spare : NULL,
        .shared_bar = scene->shared_cell >= 0,
        .shared_panel = scene->shared_cell >= 0 ? scene->shared_cell : 0,
        .stamp = params->stamp && !params->plain,
        .bare = params->plain,
    };
    const bool free_size = !params->width && !scene->panels[0].params.view.scale;
    if (free_size && grid_cells(scene) > 1) {
        scene->guide_params.width = FRAME_WIDTH;
        scene->guide_params.height = FRAME_HEIGHT;
    }
    /* Their form is what the frame's size follows from. */
    for (int cell = 0; cell < scene->cell_count && !scene->guide_params.width; cell++)
        scene->guide_panels[cell].tiles = 0;
    error = trl_guide_layout(&scene->guide, scene->log, &scene->guide_params);
    if (!error && free_size && grid_cells(scene) == 1 && !scene->panels[0].params.view.width)
        shrink(scene);
    return error;
}

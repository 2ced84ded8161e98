/* SPDX-License-Identifier: BSD-2-Clause */
#include "scene/scene_inside.h"

#include "view/cmap.h"

#include <string.h>

static int create_overlay(struct trl_scene *scene, int n)
{
    const struct trl_picture *lower = scene->overlays[n - 1]
                                          ? trl_overlay_picture(scene->overlays[n - 1])
                                          : trl_panel_picture(&scene->panels[n - 1]);
    return trl_overlay_create(&scene->overlays[n], scene->device, &scene->panels[n].params.overlay,
                              lower, trl_panel_picture(&scene->panels[n]));
}

static struct trl_panel *former_panel(const struct trl_scene *scene, int n)
{
    return scene->former && n < scene->former->panel_count ? &scene->former->panels[n] : NULL;
}

/* A scale that is shared lives as long as its first panel. */
static int create_panel(struct trl_scene *scene, int n, int width, int height)
{
    struct trl_panel *panel = &scene->panels[n];
    struct trl_panel *leader = scene->shares[n] ? &scene->panels[scene->leader] : panel;
    const bool alone = leader == panel;
    if ((alone || leader->adopted) && trl_panel_adopt(panel, former_panel(scene, n), width, height))
        return 0;
    const int error = trl_panel_create(panel, width, height);
    return error || alone ? error : trl_layer_share(panel->layer, leader->layer);
}

/* The panels of a cell, with pictures of this size; 0: as the first one likes. */
static int create_cell(struct trl_scene *scene, int cell, int width, int height)
{
    int error = 0;
    for (int n = scene->base[cell]; !error && n < trl_scene_cell_end(scene, cell); n++) {
        struct trl_panel *panel = &scene->panels[n];
        error = create_panel(scene, n, width, height);
        if (error || n == scene->base[cell]) {
            if (!error && !width) {
                width = trl_panel_picture(panel)->width;
                height = trl_panel_picture(panel)->height;
            }
            continue;
        }
        error = create_overlay(scene, n);
    }
    return error;
}

/* The picture that a cell shows. */
static const struct trl_picture *cell_picture(const struct trl_scene *scene, int cell)
{
    const int last = trl_scene_cell_end(scene, cell) - 1;
    return scene->overlays[last] ? trl_overlay_picture(scene->overlays[last])
                                 : trl_panel_picture(&scene->panels[last]);
}

/* One palette for all pictures, if they have the same. */
static void choose_palette(struct trl_scene *scene)
{
    const struct trl_palette *first = trl_panel_palette(&scene->panels[0]);
    scene->indexed = first != NULL;
    for (int n = 0; n < scene->panel_count && scene->indexed; n++) {
        const struct trl_palette *own = trl_panel_palette(&scene->panels[n]);
        scene->indexed = own && !scene->overlays[n] && !memcmp(own, first, sizeof(*first));
    }
    /* A bar has the colours of its panel's picture, or the frame is in full colour. */
    for (int cell = 0; cell < scene->cell_count; cell++) {
        const struct trl_panel *panel = &scene->panels[scene->base[cell]];
        if (scene->guide_panels[cell].bar.shown &&
            trl_panel_bar_palette(panel) != trl_panel_palette(panel))
            scene->indexed = false;
    }
    if (scene->indexed)
        scene->palette = *first;
}

static int create_blanks(struct trl_scene *scene)
{
    const uint64_t size = TRL_PANELS_MAX * sizeof(uint32_t);
    const int error = trl_gpu_buffer_create(
        &scene->blanks, scene->device,
        &(struct trl_gpu_buffer_params){
            .name = "blank frames", .size_bytes = size, .memory = TRL_GPU_MEMORY_READBACK});
    if (error)
        return error;
    memset(trl_gpu_buffer_map(scene->blanks), 0, size);
    return trl_gpu_buffer_flush(scene->blanks, 0, size);
}

static int create_counts(struct trl_scene *scene)
{
    if (scene->panel_count == 1 && !scene->grows) {
        scene->composition.counts = trl_panel_picture(&scene->panels[0])->counts;
        return 0;
    }
    if (scene->former) {
        scene->blanks = scene->former->blanks;
        scene->former->blanks = NULL;
    }
    int error = trl_gpu_buffer_create(
        &scene->counts, scene->device,
        &(struct trl_gpu_buffer_params){.name = "counts of a frame",
                                        .size_bytes = sizeof(struct trl_frame_counts),
                                        .memory = TRL_GPU_MEMORY_DEVICE});
    if (!error && !scene->blanks)
        error = create_blanks(scene);
    if (!error)
        error = trl_gpu_kernel_create(
            &scene->count, scene->device,
            &(struct trl_gpu_kernel_params){.shader = TRL_SHADER_SCENE_COUNTS_COMP});
    scene->composition.counts = scene->counts;
    return error;
}

static int build_bare(struct trl_scene *scene)
{
    /* What has no size of its own takes the one that it would like. */
    struct trl_layer_size size = {0};
    int error = trl_scene_bare_size(scene, &size);
    if (!error)
        error = create_cell(scene, 0, scene->panels[0].class->chart ? size.width : 0, size.height);
    if (error)
        return error;
    choose_palette(scene);
    const struct trl_picture *picture = cell_picture(scene, 0);
    scene->parts[0] = (struct trl_part){.picture = picture};
    scene->composition.part_count = 1;
    scene->composition.width = picture->width;
    scene->composition.height = picture->height;
    return create_counts(scene);
}

static void add_part(struct trl_scene *scene, const struct trl_part *part)
{
    scene->parts[scene->composition.part_count++] = *part;
}

/* Data with the background around it that makes sizes even and chroma right. */
static void add_data(struct trl_scene *scene, int cell)
{
    const struct trl_rect *data = &scene->guide.panel[cell].data;
    const int beyond = scene->guide.width - data->x - data->width;
    const int left = !data->x ? 0 : data->x % 2 ? 1 : 2;
    const int right = (left + data->width) % 2 ? 1 : 2;
    const bool lowest = data->y + data->height == scene->guide.height;
    add_part(scene, &(struct trl_part){
                        .picture = cell_picture(scene, cell),
                        .x = data->x - left,
                        .y = data->y,
                        .pad_left = left,
                        .pad_right = right < beyond ? right : beyond,
                        .pad_bottom = lowest ? 0 : data->height % 2,
                    });
}

/* The numbers of a place's moving ranges. */
static int add_scales(struct trl_scene *scene, const struct trl_stamps_params *params,
                      const struct trl_guide_place *place, const struct trl_panel *panel,
                      const struct trl_guide_bar *bar)
{
    const struct {
        const struct trl_guide_numbers *numbers;
        enum trl_align align;
        enum trl_layer_range range;
    } kinds[] = {{&place->bar_numbers, TRL_ALIGN_LEFT, TRL_LAYER_BAR},
                 {&place->x_numbers, TRL_ALIGN_CENTRE, TRL_LAYER_X},
                 {&place->y_numbers, TRL_ALIGN_RIGHT, TRL_LAYER_Y}};
    int error = 0;
    for (int n = 0; !error && n < 3 && panel->class->scale; n++)
        error = trl_stamps_add_scale(&scene->stamps, scene->device, params, kinds[n].numbers,
                                     kinds[n].align, n > 0,
                                     panel->class->scale(panel->layer, kinds[n].range));
    if (!error && bar->phase && bar->moving && panel->class->scale)
        error = trl_stamps_add_note(&scene->stamps, scene->device, params, place->note,
                                    panel->class->scale(panel->layer, TRL_LAYER_BAR));
    return error;
}

static int create_stamps(struct trl_scene *scene)
{
    struct trl_gpu_buffer *spikes = NULL;
    const struct trl_stamps_params params = {
        .text_size = scene->guide.text_size,
        .palette = scene->still.board.palette,
        .step = scene->params->frame_time,
        .unit = scene->params->time_unit,
    };
    int error = 0;
    trl_stamps_init(&scene->stamps, &params);
    for (int n = 0; n < scene->panel_count && !spikes; n++)
        if (scene->panels[n].class->kind == TRL_VIEW_RASTER)
            spikes = trl_panel_picture(&scene->panels[n])->counts;
    if (scene->guide_params.stamp)
        error =
            trl_stamps_add_line(&scene->stamps, scene->device, &params, scene->guide.stamp, spikes);
    for (int cell = 0; !error && cell < scene->cell_count; cell++)
        error = add_scales(scene, &params, &scene->guide.panel[cell],
                           &scene->panels[scene->base[cell]], &scene->guide_panels[cell].bar);
    if (!error && scene->shared_cell >= 0)
        error = add_scales(scene, &params, &scene->guide.shared,
                           &scene->panels[scene->base[scene->shared_cell]],
                           &scene->guide_panels[scene->shared_cell].bar);
    for (int n = 0; n < scene->stamps.count; n++)
        add_part(scene, &(struct trl_part){.picture = trl_stamp_picture(scene->stamps.stamp[n]),
                                           .x = scene->stamps.rect[n].x,
                                           .y = scene->stamps.rect[n].y});
    return error;
}

/* Axes under a camera. */
static int create_bands(struct trl_scene *scene)
{
    const struct trl_color paper = scene->guide_params.background;
    struct trl_palette palette = {0};
    int error = 0;
    trl_palette_paper(&palette, (uint8_t[]){paper.r, paper.g, paper.b});
    for (int cell = 0; !error && cell < scene->cell_count; cell++) {
        const struct trl_panel *panel = &scene->panels[scene->base[cell]];
        if (panel->camera)
            error = trl_bands_add(&scene->bands, scene->device, &scene->guide, cell,
                                  scene->indexed ? &scene->palette : &palette, panel->camera,
                                  panel->params.view.origin == TRL_ORIGIN_LOWER);
    }
    for (int n = 0; n < scene->bands.count; n++)
        add_part(scene, &(struct trl_part){.picture = &scene->bands.band[n].board.picture,
                                           .x = scene->bands.band[n].rect.x,
                                           .y = scene->bands.band[n].rect.y});
    return error;
}

static int build_guided(struct trl_scene *scene)
{
    const struct trl_color paper = scene->guide_params.background;
    int error = 0;
    for (int n = 0; n < scene->panel_count; n++)
        scene->panels[n].params.view.background = paper;
    for (int cell = 0; !error && cell < scene->cell_count; cell++) {
        const struct trl_rect *data = &scene->guide.panel[cell].data;
        for (int n = scene->base[cell]; n < trl_scene_cell_end(scene, cell); n++)
            scene->panels[n].params.view.aspect = TRL_ASPECT_AUTO;
        error = create_cell(scene, cell, data->width, data->height);
    }
    if (error)
        return error;
    choose_palette(scene);
    for (int cell = 0; cell < scene->cell_count; cell++) {
        scene->guide_panels[cell].palette =
            trl_panel_bar_palette(&scene->panels[scene->base[cell]]);
        trl_scene_color_legend(scene, cell);
    }
    error = trl_still_create(&scene->still, scene->device, &scene->guide, &scene->guide_params,
                             scene->indexed ? &scene->palette : NULL);
    if (error)
        return error;
    scene->composition.width = scene->guide.width;
    scene->composition.height = scene->guide.height;
    scene->composition.background = paper.r | (uint32_t)paper.g << 8 | (uint32_t)paper.b << 16;
    add_part(scene, &(struct trl_part){.picture = &scene->still.board.picture, .still = true});
    for (int cell = 0; cell < scene->cell_count; cell++)
        add_data(scene, cell);
    error = create_stamps(scene);
    if (!error)
        error = create_bands(scene);
    return error ? error : create_counts(scene);
}

int trl_scene_build(struct trl_scene *scene, struct trl_scene *former, bool grows)
{
    int error = 0;
    scene->composition.parts = scene->parts;
    scene->former = former;
    scene->grows = grows;
    scene->settled_count = former ? former->settled_count : scene->cell_count;
    trl_scene_join_ranges(scene);
    if (trl_scene_is_bare(scene)) {
        error = build_bare(scene);
    } else {
        error = trl_scene_lay_out(scene);
        if (!error)
            error = build_guided(scene);
    }
    scene->former = NULL;
    return error;
}

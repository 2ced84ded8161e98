/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/log.h"
#include "scene/layer_parts.h"
#include "view/raster.h"

#include <stdio.h>

#include <tensorreel/error.h>

enum { WIDTH = 640, HEIGHT = 360 };

static int64_t neurons(const struct trl_layer_setup *setup)
{
    const int64_t given = setup->panel->raster.neurons;
    return given ? given : trl_layout_elements(&setup->layout);
}

static int raster_size(struct trl_log *log, const struct trl_layer_setup *setup,
                       struct trl_layer_size *out)
{
    const struct trl_raster_params *raster = &setup->panel->raster;
    /* A first frame without events is none to refuse. */
    struct trl_layer_setup filled = *setup;
    for (int n = 0; n < 3 && raster->form == TRL_RASTER_FORM_EVENTS; n++)
        filled.layout.shape[n] = filled.layout.shape[n] > 0 ? filled.layout.shape[n] : 1;
    const int ret = trl_layer_check(log, "raster", &filled);
    if (ret < 0)
        return ret;
    if (raster->form != TRL_RASTER_FORM_MASK && raster->neurons < 1)
        return trl_layer_refuse(log, "raster", &setup->layout,
                                raster->form == TRL_RASTER_FORM_BITS
                                    ? "bits do not say how many neurons there are; give the number"
                                    : "events do not say how many neurons there are; give the "
                                      "number");
    trl_layer_natural(setup, WIDTH, HEIGHT, out);
    out->stretch = true;
    return 0;
}

/* Populations by their first and last neuron. */
static void name_populations(const struct trl_layer_setup *setup, struct trl_guide_panel *out)
{
    const struct trl_raster_params *raster = &setup->panel->raster;
    out->entry_count = raster->population_count > 0 ? raster->population_count + 1 : 0;
    for (int n = 0; n < out->entry_count && n < TRL_GUIDE_ENTRIES_MAX; n++) {
        struct trl_guide_entry *entry = &out->entries[n];
        const int64_t first = n ? raster->populations[n - 1] : 0;
        const int64_t end = n < raster->population_count ? raster->populations[n] : neurons(setup);
        *entry = (struct trl_guide_entry){.first = n, .last = n};
        snprintf(entry->text, sizeof(entry->text), "%lld\xe2\x80\x93%lld", (long long)first,
                 (long long)end - 1);
    }
}

static void raster_guide(const struct trl_layer_setup *setup, struct trl_guide_panel *out)
{
    const struct trl_panel_params *panel = setup->panel;
    const struct trl_time_params time = trl_layer_time(&panel->raster.time, setup);
    const double last = (double)neurons(setup) - 0.5;
    const bool down = panel->raster.first_on_top;
    if (time.mode == TRL_TIME_WHOLE)
        trl_layer_axis_frames(&out->x, &panel->x, time.frames);
    else
        trl_layer_axis_past(&out->x, &panel->x, panel->raster.time.frames);
    trl_layer_axis_cells(&out->y, &panel->y, down ? last : -0.5, down ? -0.5 : last);
    out->bar = (struct trl_guide_bar){0};
    name_populations(setup, out);
}

static int raster_create(void **out, struct trl_device *device, const struct trl_layer_setup *setup)
{
    const struct trl_view_shape shape = trl_layer_shape(&setup->layout);
    struct trl_raster_params params = setup->panel->raster;
    params.time = trl_layer_time(&params.time, setup);
    struct trl_raster *raster = NULL;
    const int ret = trl_raster_create(&raster, device, &params, &setup->panel->view, &shape);
    *out = raster;
    return ret;
}

static void raster_destroy(void *layer)
{
    struct trl_raster *raster = layer;
    trl_raster_destroy(&raster);
}

static int raster_record(void *layer, struct trl_gpu_cmd *cmd, const struct trl_layer_frame *frame)
{
    return trl_raster_record(layer, cmd, frame->tensor);
}

static const struct trl_picture *raster_picture(const void *layer)
{
    return trl_raster_picture(layer);
}

static const struct trl_palette *raster_palette(const void *layer)
{
    return trl_raster_palette(layer);
}

const struct trl_layer_class trl_layer_raster = {
    .kind = TRL_VIEW_RASTER,
    .chart = true,
    .size = raster_size,
    .guide = raster_guide,
    .create = raster_create,
    .destroy = raster_destroy,
    .record = raster_record,
    .picture = raster_picture,
    .palette = raster_palette,
};

/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/log.h"
#include "scene/layer_parts.h"
#include "view/histogram.h"

#include <math.h>

#include <tensorreel/error.h>

enum { WIDTH = 640, HEIGHT = 360 };

static int histogram_size(struct trl_log *log, const struct trl_layer_setup *setup,
                          struct trl_layer_size *out)
{
    trl_layer_natural(setup, WIDTH, HEIGHT, out);
    out->stretch = true;
    return trl_layer_check(log, "histogram", setup);
}

static void histogram_guide(const struct trl_layer_setup *setup, struct trl_guide_panel *out)
{
    const struct trl_panel_params *panel = setup->panel;
    const struct trl_histogram_params *histogram = &panel->histogram;
    const struct trl_time_params time = trl_layer_time(&histogram->time, setup);
    const double most = histogram->log ? 0 : ceil(histogram->count_max);
    struct trl_guide_axis *values = histogram->bars ? &out->x : &out->y;
    double ends[2];
    const bool fixed =
        trl_layer_range(&panel->view, trl_layer_low(setup), trl_layer_high(setup), ends);
    trl_layer_axis_values(values, histogram->bars ? &panel->x : &panel->y, ends[0], ends[1]);
    trl_layer_axis_norm(values, &panel->view);
    values->moving = !fixed;
    out->bar = (struct trl_guide_bar){0};
    if (histogram->bars) {
        trl_layer_axis_values(&out->y, &panel->y, 0, most);
        out->y.ticks = most > 0;
        return;
    }
    if (time.mode == TRL_TIME_WHOLE)
        trl_layer_axis_frames(&out->x, &panel->x, time.frames);
    else
        trl_layer_axis_past(&out->x, &panel->x, histogram->time.frames);
    out->bar = (struct trl_guide_bar){
        .shown = most > 0,
        .label = panel->bar_label,
        .high = most,
        .linthresh = 1,
        .gamma = 0.5,
    };
}

static int histogram_create(void **out, struct trl_device *device,
                            const struct trl_layer_setup *setup)
{
    const struct trl_view_shape shape = trl_layer_shape(&setup->layout);
    struct trl_histogram_params params = setup->panel->histogram;
    params.time = trl_layer_time(&params.time, setup);
    struct trl_histogram *histogram = NULL;
    const int ret = trl_histogram_create(&histogram, device, &params, &setup->panel->view, &shape,
                                         trl_layer_low(setup), trl_layer_high(setup));
    *out = histogram;
    return ret;
}

static void histogram_destroy(void *layer)
{
    struct trl_histogram *histogram = layer;
    trl_histogram_destroy(&histogram);
}

static int histogram_record(void *layer, struct trl_gpu_cmd *cmd,
                            const struct trl_layer_frame *frame)
{
    return trl_histogram_record(layer, cmd, frame->tensor);
}

static const struct trl_picture *histogram_picture(const void *layer)
{
    return trl_histogram_picture(layer);
}

static const struct trl_palette *histogram_palette(const void *layer)
{
    return trl_histogram_palette(layer);
}

static struct trl_gpu_buffer *histogram_scale(const void *layer, enum trl_layer_range range)
{
    return range != TRL_LAYER_BAR ? trl_histogram_scale(layer) : NULL;
}

const struct trl_layer_class trl_layer_histogram = {
    .kind = TRL_VIEW_HISTOGRAM,
    .chart = true,
    .size = histogram_size,
    .guide = histogram_guide,
    .create = histogram_create,
    .destroy = histogram_destroy,
    .record = histogram_record,
    .picture = histogram_picture,
    .palette = histogram_palette,
    .scale = histogram_scale,
};

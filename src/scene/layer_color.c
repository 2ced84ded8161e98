/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/log.h"
#include "scene/layer_parts.h"
#include "view/complex.h"
#include "view/rgb.h"

#include <stdlib.h>

#include <tensorreel/error.h>

/* ---- channels ---- */

static int rgb_size(struct trl_log *log, const struct trl_layer_setup *setup,
                    struct trl_layer_size *out)
{
    struct trl_view_params view = setup->panel->view;
    struct trl_view_shape shape;
    int ret;
    view.scroll = 0;
    if ((ret = trl_layer_check(log, "rgb", setup)) < 0 ||
        (ret = trl_rgb_shape(log, &setup->panel->rgb, &setup->layout, &shape)) < 0)
        return ret;
    return trl_layer_cells_size(log, &view, &shape, out);
}

static void rgb_guide(const struct trl_layer_setup *setup, struct trl_guide_panel *out)
{
    struct trl_panel_params panel = *setup->panel;
    struct trl_view_shape shape;
    panel.view.scroll = 0;
    panel.view.camera = NULL;
    out->bar = (struct trl_guide_bar){0};
    if (trl_rgb_shape(NULL, &panel.rgb, &setup->layout, &shape) == 0)
        trl_layer_cells_axes(&panel, &shape, out);
}

static int rgb_create(void **out, struct trl_device *device, const struct trl_layer_setup *setup)
{
    *out = NULL;
    const struct trl_panel_params *panel = setup->panel;
    struct trl_view_shape shape;
    int ret = trl_rgb_shape(trl_gpu_log(device), &panel->rgb, &setup->layout, &shape);
    if (ret < 0)
        return ret;
    struct trl_rgb *rgb = NULL;
    const struct trl_view_params view = trl_layer_cells_view(&panel->view, &shape);
    ret = trl_rgb_create(&rgb, device, &view, &panel->rgb, &setup->layout);
    *out = rgb;
    return ret;
}

static void rgb_destroy(void *layer)
{
    struct trl_rgb *rgb = layer;
    trl_rgb_destroy(&rgb);
}

static int rgb_record(void *layer, struct trl_gpu_cmd *cmd, const struct trl_layer_frame *frame)
{
    return trl_rgb_record(layer, cmd, frame->tensor);
}

static const struct trl_picture *rgb_picture(const void *layer)
{
    return trl_rgb_picture(layer);
}

const struct trl_layer_class trl_layer_rgb = {
    .kind = TRL_VIEW_RGB,
    .size = rgb_size,
    .guide = rgb_guide,
    .create = rgb_create,
    .destroy = rgb_destroy,
    .record = rgb_record,
    .picture = rgb_picture,
};

/* ---- complex numbers ---- */

static struct trl_view_shape complex_shape(const struct trl_layer_setup *setup)
{
    return (struct trl_view_shape){1, setup->layout.shape[0], setup->layout.shape[1]};
}

static int complex_size(struct trl_log *log, const struct trl_layer_setup *setup,
                        struct trl_layer_size *out)
{
    struct trl_view_params view = setup->panel->view;
    const struct trl_view_shape shape = complex_shape(setup);
    const int ret = trl_layer_check(log, "complex", setup);
    if (ret < 0)
        return ret;
    if (setup->layout.shape[2] != 2)
        return trl_layer_refuse(log, "complex", &setup->layout,
                                "it draws rows x columns x 2, real and imaginary part last");
    view.scroll = 0;
    return trl_layer_cells_size(log, &view, &shape, out);
}

static void complex_guide(const struct trl_layer_setup *setup, struct trl_guide_panel *out)
{
    struct trl_panel_params panel = *setup->panel;
    const struct trl_view_shape shape = complex_shape(setup);
    panel.view.scroll = 0;
    panel.view.camera = NULL;
    trl_layer_cells_axes(&panel, &shape, out);
    out->bar = (struct trl_guide_bar){.shown = true, .label = panel.bar_label, .phase = true};
    /* The range is that of magnitudes, as the view has it, and the movie's is of parts. */
    double ends[2];
    if (panel.view.norm == TRL_NORM_LINEAR || panel.view.norm == TRL_NORM_POWER)
        panel.view.vmin_set = true;
    panel.view.range = TRL_RANGE_FRAME;
    out->bar.moving = !trl_layer_range(&panel.view, NULL, NULL, ends);
    out->bar.low = ends[0];
    out->bar.high = ends[1];
}

struct complex {
    struct trl_complex *view;
    struct trl_palette bar; /* the hues from -pi to pi */
};

static void complex_destroy(void *layer)
{
    struct complex *complex = layer;
    if (!complex)
        return;
    trl_complex_destroy(&complex->view);
    free(complex);
}

static int complex_create(void **out, struct trl_device *device,
                          const struct trl_layer_setup *setup)
{
    const struct trl_view_shape shape = complex_shape(setup);
    const struct trl_view_params view = trl_layer_cells_view(&setup->panel->view, &shape);
    struct complex *complex = calloc(1, sizeof(*complex));
    *out = NULL;
    if (!complex)
        return trl_fail_memory(trl_gpu_log(device), "a complex view", sizeof(*complex));
    const int ret =
        trl_complex_create(&complex->view, device, &view, setup->layout.shape, NULL, NULL);
    if (ret < 0) {
        complex_destroy(complex);
        return ret;
    }
    for (int n = 0; n < 256; n++)
        for (int c = 0; c < 3; c++)
            complex->bar.rgb[n][c] =
                (uint8_t)(trl_complex_hues(complex->view)[(n + 128) % 256] >> (8 * c));
    *out = complex;
    return 0;
}

static int complex_record(void *layer, struct trl_gpu_cmd *cmd, const struct trl_layer_frame *frame)
{
    const struct complex *complex = layer;
    return trl_complex_record(complex->view, cmd, frame->tensor);
}

static const struct trl_picture *complex_picture(const void *layer)
{
    const struct complex *complex = layer;
    return trl_complex_picture(complex->view);
}

static const struct trl_palette *complex_bar_palette(const void *layer)
{
    const struct complex *complex = layer;
    return &complex->bar;
}

static struct trl_gpu_buffer *complex_scale(const void *layer, enum trl_layer_range range)
{
    const struct complex *complex = layer;
    return range == TRL_LAYER_BAR ? trl_complex_scale(complex->view) : NULL;
}

const struct trl_layer_class trl_layer_complex = {
    .kind = TRL_VIEW_COMPLEX,
    .size = complex_size,
    .guide = complex_guide,
    .create = complex_create,
    .destroy = complex_destroy,
    .record = complex_record,
    .picture = complex_picture,
    .bar_palette = complex_bar_palette,
    .scale = complex_scale,
};

/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/log.h"
#include "scene/layer_parts.h"
#include "view/complex.h"
#include "view/rgb.h"

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
    /* Its colours are no line of values. */
    out->bar = (struct trl_guide_bar){0};
}

static int complex_create(void **out, struct trl_device *device,
                          const struct trl_layer_setup *setup)
{
    const struct trl_view_shape shape = complex_shape(setup);
    const struct trl_view_params view = trl_layer_cells_view(&setup->panel->view, &shape);
    struct trl_complex *complex = NULL;
    /* The movie's range is of parts, not of magnitudes. */
    const int ret = trl_complex_create(&complex, device, &view, setup->layout.shape, NULL, NULL);
    *out = complex;
    return ret;
}

static void complex_destroy(void *layer)
{
    struct trl_complex *complex = layer;
    trl_complex_destroy(&complex);
}

static int complex_record(void *layer, struct trl_gpu_cmd *cmd, const struct trl_layer_frame *frame)
{
    return trl_complex_record(layer, cmd, frame->tensor);
}

static const struct trl_picture *complex_picture(const void *layer)
{
    return trl_complex_picture(layer);
}

const struct trl_layer_class trl_layer_complex = {
    .kind = TRL_VIEW_COMPLEX,
    .size = complex_size,
    .guide = complex_guide,
    .create = complex_create,
    .destroy = complex_destroy,
    .record = complex_record,
    .picture = complex_picture,
};

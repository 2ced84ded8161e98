/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/log.h"
#include "scene/layer_parts.h"
#include "view/orbit.h"
#include "view/volume.h"

#include <math.h>
#include <stdlib.h>

#include <tensorreel/error.h>

/* The shorter side shows the volume whichever way it is turned: a square leaves out least. */
enum { SIDE = 540 };

/* As far as an orbit goes. */
static const double zoom_min = 1e-3, zoom_max = 1e3, centre_max = 10;

struct volume {
    struct trl_orbit orbit;
    double spin;
    bool zooms, moves, turns, rises; /* what the camera has keyframes for */
    bool indexed;
    struct trl_volume *view;
};

static int volume_size(struct trl_log *log, const struct trl_layer_setup *setup,
                       struct trl_layer_size *out)
{
    const struct trl_panel_params *panel = setup->panel;
    struct trl_rays rays;
    int ret;
    if ((ret = trl_layer_check(log, "volume", setup)) < 0 ||
        (ret = trl_orbit_rays(&rays, log, &panel->orbit, panel->view.origin, setup->layout.shape,
                              panel->volume.spacing, SIDE, SIDE)) < 0)
        return ret;
    if (!isfinite(panel->orbit_spin))
        return trl_fail(log, TRL_ERROR_USAGE, "view volume: it turns by %g degrees a frame",
                        panel->orbit_spin);
    trl_layer_natural(setup, SIDE, SIDE, out);
    out->stretch = true;
    return 0;
}

static void volume_guide(const struct trl_layer_setup *setup, struct trl_guide_panel *out)
{
    const struct trl_panel_params *panel = setup->panel;
    out->x = (struct trl_guide_axis){.label = panel->x.label};
    out->y = (struct trl_guide_axis){.label = panel->y.label};
    trl_layer_bar(&out->bar, panel->bar_label, &panel->view, trl_layer_low(setup),
                  trl_layer_high(setup));
}

static int volume_create(void **out, struct trl_device *device, const struct trl_layer_setup *setup)
{
    *out = NULL;
    const struct trl_panel_params *panel = setup->panel;
    struct volume *volume = calloc(1, sizeof(*volume));
    if (!volume)
        return trl_fail_memory(trl_gpu_log(device), "a volume", sizeof(*volume));
    *volume = (struct volume){
        .orbit = panel->orbit,
        .spin = panel->orbit_spin,
        .zooms = trl_layer_camera_names(panel, TRL_CAMERA_ZOOM),
        .moves = trl_layer_camera_names(panel, TRL_CAMERA_CENTER_X),
        .turns = trl_layer_camera_names(panel, TRL_CAMERA_AZIMUTH),
        .rises = trl_layer_camera_names(panel, TRL_CAMERA_ELEVATION),
        .indexed = panel->volume.mode == TRL_VOLUME_MIP,
    };
    const int ret =
        trl_volume_create(&volume->view, device, &panel->view, &panel->volume, setup->layout.shape,
                          trl_layer_low(setup), trl_layer_high(setup));
    if (ret < 0) {
        free(volume);
        return ret;
    }
    *out = volume;
    return 0;
}

static void volume_destroy(void *layer)
{
    struct volume *volume = layer;
    if (!volume)
        return;
    trl_volume_destroy(&volume->view);
    free(volume);
}

/* Keyframes take the place of the panel's angles and zoom; the spin is added to either. They may go
 * further than an orbit does: there nothing but one voxel, or nothing at all, is seen. */
static struct trl_orbit orbit_of(const struct volume *volume, const struct trl_layer_frame *frame)
{
    struct trl_orbit orbit = volume->orbit;
    const struct trl_camera_pose *pose = frame->pose;
    if (pose && volume->zooms)
        orbit.zoom = fmin(fmax(pose->zoom, zoom_min), zoom_max);
    if (pose && volume->moves) {
        orbit.centre[1] = fmin(fmax(pose->center_y - 0.5, -centre_max), centre_max);
        orbit.centre[2] = fmin(fmax(pose->center_x - 0.5, -centre_max), centre_max);
    }
    if (pose && volume->turns)
        orbit.azimuth = pose->azimuth;
    if (pose && volume->rises)
        orbit.elevation = pose->elevation;
    orbit.azimuth = fmod(orbit.azimuth + fmod(volume->spin * (double)frame->index, 360), 360);
    return orbit;
}

static int volume_record(void *layer, struct trl_gpu_cmd *cmd, const struct trl_layer_frame *frame)
{
    struct volume *volume = layer;
    const struct trl_orbit orbit = orbit_of(volume, frame);
    return trl_volume_record(volume->view, cmd, frame->tensor, &orbit);
}

static const struct trl_picture *volume_picture(const void *layer)
{
    const struct volume *volume = layer;
    return trl_volume_picture(volume->view);
}

static const struct trl_palette *volume_palette(const void *layer)
{
    const struct volume *volume = layer;
    return volume->indexed ? trl_volume_palette(volume->view) : NULL;
}

/* Of matter by itself: light, and what lies behind, change its colour. */
static const struct trl_palette *volume_bar_palette(const void *layer)
{
    const struct volume *volume = layer;
    return trl_volume_palette(volume->view);
}

static struct trl_gpu_buffer *volume_scale(const void *layer, enum trl_layer_range range)
{
    const struct volume *volume = layer;
    return range == TRL_LAYER_BAR ? trl_volume_scale(volume->view) : NULL;
}

const struct trl_layer_class trl_layer_volume = {
    .kind = TRL_VIEW_VOLUME,
    .size = volume_size,
    .guide = volume_guide,
    .create = volume_create,
    .destroy = volume_destroy,
    .record = volume_record,
    .picture = volume_picture,
    .palette = volume_palette,
    .scale = volume_scale,
    .bar_palette = volume_bar_palette,
};

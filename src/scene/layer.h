/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "base/frame.h"
#include "gpu/gpu.h"
#include "gpu/picture.h"
#include "view/camera.h"
#include "view/guide.h"

#include <tensorreel/scene.h>

/*
 * The views behind one interface: what a panel draws with. A layer takes (tiles, rows, columns) and
 * leaves a picture.
 */

/* What a layer is made for. */
struct trl_layer_setup {
    const struct trl_panel_params *panel;
    struct trl_layout layout; /* of the first frame: rank 3 */
    int64_t frame_count;      /* of the film; -1: not known */
    bool range_known;         /* low and high: the movie's */
    float low, high;
};

/* Pixels that the data would like, and whether its ratio may change. */
struct trl_layer_size {
    int width, height;
    bool stretch;
    int64_t tiles; /* above 1: the form of a grid of these follows the room that there is */
    int tile_width, tile_height;
};

/* What changes from frame to frame. */
struct trl_layer_frame {
    const struct trl_gpu_tensor *tensor;
    int64_t index;                      /* of the film */
    const struct trl_camera_pose *pose; /* of the panel's camera; NULL: none. Zoom and centre of
                                           heat maps and projections follow the index alone */
};

/* Ranges that a layer may have. */
enum trl_layer_range { TRL_LAYER_BAR = 0, TRL_LAYER_X, TRL_LAYER_Y };

struct trl_layer_class {
    enum trl_view_kind kind;
    bool chart; /* has axes unless it is told not to */
    /* Checks what of the setup needs no device, and says what size it would take. TRL_ERROR_USAGE
     * says how the view and the tensor do not fit. */
    int (*size)(struct trl_log *log, const struct trl_layer_setup *setup,
                struct trl_layer_size *out);
    /* Axes and colour bar of the panel: fills in x, y and bar of the guide, for a setup that size
     * took. Ticks and bar->shown say what is possible. Where the panel's view has width and height
     * they are those of the data; what they change moves ticks by less than a pixel, but where the
     * unit circle of points is in a picture that is not square, or lines are wider than a 20th of
     * the height. */
    void (*guide)(const struct trl_layer_setup *setup, struct trl_guide_panel *out);
    /* The panel's view has width and height: the picture has just these. */
    int (*create)(void **out, struct trl_device *device, const struct trl_layer_setup *setup);
    void (*destroy)(void *layer);
    int (*record)(void *layer, struct trl_gpu_cmd *cmd, const struct trl_layer_frame *frame);
    const struct trl_picture *(*picture)(const void *layer);
    /* NULL, or a function that gives NULL: the picture is in full colour. */
    const struct trl_palette *(*palette)(const void *layer);
    /* Of the colour bar, where the picture has none itself; NULL: that of the picture. */
    const struct trl_palette *(*bar_palette)(const void *layer);
    /* TRL_SCALE_WORDS of what the guide calls moving. NULL, or a function that gives NULL: nothing
     * is. */
    struct trl_gpu_buffer *(*scale)(const void *layer, enum trl_layer_range range);
};

/* The class of a kind; never NULL. */
const struct trl_layer_class *trl_layer_class(enum trl_view_kind kind);

/* Heat maps and projections that have one scale, that of the first, as trl_view_share and
 * trl_view_record_shared say: shared once, before the first frame, then recorded together. */
int trl_layer_share(void *layer, const void *leader);
int trl_layer_record_shared(void *const *layers, struct trl_gpu_cmd *cmd,
                            const struct trl_layer_frame *frames, int count);

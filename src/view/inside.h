/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "gpu/upload.h"
#include "view/analyse.h"
#include "view/camera.h"
#include "view/equalize.h"
#include "view/fields.h"
#include "view/geometry.h"
#include "view/reduce.h"
#include "view/samples.h"
#include "view/view.h"

/* The inside of struct trl_view; seen by view.c, aim.c and draw.c only. */

struct trl_view {
    struct trl_device *device;
    struct trl_view_shape shape; /* of the frames that come */
    struct trl_view_geometry geometry;
    struct trl_scale scale;
    struct trl_palette palette;
    struct trl_picture picture;
    struct trl_analyse analyse;
    const struct trl_view *leader; /* whose scale is used; NULL: its own */
    struct trl_equalize_ranks equalize;
    bool equalizes;
    struct trl_fields fields;
    bool adapts, bilinear, drawn;              /* drawn: frames were recorded */
    struct trl_gpu_variants classify, compute; /* as a pass, and in compute */
    bool computes;
    struct trl_gpu_image *target;
    uint16_t *column_map; /* and behind it the row map */
    struct trl_gpu_buffer *cells, *columns, *rows, *colours, *samples, *setup;
    /* What the cells show; of the frame at hand if there is a camera. */
    struct trl_camera *camera;
    int64_t frame;
    bool reduces;
    struct trl_reduction reduction;
    uint32_t *sample_words;
    int64_t *row_ends, *column_ends;
    /* Scrolling: the last frames as columns, float32, and where the next one goes. */
    struct trl_gpu_variants append;
    struct trl_gpu_tensor ring;
    int64_t next;
    /* What is drawn of the frame at hand, before it is reduced, and its first column. */
    struct trl_gpu_tensor shown;
    uint32_t rotate;
};

/* aim.c: what makes cells of elements. */
int trl_view_aim_init(struct trl_view *view, const struct trl_view_params *params);
void trl_view_aim_destroy(struct trl_view *view);
/* Records the tables of a frame. With divide the tensor is read in parts even if no cell stands for
 * more than one element. */
int trl_view_aim(struct trl_view *view, struct trl_gpu_cmd *cmd, bool divide);

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "view/board.h"
#include "view/camera.h"
#include "view/guide.h"

/*
 * Axes that follow a camera: drawn on the host for each frame in which it moved, and sent along
 * with the frame's commands.
 */
#define TRL_BANDS_MAX (2 * TRL_GUIDE_PANELS_MAX)

struct trl_band {
    int panel; /* of the guide */
    struct trl_rect rect;
    struct trl_board board;
    const struct trl_camera *camera;
    bool upwards; /* row 0 is the lowest */
    bool drawn;
    double x[2], y[2]; /* what is seen, as drawn */
};

struct trl_bands {
    struct trl_band band[TRL_BANDS_MAX];
    int count;
};

/* Adds the bands that a panel of the guide has; none for most. The camera must live as long. */
int trl_bands_add(struct trl_bands *bands, struct trl_device *device, const struct trl_guide *guide,
                  int panel, const struct trl_palette *palette, const struct trl_camera *camera,
                  bool upwards);
void trl_bands_destroy(struct trl_bands *bands);

/* guide and params are those of the layout. */
int trl_bands_record(struct trl_bands *bands, struct trl_gpu_cmd *cmd, struct trl_log *log,
                     const struct trl_guide *guide, const struct trl_guide_params *params,
                     int64_t index);

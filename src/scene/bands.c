/* SPDX-License-Identifier: BSD-2-Clause */
#include "scene/bands.h"

#include "base/log.h"

#include <stdlib.h>

static int add(struct trl_bands *bands, struct trl_device *device, struct trl_rect rect,
               const struct trl_palette *palette)
{
    struct trl_band *band = &bands->band[bands->count++];
    struct trl_upload upload = {0};
    *band = (struct trl_band){.rect = rect};
    int ret =
        trl_board_cells(&band->board, device, rect.width, rect.height, rect.width, rect.height);
    if (ret < 0)
        return ret;
    trl_board_map_columns(&band->board, 0, rect.width, 0, rect.width);
    trl_board_map_rows(&band->board, 0, rect.height, 0, rect.height, false);
    if ((ret = trl_upload_begin(&upload, device)) == 0 &&
        (ret = trl_board_upload(&band->board, &upload, palette)) == 0)
        ret = trl_upload_finish(&upload);
    trl_upload_destroy(&upload);
    return ret;
}

int trl_bands_add(struct trl_bands *bands, struct trl_device *device, const struct trl_guide *guide,
                  int panel, const struct trl_palette *palette, const struct trl_camera *camera,
                  bool upwards)
{
    const struct trl_rect rects[2] = {guide->panel[panel].x_band, guide->panel[panel].y_band};
    int ret = 0;
    for (int n = 0; n < 2 && ret == 0; n++) {
        if (!rects[n].width)
            continue;
        ret = add(bands, device, rects[n], palette);
        struct trl_band *band = &bands->band[bands->count - 1];
        band->panel = panel;
        band->camera = camera;
        band->upwards = upwards;
    }
    return ret;
}

void trl_bands_destroy(struct trl_bands *bands)
{
    for (int n = 0; n < bands->count; n++)
        trl_board_destroy(&bands->band[n].board);
    bands->count = 0;
}

/* What the pose shows of an axis of cells. */
static void look(double center, double zoom, double seen[2])
{
    seen[0] = center - 1 / (2 * zoom);
    seen[1] = center + 1 / (2 * zoom);
}

static int draw(const struct trl_band *band, struct trl_gpu_cmd *cmd, struct trl_log *log,
                const struct trl_guide *guide, const struct trl_guide_params *params)
{
    struct trl_guide_axis x = params->panels[band->panel].x, y = params->panels[band->panel].y;
    const size_t stride = band->board.picture.cell_stride;
    const size_t size = stride * (size_t)band->rect.height * sizeof(uint16_t);
    x.from = band->x[0];
    x.to = band->x[1];
    y.from = band->y[0];
    y.to = band->y[1];
    uint16_t *indices = calloc(size, 1);
    if (!indices)
        return trl_fail_memory(log, "axes", size);
    const int ret =
        trl_guide_draw_axes(guide, log, params, band->panel, &x, &y, band->rect,
                            &(struct trl_guide_canvas){.indices = indices, .stride = stride});
    if (ret == 0)
        trl_gpu_cmd_update(cmd, band->board.cells, 0, indices, size);
    free(indices);
    return ret;
}

int trl_bands_record(struct trl_bands *bands, struct trl_gpu_cmd *cmd, struct trl_log *log,
                     const struct trl_guide *guide, const struct trl_guide_params *params,
                     int64_t index)
{
    int ret = 0;
    for (int n = 0; n < bands->count && ret == 0; n++) {
        struct trl_band *band = &bands->band[n];
        struct trl_camera_pose pose;
        double x[2], y[2];
        trl_camera_pose(band->camera, index, &pose);
        look(pose.center_x, pose.zoom, x);
        look(band->upwards ? pose.center_y : 1 - pose.center_y, pose.zoom, y);
        if (band->drawn && band->x[0] == x[0] && band->x[1] == x[1] && band->y[0] == y[0] &&
            band->y[1] == y[1])
            continue;
        for (int k = 0; k < 2; k++) {
            band->x[k] = x[k];
            band->y[k] = y[k];
        }
        ret = draw(band, cmd, log, guide, params);
        band->drawn = true;
    }
    return ret;
}

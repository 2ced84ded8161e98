/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "../gpu/device.h"
#include "reference.h"
#include "view/view.h"

/* One view on the device, fed frame by frame, and the same on the host. */
struct harness {
    struct test_device *test;
    struct trl_view_params params;
    struct trl_view_shape shape;
    struct trl_scale scale;
    struct trl_view_geometry geometry;
    struct trl_view *view;
    struct trl_gpu_cmd *cmd;
    struct trl_gpu_buffer *tensor, *readback;
    uint64_t cells_size;
    struct reference_values ring; /* scrolling */
    struct reference_run run;
    struct trl_camera *camera; /* the same once more; NULL: none */
    int64_t frame;
    uint16_t *cells; /* of the last frame, from the device; stride as the picture's */
    struct trl_frame_counts counts;
};

void harness_open(struct harness *harness, struct test_device *test,
                  const struct trl_view_params *params, const struct trl_view_shape *shape);
void harness_close(struct harness *harness);
/* The device's memory for a frame of so many bytes, to write one that is then drawn in place. */
void *harness_map(struct harness *harness, size_t size);
/* Draws a frame that lies in size bytes of data. */
void harness_draw(struct harness *harness, const struct trl_layout *layout, const void *data,
                  size_t size);
/* Records the copy of cells and counts to the host / takes them, once that is done. */
void harness_read(struct harness *harness, struct trl_gpu_cmd *cmd);
void harness_take(struct harness *harness);
/* Compares what lies in cells and counts with the reference for these elements. seen are those that
 * the scale is made for. */
void harness_compare(struct harness *harness, const struct reference_values *shown,
                     const struct reference_values *seen, const struct reference_values *counted);
/* Draws it on the host too, and fails the test where cells or counts differ. */
void harness_check(struct harness *harness, const struct trl_layout *layout, const void *data,
                   size_t size);

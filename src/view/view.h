/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "base/frame.h"
#include "gpu/gpu.h"
#include "gpu/picture.h"

#include <tensorreel/view.h>

/*
 * The heat map: a fragment pass that reads the tensor's own buffer and leaves palette indices.
 * Cells are elements (nearest), groups of elements (the tensor is larger than the picture), or
 * pixels (bilinear).
 */
struct trl_view;
struct trl_camera;

/*
 * shape is that of every frame to come. movie_low and movie_high are the range of the whole movie
 * and used where params->range asks for it; NULL otherwise. Uploads tables: submits and waits once.
 */
int trl_view_create(struct trl_view **out, struct trl_device *device,
                    const struct trl_view_params *params, const struct trl_view_shape *shape,
                    const float *movie_low, const float *movie_high);
void trl_view_destroy(struct trl_view **view);

/* Records the drawing of one frame: analysis if the range is a frame's own, thresholds, the pass.
 * tensor->layout has rank 3, (tiles, rows, columns) as the shape says; with scroll it has rows 1.
 * The picture's buffers hold this frame until the next record on the same queue. */
int trl_view_record(struct trl_view *view, struct trl_gpu_cmd *cmd,
                    const struct trl_gpu_tensor *tensor);

/*
 * One scale for several views: from now on view uses the leader's, and its own params for range,
 * norm and equalisation (but for CLAHE) do not matter. Before the first frame of view; leader must
 * live as long. Frames are then recorded together: the range (or equalisation) is that of all
 * tensors as if they were one, found on the device. views[0] is the leader. A movie's range must be
 * that of all movies when the leader is made. A view that is led and recorded alone uses the scale
 * as its leader left it.
 */
#define TRL_VIEW_SHARED_MAX 64
int trl_view_share(struct trl_view *view, const struct trl_view *leader);
int trl_view_record_shared(struct trl_view *const *views, struct trl_gpu_cmd *cmd,
                           const struct trl_gpu_tensor *tensors, int count);

/*
 * With params->camera the cells are the pixels of the tiles, and the camera chooses for each frame
 * which elements they show, so the picture's maps never change. A cell stands for exactly the
 * elements that its pixel covers: they are reduced as params->reduce says where they are more than
 * one, each frame anew and only those that are seen, and shown as they are where the camera is
 * close. What lies outside of the tensor is background. Ranges, equalisation and counts are those
 * of the whole tensor, wherever the camera looks.
 *
 * The frame of the film that the next record draws, from 0; each record counts one on. For films
 * that drop frames.
 */
void trl_view_seek(struct trl_view *view, int64_t frame);
/* Whether cells are classified in compute instead of in a fragment pass: the same cells. Hardware
 * does so, since of some devices only a small part draws fragments (on an H200 a pass of 1920 x
 * 1080 takes 1.3 ms, a kernel 0.03 ms); software drivers are faster with the pass. */
void trl_view_use_compute(struct trl_view *view, bool use);

/* For colour bars. On the device: TRL_SCALE_WORDS words, of which TRL_SCALE_KEYS on are the keys of
 * the values at which the 256 steps begin, and of the first above. On the host: those values, and
 * the high end as the last; false if they are found in every frame. */
struct trl_gpu_buffer *trl_view_scale(const struct trl_view *view);
bool trl_view_thresholds(const struct trl_view *view, float values[257]);

/* The picture that record fills. Valid as long as the view. */
const struct trl_picture *trl_view_picture(const struct trl_view *view);
const struct trl_palette *trl_view_palette(const struct trl_view *view);

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "gpu/picture.h"

#include <tensorreel/view.h>

/*
 * Two pictures of one size, one over the other, as a third in full colour. Exact: a channel is
 * (lower * (255 - alpha) + upper * alpha) / 255, rounded to the nearest. The counts are those of
 * the lower picture.
 */
struct trl_overlay;

/* The pictures must outlive the overlay. TRL_ERROR_USAGE if their sizes differ, or if something is
 * to be hidden of an upper picture that has no indices. */
int trl_overlay_create(struct trl_overlay **out, struct trl_device *device,
                       const struct trl_overlay_params *params, const struct trl_picture *lower,
                       const struct trl_picture *upper);
void trl_overlay_destroy(struct trl_overlay **overlay);

/* Records the overlay of both as they are by then. */
void trl_overlay_record(struct trl_overlay *overlay, struct trl_gpu_cmd *cmd);
const struct trl_picture *trl_overlay_picture(const struct trl_overlay *overlay);

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdint.h>

#include <tensorreel/tensor.h>
#include <tensorreel/view.h>

struct trl_log;

/*
 * Views of a tensor that need no copy. Negative axes and indices count from the end. out may be in;
 * it is not touched on error. Errors: TRL_ERROR_USAGE, with the axis and what would fit.
 */

/* The tensor at one index of an axis: one rank less. */
int trl_layout_slice(struct trl_log *log, struct trl_layout *out, const struct trl_layout *in,
                     int axis, int64_t index);

/* Axis n of out is axis order[n] of in; each axis must be named once. */
int trl_layout_permute(struct trl_log *log, struct trl_layout *out, const struct trl_layout *in,
                       const int *order);

/* As (tiles, rows, columns) for the heat map: axes of size 1 are put before the others. For ranks
 * 0 to 3. */
int trl_layout_picture(struct trl_log *log, struct trl_layout *out, const struct trl_layout *in);

/* The index, 0 or more, that a slice of the layout shows in a frame counted from 0. */
int trl_slice_index(struct trl_log *log, const struct trl_slice *slice,
                    const struct trl_layout *layout, int64_t frame, int64_t *index);

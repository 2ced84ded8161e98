/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <tensorreel/tensor.h>

/* Axes that are walked in C order. */
struct trl_ops_axes {
    int rank; /* at least 1 once straightened */
    int64_t shape[TRL_RANK_MAX];
    int64_t inner[TRL_RANK_MAX]; /* elements of the axes behind */
};

/* Leaves out axes of one element and joins those that continue each other in every one of so many
 * sets of strides; fills in inner. */
void trl_ops_axes_straighten(struct trl_ops_axes *axes, int64_t (*stride)[TRL_RANK_MAX], int sets);
int64_t trl_ops_axes_elements(const struct trl_ops_axes *axes);

/* Some elements that follow each other. axis is the outermost along which they move: along those
 * before it they stand still, of those behind they may meet every element. */
struct trl_ops_range {
    int64_t at, count;
    int axis;
    int64_t start[TRL_RANK_MAX]; /* up to axis */
    int64_t last;                /* of axis */
};

/* Fills in the rest for at and count. */
void trl_ops_range_place(const struct trl_ops_axes *axes, struct trl_ops_range *range);
/* Adds the lowest and the highest element that the range may meet. */
void trl_ops_range_reach(const struct trl_ops_axes *axes, const struct trl_ops_range *range,
                         const int64_t *stride, int64_t *low, int64_t *high);
/* The element from which a kernel counts, and the element of the axes at which it starts. */
int64_t trl_ops_range_base(const struct trl_ops_range *range, const int64_t *stride);
int64_t trl_ops_range_first(const struct trl_ops_axes *axes, const struct trl_ops_range *range);
/* False if a kernel that counts in 32 bits cannot walk it. */
bool trl_ops_range_fits(const struct trl_ops_axes *axes, const struct trl_ops_range *range);
/* Writes what kernels divide by: the extents of all axes but the first. The end of them. */
uint32_t *trl_ops_range_extents(const struct trl_ops_axes *axes, const struct trl_ops_range *range,
                                uint32_t *out);

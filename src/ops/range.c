/* SPDX-License-Identifier: BSD-2-Clause */
#include "ops/range.h"

void trl_ops_axes_straighten(struct trl_ops_axes *axes, int64_t (*stride)[TRL_RANK_MAX], int sets)
{
    int used = 0;
    for (int axis = 0; axis < axes->rank; axis++) {
        if (axes->shape[axis] == 1)
            continue;
        bool joins = used > 0;
        for (int n = 0; n < sets && joins; n++)
            joins = stride[n][used - 1] == stride[n][axis] * axes->shape[axis];
        used -= joins;
        axes->shape[used] = joins ? axes->shape[used] * axes->shape[axis] : axes->shape[axis];
        for (int n = 0; n < sets; n++)
            stride[n][used] = stride[n][axis];
        used++;
    }
    if (!used) {
        axes->shape[0] = 1;
        for (int n = 0; n < sets; n++)
            stride[n][0] = 0;
        used = 1;
    }
    axes->rank = used;
    axes->inner[used - 1] = 1;
    for (int axis = used - 1; axis > 0; axis--)
        axes->inner[axis - 1] = axes->inner[axis] * axes->shape[axis];
}

int64_t trl_ops_axes_elements(const struct trl_ops_axes *axes)
{
    return axes->inner[0] * axes->shape[0];
}

void trl_ops_range_place(const struct trl_ops_axes *axes, struct trl_ops_range *range)
{
    int64_t first = range->at, last = range->at + range->count - 1;
    for (int axis = 0; axis < axes->rank; axis++) {
        const int64_t inner = axes->inner[axis];
        range->axis = axis;
        range->start[axis] = first / inner;
        range->last = last / inner;
        if (range->start[axis] != range->last)
            return;
        first %= inner;
        last %= inner;
    }
}

void trl_ops_range_reach(const struct trl_ops_axes *axes, const struct trl_ops_range *range,
                         const int64_t *stride, int64_t *low, int64_t *high)
{
    for (int axis = 0; axis < axes->rank; axis++) {
        const int64_t first = axis <= range->axis ? range->start[axis] : 0;
        const int64_t last = axis < range->axis    ? first
                             : axis == range->axis ? range->last
                                                   : axes->shape[axis] - 1;
        *low += stride[axis] * (stride[axis] < 0 ? last : first);
        *high += stride[axis] * (stride[axis] < 0 ? first : last);
    }
}

int64_t trl_ops_range_base(const struct trl_ops_range *range, const int64_t *stride)
{
    int64_t base = 0;
    for (int axis = 0; axis <= range->axis; axis++)
        base += range->start[axis] * stride[axis];
    return base;
}

int64_t trl_ops_range_first(const struct trl_ops_axes *axes, const struct trl_ops_range *range)
{
    return range->at % axes->inner[range->axis];
}

bool trl_ops_range_fits(const struct trl_ops_axes *axes, const struct trl_ops_range *range)
{
    return axes->inner[range->axis] <= INT32_MAX && range->count <= INT32_MAX;
}

uint32_t *trl_ops_range_extents(const struct trl_ops_axes *axes, const struct trl_ops_range *range,
                                uint32_t *out)
{
    for (int axis = 1; axis < axes->rank; axis++)
        *out++ = axis > range->axis ? (uint32_t)axes->shape[axis] : UINT32_MAX;
    return out;
}

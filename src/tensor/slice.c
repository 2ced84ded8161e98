/* SPDX-License-Identifier: BSD-2-Clause */
#include "tensor/slice.h"

#include "base/log.h"
#include "base/math.h"

#include <stdbool.h>

static int find_axis(struct trl_log *log, const struct trl_layout *layout, int axis, int *out)
{
    const int rank = layout->rank;
    if (rank < 1)
        return trl_fail(log, TRL_ERROR_USAGE, "slice: the tensor has no axis to slice");
    if (axis < -rank || axis >= rank)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "slice: axis %d of a tensor that has %d; 0 to %d or %d to -1 are there",
                        axis, rank, rank - 1, -rank);
    *out = axis < 0 ? axis + rank : axis;
    return 0;
}

static int find_index(struct trl_log *log, const struct trl_layout *layout, int axis, int64_t index,
                      int64_t *out)
{
    const int64_t size = layout->shape[axis];
    if (size < 1)
        return trl_fail(log, TRL_ERROR_USAGE, "slice: axis %d is empty", axis);
    if (index < -size || index >= size)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "slice: index %lld of axis %d, which has %lld; 0 to %lld or %lld to -1 are "
                        "there",
                        (long long)index, axis, (long long)size, (long long)(size - 1),
                        (long long)-size);
    *out = index < 0 ? index + size : index;
    return 0;
}

int trl_layout_slice(struct trl_log *log, struct trl_layout *out, const struct trl_layout *in,
                     int axis, int64_t index)
{
    int ret;
    if ((ret = find_axis(log, in, axis, &axis)) < 0 ||
        (ret = find_index(log, in, axis, index, &index)) < 0)
        return ret;
    struct trl_layout layout = *in;
    layout.offset += index * in->stride[axis];
    for (int n = axis; n < in->rank - 1; n++) {
        layout.shape[n] = in->shape[n + 1];
        layout.stride[n] = in->stride[n + 1];
    }
    layout.rank--;
    layout.shape[layout.rank] = 0;
    layout.stride[layout.rank] = 0;
    *out = layout;
    return 0;
}

int trl_layout_permute(struct trl_log *log, struct trl_layout *out, const struct trl_layout *in,
                       const int *order)
{
    struct trl_layout layout = *in;
    unsigned seen = 0;
    for (int n = 0; n < in->rank; n++) {
        int axis = 0;
        const int ret = find_axis(log, in, order[n], &axis);
        if (ret < 0)
            return ret;
        if (seen >> axis & 1)
            return trl_fail(log, TRL_ERROR_USAGE, "axes: axis %d is named twice", axis);
        seen |= 1U << axis;
        layout.shape[n] = in->shape[axis];
        layout.stride[n] = in->stride[axis];
    }
    *out = layout;
    return 0;
}

int trl_layout_picture(struct trl_log *log, struct trl_layout *out, const struct trl_layout *in)
{
    if (in->rank < 0 || in->rank > 3)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "picture: a tensor of %d axes; at most 3 (tiles, rows, columns) are drawn. "
                        "Take a slice or a projection of it",
                        in->rank);
    struct trl_layout layout = *in;
    const int added = 3 - in->rank;
    for (int n = 2; n >= 0; n--) {
        layout.shape[n] = n < added ? 1 : in->shape[n - added];
        layout.stride[n] = n < added ? 0 : in->stride[n - added];
    }
    layout.rank = 3;
    *out = layout;
    return 0;
}

/* Where a way of so many frames is after some: 0 at the first, frames - 1 at the last. */
static int64_t way(enum trl_slice_motion motion, int64_t frame, int64_t frames)
{
    if (frames < 2)
        return 0;
    switch (motion) {
    case TRL_SLICE_LOOP:
        return frame % frames;
    case TRL_SLICE_BOUNCE: {
        const int64_t at = frame % (2 * (frames - 1));
        return at < frames ? at : 2 * (frames - 1) - at;
    }
    default:
        return trl_min_i64(frame, frames - 1);
    }
}

int trl_slice_index(struct trl_log *log, const struct trl_slice *slice,
                    const struct trl_layout *layout, int64_t frame, int64_t *index)
{
    enum { FRAMES_MAX = 1 << 30 };
    int axis = 0, ret;
    int64_t first = 0, last = 0;
    if ((ret = find_axis(log, layout, slice->axis, &axis)) < 0 ||
        (ret = find_index(log, layout, axis, slice->first, &first)) < 0)
        return ret;
    if ((unsigned)slice->motion > TRL_SLICE_BOUNCE)
        return trl_fail(log, TRL_ERROR_USAGE, "slice: motion %d: unknown", (int)slice->motion);
    if (slice->motion == TRL_SLICE_FIXED) {
        *index = first;
        return 0;
    }
    if ((ret = find_index(log, layout, axis, slice->last, &last)) < 0)
        return ret;
    if (slice->frames < 0 || slice->frames > FRAMES_MAX || frame < 0)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "slice: %lld frames from first to last; 1 to %d are possible",
                        (long long)slice->frames, FRAMES_MAX);
    const int64_t distance = last < first ? first - last : last - first;
    const int64_t frames = slice->frames ? slice->frames : distance + 1;
    const int64_t at = way(slice->motion, frame, frames);
    if (distance > INT64_MAX / FRAMES_MAX / 4)
        return trl_fail(log, TRL_ERROR_USAGE, "slice: axis %d is too long to move along", axis);
    /* The nearest index. */
    const int64_t moved = frames > 1 ? (2 * at * distance + frames - 1) / (2 * (frames - 1)) : 0;
    *index = last < first ? first - moved : first + moved;
    return 0;
}

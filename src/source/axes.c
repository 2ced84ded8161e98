/* SPDX-License-Identifier: BSD-2-Clause */
#include "source/axes.h"

#include "base/log.h"
#include "base/math.h"

#include <ctype.h>
#include <string.h>

enum role { ROLE_FRAME, ROLE_TILE, ROLE_ROW, ROLE_COLUMN, ROLE_COUNT, ROLE_NONE = -1 };

static enum role role_of(char letter)
{
    switch (toupper((unsigned char)letter)) {
    case 'T':
        return ROLE_FRAME;
    case 'H':
    case 'Y':
        return ROLE_ROW;
    case 'W':
    case 'X':
        return ROLE_COLUMN;
    case 'N':
    case 'Z':
    case 'B':
    case 'C':
        return ROLE_TILE;
    default:
        return ROLE_NONE;
    }
}

int trl_axes_check(struct trl_log *log, const char *axes)
{
    static const char *const names[ROLE_COUNT] = {"frame", "tile", "row", "column"};
    int seen[ROLE_COUNT] = {0};
    if (!axes)
        return 0;
    if (!*axes || strlen(axes) > TRL_RANK_MAX)
        return trl_fail(log, TRL_ERROR_USAGE, "--axes '%s': 1 to %d letters are expected, e.g. THW",
                        axes, TRL_RANK_MAX);
    for (const char *at = axes; *at; at++) {
        const enum role role = role_of(*at);
        if (role == ROLE_NONE)
            return trl_fail(log, TRL_ERROR_USAGE,
                            "--axes %s: '%c' is no axis; T is frames, H or Y rows, W or X columns, "
                            "N, Z, B or C tiles",
                            axes, *at);
        for (const char *before = axes; before < at; before++) {
            if (toupper((unsigned char)*before) == toupper((unsigned char)*at))
                return trl_fail(log, TRL_ERROR_USAGE, "--axes %s: '%c' is given twice", axes, *at);
        }
        if (++seen[role] > (role == ROLE_TILE ? 2 : 1))
            return trl_fail(log, TRL_ERROR_USAGE, "--axes %s: '%c' is one %s axis too many", axes,
                            *at, names[role]);
    }
    return 0;
}

/* Axes of size 1 of a high rank are padding that a framework left, e.g. a batch of one. */
static void drop_single_axes(struct trl_array *array)
{
    int rank = 0;
    for (int i = 0; i < array->rank; i++) {
        if (array->shape[i] != 1)
            array->shape[rank++] = array->shape[i];
    }
    array->rank = rank;
}

struct axis {
    int64_t shape, stride;
};

/* Two tile axes become one if the step of the first is the extent of the second. */
static bool join(struct axis *outer, struct axis inner)
{
    if (outer->shape != 1 && inner.shape != 1 && outer->stride != inner.shape * inner.stride)
        return false;
    if (inner.shape != 1)
        outer->stride = inner.stride;
    outer->shape *= inner.shape;
    return true;
}

static int gather_axes(struct axis roles[ROLE_COUNT], struct trl_log *log, const char *name,
                       const struct trl_layout *layout, const char *axes)
{
    for (int i = 0; i < ROLE_COUNT; i++)
        roles[i] = (struct axis){1, 1};
    bool tiled = false;
    for (int i = 0; i < layout->rank; i++) {
        const enum role role = role_of(axes[i]);
        const struct axis axis = {layout->shape[i], layout->stride[i]};
        if (axis.shape == 0 && role == ROLE_FRAME)
            return trl_fail(log, TRL_ERROR_INPUT, "%s: holds no frames: axis %d (%c) has size 0",
                            name, i, axes[i]);
        if (axis.shape == 0)
            return trl_fail(log, TRL_ERROR_INPUT,
                            "%s: holds frames without elements: axis %d (%c) has size 0", name, i,
                            axes[i]);
        if (role != ROLE_TILE || !tiled)
            roles[role] = axis;
        else if (!join(&roles[ROLE_TILE], axis))
            return trl_fail(log, TRL_ERROR_USAGE,
                            "%s: the two tile axes of %s do not lie side by side in the file; "
                            "reorder them with numpy.ascontiguousarray(numpy.moveaxis(...))",
                            name, axes);
        tiled = tiled || role == ROLE_TILE;
    }
    return 0;
}

static int choose_axes(const char **axes, struct trl_array *array, struct trl_log *log,
                       const char *name)
{
    static const char *const by_rank[] = {"", "W", "HW", "THW", "TNHW"};
    if (*axes) {
        if ((int)strlen(*axes) != array->rank)
            return trl_fail(log, TRL_ERROR_USAGE, "%s: has %d axes, but --axes %s names %d", name,
                            array->rank, *axes, (int)strlen(*axes));
        return 0;
    }
    if (array->rank > 4)
        drop_single_axes(array);
    if (array->rank > 4)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "%s: has %d axes longer than 1; more than 4 have no meaning by default, "
                        "name them with --axes: 5 are possible, as in TNCHW",
                        name, array->rank);
    *axes = by_rank[array->rank];
    return 0;
}

int trl_frame_map_create(struct trl_frame_map *out, struct trl_log *log, const char *name,
                         const struct trl_array *array, const char *axes)
{
    struct trl_array named = *array;
    int error = choose_axes(&axes, &named, log, name);
    if (error)
        return error;
    struct trl_layout layout;
    if (trl_layout_dense(&layout, named.dtype, named.rank, named.shape, named.fortran_order))
        return trl_fail(log, TRL_ERROR_INPUT, "%s: its size in bytes overflows 63 bits", name);
    struct axis roles[ROLE_COUNT];
    error = gather_axes(roles, log, name, &layout, axes);
    if (error)
        return error;
    const int64_t total = trl_layout_elements(&layout);
    const struct axis frame = roles[ROLE_FRAME];
    *out = (struct trl_frame_map){
        .frame_count = frame.shape,
        .frame_stride = frame.shape == 1 ? total : frame.stride,
        .frame_elements = total / frame.shape,
        .shape = {roles[ROLE_TILE].shape, roles[ROLE_ROW].shape, roles[ROLE_COLUMN].shape},
        .stride = {roles[ROLE_TILE].stride, roles[ROLE_ROW].stride, roles[ROLE_COLUMN].stride},
    };
    out->run_count = out->frame_elements / out->frame_stride;
    return 0;
}

void trl_frame_map_strides(const struct trl_frame_map *map, int64_t pitch, int64_t stride[3])
{
    int64_t extent = 1;
    for (int i = 2; i >= 0; i--) {
        const bool outside = map->stride[i] > map->frame_stride;
        stride[i] = outside ? map->stride[i] / map->frame_count * pitch : map->stride[i];
        if (map->shape[i] == 1)
            stride[i] = extent;
        extent = stride[i] * map->shape[i];
    }
}

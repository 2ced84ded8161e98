/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows of volumes: blobs with empty space around them, and noise, of which every ray sees all. */
#include "kernels.h"

#include "view/volume.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { BLOBS = 5 };

/* Products of one bell along each axis. */
struct blobs {
    int side;
    float *bell[3]; /* BLOBS * side, along z, y, x */
};

static int make_bells(struct blobs *blobs, int side)
{
    static const double middle[BLOBS][3] = {
        {0.5, 0.5, 0.5}, {0.3, 0.35, 0.6}, {0.65, 0.3, 0.4}, {0.4, 0.7, 0.3}, {0.7, 0.65, 0.7}};
    static const double width[BLOBS] = {0.1, 0.06, 0.05, 0.07, 0.04};
    blobs->side = side;
    for (int axis = 0; axis < 3; axis++) {
        float *bell = blobs->bell[axis] = malloc((size_t)side * BLOBS * sizeof(*bell));
        if (!bell)
            return -1;
        for (int n = 0; n < BLOBS; n++)
            for (int i = 0; i < side; i++) {
                const double away = ((i + 0.5) / side - middle[n][axis]) / width[n];
                const double value = away * away < 9 ? exp(-away * away / 2) : 0;
                bell[(size_t)n * (size_t)side + (size_t)i] = (float)value;
            }
    }
    return 0;
}

static void make_blobs(const void *user, uint64_t first, float *out, size_t count)
{
    const struct blobs *blobs = user;
    const size_t side = (size_t)blobs->side;
    for (size_t done = 0; done < count;) {
        const uint64_t at = first + done;
        const size_t x = at % side, y = at / side % side, z = (size_t)(at / side / side);
        const size_t row = side - x < count - done ? side - x : count - done;
        for (size_t i = 0; i < row; i++)
            out[done + i] = 0;
        for (size_t n = 0; n < BLOBS; n++) {
            const float height = blobs->bell[0][n * side + z] * blobs->bell[1][n * side + y];
            const float *bell = blobs->bell[2] + n * side + x;
            for (size_t i = 0; i < row && height > 0; i++)
                out[done + i] += height * bell[i];
        }
        done += row;
    }
}

static int fill_blobs(struct bench *b, struct trl_gpu_buffer **out)
{
    const uint64_t bytes = (uint64_t)b->side * (uint64_t)b->side * (uint64_t)b->side * 4;
    struct blobs blobs = {0};
    int ret = bench_buffer(b, out, "blobs", bytes);
    if (ret == 0 && (ret = make_bells(&blobs, b->side)) < 0)
        snprintf(b->why, sizeof(b->why), "out of memory");
    if (ret == 0)
        ret = bench_fill(b, *out, bytes, &(struct bench_maker){make_blobs, &blobs, false});
    for (int axis = 0; axis < 3; axis++)
        free(blobs.bell[axis]);
    return ret;
}

struct scene {
    struct trl_volume *volume;
    struct trl_gpu_tensor tensor;
    struct trl_orbit orbit;
};

static int record_scene(void *user, struct trl_gpu_cmd *cmd)
{
    const struct scene *s = user;
    return trl_volume_record(s->volume, cmd, &s->tensor, &s->orbit);
}

static void volume_row(struct bench *b, const char *what, struct trl_gpu_buffer *voxels,
                       const struct trl_volume_params *params)
{
    char name[80];
    snprintf(name, sizeof(name), "volume of %s", what);
    struct scene s = {
        .tensor = bench_tensor(voxels, b->side, b->side, b->side),
        .orbit = {.azimuth = 30, .elevation = 20},
    };
    const struct bench_row row = {name, record_scene, &s, 0};
    const struct trl_view_params view = {
        .width = b->width, .height = b->height, .range = TRL_RANGE_FRAME};
    const int64_t shape[3] = {b->side, b->side, b->side};
    if (!voxels || trl_volume_create(&s.volume, b->device, &view, params, shape, NULL, NULL) < 0 ||
        bench_measure(b, &row, NULL) < 0)
        bench_leave_out(b, name);
    trl_volume_destroy(&s.volume);
}

int bench_volumes(struct bench *b)
{
    /* So little matter that no ray ends early. */
    const struct trl_volume_params composite = {0}, lit = {.light = true}, thin = {.density = 0.1},
                                   largest = {.mode = TRL_VOLUME_MIP};
    struct trl_gpu_buffer *blobs = NULL;
    if (fill_blobs(b, &blobs) < 0)
        trl_gpu_buffer_destroy(&blobs);
    volume_row(b, "blobs, composite", blobs, &composite);
    volume_row(b, "blobs, lit", blobs, &lit);
    volume_row(b, "blobs, largest", blobs, &largest);
    trl_gpu_buffer_destroy(&blobs);
    volume_row(b, "noise, composite", b->noise, &composite);
    volume_row(b, "noise, thin composite", b->noise, &thin);
    volume_row(b, "noise, largest", b->noise, &largest);
    return trl_gpu_lost(b->device) ? -1 : 0;
}

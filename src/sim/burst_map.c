/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/burst_map.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/math.h"
#include "sim/sim.h"

/* Empty cells between the slices of an area, and between areas. */
enum { SLICE_GAP = 1, AREA_GAP = 3, NAMES_SIZE = 512 };

/* Of a picture. */
static const double wanted_ratio = 16.0 / 9;

/* The areas that are shown: first to end - 1. */
struct shown {
    int first, end;
};

static int find_area(struct trl_log *log, const struct trl_network *network, const char *name,
                     struct shown *shown)
{
    const int count = trl_network_area_count(network);
    *shown = (struct shown){0, count};
    if (!name)
        return 0;
    for (int n = 0; n < count; n++)
        if (!strcmp(trl_network_area(network, n).name, name)) {
            *shown = (struct shown){n, n + 1};
            return 0;
        }
    char names[NAMES_SIZE] = "none";
    size_t used = 0;
    for (int n = 0; n < count && used < sizeof(names) - 1; n++)
        used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%s", n ? ", " : "",
                                 trl_network_area(network, n).name);
    return trl_fail(log, TRL_ERROR_USAGE, "the network has no area '%s'; there are: %s", name,
                    names);
}

/* How the slices of an area lie. */
struct block {
    int64_t columns, rows, width, height; /* slices; cells */
    int64_t x, y;                         /* of its corner in the atlas */
};

static struct block make_block(const struct trl_area *area)
{
    const int64_t width = area->size[0] + SLICE_GAP, height = area->size[1] + SLICE_GAP;
    const int64_t depth = area->size[2];
    struct block best = {0};
    double best_error = INFINITY;
    for (int64_t columns = 1; columns <= depth; columns++) {
        const int64_t rows = (depth + columns - 1) / columns;
        const double ratio = (double)(columns * width) / (double)(rows * height);
        const double error = fabs(log(ratio / wanted_ratio));
        if (error < best_error) {
            best_error = error;
            best = (struct block){.columns = columns,
                                  .rows = rows,
                                  .width = columns * width - SLICE_GAP,
                                  .height = rows * height - SLICE_GAP};
        }
    }
    return best;
}

/* Puts the blocks on shelves of that width; the height they take. */
static int64_t shelve(struct block *blocks, int count, int64_t width)
{
    int64_t x = 0, y = 0, shelf = 0;
    for (int n = 0; n < count; n++) {
        if (x && x + blocks[n].width > width) {
            y += shelf + AREA_GAP;
            x = shelf = 0;
        }
        blocks[n].x = x;
        blocks[n].y = y;
        x += blocks[n].width + AREA_GAP;
        shelf = trl_max_i64(shelf, blocks[n].height);
    }
    return y + shelf;
}

static struct trl_burst_cell make_cell(uint32_t first, int32_t count)
{
    return (struct trl_burst_cell){
        .first = first, .count = (uint32_t)count, .share = 1 / (float)count};
}

static void fill_block(struct trl_burst_cell *cells, int64_t pitch, const struct block *block,
                       const struct trl_area *area)
{
    const int64_t columns = trl_max_i64(1, block->columns);
    uint32_t first = area->first;
    for (int64_t x = 0; x < area->size[0]; x++)
        for (int64_t y = 0; y < area->size[1]; y++)
            for (int64_t z = 0; z < area->size[2]; z++) {
                const int64_t column = block->x + z % columns * (area->size[0] + SLICE_GAP);
                const int64_t row = block->y + z / columns * (area->size[1] + SLICE_GAP);
                cells[(row + y) * pitch + column + x] = make_cell(first, area->neurons_per_voxel);
                first += (uint32_t)area->neurons_per_voxel;
            }
}

/* Allocates the cells of a shape that is known. */
static int begin(struct trl_burst_map *map, struct trl_log *log, int rank, const int64_t *shape,
                 bool with_cells)
{
    int64_t count = 1;
    for (int n = 0; n < rank; n++)
        if (!trl_mul_i64(count, shape[n], &count) || count > TRL_SIM_CELLS_MAX)
            return trl_fail(log, TRL_ERROR_UNSUPPORTED,
                            "a picture of the network has more than %d cells; show one of its "
                            "areas, or another layout",
                            TRL_SIM_CELLS_MAX);
    int err = trl_layout_dense(&map->layout, TRL_DTYPE_F32, rank, shape, false);
    if (!err && with_cells) {
        map->cells = calloc((size_t)count, sizeof(*map->cells));
        if (!map->cells)
            err =
                trl_fail_memory(log, "picture of the network", (size_t)count * sizeof(*map->cells));
    }
    return err;
}

static int make_atlas(struct trl_burst_map *map, struct trl_log *log,
                      const struct trl_network *network, const struct shown *shown, bool with_cells)
{
    const int count = shown->end - shown->first;
    struct block *blocks = calloc((size_t)count + 1, sizeof(*blocks));
    if (!blocks)
        return trl_fail_memory(log, "picture of the network", (size_t)count * sizeof(*blocks));
    int64_t widest = 1, cells = 0;
    for (int n = 0; n < count; n++) {
        const struct trl_area area = trl_network_area(network, shown->first + n);
        blocks[n] = make_block(&area);
        widest = trl_max_i64(widest, blocks[n].width);
        cells += (blocks[n].width + AREA_GAP) * (blocks[n].height + AREA_GAP);
    }
    const int64_t width = trl_max_i64(widest, (int64_t)ceil(sqrt((double)cells * wanted_ratio)));
    int64_t used = 1;
    const int64_t height = trl_max_i64(1, shelve(blocks, count, width));
    for (int n = 0; n < count; n++)
        used = trl_max_i64(used, blocks[n].x + blocks[n].width);
    int err = begin(map, log, 2, (const int64_t[]){height, used}, with_cells);
    for (int n = 0; !err && with_cells && n < count; n++) {
        const struct trl_area area = trl_network_area(network, shown->first + n);
        fill_block(map->cells, used, &blocks[n], &area);
    }
    free(blocks);
    return err;
}

static int make_volume(struct trl_burst_map *map, struct trl_log *log,
                       const struct trl_network *network, const struct shown *shown,
                       bool with_cells)
{
    int64_t low[3] = {0}, high[3] = {1, 1, 1};
    for (int n = shown->first; n < shown->end; n++) {
        const struct trl_area area = trl_network_area(network, n);
        for (int axis = 0; axis < 3; axis++) {
            const int64_t end = (int64_t)area.position[axis] + area.size[axis];
            const bool first = n == shown->first;
            low[axis] = first ? area.position[axis] : trl_min_i64(low[axis], area.position[axis]);
            high[axis] = first ? end : trl_max_i64(high[axis], end);
        }
    }
    const int64_t shape[] = {high[2] - low[2], high[1] - low[1], high[0] - low[0]};
    int err = begin(map, log, 3, shape, with_cells);
    for (int n = shown->first; !err && with_cells && n < shown->end; n++) {
        const struct trl_area area = trl_network_area(network, n);
        uint32_t id = area.first;
        for (int64_t x = 0; x < area.size[0]; x++)
            for (int64_t y = 0; y < area.size[1]; y++)
                for (int64_t z = 0; z < area.size[2]; z++) {
                    const int64_t at = ((area.position[2] - low[2] + z) * shape[1] +
                                        area.position[1] - low[1] + y) *
                                           shape[2] +
                                       area.position[0] - low[0] + x;
                    map->cells[at] = make_cell(id, area.neurons_per_voxel);
                    id += (uint32_t)area.neurons_per_voxel;
                }
    }
    return err;
}

static int make_neurons(struct trl_burst_map *map, struct trl_log *log,
                        const struct trl_network *network, const struct shown *shown,
                        bool with_cells)
{
    uint32_t first = 0, end = 0;
    if (shown->end > shown->first) {
        const struct trl_area last = trl_network_area(network, shown->end - 1);
        first = trl_network_area(network, shown->first).first;
        end = last.first + last.count;
    }
    const int64_t count = trl_max_i64(1, (int64_t)end - first);
    int err = begin(map, log, 1, &count, with_cells);
    for (uint32_t n = first; !err && with_cells && n < end; n++)
        map->cells[n - first] = make_cell(n, 1);
    return err;
}

int trl_burst_map_create(struct trl_burst_map *map, struct trl_log *log,
                         const struct trl_network *network, enum trl_sim_layout layout,
                         const char *area, bool with_cells)
{
    struct shown shown;
    *map = (struct trl_burst_map){0};
    int err = find_area(log, network, area, &shown);
    if (err)
        return err;
    switch (layout) {
    case TRL_SIM_ATLAS:
        return make_atlas(map, log, network, &shown, with_cells);
    case TRL_SIM_VOLUME:
        return make_volume(map, log, network, &shown, with_cells);
    case TRL_SIM_NEURONS:
        return make_neurons(map, log, network, &shown, with_cells);
    }
    return trl_fail(log, TRL_ERROR_USAGE, "layout %d is unknown", (int)layout);
}

void trl_burst_map_destroy(struct trl_burst_map *map)
{
    free(map->cells);
    *map = (struct trl_burst_map){0};
}

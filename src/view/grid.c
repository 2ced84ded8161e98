/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/grid.h"

#include "base/math.h"

struct trl_grid trl_grid_of_columns(int64_t count, int64_t columns)
{
    return (struct trl_grid){(count + columns - 1) / columns, columns};
}

static int64_t ceil_sqrt(int64_t value)
{
    int64_t root = 1;
    while (root * root < value)
        root++;
    return root;
}

struct trl_grid trl_grid_square(int64_t count)
{
    return trl_grid_of_columns(count, ceil_sqrt(count));
}

static int64_t apart(int64_t a, int64_t b)
{
    return a > b ? a - b : b - a;
}

bool trl_grid_better(struct trl_grid grid, int64_t size, struct trl_grid other, int64_t other_size,
                     int64_t count)
{
    const int64_t cells = grid.rows * grid.columns, others = other.rows * other.columns;
    if (size != other_size)
        return size > other_size;
    if (cells != others)
        return cells < others;
    const int64_t square = trl_grid_square(count).columns;
    const int64_t own = apart(grid.columns, square), theirs = apart(other.columns, square);
    return own != theirs ? own < theirs : grid.columns > other.columns;
}

bool trl_grid_fit(struct trl_grid *out, int64_t count, int64_t picture_width,
                  int64_t picture_height, int width, int height, int gap)
{
    int64_t best = 0;
    *out = trl_grid_square(count);
    for (int64_t columns = 1; columns <= count && columns <= width; columns++) {
        const struct trl_grid grid = trl_grid_of_columns(count, columns);
        const int64_t w = (width - gap * (columns - 1)) / columns;
        const int64_t h = (height - gap * (grid.rows - 1)) / grid.rows;
        if (w < 1 || h < 1)
            continue;
        /* The common scale, times both sides of a picture. */
        const int64_t size = trl_min_i64(w * picture_height, h * picture_width);
        if (!best || trl_grid_better(grid, size, *out, best, count)) {
            best = size;
            *out = grid;
        }
    }
    return best > 0;
}

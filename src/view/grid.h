/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/*
 * Rows and columns for pictures side by side, in reading order; the last row may have empty cells.
 */
struct trl_grid {
    int64_t rows, columns;
};

/* As square as can be, with a column more than rows where they differ. */
struct trl_grid trl_grid_square(int64_t count);

/* The rows that so many columns take. */
struct trl_grid trl_grid_of_columns(int64_t count, int64_t columns);

/* Whether one grid suits better than another, given how large pictures are in each, in any measure.
 * Where they are equally large: the one with fewer empty cells, then the squarer one, then that of
 * more columns. Both hold count. */
bool trl_grid_better(struct trl_grid grid, int64_t size, struct trl_grid other, int64_t other_size,
                     int64_t count);

/*
 * The grid that shows pictures of one form, picture_width : picture_height, largest in so many
 * pixels, with a gap in between. False, and the square one, where none leaves a pixel for each.
 * Sides of pictures are below 2^32.
 */
bool trl_grid_fit(struct trl_grid *out, int64_t count, int64_t picture_width,
                  int64_t picture_height, int width, int height, int gap);

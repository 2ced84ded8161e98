/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdint.h>

#include "view/view.h"

#define TRL_VIEW_SIDE_MAX 16384 /* pixels */

/*
 * Where everything lies. A tile is one matrix of the tensor; tiles stand in a grid, left to right
 * and then down, one pixel of background between. In a picture of a given size it is the grid that
 * shows them largest, as trl_grid_fit chooses it; else it is as square as can be. A tile has rows x
 * columns elements, which are reduced to reduced_rows x reduced_columns values where the picture
 * has fewer pixels than that, and drawn as cell_rows x cell_columns cells: the values themselves,
 * or the pixels if they are interpolated or a camera moves over them. The picture's cell grid is
 * grid_rows * cell_rows by grid_columns * cell_columns.
 */
struct trl_view_geometry {
    int width, height; /* of the picture, pixels */
    int left, top;     /* of the first tile */
    int tile_width, tile_height;
    int grid_columns, grid_rows;
    int64_t tiles, rows, columns;
    int reduced_rows, reduced_columns;
    int cell_rows, cell_columns;
};

/* Checks the params' sizes against the shape. With scroll a tile has as many rows as the frame has
 * elements, and scroll columns. TRL_ERROR_USAGE. */
int trl_view_geometry(struct trl_log *log, const struct trl_view_params *params,
                      const struct trl_view_shape *shape, struct trl_view_geometry *out);

/* The form of a tile for whom a picture's size is still to be found: that of its elements, unless
 * they are so many that it would be too thin. Pictures of aspect AUTO choose their grid by it,
 * those of EQUAL by the elements. False where there are too many tiles for a picture. */
bool trl_view_tile_form(const struct trl_view_shape *shape, int *width, int *height);

/* The cell that every pixel column and row shows, or TRL_PICTURE_OUTSIDE; width and height entries.
 */
void trl_view_geometry_maps(const struct trl_view_geometry *geometry, enum trl_origin origin,
                            uint16_t *columns, uint16_t *rows);

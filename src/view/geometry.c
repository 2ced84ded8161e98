/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/geometry.h"

#include "base/log.h"
#include "base/math.h"
#include "view/grid.h"

#include <tensorreel/error.h>

enum {
    DEFAULT_WIDTH = 1920, /* what a picture is enlarged or reduced to fit if nothing is said */
    DEFAULT_HEIGHT = 1080,
    BARE_WIDTH = 3840, /* up to here every element keeps its own pixel */
    BARE_HEIGHT = 2160,
    THIN = 64, /* a picture of a chosen size is not thinner, whatever its cells become */
};

static int check_shape(struct trl_log *log, const struct trl_view_params *params,
                       const struct trl_view_shape *shape)
{
    if (shape->tiles < 1 || shape->rows < 1 || shape->columns < 1)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "picture: the tensor has a dimension of 0 (%lld x %lld x %lld); there is "
                        "nothing to draw",
                        (long long)shape->tiles, (long long)shape->rows, (long long)shape->columns);
    int64_t elements;
    if (!trl_mul_i64(shape->tiles, shape->rows, &elements) ||
        !trl_mul_i64(elements, shape->columns, &elements) || elements > UINT32_MAX)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "picture: a frame of %lld x %lld x %lld elements is too large; the limit "
                        "is 4294967295 elements",
                        (long long)shape->tiles, (long long)shape->rows, (long long)shape->columns);
    if (params->scroll < 0 || params->scroll > TRL_VIEW_SIDE_MAX)
        return trl_fail(log, TRL_ERROR_USAGE, "--scroll %d: must be 1 to %d columns",
                        params->scroll, TRL_VIEW_SIDE_MAX);
    if (params->scroll && (shape->tiles != 1 || shape->rows != 1))
        return trl_fail(
            log, TRL_ERROR_USAGE,
            "--scroll: frames must be 1-D, these have %lld tile%s of %lld rows and %lld "
            "columns; --axes says which axis is time, --axes TW that of 2-D arrays",
            (long long)shape->tiles, shape->tiles == 1 ? "" : "s", (long long)shape->rows,
            (long long)shape->columns);
    if (params->scroll && shape->columns * params->scroll > UINT32_MAX)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "--scroll %d: with frames of %lld elements too large; use fewer columns",
                        params->scroll, (long long)shape->columns);
    return 0;
}

static int check_size(struct trl_log *log, const struct trl_view_params *params)
{
    if (params->scale < 0 || params->scale > TRL_VIEW_SIDE_MAX)
        return trl_fail(log, TRL_ERROR_USAGE, "--scale %d: must be 1 to %d pixels a cell",
                        params->scale, TRL_VIEW_SIDE_MAX);
    if (params->scale && (params->width || params->height))
        return trl_fail(log, TRL_ERROR_USAGE, "--scale and --size: give one of them");
    if ((params->width == 0) != (params->height == 0))
        return trl_fail(log, TRL_ERROR_USAGE, "--size %dx%d: give width and height", params->width,
                        params->height);
    if (params->width < 0 || params->height < 0 || params->width > TRL_VIEW_SIDE_MAX ||
        params->height > TRL_VIEW_SIDE_MAX)
        return trl_fail(log, TRL_ERROR_USAGE, "--size %dx%d: each side must be 1 to %d pixels",
                        params->width, params->height, TRL_VIEW_SIDE_MAX);
    if (params->aspect != TRL_ASPECT_EQUAL && params->aspect != TRL_ASPECT_AUTO)
        return trl_fail(log, TRL_ERROR_USAGE, "aspect %d: unknown", (int)params->aspect);
    if (params->origin != TRL_ORIGIN_UPPER && params->origin != TRL_ORIGIN_LOWER)
        return trl_fail(log, TRL_ERROR_USAGE, "origin %d: unknown", (int)params->origin);
    if (params->interpolation != TRL_INTERPOLATION_NEAREST &&
        params->interpolation != TRL_INTERPOLATION_BILINEAR)
        return trl_fail(log, TRL_ERROR_USAGE, "interpolation %d: unknown",
                        (int)params->interpolation);
    return 0;
}

/* Pixels that n tiles side by side leave for each, with a pixel between. */
static int64_t share(int64_t pixels, int64_t n)
{
    return (pixels - (n - 1)) / n;
}

/* Fits a tile into so many pixels: whole pixels an element where there is room for one, else the
 * largest size of the same form. */
static void fit(struct trl_view_geometry *g, int64_t width, int64_t height)
{
    int64_t scale = trl_min_i64(width / g->columns, height / g->rows);
    if (scale >= 1) {
        g->tile_width = (int)(g->columns * scale);
        g->tile_height = (int)(g->rows * scale);
    } else if (g->columns * height >= g->rows * width) {
        int64_t rows = (2 * g->rows * width + g->columns) / (2 * g->columns);
        g->tile_width = (int)width;
        g->tile_height = (int)trl_max_i64(1, trl_min_i64(height, rows));
    } else {
        int64_t columns = (2 * g->columns * height + g->rows) / (2 * g->rows);
        g->tile_height = (int)height;
        g->tile_width = (int)trl_max_i64(1, trl_min_i64(width, columns));
    }
}

/* Pixels of a tile, of n in a row with a pixel between, so that all are not less than THIN: whole
 * pixels a cell if they were before. */
static int thicken(int tile_pixels, int64_t cells, int n)
{
    const int64_t least = (THIN - (n - 1) + n - 1) / n;
    if (tile_pixels >= least)
        return tile_pixels;
    return (int)(cells < least ? (least + cells - 1) / cells * cells : least);
}

static int fail_tiles(struct trl_log *log, const struct trl_view_geometry *g, int width, int height)
{
    return trl_fail(log, TRL_ERROR_USAGE,
                    "picture: %lld tiles in a grid of %d x %d leave no pixel for each in %d x %d; "
                    "choose a larger --size or fewer tiles",
                    (long long)g->tiles, g->grid_columns, g->grid_rows, width, height);
}

/* A picture of a given size: the tiles are centred in it. */
static int fill_size(struct trl_log *log, enum trl_aspect aspect, struct trl_view_geometry *g)
{
    int64_t width = share(g->width, g->grid_columns);
    int64_t height = share(g->height, g->grid_rows);
    if (width < 1 || height < 1)
        return fail_tiles(log, g, g->width, g->height);
    g->tile_width = (int)width;
    g->tile_height = (int)height;
    if (aspect == TRL_ASPECT_EQUAL)
        fit(g, width, height);
    return 0;
}

/* A picture as large as its tiles. */
static int fill_tiles(struct trl_log *log, const struct trl_view_params *params,
                      struct trl_view_geometry *g)
{
    int64_t gap_columns = g->grid_columns - 1, gap_rows = g->grid_rows - 1;
    int64_t scale = trl_max_i64(1, params->scale);
    int64_t width = g->columns * g->grid_columns * scale + gap_columns;
    int64_t height = g->rows * g->grid_rows * scale + gap_rows;
    if (params->scale && (width > TRL_VIEW_SIDE_MAX || height > TRL_VIEW_SIDE_MAX))
        return trl_fail(log, TRL_ERROR_USAGE,
                        "--scale %d: the picture would be %lld x %lld pixels; the limit is %d a "
                        "side. Use --size to reduce it",
                        params->scale, (long long)width, (long long)height, TRL_VIEW_SIDE_MAX);
    if (params->scale) {
        g->tile_width = (int)(g->columns * scale);
        g->tile_height = (int)(g->rows * scale);
    } else if ((width > DEFAULT_WIDTH || height > DEFAULT_HEIGHT) && width <= BARE_WIDTH &&
               height <= BARE_HEIGHT) {
        g->tile_width = (int)g->columns;
        g->tile_height = (int)g->rows;
    } else {
        int64_t tile_width = share(DEFAULT_WIDTH, g->grid_columns);
        int64_t tile_height = share(DEFAULT_HEIGHT, g->grid_rows);
        if (tile_width < 1 || tile_height < 1)
            return fail_tiles(log, g, DEFAULT_WIDTH, DEFAULT_HEIGHT);
        fit(g, tile_width, tile_height);
    }
    if (!params->scale) {
        g->tile_width = thicken(g->tile_width, g->columns, g->grid_columns);
        g->tile_height = thicken(g->tile_height, g->rows, g->grid_rows);
    }
    g->width = g->tile_width * g->grid_columns + (int)gap_columns;
    g->height = g->tile_height * g->grid_rows + (int)gap_rows;
    return 0;
}

static void set_grid(struct trl_view_geometry *g, struct trl_grid grid)
{
    g->grid_columns = (int)grid.columns;
    g->grid_rows = (int)grid.rows;
}

/* As large as nobody said, in a square grid. */
static int fill_square(const struct trl_view_geometry *g, struct trl_view_geometry *out)
{
    *out = *g;
    set_grid(out, trl_grid_square(g->tiles));
    return fill_tiles(NULL, &(struct trl_view_params){0}, out);
}

bool trl_view_tile_form(const struct trl_view_shape *shape, int *width, int *height)
{
    const struct trl_view_geometry g = {
        .tiles = shape->tiles, .rows = shape->rows, .columns = shape->columns};
    struct trl_view_geometry square;
    if (fill_square(&g, &square) < 0)
        return false;
    *width = square.tile_width;
    *height = square.tile_height;
    return true;
}

/* The grid that shows the tiles largest in a picture of a given size. */
static void choose_grid(enum trl_aspect aspect, struct trl_view_geometry *g)
{
    struct trl_view_geometry square;
    struct trl_grid grid;
    int64_t width = g->columns, height = g->rows;
    if (aspect == TRL_ASPECT_AUTO && fill_square(g, &square) == 0) {
        width = square.tile_width;
        height = square.tile_height;
    }
    trl_grid_fit(&grid, g->tiles, width, height, g->width, g->height, 1);
    set_grid(g, grid);
}

/* Where half of the pixels lie before what they surround: an even number of them, so that its
 * border is one of 4:2:0 samples too. */
static int even_half(int pixels)
{
    return (pixels / 2) & ~1;
}

int trl_view_geometry(struct trl_log *log, const struct trl_view_params *params,
                      const struct trl_view_shape *shape, struct trl_view_geometry *out)
{
    int ret;
    if ((ret = check_shape(log, params, shape)) < 0 || (ret = check_size(log, params)) < 0)
        return ret;
    struct trl_view_geometry g = {
        .tiles = shape->tiles,
        .rows = params->scroll ? shape->columns : shape->rows,
        .columns = params->scroll ? params->scroll : shape->columns,
    };
    set_grid(&g, trl_grid_square(g.tiles));
    bool fill = params->aspect == TRL_ASPECT_AUTO && !params->scale;
    g.width = params->width ? params->width : DEFAULT_WIDTH;
    g.height = params->height ? params->height : DEFAULT_HEIGHT;
    if (params->width && g.tiles > 1)
        choose_grid(params->aspect, &g);
    ret = params->width || fill ? fill_size(log, params->aspect, &g) : fill_tiles(log, params, &g);
    if (ret < 0)
        return ret;
    bool pixels = params->interpolation == TRL_INTERPOLATION_BILINEAR || params->camera;
    g.reduced_columns = (int)trl_min_i64(g.columns, g.tile_width);
    g.reduced_rows = (int)trl_min_i64(g.rows, g.tile_height);
    g.cell_columns = pixels ? g.tile_width : g.reduced_columns;
    g.cell_rows = pixels ? g.tile_height : g.reduced_rows;
    g.left = even_half(g.width - (g.grid_columns * (g.tile_width + 1) - 1));
    g.top = even_half(g.height - (g.grid_rows * (g.tile_height + 1) - 1));
    *out = g;
    return 0;
}

static void map_axis(uint16_t *map, int pixels, int start, int tiles, int tile_pixels, int cells,
                     bool flip)
{
    for (int i = 0; i < pixels; i++)
        map[i] = TRL_PICTURE_OUTSIDE;
    for (int tile = 0; tile < tiles; tile++)
        for (int i = 0; i < tile_pixels; i++) {
            int cell = (int)((int64_t)i * cells / tile_pixels);
            int at = flip ? tile_pixels - 1 - i : i;
            map[start + tile * (tile_pixels + 1) + at] = (uint16_t)(tile * cells + cell);
        }
}

void trl_view_geometry_maps(const struct trl_view_geometry *g, enum trl_origin origin,
                            uint16_t *columns, uint16_t *rows)
{
    map_axis(columns, g->width, g->left, g->grid_columns, g->tile_width, g->cell_columns, false);
    map_axis(rows, g->height, g->top, g->grid_rows, g->tile_height, g->cell_rows,
             origin == TRL_ORIGIN_LOWER);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/frame.h"
#include "base/log.h"
#include "view/ticks.h"

#include <tensorreel/scene.h>

/*
 * What stands around the data of a film's frame: title, panel names, axes, colour bars, scale bar,
 * and the rectangles of what changes from frame to frame. Layout first, then drawing of the still
 * part; no device is needed. Nothing that is drawn lies within 2 pixels of a data rectangle.
 */
#define TRL_GUIDE_PANELS_MAX 64
#define TRL_GUIDE_ALIGNMENT 32 /* data rectangles start at such columns where it costs little */
#define TRL_GUIDE_GAP 3        /* pixels of background around data, within the frame line */

struct trl_guide_axis {
    const char *label; /* NULL: none */
    bool ticks;
    enum trl_axis_kind kind;
    double low, high; /* at the left and right, or lower and upper, edge of the data. Cells of n are
                         centred on 0, 1, ...: -0.5 and n - 0.5, the other way round from the top */
    enum trl_norm norm; /* of kind VALUE; linthresh and gamma as in struct trl_ticks_params */
    double linthresh, gamma;
    bool moving;  /* the range is each frame's own: its numbers are left out, ticks stay */
    double inset; /* of a moving one: part of the length between its ends and the edges */
    /* Only a part of it is seen, each frame another: it is drawn by trl_guide_draw_axes. Labels
     * have room at any zoom up to this one; 0: all of it is seen. */
    double zoom_max;
    double from, to; /* what is seen, in parts from low to high; both 0: all. Ticks end where the
                        axis does */
};

struct trl_guide_bar {
    bool shown;
    const char *label; /* NULL: none */
    enum trl_norm norm;
    double low, high, linthresh, gamma; /* as in trl_view_params, all worked out */
    bool moving;      /* the range is each frame's own: its numbers are left out */
    bool centered;    /* the only value of a range has the middle colour, not the first */
    bool under, over; /* these colours are set: the bar has caps */
    bool phase; /* its colours are phases from -pi to pi; the range is that of magnitudes, which is
                   noted below */
};

/* A name beside what it is drawn in. */
#define TRL_GUIDE_ENTRIES_MAX 24
/* Bytes of a name in a legend, beside which the ends of its colours stand. */
#define TRL_GUIDE_NAME_MAX 56

struct trl_guide_entry {
    char text[TRL_GUIDE_NAME_MAX + 2 * TRL_TICK_LABEL_SIZE + 8];
    int first, last; /* indices of its colours, from the left to the right; -1: no swatch */
    const struct trl_palette *palette; /* theirs; NULL: that of the panel */
};

struct trl_guide_panel {
    const char *name;            /* NULL: none */
    int data_width, data_height; /* pixels; in a frame of given size only their ratio counts */
    bool stretch;                /* and not even that */
    int64_t
        tiles; /* above 1: the data are a grid of so many, with a pixel in between; in a frame of
                  given size its rows and columns, as trl_grid_fit chooses them, give the ratio */
    int tile_width, tile_height; /* whose ratio this is */
    struct trl_guide_axis x, y;
    /* Where two pictures lie beside, or over, each other, a pixel between: the part of the length
     * that x (from the left) and y (from the top) have, and the axes of the rest, which have ticks
     * where those do. 0: there is one. */
    double x_split, y_split;
    struct trl_guide_axis x_rest, y_rest;
    struct trl_guide_bar bar;
    /* A line below all else, as many as there is room for; more than the most: the first ones. */
    struct trl_guide_entry entries[TRL_GUIDE_ENTRIES_MAX];
    int entry_count;
    double scale_length;               /* of the scale bar, in units of x; 0: none */
    const char *scale_label;           /* NULL: the number */
    const struct trl_palette *palette; /* of the bar; only for canvases in full colour */
    bool own_bar;                      /* though there is a shared one */
    bool late; /* in a cell that was left: takes the room that spare kept, and no more */
};

/* Zero in every field is the default. Strings are borrowed for each call. */
struct trl_guide_params {
    int width, height; /* of the frame; both 0: from the data */
    enum trl_theme theme;
    struct trl_color background; /* default the theme's */
    int text_size;               /* pixels per em; 0: from the height */
    const char *title;
    /* 0: in a frame of given size the grid whose panels are largest together, each of its own form;
     * with equally large ones that of fewer empty cells. Else as square as can be. */
    int grid_rows, grid_columns;
    const struct trl_guide_panel *panels;
    int panel_count; /* left to right, then down */
    /* Cells without a panel keep room for one like this, whatever its data. Panels that take them
     * later, marked as such, leave all others where they are. NULL: no room is kept. */
    const struct trl_guide_panel *spare;
    bool shared_bar;  /* one bar at the right of all */
    int shared_panel; /* whose it is */
    bool stamp;       /* leave a line at the bottom for what changes */
    bool bare;        /* nothing around the data: no lines, no margins, and little in between */
};

struct trl_rect {
    int x, y, width, height; /* pixels; width 0: there is none */
};

/* What is left for the numbers of a moving range: 2, 3 or 5 of them, from its low end to its high
 * end, evenly as its norm has it; count 0: there is no room. */
#define TRL_GUIDE_NUMBERS_MAX 5
struct trl_guide_numbers {
    struct trl_rect all; /* even in all */
    struct trl_rect
        number[TRL_GUIDE_NUMBERS_MAX]; /* from the corner of all; x and width are even */
    int count;
};

struct trl_guide_place {
    struct trl_rect data;
    struct trl_rect bar;                                        /* its colours, caps not counted */
    struct trl_guide_numbers bar_numbers, x_numbers, y_numbers; /* to the left, centred, right */
    struct trl_rect legend;
    struct trl_rect note[2];        /* for the ends of a range of magnitudes, even in all */
    struct trl_rect x_band, y_band; /* of axes that are drawn for each frame; width 0: none */
    int room;                       /* columns that the name may take */
};

struct trl_guide {
    int width, height;
    int text_size, title_size;
    struct trl_rect title;
    struct trl_rect stamp; /* starts at a multiple of 32 columns and ends at one or the margin */
    struct trl_guide_place panel[TRL_GUIDE_PANELS_MAX];
    int panel_count;
    int rows, columns;             /* of the grid */
    struct trl_guide_place shared; /* its bar and numbers only */
};

/* Works out where everything lies. In a frame of given size all panels have the same room for their
 * data, whatever stands around them: those of a row begin at the same height and those of a column
 * at the same left edge, and are as large, where they are of one form. Panels that stretch become
 * as high as the others of their row, or as wide as those of their column, where that takes little
 * from them. Text chosen by the height becomes smaller where it must. TRL_ERROR_USAGE where the
 * frame is too small, saying what it would take, or the params contradict each other. */
int trl_guide_layout(struct trl_guide *guide, struct trl_log *log,
                     const struct trl_guide_params *params);

/* The theme's background. Views of a frame in that theme have it as theirs. */
struct trl_color trl_guide_paper(enum trl_theme theme);

/* A frame as palette indices, or in full colour (0x00BBGGRR): one of the two. */
struct trl_guide_canvas {
    uint16_t *indices;
    uint32_t *words;
    size_t stride; /* pixels from one row to the next */
};

/* Draws the still part over all of the canvas, data and stamps left as background. The params are
 * those of the layout. TRL_ERROR_MEMORY. */
int trl_guide_draw(const struct trl_guide *guide, struct trl_log *log,
                   const struct trl_guide_params *params, const struct trl_guide_canvas *canvas);

/* Draws the axes of panel n that are drawn for each frame, as they are here, over all of the
 * canvas, which is a window of the frame: one of the panel's bands. TRL_ERROR_MEMORY. */
int trl_guide_draw_axes(const struct trl_guide *guide, struct trl_log *log,
                        const struct trl_guide_params *params, int n,
                        const struct trl_guide_axis *x, const struct trl_guide_axis *y,
                        struct trl_rect window, const struct trl_guide_canvas *canvas);

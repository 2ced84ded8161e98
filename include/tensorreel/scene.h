/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TENSORREEL_SCENE_H
#define TENSORREEL_SCENE_H

#include <stdbool.h>
#include <stdint.h>

#include <tensorreel/export.h>
#include <tensorreel/tensor.h>
#include <tensorreel/view.h>

#ifdef __cplusplus
extern "C" {
#endif

struct trl_log;

/*
 * What a frame shows: panels, each a view of an input, and what stands around them.
 */
#define TRL_PANELS_MAX 64
#define TRL_INPUTS_MAX 64

enum trl_theme { TRL_THEME_DARK = 0, TRL_THEME_LIGHT };

/* Numbers that name the cells of an axis: value = origin + index * step. */
struct trl_axis_units {
    const char *label; /* NULL: none */
    double origin;
    double step; /* 0 means 1 */
};

/* Zero in every field is the default. Strings and arrays are borrowed for the call only. */
struct trl_panel_params {
    const char *name; /* shown above it; a capture of this name goes to it */
    /* The name of an input, or an expression over the inputs' names (see <tensorreel/ops.h>); NULL:
     * the input of the panel's name or, where there is none, of its number. */
    const char *input;
    const char *filters; /* a chain, see <tensorreel/filter.h>; NULL: none */
    enum trl_view_kind kind;
    struct trl_view_params view; /* width and height are those of the data, for a ratio */
    struct trl_lines_params lines;
    struct trl_raster_params raster;
    struct trl_points_params points;
    struct trl_histogram_params histogram;
    struct trl_rgb_params rgb;
    struct trl_volume_params volume;
    struct trl_orbit orbit;
    double orbit_spin;          /* degrees of azimuth that a frame adds */
    struct trl_slice slices[3]; /* of the heat map: taken one after the other, axes counted after
                                   those before; of the tri-view: one an axis */
    int slice_count;
    enum trl_project project;
    int project_axis;
    bool labels; /* heat map of tiles: each of them is a panel, with its number for a name; they
                    have one scale */
    struct trl_axis_units x, y;
    const char *bar_label;
    bool over; /* lies over the panel before it, which it fits */
    struct trl_overlay_params overlay;
};

/* Zero in every field is the default. */
struct trl_scene_params {
    const struct trl_panel_params *panels;
    int panel_count;
    int width, height; /* of the frame; 0: from the panels */
    /* Cells that are left are for captures. 0: those that make the data largest in the frame and,
     * where it is all the same, leave the fewest cells; as square as can be if the frame's size
     * follows from the panels'. */
    int grid_rows, grid_columns;
    enum trl_theme theme;
    int text_size; /* pixels per em; 0: from the height */
    const char *title;
    /* What is drawn around data. By default panels have their names, charts their axes, and nothing
     * else is drawn. */
    bool plain; /* nothing at all */
    bool axes, colorbar, stamp;
    double scale_length;     /* of a scale bar, in units of x; 0: none */
    const char *scale_label; /* NULL: the number */
    /* Heat maps and projections have one range, norm and equalisation, those that the first of them
     * asks for, and one colour bar; maps of other colours keep a bar of their own. */
    bool shared_scale;
    /* Time between frames, for the stamp: seconds of the film if it is 0. */
    double frame_time;
    const char *time_unit; /* NULL: s */
};

/* A tensor that comes with every frame. */
struct trl_scene_input {
    const char *name;         /* NULL: none */
    struct trl_layout layout; /* rank 3: (tiles, rows, columns) */
    int64_t frame_count;      /* -1: not known */
    bool rewindable;          /* can be read twice */
};

/* The size that frames of these panels and inputs will have: all is checked and laid out, no device
 * is needed. Where the frame has no size of its own and numbers stand beside data whose range is
 * found in the movie, it may come out a few pixels off. ranges: NULL, or room for the range of
 * every panel, settled where it was left to chance. Errors: TRL_ERROR_USAGE, TRL_ERROR_MEMORY. */
TRL_API int trl_scene_frame_size(struct trl_log *log, const struct trl_scene_params *params,
                                 const struct trl_scene_input *inputs, int input_count, int *width,
                                 int *height, enum trl_range *ranges);

/* A panel from text: what can be said in a struct, in words.
 *
 *     heatmap,cmap=hot,norm=log,filter=gaussian=2+abs
 *
 * The first word is a view; options follow, separated by commas. A comma within a value stands
 * behind a backslash, or the value in double quotes. "tensorreel list views" and the manual page
 * name all of them. */
struct trl_panel_text;

/* defaults: what the panel has where the text says nothing; NULL: zero. Errors: TRL_ERROR_USAGE,
 * with the word that is wrong and what would do; TRL_ERROR_MEMORY. */
TRL_API int trl_panel_text_create(struct trl_panel_text **out, struct trl_log *log,
                                  const char *text, const struct trl_panel_params *defaults);
TRL_API void trl_panel_text_destroy(struct trl_panel_text **text);
/* Valid as long as the text. */
TRL_API const struct trl_panel_params *trl_panel_text_params(const struct trl_panel_text *text);

/* A view, or an option of views, as the text names it. */
struct trl_panel_word {
    const char *word;        /* "heatmap"; NULL ends a list */
    const char *placeholder; /* of an option's value */
    const char *help;        /* one sentence */
    unsigned kinds;          /* options: 1 << enum trl_view_kind of each view that takes it */
    enum trl_view_kind kind; /* views */
};

TRL_API const struct trl_panel_word *trl_panel_views(void);
TRL_API const struct trl_panel_word *trl_panel_options(void);

#ifdef __cplusplus
}
#endif

#endif

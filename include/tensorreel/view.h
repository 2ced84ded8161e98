/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TENSORREEL_VIEW_H
#define TENSORREEL_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include <tensorreel/export.h>

#ifdef __cplusplus
extern "C" {
#endif

struct trl_log;

/* How a value becomes a place on the colour map. */
enum trl_norm {
    TRL_NORM_LINEAR = 0,
    TRL_NORM_LOG,    /* values <= 0 are under */
    TRL_NORM_SYMLOG, /* linear within +-linthresh, base-10 logarithm outside */
    TRL_NORM_POWER,  /* ((x - vmin) / (vmax - vmin)) ^ gamma */
};

/* Where the ends of the colour map come from, if vmin and vmax do not say. */
enum trl_range {
    TRL_RANGE_AUTO = 0, /* MOVIE for sources that can be read twice, else FRAME; with equalize,
                           filters or an expression RUNNING; by percentiles where they are given */
    TRL_RANGE_MOVIE,    /* smallest and largest finite value of all frames; needs a first reading */
    TRL_RANGE_FRAME,    /* of each frame, found on the device */
    TRL_RANGE_PERCENTILE_MOVIE, /* percentiles (nearest rank) of the finite values of all frames */
    TRL_RANGE_PERCENTILE_FRAME, /* of each frame, found on the device */
    /* Runs after the ranges of the frames, or after their percentiles: it follows the median of the
     * last 9, so that an outlier of up to four frames leaves no trace. It widens by a quarter of
     * the way a frame; it stays as it is while it is too wide by up to an eighth, then shrinks. */
    TRL_RANGE_RUNNING,
    TRL_RANGE_PERCENTILE_RUNNING,
};

/* How the steps between the ends of the range spread over the values. */
enum trl_equalize {
    TRL_EQUALIZE_NONE = 0, /* as norm says */
    TRL_EQUALIZE_GLOBAL,   /* every step for as many of the frame's elements; norm has no part */
    TRL_EQUALIZE_CLAHE,    /* by the steps of norm: contrast-limited adaptive equalisation */
};

enum trl_aspect { TRL_ASPECT_EQUAL = 0, TRL_ASPECT_AUTO };
enum trl_origin { TRL_ORIGIN_UPPER = 0, TRL_ORIGIN_LOWER };
enum trl_interpolation { TRL_INTERPOLATION_NEAREST = 0, TRL_INTERPOLATION_BILINEAR };

/* What a cell shows that stands for several elements. NaN counts only where all are NaN. */
enum trl_reduce {
    TRL_REDUCE_AUTO = 0, /* MAX */
    TRL_REDUCE_MAX,
    TRL_REDUCE_MEAN,
    TRL_REDUCE_MINMAX, /* the element farther from the middle of the range */
};

/* A colour, or "not given" when set is false. 8-bit sRGB codes. */
struct trl_color {
    uint8_t r, g, b;
    bool set;
};

/* Zero in every field is the default. Strings are borrowed for the call only. */
struct trl_view_params {
    const char *cmap; /* NULL: viridis; a trailing "_r" reverses */
    enum trl_norm norm;
    double gamma;     /* TRL_NORM_POWER; 0 means 0.5 */
    double linthresh; /* TRL_NORM_SYMLOG; 0 means 1 */
    enum trl_range range;
    bool vmin_set, vmax_set; /* vmin / vmax below override that end of the range */
    double vmin, vmax;
    double percentile_low, percentile_high; /* both 0 means 2 and 98 */
    bool center_set; /* the range is made symmetric about center: its larger half twice. With one of
                        vmin and vmax the other follows. Linear norm, or symlog about 0 */
    double center;
    int running_frames; /* in which a running range forgets, at least 4; 0 means 30 */
    /* With a running range equalisation follows too, else it is that of each frame alone. */
    enum trl_equalize equalize;
    double clip; /* CLAHE: highest bin of a histogram, in mean heights, 1 to 256; 0 means 3 */
    int fields;  /* CLAHE: fields of the grid a side, 1 to 64; 0 means 8 */
    struct trl_color nan_color;   /* default mid grey 128,128,128 */
    struct trl_color under_color; /* below vmin and -Inf; default the map's first colour */
    struct trl_color over_color;  /* above vmax and +Inf; default the map's last colour */
    struct trl_color background;  /* around and between pictures; default black */
    int width, height;            /* of the picture in pixels; 0: from scale, or chosen */
    int scale;                    /* pixels a cell; 0: chosen. Not together with width and height */
    enum trl_aspect aspect;
    enum trl_origin origin;
    enum trl_interpolation interpolation;
    enum trl_reduce reduce;
    /* Keyframes of zoom and center: "t=0:zoom=1;t=2:zoom=4,center=0.25x0.75", times in seconds or
     * "f=" in frames, or the path of a JSON file of such; NULL: all of the tensor. Every tile moves
     * alike; what lies outside of it is background. See the manual page for all names. */
    const char *camera;
    int fps_num, fps_den; /* of the film, for the camera's seconds; 0: a stream's own, or 30/1 */
    int scroll; /* frames are 1-D: draw the last so many as columns, newest at the right; 0: off */
};

/* The frames that a view shows: tiles > 1 makes a grid of pictures, one pixel of background between
 * them. In a picture of given size it has the rows and columns that make the tiles largest, with
 * equally large ones the fewest empty cells; else it is as square as can be. */
struct trl_view_shape {
    int64_t tiles, rows, columns;
};

/* What a frame is drawn as. */
enum trl_view_kind {
    TRL_VIEW_HEATMAP = 0, /* every element a cell */
    TRL_VIEW_LINES,       /* rows of a matrix as traces */
    TRL_VIEW_RASTER,      /* spikes: time across, neurons up */
    TRL_VIEW_POINTS,      /* rows of a matrix as points of a plane */
    TRL_VIEW_HISTOGRAM,   /* how often values occur, now or over time */
    TRL_VIEW_PROJECTION,  /* a volume along one of its axes */
    TRL_VIEW_TRIVIEW,     /* three slices of a volume */
    TRL_VIEW_VOLUME,      /* a volume by rays */
    TRL_VIEW_RGB,         /* channels as colours */
    TRL_VIEW_COMPLEX,     /* phase as hue, magnitude as brightness */
    TRL_VIEW_COUNT,
};

/* Views that have time across. */
enum trl_time_mode {
    TRL_TIME_SCROLL = 0, /* the last frames, newest at the right */
    TRL_TIME_WHOLE,      /* all frames, from the left */
};

struct trl_time_params {
    enum trl_time_mode mode;
    /* SCROLL: frames across the picture; 0: one a pixel. WHOLE: frames of the film; 0: not known,
     * then the picture is squeezed to its left half each time it is full. Where several frames
     * share a pixel, nothing of any is lost. */
    int64_t frames;
};

/* How a frame tells which neurons fired. */
enum trl_raster_form {
    TRL_RASTER_FORM_MASK = 0, /* an element a neuron: it fired unless 0 or NaN */
    TRL_RASTER_FORM_BITS,   /* integers as sets of bits, the lowest bit first: neuron n is bit n % B
                             of element n / B, with B the bits of an element */
    TRL_RASTER_FORM_EVENTS, /* numbers of the neurons that fired, in any order; those below 0 or
                             beyond the last are counted as under and over, not drawn. The frame may
                             have any number of elements, also none */
};

/* Zero in every field is the default. Arrays are borrowed for the call only. */
struct trl_raster_params {
    enum trl_raster_form form;
    int64_t neurons; /* MASK: 0 means as many as the frame has elements; the others must give it */
    struct trl_time_params time;
    const int64_t *populations;     /* first neuron of every population but the first, ascending */
    int population_count;           /* of those; at most 255 */
    const struct trl_color *colors; /* of the populations, again from the first; NULL: built in */
    int color_count;
    bool first_on_top; /* neuron 0 is the highest row instead of the lowest */
};

/* Zero in every field is the default. Arrays are borrowed for the call only. */
struct trl_lines_params {
    double width; /* of the lines in pixels, 0.5 to 64; 0 means 2 */
    bool roll;    /* frames are vectors: a sample of every series, appended to those before */
    struct trl_time_params time;    /* with roll; WHOLE must give the number of frames */
    const struct trl_color *colors; /* of the series, again from the first; NULL: built in */
    int color_count;                /* at most 16 */
};

/* Zero in every field is the default. */
struct trl_points_params {
    int x, y;  /* columns of the matrix; both 0: columns 0 and 1 */
    int color; /* with color_set: column whose value is the colour, by the colour map, norm and
                  range of the view */
    struct trl_color plain; /* without color_set; default built in */
    double size;            /* diameter in pixels, 1 to 60; 0 means 5 */
    double trail; /* frames until what a point leaves is half as strong; 0: points leave nothing */
    double x_min, x_max, y_min, y_max; /* with x_set and y_set; else the first frame's range, with
                                          a margin */
    bool x_set, y_set, color_set;
    bool unit_circle; /* draws it and the two axes; both ranges are -1.25 to 1.25 unless given, and
                         the wider side of the picture shows more so that circles are round */
};

/* Zero in every field is the default. */
struct trl_histogram_params {
    bool bars; /* of the frame at hand, values across; else time across, values upwards and
                  counts as colours */
    int bins;  /* between the ends of the range: a power of 2, at most 256; 0 means 128 */
    bool log;  /* counts by their logarithm */
    double
        count_max; /* count of a full bar or the last colour; 0: the largest of the frame's bins */
    struct trl_time_params time; /* without bars */
};

/* Checks the params and works out the picture's size in pixels; needs no device. Errors:
 * TRL_ERROR_USAGE. Thread-safety: safe. */
TRL_API int trl_view_picture_size(struct trl_log *log, const struct trl_view_params *params,
                                  const struct trl_view_shape *shape, int *width, int *height);

/* ---- volumes, pictures of channels, overlays ---- */

/* Which index of an axis is shown. */
enum trl_slice_motion {
    TRL_SLICE_FIXED = 0, /* first, in every frame */
    TRL_SLICE_HOLD,      /* from first to last, then last */
    TRL_SLICE_LOOP,      /* from first to last, then again */
    TRL_SLICE_BOUNCE,    /* from first to last and back, again and again */
};

/* An index that may move with the frames. Negative axes and indices count from the end: -1 is the
 * last. */
struct trl_slice {
    int axis;
    enum trl_slice_motion motion;
    int64_t first, last;
    int64_t frames; /* that one way from first to last takes, both counted; 0: an index a frame */
};

/* How a projection makes one value of all along an axis. NaN is left out; where all are NaN, so is
 * the projection. */
enum trl_project {
    TRL_PROJECT_MAX = 0,
    TRL_PROJECT_MIN,
    TRL_PROJECT_MEAN, /* an infinity wins over finite values; NaN where both infinities meet */
    TRL_PROJECT_SUM,  /* likewise */
};

/* Which axis of a picture of channels holds them. */
enum trl_channel_axis {
    TRL_CHANNEL_AXIS_AUTO = 0, /* the last if its size is 3 or 4, else the first if its is, else
                                  whichever has 1 or 2, the last one first */
    TRL_CHANNEL_AXIS_FIRST,    /* (channel, row, column) */
    TRL_CHANNEL_AXIS_LAST,     /* (row, column, channel) */
};

/*
 * Pictures of channels. Bytes are colours as they are; floats from 0 to 1, other integers from 0 to
 * their largest value, unless vmin and vmax of the view say otherwise; what lies beyond is clamped.
 * One channel is grey, two are grey and alpha, three red, green, blue, four with alpha behind.
 */
struct trl_rgb_params {
    enum trl_channel_axis axis;
    bool choose; /* use the channels below; negative ones count from the end */
    int red, green, blue;
    bool choose_alpha; /* use this channel as alpha; else there is none if choose is set */
    int alpha;
    bool split;  /* show the chosen channels side by side, each as grey */
    int checker; /* beneath transparent pixels: squares of so many pixels; 0: the background */
};

/*
 * A camera that looks at a volume (z, y, x) from outside. Without angles it looks along z from its
 * start, x to the right and y down (up with TRL_ORIGIN_LOWER), as the heat map of a slice lies.
 */
struct trl_orbit {
    double azimuth;   /* degrees to the right around the volume's y axis */
    double elevation; /* degrees up, -90 to 90 */
    double zoom;      /* 0 means 1: the volume fits whichever way it is turned */
    double
        centre[3]; /* what is looked at: z, y, x from the middle, in parts of the volume's size */
    double angle;  /* of view across the shorter side, in degrees below 180; 0: parallel rays */
};

enum trl_volume_mode {
    TRL_VOLUME_COMPOSITE = 0, /* colours of what light passes, front to back */
    TRL_VOLUME_MIP,           /* the largest value that a ray meets */
};

enum trl_opacity {
    TRL_OPACITY_LINEAR = 0, /* from 0 at the lower end of the range to 1 at the upper end */
    TRL_OPACITY_THRESHOLD,  /* opaque from the threshold on, else transparent */
    TRL_OPACITY_POINTS,     /* straight lines between the points, level beyond them */
};

struct trl_opacity_point {
    double value, alpha; /* alpha 0 to 1 */
};

/* How a volume is drawn. Opacity is that of a slab as thick as 1/20 of the volume's longest side,
 * so that a finer grid of the same thing looks the same. */
struct trl_volume_params {
    enum trl_volume_mode mode;
    enum trl_opacity opacity;
    bool on_map; /* threshold and points are places on the colour map, 0 to 1; else values, for
                    which the range must be given or the movie's */
    double threshold;
    const struct trl_opacity_point *points; /* by rising value; borrowed for the call */
    int point_count;
    double density;    /* factor of how much matter there is; 0 means 1 */
    double step;       /* between samples, in voxels; 0 means 1, or 1/64 of the longest side where
                          that is less */
    double spacing[3]; /* of voxels along z, y, x; 0 means 1 */
    bool light;        /* shade by the gradient, lit from the camera */
};

/* Pixels of the upper of two pictures that let the lower one through; for indexed pictures. */
#define TRL_OVERLAY_HIDE_NAN 1u
#define TRL_OVERLAY_HIDE_UNDER 2u
#define TRL_OVERLAY_HIDE_OVER 4u
#define TRL_OVERLAY_HIDE_BACKGROUND 8u

/* How a picture lies over another. */
struct trl_overlay_params {
    int alpha;     /* 1 to 255, of what is not hidden; 0 means 128 */
    unsigned hide; /* TRL_OVERLAY_HIDE_ bits */
};

/* Names of the colour maps, NULL at the end. Each also exists with "_r" behind it. */
TRL_API const char *const *trl_cmap_names(void);
/* The 256 colours of a map, 3 bytes each, as matplotlib has them. False if unknown. */
TRL_API bool trl_cmap_table(const char *name, uint8_t rgb[256][3]);

#ifdef __cplusplus
}
#endif

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
#include "scene/text.h"

#include <limits.h>

/* The views as sets. */
enum {
    HEATMAP = 1 << TRL_VIEW_HEATMAP,
    LINES = 1 << TRL_VIEW_LINES,
    RASTER = 1 << TRL_VIEW_RASTER,
    POINTS = 1 << TRL_VIEW_POINTS,
    HISTOGRAM = 1 << TRL_VIEW_HISTOGRAM,
    PROJECTION = 1 << TRL_VIEW_PROJECTION,
    TRIVIEW = 1 << TRL_VIEW_TRIVIEW,
    VOLUME = 1 << TRL_VIEW_VOLUME,
    RGB = 1 << TRL_VIEW_RGB,
    COMPLEX = 1 << TRL_VIEW_COMPLEX,
    ALL = (1 << TRL_VIEW_COUNT) - 1,
    /* by the parts that draw them */
    MAPPED = HEATMAP | PROJECTION | TRIVIEW,
    SCALED = MAPPED | POINTS | HISTOGRAM | VOLUME | COMPLEX,
    RANGED = SCALED | LINES,
};

static const struct trl_panel_word views[] = {
    {"heatmap", NULL, "Every element a cell, its value a colour.", 0, TRL_VIEW_HEATMAP},
    {"slice", "AXIS:INDEX", "The heat map of a slice of a volume: heatmap,slice=AXIS:INDEX.", 0,
     TRL_VIEW_HEATMAP},
    {"strip", "FRAMES", "Vectors over time, a column a frame: heatmap,scroll=FRAMES.", 0,
     TRL_VIEW_HEATMAP},
    {"lines", NULL, "The rows of a matrix as traces, or vectors appended over time.", 0,
     TRL_VIEW_LINES},
    {"raster", NULL, "Spikes: time across, neurons upwards.", 0, TRL_VIEW_RASTER},
    {"points", NULL, "The rows of a matrix as points of a plane.", 0, TRL_VIEW_POINTS},
    {"histogram", NULL, "How often values occur, over time or in each frame.", 0,
     TRL_VIEW_HISTOGRAM},
    {"projection", NULL, "The largest, smallest, mean or sum of a volume along an axis.", 0,
     TRL_VIEW_PROJECTION},
    {"triview", NULL, "Three slices of a volume that meet in a corner.", 0, TRL_VIEW_TRIVIEW},
    {"volume", NULL, "A volume by rays, seen from anywhere.", 0, TRL_VIEW_VOLUME},
    {"rgb", NULL, "Channels as colours.", 0, TRL_VIEW_RGB},
    {"complex", NULL, "Complex numbers: the phase as hue, the magnitude as brightness.", 0,
     TRL_VIEW_COMPLEX},
    {0},
};

static const struct trl_panel_word options[TRL_TEXT_OPTION_COUNT + 1] = {
    [TRL_TEXT_NAME] = {"name", "TEXT", "Shown above the panel; a capture of this name goes to it.",
                       ALL},
    [TRL_TEXT_INPUT] = {"input", "INPUT",
                        "Name of an input, or an expression over their names: \"log1p(abs(a - b))\""
                        ".",
                        ALL},
    [TRL_TEXT_FILTER] = {"filter", "CHAIN",
                         "Filters before colouring, joined by plus signs: gaussian=2+abs.", ALL},
    [TRL_TEXT_SLICE] = {"slice", "AXIS:INDEX[:LAST[:HOW[:FRAMES]]]",
                        "One index of an axis, negative ones from the end; with LAST it moves there"
                        " in FRAMES (default an index a frame) and HOW is hold, loop or bounce. Up "
                        "to three, one after the other.",
                        HEATMAP | TRIVIEW},
    [TRL_TEXT_AXIS] = {"axis", "N", "Axis along which to project. Default: 0.", PROJECTION},
    [TRL_TEXT_PROJECT] = {"project", "HOW", "max, min, mean or sum along the axis. Default: max.",
                          PROJECTION},
    [TRL_TEXT_LABELS] = {"labels", NULL,
                         "Every tile is a panel of its own, with its number above it; at most 64.",
                         HEATMAP},
    [TRL_TEXT_SCROLL] = {"scroll", "N",
                         "Frames are 1-D: draw the last N as columns, the newest at the right.",
                         HEATMAP},
    [TRL_TEXT_WINDOW] =
        {"window", "FRAMES",
         "Show the last so many frames. Default: all of the film, at most 1000; 300 "
         "of a pipe. Lines then roll.",
         LINES | RASTER | HISTOGRAM},
    [TRL_TEXT_WHOLE] = {"whole", "[FRAMES]",
                        "Show all frames from the left; FRAMES is how many will come. Lines then "
                        "roll.",
                        LINES | RASTER | HISTOGRAM},
    [TRL_TEXT_CMAP] = {"cmap", "NAME",
                       "Colour map; a trailing _r reverses it. Default: viridis, for complex "
                       "numbers the circle of hues.",
                       SCALED},
    [TRL_TEXT_VMIN] = {"vmin", "X", "The value of the first colour. Default: by range.",
                       RANGED | RGB},
    [TRL_TEXT_VMAX] = {"vmax", "X", "The value of the last colour. Default: by range.",
                       RANGED | RGB},
    [TRL_TEXT_RANGE] = {"range", "HOW",
                        "Take the range from all frames (movie), from each (frame), or let it run "
                        "after them: running[:FRAMES]; percentile and percentile-frame are movie "
                        "and frame with robust.",
                        RANGED},
    [TRL_TEXT_ROBUST] = {"robust", "[LOW:HIGH]",
                         "Take percentiles in place of the extremes, 2:98 if none are given, in "
                         "whatever way range looks for them; where nothing says how, they run.",
                         RANGED},
    [TRL_TEXT_CENTER] = {"center", "X", "Make the range symmetric about X.", SCALED & ~POINTS},
    [TRL_TEXT_EQUALIZE] = {"equalize", "[HOW]",
                           "Spread the colours evenly over the elements: global (the default), or "
                           "clahe[=CLIP[:TILES]].",
                           HEATMAP | PROJECTION},
    [TRL_TEXT_NORM] = {"norm", "NORM",
                       "How values spread: linear, log, symlog[:LINTHRESH] or power[:GAMMA]. "
                       "Default: linear.",
                       RANGED},
    [TRL_TEXT_NAN_COLOR] = {"nan-color", "COLOR",
                            "Colour of NaN: #rgb, #rrggbb or a simple name. Default: gray.",
                            (SCALED | RGB) & ~HISTOGRAM},
    [TRL_TEXT_UNDER] = {"under", "COLOR", "Colour below the range. Default: the map's first.",
                        MAPPED | POINTS | VOLUME},
    [TRL_TEXT_OVER] = {"over", "COLOR", "Colour above the range. Default: the map's last.",
                       MAPPED | POINTS | VOLUME},
    [TRL_TEXT_BACKGROUND] = {"background", "COLOR", "Colour around and between pictures.", ALL},
    [TRL_TEXT_SIZE] = {"size", "WxH",
                       "Size of the data in pixels; in a frame of given size, its "
                       "ratio.",
                       ALL},
    [TRL_TEXT_SCALE] = {"scale", "N", "Pixels a cell, instead of size.", MAPPED | RGB | COMPLEX},
    [TRL_TEXT_ASPECT] = {"aspect", "HOW",
                         "equal for square cells, or auto for cells that fill the picture. "
                         "Default: equal.",
                         HEATMAP | PROJECTION | RGB | COMPLEX},
    [TRL_TEXT_ORIGIN] = {"origin", "WHERE", "Where row 0 lies: upper or lower. Default: upper.",
                         MAPPED | VOLUME | RGB | COMPLEX},
    [TRL_TEXT_INTERPOLATION] = {"interpolation", "HOW",
                                "Between elements: nearest or bilinear. Default: nearest.",
                                HEATMAP | PROJECTION},
    [TRL_TEXT_REDUCE] = {"reduce", "HOW",
                         "What a pixel shows that stands for several elements: auto, max, mean or "
                         "minmax. Default: auto, which is max.",
                         MAPPED},
    [TRL_TEXT_CAMERA] = {"camera", "KEYFRAMES",
                         "Move over the picture: \"t=0:zoom=1;t=2:zoom=4\", or a JSON file.",
                         MAPPED | VOLUME},
    [TRL_TEXT_WIDTH] = {"width", "PIXELS", "Width of the lines. Default: 2.", LINES},
    [TRL_TEXT_ROLL] = {"roll", NULL,
                       "Frames are vectors: a sample of every series, appended to those before. "
                       "Frames of one sample always are.",
                       LINES},
    [TRL_TEXT_COLORS] = {"colors", "COLOR/COLOR...",
                         "Colours of the series or populations, again from the first.",
                         LINES | RASTER},
    [TRL_TEXT_NAMES] = {"names", "NAME/NAME...",
                        "Names of the series or populations, in the legend. Default: their "
                        "numbers.",
                        LINES | RASTER},
    [TRL_TEXT_FORM] = {"form", "FORM",
                       "How a frame tells who fired: mask, an element a neuron; bits, integers as "
                       "sets of neurons; events, their numbers. Default: mask.",
                       RASTER},
    [TRL_TEXT_NEURONS] = {"neurons", "N", "How many there are; bits and events must have it.",
                          RASTER},
    [TRL_TEXT_POPULATIONS] = {"populations", "FIRST:FIRST...",
                              "First neuron of every population: 0:800:1000.", RASTER},
    [TRL_TEXT_FIRST_ON_TOP] = {"first-on-top", NULL, "Neuron 0 is the highest row.", RASTER},
    [TRL_TEXT_X] = {"x", "COLUMN", "Column that is the place across. Default: 0.", POINTS},
    [TRL_TEXT_Y] = {"y", "COLUMN", "Column that is the place upwards. Default: 1.", POINTS},
    [TRL_TEXT_COLOR] = {"color", "COLUMN", "Column whose value is the colour.", POINTS},
    [TRL_TEXT_POINT_COLOR] = {"point-color", "COLOR", "The one colour of all points.", POINTS},
    [TRL_TEXT_POINT_SIZE] = {"point-size", "PIXELS", "Diameter of a point. Default: 5.", POINTS},
    [TRL_TEXT_TRAIL] = {"trail", "FRAMES",
                        "How long until what a point leaves is half as strong. Default: 0, "
                        "nothing is left.",
                        POINTS},
    [TRL_TEXT_X_RANGE] = {"x-range", "LO:HI",
                          "Values across. Default: the whole movie's; of a pipe, all so far.",
                          POINTS},
    [TRL_TEXT_Y_RANGE] = {"y-range", "LO:HI",
                          "Values upwards. Default: the whole movie's; of a pipe, all so far.",
                          POINTS},
    [TRL_TEXT_UNIT_CIRCLE] =
        {"unit-circle", NULL,
         "Draw the unit circle, round, and the two axes; ranges become as wide "
         "as that takes.",
         POINTS},
    [TRL_TEXT_BARS] = {"bars", NULL, "Bars of each frame, instead of counts over time.", HISTOGRAM},
    [TRL_TEXT_BINS] = {"bins", "N", "Between the ends of the range: a power of 2. Default: 128.",
                       HISTOGRAM},
    [TRL_TEXT_LOG] = {"log", NULL, "Counts by their logarithm.", HISTOGRAM},
    [TRL_TEXT_COUNT_MAX] = {"count-max", "N",
                            "Count of a full bar, or of the last colour. Default: each frame's "
                            "largest.",
                            HISTOGRAM},
    [TRL_TEXT_MODE] = {"mode", "MODE",
                       "composite, or mip for the largest value of a ray. Default: composite.",
                       VOLUME},
    [TRL_TEXT_OPACITY] = {"opacity", "HOW",
                          "linear over the range, threshold:V, or points:V/A/V/A... with V rising "
                          "and A from 0 to 1. Default: linear.",
                          VOLUME},
    [TRL_TEXT_ON_MAP] = {"on-map", NULL,
                         "The opacity's V are places on the colour map, 0 to 1, not values.",
                         VOLUME},
    [TRL_TEXT_DENSITY] = {"density", "FACTOR", "How much matter there is. Default: 1.", VOLUME},
    [TRL_TEXT_STEP] = {"step", "VOXELS", "Between two samples of a ray. Default: 1.", VOLUME},
    [TRL_TEXT_LIGHT] = {"light", NULL, "Shade by the gradient, lit from the camera.", VOLUME},
    [TRL_TEXT_SPACING] = {"spacing", "ZxYxX", "Of voxels along the axes. Default: 1x1x1.", VOLUME},
    [TRL_TEXT_AZIMUTH] = {"azimuth", "DEGREES", "The camera's way to the right. Default: 0.",
                          VOLUME},
    [TRL_TEXT_ELEVATION] = {"elevation", "DEGREES", "The camera's way up, -90 to 90. Default: 0.",
                            VOLUME},
    [TRL_TEXT_ZOOM] = {"zoom", "Z", "1 shows the volume however it is turned. Default: 1.", VOLUME},
    [TRL_TEXT_LOOK_AT] = {"look-at", "ZxYxX",
                          "What the camera looks at, from the middle in parts of the volume's "
                          "size. Default: 0x0x0.",
                          VOLUME},
    [TRL_TEXT_ANGLE] = {"angle", "DEGREES",
                        "Angle of view across the shorter side. Default: 0, parallel rays.",
                        VOLUME},
    [TRL_TEXT_SPIN] = {"spin", "DEGREES", "Azimuth that every frame adds. Default: 0.", VOLUME},
    [TRL_TEXT_CHANNELS] = {"channels", "R/G/B[/A]",
                           "Numbers of the channels; negative ones count from the end.", RGB},
    [TRL_TEXT_CHANNEL_AXIS] = {"channel-axis", "WHERE",
                               "Which axis holds the channels: auto, first or last. Default: "
                               "auto, by its size.",
                               RGB},
    [TRL_TEXT_SPLIT] = {"split", NULL, "Show the channels side by side as greys.", RGB},
    [TRL_TEXT_CHECKER] = {"checker", "PIXELS",
                          "Beneath transparent pixels: a checkerboard with such squares.", RGB},
    [TRL_TEXT_OVERLAY] = {"overlay", "[ALPHA]",
                          "Lie over the panel before it; ALPHA is above 0, at most 1. Default: "
                          "half.",
                          ALL},
    [TRL_TEXT_HIDE] = {"hide", "WHAT+WHAT...",
                       "Of an overlay, what lets the panel below through: nan, under, over, "
                       "background.",
                       ALL & ~(RGB | COMPLEX)},
    [TRL_TEXT_X_LABEL] = {"x-label", "TEXT", "What the axis across is.", ALL},
    [TRL_TEXT_Y_LABEL] = {"y-label", "TEXT", "What the axis upwards is.", ALL},
    [TRL_TEXT_X_ORIGIN] = {"x-origin", "X", "Number at the first cell across. Default: 0.", ALL},
    [TRL_TEXT_X_STEP] = {"x-step", "X", "From cell to cell across. Default: 1.", ALL},
    [TRL_TEXT_Y_ORIGIN] = {"y-origin", "Y", "Number at the first cell of a column. Default: 0.",
                           ALL},
    [TRL_TEXT_Y_STEP] = {"y-step", "Y", "From cell to cell of a column. Default: 1.", ALL},
    [TRL_TEXT_BAR_LABEL] = {"bar-label", "TEXT", "What the colours are.", SCALED},
};

static const struct trl_text_choice projects[] = {{"max", TRL_PROJECT_MAX},
                                                  {"min", TRL_PROJECT_MIN},
                                                  {"mean", TRL_PROJECT_MEAN},
                                                  {"sum", TRL_PROJECT_SUM},
                                                  {0}};
static const struct trl_text_choice ranges[] = {{"movie", TRL_RANGE_MOVIE},
                                                {"frame", TRL_RANGE_FRAME},
                                                {"percentile", TRL_RANGE_PERCENTILE_MOVIE},
                                                {"percentile-frame", TRL_RANGE_PERCENTILE_FRAME},
                                                {"running", TRL_RANGE_RUNNING},
                                                {0}};
static const struct trl_text_choice equalizations[] = {
    {"global", TRL_EQUALIZE_GLOBAL}, {"clahe", TRL_EQUALIZE_CLAHE}, {0}};
static const struct trl_text_choice norms[] = {{"linear", TRL_NORM_LINEAR},
                                               {"log", TRL_NORM_LOG},
                                               {"symlog", TRL_NORM_SYMLOG},
                                               {"power", TRL_NORM_POWER},
                                               {0}};
static const struct trl_text_choice aspects[] = {
    {"equal", TRL_ASPECT_EQUAL}, {"auto", TRL_ASPECT_AUTO}, {0}};
static const struct trl_text_choice origins[] = {
    {"upper", TRL_ORIGIN_UPPER}, {"lower", TRL_ORIGIN_LOWER}, {0}};
static const struct trl_text_choice interpolations[] = {
    {"nearest", TRL_INTERPOLATION_NEAREST}, {"bilinear", TRL_INTERPOLATION_BILINEAR}, {0}};
static const struct trl_text_choice reduces[] = {{"auto", TRL_REDUCE_AUTO},
                                                 {"max", TRL_REDUCE_MAX},
                                                 {"mean", TRL_REDUCE_MEAN},
                                                 {"minmax", TRL_REDUCE_MINMAX},
                                                 {0}};
static const struct trl_text_choice forms[] = {{"mask", TRL_RASTER_FORM_MASK},
                                               {"bits", TRL_RASTER_FORM_BITS},
                                               {"events", TRL_RASTER_FORM_EVENTS},
                                               {0}};
static const struct trl_text_choice modes[] = {
    {"composite", TRL_VOLUME_COMPOSITE}, {"mip", TRL_VOLUME_MIP}, {0}};
static const struct trl_text_choice channel_axes[] = {{"auto", TRL_CHANNEL_AXIS_AUTO},
                                                      {"first", TRL_CHANNEL_AXIS_FIRST},
                                                      {"last", TRL_CHANNEL_AXIS_LAST},
                                                      {0}};
static const struct trl_text_choice hidden[] = {{"nan", TRL_OVERLAY_HIDE_NAN},
                                                {"under", TRL_OVERLAY_HIDE_UNDER},
                                                {"over", TRL_OVERLAY_HIDE_OVER},
                                                {"background", TRL_OVERLAY_HIDE_BACKGROUND},
                                                {0}};

static const char some_text[] = "a text";
static const char some_flag[] = "on or off, and needs no value";
static const char some_number[] = "a finite number";
static const char some_count[] = "a whole number";
static const char some_color[] =
    "#rgb, #rrggbb or a simple name such as black, white, gray, red or orange";
static const char some_range[] = "LO:HI, two numbers, the lower one first";

#define AT(member) offsetof(struct trl_panel_params, member)

static const struct trl_text_rule rules[TRL_TEXT_OPTION_COUNT] = {
    [TRL_TEXT_NAME] = {trl_text_read_text, AT(name), .expects = some_text},
    [TRL_TEXT_INPUT] = {trl_text_read_text, AT(input), .expects = some_text},
    [TRL_TEXT_FILTER] = {trl_text_read_filter},
    [TRL_TEXT_SLICE] = {trl_text_read_slice, .low = -8, .high = 7,
                        .expects = "AXIS:INDEX or AXIS:FIRST:LAST, hold, loop or bounce behind it, "
                                   "and :FRAMES behind that, with axes"},
    [TRL_TEXT_AXIS] = {trl_text_read_int, AT(project_axis), .low = -3, .high = 2,
                       .expects = some_count},
    [TRL_TEXT_PROJECT] = {trl_text_read_choice, AT(project), .choices = projects},
    [TRL_TEXT_LABELS] = {trl_text_read_flag, AT(labels), .expects = some_flag},
    [TRL_TEXT_SCROLL] = {trl_text_read_int, AT(view.scroll), .low = 1, .high = 65535,
                         .expects = some_count},
    [TRL_TEXT_WINDOW] = {trl_text_read_window, .low = 1, .high = 1 << 30, .expects = some_count},
    [TRL_TEXT_WHOLE] = {trl_text_read_whole, .low = 1, .high = 1 << 30, .expects = some_count},
    [TRL_TEXT_CMAP] = {trl_text_read_cmap, AT(view.cmap),
                       .expects = "a colour map, _r behind it for the reverse; tensorreel list "
                                  "cmaps names them"},
    [TRL_TEXT_VMIN] = {trl_text_read_number, AT(view.vmin), AT(view.vmin_set),
                       .expects = some_number},
    [TRL_TEXT_VMAX] = {trl_text_read_number, AT(view.vmax), AT(view.vmax_set),
                       .expects = some_number},
    [TRL_TEXT_RANGE] = {trl_text_read_range, .choices = ranges,
                        .expects = "movie, frame, running[:FRAMES], percentile or "
                                   "percentile-frame, the number 4 to 100000"},
    [TRL_TEXT_ROBUST] = {trl_text_read_robust,
                         .expects = "LOW:HIGH, two percentages, the lower one first, such as 2:98"},
    [TRL_TEXT_CENTER] = {trl_text_read_number, AT(view.center), AT(view.center_set),
                         .expects = some_number},
    [TRL_TEXT_EQUALIZE] = {trl_text_read_equalize, .choices = equalizations,
                           .expects = "global or clahe[=CLIP[:TILES]], the numbers 1 to 256 and 1 "
                                      "to 64"},
    [TRL_TEXT_NORM] = {trl_text_read_norm, .choices = norms,
                       .expects = "linear, log, symlog[:LINTHRESH] or power[:GAMMA], the number "
                                  "above 0"},
    [TRL_TEXT_NAN_COLOR] = {trl_text_read_color, AT(view.nan_color), .expects = some_color},
    [TRL_TEXT_UNDER] = {trl_text_read_color, AT(view.under_color), .expects = some_color},
    [TRL_TEXT_OVER] = {trl_text_read_color, AT(view.over_color), .expects = some_color},
    [TRL_TEXT_BACKGROUND] = {trl_text_read_color, AT(view.background), .expects = some_color},
    [TRL_TEXT_SIZE] = {trl_text_read_size,
                       .expects = "WIDTHxHEIGHT, such as 1280x720, each from 1 to 65535"},
    [TRL_TEXT_SCALE] = {trl_text_read_int, AT(view.scale), .low = 1, .high = 4096,
                        .expects = some_count},
    [TRL_TEXT_ASPECT] = {trl_text_read_choice, AT(view.aspect), .choices = aspects},
    [TRL_TEXT_ORIGIN] = {trl_text_read_choice, AT(view.origin), .choices = origins},
    [TRL_TEXT_INTERPOLATION] = {trl_text_read_choice, AT(view.interpolation),
                                .choices = interpolations},
    [TRL_TEXT_REDUCE] = {trl_text_read_choice, AT(view.reduce), .choices = reduces},
    [TRL_TEXT_CAMERA] = {trl_text_read_text, AT(view.camera), .expects = some_text},
    [TRL_TEXT_WIDTH] = {trl_text_read_number, AT(lines.width), .low = 0.5, .high = 64,
                        .expects = "a number"},
    [TRL_TEXT_ROLL] = {trl_text_read_flag, AT(lines.roll), .expects = some_flag},
    [TRL_TEXT_COLORS] = {trl_text_read_colors,
                         .expects = "colours with / between them, such as red/#08f; lines have at "
                                    "most 16, rasters 256"},
    [TRL_TEXT_NAMES] = {trl_text_read_text, AT(names), .expects = some_text},
    [TRL_TEXT_FORM] = {trl_text_read_choice, AT(raster.form), .choices = forms},
    [TRL_TEXT_NEURONS] = {trl_text_read_int64, AT(raster.neurons), .low = 1, .high = 1 << 30,
                          .expects = some_count},
    [TRL_TEXT_POPULATIONS] = {trl_text_read_populations, .low = 0, .high = 1 << 30,
                              .expects = "rising numbers of neurons with : between them, at most "
                                         "256, each a whole number"},
    [TRL_TEXT_FIRST_ON_TOP] = {trl_text_read_flag, AT(raster.first_on_top), .expects = some_flag},
    [TRL_TEXT_X] = {trl_text_read_int, AT(points.x), .low = 0, .high = INT_MAX,
                    .expects = some_count},
    [TRL_TEXT_Y] = {trl_text_read_int, AT(points.y), .low = 0, .high = INT_MAX,
                    .expects = some_count},
    [TRL_TEXT_COLOR] = {trl_text_read_int, AT(points.color), AT(points.color_set), .low = 0,
                        .high = INT_MAX, .expects = some_count},
    [TRL_TEXT_POINT_COLOR] = {trl_text_read_color, AT(points.plain), .expects = some_color},
    [TRL_TEXT_POINT_SIZE] = {trl_text_read_number, AT(points.size), .low = 1, .high = 60,
                             .expects = "a number"},
    [TRL_TEXT_TRAIL] = {trl_text_read_number, AT(points.trail), .low = 0, .high = 1e6,
                        .expects = "a number"},
    [TRL_TEXT_X_RANGE] = {trl_text_read_pair, AT(points.x_min), AT(points.x_set),
                          .expects = some_range},
    [TRL_TEXT_Y_RANGE] = {trl_text_read_pair, AT(points.y_min), AT(points.y_set),
                          .expects = some_range},
    [TRL_TEXT_UNIT_CIRCLE] = {trl_text_read_flag, AT(points.unit_circle), .expects = some_flag},
    [TRL_TEXT_BARS] = {trl_text_read_flag, AT(histogram.bars), .expects = some_flag},
    [TRL_TEXT_BINS] = {trl_text_read_bins, .low = 1, .high = 256, .expects = "a power of 2"},
    [TRL_TEXT_LOG] = {trl_text_read_flag, AT(histogram.log), .expects = some_flag},
    [TRL_TEXT_COUNT_MAX] = {trl_text_read_number, AT(histogram.count_max), .low = 1,
                            .high = 1LL << 31, .expects = "a number"},
    [TRL_TEXT_MODE] = {trl_text_read_choice, AT(volume.mode), .choices = modes},
    [TRL_TEXT_OPACITY] = {trl_text_read_opacity,
                          .expects = "linear, threshold:V, or points:V/A/V/A... with V rising and "
                                     "A from 0 to 1"},
    [TRL_TEXT_ON_MAP] = {trl_text_read_flag, AT(volume.on_map), .expects = some_flag},
    [TRL_TEXT_DENSITY] = {trl_text_read_number, AT(volume.density), .low = 1e-6, .high = 1e6,
                          .expects = "a number"},
    [TRL_TEXT_STEP] = {trl_text_read_number, AT(volume.step), .low = 0.01, .high = 100,
                       .expects = "a number"},
    [TRL_TEXT_LIGHT] = {trl_text_read_flag, AT(volume.light), .expects = some_flag},
    [TRL_TEXT_SPACING] = {trl_text_read_triple, AT(volume.spacing), .low = 1e-6, .high = 1e6,
                          .expects = "three numbers with x between them, each"},
    [TRL_TEXT_AZIMUTH] = {trl_text_read_number, AT(orbit.azimuth), .low = -1e6, .high = 1e6,
                          .expects = "a number"},
    [TRL_TEXT_ELEVATION] = {trl_text_read_number, AT(orbit.elevation), .low = -90, .high = 90,
                            .expects = "a number"},
    [TRL_TEXT_ZOOM] = {trl_text_read_number, AT(orbit.zoom), .low = 1e-3, .high = 1e3,
                       .expects = "a number"},
    [TRL_TEXT_LOOK_AT] = {trl_text_read_triple, AT(orbit.centre), .low = -10, .high = 10,
                          .expects = "three numbers with x between them, each"},
    [TRL_TEXT_ANGLE] = {trl_text_read_number, AT(orbit.angle), .low = 1, .high = 170,
                        .expects = "a number"},
    [TRL_TEXT_SPIN] = {trl_text_read_number, AT(orbit_spin), .low = -360, .high = 360,
                       .expects = "a number"},
    [TRL_TEXT_CHANNELS] = {trl_text_read_channels, .low = INT_MIN, .high = INT_MAX,
                           .expects = "three or four whole numbers with / between them, each"},
    [TRL_TEXT_CHANNEL_AXIS] = {trl_text_read_choice, AT(rgb.axis), .choices = channel_axes},
    [TRL_TEXT_SPLIT] = {trl_text_read_flag, AT(rgb.split), .expects = some_flag},
    [TRL_TEXT_CHECKER] = {trl_text_read_int, AT(rgb.checker), .low = 1, .high = 65535,
                          .expects = some_count},
    [TRL_TEXT_OVERLAY] = {trl_text_read_overlay, .expects = "a number above 0, at most 1"},
    [TRL_TEXT_HIDE] = {trl_text_read_hide, .choices = hidden,
                       .expects = "nan, under, over, background, or some of them with + between"},
    [TRL_TEXT_X_LABEL] = {trl_text_read_text, AT(x.label), .expects = some_text},
    [TRL_TEXT_Y_LABEL] = {trl_text_read_text, AT(y.label), .expects = some_text},
    [TRL_TEXT_X_ORIGIN] = {trl_text_read_number, AT(x.origin), .expects = some_number},
    [TRL_TEXT_X_STEP] = {trl_text_read_number, AT(x.step), .expects = some_number},
    [TRL_TEXT_Y_ORIGIN] = {trl_text_read_number, AT(y.origin), .expects = some_number},
    [TRL_TEXT_Y_STEP] = {trl_text_read_number, AT(y.step), .expects = some_number},
    [TRL_TEXT_BAR_LABEL] = {trl_text_read_text, AT(bar_label), .expects = some_text},
};

#undef AT

const struct trl_panel_word *trl_panel_views(void)
{
    return views;
}

const struct trl_panel_word *trl_panel_options(void)
{
    return options;
}

const struct trl_text_rule *trl_text_rule(enum trl_text_option option)
{
    return &rules[option];
}

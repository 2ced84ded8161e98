/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "base/log.h"

#include <stddef.h>
#include <stdint.h>

#include <tensorreel/scene.h>

/*
 * The insides of panel texts: text.c reads the grammar, text_check.c settles what options say
 * together, text_words.c is the table of options, text_values.c reads values of any option,
 * text_views.c those of a single one.
 */

/* In the order in which they are listed. */
enum trl_text_option {
    /* what is shown */
    TRL_TEXT_NAME = 0,
    TRL_TEXT_INPUT,
    TRL_TEXT_FILTER,
    TRL_TEXT_SLICE,
    TRL_TEXT_AXIS,
    TRL_TEXT_PROJECT,
    TRL_TEXT_SCROLL,
    TRL_TEXT_LABELS,
    TRL_TEXT_WINDOW,
    TRL_TEXT_WHOLE,
    /* colour */
    TRL_TEXT_CMAP,
    TRL_TEXT_VMIN,
    TRL_TEXT_VMAX,
    TRL_TEXT_RANGE,
    TRL_TEXT_ROBUST,
    TRL_TEXT_CENTER,
    TRL_TEXT_EQUALIZE,
    TRL_TEXT_NORM,
    TRL_TEXT_NAN_COLOR,
    TRL_TEXT_UNDER,
    TRL_TEXT_OVER,
    TRL_TEXT_BACKGROUND,
    /* picture */
    TRL_TEXT_SIZE,
    TRL_TEXT_SCALE,
    TRL_TEXT_ASPECT,
    TRL_TEXT_ORIGIN,
    TRL_TEXT_INTERPOLATION,
    TRL_TEXT_REDUCE,
    TRL_TEXT_CAMERA,
    /* lines and rasters */
    TRL_TEXT_WIDTH,
    TRL_TEXT_ROLL,
    TRL_TEXT_COLORS,
    TRL_TEXT_NAMES,
    TRL_TEXT_FORM,
    TRL_TEXT_NEURONS,
    TRL_TEXT_POPULATIONS,
    TRL_TEXT_FIRST_ON_TOP,
    /* points */
    TRL_TEXT_X,
    TRL_TEXT_Y,
    TRL_TEXT_COLOR,
    TRL_TEXT_POINT_COLOR,
    TRL_TEXT_POINT_SIZE,
    TRL_TEXT_TRAIL,
    TRL_TEXT_X_RANGE,
    TRL_TEXT_Y_RANGE,
    TRL_TEXT_UNIT_CIRCLE,
    /* histogram */
    TRL_TEXT_BARS,
    TRL_TEXT_BINS,
    TRL_TEXT_LOG,
    TRL_TEXT_COUNT_MAX,
    /* volume */
    TRL_TEXT_MODE,
    TRL_TEXT_OPACITY,
    TRL_TEXT_ON_MAP,
    TRL_TEXT_DENSITY,
    TRL_TEXT_STEP,
    TRL_TEXT_LIGHT,
    TRL_TEXT_SPACING,
    TRL_TEXT_AZIMUTH,
    TRL_TEXT_ELEVATION,
    TRL_TEXT_ZOOM,
    TRL_TEXT_LOOK_AT,
    TRL_TEXT_ANGLE,
    TRL_TEXT_SPIN,
    /* channels */
    TRL_TEXT_CHANNELS,
    TRL_TEXT_CHANNEL_AXIS,
    TRL_TEXT_SPLIT,
    TRL_TEXT_CHECKER,
    /* above another panel */
    TRL_TEXT_OVERLAY,
    TRL_TEXT_HIDE,
    /* around it */
    TRL_TEXT_X_LABEL,
    TRL_TEXT_Y_LABEL,
    TRL_TEXT_X_ORIGIN,
    TRL_TEXT_X_STEP,
    TRL_TEXT_Y_ORIGIN,
    TRL_TEXT_Y_STEP,
    TRL_TEXT_BAR_LABEL,
    TRL_TEXT_OPTION_COUNT
};

/* Memory that belongs to a text. */
struct trl_text_block {
    struct trl_text_block *next;
    max_align_t data[];
};

struct trl_panel_text {
    struct trl_panel_params params;
    struct trl_scene_copy *defaults; /* what params has of them */
    struct trl_text_block *blocks;
    bool given[TRL_TEXT_OPTION_COUNT]; /* by the text itself */
    struct trl_log *log;               /* while it is made */
    const char *source;                /* likewise */
};

struct trl_text_choice {
    const char *word; /* NULL ends a list */
    int value;
};

/* What a reader found. Below 0: an enum trl_error that is logged already. */
enum trl_text_result { TRL_TEXT_TAKEN = 0, TRL_TEXT_REFUSED };

/* How an option's value is read. A value that is left out is NULL. */
struct trl_text_rule {
    int (*read)(struct trl_panel_text *text, const struct trl_text_rule *rule, const char *value);
    size_t target; /* offset in struct trl_panel_params, for the readers that use one */
    size_t flag;   /* offset of a bool that says that the target is set; 0: none */
    double low, high;
    const struct trl_text_choice *choices;
    const char *expects; /* what a message says that it wants; NULL: the choices */
};

/* Option n of trl_panel_options. */
const struct trl_text_rule *trl_text_rule(enum trl_text_option option);

/* Logs what is wrong with the text as a whole; TRL_ERROR_USAGE. */
TRL_PRINTF(2, 3) int trl_text_fail(const struct trl_panel_text *text, const char *format, ...);

/* A copy that lives as long as the text; NULL: out of memory, logged. */
void *trl_text_keep(struct trl_panel_text *text, const void *data, size_t size_bytes);

/* The part of a value before a separator, and the rest behind it. False: there is none, or the part
 * is longer than a number is. */
enum { TRL_TEXT_PART_MAX = 63 };
bool trl_text_split(const char *value, char separator, char part[static TRL_TEXT_PART_MAX + 1],
                    const char **rest);
/* The next of a list's parts, in which *rest is what is left; NULL once there is none. False: a
 * part is too long, or nothing stands between two separators. */
bool trl_text_next(const char **rest, char separator, char part[static TRL_TEXT_PART_MAX + 1]);
bool trl_text_color(const char *value, struct trl_color *out);
const struct trl_text_choice *trl_text_choice(const struct trl_text_choice *choices,
                                              const char *word);

/* Settles what options say together. TRL_ERROR_USAGE. */
int trl_text_check(struct trl_panel_text *text);

/* The readers, by what they want. */
int trl_text_read_text(struct trl_panel_text *text, const struct trl_text_rule *rule,
                       const char *value); /* const char *, not empty */
int trl_text_read_flag(struct trl_panel_text *text, const struct trl_text_rule *rule,
                       const char *value); /* bool: nothing, on or off */
int trl_text_read_choice(struct trl_panel_text *text, const struct trl_text_rule *rule,
                         const char *value); /* enum */
int trl_text_read_int(struct trl_panel_text *text, const struct trl_text_rule *rule,
                      const char *value); /* int, low to high */
int trl_text_read_int64(struct trl_panel_text *text, const struct trl_text_rule *rule,
                        const char *value); /* int64_t, low to high */
int trl_text_read_number(struct trl_panel_text *text, const struct trl_text_rule *rule,
                         const char *value); /* double, low to high if they are not both 0 */
int trl_text_read_pair(struct trl_panel_text *text, const struct trl_text_rule *rule,
                       const char *value); /* two doubles that follow each other: LO:HI */
int trl_text_read_triple(struct trl_panel_text *text, const struct trl_text_rule *rule,
                         const char *value); /* three doubles, each low to high: ZxYxX */
int trl_text_read_color(struct trl_panel_text *text, const struct trl_text_rule *rule,
                        const char *value); /* struct trl_color */
/* These know their place. */
int trl_text_read_cmap(struct trl_panel_text *text, const struct trl_text_rule *rule,
                       const char *value);
int trl_text_read_size(struct trl_panel_text *text, const struct trl_text_rule *rule,
                       const char *value);
int trl_text_read_range(struct trl_panel_text *text, const struct trl_text_rule *rule,
                        const char *value);
int trl_text_read_robust(struct trl_panel_text *text, const struct trl_text_rule *rule,
                         const char *value);
int trl_text_read_equalize(struct trl_panel_text *text, const struct trl_text_rule *rule,
                           const char *value);
int trl_text_read_norm(struct trl_panel_text *text, const struct trl_text_rule *rule,
                       const char *value);
int trl_text_read_filter(struct trl_panel_text *text, const struct trl_text_rule *rule,
                         const char *value);
int trl_text_read_slice(struct trl_panel_text *text, const struct trl_text_rule *rule,
                        const char *value);
int trl_text_read_window(struct trl_panel_text *text, const struct trl_text_rule *rule,
                         const char *value);
int trl_text_read_whole(struct trl_panel_text *text, const struct trl_text_rule *rule,
                        const char *value);
int trl_text_read_colors(struct trl_panel_text *text, const struct trl_text_rule *rule,
                         const char *value);
int trl_text_read_populations(struct trl_panel_text *text, const struct trl_text_rule *rule,
                              const char *value);
int trl_text_read_bins(struct trl_panel_text *text, const struct trl_text_rule *rule,
                       const char *value);
int trl_text_read_opacity(struct trl_panel_text *text, const struct trl_text_rule *rule,
                          const char *value);
int trl_text_read_channels(struct trl_panel_text *text, const struct trl_text_rule *rule,
                           const char *value);
int trl_text_read_overlay(struct trl_panel_text *text, const struct trl_text_rule *rule,
                          const char *value);
int trl_text_read_hide(struct trl_panel_text *text, const struct trl_text_rule *rule,
                       const char *value);

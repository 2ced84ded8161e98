/* SPDX-License-Identifier: BSD-2-Clause */
#include "scene/text.h"

#include "base/word.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include <tensorreel/filter.h>

enum { POPULATIONS_MAX = 255, COLORS_MAX = 256, OPACITY_POINTS_MAX = 4096, SIDE_MAX = 65535 };
enum { SLICE_FRAMES_MAX = 1 << 30 };

int trl_text_read_cmap(struct trl_panel_text *text, const struct trl_text_rule *rule,
                       const char *value)
{
    uint8_t rgb[256][3];
    return trl_cmap_table(value, rgb) ? trl_text_read_text(text, rule, value) : TRL_TEXT_REFUSED;
}

int trl_text_read_size(struct trl_panel_text *text, const struct trl_text_rule *rule,
                       const char *value)
{
    (void)rule;
    char part[TRL_TEXT_PART_MAX + 1];
    const char *rest;
    int64_t width, height;
    if (!trl_text_split(value, 'x', part, &rest) || !trl_word_int64(part, 1, SIDE_MAX, &width) ||
        !trl_word_int64(rest, 1, SIDE_MAX, &height))
        return TRL_TEXT_REFUSED;
    text->params.view.width = (int)width;
    text->params.view.height = (int)height;
    return TRL_TEXT_TAKEN;
}

/* ---- colour ---- */

int trl_text_read_range(struct trl_panel_text *text, const struct trl_text_rule *rule,
                        const char *value)
{
    char word[TRL_TEXT_PART_MAX + 1];
    const char *frames = NULL;
    int64_t count = 0;
    if (trl_text_split(value, ':', word, &frames))
        value = word;
    const struct trl_text_choice *choice = trl_text_choice(rule->choices, value);
    if (!choice || (frames && (choice->value != TRL_RANGE_RUNNING ||
                               !trl_word_int64(frames, 4, 100000, &count))))
        return TRL_TEXT_REFUSED;
    text->params.view.range = (enum trl_range)choice->value;
    text->params.view.running_frames = (int)count;
    return TRL_TEXT_TAKEN;
}

int trl_text_read_robust(struct trl_panel_text *text, const struct trl_text_rule *rule,
                         const char *value)
{
    (void)rule;
    char part[TRL_TEXT_PART_MAX + 1];
    const char *rest;
    double low = 2, high = 98;
    if (value && !(trl_text_split(value, ':', part, &rest) && trl_word_double(part, &low) &&
                   trl_word_double(rest, &high) && low >= 0 && low < high && high <= 100))
        return TRL_TEXT_REFUSED;
    text->params.view.percentile_low = low;
    text->params.view.percentile_high = high;
    return TRL_TEXT_TAKEN;
}

int trl_text_read_equalize(struct trl_panel_text *text, const struct trl_text_rule *rule,
                           const char *value)
{
    char word[TRL_TEXT_PART_MAX + 1], number[TRL_TEXT_PART_MAX + 1];
    const char *clip_text = NULL, *fields_text;
    double clip = 0;
    int64_t fields = 0;
    if (value && trl_text_split(value, '=', word, &clip_text))
        value = word;
    const struct trl_text_choice *choice =
        value ? trl_text_choice(rule->choices, value) : rule->choices;
    if (!choice || (clip_text && choice->value != TRL_EQUALIZE_CLAHE))
        return TRL_TEXT_REFUSED;
    if (clip_text && trl_text_split(clip_text, ':', number, &fields_text)) {
        clip_text = number;
        if (!trl_word_int64(fields_text, 1, 64, &fields))
            return TRL_TEXT_REFUSED;
    }
    if (clip_text && !(trl_word_double(clip_text, &clip) && clip >= 1 && clip <= 256))
        return TRL_TEXT_REFUSED;
    text->params.view.equalize = (enum trl_equalize)choice->value;
    text->params.view.clip = clip;
    text->params.view.fields = (int)fields;
    return TRL_TEXT_TAKEN;
}

int trl_text_read_norm(struct trl_panel_text *text, const struct trl_text_rule *rule,
                       const char *value)
{
    struct trl_view_params *view = &text->params.view;
    char word[TRL_TEXT_PART_MAX + 1];
    const char *parameter = NULL;
    double number = 0;
    if (trl_text_split(value, ':', word, &parameter))
        value = word;
    const struct trl_text_choice *choice = trl_text_choice(rule->choices, value);
    if (!choice)
        return TRL_TEXT_REFUSED;
    if (parameter) {
        double *place = choice->value == TRL_NORM_POWER    ? &view->gamma
                        : choice->value == TRL_NORM_SYMLOG ? &view->linthresh
                                                           : NULL;
        if (!place || !trl_word_double(parameter, &number) || number <= 0)
            return TRL_TEXT_REFUSED;
        *place = number;
    }
    view->norm = (enum trl_norm)choice->value;
    return TRL_TEXT_TAKEN;
}

/* ---- what is shown ---- */

/* A chain has commas, which part the options here: plus signs stand for them, where what follows is
 * no number. */
int trl_text_read_filter(struct trl_panel_text *text, const struct trl_text_rule *rule,
                         const char *value)
{
    (void)rule;
    char *chain = trl_text_keep(text, value, strlen(value) + 1);
    if (!chain)
        return TRL_ERROR_MEMORY;
    for (char *at = chain; *at; at++) {
        const char next = at[1 + strspn(at + 1, " ")];
        if (*at == '+' && !isdigit((unsigned char)next) && next != '.')
            *at = ',';
    }
    const int ret = trl_filter_check(text->log, chain);
    text->params.filters = chain;
    return ret;
}

static bool read_motion(const char *value, struct trl_slice *slice)
{
    static const struct trl_text_choice motions[] = {
        {"hold", TRL_SLICE_HOLD}, {"loop", TRL_SLICE_LOOP}, {"bounce", TRL_SLICE_BOUNCE}, {0}};
    char word[TRL_TEXT_PART_MAX + 1];
    const char *frames = NULL;
    if (trl_text_split(value, ':', word, &frames))
        value = word;
    const struct trl_text_choice *choice = trl_text_choice(motions, value);
    if (!choice || (frames && !trl_word_int64(frames, 1, SLICE_FRAMES_MAX, &slice->frames)))
        return false;
    slice->motion = (enum trl_slice_motion)choice->value;
    return true;
}

int trl_text_read_slice(struct trl_panel_text *text, const struct trl_text_rule *rule,
                        const char *value)
{
    char part[TRL_TEXT_PART_MAX + 1];
    const char *rest;
    int64_t axis;
    struct trl_slice slice = {0};
    struct trl_panel_params *p = &text->params;
    if (!text->given[TRL_TEXT_SLICE])
        p->slice_count = 0;
    if (!trl_text_split(value, ':', part, &rest) ||
        !trl_word_int64(part, (int64_t)rule->low, (int64_t)rule->high, &axis))
        return TRL_TEXT_REFUSED;
    slice.axis = (int)axis;
    value = rest;
    if (trl_text_split(value, ':', part, &rest)) {
        const char *motion = NULL;
        char last[TRL_TEXT_PART_MAX + 1];
        slice.motion = TRL_SLICE_HOLD;
        if (!trl_word_int64(part, INT64_MIN, INT64_MAX, &slice.first))
            return TRL_TEXT_REFUSED;
        if (trl_text_split(rest, ':', last, &motion))
            rest = last;
        if (!trl_word_int64(rest, INT64_MIN, INT64_MAX, &slice.last) ||
            (motion && !read_motion(motion, &slice)))
            return TRL_TEXT_REFUSED;
    } else if (!trl_word_int64(value, INT64_MIN, INT64_MAX, &slice.first)) {
        return TRL_TEXT_REFUSED;
    }
    const int most = (int)(sizeof(p->slices) / sizeof(p->slices[0]));
    if (p->slice_count == most)
        return trl_text_fail(text, "slice=%d:... is one too many; a panel has at most %d",
                             slice.axis, most);
    p->slices[p->slice_count++] = slice;
    return TRL_TEXT_TAKEN;
}

/* Only one view can be meant, and it alone reads its own. */
static void put_time(struct trl_panel_params *p, struct trl_time_params time)
{
    p->lines.time = p->raster.time = p->histogram.time = time;
    p->lines.roll = p->lines.roll || p->kind == TRL_VIEW_LINES;
}

int trl_text_read_window(struct trl_panel_text *text, const struct trl_text_rule *rule,
                         const char *value)
{
    struct trl_time_params time = {.mode = TRL_TIME_SCROLL};
    if (!trl_word_int64(value, (int64_t)rule->low, (int64_t)rule->high, &time.frames))
        return TRL_TEXT_REFUSED;
    put_time(&text->params, time);
    return TRL_TEXT_TAKEN;
}

int trl_text_read_whole(struct trl_panel_text *text, const struct trl_text_rule *rule,
                        const char *value)
{
    struct trl_time_params time = {.mode = TRL_TIME_WHOLE};
    if (value && !trl_word_int64(value, (int64_t)rule->low, (int64_t)rule->high, &time.frames))
        return TRL_TEXT_REFUSED;
    put_time(&text->params, time);
    return TRL_TEXT_TAKEN;
}

/* ---- lines, rasters, histograms ---- */

int trl_text_read_colors(struct trl_panel_text *text, const struct trl_text_rule *rule,
                         const char *value)
{
    (void)rule;
    struct trl_color colors[COLORS_MAX];
    char part[TRL_TEXT_PART_MAX + 1];
    struct trl_panel_params *p = &text->params;
    const int most = p->kind == TRL_VIEW_LINES ? 16 : COLORS_MAX;
    int count = 0;
    while (value) {
        if (count == most || !trl_text_next(&value, '/', part) ||
            !trl_text_color(part, &colors[count]))
            return TRL_TEXT_REFUSED;
        count++;
    }
    const struct trl_color *kept = trl_text_keep(text, colors, (size_t)count * sizeof(colors[0]));
    if (!kept)
        return TRL_ERROR_MEMORY;
    p->lines.colors = p->raster.colors = kept;
    p->lines.color_count = p->raster.color_count = count;
    return TRL_TEXT_TAKEN;
}

int trl_text_read_populations(struct trl_panel_text *text, const struct trl_text_rule *rule,
                              const char *value)
{
    int64_t first[POPULATIONS_MAX];
    char part[TRL_TEXT_PART_MAX + 1];
    int count = 0;
    int64_t before = -1;
    while (value) {
        int64_t number;
        if (!trl_text_next(&value, ':', part) ||
            !trl_word_int64(part, before + 1, (int64_t)rule->high, &number))
            return TRL_TEXT_REFUSED;
        before = number;
        if (number == 0) /* that of the first goes without saying */
            continue;
        if (count == POPULATIONS_MAX)
            return TRL_TEXT_REFUSED;
        first[count++] = number;
    }
    const int64_t *kept = trl_text_keep(text, first, (size_t)count * sizeof(first[0]));
    if (!kept)
        return TRL_ERROR_MEMORY;
    text->params.raster.populations = kept;
    text->params.raster.population_count = count;
    return TRL_TEXT_TAKEN;
}

int trl_text_read_bins(struct trl_panel_text *text, const struct trl_text_rule *rule,
                       const char *value)
{
    int64_t bins;
    if (!trl_word_int64(value, (int64_t)rule->low, (int64_t)rule->high, &bins) ||
        (bins & (bins - 1)))
        return TRL_TEXT_REFUSED;
    text->params.histogram.bins = (int)bins;
    return TRL_TEXT_TAKEN;
}

/* ---- volumes ---- */

static int read_opacity_points(struct trl_panel_text *text, const char *value)
{
    char part[TRL_TEXT_PART_MAX + 1];
    size_t count = 1;
    for (const char *at = value; *at; at++)
        count += *at == '/';
    if (count % 2 || count / 2 > OPACITY_POINTS_MAX)
        return TRL_TEXT_REFUSED;
    struct trl_opacity_point *points = trl_text_keep(text, NULL, count / 2 * sizeof(points[0]));
    if (!points)
        return TRL_ERROR_MEMORY;
    for (size_t n = 0; n < count / 2; n++) {
        struct trl_opacity_point *point = &points[n];
        if (!trl_text_next(&value, '/', part) || !value || !trl_word_double(part, &point->value) ||
            !trl_text_next(&value, '/', part) || !trl_word_double(part, &point->alpha) ||
            point->alpha < 0 || point->alpha > 1 || (n > 0 && point->value < points[n - 1].value))
            return TRL_TEXT_REFUSED;
    }
    text->params.volume.opacity = TRL_OPACITY_POINTS;
    text->params.volume.points = points;
    text->params.volume.point_count = (int)(count / 2);
    return TRL_TEXT_TAKEN;
}

int trl_text_read_opacity(struct trl_panel_text *text, const struct trl_text_rule *rule,
                          const char *value)
{
    (void)rule;
    char word[TRL_TEXT_PART_MAX + 1];
    const char *rest;
    struct trl_volume_params *volume = &text->params.volume;
    if (!strcmp(value, "linear")) {
        volume->opacity = TRL_OPACITY_LINEAR;
        return TRL_TEXT_TAKEN;
    }
    if (!trl_text_split(value, ':', word, &rest))
        return TRL_TEXT_REFUSED;
    if (!strcmp(word, "points"))
        return read_opacity_points(text, rest);
    if (strcmp(word, "threshold") != 0 || !trl_word_double(rest, &volume->threshold))
        return TRL_TEXT_REFUSED;
    volume->opacity = TRL_OPACITY_THRESHOLD;
    return TRL_TEXT_TAKEN;
}

/* ---- channels, overlays ---- */

int trl_text_read_channels(struct trl_panel_text *text, const struct trl_text_rule *rule,
                           const char *value)
{
    char part[TRL_TEXT_PART_MAX + 1];
    int64_t channel[4];
    int count = 0;
    struct trl_rgb_params *rgb = &text->params.rgb;
    while (value) {
        if (count == 4 || !trl_text_next(&value, '/', part) ||
            !trl_word_int64(part, (int64_t)rule->low, (int64_t)rule->high, &channel[count]))
            return TRL_TEXT_REFUSED;
        count++;
    }
    if (count < 3)
        return TRL_TEXT_REFUSED;
    rgb->choose = true;
    rgb->red = (int)channel[0];
    rgb->green = (int)channel[1];
    rgb->blue = (int)channel[2];
    rgb->choose_alpha = count == 4;
    rgb->alpha = count == 4 ? (int)channel[3] : 0;
    return TRL_TEXT_TAKEN;
}

int trl_text_read_overlay(struct trl_panel_text *text, const struct trl_text_rule *rule,
                          const char *value)
{
    (void)rule;
    double alpha = 0;
    if (value && !(trl_word_double(value, &alpha) && alpha > 0 && alpha <= 1))
        return TRL_TEXT_REFUSED;
    text->params.over = true;
    if (value)
        text->params.overlay.alpha = (int)fmax(1, round(255 * alpha));
    return TRL_TEXT_TAKEN;
}

int trl_text_read_hide(struct trl_panel_text *text, const struct trl_text_rule *rule,
                       const char *value)
{
    char part[TRL_TEXT_PART_MAX + 1];
    unsigned hide = 0;
    while (value) {
        if (!trl_text_next(&value, '+', part))
            return TRL_TEXT_REFUSED;
        const struct trl_text_choice *choice = trl_text_choice(rule->choices, part);
        if (!choice)
            return TRL_TEXT_REFUSED;
        hide |= (unsigned)choice->value;
    }
    text->params.overlay.hide = hide;
    return TRL_TEXT_TAKEN;
}

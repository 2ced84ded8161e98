/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/values.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <tensorreel/view.h>

enum { NUMBER_MAX = 63, FPS_MAX = 10000, FPS_SECONDS_MAX = 3600 };

static void *target(struct trl_cli_settings *settings, const struct trl_cli_option *option)
{
    return (char *)settings + option->target;
}

bool trl_cli_read_int64(const char *text, int64_t low, int64_t high, int64_t *out)
{
    const char *digits = text + (*text == '-');
    const size_t length = strlen(digits);
    if (!length || strspn(digits, "0123456789") != length)
        return false;
    errno = 0;
    const long long value = strtoll(text, NULL, 10);
    if (errno || value < low || value > high)
        return false;
    *out = value;
    return true;
}

bool trl_cli_read_double(const char *text, double *out)
{
    const size_t length = strlen(text);
    /* The program never sets a locale, so strtod knows the point only; the letters of hexadecimal
     * numbers, infinities and NaN are kept out here. */
    if (!length || *text == '+' || strspn(text, "0123456789+-.eE") != length)
        return false;
    char *end;
    const double value = strtod(text, &end);
    if (*end || !isfinite(value))
        return false;
    *out = value;
    return true;
}

/* The part of text before a separator, in a buffer; the rest behind it. */
static bool split(const char *text, char separator, char part[static NUMBER_MAX + 1],
                  const char **rest)
{
    const char *at = strchr(text, separator);
    if (!at || at - text > NUMBER_MAX)
        return false;
    memcpy(part, text, (size_t)(at - text));
    part[at - text] = 0;
    *rest = at + 1;
    return true;
}

static bool read_flag(struct trl_cli_settings *settings, const struct trl_cli_option *option,
                      const char *text)
{
    (void)text;
    *(bool *)target(settings, option) = true;
    return true;
}

static bool read_store(struct trl_cli_settings *settings, const struct trl_cli_option *option,
                       const char *text)
{
    (void)text;
    *(int *)target(settings, option) = option->value;
    return true;
}

static bool read_count(struct trl_cli_settings *settings, const struct trl_cli_option *option,
                       const char *text)
{
    (void)text;
    ++*(int *)target(settings, option);
    return true;
}

static bool read_text(struct trl_cli_settings *settings, const struct trl_cli_option *option,
                      const char *text)
{
    *(const char **)target(settings, option) = text;
    return *text != 0;
}

static bool read_choice(struct trl_cli_settings *settings, const struct trl_cli_option *option,
                        const char *text)
{
    for (const struct trl_cli_choice *choice = option->choices; choice->word; choice++)
        if (!strcmp(choice->word, text)) {
            *(int *)target(settings, option) = choice->value;
            return true;
        }
    return false;
}

static bool read_int(struct trl_cli_settings *settings, const struct trl_cli_option *option,
                     const char *text)
{
    int64_t value;
    if (!trl_cli_read_int64(text, option->low, option->high, &value))
        return false;
    *(int *)target(settings, option) = (int)value;
    return true;
}

static bool read_int64(struct trl_cli_settings *settings, const struct trl_cli_option *option,
                       const char *text)
{
    return trl_cli_read_int64(text, option->low, option->high, target(settings, option));
}

static bool read_seed(struct trl_cli_settings *settings, const struct trl_cli_option *option,
                      const char *text)
{
    if (!*text || strspn(text, "0123456789") != strlen(text))
        return false;
    errno = 0;
    const unsigned long long value = strtoull(text, NULL, 10);
    *(uint64_t *)target(settings, option) = value;
    return !errno;
}

static bool read_positive(struct trl_cli_settings *settings, const struct trl_cli_option *option,
                          const char *text)
{
    double *value = target(settings, option);
    return trl_cli_read_double(text, value) && *value > 0;
}

static bool read_size(struct trl_cli_settings *settings, const struct trl_cli_option *option,
                      const char *text)
{
    char part[NUMBER_MAX + 1];
    const char *rest;
    int64_t width, height;
    if (!split(text, 'x', part, &rest) ||
        !trl_cli_read_int64(part, option->low, option->high, &width) ||
        !trl_cli_read_int64(rest, option->low, option->high, &height))
        return false;
    int *size = target(settings, option);
    size[0] = (int)width;
    size[1] = (int)height;
    return true;
}

static bool read_bytes(struct trl_cli_settings *settings, const struct trl_cli_option *option,
                       const char *text)
{
    const char *suffixes = "KMGT";
    const size_t length = strlen(text);
    if (!length || length > NUMBER_MAX)
        return false;
    char digits[NUMBER_MAX + 1];
    memcpy(digits, text, length + 1);
    const char *suffix = strchr(suffixes, toupper((unsigned char)text[length - 1]));
    int shift = 0;
    if (suffix) {
        digits[length - 1] = 0;
        shift = 10 * (int)(suffix - suffixes + 1);
    }
    int64_t value;
    if (!trl_cli_read_int64(digits, 1, INT64_MAX >> shift, &value))
        return false;
    *(uint64_t *)target(settings, option) = (uint64_t)value << shift;
    return true;
}

static int hex_digit(char c)
{
    return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

static bool read_color(struct trl_cli_settings *settings, const struct trl_cli_option *option,
                       const char *text)
{
    static const struct {
        const char *name;
        uint8_t r, g, b;
    } names[] = {
        {"black", 0, 0, 0},      {"white", 255, 255, 255},  {"gray", 128, 128, 128},
        {"grey", 128, 128, 128}, {"silver", 192, 192, 192}, {"red", 255, 0, 0},
        {"lime", 0, 255, 0},     {"green", 0, 128, 0},      {"blue", 0, 0, 255},
        {"navy", 0, 0, 128},     {"yellow", 255, 255, 0},   {"orange", 255, 165, 0},
        {"cyan", 0, 255, 255},   {"teal", 0, 128, 128},     {"magenta", 255, 0, 255},
        {"purple", 128, 0, 128}, {"pink", 255, 192, 203},   {"brown", 165, 42, 42},
    };
    struct trl_color *out = target(settings, option);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (!strcmp(names[i].name, text)) {
            *out = (struct trl_color){names[i].r, names[i].g, names[i].b, true};
            return true;
        }
    const size_t length = strlen(text);
    if (*text != '#' || (length != 4 && length != 7) ||
        strspn(text + 1, "0123456789abcdefABCDEF") != length - 1)
        return false;
    int rgb[3];
    for (int i = 0; i < 3; i++)
        rgb[i] = length == 4 ? 17 * hex_digit(text[1 + i])
                             : 16 * hex_digit(text[1 + 2 * i]) + hex_digit(text[2 + 2 * i]);
    *out = (struct trl_color){(uint8_t)rgb[0], (uint8_t)rgb[1], (uint8_t)rgb[2], true};
    return true;
}

static bool read_cmap(struct trl_cli_settings *settings, const struct trl_cli_option *option,
                      const char *text)
{
    uint8_t rgb[256][3];
    *(const char **)target(settings, option) = text;
    return trl_cmap_table(text, rgb);
}

static bool read_panel(struct trl_cli_settings *settings, const struct trl_cli_option *option,
                       const char *text)
{
    (void)option;
    settings->panels.items[settings->panels.count++] = text;
    return *text != 0;
}

static bool read_grid(struct trl_cli_settings *settings, const struct trl_cli_option *option,
                      const char *text)
{
    char part[NUMBER_MAX + 1];
    const char *rest;
    int64_t rows, columns;
    (void)option;
    if (!split(text, 'x', part, &rest) || !trl_cli_read_int64(part, 1, TRL_PANELS_MAX, &rows) ||
        !trl_cli_read_int64(rest, 1, TRL_PANELS_MAX, &columns))
        return false;
    settings->scene.grid_rows = (int)rows;
    settings->scene.grid_columns = (int)columns;
    return rows * columns <= TRL_PANELS_MAX;
}

bool trl_cli_read_amount(const char *text, double *value, const char **rest)
{
    char number[NUMBER_MAX + 1];
    size_t length = strspn(text, "0123456789.");
    /* An exponent is of the number; any other e begins a unit. */
    if (text[length] == 'e' || text[length] == 'E') {
        const size_t sign = text[length + 1] == '+' || text[length + 1] == '-';
        const size_t digits = strspn(text + length + 1 + sign, "0123456789");
        length += digits ? 1 + sign + digits : 0;
    }
    if (length > NUMBER_MAX)
        return false;
    memcpy(number, text, length);
    number[length] = 0;
    *rest = text + length;
    return trl_cli_read_double(number, value) && *value > 0;
}

static bool read_scale_bar(struct trl_cli_settings *settings, const struct trl_cli_option *option,
                           const char *text)
{
    const char *rest;
    (void)option;
    if (!trl_cli_read_amount(text, &settings->scene.scale_length, &rest))
        return false;
    settings->scene.scale_label = *rest ? text : NULL;
    return true;
}

static bool read_axes(struct trl_cli_settings *settings, const struct trl_cli_option *option,
                      const char *text)
{
    const char *letters = strchr(text, '=');
    (void)option;
    if (letters)
        settings->axes.items[settings->axes.count++] = text;
    else
        settings->source.axes = text;
    return *text && letters != text && !(letters && !letters[1]);
}

static bool read_frame_time(struct trl_cli_settings *settings, const struct trl_cli_option *option,
                            const char *text)
{
    const char *time = strchr(text, '='), *rest;
    double value;
    (void)option;
    if (!trl_cli_read_amount(time ? time + 1 : text, &value, &rest))
        return false;
    const char *unit = settings->scene.time_unit;
    if (*rest && unit && strcmp(rest, unit) != 0)
        return false;
    if (*rest)
        settings->scene.time_unit = rest;
    if (time)
        settings->frame_times.items[settings->frame_times.count++] = text;
    else
        settings->scene.frame_time = value;
    return time != text;
}

static bool read_look(struct trl_cli_settings *settings, const struct trl_cli_option *option,
                      const char *text)
{
    (void)option;
    /* Files wait, and so does a simulation: nothing need be dropped. */
    const enum trl_on_full on_full = settings->stream.on_full;
    const int error = trl_preset_apply(text, &settings->scene, &settings->stream);
    settings->stream.on_full = on_full;
    return error == 0;
}

static bool read_output(struct trl_cli_settings *settings, const struct trl_cli_option *option,
                        const char *text)
{
    (void)option;
    settings->outputs.items[settings->outputs.count++] = text;
    return *text != 0;
}

/* One bound of a:b:s; empty means 0, which the library takes for "not given". */
static bool read_bound(const char *text, int64_t low, int64_t *out)
{
    *out = 0;
    return !*text || trl_cli_read_int64(text, low, INT64_MAX - 1, out);
}

static bool read_frames(struct trl_cli_settings *settings, const struct trl_cli_option *option,
                        const char *text)
{
    (void)option;
    struct trl_source_params *source = &settings->source;
    char first[NUMBER_MAX + 1], end[NUMBER_MAX + 1];
    const char *rest;
    if (!split(text, ':', first, &rest)) { /* a number alone is that frame */
        if (!*text || !read_bound(text, 0, &source->first))
            return false;
        source->end = source->first + 1;
        source->step = 1;
        return true;
    }
    if (!read_bound(first, 0, &source->first))
        return false;
    const char *step = "";
    if (!split(rest, ':', end, &step)) {
        if (strlen(rest) > NUMBER_MAX)
            return false;
        memcpy(end, rest, strlen(rest) + 1);
    }
    if (!read_bound(end, 1, &source->end) || !read_bound(step, 1, &source->step))
        return false;
    return !source->end || source->end > source->first;
}

static bool read_fps(struct trl_cli_settings *settings, const struct trl_cli_option *option,
                     const char *text)
{
    (void)option;
    char part[NUMBER_MAX + 1];
    const char *rest;
    int64_t num, den = 1;
    if (split(text, '/', part, &rest)) {
        if (!trl_cli_read_int64(part, 1, INT_MAX, &num) ||
            !trl_cli_read_int64(rest, 1, INT_MAX, &den))
            return false;
    } else if (split(text, '.', part, &rest)) {
        int64_t fraction;
        const size_t digits = strlen(rest);
        if (digits > 6 || !trl_cli_read_int64(part, 0, FPS_MAX, &num) || *rest == '-' ||
            !trl_cli_read_int64(rest, 0, 999999, &fraction))
            return false;
        for (size_t i = 0; i < digits; i++)
            den *= 10;
        num = num * den + fraction;
    } else if (!trl_cli_read_int64(text, 1, FPS_MAX, &num)) {
        return false;
    }
    int64_t a = num, b = den;
    while (b) {
        const int64_t remainder = a % b;
        a = b;
        b = remainder;
    }
    /* Slower, and times overflow in files. */
    if (!num || num > FPS_MAX * den || num / a > INT_MAX || num * FPS_SECONDS_MAX < den)
        return false;
    settings->stream.fps_num = (int)(num / a);
    settings->stream.fps_den = (int)(den / a);
    return true;
}

static bool read_vmin(struct trl_cli_settings *settings, const struct trl_cli_option *option,
                      const char *text)
{
    (void)option;
    settings->stream.view.vmin_set = true;
    return trl_cli_read_double(text, &settings->stream.view.vmin);
}

static bool read_vmax(struct trl_cli_settings *settings, const struct trl_cli_option *option,
                      const char *text)
{
    (void)option;
    settings->stream.view.vmax_set = true;
    return trl_cli_read_double(text, &settings->stream.view.vmax);
}

static bool read_center(struct trl_cli_settings *settings, const struct trl_cli_option *option,
                        const char *text)
{
    (void)option;
    settings->stream.view.center_set = true;
    return trl_cli_read_double(text, &settings->stream.view.center);
}

static const struct trl_cli_choice *find_choice(const struct trl_cli_option *option,
                                                const char *word)
{
    const struct trl_cli_choice *choice = option->choices;
    while (choice->word && strcmp(choice->word, word) != 0)
        choice++;
    return choice->word ? choice : NULL;
}

static bool read_range(struct trl_cli_settings *settings, const struct trl_cli_option *option,
                       const char *text)
{
    struct trl_view_params *view = &settings->stream.view;
    char word[NUMBER_MAX + 1];
    const char *frames = NULL;
    int64_t count = 0;
    if (split(text, ':', word, &frames))
        text = word;
    const struct trl_cli_choice *choice = find_choice(option, text);
    if (!choice || (frames && (choice->value != TRL_RANGE_RUNNING ||
                               !trl_cli_read_int64(frames, 4, 100000, &count))))
        return false;
    view->range = (enum trl_range)choice->value;
    view->running_frames = (int)count;
    return true;
}

static bool is_percentiles(double low, double high)
{
    return low >= 0 && low < high && high <= 100;
}

static bool read_robust(struct trl_cli_settings *settings, const struct trl_cli_option *option,
                        const char *text)
{
    (void)option;
    char part[NUMBER_MAX + 1];
    const char *rest;
    double low = 2, high = 98;
    if (text && !(split(text, ':', part, &rest) && trl_cli_read_double(part, &low) &&
                  trl_cli_read_double(rest, &high) && is_percentiles(low, high)))
        return false;
    settings->stream.view.percentile_low = low;
    settings->stream.view.percentile_high = high;
    settings->robust = true;
    return true;
}

static bool read_equalize(struct trl_cli_settings *settings, const struct trl_cli_option *option,
                          const char *text)
{
    struct trl_view_params *view = &settings->stream.view;
    char word[NUMBER_MAX + 1], number[NUMBER_MAX + 1];
    const char *clip_text = NULL, *fields_text;
    double clip = 0;
    int64_t fields = 0;
    if (text && split(text, '=', word, &clip_text))
        text = word;
    const struct trl_cli_choice *choice = text ? find_choice(option, text) : option->choices;
    if (!choice || (clip_text && choice->value != TRL_EQUALIZE_CLAHE))
        return false;
    if (clip_text && split(clip_text, ':', number, &fields_text)) {
        clip_text = number;
        if (!trl_cli_read_int64(fields_text, 1, 64, &fields))
            return false;
    }
    if (clip_text && !(trl_cli_read_double(clip_text, &clip) && clip >= 1 && clip <= 256))
        return false;
    view->equalize = (enum trl_equalize)choice->value;
    view->clip = clip;
    view->fields = (int)fields;
    return true;
}

static bool read_percentile(struct trl_cli_settings *settings, const struct trl_cli_option *option,
                            const char *text)
{
    (void)option;
    char part[NUMBER_MAX + 1];
    const char *rest;
    struct trl_view_params *view = &settings->stream.view;
    settings->percentile_given = true;
    return split(text, ',', part, &rest) && trl_cli_read_double(part, &view->percentile_low) &&
           trl_cli_read_double(rest, &view->percentile_high) &&
           is_percentiles(view->percentile_low, view->percentile_high);
}

static bool read_norm(struct trl_cli_settings *settings, const struct trl_cli_option *option,
                      const char *text)
{
    struct trl_view_params *view = &settings->stream.view;
    char word[NUMBER_MAX + 1];
    const char *parameter = NULL;
    if (split(text, ':', word, &parameter))
        text = word;
    for (const struct trl_cli_choice *choice = option->choices; choice->word; choice++) {
        if (strcmp(choice->word, text) != 0)
            continue;
        view->norm = (enum trl_norm)choice->value;
        if (!parameter)
            return true;
        double *value = view->norm == TRL_NORM_POWER    ? &view->gamma
                        : view->norm == TRL_NORM_SYMLOG ? &view->linthresh
                                                        : NULL;
        return value && trl_cli_read_double(parameter, value) && *value > 0;
    }
    return false;
}

static bool read_crf(struct trl_cli_settings *settings, const struct trl_cli_option *option,
                     const char *text)
{
    settings->crf_given = true;
    return read_int(settings, option, text);
}

static bool read_set(struct trl_cli_settings *settings, const struct trl_cli_option *option,
                     const char *text)
{
    (void)option;
    const char *equals = strchr(text, '=');
    double value;
    if (!equals || equals == text || !trl_cli_read_double(equals + 1, &value))
        return false;
    char *name = strndup(text, (size_t)(equals - text));
    if (!name)
        return false;
    settings->sim_settings[settings->sim.setting_count++] =
        (struct trl_sim_setting){.name = name, .value = value};
    return true;
}

static bool read_progress(struct trl_cli_settings *settings, const struct trl_cli_option *option,
                          const char *text)
{
    return strcmp(text, "-") != 0 && read_text(settings, option, text);
}

static bool read_film(struct trl_cli_settings *settings, const struct trl_cli_option *option,
                      const char *text)
{
    (void)settings;
    (void)option;
    return *text != 0;
}

const struct trl_cli_type trl_cli_type_flag = {read_flag, NULL};
const struct trl_cli_type trl_cli_type_store = {read_store, NULL};
const struct trl_cli_type trl_cli_type_count = {read_count, NULL};
const struct trl_cli_type trl_cli_type_text = {read_text, "a text that is not empty"};
const struct trl_cli_type trl_cli_type_choice = {read_choice, NULL};
const struct trl_cli_type trl_cli_type_int = {read_int, "a whole number"};
const struct trl_cli_type trl_cli_type_int64 = {read_int64, "a whole number"};
const struct trl_cli_type trl_cli_type_seed = {read_seed, "a whole number from 0 to 2^64-1"};
const struct trl_cli_type trl_cli_type_positive = {read_positive, "a number above 0"};
const struct trl_cli_type trl_cli_type_size = {read_size, "WIDTHxHEIGHT, such as 1280x720, each"};
const struct trl_cli_type trl_cli_type_bytes = {
    read_bytes, "a number of bytes, or one with K, M, G or T, such as 512M"};
const struct trl_cli_type trl_cli_type_color = {
    read_color, "#rgb, #rrggbb or a simple name such as black, white, gray, red or orange"};
const struct trl_cli_type trl_cli_type_cmap = {
    read_cmap, "a colour map, _r behind it for the reverse; tensorreel list cmaps names them"};
const struct trl_cli_type trl_cli_type_panel = {read_panel, "a panel"};
const struct trl_cli_type trl_cli_type_grid = {read_grid, "rows and columns such as 2x3"};
const struct trl_cli_type trl_cli_type_scale_bar = {read_scale_bar, "a length above 0"};
const struct trl_cli_type trl_cli_type_axes = {read_axes, "letters such as THW, or NAME=THW"};
const struct trl_cli_type trl_cli_type_frame_time = {read_frame_time,
                                                     "a time such as 0.5 or 0.5ms, or "
                                                     "NAME=0.5ms, all in one unit"};
const struct trl_cli_type trl_cli_type_look = {read_look, NULL};
const struct trl_cli_type trl_cli_type_output = {read_output, "a file name"};
const struct trl_cli_type trl_cli_type_frames = {
    read_frames, "FIRST:END:STEP counted from 0, END above FIRST, each may be left out"};
const struct trl_cli_type trl_cli_type_fps = {
    read_fps, "a rate from 1/3600 to 10000, such as 30, 29.97 or 30000/1001"};
const struct trl_cli_type trl_cli_type_vmin = {read_vmin, "a finite number"};
const struct trl_cli_type trl_cli_type_vmax = {read_vmax, "a finite number"};
const struct trl_cli_type trl_cli_type_percentile = {
    read_percentile, "two percentages, the lower one first, such as 2,98"};
const struct trl_cli_type trl_cli_type_range = {
    read_range, "movie, frame, running[:FRAMES], percentile or percentile-frame, the number 4 to "
                "100000"};
const struct trl_cli_type trl_cli_type_robust = {
    read_robust, "LOW:HIGH, two percentages, the lower one first, such as 2:98"};
const struct trl_cli_type trl_cli_type_center = {read_center, "a finite number"};
const struct trl_cli_type trl_cli_type_equalize = {
    read_equalize, "global or clahe[=CLIP[:TILES]], the numbers 1 to 256 and 1 to 64"};
const struct trl_cli_type trl_cli_type_norm = {
    read_norm, "linear, log, symlog[:LINTHRESH] or power[:GAMMA], the number above 0"};
const struct trl_cli_type trl_cli_type_crf = {read_crf, "a whole number"};
const struct trl_cli_type trl_cli_type_set = {read_set, "NAME=NUMBER"};
const struct trl_cli_type trl_cli_type_progress = {
    read_progress, "a file; standard output is for results, a named pipe or /dev/fd/3 will do"};
const struct trl_cli_type trl_cli_type_film = {read_film, "the name of a film description"};

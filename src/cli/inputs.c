/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/inputs.h"

#include "cli/exits.h"
#include "cli/message.h"
#include "cli/panel_words.h"
#include "cli/values.h"

#include <tensorreel/error.h>

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Bytes of the name of NAME=PATH; 0 if the word is a path, which it also is if such a file is
 * there. */
static size_t name_length(const char *word)
{
    const char *end = word;
    if (!isalpha((unsigned char)*end) && *end != '_')
        return 0;
    while (isalnum((unsigned char)*end) || *end == '_' || *end == '.')
        end++;
    return *end == '=' && end[1] && access(word, F_OK) != 0 ? (size_t)(end - word) : 0;
}

const char *trl_cli_input_path(const char *word)
{
    const size_t length = name_length(word);
    return length ? word + length + 1 : word;
}

static int find(const struct trl_cli_inputs *inputs, const char *name)
{
    for (int n = 0; n < inputs->count; n++)
        if (!strcmp(inputs->names[n], name))
            return n;
    return -1;
}

/* What the panels that show the input take for a frame, where the file's axes leave it open. */
static void choose_frames(const struct trl_cli_film *film, const char *name,
                          struct trl_source_params *params)
{
    params->vectors = film->settings->stream.view.scroll > 0;
    for (int n = 0; n < film->panels.count; n++) {
        const struct trl_panel_params *panel = &film->panels.params[n];
        if (panel->input && strcmp(panel->input, name) != 0)
            continue;
        const bool colours = panel->kind == TRL_VIEW_RGB || panel->kind == TRL_VIEW_COMPLEX;
        params->vectors = params->vectors || panel->kind == TRL_VIEW_RASTER || panel->lines.roll ||
                          panel->view.scroll > 0;
        params->channels = params->channels || colours;
        params->volumes = params->volumes || colours || panel->kind == TRL_VIEW_VOLUME ||
                          panel->kind == TRL_VIEW_TRIVIEW || panel->kind == TRL_VIEW_PROJECTION ||
                          panel->slice_count > 0;
    }
}

/* True if NAME=VALUE is of this name. */
static bool is_of(const char *word, const char *name)
{
    const size_t length = strlen(name);
    return !strncmp(word, name, length) && word[length] == '=';
}

static int open_paths(struct trl_cli_inputs *inputs, struct trl_cli_film *film, const char *name,
                      const char *const *paths, int count)
{
    if (inputs->count == TRL_INPUTS_MAX)
        return trl_cli_usage_error("more than %d inputs", TRL_INPUTS_MAX);
    for (int i = 0; i < count; i++)
        if (!strcmp(paths[i], "-") && isatty(STDIN_FILENO))
            return trl_cli_usage_error(
                "-: standard input is a terminal; send .npy records from a program or a file");
    struct trl_stream_input *input = &inputs->items[inputs->count];
    struct trl_source_params params = film->settings->source;
    params.log = film->log;
    params.paths = paths;
    params.path_count = count;
    for (int i = 0; i < film->settings->axes.count; i++)
        if (is_of(film->settings->axes.items[i], name))
            params.axes = film->settings->axes.items[i] + strlen(name) + 1;
    choose_frames(film, name, &params);
    const int error = trl_source_open(&input->source, &params);
    if (error)
        return trl_cli_exit_code(error);
    inputs->paths[inputs->count] = paths[0];
    inputs->more[inputs->count] = count > 1;
    input->name = inputs->names[inputs->count++] = strdup(name);
    return input->name ? 0 : trl_cli_exit_code(TRL_ERROR_MEMORY);
}

/* What several would have to share. */
static int check_standard_input(const struct trl_cli_film *film)
{
    const struct trl_cli_words *operands = &film->settings->operands;
    int count = 0;
    bool shown = false;
    for (int n = 0; n < operands->count; n++)
        count += !strcmp(trl_cli_input_path(operands->items[n]), "-");
    for (int n = 0; n < film->panels.count; n++) {
        const char *input = film->panels.params[n].input;
        shown = shown || (input && !strcmp(input, "-"));
    }
    return count + shown < 2
               ? 0
               : trl_cli_usage_error("-: standard input is named twice, but can be read once; a "
                                     "name=- and that name in panels share it");
}

/* Words with names, then the others as one. */
static int open_operands(struct trl_cli_inputs *inputs, struct trl_cli_film *film)
{
    const struct trl_cli_words *operands = &film->settings->operands;
    const char **others = calloc((size_t)operands->count + 1, sizeof(others[0]));
    int count = 0, code = 0;
    if (!others)
        return trl_cli_exit_code(TRL_ERROR_MEMORY);
    for (int n = 0; !code && n < operands->count; n++) {
        const char *word = operands->items[n];
        const size_t length = name_length(word);
        if (!length) {
            others[count++] = word;
            continue;
        }
        char *name = strndup(word, length);
        const char *path = word + length + 1;
        if (!name)
            code = trl_cli_exit_code(TRL_ERROR_MEMORY);
        else if (find(inputs, name) >= 0)
            code = trl_cli_usage_error("two inputs are named %s", name);
        else
            code = open_paths(inputs, film, name, &path, 1);
        free(name);
    }
    if (!code && count)
        code = open_paths(inputs, film, "x", others, count);
    free(others);
    return code;
}

static int open_panels(struct trl_cli_inputs *inputs, struct trl_cli_film *film)
{
    int code = 0;
    for (int n = 0; !code && n < film->panels.count; n++) {
        const char *input = film->panels.params[n].input;
        if (input && find(inputs, input) < 0 && trl_cli_is_path(input))
            code = open_paths(inputs, film, input, &input, 1);
    }
    return code;
}

static int unknown_name(const struct trl_cli_inputs *inputs, const char *option, const char *word)
{
    char list[512] = "";
    for (int n = 0; n < inputs->count; n++) {
        const size_t used = strlen(list);
        snprintf(list + used, sizeof(list) - used, "%s%s", used ? ", " : "", inputs->names[n]);
    }
    return trl_cli_usage_error("--%s %s: no input has this name; there %s %s", option, word,
                               inputs->count > 1 ? "are" : "is", list);
}

/* --axes NAME=LETTERS that no input took. */
static int check_axes(const struct trl_cli_inputs *inputs, const struct trl_cli_words *axes)
{
    for (int i = 0; i < axes->count; i++) {
        bool known = false;
        for (int n = 0; n < inputs->count && !known; n++)
            known = is_of(axes->items[i], inputs->names[n]);
        if (!known)
            return unknown_name(inputs, "axes", axes->items[i]);
    }
    return 0;
}

/* --frame-time NAME=TIME */
static int set_times(struct trl_cli_inputs *inputs, const struct trl_cli_settings *settings)
{
    for (int i = 0; i < settings->frame_times.count; i++) {
        const char *word = settings->frame_times.items[i], *time = strchr(word, '=') + 1, *unit;
        char *name = strndup(word, (size_t)(time - 1 - word));
        const int n = name ? find(inputs, name) : -1;
        free(name);
        if (n < 0)
            return unknown_name(inputs, "frame-time", word);
        trl_cli_read_amount(time, &inputs->items[n].frame_time, &unit);
    }
    return 0;
}

/* The film is as long as its longest input, in frames of the shortest time. */
static void measure(struct trl_cli_inputs *inputs)
{
    double step = HUGE_VAL, longest = 0;
    inputs->rewindable = true;
    for (int n = 0; n < inputs->count; n++) {
        const double time = inputs->items[n].frame_time > 0 ? inputs->items[n].frame_time : 1;
        step = fmin(step, time);
    }
    for (int n = 0; n < inputs->count; n++) {
        const struct trl_source_info *info = trl_source_info(inputs->items[n].source);
        const double time = inputs->items[n].frame_time > 0 ? inputs->items[n].frame_time : 1;
        inputs->rewindable = inputs->rewindable && info->rewindable;
        if (info->frame_count < 0)
            longest = -1;
        if (longest >= 0)
            longest = fmax(longest, ceil((double)info->frame_count * time / step - 1e-6));
    }
    inputs->frame_count = (int64_t)longest;
}

int trl_cli_inputs_open(struct trl_cli_inputs *inputs, struct trl_cli_film *film)
{
    *inputs = (struct trl_cli_inputs){0};
    int code = check_standard_input(film);
    if (!code)
        code = open_operands(inputs, film);
    if (!code)
        code = open_panels(inputs, film);
    if (!code && !inputs->count)
        return trl_cli_usage_error("render needs INPUT; tensorreel render --help explains");
    if (!code)
        code = trl_cli_panels_check(&film->panels, "input or file",
                                    (const char *const *)inputs->names, inputs->count);
    if (!code)
        code = check_axes(inputs, &film->settings->axes);
    if (!code)
        code = set_times(inputs, film->settings);
    if (!code)
        measure(inputs);
    return code;
}

void trl_cli_inputs_close(struct trl_cli_inputs *inputs)
{
    for (int n = 0; n < inputs->count; n++) {
        trl_source_close(&inputs->items[n].source);
        free(inputs->names[n]);
    }
    *inputs = (struct trl_cli_inputs){0};
}

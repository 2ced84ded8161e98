/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/panels.h"

#include "cli/exits.h"
#include "cli/film.h"
#include "cli/message.h"
#include "cli/panel_words.h"

#include <tensorreel/error.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A name that a panel was given, not that of its input, is its own. */
static int check_name(const struct trl_cli_panels *panels, const bool *own)
{
    const int n = panels->count - 1;
    for (int other = 0; own[n] && other < n; other++)
        if (own[other] && !strcmp(panels->params[other].name, panels->params[n].name))
            return trl_cli_usage_error("two panels are named %s", panels->params[n].name);
    return 0;
}

static int take_texts(struct trl_cli_panels *panels, const char *text, const char **view)
{
    const int n = panels->count;
    const struct trl_cli_panel_parts parts = trl_cli_panel_split(text);
    *view = parts.view;
    if (parts.name)
        panels->names[n] = strndup(parts.name, parts.name_length);
    else if (parts.input)
        panels->names[n] = strndup(parts.input, parts.input_length);
    if (parts.input)
        panels->inputs[n] = strndup(parts.input, parts.input_length);
    panels->count++;
    const bool enough =
        (panels->names[n] || !(parts.name || parts.input)) && (panels->inputs[n] || !parts.input);
    return enough ? 0 : trl_cli_exit_code(TRL_ERROR_MEMORY);
}

static int read_panel(struct trl_cli_panels *panels, struct trl_log *log, const char *view,
                      const struct trl_panel_params *defaults)
{
    const int n = panels->count - 1;
    const int error = trl_panel_text_create(&panels->texts[n], log, view, defaults);
    if (error)
        return trl_cli_exit_code(error);
    panels->params[n] = *trl_panel_text_params(panels->texts[n]);
    if (panels->names[n] && !panels->params[n].name)
        panels->params[n].name = panels->names[n];
    if (panels->inputs[n] && !panels->params[n].input)
        panels->params[n].input = panels->inputs[n];
    return 0;
}

/* What has no name is called after its input. */
static int name_panel(struct trl_panel_params *panel, const char *text)
{
    if (!panel->name)
        panel->name = panel->input;
    if (panel->name)
        return 0;
    return trl_cli_usage_error("--panel \"%s\": it names no input; NAME=INPUT:VIEW,options", text);
}

static int read_words(struct trl_cli_panels *panels, const struct trl_cli_words *words,
                      struct trl_log *log, const struct trl_panel_params *defaults)
{
    bool own[TRL_PANELS_MAX] = {false};
    int code = 0;
    for (int n = 0; !code && n < words->count; n++) {
        const char *view;
        code = take_texts(panels, words->items[n], &view);
        if (!code)
            code = read_panel(panels, log, view ? view : "heatmap", defaults);
        if (!code)
            code = name_panel(&panels->params[n], words->items[n]);
        own[n] = !code && (!panels->params[n].input ||
                           strcmp(panels->params[n].name, panels->params[n].input) != 0);
        if (!code)
            code = check_name(panels, own);
    }
    return code;
}

int trl_cli_panels_read(struct trl_cli_panels *panels, const struct trl_cli_settings *settings,
                        struct trl_log *log)
{
    struct trl_panel_params defaults = {
        .view = settings->stream.view, .filters = settings->filters, .input = settings->expr};
    *panels = (struct trl_cli_panels){0};
    defaults.view.width = defaults.view.height = 0;
    if (settings->robust || settings->percentile_given)
        defaults.view.range = trl_cli_with_percentiles(defaults.view.range);
    const struct trl_cli_words *words = &settings->panels;
    if (words->count && (settings->view || settings->expr))
        return trl_cli_usage_error("--%s is of a film without --panel; say it in the panels",
                                   settings->view ? "view" : "expr");
    if (words->count > TRL_PANELS_MAX)
        return trl_cli_usage_error("%d panels; there may be %d", words->count, TRL_PANELS_MAX);
    int code = read_words(panels, words, log, &defaults);
    if (!words->count && (settings->view || settings->filters || settings->expr)) {
        panels->count = 1;
        code = read_panel(panels, log, settings->view ? settings->view : "heatmap", &defaults);
    }
    return code;
}

/* True for what is neither a number nor an expression. */
static bool is_name(const char *text)
{
    return (isalpha((unsigned char)*text) || *text == '_') &&
           text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.")] ==
               0;
}

static int unknown_input(const char *input, const char *kind, const char *const *names, int count)
{
    char list[512] = "", meant[128] = "";
    struct trl_cli_nearest nearest = {.word = input};
    for (int n = 0; n < count; n++) {
        const size_t used = strlen(list);
        snprintf(list + used, sizeof(list) - used, "%s%s", used ? ", " : "", names[n]);
        trl_cli_nearest_offer(&nearest, names[n]);
    }
    if (nearest.best && 2 * (size_t)nearest.distance <= strlen(nearest.best))
        snprintf(meant, sizeof(meant), "; did you mean %.100s?", nearest.best);
    return trl_cli_usage_error("panel: no %s is called \"%s\"%s %s %s", kind, input,
                               *meant ? meant : "; there",
                               count > 1 ? (*meant ? "There are" : "are")
                               : *meant  ? "There is"
                                         : "is",
                               list);
}

int trl_cli_panels_check(const struct trl_cli_panels *panels, const char *kind,
                         const char *const *names, int count)
{
    for (int n = 0; n < panels->count; n++) {
        const char *input = panels->params[n].input;
        bool known = !input || !is_name(input);
        for (int i = 0; i < count && !known; i++)
            known = !strcmp(names[i], input);
        if (!known)
            return unknown_input(input, kind, names, count);
    }
    return 0;
}

void trl_cli_panels_free(struct trl_cli_panels *panels)
{
    for (int n = 0; n < panels->count; n++) {
        trl_panel_text_destroy(&panels->texts[n]);
        free(panels->names[n]);
        free(panels->inputs[n]);
    }
    *panels = (struct trl_cli_panels){0};
}

void trl_cli_panels_scene(const struct trl_cli_panels *panels,
                          const struct trl_cli_settings *settings, struct trl_scene_params *scene)
{
    *scene = settings->scene;
    scene->panels = panels->params;
    scene->panel_count = panels->count;
    scene->title = settings->output.title;
    if (panels->count) {
        scene->width = settings->stream.view.width;
        scene->height = settings->stream.view.height;
    }
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/panels.h"

#include "cli/exits.h"
#include "cli/message.h"

#include <tensorreel/error.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* True if a view's name stands here, before the end or a comma. */
static bool begins_view(const char *text)
{
    const size_t length = strcspn(text, ",=");
    for (const struct trl_panel_word *view = trl_panel_views(); view->word; view++)
        if (strlen(view->word) == length && !strncmp(view->word, text, length))
            return true;
    return false;
}

/* Where the view begins, behind its colon; NULL: none is named. */
static const char *find_view(const char *text)
{
    for (const char *colon = strchr(text, ':'); colon; colon = strchr(colon + 1, ':'))
        if (begins_view(colon + 1))
            return colon + 1;
    return NULL;
}

/* Bytes of a name before "=", 0 if there is none. */
static size_t name_length(const char *text)
{
    const size_t length = strcspn(text, "=:(),");
    return text[length] == '=' ? length : 0;
}

static int take_texts(struct trl_cli_panels *panels, const char *text, const char **view)
{
    const int n = panels->count;
    const size_t name = name_length(text);
    *view = find_view(text);
    /* A word behind the last colon that is no view is a mistake, not a file's name. */
    const char *input = name ? text + name + 1 : text;
    const size_t length = *view ? (size_t)(*view - 1 - input) : strlen(input);
    if (!name && !length)
        return trl_cli_usage_error("--panel \"%s\": it names no input; NAME=INPUT:VIEW,options",
                                   text);
    panels->names[n] = strndup(name ? text : input, name ? name : length);
    panels->inputs[n] = length ? strndup(input, length) : NULL;
    panels->count++;
    return panels->names[n] && (!length || panels->inputs[n]) ? 0
                                                              : trl_cli_exit_code(TRL_ERROR_MEMORY);
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

int trl_cli_panels_read(struct trl_cli_panels *panels, const struct trl_cli_settings *settings,
                        struct trl_log *log)
{
    struct trl_panel_params defaults = {
        .view = settings->stream.view, .filters = settings->filters, .input = settings->expr};
    *panels = (struct trl_cli_panels){0};
    defaults.view.width = defaults.view.height = 0;
    const struct trl_cli_words *words = &settings->panels;
    if (words->count && (settings->view || settings->expr))
        return trl_cli_usage_error("--%s is of a film without --panel; say it in the panels",
                                   settings->view ? "view" : "expr");
    if (words->count > TRL_PANELS_MAX)
        return trl_cli_usage_error("%d panels; there may be %d", words->count, TRL_PANELS_MAX);
    int code = 0;
    for (int n = 0; !code && n < words->count; n++) {
        const char *view;
        code = take_texts(panels, words->items[n], &view);
        if (!code)
            code = read_panel(panels, log, view ? view : "heatmap", &defaults);
    }
    if (!words->count && (settings->view || settings->filters || settings->expr)) {
        panels->count = 1;
        code = read_panel(panels, log, settings->view ? settings->view : "heatmap", &defaults);
    }
    return code;
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

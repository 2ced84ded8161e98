/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/panels.h"

#include "cli/exits.h"
#include "cli/message.h"
#include "cli/panel_words.h"

#include <tensorreel/error.h>

#include <stdlib.h>
#include <string.h>

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
        if (!code)
            code = name_panel(&panels->params[n], words->items[n]);
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

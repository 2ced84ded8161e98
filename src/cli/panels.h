/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "cli/options.h"

/*
 * The panels that the words of a command line describe, and the names of what they show.
 *
 *     --panel NAME=INPUT:VIEW,options     "loss=loss.npy:lines,width=3", "v:heatmap", "act=a.npy"
 */
struct trl_cli_panels {
    struct trl_panel_text *texts[TRL_PANELS_MAX];
    struct trl_panel_params params[TRL_PANELS_MAX];
    char *names[TRL_PANELS_MAX], *inputs[TRL_PANELS_MAX]; /* owned */
    int count;
};

/* Reads --panel, --view, --filter and --expr. What a panel does not say, the options say for all
 * panels. None of them: no panel, as for a plain film. An exit code, with the reason printed. */
int trl_cli_panels_read(struct trl_cli_panels *panels, const struct trl_cli_settings *settings,
                        struct trl_log *log);
/* Refuses panels that show what is not there: a name that is none of the inputs', where kind says
 * what these are ("input or file", "channel"). An exit code, with the reason printed. */
int trl_cli_panels_check(const struct trl_cli_panels *panels, const char *kind,
                         const char *const *names, int count);
void trl_cli_panels_free(struct trl_cli_panels *panels);
/* The scene of the settings with these panels. */
void trl_cli_panels_scene(const struct trl_cli_panels *panels,
                          const struct trl_cli_settings *settings, struct trl_scene_params *scene);

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdint.h>

#include "cli/options.h"
#include "cli/panels.h"
#include "cli/report.h"

/* What render and sim share: everything around the call that makes the frames. Functions that
 * return int return 0 or an exit code, with the reason printed. */
struct trl_cli_film {
    struct trl_cli_settings *settings;
    struct trl_cli_report *report;
    struct trl_log *log; /* of the report */
    struct trl_device *device;
    struct trl_cli_panels panels;
    struct trl_scene_params scene; /* with the panels */
};

/* The range, where --range does not say: the one given, or running with --equalize, or their
 * counterparts with percentiles. */
void trl_cli_choose_range(struct trl_cli_settings *settings, enum trl_range otherwise);

/* The same range with percentiles in place of extremes. */
enum trl_range trl_cli_with_percentiles(enum trl_range range);

/* True if all frames have the same range, which the range itself need not say: --vmin and --vmax
 * do. After trl_cli_choose_range. */
bool trl_cli_range_is_one(const struct trl_cli_settings *settings);
/* True if both ends of the range are given, or follow from each other. */
bool trl_cli_range_is_fixed(const struct trl_cli_settings *settings);
/* Refuses a range of the whole film where what ("a pipe") cannot be read twice, unless both ends
 * are given. */
int trl_cli_check_range(const struct trl_cli_settings *settings, const char *what);

/* Checks what the options say together, and starts the report. */
int trl_cli_film_open(struct trl_cli_film *film, struct trl_cli_settings *settings);
/* Reads what the options say of panels, with the colours and the range as they are by then. */
int trl_cli_film_panels(struct trl_cli_film *film);
/* Opens the device and says which. */
int trl_cli_film_device(struct trl_cli_film *film);

/* What is filmed. */
struct trl_cli_shot {
    /* Hands all frames to the stream; returns 0 or an enum trl_error. */
    int (*take)(struct trl_stream *stream, void *user);
    void *user;
    int64_t frame_count; /* -1: not known */
};

/* Opens the outputs, takes the shot, finishes the files and prints the summary. After a signal the
 * films so far are finished, and after an input that broke off; after another failure they are
 * given up. */
int trl_cli_film_run(struct trl_cli_film *film, const struct trl_cli_shot *shot);

/* What --dry-run prints. */
struct trl_cli_plan {
    const struct trl_scene_input *inputs;
    int input_count;
    const char *const *words; /* what the first inputs are; of those that are told of */
    int word_count;
    int64_t frame_count;               /* -1: not known */
    const struct trl_network *network; /* of a simulation; NULL: none */
    /* found by trl_cli_film_plan */
    struct trl_scene_params scene;
    int width, height;
    enum trl_range ranges[TRL_PANELS_MAX];
};

int trl_cli_film_plan(struct trl_cli_film *film, struct trl_cli_plan *plan);

/* Accepts a film that open refused. */
void trl_cli_film_close(struct trl_cli_film *film);

/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/film.h"

#include "cli/exits.h"
#include "cli/message.h"
#include "cli/plan.h"
#include "cli/signals.h"
#include "cli/summary.h"

#include <tensorreel/error.h>

#include <jansson.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int check_outputs(const struct trl_cli_settings *settings)
{
    const struct trl_cli_words *outputs = &settings->outputs;
    if (!outputs->count && !settings->dry_run)
        return trl_cli_usage_error("-o is missing: say where the film goes, -o film.mp4");
    for (int i = 0; i < outputs->count; i++) {
        for (int j = 0; j < i; j++)
            if (!strcmp(outputs->items[i], outputs->items[j]))
                return trl_cli_usage_error("-o %s is given twice", outputs->items[i]);
        if (strcmp(outputs->items[i], "-") != 0)
            continue;
        if (settings->json)
            return trl_cli_usage_error("-o - and --json both want standard output");
        if (!settings->dry_run && isatty(STDOUT_FILENO))
            return trl_cli_usage_error(
                "-o -: standard output is a terminal; send it to a program or a file");
    }
    return 0;
}

enum trl_range trl_cli_with_percentiles(enum trl_range range)
{
    switch (range) {
    case TRL_RANGE_MOVIE:
        return TRL_RANGE_PERCENTILE_MOVIE;
    case TRL_RANGE_FRAME:
        return TRL_RANGE_PERCENTILE_FRAME;
    case TRL_RANGE_RUNNING:
        return TRL_RANGE_PERCENTILE_RUNNING;
    default:
        return range;
    }
}

void trl_cli_choose_range(struct trl_cli_settings *settings, enum trl_range otherwise)
{
    struct trl_view_params *view = &settings->stream.view;
    if (view->range == TRL_RANGE_AUTO)
        view->range = view->equalize ? TRL_RANGE_RUNNING : otherwise;
    if (settings->robust || settings->percentile_given)
        view->range = trl_cli_with_percentiles(view->range);
}

bool trl_cli_range_is_fixed(const struct trl_cli_settings *settings)
{
    const struct trl_view_params *view = &settings->stream.view;
    return view->vmin_set + view->vmax_set + view->center_set >= 2;
}

static bool is_of_movie(const struct trl_view_params *view)
{
    return view->range == TRL_RANGE_MOVIE || view->range == TRL_RANGE_PERCENTILE_MOVIE;
}

bool trl_cli_range_is_one(const struct trl_cli_settings *settings)
{
    return trl_cli_range_is_fixed(settings) || is_of_movie(&settings->stream.view);
}

int trl_cli_check_range(const struct trl_cli_settings *settings, const char *what)
{
    const struct trl_view_params *view = &settings->stream.view;
    if (trl_cli_range_is_fixed(settings) || !is_of_movie(view))
        return 0;
    return trl_cli_usage_error("--range %s: %s cannot be read twice to find it; take --range %s "
                               "or running, or --vmin and --vmax",
                               view->range == TRL_RANGE_MOVIE ? "movie" : "percentile", what,
                               view->range == TRL_RANGE_MOVIE ? "frame" : "percentile-frame");
}

/* UTF-8, which jansson takes nothing else than. */
static bool is_text(const char *text)
{
    json_t *json = text ? json_string(text) : NULL;
    const bool valid = !text || json;
    json_decref(json);
    return valid;
}

static int check_together(struct trl_cli_settings *settings)
{
    struct trl_view_params *view = &settings->stream.view;
    if (!is_text(settings->output.title) || !is_text(settings->output.comment))
        return trl_cli_usage_error("--title and --comment are text in UTF-8, and this is not");
    if (settings->quiet && settings->verbose)
        return trl_cli_usage_error("--quiet and --verbose exclude each other");
    if (view->width && view->scale)
        return trl_cli_usage_error("--size and --scale exclude each other");
    if (view->vmin_set && view->vmax_set && view->vmin >= view->vmax)
        return trl_cli_usage_error("--vmin %g must be below --vmax %g", view->vmin, view->vmax);
    if (settings->percentile_given && !settings->robust &&
        (view->range == TRL_RANGE_MOVIE || view->range == TRL_RANGE_FRAME ||
         view->range == TRL_RANGE_RUNNING))
        return trl_cli_usage_error("--percentile needs --range percentile or percentile-frame; "
                                   "--robust LOW:HIGH goes with every --range");
    if (view->center_set && view->vmin_set && view->vmax_set)
        return trl_cli_usage_error("--vmin, --vmax and --center: two of them say it all");
    view->fps_num = settings->stream.fps_num ? settings->stream.fps_num : 30;
    view->fps_den = settings->stream.fps_num ? settings->stream.fps_den : 1;
    if (settings->crf_given && settings->output.crf && settings->output.lossless)
        return trl_cli_usage_error("--crf %d and --lossless exclude each other",
                                   settings->output.crf);
    /* The library's params say it in another way: its crf 0 is "not given". */
    if (settings->crf_given && !settings->output.crf)
        settings->output.lossless = true;
    return check_outputs(settings);
}

int trl_cli_film_open(struct trl_cli_film *film, struct trl_cli_settings *settings)
{
    *film = (struct trl_cli_film){.settings = settings};
    int code = check_together(settings);
    if (!code)
        code = trl_cli_report_create(&film->report, settings);
    if (code)
        return code;
    film->log = trl_cli_report_log(film->report);
    return 0;
}

int trl_cli_film_panels(struct trl_cli_film *film)
{
    const int code = trl_cli_panels_read(&film->panels, film->settings, film->log);
    trl_cli_panels_scene(&film->panels, film->settings, &film->scene);
    return code;
}

int trl_cli_film_device(struct trl_cli_film *film)
{
    struct trl_device_params params = film->settings->device;
    params.log = film->log;
    const int error = trl_device_create(&film->device, &params);
    if (error)
        return trl_cli_exit_code(error);
    const struct trl_device_info *info = trl_device_info(film->device);
    if (!film->settings->verbose) /* else the library has said it */
        trl_cli_report_say(film->report, "device %d: %s", info->index, info->name);
    return 0;
}

void trl_cli_film_close(struct trl_cli_film *film)
{
    trl_cli_panels_free(&film->panels);
    trl_device_destroy(&film->device);
    trl_cli_report_destroy(&film->report);
}

static int open_stream(struct trl_cli_film *film, struct trl_stream **stream)
{
    const struct trl_cli_settings *settings = film->settings;
    const int count = settings->outputs.count;
    struct trl_output_params *outputs = calloc((size_t)count, sizeof(outputs[0]));
    if (!outputs) {
        trl_cli_message(TRL_LOG_ERROR, "out of memory");
        return TRL_ERROR_MEMORY;
    }
    for (int i = 0; i < count; i++) {
        outputs[i] = settings->output;
        outputs[i].path = settings->outputs.items[i];
    }
    struct trl_stream_params params = settings->stream;
    params.log = film->log;
    params.scene = &film->scene;
    params.outputs = outputs;
    params.output_count = count;
    const int error = trl_stream_create(stream, film->device, &params);
    free(outputs);
    return error;
}

/* Takes the shot and finishes the files. */
static int take(struct trl_cli_film *film, struct trl_stream *stream,
                const struct trl_cli_shot *shot)
{
    trl_cli_signals_watch(stream);
    trl_cli_report_start(film->report, stream, shot->frame_count);
    int error = shot->take(stream, shot->user);
    struct trl_stream_stats stats;
    trl_stream_stats(stream, &stats);
    /* A film without a frame would be a file that nothing can play; one that failed leaves its
     * ledger. */
    if (error != TRL_ERROR_CANCELLED || stats.frames) {
        const int finish_error = trl_stream_finish(stream);
        if (finish_error && finish_error != TRL_ERROR_CANCELLED)
            error = finish_error;
    }
    trl_cli_report_stop(film->report);
    trl_cli_signals_watch(NULL);
    return error;
}

int trl_cli_film_run(struct trl_cli_film *film, const struct trl_cli_shot *shot)
{
    struct trl_stream *stream = NULL;
    trl_cli_signals_hold();
    int error = open_stream(film, &stream);
    if (!error) {
        error = take(film, stream, shot);
        trl_cli_summary_print(film, stream, error);
    }
    trl_stream_destroy(&stream);
    const int caught = trl_cli_signals_caught();
    if (caught && (!error || error == TRL_ERROR_CANCELLED))
        return TRL_CLI_EXIT_SIGNAL + caught;
    return trl_cli_exit_code(error);
}

/* As a stream has it: what has no panels is one of the view. */
static int plan_frame(struct trl_cli_film *film, struct trl_cli_plan *plan)
{
    struct trl_panel_params alone = {.view = film->settings->stream.view};
    struct trl_scene_params *scene = &plan->scene;
    *scene = film->scene;
    if (!scene->panel_count) {
        scene->panels = &alone;
        scene->panel_count = 1;
        scene->width = alone.view.width;
        scene->height = alone.view.height;
        alone.view.width = alone.view.height = 0;
    }
    /* The scene is told of the film's frames, whichever input has them. */
    struct trl_scene_input inputs[TRL_INPUTS_MAX];
    for (int n = 0; n < plan->input_count; n++) {
        inputs[n] = plan->inputs[n];
        inputs[n].frame_count = plan->frame_count;
    }
    const int error = trl_scene_frame_size(film->log, scene, inputs, plan->input_count,
                                           &plan->width, &plan->height, plan->ranges);
    scene->panels = film->scene.panels;
    scene->panel_count = film->scene.panel_count;
    return error;
}

int trl_cli_film_plan(struct trl_cli_film *film, struct trl_cli_plan *plan)
{
    const struct trl_cli_words *outputs = &film->settings->outputs;
    int error = plan_frame(film, plan);
    for (int n = 0; n < outputs->count && !error; n++) {
        struct trl_output_params output = film->settings->output;
        output.path = outputs->items[n];
        error = trl_output_check(film->log, &output, plan->frame_count);
    }
    return error ? trl_cli_exit_code(error) : trl_cli_plan_print(film, plan);
}

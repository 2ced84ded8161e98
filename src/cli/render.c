/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/exits.h"
#include "cli/film.h"
#include "cli/inputs.h"
#include "cli/message.h"

#include <tensorreel/tensor.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_same_file(const char *a, const char *b)
{
    struct stat first, second;
    return a && !stat(a, &first) && S_ISREG(first.st_mode) && !stat(b, &second) &&
           first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

static int check_input_stays(const struct trl_cli_settings *settings, const char *input)
{
    const struct trl_cli_words *outputs = &settings->outputs;
    for (int n = 0; n < outputs->count; n++)
        if (is_same_file(outputs->items[n], input))
            return trl_cli_usage_error("-o %s is the input; give another name", outputs->items[n]);
    if (is_same_file(settings->stream.ledger_path, input))
        return trl_cli_usage_error("--ledger %s is the input; give another name",
                                   settings->stream.ledger_path);
    if (is_same_file(settings->progress_path, input))
        return trl_cli_usage_error("--progress %s is the input; give another name",
                                   settings->progress_path);
    return 0;
}

/* -y allows to lose an old film, not the data. */
static int check_inputs_stay(const struct trl_cli_settings *settings)
{
    int code = 0;
    for (int n = 0; !code && n < settings->operands.count; n++)
        code = check_input_stays(settings, trl_cli_input_path(settings->operands.items[n]));
    return code;
}

static int check_panels_stay(const struct trl_cli_film *film)
{
    int code = 0;
    for (int n = 0; !code && n < film->panels.count; n++)
        if (film->panels.params[n].input)
            code = check_input_stays(film->settings, film->panels.params[n].input);
    return code;
}

enum { WORDS_MAX = 512 };

/* "loss: loss.npy, f4"; the film of operands without names needs none. */
static void say_input(char words[static WORDS_MAX], const struct trl_cli_inputs *inputs, int n)
{
    const struct trl_source_info *info = trl_source_info(inputs->items[n].source);
    const char *name = inputs->names[n], *path = inputs->paths[n];
    const bool named = strcmp(name, path) != 0 && (strcmp(name, "x") != 0 || inputs->count > 1);
    snprintf(words, WORDS_MAX, "%s%s%s%s, %s%s", named ? name : "", named ? ": " : "", path,
             inputs->more[n] ? " and more" : "", trl_dtype_name(info->dtype),
             info->big_endian ? " big-endian" : "");
}

/* Frames of the film, as far as that is clear before it is planned. */
static int64_t film_length(const struct trl_cli_film *film, const struct trl_cli_inputs *inputs)
{
    const struct trl_stream_params *stream = &film->settings->stream;
    bool moves = stream->view.camera != NULL;
    for (int n = 0; n < film->panels.count; n++) {
        const struct trl_panel_params *panel = &film->panels.params[n];
        moves = moves || panel->view.camera || panel->orbit_spin != 0;
        for (int k = 0; k < panel->slice_count; k++)
            moves = moves || panel->slices[k].motion != TRL_SLICE_FIXED;
    }
    if (inputs->frame_count == 1 && !stream->length && moves)
        return -1;
    return inputs->frame_count < 0 || inputs->frame_count > stream->length ? inputs->frame_count
                                                                           : stream->length;
}

static int print_plan(struct trl_cli_film *film, const struct trl_cli_inputs *inputs)
{
    struct trl_scene_input shown[TRL_INPUTS_MAX];
    char texts[TRL_INPUTS_MAX][WORDS_MAX];
    const char *words[TRL_INPUTS_MAX];
    for (int n = 0; n < inputs->count; n++) {
        const struct trl_source_info *info = trl_source_info(inputs->items[n].source);
        const int64_t shape[] = {info->tiles, info->rows, info->columns};
        shown[n] = (struct trl_scene_input){.name = inputs->names[n],
                                            .frame_count = info->frame_count,
                                            .rewindable = info->rewindable};
        const int error = trl_layout_dense(&shown[n].layout, info->dtype, 3, shape, false);
        if (error)
            return trl_cli_exit_code(error);
        say_input(texts[n], inputs, n);
        words[n] = texts[n];
    }
    struct trl_cli_plan plan = {.inputs = shown,
                                .input_count = inputs->count,
                                .words = words,
                                .word_count = inputs->count,
                                .frame_count = film_length(film, inputs)};
    return trl_cli_film_plan(film, &plan);
}

static int film_sources(struct trl_stream *stream, void *user)
{
    const struct trl_cli_inputs *inputs = user;
    return trl_stream_film_sources(stream, inputs->items, inputs->count);
}

/* The range of a film without panels is settled here, since the report tells of it. */
static int choose_range(struct trl_cli_film *film, const struct trl_cli_inputs *inputs)
{
    struct trl_cli_settings *settings = film->settings;
    if (film->panels.count)
        return 0;
    trl_cli_choose_range(settings, inputs->rewindable ? TRL_RANGE_MOVIE : TRL_RANGE_FRAME);
    return inputs->rewindable ? 0 : trl_cli_check_range(settings, "a pipe");
}

/* The time between frames that the stamp tells: what was given, or the shortest of an input. */
static void choose_time(struct trl_cli_film *film, const struct trl_cli_inputs *inputs)
{
    for (int n = 0; n < inputs->count && film->settings->scene.frame_time == 0; n++) {
        const double time = inputs->items[n].frame_time;
        if (time > 0 && (film->scene.frame_time == 0 || time < film->scene.frame_time))
            film->scene.frame_time = time;
    }
}

int trl_cli_render(struct trl_cli_settings *settings)
{
    struct trl_cli_film film;
    struct trl_cli_inputs inputs = {0};
    int code = check_inputs_stay(settings);
    if (code)
        return code;
    code = trl_cli_film_open(&film, settings);
    if (!code)
        code = trl_cli_film_panels(&film);
    if (!code)
        code = check_panels_stay(&film);
    if (!code)
        code = trl_cli_inputs_open(&inputs, &film);
    if (!code)
        code = choose_range(&film, &inputs);
    if (code)
        goto done;
    choose_time(&film, &inputs);
    if (settings->dry_run) {
        code = print_plan(&film, &inputs);
        goto done;
    }
    code = trl_cli_film_device(&film);
    if (!code)
        code = trl_cli_film_run(&film,
                                &(struct trl_cli_shot){.take = film_sources,
                                                       .user = &inputs,
                                                       .frame_count = film_length(&film, &inputs)});
done:
    trl_cli_inputs_close(&inputs);
    trl_cli_film_close(&film);
    return code;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/exits.h"
#include "cli/film.h"
#include "cli/message.h"

#include <tensorreel/tensor.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int open_source(struct trl_cli_film *film, struct trl_source **source)
{
    const struct trl_cli_words *operands = &film->settings->operands;
    for (int i = 0; i < operands->count; i++)
        if (!strcmp(operands->items[i], "-") && isatty(STDIN_FILENO))
            return trl_cli_usage_error(
                "-: standard input is a terminal; send .npy records from a program or a file");
    struct trl_source_params params = film->settings->source;
    params.log = film->log;
    params.paths = operands->items;
    params.path_count = operands->count;
    return trl_cli_exit_code(trl_source_open(source, &params));
}

/* --percentile alone means percentiles of as much as can be known. */
static void choose_range(struct trl_cli_settings *settings, const struct trl_source_info *info)
{
    struct trl_view_params *view = &settings->stream.view;
    if (settings->percentile_given && view->range == TRL_RANGE_AUTO)
        view->range = info->rewindable ? TRL_RANGE_PERCENTILE_MOVIE : TRL_RANGE_PERCENTILE_FRAME;
}

static int print_plan(struct trl_cli_film *film, const struct trl_source_info *info)
{
    const struct trl_cli_words *operands = &film->settings->operands;
    char input[512];
    snprintf(input, sizeof(input), "%s%s, %s%s", operands->items[0],
             operands->count > 1 ? " and more" : "", trl_dtype_name(info->dtype),
             info->big_endian ? " big-endian" : "");
    const struct trl_cli_plan plan = {
        .input = input,
        .shape = {.tiles = info->tiles, .rows = info->rows, .columns = info->columns},
        .frame_count = info->frame_count,
    };
    return trl_cli_film_plan(film, &plan);
}

static int film_source(struct trl_stream *stream, void *user)
{
    return trl_stream_film_source(stream, user);
}

int trl_cli_render(struct trl_cli_settings *settings)
{
    struct trl_cli_film film;
    struct trl_source *source = NULL;
    int code = trl_cli_film_open(&film, settings);
    if (!code)
        code = open_source(&film, &source);
    if (code)
        goto done;
    const struct trl_source_info *info = trl_source_info(source);
    choose_range(settings, info);
    if (settings->dry_run) {
        code = print_plan(&film, info);
        goto done;
    }
    code = trl_cli_film_device(&film);
    if (!code)
        code = trl_cli_film_run(&film, &(struct trl_cli_shot){.take = film_source,
                                                              .user = source,
                                                              .frame_count = info->frame_count});
done:
    trl_source_close(&source);
    trl_cli_film_close(&film);
    return code;
}

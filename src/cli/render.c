/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/exits.h"
#include "cli/film.h"
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

/* -y allows to lose an old film, not the data. */
static int check_inputs_stay(const struct trl_cli_settings *settings)
{
    const struct trl_cli_words *inputs = &settings->operands, *outputs = &settings->outputs;
    for (int i = 0; i < inputs->count; i++) {
        const char *input = inputs->items[i];
        for (int n = 0; n < outputs->count; n++)
            if (is_same_file(outputs->items[n], input))
                return trl_cli_usage_error("-o %s is the input; give another name",
                                           outputs->items[n]);
        if (is_same_file(settings->stream.ledger_path, input))
            return trl_cli_usage_error("--ledger %s is the input; give another name",
                                       settings->stream.ledger_path);
        if (is_same_file(settings->progress_path, input))
            return trl_cli_usage_error("--progress %s is the input; give another name",
                                       settings->progress_path);
    }
    return 0;
}

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
    params.vectors = film->settings->stream.view.scroll > 0;
    return trl_cli_exit_code(trl_source_open(source, &params));
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
    int code = check_inputs_stay(settings);
    if (code)
        return code;
    code = trl_cli_film_open(&film, settings);
    if (!code)
        code = open_source(&film, &source);
    if (code)
        goto done;
    const struct trl_source_info *info = trl_source_info(source);
    trl_cli_choose_range(settings, info->rewindable ? TRL_RANGE_MOVIE : TRL_RANGE_FRAME);
    if (!info->rewindable)
        code = trl_cli_check_range(settings, "a pipe");
    if (code)
        goto done;
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

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <jansson.h>

#include "cli/film.h"

/* The last line of a film, or with --json its object on standard output. error is 0 or what ended
 * it; a film of which nothing was kept has no line. Before it what is odd about the values. */
void trl_cli_summary_print(struct trl_cli_film *film, const struct trl_stream *stream, int error);

/* The film's frame rate, which is 30 if none is given. */
void trl_cli_film_rate(const struct trl_cli_film *film, int *num, int *den);
/* The names of the outputs. */
json_t *trl_cli_outputs_json(const struct trl_cli_film *film);

/* Prints an object or array and gives it back; NULL means that memory ran out. Returns the exit
 * code. */
int trl_cli_json_print(json_t *json);
/* A text of any bytes: what is not UTF-8, a file name say, has ? for its other bytes. */
json_t *trl_cli_json_text(const char *text);

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

/*
 * The text of --panel in its parts: NAME=INPUT:VIEW,options.
 */
struct trl_cli_panel_parts {
    const char *name, *input; /* NULL: it has none; not terminated */
    size_t name_length, input_length;
    const char *view; /* the rest, whether there is such a view or not; NULL: none is named */
};

struct trl_cli_panel_parts trl_cli_panel_split(const char *text);

/* True for "data/a.npy", "../frames_*", "-" and files that are there, false for names and
 * expressions. */
bool trl_cli_is_path(const char *text);
/* A path as seen from a folder, which ends with a slash or is empty; absolute ones and "-" stay. To
 * be freed; NULL: out of memory. */
char *trl_cli_path_from(const char *folder, const char *path);
/* True for what --camera takes for a file. */
bool trl_cli_camera_is_path(const char *text);

/* The text of a panel that has these parts; options has strings (with a value) and true (without).
 * To be freed; NULL: out of memory. */
char *trl_cli_panel_text(const char *name, const char *input, const char *view, json_t *options);
/* The same as an object: name, input, view, and an option a key, an array where it is repeated.
 * Names are not looked up. NULL: out of memory, or quotes are not closed. */
json_t *trl_cli_panel_json(const char *text);
/* Likewise, of VIEW,options. */
json_t *trl_cli_view_json(const char *text);

/* A value as JSON: a number where it is printed as the same word, else a string. NULL: it is not
 * UTF-8, or memory ran out. */
json_t *trl_cli_word_json(const char *word);
/* A number as a word that reads back as the same; "" for what is no number. */
enum { TRL_CLI_NUMBER_MAX = 40 };
void trl_cli_number_word(char out[static TRL_CLI_NUMBER_MAX], const json_t *number);

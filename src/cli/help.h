/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdio.h>

#include "cli/options.h"

/* The help page of a command, or with NULL the list of commands. */
void trl_cli_help_print(FILE *out, const struct trl_cli_command *command);

/* Writes "--fps RATE", "-o OUT, --output OUT" or "--range movie|frame" into text. */
void trl_cli_option_spelling(const struct trl_cli_option *option, char *text, size_t size);
/* Writes "movie|frame", or the placeholder where there are no choices. */
void trl_cli_option_values(const struct trl_cli_option *option, char *text, size_t size);

/* Writes "cmap=NAME", "robust[=LOW:HIGH]" or "roll" into text. */
void trl_cli_panel_spelling(const struct trl_panel_word *word, char *text, size_t size);

/* Prints text in lines of at most 80 columns, each after so many spaces. */
void trl_cli_print_wrapped(FILE *out, const char *text, int indent);

/* The generated pages. */
void trl_cli_man_print(FILE *out);
void trl_cli_bash_print(FILE *out);
void trl_cli_zsh_print(FILE *out);
void trl_cli_fish_print(FILE *out);

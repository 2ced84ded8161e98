/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stddef.h>

#include <jansson.h>

#include "cli/options.h"

/*
 * Film descriptions: JSON objects whose keys are the names of options.
 *
 *     {"inputs": [{"name": "loss", "path": "loss.npy"}], "title": "Loss", "fps": 60,
 *      "panels": [{"input": "loss", "view": "lines", "width": 3}], "output": ["loss.mp4"]}
 *
 * A value is a string, a number, true for a flag (false: left out), or an array where an option may
 * be repeated. "inputs" are operands, "model" is that of a simulation; "panels" are texts as of
 * --panel or objects with "name", "input", "view" and the options of views. Relative paths are
 * relative to the folder of the file.
 */
enum { TRL_CLI_LINE_MAX = 1024 };

/* Reads a file and adds what it says. An exit code, with the reason in error, which is not printed
 * yet: INPUT for a file that cannot be read, USAGE for one that says what cannot be. */
int trl_cli_description_open(struct trl_cli_givens *givens, const struct trl_cli_command *command,
                             const char *path, char error[static TRL_CLI_LINE_MAX]);
/* Reads text as the file at this path would be read. */
int trl_cli_description_read(struct trl_cli_givens *givens, const struct trl_cli_command *command,
                             const char *path, const char *text, size_t size,
                             char error[static TRL_CLI_LINE_MAX]);

/* All that is given as an object, to be given back whatever the exit code. */
int trl_cli_description_json(json_t **out, const struct trl_cli_givens *givens,
                             const struct trl_cli_command *command);
/* Prints all that is given as a description, with paths as they are seen from here. */
int trl_cli_description_print(const struct trl_cli_settings *settings);

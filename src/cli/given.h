/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "cli/options.h"

/*
 * What the command line and film descriptions say, one item an option or operand: those of
 * descriptions first, so that what follows has the last word.
 */
struct trl_cli_given {
    const struct trl_cli_option *option; /* NULL: an operand */
    char *value;                         /* NULL: a flag, or a value that is left out */
    char *name;                          /* as messages call it: "--fps", "film.json: fps" */
    bool film;                           /* a description says it */
    bool overridden;
};

/* Copies name and value. An exit code, with the reason printed. */
int trl_cli_given_add(struct trl_cli_givens *givens, const struct trl_cli_given *given);
/* Marks what a later item overrides: options that are given once, names of NAME=VALUE, and operands
 * of descriptions where the command line has one of the same name, or the command takes only one.
 */
void trl_cli_given_override(struct trl_cli_givens *givens, const struct trl_cli_command *command);
void trl_cli_given_clear(struct trl_cli_givens *givens);

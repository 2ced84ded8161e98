/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* Exit codes of the program; a caught signal gives 128 + its number. */
enum trl_cli_exit {
    TRL_CLI_EXIT_DONE = 0,
    TRL_CLI_EXIT_USAGE = 2,
    TRL_CLI_EXIT_INPUT = 3,
    TRL_CLI_EXIT_DEVICE = 4,
    TRL_CLI_EXIT_OUTPUT = 5,
    TRL_CLI_EXIT_DROPPED = 6,
    TRL_CLI_EXIT_INTERNAL = 70,
    TRL_CLI_EXIT_SIGNAL = 128,
};

struct trl_cli_exit_row {
    int code;
    const char *meaning;
};

/* Every code with one sentence, for the man page; ends with meaning NULL. */
extern const struct trl_cli_exit_row trl_cli_exit_rows[];

/* The exit code for 0 or an enum trl_error. */
int trl_cli_exit_code(int error);

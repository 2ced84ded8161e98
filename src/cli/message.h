/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <tensorreel/log.h>

/* Prints one line to standard error as "tensorreel: error: LINE"; informative lines have no word
 * before them. Coloured on a terminal unless NO_COLOR is set. */
void trl_cli_message(enum trl_log_level level, const char *line);

/* An error line; returns TRL_CLI_EXIT_USAGE. */
int trl_cli_usage_error(const char *format, ...) TRL_PRINTF(1, 2);

/* Finds, among the words offered, the one that looks most like another. */
struct trl_cli_nearest {
    const char *word; /* in: what was typed */
    const char *best; /* out: NULL if nothing has anything in common with it */
    int distance;
};

void trl_cli_nearest_offer(struct trl_cli_nearest *nearest, const char *candidate);

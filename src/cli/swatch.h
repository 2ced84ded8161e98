/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* Colour maps on a terminal. */
enum trl_cli_depth {
    TRL_CLI_DEPTH_NONE = 0,
    TRL_CLI_DEPTH_256, /* a cube of 6 x 6 x 6 colours */
    TRL_CLI_DEPTH_TRUE,
};

/* What standard output shows, by COLORTERM and TERM; none if it is no terminal or NO_COLOR is
 * set. */
enum trl_cli_depth trl_cli_depth(void);

/* Prints so many columns of the map from its first colour to its last; nothing without colours. */
void trl_cli_swatch(const char *cmap, enum trl_cli_depth depth, int columns);

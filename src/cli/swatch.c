/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/swatch.h"

#include <tensorreel/view.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum trl_cli_depth trl_cli_depth(void)
{
    const char *no_color = getenv("NO_COLOR");
    const char *color = getenv("COLORTERM"), *term = getenv("TERM");
    if (!isatty(STDOUT_FILENO) || (no_color && *no_color) || !term || !strcmp(term, "dumb"))
        return TRL_CLI_DEPTH_NONE;
    if ((color && (!strcmp(color, "truecolor") || !strcmp(color, "24bit"))) ||
        strstr(term, "-direct"))
        return TRL_CLI_DEPTH_TRUE;
    return strstr(term, "256color") ? TRL_CLI_DEPTH_256 : TRL_CLI_DEPTH_NONE;
}

/* The cube's levels are 0, 95, 135, 175, 215 and 255. */
static int cube_level(uint8_t code)
{
    return code < 48 ? 0 : code < 115 ? 1 : (code - 35) / 40;
}

void trl_cli_swatch(const char *cmap, enum trl_cli_depth depth, int columns)
{
    uint8_t rgb[256][3];
    if (depth == TRL_CLI_DEPTH_NONE || !trl_cmap_table(cmap, rgb))
        return;
    for (int n = 0; n < columns; n++) {
        const uint8_t *c = rgb[columns > 1 ? 255 * n / (columns - 1) : 0];
        if (depth == TRL_CLI_DEPTH_TRUE)
            printf("\033[48;2;%d;%d;%dm ", c[0], c[1], c[2]);
        else
            printf("\033[48;5;%dm ",
                   16 + 36 * cube_level(c[0]) + 6 * cube_level(c[1]) + cube_level(c[2]));
    }
    fputs("\033[0m", stdout);
}

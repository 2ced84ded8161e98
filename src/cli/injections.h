/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "cli/options.h"

/* What --inject reads, for the params of the simulation. */
struct trl_cli_injections {
    struct trl_sim_injection *items;
    int64_t count, room;
};

/* Reads "burst, neuron, amount" lines: commas, semicolons, tabs or spaces between, comments behind
 * #, perhaps a first line of names. Returns 0, or an exit code with the reason printed. */
int trl_cli_injections_read(struct trl_cli_injections *injections, const char *path);
void trl_cli_injections_free(struct trl_cli_injections *injections);

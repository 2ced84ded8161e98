/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "cli/options.h"

/*
 * The network that --network names: a file, or one that is generated, "KIND:KEY=VALUE,...". The
 * caller destroys it. Returns 0, or an exit code with the reason printed.
 */
int trl_cli_network_open(struct trl_network **out, struct trl_log *log,
                         const struct trl_cli_settings *settings);

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <jansson.h>

#include "cli/options.h"

/*
 * The network that --network names: a file, or one that is generated, "KIND:KEY=VALUE,...". The
 * caller destroys it. Returns 0, or an exit code with the reason printed.
 */
int trl_cli_network_open(struct trl_network **out, struct trl_log *log,
                         const struct trl_cli_settings *settings);

/* What a plan says of a network that runs on that backend: lines, or a member of its object. */
void trl_cli_network_print(const struct trl_network *network, const char *backend);
json_t *trl_cli_network_json(const struct trl_network *network, const char *backend);

/* "list networks": the kinds that can be generated, with their defaults. */
int trl_cli_list_networks(bool json);

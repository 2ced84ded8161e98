/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "network/network.h"
#include "network/reader.h"

/* Reads a genome (JSON) into an empty network. */
int trl_genome_read(struct trl_network *network, struct trl_reader *reader,
                    const struct trl_network_load_params *params);

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <tensorreel/network.h>

/* trl_network_generate with so many threads; 0: one a processor. The network is the same. */
int trl_network_generate_threaded(struct trl_network **out,
                                  const struct trl_network_generate_params *params,
                                  int thread_count);

/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "network/network.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <tensorreel/error.h>
#include <tensorreel/log.h>

#include <cmocka.h>

/* A folder of its own for each test, and the last line that was logged at each level. */
struct fixture {
    char folder[64];
    struct trl_log *log;
    int lines[8];
    char line[8][1024];
};

int fixture_set_up(void **state);
int fixture_tear_down(void **state);

/* Writes a file into the folder; its path is valid until the next call. */
const char *fixture_write(struct fixture *f, const void *data, size_t size);

/* Exactly one line was logged as an error since the last call, and it holds the text. */
void expect_error(struct fixture *f, const char *text);
/* The same for warnings. */
void expect_warning(struct fixture *f, const char *text);

/* All synapses; the caller frees them. */
struct trl_synapse *all_synapses(struct trl_network *network);
bool has_synapse(struct trl_network *network, uint32_t source, uint32_t target);
/* Of a source. */
uint64_t out_degree(const struct trl_network *network, uint32_t source);
/* Of everything that a network holds once it is settled. */
uint64_t network_hash(struct trl_network *network);

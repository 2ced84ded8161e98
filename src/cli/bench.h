/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "cli/options.h"

/* A median with the quartiles. */
struct trl_cli_spread {
    double median, low, high;
};

/* One network on one backend; times in microseconds, and like counts and bytes of a burst. */
struct trl_cli_bench_row {
    const char *kind, *backend;
    uint32_t neurons;
    uint64_t synapses;
    int bursts, rounds;       /* of a round; in all */
    double rate;              /* that was asked for */
    double fired, candidates; /* shares of the neurons, as measured */
    double delivered;
    struct trl_cli_spread us;
    double processor_us; /* of all threads together */
    double ns_per_synapse;
    double deliver_us, update_us; /* by the device's clock, or on each thread */
    double upload_bytes, download_bytes, host_waits;
    double expected_us; /* by the cost model; 0: not known */
    double times_cpu;   /* as fast as the CPU backend; 0: not known */
};

/* Rows as they come: to standard output at once, or kept as JSON. */
struct trl_cli_bench_table;

/* device: NULL where there is none. An exit code if memory runs out, with the reason printed. */
int trl_cli_bench_table_create(struct trl_cli_bench_table **out, bool json,
                               const struct trl_device_info *device);
void trl_cli_bench_table_add(struct trl_cli_bench_table *table,
                             const struct trl_cli_bench_row *row);
/* A network, or a network on a backend, that is left out. */
void trl_cli_bench_table_omit(struct trl_cli_bench_table *table,
                              const struct trl_cli_bench_row *row, const char *why);
/* Prints what was kept; an exit code. */
int trl_cli_bench_table_end(struct trl_cli_bench_table *table);
void trl_cli_bench_table_destroy(struct trl_cli_bench_table **table);

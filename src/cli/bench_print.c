/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/bench.h"

#include "cli/exits.h"
#include "cli/message.h"
#include "cli/summary.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <tensorreel/error.h>
#include <tensorreel/version.h>

struct trl_cli_bench_table {
    json_t *rows; /* NULL: a table for readers */
    const struct trl_device_info *device;
};

int trl_cli_bench_table_create(struct trl_cli_bench_table **out, bool json,
                               const struct trl_device_info *device)
{
    *out = calloc(1, sizeof(**out));
    if (*out && json)
        (*out)->rows = json_array();
    if (!*out || (json && !(*out)->rows)) {
        trl_cli_message(TRL_LOG_ERROR, "out of memory");
        return trl_cli_exit_code(TRL_ERROR_MEMORY);
    }
    (*out)->device = device;
    if (json)
        return 0;
    printf("%ld processors; %s%s%s\n", sysconf(_SC_NPROCESSORS_ONLN),
           device ? device->name : "no device", device ? ", " : "", device ? device->driver : "");
    puts("us, ns and bytes are of a burst; spread: quartiles; deliver, update: by the device's "
         "clock,\nor on each thread; expected: by the cost model at the measured rate");
    printf("%-9s %8s %7s %-9s %10s %21s %10s %9s %8s %7s %9s %9s %8s %8s %6s %9s %6s\n", "network",
           "neurons", "rate %", "backend", "us", "spread", "processor", "ns/synap.", "fired %",
           "cand. %", "deliver", "update", "B up", "B down", "waits", "expected", "x cpu");
    return 0;
}

/* 10K, 1M and the like, where that is exact. */
static void count_words(char *out, size_t size, uint64_t count)
{
    if (count && count % 1000000 == 0)
        snprintf(out, size, "%lluM", (unsigned long long)count / 1000000);
    else if (count && count % 1000 == 0)
        snprintf(out, size, "%lluK", (unsigned long long)count / 1000);
    else
        snprintf(out, size, "%llu", (unsigned long long)count);
}

/* A number, or "-" where it is not known. */
static const char *word_of(char *out, size_t size, const char *format, double value)
{
    if (value > 0)
        snprintf(out, size, format, value);
    else
        snprintf(out, size, "-");
    return out;
}

static void print_row(const struct trl_cli_bench_row *row)
{
    char neurons[24], spread[48], synapse[24], expected[24], times[24];
    count_words(neurons, sizeof(neurons), row->neurons);
    snprintf(spread, sizeof(spread), "%.1f to %.1f", row->us.low, row->us.high);
    printf("%-9s %8s %7g %-9s %10.1f %21s %10.1f %9s %8.4g %7.4g %9.1f %9.1f %8.0f %8.0f %6.2g %9s "
           "%6s\n",
           row->kind, neurons, 100 * row->rate, row->backend, row->us.median, spread,
           row->processor_us, word_of(synapse, sizeof(synapse), "%.3f", row->ns_per_synapse),
           100 * row->fired, 100 * row->candidates, row->deliver_us, row->update_us,
           row->upload_bytes, row->download_bytes, row->host_waits,
           word_of(expected, sizeof(expected), "%.1f", row->expected_us),
           word_of(times, sizeof(times), "%.2f", row->times_cpu));
    fflush(stdout);
}

static json_t *number_or_null(double value)
{
    return value > 0 ? json_real(value) : json_null();
}

static json_t *network_json(const struct trl_cli_bench_row *row)
{
    return json_pack("{s:s,s:I,s:I}", "network", row->kind, "neurons", (json_int_t)row->neurons,
                     "synapses", (json_int_t)row->synapses);
}

static json_t *row_json(const struct trl_cli_bench_row *row)
{
    json_t *json = network_json(row);
    json_t *figures = json_pack(
        "{s:f,s:s,s:i,s:i,s:f,s:f,s:f,s:{s:f,s:f,s:f},s:f,s:o,s:f,s:f,s:f,s:f,s:f,s:o,s:o}", "rate",
        row->rate, "backend", row->backend, "bursts", row->bursts, "rounds", row->rounds,
        "fired_share", row->fired, "candidate_share", row->candidates, "delivered", row->delivered,
        "us", "median", row->us.median, "quartile_low", row->us.low, "quartile_high", row->us.high,
        "processor_us", row->processor_us, "ns_per_synapse", number_or_null(row->ns_per_synapse),
        "deliver_us", row->deliver_us, "update_us", row->update_us, "upload_bytes",
        row->upload_bytes, "download_bytes", row->download_bytes, "host_waits", row->host_waits,
        "expected_us", number_or_null(row->expected_us), "times_cpu",
        number_or_null(row->times_cpu));
    if (json && figures)
        json_object_update(json, figures);
    json_decref(figures);
    return json;
}

void trl_cli_bench_table_add(struct trl_cli_bench_table *table, const struct trl_cli_bench_row *row)
{
    if (table->rows)
        json_array_append_new(table->rows, row_json(row));
    else
        print_row(row);
}

void trl_cli_bench_table_omit(struct trl_cli_bench_table *table,
                              const struct trl_cli_bench_row *row, const char *why)
{
    if (!table->rows) {
        char neurons[24];
        count_words(neurons, sizeof(neurons), row->neurons);
        printf("%-9s %8s %7s %-9s left out: %s\n", row->kind, neurons, "",
               row->backend ? row->backend : "", why);
        fflush(stdout);
        return;
    }
    json_t *json = network_json(row);
    if (json && row->backend)
        json_object_set_new(json, "backend", json_string(row->backend));
    if (json)
        json_object_set_new(json, "left_out", trl_cli_json_text(why));
    json_array_append_new(table->rows, json);
}

int trl_cli_bench_table_end(struct trl_cli_bench_table *table)
{
    if (!table->rows)
        return 0;
    json_t *device = table->device ? json_pack("{s:s,s:s}", "name", table->device->name, "driver",
                                               table->device->driver)
                                   : json_null();
    json_t *rows = table->rows;
    table->rows = NULL;
    return trl_cli_json_print(json_pack("{s:s,s:I,s:o,s:o}", "version", trl_version(), "processors",
                                        (json_int_t)sysconf(_SC_NPROCESSORS_ONLN), "device", device,
                                        "rows", rows));
}

void trl_cli_bench_table_destroy(struct trl_cli_bench_table **table)
{
    if (*table)
        json_decref((*table)->rows);
    free(*table);
    *table = NULL;
}

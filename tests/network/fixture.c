/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture.h"

#include "base/file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void keep_line(void *user, enum trl_log_level level, const char *line)
{
    struct fixture *f = user;
    f->lines[level]++;
    snprintf(f->line[level], sizeof(f->line[level]), "%s", line);
}

int fixture_set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    snprintf(f->folder, sizeof(f->folder), "/tmp/tensorreel-network-XXXXXX");
    if (!mkdtemp(f->folder))
        return -1;
    *state = f;
    return trl_log_create(&f->log, &(struct trl_log_params){.callback = keep_line, .user = f});
}

static const char *path_of(const struct fixture *f)
{
    static char path[160];
    snprintf(path, sizeof(path), "%s/file", f->folder);
    return path;
}

int fixture_tear_down(void **state)
{
    struct fixture *f = *state;
    unlink(path_of(f));
    rmdir(f->folder);
    trl_log_destroy(&f->log);
    free(f);
    return 0;
}

const char *fixture_write(struct fixture *f, const void *data, size_t size)
{
    const char *path = path_of(f);
    const int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
    assert_true(fd >= 0);
    assert_int_equal(trl_write_all(fd, data, size), 0);
    close(fd);
    return path;
}

static void expect_line(struct fixture *f, enum trl_log_level level, const char *text)
{
    if (f->lines[level] != 1 || !strstr(f->line[level], text))
        print_error("%d lines; '%s' is not in '%s'\n", f->lines[level], text, f->line[level]);
    assert_int_equal(f->lines[level], 1);
    assert_non_null(strstr(f->line[level], text));
    f->lines[level] = 0;
}

void expect_error(struct fixture *f, const char *text)
{
    expect_line(f, TRL_LOG_ERROR, text);
}

void expect_warning(struct fixture *f, const char *text)
{
    expect_line(f, TRL_LOG_WARN, text);
}

struct trl_synapse *all_synapses(struct trl_network *network)
{
    const uint64_t count = trl_network_synapse_count(network);
    struct trl_synapse *out = calloc(count + 1, sizeof(*out));
    assert_non_null(out);
    assert_int_equal(trl_network_synapses(network, 0, count, out), 0);
    return out;
}

bool has_synapse(struct trl_network *network, uint32_t source, uint32_t target)
{
    struct trl_synapse *synapses = all_synapses(network);
    bool found = false;
    for (uint64_t i = 0; i < trl_network_synapse_count(network); i++)
        found = found || (synapses[i].source == source && synapses[i].target == target);
    free(synapses);
    return found;
}

uint64_t out_degree(const struct trl_network *network, uint32_t source)
{
    return network->rows[source + 1] - network->rows[source];
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    return (hash ^ value) * 0x100000001B3U;
}

uint64_t network_hash(struct trl_network *network)
{
    assert_int_equal(trl_network_settle(network), 0);
    uint64_t hash = mix(0xCBF29CE484222325U, network->neuron_count);
    for (uint32_t i = 0; i < network->neuron_count; i++)
        hash = mix(mix(hash, network->kind_of[i]), network->rows[i + 1]);
    for (uint64_t i = 0; i < network->synapse_count; i++)
        hash = mix(mix(hash, network->targets[i]), network->packed[i]);
    return hash;
}

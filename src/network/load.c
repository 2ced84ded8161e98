/* SPDX-License-Identifier: BSD-2-Clause */
#include "network/edges.h"
#include "network/genome.h"

#include "base/log.h"

#include <stdlib.h>
#include <string.h>

enum form { FORM_NPY, FORM_GENOME, FORM_TEXT, FORM_NONE };

static enum form form_of(const struct trl_reader *reader)
{
    const uint8_t *bytes = trl_reader_bytes(reader);
    size_t size = trl_reader_left(reader);
    if (size && *bytes == 0x93)
        return FORM_NPY;
    if (memchr(bytes, 0, size))
        return FORM_NONE;
    if (size >= 3 && !memcmp(bytes, "\xEF\xBB\xBF", 3)) {
        bytes += 3;
        size -= 3;
    }
    while (size && strchr(" \t\r\n", *bytes)) {
        bytes++;
        size--;
    }
    return size && *bytes == '{' ? FORM_GENOME : FORM_TEXT;
}

static int read_edges(struct trl_network *network, struct trl_reader *reader, enum form form,
                      const struct trl_network_load_params *params)
{
    struct trl_edges edges = {.params = params, .name = reader->input.name};
    int error =
        form == FORM_NPY ? trl_edges_read_npy(&edges, reader) : trl_edges_read_text(&edges, reader);
    if (!error)
        error = trl_edges_finish(&edges, network);
    free(edges.synapses);
    return error;
}

static int read_any(struct trl_network *network, struct trl_reader *reader,
                    const struct trl_network_load_params *params)
{
    const int error = trl_reader_fill(reader, TRL_READER_BYTES);
    if (error)
        return error;
    const enum form form = form_of(reader);
    if (form == FORM_NONE)
        return trl_fail(params->log, TRL_ERROR_INPUT,
                        "%s: is neither a genome (JSON) nor an edge list (.npy or CSV)",
                        reader->input.name);
    if (form == FORM_GENOME)
        return trl_genome_read(network, reader, params);
    return read_edges(network, reader, form, params);
}

int trl_network_load(struct trl_network **out, const char *path,
                     const struct trl_network_load_params *params)
{
    struct trl_reader reader;
    *out = NULL;
    int error = trl_reader_open(&reader, params->log, path);
    if (error)
        return error;
    struct trl_network *network;
    error = trl_network_create(&network, params->log);
    if (!error) {
        network->memory_max_bytes = params->memory_max_bytes;
        error = read_any(network, &reader, params);
    }
    if (error)
        trl_network_destroy(&network);
    trl_reader_close(&reader);
    *out = network;
    return error;
}

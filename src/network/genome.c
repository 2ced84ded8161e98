/* SPDX-License-Identifier: BSD-2-Clause */
#include "network/genome.h"

#include "base/log.h"
#include "network/genome_parts.h"
#include "network/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void trl_genome_note(struct trl_genome_note *note, const char *name)
{
    const size_t used = strlen(note->names);
    if (note->count++ < 3)
        snprintf(note->names + used, sizeof(note->names) - used, "%s'%.48s'", used ? ", " : "",
                 name);
}

int trl_genome_fail(const struct trl_genome *genome, const char *path, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char text[256];
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    return trl_fail(genome->params->log, TRL_ERROR_INPUT, "%s: %s: %s", genome->file, path, text);
}

static int read_text(struct trl_reader *reader, const struct trl_network_load_params *params,
                     char **out, size_t *size)
{
    size_t room = 0;
    *out = NULL;
    *size = 0;
    for (;;) {
        int error = trl_reader_fill(reader, TRL_READER_BYTES);
        const size_t left = trl_reader_left(reader);
        if (error || !left)
            return error;
        if (*size + left > room) {
            room = 2 * (*size + left);
            error = trl_network_memory_check(params->log, reader->input.name, room,
                                             params->memory_max_bytes);
            char *text = error ? NULL : realloc(*out, room);
            if (!text)
                return error ? error : trl_fail_memory(params->log, reader->input.name, room);
            *out = text;
        }
        memcpy(*out + *size, trl_reader_bytes(reader), left);
        *size += left;
        trl_reader_take(reader, left);
    }
}

static int parse(struct trl_genome *genome, const char *text, size_t size)
{
    json_error_t wrong;
    const size_t mark = size >= 3 && !memcmp(text, "\xEF\xBB\xBF", 3) ? 3 : 0;
    genome->root = json_loadb(text + mark, size - mark, JSON_REJECT_DUPLICATES, &wrong);
    if (!genome->root)
        return trl_fail(genome->params->log, TRL_ERROR_INPUT, "%s: line %d, column %d: %s",
                        genome->file, wrong.line, wrong.column, wrong.text);
    const char *version = json_string_value(json_object_get(genome->root, "version"));
    if (!version || (strncmp(version, "2.", 2) != 0 && version[0] != '3'))
        return trl_genome_fail(genome, "version", "is %s; 2.0 or 2.1 is expected",
                               version ? version : "missing");
    genome->morphologies = json_object_get(genome->root, "neuron_morphologies");
    if (genome->morphologies && !json_is_object(genome->morphologies))
        return trl_genome_fail(genome, "neuron_morphologies", "is no object");
    json_t *blueprint = json_object_get(genome->root, "blueprint");
    if (!json_is_object(blueprint))
        return trl_genome_fail(genome, "blueprint", "is no object");
    return trl_genome_read_areas(genome, blueprint);
}

/* All rules from one area to another. */
static int follow(struct trl_genome *genome, const struct trl_genome_area *source, const char *id,
                  json_t *rules)
{
    char path[256];
    if (!json_is_array(rules)) {
        snprintf(path, sizeof(path), "blueprint: rules from %.*s to %s", (int)source->id_size,
                 source->id, id);
        return trl_genome_fail(genome, path, "are no list");
    }
    const struct trl_genome_area *target = trl_genome_find_area(genome, id);
    int error = 0;
    for (size_t i = 0; !error && i < json_array_size(rules); i++) {
        struct trl_genome_rule rule = {0};
        bool known = false;
        snprintf(path, sizeof(path), "blueprint: rule %zu from %.*s to %s", i, (int)source->id_size,
                 source->id, id);
        error = trl_genome_read_rule(genome, path, json_array_get(rules, i), source, &rule, &known);
        if (!error && known && !target)
            trl_genome_note(&genome->skipped, id);
        else if (!error && known)
            error = trl_genome_follow_rule(genome, &rule, source, target);
        free(rule.patterns);
    }
    return error;
}

static int follow_all(struct trl_genome *genome)
{
    int error = 0;
    for (int i = 0; i < genome->area_count && !error; i++) {
        const struct trl_genome_area *source = &genome->areas[i];
        const char *id;
        json_t *rules;
        json_object_foreach(source->mapping, id, rules)
        {
            error = follow(genome, source, id, rules);
            if (error)
                break;
        }
    }
    return error;
}

static void report(const struct trl_genome *genome)
{
    struct trl_log *log = genome->params->log;
    const struct trl_genome_note *percent = &genome->percent, *unknown = &genome->unknown;
    const struct trl_genome_note *skipped = &genome->skipped, *ignored = &genome->ignored;
    if (percent->count)
        trl_log_print(log, TRL_LOG_WARN,
                      "%s: %u values of leak or excitability are above 1 and read as percent: %s%s",
                      genome->file, percent->count, percent->names,
                      percent->count > 3 ? ", ..." : "");
    if (unknown->count)
        trl_log_print(log, TRL_LOG_WARN, "%s: %u keys are unknown and ignored: %s%s", genome->file,
                      unknown->count, unknown->names, unknown->count > 3 ? ", ..." : "");
    if (ignored->count)
        trl_log_print(log, TRL_LOG_WARN, "%s: %u values ask for what is not simulated: %s%s",
                      genome->file, ignored->count, ignored->names,
                      ignored->count > 3 ? ", ..." : "");
    if (skipped->count)
        trl_log_print(log, TRL_LOG_WARN,
                      "%s: %u rules make no synapses, since their morphology is not supported or "
                      "an area is missing: %s%s",
                      genome->file, skipped->count, skipped->names,
                      skipped->count > 3 ? ", ..." : "");
}

int trl_genome_read(struct trl_network *network, struct trl_reader *reader,
                    const struct trl_network_load_params *params)
{
    struct trl_genome genome = {.network = network, .params = params, .file = reader->input.name};
    char *text;
    size_t size;
    int error = read_text(reader, params, &text, &size);
    if (!error)
        error = parse(&genome, text, size);
    free(text);
    if (!error)
        error = trl_genome_add_areas(&genome);
    if (!error)
        error = follow_all(&genome);
    if (!error)
        error = trl_network_settle(network);
    if (!error)
        report(&genome);
    free(genome.areas);
    json_decref(genome.root);
    return error;
}

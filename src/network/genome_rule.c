/* SPDX-License-Identifier: BSD-2-Clause */
#include "network/genome_parts.h"

#include "base/log.h"
#include "base/word.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct trl_genome_range anywhere = {.low = 0, .high = INT32_MAX};

/* "+3", "-2", "3". */
static bool parse_offset(const char *text, size_t size, int32_t *out)
{
    char word[16];
    int64_t value;
    const size_t sign = size && *text == '+';
    if (size - sign >= sizeof(word) || (sign && text[1] == '-'))
        return false;
    memcpy(word, text + sign, size - sign);
    word[size - sign] = 0;
    if (!trl_word_int64(word, INT32_MIN, INT32_MAX, &value))
        return false;
    *out = (int32_t)value;
    return true;
}

/* "?-1:?+1". */
static bool parse_span(const char *text, const char *colon, struct trl_genome_range *out)
{
    out->low_relative = out->high_relative = true;
    return colon > text && colon[1] == '?' &&
           parse_offset(text + 1, (size_t)(colon - text - 1), &out->low) &&
           parse_offset(colon + 2, strlen(colon + 2), &out->high);
}

/* What begins with a question mark is counted from the source's place. */
static bool parse_relative(const char *text, struct trl_genome_range *out)
{
    *out = anywhere;
    const char *colon = strchr(text, ':');
    if (colon)
        return parse_span(text, colon, out);
    const bool up = text[1] == '+';
    if (!strcmp(text, "?+") || !strcmp(text, "?+=")) {
        out->low_relative = true;
        out->low = text[2] ? 0 : 1;
        return true;
    }
    if (!strcmp(text, "?-") || !strcmp(text, "?-=")) {
        out->high_relative = true;
        out->high = text[2] ? 0 : -1;
        return true;
    }
    out->low_relative = out->high_relative = true;
    out->low = out->high = 0;
    if (text[1] == 0)
        return true;
    if ((!up && text[1] != '-') || !parse_offset(text + 1, strlen(text + 1), &out->low))
        return false;
    out->high = out->low;
    return true;
}

static bool parse_word(const char *text, struct trl_genome_range *out)
{
    *out = anywhere;
    if (!strcmp(text, "*"))
        return true;
    if (!strcmp(text, "!")) {
        out->hole = true;
        return true;
    }
    if (*text == '?')
        return parse_relative(text, out);
    const char *dots = strstr(text, "..");
    if (dots)
        return parse_offset(text, (size_t)(dots - text), &out->low) &&
               parse_offset(dots + 2, strlen(dots + 2), &out->high);
    const bool whole = parse_offset(text, strlen(text), &out->low);
    out->high = out->low;
    return whole;
}

static int parse_place(struct trl_genome *genome, const char *path, json_t *given,
                       struct trl_genome_range out[3])
{
    if (json_array_size(given) != 3)
        return trl_genome_fail(genome, path, "has a place that is no list of three");
    for (size_t i = 0; i < 3; i++) {
        json_t *axis = json_array_get(given, i);
        const char *text = json_string_value(axis);
        if (json_is_integer(axis)) {
            const json_int_t value = json_integer_value(axis);
            if (value < INT32_MIN || value > INT32_MAX)
                return trl_genome_fail(genome, path, "has a place beyond 2^31");
            out[i] = (struct trl_genome_range){.low = (int32_t)value, .high = (int32_t)value};
        } else if (!text || !parse_word(text, &out[i])) {
            return trl_genome_fail(genome, path,
                                   "has a place that is neither a whole number nor a pattern such "
                                   "as *, ?, !, ?+, ?-2, ?-1:?+1 or 2..5");
        }
    }
    return 0;
}

static int make_patterns(struct trl_genome *genome, struct trl_genome_rule *rule, size_t count)
{
    rule->pattern_count = 0;
    rule->patterns = calloc(count ? count : 1, sizeof(*rule->patterns));
    if (!rule->patterns)
        return trl_fail_memory(genome->params->log, "patterns of a genome",
                               count * sizeof(*rule->patterns));
    rule->pattern_count = count;
    for (size_t n = 0; n < count; n++) {
        for (int i = 0; i < 3; i++)
            rule->patterns[n].source[i] = rule->patterns[n].target[i] = anywhere;
    }
    return 0;
}

/* A vector is the pattern of all sources and one place relative to them. */
static void make_vector(struct trl_genome_pattern *pattern, const int32_t offset[3])
{
    for (int i = 0; i < 3; i++)
        pattern->target[i] = (struct trl_genome_range){
            .low = offset[i], .high = offset[i], .low_relative = true, .high_relative = true};
}

static int read_vectors(struct trl_genome *genome, const char *path, json_t *given,
                        struct trl_genome_rule *rule)
{
    if (!json_is_array(given))
        return trl_genome_fail(genome, path, "has no list of vectors");
    int error = make_patterns(genome, rule, json_array_size(given));
    for (size_t n = 0; !error && n < rule->pattern_count; n++) {
        struct trl_genome_range place[3] = {0};
        int32_t offset[3];
        error = parse_place(genome, path, json_array_get(given, n), place);
        if (error)
            return error;
        for (int i = 0; i < 3; i++) {
            if (!json_is_integer(json_array_get(json_array_get(given, n), (size_t)i)))
                return trl_genome_fail(genome, path,
                                       "has a vector that is no list of three whole "
                                       "numbers");
            offset[i] = place[i].low;
        }
        make_vector(&rule->patterns[n], offset);
    }
    return error;
}

/* A list of pairs [source, target], or in old files one such pair. */
static int read_patterns(struct trl_genome *genome, const char *path, json_t *given,
                         struct trl_genome_rule *rule)
{
    if (!json_is_array(given))
        return trl_genome_fail(genome, path, "has no list of patterns");
    json_t *first = json_array_get(json_array_get(given, 0), 0);
    const bool single = first && !json_is_array(first);
    int error = make_patterns(genome, rule, single ? 1 : json_array_size(given));
    for (size_t n = 0; !error && n < rule->pattern_count; n++) {
        json_t *pair = single ? given : json_array_get(given, n);
        if (json_array_size(pair) != 2)
            return trl_genome_fail(genome, path, "has a pattern that is no pair of places");
        error = parse_place(genome, path, json_array_get(pair, 0), rule->patterns[n].source);
        if (!error)
            error = parse_place(genome, path, json_array_get(pair, 1), rule->patterns[n].target);
    }
    rule->union_of_patterns = true;
    return error;
}

/* Morphologies that genomes use without saying what they are. */
static const struct {
    const char *name;
    enum trl_genome_shape shape;
    int axes[3]; /* of projectors; the vector of patterns */
} functions[] = {
    {"projector", TRL_GENOME_PROJECTOR, {0, 1, 2}},
    {"transpose_xy", TRL_GENOME_PROJECTOR, {1, 0, 2}},
    {"transpose_yz", TRL_GENOME_PROJECTOR, {0, 2, 1}},
    {"transpose_xz", TRL_GENOME_PROJECTOR, {2, 1, 0}},
    {"projector_xy", TRL_GENOME_PROJECTOR, {1, 0, 2}},
    {"projector_yz", TRL_GENOME_PROJECTOR, {0, 2, 1}},
    {"projector_xz", TRL_GENOME_PROJECTOR, {2, 1, 0}},
    {"sweeper", TRL_GENOME_SWEEPER, {0}},
    {"last_to_first", TRL_GENOME_LAST_TO_FIRST, {0}},
    {"first_to_last", TRL_GENOME_FIRST_TO_LAST, {0}},
    {"lateral_pairs_x", TRL_GENOME_LATERAL_PAIRS, {0}},
    {"randomizer", TRL_GENOME_RANDOMIZER, {0}},
    {"block_to_block", TRL_GENOME_PATTERNS, {0}},
    {"lateral_+x", TRL_GENOME_PATTERNS, {1, 0, 0}},
    {"lateral_-x", TRL_GENOME_PATTERNS, {-1, 0, 0}},
    {"lateral_+y", TRL_GENOME_PATTERNS, {0, 1, 0}},
    {"lateral_-y", TRL_GENOME_PATTERNS, {0, -1, 0}},
    {"lateral_+z", TRL_GENOME_PATTERNS, {0, 0, 1}},
    {"lateral_-z", TRL_GENOME_PATTERNS, {0, 0, -1}},
};

static int read_function(struct trl_genome *genome, const char *name, struct trl_genome_rule *rule,
                         bool *is_known)
{
    const bool from = !strcmp(name, "0-0-0_to_all");
    const bool to = !strcmp(name, "all_to_0-0-0");
    if (from || to || !strcmp(name, "all_to_all")) {
        const int error = make_patterns(genome, rule, 1);
        for (int i = 0; i < 3 && rule->pattern_count && (from || to); i++)
            (from ? rule->patterns->source : rule->patterns->target)[i].high = 0;
        *is_known = true;
        return error;
    }
    for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++) {
        if (strcmp(functions[i].name, name) != 0)
            continue;
        *is_known = true;
        rule->shape = functions[i].shape;
        memcpy(rule->axes, functions[i].axes, sizeof(rule->axes));
        const int error = rule->shape == TRL_GENOME_PATTERNS ? make_patterns(genome, rule, 1) : 0;
        if (!error && rule->shape == TRL_GENOME_PATTERNS)
            make_vector(rule->patterns, functions[i].axes);
        return error;
    }
    return 0;
}

static int read_morphology(struct trl_genome *genome, const char *name,
                           struct trl_genome_rule *rule, bool *is_known)
{
    char path[200];
    json_t *given = json_object_get(genome->morphologies, name);
    json_t *parameters = json_object_get(given, "parameters");
    parameters = json_is_object(parameters) ? parameters : given;
    json_t *vectors = json_object_get(parameters, "vectors");
    json_t *patterns = json_object_get(parameters, "patterns");
    snprintf(path, sizeof(path), "neuron_morphologies.%s", name);
    *is_known = vectors || patterns;
    if (vectors)
        return read_vectors(genome, path, vectors, rule);
    if (patterns)
        return read_patterns(genome, path, patterns, rule);
    return read_function(genome, name, rule, is_known);
}

/* A rule is a list, or in version 2.1 an object, of the same things. */
static json_t *part(json_t *given, size_t index, const char *name)
{
    return json_is_array(given) ? json_array_get(given, index) : json_object_get(given, name);
}

static bool is_one(const json_t *scalar)
{
    bool one = !json_is_number(scalar) || json_number_value(scalar) == 1;
    for (size_t i = 0; i < json_array_size(scalar); i++)
        one = one && json_number_value(json_array_get(scalar, i)) == 1;
    return one;
}

/* What a rule can ask for and does not get; parts of 1 are nothing in whole numbers. */
static void note_ignored(struct trl_genome *genome, json_t *given, const char *path, double factor,
                         double psp)
{
    const json_t *delay = part(given, 8, "synaptic_delay_bursts");
    if ((factor != 0 && fabs(factor) < 1) || (psp > 0 && psp < 1) ||
        json_is_true(part(given, 3, "plasticity_flag")) ||
        !is_one(part(given, 1, "morphology_scalar")) ||
        (json_is_number(delay) && json_number_value(delay) > 1))
        trl_genome_note(&genome->ignored, path);
}

int trl_genome_read_rule(struct trl_genome *genome, const char *path, json_t *given,
                         const struct trl_genome_area *source, struct trl_genome_rule *rule,
                         bool *is_known)
{
    const char *name = json_string_value(part(given, 0, "morphology_id"));
    if (!name)
        return trl_genome_fail(genome, path, "names no morphology");
    const json_t *multiplier = part(given, 2, "postSynapticCurrent_multiplier");
    if (multiplier && !json_is_number(multiplier) && !json_is_null(multiplier))
        return trl_genome_fail(genome, path, "has a multiplier that is no number");
    const json_t *attractivity =
        json_is_object(given) ? json_object_get(given, "synapse_attractivity") : NULL;
    const double factor = json_is_number(multiplier) ? json_number_value(multiplier) : 1;
    const double psp = source->value[TRL_GENOME_PSP];
    rule->weight = (uint8_t)fmin(fabs(factor), 255);
    rule->inhibitory = factor < 0;
    rule->psp = (uint8_t)fmax(fmin(psp, 255), 0);
    rule->attractivity = json_is_number(attractivity) ? json_number_value(attractivity)
                                                      : source->value[TRL_GENOME_ATTRACTIVITY];
    note_ignored(genome, given, path, factor, psp);
    const int error = read_morphology(genome, name, rule, is_known);
    if (!error && !*is_known)
        trl_genome_note(&genome->skipped, name);
    return error;
}

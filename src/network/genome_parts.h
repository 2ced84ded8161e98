/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "network/network.h"

#include <jansson.h>

/*
 * The parts that a genome is read by: areas (genome_area.c), the rules that connect them
 * (genome_rule.c) and the synapses that follow from those (genome_grow.c).
 */

/* Names of what is reported in one line at the end: how many, and the first ones. */
struct trl_genome_note {
    unsigned count;
    char names[160];
};

struct trl_genome {
    struct trl_network *network;
    const struct trl_network_load_params *params;
    const char *file;
    json_t *root; /* everything below is borrowed from it */
    json_t *morphologies;
    struct trl_genome_area *areas;
    int area_count;
    struct trl_genome_note unknown, percent, skipped, ignored;
    uint32_t rule_count; /* followed so far */
};

enum trl_genome_field {
    TRL_GENOME_SIZE,                           /* and y, z */
    TRL_GENOME_POSITION = TRL_GENOME_SIZE + 3, /* and y, z */
    TRL_GENOME_STEP = TRL_GENOME_POSITION + 3, /* and y, z */
    TRL_GENOME_PER_VOXEL = TRL_GENOME_STEP + 3,
    TRL_GENOME_THRESHOLD,
    TRL_GENOME_LIMIT,
    TRL_GENOME_REFRACTORY,
    TRL_GENOME_LEAK,
    TRL_GENOME_FIRE_LIMIT,
    TRL_GENOME_SNOOZE,
    TRL_GENOME_ACCUMULATES,
    TRL_GENOME_PSP_FROM_POTENTIAL,
    TRL_GENOME_PSP_UNIFORM,
    TRL_GENOME_PSP,
    TRL_GENOME_EXCITABILITY,
    TRL_GENOME_ATTRACTIVITY,
    TRL_GENOME_FIELDS
};

struct trl_genome_area {
    const char *id, *name; /* the genome's; name may be NULL */
    size_t id_size;
    double value[TRL_GENOME_FIELDS];
    bool given[TRL_GENOME_FIELDS];
    json_t *mapping; /* rules by destination; may be NULL */
    int index;       /* among the network's areas */
};

/* Where an axis of a pattern lets synapses end: low to high, counted from the source's place where
 * relative, without that place if hole. */
struct trl_genome_range {
    int32_t low, high;
    bool low_relative, high_relative, hole;
};

struct trl_genome_pattern {
    struct trl_genome_range source[3], target[3];
};

enum trl_genome_shape {
    TRL_GENOME_PATTERNS, /* vectors are patterns, too */
    TRL_GENOME_PROJECTOR,
    TRL_GENOME_SWEEPER,
    TRL_GENOME_LAST_TO_FIRST,
    TRL_GENOME_FIRST_TO_LAST,
    TRL_GENOME_LATERAL_PAIRS,
    TRL_GENOME_RANDOMIZER,
};

struct trl_genome_rule {
    enum trl_genome_shape shape;
    struct trl_genome_pattern *patterns;
    size_t pattern_count;
    bool union_of_patterns; /* a target that several name is met once */
    int axes[3];            /* of the source, in the order in which a projector reads them */
    uint8_t weight, psp;
    bool inhibitory;
    double attractivity; /* percent */
};

void trl_genome_note(struct trl_genome_note *note, const char *name);
/* TRL_ERROR_INPUT, "FILE: PATH: ...". */
int trl_genome_fail(const struct trl_genome *genome, const char *path, const char *format, ...)
    TRL_PRINTF(3, 4);

/* Reads all areas of a blueprint; adds them to the network. */
int trl_genome_read_areas(struct trl_genome *genome, json_t *blueprint);
int trl_genome_add_areas(struct trl_genome *genome);
/* NULL if there is none. */
const struct trl_genome_area *trl_genome_find_area(const struct trl_genome *genome, const char *id);

/* Finds what a rule of the blueprint does. *known is false if it is none that can be followed,
 * which is noted. The caller frees rule->patterns. */
int trl_genome_read_rule(struct trl_genome *genome, const char *path, json_t *given,
                         const struct trl_genome_area *source, struct trl_genome_rule *rule,
                         bool *known);
/* Adds its synapses. */
int trl_genome_follow_rule(struct trl_genome *genome, const struct trl_genome_rule *rule,
                           const struct trl_genome_area *source,
                           const struct trl_genome_area *target);

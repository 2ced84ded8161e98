/* SPDX-License-Identifier: BSD-2-Clause */
#include "network/genome_parts.h"

#include "base/log.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum type {
    NUMBER,  /* low to high */
    WHOLE,   /* the same, without a fraction */
    COUNT16, /* 0 to 65535; what is beyond becomes the nearest of them */
    PERCENT, /* 0 to 1, or percent above */
    FLAG,
    TEXT_NAME,
    MAPPING,
    IGNORED,       /* has no meaning here */
    NOT_SIMULATED, /* has, unless it is 0, false or empty */
};

static const struct known {
    const char *flat; /* of version 2.0, without the letter of its type */
    const char *name; /* of version 2.1 */
    enum type type;
    int field;  /* enum trl_genome_field */
    int places; /* 3: a list of three in version 2.1 */
    double low, high, fallback;
} known[] = {
    {"___bbx", "block_boundaries", WHOLE, TRL_GENOME_SIZE, 3, 1, INT32_MAX, 1},
    {"___bby", "", WHOLE, TRL_GENOME_SIZE + 1, 1, 1, INT32_MAX, 1},
    {"___bbz", "", WHOLE, TRL_GENOME_SIZE + 2, 1, 1, INT32_MAX, 1},
    {"rcordx", "relative_coordinate", WHOLE, TRL_GENOME_POSITION, 3, INT32_MIN, INT32_MAX, 0},
    {"rcordy", "", WHOLE, TRL_GENOME_POSITION + 1, 1, INT32_MIN, INT32_MAX, 0},
    {"rcordz", "", WHOLE, TRL_GENOME_POSITION + 2, 1, INT32_MIN, INT32_MAX, 0},
    {"ftincx", "firing_threshold_increment_x", NUMBER, TRL_GENOME_STEP, 1, -FLT_MAX, FLT_MAX, 0},
    {"ftincy", "firing_threshold_increment_y", NUMBER, TRL_GENOME_STEP + 1, 1, -FLT_MAX, FLT_MAX,
     0},
    {"ftincz", "firing_threshold_increment_z", NUMBER, TRL_GENOME_STEP + 2, 1, -FLT_MAX, FLT_MAX,
     0},
    {"_n_cnt", "per_voxel_neuron_cnt", WHOLE, TRL_GENOME_PER_VOXEL, 1, 1, INT32_MAX, 1},
    {"fire_t", "firing_threshold", NUMBER, TRL_GENOME_THRESHOLD, 1, -FLT_MAX, FLT_MAX, 1},
    {"fthlim", "firing_threshold_limit", NUMBER, TRL_GENOME_LIMIT, 1, -DBL_MAX, DBL_MAX, 0},
    {"refrac", "refractory_period", COUNT16, TRL_GENOME_REFRACTORY, 1, 0, 0, 0},
    {"leak_c", "leak_coefficient", PERCENT, TRL_GENOME_LEAK, 1, 0, 100, 0},
    {"c_fr_c", "consecutive_fire_cnt_max", COUNT16, TRL_GENOME_FIRE_LIMIT, 1, 0, 0, 0},
    {"snooze", "snooze_length", COUNT16, TRL_GENOME_SNOOZE, 1, 0, 0, 0},
    {"mp_acc", "mp_charge_accumulation", FLAG, TRL_GENOME_ACCUMULATES, 1, 0, 0, 1},
    {"mp_psp", "mp_driven_psp", FLAG, TRL_GENOME_PSP_FROM_POTENTIAL, 1, 0, 0, 0},
    {"pspuni", "psp_uniform_distribution", FLAG, TRL_GENOME_PSP_UNIFORM, 1, 0, 0, 0},
    {"pstcr_", "postsynaptic_current", NUMBER, TRL_GENOME_PSP, 1, -DBL_MAX, DBL_MAX, 1},
    {"excite", "neuron_excitability", PERCENT, TRL_GENOME_EXCITABILITY, 1, 0, 100, 1},
    {"synatt", "synapse_attractivity", NUMBER, TRL_GENOME_ATTRACTIVITY, 1, 0, 100, 100},
    {"__name", "cortical_name", TEXT_NAME, 0, 1, 0, 0, 0},
    {"dstmap", "cortical_mapping_dst", MAPPING, 0, 1, 0, 0, 0},
    {"leak_v", "leak_variability", NOT_SIMULATED, 0, 1, 0, 0, 0},
    {"de_gen", "degeneration", NOT_SIMULATED, 0, 1, 0, 0, 0},
    {"memory", "is_mem_type", NOT_SIMULATED, 0, 1, 0, 0, 0},
    {"hmlk", "rate_modulated_leak", NOT_SIMULATED, 0, 1, 0, 0, 0},
    {"gd_vis", "visualization", IGNORED, 0, 1, 0, 0, 0},
    {"2dcorx", "2d_coordinate", IGNORED, 0, 1, 0, 0, 0},
    {"2dcory", "", IGNORED, 0, 1, 0, 0, 0},
    {"__rand", "location_generation_type", IGNORED, 0, 1, 0, 0, 0},
    {"pstcrm", "postsynaptic_current_max", IGNORED, 0, 1, 0, 0, 0},
    {"_group", "group_id", IGNORED, 0, 1, 0, 0, 0},
    {"subgrp", "sub_group_id", IGNORED, 0, 1, 0, 0, 0},
    {"mem__t", "longterm_mem_threshold", IGNORED, 0, 1, 0, 0, 0},
    {"mem_gr", "lifespan_growth_rate", IGNORED, 0, 1, 0, 0, 0},
    {"mem_ls", "init_lifespan", IGNORED, 0, 1, 0, 0, 0},
    {"tmpdpt", "temporal_depth", IGNORED, 0, 1, 0, 0, 0},
    {"mplrn", "mp_learning_enabled", IGNORED, 0, 1, 0, 0, 0},
    {"mnwin", "min_window_activity", IGNORED, 0, 1, 0, 0, 0},
    {"scnsk", "scan_skip_density", IGNORED, 0, 1, 0, 0, 0},
    {"devcnt", "dev_count", IGNORED, 0, 1, 0, 0, 0},
    {"twinrf", "memory_twin_of", IGNORED, 0, 1, 0, 0, 0},
    {"", "cortical_group", IGNORED, 0, 1, 0, 0, 0},
    {"", "cortical_type", IGNORED, 0, 1, 0, 0, 0},
    {"", "burst_engine_activation", IGNORED, 0, 1, 0, 0, 0},
    {"", "cortical_dimensions", IGNORED, 0, 1, 0, 0, 0},
    {"", "coordinates_3d", IGNORED, 0, 1, 0, 0, 0},
};

enum { KNOWN = sizeof(known) / sizeof(*known) };

static bool is_nothing(const json_t *value)
{
    return json_is_null(value) || json_is_false(value) ||
           (json_is_number(value) && json_number_value(value) == 0) ||
           (json_is_object(value) && !json_object_size(value));
}

static int set_number(struct trl_genome *genome, struct trl_genome_area *area,
                      const struct known *k, int field, json_t *value, const char *path)
{
    if (k->type == FLAG && json_is_boolean(value)) {
        area->value[field] = json_is_true(value);
        area->given[field] = true;
        return 0;
    }
    if (!json_is_number(value))
        return trl_genome_fail(genome, path, "is no %s",
                               k->type == FLAG ? "true or false" : "number");
    double number = json_number_value(value);
    if (k->type == COUNT16)
        number = number < 0 ? 0 : number > UINT16_MAX ? UINT16_MAX : floor(number);
    else if (k->type == FLAG)
        number = number != 0;
    else if (!(number >= k->low && number <= k->high) ||
             (k->type == WHOLE && number != floor(number)))
        return trl_genome_fail(genome, path, "is %g; a %snumber from %g to %g is expected", number,
                               k->type == WHOLE ? "whole " : "", k->low, k->high);
    if (k->type == PERCENT && number > 1) {
        number /= 100;
        trl_genome_note(&genome->percent, path);
    }
    area->value[field] = number;
    area->given[field] = true;
    return 0;
}

static int set_list(struct trl_genome *genome, struct trl_genome_area *area, const struct known *k,
                    json_t *value, const char *path)
{
    int error = 0;
    if (json_array_size(value) != 3)
        return trl_genome_fail(genome, path, "is no list of three numbers");
    for (int i = 0; i < 3 && !error; i++)
        error = set_number(genome, area, k, k->field + i, json_array_get(value, (size_t)i), path);
    return error;
}

static int set_value(struct trl_genome *genome, struct trl_genome_area *area, const struct known *k,
                     json_t *value, const char *path, bool flat)
{
    if (json_is_null(value))
        return 0;
    switch (k->type) {
    case TEXT_NAME:
        area->name = json_string_value(value);
        return area->name ? 0 : trl_genome_fail(genome, path, "is no text");
    case MAPPING:
        area->mapping = value;
        return json_is_object(value) ? 0 : trl_genome_fail(genome, path, "is no object");
    case IGNORED:
        return 0;
    case NOT_SIMULATED:
        if (!is_nothing(value))
            trl_genome_note(&genome->ignored, path);
        return 0;
    default:
        if (k->places == 3 && !flat)
            return set_list(genome, area, k, value, path);
        return set_number(genome, area, k, k->field, value, path);
    }
}

static struct trl_genome_area *find_area(const struct trl_genome *genome, const char *id,
                                         size_t size)
{
    for (int i = genome->area_count - 1; i >= 0; i--) {
        if (genome->areas[i].id_size == size && !memcmp(genome->areas[i].id, id, size))
            return &genome->areas[i];
    }
    return NULL;
}

const struct trl_genome_area *trl_genome_find_area(const struct trl_genome *genome, const char *id)
{
    return find_area(genome, id, strlen(id));
}

static int add_area(struct trl_genome *genome, const char *id, size_t size,
                    struct trl_genome_area **out)
{
    *out = find_area(genome, id, size);
    if (*out)
        return 0;
    if (genome->area_count == TRL_NETWORK_AREAS_MAX)
        return trl_genome_fail(genome, "blueprint", "has more than %d areas",
                               TRL_NETWORK_AREAS_MAX);
    if (!genome->areas)
        genome->areas = calloc(TRL_NETWORK_AREAS_MAX, sizeof(*genome->areas));
    if (!genome->areas)
        return trl_fail_memory(genome->params->log, "areas of a genome",
                               TRL_NETWORK_AREAS_MAX * sizeof(*genome->areas));
    *out = &genome->areas[genome->area_count++];
    **out = (struct trl_genome_area){.id = id, .id_size = size};
    for (int i = 0; i < KNOWN; i++) {
        if (known[i].type > FLAG)
            continue;
        for (int place = 0; place < known[i].places; place++)
            (*out)->value[known[i].field + place] = known[i].fallback;
    }
    return 0;
}

/* "_____10c-ID-cx-CODE-T" and "-nx-": the letter of the type says nothing, writers differ in it. */
static int read_flat(struct trl_genome *genome, const char *key, json_t *value)
{
    static const char prefix[] = "_____10c-";
    const char *id = key + strlen(prefix);
    const char *rest = strncmp(key, prefix, strlen(prefix)) != 0 ? NULL : strchr(id, '-');
    if (!rest || rest == id || rest[1] == 0 || rest[2] != 'x' || rest[3] != '-') {
        trl_genome_note(&genome->unknown, key);
        return 0;
    }
    struct trl_genome_area *area;
    const int error = add_area(genome, id, (size_t)(rest - id), &area);
    if (error)
        return error;
    const char *code = rest + 4;
    const char *dash = strrchr(code, '-');
    const size_t size = dash ? (size_t)(dash - code) : strlen(code);
    char path[200];
    snprintf(path, sizeof(path), "blueprint.%s", key);
    for (int i = 0; i < KNOWN; i++) {
        if (size && strlen(known[i].flat) == size && !memcmp(known[i].flat, code, size))
            return set_value(genome, area, &known[i], value, path, true);
    }
    trl_genome_note(&genome->unknown, key);
    return 0;
}

static int read_deep(struct trl_genome *genome, const char *id, json_t *fields)
{
    char path[200];
    struct trl_genome_area *area;
    snprintf(path, sizeof(path), "blueprint.%s", id);
    if (!*id || !json_is_object(fields))
        return trl_genome_fail(genome, path, *id ? "is no object" : "is an area without an id");
    int error = add_area(genome, id, strlen(id), &area);
    const char *key;
    json_t *value;
    json_object_foreach(fields, key, value)
    {
        int i = 0;
        while (i < KNOWN && (!*known[i].name || strcmp(known[i].name, key) != 0))
            i++;
        snprintf(path, sizeof(path), "blueprint.%s.%s", id, key);
        if (error)
            return error;
        if (i == KNOWN)
            trl_genome_note(&genome->unknown, key);
        else
            error = set_value(genome, area, &known[i], value, path, false);
    }
    return error;
}

/* Files say 2.1 and are flat: the keys tell. */
static bool is_flat(json_t *blueprint)
{
    const char *key;
    json_t *value;
    json_object_foreach(blueprint, key, value)
    {
        if (!strncmp(key, "_____", 5) && !json_is_object(value))
            return true;
    }
    return false;
}

int trl_genome_read_areas(struct trl_genome *genome, json_t *blueprint)
{
    const bool flat = is_flat(blueprint);
    const char *key;
    json_t *value;
    int error = 0;
    json_object_foreach(blueprint, key, value)
    {
        error = flat ? read_flat(genome, key, value) : read_deep(genome, key, value);
        if (error)
            return error;
    }
    if (!genome->area_count)
        return trl_genome_fail(genome, "blueprint", "has no areas");
    return 0;
}

/* As text, with six or eight letters, and as base64 of "___power". */
static bool is_power(const struct trl_genome_area *area)
{
    static const char *const ids[] = {"_power", "___pwr", "___pwr__", "___power", "X19fcG93ZXI="};
    for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++) {
        if (strlen(ids[i]) == area->id_size && !memcmp(ids[i], area->id, area->id_size))
            return true;
    }
    return false;
}

static struct trl_neuron_params neuron_of(const struct trl_genome_area *area)
{
    const double *v = area->value;
    const double limit = v[TRL_GENOME_LIMIT];
    const uint16_t fire_limit = (uint16_t)v[TRL_GENOME_FIRE_LIMIT];
    return (struct trl_neuron_params){
        .threshold = (float)v[TRL_GENOME_THRESHOLD],
        .threshold_max = limit == 0 || fabs(limit) >= FLT_MAX ? INFINITY : (float)limit,
        .leak = (float)v[TRL_GENOME_LEAK],
        .excitability = (float)v[TRL_GENOME_EXCITABILITY],
        .refractory = (uint16_t)v[TRL_GENOME_REFRACTORY],
        .fire_limit = fire_limit == UINT16_MAX ? 0 : fire_limit,
        .snooze = (uint16_t)v[TRL_GENOME_SNOOZE],
        .coincidence = v[TRL_GENOME_ACCUMULATES] == 0,
    };
}

/* The genome's name for it, with the id behind if it is taken. */
static void name_area(const struct trl_genome *genome, const struct trl_genome_area *area,
                      char *out, size_t size)
{
    const int id_size = (int)(area->id_size < 100 ? area->id_size : 100);
    if (!area->name || !*area->name) {
        snprintf(out, size, "%.*s", id_size, area->id);
        return;
    }
    snprintf(out, size, "%.100s", area->name);
    for (int i = 0; i < genome->network->area_count; i++) {
        if (!strcmp(genome->network->areas[i].name, out)) {
            snprintf(out, size, "%.100s (%.*s)", area->name, id_size, area->id);
            return;
        }
    }
}

int trl_genome_add_areas(struct trl_genome *genome)
{
    for (int i = 0; i < genome->area_count; i++) {
        struct trl_genome_area *area = &genome->areas[i];
        const double *v = area->value;
        const bool power = is_power(area);
        const bool uniform =
            v[TRL_GENOME_PSP_UNIFORM] != 0 || (power && !area->given[TRL_GENOME_PSP_UNIFORM]);
        char name[256];
        name_area(genome, area, name, sizeof(name));
        struct trl_area_params params = {
            .name = name,
            .neurons_per_voxel = (int32_t)v[TRL_GENOME_PER_VOXEL],
            .neuron = neuron_of(area),
            .drive = power ? 1 : 0,
            .psp_from_potential = v[TRL_GENOME_PSP_FROM_POTENTIAL] != 0,
            .psp_shared = !uniform,
        };
        for (int axis = 0; axis < 3; axis++) {
            params.size[axis] = (int32_t)v[TRL_GENOME_SIZE + axis];
            params.position[axis] = (int32_t)v[TRL_GENOME_POSITION + axis];
            params.threshold_step[axis] = (float)v[TRL_GENOME_STEP + axis];
        }
        area->index = genome->network->area_count;
        const int error = trl_network_add_area(genome->network, &params, NULL);
        if (error)
            return error == TRL_ERROR_USAGE ? TRL_ERROR_INPUT : error;
    }
    return 0;
}

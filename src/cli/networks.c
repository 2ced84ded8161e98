/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/networks.h"

#include <tensorreel/error.h>
#include <tensorreel/network.h>

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/exits.h"
#include "cli/help.h"
#include "cli/message.h"
#include "cli/summary.h"
#include "cli/values.h"

enum { KEY_SIZE_MAX = 32, DEFAULTS_SIZE = 256, AREAS_SHOWN = 16 };

/* A kind of network that is generated, with what makes a film of it that stays alive: waves, or
 * irregular firing between excitation and inhibition. */
struct kind {
    const char *name;
    enum trl_network_kind kind;
    const char *description;
    const char *defaults; /* KEY=VALUE,... */
};

static const struct kind kinds[] = {
    {"grid", TRL_NETWORK_GRID, "each neuron to some within a radius: waves, rings and spirals",
     "size=256x144,degree=40,radius=5,inhibitory=0,weight=1,psp=1,threshold=4,leak=0.3,"
     "excitability=0.46,refractory=7,drive=0.05"},
    {"random", TRL_NETWORK_RANDOM, "each neuron to any others: irregular firing",
     "size=100x100,degree=100,inhibitory=0.2,weight=1,inhibitory-weight=5,psp=1,threshold=16,"
     "leak=0.1,refractory=2,drive=2"},
    {"small-world", TRL_NETWORK_SMALL_WORLD,
     "each neuron to the nearest on a ring, and some anywhere (Watts and Strogatz 1998): pulses "
     "that start others",
     "size=2000x1,degree=20,rewire=0.1,inhibitory=0,weight=1,psp=1,threshold=2,leak=0.3,"
     "excitability=0.3,refractory=12,drive=0.1"},
    {"power-law", TRL_NETWORK_POWER_LAW,
     "few neurons with very many synapses, most with few: irregular firing",
     "size=100x100,degree=40,exponent=2.2,inhibitory=0.2,weight=1,inhibitory-weight=5,psp=1,"
     "threshold=10,leak=0.1,excitability=0.5,refractory=2,drive=1.2"},
};

enum { KIND_COUNT = sizeof(kinds) / sizeof(*kinds) };

enum number { SIZE, U8, U16, U32, F32, F64 };

struct key {
    const char *name;
    size_t target;
    enum number type;
    double low, high;
    const char *help;
};

#define AT(member) offsetof(struct trl_network_generate_params, member)
static const struct key keys[] = {
    {"size", AT(size), SIZE, 0, 0, "voxels X, XxY or XxYxZ, a neuron each"},
    {"degree", AT(degree), U32, 1, 1 << 20, "mean number of synapses of a neuron"},
    {"rewire", AT(rewire), F64, 0, 1, "small-world: probability that a synapse goes anywhere"},
    {"radius", AT(radius), U32, 1, 1 << 20, "grid: in voxels along each axis"},
    {"exponent", AT(exponent), F64, 1.01, 10, "power-law: of the share of neurons with n synapses"},
    {"inhibitory", AT(inhibitory_share), F64, 0, 1, "share of neurons whose synapses subtract"},
    {"weight", AT(weight), U8, 1, UINT8_MAX, "of a synapse; a spike adds weight * psp"},
    {"inhibitory-weight", AT(inhibitory_weight), U8, 1, UINT8_MAX,
     "of those that subtract; default: weight"},
    {"psp", AT(psp), U8, 1, UINT8_MAX, "the other factor of what a spike adds"},
    {"threshold", AT(neuron.threshold), F32, -1e9, 1e9, "fires where the potential reaches it"},
    {"threshold-max", AT(neuron.threshold_max), F32, -1e9, 1e9, "... and does not exceed this"},
    {"leak", AT(neuron.leak), F32, 0, 1, "share of the potential lost in a burst without a spike"},
    {"rest", AT(neuron.rest), F32, -1e9, 1e9, "what the potential leaks to and is reset to"},
    {"excitability", AT(neuron.excitability), F32, 0, 1,
     "probability of a spike where the potential suffices"},
    {"refractory", AT(neuron.refractory), U16, 0, UINT16_MAX, "bursts of silence after a spike"},
    {"fire-limit", AT(neuron.fire_limit), U16, 0, UINT16_MAX,
     "spikes in a row before a pause; 0: no limit"},
    {"snooze", AT(neuron.snooze), U16, 0, UINT16_MAX, "bursts added to refractory by that pause"},
    {"drive", AT(drive), F32, -1e9, 1e9, "input of every neuron in every burst"},
};
#undef AT

/* X, XxY or XxYxZ. */
static bool read_size(const char *text, int32_t size[3])
{
    char word[KEY_SIZE_MAX];
    size[0] = size[1] = size[2] = 1;
    for (int n = 0; n < 3; n++) {
        const size_t length = strcspn(text, "x");
        int64_t value;
        if (length >= sizeof(word))
            return false;
        memcpy(word, text, length);
        word[length] = '\0';
        if (!trl_cli_read_int64(word, 1, INT32_MAX, &value))
            return false;
        size[n] = (int32_t)value;
        text += length;
        if (!*text)
            return true;
        text++;
    }
    return false;
}

static bool store(const struct key *key, void *params, const char *text)
{
    char *target = (char *)params + key->target;
    double value;
    if (key->type == SIZE)
        return read_size(text, (int32_t *)target);
    if (!trl_cli_read_double(text, &value) || value < key->low || value > key->high ||
        (key->type < F32 && value != rint(value)))
        return false;
    if (key->type == U8)
        *(uint8_t *)target = (uint8_t)value;
    else if (key->type == U16)
        *(uint16_t *)target = (uint16_t)value;
    else if (key->type == U32)
        *(uint32_t *)target = (uint32_t)value;
    else if (key->type == F32)
        *(float *)target = (float)value;
    else
        *(double *)target = value;
    return true;
}

static const struct key *find_key(const char *name)
{
    struct trl_cli_nearest nearest = {.word = name};
    for (size_t n = 0; n < sizeof(keys) / sizeof(*keys); n++) {
        if (!strcmp(keys[n].name, name))
            return &keys[n];
        trl_cli_nearest_offer(&nearest, keys[n].name);
    }
    trl_cli_usage_error("--network: \"%s\" is not known of a network; did you mean %s?", name,
                        nearest.best ? nearest.best : keys[0].name);
    return NULL;
}

/* KEY=VALUE,... ; the text is written into. */
static int read_keys(struct trl_network_generate_params *params, char *text)
{
    char *rest = NULL;
    for (char *word = strtok_r(text, ",", &rest); word; word = strtok_r(NULL, ",", &rest)) {
        char *value = strchr(word, '=');
        if (!value)
            return trl_cli_usage_error("--network: \"%s\" is not KEY=VALUE", word);
        *value++ = '\0';
        const struct key *key = find_key(word);
        if (!key)
            return TRL_CLI_EXIT_USAGE;
        if (store(key, params, value))
            continue;
        if (key->type == SIZE)
            return trl_cli_usage_error("--network: size \"%s\" is not X, XxY or XxYxZ", value);
        return trl_cli_usage_error("--network: %s \"%s\" is not a %snumber from %g to %g", word,
                                   value, key->type < F32 ? "whole " : "", key->low, key->high);
    }
    return 0;
}

static int generate(struct trl_network **out, struct trl_log *log,
                    const struct trl_cli_settings *settings, const struct kind *kind,
                    const char *rest)
{
    struct trl_network_generate_params params = {.log = log,
                                                 .kind = kind->kind,
                                                 .neuron = trl_neuron_defaults(),
                                                 .seed = settings->sim.seed};
    const char *const texts[] = {kind->defaults, rest};
    int code = 0;
    for (int n = 0; !code && n < 2; n++) {
        char *text = strdup(texts[n]);
        code = text ? read_keys(&params, text) : trl_cli_exit_code(TRL_ERROR_MEMORY);
        free(text);
    }
    return code ? code : trl_cli_exit_code(trl_network_generate(out, &params));
}

int trl_cli_network_open(struct trl_network **out, struct trl_log *log,
                         const struct trl_cli_settings *settings)
{
    const char *text = settings->network;
    const size_t length = strcspn(text, ":");
    *out = NULL;
    for (int n = 0; n < KIND_COUNT; n++)
        if (length == strlen(kinds[n].name) && !strncmp(text, kinds[n].name, length))
            return generate(out, log, settings, &kinds[n], text[length] ? text + length + 1 : "");
    /* A word with a colon was meant as a kind. */
    if (text[length] && access(text, F_OK) != 0)
        return trl_cli_usage_error("--network: \"%.*s\" is no file and no kind of network; kinds "
                                   "are grid, random, small-world and power-law",
                                   (int)length, text);
    const struct trl_network_load_params params = {.log = log, .seed = settings->sim.seed};
    return trl_cli_exit_code(trl_network_load(out, text, &params));
}

int trl_cli_list_networks(bool json)
{
    json_t *array = json_array();
    for (int n = 0; n < KIND_COUNT; n++) {
        json_array_append_new(array,
                              json_pack("{s:s,s:s,s:s}", "name", kinds[n].name, "description",
                                        kinds[n].description, "defaults", kinds[n].defaults));
        if (json)
            continue;
        char words[DEFAULTS_SIZE];
        snprintf(words, sizeof(words), "%s", kinds[n].defaults);
        for (char *comma = strchr(words, ','); comma; comma = strchr(comma, ','))
            *comma = ' ';
        printf("%-12s %s\n", kinds[n].name, kinds[n].description);
        trl_cli_print_wrapped(stdout, words, 4);
    }
    if (json)
        return trl_cli_json_print(array);
    json_decref(array);
    puts(
        "\nKeys stand behind the kind, as in grid:size=200x200,degree=20. The defaults are above,\n"
        "or nothing.\n");
    for (size_t n = 0; n < sizeof(keys) / sizeof(*keys); n++)
        printf("  %-18s %s\n", keys[n].name, keys[n].help);
    return TRL_CLI_EXIT_DONE;
}

/* ---- what a plan says ---- */

/* What the synapses and the state of the neurons take where they run. */
static uint64_t count_bytes(const struct trl_network *network)
{
    const uint64_t neuron_bytes = 56, synapse_bytes = 8;
    return trl_network_neuron_count(network) * neuron_bytes +
           trl_network_synapse_count(network) * synapse_bytes;
}

void trl_cli_network_print(const struct trl_network *network, const char *backend)
{
    const int count = trl_network_area_count(network);
    printf("network  %u neurons, %llu synapses, %d area%s, about %.3g MB, backend %s\n",
           trl_network_neuron_count(network),
           (unsigned long long)trl_network_synapse_count(network), count, count == 1 ? "" : "s",
           (double)count_bytes(network) / 1e6, backend);
    for (int n = 0; n < count && n < AREAS_SHOWN; n++) {
        const struct trl_area area = trl_network_area(network, n);
        printf("area     %s: %dx%dx%d at %d,%d,%d", area.name, area.size[0], area.size[1],
               area.size[2], area.position[0], area.position[1], area.position[2]);
        if (area.neurons_per_voxel > 1)
            printf(", %d neurons a voxel", area.neurons_per_voxel);
        putchar('\n');
    }
    if (count > AREAS_SHOWN)
        printf("area     ... and %d more\n", count - AREAS_SHOWN);
}

json_t *trl_cli_network_json(const struct trl_network *network, const char *backend)
{
    json_t *areas = json_array();
    for (int n = 0; n < trl_network_area_count(network); n++) {
        const struct trl_area area = trl_network_area(network, n);
        json_array_append_new(areas, json_pack("{s:o,s:[i,i,i],s:[i,i,i],s:i}", "name",
                                               trl_cli_json_text(area.name), "size", area.size[0],
                                               area.size[1], area.size[2], "position",
                                               area.position[0], area.position[1], area.position[2],
                                               "neurons_per_voxel", area.neurons_per_voxel));
    }
    return json_pack("{s:I,s:I,s:I,s:s,s:o}", "neurons",
                     (json_int_t)trl_network_neuron_count(network), "synapses",
                     (json_int_t)trl_network_synapse_count(network), "bytes",
                     (json_int_t)count_bytes(network), "backend", backend, "areas", areas);
}

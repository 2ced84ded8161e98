/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/networks.h"

#include <tensorreel/error.h>
#include <tensorreel/network.h>

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/exits.h"
#include "cli/message.h"
#include "cli/values.h"

enum { KEY_SIZE_MAX = 32 };

static const struct trl_cli_choice kinds[] = {{"random", TRL_NETWORK_RANDOM},
                                              {"small-world", TRL_NETWORK_SMALL_WORLD},
                                              {"power-law", TRL_NETWORK_POWER_LAW},
                                              {"grid", TRL_NETWORK_GRID},
                                              {0}};

enum number { SIZE, U8, U16, U32, F32, F64 };

struct key {
    const char *name;
    size_t target;
    enum number type;
    double low, high;
};

#define AT(member) offsetof(struct trl_network_generate_params, member)
static const struct key keys[] = {
    {"size", AT(size), SIZE, 0, 0},
    {"degree", AT(degree), U32, 1, 1 << 20},
    {"rewire", AT(rewire), F64, 0, 1},
    {"radius", AT(radius), U32, 1, 1 << 20},
    {"exponent", AT(exponent), F64, 1.01, 10},
    {"inhibitory", AT(inhibitory_share), F64, 0, 1},
    {"weight", AT(weight), U8, 1, UINT8_MAX},
    {"inhibitory-weight", AT(inhibitory_weight), U8, 1, UINT8_MAX},
    {"psp", AT(psp), U8, 1, UINT8_MAX},
    {"threshold", AT(neuron.threshold), F32, -1e9, 1e9},
    {"threshold-max", AT(neuron.threshold_max), F32, -1e9, 1e9},
    {"leak", AT(neuron.leak), F32, 0, 1},
    {"rest", AT(neuron.rest), F32, -1e9, 1e9},
    {"excitability", AT(neuron.excitability), F32, 0, 1},
    {"refractory", AT(neuron.refractory), U16, 0, UINT16_MAX},
    {"fire-limit", AT(neuron.fire_limit), U16, 0, UINT16_MAX},
    {"snooze", AT(neuron.snooze), U16, 0, UINT16_MAX},
    {"drive", AT(drive), F32, -1e9, 1e9},
};
#undef AT

/* X, XxY or XxYxZ. */
static bool read_size(const char *text, int32_t size[3])
{
    char word[KEY_SIZE_MAX];
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
                    const struct trl_cli_settings *settings, enum trl_network_kind kind,
                    const char *rest)
{
    struct trl_network_generate_params params = {.log = log,
                                                 .kind = kind,
                                                 .size = {100, 100},
                                                 .neuron = trl_neuron_defaults(),
                                                 .seed = settings->sim.seed};
    char *text = strdup(rest);
    if (!text)
        return trl_cli_exit_code(TRL_ERROR_MEMORY);
    int code = read_keys(&params, text);
    free(text);
    return code ? code : trl_cli_exit_code(trl_network_generate(out, &params));
}

int trl_cli_network_open(struct trl_network **out, struct trl_log *log,
                         const struct trl_cli_settings *settings)
{
    const char *text = settings->network;
    *out = NULL;
    for (const struct trl_cli_choice *kind = kinds; kind->word; kind++) {
        const size_t length = strlen(kind->word);
        if (!strncmp(text, kind->word, length) && (text[length] == ':' || !text[length]))
            return generate(out, log, settings, (enum trl_network_kind)kind->value,
                            text[length] ? text + length + 1 : "");
    }
    const struct trl_network_load_params params = {.log = log, .seed = settings->sim.seed};
    return trl_cli_exit_code(trl_network_load(out, text, &params));
}

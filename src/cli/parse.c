/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/parse.h"

#include "cli/describe.h"
#include "cli/exits.h"
#include "cli/given.h"
#include "cli/message.h"
#include "cli/values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What an argument names, length counting its dashes and what comes before "=". */
static const struct trl_cli_option *find(const char *argument, size_t length, unsigned commands)
{
    for (const struct trl_cli_option *option = trl_cli_options; option->name; option++) {
        if (!(option->commands & commands))
            continue;
        if (length == strlen(option->name) + 2 && !strncmp(argument, "--", 2) &&
            !strncmp(argument + 2, option->name, length - 2))
            return option;
        if (option->short_name && length == strlen(option->short_name) + 1 &&
            !strncmp(argument + 1, option->short_name, length - 1))
            return option;
    }
    return NULL;
}

static bool is_option(const char *argument)
{
    return argument[0] == '-' && argument[1];
}

static size_t name_length(const char *argument)
{
    return strcspn(argument, "=");
}

static int unknown_option(const struct trl_cli_settings *settings, const char *argument)
{
    const char *command = settings->command->name;
    const int length = (int)name_length(argument);
    for (const struct trl_cli_command *other = trl_cli_commands; other->name; other++)
        if (find(argument, (size_t)length, other->bit))
            return trl_cli_usage_error("%.*s is an option of %s, not of %s", length, argument,
                                       other->name, command);
    char *word = strndup(argument, (size_t)length);
    if (!word)
        return TRL_CLI_EXIT_DEVICE;
    struct trl_cli_nearest nearest = {.word = word};
    for (const struct trl_cli_option *option = trl_cli_options; option->name; option++) {
        if (!(option->commands & settings->command->bit) || option->hidden)
            continue;
        trl_cli_nearest_offer(&nearest, option->name);
        if (option->short_name)
            trl_cli_nearest_offer(&nearest, option->short_name);
    }
    int code;
    if (nearest.best) {
        const struct trl_cli_option *option = trl_cli_options;
        while (option->name != nearest.best && option->short_name != nearest.best)
            option++;
        code = trl_cli_usage_error("unknown option %s; did you mean %s%s?", word,
                                   option->name == nearest.best ? "--" : "-", nearest.best);
    } else {
        code = trl_cli_usage_error("unknown option %s; tensorreel %s --help lists them", word,
                                   command);
    }
    free(word);
    return code;
}

/* The word that a value may have been meant as; "" if none is near. */
static void guess(char *text, size_t size, const struct trl_cli_option *option, const char *value)
{
    *text = 0;
    char word[64];
    snprintf(word, sizeof(word), "%.*s", (int)strcspn(value, ":="), value);
    struct trl_cli_nearest nearest = {.word = word};
    for (const struct trl_cli_choice *choice = option->choices; choice && choice->word; choice++)
        trl_cli_nearest_offer(&nearest, choice->word);
    if (option->completion == TRL_CLI_COMPLETE_CMAPS)
        for (const char *const *cmap = trl_cmap_names(); *cmap; cmap++)
            trl_cli_nearest_offer(&nearest, *cmap);
    if (nearest.best && nearest.distance && 2 * (size_t)nearest.distance <= strlen(nearest.best))
        snprintf(text, size, "; did you mean %s?", nearest.best);
}

static int bad_value(const struct trl_cli_option *option, const char *name, const char *value)
{
    char meant[96];
    guess(meant, sizeof(meant), option, value);
    if (option->choices && !option->type->expects) {
        char words[256] = "";
        for (const struct trl_cli_choice *choice = option->choices; choice->word; choice++) {
            const size_t used = strlen(words);
            snprintf(words + used, sizeof(words) - used, "%s%s", used ? ", " : "", choice->word);
        }
        return trl_cli_usage_error("%s \"%s\" is not one of: %s%s", name, value, words, meant);
    }
    if (option->high)
        return trl_cli_usage_error("%s \"%s\" is not %s from %lld to %lld", name, value,
                                   option->type->expects, (long long)option->low,
                                   (long long)option->high);
    return trl_cli_usage_error("%s \"%s\" is not %s%s", name, value, option->type->expects, meant);
}

/* True if a word that an option does not take was meant for it: numbers, or what begins as one of
 * its choices, and no file. */
static bool is_meant(const struct trl_cli_option *option, const char *word)
{
    bool meant = strpbrk(word, "0123456789") && word[strspn(word, "0123456789.,:-")] == 0;
    for (const struct trl_cli_choice *choice = option->choices; choice && choice->word; choice++)
        meant = meant || !strncmp(word, choice->word, strlen(choice->word));
    return meant && access(word, F_OK) != 0;
}

/* ---- what is given ---- */

/* The value of an option is the next word; NULL with *code 0: it is left out. */
static const char *next_value(const struct trl_cli_settings *settings,
                              const struct trl_cli_option *option, const char *name,
                              const char *next, int *code)
{
    if (option->optional) {
        struct trl_cli_settings scratch = {0};
        const bool taken = next && !is_option(next) && option->type->read(&scratch, option, next);
        if (!taken && next && is_meant(option, next))
            *code = bad_value(option, name, next);
        return taken ? next : NULL;
    }
    /* "-o -y" is a forgotten file name; "--vmin -5" is a number. */
    if (!next)
        *code = trl_cli_usage_error("%s needs a value: %s %s", name, name, option->placeholder);
    else if (is_option(next) &&
             (!strcmp(next, "--") || find(next, name_length(next), settings->command->bit)))
        *code = trl_cli_usage_error("%s needs a value, but %s follows; %s=%s would take it", name,
                                    next, name, next);
    return *code ? NULL : next;
}

/* Takes the option at argv[*at] and moves *at to its last word. */
static int gather_option(struct trl_cli_settings *settings, int argc, char **argv, int *at)
{
    const char *argument = argv[*at];
    const size_t length = name_length(argument);
    const struct trl_cli_option *option = find(argument, length, settings->command->bit);
    if (!option)
        return unknown_option(settings, argument);
    const char *value = argument[length] ? argument + length + 1 : NULL;
    char name[64];
    int code = 0;
    snprintf(name, sizeof(name), "%.*s", (int)length, argument);
    if (!option->placeholder && value)
        return trl_cli_usage_error("%s takes no value, but \"%s\" was given", name, value);
    if (option->placeholder && !value) {
        value = next_value(settings, option, name, *at + 1 < argc ? argv[*at + 1] : NULL, &code);
        *at += value != NULL;
    }
    if (code)
        return code;
    return trl_cli_given_add(
        &settings->given,
        &(struct trl_cli_given){.option = option, .name = name, .value = (char *)value});
}

static int gather(struct trl_cli_settings *settings, int argc, char **argv)
{
    bool options_end = false;
    int code = 0;
    for (int at = 2; !code && at < argc; at++) {
        if (!options_end && !strcmp(argv[at], "--"))
            options_end = true;
        else if (!options_end && is_option(argv[at]))
            code = gather_option(settings, argc, argv, &at);
        else
            code = trl_cli_given_add(&settings->given,
                                     &(struct trl_cli_given){.name = argv[at], .value = argv[at]});
    }
    return code;
}

/* Puts what film descriptions say before what the command line says. */
static int read_films(struct trl_cli_settings *settings)
{
    struct trl_cli_givens line = settings->given;
    int code = 0;
    settings->given = (struct trl_cli_givens){0};
    for (int n = 0; !code && n < line.count; n++) {
        char error[TRL_CLI_LINE_MAX];
        const struct trl_cli_given *item = &line.items[n];
        if (!item->option || item->option->type != &trl_cli_type_film)
            continue;
        code = trl_cli_description_open(&settings->given, settings->command, item->value, error);
        if (code)
            trl_cli_message(TRL_LOG_ERROR, error);
    }
    for (int n = 0; !code && n < line.count; n++)
        code = trl_cli_given_add(&settings->given, &line.items[n]);
    trl_cli_given_clear(&line);
    return code;
}

/* ---- what it says ---- */

static int take_operand(struct trl_cli_settings *settings, const char *word)
{
    const struct trl_cli_command *command = settings->command;
    if (settings->operands.count == command->operand_max)
        return trl_cli_usage_error("\"%s\" is one word too many for %s", word, command->name);
    struct trl_cli_nearest nearest = {.word = word};
    const struct trl_cli_choice *choice = command->choices;
    for (; choice && choice->word && strcmp(choice->word, word) != 0; choice++)
        trl_cli_nearest_offer(&nearest, choice->word);
    if (choice && !choice->word)
        return trl_cli_usage_error("%s knows no \"%s\"; did you mean %s?", command->name, word,
                                   nearest.best ? nearest.best : command->choices->word);
    settings->operands.items[settings->operands.count++] = word;
    return 0;
}

/* What is overridden must be right all the same. */
static bool is_right(const struct trl_cli_given *item)
{
    struct trl_sim_setting setting = {0};
    struct trl_cli_settings scratch = {.frame_times = {.items = (const char *[1]){NULL}},
                                       .axes = {.items = (const char *[1]){NULL}},
                                       .outputs = {.items = (const char *[1]){NULL}},
                                       .sim_settings = &setting};
    const bool right = item->option->type->read(&scratch, item->option, item->value);
    free((char *)setting.name);
    return right;
}

static int apply(struct trl_cli_settings *settings, const struct trl_cli_given *item)
{
    const struct trl_cli_option *option = item->option;
    if (!option)
        return item->overridden ? 0 : take_operand(settings, item->value);
    const bool right =
        item->overridden ? is_right(item) : option->type->read(settings, option, item->value);
    return right ? 0 : bad_value(option, item->name, item->value);
}

/* A look comes before everything else, so that all other options change it. */
static int apply_all(struct trl_cli_settings *settings)
{
    int code = 0;
    for (int pass = 0; pass < 2; pass++)
        for (int n = 0; !code && n < settings->given.count; n++) {
            const struct trl_cli_given *item = &settings->given.items[n];
            const bool look = item->option && item->option->type == &trl_cli_type_look;
            if (look == (pass == 0))
                code = apply(settings, item);
        }
    return code;
}

static int make_room(struct trl_cli_settings *settings)
{
    const size_t capacity = (size_t)settings->given.count + 1;
    settings->operands.items = calloc(capacity, sizeof(settings->operands.items[0]));
    settings->outputs.items = calloc(capacity, sizeof(settings->outputs.items[0]));
    settings->panels.items = calloc(capacity, sizeof(settings->panels.items[0]));
    settings->frame_times.items = calloc(capacity, sizeof(settings->frame_times.items[0]));
    settings->axes.items = calloc(capacity, sizeof(settings->axes.items[0]));
    settings->sim_settings = calloc(capacity, sizeof(settings->sim_settings[0]));
    if (settings->operands.items && settings->outputs.items && settings->panels.items &&
        settings->frame_times.items && settings->axes.items && settings->sim_settings)
        return 0;
    trl_cli_message(TRL_LOG_ERROR, "out of memory");
    return TRL_CLI_EXIT_DEVICE;
}

static int check_complete(const struct trl_cli_settings *settings)
{
    const struct trl_cli_command *command = settings->command;
    if (settings->help || settings->version || settings->operands.count >= command->operand_min)
        return 0;
    return trl_cli_usage_error("%s needs %.*s; tensorreel %s --help explains", command->name,
                               (int)strcspn(command->operands, " ."), command->operands,
                               command->name);
}

/* What stands in place of a subcommand. */
static int find_command(struct trl_cli_settings *settings, const char *word)
{
    settings->command = trl_cli_command_find(word);
    if (settings->command)
        return 0;
    if (!strcmp(word, "--help") || !strcmp(word, "-h"))
        settings->command = trl_cli_command_find("help");
    else if (!strcmp(word, "--version"))
        settings->command = trl_cli_command_find("version");
    if (settings->command)
        return 0;
    char words[128] = "";
    struct trl_cli_nearest nearest = {.word = word};
    for (const struct trl_cli_command *command = trl_cli_commands; command->name; command++) {
        const size_t used = strlen(words);
        snprintf(words + used, sizeof(words) - used, "%s%s", used ? ", " : "", command->name);
        trl_cli_nearest_offer(&nearest, command->name);
    }
    if (!nearest.best)
        return trl_cli_usage_error("unknown command \"%s\"; there are: %s", word, words);
    return trl_cli_usage_error("unknown command \"%s\"; did you mean %s? There are: %s", word,
                               nearest.best, words);
}

int trl_cli_parse(struct trl_cli_settings *settings, int argc, char **argv)
{
    if (argc < 2)
        return trl_cli_usage_error("a command is missing; tensorreel --help lists them");
    int code = find_command(settings, argv[1]);
    if (!code)
        code = gather(settings, argc, argv);
    if (!code)
        code = read_films(settings);
    if (!code)
        code = make_room(settings);
    if (code)
        return code;
    trl_cli_given_override(&settings->given, settings->command);
    code = apply_all(settings);
    settings->sim.settings = settings->sim_settings;
    return code ? code : check_complete(settings);
}

void trl_cli_settings_clear(struct trl_cli_settings *settings)
{
    for (int i = 0; settings->sim_settings && i < settings->sim.setting_count; i++)
        free((char *)settings->sim_settings[i].name);
    free(settings->sim_settings);
    free(settings->operands.items);
    free(settings->outputs.items);
    free(settings->panels.items);
    free(settings->frame_times.items);
    free(settings->axes.items);
    trl_cli_given_clear(&settings->given);
    *settings = (struct trl_cli_settings){0};
}

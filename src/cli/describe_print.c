/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/describe.h"

#include "cli/exits.h"
#include "cli/given.h"
#include "cli/message.h"
#include "cli/panel_words.h"
#include "cli/panels.h"
#include "cli/values.h"

#include <stdio.h>
#include <string.h>

#include <tensorreel/error.h>

static const char *key_of(const struct trl_cli_given *item, const struct trl_cli_command *command)
{
    if (!item->option)
        return command->bit == TRL_CLI_SIM ? "model" : "inputs";
    return item->option->type == &trl_cli_type_panel ? "panels" : item->option->name;
}

static bool is_list(const struct trl_cli_given *item, const struct trl_cli_command *command)
{
    return item->option ? item->option->type == &trl_cli_type_panel : command->operand_max != 1;
}

/* NULL: it is not UTF-8, or memory ran out. */
static json_t *value_json(const struct trl_cli_given *item)
{
    if (!item->value)
        return json_true();
    if (!item->option)
        return json_string(item->value);
    return item->option->type == &trl_cli_type_panel ? trl_cli_panel_json(item->value)
                                                     : trl_cli_word_json(item->value);
}

/* One value is itself, several are an array. */
static int add(json_t *film, const char *key, json_t *value, bool list)
{
    json_t *former = json_object_get(film, key);
    if (json_is_array(former))
        return json_array_append_new(former, value);
    if (!former && !list)
        return json_object_set_new(film, key, value);
    json_t *all = json_array();
    int ret = former ? json_array_append(all, former) : 0;
    ret |= json_array_append_new(all, value);
    return ret | json_object_set_new(film, key, all);
}

static bool is_left_out(const struct trl_cli_given *item)
{
    return item->overridden || (item->option && (item->option->type == &trl_cli_type_film ||
                                                 !strcmp(item->option->name, "print-film")));
}

static void print_line(void *user, enum trl_log_level level, const char *line)
{
    (void)user;
    trl_cli_message(level, line);
}

/* Only what reads back is printed. */
static int check_panels(const struct trl_cli_settings *settings)
{
    struct trl_cli_panels panels;
    struct trl_log *log = NULL;
    if (trl_log_create(&log,
                       &(struct trl_log_params){.callback = print_line, .level = TRL_LOG_ERROR}))
        return trl_cli_exit_code(TRL_ERROR_MEMORY);
    const int code = trl_cli_panels_read(&panels, settings, log);
    trl_cli_panels_free(&panels);
    trl_log_destroy(&log);
    return code;
}

int trl_cli_description_json(json_t **out, const struct trl_cli_givens *givens,
                             const struct trl_cli_command *command)
{
    json_t *film = json_object();
    int code = film ? 0 : trl_cli_exit_code(TRL_ERROR_MEMORY);
    for (int n = 0; !code && n < givens->count; n++) {
        const struct trl_cli_given *item = &givens->items[n];
        json_t *value = is_left_out(item) ? NULL : value_json(item);
        if (is_left_out(item))
            continue;
        if (!value)
            code = trl_cli_usage_error("%s: \"%s\" is not UTF-8, which a film description is",
                                       item->name, item->value);
        else if (add(film, key_of(item, command), value, is_list(item, command)))
            code = trl_cli_exit_code(TRL_ERROR_MEMORY);
    }
    *out = film;
    return code;
}

int trl_cli_description_print(const struct trl_cli_settings *settings)
{
    json_t *film = NULL;
    int code = check_panels(settings);
    if (!code)
        code = trl_cli_description_json(&film, &settings->given, settings->command);
    if (!code) {
        /* Numbers with more digits are strings. */
        (void)json_dumpf(film, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
        fputc('\n', stdout);
    }
    json_decref(film);
    return code;
}

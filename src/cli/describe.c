/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/describe.h"

#include "cli/exits.h"
#include "cli/given.h"
#include "cli/message.h"
#include "cli/panel_words.h"
#include "cli/values.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SIZE_MAX_BYTES = 4 << 20, KEY_MAX = 100, ENTRIES_MAX = 10000 };

struct reader {
    struct trl_cli_givens *givens;
    const struct trl_cli_command *command;
    const char *path;
    char *folder; /* of the file, with a slash; or "" */
    char *error;
};

TRL_PRINTF(2, 3)
static int wrong(const struct reader *r, const char *format, ...)
{
    char what[TRL_CLI_LINE_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    snprintf(r->error, TRL_CLI_LINE_MAX, "%.300s: %.700s", r->path, what);
    /* Keys and values may hold anything; the line stays one. */
    for (char *at = r->error; *at; at++)
        if (iscntrl((unsigned char)*at))
            *at = ' ';
    return TRL_CLI_EXIT_USAGE;
}

static int out_of_memory(const struct reader *r)
{
    wrong(r, "out of memory");
    return TRL_CLI_EXIT_DEVICE;
}

static const char *kind_of(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "an array";
    case JSON_STRING:
        return "a string";
    case JSON_INTEGER:
    case JSON_REAL:
        return "a number";
    case JSON_NULL:
        return "null";
    default:
        return json_is_true(value) ? "true" : "false";
    }
}

/* Adds an item; value may be NULL. */
static int add(const struct reader *r, const struct trl_cli_option *option, const char *key,
               const char *value)
{
    char name[TRL_CLI_LINE_MAX];
    if (r->givens->count >= ENTRIES_MAX)
        return wrong(r, "more than %d entries", ENTRIES_MAX);
    snprintf(name, sizeof(name), "%.300s: %s", r->path, key);
    struct trl_cli_given item = {
        .option = option, .name = name, .value = (char *)value, .film = true};
    return trl_cli_given_add(r->givens, &item);
}

/* Adds a path as it is seen from here, and gives it back. */
static int add_path(const struct reader *r, const struct trl_cli_option *option, const char *key,
                    char *path)
{
    const int code = path ? add(r, option, key, path) : out_of_memory(r);
    free(path);
    return code;
}

/* ---- options ---- */

static bool belongs_elsewhere(const char *key)
{
    return !strcmp(key, "film") || !strcmp(key, "print-film") || !strcmp(key, "help") ||
           !strcmp(key, "version");
}

static const struct trl_cli_option *find(const char *key, unsigned commands)
{
    const struct trl_cli_option *option = trl_cli_options;
    while (option->name && !((option->commands & commands) && !strcmp(option->name, key)))
        option++;
    return option->name ? option : NULL;
}

static void offer_options(struct trl_cli_nearest *nearest, unsigned commands)
{
    const bool sim = commands & TRL_CLI_SIM;
    for (const struct trl_cli_option *option = trl_cli_options; option->name; option++)
        if ((option->commands & commands) && !option->hidden && !belongs_elsewhere(option->name))
            trl_cli_nearest_offer(nearest, option->name);
    trl_cli_nearest_offer(nearest, sim ? "model" : "inputs");
    trl_cli_nearest_offer(nearest, "panels");
}

static int unknown(const struct reader *r, const char *key)
{
    const char *command = r->command->name;
    struct trl_cli_nearest nearest = {.word = key};
    for (const struct trl_cli_option *option = trl_cli_options; option->name; option++) {
        if (!(option->commands & r->command->bit) && !strcmp(option->name, key))
            for (const struct trl_cli_command *other = trl_cli_commands; other->name; other++)
                if (option->commands & other->bit)
                    return wrong(r, "\"%s\" is an option of %s, not of %s", key, other->name,
                                 command);
        if (option->short_name && (option->commands & r->command->bit) &&
            !strcmp(option->short_name, key))
            return wrong(r, "\"%s\": unknown option; its name here is \"%s\"", key, option->name);
    }
    if (!strcmp(key, "model") || !strcmp(key, "inputs"))
        return wrong(r, "\"%s\" is not for %s; it has \"%s\"", key, command,
                     *key == 'm' ? "inputs" : "model");
    offer_options(&nearest, r->command->bit);
    if (nearest.best)
        return wrong(r, "\"%.*s\": unknown option; did you mean \"%s\"?", KEY_MAX, key,
                     nearest.best);
    return wrong(r, "\"%.*s\": unknown option; tensorreel %s --help lists them", KEY_MAX, key,
                 command);
}

/* The word for a string or a number; NULL: it is neither. */
static const char *word_of(const json_t *value, char number[static TRL_CLI_NUMBER_MAX])
{
    if (json_is_string(value))
        return json_string_value(value);
    if (!json_is_number(value))
        return NULL;
    trl_cli_number_word(number, value);
    return number;
}

static bool is_path(const struct trl_cli_option *option, const char *word)
{
    if (option->completion != TRL_CLI_COMPLETE_FILES || !strcmp(word, "null:"))
        return false;
    return strcmp(option->name, "camera") != 0 || trl_cli_camera_is_path(word);
}

static int read_panel(const struct reader *r, const char *key, const json_t *panel);

static int read_value(const struct reader *r, const struct trl_cli_option *option, const char *key,
                      const json_t *value)
{
    char number[TRL_CLI_NUMBER_MAX];
    const char *word = word_of(value, number);
    if (json_is_false(value))
        return 0;
    if (option->type == &trl_cli_type_panel)
        return read_panel(r, key, value);
    if (!option->placeholder && !json_is_true(value))
        return wrong(r, "\"%s\" is true or false, not %s", key, kind_of(value));
    if (json_is_true(value) && option->placeholder && !option->optional)
        return wrong(r, "\"%s\" needs a value: %s", key, option->placeholder);
    if (!word && !json_is_true(value))
        return wrong(r, "\"%s\" is a string, a number, true or false, not %s", key, kind_of(value));
    if (word && is_path(option, word))
        return add_path(r, option, key, trl_cli_path_from(r->folder, word));
    return add(r, option, key, word);
}

static int read_option(const struct reader *r, const char *key, const json_t *value)
{
    const struct trl_cli_option *option = find(key, r->command->bit);
    json_t *item;
    size_t n;
    int code = 0;
    if (!option)
        return unknown(r, key);
    if (belongs_elsewhere(key))
        return wrong(r, "\"%s\" belongs on the command line", key);
    if (!json_is_array(value))
        return read_value(r, option, key, value);
    if (option->repeat == TRL_CLI_ONCE)
        return wrong(r, "\"%s\" takes one value, not an array", key);
    json_array_foreach(value, n, item)
    {
        if (!code)
            code = read_value(r, option, key, item);
    }
    return code;
}

/* ---- panels ---- */

/* A value of an option of views as the string that panel texts take; true stays. */
static int panel_value(const struct reader *r, const char *key, const json_t *value, json_t **out)
{
    char number[TRL_CLI_NUMBER_MAX];
    const char *word = word_of(value, number);
    if (!word && !json_is_true(value))
        return wrong(r, "panel: \"%s\" is a string, a number, true or false, not %s", key,
                     kind_of(value));
    char *path = !word || strcmp(key, "camera") != 0 || !trl_cli_camera_is_path(word)
                     ? NULL
                     : trl_cli_path_from(r->folder, word);
    *out = word ? json_string(path ? path : word) : json_true();
    free(path);
    return *out ? 0 : out_of_memory(r);
}

static int panel_option(const struct reader *r, const char *key, const json_t *value,
                        json_t *options)
{
    const struct trl_panel_word *option = trl_panel_options();
    struct trl_cli_nearest nearest = {.word = key};
    json_t *out = NULL, *item;
    size_t n;
    int code = 0;
    for (; option->word && strcmp(option->word, key) != 0; option++)
        trl_cli_nearest_offer(&nearest, option->word);
    if (!option->word && nearest.best)
        return wrong(r, "panel: \"%.*s\": unknown option; did you mean \"%s\"?", KEY_MAX, key,
                     nearest.best);
    if (!option->word)
        return wrong(r, "panel: \"%.*s\": unknown option; tensorreel list views names them",
                     KEY_MAX, key);
    if (json_is_false(value))
        return 0;
    if (!json_is_array(value)) {
        code = panel_value(r, key, value, &out);
        return code ? code : json_object_set_new(options, key, out) ? out_of_memory(r) : 0;
    }
    json_t *all = json_array();
    json_array_foreach(value, n, item)
    {
        if (!code)
            code = panel_value(r, key, item, &out);
        if (!code && json_array_append_new(all, out))
            code = out_of_memory(r);
    }
    if (!code && json_object_set(options, key, all))
        code = out_of_memory(r);
    json_decref(all);
    return code;
}

static int check_view(const struct reader *r, const char *text)
{
    const size_t length = strcspn(text, ",=");
    const struct trl_panel_word *view = trl_panel_views();
    char word[KEY_MAX];
    snprintf(word, sizeof(word), "%.*s", (int)(length < KEY_MAX ? length : KEY_MAX), text);
    struct trl_cli_nearest nearest = {.word = word};
    for (; view->word && strcmp(view->word, word) != 0; view++)
        trl_cli_nearest_offer(&nearest, view->word);
    if (view->word)
        return 0;
    return wrong(r, "panel: no view is called \"%s\"%s%s%s; tensorreel list views names them", word,
                 nearest.best ? "; did you mean " : "", nearest.best ? nearest.best : "",
                 nearest.best ? "?" : "");
}

/* The parts of a panel, as far as they are read. */
struct panel {
    const char *name, *input, *view;
    json_t *options;
    json_t *view_parts; /* in which the view's text is; or NULL */
};

static int add_panel(const struct reader *r, const char *key, const struct panel *panel)
{
    const char *input = panel->input;
    char *path = input ? trl_cli_path_from(r->folder, input) : NULL;
    if (input && !path)
        return out_of_memory(r);
    const bool is_file = path && (trl_cli_is_path(input) || access(path, F_OK) == 0);
    char *text =
        trl_cli_panel_text(panel->name, is_file ? path : input, panel->view, panel->options);
    free(path);
    return add_path(r, find("panel", r->command->bit), key, text);
}

static int read_panel_entries(const struct reader *r, struct panel *panel, const json_t *json);

static int read_view(const struct reader *r, struct panel *panel, const char *text)
{
    if (panel->view_parts) {
        panel->view = text;
        return 0;
    }
    panel->view_parts = trl_cli_view_json(text);
    if (!panel->view_parts)
        return wrong(r, "panel: view \"%s\": a double quote is not closed, or no comma follows it",
                     text);
    return read_panel_entries(r, panel, panel->view_parts);
}

static int read_panel_entry(const struct reader *r, struct panel *panel, const char *key,
                            const json_t *value)
{
    const char *text = json_string_value(value);
    const bool name = !strcmp(key, "name"), input = !strcmp(key, "input");
    if (!name && !input && strcmp(key, "view") != 0)
        return panel_option(r, key, value, panel->options);
    if (!text || !*text)
        return wrong(r, "panel: \"%s\" is a text that is not empty", key);
    if (name)
        panel->name = text;
    else if (input)
        panel->input = text;
    else
        return read_view(r, panel, text);
    return 0;
}

static int read_panel_entries(const struct reader *r, struct panel *panel, const json_t *json)
{
    const char *key;
    json_t *value;
    int code = 0;
    json_object_foreach((json_t *)json, key, value)
    {
        if (!code)
            code = read_panel_entry(r, panel, key, value);
    }
    return code;
}

static int read_panel_object(const struct reader *r, const char *key, const json_t *json)
{
    struct panel panel = {.view = "heatmap", .options = json_object()};
    int code = panel.options ? read_panel_entries(r, &panel, json) : out_of_memory(r);
    if (!code && !panel.name && !panel.input)
        code = wrong(r, "a panel has neither \"name\" nor \"input\"");
    if (!code)
        code = check_view(r, panel.view);
    if (!code)
        code = add_panel(r, key, &panel);
    json_decref(panel.options);
    json_decref(panel.view_parts);
    return code;
}

/* A panel's text in its parts, so that its paths are found. */
static int read_panel(const struct reader *r, const char *key, const json_t *panel)
{
    const char *text = json_string_value(panel);
    if (json_is_object(panel))
        return read_panel_object(r, key, panel);
    if (!text)
        return wrong(r, "a panel is an object, or a string NAME=INPUT:VIEW,options, not %s",
                     kind_of(panel));
    json_t *parts = trl_cli_panel_json(text);
    if (!parts)
        return wrong(r, "panel \"%s\": a double quote is not closed, or no comma follows it", text);
    const int code = read_panel_object(r, key, parts);
    json_decref(parts);
    return code;
}

static int read_panels(const struct reader *r, const json_t *panels)
{
    json_t *panel;
    size_t n;
    int code = 0;
    if (!json_is_array(panels))
        return wrong(r, "\"panels\" is an array of objects or strings, not %s", kind_of(panels));
    json_array_foreach(panels, n, panel)
    {
        if (!code)
            code = read_panel(r, "panels", panel);
    }
    return code;
}

/* ---- inputs ---- */

/* Bytes of NAME in NAME=PATH. */
static size_t name_length(const char *word)
{
    size_t length = 0;
    if (!isalpha((unsigned char)*word) && *word != '_')
        return 0;
    while (isalnum((unsigned char)word[length]) || word[length] == '_' || word[length] == '.')
        length++;
    return word[length] == '=' && word[length + 1] ? length : 0;
}

/* An operand; name NULL: it has none. */
static int add_input(const struct reader *r, const char *name, const char *path)
{
    char *from = trl_cli_path_from(r->folder, path), *operand = NULL;
    int length = 0;
    if (from && name)
        length = asprintf(&operand, "%s=%s", name, from);
    else if (from && name_length(from) && access(from, F_OK) != 0)
        length = asprintf(&operand, "./%s", from);
    else
        operand = from ? strdup(from) : NULL;
    free(from);
    return add_path(r, NULL, "inputs", length < 0 ? NULL : operand);
}

static int read_input_text(const struct reader *r, const char *word)
{
    const size_t length = name_length(word);
    char *whole = trl_cli_path_from(r->folder, word);
    const bool is_file = whole && access(whole, F_OK) == 0;
    free(whole);
    if (!length || is_file)
        return add_input(r, NULL, word);
    char *name = strndup(word, length);
    const int code = name ? add_input(r, name, word + length + 1) : out_of_memory(r);
    free(name);
    return code;
}

/* An option that is of this input only. */
static int read_named(const struct reader *r, const char *key, const char *name,
                      const json_t *value)
{
    char number[TRL_CLI_NUMBER_MAX], *text = NULL;
    const char *word = word_of(value, number);
    if (!word)
        return wrong(r, "input %s: \"%s\" is a string or a number, not %s", name, key,
                     kind_of(value));
    const int length = asprintf(&text, "%s=%s", name, word);
    return add_path(r, find(key, r->command->bit), key, length < 0 ? NULL : text);
}

static int read_input_object(const struct reader *r, const json_t *input)
{
    const json_t *name = json_object_get(input, "name"), *path = json_object_get(input, "path"),
                 *time = json_object_get(input, "frame-time"),
                 *axes = json_object_get(input, "axes");
    const char *key, *text = json_string_value(name);
    json_t *value;
    json_object_foreach((json_t *)input, key, value)
    {
        if (value != name && value != path && value != time && value != axes)
            return wrong(r,
                         "input: \"%.*s\": unknown; an input has \"name\", \"path\", "
                         "\"axes\" and \"frame-time\"",
                         KEY_MAX, key);
    }
    if (!json_string_length(path))
        return wrong(r, "an input has no \"path\"");
    char *named = NULL;
    if (name &&
        (!text || asprintf(&named, "%s=.", text) < 0 || name_length(named) != strlen(text))) {
        free(named);
        return wrong(r, "input: the name %.*s%s is not made of letters, digits, _ and .", KEY_MAX,
                     text ? text : kind_of(name), text ? "" : " that it has");
    }
    free(named);
    int code = add_input(r, text, json_string_value(path));
    if (!code && time)
        code = read_named(r, "frame-time", text ? text : "x", time);
    if (!code && axes)
        code = read_named(r, "axes", text ? text : "x", axes);
    return code;
}

static int read_input(const struct reader *r, const json_t *input)
{
    if (json_is_object(input))
        return read_input_object(r, input);
    if (!json_string_length(input))
        return wrong(r, "an input is a path, \"NAME=PATH\" or an object with \"path\", not %s",
                     json_is_string(input) ? "an empty string" : kind_of(input));
    return read_input_text(r, json_string_value(input));
}

static int read_inputs(const struct reader *r, const json_t *inputs)
{
    json_t *input;
    size_t n;
    int code = 0;
    if (!json_is_array(inputs))
        return read_input(r, inputs);
    json_array_foreach(inputs, n, input)
    {
        if (!code)
            code = read_input(r, input);
    }
    return code;
}

/* ---- the whole ---- */

static int read_entry(const struct reader *r, const char *key, const json_t *value)
{
    const bool sim = r->command->bit == TRL_CLI_SIM;
    if (!strcmp(key, "panels"))
        return read_panels(r, value);
    if (!sim && !strcmp(key, "inputs"))
        return read_inputs(r, value);
    if (!sim || strcmp(key, "model") != 0)
        return read_option(r, key, value);
    if (!json_string_length(value))
        return wrong(r, "\"model\" is the name of a model, not %s", kind_of(value));
    return add(r, NULL, key, json_string_value(value));
}

static int read_syntax(const struct reader *r, const char *text, size_t size, json_t **out)
{
    json_error_t error;
    *out = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
    if (!*out)
        return wrong(r, "line %d, column %d: %s", error.line, error.column, error.text);
    if (!json_is_object(*out))
        return wrong(r, "a film description is an object {...}, not %s", kind_of(*out));
    return 0;
}

int trl_cli_description_read(struct trl_cli_givens *givens, const struct trl_cli_command *command,
                             const char *path, const char *text, size_t size,
                             char error[static TRL_CLI_LINE_MAX])
{
    const char *slash = strrchr(path, '/'), *key;
    struct reader r = {.givens = givens,
                       .command = command,
                       .path = path,
                       .folder = strndup(path, slash ? (size_t)(slash + 1 - path) : 0),
                       .error = error};
    json_t *film = NULL, *value;
    int code = r.folder ? read_syntax(&r, text, size, &film) : out_of_memory(&r);
    if (!code)
        json_object_foreach(film, key, value)
        {
            if (!code)
                code = read_entry(&r, key, value);
        }
    json_decref(film);
    free(r.folder);
    return code;
}

int trl_cli_description_open(struct trl_cli_givens *givens, const struct trl_cli_command *command,
                             const char *path, char error[static TRL_CLI_LINE_MAX])
{
    FILE *file = fopen(path, "re");
    char *text = file ? malloc(SIZE_MAX_BYTES) : NULL;
    const size_t size = text ? fread(text, 1, SIZE_MAX_BYTES, file) : 0;
    int code = TRL_CLI_EXIT_INPUT;
    if (!file || !text || ferror(file))
        snprintf(error, TRL_CLI_LINE_MAX, "%.300s: cannot be read: %s", path, strerror(errno));
    else if (size == SIZE_MAX_BYTES)
        snprintf(error, TRL_CLI_LINE_MAX, "%.300s: more than %d MiB is no film description", path,
                 SIZE_MAX_BYTES >> 20);
    else
        code = trl_cli_description_read(givens, command, path, text, size, error);
    if (file)
        fclose(file);
    free(text);
    return code;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/panel_words.h"

#include "cli/values.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <tensorreel/scene.h>

/* ---- paths ---- */

bool trl_cli_is_path(const char *text)
{
    const size_t length = strlen(text);
    /* Between names a stroke divides and a star multiplies. */
    return !strcmp(text, "-") || *text == '/' || !strncmp(text, "./", 2) ||
           !strncmp(text, "../", 3) || strpbrk(text, "?[") || access(text, F_OK) == 0 ||
           (length > 4 && !strcmp(text + length - 4, ".npy"));
}

bool trl_cli_camera_is_path(const char *text)
{
    return !((*text == 't' || *text == 'f') && text[1] == '=');
}

char *trl_cli_path_from(const char *folder, const char *path)
{
    char *joined = NULL;
    if (*path == '/' || !strcmp(path, "-"))
        return strdup(path);
    return asprintf(&joined, "%s%s", folder, path) < 0 ? NULL : joined;
}

/* ---- parts ---- */

/* True if a view's name stands here, before the end or a comma. */
static bool begins_view(const char *text)
{
    const size_t length = strcspn(text, ",=");
    for (const struct trl_panel_word *view = trl_panel_views(); view->word; view++)
        if (strlen(view->word) == length && !strncmp(view->word, text, length))
            return true;
    return false;
}

/* Where the view begins, behind its colon; NULL: none is named. */
static const char *find_view(const char *text)
{
    for (const char *colon = strchr(text, ':'); colon; colon = strchr(colon + 1, ':'))
        if (begins_view(colon + 1))
            return colon + 1;
    return NULL;
}

/* Bytes of a name before "=", 0 if there is none; "a==b" is an expression. */
static size_t name_length(const char *text)
{
    const size_t length = strcspn(text, "=:(),<>!");
    return text[length] == '=' && text[length + 1] != '=' ? length : 0;
}

struct trl_cli_panel_parts trl_cli_panel_split(const char *text)
{
    struct trl_cli_panel_parts parts = {.view = find_view(text)};
    const size_t name = name_length(text);
    const char *input = name ? text + name + 1 : text, *colon = strchr(input, ':');
    /* No expression has a colon: what stands behind it should be a view. */
    if (!parts.view && colon && !trl_cli_is_path(input))
        parts.view = colon + 1;
    const size_t length = parts.view ? (size_t)(parts.view - 1 - input) : strlen(input);
    if (name) {
        parts.name = text;
        parts.name_length = name;
    }
    if (length) {
        parts.input = input;
        parts.input_length = length;
    }
    return parts;
}

/* ---- numbers ---- */

void trl_cli_number_word(char out[static TRL_CLI_NUMBER_MAX], const json_t *number)
{
    *out = 0;
    if (json_is_integer(number))
        snprintf(out, TRL_CLI_NUMBER_MAX, "%lld", (long long)json_integer_value(number));
    for (int digits = 15; json_is_real(number) && digits <= 17; digits++) {
        snprintf(out, TRL_CLI_NUMBER_MAX, "%.*g", digits, json_real_value(number));
        if (strtod(out, NULL) == json_real_value(number))
            return;
    }
}

json_t *trl_cli_word_json(const char *word)
{
    char printed[TRL_CLI_NUMBER_MAX];
    int64_t integer;
    double real;
    json_t *json = NULL;
    if (trl_cli_read_int64(word, INT64_MIN, INT64_MAX, &integer))
        json = json_integer(integer);
    else if (trl_cli_read_double(word, &real))
        json = json_real(real);
    if (!json)
        return json_string(word);
    /* Films are printed with 15 digits of reals. */
    trl_cli_number_word(printed, json);
    if (strlen(printed) <= 15 && !strcmp(printed, word))
        return json;
    json_decref(json);
    return json_string(word);
}

/* ---- text ---- */

static void print_value(FILE *out, const char *value)
{
    for (; *value; value++) {
        if (strchr(",\"\\", *value))
            fputc('\\', out);
        fputc(*value, out);
    }
}

static void print_option(FILE *out, const char *key, const char *value)
{
    fprintf(out, ",%s", key);
    if (value) {
        fputc('=', out);
        print_value(out, value);
    }
}

static bool is_part(const char *part, size_t length, const char *whole)
{
    return part ? whole && strlen(whole) == length && !strncmp(part, whole, length) : !whole;
}

/* "NAME=INPUT:" where it reads back as that. */
static bool print_short(FILE *out, const char *name, const char *input)
{
    char *text = NULL;
    if (asprintf(&text, "%s%s%s:heatmap", name ? name : "", name ? "=" : "", input ? input : "") <
        0)
        return false;
    const struct trl_cli_panel_parts parts = trl_cli_panel_split(text);
    const bool same = (name || input) && is_part(parts.name, parts.name_length, name) &&
                      is_part(parts.input, parts.input_length, input) && parts.view &&
                      !strcmp(parts.view, "heatmap");
    if (same)
        fprintf(out, "%s%s%s", name ? name : "", name ? "=" : "", input ? input : "");
    free(text);
    return same;
}

char *trl_cli_panel_text(const char *name, const char *input, const char *view, json_t *options)
{
    char *text = NULL;
    size_t size = 0;
    const char *key;
    json_t *value, *item;
    size_t n;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return NULL;
    const bool is_short = print_short(out, name, input);
    fprintf(out, ":%s", view);
    if (!is_short && name)
        print_option(out, "name", name);
    if (!is_short && input)
        print_option(out, "input", input);
    json_object_foreach(options, key, value)
    {
        if (!json_is_array(value))
            print_option(out, key, json_string_value(value));
        json_array_foreach(value, n, item) print_option(out, key, json_string_value(item));
    }
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}

/* ---- objects ---- */

/* Takes "word" or "word=value" from the front of a view's text, whose value loses quotes and
 * backslashes. word and value have room for all of the text; *has_value false: it has none. NULL: a
 * quote is not closed. */
static const char *take_word(const char *at, char *word, char *value, bool *has_value)
{
    at += strspn(at, " ");
    size_t length = strcspn(at, "=,");
    const char *rest = at + length;
    while (length && at[length - 1] == ' ')
        length--;
    memcpy(word, at, length);
    word[length] = 0;
    *has_value = *rest == '=';
    rest += *has_value;
    const bool quoted = *has_value && *rest == '"';
    rest += quoted;
    for (; *has_value && *rest && *rest != (quoted ? '"' : ','); rest++) {
        rest += *rest == '\\' && rest[1] && strchr(",\"\\", rest[1]);
        *value++ = *rest;
    }
    *value = 0;
    if (quoted && *rest++ != '"')
        return NULL;
    return *rest && *rest != ',' ? NULL : rest;
}

static int set_string(json_t *json, const char *key, const char *text, size_t length)
{
    return text ? json_object_set_new(json, key, json_stringn(text, length)) : 0;
}

/* One more value of a key. */
static int add_value(json_t *json, const char *key, json_t *value)
{
    json_t *former = json_object_get(json, key);
    if (!former)
        return json_object_set_new(json, key, value);
    if (json_is_array(former))
        return json_array_append_new(former, value);
    json_t *both = json_array();
    const int ret = json_array_append(both, former) | json_array_append_new(both, value);
    return ret | json_object_set_new(json, key, both);
}

/* The view and its options; word and value have room for all of it. */
static int set_view(json_t *json, const char *view, char *word, char *value)
{
    bool has_value;
    const char *at = take_word(view, word, value, &has_value);
    int ret = at ? set_string(json, "view", view, (size_t)(at - view)) : -1;
    while (!ret && *at == ',') {
        at = take_word(at + 1, word, value, &has_value);
        if (!at)
            ret = -1;
        else if (has_value && (!strcmp(word, "name") || !strcmp(word, "input")))
            ret = set_string(json, word, value, strlen(value));
        else
            ret = add_value(json, word, has_value ? trl_cli_word_json(value) : json_true());
    }
    return ret;
}

static json_t *parts_json(const struct trl_cli_panel_parts *parts)
{
    const size_t size = (parts->view ? strlen(parts->view) : 0) + 1;
    json_t *json = json_object();
    char *words = malloc(2 * size);
    int ret = json && words ? 0 : -1;
    if (!ret)
        ret = set_string(json, "name", parts->name, parts->name_length) |
              set_string(json, "input", parts->input, parts->input_length);
    if (!ret)
        ret = parts->view ? set_view(json, parts->view, words, words + size)
                          : json_object_set_new(json, "view", json_string("heatmap"));
    free(words);
    if (!ret)
        return json;
    json_decref(json);
    return NULL;
}

json_t *trl_cli_panel_json(const char *text)
{
    const struct trl_cli_panel_parts parts = trl_cli_panel_split(text);
    return parts_json(&parts);
}

json_t *trl_cli_view_json(const char *text)
{
    return parts_json(&(struct trl_cli_panel_parts){.view = text});
}

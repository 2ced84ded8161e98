/* SPDX-License-Identifier: BSD-2-Clause */
#include "scene/text.h"

#include "base/word.h"

#include <ctype.h>
#include <string.h>

static void *target(struct trl_panel_text *text, const struct trl_text_rule *rule)
{
    return (char *)&text->params + rule->target;
}

static int taken(struct trl_panel_text *text, const struct trl_text_rule *rule)
{
    if (rule->flag)
        *(bool *)((char *)&text->params + rule->flag) = true;
    return TRL_TEXT_TAKEN;
}

bool trl_text_split(const char *value, char separator, char part[static TRL_TEXT_PART_MAX + 1],
                    const char **rest)
{
    const char *at = strchr(value, separator);
    if (!at || at - value > TRL_TEXT_PART_MAX)
        return false;
    memcpy(part, value, (size_t)(at - value));
    part[at - value] = 0;
    *rest = at + 1;
    return true;
}

bool trl_text_next(const char **rest, char separator, char part[static TRL_TEXT_PART_MAX + 1])
{
    const char *value = *rest;
    if (trl_text_split(value, separator, part, rest))
        return *part != 0;
    const size_t length = strlen(value);
    if (strchr(value, separator) || !length || length > TRL_TEXT_PART_MAX)
        return false;
    memcpy(part, value, length + 1);
    *rest = NULL;
    return true;
}

const struct trl_text_choice *trl_text_choice(const struct trl_text_choice *choices,
                                              const char *word)
{
    while (choices->word && strcmp(choices->word, word) != 0)
        choices++;
    return choices->word ? choices : NULL;
}

int trl_text_read_text(struct trl_panel_text *text, const struct trl_text_rule *rule,
                       const char *value)
{
    if (!*value)
        return TRL_TEXT_REFUSED;
    const char *kept = trl_text_keep(text, value, strlen(value) + 1);
    if (!kept)
        return TRL_ERROR_MEMORY;
    *(const char **)target(text, rule) = kept;
    return taken(text, rule);
}

int trl_text_read_flag(struct trl_panel_text *text, const struct trl_text_rule *rule,
                       const char *value)
{
    const bool on = !value || !strcmp(value, "on");
    if (!on && strcmp(value, "off") != 0)
        return TRL_TEXT_REFUSED;
    *(bool *)target(text, rule) = on;
    return TRL_TEXT_TAKEN;
}

int trl_text_read_choice(struct trl_panel_text *text, const struct trl_text_rule *rule,
                         const char *value)
{
    const struct trl_text_choice *choice = trl_text_choice(rule->choices, value);
    if (!choice)
        return TRL_TEXT_REFUSED;
    *(int *)target(text, rule) = choice->value;
    return taken(text, rule);
}

int trl_text_read_int64(struct trl_panel_text *text, const struct trl_text_rule *rule,
                        const char *value)
{
    if (!trl_word_int64(value, (int64_t)rule->low, (int64_t)rule->high, target(text, rule)))
        return TRL_TEXT_REFUSED;
    return taken(text, rule);
}

int trl_text_read_int(struct trl_panel_text *text, const struct trl_text_rule *rule,
                      const char *value)
{
    int64_t number;
    if (!trl_word_int64(value, (int64_t)rule->low, (int64_t)rule->high, &number))
        return TRL_TEXT_REFUSED;
    *(int *)target(text, rule) = (int)number;
    return taken(text, rule);
}

static bool read_double(const struct trl_text_rule *rule, const char *value, double *out)
{
    double number;
    if (!trl_word_double(value, &number))
        return false;
    const bool any = rule->low == 0 && rule->high == 0;
    if (!any && (number < rule->low || number > rule->high))
        return false;
    *out = number;
    return true;
}

int trl_text_read_number(struct trl_panel_text *text, const struct trl_text_rule *rule,
                         const char *value)
{
    return read_double(rule, value, target(text, rule)) ? taken(text, rule) : TRL_TEXT_REFUSED;
}

int trl_text_read_pair(struct trl_panel_text *text, const struct trl_text_rule *rule,
                       const char *value)
{
    char part[TRL_TEXT_PART_MAX + 1];
    const char *rest;
    double low, high;
    if (!trl_text_split(value, ':', part, &rest) || !read_double(rule, part, &low) ||
        !read_double(rule, rest, &high) || low >= high)
        return TRL_TEXT_REFUSED;
    double *pair = target(text, rule);
    pair[0] = low;
    pair[1] = high;
    return taken(text, rule);
}

int trl_text_read_triple(struct trl_panel_text *text, const struct trl_text_rule *rule,
                         const char *value)
{
    char part[TRL_TEXT_PART_MAX + 1];
    double triple[3];
    int count = 0;
    while (value && count < 3 && trl_text_next(&value, 'x', part) &&
           read_double(rule, part, &triple[count]))
        count++;
    if (value || count < 3)
        return TRL_TEXT_REFUSED;
    memcpy(target(text, rule), triple, sizeof(triple));
    return taken(text, rule);
}

static int hex_digit(char c)
{
    return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

bool trl_text_color(const char *value, struct trl_color *out)
{
    static const struct {
        const char *name;
        uint8_t r, g, b;
    } names[] = {
        {"black", 0, 0, 0},      {"white", 255, 255, 255},  {"gray", 128, 128, 128},
        {"grey", 128, 128, 128}, {"silver", 192, 192, 192}, {"red", 255, 0, 0},
        {"lime", 0, 255, 0},     {"green", 0, 128, 0},      {"blue", 0, 0, 255},
        {"navy", 0, 0, 128},     {"yellow", 255, 255, 0},   {"orange", 255, 165, 0},
        {"cyan", 0, 255, 255},   {"teal", 0, 128, 128},     {"magenta", 255, 0, 255},
        {"purple", 128, 0, 128}, {"pink", 255, 192, 203},   {"brown", 165, 42, 42},
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (!strcmp(names[i].name, value)) {
            *out = (struct trl_color){names[i].r, names[i].g, names[i].b, true};
            return true;
        }
    const size_t length = strlen(value);
    if (*value != '#' || (length != 4 && length != 7) ||
        strspn(value + 1, "0123456789abcdefABCDEF") != length - 1)
        return false;
    int rgb[3];
    for (int i = 0; i < 3; i++)
        rgb[i] = length == 4 ? 17 * hex_digit(value[1 + i])
                             : 16 * hex_digit(value[1 + 2 * i]) + hex_digit(value[2 + 2 * i]);
    *out = (struct trl_color){(uint8_t)rgb[0], (uint8_t)rgb[1], (uint8_t)rgb[2], true};
    return true;
}

int trl_text_read_color(struct trl_panel_text *text, const struct trl_text_rule *rule,
                        const char *value)
{
    return trl_text_color(value, target(text, rule)) ? taken(text, rule) : TRL_TEXT_REFUSED;
}

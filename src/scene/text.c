/* SPDX-License-Identifier: BSD-2-Clause */
#include "scene/text.h"

#include "base/word.h"
#include "scene/copy.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_MAX = 60, LIST_MAX = 400 };

/* A text while it is read, word by word. */
struct reader {
    struct trl_panel_text *text;
    const char *start;
    const char *at;
    char *word, *value; /* the last ones read; as long as the text */
    const char *word_at;
    bool has_value;
    const struct trl_panel_word *view;
};

/* Views that are another one with an option, whose value they take. */
static const struct alias {
    const char *word;
    enum trl_text_option option;
} aliases[] = {{"slice", TRL_TEXT_SLICE}, {"strip", TRL_TEXT_SCROLL}};

TRL_PRINTF(3, 4)
static int wrong(const struct reader *r, const char *at, const char *format, ...)
{
    char what[1200];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    return trl_fail(r->text->log, TRL_ERROR_USAGE, "panel \"%.200s\", character %td: %s", r->start,
                    at - r->start + 1, what);
}

int trl_text_fail(const struct trl_panel_text *text, const char *format, ...)
{
    char what[SHOWN_MAX + LIST_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    return trl_fail(text->log, TRL_ERROR_USAGE, "panel \"%.200s\": %s", text->source, what);
}

static void append(char list[static LIST_MAX], const char *word)
{
    const size_t used = strlen(list);
    snprintf(list + used, LIST_MAX - used, "%s%s", used ? ", " : "", word);
}

/* ---- memory ---- */

void *trl_text_keep(struct trl_panel_text *text, const void *data, size_t size_bytes)
{
    struct trl_text_block *block = calloc(1, sizeof(*block) + size_bytes);
    if (!block) {
        trl_fail_memory(text->log, "a panel's text", sizeof(*block) + size_bytes);
        return NULL;
    }
    block->next = text->blocks;
    text->blocks = block;
    if (data && size_bytes)
        memcpy(block->data, data, size_bytes);
    return block->data;
}

/* The defaults are the caller's for the call only. */
static int keep_defaults(struct trl_panel_text *text, const struct trl_panel_params *defaults)
{
    const struct trl_scene_params scene = {.panels = defaults, .panel_count = 1};
    const int ret = trl_scene_copy_create(&text->defaults, text->log, &scene);
    if (ret == 0)
        text->params = *trl_scene_copy_panel(text->defaults, 0);
    return ret;
}

/* ---- words ---- */

/* A backslash takes the meaning from a comma, a quote or another one; before anything else it is
 * itself. */
static int read_value(struct reader *r)
{
    char *out = r->value;
    const char *at = r->at + 1;
    const bool quoted = *at == '"';
    at += quoted;
    for (; *at && *at != (quoted ? '"' : ','); at++) {
        if (*at == '\\' && !at[1])
            return wrong(r, at, "a backslash stands at the end; two of them are one");
        at += *at == '\\' && strchr(",\"\\", at[1]);
        *out++ = *at;
    }
    *out = 0;
    if (quoted && !*at)
        return wrong(r, r->at + 1, "the double quote is not closed");
    at += quoted;
    if (*at && *at != ',')
        return wrong(r, at, "behind a value in double quotes stands a comma or the end");
    r->at = at;
    return 0;
}

/* Reads "word" or "word=value"; at is left on the comma or the end. */
static int read_word(struct reader *r)
{
    r->at += strspn(r->at, " ");
    size_t length = strcspn(r->at, "=,");
    r->word_at = r->at;
    r->at += length;
    while (length && r->word_at[length - 1] == ' ')
        length--;
    memcpy(r->word, r->word_at, length);
    r->word[length] = 0;
    r->has_value = *r->at == '=';
    return r->has_value ? read_value(r) : 0;
}

static const struct trl_panel_word *find(const struct trl_panel_word *words, const char *word)
{
    while (words->word && strcmp(words->word, word) != 0)
        words++;
    return words->word ? words : NULL;
}

/* ---- the view ---- */

static int unknown_view(const struct reader *r)
{
    char list[LIST_MAX] = "";
    struct trl_word_nearest nearest = {.word = r->word};
    for (const struct trl_panel_word *view = trl_panel_views(); view->word; view++) {
        append(list, view->word);
        trl_word_offer(&nearest, view->word);
    }
    if (!*r->word)
        return wrong(r, r->word_at, "a view is missing; there are %s", list);
    if (find(trl_panel_options(), r->word))
        return wrong(r, r->word_at, "%s is an option; a view stands before it: %s", r->word, list);
    if (nearest.best)
        return wrong(r, r->word_at, "no view is called \"%.*s\"; did you mean %s? There are %s",
                     SHOWN_MAX, r->word, nearest.best, list);
    return wrong(r, r->word_at, "no view is called \"%.*s\"; there are %s", SHOWN_MAX, r->word,
                 list);
}

static const struct alias *find_alias(const struct trl_panel_word *view)
{
    for (size_t n = 0; n < sizeof(aliases) / sizeof(aliases[0]); n++)
        if (!strcmp(aliases[n].word, view->word))
            return &aliases[n];
    return NULL;
}

/* ---- options ---- */

static int unknown_option(const struct reader *r)
{
    struct trl_word_nearest nearest = {.word = r->word};
    for (const struct trl_panel_word *option = trl_panel_options(); option->word; option++)
        if (option->kinds & 1U << r->view->kind)
            trl_word_offer(&nearest, option->word);
    if (!*r->word)
        return wrong(r, r->word_at, "an option is missing before the comma or the end");
    if (find(trl_panel_views(), r->word))
        return wrong(r, r->word_at, "%s is a view; only the first word is one", r->word);
    if (nearest.best)
        return wrong(r, r->word_at, "unknown option \"%.*s\"; did you mean %s?", SHOWN_MAX, r->word,
                     nearest.best);
    return wrong(r, r->word_at,
                 "unknown option \"%.*s\"; \"tensorreel list views\" names those of %s. A comma "
                 "within a value stands behind a backslash, or the value in double quotes",
                 SHOWN_MAX, r->word, r->view->word);
}

static int other_view(const struct reader *r, const struct trl_panel_word *option)
{
    char list[LIST_MAX] = "";
    for (const struct trl_panel_word *view = trl_panel_views(); view->word; view++)
        if (option->kinds & 1U << view->kind && !find_alias(view))
            append(list, view->word);
    return wrong(r, r->word_at, "%s has no option %s; it is one of %s", r->view->word, option->word,
                 list);
}

static int bad_value(const struct reader *r, const struct trl_panel_word *option,
                     const struct trl_text_rule *rule)
{
    char what[LIST_MAX] = "", meant[SHOWN_MAX] = "", word[TRL_TEXT_PART_MAX + 1];
    snprintf(word, sizeof(word), "%.*s", (int)strcspn(r->value, ":="), r->value);
    struct trl_word_nearest nearest = {.word = word};
    for (const struct trl_text_choice *choice = rule->choices; choice && choice->word; choice++)
        trl_word_offer(&nearest, choice->word);
    for (const char *const *cmap = trl_cmap_names(); rule->read == trl_text_read_cmap && *cmap;
         cmap++)
        trl_word_offer(&nearest, *cmap);
    if (nearest.best && nearest.distance)
        snprintf(meant, sizeof(meant), "; did you mean %s?", nearest.best);
    if (!rule->expects) {
        for (const struct trl_text_choice *choice = rule->choices; choice && choice->word; choice++)
            append(what, choice->word);
        return wrong(r, r->word_at, "%s \"%.*s\" is not one of %s%s", option->word, SHOWN_MAX,
                     r->value, what, meant);
    }
    if (rule->low != 0 || rule->high != 0)
        snprintf(what, sizeof(what), " from %.10g to %.10g", rule->low, rule->high);
    return wrong(r, r->word_at, "%s \"%.*s\" is not %s%s%s", option->word, SHOWN_MAX, r->value,
                 rule->expects, what, meant);
}

/* Takes the last value read for an option. */
static int take(struct reader *r, enum trl_text_option at)
{
    const struct trl_panel_word *option = &trl_panel_options()[at];
    const struct trl_text_rule *rule = trl_text_rule(at);
    const bool needed = option->placeholder && option->placeholder[0] != '[';
    if (needed && !r->has_value)
        return wrong(r, r->word_at, "%s needs a value: %s=%s", option->word, option->word,
                     option->placeholder);
    const int ret = rule->read(r->text, rule, r->has_value ? r->value : NULL);
    if (ret == TRL_TEXT_REFUSED)
        return bad_value(r, option, rule);
    r->text->given[at] = true;
    return ret;
}

static int read_view(struct reader *r)
{
    int ret = read_word(r);
    if (ret < 0)
        return ret;
    r->view = find(trl_panel_views(), r->word);
    if (!r->view)
        return unknown_view(r);
    r->text->params.kind = r->view->kind;
    if (!r->has_value)
        return 0;
    const struct alias *alias = find_alias(r->view);
    if (!alias)
        return wrong(r, r->word_at, "%s takes no value; options stand behind a comma",
                     r->view->word);
    return take(r, alias->option);
}

static int read_option(struct reader *r)
{
    int ret = read_word(r);
    if (ret < 0)
        return ret;
    const struct trl_panel_word *option = find(trl_panel_options(), r->word);
    if (!option)
        return unknown_option(r);
    if (!(option->kinds & 1U << r->view->kind))
        return other_view(r, option);
    return take(r, (enum trl_text_option)(option - trl_panel_options()));
}

static int read_all(struct reader *r)
{
    int ret = read_view(r);
    while (ret == 0 && *r->at) {
        r->at++;
        ret = read_option(r);
    }
    if (ret < 0)
        return ret;
    const struct alias *alias = find_alias(r->view);
    if (alias && !r->text->given[alias->option])
        return wrong(r, r->start, "%s needs a value: %s=%s", r->view->word, r->view->word,
                     r->view->placeholder);
    return trl_text_check(r->text);
}

/* ---- made and given back ---- */

int trl_panel_text_create(struct trl_panel_text **out, struct trl_log *log, const char *text,
                          const struct trl_panel_params *defaults)
{
    *out = NULL;
    struct trl_panel_text *t = calloc(1, sizeof(*t));
    if (!t)
        return trl_fail_memory(log, "a panel's text", sizeof(*t));
    t->log = log;
    t->source = text;
    struct reader r = {.text = t, .start = text, .at = text};
    int ret = defaults ? keep_defaults(t, defaults) : 0;
    if (ret < 0)
        goto fail;
    /* Nothing is longer than the whole. */
    r.word = trl_text_keep(t, NULL, strlen(text) + 1);
    r.value = trl_text_keep(t, NULL, strlen(text) + 1);
    ret = r.word && r.value ? read_all(&r) : TRL_ERROR_MEMORY;
    if (ret < 0)
        goto fail;
    t->log = NULL;
    t->source = NULL;
    *out = t;
    return 0;
fail:
    trl_panel_text_destroy(&t);
    return ret;
}

void trl_panel_text_destroy(struct trl_panel_text **text)
{
    if (!text || !*text)
        return;
    for (struct trl_text_block *block = (*text)->blocks, *next; block; block = next) {
        next = block->next;
        free(block);
    }
    trl_scene_copy_destroy(&(*text)->defaults);
    free(*text);
    *text = NULL;
}

const struct trl_panel_params *trl_panel_text_params(const struct trl_panel_text *text)
{
    return &text->params;
}

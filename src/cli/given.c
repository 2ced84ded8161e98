/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/given.h"

#include "cli/exits.h"
#include "cli/message.h"

#include <stdlib.h>
#include <string.h>

static bool grow(struct trl_cli_givens *givens)
{
    if (givens->count < givens->capacity)
        return true;
    const int capacity = givens->capacity ? 2 * givens->capacity : 16;
    struct trl_cli_given *items =
        reallocarray(givens->items, (size_t)capacity, sizeof(givens->items[0]));
    if (!items)
        return false;
    givens->items = items;
    givens->capacity = capacity;
    return true;
}

int trl_cli_given_add(struct trl_cli_givens *givens, const struct trl_cli_given *given)
{
    struct trl_cli_given item = *given;
    item.name = strdup(given->name);
    item.value = given->value ? strdup(given->value) : NULL;
    if (!item.name || (given->value && !item.value) || !grow(givens)) {
        free(item.name);
        free(item.value);
        trl_cli_message(TRL_LOG_ERROR, "out of memory");
        return TRL_CLI_EXIT_DEVICE;
    }
    givens->items[givens->count++] = item;
    return 0;
}

/* True if both begin with the same NAME=, or both with none. */
static bool same_name(const char *a, const char *b)
{
    const size_t length = strcspn(a, "=");
    const bool named = a[length] == '=';
    if (!named || !strchr(b, '='))
        return !named && !strchr(b, '=');
    return !strncmp(a, b, length + 1);
}

/* A film may be of very many operands, which nothing overrides. */
static bool can_be_overridden(const struct trl_cli_given *item)
{
    return item->option ? item->option->repeat != TRL_CLI_REPEATS : item->film;
}

static bool overrides(const struct trl_cli_given *later, const struct trl_cli_given *item,
                      const struct trl_cli_command *command)
{
    if (later->option != item->option)
        return false;
    if (!item->option)
        return !later->film && (command->operand_max == 1 ||
                                (strchr(item->value, '=') && same_name(later->value, item->value)));
    if (item->option->repeat == TRL_CLI_REPLACES)
        return item->film && !later->film;
    return item->option->repeat == TRL_CLI_ONCE || same_name(later->value, item->value);
}

void trl_cli_given_override(struct trl_cli_givens *givens, const struct trl_cli_command *command)
{
    for (int n = 0; n < givens->count; n++) {
        struct trl_cli_given *item = &givens->items[n];
        for (int later = n + 1;
             can_be_overridden(item) && later < givens->count && !item->overridden; later++)
            item->overridden = overrides(&givens->items[later], item, command);
    }
}

void trl_cli_given_clear(struct trl_cli_givens *givens)
{
    for (int n = 0; n < givens->count; n++) {
        free(givens->items[n].name);
        free(givens->items[n].value);
    }
    free(givens->items);
    *givens = (struct trl_cli_givens){0};
}

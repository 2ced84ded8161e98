/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz.h"

#include "cli/describe.h"
#include "cli/exits.h"
#include "cli/given.h"

#include <string.h>

static const char path[] = "film.json";

static void check_items(const struct trl_cli_givens *givens, const struct trl_cli_command *command)
{
    for (int n = 0; n < givens->count; n++) {
        const struct trl_cli_given *item = &givens->items[n];
        fuzz_require(item->film && !item->overridden);
        fuzz_require(!strncmp(item->name, path, strlen(path)));
        if (!item->option) {
            fuzz_require(item->value && *item->value);
            continue;
        }
        fuzz_require((item->option->commands & command->bit) != 0);
        fuzz_require(item->option->placeholder || !item->value);
        fuzz_require(item->value || !item->option->placeholder || item->option->optional);
    }
}

/* What was read, printed and read again, is the same. */
static void check_print(const struct trl_cli_givens *givens, const struct trl_cli_command *command)
{
    struct trl_cli_givens again = {0};
    char error[TRL_CLI_LINE_MAX];
    json_t *film = NULL, *second = NULL;
    fuzz_require(trl_cli_description_json(&film, givens, command) == 0);
    char *text = json_dumps(film, JSON_REAL_PRECISION(15));
    fuzz_require(text != NULL);
    fuzz_require(!trl_cli_description_read(&again, command, path, text, strlen(text), error));
    fuzz_require(trl_cli_description_json(&second, &again, command) == 0);
    fuzz_require(json_equal(film, second));
    free(text);
    json_decref(film);
    json_decref(second);
    trl_cli_given_clear(&again);
}

/* Reads a description for both commands: all of it, or one line that says why not. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *const names[] = {"render", "sim"};
    for (int n = 0; n < 2; n++) {
        const struct trl_cli_command *command = trl_cli_command_find(names[n]);
        struct trl_cli_givens givens = {0};
        char error[TRL_CLI_LINE_MAX] = "";
        const int code =
            trl_cli_description_read(&givens, command, path, (const char *)data, size, error);
        fuzz_require(code == 0 || code == TRL_CLI_EXIT_USAGE);
        fuzz_require(!code == !*error);
        fuzz_require(!strchr(error, '\n'));
        check_items(&givens, command);
        if (!code)
            check_print(&givens, command);
        trl_cli_given_clear(&givens);
    }
    return 0;
}

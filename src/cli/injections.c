/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/injections.h"

#include <tensorreel/error.h>

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/exits.h"
#include "cli/message.h"
#include "cli/values.h"

enum { FIELDS = 3 };

/* Prints what is wrong with the file; line 0: with all of it. */
static int refuse(const char *path, long long line, const char *what)
{
    char text[1024], place[32] = "";
    if (line)
        snprintf(place, sizeof(place), "line %lld: ", line);
    snprintf(text, sizeof(text), "--inject: %s: %s%s", path, place, what);
    trl_cli_message(TRL_LOG_ERROR, text);
    return trl_cli_exit_code(TRL_ERROR_INPUT);
}

void trl_cli_injections_free(struct trl_cli_injections *injections)
{
    free(injections->items);
    *injections = (struct trl_cli_injections){0};
}

static int add(struct trl_cli_injections *injections, const struct trl_sim_injection *item)
{
    if (injections->count == injections->room) {
        const int64_t room = injections->room ? injections->room * 2 : 256;
        void *items = realloc(injections->items, (size_t)room * sizeof(*item));
        if (!items)
            return trl_cli_exit_code(TRL_ERROR_MEMORY);
        injections->items = items;
        injections->room = room;
    }
    injections->items[injections->count++] = *item;
    return 0;
}

/* The words of a line, which is written into; more than there is room for are counted too. */
static int split(char *line, char *words[FIELDS])
{
    static const char separators[] = ",; \t\r\n";
    char *rest = NULL;
    int count = 0;
    line[strcspn(line, "#")] = '\0';
    for (char *word = strtok_r(line, separators, &rest); word;
         word = strtok_r(NULL, separators, &rest), count++)
        if (count < FIELDS)
            words[count] = word;
    return count;
}

static bool parse(char *const words[FIELDS], struct trl_sim_injection *out)
{
    int64_t burst, neuron;
    double amount;
    if (!trl_cli_read_int64(words[0], 1, INT64_MAX, &burst) ||
        !trl_cli_read_int64(words[1], 0, UINT32_MAX, &neuron) ||
        !trl_cli_read_double(words[2], &amount) || fabs(amount) > FLT_MAX)
        return false;
    *out = (struct trl_sim_injection){(uint64_t)burst, (uint32_t)neuron, (float)amount};
    return true;
}

static int read_lines(struct trl_cli_injections *injections, FILE *file, const char *path)
{
    char *line = NULL;
    size_t room = 0;
    int code = 0;
    for (long long number = 1; !code && getline(&line, &room, file) >= 0; number++) {
        char *words[FIELDS] = {NULL};
        struct trl_sim_injection item;
        const int count = split(line, words);
        if (!count)
            continue;
        const bool names = number == 1 && count == FIELDS && !strpbrk(words[0], "0123456789");
        if (count == FIELDS && parse(words, &item))
            code = add(injections, &item);
        else if (!names)
            code = refuse(path, number, "burst (from 1), neuron and amount are expected");
    }
    free(line);
    return code;
}

int trl_cli_injections_read(struct trl_cli_injections *injections, const char *path)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return refuse(path, 0, strerror(errno));
    int code = read_lines(injections, file, path);
    if (!code && ferror(file))
        code = refuse(path, 0, "cannot be read");
    fclose(file);
    return code;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "sink/name.h"

#include "base/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { DIGITS_MAX = 18 };

bool trl_name_ends(const char *path, const char *const *endings)
{
    const size_t size = strlen(path);
    for (; *endings; endings++) {
        const size_t ending = strlen(*endings);
        if (size > ending && !strcasecmp(path + size - ending, *endings))
            return true;
    }
    return false;
}

/* Reads a number place at "%...", and says where it ends; NULL if it is none. */
static const char *percent_place(const char *at, int *digits)
{
    *digits = 0;
    for (at++; *at >= '0' && *at <= '9'; at++) {
        *digits = *digits * 10 + (*at - '0');
        if (*digits > DIGITS_MAX)
            return NULL;
    }
    return *at == 'd' ? at + 1 : NULL;
}

/* Copies the last part into head and tail, which have room for it. Number places are those with a
 * percent sign, or without one those of #. */
static int split(struct trl_numbered_name *out, struct trl_log *log, const char *path,
                 const char *file, bool hashes)
{
    size_t head = (size_t)(file - path), tail = 0;
    memcpy(out->head, path, head);
    const char *at = file;
    while (*at) {
        const char *end = NULL;
        int digits = 0;
        const size_t run = strspn(at, "#");
        if (at[0] == '%' && at[1] == '%') {
            at++;
        } else if (at[0] == '%') {
            end = percent_place(at, &digits);
            if (!end)
                return trl_fail(log, TRL_ERROR_USAGE,
                                "%s: byte %zu: not the place of a number; write %%d or %%05d (at "
                                "most %d digits), and %%%% for a percent sign",
                                path, (size_t)(at - path), DIGITS_MAX);
        } else if (hashes && run > 1) {
            if (run > DIGITS_MAX)
                return trl_fail(log, TRL_ERROR_USAGE, "%s: more than %d digits", path, DIGITS_MAX);
            end = at + run;
            digits = (int)run;
        }
        if (end && out->numbered)
            return trl_fail(log, TRL_ERROR_USAGE,
                            "%s: byte %zu: the frame's number can stand in one place only", path,
                            (size_t)(at - path));
        if (end) {
            out->numbered = true;
            out->digits = digits;
            at = end;
        } else if (out->numbered) {
            out->tail[tail++] = *at++;
        } else {
            out->head[head++] = *at++;
        }
    }
    out->head[head] = out->tail[tail] = '\0';
    return 0;
}

/* A percent sign that is not %% makes the name FFmpeg's kind. */
static bool has_percent_place(const char *file)
{
    for (; *file; file++) {
        if (file[0] == '%' && file[1] != '%')
            return true;
        if (file[0] == '%')
            file++;
    }
    return false;
}

int trl_numbered_name_parse(struct trl_numbered_name *out, struct trl_log *log, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *file = slash ? slash + 1 : path;
    *out = (struct trl_numbered_name){.head = malloc(strlen(path) + 1),
                                      .tail = malloc(strlen(path) + 1)};
    int error;
    if (out->head && out->tail)
        error = split(out, log, path, file, !has_percent_place(file));
    else
        error = trl_fail_memory(log, "a file name", strlen(path));
    if (error)
        trl_numbered_name_clear(out);
    return error;
}

char *trl_numbered_name_format(const struct trl_numbered_name *name, int64_t index)
{
    char *path = NULL;
    const int size = name->numbered ? asprintf(&path, "%s%0*" PRId64 "%s", name->head, name->digits,
                                               index, name->tail)
                                    : asprintf(&path, "%s", name->head);
    return size < 0 ? NULL : path;
}

void trl_numbered_name_clear(struct trl_numbered_name *name)
{
    free(name->head);
    free(name->tail);
    *name = (struct trl_numbered_name){0};
}

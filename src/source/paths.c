/* SPDX-License-Identifier: BSD-2-Clause */
#include "source/paths.h"

#include "base/log.h"

#include <glob.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digits(const char *text)
{
    size_t n = 0;
    while (is_digit(text[n]))
        n++;
    return n;
}

int trl_natural_compare(const char *a, const char *b)
{
    const char *const whole_a = a;
    const char *const whole_b = b;
    while (*a && *b) {
        if (is_digit(*a) && is_digit(*b)) {
            a += strspn(a, "0");
            b += strspn(b, "0");
            const size_t length_a = digits(a);
            const size_t length_b = digits(b);
            if (length_a != length_b)
                return length_a < length_b ? -1 : 1;
            const int order = memcmp(a, b, length_a);
            if (order)
                return order;
            a += length_a;
            b += length_b;
        } else if (*a != *b) {
            break;
        } else {
            a++;
            b++;
        }
    }
    if (*a != *b)
        return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
    return strcmp(whole_a, whole_b);
}

static int compare_names(const void *a, const void *b)
{
    return trl_natural_compare(*(char *const *)a, *(char *const *)b);
}

static int append(struct trl_paths *out, struct trl_log *log, char *const *names, size_t count)
{
    if (count > (size_t)(INT_MAX - out->count))
        return trl_fail(log, TRL_ERROR_INPUT, "more than %d files", INT_MAX);
    char **grown = realloc(out->names, sizeof(*grown) * ((size_t)out->count + count));
    if (!grown)
        return trl_fail_memory(log, "the list of files", sizeof(*grown) * count);
    out->names = grown;
    for (size_t i = 0; i < count; i++) {
        out->names[out->count] = strdup(names[i]);
        if (!out->names[out->count])
            return trl_fail_memory(log, "a file name", strlen(names[i]));
        out->count++;
    }
    return 0;
}

static int append_pattern(struct trl_paths *out, struct trl_log *log, const char *pattern)
{
    glob_t matches = {0};
    const int result = glob(pattern, GLOB_NOSORT, NULL, &matches);
    int error;
    if (result == GLOB_NOMATCH) {
        error = trl_fail(log, TRL_ERROR_INPUT, "%s: the pattern matches no file", pattern);
    } else if (result == GLOB_NOSPACE) {
        error = trl_fail_memory(log, "the files that match a pattern", sizeof(char *));
    } else if (result) {
        error =
            trl_fail(log, TRL_ERROR_INPUT, "%s: a folder of the pattern cannot be read", pattern);
    } else {
        qsort(matches.gl_pathv, matches.gl_pathc, sizeof(char *), compare_names);
        error = append(out, log, matches.gl_pathv, matches.gl_pathc);
    }
    globfree(&matches);
    return error;
}

static void sort_as_numbered(struct trl_paths *paths, struct trl_log *log)
{
    for (int i = 1; i < paths->count; i++) {
        if (strcmp(paths->names[i - 1], paths->names[i]) > 0)
            return;
    }
    bool changed = false;
    for (int i = 1; i < paths->count && !changed; i++)
        changed = trl_natural_compare(paths->names[i - 1], paths->names[i]) > 0;
    if (!changed)
        return;
    qsort(paths->names, (size_t)paths->count, sizeof(char *), compare_names);
    trl_log_print(log, TRL_LOG_INFO, "the alphabetical list of %d files is filmed in natural order",
                  paths->count);
}

int trl_paths_expand(struct trl_paths *out, struct trl_log *log, const char *const *names,
                     int count)
{
    *out = (struct trl_paths){0};
    bool patterns = false;
    int error = 0;
    for (int i = 0; i < count && !error; i++) {
        const bool pattern = strpbrk(names[i], "*?[") && access(names[i], F_OK) != 0;
        patterns = patterns || pattern;
        char *name = (char *)names[i];
        error = pattern ? append_pattern(out, log, name) : append(out, log, &name, 1);
    }
    if (error)
        trl_paths_free(out);
    else if (!patterns)
        sort_as_numbered(out, log);
    return error;
}

void trl_paths_free(struct trl_paths *paths)
{
    for (int i = 0; i < paths->count; i++)
        free(paths->names[i]);
    free(paths->names);
    *paths = (struct trl_paths){0};
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/message.h"

#include "cli/exits.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_coloured(void)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    return isatty(STDERR_FILENO) && !(no_color && *no_color) && !(term && !strcmp(term, "dumb"));
}

void trl_cli_message(enum trl_log_level level, const char *line)
{
    const char *word = level == TRL_LOG_ERROR  ? "error: "
                       : level == TRL_LOG_WARN ? "warning: "
                                               : "";
    const char *colour = level == TRL_LOG_ERROR ? "\033[1;31m" : "\033[1;33m";
    const bool coloured = *word && is_coloured();
    fprintf(stderr, "tensorreel: %s%s%s%s\n", coloured ? colour : "", word,
            coloured ? "\033[0m" : "", line);
}

int trl_cli_usage_error(const char *format, ...)
{
    char line[2048];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    trl_cli_message(TRL_LOG_ERROR, line);
    return TRL_CLI_EXIT_USAGE;
}

enum { WORD_MAX = 63 };

static int least(int a, int b, int c)
{
    const int ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* Insertions, deletions, replacements and swaps of neighbours that make b of a. */
static int distance(const char *a, int a_length, const char *b, int b_length)
{
    int rows[3][WORD_MAX + 1];
    int *before = rows[0], *last = rows[1], *row = rows[2];
    for (int j = 0; j <= b_length; j++)
        last[j] = j;
    for (int i = 1; i <= a_length; i++) {
        row[0] = i;
        for (int j = 1; j <= b_length; j++) {
            row[j] = least(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                before[j - 2] + 1 < row[j])
                row[j] = before[j - 2] + 1;
        }
        int *free_row = before;
        before = last;
        last = row;
        row = free_row;
    }
    return last[b_length];
}

void trl_cli_nearest_offer(struct trl_cli_nearest *nearest, const char *candidate)
{
    const char *word = nearest->word + strspn(nearest->word, "-");
    const char *other = candidate + strspn(candidate, "-");
    const size_t word_length = strlen(word), other_length = strlen(other);
    if (word_length > WORD_MAX || other_length > WORD_MAX)
        return;
    const int n = distance(word, (int)word_length, other, (int)other_length);
    const size_t longest = word_length > other_length ? word_length : other_length;
    if ((size_t)n >= longest && longest)
        return;
    if (!nearest->best || n < nearest->distance) {
        nearest->best = candidate;
        nearest->distance = n;
    }
}

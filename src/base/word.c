/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/word.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

bool trl_word_int64(const char *text, int64_t low, int64_t high, int64_t *out)
{
    const char *digits = text + (*text == '-');
    const size_t length = strlen(digits);
    if (!length || strspn(digits, "0123456789") != length)
        return false;
    errno = 0;
    const long long value = strtoll(text, NULL, 10);
    if (errno || value < low || value > high)
        return false;
    *out = value;
    return true;
}

bool trl_word_double(const char *text, double *out)
{
    const size_t length = strlen(text);
    /* Keeps out hexadecimal numbers, infinities and NaN, which strtod knows too. */
    if (!length || *text == '+' || strspn(text, "0123456789+-.eE") != length)
        return false;
    const locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!plain)
        return false;
    char *end;
    const double value = strtod_l(text, &end, plain);
    freelocale(plain);
    if (*end || !isfinite(value))
        return false;
    *out = value;
    return true;
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

void trl_word_offer(struct trl_word_nearest *nearest, const char *candidate)
{
    const size_t length = strlen(nearest->word), other = strlen(candidate);
    if (!length || length > WORD_MAX || other > WORD_MAX)
        return;
    const int n = distance(nearest->word, (int)length, candidate, (int)other);
    /* Words that share less than half are not alike. */
    if (2 * (size_t)n > (length > other ? length : other))
        return;
    if (!nearest->best || n < nearest->distance) {
        nearest->best = candidate;
        nearest->distance = n;
    }
}

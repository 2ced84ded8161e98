/* SPDX-License-Identifier: BSD-2-Clause */
#include "tensor/filter.h"

#include "base/log.h"
#include "base/word.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { NUMBER_LENGTH_MAX = 40, WORD_SHOWN = 40 };

static const struct trl_filter_info infos[TRL_FILTER_COUNT + 1] = {
    [TRL_FILTER_GAUSSIAN] = {"gaussian", "=SIGMA", "Gaussian blur, SIGMA in elements"},
    [TRL_FILTER_BOX] = {"box", "=N", "mean of N x N elements"},
    [TRL_FILTER_MEDIAN] = {"median", "", "median of 3 x 3 elements"},
    [TRL_FILTER_SOBEL] = {"sobel", "", "magnitude of the gradient"},
    [TRL_FILTER_UNSHARP] = {"unsharp", "[=SIGMA[:AMOUNT]]",
                            "sharpens by AMOUNT of what a Gaussian blur takes away"},
    [TRL_FILTER_SMOOTH] = {"smooth", "=ALPHA",
                           "exponential smoothing over time, ALPHA of the new frame"},
    [TRL_FILTER_DECAY] = {"decay", "=FACTOR", "afterglow that keeps FACTOR from frame to frame"},
    [TRL_FILTER_DIFF] = {"diff", "", "difference to the frame before"},
    [TRL_FILTER_ABS] = {"abs", "", "magnitude"},
    [TRL_FILTER_CLIP] = {"clip", "=LO:HI", "limits to LO..HI; either may be left out"},
    [TRL_FILTER_LOG] = {"log", "", "sign(x) ln(1 + |x|)"},
};

static const struct limits {
    int least, most; /* arguments */
    double low[2], high[2], otherwise[2];
    const char *rule;
} limits[TRL_FILTER_COUNT] = {
    [TRL_FILTER_GAUSSIAN] = {1, 1, {1e-3}, {100}, {0}, "SIGMA is 0.001 to 100"},
    [TRL_FILTER_BOX] = {1, 1, {1}, {TRL_FILTER_TAPS_MAX}, {0}, "N is a whole number, 1 to 801"},
    [TRL_FILTER_UNSHARP] =
        {0, 2, {1e-3, 0}, {100, 1000}, {1, 1}, "SIGMA is 0.001 to 100, AMOUNT 0 to 1000"},
    [TRL_FILTER_SMOOTH] = {1, 1, {1e-6}, {1}, {0}, "ALPHA is 0.000001 to 1"},
    [TRL_FILTER_DECAY] = {1, 1, {0}, {1}, {0}, "FACTOR is 0 to 1"},
    [TRL_FILTER_CLIP] = {2,
                         2,
                         {-INFINITY, -INFINITY},
                         {INFINITY, INFINITY},
                         {-INFINITY, INFINITY},
                         "LO and HI are numbers, LO not above HI"},
};

const struct trl_filter_info *trl_filter_list(void)
{
    return infos;
}

bool trl_filter_temporal(enum trl_filter filter)
{
    return filter == TRL_FILTER_SMOOTH || filter == TRL_FILTER_DECAY || filter == TRL_FILTER_DIFF;
}

/* ---- text ---- */

struct reader {
    struct trl_log *log;
    const char *text;
    const char *at;
};

static int wrong(const struct reader *r, const char *at, const char *what)
{
    char names[256] = "";
    size_t length = 0;
    for (int i = 0; i < TRL_FILTER_COUNT; i++)
        length += (size_t)snprintf(names + length, sizeof(names) - length, "%s%s%s", i ? ", " : "",
                                   infos[i].name, infos[i].arguments);
    return trl_fail(r->log, TRL_ERROR_USAGE,
                    "filters \"%.200s\", character %td: %s%s There are %s; a comma between two",
                    r->text, at - r->text + 1, what, what[strlen(what) - 1] == '?' ? "" : ".",
                    names);
}

static void skip_blanks(struct reader *r)
{
    r->at += strspn(r->at, " ");
}

/* A decimal number, the point whatever the locale. Up to 15 digits and exponents up to 22 come out
 * correctly rounded, since each step is exact but the last. */
static bool read_number(struct reader *r, double *out)
{
    const char *at = r->at;
    const bool negative = *at == '-';
    at += *at == '-' || *at == '+';
    double value = 0;
    int digits = 0, scale = 0;
    for (bool behind = false;; at++) {
        if (*at == '.' && !behind) {
            behind = true;
            continue;
        }
        if (*at < '0' || *at > '9' || at - r->at > NUMBER_LENGTH_MAX)
            break;
        value = value * 10 + (*at - '0');
        scale -= behind;
        digits++;
    }
    if (!digits)
        return false;
    if (*at == 'e' || *at == 'E') {
        const bool down = *++at == '-';
        at += *at == '-' || *at == '+';
        if (*at < '0' || *at > '9')
            return false;
        int exponent = 0;
        for (; *at >= '0' && *at <= '9'; at++)
            exponent = exponent > 1000 ? exponent : exponent * 10 + (*at - '0');
        scale += down ? -exponent : exponent;
    }
    const double power = pow(10, scale < 0 ? -scale : scale);
    value = scale < 0 ? value / power : value * power;
    *out = negative ? -value : value;
    r->at = at;
    return isfinite((float)value);
}

static bool ends_here(char c)
{
    return c == 0 || c == ',' || c == ' ';
}

/* Whether the arguments, all there, fit the filter. */
static bool arguments_fit(const struct trl_filter_step *step)
{
    const struct limits *l = &limits[step->filter];
    for (int i = 0; i < l->most; i++)
        if (!(step->argument[i] >= l->low[i] && step->argument[i] <= l->high[i]))
            return false;
    if (step->filter == TRL_FILTER_BOX)
        return step->argument[0] == floor(step->argument[0]);
    return step->filter != TRL_FILTER_CLIP || step->argument[0] <= step->argument[1];
}

static bool read_arguments(struct reader *r, struct trl_filter_step *step)
{
    const struct limits *l = &limits[step->filter];
    int count = 0, given = 0;
    memcpy(step->argument, l->otherwise, sizeof(step->argument));
    do {
        r->at++;
        if (count == l->most)
            return false;
        const bool left_out =
            step->filter == TRL_FILTER_CLIP && (*r->at == ':' || ends_here(*r->at));
        if (!left_out && !read_number(r, &step->argument[count]))
            return false;
        given += !left_out;
        count++;
    } while (*r->at == ':');
    return ends_here(*r->at) && given && count >= l->least && arguments_fit(step);
}

static int unknown(const struct reader *r, size_t length)
{
    char word[WORD_SHOWN + 1], what[200];
    snprintf(word, sizeof(word), "%.*s", (int)length, r->at);
    struct trl_word_nearest nearest = {.word = word};
    for (int i = 0; i < TRL_FILTER_COUNT; i++)
        trl_word_offer(&nearest, infos[i].name);
    snprintf(what, sizeof(what), "no filter is called \"%s\"%s%s%s", word,
             nearest.best ? "; did you mean " : "", nearest.best ? nearest.best : "",
             nearest.best ? "?" : "");
    return wrong(r, r->at, what);
}

static int read_step(struct reader *r, struct trl_filter_step *step)
{
    char what[200];
    const char *start = r->at;
    const size_t length = strcspn(start, "=, ");
    if (!length)
        return wrong(r, start, "a filter is missing");
    int found = 0;
    while (found < TRL_FILTER_COUNT &&
           (strlen(infos[found].name) != length || memcmp(infos[found].name, start, length) != 0))
        found++;
    if (found == TRL_FILTER_COUNT)
        return unknown(r, length < WORD_SHOWN ? length : WORD_SHOWN);
    *step = (struct trl_filter_step){.filter = (enum trl_filter)found};
    memcpy(step->argument, limits[found].otherwise, sizeof(step->argument));
    r->at += length;
    const char *arguments = r->at;
    if (*r->at == '=' && !limits[found].most) {
        snprintf(what, sizeof(what), "%s takes no argument", infos[found].name);
        return wrong(r, arguments, what);
    }
    if (*r->at == '=' ? !read_arguments(r, step) : limits[found].least > 0) {
        snprintf(what, sizeof(what), "%s%s: %s", infos[found].name, infos[found].arguments,
                 limits[found].rule);
        return wrong(r, arguments, what);
    }
    return 0;
}

int trl_filter_parse(struct trl_filter_chain *out, struct trl_log *log, const char *text)
{
    struct reader r = {.log = log, .text = text ? text : "", .at = text ? text : ""};
    out->count = 0;
    for (;; r.at++) {
        skip_blanks(&r);
        if (out->count == TRL_FILTER_STEPS_MAX)
            return wrong(&r, r.at, "more than 32 filters");
        const int ret = read_step(&r, &out->step[out->count]);
        if (ret < 0)
            return ret;
        out->count++;
        skip_blanks(&r);
        if (!*r.at)
            return 0;
        if (*r.at != ',')
            return wrong(&r, r.at, "a comma is missing");
    }
}

int trl_filter_check(struct trl_log *log, const char *text)
{
    struct trl_filter_chain chain;
    return trl_filter_parse(&chain, log, text);
}

/* ---- windows ---- */

int trl_filter_window(const struct trl_filter_step *step, float weights[TRL_FILTER_TAPS_MAX],
                      int *before)
{
    double exact[TRL_FILTER_TAPS_MAX], sum = 0;
    int taps;
    if (step->filter == TRL_FILTER_BOX) {
        taps = (int)step->argument[0];
        *before = taps / 2;
        for (int i = 0; i < taps; i++)
            exact[i] = 1;
    } else {
        const double sigma = step->argument[0];
        *before = (int)(4 * sigma + 0.5);
        taps = 2 * *before + 1;
        for (int i = 0; i < taps; i++) {
            const double x = i - *before;
            exact[i] = exp(-0.5 * x * x / (sigma * sigma));
        }
    }
    for (int i = 0; i < taps; i++)
        sum += exact[i];
    /* What is lost in rounding anyway: no product is much smaller than its element. */
    for (int i = 0; i < taps; i++)
        weights[i] = exact[i] / sum < 0x1p-24 ? 0 : (float)(exact[i] / sum);
    return taps;
}

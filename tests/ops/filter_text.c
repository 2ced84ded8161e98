/* SPDX-License-Identifier: BSD-2-Clause */
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tensor/filter.h"

#include <tensorreel/error.h>
#include <tensorreel/log.h>

struct heard {
    int lines;
    char last[2048];
};

static void hear(void *user, enum trl_log_level level, const char *line)
{
    struct heard *heard = user;
    assert_int_equal(level, TRL_LOG_ERROR);
    heard->lines++;
    snprintf(heard->last, sizeof(heard->last), "%s", line);
}

static struct trl_filter_chain read(const char *text)
{
    struct trl_filter_chain chain;
    assert_int_equal(trl_filter_parse(&chain, NULL, text), 0);
    return chain;
}

static void reads_what_is_written(void **state)
{
    (void)state;
    const struct trl_filter_chain chain =
        read("gaussian=2.5, box=4 ,median,sobel,unsharp,unsharp=3,unsharp=.5:2,smooth=1e-2,decay=0,"
             "diff,abs,clip=-1.5e3:+2,clip=:0,clip=7:,log");
    static const struct trl_filter_step expected[] = {
        {TRL_FILTER_GAUSSIAN, {2.5}},
        {TRL_FILTER_BOX, {4}},
        {TRL_FILTER_MEDIAN, {0}},
        {TRL_FILTER_SOBEL, {0}},
        {TRL_FILTER_UNSHARP, {1, 1}},
        {TRL_FILTER_UNSHARP, {3, 1}},
        {TRL_FILTER_UNSHARP, {0.5, 2}},
        {TRL_FILTER_SMOOTH, {0.01}},
        {TRL_FILTER_DECAY, {0}},
        {TRL_FILTER_DIFF, {0}},
        {TRL_FILTER_ABS, {0}},
        {TRL_FILTER_CLIP, {-1500, 2}},
        {TRL_FILTER_CLIP, {-INFINITY, 0}},
        {TRL_FILTER_CLIP, {7, INFINITY}},
        {TRL_FILTER_LOG, {0}},
    };
    assert_int_equal(chain.count, sizeof(expected) / sizeof(*expected));
    for (int i = 0; i < chain.count; i++) {
        assert_int_equal(chain.step[i].filter, expected[i].filter);
        assert_memory_equal(chain.step[i].argument, expected[i].argument,
                            sizeof(expected[i].argument));
    }
}

/* Decimals are the nearest double, in a locale with a comma too (where there is one). */
static void numbers_are_exact(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value;
    } numbers[] = {{"clip=0.1:1", 0.1},
                   {"clip=-123456.789:1", -123456.789},
                   {"clip=1e-22:1", 1e-22},
                   {"clip=0.3e1:4", 3},
                   {"clip=.125:1", 0.125},
                   {"clip=5.:6", 5},
                   {"clip=3.14159265358979:4", 3.14159265358979}};
    setlocale(LC_ALL, "de_DE.UTF-8");
    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
        const struct trl_filter_chain chain = read(numbers[i].text);
        assert_memory_equal(&chain.step[0].argument[0], &numbers[i].value, sizeof(double));
    }
    setlocale(LC_ALL, "C");
}

static void says_what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int place;
        const char *what;
    } wrong[] = {
        {"", 1, "a filter is missing"},
        {"abs,", 5, "a filter is missing"},
        {",abs", 1, "a filter is missing"},
        {"abs,,log", 5, "a filter is missing"},
        {"=3", 1, "a filter is missing"},
        {"gausian=2", 1, "no filter is called \"gausian\"; did you mean gaussian? There are"},
        {"abs,smoth=0.5", 5, "did you mean smooth?"},
        {"abs,blur=2", 5, "no filter is called \"blur\""},
        {"ABS", 1, "no filter is called \"ABS\""},
        {"absolute", 1, "no filter is called \"absolute\""},
        {"abs log", 5, "a comma is missing"},
        {"abs=1", 4, "abs takes no argument"},
        {"gaussian", 9, "gaussian=SIGMA: SIGMA is 0.001 to 100"},
        {"gaussian=", 9, "SIGMA"},
        {"gaussian=0", 9, "SIGMA"},
        {"gaussian=-1", 9, "SIGMA"},
        {"gaussian=100.1", 9, "SIGMA"},
        {"gaussian=nan", 9, "SIGMA"},
        {"gaussian=inf", 9, "SIGMA"},
        {"gaussian=0x10", 9, "SIGMA"},
        {"gaussian=2px", 9, "SIGMA"},
        {"gaussian=1:2", 9, "SIGMA"},
        {"gaussian=1e", 9, "SIGMA"},
        {"gaussian=.", 9, "SIGMA"},
        {"gaussian=1.2.3", 9, "SIGMA"},
        {"box=2.5", 4, "N is a whole number"},
        {"box=802", 4, "N is a whole number"},
        {"box=0", 4, "N is a whole number"},
        {"unsharp=", 8, "AMOUNT"},
        {"unsharp=1:-1", 8, "AMOUNT"},
        {"unsharp=1:", 8, "AMOUNT"},
        {"smooth=0", 7, "ALPHA"},
        {"smooth=1.01", 7, "ALPHA"},
        {"decay=1.5", 6, "FACTOR is 0 to 1"},
        {"clip=1", 5, "LO and HI"},
        {"clip=:", 5, "LO and HI"},
        {"clip=2:1", 5, "LO not above HI"},
        {"clip=1:2:3", 5, "LO and HI"},
        {"clip=0:1e39", 5, "LO and HI"},
        {"abs\nlog", 1, "no filter is called"},
    };
    struct heard heard = {0};
    struct trl_log *log = NULL;
    assert_int_equal(
        trl_log_create(&log, &(struct trl_log_params){.callback = hear, .user = &heard}), 0);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        char start[300];
        heard.lines = 0;
        assert_int_equal(trl_filter_check(log, wrong[i].text), TRL_ERROR_USAGE);
        assert_int_equal(heard.lines, 1);
        snprintf(start, sizeof(start), "filters \"%s\", character %d: ", wrong[i].text,
                 wrong[i].place);
        if (strncmp(heard.last, start, strlen(start)) != 0 || !strstr(heard.last, wrong[i].what))
            fail_msg("%s: %s", wrong[i].text, heard.last);
        assert_non_null(strstr(heard.last, "gaussian=SIGMA, box=N, median, sobel, "
                                           "unsharp[=SIGMA[:AMOUNT]], smooth=ALPHA, decay=FACTOR, "
                                           "diff, abs, clip=LO:HI, log; a comma between two"));
    }
    trl_log_destroy(&log);
    assert_int_equal(trl_filter_check(NULL, NULL), TRL_ERROR_USAGE);
}

static void so_many_and_no_more(void **state)
{
    (void)state;
    char text[200] = "abs";
    size_t length = 3;
    for (int i = 1; i <= TRL_FILTER_STEPS_MAX; i++) {
        assert_int_equal(read(text).count, i);
        length += (size_t)snprintf(text + length, sizeof(text) - length, ",abs");
    }
    assert_int_equal(trl_filter_check(NULL, text), TRL_ERROR_USAGE);
}

static void the_list_is_complete(void **state)
{
    (void)state;
    const struct trl_filter_info *list = trl_filter_list();
    int count = 0;
    for (; list[count].name; count++) {
        assert_true(strlen(list[count].help) > 5);
        /* Without arguments only those that need none. */
        assert_int_equal(trl_filter_check(NULL, list[count].name) == 0,
                         list[count].arguments[0] != '=');
    }
    assert_int_equal(count, TRL_FILTER_COUNT);
}

/* The windows are those of scipy: floor(4 sigma + 1/2) to each side, weights that sum to 1. */
static void windows(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int taps, before;
    } expected[] = {{"gaussian=1", 9, 4},     {"gaussian=2.1", 17, 8},    {"gaussian=0.1", 1, 0},
                    {"gaussian=0.125", 3, 1}, {"gaussian=100", 801, 400}, {"box=3", 3, 1},
                    {"box=4", 4, 2},          {"box=801", 801, 400},      {"box=1", 1, 0},
                    {"unsharp=1.5:2", 13, 6}};
    for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++) {
        float weights[TRL_FILTER_TAPS_MAX];
        int before;
        const struct trl_filter_chain chain = read(expected[i].text);
        const int taps = trl_filter_window(&chain.step[0], weights, &before);
        assert_int_equal(taps, expected[i].taps);
        assert_int_equal(before, expected[i].before);
        double sum = 0;
        for (int t = 0; t < taps; t++) {
            sum += (double)weights[t];
            assert_true(weights[t] == 0 || (weights[t] >= 0x1p-24F && weights[t] <= 1));
        }
        /* Each weight is off by half an ulp of at most 2^-24. */
        assert_true(fabs(sum - 1) < 801 * 0x1p-25);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_is_written), cmocka_unit_test(numbers_are_exact),
        cmocka_unit_test(says_what_is_wrong),    cmocka_unit_test(so_many_and_no_more),
        cmocka_unit_test(the_list_is_complete),  cmocka_unit_test(windows),
    };
    return cmocka_run_group_tests_name("filter text", tests, NULL, NULL);
}

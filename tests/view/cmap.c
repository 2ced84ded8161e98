/* SPDX-License-Identifier: BSD-2-Clause */
/* The colour tables against published values and, where it is installed, against matplotlib. */
#include "view/cmap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <tensorreel/error.h>

static void published_colours(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int at;
        uint8_t rgb[3];
    } cases[] = {
        {"viridis", 0, {68, 1, 84}},      {"viridis", 255, {253, 231, 36}},
        {"viridis", 128, {32, 144, 140}}, {"plasma", 0, {12, 7, 134}},
        {"plasma", 255, {239, 248, 33}},  {"inferno", 0, {0, 0, 3}},
        {"magma", 255, {251, 252, 191}},  {"hot", 0, {10, 0, 0}},
        {"hot", 255, {255, 255, 255}},    {"gray", 77, {77, 77, 77}},
        {"turbo", 0, {48, 18, 59}},       {"coolwarm", 0, {58, 76, 192}},
        {"RdBu", 0, {103, 0, 31}},        {"cividis", 0, {0, 34, 77}},
        {"viridis_r", 0, {253, 231, 36}}, {"hot_r", 255, {10, 0, 0}},
    };
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
        uint8_t rgb[256][3];
        assert_true(trl_cmap_table(cases[n].name, rgb));
        assert_memory_equal(rgb[cases[n].at], cases[n].rgb, 3);
    }
}

static void every_name_has_a_table(void **state)
{
    (void)state;
    int count = 0;
    for (const char *const *name = trl_cmap_names(); *name; name++, count++) {
        uint8_t rgb[256][3];
        assert_string_equal(*name, trl_cmaps[count].name);
        assert_true(trl_cmap_table(*name, rgb));
    }
    assert_int_equal(count, TRL_CMAP_COUNT);
    uint8_t rgb[256][3];
    assert_false(trl_cmap_table("", rgb));
    assert_false(trl_cmap_table("_r", rgb));
    assert_false(trl_cmap_table("virid", rgb));
    assert_false(trl_cmap_table("viridis_r_r", rgb));
}

static char last[1024];

static void remember(void *user, enum trl_log_level level, const char *line)
{
    (void)user;
    (void)level;
    snprintf(last, sizeof(last), "%s", line);
}

static void palette_and_its_special_colours(void **state)
{
    (void)state;
    struct trl_palette palette;
    struct trl_view_params params = {0};
    assert_int_equal(trl_palette_create(NULL, &params, &palette), 0);
    assert_memory_equal(palette.rgb[TRL_PALETTE_NAN], ((uint8_t[]){128, 128, 128}), 3);
    assert_memory_equal(palette.rgb[TRL_PALETTE_UNDER], palette.rgb[0], 3);
    assert_memory_equal(palette.rgb[TRL_PALETTE_OVER], palette.rgb[255], 3);
    assert_memory_equal(palette.rgb[TRL_PALETTE_BACKGROUND], ((uint8_t[]){0, 0, 0}), 3);
    params.under_color = (struct trl_color){1, 2, 3, true};
    params.cmap = "gray";
    assert_int_equal(trl_palette_create(NULL, &params, &palette), 0);
    assert_memory_equal(palette.rgb[TRL_PALETTE_UNDER], ((uint8_t[]){1, 2, 3}), 3);
    assert_memory_equal(palette.rgb[200], ((uint8_t[]){200, 200, 200}), 3);
}

static void unknown_names_are_answered(void **state)
{
    (void)state;
    struct trl_log *log;
    assert_int_equal(trl_log_create(&log, &(struct trl_log_params){.callback = remember}), 0);
    struct trl_view_params params = {.cmap = "Virdis"};
    assert_int_equal(trl_palette_create(log, &params, NULL), TRL_ERROR_USAGE);
    assert_non_null(strstr(last, "did you mean 'viridis'"));
    assert_non_null(strstr(last, "twilight"));
    params.cmap = "a name that is long, much longer than any colour map could ever be called";
    assert_int_equal(trl_palette_create(log, &params, NULL), TRL_ERROR_USAGE);
    assert_null(strstr(last, "did you mean"));
    trl_log_destroy(&log);
}

static void equal_to_matplotlib(void **state)
{
    (void)state;
    static const char command[] =
        "for p in python3 /usr/bin/python3; do $p -c 'import matplotlib' 2>/dev/null || continue; "
        "exec $p -c 'import sys, matplotlib\n"
        "for n in sys.argv[1:]:\n"
        " for m in (n, n + \"_r\"):\n"
        "  c = matplotlib.colormaps[m].resampled(256)(range(256), bytes=True)[:, :3]\n"
        "  print(m, c.tobytes().hex())' ";
    char line[2048];
    size_t used = (size_t)snprintf(line, sizeof(line), "%s", command);
    for (const char *const *name = trl_cmap_names(); *name; name++)
        used += (size_t)snprintf(line + used, sizeof(line) - used, "%s ", *name);
    snprintf(line + used, sizeof(line) - used, "; done");
    FILE *python = popen(line, "r");
    assert_non_null(python);
    char name[32], hex[1600];
    int maps = 0;
    for (; fscanf(python, "%31s %1599s", name, hex) == 2; maps++) {
        uint8_t rgb[256][3];
        assert_true(trl_cmap_table(name, rgb));
        for (int i = 0; i < 768; i++) {
            unsigned byte;
            assert_int_equal(sscanf(hex + (size_t)2 * (size_t)i, "%2x", &byte), 1);
            assert_int_equal(rgb[i / 3][i % 3], byte);
        }
    }
    pclose(python);
    if (maps == 0) {
        print_message("matplotlib is not installed: not compared\n");
        skip();
    }
    assert_int_equal(maps, 2 * TRL_CMAP_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_colours),
        cmocka_unit_test(every_name_has_a_table),
        cmocka_unit_test(palette_and_its_special_colours),
        cmocka_unit_test(unknown_names_are_answered),
        cmocka_unit_test(equal_to_matplotlib),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/ticks.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct trl_ticks ticks;

/* All labels with a blank between, and what they have in common behind a bar. */
static const char *labels(struct trl_ticks_params params)
{
    static char text[2048];
    params.length = params.length ? params.length : 400;
    params.size = params.size ? params.size : 14;
    trl_ticks_make(&ticks, &params);
    size_t at = 0;
    text[0] = '\0';
    for (int n = 0; n < ticks.count; n++)
        if (!ticks.tick[n].minor)
            at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s", at ? " " : "",
                                   ticks.tick[n].label);
    snprintf(text + at, sizeof(text) - at, "%s%s", ticks.common[0] ? " | " : "", ticks.common);
    return text;
}

static int minors(void)
{
    int count = 0;
    for (int n = 0; n < ticks.count; n++)
        count += ticks.tick[n].minor;
    return count;
}

struct row {
    struct trl_ticks_params params;
    const char *labels;
};

static void check_rows(const struct row *rows, size_t count)
{
    for (size_t n = 0; n < count; n++)
        assert_string_equal(labels(rows[n].params), rows[n].labels);
}

#define CHECK_ROWS(rows) check_rows(rows, sizeof(rows) / sizeof((rows)[0]))

static void linear(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {{.low = 0, .high = 1}, "0 0.2 0.4 0.6 0.8 1.0"},
        {{.low = -70, .high = 30}, "−60 −40 −20 0 20"},
        {{.low = 30, .high = -70}, "20 0 −20 −40 −60"},
        {{.low = 0.1, .high = 0.7}, "0.1 0.2 0.3 0.4 0.5 0.6 0.7"},
        {{.low = 0, .high = 65536}, "0 10000 20000 30000 40000 50000 60000"},
        {{.low = 0, .high = 100, .length = 60}, "0 100"},
        {{.low = 0, .high = 100, .length = 20}, "0"},
        {{.low = 3, .high = 4, .length = 5, .vertical = true}, "4"},
        {{.low = -0.003, .high = 0.0042, .vertical = true},
         "−0.003 −0.002 −0.001 0 0.001 0.002 0.003 0.004"},
    };
    CHECK_ROWS(rows);
}

static void large_small_and_offset(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {{.low = 1e-9, .high = 7e-9}, "1 2 3 4 5 6 7 | ×10⁻⁹"},
        {{.low = 0, .high = 3e38}, "0 0.5 1.0 1.5 2.0 2.5 3.0 | ×10³⁸"},
        {{.low = -3.4e38, .high = 3.4e38}, "−3 −2 −1 0 1 2 3 | ×10³⁸"},
        {{.low = -INFINITY, .high = INFINITY}, "−1.0 −0.5 0 0.5 1.0 | ×10³⁰⁰"},
        {{.low = 0, .high = 1.4e-44}, "0 0.2 0.4 0.6 0.8 1.0 1.2 1.4 | ×10⁻⁴⁴"},
        {{.low = 1000000.001, .high = 1000000.002},
         "0.0010 0.0012 0.0014 0.0016 0.0018 0.0020 | +1000000"},
        {{.low = -1000000.002, .high = -1000000.001},
         "−0.0020 −0.0018 −0.0016 −0.0014 −0.0012 −0.0010 | −1000000"},
        {{.low = 99.9995, .high = 100.0005}, "−4 −2 0 2 4 | ×10⁻⁴ +100"},
        {{.low = 5, .high = 5}, "5"},
        {{.low = 0, .high = 0}, "0"},
        {{.low = -1.5e-7, .high = -1.5e-7}, "−1.5×10⁻⁷"},
        {{.low = 1, .high = 1 + 1e-15}, "1"},
        {{.low = NAN, .high = 1}, ""},
    };
    CHECK_ROWS(rows);
}

static void logarithmic(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {{.norm = TRL_NORM_LOG, .low = 1e-3, .high = 1e3}, "10⁻³ 10⁻² 10⁻¹ 10⁰ 10¹ 10² 10³"},
        {{.norm = TRL_NORM_LOG, .low = 1e3, .high = 1}, "10³ 10² 10¹ 10⁰"},
        {{.norm = TRL_NORM_LOG, .low = 1e-30, .high = 1e30},
         "10⁻³⁰ 10⁻²⁰ 10⁻¹⁰ 10⁰ 10¹⁰ 10²⁰ 10³⁰"},
        {{.norm = TRL_NORM_LOG, .low = 2, .high = 30}, "2 5 10 20"},
        {{.norm = TRL_NORM_LOG, .low = 2, .high = 4}, "2.0 2.5 3.0 3.5 4.0"},
        {{.norm = TRL_NORM_LOG, .low = 3e-7, .high = 9e-6}, "5×10⁻⁷ 10⁻⁶ 2×10⁻⁶ 5×10⁻⁶"},
        {{.norm = TRL_NORM_LOG, .low = 0, .high = 1}, ""},
        {{.norm = TRL_NORM_SYMLOG, .low = -1000, .high = 1000, .vertical = true},
         "−10³ −10² −10¹ −10⁰ 0 10⁰ 10¹ 10² 10³"},
        {{.norm = TRL_NORM_SYMLOG, .low = -1000, .high = 1000}, "−10³ −10¹ 0 10¹ 10³"},
        {{.norm = TRL_NORM_SYMLOG, .low = -0.5, .high = 0.5}, "−0.4 −0.2 0 0.2 0.4"},
        {{.norm = TRL_NORM_SYMLOG, .low = 20, .high = 50}, "20 25 30 35 40 45 50"},
        {{.norm = TRL_NORM_SYMLOG, .low = -1e6, .high = 10, .linthresh = 0.01},
         "−10⁵ −10³ −10¹ −10⁻¹ 0 10⁻¹ 10¹"},
        {{.norm = TRL_NORM_POWER, .low = 0, .high = 1}, "0 0.2 0.4 0.6 0.8 1.0"},
        {{.norm = TRL_NORM_POWER, .low = 0, .high = 10, .gamma = 2}, "0 5 10"},
    };
    CHECK_ROWS(rows);
    labels((struct trl_ticks_params){.norm = TRL_NORM_LOG, .low = 1, .high = 1000});
    assert_int_equal(minors(), 24); /* 2 to 9 in three decades */
    labels((struct trl_ticks_params){.norm = TRL_NORM_LOG, .low = 0.5, .high = 200});
    assert_int_equal(minors(), 5 + 8 + 8 + 1); /* 0.5 to 0.9, two decades, 200 */
}

static void indices_and_times(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {{.kind = TRL_AXIS_INDEX, .low = -0.5, .high = 255.5}, "0 50 100 150 200 250"},
        {{.kind = TRL_AXIS_INDEX, .low = 255.5, .high = -0.5}, "250 200 150 100 50 0"},
        {{.kind = TRL_AXIS_INDEX, .low = -0.5, .high = 3.5}, "0 1 2 3"},
        {{.kind = TRL_AXIS_INDEX, .low = -0.5, .high = 0.5}, "0"},
        {{.kind = TRL_AXIS_INDEX, .low = -0.5, .high = 99999.5}, "0 20k 40k 60k 80k"},
        {{.kind = TRL_AXIS_INDEX, .low = -0.5, .high = 2999999.5}, "0 0.5M 1.0M 1.5M 2.0M 2.5M"},
        {{.kind = TRL_AXIS_INDEX, .low = 999999.5, .high = 1000010.5}, "1000000 1000005 1000010"},
        {{.kind = TRL_AXIS_TIME, .low = 0, .high = 1}, "0 0.2 0.4 0.6 0.8 1.0 | s"},
        {{.kind = TRL_AXIS_TIME, .low = 0, .high = 0.25}, "0 50 100 150 200 250 | ms"},
        {{.kind = TRL_AXIS_TIME, .low = 0, .high = 3e-6}, "0 0.5 1.0 1.5 2.0 2.5 3.0 | µs"},
        {{.kind = TRL_AXIS_TIME, .low = 0, .high = 600}, "0:00 2:00 4:00 6:00 8:00 10:00 | m:ss"},
        {{.kind = TRL_AXIS_TIME, .low = 0, .high = 18000}, "0:00 1:00 2:00 3:00 4:00 5:00 | h:mm"},
        {{.kind = TRL_AXIS_TIME, .low = 3600, .high = 3700},
         "1:00:00 1:00:30 1:01:00 1:01:30 | h:mm:ss"},
        {{.kind = TRL_AXIS_TIME, .low = -90, .high = 200}, "−1:00 0:00 1:00 2:00 3:00 | m:ss"},
        {{.kind = TRL_AXIS_TIME, .low = 1000, .high = 1000.5}, "0 0.1 0.2 0.3 0.4 0.5 | +1000 s"},
    };
    CHECK_ROWS(rows);
}

static void places(void **state)
{
    (void)state;
    struct trl_ticks_params p = {.low = 10, .high = -10};
    assert_true(fabs(trl_ticks_place(&p, 5) - 0.25) < 1e-15);
    p = (struct trl_ticks_params){.norm = TRL_NORM_LOG, .low = 0.1, .high = 1000};
    assert_true(fabs(trl_ticks_place(&p, 10) - 0.5) < 1e-14);
    p = (struct trl_ticks_params){.norm = TRL_NORM_POWER, .low = 0, .high = 4};
    assert_true(fabs(trl_ticks_place(&p, 1) - 0.5) < 1e-15);
    /* matplotlib: SymLogNorm(linthresh=1, vmin=-100, vmax=100, base=10)(10) */
    p = (struct trl_ticks_params){.norm = TRL_NORM_SYMLOG, .low = -100, .high = 100};
    assert_true(fabs(trl_ticks_place(&p, 10) - 0.8392857142857143) < 1e-14);
    for (int norm = TRL_NORM_LINEAR; norm <= TRL_NORM_POWER; norm++) {
        p = (struct trl_ticks_params){
            .norm = (enum trl_norm)norm, .low = 0.01, .high = 1e4, .linthresh = 3, .gamma = 0.3};
        for (double value = 0.02; value < 1e4; value *= 1.7)
            assert_true(fabs(trl_ticks_value(&p, trl_ticks_place(&p, value)) / value - 1) < 1e-11);
    }
    p = (struct trl_ticks_params){.norm = TRL_NORM_LOG, .low = 0.01, .high = 1e4};
    assert_true(fabs(trl_ticks_value(&p, -0.5) - 1e-5) < 1e-18);
    assert_int_equal(trl_ticks_pixel(0, 100), 0);
    assert_int_equal(trl_ticks_pixel(0.5, 100), 50);
    assert_int_equal(trl_ticks_pixel(1, 100), 99);
    assert_int_equal(trl_ticks_pixel(NAN, 100), 0);
}

/* Whatever the range: in order, within the axis, no label on another. */
static void any_range(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (int n = 0; n < 20000; n++) {
        double number[2];
        for (int k = 0; k < 2; k++) {
            seed = seed * 6364136223846793005U + 1442695040888963407U;
            number[k] = ldexp((double)(int32_t)(seed >> 32), (int)((seed >> 8) % 240) - 140);
        }
        const struct trl_ticks_params p = {
            .kind = (enum trl_axis_kind)(n % 3),
            .norm = (enum trl_norm)(n / 3 % 4),
            .low = n / 3 % 4 == TRL_NORM_LOG ? fabs(number[0]) : number[0],
            .high = n / 3 % 4 == TRL_NORM_LOG ? fabs(number[1]) : number[1],
            .linthresh = 1 + n % 5,
            .length = 1 + n % 700,
            .size = 6 + n % 30,
            .vertical = n % 2,
        };
        trl_ticks_make(&ticks, &p);
        const struct trl_text_style style = {.size = p.size};
        double end = -1e9, last = 0;
        for (int t = 0; t < ticks.count; t++) {
            const struct trl_tick *tick = &ticks.tick[t];
            assert_true(tick->place >= last && tick->place <= 1);
            last = tick->place;
            if (tick->minor)
                continue;
            const double half = (p.vertical ? p.size : trl_text_width(tick->label, style)) / 2.0;
            assert_true(tick->label[0]);
            assert_true(tick->place * p.length - half >= end);
            end = tick->place * p.length + half;
        }
    }
}

static void numbers(void **state)
{
    (void)state;
    static const struct {
        double value;
        int digits;
        const char *text;
    } rows[] = {
        {0, 6, "0"},     {1, 6, "1"},         {-2.5, 6, "−2.5"},       {1234567, 6, "1234570"},
        {1e7, 6, "10⁷"}, {1e-4, 6, "0.0001"}, {1.5e-5, 6, "1.5×10⁻⁵"}, {2.0 / 3, 3, "0.667"},
        {NAN, 6, "NaN"}, {INFINITY, 6, "∞"},  {-INFINITY, 6, "−∞"},    {9.9999, 3, "10"},
    };
    for (size_t n = 0; n < sizeof(rows) / sizeof(rows[0]); n++) {
        char text[TRL_TICK_LABEL_SIZE];
        trl_ticks_number(text, rows[n].value, rows[n].digits);
        assert_string_equal(text, rows[n].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(linear),      cmocka_unit_test(large_small_and_offset),
        cmocka_unit_test(logarithmic), cmocka_unit_test(indices_and_times),
        cmocka_unit_test(places),      cmocka_unit_test(any_range),
        cmocka_unit_test(numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

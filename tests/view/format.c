/* SPDX-License-Identifier: BSD-2-Clause */
#include "shared/format.h"

#include "base/math.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void text_of(trl_format f, char out[TRL_FORMAT_MAX + 1])
{
    assert_true(f.count <= TRL_FORMAT_MAX);
    for (uint32_t n = 0; n < f.count; n++)
        out[n] = TRL_FORMAT_CODES[trl_format_code(f, n)];
    out[f.count] = '\0';
}

static void check_float(uint32_t bits)
{
    const float value = trl_float_from_bits(bits);
    char is[TRL_FORMAT_MAX + 1], should[64];
    text_of(trl_format_float(bits), is);
    snprintf(should, sizeof(should), "%.4g", (double)value);
    assert_string_equal(is, isnan(value) ? "nan" : should);
}

static void floats_as_printf(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (int n = 0; n < 1000000; n++) {
        seed = seed * 6364136223846793005U + 1442695040888963407U;
        check_float((uint32_t)(seed >> 32));
    }
}

/* Halves and binary fractions are full of ties. */
static void ties(void **state)
{
    (void)state;
    for (int n = 0; n < 400000; n++) {
        check_float(trl_float_bits((float)n * 0.5F));
        check_float(trl_float_bits((float)n / -1024.0F));
    }
    for (int n = 0; n < 100000; n++)
        check_float(trl_float_bits(((float)n + 0.5F) * 100000.0F));
}

static void ends(void **state)
{
    (void)state;
    static const uint32_t bits[] = {
        0,          0x80000000, 1,          0x80000001, 0x007fffff, 0x00800000, 0x7f7fffff,
        0xff7fffff, 0x7f800000, 0xff800000, 0x7fc00000, 0xffc00000, 0x7f800001,
    };
    for (size_t n = 0; n < sizeof(bits) / sizeof(bits[0]); n++)
        check_float(bits[n]);
    for (int e = -46; e < 39; e++) {
        const uint32_t power = trl_float_bits((float)pow(10, e));
        for (uint32_t near = 0; near < 40; near++) {
            check_float(power + near);
            check_float(power > near ? power - near : 0);
        }
    }
}

static void check_scale(float value, float near, bool end, const char *should)
{
    char is[TRL_FORMAT_MAX + 1];
    const int gap = trl_format_gap(trl_float_bits(near), trl_float_bits(value));
    text_of(trl_format_scale(trl_float_bits(value), gap, end), is);
    assert_string_equal(is, should);
}

/* Numbers of a scale tell each other apart and are no longer than they must be. */
static void scales(void **state)
{
    (void)state;
    check_scale(0.25F, 0.5F, false, "0.25");
    check_scale(0.3333333F, 0.6666667F, false, "0.3333");
    check_scale(19.75F, 39.5F, false, "19.75");
    check_scale(0.3333333F, 0.6666667F, true, "0.3333");
    check_scale(1000.125F, 1000.15F, false, "1000.125");
    check_scale(-1000.125F, -1000.15F, false, "-1000.125");
    check_scale(1e-9F, 0.5F, false, "0");
    check_scale(-1e-9F, 0.5F, false, "0");
    check_scale(1e-9F, 0.5F, true, "1e-09");
    check_scale(0.0017F, 0.5F, false, "0.0017");
    check_scale(0.00171234F, 0.5F, false, "0.0017");
    check_scale(123456.0F, 250000.0F, false, "123456");
    check_scale(1234567.0F, 1e9F, true, "1234567");
    check_scale(9999999.0F, 1e9F, true, "9999999");
    check_scale(2e7F, 1e9F, true, "2e+07");
    check_scale(-0.00012345678F, -0.0001234F, true, "-0.0001235");
    check_scale(1e-12F, 1e-6F, true, "1e-12");
    check_scale(7, 7, true, "7");
    check_scale(0, 1, false, "0");
    uint64_t seed = 5;
    for (int n = 0; n < 300000; n++) {
        seed = seed * 6364136223846793005U + 1442695040888963407U;
        const uint32_t a = (uint32_t)(seed >> 32),
                       near = n % 3 ? a + 1 + (uint32_t)(seed >> 20) % 1000000
                                    : (uint32_t)(seed >> 16);
        char is[TRL_FORMAT_MAX + 1];
        if (!isfinite(trl_float_from_bits(a)) || !isfinite(trl_float_from_bits(near)))
            continue;
        const int gap = trl_format_gap(a, near);
        text_of(trl_format_scale(a, gap, n % 2), is);
        assert_true(strlen(is) <= TRL_FORMAT_PLACES);
        const double value = (double)trl_float_from_bits(a), shown = strtod(is, NULL);
        const double apart = fabs(value - (double)trl_float_from_bits(near));
        /* Half a unit of the last place: what is left after three digits of the gap, or after all
         * that a float has, or that have room. */
        assert_true(fabs(shown - value) <= fmax(apart / 100, fabs(value) * 6e-4));
        if (gap > -1000 && fabs(value) >= 1e-1 && fabs(value) < 1e6)
            assert_true(fabs(shown - value) <= fmax(apart / 100, fabs(value) * 5.01e-7));
    }
}

static void whole_numbers(void **state)
{
    (void)state;
    char is[TRL_FORMAT_MAX + 1], should[16];
    uint64_t seed = 1;
    for (int n = 0; n < 100000; n++) {
        seed = seed * 6364136223846793005U + 1442695040888963407U;
        const uint32_t value = (uint32_t)(seed >> 32) >> (n % 32);
        text_of(trl_format_whole(value), is);
        snprintf(should, sizeof(should), "%u", value);
        assert_string_equal(is, should);
    }
    text_of(trl_format_whole(0), is);
    assert_string_equal(is, "0");
    text_of(trl_format_whole(UINT32_MAX), is);
    assert_string_equal(is, "4294967295");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(floats_as_printf), cmocka_unit_test(ties),          cmocka_unit_test(ends),
        cmocka_unit_test(scales),           cmocka_unit_test(whole_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

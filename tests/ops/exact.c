/* SPDX-License-Identifier: BSD-2-Clause */
#include "shared/elementary.h"
#include "values.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The functions that shaders and host share, compiled for the host, against its own arithmetic. */

enum { PAIRS = 4000000 };

static void check(const char *what, uint32_t a, uint32_t b, uint32_t is, float should)
{
    const uint32_t bits = trl_exact_canonical(trl_exact_bits(should));
    if (trl_exact_canonical(is) != bits)
        fail_msg("%s of %08x and %08x is %08x, not %08x", what, a, b, is, bits);
}

static void check_pair(uint32_t a, uint32_t b)
{
    const volatile float x = trl_exact_float(a), y = trl_exact_float(b);
    check("sum", a, b, trl_exact_add(a, b), x + y);
    check("difference", a, b, trl_exact_sub(a, b), x - y);
    check("product", a, b, trl_exact_mul(a, b), x * y);
    /* The way of integers holds for all. */
    check("odd product", a, b, trl_exact_mul_odd(a, b), x * y);
    check("quotient", a, b, trl_exact_div(a, b), x / y);
    assert_int_equal(trl_exact_less(a, b), x < y);
    assert_int_equal(trl_exact_less_equal(a, b), x <= y);
    assert_int_equal(trl_exact_equal(a, b), x == y);
}

static void pairs_give_what_the_host_gives(void **state)
{
    (void)state;
    for (uint32_t a = 0; a < ODD_VALUES; a++)
        for (uint32_t b = 0; b < ODD_VALUES; b++)
            check_pair(odd_value(a), odd_value(b));
    uint64_t seed = 1;
    for (int n = 0; n < PAIRS; n++) {
        const uint32_t a = random_value(&seed);
        check_pair(a, random_value(&seed));
    }
    /* Quotients and sums that lie near the middle between two floats, and differences of
     * neighbours. */
    for (int n = 0; n < PAIRS / 4; n++) {
        const uint32_t a = random_value(&seed), b = random_value(&seed);
        check_pair(trl_exact_mul(a, b), b);
        check_pair(a, a + 1 + b % 4);
    }
}

/* Guesses of a device that divides and draws roots within a few units in the last place: nothing
 * changes. (Vulkan allows 2.5 units for quotients.) */
static void guesses_may_be_rough(void **state)
{
    (void)state;
    uint64_t seed = 2;
    for (int n = 0; n < PAIRS / 4; n++) {
        const uint32_t d = next_random(&seed) >> 9 | 0x800000;
        const uint32_t m = next_random(&seed) >> 9 | 0x800000;
        const uint64_t wide = (uint64_t)m << 25;
        const uint32_t q = (uint32_t)(wide / d) + next_random(&seed) % 33 - 16;
        const int32_t rest = (int32_t)((m << 25) - q * d);
        /* The lower word is all of what is left. */
        assert_true((int64_t)rest == (int64_t)wide - (int64_t)q * d);
        const int32_t more = trl_rough_quotient(rest, d);
        const int64_t left = rest - (int64_t)more * d;
        assert_true(left >= -(int64_t)d && left < 2 * (int64_t)d);
    }
}

static void roots_give_what_the_host_gives(void **state)
{
    (void)state;
    for (uint32_t n = 0; n < ODD_VALUES; n++)
        check("root", odd_value(n), 0, trl_exact_sqrt(odd_value(n)),
              sqrtf(trl_exact_float(odd_value(n))));
    /* Every mantissa with both parities of the exponent. */
    for (uint32_t bits = 0x3f800000; bits < 0x40800000; bits += 3)
        check("root", bits, 0, trl_exact_sqrt(bits), sqrtf(trl_exact_float(bits)));
    uint64_t seed = 3;
    for (int n = 0; n < PAIRS; n++) {
        const uint32_t a = random_value(&seed);
        check("root", a, 0, trl_exact_sqrt(a), sqrtf(trl_exact_float(a)));
    }
}

static void least_and_greatest_keep_nan(void **state)
{
    (void)state;
    const uint32_t one = 0x3f800000, zero = 0, minus = 0x80000000, nan = 0x7fc00000;
    assert_int_equal(trl_exact_min(one, zero), zero);
    assert_int_equal(trl_exact_max(one, zero), one);
    assert_int_equal(trl_exact_min(nan, zero), nan);
    assert_int_equal(trl_exact_min(zero, nan), nan);
    assert_int_equal(trl_exact_max(nan, zero), nan);
    assert_int_equal(trl_exact_max(zero, nan), nan);
    assert_int_equal(trl_exact_min(zero, minus), zero);
    assert_int_equal(trl_exact_min(minus, zero), minus);
    assert_int_equal(trl_exact_max(minus, zero), minus);
}

/* Units in the last place of the float nearest the true value. */
static double error_of(uint32_t bits, double truth)
{
    int exponent;
    frexp(truth, &exponent);
    if (exponent < -125)
        exponent = -125;
    return fabs((double)trl_exact_float(bits) - truth) / ldexp(1, exponent - 24);
}

struct function {
    const char *name;
    uint32_t (*ours)(uint32_t);
    double (*truth)(double);
};

static double check_function(const struct function *f, uint32_t a)
{
    const uint32_t is = f->ours(a);
    const double truth = f->truth((double)trl_exact_float(a));
    /* 2^128 - 2^103: from here on rounding gives infinity. */
    if (isnan(truth) || fabs(truth) >= 0x1.ffffffp127 || truth == 0) {
        check(f->name, a, 0, is, (float)truth);
        return 0;
    }
    const double error = error_of(is, truth);
    if (!(error < 0.55))
        fail_msg("%s of %08x is %08x: off by %g units", f->name, a, is, error);
    return error;
}

static void functions_are_within_055_units(void **state)
{
    (void)state;
    static const struct function functions[] = {
        {"exp", trl_elementary_exp, exp},
        {"expm1", trl_elementary_expm1, expm1},
        {"log", trl_elementary_log, log},
        {"log1p", trl_elementary_log1p, log1p},
    };
    for (int k = 0; k < 4; k++) {
        double worst = 0;
        for (uint32_t n = 0; n < ODD_VALUES; n++)
            worst = fmax(worst, check_function(&functions[k], odd_value(n)));
        uint64_t seed = 4;
        for (int n = 0; n < PAIRS / 2; n++)
            worst = fmax(worst, check_function(&functions[k], random_value(&seed)));
        print_message("%s: at most %.4f units in the last place\n", functions[k].name, worst);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_give_what_the_host_gives),
        cmocka_unit_test(guesses_may_be_rough),
        cmocka_unit_test(roots_give_what_the_host_gives),
        cmocka_unit_test(least_and_greatest_keep_nan),
        cmocka_unit_test(functions_are_within_055_units),
    };
    return cmocka_run_group_tests_name("exact", tests, NULL, NULL);
}
